//! A server's tags.

use std::sync::Arc;

use http::StatusCode;
use http::header::LOCATION;
use serde_json::json;
use uuid::Uuid;

use super::super::schema::{self, Object, object, property};
use super::actions::check_metadata_state;
use super::create::{TAG, TAGS};
use super::{Answer, Call, Operation, Site, land_on_server, server};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::server::Server;

/// The most tags of one server.
const MOST: usize = 50;

const fn row(
    command: &'static str,
    run: fn(&mut World, &Call, Landing) -> Result<Answer, Fault>,
    is_read: bool,
) -> Operation {
    Operation {
        command,
        land,
        run,
        is_read,
    }
}

pub(super) const OPERATIONS: &[Operation] = &[
    row(
        "compute.list_server_tags",
        |world, call, _| list(world, call),
        true,
    ),
    row(
        "compute.replace_server_tags",
        |world, call, _| replace(world, call),
        false,
    ),
    row(
        "compute.delete_server_tags",
        |world, call, _| clear(world, call),
        false,
    ),
    row(
        "compute.get_server_tag",
        |world, call, _| check(world, call),
        true,
    ),
    row(
        "compute.add_server_tag",
        |world, call, _| add(world, call),
        false,
    ),
    row(
        "compute.delete_server_tag",
        |world, call, _| remove(world, call),
        false,
    ),
];

const BODY: Object = object(&[property("tags", TAGS).required()]);
const ONE: Object = object(&[property("tag", TAG)]);

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    if call.microversion < 26 {
        return Err(Fault::not_found(""));
    }
    if call.command.name() == "compute.replace_server_tags" {
        schema::check(&BODY, &call.body, call.microversion)?;
    }
    land_on_server(world, call)
}

fn tags(server: &Server) -> &[Arc<str>] {
    let nova = server.spec.nova.as_ref();
    nova.map_or(&[], |nova| &nova.tags)
}

fn list(world: &World, call: &Call) -> Result<Answer, Fault> {
    let tags = tags(server(world, call)?);
    Ok(Answer::json(StatusCode::OK, &json!({ "tags": tags })))
}

fn check(world: &World, call: &Call) -> Result<Answer, Fault> {
    let (server, tag) = (server(world, call)?, call.path_param("tag"));
    match has(server, tag) {
        true => Ok(Answer::empty(StatusCode::NO_CONTENT)),
        false => {
            let id = server.id;
            Err(Fault::not_found(format!("Server {id} has no tag '{tag}'")))
        }
    }
}

fn has(server: &Server, tag: &str) -> bool {
    tags(server).iter().any(|known| **known == *tag)
}

/// The server of the call, if its tags may be changed now.
fn changeable(world: &World, call: &Call, word: &str) -> Result<Uuid, Fault> {
    let server = server(world, call)?;
    check_metadata_state(call, server, word)?;
    Ok(server.id)
}

fn set(world: &mut World, id: Uuid, change: impl FnOnce(&mut Vec<Arc<str>>)) {
    let now = world.now();
    if let Some(server) = world.server_mut(id) {
        change(&mut server.spec.nova_mut().tags);
        server.updated = now;
    }
}

fn replace(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = changeable(world, call, "update tags")?;
    let wanted = call.body["tags"].as_array().into_iter().flatten();
    let mut tags: Vec<Arc<str>> = Vec::new();
    for tag in wanted.filter_map(|tag| tag.as_str()) {
        if !tags.iter().any(|known| **known == *tag) {
            tags.push(tag.into());
        }
    }
    let body = json!({ "tags": tags });
    set(world, id, |own| *own = tags);
    Ok(Answer::json(StatusCode::OK, &body))
}

fn clear(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = changeable(world, call, "delete tags")?;
    set(world, id, Vec::clear);
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

fn add(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = changeable(world, call, "update tag")?;
    let tag = call.path_param("tag");
    schema::check(&ONE, &json!({ "tag": tag }), call.microversion).map_err(|fault| {
        Fault::bad_request(format!("Tag '{tag}' is invalid. {}", fault.message))
    })?;
    let server = server(world, call)?;
    if has(server, tag) {
        return Ok(Answer::empty(StatusCode::NO_CONTENT));
    }
    if tags(server).len() >= MOST {
        return Err(Fault::bad_request(format!(
            "The number of tags exceeded the per-server limit {MOST}"
        )));
    }
    let location = Site::of(call).list(&format!("servers/{id}/tags/{tag}"));
    set(world, id, |own| own.push(tag.into()));
    Ok(Answer::empty(StatusCode::CREATED).with_header(LOCATION, &location))
}

fn remove(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = changeable(world, call, "delete tag")?;
    let tag = call.path_param("tag");
    if !has(server(world, call)?, tag) {
        return Err(Fault::not_found(format!(
            "Instance {id} has no tag '{tag}'"
        )));
    }
    set(world, id, |own| own.retain(|known| **known != *tag));
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
