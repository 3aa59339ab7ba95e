//! Image, version 2: Glance.

mod actions;
mod create;
mod data;
mod images;
mod import;
mod listing;
mod members;
mod metadefs;
mod patch;
mod schemas;
mod tags;
mod versions;
mod view;

use std::sync::Arc;

use http::header::CONTENT_TYPE;
use serde_json::Value;
use uuid::Uuid;

use super::{Answer, Call, Operation};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Project, id_text};
use crate::world::images::image::Image;
pub(super) use patch::accept_patch;
pub(super) use view::Digits;

/// The tables of all resources.
pub(super) const TABLES: &[&[Operation]] = &[
    versions::OPERATIONS,
    images::OPERATIONS,
    data::OPERATIONS,
    import::OPERATIONS,
    actions::OPERATIONS,
    tags::OPERATIONS,
    members::OPERATIONS,
    schemas::OPERATIONS,
    metadefs::NAMESPACES,
    metadefs::OBJECTS,
    metadefs::PROPERTIES,
    metadefs::TAGS,
    metadefs::RESOURCE_TYPES,
];

/// An image of that id, where the caller may see it.
pub(super) fn visible_image<'a>(world: &'a World, call: &Call, id: &str) -> Option<&'a Arc<Image>> {
    let image = world.image(Uuid::try_parse(id).ok()?)?;
    let is_visible = |project: &Arc<Project>| image.is_visible_to(project);
    (call.is_admin() || project(call).is_some_and(is_visible)).then_some(image)
}

/// The image of the path.
fn image<'a>(world: &'a World, call: &Call) -> Result<&'a Arc<Image>, Fault> {
    let wanted = call.path_param("image");
    visible_image(world, call, wanted).ok_or_else(|| no_image(wanted))
}

/// The image of the path, where it is the caller's to change. `rule` is what the service's policy calls that.
fn own_image<'a>(world: &'a World, call: &Call, rule: &str) -> Result<&'a Arc<Image>, Fault> {
    let image = image(world, call)?;
    if may_change(call, image) {
        Ok(image)
    } else {
        Err(forbidden(rule))
    }
}

/// Whether an image is the caller's to change, which it is not to those who may only read in its project.
fn may_change(call: &Call, image: &Image) -> bool {
    is_member(call) && owns(call, image)
}

/// Whether the caller may do more than look.
fn is_member(call: &Call) -> bool {
    let session = call.session.as_deref();
    call.is_admin() || session.is_some_and(|session| session.has_role("member"))
}

/// Whether an image is the caller's; an administrator's are all.
pub(super) fn owns(call: &Call, image: &Image) -> bool {
    call.is_admin() || project(call).is_some_and(|project| image.is_owned_by(project))
}

fn project(call: &Call) -> Option<&Arc<Project>> {
    call.session.as_deref()?.project.as_ref()
}

/// The caller's project as clients write it; empty without one.
fn project_id(call: &Call) -> String {
    project(call)
        .map(|project| id_text(project.id))
        .unwrap_or_default()
}

fn no_image(id: &str) -> Fault {
    Fault::not_found(format!("No image found with ID {id}"))
}

/// Glance's words to those who may not.
fn forbidden(rule: &str) -> Fault {
    refused(format!("You are not authorized to complete {rule} action."))
}

fn refused(message: impl Into<String>) -> Fault {
    Fault::new(FaultKind::Forbidden, message)
}

/// Lands a call on the image of its path.
fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    image(world, call).map(on)
}

fn on(image: &Arc<Image>) -> Landing {
    Landing::on(Target::Image(image.clone()))
}

/// The body of a request that has to have one.
fn body(call: &Call) -> Result<&Value, Fault> {
    let bytes = call.request.body.as_ref().map_or(&[][..], |bytes| bytes);
    let kind = content_type(call).unwrap_or("application/json");
    let is_json = kind.ends_with("json") || kind.ends_with("-patch") || kind == "text/plain";
    if bytes.is_empty() || !is_json {
        return Err(Fault::bad_request("Body expected in request."));
    }
    if call.body.is_null() && bytes.trim_ascii() != b"null" {
        return Err(Fault::bad_request("Malformed JSON in request body."));
    }
    Ok(&call.body)
}

/// What the client says its body is, without parameters.
fn content_type(call: &Call) -> Option<&str> {
    let kind = call.request.headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(kind.split(';').next().unwrap_or_default().trim())
}

/// Changes the image of the path, and notes when.
fn change(world: &mut World, call: &Call, change: impl FnOnce(&mut Image)) -> Result<(), Fault> {
    let (id, now) = (image(world, call)?.id, world.now());
    let image = world
        .image_mut(id)
        .ok_or_else(|| no_image(&id.to_string()))?;
    change(image);
    image.updated = now;
    Ok(())
}
