//! The rule engine: which mock serves a command, and what it then says.
//!
//! A [`MockSet`] is what the mocks say, [`Tallies`] is what became of them in one world; they meet in
//! [`decide`], which is the one place where a use is counted. [`explain`] takes the same way and tells
//! what it saw. An [`Observer`] sees every command after its decision and judges expectations.
//!
//! Everything here is a function of its arguments: the time and the seed come from the caller.

mod answer;
mod candidates;
mod decide;
mod delay;
mod expect;
mod explain;
mod index;
mod key;
mod mock;
mod set;
mod tally;
mod term;

#[cfg(test)]
mod tests;

pub use decide::{Query, decide};
pub use expect::{Judgement, Observer, Past, Verdict as ExpectationVerdict};
pub use explain::{Verdict, explain};
pub use key::MockKey;
pub use mock::{Mock, Rank};
pub use set::MockSet;
pub use tally::{LastUse, Tallies, Tally};
