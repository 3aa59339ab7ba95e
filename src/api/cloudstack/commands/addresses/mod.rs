//! Public addresses, and the rules on them.

mod address;
mod firewall;
mod forwarding;
mod list;
mod rules;
mod static_nat;
mod view;

pub(super) use firewall::{cidrs, icmp};
pub(super) use forwarding::network_for;
pub(in crate::api::cloudstack) use list::free_addresses;
pub(super) use rules::{add as add_rule, delete as delete_rule, land as land_on_rule, ports};

use uuid::Uuid;

use super::networks::{Change, in_network, in_vpc};
use super::owned::{permit, refuse};
use crate::api::cloudstack::args;
use crate::api::cloudstack::table::Row;
use crate::api::{Call, Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::guest::{GuestThing, PublicAddress};
use crate::world::operations::Kind;
use crate::world::topology::HostKey;

pub(crate) const ROWS: &[Row] = &[
    Row::new(
        "cloudstack.associateIpAddress",
        Landing::nowhere,
        address::associate,
    )
    .showing(view::address),
    Row::new(
        "cloudstack.disassociateIpAddress",
        land_on_going,
        address::disassociate,
    ),
    Row::new("cloudstack.updateIpAddress", land_on_own, address::update).showing(view::address),
    Row::new(
        "cloudstack.reserveIpAddress",
        Landing::nowhere,
        address::reserve,
    )
    .showing(view::address),
    Row::new("cloudstack.releaseIpAddress", land_on_own, address::release),
    Row::read("cloudstack.listPublicIpAddresses", list::list).showing(view::address),
    Row::new(
        "cloudstack.enableStaticNat",
        land_on_address,
        static_nat::enable,
    ),
    Row::new(
        "cloudstack.disableStaticNat",
        land_on_address,
        static_nat::disable,
    ),
    Row::new(
        "cloudstack.createFirewallRule",
        land_on_address,
        firewall::create,
    )
    .showing(view::firewall),
    Row::new("cloudstack.updateFirewallRule", rules::land, rules::update).showing(view::firewall),
    Row::new("cloudstack.deleteFirewallRule", rules::land, rules::delete),
    Row::read("cloudstack.listFirewallRules", rules::list_firewall).showing(view::firewall),
    Row::new(
        "cloudstack.createEgressFirewallRule",
        firewall::land_egress,
        firewall::create_egress,
    )
    .showing(view::firewall),
    Row::new(
        "cloudstack.updateEgressFirewallRule",
        rules::land,
        rules::update,
    )
    .showing(view::firewall),
    Row::new(
        "cloudstack.deleteEgressFirewallRule",
        rules::land,
        rules::delete,
    ),
    Row::read("cloudstack.listEgressFirewallRules", rules::list_egress).showing(view::firewall),
    Row::new(
        "cloudstack.createPortForwardingRule",
        land_on_address,
        forwarding::create,
    )
    .showing(view::forwarding),
    Row::new(
        "cloudstack.updatePortForwardingRule",
        rules::land,
        forwarding::update,
    )
    .showing(view::forwarding),
    Row::new(
        "cloudstack.deletePortForwardingRule",
        rules::land,
        rules::delete,
    ),
    Row::read("cloudstack.listPortForwardingRules", rules::list_forwarding)
        .showing(view::forwarding),
    Row::new(
        "cloudstack.createIpForwardingRule",
        land_on_address,
        static_nat::create_rule,
    )
    .showing(view::forwarding),
    Row::new(
        "cloudstack.deleteIpForwardingRule",
        rules::land,
        rules::delete,
    ),
    Row::read("cloudstack.listIpForwardingRules", rules::list_static_nat).showing(view::forwarding),
];

fn land_on_own(world: &World, call: &Call) -> Result<Landing, Fault> {
    land_on(world, call, "id")
}

fn land_on_address(world: &World, call: &Call) -> Result<Landing, Fault> {
    land_on(world, call, "ipaddressid")
}

/// Finds the public address that an argument names, at the place of its router.
pub(super) fn land_on(world: &World, call: &Call, name: &str) -> Result<Landing, Fault> {
    Ok(at(world, &named(world, call, name)?))
}

fn land_on_going(world: &World, call: &Call) -> Result<Landing, Fault> {
    Ok(at(world, &address::to_disassociate(world, call)?))
}

/// The place of an address's router.
fn at(world: &World, address: &PublicAddress) -> Landing {
    let host = host_of(world, address);
    Landing {
        target: address.network.map_or(Target::Nothing, Target::Network),
        place: host.map(|host| world.topology.host(host).place.clone()),
    }
}

/// The public address that an argument names.
///
/// # Errors
/// When it is gone, or not the caller's.
pub(super) fn named(world: &World, call: &Call, name: &str) -> Result<PublicAddress, Fault> {
    let id = args(world, call).required_id(name)?;
    let address = expect(world, id)?;
    permit(world, call, address.project, id)?;
    Ok(address)
}

/// # Errors
/// When it is gone.
pub(super) fn expect(world: &World, id: Uuid) -> Result<PublicAddress, Fault> {
    let gone = || refuse(format!("Unable to find IP address by id {id}"));
    world.networking.public_address(id).ok_or_else(gone)
}

/// The host of the router that an address is on.
fn host_of(world: &World, address: &PublicAddress) -> Option<HostKey> {
    let by_network = || world.router_host(address.network?);
    match address.vpc {
        Some(vpc) => world.vpc_host(vpc),
        None => by_network(),
    }
}

/// That a router gets an address, or gives it back.
fn association(world: &World, address: &PublicAddress) -> Option<Change> {
    let what = GuestThing::PublicAddress(address.id);
    match (address.vpc, address.network) {
        (Some(vpc), _) => Some(in_vpc(world, vpc, Kind::AssociateVpcAddress, what)),
        (None, Some(network)) => Some(in_network(world, network, Kind::AssociateAddress, what)),
        (None, None) => None,
    }
}
