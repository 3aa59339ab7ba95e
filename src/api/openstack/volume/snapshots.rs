//! Snapshots of volumes.

use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use super::super::schema::is_yes;
use super::complaint::{invalid_input, invalid_snapshot, invalid_volume};
use super::listing::list;
use super::metadata::{check_items, items};
use super::quotas::{Need, check_room};
use super::resource::found;
use super::{
    Answer, Call, Operation, accepted, check, owner, shapes, snapshot, text, trimmed, view,
};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::operations::Thing;
use crate::world::server::Manager;
use crate::world::volume::{Origin, Snapshot, Status, Volume};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "volume.list_snapshots",
        land: Landing::nowhere,
        run: |world, call, _| list::<Snapshot>(world, call, view::snapshot),
        is_read: true,
    },
    Operation {
        command: "volume.create_snapshot",
        land: |world, call| Ok(Landing::on_volume(world, source(world, call)?.id)),
        run: create,
        is_read: false,
    },
    Operation {
        command: "volume.get_snapshot",
        land,
        run: |world, call, _| Ok(show(world, call, StatusCode::OK, snapshot(world, call)?)),
        is_read: true,
    },
    Operation {
        command: "volume.update_snapshot",
        land: |world, call| {
            check(&shapes::UPDATE_SNAPSHOT, call)?;
            land(world, call)
        },
        run: update,
        is_read: false,
    },
    Operation {
        command: "volume.delete_snapshot",
        land: |world, call| {
            deletable(world, call)?;
            land(world, call)
        },
        run: |world, call, _| {
            let id = deletable(world, call)?.id;
            delete(world, call, id)
        },
        is_read: false,
    },
    Operation {
        command: "volume.force_delete_snapshot",
        land,
        run: |world, call, _| {
            let id = snapshot(world, call)?.id;
            delete(world, call, id)
        },
        is_read: false,
    },
    Operation {
        command: "volume.reset_snapshot_status",
        land: |world, call| {
            reset(world, call)?;
            land(world, call)
        },
        run: |world, call, _| {
            let (id, status) = reset(world, call)?;
            if let Some(snapshot) = world.snapshot_mut(id) {
                snapshot.status = status;
            }
            Ok(accepted())
        },
        is_read: false,
    },
    Operation {
        command: "volume.update_snapshot_status",
        land: |world, call| {
            progress(world, call)?;
            land(world, call)
        },
        run: |world, call, _| {
            let (id, status) = progress(world, call)?;
            let progress = text(&call.body["os-update_snapshot_status"], "progress");
            if let Some(snapshot) = world.snapshot_mut(id) {
                snapshot.status = status;
                if let Some(progress) = progress {
                    snapshot.progress = progress.into();
                }
            }
            Ok(accepted())
        },
        is_read: false,
    },
];

/// Lands a call on the snapshot of its path, where its volume is seen to.
pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let snapshot = snapshot(world, call)?;
    let host = world.host_of_volume(snapshot.volume);
    Ok(Landing::on_thing(world, Thing::Snapshot(snapshot.id), host))
}

fn show(world: &World, call: &Call, status: StatusCode, snapshot: &Snapshot) -> Answer {
    let shown = json!({"snapshot": view::snapshot(world, call, snapshot, true)});
    Answer::json(status, &shown)
}

/// The volume that a snapshot is to be taken of.
fn source<'a>(world: &'a World, call: &Call) -> Result<&'a Volume, Fault> {
    check(&shapes::CREATE_SNAPSHOT, call)?;
    let wanted = &call.body["snapshot"];
    check_items(&wanted["metadata"])?;
    let force = wanted.get("force");
    if call.microversion >= 66 && force.is_some_and(|force| !is_yes(force)) {
        return Err(Fault::bad_request(
            "Since microversion 3.66 the 'force' option is invalid for this request. For backward compatibility, \
             however, when the 'force' flag is passed with a value evaluating to True, it is silently \
             ignored.",
        ));
    }
    let volume: &Volume = found(world, call, text(wanted, "volume_id").unwrap_or("None"))?;
    let may_be_in_use = call.microversion >= 66 || force.is_some_and(is_yes);
    check_source(volume, may_be_in_use)?;
    check_room(world, &owner(call)?, Need::snapshot(volume.size))?;
    Ok(volume)
}

