//! Which projects may use a private flavor.

use http::StatusCode;
use serde_json::{Value, json};

use super::super::super::schema::{self, Object, Schema, TEXT, Text, object, property};
use super::super::quota_sets::check_project;
use super::super::{Answer, Call};
use super::{flavor, land, missing};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::offerings::flavor::Flavor;

const ADD: Object = object(&[property("addTenantAccess", Schema::Object(&TENANT)).required()]);

const REMOVE: Object =
    object(&[property("removeTenantAccess", Schema::Object(&TENANT)).required()]);

const TENANT: Object = object(&[property(
    "tenant",
    Schema::Text(Text {
        min: 1,
        max: 255,
        ..TEXT
    }),
)
.required()]);

fn tenant<'a>(call: &'a Call, action: &str) -> &'a str {
    let tenant = &call.body[action]["tenant"];
    tenant.as_str().unwrap_or_default()
}

fn answer(flavor: &Flavor) -> Answer {
    let access = flavor.projects.iter();
    let access: Vec<Value> = access
        .map(|project| json!({"flavor_id": flavor.id, "tenant_id": project}))
        .collect();
    Answer::json(StatusCode::OK, &json!({ "flavor_access": access }))
}

pub(super) fn land_on_list(world: &World, call: &Call) -> Result<Landing, Fault> {
    if flavor(world, call)?.is_public {
        let message = "Access list not available for public flavors.";
        return Err(Fault::not_found(message));
    }
    land(world, call)
}

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    Ok(answer(flavor(world, call)?))
}

pub(super) fn land_on_add(world: &World, call: &Call) -> Result<Landing, Fault> {
    schema::check(&ADD, &call.body, call.microversion)?;
    let tenant = tenant(call, "addTenantAccess");
    check_project(world, tenant)?;
    let flavor = flavor(world, call)?;
    if flavor.is_public && call.microversion >= 7 {
        let message = "Can not add access to a public flavor.";
        return Err(Fault::conflict(message));
    }
    if flavor.projects.iter().any(|project| **project == *tenant) {
        let id = &flavor.id;
        return Err(Fault::conflict(format!(
            "Flavor access already exists for flavor {id} and project {tenant} combination."
        )));
    }
    land(world, call)
}

pub(super) fn add(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let tenant = tenant(call, "addTenantAccess");
    change(world, call, |flavor| flavor.projects.push(tenant.into()))
}

/// Access of a project that is gone can be taken back, so any id will do.
pub(super) fn land_on_remove(world: &World, call: &Call) -> Result<Landing, Fault> {
    schema::check(&REMOVE, &call.body, call.microversion)?;
    let tenant = tenant(call, "removeTenantAccess");
    let flavor = flavor(world, call)?;
    if flavor.projects.iter().any(|project| **project == *tenant) {
        return land(world, call);
    }
    Err(Fault::not_found(format!(
        "Flavor access not found for {} / {tenant} combination.",
        flavor.id
    )))
}

pub(super) fn remove(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let tenant = tenant(call, "removeTenantAccess");
    change(world, call, |flavor| {
        flavor.projects.retain(|project| **project != *tenant);
    })
}

fn change(world: &mut World, call: &Call, how: impl FnOnce(&mut Flavor)) -> Result<Answer, Fault> {
    let id = call.path_param("flavor");
    let flavor = world.flavor_mut(id).ok_or_else(|| missing(id))?;
    how(flavor);
    Ok(answer(flavor))
}
