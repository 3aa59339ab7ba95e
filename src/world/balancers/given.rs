//! Load balancers that a scenario puts there, or puts into another state.

use std::net::SocketAddr;
use std::sync::Arc;

use super::{
    Balancer, Change, Condition, IpVersion, Meta, Node, NodeKind, NodeStatus, Numbered, Reach,
    Status, VirtualIp,
};
use crate::vocabulary::balancing::port_of;
use crate::vocabulary::plan::GivenBalancer;
use crate::world::World;
use crate::world::operations::Thing;
use crate::world::start::given::names;

/// The protocol of a balancer for which none is given.
const DEFAULT_PROTOCOL: &str = "HTTP";

/// Where neither a port is given nor the protocol has one.
const DEFAULT_PORT: u16 = 80;

impl World {
    /// Puts balancers there as they are to be, without a command to any host.
    pub(in crate::world) fn give_balancers(&mut self, plan: &GivenBalancer) {
        for name in names(&plan.name, plan.count) {
            let mut change = Change {
                balancer: self.given_balancer(plan, name.into()),
                numbers: self.balancers.numbers.clone(),
                now: self.now,
            };
            change.furnish(plan);
            self.balancers.put(change.balancer, change.numbers);
        }
    }

    fn given_balancer(&mut self, plan: &GivenBalancer, name: Arc<str>) -> Balancer {
        let tenant = plan.tenant.as_deref().unwrap_or("admin");
        let owner = (
            self.accounts.project_named(tenant),
            self.accounts.user_named(tenant),
        );
        let protocol = plan.protocol.as_deref().unwrap_or(DEFAULT_PROTOCOL);
        let port = plan.port.or_else(|| port_of(protocol));
        let listens = (protocol, port.unwrap_or(DEFAULT_PORT));
        let mut balancer = Balancer::new(owner, self.place_balancer(), listens, self.now);
        let status = plan.status.as_deref().and_then(Status::named);
        balancer.status = status.unwrap_or(Status::Active);
        balancer.algorithm = plan.algorithm.clone().unwrap_or(balancer.algorithm);
        (balancer.name, balancer.is_given) = (name, true);
        balancer
    }

    /// Puts the balancers of that name into a state, whatever they were in.
    pub(in crate::world) fn force_balancers(&mut self, name: &str, status: &str) {
        let named = self.balancers.living();
        let named = named.filter(|balancer| *balancer.name == *name);
        let ids: Vec<u32> = named.map(|balancer| balancer.id).collect();
        for id in ids {
            self.force_balancer(id, status);
        }
    }

    /// Puts a balancer into a status by force, whatever it was in: what was being done to it is broken off.
    /// False when there is no such status.
    pub(in crate::world) fn force_balancer(&mut self, id: u32, status: &str) -> bool {
        let Some(status) = Status::named(status).filter(|status| *status != Status::Deleted) else {
            return false;
        };
        self.break_off(Thing::Balancer(id), "It was put into another state");
        let now = self.now;
        let balancer = self.balancers.get_mut(id);
        if let Some(balancer) = balancer.filter(|balancer| balancer.status != Status::Deleted) {
            (balancer.status, balancer.updated) = (status, now);
        }
        true
    }

    /// Puts a node into a status by force. False when there is no such node.
    pub fn force_node(&mut self, balancer: u32, node: u32, status: NodeStatus) -> bool {
        let now = self.now;
        let Some(balancer) = self.balancers.get_mut(balancer) else {
            return false;
        };
        let Some(node) = balancer.node_mut(node) else {
            return false;
        };
        node.status = status;
        balancer.updated = now;
        true
    }
}

impl Change {
    /// Gives a balancer its numbers, and what has numbers of its own.
    fn furnish(&mut self, plan: &GivenBalancer) {
        self.balancer.id = self.numbers.next(Numbered::Balancer);
        let ip = VirtualIp::take(&mut self.numbers, Reach::Public, IpVersion::V4);
        self.balancer.virtual_ips.extend(ip);
        for place in &plan.nodes {
            let node = self.given_node(*place);
            self.balancer.nodes.push(node);
        }
        for (key, value) in &plan.metadata {
            let id = self.numbers.next(Numbered::Meta);
            let (key, value) = (key.clone(), value.clone());
            self.balancer.metadata.push(Meta { id, key, value });
        }
    }

    fn given_node(&mut self, place: SocketAddr) -> Node {
        Node {
            id: self.numbers.next(Numbered::Node),
            address: place.ip().to_string().into(),
            port: place.port(),
            condition: Condition::Enabled,
            kind: NodeKind::Primary,
            weight: 1,
            status: NodeStatus::Online,
            metadata: Vec::new(),
        }
    }
}
