//! Backups of volumes.

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::render::{Hex, Micros};
use super::super::schema::is_yes;
use super::complaint::{invalid_backup, invalid_snapshot, invalid_volume};
use super::listing::list;
use super::metadata::{check_items, items};
use super::quotas::{Need, check_room};
use super::resource::found;
use super::view::{name, pairs};
use super::{Answer, Call, Operation, accepted, check, id, links, owner, shapes, since, text};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::volume::{Backup, Origin, Snapshot, Status, Volume, VolumeDraft};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "volume.list_backups",
        land: Landing::nowhere,
        run: |world, call, _| list::<Backup>(world, call, view),
        is_read: true,
    },
    Operation {
        command: "volume.create_backup",
        land: |world, call| Ok(Landing::on_volume(world, source(world, call)?.id)),
        run: create,
        is_read: false,
    },
    Operation {
        command: "volume.get_backup",
        land,
        run: |world, call, _| {
            let shown = json!({"backup": view(world, call, backup(world, call)?, true)});
            Ok(Answer::json(StatusCode::OK, &shown))
        },
        is_read: true,
    },
    Operation {
        command: "volume.update_backup",
        land: |world, call| {
            since(call, 9)?;
            check(&shapes::UPDATE_BACKUP, call)?;
            check_items(&call.body["backup"]["metadata"])?;
            land(world, call)
        },
        run: update,
        is_read: false,
    },
    Operation {
        command: "volume.delete_backup",
        land: |world, call| deletable(world, call).map(|_| Landing::default()),
        run: |world, call, _| {
            let (id, user) = (deletable(world, call)?, call.caller()?.user.clone());
            world.delete_backup(id, user);
            Ok(accepted())
        },
        is_read: false,
    },
    Operation {
        command: "volume.force_delete_backup",
        land,
        run: |world, call, _| {
            let (id, user) = (backup(world, call)?.id, call.caller()?.user.clone());
            world.delete_backup(id, user);
            Ok(accepted())
        },
        is_read: false,
    },
    Operation {
        command: "volume.restore_backup",
        land: |world, call| {
            check(&shapes::RESTORE_BACKUP, call)?;
            destination(world, call)?;
            land(world, call)
        },
        run: restore,
        is_read: false,
    },
    Operation {
        command: "volume.reset_backup_status",
        land: |world, call| {
            reset(world, call)?;
            land(world, call)
        },
        run: |world, call, _| {
            let (id, status) = reset(world, call)?;
            if let Some(backup) = world.backup_mut(id) {
                backup.status = status;
            }
            Ok(accepted())
        },
        is_read: false,
    },
];

fn backup<'a>(world: &'a World, call: &Call) -> Result<&'a Backup, Fault> {
    found(world, call, call.path_param("backup"))
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    backup(world, call).map(|_| Landing::default())
}

fn view(world: &World, call: &Call, backup: &Backup, is_detailed: bool) -> Value {
    let mut shown = json!({
        "id": backup.id,
        "name": name(&backup.name),
        "links": links(call, "backups", backup.id),
    });
    if !is_detailed {
        return shown;
    }
    let more = json!({
        "status": backup.status.word(),
        "size": backup.size,
        "object_count": 0,
        "availability_zone": backup.zone,
        "container": backup.container,
        "created_at": Micros(backup.created),
        "updated_at": backup.updated.map(Micros),
        "description": backup.description,
        "fail_reason": backup.fail_reason,
        "volume_id": backup.volume,
        "snapshot_id": backup.snapshot,
        "is_incremental": backup.is_incremental,
        "has_dependent_backups": has_dependents(world, backup),
        "data_timestamp": Micros(backup.created),
    });
    if let (Some(shown), Value::Object(more)) = (shown.as_object_mut(), more) {
        shown.extend(more);
    }
    if call.is_admin() && call.microversion >= 18 {
        shown["os-backup-project-attr:project_id"] = json!(Hex(backup.project.id));
    }
    if call.microversion >= 43 {
        shown["metadata"] = pairs(&backup.metadata);
    }
    if call.microversion >= 56 {
        shown["user_id"] = json!(Hex(backup.user.id));
    }
    shown
}

