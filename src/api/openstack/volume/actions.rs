//! What is done to a volume.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::render::Micros;
use super::super::schema::{Object, is_yes, number};
use super::complaint::{forbidden, invalid_input, invalid_volume, or};
use super::create::{check_image, image_of, no_type};
use super::metadata::{check_items, items, put};
use super::quotas::{Need, check_room};
use super::view::pairs;
use super::{Answer, Call, Operation, accepted, check, id, land, shapes, since, text, volume};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{User, id_text};
use crate::world::image::{Image, Visibility};
use crate::world::operations::Kind;
use crate::world::volume::{AttachStatus, Snapshot, Status, Volume, VolumeType};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "volume.extend_volume",
        land: |world, call| {
            extension(world, call)?;
            land(world, call)
        },
        run: |world, call, _| {
            let (id, size) = extension(world, call)?;
            world.extend_volume(id, size, user(call)?);
            Ok(accepted())
        },
        is_read: false,
    },
    Operation {
        command: "volume.retype_volume",
        land: |world, call| {
            retyping(world, call)?;
            land(world, call)
        },
        run: |world, call, _| {
            let (id, kind) = retyping(world, call)?;
            if let Some(volume) = world.volume_mut(id) {
                volume.wanted_kind = Some(kind);
            }
            world.change_volume(id, Status::Retyping, Kind::RetypeVolume, user(call)?);
            Ok(accepted())
        },
        is_read: false,
    },
    Operation {
        command: "volume.revert_volume",
        land: |world, call| {
            since(call, 40)?;
            reversion(world, call)?;
            land(world, call)
        },
        run: |world, call, _| {
            let id = reversion(world, call)?;
            world.change_volume(id, Status::Reverting, Kind::RevertVolume, user(call)?);
            Ok(accepted())
        },
        is_read: false,
    },
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
        command: "volume.set_bootable",
        land: |world, call| land_with(world, call, &shapes::SET_BOOTABLE),
        run: |world, call, _| {
            let flag = is_yes(&call.body["os-set_bootable"]["bootable"]);
            change(world, call, |volume| volume.is_bootable = flag)?;
            Ok(Answer::empty(StatusCode::OK))
        },
        is_read: false,
    },
    Operation {
        command: "volume.set_read_only",
        land: |world, call| {
            check(&shapes::SET_READ_ONLY, call)?;
            check_available(volume(world, call)?, "to update readonly flag, but")?;
            land(world, call)
        },
        run: |world, call, _| {
            let flag = is_yes(&call.body["os-update_readonly_flag"]["readonly"]);
            change(world, call, |volume| volume.is_read_only = Some(flag))?;
            Ok(accepted())
        },
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
    Operation {
        command: "volume.reset_volume_status",
        land: |world, call| {
            reset(world, call)?;
            land(world, call)
        },
        run: |world, call, _| {
            let (id, status, attach_status) = reset(world, call)?;
            if let Some(volume) = world.volume_mut(id) {
                volume.status = status.unwrap_or(volume.status);
                volume.previous = volume.status;
            }
            if attach_status == Some("detached") {
                detach_all(world, id);
            }
            Ok(accepted())
        },
        is_read: false,
    },
    Operation {
        command: "volume.force_delete_volume",
        land,
        run: |world, call, _| {
            let id = volume(world, call)?.id;
            detach_all(world, id);
            world.delete_volume_whole(id, user(call)?);
            Ok(accepted())
        },
        is_read: false,
    },
];

fn user(call: &Call) -> Result<Arc<User>, Fault> {
    Ok(call.caller()?.user.clone())
}

fn land_with(world: &World, call: &Call, shape: &Object) -> Result<Landing, Fault> {
    check(shape, call)?;
    land(world, call)
}

fn change(world: &mut World, call: &Call, change: impl FnOnce(&mut Volume)) -> Result<(), Fault> {
    let id = volume(world, call)?.id;
    if let Some(volume) = world.volume_mut(id) {
        change(volume);
    }
    Ok(())
}

fn detach_all(world: &mut World, id: Uuid) {
    let held = world.volume(id).into_iter();
    let held: Vec<Uuid> = held
        .flat_map(|volume| &volume.attachments)
        .map(|attachment| attachment.id)
        .collect();
    for attachment in held {
        world.remove_attachment(attachment);
    }
}

fn check_available(volume: &Volume, purpose: &str) -> Result<(), Fault> {
    if volume.status == Status::Available {
        return Ok(());
    }
    Err(invalid_volume(format!(
        "Volume {} status must be available {purpose} current status is: {}.",
        volume.id,
        volume.status.word()
    )))
}

/// The volume, and the size in GiB that it is to get.
fn extension(world: &World, call: &Call) -> Result<(Uuid, u64), Fault> {
    check(&shapes::EXTEND, call)?;
    let volume = volume(world, call)?;
    let size = number(&call.body["os-extend"]["new_size"]).unwrap_or_default();
    let may_be_in_use = call.microversion >= 42;
    let is_ready =
        volume.status == Status::Available || (may_be_in_use && volume.status == Status::InUse);
    if !is_ready {
        let expected = "available";
        return Err(invalid_volume(format!(
            "Volume {} status must be '{{'status': '{expected}'}}' to extend, currently {}.",
            volume.id,
            volume.status.word()
        )));
    }
    if size <= volume.size {
        return Err(invalid_input(format!(
            "New size for extend must be greater than current size. (current: {}, extended: {size}).",
            volume.size
        )));
    }
    check_room(world, &volume.project, Need::growth(volume.size, size))?;
    Ok((volume.id, size))
}

