//! A mock with its key and its rank.

use std::cmp::Reverse;
use std::sync::Arc;

use super::decide::Query;
use super::explain::Verdict;
use super::key::MockKey;
use crate::vocabulary::mock::{MockSpec, Origin, Pattern, Turn};
use crate::vocabulary::place::Level;

/// A mock, ready to be asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Mock {
    pub key: MockKey,
    pub rank: Rank,
    pub spec: MockSpec,
    /// How a decision names it: its label, else where it came from.
    pub name: Arc<str>,
}

impl Mock {
    /// `position` counts the mocks of the set.
    pub(super) fn new(spec: MockSpec, key: MockKey, position: u64) -> Self {
        Self {
            key,
            rank: Rank::of(&spec, position),
            name: spec
                .label
                .clone()
                .unwrap_or_else(|| spec.origin.to_string().into()),
            spec,
        }
    }

    /// Whether pattern, scope and condition hold.
    ///
    /// # Errors
    /// The first of them that does not.
    pub(super) fn matches(&self, query: &Query<'_>) -> Result<(), Verdict> {
        let condition = self.spec.condition.as_ref();
        if !self.spec.pattern.covers(query.command) {
            Err(Verdict::PatternDiffers)
        } else if !self.spec.scope.covers(query.place) {
            Err(Verdict::OutOfScope)
        } else if condition.is_some_and(|condition| !condition.holds(query.facts)) {
            Err(Verdict::ConditionFails)
        } else {
            Ok(())
        }
    }
}

/// The order in which mocks are asked: the least first. The fields are the rules of the language, in turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rank {
    priority: Reverse<i32>,
    level: Reverse<Option<Level>>,
    width: Width,
    is_conditional: Reverse<bool>,
    source: Source,
}

/// How much a pattern takes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Width {
    Command,
    Service,
    All,
}

/// Mocks made by requests come before those of files; among them the newest is first, unless they say
/// otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Source {
    /// The request's number, then the position in the set.
    Api(Reverse<(u64, u64)>),
    /// The request's number.
    InTurn(u64),
    /// The position in the set.
    File(u64),
}

impl Rank {
    fn of(spec: &MockSpec, position: u64) -> Self {
        Self {
            priority: Reverse(spec.priority),
            level: Reverse(spec.scope.narrowest()),
            width: match spec.pattern {
                Pattern::Command(_) => Width::Command,
                Pattern::Service(_) => Width::Service,
                Pattern::All => Width::All,
            },
            is_conditional: Reverse(spec.condition.is_some()),
            source: match spec.origin {
                Origin::Api { sequence, .. }
                | Origin::Made {
                    sequence,
                    turn: Turn::NewestFirst,
                    ..
                } => Source::Api(Reverse((sequence, position))),
                Origin::Made {
                    sequence,
                    turn: Turn::OldestFirst,
                    ..
                } => Source::InTurn(sequence),
                Origin::File { .. } => Source::File(position),
            },
        }
    }
}
