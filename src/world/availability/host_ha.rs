//! High availability of hosts themselves: what is not well is checked, recovered, and fenced in the end.
//!
//! The states, their events and the numbers are those of CloudStack's `HAConfig` and of its simulator's
//! provider. A host that is well does nothing here; one that is not takes a step every second.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::{ResourceState, is_believed_on};
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::time::Event as Due;
use crate::world::time::clock::later;
use crate::world::topology::HostKey;

/// The one provider of this cloud's hosts.
pub const PROVIDER: &str = "simulatorhaprovider";

/// From one step to the next: between activity checks, after a recovery, and while degraded.
const STEP: Duration = Duration::from_secs(1);
const MAX_ACTIVITY_CHECKS: u32 = 3;
const MAX_RECOVERY_ATTEMPTS: u32 = 2;
/// How many transitions of a host are kept; the oldest go first.
const KEPT: usize = 1000;

macro_rules! words {
    ($(#[$about:meta])* $type:ident { $($name:ident,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $type {
            $($name,)*
        }

        impl $type {
            /// CloudStack's word.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }
        }
    };
}

words! {
    /// How far high availability is with a host.
    HaState {
        Disabled,
        Available,
        Ineligible,
        Suspect,
        Degraded,
        Checking,
        Recovering,
        Recovered,
        Fencing,
        Fenced,
    }
}

words! {
    /// Why it went from one state to another.
    HaEvent {
        Enabled,
        Disabled,
        Eligible,
        Ineligible,
        HealthCheckPassed,
        HealthCheckFailed,
        PerformActivityCheck,
        TooFewActivityCheckSamples,
        PeriodicRecheckResourceActivity,
        ActivityCheckFailureOverThresholdRatio,
        ActivityCheckFailureUnderThresholdRatio,
        RetryRecovery,
        Recovered,
        RecoveryWaitPeriodTimeout,
        RecoveryOperationThresholdExceeded,
        RetryFencing,
        Fenced,
    }
}

/// How a host is to behave towards its provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behaviour {
    pub is_healthy: bool,
    pub has_activity: bool,
    pub can_recover: bool,
    pub can_fence: bool,
}

/// One change of state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    pub from: HaState,
    pub event: HaEvent,
    pub to: HaState,
    pub activity_checks: u32,
    pub recoveries: u32,
}

/// High availability of one host.
#[derive(Debug, Clone, PartialEq)]
pub struct HostHa {
    pub is_enabled: bool,
    pub provider: Option<Arc<str>>,
    pub state: HaState,
    /// Nothing is done for a host before somebody says how it behaves.
    pub behaviour: Option<Behaviour>,
    /// Since its behaviour was last said, oldest first.
    pub transitions: Vec<Transition>,
    activity_checks: u32,
    failed_checks: u32,
    recoveries: u32,
    /// Counts the plans to take a step; only the last one counts.
    plan: u32,
}

impl Default for HostHa {
    fn default() -> Self {
        Self {
            is_enabled: false,
            provider: None,
            state: HaState::Disabled,
            behaviour: None,
            transitions: Vec::new(),
            activity_checks: 0,
            failed_checks: 0,
            recoveries: 0,
            plan: 0,
        }
    }
}

impl HostHa {
    /// What happens next, if anything does while nobody changes anything.
    fn next(&mut self, behaviour: Behaviour) -> Option<(HaEvent, HaState)> {
        let is_healthy = behaviour.is_healthy;
        match self.state {
            HaState::Disabled => None,
            HaState::Ineligible => Some((HaEvent::Eligible, HaState::Available)),
            HaState::Available if is_healthy => None,
            HaState::Available => Some((HaEvent::HealthCheckFailed, HaState::Suspect)),
            HaState::Suspect | HaState::Degraded if is_healthy => {
                Some((HaEvent::HealthCheckPassed, HaState::Available))
            }
            HaState::Suspect => Some((HaEvent::PerformActivityCheck, HaState::Checking)),
            HaState::Checking => Some(self.check_activity(behaviour)),
            HaState::Degraded => Some((HaEvent::PeriodicRecheckResourceActivity, HaState::Suspect)),
            HaState::Recovering => Some(self.recover(behaviour)),
            HaState::Recovered => Some((HaEvent::RecoveryWaitPeriodTimeout, HaState::Available)),
            HaState::Fencing if behaviour.can_fence => Some((HaEvent::Fenced, HaState::Fenced)),
            HaState::Fencing => Some((HaEvent::RetryFencing, HaState::Fencing)),
            HaState::Fenced if is_healthy => {
                Some((HaEvent::HealthCheckPassed, HaState::Ineligible))
            }
            HaState::Fenced => None,
        }
    }

    /// Some checks are made before anything is made of them.
    fn check_activity(&mut self, behaviour: Behaviour) -> (HaEvent, HaState) {
        self.activity_checks += 1;
        self.failed_checks += u32::from(!behaviour.has_activity);
        if self.activity_checks < MAX_ACTIVITY_CHECKS {
            return (HaEvent::TooFewActivityCheckSamples, HaState::Suspect);
        }
        match std::mem::take(&mut self.failed_checks) {
            0 => (
                HaEvent::ActivityCheckFailureUnderThresholdRatio,
                HaState::Degraded,
            ),
            _ => (
                HaEvent::ActivityCheckFailureOverThresholdRatio,
                HaState::Recovering,
            ),
        }
    }

