//! Physical networks.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{word, words, zone_name};
use crate::api::cloudstack::args;
use crate::api::cloudstack::job::done;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::plan::{NetworkType, PhysicalNetworkSettings};
use crate::world::World;
use crate::world::equipment::PhysicalNetwork;

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.createPhysicalNetwork", Landing::nowhere, create).showing(show),
    Row::new("cloudstack.updatePhysicalNetwork", Landing::nowhere, update).showing(show),
    Row::new("cloudstack.deletePhysicalNetwork", Landing::nowhere, delete),
    Row::read("cloudstack.listPhysicalNetworks", list).showing(show),
];

/// The highest tag that there can be.
const HIGHEST_TAG: u32 = 4095;

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let zone = args.required_id("zoneid")?;
    let gone = || Fault::invalid(format!("Unable to find zone with id {zone}"));
    let zone = world.topology.zone(zone).cloned().ok_or_else(gone)?;
    let is_basic = zone.settings.network_type == Some(NetworkType::Basic);
    let networks = &world.equipment.physical_networks;
    if is_basic && networks.any(|network| network.zone == zone.id) {
        return Err(Fault::new(
            FaultKind::Internal,
            "Cannot add the physical network to basic zone: there is one already",
        ));
    }
    let settings = settings(&args)?;
    if is_basic && settings.vlan.is_some() {
        return Err(Fault::invalid(
            "Can't add vnet range to the physical network in the Basic zone",
        ));
    }
    let network = PhysicalNetwork {
        id: Uuid::nil(),
        name: word(&args, "name").unwrap_or_default(),
        zone: zone.id,
        settings,
    };
    let id = world.ids.uuid();
    let equipment = &mut world.equipment;
    equipment
        .physical_networks
        .add(PhysicalNetwork { id, ..network });
    equipment.add_usual_providers(id, &zone, || world.ids.uuid());
    done(world, call, Some(id))
}

fn settings(args: &Args<'_>) -> Result<PhysicalNetworkSettings, Fault> {
    let vlan = word(args, "vlan");
    if let Some(vlan) = &vlan {
        check_tags(vlan)?;
    }
    Ok(PhysicalNetworkSettings {
        vlan,
        isolation: words(args, "isolationmethods").filter(|words| !words.is_empty()),
        tags: words(args, "tags"),
        broadcast_domain: asked_domain(args)?,
        speed: word(args, "networkspeed"),
        is_enabled: asked_state(args)?,
    })
}

/// `100-200,300-400`
fn check_tags(vlan: &str) -> Result<(), Fault> {
    for range in vlan.split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let number = |text: &str| text.trim().parse::<u32>().ok();
        let is_good = match (number(first), number(last)) {
            (Some(first), Some(last)) => first <= last && last <= HIGHEST_TAG,
            _ => false,
        };
        if !is_good {
            return Err(Fault::invalid(format!(
                "Please specify valid integers for the vlan range: {range} is none, which has to be within \
                 0 and {HIGHEST_TAG}"
            )));
        }
    }
    Ok(())
}

fn asked_domain(args: &Args<'_>) -> Result<Option<std::sync::Arc<str>>, Fault> {
    match args.text("broadcastdomainrange").map(str::to_uppercase) {
        None => Ok(None),
        Some(range) if matches!(&*range, "ZONE" | "POD") => Ok(Some(range.into())),
        Some(other) => Err(Fault::invalid(format!(
            "Unable to resolve broadcastDomainRange '{other}' to a supported value {{Pod or Zone}}"
        ))),
    }
}

/// `Enabled` or `Disabled`.
pub(super) fn asked_state(args: &Args<'_>) -> Result<Option<bool>, Fault> {
    match args.text("state") {
        None => Ok(None),
        Some(state) if state.eq_ignore_ascii_case("Enabled") => Ok(Some(true)),
        Some(state) if state.eq_ignore_ascii_case("Disabled") => Ok(Some(false)),
        Some(other) => Err(Fault::invalid(format!(
            "Unable to resolve state '{other}' to a supported value {{Enabled or Disabled}}"
        ))),
    }
}

pub(super) fn state(is_enabled: bool) -> &'static str {
    match is_enabled {
        true => "Enabled",
        false => "Disabled",
    }
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let (id, change) = (args.required_id("id")?, settings(&args)?);
    if let Some(network) = world.equipment.physical_networks.get_mut(id) {
        network.settings.lay_over(change);
    }
    done(world, call, Some(id))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    let ranges = &world.equipment.ranges;
    if ranges.any(|range| range.physical_network == Some(id)) {
        return Err(Fault::new(
            FaultKind::Internal,
            format!(
                "The Physical Network cannot be deleted because there are IP ranges on it, id: {id}"
            ),
        ));
    }
    world.equipment.remove_physical_network(id);
    done(world, call, None)
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let networks = world.equipment.physical_networks.iter().filter(|network| {
        let is_there = args.text("zoneid").is_none() || args.id("zoneid") == Some(network.zone);
        is_there && listing.wants(network.id, &network.name)
    });
    Ok(listing.shown(networks.map(|network| network.id)))
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let network = world.equipment.physical_networks.get(id)?;
    let settings = &network.settings;
    let all = |words: &Option<Vec<std::sync::Arc<str>>>| words.as_ref().map(|it| it.join(","));
    let broadcast = settings.broadcast_domain.as_deref().unwrap_or("ZONE");
    Some(json!({
        "id": network.id,
        "name": network.name,
        "state": state(network.is_enabled()),
        "zoneid": network.zone,
        "zonename": zone_name(world, network.zone),
        "broadcastdomainrange": broadcast.to_uppercase(),
        "isolationmethods": all(&settings.isolation),
        "tags": all(&settings.tags).unwrap_or_default(),
        "vlan": settings.vlan,
        "networkspeed": settings.speed,
    }))
}
