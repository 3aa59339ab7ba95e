//! Service offerings: what CloudStack says of a flavor beyond what Nova says of it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::world::World;
use crate::world::offerings::flavor::Flavor;
use crate::world::offerings::offer::Offer;

/// In MHz, of the processors of machines whose offering does not say.
const USUAL_SPEED: u32 = 2000;

/// What a service offering has that a flavor has no field for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Offering {
    pub display_text: Arc<str>,
    /// Of each processor, in MHz.
    pub cpu_speed: Option<u32>,
    /// The hosts that fit have all of these.
    pub host_tags: Vec<Arc<str>>,
    /// The kind of system machines that it is for, where it is for those.
    pub system_kind: Option<Arc<str>>,
    pub offer: Offer,
    pub created: DateTime<Utc>,
}

impl Flavor {
    /// Of each processor, in MHz.
    pub fn cpu_speed(&self) -> u32 {
        let offering = self.offering.as_ref();
        offering
            .and_then(|offering| offering.cpu_speed)
            .unwrap_or(USUAL_SPEED)
    }

    /// What the hosts that fit have.
    pub fn host_tags(&self) -> &[Arc<str>] {
        let offering = self.offering.as_ref();
        offering.map_or(&[], |offering| &offering.host_tags)
    }
}

impl Flavor {
    /// What the storage pools that fit have.
    pub fn storage_tags(&self) -> Vec<&str> {
        let remarks = self
            .offering
            .as_ref()
            .map(|offering| &offering.offer.remarks);
        let tags = remarks.and_then(|remarks| remarks.get("storagetags")?.as_str());
        let tags = tags.unwrap_or_default().split(',').map(str::trim);
        tags.filter(|tag| !tag.is_empty()).collect()
    }
}

impl World {
    /// The flavor that CloudStack knows by this id.
    pub fn service_offering(&self, id: Uuid) -> Option<&Arc<Flavor>> {
        self.flavors.iter().find(|flavor| flavor.uuid == id)
    }

    /// The same, to be changed. Machines keep what they were made of.
    pub fn service_offering_mut(&mut self, id: Uuid) -> Option<&mut Flavor> {
        let mut flavors = self.flavors.iter_mut();
        let flavor = flavors.find(|flavor| flavor.uuid == id)?;
        Some(Arc::make_mut(flavor))
    }
}
