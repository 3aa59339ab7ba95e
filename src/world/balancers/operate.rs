//! What is done to balancers, on the hosts that carry them.

use std::sync::Arc;

use super::{Balancer, Change, Numbers, Status};
use crate::world::World;
use crate::world::accounts::User;
use crate::world::operations::{Kind, Operation, Order, Thing};
use crate::world::topology::HostKey;

impl World {
    /// The host for a new balancer: of those that take anything, the one that carries the fewest, then the
    /// first in the order of the topology. `None` when there is none.
    pub fn place_balancer(&self) -> Option<HostKey> {
        let load = |key: HostKey| {
            let carried = self.balancers.living();
            carried
                .filter(|balancer| balancer.host == Some(key))
                .count()
        };
        let hosts = self.topology.hosts();
        let takers = hosts.filter(|(_, host)| host.takes_servers());
        takers
            .map(|(key, _)| key)
            .min_by_key(|key| (load(*key), *key))
    }

    /// Takes a new balancer in and lets its host set it up.
    pub fn create_balancer(&mut self, balancer: Balancer, numbers: Numbers, user: &Arc<User>) {
        let id = balancer.id;
        self.balancers.put(balancer, numbers);
        self.send_to_balancer(id, Status::Build, Kind::CreateBalancer, user);
    }

    /// Puts a changed balancer in its place, and lets its host know where `kind` says how.
    pub fn commit_balancer(&mut self, change: Change, kind: Option<Kind>, user: &Arc<User>) {
        let id = change.balancer.id;
        self.balancers.put(change.balancer, change.numbers);
        if let Some(kind) = kind {
            self.send_to_balancer(id, Status::PendingUpdate, kind, user);
        }
    }

    pub fn delete_balancer(&mut self, id: u32, user: &Arc<User>) {
        self.send_to_balancer(id, Status::PendingDelete, Kind::DeleteBalancer, user);
    }

    fn send_to_balancer(&mut self, id: u32, status: Status, kind: Kind, user: &Arc<User>) {
        let now = self.now;
        let Some(balancer) = self.balancers.get_mut(id) else {
            return;
        };
        (balancer.status, balancer.updated) = (status, now);
        let order = Order::new(Thing::Balancer(id), kind, user.clone()).at(balancer.host);
        self.begin(order);
    }

    /// Its host did what was asked.
    pub(in crate::world) fn settle_balancer(&mut self, operation: &Operation) {
        self.end_balancer(operation, Status::Active);
    }

    /// Its host refused.
    pub(in crate::world) fn break_balancer(&mut self, operation: &Operation) {
        self.end_balancer(operation, Status::Error);
    }

    /// It is gone from its host; its addresses are free, and little of it is kept.
    pub(in crate::world) fn bury_balancer(&mut self, operation: &Operation) {
        self.end_balancer(operation, Status::Deleted);
        self.departures += 1;
        let balancer = operation
            .on
            .balancer()
            .and_then(|id| self.balancers.get_mut(id));
        if let Some(balancer) = balancer {
            balancer.nodes.clear();
            balancer.virtual_ips.clear();
        }
    }

    fn end_balancer(&mut self, operation: &Operation, status: Status) {
        let now = self.now;
        let balancer = operation
            .on
            .balancer()
            .and_then(|id| self.balancers.get_mut(id));
        if let Some(balancer) = balancer {
            (balancer.status, balancer.updated) = (status, now);
        }
    }
}
