//! Images' metadata by way of Compute: gone since 2.39. Glance has it as properties.

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::image::owns;
use super::super::schema::{self, Object, Schema, object, property};
use super::create::METADATA;
use super::images::found;
use super::view::Pairs;
use super::{Answer, Call, Operation};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::image::Image;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_image_metadata",
        land,
        run: |world, call, _| all(found(world, call)?),
        is_read: true,
    },
    Operation {
        command: "compute.update_image_metadata",
        land: |world, call| land_with(world, call, &ITEMS),
        run: |world, call, _| put(world, call, "metadata", false),
        is_read: false,
    },
    Operation {
        command: "compute.replace_image_metadata",
        land: |world, call| land_with(world, call, &ITEMS),
        run: |world, call, _| put(world, call, "metadata", true),
        is_read: false,
    },
    Operation {
        command: "compute.get_image_metadata_item",
        land,
        run: |world, call, _| item(found(world, call)?, call.path_param("key")),
        is_read: true,
    },
    Operation {
        command: "compute.set_image_metadata_item",
        land: |world, call| {
            let landing = land_with(world, call, &ITEM)?;
            match call.body["meta"].get(call.path_param("key")) {
                Some(_) => Ok(landing),
                None => Err(Fault::bad_request("Request body and URI mismatch")),
            }
        },
        run: |world, call, _| put(world, call, "meta", false),
        is_read: false,
    },
    Operation {
        command: "compute.delete_image_metadata_item",
        land: |world, call| {
            let image = own(world, call)?;
            item(image, call.path_param("key")).and_then(|_| land(world, call))
        },
        run: |world, call, _| {
            let (id, key) = (own(world, call)?.id, call.path_param("key"));
            change(world, id, |image| {
                image.properties.retain(|(name, _)| **name != *key);
            });
            Ok(super::done(StatusCode::NO_CONTENT))
        },
        is_read: false,
    },
];

const ITEMS: Object = object(&[property("metadata", Schema::Object(&METADATA)).required()]);
const ITEM: Object = object(&[property("meta", Schema::Object(&METADATA)).required()]);

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    match call.microversion < 39 {
        true => Ok(Landing::on(Target::Image(found(world, call)?.clone()))),
        false => Err(Fault::not_found("")),
    }
}

fn land_with(world: &World, call: &Call, shape: &Object) -> Result<Landing, Fault> {
    schema::check(shape, &call.body, call.microversion)?;
    own(world, call)?;
    land(world, call)
}

/// The image of the path, where it is the caller's to change.
fn own<'a>(world: &'a World, call: &Call) -> Result<&'a Image, Fault> {
    let image = found(world, call)?;
    match owns(call, image) {
        true => Ok(image),
        false => Err(Fault::new(
            FaultKind::Forbidden,
            format!("Not authorized for image {}.", image.id),
        )),
    }
}

fn all(image: &Image) -> Result<Answer, Fault> {
    let shown = json!({"metadata": Pairs(&image.properties)});
    Ok(Answer::json(StatusCode::OK, &shown))
}

fn item(image: &Image, key: &str) -> Result<Answer, Fault> {
    let value = image.property(key).ok_or_else(|| Fault::not_found(""))?;
    Ok(Answer::json(StatusCode::OK, &json!({"meta": {key: value}})))
}

fn change(world: &mut World, id: Uuid, change: impl FnOnce(&mut Image)) {
    let now = world.now();
    if let Some(image) = world.image_mut(id) {
        change(image);
        image.updated = now;
    }
}

fn put(world: &mut World, call: &Call, key: &str, replaces: bool) -> Result<Answer, Fault> {
    let id = own(world, call)?.id;
    let items = call.body[key].as_object().cloned().unwrap_or_default();
    change(world, id, |image| {
        if replaces {
            image.properties.clear();
        }
        for (name, value) in &items {
            image.set_property(name, value.as_str().unwrap_or_default());
        }
    });
    match key {
        "meta" => Ok(Answer::json(
            StatusCode::OK,
            &json!({"meta": Value::Object(items)}),
        )),
        _ => all(found(world, call)?),
    }
}
