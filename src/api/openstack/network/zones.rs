//! Availability zones: those of the hosts.

use serde_json::{Value, json};

use super::body::Wanted;
use super::listing::list_values;
use super::{Operation, read};
use crate::vocabulary::fault::Fault;
use crate::world::World;

pub(super) const OPERATIONS: &[Operation] =
    &[read("network.list_availability_zones", |world, call, _| {
        list_values(call, "availability_zones", zones(world))
    })];

fn zones(world: &World) -> Vec<Value> {
    let zones = world.topology.zones();
    let zone = |(zone, resource): (&crate::world::topology::Zone, &str)| json!({"name": zone.name, "resource": resource, "state": "available"});
    zones
        .flat_map(|zone| [(zone, "network"), (zone, "router")])
        .map(zone)
        .collect()
}

/// The zones that something is in: those that were asked for, else the first.
pub(super) fn of(world: &World, hints: &[std::sync::Arc<str>]) -> Value {
    match hints {
        [] => world
            .topology
            .zones()
            .take(1)
            .map(|zone| json!(zone.name))
            .collect(),
        hints => json!(hints),
    }
}

/// # Errors
/// `AvailabilityZoneNotFound` for a zone that there is not.
pub(super) fn check_hints(world: &World, wanted: &Wanted) -> Result<(), Fault> {
    let hints = wanted.list("availability_zone_hints").unwrap_or_default();
    for hint in hints.iter().filter_map(Value::as_str) {
        if world.topology.zone_named(hint).is_none() {
            let message = format!("AvailabilityZone {hint} could not be found.");
            return Err(Fault::not_found(message).named("AvailabilityZoneNotFound"));
        }
    }
    Ok(())
}
