//! Things known by an id, and by a name within a domain.

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap};
use uuid::Uuid;

use super::fault::not_found;
use crate::vocabulary::fault::Fault;

/// What a [`Directory`] holds.
pub trait Entry: Clone {
    /// As messages call it: `user`.
    const KIND: &'static str;

    fn id(&self) -> Uuid;
    /// Within which the name is unique; `None` for what is in no domain.
    fn domain(&self) -> Option<Uuid>;
    fn name(&self) -> &Arc<str>;
}

/// Entries in the order in which they were made.
#[derive(Debug, Clone)]
pub struct Directory<T> {
    entries: IndexMap<Uuid, Arc<T>, FxBuildHasher>,
    names: FxHashMap<Option<Uuid>, FxHashMap<Arc<str>, Uuid>>,
}

impl<T> Default for Directory<T> {
    fn default() -> Self {
        Self {
            entries: IndexMap::default(),
            names: FxHashMap::default(),
        }
    }
}

impl<T: Entry> Directory<T> {
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<T>> {
        self.entries.values()
    }

    pub fn get(&self, id: Uuid) -> Option<&Arc<T>> {
        self.entries.get(&id)
    }

    /// The entry of that name in a domain.
    pub fn named(&self, domain: Option<Uuid>, name: &str) -> Option<&Arc<T>> {
        let id = self.names.get(&domain)?.get(name)?;
        self.entries.get(id)
    }

    /// The entry with the id that a client wrote.
    ///
    /// # Errors
    /// [`FaultKind::NotFound`](crate::vocabulary::fault::FaultKind::NotFound) when there is none.
    pub fn find(&self, id: &str) -> Result<&Arc<T>, Fault> {
        super::parse_id(id)
            .and_then(|id| self.get(id))
            .ok_or_else(|| not_found(T::KIND, id))
    }

    /// Adds an entry, or puts another in the place of the one with its id.
    pub fn put(&mut self, entry: T) -> Arc<T> {
        let (id, domain, name) = (entry.id(), entry.domain(), entry.name().clone());
        if let Some(former) = self.entries.get(&id).cloned() {
            self.forget_name(&former);
        }
        let entry = Arc::new(entry);
        self.names.entry(domain).or_default().insert(name, id);
        self.entries.insert(id, entry.clone());
        entry
    }

    pub fn remove(&mut self, id: Uuid) -> Option<Arc<T>> {
        let entry = self.entries.shift_remove(&id)?;
        self.forget_name(&entry);
        Some(entry)
    }

    fn forget_name(&mut self, entry: &T) {
        if let Some(names) = self.names.get_mut(&entry.domain()) {
            names.remove(&**entry.name());
        }
    }
}
