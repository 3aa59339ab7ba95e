//! Things by id and in the order of their making.

use std::collections::BTreeMap;
use std::ops::RangeBounds;

use rustc_hash::FxHashMap;
use uuid::Uuid;

/// A collection that keeps the order of insertion and finds by id. It knows of what was removed that it was there.
#[derive(Debug, Clone)]
pub struct Store<T> {
    /// Boxed, for the tree leaves near half of its room empty when numbers only grow.
    items: BTreeMap<u64, Box<T>>,
    by_id: FxHashMap<Uuid, u64>,
    next: u64,
}

impl<T> Default for Store<T> {
    fn default() -> Self {
        Self {
            items: BTreeMap::new(),
            by_id: FxHashMap::default(),
            next: 1,
        }
    }
}

impl<T> Store<T> {
    /// The number that the next item will get; counted from 1.
    pub fn next_number(&self) -> u64 {
        self.next
    }

    /// Adds an item, in the place of any that has its id.
    pub fn insert(&mut self, id: Uuid, item: T) {
        self.items.insert(self.next, Box::new(item));
        if let Some(old) = self.by_id.insert(id, self.next) {
            self.items.remove(&old);
        }
        self.next += 1;
    }

    pub fn get(&self, id: Uuid) -> Option<&T> {
        self.items.get(self.by_id.get(&id)?).map(|item| &**item)
    }

    /// The item that got a number.
    pub fn numbered(&self, number: u64) -> Option<&T> {
        self.items.get(&number).map(|item| &**item)
    }

    pub fn get_mut(&mut self, id: Uuid) -> Option<&mut T> {
        self.items
            .get_mut(self.by_id.get(&id)?)
            .map(|item| &mut **item)
    }

    pub fn remove(&mut self, id: Uuid) -> Option<T> {
        self.items.remove(self.by_id.get(&id)?).map(|item| *item)
    }

    /// Removes an item as if it had never been there: for what comes and goes all the time.
    pub fn forget(&mut self, id: Uuid) -> Option<T> {
        self.items
            .remove(&self.by_id.remove(&id)?)
            .map(|item| *item)
    }

    /// Whether an item is there or was.
    pub fn had(&self, id: Uuid) -> bool {
        self.by_id.contains_key(&id)
    }

    /// All items, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.items.values().map(|item| &**item)
    }

    /// The items whose numbers are in a range, oldest first.
    pub fn range(&self, numbers: impl RangeBounds<u64>) -> impl DoubleEndedIterator<Item = &T> {
        self.items.range(numbers).map(|(_, item)| &**item)
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.items.values_mut().map(|item| &mut **item)
    }

    /// The oldest.
    pub fn first(&self) -> Option<&T> {
        self.iter().next()
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}
