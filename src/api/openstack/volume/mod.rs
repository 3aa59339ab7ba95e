//! Block Storage, version 3: Cinder.

mod actions;
mod attachments;
mod backups;
mod complaint;
mod connection;
mod create;
mod encryption;
mod group_snapshots;
mod group_types;
mod groups;
mod images;
mod info;
mod listing;
mod metadata;
mod qos;
mod quotas;
mod resource;
mod services;
mod shapes;
mod snapshots;
mod specs;
mod transfers;
mod types;
mod versions;
mod view;
mod volumes;

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::schema::{self, Object};
use super::{Answer, Call, Operation};
use crate::api::Landing;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::Project;
use crate::world::volume::{Snapshot, Volume, VolumeDraft};
pub(super) use create::{draft as new_volume, image_metadata};
use resource::found;
pub(super) use volumes::check_deletable;

/// The tables of all resources.
pub(super) const TABLES: &[&[Operation]] = &[
    versions::OPERATIONS,
    volumes::OPERATIONS,
    actions::OPERATIONS,
    images::OPERATIONS,
    connection::OPERATIONS,
    metadata::OF_VOLUMES,
    metadata::OF_SNAPSHOTS,
    snapshots::OPERATIONS,
    attachments::OPERATIONS,
    types::OPERATIONS,
    specs::OF_TYPES,
    encryption::OPERATIONS,
    qos::OPERATIONS,
    group_types::OPERATIONS,
    specs::OF_GROUP_TYPES,
    groups::OPERATIONS,
    group_snapshots::OPERATIONS,
    backups::OPERATIONS,
    transfers::OPERATIONS,
    quotas::OPERATIONS,
    services::OPERATIONS,
    info::OPERATIONS,
];

/// The volume of the path, where the caller may see it.
fn volume<'a>(world: &'a World, call: &Call) -> Result<&'a Volume, Fault> {
    found(world, call, call.path_param("volume"))
}

fn snapshot<'a>(world: &'a World, call: &Call) -> Result<&'a Snapshot, Fault> {
    found(world, call, call.path_param("snapshot"))
}

/// Lands a call on the volume of its path.
fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    Ok(Landing::on_volume(world, volume(world, call)?.id))
}

/// # Errors
/// When a new volume does not fit into the project's quota.
pub(super) fn check_room(world: &World, draft: &VolumeDraft) -> Result<(), Fault> {
    quotas::check_room(world, &draft.project, quotas::Need::volume(draft.size))
}

/// A volume of that id, where the caller may see it.
pub(super) fn visible_volume<'a>(world: &'a World, call: &Call, id: &str) -> Option<&'a Volume> {
    found(world, call, id).ok()
}

pub(super) fn visible_snapshot<'a>(
    world: &'a World,
    call: &Call,
    id: &str,
) -> Option<&'a Snapshot> {
    found(world, call, id).ok()
}

/// The caller's project, which new things will belong to.
fn owner(call: &Call) -> Result<Arc<Project>, Fault> {
    let project = call.caller()?.project.clone();
    project.ok_or_else(|| Fault::new(FaultKind::Forbidden, "Not authorized."))
}

/// Checks a body against its shape. Cinder has no lax version as Nova's v2 is.
fn check(shape: &Object, call: &Call) -> Result<(), Fault> {
    schema::check(shape, &call.body, call.microversion.max(1))
}

/// Answers only from a microversion on.
fn since(call: &Call, version: u32) -> Result<(), Fault> {
    if call.microversion >= version {
        return Ok(());
    }
    let message = format!(
        "API version 3.{} is not supported on this method.",
        call.microversion
    );
    Err(Fault::not_found(message))
}

/// The links to a thing: by version, and for good.
fn links(call: &Call, collection: &str, id: impl std::fmt::Display) -> Value {
    let project = call.path_param("project_id");
    let gap = if project.is_empty() { "" } else { "/" };
    let link = |rel: &str, version: &str| {
        let base = &call.base_url;
        let href = format!("{base}/volume{version}{gap}{project}/{collection}/{id}");
        json!({"rel": rel, "href": href})
    };
    json!([link("self", "/v3"), link("bookmark", "")])
}

/// A text of the body.
fn text<'a>(body: &'a Value, name: &str) -> Option<&'a str> {
    body.get(name)?.as_str()
}

/// A name without the space around it, which may also be written in the old way.
fn trimmed(body: &Value, name: &str) -> Option<Arc<str>> {
    let old = format!("display_{name}");
    let found = text(body, name).or_else(|| text(body, &old))?;
    Some(found.trim().into())
}

/// An id of the body that is known to be one.
fn id(body: &Value, name: &str) -> Option<Uuid> {
    Uuid::try_parse(text(body, name)?).ok()
}

fn accepted() -> Answer {
    Answer::empty(StatusCode::ACCEPTED)
}

/// The last part of a path.
fn is_detailed(call: &Call) -> bool {
    call.request.path.trim_end_matches('/').ends_with("/detail")
}
