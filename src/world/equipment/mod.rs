//! What a data centre has beside its places: storage, physical networks with what they carry, and addresses.
//!
//! A plan that says nothing of them gets what a cloud needs to work; what clients make gets nothing by itself.

mod addresses;
mod physical;
mod plan;
mod storage;
#[cfg(test)]
mod tests;

use uuid::Uuid;

pub use addresses::{AddressRange, Dedication, StorageRange};
pub use physical::{
    Element, PhysicalNetwork, Provider, SUPPORTED_PROVIDERS, TrafficType, VlanRange,
    service_providers,
};
pub(super) use plan::Ground;
pub use storage::{ImageStore, PoolState, StoragePool};

use super::topology::inventory::Inventory;

/// All of it.
#[derive(Debug, Clone, Default)]
pub struct Equipment {
    /// Primary storage.
    pub pools: Inventory<StoragePool>,
    /// Secondary storage.
    pub image_stores: Inventory<ImageStore>,
    pub physical_networks: Inventory<PhysicalNetwork>,
    pub traffic_types: Inventory<TrafficType>,
    pub providers: Inventory<Provider>,
    pub elements: Inventory<Element>,
    /// Of public addresses, and in zones of the basic kind of guests'.
    pub ranges: Inventory<AddressRange>,
    /// Of VLANs that are one account's alone.
    pub vlan_ranges: Inventory<VlanRange>,
    /// Of addresses for what fetches from storage.
    pub storage_ranges: Inventory<StorageRange>,
}

/// What a zone, pod or cluster is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    pub zone: Uuid,
    pub pod: Option<Uuid>,
    pub cluster: Option<Uuid>,
}

impl Site {
    /// All of a zone.
    pub fn zone(zone: Uuid) -> Self {
        Self {
            zone,
            pod: None,
            cluster: None,
        }
    }
}
