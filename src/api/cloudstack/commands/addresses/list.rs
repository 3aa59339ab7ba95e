//! `listPublicIpAddresses`.

use std::net::IpAddr;

use uuid::Uuid;

use super::view::{carrier, free, public, vlan_range};
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
    let free = free
        .into_iter()
        .filter(|free| is_wanted_free(&listing, free));
    let free = free.map(|address| self::free(world, &address));
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

/// A public address that nobody has.
pub(in crate::api::cloudstack) struct Free {
    pub(in crate::api::cloudstack) id: Uuid,
    pub(super) zone: Uuid,
    pub(super) network: Uuid,
    pub(super) address: IpAddr,
}

/// The first addresses that nobody has.
pub(in crate::api::cloudstack) fn free_addresses(world: &World) -> Vec<Free> {
    let free = world.free_addresses(FREE_SHOWN).into_iter();
    let named = free.map(|(zone, pool, address)| Free {
        id: ids::named("public-address", &format!("{}/{address}", pool.subnet)),
        zone,
        network: pool.network,
        address,
    });
    named.collect()
}

fn is_wanted_free(listing: &Listing<'_>, free: &Free) -> bool {
    let (args, world) = (&listing.args, listing.args.world);
    let range = vlan_range(world, Some(free.zone), free.address);
    listing.wants_id(free.id)
        && args.is("ipaddress", &free.address.to_string())
        && args.is_id("zoneid", Some(free.zone))
        && args.is_id("networkid", Some(free.network))
        && args.is_id("vlanid", range.map(|range| range.id))
        && args.is_id("physicalnetworkid", carrier(world, Some(free.zone), range))
        && args.is_flag("forvirtualnetwork", true)
        && args.is_flag(
            "forsystemvms",
            range.is_some_and(|range| range.is_for_system_machines),
        )
}

fn is_wanted(listing: &Listing<'_>, address: &PublicAddress) -> bool {
    let (args, world) = (&listing.args, listing.args.world);
    let owner = world.accounts.project(address.project);
    let text = address.address.to_string();
    let zone = super::view::zone_of(world, address);
    let range = vlan_range(world, zone, address.address);
    listing.wants_id(address.id)
        && listing.keyword_fits(&text)
        && owner.is_some_and(|owner| listing.shows(owner))
        && args.is("ipaddress", &text)
        && args.is("state", address.state.word())
        && args.is_id("zoneid", zone)
        && args.is_id("associatednetworkid", address.network)
        && args.is_id("networkid", Some(address.outside))
        && args.is_id("vpcid", address.vpc)
        && args.is_id("physicalnetworkid", carrier(world, zone, range))
        && args.is_id("vlanid", range.map(|range| range.id))
        && args.is_flag("issourcenat", address.is_source_nat())
        && args.is_flag("isstaticnat", address.is_static_nat())
        && args.is_flag("forvirtualnetwork", true)
        && args.is_flag(
            "forsystemvms",
            range.is_some_and(|range| range.is_for_system_machines),
        )
        && args.is_flag("fordisplay", address.is_displayed)
}
