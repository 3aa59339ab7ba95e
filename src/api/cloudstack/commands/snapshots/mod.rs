//! Snapshots of volumes.

mod of_machine;
mod policies;

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{GIB, date, joined, owner, tags};
use crate::api::cloudstack::access::{owner_of_new, permit};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::operations::{Kind, Thing};
use crate::world::server::State;
use crate::world::volume::snapshot_policy::Interval;
use crate::world::volume::{Origin, Snapshot, Stage, Status, Volume};

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listSnapshots", list).showing(show),
    Row::new("cloudstack.createSnapshot", land_create, create).showing(show),
    Row::new(
        "cloudstack.createSnapshotFromVMSnapshot",
        land_create,
        of_machine::create,
    )
    .showing(show),
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

/// How often such a snapshot is taken, in CloudStack's word.
fn interval(snapshot: &Snapshot) -> &'static str {
    snapshot.interval().map_or("MANUAL", Interval::word)
}

/// The names of the zones that a snapshot is in.
pub(super) fn zones<'a>(
    world: &'a World,
    snapshot: &'a Snapshot,
) -> impl Iterator<Item = &'a Arc<str>> {
    let own = snapshot.details.iter().flat_map(|details| &details.zones);
    let volume = world.volume(snapshot.volume);
    let usual = volume.filter(|_| snapshot.details.is_none());
    own.chain(usual.map(|volume| &volume.zone))
}

/// Whether a snapshot is in a zone.
pub(super) fn is_in(world: &World, snapshot: &Snapshot, zone: &str) -> bool {
    zones(world, snapshot).any(|name| **name == *zone)
}

fn is_of_root(world: &World, snapshot: &Snapshot) -> bool {
    match &snapshot.details {
        Some(details) => details.is_of_root,
        None => world.volume(snapshot.volume).is_some_and(Volume::is_root),
    }
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let snapshot = world.snapshot(id)?;
    let volume = world.volume(snapshot.volume);
    let zone = zones(world, snapshot).next();
    let zone = zone.and_then(|zone| world.topology.zone_named(zone));
    let size = snapshot.size * GIB;
    let interval = interval(snapshot);
    let own = json!({
        "id": snapshot.id,
        "name": snapshot.name,
        "state": state(snapshot),
        "status": state(snapshot),
        "snapshottype": interval,
        "intervaltype": interval,
        "locationtype": "SECONDARY",
        "volumeid": snapshot.volume,
        "volumename": volume.map(|volume| &volume.name),
        "volumetype": if is_of_root(world, snapshot) { "ROOT" } else { "DATADISK" },
        "volumestate": volume.map(|volume| super::volumes::state(world, volume)),
        "physicalsize": size,
        "virtualsize": size,
        "revertable": true,
        "zoneid": zone.map(|zone| zone.id),
        "zonename": zone.map(|zone| &zone.name),
        "created": date(snapshot.created),
        "tags": tags::of(world, snapshot.id),
    });
    Some(joined(own, owner(world, &snapshot.project)))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let volume = args.id("volumeid");
    let zone = args.id("zoneid").and_then(|id| world.topology.zone(id));
    let is_there = |snapshot: &Snapshot| zone.is_none_or(|zone| is_in(world, snapshot, &zone.name));
    let snapshots = world.storage.snapshots.iter().filter(|snapshot| {
        listing.shows(&snapshot.project)
            && listing.wants(snapshot.id, &snapshot.name)
            && args
                .text("volumeid")
                .is_none_or(|_| volume == Some(snapshot.volume))
            && is_such(args, snapshot)
            && is_there(snapshot)
    });
    Ok(listing.shown(snapshots.map(|snapshot| snapshot.id)))
}

fn is_such(args: &Args<'_>, snapshot: &Snapshot) -> bool {
    let is_recurring = snapshot.interval().is_some();
    let interval = interval(snapshot);
    let asks_for_all = args.text("snapshottype").is_some_and(|word| {
        word.eq_ignore_ascii_case("ALL") || is_recurring && word.eq_ignore_ascii_case("RECURRING")
    });
    (asks_for_all || args.is("snapshottype", interval)) && args.is("intervaltype", interval)
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
    let (_, user) = owner_of_new(world, call)?;
    let zones = args.ids("zoneids").unwrap_or_default();
    let draft = world.snapshot_draft(volume, args.text("name"), user);
    let tags = tags::labels(call, world);
    let (id, operation) = world.take_snapshot(draft, None, zones);
    tags::set(world, "Snapshot", id, tags);
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
