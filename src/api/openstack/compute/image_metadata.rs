//! The metadata of images by way of Compute, until 2.38, and their deletion, until 2.35.

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::image::visible_image;
use super::super::schema::{self, Object, Schema, object, property};
use super::create::METADATA;
use super::metadata::{Metadata, items};
use super::view::Pairs;
use super::{Answer, Call, Operation, check_exists, done, quota};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::images::image::Image;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.delete_image",
        land: land_on_delete,
        run: |world, _, landing| {
            if let Target::Image(image) = landing.target {
                world.remove_image(image.id);
            }
            Ok(done(StatusCode::NO_CONTENT))
        },
        is_read: false,
    },
    Operation {
        command: "compute.list_image_metadata",
        land,
        run: |world, call, _| {
            let metadata = Pairs(&image(world, call)?.properties);
            Ok(answer("metadata", &json!(metadata)))
        },
        is_read: true,
    },
    Operation {
        command: "compute.update_image_metadata",
        land: |world, call| land_with(&ITEMS, world, call),
        run: |world, call, _| {
            let items = items(&call.body["metadata"]);
            change(world, call, |image| {
                for (key, value) in &items {
                    image.set_property(key, value);
                }
            })?;
            let metadata = Pairs(&image(world, call)?.properties);
            Ok(answer("metadata", &json!(metadata)))
        },
        is_read: false,
    },
    Operation {
        command: "compute.replace_image_metadata",
        land: |world, call| land_with(&ITEMS, world, call),
        run: |world, call, _| {
            let items = items(&call.body["metadata"]);
            change(world, call, |image| image.properties = items)?;
            Ok(answer("metadata", &call.body["metadata"]))
        },
        is_read: false,
    },
    Operation {
        command: "compute.get_image_metadata_item",
        land: |world, call| land_on_item(world, call, ""),
        run: |world, call, _| {
            let (image, key) = (image(world, call)?, call.path_param("key"));
            Ok(answer("meta", &json!({ key: image.property(key) })))
        },
        is_read: true,
    },
    Operation {
        command: "compute.set_image_metadata_item",
        land: land_on_set,
        run: |world, call, _| {
            let items = items(&call.body["meta"]);
            change(world, call, |image| {
                for (key, value) in &items {
                    image.set_property(key, value);
                }
            })?;
            Ok(answer("meta", &call.body["meta"]))
        },
        is_read: false,
    },
    Operation {
        command: "compute.delete_image_metadata_item",
        land: |world, call| land_on_item(world, call, "Invalid metadata key"),
        run: |world, call, _| {
            let key = call.path_param("key");
            change(world, call, |image| {
                image.properties.retain(|(name, _)| **name != *key);
            })?;
            Ok(done(StatusCode::NO_CONTENT))
        },
        is_read: false,
    },
];

const ITEMS: Object = object(&[property("metadata", Schema::Object(&METADATA)).required()]);
const ITEM: Object = object(&[property("meta", Schema::Object(&ONE)).required()]);
const ONE: Object = Object { max: 1, ..METADATA };

fn answer(name: &str, value: &Value) -> Answer {
    Answer::json(StatusCode::OK, &json!({ name: value }))
}

fn image<'a>(world: &'a World, call: &Call) -> Result<&'a std::sync::Arc<Image>, Fault> {
    let image = visible_image(world, call, call.path_param("image"));
    image.ok_or_else(|| Fault::not_found("Image not found."))
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    check_exists(call, ..=38)?;
    Ok(Landing::on(Target::Image(image(world, call)?.clone())))
}

fn project(call: &Call) -> Option<&crate::world::accounts::Project> {
    call.session.as_ref()?.project.as_deref()
}

/// Only its owner changes an image.
fn check_owner(call: &Call, image: &Image, message: &str) -> Result<(), Fault> {
    let is_own = project(call).is_some_and(|project| image.is_owned_by(project));
    if is_own || call.is_admin() {
        return Ok(());
    }
    Err(Fault::new(FaultKind::Forbidden, message))
}

fn land_on_change(world: &World, call: &Call) -> Result<Landing, Fault> {
    let landing = land(world, call)?;
    let image = image(world, call)?;
    let message = format!("Not authorized for image {}.", image.id);
    check_owner(call, image, &message)?;
    Ok(landing)
}

fn land_with(shape: &Object, world: &World, call: &Call) -> Result<Landing, Fault> {
    check_exists(call, ..=38)?;
    schema::check(shape, &call.body, call.microversion)?;
    let landing = land_on_change(world, call)?;
    let wanted: Metadata = items(&call.body["metadata"]);
    let project = project(call).map_or(Uuid::nil(), |project| project.id);
    quota::check_metadata(world, project, wanted.len())?;
    Ok(landing)
}

fn land_on_set(world: &World, call: &Call) -> Result<Landing, Fault> {
    check_exists(call, ..=38)?;
    schema::check(&ITEM, &call.body, call.microversion)?;
    if call.body["meta"].get(call.path_param("key")).is_none() {
        return Err(Fault::bad_request("Request body and URI mismatch"));
    }
    land_on_change(world, call)
}

fn land_on_item(world: &World, call: &Call, complaint: &str) -> Result<Landing, Fault> {
    let landing = match complaint {
        "" => land(world, call)?,
        _ => land_on_change(world, call)?,
    };
    let image = image(world, call)?;
    match image.property(call.path_param("key")) {
        Some(_) => Ok(landing),
        None => Err(Fault::not_found(complaint)),
    }
}

fn land_on_delete(world: &World, call: &Call) -> Result<Landing, Fault> {
    check_exists(call, ..=35)?;
    let image = image(world, call)?;
    let message = "You are not allowed to delete the image.";
    check_owner(call, image, message)?;
    if image.is_protected {
        return Err(Fault::new(FaultKind::Forbidden, message));
    }
    Ok(Landing::on(Target::Image(image.clone())))
}

fn change(world: &mut World, call: &Call, how: impl FnOnce(&mut Image)) -> Result<(), Fault> {
    let (id, now) = (image(world, call)?.id, world.now());
    if let Some(image) = world.image_mut(id) {
        how(image);
        image.updated = now;
    }
    Ok(())
}
