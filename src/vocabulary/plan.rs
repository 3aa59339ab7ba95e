//! What a world is made from: its topology, what exists in it, what happens at given times, its settings.

use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;

use super::expectation::ExpectationSpec;
use super::mock::MockSpec;
use super::place::Scope;

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

/// The simulated data centre, as planned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TopologyPlan {
    pub zones: IndexMap<Arc<str>, ZonePlan>,
}

impl TopologyPlan {
    /// The data centre of a cloud for which no scenario plans one: a zone, pod and cluster of two hosts.
    pub fn default_cloud() -> Self {
        let hosts = ["host-1", "host-2"].map(|name| (name.into(), HostPlan::default()));
        let cluster = ClusterPlan {
            hypervisor: None,
            hosts: hosts.into(),
        };
        let pod = PodPlan {
            clusters: [("cluster-1".into(), cluster)].into(),
        };
        let zone = ZonePlan {
            pods: [("pod-1".into(), pod)].into(),
        };
        Self {
            zones: [("zone-1".into(), zone)].into(),
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ZonePlan {
    pub pods: IndexMap<Arc<str>, PodPlan>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct PodPlan {
    pub clusters: IndexMap<Arc<str>, ClusterPlan>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClusterPlan {
    /// CloudStack's name of the hypervisor: `KVM`, `XenServer`, `Simulator` (the default) …
    pub hypervisor: Option<Arc<str>>,
    pub hosts: IndexMap<Arc<str>, HostPlan>,
}

/// A host's capacity, where it is not the default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostPlan {
    pub cpus: Option<u32>,
    /// In MiB.
    pub memory: Option<u64>,
}

/// Something that exists at the start.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    Server(GivenServer),
    Image(GivenImage),
    Flavor(GivenFlavor),
    User(GivenUser),
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

impl std::str::FromStr for ClockMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let factor = |text: &str| text.parse().ok().filter(|factor: &f64| *factor > 0.0);
        match text.split_once(' ') {
            None if text == "real" => Ok(ClockMode::Real),
            None if text == "frozen" => Ok(ClockMode::Frozen),
            None if text == "elastic" => Ok(ClockMode::Elastic),
            Some(("scale", number)) => factor(number.trim())
                .filter(|factor| factor.is_finite())
                .map(ClockMode::Scale)
                .ok_or_else(|| format!("`{number}` is not a number above 0")),
            None | Some(_) => {
                Err("a clock is `real`, `frozen`, `elastic` or `scale 60`".to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_read_as_they_are_written() {
        for clock in [
            ClockMode::Real,
            ClockMode::Frozen,
            ClockMode::Elastic,
            ClockMode::Scale(60.0),
            ClockMode::Scale(0.5),
        ] {
            assert_eq!(clock.to_string().parse(), Ok(clock));
        }
        for text in ["", "scale", "scale 0", "scale -1", "scale inf", "fast"] {
            assert!(text.parse::<ClockMode>().is_err(), "{text}");
        }
    }
}
