//! The storage pools that volumes are on: which one a disk goes to, and what it takes there.
//!
//! A pool of which nobody said how large it is never fills.

use std::sync::Arc;

use uuid::Uuid;

use super::{Attachment, ROOT_DEVICE, Stage, Volume};
use crate::vocabulary::place::{Level, Place};
use crate::vocabulary::setting::Scope;
use crate::world::accounts::User;
use crate::world::equipment::{PoolState, StoragePool};
use crate::world::operations::{Kind, Operation, Order, Thing};
use crate::world::server::{Manager, Server};
use crate::world::topology::{Host, HostKey};
use crate::world::{Demand, World};

const GIB: u64 = 1 << 30;

/// A disk that needs room.
#[derive(Debug, Clone)]
pub struct DiskDemand<'a> {
    /// In GiB.
    pub size: u64,
    /// The pools that fit have all of these.
    pub tags: Vec<&'a str>,
}

/// The pools that the disk of a machine can be on, where not all can.
#[derive(Debug)]
pub(in crate::world) struct PoolChoice(Vec<Uuid>);

impl World {
    /// The pool that a volume is on: the one that was chosen for it, else the first that its host reaches.
    /// `None` while it takes no room.
    pub fn pool_of(&self, volume: &Volume) -> Option<&StoragePool> {
        if !matches!(volume.stage(), Stage::Made | Stage::Destroyed) {
            return None;
        }
        let chosen = volume.disk.as_ref().and_then(|disk| disk.pool);
        chosen
            .and_then(|id| self.equipment.pools.get(id))
            .or_else(|| self.usual_pool(volume))
    }

    fn usual_pool(&self, volume: &Volume) -> Option<&StoragePool> {
        let place = &self.topology.host(self.host_of_volume(volume.id)?).place;
        self.pools_at(place).next()
    }

    /// The pools that hosts of a place reach.
    pub fn pools_at<'a>(&'a self, place: &Place) -> impl Iterator<Item = &'a StoragePool> {
        let zone = self.topology.zone_of(place).map(|zone| zone.id);
        let cluster = self.topology.cluster_of(place).map(|cluster| cluster.id);
        let pools = self.equipment.pools.iter();
        pools.filter(move |pool| {
            Some(pool.site.zone) == zone && (pool.is_for_all() || pool.site.cluster == cluster)
        })
    }

    /// In bytes: what the volumes on a pool take.
    pub fn allocated_on(&self, pool: Uuid) -> u64 {
        let volumes = self.storage.volumes.iter();
        let here = volumes.filter(|volume| self.pool_of(volume).is_some_and(|own| own.id == pool));
        here.map(|volume| volume.size * GIB).sum()
    }

    /// Whether there are volumes on a pool that are not destroyed.
    pub fn holds_volumes(&self, pool: Uuid) -> bool {
        let mut volumes = self.storage.volumes.iter();
        volumes.any(|volume| {
            volume.stage() == Stage::Made && self.pool_of(volume).is_some_and(|own| own.id == pool)
        })
    }

    fn pool_setting(&self, name: &str, pool: Uuid) -> f64 {
        let owner = Some((Scope::StoragePool, pool));
        let value = self.configuration.value_of(name, owner);
        value.and_then(|value| value.parse().ok()).unwrap_or(1.0)
    }

    /// In bytes: what may be allocated on a pool, which is more than there is.
    pub fn allocatable_on(&self, pool: &StoragePool) -> u64 {
        let factor = self.pool_setting("storage.overprovisioning.factor", pool.id);
        (pool.size() as f64 * factor) as u64
    }

    /// Whether a pool has room for so many GiB more.
    pub fn has_room_on(&self, pool: &StoragePool, size: u64) -> bool {
        if pool.settings.size.is_none() {
            return true;
        }
        let threshold = "pool.storage.allocated.capacity.disablethreshold";
        let most =
            self.allocatable_on(pool) as f64 * self.pool_setting(threshold, pool.id).min(1.0);
        let asked = size.saturating_mul(GIB);
        self.allocated_on(pool.id).saturating_add(asked) as f64 <= most
    }

    /// Whether a disk can be put on a pool.
    pub fn is_pool_for(&self, pool: &StoragePool, demand: &DiskDemand<'_>) -> bool {
        let has = |tag: &&str| pool.tags().iter().any(|own| **own == **tag);
        pool.takes_volumes() && demand.tags.iter().all(has) && self.has_room_on(pool, demand.size)
    }

    /// What room a disk needs.
    pub fn demand_of<'a>(&'a self, volume: &'a Volume) -> DiskDemand<'a> {
        let machine = volume.attachments.iter().find_map(|held| held.server);
        let machine = machine
            .and_then(|id| self.server(id))
            .filter(|_| volume.is_root());
        let disk = volume.disk.as_ref();
        let offering = disk.and_then(|disk| self.disk_offering(disk.offering?));
        DiskDemand {
            size: volume.size,
            tags: match (offering, machine) {
                (Some(offering), _) => offering.tags.iter().map(|tag| &**tag).collect(),
                (None, Some(machine)) => machine.spec.flavor.storage_tags(),
                (None, None) => Vec::new(),
            },
        }
    }

    /// Whether a disk finds a pool that a host reaches; where there are none at all, nothing is lacking.
    pub fn finds_pool(&self, demand: &DiskDemand<'_>, host: HostKey) -> bool {
        let place = &self.topology.host(host).place;
        let mut pools = self.pools_at(place).peekable();
        pools.peek().is_none() || pools.any(|pool| self.is_pool_for(pool, demand))
    }

    /// The pools that the disk which a machine begins with can be on; `None` where all can.
    pub(in crate::world) fn disk_pools_for(&self, demand: Demand<'_>) -> Option<PoolChoice> {
        let root = demand.server.and_then(|id| self.root_disk(id));
        let made = root.and_then(|root| self.pool_of(root));
        let is_fit = |pool: &StoragePool| match (made, root) {
            (Some(own), _) => own.state.serves(),
            (None, Some(root)) => self.is_pool_for(pool, &self.demand_of(root)),
            (None, None) => self.is_pool_for(pool, &demand.spec.root_demand()),
        };
        let pools = &self.equipment.pools;
        let fit: Vec<Uuid> = pools
            .iter()
            .filter(|pool| is_fit(pool))
            .map(|pool| pool.id)
            .collect();
        (fit.len() < pools.iter().count()).then_some(PoolChoice(fit))
    }
}

