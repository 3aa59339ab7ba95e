//! Pods.

use std::net::Ipv4Addr;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{address, allocation_state, asked_allocation, parents, word};
use crate::api::cloudstack::args;
use crate::api::cloudstack::commands::joined;
use crate::api::cloudstack::job::done;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::{Level, Place};
use crate::vocabulary::plan::PodSettings;
use crate::world::World;
use crate::world::topology::Pod;

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.createPod", Landing::nowhere, create).showing(show),
    Row::new("cloudstack.updatePod", Landing::nowhere, update).showing(show),
    Row::new("cloudstack.deletePod", Landing::nowhere, delete),
    Row::read("cloudstack.listPods", list).showing(show),
];

/// What is said of a pod where nobody says anything.
const GATEWAY: Ipv4Addr = Ipv4Addr::new(172, 16, 15, 1);
const NETMASK: Ipv4Addr = Ipv4Addr::new(255, 255, 255, 0);
const START: Ipv4Addr = Ipv4Addr::new(172, 16, 15, 2);
const END: Ipv4Addr = Ipv4Addr::new(172, 16, 15, 200);

/// The addresses of a pod's range are not kept for system machines.
const FOR_ALL: &str = "0";
const UNTAGGED: &str = "vlan://untagged";

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let zone = args.required_id("zoneid")?;
    let name = word(&args, "name").unwrap_or_default();
    let settings = settings(&args)?;
    check_range(&settings)?;
    let place = world.topology.zone(zone).map(|zone| zone.place.clone());
    let place = place.unwrap_or_default();
    check_name(world, &place, &name)?;
    let id = world.ids.uuid();
    world.topology.add_pod(id, name, &place, settings);
    done(world, call, Some(id))
}

fn check_name(world: &World, zone: &Place, name: &str) -> Result<(), Fault> {
    let mut pods = world.topology.pods();
    if !pods.any(|pod| *pod.name == *name && zone.contains(&pod.place)) {
        return Ok(());
    }
    let number = zone.get(Level::Zone).map_or(0, |spot| spot.number);
    Err(Fault::invalid(format!(
        "A pod with name: {name} already exists in zone {number}. Please specify a different pod name. "
    )))
}

/// The ends have to be the right way round, and in the gateway's network.
fn check_range(settings: &PodSettings) -> Result<(), Fault> {
    let PodSettings {
        gateway,
        netmask,
        start,
        end,
        ..
    } = settings;
    if let (Some(start), Some(end)) = (start, end)
        && start > end
    {
        return Err(Fault::invalid(
            "The start IP of the range must be a lower value than the end IP.",
        ));
    }
    let (Some(gateway), Some(netmask), Some(start)) = (gateway, netmask, start) else {
        return Ok(());
    };
    let network = |address: &Ipv4Addr| u32::from(*address) & u32::from(*netmask);
    match network(gateway) == network(start) {
        true => Ok(()),
        false => Err(Fault::invalid(
            "The start address of the IP range is not in the CIDR subnet.",
        )),
    }
}

fn settings(args: &Args<'_>) -> Result<PodSettings, Fault> {
    Ok(PodSettings {
        gateway: address(args, "gateway")?,
        netmask: address(args, "netmask")?,
        start: address(args, "startip")?,
        end: address(args, "endip")?,
        is_enabled: asked_allocation(args)?,
    })
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let id = args.required_id("id")?;
    let (change, name) = (settings(&args)?, word(&args, "name"));
    let Some(pod) = world.topology.pod_mut(id) else {
        return Err(Fault::invalid(format!("Unable to find pod by id {id}")));
    };
    let mut settings = pod.settings.clone();
    settings.lay_over(change);
    check_range(&settings)?;
    pod.settings = settings;
    let (own, place) = (pod.name.clone(), pod.place.clone());
    if let Some(name) = name.filter(|name| *name != own) {
        world.topology.rename(&place, Level::Pod, &name);
    }
    done(world, call, Some(id))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    world.remove_pod(id)?;
    done(world, call, None)
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let pods = world.topology.pods().filter(|pod| {
        let state = allocation_state(pod.is_enabled());
        listing.wants(pod.id, &pod.name)
            && listing.is_within(&pod.place)
            && listing.args.is("allocationstate", state)
    });
    Ok(listing.shown(pods.map(|pod| pod.id)))
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let pod = world.topology.pod(id)?;
    let start = pod.settings.start.unwrap_or(START);
    let end = match pod.settings.start {
        None => pod.settings.end.or(Some(END)),
        Some(_) => pod.settings.end,
    };
    let end = end.unwrap_or(start);
    let own = json!({
        "id": pod.id,
        "name": pod.name,
        "gateway": pod.settings.gateway.unwrap_or(GATEWAY),
        "netmask": pod.settings.netmask.unwrap_or(NETMASK),
        "startip": [start],
        "endip": [end],
        "forsystemvms": [FOR_ALL],
        "vlanid": [UNTAGGED],
        "ipranges": [{ "startip": start, "endip": end, "forsystemvms": FOR_ALL, "vlanid": UNTAGGED }],
        "allocationstate": allocation_state(pod.is_enabled()),
    });
    Some(joined(own, parents(world, &pod.place, Level::Pod)))
}

/// How many addresses a pod has for hosts and system machines.
pub(super) fn addresses(pod: &Pod) -> u64 {
    let start = u32::from(pod.settings.start.unwrap_or(START));
    let end = pod.settings.end.map_or(u32::from(END), u32::from);
    u64::from(end.saturating_sub(start)) + 1
}
