//! What a service that attaches volumes itself tells of it, action by action: Compute did so before there were
//! attachments.

use std::sync::Arc;

use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use super::attachments::{check_unused, computes};
use super::complaint::{invalid_input, invalid_volume};
use super::{Answer, Call, Operation, accepted, check, id, land, shapes, text, volume};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::volume::{AttachStatus, Attachment, Status, Volume};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "volume.attach_volume",
        land: |world, call| {
            check(&shapes::ATTACH, call)?;
            attachable(world, call)?;
            land(world, call)
        },
        run: attach,
        is_read: false,
    },
    Operation {
        command: "volume.detach_volume",
        land: |world, call| {
            check(&shapes::DETACH, call)?;
            attachment(world, call, "os-detach")?;
            land(world, call)
        },
        run: detach,
        is_read: false,
    },
    Operation {
        command: "volume.force_detach_volume",
        land: |world, call| {
            attachment(world, call, "os-force_detach")?;
            land(world, call)
        },
        run: |world, call, _| {
            attachment(world, call, "os-force_detach")?;
            let held = held(world, call)?;
            for id in held {
                world.remove_attachment(id);
            }
            let volume = volume(world, call)?.id;
            set_status(world, volume, Status::Available);
            Ok(accepted())
        },
        is_read: false,
    },
    Operation {
        command: "volume.reserve_volume",
        land: |world, call| {
            reservable(world, call)?;
            land(world, call)
        },
        run: |world, call, _| {
            let id = reservable(world, call)?.id;
            set_status(world, id, Status::Attaching);
            Ok(accepted())
        },
        is_read: false,
    },
    Operation {
        command: "volume.unreserve_volume",
        land,
        run: |world, call, _| {
            let volume = volume(world, call)?;
            let (id, status) = (volume.id, volume.status);
            if status == Status::Attaching {
                let resting = volume.resting_status();
                set_status(world, id, resting);
            }
            Ok(accepted())
        },
        is_read: false,
    },
    Operation {
        command: "volume.begin_detaching",
        land: |world, call| {
            detachable(world, call)?;
            land(world, call)
        },
        run: |world, call, _| {
            let id = detachable(world, call)?.id;
            set_status(world, id, Status::Detaching);
            Ok(accepted())
        },
        is_read: false,
    },
    Operation {
        command: "volume.roll_detaching",
        land,
        run: |world, call, _| {
            let volume = volume(world, call)?;
            let (id, status) = (volume.id, volume.status);
            if status == Status::Detaching {
                set_status(world, id, Status::InUse);
            }
            Ok(accepted())
        },
        is_read: false,
    },
    Operation {
        command: "volume.initialize_connection",
        land,
        run: |world, call, _| {
            let id = volume(world, call)?.id;
            let shown = json!({"connection_info": connection(id)});
            Ok(Answer::json(StatusCode::OK, &shown))
        },
        is_read: false,
    },
    Operation {
        command: "volume.terminate_connection",
        land: |world, call| {
            attachment(world, call, "os-terminate_connection")?;
            land(world, call)
        },
        run: |_, _, _| Ok(accepted()),
        is_read: false,
    },
];

/// How a volume is reached: over iSCSI, at an address where nothing is.
pub(super) fn connection(id: Uuid) -> serde_json::Value {
    json!({
        "driver_volume_type": "iscsi",
        "data": {
            "target_discovered": false,
            "target_portal": "127.0.0.1:3260",
            "target_iqn": format!("iqn.2010-10.org.openstack:volume-{id}"),
            "target_lun": 0,
            "volume_id": id,
            "access_mode": "rw",
            "encrypted": false,
            "discard": false,
            "qos_specs": null,
        },
        "enforce_multipath": false,
    })
}

fn set_status(world: &mut World, id: Uuid, status: Status) {
    if let Some(volume) = world.volume_mut(id) {
        volume.status = status;
    }
}

fn held(world: &World, call: &Call) -> Result<Vec<Uuid>, Fault> {
    let volume = volume(world, call)?;
    Ok(volume.attachments.iter().map(|held| held.id).collect())
}

fn attachable<'a>(world: &'a World, call: &Call) -> Result<&'a Volume, Fault> {
    let volume = volume(world, call)?;
    let is_ready = volume.status == Status::Attaching || volume.can_be_attached();
    if is_ready {
        return Ok(volume);
    }
    Err(Fault::bad_request(format!(
        "Error attaching volume - InvalidVolume: Invalid volume: Volume status must be available or attaching, \
         but is {}",
        volume.status.word()
    )))
}

fn attach(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let volume = attachable(world, call)?.id;
    let body = &call.body["os-attach"];
    let owned = |name: &str| -> Option<Arc<str>> { text(body, name).map(Into::into) };
    let new = world.ids.uuid();
    let attachment = Attachment {
        host_name: owned("host_name"),
        device: owned("mountpoint"),
        is_read_only: text(body, "mode") == Some("ro"),
        ..Attachment::reserved(new, id(body, "instance_uuid"))
    };
    set_status(world, volume, Status::Attaching);
    world.add_attachment(volume, attachment);
    world.complete_attachment(new);
    Ok(accepted())
}

/// The attachment that is to end by an action: the one that it names, or the only one. `None` where there is none.
fn attachment<'a>(
    world: &'a World,
    call: &Call,
    action: &str,
) -> Result<Option<&'a Attachment>, Fault> {
    let volume = volume(world, call)?;
    let held = &volume.attachments;
    let found = match (id(&call.body[action], "attachment_id"), held.as_slice()) {
        (None, []) => return Ok(None),
        (None, [only]) => only,
        (None, [..]) => return Err(computes("")),
        (Some(wanted), _) => match world.storage.attachment(wanted) {
            Some((owner, found)) if owner.id == volume.id => found,
            Some(_) => return Err(invalid_input("Mismatched volume and attachment")),
            None => return Err(computes("")),
        },
    };
    check_unused(world, found)?;
    Ok(Some(found))
}

fn detach(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let found = attachment(world, call, "os-detach")?.map(|held| held.id);
    let volume = volume(world, call)?.id;
    if let Some(found) = found {
        set_status(world, volume, Status::InUse);
        world.remove_attachment(found);
    }
    Ok(accepted())
}

fn reservable<'a>(world: &'a World, call: &Call) -> Result<&'a Volume, Fault> {
    let volume = volume(world, call)?;
    if volume.can_be_attached() {
        return Ok(volume);
    }
    let expected = if volume.is_multiattach() {
        "('available', 'in-use')"
    } else {
        "available"
    };
    Err(invalid_volume(format!(
        "Volume status must be {expected} to reserve, but the status is {}.",
        volume.status.word()
    )))
}

fn detachable<'a>(world: &'a World, call: &Call) -> Result<&'a Volume, Fault> {
    let volume = volume(world, call)?;
    let is_attached = volume
        .attachments
        .iter()
        .any(|held| held.status == AttachStatus::Attached);
    if volume.status == Status::InUse && is_attached {
        return Ok(volume);
    }
    Err(invalid_volume(
        "Unable to detach volume. Volume status must be 'in-use' and attach_status must be 'attached' to detach.",
    ))
}
