//! `at`: what happens to the cloud, and when.

use std::sync::Arc;
use std::time::Duration;

use super::Checker;
use crate::scenario::ast::{At, Name, Place, Span, Word};
use crate::scenario::codes;
use crate::scenario::names::{nearest, one_of};
use crate::vocabulary::balancing;
use crate::vocabulary::fact::SETTABLE_STATUSES;
use crate::vocabulary::plan::{Act, HostChange, TimedAct};

/// What can happen to hosts, and what undoes it after a while.
const CHANGES: &[(&str, HostChange, Option<HostChange>)] = &[
    (
        "goes down",
        HostChange::GoesDown,
        Some(HostChange::ComesBack),
    ),
    ("comes back", HostChange::ComesBack, None),
    (
        "enters maintenance",
        HostChange::EntersMaintenance,
        Some(HostChange::LeavesMaintenance),
    ),
    ("leaves maintenance", HostChange::LeavesMaintenance, None),
];

/// What can be put into a state by its name.
struct Thing {
    word: &'static str,
    statuses: &'static [&'static str],
    act: fn(Arc<str>, Arc<str>) -> Act,
}

const THINGS: &[Thing] = &[
    Thing {
        word: "server",
        statuses: SETTABLE_STATUSES,
        act: |name, status| Act::Server { name, status },
    },
    Thing {
        word: "balancer",
        statuses: balancing::SETTABLE_STATUSES,
        act: |name, status| Act::Balancer { name, status },
    },
];

impl Checker<'_> {
    pub(super) fn at(&mut self, at: &At<'_>) {
        let time = self.desk.fixed(&at.time);
        let is_named = |thing: &&Thing| {
            let mut places = at.subject.iter();
            places.any(|place| place.level.value == thing.word)
        };
        match THINGS.iter().find(is_named) {
            Some(thing) => self.at_thing(thing, at, time),
            None => self.at_hosts(at, time),
        }
    }

    fn at_thing(&mut self, thing: &Thing, at: &At<'_>, time: Option<Duration>) {
        let name = match at.subject.as_slice() {
            [
                Place {
                    name: Name::Text(name),
                    ..
                },
            ] => Arc::from(&*name.value),
            [first, ..] => return self.not_by_name(thing, first),
            [] => return,
        };
        let (verb, status) = &at.change;
        let (Some(status), "becomes") = (status, verb.value) else {
            let whom = format!("a {}", thing.word);
            return self.unknown_change(&at.change, &whom, &["becomes ERROR"]);
        };
        let status = self.desk.known(status, "status", thing.statuses);
        if let Some(lasting) = &at.lasting {
            self.does_not_last(&lasting.span);
        }
        if let (Some(time), Some(status)) = (time, status) {
            let status = status.into();
            self.act(time, (thing.act)(name, status));
        }
    }

    fn not_by_name(&mut self, thing: &Thing, place: &Place<'_>) {
        let word = thing.word;
        let message = format!("a {word} is named by its name alone");
        let finding = self
            .desk
            .finding(&codes::UNEXPECTED, place.span.clone(), message);
        self.desk
            .report(finding.help(format!("write `at 10s {word} \"web-1\" becomes ERROR`")));
    }

    fn at_hosts(&mut self, at: &At<'_>, time: Option<Duration>) {
        let scope = self.scope(&at.subject);
        let lasting = at.lasting.as_ref().map(|lasting| self.desk.fixed(lasting));
        let words = phrase(&at.change);
        let Some((_, change, back)) = CHANGES.iter().find(|(known, ..)| *known == words) else {
            let known: Vec<&str> = CHANGES.iter().map(|(words, ..)| *words).collect();
            return self.unknown_change(&at.change, "a place", &known);
        };
        if let (Some(span), None) = (at.lasting.as_ref().map(|lasting| &lasting.span), back) {
            return self.does_not_last(span);
        }
        let (Some(time), Some(scope)) = (time, scope) else {
            return;
        };
        self.act(time, Act::Hosts(scope.clone(), *change));
        if let (Some(Some(lasting)), Some(back)) = (lasting, back) {
            self.act(time + lasting, Act::Hosts(scope, *back));
        }
    }

    fn act(&mut self, at: Duration, act: Act) {
        let scenario = self.scenario.clone();
        self.draft
            .plan
            .timeline
            .push(TimedAct { at, act, scenario });
    }

    fn unknown_change(
        &mut self,
        change: &(Word<'_>, Option<Word<'_>>),
        whom: &str,
        known: &[&str],
    ) {
        let words = phrase(change);
        let (first, second) = change;
        let end = second.as_ref().map_or(first.span.end, |word| word.span.end);
        let message = format!("`{words}` cannot happen to {whom}");
        let place = first.span.start..end;
        let finding = self.desk.finding(&codes::UNKNOWN_VALUE, place, message);
        self.desk
            .report(finding.help(match nearest(&words, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("write {}", one_of(known)),
            }));
    }

    fn does_not_last(&mut self, place: &Span) {
        let message = "this lasts until something else happens";
        let finding = self
            .desk
            .finding(&codes::UNEXPECTED, place.clone(), message);
        let help = "`for` stands after `goes down` and `enters maintenance`";
        self.desk.report(finding.help(help));
    }
}

fn phrase((first, second): &(Word<'_>, Option<Word<'_>>)) -> String {
    match second {
        Some(second) => format!("{} {}", first.value, second.value),
        None => first.value.to_owned(),
    }
}
