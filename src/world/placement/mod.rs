//! Where a server goes.

pub mod aggregates;
pub mod dedication;
pub mod providers;
pub mod server_groups;
mod wishes;

use std::cmp::Reverse;

use uuid::Uuid;

use super::World;
use super::offerings::flavor::Flavor;
use super::server::{Manager, Server, Specification};
use super::topology::{Host, HostKey};
use crate::vocabulary::place::{Level, Scope};

/// What is to be placed.
#[derive(Debug, Clone, Copy)]
pub struct Demand<'a> {
    pub spec: &'a Specification,
    /// What it is to take: the server's own flavor, or the one that it is resized to.
    pub flavor: &'a Flavor,
    /// The server, if there is one already.
    pub server: Option<Uuid>,
}

impl<'a> Demand<'a> {
    pub fn of_new(spec: &'a Specification) -> Self {
        Self {
            spec,
            flavor: &spec.flavor,
            server: None,
        }
    }

    pub fn of(server: &'a Server) -> Self {
        Self {
            server: Some(server.id),
            ..Self::of_new(&server.spec)
        }
    }
}

impl World {
    /// The host that a server goes to: of those with room, the one that its group likes best, then the one
    /// with the most free memory, then the first by name. `None` when there is none.
    pub fn place(&self, scope: &Scope, demand: Demand<'_>) -> Option<HostKey> {
        self.best_host(scope, demand, &[], |host| {
            (Reverse(host.free_memory()), host.name.clone())
        })
    }

    /// The host that an existing server can move to: never its own.
    pub fn place_elsewhere(
        &self,
        scope: &Scope,
        server: &Server,
        flavor: &Flavor,
    ) -> Option<HostKey> {
        let own: Vec<HostKey> = server.host.into_iter().collect();
        let demand = Demand {
            flavor,
            ..Demand::of(server)
        };
        self.best_host(scope, demand, &own, |host| {
            let is_far = is_far(server, host);
            (is_far, Reverse(host.free_memory()), host.name.clone())
        })
    }

    /// The host that a stopped machine of CloudStack's starts on: the one where it was, else one that reaches
    /// its disk, else any other.
    pub fn place_start(&self, scope: &Scope, server: &Server) -> Option<HostKey> {
        let last = server.last_host.map(|last| self.topology.host(last));
        self.best_host(scope, Demand::of(server), &[], |host| {
            let is_other = last.is_some_and(|last| last.id != host.id);
            let rank = (is_other, is_far(server, host));
            (rank, Reverse(host.free_memory()), host.name.clone())
        })
    }

    /// The host to try after `failed`: the nearest first, never one already tried.
    pub(super) fn place_again(
        &self,
        scope: &Scope,
        demand: Demand<'_>,
        failed: HostKey,
        tried: &[HostKey],
    ) -> Option<HostKey> {
        let place = self.topology.host(failed).place.clone();
        self.best_host(scope, demand, tried, |host| {
            let nearness = Reverse(place.nearness(&host.place));
            (nearness, Reverse(host.free_memory()), host.name.clone())
        })
    }

    /// The host that sees to storage for a thing: that of the server which uses it, else the first in the
    /// scope that is up and takes volumes.
    pub fn place_storage(&self, scope: &Scope, server: Option<Uuid>) -> Option<HostKey> {
        let own = server.and_then(|id| self.server(id)?.host);
        let mut hosts = self.topology.hosts();
        own.or_else(|| {
            let is_good = |host: &Host| {
                host.is_up && scope.covers(&host.place) && self.storage.takes_volumes(host)
            };
            hosts.find(|(_, host)| is_good(host)).map(|(key, _)| key)
        })
    }

    fn best_host<K: Ord>(
        &self,
        scope: &Scope,
        demand: Demand<'_>,
        tried: &[HostKey],
        rank: impl Fn(&Host) -> K,
    ) -> Option<HostKey> {
        let wishes = self.wishes(demand);
        let pools = match demand.spec.manager {
            Manager::Nova => None,
            Manager::CloudStack => self.disk_pools_for(demand),
        };
        let flavor = demand.flavor;
        let is_fit = |host: &Host| match demand.spec.manager {
            Manager::Nova => true,
            Manager::CloudStack => host.agent.takes_machines(),
        };
        self.topology
            .hosts()
            .filter(|(key, host)| {
                host.takes_servers()
                    && is_fit(host)
                    && !tried.contains(key)
                    && scope.covers(&host.place)
                    && self.topology.is_open(&host.place)
                    && host.fits(flavor.cpus, flavor.memory)
                    && wishes.allow(self, *key, host)
                    && pools.as_ref().is_none_or(|pools| pools.allows(self, host))
            })
            .min_by_key(|(key, host)| (wishes.reluctance(self, *key), rank(host)))
            .map(|(key, _)| key)
    }
}

/// Whether a host does not reach the disk of a machine of CloudStack's.
fn is_far(server: &Server, host: &Host) -> bool {
    let cluster = host.place.get(Level::Cluster).map(|spot| spot.number);
    server.disk.is_some() && server.disk != cluster
}
