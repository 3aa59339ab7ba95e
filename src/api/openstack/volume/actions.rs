//! What is done to a volume.

use std::sync::Arc;

use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use super::super::schema::{Object, is_yes, number};
use super::complaint::{invalid_input, invalid_volume};
use super::create::no_type;
use super::quotas::{Need, check_room};
use super::{Answer, Call, Operation, accepted, check, id, land, shapes, since, text, volume};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::User;
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

pub(super) fn user(call: &Call) -> Result<Arc<User>, Fault> {
    Ok(call.caller()?.user.clone())
}

fn land_with(world: &World, call: &Call, shape: &Object) -> Result<Landing, Fault> {
    check(shape, call)?;
    land(world, call)
}

/// Changes the volume of a call.
pub(super) fn change(
    world: &mut World,
    call: &Call,
    change: impl FnOnce(&mut Volume),
) -> Result<(), Fault> {
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
