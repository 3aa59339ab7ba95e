//! Availability zones: those of the hosts' aggregates, or else the zones of the data centre.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::render::Micros;
use super::services::{INTERNAL, Service, services};
use super::{Answer, Call, Operation};
use crate::api::Landing;
use crate::world::World;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_availability_zones",
        land: Landing::nowhere,
        run: |world, call, _| Ok(answer(world, call, false)),
        is_read: true,
    },
    Operation {
        command: "compute.list_availability_zone_details",
        land: Landing::nowhere,
        run: |world, call, _| Ok(answer(world, call, true)),
        is_read: true,
    },
];

/// Lists the zones: first those with an enabled service. That a host is down does not count.
fn answer(world: &World, _: &Call, is_detailed: bool) -> Answer {
    let all: Vec<Service<'_>> = services(world)
        .filter(|service| is_detailed || *service.zone != *INTERNAL)
        .collect();
    let mut names: Vec<&str> = Vec::new();
    for service in &all {
        if !names.contains(&&*service.zone) {
            names.push(&service.zone);
        }
    }
    let enabled = |name: &str| -> Vec<&Service<'_>> {
        let own = all.iter().filter(|service| *service.zone == *name);
        own.filter(|service| !service.is_disabled).collect()
    };
    let (open, closed): (Vec<&str>, Vec<&str>) = names
        .into_iter()
        .partition(|name| !enabled(name).is_empty());
    let zone = |name: &str| {
        let enabled = enabled(name);
        let is_available = !enabled.is_empty();
        json!({
            "zoneName": name,
            "zoneState": {"available": is_available},
            "hosts": (is_detailed && is_available).then(|| hosts(&enabled)),
        })
    };
    let zones: Vec<Value> = open.into_iter().chain(closed).map(zone).collect();
    Answer::json(StatusCode::OK, &json!({ "availabilityZoneInfo": zones }))
}

/// The services by host.
fn hosts(services: &[&Service<'_>]) -> Value {
    let mut hosts = Map::new();
    for service in services {
        let state = json!({
            "available": service.is_up,
            "active": !service.is_disabled,
            "updated_at": Micros(service.updated),
        });
        hosts.entry(service.host).or_insert_with(|| json!({}))[service.binary] = state;
    }
    Value::Object(hosts)
}
