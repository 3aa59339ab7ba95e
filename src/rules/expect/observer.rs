//! Sees every command and takes down what is watched for.

use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;

use super::super::decide::Query;
use super::super::tally::{Seen, Tallies};
use super::retry::{RetryState, Window};
use super::sightings::{Counter, Sighting, WatchKey};
use crate::vocabulary::command::CommandId;
use crate::vocabulary::expectation::{Counted, Expectation, ExpectationSpec, Watch};
use crate::vocabulary::outcome::Decision;
use crate::vocabulary::place::Place;

/// A command that was decided, as far as a journal keeps it.
#[derive(Debug, Clone, Copy)]
pub struct Past<'a> {
    pub sequence: u64,
    pub command: CommandId,
    pub place: &'a Place,
}

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
        let kept = |key: &WatchKey, _: &mut Sighting| self.watches.contains_key(key);
        tallies.sightings.retain(kept);
        for (key, (watch, purpose)) in &self.watches {
            let before = tallies.seen(watch.pattern.commands());
            let begin = || purpose.begin(watch, before);
            tallies.sightings.entry(*key).or_insert_with(begin);
        }
    }

    /// Has counters that began late count what they missed. `past` are the commands that are still known,
    /// in order: of no use unless they are all that there ever were. A watch with a condition cannot make
    /// up for it, as nobody keeps the facts.
    pub fn recall<'p>(&self, tallies: &mut Tallies, past: impl Iterator<Item = Past<'p>> + Clone) {
        let is_whole = past
            .clone()
            .map(|past| past.sequence)
            .eq(1..=tallies.sequence());
        if !is_whole {
            return;
        }
        for (key, (watch, _)) in &self.watches {
            if let Some(Sighting::Count(counter)) = tallies.sightings.get_mut(key)
                && counter.unseen > 0
                && watch.condition.is_none()
            {
                *counter = Counter::exact(recount(watch, past.clone()));
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
        for key in keys.iter().filter(|key| self.sees(key, query)) {
            match tallies.sightings.get_mut(key) {
                Some(Sighting::Count(counter)) => counter.seen.note(sequence),
                Some(Sighting::Retry(state)) => state.note(query, decision, now),
                None => {}
            }
        }
    }

    fn sees(&self, key: &WatchKey, query: &Query<'_>) -> bool {
        self.watches.get(key).is_some_and(|(watch, _)| {
            let condition = watch.condition.as_ref();
            watch.scope.covers(query.place)
                && condition.is_none_or(|condition| condition.holds(query.facts))
        })
    }
}

impl Purpose {
    fn begin(self, watch: &Watch, before: Seen) -> Sighting {
        match self {
            Purpose::Count => Sighting::Count(Counter::begin(watch, before)),
            Purpose::Retry(window) => Sighting::Retry(RetryState::begin(window, before.count)),
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
    let mut concerned = vec![Vec::new(); CommandId::count()];
    for (key, (watch, _)) in watches {
        for command in watch.pattern.commands() {
            concerned[command.index()].push(*key);
        }
    }
    concerned
}

fn recount<'p>(watch: &Watch, past: impl Iterator<Item = Past<'p>>) -> Seen {
    let mut seen = Seen::default();
    past.filter(|past| watch.pattern.covers(past.command) && watch.scope.covers(past.place))
        .for_each(|past| seen.note(past.sequence));
    seen
}
