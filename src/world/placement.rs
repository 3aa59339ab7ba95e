//! Where a server goes.

use std::cmp::Reverse;

use uuid::Uuid;

use super::World;
use super::catalog::Flavor;
use super::server::Server;
use super::topology::{Host, HostKey};
use crate::vocabulary::place::Scope;

impl World {
    /// The host that a new server goes to: of those with room, the one with the most free memory, then the
    /// first by name. `None` when there is none.
    pub fn place(&self, scope: &Scope, flavor: &Flavor) -> Option<HostKey> {
        self.best_host(scope, flavor, &[], |host| {
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
        self.best_host(scope, flavor, &own, |host| {
            (Reverse(host.free_memory()), host.name.clone())
        })
    }

    /// The host to try after `failed`: the nearest first, never one already tried.
    pub(super) fn place_again(
        &self,
        scope: &Scope,
        flavor: &Flavor,
        failed: HostKey,
        tried: &[HostKey],
    ) -> Option<HostKey> {
        let place = self.topology.host(failed).place.clone();
        self.best_host(scope, flavor, tried, |host| {
            let nearness = Reverse(place.nearness(&host.place));
            (nearness, Reverse(host.free_memory()), host.name.clone())
        })
    }

    /// The host that sees to storage for a thing: that of the server which uses it, else the first in the
    /// scope that is up.
    pub fn place_storage(&self, scope: &Scope, server: Option<Uuid>) -> Option<HostKey> {
        let own = server.and_then(|id| self.server(id)?.host);
        let mut hosts = self.topology.hosts();
        own.or_else(|| {
            let is_good = |host: &Host| host.is_up && scope.covers(&host.place);
            hosts.find(|(_, host)| is_good(host)).map(|(key, _)| key)
        })
    }

    fn best_host<K: Ord>(
        &self,
        scope: &Scope,
        flavor: &Flavor,
        tried: &[HostKey],
        rank: impl Fn(&Host) -> K,
    ) -> Option<HostKey> {
        self.topology
            .hosts()
            .filter(|(key, host)| {
                host.takes_servers()
                    && !tried.contains(key)
                    && scope.covers(&host.place)
                    && host.fits(flavor.cpus, flavor.memory)
            })
            .min_by_key(|(_, host)| rank(host))
            .map(|(key, _)| key)
    }
}
