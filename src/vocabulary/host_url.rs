//! The addresses by which CloudStack's management server is told of hosts.

use std::str::FromStr;
use std::sync::Arc;

use super::plan::HostSettings;

/// Where a host is, and what it has: `http://sim/c0/h0/cpuspeed=2000&cpucore=4&memory=8192`.
///
/// The last part is the simulator's own: speed in MHz, memory in MiB; it may be left out.
#[derive(Debug, Clone, PartialEq)]
pub struct HostUrl {
    /// After its address: `c0-h0`, since another cluster may have an `h0` too.
    pub name: Arc<str>,
    pub settings: HostSettings,
}

/// Why a text is no host's address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoHostUrl {
    #[error("`{0}` names no host: an address is like http://sim/c0/h0")]
    Nameless(String),
    #[error("`{0}` is no number that `{1}` could be")]
    NoNumber(String, String),
}

impl FromStr for HostUrl {
    type Err = NoHostUrl;

    fn from_str(text: &str) -> Result<Self, NoHostUrl> {
        let mut settings = HostSettings {
            url: Some(text.into()),
            ..HostSettings::default()
        };
        let address = text.split_once("://").map_or(text, |(_, rest)| rest);
        let address = address.trim_end_matches('/');
        let (address, options) = match address.rsplit_once('/') {
            Some((address, options)) if options.contains('=') => (address, options),
            _ => (address, ""),
        };
        for option in options.split('&').filter(|option| !option.is_empty()) {
            read_option(option, &mut settings)?;
        }
        let path = address.split_once('/').map_or("", |(_, path)| path);
        let name = match path.trim_matches('/').replace('/', "-") {
            name if name.is_empty() => address.trim_matches('/').to_owned(),
            name => name,
        };
        match name.is_empty() {
            true => Err(NoHostUrl::Nameless(text.to_owned())),
            false => Ok(Self {
                name: name.into(),
                settings,
            }),
        }
    }
}

/// What the simulator does not know is not read: real ones take `localstorage` and `arch` too.
fn read_option(option: &str, settings: &mut HostSettings) -> Result<(), NoHostUrl> {
    let (key, value) = option.split_once('=').unwrap_or((option, ""));
    let number = || {
        let number = value.parse::<u32>().ok().filter(|number| *number > 0);
        number.ok_or_else(|| NoHostUrl::NoNumber(value.to_owned(), key.to_owned()))
    };
    match key {
        "cpuspeed" => settings.speed = Some(number()?),
        "cpucore" => settings.cpus = Some(number()?),
        "memory" => settings.memory = Some(mebibytes(u64::from(number()?))),
        _ => {}
    }
    Ok(())
}

/// Some write bytes, where the simulator takes mebibytes: no host has so many of those.
fn mebibytes(number: u64) -> u64 {
    const MIB: u64 = 1 << 20;
    const MOST: u64 = 1 << 26;
    if number > MOST { number / MIB } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(url: &str) -> Option<String> {
        let url = HostUrl::from_str(url).ok()?;
        Some(url.name.to_string())
    }

    #[test]
    fn hosts_are_named_after_their_addresses() {
        assert_eq!(name("http://sim/c0/h0").as_deref(), Some("c0-h0"));
        assert_eq!(name("http://sim/c0/h0/").as_deref(), Some("c0-h0"));
        assert_eq!(name("http://10.1.1.5").as_deref(), Some("10.1.1.5"));
        assert_eq!(name("http:///"), None);
    }

    #[test]
    fn the_last_part_says_what_a_host_has() {
        let url = "http://sim/c0/h0/cpuspeed=8000&cpucore=6&memory=9216&localstorage=1";
        let HostUrl { name, settings } = HostUrl::from_str(url).expect("an address");
        assert_eq!(&*name, "c0-h0");
        assert_eq!(
            (settings.speed, settings.cpus, settings.memory),
            (Some(8000), Some(6), Some(9216))
        );
        let wrong = HostUrl::from_str("http://sim/c0/h0/cpucore=many").expect_err("no number");
        assert_eq!(
            wrong.to_string(),
            "`many` is no number that `cpucore` could be"
        );
    }
}
