//! Placement: which resources there are, and who takes them.

mod allocations;
mod candidates;
mod classes;
mod inventories;
mod labels;
mod listing;
mod providers;
mod request;
mod standard;
mod traits;
mod usages;
mod versions;

use std::ops::RangeBounds;

use http::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use super::schema::{self, Object};
use super::{Answer, Call, Operation};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::placement::providers::Provider;

/// The tables of all resources.
pub(super) const TABLES: &[&[Operation]] = &[
    versions::OPERATIONS,
    providers::OPERATIONS,
    inventories::OPERATIONS,
    labels::OPERATIONS,
    traits::OPERATIONS,
    classes::OPERATIONS,
    allocations::OPERATIONS,
    candidates::OPERATIONS,
    usages::OPERATIONS,
];

/// Whether the operation is there at the call's microversion.
fn check_exists(call: &Call, versions: impl RangeBounds<u32>) -> Result<(), Fault> {
    if versions.contains(&call.microversion) {
        Ok(())
    } else {
        Err(Fault::not_found(""))
    }
}

/// Checks a body against its shape.
fn check_body(shape: &Object, call: &Call) -> Result<(), Fault> {
    // Its operations took any property at its lowest microversion, too: 0 is no lax version here.
    schema::check(shape, &call.body, call.microversion.max(1))
        .map_err(|fault| Fault::bad_request(format!("JSON does not validate: {}", fault.message)))
}

/// The provider of the path.
fn provider(world: &World, call: &Call) -> Result<Provider, Fault> {
    let wanted = call.path_param("provider");
    let found = Uuid::try_parse(wanted)
        .ok()
        .and_then(|id| world.provider(id));
    let missing = || Fault::not_found(format!("No resource provider with uuid {wanted} found"));
    found.ok_or_else(missing)
}

/// Whether who writes has seen the provider as it is.
fn check_generation(provider: &Provider, body: &Value) -> Result<(), Fault> {
    match body["resource_provider_generation"].as_u64() {
        Some(seen) if seen == provider.generation => Ok(()),
        Some(_) | None => Err(Fault::conflict("resource provider generation conflict")),
    }
}

/// Puts a provider in its place, changed once more.
fn store(world: &mut World, mut provider: Provider) -> Provider {
    provider.generation += 1;
    world.put_provider(provider.clone());
    provider
}

fn no_content() -> Answer {
    Answer::empty(StatusCode::NO_CONTENT)
}
