//! Volumes: the operations on the collection and on one of them.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Value, json};

use super::super::query::flag;
use super::complaint::{forbidden, invalid_volume, or};
use super::listing::{list, select};
use super::metadata::{self, check_items};
use super::{
    Answer, Call, Operation, accepted, check, create, land, shapes, since, trimmed, view, volume,
};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::volume::{Status, Volume};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "volume.list_volumes",
        land: Landing::nowhere,
        run: |world, call, _| list::<Volume>(world, call, view::volume),
        is_read: true,
    },
    Operation {
        command: "volume.get_volume_summary",
        land: |_, call| since(call, 12).map(|()| Landing::default()),
        run: |world, call, _| summary(world, call),
        is_read: true,
    },
    Operation {
        command: "volume.create_volume",
        land: create::land,
        run: create::run,
        is_read: false,
    },
    Operation {
        command: "volume.get_volume",
        land,
        run: |world, call, _| Ok(show(world, call, volume(world, call)?)),
        is_read: true,
    },
    Operation {
        command: "volume.update_volume",
        land: |world, call| {
            check(&shapes::UPDATE_VOLUME, call)?;
            check_items(&call.body["volume"]["metadata"])?;
            land(world, call)
        },
        run: update,
        is_read: false,
    },
    Operation {
        command: "volume.delete_volume",
        land: |world, call| {
            deletable(world, call)?;
            land(world, call)
        },
        run: delete,
        is_read: false,
    },
    Operation {
        command: "volume.list_encryption",
        land,
        run: |world, call, _| {
            let volume = volume(world, call)?;
            Ok(Answer::json(StatusCode::OK, &encryption(volume)))
        },
        is_read: true,
    },
];

/// The answer that shows a volume.
pub(super) fn show(world: &World, call: &Call, volume: &Volume) -> Answer {
    let body = json!({"volume": view::extended(world, call, volume)});
    Answer::json(StatusCode::OK, &body)
}

fn summary(world: &World, call: &Call) -> Result<Answer, Fault> {
    let volumes = select::<Volume>(world, call)?;
    let size: u64 = volumes.iter().map(|volume| volume.size).sum();
    let mut summary = json!({"total_count": volumes.len(), "total_size": size});
    if call.microversion >= 36 {
        let items: BTreeSet<(&str, &str)> = volumes
            .iter()
            .flat_map(|volume| &volume.metadata)
            .map(|(name, value)| (&**name, &**value))
            .collect();
        summary["metadata"] = json!({});
        for (name, value) in items {
            match summary["metadata"]
                .get_mut(name)
                .and_then(Value::as_array_mut)
            {
                Some(values) => values.push(value.into()),
                None => summary["metadata"][name] = json!([value]),
            }
        }
    }
    Ok(Answer::json(
        StatusCode::OK,
        &json!({"volume-summary": summary}),
    ))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = volume(world, call)?.id;
    let wanted = &call.body["volume"];
    if let Some(volume) = world.volume_mut(id) {
        if let Some(name) = trimmed(wanted, "name") {
            volume.name = name;
        }
        if let Some(description) = trimmed(wanted, "description") {
            volume.description = Some(description);
        }
        if wanted["metadata"].is_object() {
            volume.metadata = metadata::items(&wanted["metadata"]);
        }
    }
    let body = json!({"volume": view::whole(world, call, volume(world, call)?)});
    Ok(Answer::json(StatusCode::OK, &body))
}

/// What a client asks of a deletion.
fn asks(call: &Call, name: &str) -> bool {
    call.param(name).is_some_and(|word| flag(word) == Ok(true))
}

fn deletable<'a>(world: &'a World, call: &Call) -> Result<&'a Volume, Fault> {
    let volume = volume(world, call)?;
    let force = call.microversion >= 23 && asks(call, "force");
    if force && !call.is_admin() {
        return Err(forbidden("volume:force_delete"));
    }
    check_deletable(volume, asks(call, "cascade"), force)?;
    if world.group_of_volume(volume.id).is_some() {
        return Err(in_use(force));
    }
    Ok(volume)
}

/// # Errors
/// When a volume is in use in some way.
pub(in super::super) fn check_deletable(
    volume: &Volume,
    cascade: bool,
    force: bool,
) -> Result<(), Fault> {
    let is_idle = force || DELETABLE.contains(&volume.status.word());
    let is_alone = cascade || volume.snapshots.is_empty();
    if is_idle && is_alone && !volume.is_attached() {
        return Ok(());
    }
    Err(in_use(force))
}

/// The statuses in which a volume can be deleted.
const DELETABLE: [&str; 5] = [
    "available",
    "error",
    "error_restoring",
    "error_extending",
    "error_managing",
];

/// All that may keep a volume from being deleted, in one complaint.
fn in_use(force: bool) -> Fault {
    let status = if force {
        String::new()
    } else {
        format!("status must be {} and ", or(&DELETABLE))
    };
    invalid_volume(format!(
        "Volume {status}must not be migrating, attached, belong to a group, have snapshots, awaiting a \
         transfer, or be disassociated from snapshots after volume transfer."
    ))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let volume = deletable(world, call)?;
    let (id, user) = (volume.id, call.caller()?.user.clone());
    // Asked again, it goes on as it does.
    if volume.status != Status::Deleting {
        world.delete_volume_whole(id, user);
    }
    Ok(accepted())
}

fn encryption(volume: &Volume) -> Value {
    match &volume.kind.encryption {
        None => json!({"encryption_key_id": null}),
        Some(encryption) => json!({
            "encryption_key_id": volume.id,
            "provider": encryption.provider,
            "control_location": encryption.control_location,
            "cipher": encryption.cipher,
            "key_size": encryption.key_size,
        }),
    }
}
