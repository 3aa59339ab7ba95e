//! A server's metadata.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::schema::{self, Object, Schema, object, property};
use super::actions::check_metadata_state;
use super::create::METADATA;
use super::view::Pairs;
use super::{Answer, Call, Operation, land_on_server, quota, server};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::server::Server;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_server_metadata",
        land: land_on_server,
        run: |world, call, _| Ok(show(server(world, call)?)),
        is_read: true,
    },
    Operation {
        command: "compute.update_server_metadata",
        land: |world, call| land_with(&ITEMS, world, call),
        run: |world, call, _| change(world, call, items(&call.body["metadata"]), false),
        is_read: false,
    },
    Operation {
        command: "compute.replace_server_metadata",
        land: |world, call| land_with(&ITEMS, world, call),
        run: |world, call, _| change(world, call, items(&call.body["metadata"]), true),
        is_read: false,
    },
    Operation {
        command: "compute.get_server_metadata_item",
        land: land_on_server,
        run: |world, call, _| {
            let server = server(world, call)?;
            let key = call.path_param("key");
            let value = server.spec.metadata_item(key).ok_or_else(no_item)?;
            Ok(Answer::json(StatusCode::OK, &json!({"meta": {key: value}})))
        },
        is_read: true,
    },
    Operation {
        command: "compute.set_server_metadata_item",
        land: |world, call| land_with(&ITEM, world, call),
        run: set_item,
        is_read: false,
    },
    Operation {
        command: "compute.delete_server_metadata_item",
        land: land_on_server,
        run: delete_item,
        is_read: false,
    },
];

const ITEMS: Object = object(&[property("metadata", Schema::Object(&METADATA)).required()]);
const ITEM: Object = object(&[property("meta", Schema::Object(&ONE)).required()]);
const ONE: Object = Object { max: 1, ..METADATA };

fn land_with(shape: &Object, world: &World, call: &Call) -> Result<Landing, Fault> {
    schema::check(shape, &call.body, call.microversion)?;
    land_on_server(world, call)
}

fn show(server: &Server) -> Answer {
    #[derive(serde::Serialize)]
    struct Envelope<'a> {
        metadata: Pairs<'a>,
    }
    Answer::json(
        StatusCode::OK,
        &Envelope {
            metadata: Pairs(&server.spec.metadata),
        },
    )
}

fn no_item() -> Fault {
    Fault::not_found("Metadata item was not found")
}

/// Names and values, in the client's order.
pub(super) type Metadata = Vec<(Arc<str>, Arc<str>)>;

/// The items of an object that passed [`METADATA`].
pub(super) fn items(body: &Value) -> Metadata {
    let members = body.as_object().into_iter().flatten();
    members
        .filter_map(|(key, value)| Some((key.as_str().into(), value.as_str()?.into())))
        .collect()
}

/// Sets the items; where they replace, the others go.
fn change(
    world: &mut World,
    call: &Call,
    items: Metadata,
    replaces: bool,
) -> Result<Answer, Fault> {
    let server = server(world, call)?;
    check_metadata_state(call, server, "update metadata")?;
    let is_new = |key: &str| server.spec.metadata_item(key).is_none();
    let kept = if replaces {
        0
    } else {
        server.spec.metadata.len()
    };
    let added = items
        .iter()
        .filter(|(key, _)| replaces || is_new(key))
        .count();
    quota::check_metadata(world, server.spec.project.id, kept + added)?;
    let (id, now) = (server.id, world.now());
    let server = world.server_mut(id).ok_or_else(no_item)?;
    if replaces {
        server.spec.metadata.clear();
    }
    for (key, value) in items {
        server.spec.set_metadata(&key, &value);
    }
    server.updated = now;
    Ok(show(server))
}

fn set_item(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let meta = &call.body["meta"];
    if meta.get(call.path_param("key")).is_none() {
        return Err(Fault::bad_request("Request body and URI mismatch"));
    }
    change(world, call, items(meta), false)?;
    let meta: &Map<String, Value> = meta.as_object().ok_or_else(no_item)?;
    Ok(Answer::json(StatusCode::OK, &json!({ "meta": meta })))
}

fn delete_item(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let server = server(world, call)?;
    let key = call.path_param("key");
    server.spec.metadata_item(key).ok_or_else(no_item)?;
    check_metadata_state(call, server, "delete metadata")?;
    let (id, now) = (server.id, world.now());
    if let Some(server) = world.server_mut(id) {
        server.spec.metadata.retain(|(name, _)| **name != *key);
        server.updated = now;
    }
    Ok(super::done(StatusCode::NO_CONTENT))
}
