//! Volumes: the disks that machines begin with, and those beside them.

mod attach;
mod change;
mod create;
mod list;
mod pools;
mod remove;
mod view;

use uuid::Uuid;

use crate::api::cloudstack::access::permit;
use crate::api::cloudstack::args;
use crate::api::cloudstack::table::Row;
use crate::api::{Call, Landing, Target};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::operations::Thing;
use crate::world::volume::{Stage, Status, Volume};

pub(super) use change::check_mode;
pub(super) use create::{check_url, disk_size};
pub(super) use pools::is_for_all;
pub(super) use view::state;

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listVolumes", list::list).showing(view::show),
    Row::read("cloudstack.listVolumesMetrics", list::list).showing(view::show_with_metrics),
    Row::new("cloudstack.createVolume", create::land, create::create).showing(view::show),
    Row::new(
        "cloudstack.uploadVolume",
        create::land_upload,
        create::upload,
    )
    .showing(view::show),
    Row::new("cloudstack.attachVolume", land, attach::attach).showing(view::show),
    Row::new(
        "cloudstack.detachVolume",
        attach::land_detach,
        attach::detach,
    )
    .showing(view::show),
    Row::new("cloudstack.resizeVolume", land, change::resize).showing(view::show),
    Row::new("cloudstack.changeOfferingForVolume", land, change::resize).showing(view::show),
    Row::new("cloudstack.updateVolume", land, change::update).showing(view::show),
    Row::new("cloudstack.migrateVolume", land_volumeid, pools::migrate).showing(view::show),
    Row::new("cloudstack.assignVolume", land_volumeid, change::assign).showing(view::show),
    Row::new("cloudstack.checkVolume", land, change::check).showing(view::show),
    Row::new("cloudstack.extractVolume", land, change::extract).showing(view::show_extracted),
    Row::new("cloudstack.deleteVolume", land, remove::delete),
    Row::new("cloudstack.destroyVolume", land, remove::destroy).showing(view::show),
    Row::new("cloudstack.recoverVolume", land, remove::recover).showing(view::show),
];

/// Finds the volume that the `id` argument names.
fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    land_on(world, call, "id")
}

fn land_volumeid(world: &World, call: &Call) -> Result<Landing, Fault> {
    land_on(world, call, "volumeid")
}

/// # Errors
/// When it is gone, or not the caller's.
pub(super) fn land_on(world: &World, call: &Call, name: &str) -> Result<Landing, Fault> {
    let id = args(world, call).required_id(name)?;
    permit(world, call, &volume(world, id)?.project, id)?;
    Ok(Landing::on_volume(world, id))
}

/// The volume that a call landed on.
///
/// # Errors
/// When it is gone since.
pub(super) fn target<'a>(world: &'a World, landing: &Landing) -> Result<&'a Volume, Fault> {
    match landing.target {
        Target::Thing(Thing::Volume(id)) => volume(world, id),
        _ => Err(Fault::invalid(
            "Unable to find a volume with the specified id",
        )),
    }
}

/// # Errors
/// When it is gone.
pub(super) fn volume(world: &World, id: Uuid) -> Result<&Volume, Fault> {
    let message = || format!("Unable to find a volume with id {id}");
    world.volume(id).ok_or_else(|| Fault::invalid(message()))
}

/// The machine that a volume is at.
fn machine_of(volume: &Volume) -> Option<Uuid> {
    volume.attachments.iter().find_map(|held| held.server)
}

/// Whether nothing is being done to a volume, which is in storage.
fn is_ready(volume: &Volume) -> bool {
    let rests = matches!(volume.status, Status::Available | Status::InUse);
    rests && volume.stage() == Stage::Made
}

fn refusal(message: impl Into<String>) -> Fault {
    Fault::new(FaultKind::Internal, message)
}
