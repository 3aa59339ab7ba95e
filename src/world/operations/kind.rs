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
    /// What is said of its failure, if it is not what the row says.
    pub(super) complaint: Option<Complaint>,
    /// What the host is asked first when this step failed; its answer makes no difference.
    pub(super) amends: Option<&'static Step>,
    /// What it brings about, beside the server's power, when the host did it.
    pub(super) effect: fn(&mut World, &Operation),
    /// Sent again as long as it is needed.
    pub(super) repeats: bool,
    /// About a network card: sent for each, together with such steps before and after it.
    pub(super) is_per_card: bool,
}

impl Step {
    pub(super) const fn at_origin(self) -> Self {
        Self {
            at: At::Origin,
            ..self
        }
    }

    /// Sent to a host that reaches the storage which the server's disk is on.
    pub(super) const fn at_storage(self) -> Self {
        Self {
            at: At::Storage,
            ..self
        }
    }

    /// Sent to the host of the router that serves the server.
    pub(super) const fn at_router(self) -> Self {
        Self {
            at: At::Router,
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
        self.or(Failure::Breaks)
    }

    /// From here on no other host is tried; this becomes of the server.
    pub(super) const fn or(self, failure: Failure) -> Self {
        Self {
            failure: Some(failure),
            ..self
        }
    }

    pub(super) const fn complains(self, complaint: Complaint) -> Self {
        Self {
            complaint: Some(complaint),
            ..self
        }
    }

    pub(super) const fn amended_by(self, step: &'static Step) -> Self {
        Self {
            amends: Some(step),
            ..self
        }
    }

    pub(super) const fn brings(self, effect: fn(&mut World, &Operation)) -> Self {
        Self { effect, ..self }
    }

    /// Sent to the router of each network card's network. Steps that are side by side are sent card by card.
    pub(super) const fn per_card(self) -> Self {
        Self {
            is_per_card: true,
            ..self.at_router()
        }
    }

    /// Sent once for each thing that it is needed for.
    pub(super) const fn repeats(self) -> Self {
        Self {
            repeats: true,
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
        complaint: None,
        amends: None,
        effect: |_, _| (),
        repeats: false,
        is_per_card: false,
    }
}

/// Which host a command is sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// The operation's: for one that moves a server, the destination.
    Host,
    /// The one where the server was when the operation began.
    Origin,
    /// One that reaches the storage which the server's disk is on.
    Storage,
    /// That of the router which serves the server; the operation's, where none runs.
    Router,
}

/// Whether a command is needed, as the server is when its turn comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Always,
    /// There is something of it on a host.
    Placed,
    /// It runs there.
    On,
    /// It is one of the cloud's own machines that is on no host.
    Off,
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
    /// Its disk is not in the storage of the host's cluster, but has to be.
    NeedsDisk,
    /// The same, and the template that it is made from is not there either.
    NeedsTemplate,
    /// The template that it is made from is not in the storage of the host's cluster.
    LacksTemplate,
    /// It has another disk that is nowhere yet.
    NeedsDataDisk,
    /// It has a disk in some storage.
    OwnsDisk,
    /// The router of the card's network gives addresses.
    TakesAddress,
    /// A password was made for it, and the card is the one that it gets it through.
    TakesPassword,
    /// The router of the card's network tells machines of themselves.
    TakesData,
    /// It has security groups of its own.
    HasGroups,
}

impl When {
    /// `card` is the number of the network card that a step about cards would be about.
    pub(super) fn holds(self, operation: &Operation, card: usize, world: &World) -> bool {
        let server = operation.server().and_then(|id| world.server(id));
        let is = |test: fn(&Server) -> bool| server.is_none_or(test);
        let is_placed = is(|server| server.last_host.is_some());
        let needs_disk =
            || server.is_some_and(|server| !world.has_disk_for(server, operation.host));
        let lacks_template =
            || server.is_some_and(|server| !world.has_template_for(server, operation.host));
        match self {
            When::Always => true,
            When::Placed => is_placed,
            When::On => is_placed && is(Server::is_on) && world.has_place(operation.on),
            When::Off => !world.has_place(operation.on),
            When::WasOn => operation.before_resize(server) != Some(State::Stopped),
            When::WithVolume => matches!(operation.with, Some(Thing::Volume(_))),
            When::WasOffloaded => operation.before == Some(State::ShelvedOffloaded),
            When::HasDisk => is(|server| server.spec.image.is_some()),
            When::Moves => operation.host != operation.origin,
            When::NeedsDisk => needs_disk(),
            When::NeedsTemplate => needs_disk() && lacks_template(),
            When::LacksTemplate => lacks_template(),
            When::NeedsDataDisk => {
                server.is_some_and(|server| world.disk_to_make(server.id).is_some())
            }
            When::OwnsDisk => server.is_none_or(|server| world.has_root_disk(server)),
            When::TakesAddress => world.is_served(operation, card, "Dhcp"),
            When::TakesPassword => {
                is(Server::has_password)
                    && world.is_default_card(operation, card)
                    && world.is_served(operation, card, "UserData")
            }
            When::TakesData => world.is_served(operation, card, "UserData"),
            When::HasGroups => server.is_some_and(|server| world.has_groups(server)),
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
    /// It ends in this state, without a place on a host.
    Becomes(State),
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
    /// That its destination is not ready for it, and why.
    CannotPrepare,
    /// That it did not arrive at its destination.
    CannotArrive,
    /// That there is no such maintenance.
    CannotMaintain,
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
    pub(super) plan: &'static [Step],
    /// Those of CloudStack, where they are not the same.
    pub(super) cloudstack: Option<&'static [Step]>,
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

impl Row {
    /// The agent commands that do it to a thing of that manager's, in order.
    pub fn plan(&self, manager: Manager) -> &'static [Step] {
        match (manager, self.cloudstack) {
            (Manager::CloudStack, Some(own)) => own,
            (Manager::Nova | Manager::CloudStack, _) => self.plan,
        }
    }
}

/// What most rows have in common.
pub(super) const ROW: Row = Row {
    word: "",
    task: None,
    is_beside: false,
    plan: &[],
    cloudstack: None,
    room: Room::Own,
    tries: Per::both(1),
    goal: None,
    done: |_, _| (),
    failure: Per::both(Failure::Reverts),
    complaint: Per::both(Complaint::HostsWords),
    undone: |_, _| (),
};