fn retyping(world: &World, call: &Call) -> Result<(Uuid, Arc<VolumeType>), Fault> {
    check(&shapes::RETYPE, call)?;
    let volume = volume(world, call)?;
    let wanted = text(&call.body["os-retype"], "new_type").unwrap_or_default();
    let kind = world.storage.volume_type(wanted);
    let kind = kind.ok_or_else(|| match id(&json!({ "id": wanted }), "id") {
        Some(_) => no_type(wanted),
        None => invalid_input(format!("Invalid volume_type passed: {wanted}.")),
    })?;
    let is_ready = matches!(volume.status, Status::Available | Status::InUse);
    if !is_ready || kind.id == volume.kind.id {
        return Err(invalid_volume(
            "Retype needs volume to be in available or in-use state, not be part of an active migration or a \
             consistency group, requested type has to be different that the one from the volume, and for \
             in-use volumes front-end qos specs cannot change.",
        ));
    }
    Ok((volume.id, kind.clone()))
}

/// The volume, which is to be what its latest snapshot holds.
fn reversion(world: &World, call: &Call) -> Result<Uuid, Fault> {
    check(&shapes::REVERT, call)?;
    let volume = volume(world, call)?;
    let id = volume.id;
    let latest = volume.snapshots.last().and_then(|id| world.snapshot(*id));
    let Some(latest) = latest else {
        let message = format!("Volume {id} doesn't have any snapshots.");
        return Err(Fault::bad_request(message));
    };
    let asked = text(&call.body["revert"], "snapshot_id");
    if asked != Some(&latest.id.to_string()) {
        return Err(Fault::bad_request(format!(
            "Specified snapshot {} is None or not the latest one of volume {id}.",
            asked.unwrap_or("None")
        )));
    }
    if volume.size != latest.size {
        return Err(Fault::bad_request(format!(
            "Can't revert volume {id} to its latest snapshot {}. The volume size must be equal to the snapshot \
             size.",
            latest.id
        )));
    }
    check_revertible(volume, latest)?;
    Ok(id)
}

fn check_revertible(volume: &Volume, latest: &Snapshot) -> Result<(), Fault> {
    let (kind, what) = match (volume.status, latest.status) {
        (Status::Available, Status::Available) => return Ok(()),
        (Status::Available, _) => ("snapshot", "Snapshot"),
        _ => ("volume", "Volume"),
    };
    Err(Fault::conflict(format!(
        "Invalid {kind}: Can't revert volume {} to its latest snapshot {}. {what}'s status must be 'available'.",
        volume.id, latest.id
    )))
}

/// The volume, and what it then knows of the image that it is filled from.
fn reimaging(world: &World, call: &Call) -> Result<(Uuid, crate::world::volume::Pairs), Fault> {
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
    let image = image_to_make(world, call, body, id)?;
    let properties: Vec<_> = world
        .volume(id)
        .map(|volume| volume.image_metadata.clone())
        .unwrap_or_default();
    let mut image = image;
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

fn image_to_make(world: &mut World, call: &Call, body: &Value, _: Uuid) -> Result<Image, Fault> {
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

/// The statuses that a volume can be put into by force.
const RESETTABLE: [&str; 9] = [
    "creating",
    "available",
    "deleting",
    "error",
    "error_deleting",
    "attaching",
    "detaching",
    "in-use",
    "maintenance",
];

fn reset<'a>(
    world: &World,
    call: &'a Call,
) -> Result<(Uuid, Option<Status>, Option<&'a str>), Fault> {
    check(&shapes::RESET_STATUS, call)?;
    let body = &call.body["os-reset_status"];
    let (status, attach_status) = (text(body, "status"), text(body, "attach_status"));
    if status.is_none() && attach_status.is_none() && text(body, "migration_status").is_none() {
        return Err(Fault::bad_request(
            "Must specify 'status', 'attach_status' or 'migration_status' for update.",
        ));
    }
    let status = status
        .map(|word| {
            let known = RESETTABLE
                .iter()
                .any(|known| known.eq_ignore_ascii_case(word));
            let known = known.then(|| Status::of_word(&word.to_ascii_lowercase()));
            known
                .flatten()
                .ok_or_else(|| Fault::bad_request(format!("Must specify a valid status: {word}")))
        })
        .transpose()?;
    let volume = volume(world, call)?;
    if status == Some(Status::InUse) && volume.attachments.is_empty() {
        return Err(Fault::bad_request(
            "Cannot reset-state to in-use because volume does not have any attachments.",
        ));
    }
    let has_attached = volume
        .attachments
        .iter()
        .any(|held| held.status == AttachStatus::Attached);
    if status == Some(Status::Available) && has_attached && attach_status != Some("detached") {
        return Err(Fault::bad_request("Cannot reset-state to available"));
    }
    Ok((volume.id, status, attach_status))
}
