//! Things being done to servers, volumes and the like, each a plan of agent commands.

mod cloudstack;
mod effect;
pub mod jobs;
mod kind;
mod migration;
pub mod oracle;
mod outcome;
mod record;
mod run;
mod snapshot;
mod table;
#[cfg(test)]
mod tests;
mod thing;
mod wait;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::accounts::User;
use super::offerings::flavor::Flavor;
use super::server::{Manager, Server, State};
use super::topology::HostKey;
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::Scope;
pub(in crate::world) use cloudstack::TemplateCopies;
pub use kind::{Row, Step};
pub use migration::Migration;
pub use record::Record;
pub use table::Kind;
pub use thing::{Acted, Thing};
pub(in crate::world) use wait::Wait;

/// An operation that is asked for.
#[derive(Debug, Clone)]
pub struct Order {
    pub kind: Kind,
    pub on: Thing,
    pub with: Option<Thing>,
    pub user: Arc<User>,
    /// The request that asked for it.
    pub request: Option<Uuid>,
    pub host: Option<HostKey>,
    /// The size that the server is to have.
    pub flavor: Option<Arc<Flavor>>,
    /// How many backups are kept.
    pub rotation: Option<usize>,
    /// Where it may be tried again; in the zone of the first host where nobody says otherwise.
    pub within: Option<Box<Scope>>,
}

impl Order {
    pub fn new(on: Thing, kind: Kind, user: Arc<User>) -> Self {
        Self {
            kind,
            on,
            with: None,
            user,
            request: None,
            host: None,
            flavor: None,
            rotation: None,
            within: None,
        }
    }

    pub fn on_server(server: Uuid, kind: Kind, user: Arc<User>) -> Self {
        Self::new(Thing::Server(server), kind, user)
    }

    /// The same, with a second thing that takes part: the volume that is attached.
    #[must_use]
    pub fn with(self, thing: Thing) -> Self {
        Self {
            with: Some(thing),
            ..self
        }
    }

    /// The same, on a host other than the server's own, if one is given.
    #[must_use]
    pub fn at(self, host: Option<HostKey>) -> Self {
        Self { host, ..self }
    }
}

/// One operation that is under way.
#[derive(Debug, Clone)]
pub struct Operation {
    pub id: Uuid,
    pub kind: Kind,
    pub on: Thing,
    pub with: Option<Thing>,
    /// Who asked for it.
    pub user: Arc<User>,
    pub manager: Manager,
    /// The position in the plan.
    pub step: usize,
    /// The number of the network card that it is at, in steps about cards.
    card: usize,
    /// Counts the hosts tried, from 1.
    pub attempt: u32,
    pub tried: Vec<HostKey>,
    /// Where the commands go; for a migration, the destination.
    pub host: Option<HostKey>,
    /// Where the server was before.
    pub origin: Option<HostKey>,
    /// The server's state when it began, to return to when it fails.
    pub before: Option<State>,
    /// The size that the server is to have.
    pub flavor: Option<Arc<Flavor>>,
    /// How many backups are kept.
    pub rotation: Option<usize>,
    /// Where it may be tried again.
    pub within: Option<Box<Scope>>,
    /// Room that it holds on a host beside the server's own.
    claim: Option<HostKey>,
    /// What a host said for which amends are being made.
    amends: Option<Box<str>>,
    /// Counts the commands sent.
    ticket: u32,
    /// The command whose answer is awaited, and who was asked; any other answer comes too late.
    awaits: Option<(u32, HostKey)>,
    /// What has to be there before its first command.
    wait: Wait,
    pub started: DateTime<Utc>,
}

impl Operation {
    /// The server that it is done to.
    pub fn server(&self) -> Option<Uuid> {
        self.on.server()
    }

    /// The volume that it is done to, or with.
    pub(in crate::world) fn volume(&self) -> Option<Uuid> {
        let with = || self.with.and_then(Thing::volume);
        self.on.volume().or_else(with)
    }

    /// The number of the command whose answer is awaited of a host.
    pub(in crate::world) fn awaited_of(&self, host: HostKey) -> Option<u32> {
        let (ticket, asked) = self.awaits?;
        (asked == host).then_some(ticket)
    }

    /// The server's state when it began; for a resized one, before that.
    fn before_resize(&self, server: Option<&Server>) -> Option<State> {
        let resize = server.and_then(Server::resize);
        resize.map(|resize| resize.before).or(self.before)
    }

    /// The server that it has for itself while it lasts.
    fn slot(&self) -> Option<Uuid> {
        self.server().filter(|_| !self.kind.row().is_beside)
    }
}

/// How an operation ended.
#[derive(Debug, Clone)]
pub struct End {
    pub at: DateTime<Utc>,
    pub result: Result<(), Fault>,
}

/// What a host answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The text of a refusal.
    pub result: Result<(), String>,
    /// Whether the host did it all the same.
    pub applied: bool,
}
