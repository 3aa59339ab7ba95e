//! What the management server tells its administrators unasked.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::world::World;
use crate::world::topology::HostKey;

/// How many are kept; the oldest go first.
const KEPT: usize = 10_000;

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AlertKind {
    Host,
    Machine,
}

impl AlertKind {
    /// CloudStack's number and name of it.
    pub fn code(self) -> (u16, &'static str) {
        match self {
            AlertKind::Host => (7, "ALERT.COMPUTE.HOST"),
            AlertKind::Machine => (8, "ALERT.USERVM"),
        }
    }
}

/// Something that an administrator should know.
#[derive(Debug, Clone)]
pub struct Alert {
    pub id: Uuid,
    pub kind: AlertKind,
    pub text: String,
    pub host: Option<HostKey>,
    pub at: DateTime<Utc>,
}

impl World {
    /// All alerts that are kept, oldest first.
    pub fn alerts(&self) -> impl DoubleEndedIterator<Item = &Alert> {
        self.availability.alerts.iter()
    }

    pub(in crate::world) fn raise_alert(
        &mut self,
        kind: AlertKind,
        host: Option<HostKey>,
        text: String,
    ) {
        let (id, at) = (self.ids.uuid(), self.now);
        let alerts = &mut self.availability.alerts;
        alerts.push_back(Alert {
            id,
            kind,
            text,
            host,
            at,
        });
        if alerts.len() > KEPT {
            alerts.pop_front();
        }
    }
}
