//! The volumes of a server.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::query::{Kind as Form, Parameters, parameter};
use super::super::schema::{
    self, Object, Pattern, Schema, TEXT, Text, UUID, is_yes, object, property,
};
use super::super::volume::visible_volume;
use super::actions::{check_ready, order};
use super::create::TAG;
use super::{Answer, Call, Operation, land_on_server, server};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::ids::named;
use crate::world::operations::Kind;
use crate::world::server::{Server, State};
use crate::world::volume::{Attachment, Volume};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_volume_attachments",
        land: |world, call| {
            PARAMETERS.check(call)?;
            land_on_server(world, call)
        },
        run: list,
        is_read: true,
    },
    Operation {
        command: "compute.attach_volume",
        land: |world, call| {
            schema::check(&ATTACH, &call.body, call.microversion)?;
            land_on_server(world, call)
        },
        run: attach,
        is_read: false,
    },
    Operation {
        command: "compute.get_volume_attachment",
        land: land_on_server,
        run: |world, call, _| {
            let (volume, attachment) = attached(world, call)?;
            let shown = json!({"volumeAttachment": view(call, volume, attachment)});
            Ok(Answer::json(StatusCode::OK, &shown))
        },
        is_read: true,
    },
    Operation {
        command: "compute.update_volume_attachment",
        land: |world, call| {
            schema::check(&UPDATE, &call.body, call.microversion)?;
            land_on_server(world, call)
        },
        run: update,
        is_read: false,
    },
    Operation {
        command: "compute.detach_volume",
        land: land_on_server,
        run: detach,
        is_read: false,
    },
];

const PARAMETERS: Parameters = Parameters {
    known: &[
        parameter("limit", Form::Count),
        parameter("offset", Form::Count),
    ],
    strict_since: 75,
    allows_private: false,
};

const DEVICE: Schema = Schema::Text(Text {
    pattern: Some(Pattern {
        shown: "(^/dev/x{0,1}[a-z]{0,1}d{0,1})([a-z]+)[0-9]*$",
        accepts: is_device,
    }),
    or: &["null"],
    ..TEXT
});

/// `/dev/vdb`, `/dev/sda1`: letters, then digits.
pub(super) fn is_device(path: &str) -> bool {
    let Some(name) = path.strip_prefix("/dev/") else {
        return false;
    };
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
    !letters.is_empty() && letters.bytes().all(|b| b.is_ascii_lowercase())
}

const ATTACH: Object = object(&[property(
    "volumeAttachment",
    Schema::Object(&object(&[
        property("volumeId", UUID).required(),
        property("device", DEVICE),
        property("tag", TAG).since(49),
        property("delete_on_termination", Schema::Boolean).since(79),
    ])),
)
.required()]);

const UPDATE: Object = object(&[property(
    "volumeAttachment",
    Schema::Object(&object(&[
        property("volumeId", UUID).required(),
        property("device", DEVICE).since(85),
        property("tag", TAG).since(85),
        property("delete_on_termination", Schema::Boolean).since(85),
        property("serverId", UUID).since(85),
        property("id", UUID).since(85),
    ])),
)
.required()]);

/// The states in which a server's volumes can be changed.
const STATES: &[State] = &[
    State::Active,
    State::Paused,
    State::Stopped,
    State::Suspended,
    State::Resized,
    State::SoftDeleted,
    State::Shelved,
    State::ShelvedOffloaded,
];

fn view(call: &Call, volume: &Volume, attachment: &Attachment) -> Value {
    let mut shown = Map::new();
    let mut put = |name: &str, value: Value| shown.insert(name.to_owned(), value);
    if call.microversion < 89 {
        put("id", json!(volume.id));
    }
    put("volumeId", json!(volume.id));
    put("serverId", json!(attachment.server));
    if let Some(device) = &attachment.device {
        put("device", json!(device));
    }
    if call.microversion >= 70 {
        put("tag", json!(attachment.tag));
    }
    if call.microversion >= 79 {
        put("delete_on_termination", attachment.deletes_volume.into());
    }
    if call.microversion >= 89 {
        put("attachment_id", json!(attachment.id));
        put(
            "bdm_uuid",
            json!(named("block-device", &attachment.id.to_string())),
        );
    }
    shown.into()
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let number = |name: &str| call.param(name).and_then(|number| number.parse().ok());
    let server = server(world, call)?.id;
    let shown = world
        .storage
        .volumes_of(server)
        .skip(number("offset").unwrap_or(0))
        .take(number("limit").unwrap_or(usize::MAX))
        .map(|(volume, attachment)| view(call, volume, attachment));
    let shown = json!({"volumeAttachments": shown.collect::<Value>()});
    Ok(Answer::json(StatusCode::OK, &shown))
}

