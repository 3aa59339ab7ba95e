//! Watches whether what went wrong is tried again in time.

use std::hash::{Hash, Hasher};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rustc_hash::{FxHashMap, FxHasher};

use super::super::decide::Query;
use crate::vocabulary::command::CommandId;
use crate::vocabulary::fact::{FactPath, Subject};
use crate::vocabulary::outcome::Decision;
use crate::vocabulary::quantity::Span;

/// How long after a failure the next try may come, both ends included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    low: TimeDelta,
    high: TimeDelta,
}

impl Window {
    pub(super) fn new(low: Duration, high: Duration) -> Self {
        Self {
            low: delta(low),
            high: delta(high),
        }
    }

    pub(super) fn is_over(self, failed: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        now - failed > self.high
    }
}

/// What one retry expectation saw.
#[derive(Debug, Clone)]
pub(in crate::rules) struct RetryState {
    pub(super) window: Window,
    /// How many commands of the right name went by before it was watched.
    pub(super) unseen: u64,
    /// How many went wrong.
    pub(super) failures: u64,
    /// How many came too early or too late after one that went wrong.
    pub(super) untimely: u64,
    /// The first of those, in words.
    pub(super) first_untimely: Option<String>,
    /// What went wrong last and was not tried again, by operation.
    pub(super) open: FxHashMap<Operation, Failure>,
}

/// What makes a command another try of the same operation: the command, who asks, and what it acts on. By
/// hash, as there may be very many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Operation(u64);

#[derive(Debug, Clone)]
pub(super) struct Failure {
    /// When the client was told: only then it can try again.
    pub(super) told: DateTime<Utc>,
    pub(super) of: String,
}

impl RetryState {
    pub(super) fn begin(window: Window, unseen: u64) -> Self {
        Self {
            window,
            unseen,
            failures: 0,
            untimely: 0,
            first_untimely: None,
            open: FxHashMap::default(),
        }
    }

    pub(super) fn note(&mut self, query: &Query<'_>, decision: &Decision, now: DateTime<Utc>) {
        let operation = Operation::of(query);
        if let Some(failure) = self.open.remove(&operation) {
            self.note_retry(&failure, now);
        }
        if decision.outcome.is_bad() {
            let told = now.checked_add_signed(delta(decision.delay)).unwrap_or(now);
            let of = describe(query);
            self.failures += 1;
            self.open.insert(operation, Failure { told, of });
        }
    }

    fn note_retry(&mut self, failure: &Failure, now: DateTime<Utc>) {
        let gap = now - failure.told;
        let fault = match gap.to_std() {
            Ok(_) if gap >= self.window.low && gap <= self.window.high => return,
            Ok(gap) => format!("{} was tried again after {}", failure.of, Span(gap)),
            Err(_) => format!("{} was tried again before the answer", failure.of),
        };
        self.untimely += 1;
        self.first_untimely.get_or_insert(fault);
    }
}

impl Operation {
    fn of(query: &Query<'_>) -> Self {
        let mut hasher = FxHasher::default();
        query.command.hash(&mut hasher);
        text(query, &FactPath::Tenant).hash(&mut hasher);
        subject(query).hash(&mut hasher);
        Self(hasher.finish())
    }
}

fn describe(query: &Query<'_>) -> String {
    match subject(query) {
        Some(subject) => format!("{} of \"{subject}\"", query.command),
        None => query.command.to_string(),
    }
}

/// The name of what the command acts on, else its id. The name comes first as each try of a create would make
/// another id; only the first kind counts, as an agent command is tried again on another host.
fn subject(query: &Query<'_>) -> Option<String> {
    let kind = first_subject(query.command)?;
    let fact = |field: &str| text(query, &FactPath::Of(kind, vec![field.into()]));
    fact("name").or_else(|| fact("id"))
}

fn first_subject(command: CommandId) -> Option<Subject> {
    command.spec().acts_on.first().copied()
}

fn text(query: &Query<'_>, path: &FactPath) -> Option<String> {
    query.facts.get(path).map(|value| value.to_string())
}

/// A time too long to count with is as good as the longest.
fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}
