//! What an index can look a mock up by.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use super::decide::Query;
use crate::vocabulary::condition::{Comparison, Condition, Literal};
use crate::vocabulary::fact::FactPath;
use crate::vocabulary::mock::MockSpec;
use crate::vocabulary::place::{Level, Selector};

/// A question to a command whose answer is one value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Term {
    /// The name of its place at a level.
    Name(Level),
    /// The number of its place at a level.
    Number(Level),
    /// A fact, as a text.
    Text(FactPath),
    /// A fact, as a number.
    Numeric(FactPath),
    /// So many first bytes of a fact.
    Prefix(FactPath, usize),
}

impl Term {
    /// The hash of the command's answer; `None` where it has none, so that no demand can be met.
    pub(super) fn read(&self, query: &Query<'_>) -> Option<u64> {
        match self {
            Term::Name(level) => query.place.name(*level).map(|name| hash(name.as_bytes())),
            Term::Number(level) => query.place.get(*level).map(|spot| u64::from(spot.number)),
            Term::Text(path) => Some(hash(query.facts.get(path)?.as_text().as_bytes())),
            Term::Numeric(path) => query.facts.get(path)?.as_number().map(hash_number),
            Term::Prefix(path, length) => {
                let value = query.facts.get(path)?;
                value.as_text().as_bytes().get(..*length).map(hash)
            }
        }
    }
}

/// A mock can serve a command only if the term's answer is one of these, by hash.
#[derive(Debug)]
pub(super) struct Demand {
    pub(super) term: Term,
    pub(super) values: Vec<u64>,
}

/// What a mock demands of a command, in the order of the terms. It may demand more than that: whoever finds
/// it this way still has to match it.
pub(super) fn demands(spec: &MockSpec) -> Vec<Demand> {
    let mut demands: Vec<Demand> = Level::ALL
        .into_iter()
        .filter_map(|level| {
            spec.scope
                .get(level)
                .map(|selector| of_place(level, selector))
        })
        .collect();
    if let Some(condition) = &spec.condition {
        of_condition(condition, &mut demands);
    }
    demands.sort_by(|a, b| a.term.cmp(&b.term));
    demands.dedup_by(|a, b| a.term == b.term);
    keep_one_choice(&mut demands);
    demands
}

fn of_place(level: Level, selector: &Selector) -> Demand {
    match selector {
        Selector::Name(name) => one(Term::Name(level), hash(name.as_bytes())),
        Selector::Number(number) => one(Term::Number(level), u64::from(*number)),
    }
}

fn one(term: Term, value: u64) -> Demand {
    let values = vec![value];
    Demand { term, values }
}

/// Adds what must be so for the condition to hold.
fn of_condition(condition: &Condition, demands: &mut Vec<Demand>) {
    match condition {
        Condition::Compare(path, Comparison::Equal, literal) => {
            demands.extend(of_literals(path, std::slice::from_ref(literal)));
        }
        Condition::In(path, literals) => demands.extend(of_literals(path, literals)),
        Condition::Glob(path, glob) => {
            let prefix = literal_prefix(glob.as_str());
            if !prefix.is_empty() {
                let term = Term::Prefix(path.clone(), prefix.len());
                demands.push(one(term, hash(prefix.as_bytes())));
            }
        }
        Condition::All(parts) => parts.iter().for_each(|part| of_condition(part, demands)),
        Condition::Compare(..)
        | Condition::Regex(..)
        | Condition::Exists(_)
        | Condition::Any(_)
        | Condition::Not(_) => {}
    }
}

/// `None` where texts and numbers are mixed: no one term answers both.
fn of_literals(path: &FactPath, literals: &[Literal]) -> Option<Demand> {
    let texts: Option<Vec<u64>> = literals.iter().map(text_value).collect();
    if let Some(values) = texts {
        let term = Term::Text(path.clone());
        return Some(Demand { term, values });
    }
    let values = literals.iter().map(number_value).collect::<Option<_>>()?;
    let term = Term::Numeric(path.clone());
    Some(Demand { term, values })
}

fn text_value(literal: &Literal) -> Option<u64> {
    match literal {
        Literal::Text(text) => Some(hash(text.as_bytes())),
        Literal::Flag(flag) => Some(hash(if *flag { b"true" } else { b"false" })),
        Literal::Number(_) => None,
    }
}

fn number_value(literal: &Literal) -> Option<u64> {
    match literal {
        Literal::Number(number) => Some(hash_number(*number)),
        Literal::Text(_) | Literal::Flag(_) => None,
    }
}

/// A mock stands in the index once for every combination of its values, so only one demand may leave a choice.
fn keep_one_choice(demands: &mut Vec<Demand>) {
    let mut has_choice = false;
    demands.retain(|demand| demand.values.len() <= 1 || !std::mem::replace(&mut has_choice, true));
}

/// What every text that the glob matches begins with. Globs of the language tell upper from lower case.
fn literal_prefix(glob: &str) -> &str {
    let end = glob.find(['*', '?', '[', '{', '\\']);
    &glob[..end.unwrap_or(glob.len())]
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
}

/// Adding zero makes the two zeros, which are equal, one.
fn hash_number(number: f64) -> u64 {
    (number + 0.0).to_bits()
}
