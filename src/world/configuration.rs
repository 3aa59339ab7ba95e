//! The values of CloudStack's global settings. World code that obeys one asks here.

use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;
use rustc_hash::FxHashMap;
use uuid::Uuid;

use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::setting::{self, Kind, Scope};

/// Of what a value is: of everything, or of a zone, cluster or the like alone.
pub type Owner = Option<(Scope, Uuid)>;

/// All values, where they are not the default.
#[derive(Debug, Clone, Default)]
pub struct Configuration {
    /// What the data centre's plan and the configuration say.
    planned: IndexMap<Arc<str>, Arc<str>>,
    /// What clients changed.
    changed: FxHashMap<(Arc<str>, Owner), Arc<str>>,
}

impl Configuration {
    /// Takes over what is said beside the defaults; what clients changed goes before it.
    pub(super) fn plan<'a>(&mut self, settings: impl Iterator<Item = (&'a str, &'a str)>) {
        let settings = settings.map(|(name, value)| (name.into(), value.into()));
        self.planned = settings.collect();
    }

    /// The names that have a value though the table does not know them.
    pub fn strangers(&self) -> impl Iterator<Item = &Arc<str>> {
        let planned = self.planned.keys();
        planned.filter(|name| setting::named(name).is_none())
    }

    pub fn knows(&self, name: &str) -> bool {
        setting::named(name).is_some() || self.planned.contains_key(name)
    }

    /// The value for everything; `None` where there is none.
    pub fn value(&self, name: &str) -> Option<&str> {
        let changed = self.changed.get(&(name.into(), None));
        let planned = || self.planned.get(name);
        changed
            .or_else(planned)
            .map(|value| &**value)
            .or_else(|| setting::named(name)?.default)
            .filter(|value| !value.is_empty())
    }

    /// The value for a zone, cluster or the like: its own, else that for everything.
    pub fn value_of(&self, name: &str, owner: Owner) -> Option<&str> {
        let own = self.changed.get(&(name.into(), owner));
        own.map(|value| &**value).or_else(|| self.value(name))
    }

    /// Whether something has a value of its own.
    pub fn has_own(&self, name: &str, owner: Owner) -> bool {
        self.changed.contains_key(&(name.into(), owner))
    }

    /// A number; 0 where the value is none.
    pub fn number(&self, name: &str) -> f64 {
        let value = self.value(name).and_then(|value| value.parse().ok());
        value.unwrap_or_default()
    }

    /// A time that is given in seconds.
    pub fn seconds(&self, name: &str) -> Duration {
        Duration::try_from_secs_f64(self.number(name)).unwrap_or_default()
    }

    pub fn is_true(&self, name: &str) -> bool {
        self.value(name) == Some("true")
    }

    /// Changes a value.
    ///
    /// # Errors
    /// When there is no such setting, it cannot have such a value, or none of its own for such an owner.
    pub fn change(&mut self, name: &str, owner: Owner, value: &str) -> Result<(), Fault> {
        self.check(name, owner)?;
        if let Some(spec) = setting::named(name)
            && !value.is_empty()
            && !spec.kind.holds(value)
        {
            return Err(Fault::invalid(refusal(name, spec.kind)));
        }
        self.changed.insert((name.into(), owner), value.into());
        Ok(())
    }

    /// Gives back the default, or for an owner the value for everything.
    ///
    /// # Errors
    /// As [`Configuration::change`].
    pub fn reset(&mut self, name: &str, owner: Owner) -> Result<(), Fault> {
        self.check(name, owner)?;
        self.changed.remove(&(name.into(), owner));
        if owner.is_none()
            && let Some(planned) = self.planned.get(name)
            && let Some(spec) = setting::named(name)
            && spec.default != Some(planned)
        {
            let default = spec.default.unwrap_or_default();
            self.changed.insert((name.into(), None), default.into());
        }
        Ok(())
    }

    fn check(&self, name: &str, owner: Owner) -> Result<(), Fault> {
        if !self.knows(name) {
            let message = format!("Config parameter with name {name} doesn't exist");
            return Err(Fault::new(FaultKind::InvalidParameter, message));
        }
        let scope = setting::named(name).map_or(Scope::Global, |spec| spec.scope);
        match owner {
            Some((wanted, _)) if wanted != scope => Err(Fault::invalid(format!(
                "Invalid scope id provided for the parameter {name}"
            ))),
            _ => Ok(()),
        }
    }
}

fn refusal(name: &str, kind: Kind) -> String {
    let number = |kind| {
        format!(
            "There was an error trying to parse the {kind} value for configuration parameter {name}"
        )
    };
    match kind {
        Kind::Truth => format!("Please enter either 'true' or 'false' for parameter [{name}]."),
        Kind::Number => number("integer"),
        Kind::Decimal => number("float"),
        Kind::Text => format!("There was an error with the value of parameter {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned() -> Configuration {
        let mut configuration = Configuration::default();
        configuration.plan([("ping.interval", "10"), ("of.nobody", "x")].into_iter());
        configuration
    }

    #[test]
    fn what_clients_change_goes_before_the_plan_and_that_before_the_default() {
        let mut configuration = planned();
        assert_eq!(configuration.seconds("ping.interval").as_secs(), 10);
        assert_eq!(configuration.number("ping.timeout"), 2.5);
        configuration
            .change("ping.interval", None, "5")
            .expect("a number");
        configuration.plan([("ping.interval", "20")].into_iter());
        assert_eq!(configuration.value("ping.interval"), Some("5"));
        configuration.reset("ping.interval", None).expect("known");
        assert_eq!(configuration.value("ping.interval"), Some("60"));
    }

    #[test]
    fn values_have_to_make_sense() {
        let mut configuration = planned();
        assert!(configuration.change("ping.interval", None, "soon").is_err());
        assert!(configuration.change("no.such", None, "1").is_err());
        assert!(configuration.change("of.nobody", None, "y").is_ok());
        let zone = Some((Scope::Zone, Uuid::nil()));
        assert!(configuration.change("ping.interval", zone, "1").is_err());
        assert!(configuration.change("force.ha", zone, "true").is_err());
        let cluster = Some((Scope::Cluster, Uuid::nil()));
        configuration
            .change("force.ha", cluster, "true")
            .expect("a truth");
        assert_eq!(configuration.value_of("force.ha", cluster), Some("true"));
        assert!(!configuration.is_true("force.ha"));
    }
}
