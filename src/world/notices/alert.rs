//! Alerts: what went wrong that an operator should know of.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Notice;
use crate::world::World;

/// What an alert is about: CloudStack's number for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlertKind(u8);

/// The names of the kinds, at the places of their numbers.
const NAMES: &[&str] = &[
    "ALERT.MEMORY",
    "ALERT.CPU",
    "ALERT.STORAGE",
    "ALERT.STORAGE.ALLOCATED",
    "ALERT.NETWORK.PUBLICIP",
    "ALERT.NETWORK.PRIVATEIP",
    "ALERT.SECONDARY.STORAGE",
    "ALERT.COMPUTE.HOST",
    "ALERT.USERVM",
    "ALERT.SERVICE.DOMAINROUTER",
    "ALERT.SERVICE.CONSOLEPROXY",
    "ALERT.NETWORK.ROUTING",
    "ALERT.STORAGE.MISC",
    "ALERT.USAGE",
    "ALERT.MANAGEMENT",
    "ALERT.NETWORK.DOMAINROUTERMIGRATE",
    "ALERT.SERVICE.CONSOLEPROXYMIGRATE",
    "ALERT.NETWORK.USERVMMIGRATE",
    "ALERT.NETWORK.VLAN",
    "ALERT.SERVICE.SSVM",
    "ALERT.USAGE.RESULT",
    "ALERT.STORAGE.DELETE",
    "ALERT.RESOURCE.COUNT",
    "ALERT.USAGE.SANITY",
    "ALERT.NETWORK.DIRECTPUBLICIP",
    "ALERT.STORAGE.LOCAL",
    "ALERT.RESOURCE.EXCEED",
    "ALERT.TYPE.SYNC",
    "ALERT.UPLOAD.FAILED",
    "ALERT.OOBM.AUTHERROR",
    "ALERT.HA.ACTION",
    "ALERT.CA.CERT",
];

impl AlertKind {
    pub const HOST: Self = Self(7);
    /// A server, and high availability for it.
    pub const SERVER: Self = Self(8);
    pub const ROUTER: Self = Self(9);
    pub const CONSOLE_PROXY: Self = Self(10);
    pub const STORAGE: Self = Self(12);
    pub const SERVER_MIGRATION: Self = Self(17);
    pub const STORAGE_VM: Self = Self(19);
    /// What was done for the high availability of a host.
    pub const HA_ACTION: Self = Self(30);

    pub fn all() -> impl Iterator<Item = Self> {
        (0..).zip(NAMES).map(|(number, _)| Self(number))
    }

    pub fn numbered(number: i64) -> Option<Self> {
        let number = u8::try_from(number).ok().map(Self)?;
        number.is_known().then_some(number)
    }

    fn is_known(self) -> bool {
        usize::from(self.0) < NAMES.len()
    }

    pub fn number(self) -> u8 {
        self.0
    }

    /// As `ALERT.COMPUTE.HOST`.
    pub fn name(self) -> &'static str {
        NAMES.get(usize::from(self.0)).copied().unwrap_or_default()
    }
}

/// An alert that was sent.
#[derive(Debug, Clone)]
pub struct Alert {
    pub id: Uuid,
    pub kind: AlertKind,
    pub name: Arc<str>,
    pub text: Arc<str>,
    pub at: DateTime<Utc>,
    pub is_archived: bool,
}

impl Notice for Alert {
    fn id(&self) -> Uuid {
        self.id
    }

    fn at(&self) -> DateTime<Utc> {
        self.at
    }

    fn archive(&mut self) {
        self.is_archived = true;
    }
}

impl World {
    /// Alerts the operators.
    pub fn alert(&mut self, kind: AlertKind, text: &str) {
        self.alert_named(kind, kind.name(), text);
    }

    /// As [`Self::alert`], under a name of its own.
    pub fn alert_named(&mut self, kind: AlertKind, name: &str, text: &str) {
        let alert = Alert {
            id: self.ids.uuid(),
            kind,
            name: name.into(),
            text: text.into(),
            at: self.now(),
            is_archived: false,
        };
        self.alerts.add(alert);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_the_numbers_that_operators_filter_by() {
        assert_eq!(AlertKind::HOST.name(), "ALERT.COMPUTE.HOST");
        assert_eq!(AlertKind::SERVER.name(), "ALERT.USERVM");
        assert_eq!(AlertKind::HA_ACTION.name(), "ALERT.HA.ACTION");
        assert_eq!(
            AlertKind::numbered(31).map(AlertKind::name),
            Some("ALERT.CA.CERT")
        );
        assert_eq!(AlertKind::numbered(32), None);
        assert_eq!(AlertKind::all().count(), NAMES.len());
    }
}
