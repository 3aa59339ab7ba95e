//! What a world is made from: its topology, what exists in it, what happens at given times, its settings.

mod topology;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Datelike, Utc};

use super::expectation::ExpectationSpec;
use super::mock::MockSpec;
use super::place::Scope;

pub use topology::*;

/// All that a set of scenario files says, checked and resolved; no names are left open.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The scenarios, in the order of the files.
    pub scenarios: Vec<ScenarioInfo>,
    pub mocks: Vec<MockSpec>,
    /// `None` where no file says one: the configuration's default then stands.
    pub topology: Option<TopologyPlan>,
    pub givens: Vec<Given>,
    pub timeline: Vec<TimedAct>,
    pub expectations: Vec<ExpectationSpec>,
    pub settings: Settings,
}

/// What is known of a scenario beside its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioInfo {
    pub name: Arc<str>,
    pub tags: Vec<Arc<str>>,
    pub path: Arc<str>,
    /// Counted from 1.
    pub line: usize,
}

/// Something that exists at the start.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    Server(GivenServer),
    Image(GivenImage),
    Flavor(GivenFlavor),
    User(GivenUser),
    Volume(GivenVolume),
    Balancer(GivenBalancer),
}

/// `given 3 servers "web-{n}" on host "h1" { … }`
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GivenServer {
    /// The name; `{n}` in it counts from 1.
    pub name: Arc<str>,
    pub count: u64,
    pub scope: Scope,
    /// One of the statuses of Nova, `ACTIVE` by default.
    pub status: Option<Arc<str>>,
    /// By name or id; the first one of the cloud by default.
    pub flavor: Option<Arc<str>>,
    pub image: Option<Arc<str>>,
    /// The project, by name; `admin` by default.
    pub tenant: Option<Arc<str>>,
    pub metadata: Vec<(Arc<str>, Arc<str>)>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct GivenImage {
    pub name: Arc<str>,
    pub count: u64,
    pub id: Option<Arc<str>>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct GivenFlavor {
    pub name: Arc<str>,
    pub count: u64,
    pub id: Option<Arc<str>>,
    /// Default 1.
    pub cpus: Option<u32>,
    /// In MiB; default 512.
    pub memory: Option<u64>,
    /// In GiB; default 1.
    pub disk: Option<u64>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct GivenUser {
    pub name: Arc<str>,
    pub count: u64,
    /// Any password is right where none is given.
    pub password: Option<Arc<str>>,
    /// The project, by name; one of the user's own name by default.
    pub tenant: Option<Arc<str>>,
    pub admin: bool,
}

/// `given 3 volumes "data-{n}" { size 10GiB }`
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GivenVolume {
    /// The name; `{n}` in it counts from 1.
    pub name: Arc<str>,
    pub count: u64,
    /// In GiB; default 1.
    pub size: Option<u64>,
    /// One of Cinder's words, `available` by default.
    pub status: Option<Arc<str>>,
    /// The project, by name; `admin` by default.
    pub tenant: Option<Arc<str>>,
    pub metadata: Vec<(Arc<str>, Arc<str>)>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct GivenBalancer {
    pub name: Arc<str>,
    pub count: u64,
    /// `ACTIVE` by default.
    pub status: Option<Arc<str>>,
    /// `HTTP` by default.
    pub protocol: Option<Arc<str>>,
    /// The protocol's own by default.
    pub port: Option<u16>,
    pub algorithm: Option<Arc<str>>,
    /// The project, by name; `admin` by default.
    pub tenant: Option<Arc<str>>,
    /// Where it sends requests on to.
    pub nodes: Vec<SocketAddr>,
    pub metadata: Vec<(Arc<str>, Arc<str>)>,
}

/// `at 30s host "h1" goes down`
#[derive(Debug, Clone, PartialEq)]
pub struct TimedAct {
    /// Since the start of the world, on its clock.
    pub at: Duration,
    pub act: Act,
    pub scenario: Option<Arc<str>>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// All hosts in the scope.
    Hosts(Scope, HostChange),
    /// The servers of this name.
    Server { name: Arc<str>, status: Arc<str> },
    /// The load balancers of this name.
    Balancer { name: Arc<str>, status: Arc<str> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostChange {
    GoesDown,
    ComesBack,
    EntersMaintenance,
    LeavesMaintenance,
}

/// `seed 42`, `clock frozen`
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    pub seed: Option<u64>,
    pub clock: Option<ClockMode>,
    /// What the clock shows first; the real time where nothing is said.
    pub start: Option<Instant>,
}

/// A point in time, from 1970 to the end of 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant(pub DateTime<Utc>);

/// Why a text is no point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time is written like 2026-01-31T12:00:00Z, and not before 1970")]
pub struct NoInstant;

impl std::str::FromStr for Instant {
    type Err = NoInstant;

    fn from_str(text: &str) -> Result<Self, NoInstant> {
        let instant = DateTime::parse_from_rfc3339(text).map_err(|_| NoInstant)?;
        let instant = instant.to_utc();
        let has_four_digits = instant.year() <= 9999;
        (instant >= DateTime::UNIX_EPOCH && has_four_digits)
            .then_some(Self(instant))
            .ok_or(NoInstant)
    }
}

/// How a world's time passes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum ClockMode {
    #[default]
    Real,
    /// Only `tick` moves it.
    Frozen,
    /// Frozen, but a look at something pending moves it to the next event.
    Elastic,
    /// That many times as fast as real time.
    Scale(f64),
}

impl std::fmt::Display for ClockMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ClockMode::Real => f.write_str("real"),
            ClockMode::Frozen => f.write_str("frozen"),
            ClockMode::Elastic => f.write_str("elastic"),
            ClockMode::Scale(factor) => write!(f, "scale {factor}"),
        }
    }
}

/// Why a text is no clock mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a clock is `real`, `frozen`, `elastic` or `scale N`, N from 0.001 to 1000000")]
pub struct NoClockMode;

impl std::str::FromStr for ClockMode {
    type Err = NoClockMode;

    fn from_str(text: &str) -> Result<Self, NoClockMode> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            ["real"] => Ok(ClockMode::Real),
            ["frozen"] => Ok(ClockMode::Frozen),
            ["elastic"] => Ok(ClockMode::Elastic),
            ["scale", factor] => {
                let factor: f64 = factor.parse().map_err(|_| NoClockMode)?;
                let is_sane = (0.001..=1e6).contains(&factor);
                is_sane
                    .then_some(ClockMode::Scale(factor))
                    .ok_or(NoClockMode)
            }
            _ => Err(NoClockMode),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_modes_read_back() {
        for text in ["real", "frozen", "elastic", "scale 60", "scale 0.5"] {
            assert_eq!(
                text.parse::<ClockMode>().map(|mode| mode.to_string()),
                Ok(text.to_owned())
            );
        }
        for text in [
            "",
            "Frozen",
            "scale",
            "scale 0",
            "scale -1",
            "scale inf",
            "scale NaN",
            "real 2",
        ] {
            assert_eq!(text.parse::<ClockMode>(), Err(NoClockMode), "{text}");
        }
    }

    #[test]
    fn instants_are_of_the_years_that_every_dialect_can_write() {
        let read = |text: &str| text.parse::<Instant>().map(|at| at.0.to_rfc3339());
        let epoch = Ok("1970-01-01T00:00:00+00:00".to_owned());
        assert_eq!(read("1970-01-01T00:00:00Z"), epoch);
        assert_eq!(read("1970-01-01T01:00:00+01:00"), epoch);
        for text in [
            "",
            "2026-01-01",
            "0",
            "1969-12-31T23:59:59Z",
            "9999-12-31T23:59:59-01:00",
            "2026-13-01T00:00:00Z",
        ] {
            assert_eq!(read(text), Err(NoInstant), "{text}");
        }
    }
}
