//! What happened.

use http::StatusCode;
use serde_json::{Value, json};

use super::clock::stamp;
use super::mocks;
use super::names::pattern;
use super::problem::Problem;
use super::visit::Visit;
use crate::api::Answer;
use crate::engine::{Program, Sim};
use crate::journal::Entry;
use crate::scenario::names::nearest;
use crate::vocabulary::mock::Pattern;
use crate::vocabulary::outcome::Outcome;
use crate::vocabulary::quantity::Span;

/// How many entries are listed unless more are asked for.
const LIMIT: usize = 1_000;

/// Which entries are asked for.
struct Filter {
    pattern: Pattern,
    outcome: Option<String>,
    /// The name under which a mock serves.
    mock: Option<String>,
    since: Option<u64>,
    limit: usize,
}

impl Filter {
    fn from_query(visit: &Visit<'_>) -> Result<Self, Problem> {
        let known = ["command", "outcome", "mock", "since", "limit"];
        let [command, outcome, mock, since, limit] = visit.query(known)?;
        if let Some(outcome) = &outcome {
            check_outcome(outcome)?;
        }
        Ok(Self {
            pattern: command.as_deref().map_or(Ok(Pattern::All), pattern)?,
            outcome,
            mock,
            since: number("since", since.as_deref())?,
            limit: number("limit", limit.as_deref())?.unwrap_or(LIMIT),
        })
    }

    /// Lets a mock be named by its id too.
    fn with_mock_by_name(self, sim: &Sim, program: &Program) -> Self {
        let all = mocks::ranked(sim, program);
        let wanted = |id: &String| all.iter().find(|mock| mock.key.to_string() == *id);
        let named = self
            .mock
            .map(|mock| wanted(&mock).map_or(mock, |known| known.name.to_string()));
        Self {
            mock: named,
            ..self
        }
    }

    fn takes(&self, entry: &Entry) -> bool {
        let is_wanted = |wanted: &Option<String>, own: Option<&str>| {
            wanted.is_none() || wanted.as_deref() == own
        };
        self.pattern.covers(entry.command)
            && is_wanted(&self.outcome, Some(entry.outcome))
            && is_wanted(&self.mock, entry.served_by.as_deref())
            && self.since.is_none_or(|since| entry.sequence > since)
    }

    /// The entries, oldest first: the first ones after `since`, without it the latest.
    fn select<'e>(&self, entries: impl DoubleEndedIterator<Item = &'e Entry>) -> Vec<&'e Entry> {
        let taken = entries.filter(|entry| self.takes(entry));
        if self.since.is_some() {
            return taken.take(self.limit).collect();
        }
        let mut latest: Vec<&Entry> = taken.rev().take(self.limit).collect();
        latest.reverse();
        latest
    }
}

fn check_outcome(word: &str) -> Result<(), Problem> {
    if Outcome::WORDS.contains(&word) {
        return Ok(());
    }
    let problem = Problem::bad_request(format!("There is no outcome {word}."));
    Err(match nearest(word, Outcome::WORDS.iter().copied()) {
        Some(name) => problem.perhaps(Some(name)),
        None => problem.with_help(format!("The outcomes are {}.", Outcome::WORDS.join(", "))),
    })
}

fn number<T: std::str::FromStr>(name: &str, text: Option<&str>) -> Result<Option<T>, Problem> {
    let number = text.map(str::parse).transpose();
    number.map_err(|_| Problem::bad_request(format!("`{name}` has to be a whole number.")))
}

fn view(entry: &Entry) -> Value {
    json!({
        "sequence": entry.sequence,
        "at": stamp(entry.at),
        "command": entry.command.name(),
        "user": entry.user,
        "place": entry.place.as_ref().map(ToString::to_string),
        "subject": entry.subject,
        "outcome": entry.outcome,
        "status": entry.status,
        "delay": Span(entry.delay).to_string(),
        "applied": entry.applied,
        "served_by": entry.served_by,
    })
}

/// `GET /mimic/v2/journal`
pub(super) fn list(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let filter = Filter::from_query(visit)?;
    let journal = visit.look(|sim, program| {
        let filter = filter.with_mock_by_name(sim, program);
        let entries = filter.select(sim.journal.entries());
        json!({
            "entries": entries.into_iter().map(view).collect::<Value>(),
            "commands": sim.tallies.sequence(),
            "evicted": sim.journal.evicted(),
        })
    });
    Ok(Answer::json(StatusCode::OK, &journal))
}

/// `DELETE /mimic/v2/journal`
pub(super) fn clear(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let removed = visit.look(|sim, _| {
        let removed = sim.journal.entries().count();
        sim.journal.clear();
        removed
    });
    Ok(Answer::json(StatusCode::OK, &json!({ "removed": removed })))
}
