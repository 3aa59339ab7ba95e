//! CloudStack's global settings that the world itself heeds.

use std::time::Duration;

use rustc_hash::FxHashMap;

/// A setting, with what it is where nobody changed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Setting {
    /// In seconds, between two signs of life of a host.
    PingInterval,
    /// How many intervals of silence pass before a host is investigated.
    PingTimeout,
    /// In seconds, before a silent host of which nothing is known is in Alert.
    AlertWait,
    /// How often high availability tries to do something.
    MaxRetries,
    /// In seconds, until it looks again whether a machine is alive.
    InvestigateRetryInterval,
    /// In seconds, until it starts a machine again.
    RestartRetryInterval,
    /// In seconds, until it moves a machine again.
    MigrateRetryInterval,
    /// In seconds, before a destroyed machine goes for good.
    ExpungeDelay,
    /// In seconds, between two looks at which machines are to go.
    ExpungeInterval,
    /// The end of the names that hypervisors know machines by.
    InstanceName,
}

/// Each with its name and its default. The defaults are those of CloudStack 4.20.
const SETTINGS: &[(Setting, &str, &str)] = &[
    (Setting::PingInterval, "ping.interval", "60"),
    (Setting::PingTimeout, "ping.timeout", "2.5"),
    (Setting::AlertWait, "alert.wait", "1800"),
    (Setting::MaxRetries, "max.retries", "5"),
    (
        Setting::InvestigateRetryInterval,
        "investigate.retry.interval",
        "60",
    ),
    (
        Setting::RestartRetryInterval,
        "restart.retry.interval",
        "600",
    ),
    (
        Setting::MigrateRetryInterval,
        "migrate.retry.interval",
        "120",
    ),
    (Setting::ExpungeDelay, "expunge.delay", "86400"),
    (Setting::ExpungeInterval, "expunge.interval", "86400"),
    (Setting::InstanceName, "instance.name", "VM"),
];

/// The longest that a number of seconds can mean; more would leave the calendar.
const LONGEST: f64 = 1e9;

/// The values that differ from the defaults.
#[derive(Debug, Clone, Default)]
pub struct Configuration(FxHashMap<Setting, String>);

impl Configuration {
    /// All settings that the world heeds: names and values.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let settings = SETTINGS.iter();
        settings.map(|(setting, name, _)| (*name, self.text(*setting)))
    }

    /// The value of a setting by its name; `None` where there is none of that name.
    pub fn named(&self, name: &str) -> Option<&str> {
        let mut all = self.all();
        all.find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    /// Changes a setting; false where there is none of that name, or the value makes no sense for it.
    pub fn set(&mut self, name: &str, value: &str) -> bool {
        let Some((setting, _, default)) = SETTINGS.iter().find(|(_, known, _)| *known == name)
        else {
            return false;
        };
        let is_number = default.parse::<f64>().is_ok();
        let fits = !is_number || value.parse::<f64>().is_ok_and(|number| number > 0.0);
        if fits {
            self.0.insert(*setting, value.to_owned());
        }
        fits
    }

    pub fn text(&self, setting: Setting) -> &str {
        let default = || {
            let mut settings = SETTINGS.iter();
            let found = settings.find(|(known, ..)| *known == setting);
            found.map_or("", |(.., default)| default)
        };
        self.0
            .get(&setting)
            .map_or_else(default, |value| value.as_str())
    }

    pub fn number(&self, setting: Setting) -> f64 {
        let number: f64 = self.text(setting).parse().unwrap_or_default();
        number.clamp(0.0, LONGEST)
    }

    /// A setting in seconds; at least one, or nothing would ever pass.
    pub fn seconds(&self, setting: Setting) -> Duration {
        Duration::from_secs_f64(self.number(setting).max(1.0))
    }

    /// How long a host may be silent.
    pub fn patience(&self) -> Duration {
        let interval = self.seconds(Setting::PingInterval);
        interval.mul_f64(
            self.number(Setting::PingTimeout)
                .min(LONGEST / interval.as_secs_f64()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_has_its_default_until_it_is_changed() {
        let mut settings = Configuration::default();
        assert_eq!(settings.patience(), Duration::from_secs(150));
        assert!(settings.set("ping.interval", "10"));
        assert!(!settings.set("ping.interval", "often"));
        assert!(!settings.set("no.such.setting", "1"));
        assert_eq!(settings.named("ping.interval"), Some("10"));
        assert_eq!(settings.patience(), Duration::from_secs(25));
        assert!(settings.set("ping.timeout", "1e300"));
        assert!(settings.patience() <= Duration::from_secs(1_000_000_001));
    }
}
