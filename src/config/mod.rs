//! Settings: `mimic.toml`, laid over the defaults.

mod document;
mod size;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};

pub use size::Size;

use crate::reload::Watch;
use crate::vocabulary::diagnostic::{Diagnostic, Source};
use crate::vocabulary::plan::{ClockMode, Instant};
use crate::world::start::blueprint::Blueprint;

const DEFAULTS: &str = include_str!("default.toml");

/// What a profile lays over the defaults.
const OF_PROFILES: &[(&str, &[&str])] = &[(
    "rackspace",
    &[
        include_str!("rackspace.toml"),
        include_str!("rackspace/compute.toml"),
        include_str!("rackspace/flavors.toml"),
        include_str!("rackspace/images.toml"),
    ],
)];

/// What a profile lays over the defaults, one after the other.
fn defaults_of(profile: &str) -> &'static [&'static str] {
    let known = OF_PROFILES.iter().find(|(name, _)| *name == profile);
    known.map_or(&[], |(_, defaults)| defaults)
}

/// All settings. What each is by default, `default.toml` says, and for a profile the file of its name.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    #[serde(deserialize_with = "address")]
    pub listen: SocketAddr,
    /// Scenario files, and directories of them.
    pub scenarios: Vec<PathBuf>,
    #[serde(deserialize_with = "parsed")]
    pub watch: Watch,
    /// How time passes; the scenarios decide where nothing is said here, and real time is the default.
    #[serde(default, deserialize_with = "some_parsed")]
    pub clock: Option<ClockMode>,
    /// What the clock shows first; the scenarios decide where nothing is said here, and the real time is the
    /// default.
    #[serde(default, deserialize_with = "some_parsed")]
    pub clock_start: Option<Instant>,
    /// What all identifiers and draws derive from; the scenarios decide where nothing is said here.
    pub seed: Option<u64>,
    /// What the admin API asks for; it is open where none is set.
    pub admin_token: Option<String>,
    /// The largest request body that is taken.
    pub body_limit: Size,
    /// How much of each world's journal is kept.
    pub journal: Size,
    /// Whether keys and names that meant something to the original Mimic mean it here.
    pub presets: bool,
    pub cloudstack: CloudStackSettings,
    pub cloud: Blueprint,
}

/// What CloudStack's API has beside that of a cloud.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloudStackSettings {
    /// Calls at this port, at the address of `listen`, need no authentication; there is none where it is not
    /// set.
    pub integration_port: Option<u16>,
    /// Whether `/admin.json` tells the first administrator's keys.
    pub admin_json: bool,
}

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the settings in {}: {error}", path.display())]
    Unreadable {
        path: PathBuf,
        error: std::io::Error,
    },
    #[error("{} is not as it should be", path.display())]
    Wrong {
        path: PathBuf,
        findings: Vec<Diagnostic>,
    },
}

impl Config {
    /// The settings of a file, laid over the defaults. Paths in it are relative to where it is.
    ///
    /// # Errors
    /// When the file cannot be read, or is not as it should be.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|error| ConfigError::Unreadable {
            path: path.to_owned(),
            error,
        })?;
        let source = Source::new(path.display().to_string(), text);
        let mut config =
            document::read(DEFAULTS, &source).map_err(|findings| ConfigError::Wrong {
                path: path.to_owned(),
                findings,
            })?;
        if let Some(directory) = path.parent() {
            config.resolve_paths(directory);
        }
        Ok(config)
    }

    fn resolve_paths(&mut self, directory: &Path) {
        for path in &mut self.scenarios {
            *path = directory.join(&*path);
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        toml::from_str(DEFAULTS).expect("the defaults are tested")
    }
}

/// Reads an address to listen on.
///
/// # Errors
/// What is expected instead.
pub fn parse_address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "an address and a port are needed, like 127.0.0.1:8900".to_owned())
}

fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    parse_address(&String::deserialize(deserializer)?).map_err(de::Error::custom)
}

/// A value that is written as a word.
fn parsed<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: std::fmt::Display>,
{
    String::deserialize(deserializer)?
        .parse()
        .map_err(de::Error::custom)
}

fn some_parsed<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: std::fmt::Display>,
{
    parsed(deserializer).map(Some)
}

#[cfg(test)]
mod tests;
