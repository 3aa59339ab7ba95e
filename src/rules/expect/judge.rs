//! Judges expectations by what was counted.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::super::mock::Mock;
use super::super::set::MockSet;
use super::super::tally::{Seen, Tallies};
use super::observer::Observer;
use super::retry::RetryState;
use super::sightings::{Counter, NEVER, Sighting, WatchKey};
use crate::vocabulary::expectation::{Bound, Counted, Expectation, ExpectationSpec};
use crate::vocabulary::mock::Origin;

/// What became of an expectation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The expectation, as the language writes it.
    pub text: String,
    pub verdict: Verdict,
    /// What the verdict rests on, in words.
    pub evidence: String,
    pub scenario: Option<Arc<str>>,
    pub origin: Origin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    Pass,
    Fail,
    /// It cannot be known: too much went by unwatched, or there is still time.
    Unknown,
}

/// What a judgement is made from.
struct Court<'a> {
    tallies: &'a Tallies,
    sets: &'a [&'a MockSet],
    now: DateTime<Utc>,
    left: &'a [String],
}

type Finding = (Verdict, String);

impl Observer {
    /// Judges every expectation as of `now`, as if this were the end. `left` names what clients made and did
    /// not remove.
    pub fn evaluate(
        &self,
        tallies: &Tallies,
        sets: &[&MockSet],
        now: DateTime<Utc>,
        left: &[String],
    ) -> Vec<Judgement> {
        let court = Court {
            tallies,
            sets,
            now,
            left,
        };
        self.expectations
            .iter()
            .map(|spec| court.judge(spec))
            .collect()
    }
}

impl Court<'_> {
    fn judge(&self, spec: &ExpectationSpec) -> Judgement {
        let (verdict, evidence) = match &spec.expectation {
            Expectation::Count(what, bound) => self.judge_count(spec, what, *bound),
            Expectation::Order(first, then) => self.judge_order(spec, first, then),
            Expectation::Retry(..) => self.judge_retry(spec),
            Expectation::NothingLeft => self.judge_left(),
        };
        Judgement {
            text: spec.expectation.to_string(),
            verdict,
            evidence,
            scenario: spec.scenario.clone(),
            origin: spec.origin.clone(),
        }
    }

    fn judge_count(&self, spec: &ExpectationSpec, what: &Counted, bound: Bound) -> Finding {
        let Some(counter) = self.counter(spec, what) else {
            return uncounted(what);
        };
        (bound_verdict(bound, counter.range()), counter.evidence())
    }

    fn judge_order(&self, spec: &ExpectationSpec, first: &Counted, then: &Counted) -> Finding {
        let Some(a) = self.counter(spec, first) else {
            return uncounted(first);
        };
        let Some(b) = self.counter(spec, then) else {
            return uncounted(then);
        };
        let evidence = format!("{first}: {}; {then}: {}", a.evidence(), b.evidence());
        (order_verdict(a.first(), b.first()), evidence)
    }

    fn judge_retry(&self, spec: &ExpectationSpec) -> Finding {
        let key = WatchKey::of_retry(&spec.expectation.to_string());
        match self.tallies.sightings.get(&key) {
            Some(Sighting::Retry(state)) => state.finding(self.now),
            Some(Sighting::Count(_)) | None => (Verdict::Unknown, "it is not watched".to_owned()),
        }
    }

    fn judge_left(&self) -> Finding {
        if self.left.is_empty() {
            return (Verdict::Pass, "nothing is left".to_owned());
        }
        (Verdict::Fail, format!("left: {}", self.left.join(", ")))
    }

    /// `None` where nothing is known of it.
    fn counter(&self, spec: &ExpectationSpec, what: &Counted) -> Option<Counter> {
        match what {
            Counted::Label(label) => self.uses(spec, label),
            Counted::Commands(watch) => match self.tallies.sightings.get(&WatchKey::of(watch)) {
                Some(Sighting::Count(counter)) => Some(*counter),
                Some(Sighting::Retry(_)) | None => None,
            },
        }
    }

    /// The uses of the mocks with the label, those closest to the expectation if several have it.
    fn uses(&self, spec: &ExpectationSpec, label: &str) -> Option<Counter> {
        let mocks = || {
            let mocks = self.sets.iter().flat_map(|set| set.iter());
            mocks.filter(|mock| mock.spec.label.as_deref() == Some(label))
        };
        let closest = mocks().map(|mock| closeness(spec, mock)).max()?;
        let meant = mocks().filter(|mock| closeness(spec, mock) == closest);
        let seen = meant.fold(Seen::default(), |sum, mock| sum.with(&self.seen(mock)));
        Some(Counter::exact(seen))
    }

    fn seen(&self, mock: &Mock) -> Seen {
        let tally = self.tallies.get(mock.key);
        tally.map_or_else(Seen::default, |tally| Seen {
            count: tally.served,
            first: tally.first,
            last: tally.last.map(|last| last.sequence),
        })
    }
}

