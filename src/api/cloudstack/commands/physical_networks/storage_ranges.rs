//! Ranges of addresses for what fetches from storage.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{address, word};
use crate::api::cloudstack::args;
use crate::api::cloudstack::job::done;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::plan::RangeSettings;
use crate::world::World;
use crate::world::equipment::StorageRange;

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.createStorageNetworkIpRange", Landing::nowhere, create).showing(show),
    Row::new("cloudstack.updateStorageNetworkIpRange", Landing::nowhere, update).showing(show),
    Row::new("cloudstack.deleteStorageNetworkIpRange", Landing::nowhere, delete),
    Row::read("cloudstack.listStorageNetworkIpRange", list).showing(show),
];

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let (pod, settings) = (args.required_id("podid")?, settings(&args)?);
    let zone = world.topology.pod(pod);
    let zone = zone
        .and_then(|pod| world.topology.zone_of(&pod.place))
        .map(|zone| zone.id);
    let zone = zone.ok_or_else(|| Fault::invalid(format!("Unable to find pod {pod}")))?;
    let id = world.ids.uuid();
    world.equipment.storage_ranges.add(StorageRange {
        id,
        zone,
        pod,
        settings,
    });
    done(world, call, Some(id))
}

fn settings(args: &Args<'_>) -> Result<RangeSettings, Fault> {
    let (start, end) = (address(args, "startip")?, address(args, "endip")?);
    if start.zip(end).is_some_and(|(start, end)| start > end) {
        return Err(Fault::invalid(
            "Please make sure that startIP is not bigger than endIP",
        ));
    }
    Ok(RangeSettings {
        gateway: address(args, "gateway")?,
        netmask: address(args, "netmask")?,
        start,
        end,
        vlan: word(args, "vlan"),
    })
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let (id, change) = (args.required_id("id")?, settings(&args)?);
    if let Some(range) = world.equipment.storage_ranges.get_mut(id) {
        range.settings.lay_over(change);
    }
    done(world, call, Some(id))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    world.equipment.storage_ranges.remove(id);
    done(world, call, None)
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let is = |name: &str, own: Uuid| args.text(name).is_none() || args.id(name) == Some(own);
    let ranges = world.equipment.storage_ranges.iter().filter(|range| {
        listing.wants_id(range.id) && is("zoneid", range.zone) && is("podid", range.pod)
    });
    Ok(listing.shown(ranges.map(|range| range.id)))
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let range = world.equipment.storage_ranges.get(id)?;
    let settings = &range.settings;
    let vlan = settings.vlan.as_deref();
    Some(json!({
        "id": range.id,
        "zoneid": range.zone,
        "podid": range.pod,
        "gateway": settings.gateway,
        "netmask": settings.netmask,
        "startip": settings.start,
        "endip": settings.end.or(settings.start),
        "vlan": vlan.and_then(|vlan| vlan.parse::<u32>().ok()),
    }))
}
