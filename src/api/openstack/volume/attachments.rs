//! Attachments, since 3.27: how Compute attaches volumes.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::render::Micros;
use super::complaint::{invalid_volume, or};
use super::connection::connection;
use super::resource::{found, is_visible};
use super::{Answer, Call, Operation, check, id, is_detailed, shapes, since, text};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::volume::{AttachStatus, Attachment, Status, Volume};

/// The microversion that brought them.
const FIRST: u32 = 27;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "volume.list_attachments",
        land: |_, call| since(call, FIRST).map(|()| Landing::default()),
        run: list,
        is_read: true,
    },
    Operation {
        command: "volume.create_attachment",
        land: |world, call| {
            since(call, FIRST)?;
            Ok(Landing::on_volume(world, candidate(world, call)?.id))
        },
        run: create,
        is_read: false,
    },
    Operation {
        command: "volume.get_attachment",
        land,
        run: |world, call, _| show(world, call),
        is_read: true,
    },
    Operation {
        command: "volume.update_attachment",
        land: |world, call| {
            since(call, FIRST)?;
            check(&shapes::UPDATE_ATTACHMENT, call)?;
            land(world, call)
        },
        run: |world, call, _| {
            let id = attachment(world, call)?.1.id;
            connect(world, id, &call.body["attachment"]["connector"]);
            show(world, call)
        },
        is_read: false,
    },
    Operation {
        command: "volume.complete_attachment",
        land: |world, call| {
            since(call, 44)?;
            completable(world, call)?;
            land(world, call)
        },
        run: |world, call, _| {
            let id = completable(world, call)?.id;
            world.complete_attachment(id);
            Ok(Answer::empty(StatusCode::NO_CONTENT))
        },
        is_read: false,
    },
    Operation {
        command: "volume.delete_attachment",
        land: |world, call| {
            removable(world, call)?;
            land(world, call)
        },
        run: |world, call, _| {
            removable(world, call)?;
            let (volume, attachment) = attachment(world, call)?;
            let (volume, attachment) = (volume.id, attachment.id);
            world.remove_attachment(attachment);
            let left = world.volume(volume).into_iter();
            let left = left.flat_map(|volume| {
                let held = volume.attachments.iter();
                held.map(|attachment| view(volume, attachment, false))
            });
            let shown = json!({"attachments": left.collect::<Value>()});
            Ok(Answer::json(StatusCode::OK, &shown))
        },
        is_read: false,
    },
];

/// The attachment of the path, and its volume.
fn attachment<'a>(world: &'a World, call: &Call) -> Result<(&'a Volume, &'a Attachment), Fault> {
    let wanted = call.path_param("attachment");
    let found = Uuid::try_parse(wanted)
        .ok()
        .and_then(|id| world.storage.attachment(id));
    found
        .filter(|(volume, _)| is_visible(call, volume.project.id))
        .ok_or_else(|| {
            Fault::not_found(format!(
                "Volume attachment could not be found with filter: attachment_id = {wanted}."
            ))
        })
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    since(call, FIRST)?;
    let (volume, _) = attachment(world, call)?;
    Ok(Landing::on_volume(world, volume.id))
}

fn view(volume: &Volume, attachment: &Attachment, is_detailed: bool) -> Value {
    let status = attachment.status.word();
    let mut shown = json!({
        "id": attachment.id,
        "status": status,
        "instance": attachment.server,
        "volume_id": volume.id,
    });
    if is_detailed {
        shown["attached_at"] = json!(attachment.at.map(Micros));
        shown["detached_at"] = Value::Null;
        shown["attach_mode"] = match attachment.is_read_only {
            true => "ro".into(),
            false => "rw".into(),
        };
        shown["connection_info"] = match &attachment.connector {
            None => json!({}),
            Some(_) => way(volume, attachment),
        };
    }
    shown
}

/// How the volume is reached, in the flat form of this resource.
fn way(volume: &Volume, attachment: &Attachment) -> Value {
    let mut way = connection(volume.id)["data"].clone();
    way["driver_volume_type"] = "iscsi".into();
    way["attachment_id"] = json!(attachment.id);
    way
}

fn show(world: &World, call: &Call) -> Result<Answer, Fault> {
    let (volume, attachment) = attachment(world, call)?;
    let shown = json!({"attachment": view(volume, attachment, true)});
    Ok(Answer::json(StatusCode::OK, &shown))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let is_detailed = is_detailed(call);
    let wants = |name: &str, value: String| call.param(name).is_none_or(|wanted| wanted == value);
    let project = call.caller()?.project.as_ref().map(|project| project.id);
    let asks_for_all = call.is_admin() && call.param("all_tenants").is_some();
    let volumes = world
        .storage
        .volumes
        .iter()
        .rev()
        .filter(|volume| asks_for_all || project == Some(volume.project.id))
        .filter(|volume| wants("volume_id", volume.id.to_string()));
    let held = volumes.flat_map(|volume| {
        let held = volume.attachments.iter().rev();
        held.map(move |attachment| (volume, attachment))
    });
    let shown = held.filter(|(_, attachment)| {
        let server = attachment.server.map(|id| id.to_string());
        wants("status", attachment.status.word().to_owned())
            && wants("instance_id", server.clone().unwrap_or_default())
            && wants("instance_uuid", server.unwrap_or_default())
    });
    let shown: Value = shown
        .map(|(volume, attachment)| view(volume, attachment, is_detailed))
        .collect();
    Ok(Answer::json(StatusCode::OK, &json!({"attachments": shown})))
}

