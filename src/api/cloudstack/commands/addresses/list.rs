//! `listPublicIpAddresses`.

use std::net::IpAddr;

use uuid::Uuid;

use super::view::{free, public, vlan_range};
use crate::api::cloudstack::commands::networks::physical_network;
use crate::api::cloudstack::listing::Listing;
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::ids;
use crate::world::network::guest::PublicAddress;

/// How many addresses that nobody has are listed, at most.
const FREE_SHOWN: usize = 1000;

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let own = world.networking.public_addresses();
    let own = own.filter(|address| is_wanted(&listing, address));
    let own = own.map(|address| public(world, &address));
    let free = match asks_for_free(&listing) {
        true => free_addresses(world),
        false => Vec::new(),
    };
    let free = free.into_iter().filter(|(id, address)| {
        listing.wants_id(*id) && listing.args.is("ipaddress", &address.to_string())
    });
    let free = free.map(|(id, address)| self::free(world, id, address));
    Ok(listing.answer(own.chain(free), |address| address))
}

/// Administrators see what nobody has, where they ask for it.
fn asks_for_free(listing: &Listing<'_>) -> bool {
    let args = &listing.args;
    let is_asked = args.flag("allocatedonly") == Some(false)
        || args
            .text("state")
            .is_some_and(|state| state.eq_ignore_ascii_case("Free"));
    let for_somebody = ["associatednetworkid", "vpcid", "account", "projectid"];
    is_asked
        && listing.is_admin()
        && args.is("state", "Free")
        && for_somebody.iter().all(|name| args.text(name).is_none())
        && args.flag("issourcenat") != Some(true)
        && args.flag("isstaticnat") != Some(true)
}

/// The first addresses that nobody has, with their ids.
pub(in crate::api::cloudstack) fn free_addresses(world: &World) -> Vec<(Uuid, IpAddr)> {
    let outside = world.networking.outside();
    let subnets = outside
        .into_iter()
        .flat_map(|net| world.networking.subnets_of(net));
    let free = subnets.flat_map(|subnet| subnet.free().take(FREE_SHOWN));
    let named = free.take(FREE_SHOWN).map(|address| {
        let id = ids::named("public-address", &address.to_string());
        (id, address)
    });
    named.collect()
}

fn is_wanted(listing: &Listing<'_>, address: &PublicAddress) -> bool {
    let (args, world) = (&listing.args, listing.args.world);
    let owner = world.accounts.project(address.project);
    let text = address.address.to_string();
    let zone = super::view::zone_of(world, address);
    let range = vlan_range(world, zone, address.address).map(|range| range.id.to_string());
    listing.wants_id(address.id)
        && listing.keyword_fits(&text)
        && owner.is_some_and(|owner| listing.shows(owner))
        && args.is("ipaddress", &text)
        && args.is("state", address.state.word())
        && args.is_id("zoneid", zone)
        && args.is_id("associatednetworkid", address.network)
        && args.is_id("networkid", Some(address.outside))
        && args.is_id("vpcid", address.vpc)
        && args.is_id("physicalnetworkid", physical_network(world, zone))
        && args.is("vlanid", &range.unwrap_or_default())
        && args.is_flag("issourcenat", address.is_source_nat())
        && args.is_flag("isstaticnat", address.is_static_nat())
        && args.is_flag("forvirtualnetwork", true)
        && args.is_flag("forsystemvms", false)
        && args.is_flag("fordisplay", address.is_displayed)
}
