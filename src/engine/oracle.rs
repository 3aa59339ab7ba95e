//! Lets the world ask the rules.

use chrono::{DateTime, Utc};

use super::program::Program;
use crate::journal::{Entry, Journal};
use crate::rules::{MockSet, Query, Tallies, decide};
use crate::vocabulary::outcome::Decision;
use crate::world::Oracle;
use crate::world::oracle::AgentCall;

/// The rules of one world, as the world sees them.
pub(super) struct Rules<'a> {
    pub(super) program: &'a Program,
    pub(super) live: &'a MockSet,
    pub(super) tallies: &'a mut Tallies,
    pub(super) journal: &'a mut Journal,
    pub(super) seed: u64,
}

impl Rules<'_> {
    /// Decides a command, of either plane, and lets the expectations see it.
    pub(super) fn decide(&mut self, query: &Query<'_>, now: DateTime<Utc>) -> Decision {
        let sets = [self.live, &self.program.mocks];
        let decision = decide(&sets, self.tallies, self.seed, now, query);
        self.program
            .observer
            .observe(self.tallies, query, &decision, now);
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
        let decision = self.decide(&query, now);
        self.journal.note(Entry {
            user: Some(call.server.user.name.clone()),
            place: Some(call.host.place.clone()),
            subject: Some(call.server.name.clone()),
            ..Entry::new(self.tallies.sequence(), now, query.command, &decision)
        });
        decision
    }
}