/// The volume of the path, at the server of the path.
fn attached<'a>(world: &'a World, call: &Call) -> Result<(&'a Volume, &'a Attachment), Fault> {
    let server = server(world, call)?.id;
    let wanted = call.path_param("volume");
    let volume = Uuid::try_parse(wanted).ok().and_then(|id| world.volume(id));
    let found = volume.and_then(|volume| Some((volume, volume.attachment_to(server)?)));
    found.ok_or_else(|| {
        let server = call.path_param("server");
        Fault::not_found(format!(
            "Instance {server} is not attached to volume {wanted}"
        ))
    })
}

/// A server whose volumes can be changed now.
fn ready<'a>(world: &'a World, call: &Call, word: &str) -> Result<&'a Server, Fault> {
    let server = server(world, call)?;
    let is_shelved = matches!(server.state, State::Shelved | State::ShelvedOffloaded);
    let states: &[State] = match is_shelved && call.microversion < 20 {
        true => &[],
        false => STATES,
    };
    check_ready(call, server, word, states)?;
    Ok(server)
}

fn no_volume(id: &str) -> Fault {
    Fault::not_found(format!("Volume {id} could not be found."))
}

fn attach(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let wanted = &call.body["volumeAttachment"];
    let text = |name: &str| wanted.get(name).and_then(Value::as_str);
    let server = ready(world, call, "attach_volume")?;
    let (server, is_nowhere) = (server.id, server.state == State::ShelvedOffloaded);
    let id = text("volumeId").unwrap_or_default();
    let volume = visible_volume(world, call, id).ok_or_else(|| no_volume(id))?;
    check_attachable(call, volume, server)?;
    let volume = volume.id;
    // On no host there is nobody to say which name is free.
    let device = match is_nowhere {
        true => text("device").map(Into::into),
        false => Some(device(world, server, text("device"))?),
    };
    let tag = text("tag");
    let deletes_volume = wanted.get("delete_on_termination").is_some_and(is_yes);
    let attachment = Attachment {
        device: device.clone(),
        tag: tag.map(Into::into),
        deletes_volume,
        ..Attachment::reserved(world.ids.uuid(), Some(server))
    };
    if is_nowhere {
        let id = attachment.id;
        world.add_attachment(volume, attachment);
        world.complete_attachment(id);
        note(world, call, server, Kind::AttachVolume)?;
    } else {
        world.attach_volume(order(call, server, Kind::AttachVolume)?, volume, attachment);
    }
    let mut shown = json!({
        "id": volume,
        "serverId": server,
        "volumeId": volume,
        "device": device,
    });
    if call.microversion >= 70 {
        shown["tag"] = json!(tag);
    }
    if call.microversion >= 79 {
        shown["delete_on_termination"] = deletes_volume.into();
    }
    let shown = json!({"volumeAttachment": shown});
    Ok(Answer::json(StatusCode::OK, &shown))
}

/// Keeps what was done to a server on no host, at once, among its instance actions.
fn note(world: &mut World, call: &Call, server: Uuid, kind: Kind) -> Result<(), Fault> {
    let user = call.caller()?.user.clone();
    world.note(server, kind, user, call.id);
    Ok(())
}