/// Whether a later one holds only what changed since.
fn has_dependents(world: &World, backup: &Backup) -> bool {
    let later = |other: &Backup| {
        other.is_incremental
            && other.volume == backup.volume
            && other.id != backup.id
            && other.created >= backup.created
    };
    !backup.is_incremental && world.storage.backups.iter().any(later)
}

/// The volume that is to be backed up.
fn source<'a>(world: &'a World, call: &Call) -> Result<&'a Volume, Fault> {
    check(&shapes::CREATE_BACKUP, call)?;
    let wanted = &call.body["backup"];
    check_items(&wanted["metadata"])?;
    let volume: &Volume = found(world, call, text(wanted, "volume_id").unwrap_or_default())?;
    let force = wanted.get("force").is_some_and(is_yes);
    match text(wanted, "snapshot_id") {
        Some(snapshot) => check_snapshot(found(world, call, snapshot)?, volume)?,
        None => check_source(volume, force)?,
    }
    if wanted.get("incremental").is_some_and(is_yes) {
        let is_whole =
            |backup: &Backup| backup.volume == volume.id && backup.status == Status::Available;
        if !world.storage.backups.iter().any(is_whole) {
            let message = "No backups available to do an incremental backup.";
            return Err(invalid_backup(message));
        }
    }
    check_room(world, &owner(call)?, Need::backup(volume.size))?;
    Ok(volume)
}

fn check_snapshot(snapshot: &Snapshot, volume: &Volume) -> Result<(), Fault> {
    if snapshot.volume != volume.id {
        return Err(invalid_volume(format!(
            "Volume {} does not match with snapshot.volume_id {}.",
            volume.id, snapshot.volume
        )));
    }
    match snapshot.status {
        Status::Available => Ok(()),
        status => Err(invalid_snapshot(format!(
            "Snapshot to be backed up must be available, but the current status is \"{}\".",
            status.word()
        ))),
    }
}

fn check_source(volume: &Volume, force: bool) -> Result<(), Fault> {
    match volume.status {
        Status::Available => Ok(()),
        Status::InUse if force => Ok(()),
        Status::InUse => Err(invalid_volume(
            "Backing up an in-use volume must use the force flag.",
        )),
        status => Err(invalid_volume(format!(
            "Volume to be backed up must be available or in-use, but the current status is \"{}\".",
            status.word()
        ))),
    }
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let volume = source(world, call)?;
    let (volume, size, zone) = (volume.id, volume.size, volume.zone.clone());
    let wanted = &call.body["backup"];
    let new = world.ids.uuid();
    let owned = |name: &str| text(wanted, name).map(Into::into);
    let backup = Backup {
        id: new,
        name: text(wanted, "name").unwrap_or_default().trim().into(),
        description: owned("description"),
        volume,
        snapshot: id(wanted, "snapshot_id"),
        container: owned("container"),
        zone: owned("availability_zone").unwrap_or(zone),
        size,
        is_incremental: wanted.get("incremental").is_some_and(is_yes),
        metadata: items(&wanted["metadata"]),
        project: owner(call)?,
        user: call.caller()?.user.clone(),
        status: Status::Creating,
        fail_reason: None,
        created: world.now(),
        updated: None,
    };
    world.create_backup(backup);
    let made: &Backup = found(world, call, &new.to_string())?;
    let mut shown = view(world, call, made, false);
    if call.microversion >= 43 {
        shown["metadata"] = pairs(&made.metadata);
    }
    Ok(Answer::json(
        StatusCode::ACCEPTED,
        &json!({"backup": shown}),
    ))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = backup(world, call)?.id;
    let wanted = &call.body["backup"];
    if let Some(backup) = world.backup_mut(id) {
        if let Some(name) = text(wanted, "name") {
            backup.name = name.into();
        }
        if let Some(description) = text(wanted, "description") {
            backup.description = Some(description.into());
        }
        if wanted["metadata"].is_object() {
            backup.metadata = items(&wanted["metadata"]);
        }
    }
    let changed = backup(world, call)?;
    let mut shown = view(world, call, changed, false);
    if call.microversion >= 43 {
        shown["metadata"] = pairs(&changed.metadata);
    }
    Ok(Answer::json(StatusCode::OK, &json!({"backup": shown})))
}

