//! What the watches of one world saw.

use rustc_hash::FxHashMap;

use super::super::key::identity;
use super::super::tally::Seen;
use super::retry::RetryState;
use crate::vocabulary::expectation::Watch;
use crate::vocabulary::place::Scope;

/// The state of all watches, under keys made of what they watch, so that it outlives a reload.
pub(in crate::rules) type Sightings = FxHashMap<WatchKey, Sighting>;

/// What one watch saw.
#[derive(Debug, Clone)]
pub(in crate::rules) enum Sighting {
    Count(Counter),
    Retry(RetryState),
}

/// Identifies what is watched. Expectations that watch the same share the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::rules) struct WatchKey(u64);

impl WatchKey {
    pub(super) fn of(watch: &Watch) -> Self {
        Self(identity(&[&watch.to_string()]))
    }

    /// A retry's key also has its bounds, as its state depends on them.
    pub(super) fn of_retry(expectation: &str) -> Self {
        Self(identity(&[expectation]))
    }
}

/// How often something was seen since it is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::rules) struct Counter {
    pub(super) seen: Seen,
    /// How many commands of the right name went by before; some of them may have counted.
    pub(super) unseen: u64,
}

impl Counter {
    pub(super) fn exact(seen: Seen) -> Self {
        Self { seen, unseen: 0 }
    }

    /// A counter that begins now. What went by before is known by the commands' names alone: enough for a
    /// watch that asks for no more.
    pub(super) fn begin(watch: &Watch, before: Seen) -> Self {
        if watch.scope == Scope::everywhere() && watch.condition.is_none() {
            return Self::exact(before);
        }
        Self {
            seen: Seen::default(),
            unseen: before.count,
        }
    }

    /// The least and the most that can have happened.
    pub(super) fn range(&self) -> (u64, u64) {
        (self.seen.count, self.seen.count.saturating_add(self.unseen))
    }

    /// The numbers of the earliest and the latest command that can have been the first one;
    /// [`NEVER`] for none.
    pub(super) fn first(&self) -> (u64, u64) {
        let latest = self.seen.first.unwrap_or(NEVER);
        let earliest = if self.unseen > 0 { 1 } else { latest };
        (earliest, latest)
    }
}

/// The number of a command that did not come.
pub(super) const NEVER: u64 = u64::MAX;
