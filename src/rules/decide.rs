//! The decision: one atomic act, made when a command arrives.

use chrono::{DateTime, Utc};

use super::answer::outcome;
use super::candidates::Candidates;
use super::delay::draw;
use super::explain::Verdict;
use super::key::MockKey;
use super::mock::Mock;
use super::set::MockSet;
use super::tally::Tallies;
use crate::vocabulary::command::CommandId;
use crate::vocabulary::fact::Facts;
use crate::vocabulary::outcome::Decision;
use crate::vocabulary::place::Place;

/// A command that waits for its decision.
#[derive(Clone, Copy)]
pub struct Query<'a> {
    pub command: CommandId,
    pub place: &'a Place,
    pub facts: &'a dyn Facts,
}

/// Decides a command and counts the use of the mock that serves it.
///
/// The sets are one set in rank: mocks made by requests and those of files need not be put together. The
/// same arguments give the same decision. Whoever shares the tallies holds their lock for the whole call,
/// and waits out the delay after it.
pub fn decide(
    sets: &[&MockSet],
    tallies: &mut Tallies,
    seed: u64,
    now: DateTime<Utc>,
    query: &Query<'_>,
) -> Decision {
    tallies.count_command(query.command);
    choose(sets, tallies, seed, query, &mut Unrecorded)
        .and_then(|mock| serve(mock, tallies, seed, now, query))
        .unwrap_or_else(Decision::success)
}

/// Hears what is found of each mock that is asked.
pub(super) trait Recorder {
    fn record(&mut self, mock: MockKey, verdict: Verdict);
}

struct Unrecorded;

impl Recorder for Unrecorded {
    fn record(&mut self, _: MockKey, _: Verdict) {}
}

/// The mock that serves. Those before it that match are asked, and so their `skip` and `chance` move on.
pub(super) fn choose<'a>(
    sets: &[&'a MockSet],
    tallies: &mut Tallies,
    seed: u64,
    query: &'a Query<'_>,
    recorder: &mut impl Recorder,
) -> Option<&'a Mock> {
    for candidate in Candidates::gather(sets, tallies, query) {
        let mock: &Mock = candidate.mock;
        if tallies.is_spent(mock) {
            tallies.note_spent(candidate.list, candidate.position);
            continue;
        }
        let found = mock.matches(query).and_then(|()| tallies.ask(mock, seed));
        recorder.record(mock.key, found.err().unwrap_or(Verdict::Serves));
        if found.is_ok() {
            return Some(mock);
        }
    }
    None
}

fn serve(
    mock: &Mock,
    tallies: &mut Tallies,
    seed: u64,
    now: DateTime<Utc>,
    query: &Query<'_>,
) -> Option<Decision> {
    let (step, stream) = tallies.claim(mock, seed, now, query.command)?;
    Some(Decision {
        outcome: outcome(&step.response, query.facts),
        delay: step
            .delay
            .as_ref()
            .map(|delay| draw(delay, stream))
            .unwrap_or_default(),
        applied: step.is_applied(),
        served_by: Some(mock.name.clone()),
        leads: step.leads.clone(),
    })
}
