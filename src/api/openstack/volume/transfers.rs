//! Volumes on their way from one project to another.

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::render::Micros;
use super::super::schema::is_yes;
use super::complaint::{invalid_snapshot, invalid_volume};
use super::listing::list;
use super::quotas::{Need, check_room};
use super::resource::found;
use super::{Answer, Call, Operation, accepted, check, links, owner, shapes, text};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::id_text;
use crate::world::volume::{Status, Transfer, Volume};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "volume.list_transfers",
        land: Landing::nowhere,
        run: |world, call, _| {
            list::<Transfer>(world, call, |_, call, transfer, is_detailed| {
                view(call, transfer, is_detailed)
            })
        },
        is_read: true,
    },
    Operation {
        command: "volume.create_transfer",
        land: |world, call| Ok(Landing::on_volume(world, source(world, call)?.id)),
        run: create,
        is_read: false,
    },
    Operation {
        command: "volume.get_transfer",
        land,
        run: |world, call, _| {
            let shown = json!({"transfer": view(call, transfer(world, call)?, true)});
            Ok(Answer::json(StatusCode::OK, &shown))
        },
        is_read: true,
    },
    Operation {
        command: "volume.accept_transfer",
        land: |world, call| offered(world, call).map(|_| Landing::default()),
        run: accept,
        is_read: false,
    },
    Operation {
        command: "volume.delete_transfer",
        land,
        run: |world, call, _| {
            let id = transfer(world, call)?.id;
            world.withdraw_transfer(id);
            Ok(accepted())
        },
        is_read: false,
    },
];

fn transfer<'a>(world: &'a World, call: &Call) -> Result<&'a Transfer, Fault> {
    found(world, call, call.path_param("transfer"))
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    transfer(world, call).map(|_| Landing::default())
}

fn view(call: &Call, transfer: &Transfer, is_detailed: bool) -> Value {
    let mut shown = json!({
        "id": transfer.id,
        "volume_id": transfer.volume,
        "name": transfer.name,
        "links": links(call, "os-volume-transfer", transfer.id),
    });
    if is_detailed {
        shown["created_at"] = json!(Micros(transfer.created));
        if call.microversion >= 55 {
            shown["no_snapshots"] = (!transfer.takes_snapshots).into();
        }
        if call.microversion >= 57 {
            shown["source_project_id"] = json!(id_text(transfer.source.id));
            shown["destination_project_id"] = Value::Null;
            shown["accepted"] = false.into();
        }
    }
    shown
}

/// The volume that is to be offered.
fn source<'a>(world: &'a World, call: &Call) -> Result<&'a Volume, Fault> {
    check(&shapes::CREATE_TRANSFER, call)?;
    let wanted = &call.body["transfer"];
    let volume: &Volume = found(world, call, text(wanted, "volume_id").unwrap_or_default())?;
    if volume.status != Status::Available {
        return Err(invalid_volume("status must be available"));
    }
    if wanted.get("no_snapshots").is_some_and(is_yes) {
        return Ok(volume);
    }
    let snapshots = volume.snapshots.iter().filter_map(|id| world.snapshot(*id));
    for snapshot in snapshots {
        if snapshot.status != Status::Available {
            let message = format!("snapshot: {} status must be available", snapshot.id);
            return Err(invalid_snapshot(message));
        }
    }
    Ok(volume)
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let volume = source(world, call)?.id;
    let wanted = &call.body["transfer"];
    let key = u64::from_be_bytes(world.ids.bytes());
    let transfer = Transfer {
        id: world.ids.uuid(),
        name: text(wanted, "name").map(|name| name.trim().into()),
        volume,
        key: format!("{key:016x}").into(),
        source: owner(call)?,
        takes_snapshots: !wanted.get("no_snapshots").is_some_and(is_yes),
        created: world.now(),
    };
    let mut shown = view(call, &transfer, true);
    shown["auth_key"] = json!(transfer.key);
    world.offer_volume(transfer);
    Ok(Answer::json(
        StatusCode::ACCEPTED,
        &json!({"transfer": shown}),
    ))
}

/// An offer that the caller has the key to: nobody else can see whose it is.
fn offered<'a>(world: &'a World, call: &Call) -> Result<&'a Transfer, Fault> {
    check(&shapes::ACCEPT_TRANSFER, call)?;
    let wanted = call.path_param("transfer");
    let found = Uuid::try_parse(wanted)
        .ok()
        .and_then(|id| world.storage.transfers.get(id));
    let transfer =
        found.ok_or_else(|| Fault::not_found(format!("Transfer {wanted} could not be found.")))?;
    let key = text(&call.body["accept"], "auth_key").unwrap_or_default();
    if *transfer.key != *key {
        return Err(Fault::bad_request(format!(
            "Invalid auth key: Attempt to transfer {wanted} with invalid auth key."
        )));
    }
    let size = world
        .volume(transfer.volume)
        .map_or(0, |volume| volume.size);
    check_room(world, &owner(call)?, Need::volume(size))?;
    Ok(transfer)
}

fn accept(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let transfer = offered(world, call)?;
    let shown = json!({"transfer": view(call, transfer, false)});
    let (id, user) = (transfer.id, call.caller()?.user.clone());
    world.accept_transfer(id, &owner(call)?, &user);
    Ok(Answer::json(StatusCode::ACCEPTED, &shown))
}
