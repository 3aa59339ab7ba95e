//! Volume types, and the qualities of service that they promise.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::Pairs;
use crate::world::World;
use crate::world::ids::named;
use crate::world::start::blueprint::VolumeTypePlan;

/// The extra specification that lets several servers have a volume at once.
const MULTIATTACH: &str = "multiattach";

/// A volume type; in CloudStack a disk offering.
#[derive(Debug, Clone)]
pub struct VolumeType {
    pub id: Uuid,
    pub name: Arc<str>,
    pub description: Option<Arc<str>>,
    pub is_public: bool,
    pub extra_specs: Pairs,
    /// The projects that may use it, where it is not for all; their ids as clients write them.
    pub access: Vec<Arc<str>>,
    pub encryption: Option<Encryption>,
    pub qos: Option<Uuid>,
    pub created: DateTime<Utc>,
    pub updated: Option<DateTime<Utc>>,
}

/// How the volumes of a type are encrypted.
#[derive(Debug, Clone)]
pub struct Encryption {
    pub id: Uuid,
    pub provider: Arc<str>,
    pub control_location: Arc<str>,
    pub cipher: Option<Arc<str>>,
    /// In bits.
    pub key_size: Option<u64>,
    pub created: DateTime<Utc>,
}

/// A set of promises that types can refer to.
#[derive(Debug, Clone)]
pub struct Qos {
    pub id: Uuid,
    pub name: Arc<str>,
    /// `back-end`, `front-end` or `both`.
    pub consumer: Arc<str>,
    pub specs: Vec<(Arc<str>, Value)>,
}

impl World {
    /// Changes a type. Its volumes follow: they have it as it is, not as it was.
    pub fn change_volume_type(&mut self, id: Uuid, change: impl FnOnce(&mut VolumeType)) {
        let now = self.now;
        let Some(kind) = self.storage.types.get_mut(id) else {
            return;
        };
        let changed = Arc::make_mut(kind);
        change(changed);
        changed.updated = Some(now);
        let kind = kind.clone();
        self.storage.volumes.for_each_mut(|volume| {
            if volume.kind.id == id {
                volume.kind = kind.clone();
            }
        });
    }
}

impl VolumeType {
    /// The type of volumes that ask for none, under the name that Cinder gives it.
    pub fn usual(now: DateTime<Utc>) -> Self {
        let name = "__DEFAULT__";
        Self {
            description: Some("Default Volume Type".into()),
            ..Self::new(named("volume-type", name), name, now)
        }
    }

    /// A type of the configuration.
    pub fn planned(plan: &VolumeTypePlan, now: DateTime<Utc>) -> Self {
        let mut kind = Self::new(named("volume-type", &plan.name), &plan.name, now);
        if plan.multiattach {
            let spec = (MULTIATTACH.into(), "<is> True".into());
            kind.extra_specs.push(spec);
        }
        kind
    }

    pub fn new(id: Uuid, name: &str, now: DateTime<Utc>) -> Self {
        Self {
            id,
            name: name.into(),
            description: None,
            is_public: true,
            extra_specs: Vec::new(),
            access: Vec::new(),
            encryption: None,
            qos: None,
            created: now,
            updated: None,
        }
    }

    pub fn extra_spec(&self, key: &str) -> Option<&Arc<str>> {
        let found = self.extra_specs.iter().find(|(name, _)| **name == *key);
        found.map(|(_, value)| value)
    }

    /// Whether several servers may have a volume of it at once.
    pub fn is_multiattach(&self) -> bool {
        let said = self.extra_spec(MULTIATTACH);
        said.is_some_and(|said| said.eq_ignore_ascii_case("<is> True"))
    }
}