    fn recover(&mut self, behaviour: Behaviour) -> (HaEvent, HaState) {
        if self.recoveries >= MAX_RECOVERY_ATTEMPTS {
            return (
                HaEvent::RecoveryOperationThresholdExceeded,
                HaState::Fencing,
            );
        }
        self.recoveries += 1;
        match behaviour.can_recover {
            true => (HaEvent::Recovered, HaState::Recovered),
            false => (HaEvent::RetryRecovery, HaState::Recovering),
        }
    }

    fn change(&mut self, event: HaEvent, to: HaState) {
        if event == HaEvent::Fenced {
            self.recoveries = 0;
        }
        self.transitions.push(Transition {
            from: self.state,
            event,
            to,
            activity_checks: self.activity_checks,
            recoveries: self.recoveries,
        });
        if self.transitions.len() > KEPT {
            self.transitions.remove(0);
        }
        self.state = to;
        let has_result = self.activity_checks >= MAX_ACTIVITY_CHECKS;
        if has_result || to == HaState::Available {
            (self.activity_checks, self.failed_checks) = (0, 0);
        }
        if event == HaEvent::HealthCheckPassed || to == HaState::Disabled {
            self.recoveries = 0;
        }
    }
}

impl World {
    /// Names the provider that sees to a host's high availability; false when there is no such provider.
    pub fn configure_host_ha(&mut self, host: HostKey, provider: &str) -> bool {
        let is_known = provider.eq_ignore_ascii_case(PROVIDER);
        if is_known {
            self.topology.host_mut(host).agent.ha.provider = Some(PROVIDER.into());
        }
        is_known
    }

    /// Turns a host's high availability on or off; false when it has no provider yet.
    pub fn enable_host_ha(&mut self, host: HostKey, is_enabled: bool) -> bool {
        let ha = &mut self.topology.host_mut(host).agent.ha;
        if ha.provider.is_none() {
            return false;
        }
        ha.is_enabled = is_enabled;
        self.follow_switches(host);
        true
    }

    /// Turns the high availability of all hosts of a zone or cluster on or off, where they have it.
    pub fn enable_host_ha_in(&mut self, area: Uuid, is_enabled: bool) {
        let disabled = &mut self.availability.areas_without_ha;
        match is_enabled {
            true => disabled.remove(&area),
            false => disabled.insert(area),
        };
        let hosts: Vec<HostKey> = self.topology.hosts().map(|(host, _)| host).collect();
        for host in hosts {
            self.follow_switches(host);
        }
    }

    /// Says how a host behaves from now on; what is known of its past is forgotten.
    pub fn set_ha_behaviour(&mut self, host: HostKey, behaviour: Behaviour) {
        let ha = &mut self.topology.host_mut(host).agent.ha;
        ha.behaviour = Some(behaviour);
        ha.transitions.clear();
        self.plan_ha_step(host);
    }

    /// Whether high availability is on for a host, its cluster and its zone.
    fn is_ha_on(&self, host: HostKey) -> bool {
        let host = self.topology.host(host);
        let is_off_in = |level| {
            let area = self.topology.id_at(&host.place, level);
            area.is_some_and(|area| self.availability.areas_without_ha.contains(&area))
        };
        host.agent.ha.is_enabled && !is_off_in(Level::Zone) && !is_off_in(Level::Cluster)
    }

    fn follow_switches(&mut self, host: HostKey) {
        let is_on = self.is_ha_on(host);
        let ha = &mut self.topology.host_mut(host).agent.ha;
        match (ha.state, is_on) {
            (HaState::Disabled, true) => ha.change(HaEvent::Enabled, HaState::Available),
            (HaState::Disabled, false) | (_, true) => {}
            (_, false) => ha.change(HaEvent::Disabled, HaState::Disabled),
        }
        self.plan_ha_step(host);
    }

    /// Has a host take its next step in a moment.
    pub(super) fn plan_ha_step(&mut self, host: HostKey) {
        let ha = &mut self.topology.host_mut(host).agent.ha;
        ha.plan = ha.plan.wrapping_add(1);
        let due = later(self.now, STEP);
        self.events.push(due, Due::HostHa(host, ha.plan));
    }

    /// Takes a step, and plans the next one while there is any.
    pub(in crate::world) fn take_ha_step(&mut self, key: HostKey, plan: u32) {
        let host = self.topology.host_mut(key);
        let is_usable = host.agent.resource == ResourceState::Enabled;
        let ha = &mut host.agent.ha;
        if ha.plan != plan || ha.state == HaState::Disabled {
            return;
        }
        let next = match ha.behaviour.filter(|_| is_usable) {
            Some(behaviour) => ha.next(behaviour),
            None if matches!(ha.state, HaState::Ineligible | HaState::Fenced) => None,
            None => Some((HaEvent::Ineligible, HaState::Ineligible)),
        };
        let Some((event, state)) = next else {
            return;
        };
        ha.change(event, state);
        if state == HaState::Fenced {
            self.fence(key);
        }
        self.plan_ha_step(key);
    }

    /// A fenced host is in maintenance, and its machines are dead.
    fn fence(&mut self, host: HostKey) {
        let fenced = self.topology.host_mut(host);
        fenced.in_maintenance = true;
        fenced.agent.resource = ResourceState::Maintenance;
        self.lose_machines(host);
    }

    /// Takes all machines of a host for dead: they are stopped, and started elsewhere if they are worth that.
    pub(super) fn lose_machines(&mut self, host: HostKey) {
        for machine in self.machines_on(host) {
            if self.servers.get(machine).is_some_and(is_believed_on) {
                self.put_down(machine, host);
            }
        }
    }
}