impl PoolChoice {
    /// Whether a host reaches one of them; where it reaches no pool at all, nothing is lacking.
    pub(in crate::world) fn allows(&self, world: &World, host: &Host) -> bool {
        let mut pools = world.pools_at(&host.place).peekable();
        pools.peek().is_none() || pools.any(|pool| self.0.contains(&pool.id))
    }
}

/// Where disks come to be.
impl World {
    /// A disk is in storage now, on a pool that the host which saw to it reaches.
    pub(super) fn settle_in_pool(&mut self, id: Uuid, host: Option<HostKey>) {
        let Some(volume) = self.volume(id) else {
            return;
        };
        let host = host.or_else(|| self.host_of_volume(id));
        let pool = host.and_then(|host| self.choose_pool(volume, host));
        if let Some(volume) = self.volume_mut(id) {
            volume.set_stage(Stage::Made);
            volume.disk_mut().pool = pool;
        }
        self.follow_root(id);
    }

    /// The pool that a disk is on where a host has it: its own, if the host reaches that.
    fn choose_pool(&self, volume: &Volume, host: HostKey) -> Option<Uuid> {
        let place = &self.topology.host(host).place;
        let own = volume.disk.as_ref().and_then(|disk| disk.pool);
        let is_own = |pool: &&StoragePool| Some(pool.id) == own;
        let fits = |pool: &&StoragePool| self.is_pool_for(pool, &self.demand_of(volume));
        let kept = self.pools_at(place).find(is_own);
        let pool = kept.or_else(|| self.pools_at(place).find(fits));
        pool.map(|pool| pool.id)
    }

    /// The disks of a machine that was moved are where its new host reaches them.
    pub(in crate::world) fn bring_disks(&mut self, server: Uuid, host: HostKey) {
        let volumes = self.storage.volumes_of(server).map(|(volume, _)| volume);
        let made = volumes.filter(|volume| volume.disk.is_some() && volume.stage() == Stage::Made);
        let made: Vec<Uuid> = made.map(|volume| volume.id).collect();
        for volume in made {
            self.settle_in_pool(volume, Some(host));
        }
    }