/// How near a mock is to an expectation that names its label: of the same scenario, of the same file, of
/// none, of another.
fn closeness(spec: &ExpectationSpec, mock: &Mock) -> u8 {
    if spec.scenario.is_some() && spec.scenario == mock.spec.scenario {
        return 3;
    }
    match (&spec.origin, &mock.spec.origin, &mock.spec.scenario) {
        (Origin::File { path, .. }, Origin::File { path: other, .. }, None) if path == other => 2,
        (_, _, None) => 1,
        (_, _, Some(_)) => 0,
    }
}

fn uncounted(what: &Counted) -> Finding {
    let why = match what {
        Counted::Label(label) => format!("no live mock is labelled {label}"),
        Counted::Commands(watch) => format!("{watch} is not watched"),
    };
    (Verdict::Unknown, why)
}

/// Certain only if the bound holds for every count that is possible, or for none.
fn bound_verdict(bound: Bound, (least, most): (u64, u64)) -> Verdict {
    let (low, high) = match bound {
        Bound::Exactly(n) => (n, n),
        Bound::AtLeast(n) => (n, u64::MAX),
        Bound::AtMost(n) => (0, n),
    };
    if low <= least && most <= high {
        Verdict::Pass
    } else if most < low || least > high {
        Verdict::Fail
    } else {
        Verdict::Unknown
    }
}

/// Each argument is the earliest and the latest that the first one can have been.
fn order_verdict(first: (u64, u64), then: (u64, u64)) -> Verdict {
    let never = first.0 == NEVER || then.0 == NEVER;
    if never || first.0 >= then.1 {
        Verdict::Fail
    } else if first.1 < then.0 && then.1 != NEVER {
        Verdict::Pass
    } else {
        Verdict::Unknown
    }
}

impl Counter {
    fn evidence(&self) -> String {
        let seen = self.seen.evidence();
        match self.unseen {
            0 => seen,
            unseen => format!("{seen}, after {unseen} that were not watched"),
        }
    }
}

impl Seen {
    fn evidence(&self) -> String {
        match (self.count, self.first, self.last) {
            (1, Some(first), _) => format!("1, command {first}"),
            (count, Some(first), Some(last)) => format!("{count}, commands {first} to {last}"),
            (count, _, _) => count.to_string(),
        }
    }
}

impl RetryState {
    fn finding(&self, now: DateTime<Utc>) -> Finding {
        if let Some(untimely) = &self.first_untimely {
            let evidence = format!("{untimely} ({} such)", self.untimely);
            (Verdict::Fail, evidence)
        } else if let Some(failure) = self.open.values().min_by_key(|failure| failure.told) {
            if self.window.is_over(failure.told, now) {
                (Verdict::Fail, format!("{} was not tried again", failure.of))
            } else {
                (
                    Verdict::Unknown,
                    format!("{} may still be tried again", failure.of),
                )
            }
        } else if self.unseen > 0 {
            let evidence = format!("{} commands went by before it was watched", self.unseen);
            (Verdict::Unknown, evidence)
        } else if self.failures == 0 {
            // A test in which nothing failed has not shown that anything is retried.
            let evidence = "nothing went wrong, so nothing was tried again".to_owned();
            (Verdict::Fail, evidence)
        } else {
            (
                Verdict::Pass,
                format!("{} went wrong, each was tried again in time", self.failures),
            )
        }
    }
}
