//! A set of mocks, indexed.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::index::Index;
use super::key::MockKey;
use super::mock::Mock;
use crate::vocabulary::command::CommandId;
use crate::vocabulary::mock::MockSpec;

/// Mocks in the order of their rank, found by key or by the commands they could serve.
///
/// It knows nothing of what was served; that is in [`Tallies`](super::Tallies).
#[derive(Debug, Clone, Default)]
pub struct MockSet {
    ranked: Vec<Arc<Mock>>,
    by_key: FxHashMap<MockKey, Arc<Mock>>,
    index: Index,
    /// How many mocks of the same text, by the key of the first.
    equals: FxHashMap<MockKey, u32>,
    /// How many mocks were ever added.
    positions: u64,
}

impl MockSet {
    pub fn new() -> Self {
        Self::default()
    }

    /// The mocks of files, in the order in which they are written.
    pub fn from_specs(specs: Vec<MockSpec>) -> Self {
        let mut set = Self::new();
        let mut mocks: Vec<Arc<Mock>> = specs.into_iter().map(|spec| set.admit(spec)).collect();
        // In rank order each one goes to the end of its list, which costs nothing.
        mocks.sort_by_key(|mock| mock.rank);
        for mock in mocks {
            set.place(mock);
        }
        set
    }

    /// Adds a mock.
    pub fn insert(&mut self, spec: MockSpec) -> MockKey {
        let mock = self.admit(spec);
        let key = mock.key;
        self.place(mock);
        key
    }

    /// Takes a mock out; what is known of its use stays in the tallies.
    pub fn remove(&mut self, key: MockKey) -> Option<Arc<Mock>> {
        let mock = self.by_key.remove(&key)?;
        self.index.remove(&mock);
        if let Ok(position) = self
            .ranked
            .binary_search_by_key(&mock.rank, |mock| mock.rank)
        {
            self.ranked.remove(position);
        }
        self.forget_equal(&mock);
        Some(mock)
    }

    /// Whether a mock is about just this command, not about all of a service.
    pub fn names(&self, command: CommandId) -> bool {
        self.index.names(command)
    }

    pub fn clear(&mut self) {
        *self = Self::new();
    }

    pub fn get(&self, key: MockKey) -> Option<&Arc<Mock>> {
        self.by_key.get(&key)
    }

    /// The first of the mocks that have the same text and the same maker.
    pub fn twin(&self, spec: &MockSpec) -> Option<MockKey> {
        let key = MockKey::of(spec);
        self.by_key.contains_key(&key).then_some(key)
    }

    /// All mocks, the one asked first at the front.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Mock>> {
        self.ranked.iter()
    }

    pub fn len(&self) -> usize {
        self.ranked.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ranked.is_empty()
    }

    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    /// Gives a mock its key and its rank.
    fn admit(&mut self, spec: MockSpec) -> Arc<Mock> {
        let first = MockKey::of(&spec);
        let equals = self.equals.entry(first).or_default();
        let key = first.nth(*equals);
        *equals += 1;
        self.positions += 1;
        Arc::new(Mock::new(spec, key, self.positions))
    }

    fn place(&mut self, mock: Arc<Mock>) {
        self.index.insert(&mock);
        let position = self.ranked.partition_point(|other| other.rank < mock.rank);
        self.ranked.insert(position, Arc::clone(&mock));
        self.by_key.insert(mock.key, mock);
    }

    /// Frees the ordinal of the last of several equal mocks; one from the middle stays taken, so that no
    /// other mock takes over its key.
    fn forget_equal(&mut self, mock: &Mock) {
        let first = MockKey::of(&mock.spec);
        if let Some(equals) = self.equals.get_mut(&first)
            && mock.key == first.nth(*equals - 1)
        {
            *equals -= 1;
            if *equals == 0 {
                self.equals.remove(&first);
            }
        }
    }
}
