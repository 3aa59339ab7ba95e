//! The services and where they are.

use http::StatusCode;
use serde::Serialize;
use serde_json::json;

use super::super::render::Hex;
use super::super::service::Service;
use super::{Answer, Call, Operation, forbidden, require_admin, root};
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
            require_admin(call)?;
            let services: Vec<_> = Service::ALL
                .into_iter()
                .map(|service| service_json(call, service))
                .collect();
            Ok(super::resources::collection(call, "services", &services))
        },
        is_read: true,
    },
    Operation {
        command: "identity.list_endpoints",
        land: Landing::nowhere,
        run: |world, call, _| {
            require_admin(call)?;
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
    let entry = |service: Service| Entry {
        endpoints: endpoints(world, call, service),
        id: service_id(service),
        r#type: service.kind(),
        name: service.name(),
    };
    Service::ALL.into_iter().map(entry).collect()
}

fn endpoints(world: &World, call: &Call, service: Service) -> Vec<Endpoint> {
    let regions = world.regions.iter();
    let places = regions.flat_map(|region| INTERFACES.map(|interface| (region, interface)));
    let endpoint = |(region, interface): (&std::sync::Arc<str>, &'static str)| Endpoint {
        id: Hex(named(
            "endpoint",
            &format!("{region} {} {interface}", service.kind()),
        )),
        interface,
        region_id: region.to_string(),
        url: format!("{}{}", call.base_url, service.endpoint()),
        region: region.to_string(),
    };
    places.map(endpoint).collect()
}

fn service_id(service: Service) -> Hex {
    Hex(named("service", service.kind()))
}

fn service_json(call: &Call, service: Service) -> serde_json::Value {
    let id = service_id(service);
    let link = format!("{}/services/{}", root(call), id.0.simple());
    json!({
        "name": service.name(),
        "id": id,
        "type": service.kind(),
        "enabled": true,
        "links": {"self": link},
    })
}

fn endpoints_json(world: &World, call: &Call) -> Vec<serde_json::Value> {
    let of = |service| {
        endpoints(world, call, service)
            .into_iter()
            .map(move |endpoint| {
                let link = format!("{}/endpoints/{}", root(call), endpoint.id.0.simple());
                json!({
                    "id": endpoint.id,
                    "interface": endpoint.interface,
                    "region_id": endpoint.region_id,
                    "service_id": service_id(service),
                    "url": endpoint.url,
                    "enabled": true,
                    "region": endpoint.region,
                    "links": {"self": link},
                })
            })
    };
    Service::ALL.into_iter().flat_map(of).collect()
}
