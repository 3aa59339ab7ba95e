//! What image stores hold.

use crate::world::World;
use crate::world::equipment::ImageStore;
use crate::world::images::image::Image;
use crate::world::volume::{Snapshot, Status};

const GIB: u64 = 1 << 30;

impl World {
    /// In bytes: the templates, ISOs and snapshots in a store. Those of a zone are in its first that is not for
    /// staging.
    pub fn stored_in(&self, store: &ImageStore) -> u64 {
        if !self.is_first_store(store) {
            return 0;
        }
        let zone = store.zone.and_then(|id| self.topology.zone(id));
        let has_image = |image: &Image| {
            let zones = image.template.as_ref().map(|details| &details.zones);
            zones.is_none_or(|zones| {
                zones.is_empty() || store.zone.is_none_or(|own| zones.contains(&own))
            })
        };
        let has_snapshot = |snapshot: &&Snapshot| {
            let zones = snapshot.details.as_ref().map(|details| &details.zones);
            snapshot.status == Status::Available
                && zones.is_some_and(|zones| zone.is_none_or(|zone| zones.contains(&zone.name)))
        };
        let images = self.images.iter().filter(|image| has_image(image));
        let images: u64 = images.filter_map(|image| image.size).sum();
        let snapshots = self.storage.snapshots.iter().filter(has_snapshot);
        images + snapshots.map(|snapshot| snapshot.size * GIB).sum::<u64>()
    }

    fn is_first_store(&self, store: &ImageStore) -> bool {
        let mut stores = self.equipment.image_stores.iter();
        let first = stores.find(|other| !other.is_staging() && other.zone == store.zone);
        first.is_some_and(|first| first.id == store.id)
    }
}
