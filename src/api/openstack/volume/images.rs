//! Volumes and images: what a volume knows of the one that it was filled from, and those that are made of it.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::render::Micros;
use super::super::schema::is_yes;
use super::actions::{change, user};
use super::complaint::{forbidden, invalid_volume, or};
use super::create::{check_image, image_of};
use super::metadata::{check_items, items, put};
use super::view::pairs;
use super::{Answer, Call, Operation, accepted, check, land, shapes, since, text, volume};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::id_text;
use crate::world::images::image::{Image, Visibility};
use crate::world::operations::Kind;
use crate::world::volume::{Pairs, Status, Volume};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "volume.reimage_volume",
        land: |world, call| {
            since(call, 68)?;
            reimaging(world, call)?;
            land(world, call)
        },
        run: |world, call, _| {
            let (id, metadata) = reimaging(world, call)?;
            if let Some(volume) = world.volume_mut(id) {
                volume.image_metadata = metadata;
            }
            world.change_volume(id, Status::Reverting, Kind::RevertVolume, user(call)?);
            Ok(accepted())
        },
        is_read: false,
    },
    Operation {
        command: "volume.upload_volume",
        land: |world, call| {
            uploadable(world, call)?;
            land(world, call)
        },
        run: upload,
        is_read: false,
    },
    Operation {
        command: "volume.show_image_metadata",
        land,
        run: |world, call, _| Ok(image_metadata(volume(world, call)?)),
        is_read: true,
    },
    Operation {
        command: "volume.set_image_metadata",
        land: |world, call| {
            check(&shapes::SET_IMAGE_METADATA, call)?;
            check_items(&call.body["os-set_image_metadata"]["metadata"])?;
            land(world, call)
        },
        run: |world, call, _| {
            let new = items(&call.body["os-set_image_metadata"]["metadata"]);
            change(world, call, |volume| put(&mut volume.image_metadata, new))?;
            Ok(image_metadata(volume(world, call)?))
        },
        is_read: false,
    },
    Operation {
        command: "volume.unset_image_metadata",
        land: |world, call| {
            image_key(world, call)?;
            land(world, call)
        },
        run: |world, call, _| {
            let key = image_key(world, call)?.to_owned();
            change(world, call, |volume| {
                volume.image_metadata.retain(|(name, _)| **name != *key);
            })?;
            Ok(Answer::empty(StatusCode::OK))
        },
        is_read: false,
    },
];

/// The volume, and what it then knows of the image that it is filled from.
fn reimaging(world: &World, call: &Call) -> Result<(Uuid, Pairs), Fault> {
    check(&shapes::REIMAGE, call)?;
    let volume = volume(world, call)?;
    let body = &call.body["os-reimage"];
    let image = image_of(world, call, text(body, "image_id").unwrap_or_default())?;
    let may_be_reserved = body.get("reimage_reserved").is_some_and(is_yes);
    let allowed: &[&str] = match may_be_reserved {
        true => &["available", "error", "reserved"],
        false => &["available", "error"],
    };
    if !allowed.contains(&volume.status.word()) {
        return Err(invalid_volume(format!(
            "Volume {} status must be {}, but current status is {}.",
            volume.id,
            or(allowed),
            volume.status.word()
        )));
    }
    check_image(image, volume.size)?;
    Ok((volume.id, super::create::image_metadata(image)))
}

fn uploadable<'a>(world: &'a World, call: &Call) -> Result<&'a Volume, Fault> {
    check(&shapes::UPLOAD, call)?;
    let volume = volume(world, call)?;
    let body = &call.body["os-volume_upload_image"];
    let force = body.get("force").is_some_and(is_yes);
    let is_ready = volume.status == Status::Available || (force && volume.status == Status::InUse);
    if !is_ready {
        let allowed: &[&str] = match force {
            true => &["available", "in-use"],
            false => &["available"],
        };
        return Err(invalid_volume(format!(
            "Volume {} status must be {}",
            volume.id,
            or(allowed)
        )));
    }
    if text(body, "visibility") == Some("public") && !call.is_admin() {
        return Err(forbidden("volume_extension:volume_actions:upload_public"));
    }
    Ok(volume)
}

fn upload(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let volume = uploadable(world, call)?;
    let (id, size) = (volume.id, volume.size);
    let (created, kind) = (volume.created, volume.kind.clone());
    let body = &call.body["os-volume_upload_image"];
    let properties = volume.image_metadata.clone();
    let mut image = image_to_make(world, call, body)?;
    for (name, value) in properties {
        if !is_about_data(&name) {
            image.set_property(&name, &value);
        }
    }
    let image = world.add_image(image);
    let shown = json!({"os-volume_upload_image": {
        "id": id,
        "updated_at": Micros(world.now()),
        "status": "uploading",
        "display_description": world.volume(id).and_then(|volume| volume.description.clone()),
        "size": size,
        "volume_type": {"id": kind.id, "name": kind.name, "created_at": Micros(created)},
        "image_id": image.id,
        "container_format": image.container_format,
        "disk_format": image.disk_format,
        "image_name": image.name,
        "visibility": image.visibility.word(),
        "protected": image.is_protected,
    }});
    world.upload_volume(id, image.id, user(call)?);
    Ok(Answer::json(StatusCode::ACCEPTED, &shown))
}

/// Whether it is told of an image's data, which the new image has of its own.
fn is_about_data(name: &str) -> bool {
    matches!(
        name,
        "image_id"
            | "image_name"
            | "checksum"
            | "container_format"
            | "disk_format"
            | "min_disk"
            | "min_ram"
            | "size"
    )
}

fn image_to_make(world: &mut World, call: &Call, body: &Value) -> Result<Image, Fault> {
    let word = |name: &str, usual: &str| -> Option<Arc<str>> {
        Some(text(body, name).unwrap_or(usual).into())
    };
    let id = world.ids.uuid();
    let mut image = Image::new(
        id,
        text(body, "image_name").unwrap_or_default(),
        world.now(),
    );
    image.owner = Some(id_text(super::owner(call)?.id).into());
    image.disk_format = word("disk_format", "raw");
    image.container_format = word("container_format", "bare");
    let usual = if call.microversion >= 1 {
        "private"
    } else {
        "shared"
    };
    let visibility = text(body, "visibility").unwrap_or(usual);
    image.visibility = Visibility::of_word(visibility).unwrap_or(Visibility::Private);
    image.is_protected = body.get("protected").is_some_and(is_yes);
    Ok(image)
}

fn image_metadata(volume: &Volume) -> Answer {
    let shown = json!({"metadata": pairs(&volume.image_metadata)});
    Answer::json(StatusCode::OK, &shown)
}

/// The name of what is to be forgotten, which has to be known.
fn image_key<'a>(world: &World, call: &'a Call) -> Result<&'a str, Fault> {
    check(&shapes::UNSET_IMAGE_METADATA, call)?;
    let volume = volume(world, call)?;
    let key = text(&call.body["os-unset_image_metadata"], "key").unwrap_or_default();
    match volume.image_metadata.iter().any(|(name, _)| **name == *key) {
        true => Ok(key),
        false => Err(Fault::not_found("Metadata item was not found.")),
    }
}
