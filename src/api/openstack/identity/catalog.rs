//! The services and where they are.

use http::StatusCode;
use serde::Serialize;
use serde_json::json;

use super::super::render::Hex;
use super::super::service::Service;
use super::{Answer, Call, Operation, forbidden, root};
use crate::api::Landing;
use crate::world::World;
use crate::world::ids::named;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "identity.get_catalog",
        land: Landing::nowhere,
        run: |world, call, _| {
            if call.caller()?.project.is_none() {
                return Err(forbidden(call));
            }
            let links = json!({"self": format!("{}/auth/catalog", root(call))});
            let body = json!({"catalog": catalog(world, call), "links": links});
            Ok(Answer::json(StatusCode::OK, &body))
        },
        is_read: true,
    },
    Operation {
        command: "identity.list_services",
        land: Landing::nowhere,
        run: |_, call, _| {
            let services: Vec<_> = listed().map(|entry| service_json(call, entry)).collect();
            Ok(super::resources::collection(call, "services", &services))
        },
        is_read: true,
    },
    Operation {
        command: "identity.list_endpoints",
        land: Landing::nowhere,
        run: |world, call, _| {
            Ok(super::resources::collection(
                call,
                "endpoints",
                &endpoints_json(world, call),
            ))
        },
        is_read: true,
    },
];

/// A service in a token's catalog.
#[derive(Serialize)]
pub(super) struct Entry {
    endpoints: Vec<Endpoint>,
    id: Hex,
    r#type: &'static str,
    name: &'static str,
}

#[derive(Serialize)]
struct Endpoint {
    id: Hex,
    interface: &'static str,
    region_id: String,
    url: String,
    region: String,
}

const INTERFACES: [&str; 3] = ["public", "internal", "admin"];

/// All services, each in every region.
pub(super) fn catalog(world: &World, call: &Call) -> Vec<Entry> {
    let entry = |(service, kind, name): Listed| Entry {
        endpoints: endpoints(world, call, service, kind),
        id: service_id(kind),
        r#type: kind,
        name,
    };
    listed().map(entry).collect()
}

/// A service with its type and its name.
type Listed = (Service, &'static str, &'static str);

fn listed() -> impl Iterator<Item = Listed> {
    let named = |service: Service| {
        let catalog = service.catalog().iter();
        catalog.map(move |(kind, name)| (service, *kind, *name))
    };
    Service::ALL.into_iter().flat_map(named)
}

fn endpoints(world: &World, call: &Call, service: Service, kind: &str) -> Vec<Endpoint> {
    let regions = world.regions.iter();
    let places = regions.flat_map(|region| INTERFACES.map(|interface| (region, interface)));
    let endpoint = |(region, interface): (&std::sync::Arc<str>, &'static str)| Endpoint {
        id: Hex(named("endpoint", &format!("{region} {kind} {interface}"))),
        interface,
        region_id: region.to_string(),
        url: format!("{}{}", call.base_url, service.endpoint()),
        region: region.to_string(),
    };
    places.map(endpoint).collect()
}

fn service_id(kind: &str) -> Hex {
    Hex(named("service", kind))
}

fn service_json(call: &Call, (_, kind, name): Listed) -> serde_json::Value {
    let id = service_id(kind);
    let link = format!("{}/services/{}", root(call), id.0.simple());
    json!({
        "name": name,
        "id": id,
        "type": kind,
        "enabled": true,
        "links": {"self": link},
    })
}

fn endpoints_json(world: &World, call: &Call) -> Vec<serde_json::Value> {
    let of = |(service, kind, _): Listed| {
        endpoints(world, call, service, kind)
            .into_iter()
            .map(move |endpoint| {
                let link = format!("{}/endpoints/{}", root(call), endpoint.id.0.simple());
                json!({
                    "id": endpoint.id,
                    "interface": endpoint.interface,
                    "region_id": endpoint.region_id,
                    "service_id": service_id(kind),
                    "url": endpoint.url,
                    "enabled": true,
                    "region": endpoint.region,
                    "links": {"self": link},
                })
            })
    };
    listed().flat_map(of).collect()
}
