//! Load balancing inside of networks: addresses of theirs, and the machines that answer at them.

use std::net::IpAddr;
use std::sync::Arc;

use uuid::Uuid;

use super::{GuestThing, Purpose, RuleState, TrafficRule};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::User;
use crate::world::appliances::{ApplianceState, Role};
use crate::world::network::{Device, Networking, PortDraft, Wish};
use crate::world::operations::{Kind, Operation, Order, Thing};

/// What the ports of such addresses are plugged into.
const DEVICE: &str = "internal-load-balancer";

impl Networking {
    /// The port of an address of a network at which rules balance.
    pub fn balancing_port(&self, network: Uuid, address: IpAddr) -> Option<Uuid> {
        let port = self.port_with(network, address)?.meta.id;
        self.balances_at(port).then_some(port)
    }

    fn balances_at(&self, port: Uuid) -> bool {
        let mut rules = self.guests.rules.iter();
        rules.any(|rule| rule.purpose == Purpose::InnerBalancing && rule.address == Some(port))
    }

    /// Gives the address back that a rule was the last on.
    pub(super) fn leave_inner_address(&mut self, gone: &TrafficRule) {
        let port = gone
            .address
            .filter(|_| gone.purpose == Purpose::InnerBalancing);
        if let Some(port) = port.filter(|port| !self.balances_at(*port)) {
            self.remove_port(port);
        }
    }
}

impl World {
    /// Takes an address of a network to balance at, and returns its port.
    ///
    /// # Errors
    /// When there is none left, or the one that is asked for is taken.
    pub fn take_inner_address(
        &mut self,
        network: Uuid,
        project: Uuid,
        wanted: Option<IpAddr>,
    ) -> Result<Uuid, Fault> {
        let subnet = self.networking.first_subnet(network);
        let wish = Wish {
            subnet: subnet.map(|subnet| subnet.meta.id),
            address: wanted,
        };
        let draft = PortDraft {
            device: Device::Other(DEVICE.into()),
            wishes: Some(vec![wish]),
            ..PortDraft::new(self.new_meta(project), network)
        };
        self.networking.add_port(draft)
    }

    /// Has the machine at an inner address heed a change, and start first where it does not run.
    pub fn balance_inside(
        &mut self,
        port: Uuid,
        what: GuestThing,
        user: &Arc<User>,
    ) -> Option<Uuid> {
        let known = self.appliances_for(Role::Balancer(port)).next();
        let id = match known.map(|known| known.id) {
            Some(id) => id,
            None => self.add_balancer(port)?,
        };
        self.order_of_balancer(id, Kind::BalanceInside, what, user)
    }

    /// Has the machine at an inner address go with the last rule; none where none is there.
    pub fn end_inside(&mut self, port: Uuid, what: GuestThing, user: &Arc<User>) -> Option<Uuid> {
        let id = self.appliances_for(Role::Balancer(port)).next()?.id;
        self.order_of_balancer(id, Kind::EndBalancing, what, user)
    }

    fn add_balancer(&mut self, port: Uuid) -> Option<Uuid> {
        let network = self.networking.ports.get(port)?.network;
        let network = self.network(network)?;
        let (project, zone) = (network.meta.project, network.guest.as_ref()?.zone);
        Some(self.add_appliance(Role::Balancer(port), project, zone))
    }

    fn order_of_balancer(
        &mut self,
        id: Uuid,
        kind: Kind,
        what: GuestThing,
        user: &Arc<User>,
    ) -> Option<Uuid> {
        let host = self.place_of_appliance(id);
        let appliance = self.appliance_mut(id)?;
        if kind == Kind::BalanceInside && appliance.state == ApplianceState::Stopped {
            appliance.state = ApplianceState::Starting;
        }
        let order = Order::new(Thing::Appliance(id), kind, user.clone());
        self.begin(order.with(Thing::Guest(what)).at(host))
    }

    /// What was asked of the machine at an inner address is so.
    pub(in crate::world) fn balances_inside(&mut self, operation: &Operation) {
        self.guest_settled(operation);
        let appliance = match operation.on {
            Thing::Appliance(id) => self.appliance(id),
            _ => None,
        };
        let Some(Role::Balancer(port)) = appliance.map(|appliance| appliance.role) else {
            return;
        };
        let rules = self.networking.rules_on(port);
        let new = rules.filter(|rule| rule.state == RuleState::Add);
        for rule in new.map(|rule| rule.id).collect::<Vec<_>>() {
            self.networking.set_rule_state(rule, RuleState::Active);
        }
    }

    /// The machine does not heed it; it runs on, if it does.
    pub(in crate::world) fn does_not_balance(&mut self, operation: &Operation) {
        self.guest_refused(operation);
        self.appliance_stays(operation);
    }

    /// The machine is gone with the last rule.
    pub(in crate::world) fn balancer_goes(&mut self, operation: &Operation) {
        self.guest_settled(operation);
        if let Thing::Appliance(id) = operation.on {
            self.remove_appliance(id);
        }
    }
}
