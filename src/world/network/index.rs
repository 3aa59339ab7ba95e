//! Things found by what they belong to.

use rustc_hash::FxHashMap;
use uuid::Uuid;

/// What belongs to each owner, in the order of its coming.
#[derive(Debug, Clone, Default)]
pub(super) struct Index(FxHashMap<Uuid, Vec<Uuid>>);

impl Index {
    pub(super) fn of(&self, owner: Uuid) -> &[Uuid] {
        self.0.get(&owner).map_or(&[], Vec::as_slice)
    }

    pub(super) fn add(&mut self, owner: Uuid, item: Uuid) {
        // Most have one: room for four would be wasted.
        let items = self.0.entry(owner).or_insert_with(|| Vec::with_capacity(1));
        items.push(item);
    }

    pub(super) fn remove(&mut self, owner: Uuid, item: Uuid) {
        if let Some(items) = self.0.get_mut(&owner) {
            items.retain(|known| *known != item);
            if items.is_empty() {
                self.0.remove(&owner);
            }
        }
    }
}
