//! What CloudStack's management server does about hosts that fall silent, and about the machines on them.
//!
//! A host is heard of by its pings (`pings`), which are lived through only while somebody could tell the
//! difference. One that is heard of no longer is investigated (`investigation`); once it is known to be down,
//! there is work to do for each of its machines (`work`): make sure that it is dead, and start it elsewhere.
//! Questions to hosts that are no part of an operation go through `inquiry`. Machines leave a host that is to
//! be in maintenance (`maintenance`); the power that hosts report is compared with what is believed (`power`).
//!
//! Hosts can be highly available themselves (`host_ha`), by a provider that recovers or fences them.
//!
//! What is done to machines is an operation like any other. Nothing here touches servers of Nova's, which
//! leaves such things to its administrators.

mod agent;
pub mod compute_service;
mod host_ha;
mod hosts;
mod inquiry;
mod investigation;
mod maintenance;
mod pings;
mod power;
#[cfg(test)]
mod tests;
mod work;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use rustc_hash::{FxHashMap, FxHashSet};
use uuid::Uuid;

use super::World;
use super::server::{Manager, Server, State};
use super::topology::HostKey;
pub use agent::{Agent, ResourceState, Status};
pub use host_ha::{Behaviour, HaEvent, HaState, HostHa, PROVIDER, Transition};
use inquiry::Inquiry;
pub(in crate::world) use inquiry::Reply;
pub(in crate::world) use pings::MOST as MOST_STEPS;
use work::Work;

/// What the management server is busy with.
#[derive(Debug, Clone, Default)]
pub(in crate::world) struct Availability {
    /// Counts inquiries and works.
    count: u64,
    inquiries: BTreeMap<u64, Inquiry>,
    /// The inquiry by which each host is being investigated.
    investigations: FxHashMap<HostKey, u64>,
    works: BTreeMap<u64, Work>,
    /// Hosts that are on and were not heard of at the last ping.
    silent: BTreeSet<HostKey>,
    /// Machines that are believed to run and were not reported, since when.
    missing: FxHashMap<Uuid, DateTime<Utc>>,
    /// Whether a ping was lived through since somebody could tell the difference.
    has_pinged: bool,
    /// The next ping that something waits for.
    awaited_ping: Option<DateTime<Utc>>,
    /// Zones and clusters in which no host is highly available.
    areas_without_ha: FxHashSet<Uuid>,
    /// Counts the steps of what goes on for ever, since the world was last looked at.
    pub(in crate::world) steps: usize,
}

impl Availability {
    fn next_number(&mut self) -> u64 {
        self.count += 1;
        self.count
    }
}

impl World {
    /// The machines of CloudStack's that are on a host.
    fn machines_on(&self, host: HostKey) -> Vec<Uuid> {
        let machines = self.servers().filter(|server| is_machine_on(server, host));
        machines.map(|server| server.id).collect()
    }

    /// Whether CloudStack manages anything here; where it does not, nobody sends agents questions.
    fn has_machines(&self) -> bool {
        self.servers()
            .any(|server| server.spec.manager == Manager::CloudStack)
    }

    /// Hosts of the same level of the topology as one, itself left out, that are up and believed to be.
    fn neighbours(&self, host: HostKey, level: crate::vocabulary::place::Level) -> Vec<HostKey> {
        let place = self.topology.host(host).place.clone();
        let hosts = self.topology.hosts();
        hosts
            .filter(|(key, other)| {
                *key != host
                    && other.is_up
                    && other.agent.status == Status::Up
                    && other.place.get(level) == place.get(level)
            })
            .map(|(key, _)| key)
            .collect()
    }
}

fn is_machine_on(server: &Server, host: HostKey) -> bool {
    server.host == Some(host) && server.spec.manager == Manager::CloudStack
}

/// Whether the management server believes that a machine runs.
fn is_believed_on(server: &Server) -> bool {
    matches!(
        server.state,
        State::Active | State::Paused | State::Rescued | State::Resized
    )
}