    /// A machine is where its own disk can be reached: anywhere in the zone, or in a cluster.
    pub(super) fn follow_root(&mut self, volume: Uuid) {
        let Some(root) = self.volume(volume).filter(|volume| volume.is_root()) else {
            return;
        };
        let device = |held: &&Attachment| held.device_number() == Some(ROOT_DEVICE);
        let server = root
            .attachments
            .iter()
            .find(device)
            .and_then(|held| held.server);
        let Some(pool) = self.pool_of(root) else {
            return;
        };
        let cluster = pool.site.cluster.and_then(|id| self.topology.cluster(id));
        let spot = cluster.and_then(|it| it.place.get(Level::Cluster));
        let (is_for_all, number) = (pool.is_for_all(), spot.map(|spot| spot.number));
        let chosen = root.disk.as_ref().is_some_and(|disk| disk.pool.is_some());
        if let Some(server) = server.and_then(|id| self.server_mut(id)).filter(|_| chosen) {
            server.disk = if is_for_all { None } else { number };
        }
    }
}

/// Maintenance.
impl World {
    /// Begins to stop the machines whose disks are on a pool; the operation ends when all are.
    pub fn maintain_pool(&mut self, id: Uuid, user: Arc<User>) -> Option<Uuid> {
        let running = self.machines_on_pool(id);
        let pool = self.equipment.pools.get_mut(id)?;
        pool.state = PoolState::PrepareForMaintenance;
        pool.stopped.extend(&running);
        let orders = running
            .iter()
            .map(|machine| Order::on_server(*machine, Kind::Stop, user.clone()));
        let orders: Vec<Order> = orders.collect();
        let stops = orders
            .into_iter()
            .filter_map(|order| self.begin(order))
            .collect();
        let order = Order::new(Thing::StoragePool(id), Kind::MaintainPool, user);
        self.begin_after(order, stops)
    }

    /// Takes a pool back, and begins to start the machines that were stopped for its maintenance.
    pub fn reopen_pool(&mut self, id: Uuid, user: Arc<User>) -> Option<Uuid> {
        let pool = self.equipment.pools.get_mut(id)?;
        pool.state = PoolState::Up;
        let stopped = std::mem::take(&mut pool.stopped);
        let is_off = |id: &Uuid| self.server(*id).is_some_and(|server| !server.is_on());
        let stopped: Vec<Uuid> = stopped.into_iter().filter(is_off).collect();
        let starts = stopped
            .into_iter()
            .filter_map(|machine| self.begin(Order::on_server(machine, Kind::Start, user.clone())));
        let starts = starts.collect();
        let order = Order::new(Thing::StoragePool(id), Kind::ReopenPool, user);
        self.begin_after(order, starts)
    }

    /// The machines that are on, and have a disk on a pool.
    fn machines_on_pool(&self, pool: Uuid) -> Vec<Uuid> {
        let volumes = self.storage.volumes.iter();
        let here = volumes.filter(|volume| self.pool_of(volume).is_some_and(|own| own.id == pool));
        let held = here.flat_map(|volume| &volume.attachments);
        let mut machines: Vec<Uuid> = held.filter_map(|held| held.server).collect();
        machines.sort_unstable();
        machines.dedup();
        let is_ours = |server: &Server| server.spec.manager == Manager::CloudStack;
        machines.retain(|id| self.server(*id).is_some_and(|it| it.is_on() && is_ours(it)));
        machines
    }

    fn set_pool_state(&mut self, operation: &Operation, state: PoolState) {
        if let Thing::StoragePool(id) = operation.on
            && let Some(pool) = self.equipment.pools.get_mut(id)
        {
            pool.state = state;
        }
    }

    pub(in crate::world) fn pool_emptied(&mut self, operation: &Operation) {
        self.set_pool_state(operation, PoolState::Maintenance);
    }

    pub(in crate::world) fn pool_not_emptied(&mut self, operation: &Operation) {
        self.set_pool_state(operation, PoolState::ErrorInMaintenance);
    }
}
