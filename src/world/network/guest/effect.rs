//! What becomes of rules and addresses when the hosts of routers did what they were asked, or did not.

use uuid::Uuid;

use super::RuleState;
use crate::world::World;
use crate::world::appliances::Role;
use crate::world::network::guest::PublicState;
use crate::world::operations::{Operation, Thing};

/// What a router is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GuestThing {
    /// A rule on a public address, or on what leaves a network.
    Rule(Uuid),
    PublicAddress(Uuid),
    /// That a public address is one machine's.
    StaticNat(Uuid),
    AclItem(Uuid),
    PrivateGateway(Uuid),
    StaticRoute(Uuid),
    /// A change of a rule for load balancing.
    Balancing(Uuid),
    VpnConnection(Uuid),
    RemoteAccess(Uuid),
    VpnUser(Uuid),
}

impl World {
    /// The router heeds what it was told: what was to come is in force, what was to go is gone.
    pub(in crate::world) fn guest_settled(&mut self, operation: &Operation) {
        if let Some(Thing::Guest(thing)) = operation.with {
            self.settle_guest(thing, true);
        }
    }

    /// The router does not heed it: what was to come is gone, what was to go stays on its way out.
    pub(in crate::world) fn guest_refused(&mut self, operation: &Operation) {
        if let Some(Thing::Guest(thing)) = operation.with {
            self.settle_guest(thing, false);
        }
    }

    /// Has a change take effect, or not.
    pub fn settle_guest(&mut self, thing: GuestThing, is_heeded: bool) {
        match thing {
            GuestThing::Rule(id) => self.settle_rule(id, is_heeded),
            GuestThing::PublicAddress(id) => self.settle_address(id, is_heeded),
            GuestThing::StaticNat(id) => self.settle_static_nat(id, is_heeded),
            GuestThing::AclItem(id) => self.settle_acl_item(id, is_heeded),
            GuestThing::PrivateGateway(id) => self.settle_gateway(id, is_heeded),
            GuestThing::StaticRoute(id) => self.settle_route(id, is_heeded),
            GuestThing::Balancing(id) => self.networking.guests.balancing.settle(id, is_heeded),
            GuestThing::VpnConnection(id) => self.settle_connection(id, is_heeded),
            GuestThing::RemoteAccess(id) => self.settle_access(id, is_heeded),
            GuestThing::VpnUser(id) => self.settle_vpn_user(id, is_heeded),
        }
    }

    fn settle_rule(&mut self, id: Uuid, is_heeded: bool) {
        let guests = &self.networking.guests;
        match guests.rules.get(id).map(|rule| next(rule.state, is_heeded)) {
            Some(Next::Goes) => self.networking.remove_traffic_rule(id),
            Some(Next::Is(state)) => self.networking.set_rule_state(id, state),
            None => {}
        }
    }

    fn settle_acl_item(&mut self, id: Uuid, is_heeded: bool) {
        let items = &mut self.networking.guests.acl_items;
        let Some(item) = items.get_mut(id) else {
            return;
        };
        match (item.before.take(), next(item.state, is_heeded)) {
            // A change that is refused is none.
            (Some(before), Next::Goes) if !is_heeded => {
                (item.filter, item.state) = (before, RuleState::Active);
            }
            (_, Next::Goes) => drop(items.remove(id)),
            (_, Next::Is(state)) => item.state = state,
        }
    }

    fn settle_gateway(&mut self, id: Uuid, is_heeded: bool) {
        let gateways = &mut self.networking.guests.gateways;
        let Some(gateway) = gateways.get_mut(id) else {
            return;
        };
        match next(gateway.state, is_heeded) {
            Next::Goes => drop(gateways.remove(id)),
            Next::Is(state) => gateway.state = state,
        }
    }

    fn settle_route(&mut self, id: Uuid, is_heeded: bool) {
        let routes = &mut self.networking.guests.routes;
        let Some(route) = routes.get_mut(id) else {
            return;
        };
        match next(route.state, is_heeded) {
            Next::Goes => drop(routes.remove(id)),
            Next::Is(state) => route.state = state,
        }
    }

    fn settle_address(&mut self, id: Uuid, is_heeded: bool) {
        let state = self.networking.public_address(id).map(|it| it.state);
        match (state, is_heeded) {
            (Some(PublicState::Allocating), true) => {
                self.networking.use_of(id).state = PublicState::Allocated;
            }
            // An address is given back whatever the router says, for nothing can be done about that.
            (Some(PublicState::Allocating), false) | (Some(PublicState::Releasing), _) => {
                self.networking.release_address(id).ok();
            }
            (Some(PublicState::Allocated | PublicState::Reserved) | None, _) => {}
        }
    }

    /// An address whose router does not heed that it is one machine's is not; one that is to be free again is.
    fn settle_static_nat(&mut self, id: Uuid, is_heeded: bool) {
        let is_ending = self.networking.guests.ending_nat.remove(&id);
        if is_ending == is_heeded {
            self.networking.dissociate(id);
            let is_nat = |rule: &super::TrafficRule| {
                rule.address == Some(id) && rule.purpose == super::Purpose::StaticNat
            };
            self.networking.remove_traffic_rules(is_nat);
        }
    }
}

/// What becomes of something in a state.
enum Next {
    Is(RuleState),
    Goes,
}

fn next(state: RuleState, is_heeded: bool) -> Next {
    match (state, is_heeded) {
        (RuleState::Add | RuleState::Active, true) => Next::Is(RuleState::Active),
        (RuleState::Add, false) | (RuleState::Revoke, true) => Next::Goes,
        (RuleState::Active, false) => Next::Is(RuleState::Active),
        (RuleState::Revoke, false) => Next::Is(RuleState::Revoke),
    }
}

/// Restarts.
impl World {
    /// A network, or a virtual private cloud with its networks, was told of anew.
    pub(in crate::world) fn network_restarted(&mut self, operation: &Operation) {
        match operation.on {
            Thing::Network(id) => self.clear_restart(id),
            Thing::Vpc(id) => self.clear_vpc_restart(id),
            Thing::Appliance(id) => {
                self.appliance_runs(operation);
                match self.appliance(id).map(|appliance| appliance.role) {
                    Some(Role::Network(id)) => self.clear_restart(id),
                    Some(Role::Vpc(id)) => self.clear_vpc_restart(id),
                    Some(Role::Balancer(_) | Role::SecondaryStorage | Role::ConsoleProxy)
                    | None => {}
                }
            }
            _ => {}
        }
    }

    fn clear_vpc_restart(&mut self, id: Uuid) {
        let tiers = self.networking.tiers_of(id);
        for tier in tiers.map(|tier| tier.meta.id).collect::<Vec<_>>() {
            self.clear_restart(tier);
        }
        if let Some(vpc) = self.networking.guests.vpcs.get_mut(id) {
            vpc.needs_restart = false;
        }
    }

    fn clear_restart(&mut self, network: Uuid) {
        let network = self.networking.networks.get_mut(network);
        if let Some(guest) = network.and_then(|network| network.guest.as_mut()) {
            guest.needs_restart = false;
        }
    }
}
