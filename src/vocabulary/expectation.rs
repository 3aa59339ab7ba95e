//! Expectations: what a test wants to have happened by its end.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::condition::Condition;
use super::mock::{Origin, Pattern};
use super::place::Scope;
use super::quantity::Span;

/// An expectation, checked. Its [`Display`](fmt::Display) is the expectation in the language.
#[derive(Debug, Clone, PartialEq)]
pub struct ExpectationSpec {
    pub expectation: Expectation,
    pub scenario: Option<Arc<str>>,
    pub origin: Origin,
}

#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a program has few expectations, and boxes would be in every reader's way"
)]
pub enum Expectation {
    /// How often something happened.
    Count(Counted, Bound),
    /// Both happened, and the first of one came before the first of the other.
    Order(Counted, Counted),
    /// Something of these went wrong, and each that did was followed by another, that much later.
    Retry(Watch, Duration, Duration),
    /// Nothing that a client made is left in the cloud.
    NothingLeft,
}

/// Something that can be counted.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a program has few expectations, and boxes would be in every reader's way"
)]
pub enum Counted {
    /// The uses of the mock with this label.
    Label(Arc<str>),
    /// The commands that match, whoever decided them.
    Commands(Watch),
}

/// A selection of commands.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    pub pattern: Pattern,
    pub scope: Scope,
    pub condition: Option<Condition>,
}

/// A bound on a count, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    Exactly(u64),
    AtLeast(u64),
    AtMost(u64),
}

impl Bound {
    pub fn holds(self, count: u64) -> bool {
        match self {
            Bound::Exactly(n) => count == n,
            Bound::AtLeast(n) => count >= n,
            Bound::AtMost(n) => count <= n,
        }
    }
}

impl fmt::Display for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pattern.fmt(f)?;
        if self.scope != Scope::everywhere() {
            write!(f, " on {}", self.scope)?;
        }
        match &self.condition {
            Some(condition) => write!(f, " where {condition}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Counted::Label(label) => f.write_str(label),
            Counted::Commands(watch) => watch.fmt(f),
        }
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expectation::Count(what, Bound::Exactly(0)) => write!(f, "expect no {what}"),
            Expectation::Count(what, Bound::Exactly(n)) => write!(f, "expect {what} exactly {n}"),
            Expectation::Count(what, Bound::AtLeast(n)) => write!(f, "expect {what} at least {n}"),
            Expectation::Count(what, Bound::AtMost(n)) => write!(f, "expect {what} at most {n}"),
            Expectation::Order(first, then) => write!(f, "expect {first} before {then}"),
            Expectation::Retry(watch, low, high) => {
                let (low, high) = (Span(*low), Span(*high));
                write!(f, "expect retry of {watch} within {low}..{high}")
            }
            Expectation::NothingLeft => f.write_str("expect nothing left"),
        }
    }
}
