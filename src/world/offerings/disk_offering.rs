//! Disk offerings of CloudStack: the sizes that data disks come in.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::world::offerings::offer::Offer;
use crate::world::store::Store;
use crate::world::{World, ids};

/// A disk offering. Volumes refer to it by its id, and keep the size that they got.
#[derive(Debug, Clone, PartialEq)]
pub struct DiskOffering {
    pub id: Uuid,
    pub name: Arc<str>,
    pub display_text: Arc<str>,
    /// In GiB; 0 where whoever makes a disk of it says how large.
    pub size: u64,
    /// Whoever makes a disk of it says how large.
    pub is_custom: bool,
    /// Offered to users.
    pub is_shown: bool,
    /// The storage pools that fit have all of these.
    pub tags: Vec<Arc<str>>,
    pub offer: Offer,
    /// Removed; the volumes that were made of it still tell its name.
    pub is_gone: bool,
    pub created: DateTime<Utc>,
}

/// Those that CloudStack begins with: name, text, and size in GiB, 0 for custom.
const DEFAULTS: [(&str, &str, u64); 4] = [
    ("Small", "Small Disk, 5 GB", 5),
    ("Medium", "Medium Disk, 20 GB", 20),
    ("Large", "Large Disk, 100 GB", 100),
    ("Custom", "Custom Disk", 0),
];

impl DiskOffering {
    /// The offerings of a new cloud.
    pub fn defaults(now: DateTime<Utc>) -> Store<Self> {
        let mut offerings = Store::default();
        for (name, text, size) in DEFAULTS {
            let id = ids::named("disk-offering", name);
            let offering = Self {
                id,
                name: name.into(),
                display_text: text.into(),
                size,
                is_custom: size == 0,
                is_shown: true,
                tags: Vec::new(),
                offer: Offer::default(),
                is_gone: false,
                created: now,
            };
            offerings.insert(id, offering);
        }
        offerings
    }
}

impl World {
    pub fn disk_offering(&self, id: Uuid) -> Option<&DiskOffering> {
        self.disk_offerings.get(id)
    }
}
