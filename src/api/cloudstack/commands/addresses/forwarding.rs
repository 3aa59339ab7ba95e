//! Port forwarding: ports of a public address that lead to a machine.

use std::net::IpAddr;

use uuid::Uuid;

use super::firewall::cidrs;
use super::named;
use super::rules::{add, change, ports};
use crate::api::cloudstack::args;
use crate::api::cloudstack::commands::networks::tell;
use crate::api::cloudstack::commands::owned::{permit, refuse};
use crate::api::cloudstack::params::Args;
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::Port;
use crate::world::network::guest::{Ports, PublicAddress, Purpose, RuleTarget, TrafficRule};
use crate::world::server::State;

pub(super) fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let address = named(world, call, "ipaddressid")?;
    if address.is_static_nat() {
        return Err(refuse(format!(
            "Unable to create port forwarding rule; ip id={} has static nat enabled",
            address.id
        )));
    }
    let network = network_for(world, call, &address)?;
    let id = world.ids.uuid();
    let args = args(world, call);
    let protocol = args.text("protocol").unwrap_or_default();
    check_protocol(&args, protocol)?;
    let (outer, inner) = both_ports(&args)?;
    let server = machine(world, call)?;
    let rule = TrafficRule {
        address: Some(address.id),
        ports: Some(outer),
        sources: cidrs(&args, "cidrlist")?,
        target: Some(RuleTarget {
            server,
            address: guest_address(&args, server, network)?,
            ports: inner,
        }),
        is_displayed: args.flag("fordisplay").unwrap_or(true),
        ..TrafficRule::new(
            id,
            Purpose::PortForwarding,
            network,
            address.project,
            protocol,
        )
    };
    if address.vpc.is_some() && !address.is_source_nat() {
        world.networking.use_of(address.id).network = Some(network);
    }
    add(world, call, rule)
}

/// The network that an address leads into: its own or, for one of a virtual private cloud, the one that is
/// named.
pub(super) fn network_for(
    world: &World,
    call: &Call,
    address: &PublicAddress,
) -> Result<Uuid, Fault> {
    let named = args(world, call).id("networkid");
    match (address.network, named, address.vpc) {
        (Some(own), Some(named), None) if own != named => Err(refuse(format!(
            "Invalid network Id={named}. IP is associated with a different network than passed network id"
        ))),
        (Some(own), _, None) => Ok(own),
        (_, Some(named), Some(vpc)) => {
            let mut tiers = world.networking.tiers_of(vpc);
            let is_tier = tiers.any(|tier| tier.meta.id == named);
            let message = format!("Network {named} is not a tier of the VPC of the ip address");
            is_tier.then_some(named).ok_or_else(|| refuse(message))
        }
        (Some(own), None, Some(_)) => Ok(own),
        (None, _, _) => Err(refuse(format!(
            "Unable to create port forwarding rule for the ipAddress id={} as ip is not associated with any \
             network and no networkId is passed in",
            address.id
        ))),
    }
}

fn check_protocol(args: &Args<'_>, protocol: &str) -> Result<(), Fault> {
    if ["tcp", "udp"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(protocol))
    {
        return Ok(());
    }
    let zone = args.world.topology.zones().next().map(|zone| &zone.name);
    let zone = zone.map_or("", |zone| zone);
    Err(refuse(format!(
        "Protocol {protocol} is not supported in zone {zone}"
    )))
}

/// The ports outside and inside.
fn both_ports(args: &Args<'_>) -> Result<(Ports, Ports), Fault> {
    let missing = || refuse("Public and private ports have to be specified");
    let outer = ports(args, "publicport", "publicendport")?.ok_or_else(missing)?;
    let inner = ports(args, "privateport", "privateendport")?.ok_or_else(missing)?;
    match outer.last - outer.first == inner.last - inner.first {
        true => Ok((outer, inner)),
        false => Err(refuse(
            "Source port and destination port ranges should be of equal sizes.",
        )),
    }
}

/// The machine that a rule is to lead to.
pub(super) fn machine(world: &World, call: &Call) -> Result<Uuid, Fault> {
    let id = args(world, call).required_id("virtualmachineid")?;
    let server = world.server(id);
    let server =
        server.filter(|server| !matches!(server.state, State::SoftDeleted | State::Deleted));
    let server = server.ok_or_else(|| refuse(format!("Invalid user vm: {id}")))?;
    permit(call, server.spec.project.id, id)?;
    Ok(id)
}

/// The card of a machine in a network.
pub(super) fn card_in(world: &World, server: Uuid, network: Uuid) -> Option<&Port> {
    let mut cards = world.networking.nics_of(server);
    cards.find(|card| card.network == network)
}

/// The address of a machine's that a rule leads to: the one that is named, else its first.
pub(super) fn guest_address(args: &Args<'_>, server: Uuid, network: Uuid) -> Result<IpAddr, Fault> {
    let card = card_in(args.world, server, network);
    let first = card.and_then(|card| Some((card, card.ipv4()?)));
    let (card, first) =
        first.ok_or_else(|| refuse("Vm doesn't belong to network associated with ipAddress"))?;
    let Some(wanted) = args.text("vmguestip") else {
        return Ok(first);
    };
    let wanted = wanted.parse().ok();
    let mut own = card.fixed_ips.iter().map(|fixed| fixed.address);
    own.find(|address| Some(*address) == wanted)
        .ok_or_else(|| refuse("IP Address is not in the VM nic's network "))
}

pub(super) fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let old = super::rules::named(world, call)?;
    let args = args(world, call);
    let mut new = old.clone();
    if let (Some(_), Some(target)) = (args.text("virtualmachineid"), &mut new.target) {
        target.server = machine(world, call)?;
        target.address = guest_address(&args, target.server, old.network)?;
    }
    if let (Some(ports), Some(target)) = (
        ports(&args, "privateport", "privateendport")?,
        &mut new.target,
    ) {
        target.ports = ports;
    }
    if args.text("cidrlist").is_some() {
        new.sources = cidrs(&args, "cidrlist")?;
    }
    new.is_displayed = args.flag("fordisplay").unwrap_or(new.is_displayed);
    let (id, change) = (new.id, change(world, &new));
    if let Some(rule) = world.networking.guests.rules.get_mut(id) {
        *rule = new;
    }
    tell(world, call, id, change)
}
