//! Zones, pods, clusters, hosts and storage.

pub(crate) mod clusters;
pub(crate) mod dashboards;
pub(crate) mod hosts;
pub(crate) mod image_stores;
pub(crate) mod metrics;
pub(crate) mod pods;
pub(crate) mod pools;
pub(crate) mod zones;

use std::net::Ipv4Addr;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::api::cloudstack::params::Args;
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::{Level, Place};
use crate::world::World;
use crate::world::topology::{Cluster, Host};

/// The names and ids of the levels of `place` that are above `level`.
fn parents(world: &World, place: &Place, level: Level) -> Map<String, Value> {
    let above = Level::ALL.into_iter().take_while(|above| *above < level);
    let mut members = Map::new();
    for above in above {
        if let (Some(id), Some(name)) = (world.topology.id_at(place, above), place.name(above)) {
            members.insert(format!("{above}id"), json!(id));
            members.insert(format!("{above}name"), json!(name));
        }
    }
    members
}

/// The hypervisor of the cluster that a host is in.
pub(super) fn hypervisor<'a>(world: &'a World, host: &Host) -> &'a str {
    let cluster = world.topology.cluster_of(&host.place);
    cluster.map_or("Simulator", Cluster::hypervisor)
}

/// The name of a zone, though it may be gone.
pub(super) fn zone_name(world: &World, id: Uuid) -> Option<&Arc<str>> {
    world.topology.zone(id).map(|zone| &zone.name)
}

fn allocation_state(is_enabled: bool) -> &'static str {
    match is_enabled {
        true => "Enabled",
        false => "Disabled",
    }
}

/// What `allocationstate` asks for.
fn asked_allocation(args: &Args<'_>) -> Result<Option<bool>, Fault> {
    match args.text("allocationstate") {
        None => Ok(None),
        Some("Enabled") => Ok(Some(true)),
        Some("Disabled") => Ok(Some(false)),
        Some(other) => Err(Fault::invalid(format!(
            "Unable to resolve Allocation State '{other}' to a supported state"
        ))),
    }
}

/// A text that is to be kept.
pub(super) fn word(args: &Args<'_>, name: &str) -> Option<Arc<str>> {
    args.text(name).map(Arc::from)
}

/// The words of a parameter that holds several; none where it is not there at all.
pub(super) fn words(args: &Args<'_>, name: &str) -> Option<Vec<Arc<str>>> {
    let is_there = args.sent.iter().any(|(known, _)| known == name);
    is_there.then(|| args.texts(name).into_iter().map(Arc::from).collect())
}

/// An address of the fourth version.
pub(super) fn address(args: &Args<'_>, name: &str) -> Result<Option<Ipv4Addr>, Fault> {
    let Some(text) = args.text(name) else {
        return Ok(None);
    };
    let wrong = |_| Fault::invalid(format!("{text} is not a valid IPv4 address for {name}"));
    text.parse().map(Some).map_err(wrong)
}

/// `a,b`; nothing for none.
fn joined_words(words: &[Arc<str>]) -> Option<String> {
    (!words.is_empty()).then(|| words.join(","))
}
