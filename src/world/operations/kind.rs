//! What is known of a kind of operation, and the words of its plan.

use super::{Operation, Thing};
use crate::vocabulary::command::AgentCommand;
use crate::world::World;
use crate::world::server::{Manager, Server, State, Task};

/// A command of a plan.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    pub command: AgentCommand,
    pub at: At,
    pub when: When,
    /// What the server shows from here on, if not what it showed before.
    pub task: Option<Task>,
    /// What becomes of the server when this step fails, if it is not what the row says.
    pub(super) failure: Option<Failure>,
}

impl Step {
    pub(super) const fn at_origin(self) -> Self {
        Self {
            at: At::Origin,
            ..self
        }
    }

    pub(super) const fn when(self, when: When) -> Self {
        Self { when, ..self }
    }

    pub(super) const fn shows(self, task: Task) -> Self {
        Self {
            task: Some(task),
            ..self
        }
    }

    /// From here on there is no way back: no other host is tried, and the server breaks.
    pub(super) const fn breaks(self) -> Self {
        Self {
            failure: Some(Failure::Breaks),
            ..self
        }
    }
}

pub(super) const fn send(command: AgentCommand) -> Step {
    Step {
        command,
        at: At::Host,
        when: When::Always,
        task: None,
        failure: None,
    }
}

/// Which host a command is sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// The operation's: for one that moves a server, the destination.
    Host,
    /// The one where the server was when the operation began.
    Origin,
}

/// Whether a command is needed, as the server is when its turn comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Always,
    /// There is something of it on a host.
    Placed,
    /// It runs there.
    On,
    /// It was not off when the operation began.
    WasOn,
    /// It takes a volume, or its volumes.
    WithVolume,
    /// It was kept as an image only when the operation began.
    WasOffloaded,
    /// It is booted from its own disk, not from a volume.
    HasDisk,
    /// The operation takes it to another host.
    Moves,
}

impl When {
    pub(super) fn holds(self, operation: &Operation, server: Option<&Server>) -> bool {
        let is_placed = server.is_none_or(|server| server.last_host.is_some());
        match self {
            When::Always => true,
            When::Placed => is_placed,
            When::On => is_placed && server.is_none_or(Server::is_on),
            When::WasOn => operation.before_resize(server) != Some(State::Stopped),
            When::WithVolume => matches!(operation.with, Some(Thing::Volume(_))),
            When::WasOffloaded => operation.before == Some(State::ShelvedOffloaded),
            When::HasDisk => server.is_none_or(|server| server.spec.image.is_some()),
            When::Moves => operation.host != operation.origin,
        }
    }
}

/// What room on a host an operation needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// None that the server does not have.
    Own,
    /// A server without a host gets one as it begins.
    Settles,
    /// Room on another host, held beside the server's own until it is over.
    Claims,
    /// That which a resized server holds where it was before.
    Returns,
}

/// One value for each manager.
#[derive(Debug, Clone, Copy)]
pub(super) struct Per<T> {
    pub(super) nova: T,
    pub(super) cloudstack: T,
}

impl<T: Copy> Per<T> {
    pub(super) const fn both(value: T) -> Self {
        Self {
            nova: value,
            cloudstack: value,
        }
    }

    pub(super) fn of(self, manager: Manager) -> T {
        match manager {
            Manager::Nova => self.nova,
            Manager::CloudStack => self.cloudstack,
        }
    }
}

/// What becomes of a server when the last host has refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// It returns to the state that it was in.
    Reverts,
    /// It ends in ERROR.
    Breaks,
    /// It ends in ERROR, unless it runs all the same.
    BreaksIfOff,
    /// It counts as done all the same.
    Ignored,
}

/// What is said of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Complaint {
    /// What the host said.
    HostsWords,
    /// That no host would have it.
    NoHost,
    /// That it could not be stopped, and what the host said.
    CannotStop,
}

/// What is known of a kind of operation.
#[derive(Debug)]
pub struct Row {
    /// What it is called, for people.
    pub word: &'static str,
    /// What the server shows while it lasts.
    pub task: Option<Task>,
    /// Goes on beside what else is done to the server, instead of having it for itself.
    pub(super) is_beside: bool,
    /// The agent commands that do it, in order.
    pub plan: &'static [Step],
    pub(super) room: Room,
    /// How many hosts are tried, at most.
    pub(super) tries: Per<usize>,
    /// The server's state when all went well; `None` where it stays as it was.
    pub(super) goal: Option<State>,
    /// What else success brings about.
    pub(super) done: fn(&mut World, &Operation),
    pub(super) failure: Per<Failure>,
    pub(super) complaint: Per<Complaint>,
    /// What else failure brings about.
    pub(super) undone: fn(&mut World, &Operation),
}

/// What most rows have in common.
pub(super) const ROW: Row = Row {
    word: "",
    task: None,
    is_beside: false,
    plan: &[],
    room: Room::Own,
    tries: Per::both(1),
    goal: None,
    done: |_, _| (),
    failure: Per::both(Failure::Reverts),
    complaint: Per::both(Complaint::HostsWords),
    undone: |_, _| (),
};
