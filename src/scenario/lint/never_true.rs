//! Conditions that contradict themselves.
//!
//! What a conjunction demands of one fact is tried on every value that could satisfy it: with an equality
//! there are few, and between the bounds of plain numbers one of each interval is enough. Whatever this
//! cannot decide counts as satisfiable, so nothing is reported that could be true.

use crate::vocabulary::condition::{Comparison, Condition, Literal};
use crate::vocabulary::fact::{FactPath, FactValue, Facts};

/// Why the condition never holds, in words for its place.
pub(in crate::scenario) fn contradiction(condition: &Condition) -> Option<String> {
    match condition {
        Condition::In(path, literals) if literals.is_empty() => {
            Some(format!("`{path}` is in no empty list"))
        }
        Condition::Any(parts) => {
            let reasons: Option<Vec<String>> = parts.iter().map(contradiction).collect();
            reasons.and_then(|reasons| reasons.into_iter().next())
        }
        Condition::All(_) => {
            let mut demands = Vec::new();
            flatten(condition, &mut demands);
            let single = demands
                .iter()
                .filter(|part| !matches!(part, Condition::All(_)));
            single
                .clone()
                .find_map(|part| contradiction(part))
                .or_else(|| conflict(&demands))
        }
        Condition::Compare(..)
        | Condition::Glob(..)
        | Condition::Regex(..)
        | Condition::In(..)
        | Condition::Exists(_)
        | Condition::Not(_) => None,
    }
}

fn flatten<'c>(condition: &'c Condition, demands: &mut Vec<&'c Condition>) {
    match condition {
        Condition::All(parts) => parts.iter().for_each(|part| flatten(part, demands)),
        other => demands.push(other),
    }
}

/// The first fact of which the demands contradict each other.
fn conflict(demands: &[&Condition]) -> Option<String> {
    let mut paths: Vec<&FactPath> = demands
        .iter()
        .filter_map(|demand| only_fact(demand))
        .collect();
    paths.dedup();
    paths
        .into_iter()
        .find(|path| {
            let own: Vec<&Condition> = demands
                .iter()
                .copied()
                .filter(|demand| only_fact(demand) == Some(*path))
                .collect();
            own.len() > 1 && is_impossible(path, &own)
        })
        .map(|path| format!("`{path}` cannot be all of this at once"))
}

/// The fact, if the condition is about one alone.
fn only_fact(condition: &Condition) -> Option<&FactPath> {
    let facts = condition.facts();
    let first = facts.first().copied()?;
    facts.iter().all(|fact| *fact == first).then_some(first)
}

fn is_impossible(path: &FactPath, demands: &[&Condition]) -> bool {
    let Some(candidates) = candidates(demands) else {
        return false;
    };
    !candidates.iter().any(|value| {
        let facts = Single {
            path,
            value: value.as_ref(),
        };
        demands.iter().all(|demand| demand.holds(&facts))
    })
}

/// Values that one of them satisfies the demands if any value does, `None` standing for a missing fact.
fn candidates(demands: &[&Condition]) -> Option<Vec<Option<Literal>>> {
    let is_absence = |demand: &&&Condition| matches!(demand, Condition::Not(inner) if matches!(**inner, Condition::Exists(_)));
    if demands.iter().any(|demand| is_absence(&demand)) {
        return Some(vec![None]);
    }
    let listed = demands.iter().find_map(|demand| match demand {
        Condition::Compare(_, Comparison::Equal, literal) => Some(vec![Some(literal.clone())]),
        Condition::In(_, literals) => Some(literals.iter().cloned().map(Some).collect()),
        _ => None,
    });
    listed.or_else(|| intervals(demands))
}

/// One number of every interval that the bounds make, if there are only bounds.
fn intervals(demands: &[&Condition]) -> Option<Vec<Option<Literal>>> {
    let bounds: Option<Vec<f64>> = demands
        .iter()
        .map(|demand| match demand {
            Condition::Compare(_, _, Literal::Number(number)) => Some(*number),
            _ => None,
        })
        .collect();
    let mut bounds = bounds?;
    bounds.sort_by(f64::total_cmp);
    let between = bounds
        .windows(2)
        .map(|pair| pair[0] + (pair[1] - pair[0]) / 2.0);
    let outside = [bounds.first()? - 1.0, bounds.last()? + 1.0];
    let all = bounds.iter().copied().chain(between).chain(outside);
    Some(all.map(|number| Some(Literal::Number(number))).collect())
}

/// A command of which one fact is known.
struct Single<'c> {
    path: &'c FactPath,
    value: Option<&'c Literal>,
}

impl Facts for Single<'_> {
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
        if path != self.path {
            return None;
        }
        self.value.map(|value| match value {
            Literal::Text(text) => FactValue::text(text),
            Literal::Number(number) => FactValue::Number(*number),
            Literal::Flag(flag) => FactValue::Flag(*flag),
        })
    }
}
