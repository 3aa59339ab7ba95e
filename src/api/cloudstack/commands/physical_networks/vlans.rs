//! Ranges of VLANs that are one account's alone.

use std::ops::RangeInclusive;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::cloudstack::args;
use crate::api::cloudstack::commands::owned::{account_for, refuse};
use crate::api::cloudstack::commands::{joined, owner};
use crate::api::cloudstack::job::done;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::equipment::VlanRange;

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.dedicateGuestVlanRange", Landing::nowhere, dedicate).showing(show),
    Row::new("cloudstack.releaseDedicatedGuestVlanRange", Landing::nowhere, release),
    Row::read("cloudstack.listDedicatedGuestVlanRanges", list).showing(show),
];

fn dedicate(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let account = account_for(world, call)?.id;
    let args = args(world, call);
    let network = args.required_id("physicalnetworkid")?;
    let text = args.text("vlanrange").unwrap_or_default();
    let vlans = vlans(text)?;
    check(world, network, text, &vlans)?;
    let id = world.ids.uuid();
    world.equipment.vlan_ranges.add(VlanRange {
        id,
        network,
        account,
        vlans,
    });
    done(world, call, Some(id))
}

/// `300-310`
fn vlans(text: &str) -> Result<RangeInclusive<u32>, Fault> {
    let malformed = || {
        refuse(format!(
            "Invalid format for parameter value vlan {text} .VLAN should be specified as 'startvlan-endvlan'"
        ))
    };
    let (first, last) = text.split_once('-').ok_or_else(malformed)?;
    match (first.trim().parse(), last.trim().parse()) {
        (Ok(first), Ok(last)) if first <= last && last <= 4095 => Ok(first..=last),
        (Ok(_), Ok(_)) => Err(refuse("Please provide valid guest vlan range")),
        (Ok(_) | Err(_), _) => Err(malformed()),
    }
}

/// All of them have to be the physical network's, and nobody's yet.
fn check(
    world: &World,
    network: Uuid,
    text: &str,
    vlans: &RangeInclusive<u32>,
) -> Result<(), Fault> {
    let known = world.equipment.physical_networks.get(network);
    let has = |vlan| known.is_some_and(|network| network.has_tag(vlan));
    if !vlans.clone().all(has) {
        return Err(refuse(format!("Unable to find guest vlan by range {text}")));
    }
    let mut ranges = world.equipment.vlan_ranges.iter();
    let is_taken = ranges.any(|range| {
        range.network == network
            && range.vlans.start() <= vlans.end()
            && vlans.start() <= range.vlans.end()
    });
    match is_taken {
        true => Err(refuse(format!(
            "Vlan range is already dedicated. Cannot dedicate guest vlan range {text}"
        ))),
        false => Ok(()),
    }
}

fn release(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    world.equipment.vlan_ranges.remove(id);
    done(world, call, None)
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let (args, world) = (&listing.args, listing.args.world);
    let ranges = world.equipment.vlan_ranges.iter().filter(|range| {
        let owner = world.accounts.project(range.account);
        let network = world.equipment.physical_networks.get(range.network);
        listing.wants_id(range.id)
            && owner.is_some_and(|owner| args.is("account", &owner.name))
            && args.is("guestvlanrange", &range.text())
            && args.is_id("physicalnetworkid", Some(range.network))
            && args.is_id("zoneid", network.map(|network| network.zone))
    });
    Ok(listing.shown(ranges.map(|range| range.id)))
}

/// A range. Unlike all others, the service tells its network and zone by their numbers.
fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let range = world.equipment.vlan_ranges.get(id)?;
    let networks = &world.equipment.physical_networks;
    let network = networks.get(range.network)?;
    let mut zones = world.topology.zones();
    let zone = zones.position(|zone| zone.id == network.zone);
    let own = json!({
        "id": id,
        "guestvlanrange": range.text(),
        "physicalnetworkid": networks.number_of(range.network),
        "zoneid": zone.map(|zone| zone + 1),
    });
    let account = world.accounts.project(range.account);
    let account = account.map(|account| owner(world, account));
    Some(joined(own, account.unwrap_or_default()))
}