fn check_source(volume: &Volume, may_be_in_use: bool) -> Result<(), Fault> {
    let (id, status) = (volume.id, volume.status);
    match status {
        Status::Available => Ok(()),
        Status::InUse if may_be_in_use => Ok(()),
        Status::Error => Err(invalid_volume(
            "The snapshot cannot be created when the volume is in error status.",
        )),
        Status::Maintenance => Err(invalid_volume(
            "The snapshot cannot be created when the volume is in maintenance mode.",
        )),
        _ => {
            let allowed = if may_be_in_use {
                "available, in-use"
            } else {
                "available"
            };
            Err(invalid_volume(format!(
                "Volume {id} status must be {allowed}, but current status is: {}.",
                status.word()
            )))
        }
    }
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (volume, size) = source(world, call).map(|volume| (volume.id, volume.size))?;
    let wanted = &call.body["snapshot"];
    let id = world.ids.uuid();
    let snapshot = Snapshot {
        id,
        name: trimmed(wanted, "name").unwrap_or_default(),
        description: trimmed(wanted, "description"),
        volume,
        size,
        project: owner(call)?,
        user: call.caller()?.user.clone(),
        status: Status::Creating,
        progress: "0%".into(),
        metadata: items(&wanted["metadata"]),
        manager: Manager::Nova,
        details: None,
        created: world.now(),
        updated: None,
    };
    world.create_snapshot(snapshot);
    let made: &Snapshot = found(world, call, &id.to_string())?;
    let shown = json!({"snapshot": view::snapshot(world, call, made, false)});
    Ok(Answer::json(StatusCode::ACCEPTED, &shown))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = snapshot(world, call)?.id;
    let wanted = &call.body["snapshot"];
    if let Some(snapshot) = world.snapshot_mut(id) {
        if let Some(name) = trimmed(wanted, "name") {
            snapshot.name = name;
        }
        if let Some(description) = trimmed(wanted, "description") {
            snapshot.description = Some(description);
        }
    }
    let changed = snapshot(world, call)?;
    let shown = json!({"snapshot": view::snapshot(world, call, changed, false)});
    Ok(Answer::json(StatusCode::OK, &shown))
}

fn deletable<'a>(world: &'a World, call: &Call) -> Result<&'a Snapshot, Fault> {
    let snapshot = snapshot(world, call)?;
    match snapshot.status {
        Status::Available | Status::Error => Ok(snapshot),
        _ => Err(invalid_snapshot(
            "Snapshot status must be available or error and must not be part of a group.",
        )),
    }
}

fn delete(world: &mut World, call: &Call, id: Uuid) -> Result<Answer, Fault> {
    let user = call.caller()?.user.clone();
    // What is being filled from it would be left half full.
    let is_being_read = |volume: &Volume| {
        volume.origin == Origin::Snapshot(id) && volume.status == Status::Creating
    };
    if world.storage.volumes.iter().any(is_being_read) {
        return Err(invalid_snapshot(
            "Snapshot is being used to create a volume.",
        ));
    }
    world.delete_snapshot(id, user);
    Ok(accepted())
}

/// The statuses that a snapshot can be put into by force.
const RESETTABLE: [Status; 5] = [
    Status::Creating,
    Status::Available,
    Status::Deleting,
    Status::Error,
    Status::ErrorDeleting,
];

fn reset(world: &World, call: &Call) -> Result<(Uuid, Status), Fault> {
    check(&shapes::RESET_STATUS, call)?;
    let word = text(&call.body["os-reset_status"], "status").unwrap_or_default();
    let status = Status::of_word(&word.to_ascii_lowercase());
    let status = status.filter(|status| RESETTABLE.contains(status));
    let status =
        status.ok_or_else(|| Fault::bad_request(format!("Must specify a valid status: {word}")))?;
    Ok((snapshot(world, call)?.id, status))
}

fn progress(world: &World, call: &Call) -> Result<(Uuid, Status), Fault> {
    let word = text(&call.body["os-update_snapshot_status"], "status");
    let word = word.ok_or_else(|| Fault::bad_request("'status' is a required property"))?;
    let snapshot = snapshot(world, call)?;
    let allowed: &[Status] = match snapshot.status {
        Status::Creating => &[Status::Creating, Status::Available, Status::Error],
        Status::Deleting => &[Status::Deleting, Status::ErrorDeleting],
        _ => &[],
    };
    let current = snapshot.status.word();
    if allowed.is_empty() {
        return Err(Fault::bad_request(format!(
            "Snapshot status {current} not allowed for update_snapshot_status"
        )));
    }
    let status = Status::of_word(word).filter(|status| allowed.contains(status));
    let status = status.ok_or_else(|| {
        invalid_input(format!(
            "Provided snapshot status {word} not allowed for snapshot with status {current}."
        ))
    })?;
    Ok((snapshot.id, status))
}
