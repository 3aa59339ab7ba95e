//! Resource classes: what can be counted.

use http::StatusCode;
use http::header::LOCATION;
use serde_json::{Value, json};

use super::super::schema::{Object, Pattern, Schema, TEXT, Text, object, property};
use super::standard::CLASSES;
use super::traits::is_name;
use super::{Answer, Call, Operation, check_body, check_exists, no_content};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "placement.list_resource_classes",
        land: |_, call| check_exists(call, 2..).map(|()| Landing::default()),
        run: list,
        is_read: true,
    },
    Operation {
        command: "placement.create_resource_class",
        land: land_on_new,
        run: |world, call, _| {
            let name = call.body["name"].as_str().unwrap_or_default();
            world.providers.classes.insert(name.into());
            Ok(created(call, name, StatusCode::CREATED))
        },
        is_read: false,
    },
    Operation {
        command: "placement.get_resource_class",
        land,
        run: |_, call, _| Ok(Answer::json(StatusCode::OK, &json_of(name(call)))),
        is_read: true,
    },
    Operation {
        command: "placement.update_resource_class",
        land: land_on_update,
        run: update,
        is_read: false,
    },
    Operation {
        command: "placement.delete_resource_class",
        land: land_on_delete,
        run: |world, call, _| {
            world.providers.classes.remove(name(call));
            Ok(no_content())
        },
        is_read: false,
    },
];

/// The form of a class's name.
pub(super) const NAME: Pattern = Pattern {
    shown: "^[A-Z0-9_]+$",
    accepts: is_name,
};

pub(super) const CLASS: Schema = Schema::Text(Text {
    max: 255,
    pattern: Some(NAME),
    ..TEXT
});

const NEW: Object = object(&[property("name", CUSTOM).required()]);

const CUSTOM: Schema = Schema::Text(Text {
    max: 255,
    pattern: Some(Pattern {
        shown: "^CUSTOM\\_[A-Z0-9_]+$",
        accepts: |name| name.starts_with("CUSTOM_") && is_name(name),
    }),
    ..TEXT
});

fn name(call: &Call) -> &str {
    call.path_param("class")
}

pub(super) fn is_known(world: &World, name: &str) -> bool {
    CLASSES.contains(&name) || world.providers.classes.contains(name)
}

fn json_of(name: &str) -> Value {
    let this = format!("/placement/resource_classes/{name}");
    json!({"name": name, "links": [{"rel": "self", "href": this}]})
}

fn created(call: &Call, name: &str, status: StatusCode) -> Answer {
    let location = format!("{}/placement/resource_classes/{name}", call.base_url);
    Answer::empty(status).with_header(LOCATION, &location)
}

fn list(world: &mut World, _: &Call, _: Landing) -> Result<Answer, Fault> {
    let custom = world.providers.classes.iter().map(|name| &**name);
    let all: Vec<Value> = CLASSES.iter().copied().chain(custom).map(json_of).collect();
    Ok(Answer::json(
        StatusCode::OK,
        &json!({ "resource_classes": all }),
    ))
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    check_exists(call, 2..)?;
    if is_known(world, name(call)) {
        return Ok(Landing::default());
    }
    Err(Fault::not_found(format!(
        "No such resource class {}.",
        name(call)
    )))
}

fn land_on_new(world: &World, call: &Call) -> Result<Landing, Fault> {
    check_exists(call, 2..)?;
    check_body(&NEW, call)?;
    let name = call.body["name"].as_str().unwrap_or_default();
    if is_known(world, name) {
        return Err(Fault::conflict(format!(
            "Conflicting resource class already exists: {name}"
        )));
    }
    Ok(Landing::default())
}

/// Until 1.6 it renames a class; from 1.7 on it makes one, if it is not there.
fn land_on_update(world: &World, call: &Call) -> Result<Landing, Fault> {
    if call.microversion >= 7 {
        let is_custom = name(call).starts_with("CUSTOM_") && is_name(name(call));
        return is_custom.then(Landing::default).ok_or_else(|| {
            Fault::bad_request(format!(
                "JSON does not validate: '{}' does not match '^CUSTOM\\\\_[A-Z0-9_]+$'",
                name(call)
            ))
        });
    }
    let landing = land(world, call)?;
    check_body(&NEW, call)?;
    if CLASSES.contains(&name(call)) {
        return Err(Fault::bad_request(format!(
            "Cannot update standard resource class {}",
            name(call)
        )));
    }
    Ok(landing)
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    if call.microversion >= 7 {
        let is_new = world.providers.classes.insert(name(call).into());
        let status = if is_new {
            StatusCode::CREATED
        } else {
            StatusCode::NO_CONTENT
        };
        return Ok(created(call, name(call), status));
    }
    let new = call.body["name"].as_str().unwrap_or_default();
    world.providers.classes.remove(name(call));
    world.providers.classes.insert(new.into());
    Ok(Answer::json(StatusCode::OK, &json_of(new)))
}

fn land_on_delete(world: &World, call: &Call) -> Result<Landing, Fault> {
    let (landing, name) = (land(world, call)?, name(call));
    if CLASSES.contains(&name) {
        return Err(Fault::bad_request(format!(
            "Error in delete resource class: Cannot delete standard resource class {name}."
        )));
    }
    let providers = world.all_providers();
    if providers
        .iter()
        .any(|one| one.inventories.contains_key(name))
    {
        return Err(Fault::conflict(format!(
            "Error in delete resource class: Cannot delete resource class {name}. Class is in use in inventory."
        )));
    }
    Ok(landing)
}
