//! Why each mock does or does not serve a command.

use rustc_hash::FxHashMap;

use super::decide::{Query, Recorder, choose};
use super::key::MockKey;
use super::mock::Mock;
use super::set::MockSet;
use super::tally::Tallies;

/// What a mock is to a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It decides the command.
    Serves,
    /// It speaks of other commands.
    PatternDiffers,
    /// It speaks of other places.
    OutOfScope,
    /// Its `where` does not hold.
    ConditionFails,
    /// It would hold, but has served all that it may.
    Spent,
    /// It would serve, but lets this one pass for its `skip`.
    Skipped,
    /// It would serve, but its `chance` went against it.
    ChancePassed,
    /// It would hold, but another comes before it.
    Outranked,
}

impl Verdict {
    /// What to tell a user.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Serves => "serves",
            Verdict::PatternDiffers => "is of another command",
            Verdict::OutOfScope => "is of another place",
            Verdict::ConditionFails => "its condition does not hold",
            Verdict::Spent => "is spent",
            Verdict::Skipped => "skips this one",
            Verdict::ChancePassed => "lets this one pass by chance",
            Verdict::Outranked => "another comes before it",
        }
    }
}

/// Tells for every mock, in rank order, what the next [`decide`](super::decide) with these arguments finds.
/// Nothing is counted.
pub fn explain(
    sets: &[&MockSet],
    tallies: &Tallies,
    seed: u64,
    query: &Query<'_>,
) -> Vec<(MockKey, Verdict)> {
    let mut record = Record::default();
    choose(sets, &mut tallies.clone(), seed, query, &mut record);
    let mut mocks: Vec<&Mock> = sets
        .iter()
        .flat_map(|set| set.iter())
        .map(AsRef::as_ref)
        .collect();
    mocks.sort_by_key(|mock| mock.rank);
    let verdict = |mock: &Mock| match record.0.get(&mock.key) {
        Some(verdict) => *verdict,
        None => unasked(mock, tallies, query),
    };
    mocks
        .into_iter()
        .map(|mock| (mock.key, verdict(mock)))
        .collect()
}

#[derive(Default)]
struct Record(FxHashMap<MockKey, Verdict>);

impl Recorder for Record {
    fn record(&mut self, mock: MockKey, verdict: Verdict) {
        self.0.insert(mock, verdict);
    }
}

/// The verdict on a mock that the choice never came to.
fn unasked(mock: &Mock, tallies: &Tallies, query: &Query<'_>) -> Verdict {
    match mock.matches(query) {
        Err(verdict) => verdict,
        Ok(()) if tallies.is_spent(mock) => Verdict::Spent,
        Ok(()) => Verdict::Outranked,
    }
}
