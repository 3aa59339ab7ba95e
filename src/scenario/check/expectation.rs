//! `expect`: what a test wants to have happened.

use std::sync::Arc;

use super::command::{looks_like_command, meant};
use super::{Checker, DraftExpectation};
use crate::scenario::ast::{self, Expect, Word};
use crate::scenario::codes;
use crate::scenario::names::nearest;
use crate::vocabulary::expectation::{Bound, Counted, Expectation, ExpectationSpec, Watch};
use crate::vocabulary::place::Scope;

impl Checker<'_> {
    pub(super) fn expect(&mut self, expect: &Expect<'_>) {
        let Some(expectation) = self.expectation(expect) else {
            return;
        };
        let location = self.desk.location(expect.span.clone());
        self.draft.expectations.push(DraftExpectation {
            spec: ExpectationSpec {
                expectation,
                scenario: self.scenario.clone(),
                origin: self.origin(&expect.span),
            },
            location,
        });
    }

    fn expectation(&mut self, expect: &Expect<'_>) -> Option<Expectation> {
        match &expect.what {
            ast::Expectation::NothingLeft => Some(Expectation::NothingLeft),
            ast::Expectation::Absence(watch) => {
                let counted = self.counted(watch)?;
                Some(Expectation::Count(counted, Bound::Exactly(0)))
            }
            ast::Expectation::Tally(watch, bound, number) => {
                let counted = self.counted(watch);
                let number = self.desk.count_of(number)?;
                let bound = match bound {
                    ast::Bound::Exactly => Bound::Exactly(number),
                    ast::Bound::AtLeast => Bound::AtLeast(number),
                    ast::Bound::AtMost => Bound::AtMost(number),
                };
                Some(Expectation::Count(counted?, bound))
            }
            ast::Expectation::Order(first, then) => {
                let (first, then) = (self.counted(first), self.counted(then));
                Some(Expectation::Order(first?, then?))
            }
            ast::Expectation::Retry(watch, within) => {
                let watch = self.commands(watch);
                let (low, high) = self.desk.window(within)?;
                Some(Expectation::Retry(watch?, low, high))
            }
        }
    }

    fn counted(&mut self, watch: &ast::Watch<'_>) -> Option<Counted> {
        if looks_like_command(watch.name.value) {
            return self.commands(watch).map(Counted::Commands);
        }
        let label = self.live_label(&watch.name)?;
        let narrowed = watch
            .on
            .as_ref()
            .and_then(|on| on.first())
            .map(|place| &place.span);
        let narrowed = narrowed.or(watch.condition.as_ref().map(|condition| &condition.span));
        if let Some(span) = narrowed {
            let message = format!("`{label}` is a mock's label, which takes no scope or condition");
            let finding = self.desk.finding(&codes::MISPLACED, span.clone(), message);
            self.desk
                .report(finding.help("count the mock's uses, or name a command instead"));
            return None;
        }
        Some(Counted::Label(label))
    }

    fn commands(&mut self, watch: &ast::Watch<'_>) -> Option<Watch> {
        let pattern = self.pattern(&watch.name);
        let scope = watch.on.as_ref().map(|on| self.scope_of(on, pattern));
        let condition = watch
            .condition
            .as_ref()
            .map(|condition| self.condition(condition, pattern));
        Some(Watch {
            pattern: pattern?,
            scope: match scope {
                Some(scope) => scope?,
                None => Scope::everywhere(),
            },
            condition: match condition {
                Some(condition) => Some(condition?),
                None => None,
            },
        })
    }

    /// The label, if a mock has it that is live whenever this expectation is.
    fn live_label(&mut self, name: &Word<'_>) -> Option<Arc<str>> {
        let Some((label, labelled)) = self.draft.labels.get_key_value(name.value) else {
            self.unknown_label(name);
            return None;
        };
        if labelled.scenario.is_none() || labelled.scenario == self.scenario {
            return Some(label.clone());
        }
        let other = labelled.scenario.clone().unwrap_or_default();
        let location = labelled.location.clone();
        let message = format!("no mock of this scenario has the label `{}`", name.value);
        let finding = self
            .desk
            .finding(&codes::UNKNOWN_LABEL, name.span.clone(), message);
        let finding = finding.help(format!("the mock is one of the scenario \"{other}\""));
        self.desk.report(match location {
            Some(location) => finding.related(location, "it is given here"),
            None => finding,
        });
        None
    }

    fn unknown_label(&mut self, name: &Word<'_>) {
        let near = nearest(name.value, self.draft.labels.keys().map(|label| &**label));
        let near = near.map(str::to_owned);
        let command = meant(name.value);
        if near.is_none() && command.is_some() {
            return self.unknown_command(name);
        }
        let message = format!("no mock has the label `{}`", name.value);
        let finding = self
            .desk
            .finding(&codes::UNKNOWN_LABEL, name.span.clone(), message);
        self.desk.report(finding.help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("give a mock the label: `mock … as {} {{ … }}`", name.value),
        }));
    }
}
