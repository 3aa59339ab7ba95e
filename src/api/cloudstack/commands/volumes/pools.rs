//! The storage pools that volumes are on.

use uuid::Uuid;

use super::{is_ready, refusal, target};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::equipment::StoragePool;
use crate::world::volume::Volume;

/// Whether a volume is ready, in storage that all hosts of its zone reach.
pub(in crate::api::cloudstack::commands) fn is_for_all(world: &World, volume: &Volume) -> bool {
    is_ready(volume) && world.pool_of(volume).is_some_and(StoragePool::is_for_all)
}

pub(super) fn migrate(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let volume = target(world, &landing)?;
    let id = volume.id;
    let args = args(world, call);
    let pool = args.required_id("storageid")?;
    let live = args.flag("livemigrate") == Some(true);
    let verdict = check(world, volume, pool, live);
    let user = caller(call)?.user.clone();
    let operation = verdict.map(|()| world.move_disk(id, pool, user));
    job::started(world, call, id, operation)
}

fn check(world: &World, volume: &Volume, pool: Uuid, live: bool) -> Result<(), Fault> {
    if !is_ready(volume) {
        return Err(Fault::invalid("Volume must be in ready state"));
    }
    let held = volume.attachments.iter();
    let mut machines = held.filter_map(|held| world.server(held.server?));
    if machines.any(|machine| machine.is_on()) && !live {
        return Err(Fault::invalid(
            "Volume needs to be detached from VM; or pass livemigrate=true to migrate it while the VM runs",
        ));
    }
    let Some(wanted) = world.equipment.pools.get(pool) else {
        return Err(Fault::invalid(
            "Failed to find the destination storage pool",
        ));
    };
    if world.pool_of(volume).is_some_and(|own| own.id == pool) {
        return Err(Fault::invalid(format!(
            "Volume {} is already on the destination storage pool {}",
            volume.name, wanted.name
        )));
    }
    if !world.has_room_on(wanted, volume.size) {
        return Err(refusal(format!(
            "Storage pool {} does not have enough space to migrate volume {}",
            wanted.name, volume.name
        )));
    }
    match wanted.takes_volumes() {
        true => Ok(()),
        false => Err(refusal(format!(
            "Cannot migrate volume {} to the destination storage pool {} as the storage pool is in {} mode.",
            volume.name,
            wanted.name,
            wanted.state.word()
        ))),
    }
}
