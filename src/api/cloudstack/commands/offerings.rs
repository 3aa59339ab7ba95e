//! What can be ordered: service offerings, which OpenStack calls flavors; disk offerings.

use serde_json::{Value, json};

use super::{CPU_SPEED, date};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::Row;
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::catalog::Flavor;
use crate::world::disk_offering::DiskOffering;

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listServiceOfferings", list_service_offerings),
    Row::read("cloudstack.listDiskOfferings", list_disk_offerings),
];

fn list_service_offerings(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let wants_system = listing.args.flag("issystem") == Some(true);
    let flavors = world.flavors.iter();
    let flavors =
        flavors.filter(|flavor| !wants_system && listing.wants(flavor.uuid, &flavor.name));
    Ok(listing.answer(flavors, |flavor| service_offering(world, flavor)))
}

fn service_offering(world: &World, flavor: &Flavor) -> Value {
    json!({
        "id": flavor.uuid,
        "name": flavor.name,
        "displaytext": flavor.name,
        "state": "Active",
        "cpunumber": flavor.cpus,
        "cpuspeed": CPU_SPEED,
        "memory": flavor.memory,
        "rootdisksize": flavor.disk,
        "storagetype": "shared",
        "provisioningtype": "thin",
        "offerha": flavor.is_highly_available,
        "limitcpuuse": false,
        "isvolatile": false,
        "iscustomized": flavor.is_custom,
        "issystem": false,
        "defaultuse": false,
        "dynamicscalingenabled": true,
        "created": date(world.clock().start()),
    })
}

fn list_disk_offerings(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let offerings = world.disk_offerings.iter();
    let offerings = offerings.filter(|offering| listing.wants(offering.id, &offering.name));
    Ok(listing.answer(offerings, disk_offering))
}

fn disk_offering(offering: &DiskOffering) -> Value {
    json!({
        "id": offering.id,
        "name": offering.name,
        "displaytext": offering.display_text,
        "disksize": offering.size,
        "iscustomized": offering.is_custom,
        "displayoffering": offering.is_shown,
        "tags": Some(offering.tags.join(",")).filter(|tags| !tags.is_empty()),
        "state": "Active",
        "storagetype": "shared",
        "provisioningtype": "thin",
        "created": date(offering.created),
    })
}
