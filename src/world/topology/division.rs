//! Zones, pods and clusters.

use std::sync::Arc;

use uuid::Uuid;

use crate::vocabulary::place::{Level, Place, Spot};
use crate::vocabulary::plan::{ClusterSettings, PodSettings, ZoneSettings};
use crate::world::ids;
use crate::world::topology::inventory::{Inventory, Item};

/// A zone, pod or cluster.
#[derive(Debug, Clone)]
pub struct Division<S> {
    pub id: Uuid,
    /// Itself and what it is part of.
    pub place: Arc<Place>,
    pub name: Arc<str>,
    pub settings: S,
}

pub type Zone = Division<ZoneSettings>;
pub type Pod = Division<PodSettings>;
pub type Cluster = Division<ClusterSettings>;

impl<S> Item for Division<S> {
    fn id(&self) -> Uuid {
        self.id
    }
}

impl Zone {
    pub fn is_enabled(&self) -> bool {
        self.settings.is_enabled.unwrap_or(true)
    }
}

impl Pod {
    pub fn is_enabled(&self) -> bool {
        self.settings.is_enabled.unwrap_or(true)
    }
}

impl Cluster {
    pub fn hypervisor(&self) -> &str {
        self.settings.hypervisor()
    }

    pub fn is_enabled(&self) -> bool {
        self.settings.is_enabled.unwrap_or(true)
    }

    /// Whether the cloud looks after its hosts.
    pub fn is_managed(&self) -> bool {
        self.settings.is_managed.unwrap_or(true)
    }
}

impl<S: Default> Inventory<Division<S>> {
    /// The division that the plan has at `path`, which stays its own whatever clients call it. `None` where
    /// a client removed it.
    pub(super) fn plan_division(
        &mut self,
        level: Level,
        path: &str,
        name: &Arc<str>,
        parent: &Place,
    ) -> Option<&mut Division<S>> {
        let number = self.next_number();
        let id = ids::named(level.word(), path);
        self.plan(
            |known| known.id == id,
            || Division {
                id,
                place: Arc::new(place_below(parent, level, name, number)),
                name: name.clone(),
                settings: S::default(),
            },
        )
    }

    /// Adds a division that a client makes.
    pub(super) fn add_division(
        &mut self,
        id: Uuid,
        level: Level,
        name: Arc<str>,
        parent: &Place,
        settings: S,
    ) {
        let place = place_below(parent, level, &name, self.next_number());
        self.add(Division {
            id,
            place: Arc::new(place),
            name,
            settings,
        });
    }
}

pub(super) fn place_below(parent: &Place, level: Level, name: &Arc<str>, number: u64) -> Place {
    let spot = Spot {
        name: name.clone(),
        number: u32::try_from(number).unwrap_or(u32::MAX),
    };
    parent.clone().with(level, spot)
}
