//! Static NAT: public addresses that are one machine's. OpenStack's clients see them as floating addresses.

use uuid::Uuid;

use super::firewall::cidrs;
use super::forwarding::{card_in, guest_address, machine, network_for};
use super::named;
use super::rules::{add, ports};
use crate::api::cloudstack::commands::networks::{in_network, tell};
use crate::api::cloudstack::commands::owned::refuse;
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing, Proviso};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::network::guest::{GuestThing, PublicAddress, Purpose, RuleTarget, TrafficRule};
use crate::world::operations::Kind;

/// Answers when the router has answered: the command makes no job.
pub(super) fn enable(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let address = named(world, call, "ipaddressid")?;
    let id = address.id;
    let server = machine(world, call)?;
    let network = network_for(world, call, &address)?;
    check_enabled(world, &address, server)?;
    let args = args(world, call);
    let inner = guest_address(&args, server, network)?;
    let card = card_in(world, server, network).map(|card| card.meta.id);
    let associated = world
        .networking
        .associate(id, card.unwrap_or_default(), Some(inner));
    associated.map_err(|fault| refuse(fault.message))?;
    let used = world.networking.use_of(id);
    used.network = Some(network);
    let change = in_network(
        world,
        network,
        Kind::ApplyStaticNat,
        GuestThing::StaticNat(id),
    );
    if let Some(order) = change.order(call)? {
        world.begin(order);
    }
    let done = job::done(world, call, None)?;
    Ok(done.provided(Proviso {
        holds: |world, [id, _]| is_enabled(world, id),
        of: [id, id],
        otherwise: Fault::new(FaultKind::Internal, "Failed to enable static nat"),
    }))
}

fn is_enabled(world: &World, id: Uuid) -> bool {
    let address = world.networking.public_address(id);
    address.is_some_and(|address| address.is_static_nat())
}

fn check_enabled(world: &World, address: &PublicAddress, server: Uuid) -> Result<(), Fault> {
    let shown = address.address;
    let conflict = |message: String| Fault::conflict(message).named("NetworkRuleConflict");
    if address.is_source_nat() {
        return Err(refuse(format!(
            "Can't enable static, ip address {shown} is a sourceNat ip address"
        )));
    }
    let mut rules = world.networking.rules_on(address.id);
    if rules.any(|rule| rule.purpose == Purpose::PortForwarding) {
        return Err(conflict(format!(
            "Failed to enable static nat for the ip address {shown} as it already has PortForwarding rules assigned"
        )));
    }
    let is_own = |port: Uuid| {
        let mut cards = world.networking.nics_of(server);
        cards.any(|card| card.meta.id == port)
    };
    match address.association {
        Some(to) if !is_own(to.port) => Err(conflict(format!(
            "Failed to enable static for the ip address {shown} and vm id={server} as it's already assigned to \
             antoher vm"
        ))),
        Some(_) | None => check_other_address(world, address, server),
    }
}

/// A machine's address is behind one public address only.
fn check_other_address(world: &World, address: &PublicAddress, server: Uuid) -> Result<(), Fault> {
    let cards = world.networking.nics_of(server);
    let mut known = cards.flat_map(|card| world.networking.floating_ips_of(card.meta.id));
    match known.find(|floating| floating.meta.id != address.id) {
        Some(old) => Err(refuse(format!(
            "Failed to enable static nat on the  ip {} with Id {} as the vm {server} is already associated with \
             another public ip {} with id {}",
            address.address, address.id, old.address.address, old.meta.id
        ))),
        None => Ok(()),
    }
}

pub(super) fn disable(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let address = named(world, call, "ipaddressid")?;
    let id = address.id;
    let network = address.network.filter(|_| address.is_static_nat());
    let Some(network) = network else {
        let message = "Specified IP address id is not associated with any vm Id";
        return job::conclude(world, call, Some(id), Err(refuse(message)));
    };
    world.networking.guests.ending_nat.insert(id);
    let change = in_network(
        world,
        network,
        Kind::ApplyStaticNat,
        GuestThing::StaticNat(id),
    );
    tell(world, call, id, change)
}

pub(super) fn create_rule(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let address = named(world, call, "ipaddressid")?;
    let association = address.association.filter(|_| !address.is_source_nat());
    let (Some(association), Some(network)) = (association, address.network) else {
        let message = format!("Can't do static nat on ip address: {}", address.address);
        return Err(Fault::conflict(message).named("NetworkRuleConflict"));
    };
    let server = world.networking.ports.get(association.port);
    let server = server.and_then(|port| port.device.id()).unwrap_or_default();
    let id = world.ids.uuid();
    let args = args(world, call);
    let outer = ports(&args, "startport", "endport")?;
    let protocol = args.text("protocol").unwrap_or_default();
    let rule = TrafficRule {
        address: Some(address.id),
        ports: outer,
        sources: cidrs(&args, "cidrlist")?,
        target: outer.map(|ports| RuleTarget {
            server,
            address: association.fixed_ip,
            ports,
        }),
        ..TrafficRule::new(id, Purpose::StaticNat, network, address.project, protocol)
    };
    add(world, call, rule)
}
