//! What changes a volume: its size, its offering, its name, its owner.

use uuid::Uuid;

use super::{disk_size, is_ready, machine_of, refusal, target};
use crate::api::cloudstack::access::owner_of_new;
use crate::api::cloudstack::commands::machines;
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::operations::Kind;
use crate::world::volume::{Stage, Status, Volume};

/// What a volume is to become.
struct Change {
    offering: Option<Uuid>,
    /// In GiB.
    size: u64,
}

/// Carries out `resizeVolume`, and `changeOfferingForVolume`, which is the same with an offering.
pub(super) fn resize(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let volume = target(world, &landing)?;
    let (id, size, stage) = (volume.id, volume.size, volume.stage());
    let change = check_resize(world, call, volume);
    let user = caller(call)?.user.clone();
    let operation = change.map(|change| {
        let volume = world.volume_mut(id)?;
        if change.offering.is_some() {
            volume.disk_mut().offering = change.offering;
        }
        if stage == Stage::Allocated {
            (volume.size, volume.wanted_size) = (change.size, change.size);
        }
        let asks_hosts = stage != Stage::Allocated && change.size != size;
        asks_hosts
            .then(|| world.extend_volume(id, change.size, user))
            .flatten()
    });
    job::started(world, call, id, operation)
}

fn check_resize(world: &World, call: &Call, volume: &Volume) -> Result<Change, Fault> {
    let args = args(world, call);
    let (asked, offering) = (args.number("size"), args.id("diskofferingid"));
    if volume.stage() != Stage::Allocated && !is_ready(volume) {
        return Err(Fault::invalid(
            "Volume should be in ready or allocated state before attempting a resize. Volume is in another state.",
        ));
    }
    let known = |id| world.disk_offering(id);
    let own = volume
        .disk
        .as_ref()
        .and_then(|disk| disk.offering)
        .and_then(known);
    let size = match (offering.and_then(known), own, asked) {
        (Some(offering), _, asked) => disk_size(offering, asked)?,
        (None, Some(own), Some(_)) if !own.is_custom => {
            return Err(Fault::invalid(
                "To change a volume's size without providing a new disk offering, its current disk offering \
                 must be customizable or it must be a root volume (if providing a disk offering, make sure it \
                 is different from the current disk offering).",
            ));
        }
        (None, _, Some(asked)) if asked > 0 => asked.unsigned_abs(),
        (None, _, _) => return Err(Fault::invalid("New size should be a positive number")),
    };
    let shrinks = size < volume.size;
    if shrinks && args.flag("shrinkok") != Some(true) {
        return Err(Fault::invalid(format!(
            "Going from existing size of {} to size of {} would shrink the volume.Need to sign off by supplying \
             the shrinkok parameter with value of true.",
            volume.size << 30,
            size << 30
        )));
    }
    let pool = world.pool_of(volume).filter(|_| size > volume.size);
    match pool.filter(|pool| !world.has_room_on(pool, size - volume.size)) {
        None => Ok(Change { offering, size }),
        Some(pool) => Err(refusal(format!(
            "Storage pool {} does not have enough space to resize volume {}",
            pool.name, volume.name
        ))),
    }
}

pub(super) fn update(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let id = target(world, &landing)?.id;
    let args = args(world, call);
    let text = |name| args.text(name).map(std::sync::Arc::from);
    let (name, path, chain_info) = (text("name"), text("path"), text("chaininfo"));
    let (shows, protects) = (args.flag("displayvolume"), args.flag("deleteprotection"));
    if let Some(volume) = world.volume_mut(id) {
        volume.name = name.unwrap_or_else(|| volume.name.clone());
        let disk = volume.disk_mut();
        disk.path = path.or(disk.path.take());
        disk.chain_info = chain_info.or(disk.chain_info.take());
        disk.is_hidden = shows.map_or(disk.is_hidden, |shows| !shows);
        disk.is_protected = protects.unwrap_or(disk.is_protected);
    }
    job::done(world, call, Some(id))
}

pub(super) fn assign(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let volume = target(world, &landing)?;
    let id = volume.id;
    if !volume.attachments.is_empty() {
        return Err(Fault::invalid(
            "Volume cannot be moved to another account while it is attached to an instance",
        ));
    }
    let args = args(world, call);
    let named = args.id("accountid").or(args.id("projectid"));
    let project = named.and_then(|id| world.accounts.project(id).cloned());
    let (usual, user) = owner_of_new(world, call)?;
    if let Some(volume) = world.volume_mut(id) {
        (volume.project, volume.user) = (project.unwrap_or(usual), user);
    }
    job::done(world, call, Some(id))
}

/// Nothing of a simulated volume ever goes bad.
pub(super) fn check(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let id = target(world, &landing)?.id;
    job::done(world, call, Some(id))
}

pub(super) fn extract(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let volume = target(world, &landing)?;
    let (id, verdict) = (volume.id, check_extract(world, call, volume));
    let user = caller(call)?.user.clone();
    let operation = verdict.map(|()| world.read_disk(id, Kind::ExtractDisk, user));
    job::started(world, call, id, operation)
}

fn check_extract(world: &World, call: &Call, volume: &Volume) -> Result<(), Fault> {
    check_mode(world, call)?;
    let id = volume.id;
    if volume.status != Status::Available && volume.status != Status::InUse {
        return Err(refusal(format!("Volume {id} is not Ready")));
    }
    let machine = machine_of(volume).and_then(|id| world.server(id));
    match machine.map(|machine| machines::state(world, machine)) {
        None | Some("Stopped") => Ok(()),
        Some(_) => Err(Fault::invalid(format!(
            "Invalid state of the volume with ID: {id}. It should be either detached or the VM should be in \
             stopped state."
        ))),
    }
}

/// # Errors
/// When something is to be offered in a way that the service does not know.
pub(in crate::api::cloudstack::commands) fn check_mode(
    world: &World,
    call: &Call,
) -> Result<(), Fault> {
    let mode = args(world, call).text("mode").unwrap_or_default();
    match mode.to_ascii_uppercase().as_str() {
        "HTTP_DOWNLOAD" | "FTP_UPLOAD" => Ok(()),
        _ => Err(Fault::invalid(
            "Please specify a valid extract Mode. Supported modes: HTTP_DOWNLOAD, FTP_UPLOAD",
        )),
    }
}
