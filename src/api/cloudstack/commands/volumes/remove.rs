//! How volumes go, and come back.

use uuid::Uuid;

use super::{refusal, target};
use crate::api::cloudstack::{caller, job};
use crate::api::{Answer, Call, Landing, Proviso};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::volume::{Stage, Status, Volume};

/// # Errors
/// When the volume is at a machine, protected, or in the middle of something.
fn check_removable(volume: &Volume) -> Result<(), Fault> {
    let is_protected = volume.disk.as_ref().is_some_and(|disk| disk.is_protected);
    if is_protected {
        return Err(Fault::invalid(format!(
            "Volume [id = {}, name = {}] has delete protection enabled and cannot be deleted.",
            volume.id, volume.name
        )));
    }
    if !volume.attachments.is_empty() {
        return Err(Fault::invalid(
            "Please specify a volume that is not attached to any VM.",
        ));
    }
    match volume.status {
        Status::Available | Status::Error | Status::ErrorDeleting => Ok(()),
        _ => Err(Fault::invalid(
            "Please specify a volume that is in Ready, Allocated, Uploaded or Destroy state.",
        )),
    }
}

/// Deletes a volume: at once where it takes no room, else when its host has done so.
fn delete_now(world: &mut World, call: &Call, id: Uuid) -> Result<Option<Uuid>, Fault> {
    let user = caller(call)?.user.clone();
    if world.volume(id).map(Volume::stage) == Some(Stage::Allocated) {
        world.drop_volume(id);
        return Ok(None);
    }
    Ok(world.delete_volume(id, user))
}

/// Answers when the host has done it, for the command has no job.
pub(super) fn delete(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let volume = target(world, &landing)?;
    let id = volume.id;
    check_removable(volume)?;
    delete_now(world, call, id)?;
    let answer = job::done(world, call, None)?;
    Ok(answer.provided(Proviso {
        holds: |world, [id, _]| world.volume(id).is_none(),
        of: [id, Uuid::nil()],
        otherwise: refusal("Failed to delete volume"),
    }))
}

/// Without `expunge`, a volume can be recovered.
pub(super) fn destroy(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let volume = target(world, &landing)?;
    let (id, stage, verdict) = (volume.id, volume.stage(), check_removable(volume));
    let args = crate::api::cloudstack::args(world, call);
    let expunges = args.flag("expunge") == Some(true) || stage == Stage::Allocated;
    let operation = match verdict {
        Ok(()) if expunges => delete_now(world, call, id),
        Ok(()) => {
            if let Some(volume) = world.volume_mut(id) {
                volume.disk_mut().stage = Stage::Destroyed;
            }
            world.drop_policies_of(id);
            Ok(None)
        }
        Err(fault) => Err(fault),
    };
    job::started(world, call, id, operation)
}

pub(super) fn recover(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let volume = target(world, &landing)?;
    let id = volume.id;
    if volume.stage() != Stage::Destroyed {
        return Err(Fault::invalid("Please specify a volume in Destroy state."));
    }
    if let Some(volume) = world.volume_mut(id) {
        volume.disk_mut().stage = Stage::Made;
    }
    job::done(world, call, Some(id))
}