/// The volume that is to be attached.
fn candidate<'a>(world: &'a World, call: &Call) -> Result<&'a Volume, Fault> {
    check(&shapes::CREATE_ATTACHMENT, call)?;
    let wanted = text(&call.body["attachment"], "volume_uuid").unwrap_or_default();
    let volume: &Volume = found(world, call, wanted)?;
    if volume.status.word().contains("error") {
        return Err(invalid_volume(format!(
            "Volume attachments can not be created if the volume is in an error state. The Volume {} currently \
             has a status of: {} ",
            volume.id,
            volume.status.word()
        )));
    }
    let server = id(&call.body["attachment"], "instance_uuid");
    let is_same_server = volume
        .attachments
        .iter()
        .any(|held| held.server.is_some() && held.server == server);
    if volume.can_be_attached() || (is_same_server && volume.status == Status::InUse) {
        return Ok(volume);
    }
    let allowed: &[&str] = match volume.is_multiattach() {
        true => &["available", "in-use"],
        false => &["available", "downloading"],
    };
    Err(invalid_volume(format!(
        "Volume {} status must be {} to reserve, but the current status is {}.",
        volume.id,
        or(allowed),
        volume.status.word()
    )))
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let volume = candidate(world, call)?.id;
    let body = &call.body["attachment"];
    let new = world.ids.uuid();
    let attachment = Attachment {
        is_read_only: text(body, "mode") == Some("ro"),
        ..Attachment::reserved(new, id(body, "instance_uuid"))
    };
    world.add_attachment(volume, attachment);
    if body["connector"].is_object() {
        connect(world, new, &body["connector"]);
    }
    let (volume, attachment) = world
        .storage
        .attachment(new)
        .ok_or_else(|| Fault::not_found(""))?;
    let shown = json!({"attachment": view(volume, attachment, true)});
    Ok(Answer::json(StatusCode::OK, &shown))
}

/// Notes from where a volume is reached. Before 3.44 that was the whole of an attachment.
fn connect(world: &mut World, id: Uuid, connector: &Value) {
    let owned = |name: &str| -> Option<Arc<str>> { text(connector, name).map(Into::into) };
    let (device, host_name) = (owned("mountpoint"), owned("host"));
    let is_read_only = text(connector, "mode").map(|mode| mode == "ro");
    let connector = Arc::new(connector.clone());
    let now = world.now();
    world.change_attachment(id, |attachment| {
        attachment.device = device.or(attachment.device.take());
        attachment.host_name = host_name;
        attachment.is_read_only = is_read_only.unwrap_or(attachment.is_read_only);
        attachment.connector = Some(connector);
        attachment.at = Some(now);
        if attachment.status == AttachStatus::Reserved {
            attachment.status = AttachStatus::Attaching;
        }
    });
}

fn completable<'a>(world: &'a World, call: &Call) -> Result<&'a Attachment, Fault> {
    let (_, attachment) = attachment(world, call)?;
    match attachment.status {
        AttachStatus::Attaching | AttachStatus::Attached => Ok(attachment),
        AttachStatus::Reserved | AttachStatus::Detaching => Err(Fault::bad_request(
            "Invalid volume: Volume attachment is not in attaching state.",
        )),
    }
}

/// An attachment that may end here.
fn removable<'a>(world: &'a World, call: &Call) -> Result<&'a Attachment, Fault> {
    let (_, attachment) = attachment(world, call)?;
    check_unused(world, attachment)?;
    Ok(attachment)
}

/// Refuses to end here what a server of this cloud is using: that is for Compute to do, since otherwise its host
/// would keep a device that leads to what is then somebody else's (OSSA-2023-003).
pub(super) fn check_unused(world: &World, attachment: &Attachment) -> Result<(), Fault> {
    let is_there = |server: &Uuid| attachment.is_connected && world.server(*server).is_some();
    match attachment.server.filter(is_there) {
        Some(server) => Err(computes(server)),
        None => Ok(()),
    }
}

/// That only Compute ends an attachment; an unknown one is of no server.
pub(super) fn computes(server: impl std::fmt::Display) -> Fault {
    Fault::conflict(format!(
        "Detach volume from instance {server} using the Compute API"
    ))
}
