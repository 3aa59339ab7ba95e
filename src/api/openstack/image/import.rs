//! Import: what was staged before, or is said to be elsewhere, becomes an image's data.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, Call, Operation, body, change, forbidden, image, land, may_change, on};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::images::image::{Image, ImageStatus};

/// The ways to import.
pub(super) const METHODS: [&str; 3] = ["glance-direct", "web-download", "copy-image"];

/// The one place where data is kept.
const STORE: &str = "files";

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "image.import_image",
        land: |world, call| source(world, call).map(on),
        run: import,
        is_read: false,
    },
    Operation {
        command: "image.get_import_info",
        land: Landing::nowhere,
        run: |_, _, _| {
            let about = "Import methods available.";
            let methods = json!({"description": about, "type": "array", "value": METHODS});
            Ok(Answer::json(
                StatusCode::OK,
                &json!({"import-methods": methods}),
            ))
        },
        is_read: true,
    },
    Operation {
        command: "image.list_stores",
        land: Landing::nowhere,
        run: |_, _, _| {
            let stores = json!({"stores": [{"id": STORE, "default": "true"}]});
            Ok(Answer::json(StatusCode::OK, &stores))
        },
        is_read: true,
    },
    Operation {
        command: "image.list_image_tasks",
        land,
        run: |_, _, _| Ok(Answer::json(StatusCode::OK, &json!({"tasks": []}))),
        is_read: true,
    },
    Operation {
        command: "image.list_tasks",
        land: Landing::nowhere,
        run: |_, _, _| {
            let tasks = json!({"tasks": [], "first": "/v2/tasks", "schema": "/v2/schemas/tasks"});
            Ok(Answer::json(StatusCode::OK, &tasks))
        },
        is_read: true,
    },
];

/// The way that is asked for.
fn method(call: &Call) -> Result<&'static str, Fault> {
    let asked = body(call)?;
    let missing =
        |field: &str| Fault::bad_request(format!("Import request requires a '{field}' field."));
    let method = asked.get("method").ok_or_else(|| missing("method"))?;
    let name = method.get("name").ok_or_else(|| missing("name"))?;
    let name = name.as_str().unwrap_or_default();
    let known = METHODS.into_iter().find(|known| *known == name);
    known.ok_or_else(|| Fault::bad_request(format!("Unknown import method name '{name}'.")))
}

/// The image to import to, which must be in a state for it.
fn source<'a>(world: &'a World, call: &Call) -> Result<&'a Arc<Image>, Fault> {
    let method = method(call)?;
    let image = image(world, call)?;
    check_state(image, method)?;
    for (name, format) in [
        ("container_format", &image.container_format),
        ("disk_format", &image.disk_format),
    ] {
        if format.is_none() {
            let message = format!("'{name}' needs to be set before import");
            return Err(Fault::conflict(message));
        }
    }
    match method {
        "copy-image" if !call.is_admin() => return Err(forbidden("copy_image")),
        "copy-image" => {
            let message = format!("Image is already present at store '{STORE}'");
            return Err(Fault::bad_request(message));
        }
        _ if !may_change(call, image) => return Err(forbidden("modify_image")),
        _ => {}
    }
    if method == "web-download" {
        check_uri(&call.body["method"]["uri"])?;
    }
    Ok(image)
}

fn check_state(image: &Image, method: &str) -> Result<(), Fault> {
    let message = match (image.status, method) {
        (ImageStatus::Active, "copy-image")
        | (ImageStatus::Queued, "web-download")
        | (ImageStatus::Uploading, "glance-direct") => return Ok(()),
        (_, "copy-image") => "Only images with status active can be targeted for copying",
        (ImageStatus::Active, _) => "Image with status active cannot be target for import",
        (_, "web-download") => "Image needs to be in 'queued' state to use 'web-download' method",
        _ => "Image needs to be staged before 'glance-direct' method can be used",
    };
    Err(Fault::conflict(message))
}

fn check_uri(uri: &Value) -> Result<(), Fault> {
    let uri = uri.as_str().unwrap_or("None");
    let host = uri
        .strip_prefix("http://")
        .or_else(|| uri.strip_prefix("https://"));
    if host.is_none_or(str::is_empty) {
        let message = format!("URI for web-download does not pass filtering: {uri}");
        return Err(Fault::bad_request(message));
    }
    Ok(())
}

/// Nothing is ever fetched: an image that is elsewhere is there at once, and empty.
fn import(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    source(world, call)?;
    change(world, call, |image| match image.data.take() {
        Some(data) => image.fill(data),
        None => image.pretend_data(0),
    })?;
    Ok(Answer::empty(StatusCode::ACCEPTED))
}
