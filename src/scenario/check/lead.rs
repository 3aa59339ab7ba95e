//! `leads to`: what a served step has follow.

use std::time::Duration;

use super::Checker;
use crate::scenario::ast::{Lead as Written, Led, Span, Word};
use crate::scenario::codes;
use crate::vocabulary::balancing;
use crate::vocabulary::command::Plane;
use crate::vocabulary::fact::{SETTABLE_STATUSES, Subject};
use crate::vocabulary::mock::{Lead, LedMock, Pattern};

/// What can be led to something, and the statuses that it can be put in.
const THINGS: &[(Subject, &[&str])] = &[
    (Subject::Server, SETTABLE_STATUSES),
    (Subject::Balancer, balancing::SETTABLE_STATUSES),
];

impl Checker<'_> {
    pub(super) fn leads(&mut self, leads: &[Written<'_>], pattern: Option<Pattern>) -> Vec<Lead> {
        leads
            .iter()
            .filter_map(|lead| self.lead(lead, pattern))
            .collect()
    }

    fn lead(&mut self, lead: &Written<'_>, pattern: Option<Pattern>) -> Option<Lead> {
        let thing = THINGS
            .iter()
            .find(|(subject, _)| pattern.is_none_or(|pattern| acts_on(pattern, *subject)));
        let Some((_, statuses)) = thing else {
            self.leads_nowhere(&lead.span);
            return None;
        };
        match &lead.what {
            Led::Status { after } => {
                let status = self.desk.known(&lead.name, "status", statuses);
                let after = after.as_ref().map(|after| self.desk.fixed(after));
                Some(Lead::Status {
                    status: status?.into(),
                    after: after.unwrap_or(Some(Duration::ZERO))?,
                })
            }
            Led::Mock {
                condition,
                steps,
                repeat,
            } => {
                let led = self.led_pattern(&lead.name);
                let condition = condition
                    .as_ref()
                    .map(|condition| self.condition(condition, led));
                let steps = self.steps(steps, repeat.is_some(), led);
                Some(Lead::Mock(Box::new(LedMock {
                    pattern: led?,
                    condition: condition.flatten(),
                    steps,
                    repeat: repeat.is_some(),
                    by: None,
                })))
            }
        }
    }

    /// The commands that can be about the thing that is led to them.
    fn led_pattern(&mut self, name: &Word<'_>) -> Option<Pattern> {
        let pattern = self.pattern(name)?;
        if THINGS
            .iter()
            .any(|(subject, _)| is_about(pattern, *subject))
        {
            return Some(pattern);
        }
        self.leads_nowhere(&name.span);
        None
    }

    fn leads_nowhere(&mut self, place: &Span) {
        let message = "this leads nowhere: it is about no server and no balancer";
        let finding = self
            .desk
            .finding(&codes::LEADS_NOWHERE, place.clone(), message);
        self.desk
            .report(finding.help("`leads to` stands with a command that makes or changes one"));
    }
}

/// Whether a client's command of the pattern is about such a thing.
fn acts_on(pattern: Pattern, subject: Subject) -> bool {
    pattern.commands().any(|command| {
        let spec = command.spec();
        spec.plane != Plane::Agent && spec.acts_on.contains(&subject)
    })
}

fn is_about(pattern: Pattern, subject: Subject) -> bool {
    pattern
        .commands()
        .any(|command| command.spec().acts_on.contains(&subject))
}
