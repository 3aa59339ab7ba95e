//! Lets the world ask the rules.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::program::Program;
use crate::journal::{Entry, Journal};
use crate::rules::{MockSet, Query, Tallies, decide};
use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::outcome::Decision;
use crate::vocabulary::place::Place;
use crate::world::Oracle;
use crate::world::operations::oracle::AgentCall;

/// The rules of one world, as the world sees them.
pub(super) struct Rules<'a> {
    pub(super) program: &'a Program,
    pub(super) live: &'a MockSet,
    pub(super) tallies: &'a mut Tallies,
    pub(super) journal: &'a mut Journal,
    pub(super) seed: u64,
}

/// What the journal says of a command beside its decision.
pub(super) struct Caption {
    pub(super) user: Option<Arc<str>>,
    pub(super) place: Option<Arc<Place>>,
    pub(super) subject: Option<Arc<str>>,
}

impl Rules<'_> {
    /// Decides a command, of either plane; lets the expectations see it, and writes it down.
    pub(super) fn decide(
        &mut self,
        query: &Query<'_>,
        caption: Caption,
        now: DateTime<Utc>,
    ) -> Decision {
        let sets = [self.live, &self.program.mocks];
        let decision = decide(&sets, self.tallies, self.seed, now, query);
        let observer = &self.program.observer;
        observer.observe(self.tallies, query, &decision, now);
        let Caption {
            user,
            place,
            subject,
        } = caption;
        if decision.served_by.is_some() || !query.command.spec().is_routine {
            self.journal.note(Entry {
                user,
                place,
                subject,
                ..Entry::new(self.tallies.sequence(), now, query.command, &decision)
            });
        }
        decision
    }
}

impl Oracle for Rules<'_> {
    fn ask(&mut self, call: &AgentCall<'_>, now: DateTime<Utc>) -> Decision {
        let query = Query {
            command: call.command.id(),
            place: &call.host.place,
            facts: call,
        };
        let caption = Caption {
            user: call.on.owner().map(|user| user.name.clone()),
            place: Some(call.host.place.clone()),
            subject: Some(call.on.name().clone()),
        };
        self.decide(&query, caption, now)
    }

    fn speaks_of(&self, command: AgentCommand) -> bool {
        let sets = [self.live, &self.program.mocks];
        sets.iter().any(|set| set.names(command.id()))
    }
}
