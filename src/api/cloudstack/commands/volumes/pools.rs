//! The storage pools that volumes are on.

use uuid::Uuid;

use super::{is_ready, refusal, target};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::Place;
use crate::world::World;
use crate::world::equipment::StoragePool;
use crate::world::volume::{Stage, Volume};

/// The pool that a volume is on: the one that was chosen for it, else the first of its place.
pub(super) fn pool_of<'a>(world: &'a World, volume: &Volume) -> Option<&'a StoragePool> {
    if volume.stage() != Stage::Made {
        return None;
    }
    let chosen = volume.disk.as_ref().and_then(|disk| disk.pool);
    chosen
        .and_then(|id| world.equipment.pools.get(id))
        .or_else(|| usual_pool(world, volume))
}

fn usual_pool<'a>(world: &'a World, volume: &Volume) -> Option<&'a StoragePool> {
    let place = &world.topology.host(world.host_of_volume(volume.id)?).place;
    let mut pools = world.equipment.pools.iter();
    pools.find(|pool| is_for(world, pool, place))
}

fn is_for(world: &World, pool: &StoragePool, place: &Place) -> bool {
    let zone = world.topology.zone_of(place).map(|zone| zone.id);
    let cluster = world.topology.cluster_of(place).map(|cluster| cluster.id);
    Some(pool.site.zone) == zone && (pool.is_for_all() || pool.site.cluster == cluster)
}

/// Whether a volume is ready, in storage that all hosts of its zone reach.
pub(in crate::api::cloudstack::commands) fn is_for_all(world: &World, volume: &Volume) -> bool {
    is_ready(volume) && pool_of(world, volume).is_some_and(StoragePool::is_for_all)
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
    if pool_of(world, volume).is_some_and(|own| own.id == pool) {
        return Err(Fault::invalid(format!(
            "Volume {} is already on the destination storage pool {}",
            volume.name, wanted.name
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
