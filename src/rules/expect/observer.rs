//! Sees every command and takes down what is watched for.

use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;

use super::super::decide::Query;
use super::super::tally::{Seen, Tallies};
use super::retry::{RetryState, Window};
use super::sightings::{Counter, WatchKey};
use crate::vocabulary::command::CommandId;
use crate::vocabulary::expectation::{Counted, Expectation, ExpectationSpec, Watch};
use crate::vocabulary::outcome::Decision;
use crate::vocabulary::place::Scope;

/// The expectations of a program and what they have to watch.
///
/// It holds no counts; those are in the [`Tallies`] of a world. [`Observer::begin`] ties the two together.
#[derive(Debug, Clone, Default)]
pub struct Observer {
    pub(super) expectations: Vec<ExpectationSpec>,
    watches: FxHashMap<WatchKey, (Watch, Purpose)>,
    /// Which watches a command concerns, by its index; empty where nothing is watched.
    by_command: Vec<Vec<WatchKey>>,
}

/// What a watch is for.
#[derive(Debug, Clone, Copy)]
enum Purpose {
    Count,
    Retry(Window),
}

impl Observer {
    pub fn new(expectations: Vec<ExpectationSpec>) -> Self {
        let watches: FxHashMap<_, _> = expectations.iter().flat_map(watches).collect();
        Self {
            by_command: by_command(&watches),
            watches,
            expectations,
        }
    }

    /// Starts what is newly watched and ends what no longer is; to be called for a new world and after each
    /// reload. A watch that goes on keeps what it saw.
    pub fn begin(&self, tallies: &mut Tallies) {
        let sightings = &mut tallies.sightings;
        sightings
            .counters
            .retain(|key, _| self.watches.contains_key(key));
        sightings
            .retries
            .retain(|key, _| self.watches.contains_key(key));
        for (key, (watch, purpose)) in &self.watches {
            let before = tallies.seen(covered(watch));
            match purpose {
                Purpose::Count => {
                    let counters = &mut tallies.sightings.counters;
                    counters
                        .entry(*key)
                        .or_insert_with(|| counter(watch, before));
                }
                Purpose::Retry(_) => {
                    let retries = &mut tallies.sightings.retries;
                    retries
                        .entry(*key)
                        .or_insert_with(|| RetryState::new(before.count));
                }
            }
        }
    }

    /// Takes down a command, right after its decision.
    pub fn observe(
        &self,
        tallies: &mut Tallies,
        query: &Query<'_>,
        decision: &Decision,
        now: DateTime<Utc>,
    ) {
        let Some(keys) = self.by_command.get(query.command.index()) else {
            return;
        };
        let sequence = tallies.sequence();
        for key in keys {
            let Some((watch, purpose)) = self.watches.get(key) else {
                continue;
            };
            if !sees(watch, query) {
                continue;
            }
            let sightings = &mut tallies.sightings;
            match purpose {
                Purpose::Count => {
                    if let Some(counter) = sightings.counters.get_mut(key) {
                        counter.seen.note(sequence);
                    }
                }
                Purpose::Retry(window) => {
                    if let Some(state) = sightings.retries.get_mut(key) {
                        state.note(*window, query, decision, now);
                    }
                }
            }
        }
    }
}

/// What an expectation has to watch. The uses of a mock are counted anyway.
fn watches(spec: &ExpectationSpec) -> Vec<(WatchKey, (Watch, Purpose))> {
    let counted = |counted: &Counted| match counted {
        Counted::Label(_) => None,
        Counted::Commands(watch) => Some((WatchKey::of(watch), (watch.clone(), Purpose::Count))),
    };
    match &spec.expectation {
        Expectation::Count(what, _) => counted(what).into_iter().collect(),
        Expectation::Order(first, then) => [first, then].into_iter().filter_map(counted).collect(),
        Expectation::Retry(watch, low, high) => {
            let key = WatchKey::of_retry(&spec.expectation.to_string());
            let window = Window::new(*low, *high);
            vec![(key, (watch.clone(), Purpose::Retry(window)))]
        }
        Expectation::NothingLeft => Vec::new(),
    }
}

fn by_command(watches: &FxHashMap<WatchKey, (Watch, Purpose)>) -> Vec<Vec<WatchKey>> {
    if watches.is_empty() {
        return Vec::new();
    }
    let concern = |command| {
        let concerned = watches
            .iter()
            .filter(move |(_, (watch, _))| watch.pattern.covers(command));
        concerned.map(|(key, _)| *key).collect()
    };
    CommandId::all().map(concern).collect()
}

fn sees(watch: &Watch, query: &Query<'_>) -> bool {
    let condition = watch.condition.as_ref();
    watch.pattern.covers(query.command)
        && watch.scope.covers(query.place)
        && condition.is_none_or(|condition| condition.holds(query.facts))
}

fn covered(watch: &Watch) -> impl Iterator<Item = CommandId> {
    CommandId::all().filter(|command| watch.pattern.covers(*command))
}

/// A counter that begins now. What went by before is known by the commands' names alone: enough for a watch
/// that asks for no more.
fn counter(watch: &Watch, before: Seen) -> Counter {
    if watch.scope == Scope::everywhere() && watch.condition.is_none() {
        return Counter::exact(before);
    }
    Counter {
        seen: Seen::default(),
        unseen: before.count,
    }
}
