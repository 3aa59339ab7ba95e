//! Disk and network offerings.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::date;
use crate::api::cloudstack::entity::{disk_offering, network_offering, place_of};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::Row;
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::place::Level;
use crate::world::World;

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listDiskOfferings", list_disk_offerings),
    Row::read("cloudstack.listNetworkOfferings", list_network_offerings),
];

fn list_disk_offerings(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let wanted = Some("Custom").filter(|name| listing.wants(disk_offering(), name));
    let created = date(world.clock().start());
    Ok(listing.answer(wanted.into_iter(), |name| {
        json!({
            "id": disk_offering(),
            "name": name,
            "displaytext": "Custom Disk",
            "disksize": 0,
            "iscustomized": true,
            "displayoffering": true,
            "storagetype": "shared",
            "provisioningtype": "thin",
            "created": created,
        })
    }))
}

fn list_network_offerings(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let fits = args.is("state", "Enabled")
        && args.is("guestiptype", "Isolated")
        && args.is("traffictype", "Guest")
        && args.flag("forvpc") != Some(true)
        && args.flag("specifyvlan") != Some(true)
        && args.flag("isdefault") != Some(false);
    let wanted =
        Some(NETWORK_OFFERING).filter(|name| fits && listing.wants(network_offering(), name));
    let service_offering = world.flavors.first().map(|flavor| flavor.uuid);
    let created = date(world.clock().start());
    Ok(listing.answer(wanted.into_iter(), |name| {
        json!({
            "id": network_offering(),
            "name": name,
            "displaytext": name,
            "guestiptype": "Isolated",
            "traffictype": "Guest",
            "availability": "Required",
            "state": "Enabled",
            "isdefault": true,
            "specifyvlan": false,
            "specifyipranges": false,
            "conservemode": true,
            "forvpc": false,
            "ispersistent": false,
            "egressdefaultpolicy": true,
            "serviceofferingid": service_offering,
            "created": created,
            "service": services(),
        })
    }))
}

/// Whether an offering is asked for, as far as its id and texts go.
pub(super) fn listed(listing: &Listing<'_>, id: Uuid, (name, text): (&str, &str)) -> bool {
    listing.wants_id(id)
        && listing
            .args
            .text("name")
            .is_none_or(|wanted| wanted == name)
        && (listing.keyword_fits(name) || listing.keyword_fits(text))
}

/// Whether an offering is in the domain and the zone that are asked for; one without is in all.
pub(super) fn is_offered_in(args: &Args<'_>, domains: &[Uuid], zones: &[Uuid]) -> bool {
    let takes_in = |name: &str, places: &[Uuid]| {
        let wanted = args.id(name);
        places.is_empty() || wanted.is_none_or(|wanted| places.contains(&wanted))
    };
    takes_in("domainid", domains) && takes_in("zoneid", zones)
}

/// The fields that tell where an offering is offered.
pub(super) fn available_in(world: &World, domains: &[Uuid], zones: &[Uuid]) -> Map<String, Value> {
    let text = |ids: &[Uuid]| {
        ids.iter()
            .map(Uuid::to_string)
            .collect::<Vec<_>>()
            .join(",")
    };
    let zone_names = zones.iter().filter_map(|id| {
        let place = place_of(&world.topology, Level::Zone, *id)?;
        Some(&**place.name(Level::Zone)?)
    });
    let zone_names = zone_names.collect::<Vec<_>>().join(",");
    let mut fields = Map::new();
    if !domains.is_empty() {
        fields.insert("domainid".into(), text(domains).into());
    }
    if !zones.is_empty() {
        fields.insert("zoneid".into(), text(zones).into());
        fields.insert("zone".into(), zone_names.into());
    }
    fields
}

/// What was asked for cannot be.
pub(super) fn refused(message: String) -> Fault {
    Fault::new(FaultKind::InvalidParameter, message)
}

/// The name of the one network offering.
pub(super) const NETWORK_OFFERING: &str = "DefaultIsolatedNetworkOfferingWithSourceNatService";

/// What a guest network offers, all by its virtual router.
pub(super) fn services() -> Value {
    let names = [
        "Dhcp",
        "Dns",
        "UserData",
        "SourceNat",
        "StaticNat",
        "Firewall",
        "PortForwarding",
        "Lb",
    ];
    let services =
        names.map(|name| json!({ "name": name, "provider": [{ "name": "VirtualRouter" }] }));
    services.into_iter().collect()
}
