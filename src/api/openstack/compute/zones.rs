//! Availability zones: the topology's.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::render::Micros;
use super::{Answer, Call, Operation, forbidden};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::topology::{Area, Host};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    command: "compute.list_availability_zones",
    land: Landing::nowhere,
    run: list,
    is_read: true,
}];

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let is_detailed = call.request.path.trim_end_matches('/').ends_with("/detail");
    if is_detailed && !call.is_admin() {
        return Err(forbidden("os_compute_api:os-availability-zone:detail"));
    }
    let zones: Vec<Value> = world
        .topology
        .zones()
        .iter()
        .map(|zone| zone_json(world, zone, is_detailed))
        .collect();
    Ok(Answer::json(
        StatusCode::OK,
        &json!({ "availabilityZoneInfo": zones }),
    ))
}

fn zone_json(world: &World, zone: &Area, is_detailed: bool) -> Value {
    let hosts = || {
        let all = world.topology.hosts().map(|(_, host)| host);
        all.filter(|host| host.place.name(Level::Zone) == Some(&zone.name))
    };
    // A zone is available while any of its hosts is.
    let is_available = hosts().any(|host| host.is_up);
    let shown: Map<String, Value> = hosts()
        .map(|host| (host.name.to_string(), host_json(world, host)))
        .collect();
    json!({
        "zoneName": zone.name,
        "zoneState": {"available": is_available},
        "hosts": is_detailed.then_some(shown),
    })
}

fn host_json(world: &World, host: &Host) -> Value {
    let service = json!({
        "available": host.is_up,
        "active": host.takes_servers(),
        "updated_at": Micros(world.now()),
    });
    json!({ "nova-compute": service })
}