/// Whether a volume may come to a server.
pub(super) fn check_attachable(call: &Call, volume: &Volume, server: Uuid) -> Result<(), Fault> {
    let refuse = |message: String| Err(Fault::bad_request(message));
    let id = volume.id;
    let servers = volume.attachments.iter().filter_map(|held| held.server);
    let servers: Vec<String> = servers.map(|server| server.to_string()).collect();
    if volume.is_multiattach() && call.microversion < 60 {
        return refuse(
            "Multiattach volumes are only supported starting with compute API version 2.60."
                .to_owned(),
        );
    }
    if !volume.is_multiattach() && !servers.is_empty() {
        return refuse(format!(
            "Invalid volume: volume {id} is already attached to instances: {}",
            servers.join(" ")
        ));
    }
    if volume.attachment_to(server).is_some() {
        return refuse(format!("Invalid volume: volume {id} already attached"));
    }
    if !volume.can_be_attached() {
        return refuse(format!(
            "Invalid input received: Invalid volume: Volume {id} status must be available or downloading to \
             reserve, but the current status is {}.",
            volume.status.word()
        ));
    }
    Ok(())
}

/// The name that the server will know the volume by: the one that is asked for, or the first that is free.
fn device(world: &World, server: Uuid, wanted: Option<&str>) -> Result<Arc<str>, Fault> {
    let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) else {
        return Ok(world.free_device(server).into());
    };
    let mut volumes = world.storage.volumes_of(server);
    let is_taken =
        wanted == "/dev/vda" || volumes.any(|(_, held)| held.device.as_deref() == Some(wanted));
    match is_taken {
        true => Err(Fault::conflict(format!(
            "The supplied device path ({wanted}) is in use."
        ))),
        false => Ok(wanted.into()),
    }
}

/// Before 2.85 it could only put another volume in the place of one, which only Block Storage asks for.
fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let wanted = &call.body["volumeAttachment"];
    let other = wanted["volumeId"].as_str().unwrap_or_default();
    let id = call.path_param("volume");
    if call.microversion < 85 || other != id {
        return Err(refuse_swap(world, call, id));
    }
    let (_, attachment) = attached(world, call)?;
    check_unchanged(call, attachment, wanted)?;
    let attachment = attachment.id;
    if let Some(flag) = wanted.get("delete_on_termination") {
        let flag = is_yes(flag);
        world.change_attachment(attachment, |attachment| attachment.deletes_volume = flag);
    }
    Ok(super::done(StatusCode::ACCEPTED))
}

fn refuse_swap(world: &World, call: &Call, id: &str) -> Fault {
    if !call.is_admin() {
        return super::forbidden("os_compute_api:os-volumes-attachments:swap");
    }
    if let Err(fault) = server(world, call) {
        return fault;
    }
    match visible_volume(world, call, id) {
        None => no_volume(id),
        Some(_) => Fault::conflict(format!(
            "volume {id} is not migrating; this API should only be called by Cinder"
        )),
    }
}

/// All but one of the properties are only repeated.
fn check_unchanged(call: &Call, attachment: &Attachment, wanted: &Value) -> Result<(), Fault> {
    let held = [
        ("id", json!(call.path_param("volume"))),
        ("serverId", json!(attachment.server)),
        ("device", json!(attachment.device)),
        ("tag", json!(attachment.tag)),
    ];
    for (name, value) in held {
        if wanted.get(name).is_some_and(|wanted| *wanted != value) {
            let message = format!("The {name} property is not mutable");
            return Err(Fault::bad_request(message));
        }
    }
    Ok(())
}

fn detach(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let server_id = server(world, call)?.id;
    let wanted = call.path_param("volume");
    visible_volume(world, call, wanted).ok_or_else(|| no_volume(wanted))?;
    let (volume, _) = attached(world, call)?;
    let volume = volume.id;
    if world.root_volume(server_id) == Some(volume) {
        return Err(Fault::bad_request("Cannot detach a root device volume"));
    }
    if ready(world, call, "detach_volume")?.state == State::ShelvedOffloaded {
        world.release_volume(server_id, volume);
        note(world, call, server_id, Kind::DetachVolume)?;
        return Ok(super::done(StatusCode::ACCEPTED));
    }
    if !world.is_attached_to(server_id, volume) {
        return Err(Fault::bad_request(
            "Invalid input received: Invalid volume: Unable to detach volume. Volume status must be 'in-use' and \
             attach_status must be 'attached' to detach.",
        ));
    }
    world.detach_volume(order(call, server_id, Kind::DetachVolume)?, volume);
    Ok(super::done(StatusCode::ACCEPTED))
}
