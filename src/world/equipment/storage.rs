//! Storage: pools that volumes are on, and stores of templates, images and snapshots.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Site;
use crate::vocabulary::plan::{ImageStoreSettings, StorageSettings};
use crate::world::topology::inventory::Item;

const TIB: u64 = 1 << 40;

/// A pool of primary storage, of a cluster or of a zone.
#[derive(Debug, Clone)]
pub struct StoragePool {
    pub id: Uuid,
    pub name: Arc<str>,
    pub site: Site,
    pub settings: StorageSettings,
    pub state: PoolState,
    /// The machines that were stopped for its maintenance.
    pub stopped: Vec<Uuid>,
    pub created: DateTime<Utc>,
}

/// How a pool is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PoolState {
    #[default]
    Up,
    Disabled,
    PrepareForMaintenance,
    Maintenance,
    ErrorInMaintenance,
}

impl PoolState {
    /// CloudStack's word for it.
    pub fn word(self) -> &'static str {
        match self {
            PoolState::Up => "Up",
            PoolState::Disabled => "Disabled",
            PoolState::PrepareForMaintenance => "PrepareForMaintenance",
            PoolState::Maintenance => "Maintenance",
            PoolState::ErrorInMaintenance => "ErrorInMaintenance",
        }
    }

    /// Whether machines can use what is there.
    pub fn serves(self) -> bool {
        matches!(self, PoolState::Up | PoolState::Disabled)
    }
}

impl Item for StoragePool {
    fn id(&self) -> Uuid {
        self.id
    }
}

impl StoragePool {
    /// In bytes.
    pub fn size(&self) -> u64 {
        self.settings.size.unwrap_or(TIB)
    }

    pub fn url(&self) -> &str {
        self.settings.url.as_deref().unwrap_or_default()
    }

    /// Of a zone, and not of one cluster.
    pub fn is_for_all(&self) -> bool {
        self.site.cluster.is_none()
    }

    pub fn tags(&self) -> &[Arc<str>] {
        self.settings.tags.as_deref().unwrap_or_default()
    }

    /// Whether new volumes may be put there.
    pub fn takes_volumes(&self) -> bool {
        self.state == PoolState::Up
    }
}

/// Secondary storage.
#[derive(Debug, Clone)]
pub struct ImageStore {
    pub id: Uuid,
    pub name: Arc<str>,
    /// `None` for one that serves all zones.
    pub zone: Option<Uuid>,
    pub settings: ImageStoreSettings,
}

impl Item for ImageStore {
    fn id(&self) -> Uuid {
        self.id
    }
}

impl ImageStore {
    pub fn provider(&self) -> &str {
        self.settings.provider.as_deref().unwrap_or("NFS")
    }

    pub fn url(&self) -> &str {
        self.settings.url.as_deref().unwrap_or_default()
    }

    /// In bytes.
    pub fn size(&self) -> u64 {
        self.settings.size.unwrap_or(TIB)
    }

    pub fn is_staging(&self) -> bool {
        self.settings.is_staging.unwrap_or(false)
    }

    pub fn is_read_only(&self) -> bool {
        self.settings.is_read_only.unwrap_or(false)
    }
}