fn deletable(world: &World, call: &Call) -> Result<Uuid, Fault> {
    let backup = backup(world, call)?;
    if !matches!(backup.status, Status::Available | Status::Error) {
        let message = "Backup status must be available or error";
        return Err(invalid_backup(message));
    }
    match has_dependents(world, backup) {
        true => Err(invalid_backup("Incremental backups exist for this backup.")),
        false => Ok(backup.id),
    }
}

/// The volume to fill; `None` where it is to be made.
fn destination<'a>(world: &'a World, call: &Call) -> Result<Option<&'a Volume>, Fault> {
    let backup = backup(world, call)?;
    if backup.status != Status::Available {
        return Err(invalid_backup("Backup status must be available"));
    }
    let Some(wanted) = text(&call.body["restore"], "volume_id") else {
        return Ok(None);
    };
    let volume: &Volume = found(world, call, wanted)?;
    if volume.status != Status::Available {
        let message = "Volume to be restored to must be available";
        return Err(invalid_volume(message));
    }
    if volume.size < backup.size {
        return Err(invalid_volume(format!(
            "volume size {} is too small to restore backup of size {}.",
            volume.size, backup.size
        )));
    }
    Ok(Some(volume))
}

fn restore(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let existing = destination(world, call)?.map(|volume| volume.id);
    let user = call.caller()?.user.clone();
    let (volume, backup) = match existing {
        Some(volume) => (volume, backup(world, call)?.id),
        None => (make_destination(world, call)?, backup(world, call)?.id),
    };
    world.restore_backup(backup, volume, user);
    let volume_name = world.volume(volume).map(|volume| name(&volume.name));
    let shown = json!({
        "backup_id": backup,
        "volume_id": volume,
        "volume_name": volume_name,
    });
    Ok(Answer::json(
        StatusCode::ACCEPTED,
        &json!({"restore": shown}),
    ))
}

fn make_destination(world: &mut World, call: &Call) -> Result<Uuid, Fault> {
    let backup = backup(world, call)?;
    let usual = format!("restore_backup_{}", backup.id);
    let wanted = text(&call.body["restore"], "name").unwrap_or(&usual);
    let source = world.volume(backup.volume);
    let kind = source
        .map(|volume| volume.kind.clone())
        .or_else(|| world.storage.usual_type().cloned())
        .ok_or_else(|| Fault::not_found("Default volume type can not be found."))?;
    let draft = VolumeDraft {
        name: wanted.into(),
        description: Some(format!("auto-created_from_restore_from_backup_{}", backup.id).into()),
        project: owner(call)?,
        user: call.caller()?.user.clone(),
        size: backup.size,
        kind,
        zone: backup.zone.clone(),
        origin: Origin::Nothing,
        is_bootable: source.is_some_and(|volume| volume.is_bootable),
        metadata: source.map_or_else(Vec::new, |volume| volume.metadata.clone()),
        image_metadata: source.map_or_else(Vec::new, |volume| volume.image_metadata.clone()),
        disk: None,
    };
    check_room(world, &draft.project, Need::volume(draft.size))?;
    Ok(world.create_volume(draft))
}

fn reset(world: &World, call: &Call) -> Result<(Uuid, Status), Fault> {
    check(&shapes::RESET_STATUS, call)?;
    let word = text(&call.body["os-reset_status"], "status").unwrap_or_default();
    let status = match Status::of_word(word) {
        Some(status @ (Status::Available | Status::Error)) => status,
        Some(_) | None => {
            let message = format!("Must specify a valid status: {word}");
            return Err(Fault::bad_request(message));
        }
    };
    Ok((backup(world, call)?.id, status))
}
