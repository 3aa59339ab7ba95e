//! Snapshots of volumes.

mod policies;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{GIB, date, joined, owner};
use crate::api::cloudstack::access::{owner_of_new, permit};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::operations::{Kind, Thing};
use crate::world::server::{Manager, State};
use crate::world::volume::{Origin, Snapshot, Stage, Status};

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listSnapshots", list).showing(show),
    Row::new("cloudstack.createSnapshot", land_create, create).showing(show),
    Row::new("cloudstack.deleteSnapshot", land, delete),
    Row::new("cloudstack.revertSnapshot", land, revert).showing(show),
    Row::new("cloudstack.archiveSnapshot", land, archive).showing(show),
];

pub(crate) const POLICY_ROWS: &[Row] = policies::ROWS;

/// The state as CloudStack calls it.
fn state(snapshot: &Snapshot) -> &'static str {
    match snapshot.status {
        Status::Creating => "BackingUp",
        Status::Deleting => "Destroying",
        Status::Error => "Error",
        _ => "BackedUp",
    }
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let snapshot = world.snapshot(id)?;
    let volume = world.volume(snapshot.volume);
    let zone = volume.and_then(|volume| world.topology.zone_named(&volume.zone));
    let size = snapshot.size * GIB;
    let own = json!({
        "id": snapshot.id,
        "name": snapshot.name,
        "state": state(snapshot),
        "status": state(snapshot),
        "snapshottype": "MANUAL",
        "intervaltype": "MANUAL",
        "locationtype": "SECONDARY",
        "volumeid": snapshot.volume,
        "volumename": volume.map(|volume| &volume.name),
        "volumetype": volume.map(|volume| if volume.is_root() { "ROOT" } else { "DATADISK" }),
        "volumestate": volume.map(|volume| super::volumes::state(world, volume)),
        "physicalsize": size,
        "virtualsize": size,
        "revertable": true,
        "zoneid": zone.map(|zone| zone.id),
        "zonename": zone.map(|zone| &zone.name),
        "created": date(snapshot.created),
        "tags": [],
    });
    Some(joined(own, owner(world, &snapshot.project)))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let volume = args.id("volumeid");
    let zone = args.id("zoneid").and_then(|id| world.topology.zone(id));
    let is_there = |snapshot: &Snapshot| {
        let volume = world.volume(snapshot.volume);
        zone.is_none_or(|zone| volume.is_some_and(|volume| volume.zone == zone.name))
    };
    let snapshots = world.storage.snapshots.iter().filter(|snapshot| {
        listing.shows(&snapshot.project)
            && listing.wants(snapshot.id, &snapshot.name)
            && args
                .text("volumeid")
                .is_none_or(|_| volume == Some(snapshot.volume))
            && args.is("snapshottype", "MANUAL")
            && args.is("intervaltype", "MANUAL")
            && is_there(snapshot)
    });
    Ok(listing.shown(snapshots.map(|snapshot| snapshot.id)))
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let id = args(world, call).required_id("id")?;
    let snapshot = snapshot(world, id)?;
    permit(world, call, &snapshot.project, id)?;
    let host = world.host_of_volume(snapshot.volume);
    Ok(Landing::on_thing(world, Thing::Snapshot(id), host))
}

fn land_create(world: &World, call: &Call) -> Result<Landing, Fault> {
    super::volumes::land_on(world, call, "volumeid")
}

/// # Errors
/// When it is gone.
pub(super) fn snapshot(world: &World, id: Uuid) -> Result<&Snapshot, Fault> {
    let missing = || Fault::invalid(format!("Unable to find a snapshot with id {id}"));
    world.snapshot(id).ok_or_else(missing)
}

fn target<'a>(world: &'a World, landing: &Landing) -> Result<&'a Snapshot, Fault> {
    match landing.target {
        Target::Thing(Thing::Snapshot(id)) => snapshot(world, id),
        _ => Err(Fault::invalid("Unable to find a snapshot")),
    }
}

fn create(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let volume = super::volumes::target(world, &landing)?;
    let rests = matches!(volume.status, Status::Available | Status::InUse);
    if volume.stage() != Stage::Made || !rests {
        return Err(Fault::invalid(format!(
            "VolumeId: {} is not in Ready state but {}. Cannot take snapshot.",
            volume.id,
            super::volumes::state(world, volume)
        )));
    }
    let args = args(world, call);
    let name = match args.text("name") {
        Some(name) => name.to_owned(),
        None => format!("{}_{}", volume.name, world.now().format("%Y%m%d%H%M%S")),
    };
    let (_, user) = owner_of_new(world, call)?;
    let draft = Snapshot {
        id: Uuid::nil(),
        name: name.into(),
        description: None,
        volume: volume.id,
        size: volume.size,
        project: volume.project.clone(),
        user,
        status: Status::Creating,
        progress: "0%".into(),
        metadata: Vec::new(),
        manager: Manager::CloudStack,
        created: world.now(),
        updated: None,
    };
    let id = world.ids.uuid();
    let operation = world.create_snapshot(Snapshot { id, ..draft });
    job::started(world, call, id, Ok(operation))
}

fn delete(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let snapshot = target(world, &landing)?;
    let (id, verdict) = (snapshot.id, check_delete(world, snapshot));
    let user = caller(call)?.user.clone();
    let operation = verdict.map(|()| world.delete_snapshot(id, user));
    job::started(world, call, id, operation)
}

fn check_delete(world: &World, snapshot: &Snapshot) -> Result<(), Fault> {
    let id = snapshot.id;
    let is_filled = |status| status == Status::Creating;
    let mut volumes = world.storage.volumes.iter();
    if volumes.any(|volume| volume.origin == Origin::Snapshot(id) && is_filled(volume.status)) {
        return Err(Fault::invalid(format!(
            "Failed to delete snapshot: {id} is being used to create a volume"
        )));
    }
    match snapshot.status {
        Status::Available | Status::Error | Status::ErrorDeleting => Ok(()),
        _ => Err(Fault::invalid(format!(
            "Can't delete snapshotshot {id} due to it is not in BackedUp Status"
        ))),
    }
}

fn revert(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let snapshot = target(world, &landing)?;
    let (id, volume) = (snapshot.id, snapshot.volume);
    let verdict = check_revert(world, snapshot);
    let user = caller(call)?.user.clone();
    let operation =
        verdict.map(|()| world.change_volume(volume, Status::Reverting, Kind::RevertVolume, user));
    job::started(world, call, id, operation)
}

fn check_revert(world: &World, snapshot: &Snapshot) -> Result<(), Fault> {
    let volume = super::volumes::volume(world, snapshot.volume)?;
    if snapshot.status != Status::Available {
        return Err(Fault::invalid(format!(
            "can't revert snapshot: {} is not in BackedUp state",
            snapshot.id
        )));
    }
    let held = volume.attachments.iter();
    let mut machines = held.filter_map(|held| world.server(held.server?));
    match machines.any(|machine| machine.state != State::Stopped || machine.task.is_some()) {
        true => Err(Fault::invalid(
            "The VM the specified disk is attached to is not in the shutdown state.",
        )),
        false => Ok(()),
    }
}

/// All snapshots are in secondary storage already.
fn archive(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let id = target(world, &landing)?.id;
    job::done(world, call, Some(id))
}
