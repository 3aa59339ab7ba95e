//! Expectations that cannot be met, whatever a client does.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::scenario::check::{Draft, DraftExpectation};
use crate::scenario::codes;
use crate::vocabulary::diagnostic::Diagnostic;
use crate::vocabulary::expectation::{Bound, Counted, Expectation};

/// What is counted, by whom.
type Subject = (Option<Arc<str>>, String);

pub(in crate::scenario) fn find(draft: &Draft, findings: &mut Vec<Diagnostic>) {
    let mut bounds: FxHashMap<Subject, (u64, u64, &DraftExpectation)> = FxHashMap::default();
    for expectation in &draft.expectations {
        match &expectation.spec.expectation {
            Expectation::Count(counted, bound) => {
                let (low, high) = ends(*bound);
                if let Some(finding) = above_limit(draft, expectation, counted, low) {
                    findings.push(finding);
                    continue;
                }
                let subject = (expectation.spec.scenario.clone(), counted.to_string());
                let known = bounds.entry(subject).or_insert((0, u64::MAX, expectation));
                if low > known.1 || high < known.0 {
                    findings.push(contradiction(expectation, known.2));
                    continue;
                }
                (known.0, known.1) = (known.0.max(low), known.1.min(high));
            }
            Expectation::Order(first, then) if first == then => {
                let message = "nothing comes before itself";
                findings.push(codes::CANNOT_BE_MET.at(expectation.location.clone(), message));
            }
            Expectation::Order(..) | Expectation::Retry(..) | Expectation::NothingLeft => {}
        }
    }
}

fn ends(bound: Bound) -> (u64, u64) {
    match bound {
        Bound::Exactly(number) => (number, number),
        Bound::AtLeast(number) => (number, u64::MAX),
        Bound::AtMost(number) => (0, number),
    }
}

fn above_limit(
    draft: &Draft,
    expectation: &DraftExpectation,
    counted: &Counted,
    low: u64,
) -> Option<Diagnostic> {
    let Counted::Label(label) = counted else {
        return None;
    };
    let labelled = draft.labels.get(label)?;
    let limit = labelled.limit.filter(|limit| low > *limit)?;
    let message = format!("`{label}` never serves {low} commands");
    let finding = codes::CANNOT_BE_MET.at(expectation.location.clone(), message);
    let served = if limit == 1 { "command" } else { "commands" };
    Some(match &labelled.location {
        Some(mock) => finding.related(mock.clone(), format!("it serves {limit} {served}")),
        None => finding.label(format!("it serves {limit} {served}")),
    })
}

fn contradiction(expectation: &DraftExpectation, other: &DraftExpectation) -> Diagnostic {
    let message = "this contradicts another expectation";
    let finding = codes::CANNOT_BE_MET.at(expectation.location.clone(), message);
    finding.related(other.location.clone(), "the other one")
}
