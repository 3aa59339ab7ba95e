//! Hosts: what they have, what of it is taken, and how they are.

use std::sync::Arc;

use uuid::Uuid;

use crate::vocabulary::place::{Level, Place};
use crate::vocabulary::plan::HostSettings;
use crate::world::availability::Agent;
use crate::world::availability::compute_service::ComputeService;
use crate::world::offerings::flavor::Flavor;
use crate::world::topology::inventory::Presence;

/// How many virtual CPUs a host offers for each of its own; Nova's default allocation ratio was 16.
pub(in crate::world) const CPU_OVERCOMMIT: u64 = 16;
/// Every host has as much disk, in GiB: nothing ever runs out of it.
pub const DISK: u64 = 10_240;
const DEFAULT_CPUS: u32 = 128;
/// In MHz.
const DEFAULT_SPEED: u32 = 2000;
/// In MiB.
const DEFAULT_MEMORY: u64 = 1024 * 1024;

/// A host: what it has, what of it is taken, and how it is.
#[derive(Debug, Clone)]
pub struct Host {
    pub id: Uuid,
    pub name: Arc<str>,
    pub place: Arc<Place>,
    pub cpus: u32,
    /// Of each processor, in MHz.
    pub speed: u32,
    /// In MiB.
    pub memory: u64,
    /// What offerings can ask for.
    pub tags: Vec<Arc<str>>,
    /// Where the management server finds it, where that was said.
    pub url: Option<Arc<str>>,
    pub used_cpus: u64,
    /// In MiB.
    pub used_memory: u64,
    pub is_up: bool,
    pub in_maintenance: bool,
    /// What CloudStack believes of it.
    pub agent: Agent,
    /// Whether CloudStack's administrators let new servers on it.
    pub is_enabled: bool,
    pub presence: Presence,
    /// `None` after an administrator removed it: the host is then none to the cloud.
    pub service: Option<ComputeService>,
}

impl Host {
    pub(super) fn new(id: Uuid, name: Arc<str>, place: Place, presence: Presence) -> Self {
        Self {
            id,
            name,
            place: Arc::new(place),
            cpus: DEFAULT_CPUS,
            speed: DEFAULT_SPEED,
            memory: DEFAULT_MEMORY,
            tags: Vec::new(),
            url: None,
            used_cpus: 0,
            used_memory: 0,
            is_up: true,
            in_maintenance: false,
            agent: Agent::default(),
            is_enabled: true,
            presence,
            service: Some(ComputeService::default()),
        }
    }

    /// Becomes what a plan says: what it leaves open is as by default.
    pub(super) fn plan(&mut self, plan: &HostSettings) {
        let plan = plan.clone();
        self.change(HostSettings {
            cpus: plan.cpus.or(Some(DEFAULT_CPUS)),
            speed: plan.speed.or(Some(DEFAULT_SPEED)),
            memory: plan.memory.or(Some(DEFAULT_MEMORY)),
            ..plan
        });
    }

    /// Takes over what is said.
    pub fn change(&mut self, settings: HostSettings) {
        let HostSettings {
            cpus,
            speed,
            memory,
            tags,
            url,
            is_enabled,
        } = settings;
        self.cpus = cpus.unwrap_or(self.cpus);
        self.speed = speed.unwrap_or(self.speed);
        self.memory = memory.unwrap_or(self.memory);
        self.is_enabled = is_enabled.unwrap_or(self.is_enabled);
        self.url = url.or(self.url.take());
        if let Some(tags) = tags {
            self.tags = tags;
        }
    }

    /// No longer in the plan, but something still runs here: it takes nothing new.
    pub fn is_retired(&self) -> bool {
        self.presence == Presence::Retired
    }

    /// Whether new servers may be put here at all.
    pub fn takes_servers(&self) -> bool {
        let is_in_service = self
            .service
            .as_ref()
            .is_some_and(ComputeService::takes_servers);
        self.is_up
            && !self.in_maintenance
            && self.is_enabled
            && self.presence.is_there()
            && is_in_service
    }

    /// Whether a server of that size still fits.
    pub fn fits(&self, cpus: u32, memory: u64) -> bool {
        self.used_cpus + u64::from(cpus) <= u64::from(self.cpus) * CPU_OVERCOMMIT
            && self.used_memory + memory <= self.memory
    }

    /// Holds room for a server of that size.
    pub(in crate::world) fn take(&mut self, flavor: &Flavor) {
        self.used_cpus += u64::from(flavor.cpus);
        self.used_memory += flavor.memory;
    }

    /// Gives back the room that a server of that size held.
    pub(in crate::world) fn give_back(&mut self, flavor: &Flavor) {
        self.used_cpus -= u64::from(flavor.cpus);
        self.used_memory -= flavor.memory;
    }

    /// Its own address: its number in the pods' network.
    pub fn address(&self) -> String {
        let number = self.place.get(Level::Host).map_or(0, |spot| spot.number);
        let [_, _, high, low] = number.wrapping_add(1).to_be_bytes();
        format!("172.16.{}.{low}", 15u8.wrapping_add(high))
    }

    /// In MiB.
    pub fn free_memory(&self) -> u64 {
        self.memory.saturating_sub(self.used_memory)
    }
}

/// A host's position, good for the life of its world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostKey(pub(super) usize);

impl HostKey {
    /// Counts the hosts of a world, from 1, in the order in which they came.
    pub fn number(self) -> usize {
        self.0 + 1
    }
}
