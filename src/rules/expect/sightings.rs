//! What the watches of one world saw.

use rustc_hash::FxHashMap;

use super::super::key::identity;
use super::super::tally::Seen;
use super::retry::RetryState;
use crate::vocabulary::expectation::Watch;

/// The state of all watches, under keys made of what they watch, so that it outlives a reload.
#[derive(Debug, Clone, Default)]
pub(in crate::rules) struct Sightings {
    pub(super) counters: FxHashMap<WatchKey, Counter>,
    pub(super) retries: FxHashMap<WatchKey, RetryState>,
}

/// Identifies what is watched. Expectations that watch the same share the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct WatchKey(u64);

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
pub(super) struct Counter {
    pub(super) seen: Seen,
    /// How many commands of the right name went by before; some of them may have counted.
    pub(super) unseen: u64,
}

impl Counter {
    pub(super) fn exact(seen: Seen) -> Self {
        Self { seen, unseen: 0 }
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
