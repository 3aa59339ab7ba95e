//! Finds the mocks that could serve a command without looking at the others.
//!
//! Mocks that ask the same questions (the name of the host; the name of the server and the tenant) are of one
//! shape. The answers that a mock demands make a hash, and under that hash it stands in the table of its
//! shape. A command answers each shape's questions once and so finds the few mocks that demand just these
//! answers. The cost is one look-up per shape, however many mocks there are: the tuple space search of
//! Srinivasan, Suri and Varghese (1999), which software switches classify packets with. Mocks that demand
//! nothing that can be looked up are of the shape without questions.

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{Arc, LazyLock};

use rustc_hash::{FxBuildHasher, FxHashMap, FxHasher};

use super::decide::Query;
use super::mock::Mock;
use super::term::{Demand, Term, demands};
use crate::vocabulary::command::{CommandId, services};
use crate::vocabulary::mock::{MockSpec, Pattern};

/// The shapes, by the pattern of the mocks.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    slots: Vec<Vec<Shape>>,
}

/// The mocks that ask the same questions, by the answers they demand.
#[derive(Debug, Clone)]
struct Shape {
    terms: Vec<Term>,
    lists: FxHashMap<u64, List>,
}

/// Mocks that demand the same answers, in the order of their rank.
#[derive(Debug, Clone, Default)]
pub(super) struct List {
    pub(super) mocks: Vec<Arc<Mock>>,
    /// Tells this content, in this order, from any other.
    pub(super) digest: u64,
}

impl Index {
    pub(super) fn insert(&mut self, mock: &Arc<Mock>) {
        if self.slots.is_empty() {
            self.slots.resize_with(slot_of(Pattern::All) + 1, Vec::new);
        }
        let Address { slot, terms, keys } = Address::of(&mock.spec);
        let shapes = &mut self.slots[slot];
        let position = shapes.iter().position(|shape| shape.terms == terms);
        let position = position.unwrap_or_else(|| {
            let lists = FxHashMap::default();
            shapes.push(Shape { terms, lists });
            shapes.len() - 1
        });
        for key in keys {
            shapes[position].lists.entry(key).or_default().insert(mock);
        }
    }

    pub(super) fn remove(&mut self, mock: &Mock) {
        let Address { slot, terms, keys } = Address::of(&mock.spec);
        let shapes = &mut self.slots[slot];
        if let Some(shape) = shapes.iter_mut().find(|shape| shape.terms == terms) {
            for key in keys {
                shape.remove(key, mock);
            }
        }
        shapes.retain(|shape| !shape.lists.is_empty());
    }

    /// Whether a mock is about just this command.
    pub(super) fn names(&self, command: CommandId) -> bool {
        let shapes = self.slots.get(command.index());
        shapes.is_some_and(|shapes| !shapes.is_empty())
    }

    /// The lists in which all mocks are that could serve the command. No mock is in two of them.
    pub(super) fn lists<'a>(&'a self, query: &'a Query<'_>) -> impl Iterator<Item = &'a List> {
        // What goes on all the time is only for those who name it.
        let reach = match query.command.spec().is_routine {
            true => 1,
            false => usize::MAX,
        };
        slots_of(query.command)
            .into_iter()
            .take(reach)
            .filter_map(|slot| self.slots.get(slot))
            .flatten()
            .filter_map(|shape| shape.find(query))
    }
}

impl Shape {
    fn find(&self, query: &Query<'_>) -> Option<&List> {
        let answers = self.terms.iter().map(|term| term.read(query));
        let key = answers
            .into_iter()
            .try_fold(0, |key, answer| Some(combine(key, answer?)))?;
        self.lists.get(&key)
    }

    fn remove(&mut self, key: u64, mock: &Mock) {
        if let Some(list) = self.lists.get_mut(&key) {
            list.remove(mock);
            if list.mocks.is_empty() {
                self.lists.remove(&key);
            }
        }
    }
}

impl List {
    fn insert(&mut self, mock: &Arc<Mock>) {
        let position = self.mocks.partition_point(|other| other.rank < mock.rank);
        self.mocks.insert(position, Arc::clone(mock));
        self.digest = self.digest.wrapping_add(Self::share(mock));
    }

    fn remove(&mut self, mock: &Mock) {
        if let Ok(position) = self
            .mocks
            .binary_search_by_key(&mock.rank, |mock| mock.rank)
        {
            self.mocks.remove(position);
            self.digest = self.digest.wrapping_sub(Self::share(mock));
        }
    }

    /// What a mock adds to the digest. The rank says where in the list it stands.
    fn share(mock: &Mock) -> u64 {
        FxBuildHasher.hash_one((mock.key, mock.rank))
    }
}

/// Where in the index a mock stands.
struct Address {
    slot: usize,
    terms: Vec<Term>,
    keys: Vec<u64>,
}

impl Address {
    fn of(spec: &MockSpec) -> Self {
        let demands = demands(spec);
        Self {
            slot: slot_of(spec.pattern),
            keys: keys(&demands),
            terms: demands.into_iter().map(|demand| demand.term).collect(),
        }
    }
}

/// The hash of every combination of demanded values.
fn keys(demands: &[Demand]) -> Vec<u64> {
    let mut keys = demands.iter().fold(vec![0], |keys, demand| {
        let pairs = keys
            .iter()
            .flat_map(|key| demand.values.iter().map(move |value| (*key, *value)));
        pairs.map(|(key, value)| combine(key, value)).collect()
    });
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn combine(key: u64, value: u64) -> u64 {
    let mut hasher = FxHasher::default();
    (key, value).hash(&mut hasher);
    hasher.finish()
}

/// Commands come first, then services, then all.
fn slot_of(pattern: Pattern) -> usize {
    match pattern {
        Pattern::Command(command) => command.index(),
        Pattern::Service(name) => service_slot(name),
        Pattern::All => CommandId::count() + SERVICES.len(),
    }
}

/// The slots of all patterns that cover a command.
fn slots_of(command: CommandId) -> [usize; 3] {
    [
        command.index(),
        SERVICE_SLOTS[command.index()],
        slot_of(Pattern::All),
    ]
}

fn service_slot(name: &str) -> usize {
    let position = SERVICES.iter().position(|service| *service == name);
    CommandId::count() + position.unwrap_or(SERVICES.len())
}

static SERVICES: LazyLock<Vec<&'static str>> = LazyLock::new(|| services().collect());

static SERVICE_SLOTS: LazyLock<Vec<usize>> = LazyLock::new(|| {
    CommandId::all()
        .map(|command| service_slot(command.spec().service))
        .collect()
});
