//! What can be done: one row for each kind of operation.

use super::Operation;
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
}

impl Step {
    const fn at_origin(self) -> Self {
        Self {
            at: At::Origin,
            ..self
        }
    }

    const fn when(self, when: When) -> Self {
        Self { when, ..self }
    }
}

const fn send(command: AgentCommand) -> Step {
    Step {
        command,
        at: At::Host,
        when: When::Always,
        task: None,
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
}

impl When {
    pub(super) fn holds(self, server: Option<&Server>) -> bool {
        let is_placed = server.is_none_or(|server| server.last_host.is_some());
        match self {
            When::Always => true,
            When::Placed => is_placed,
            When::On => is_placed && server.is_none_or(Server::is_on),
        }
    }
}

/// One value for each manager.
#[derive(Debug, Clone, Copy)]
pub(super) struct Per<T> {
    nova: T,
    cloudstack: T,
}

impl<T: Copy> Per<T> {
    const fn both(value: T) -> Self {
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
    /// What the server shows while it lasts. `None` for what goes on beside its other operations.
    pub task: Option<Task>,
    /// The agent commands that do it, in order.
    pub plan: &'static [Step],
    /// Whether a server without a host gets one as it begins.
    pub(super) settles: bool,
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
const ROW: Row = Row {
    word: "",
    task: None,
    plan: &[],
    settles: false,
    tries: Per::both(1),
    goal: None,
    done: |_, _| (),
    failure: Per::both(Failure::Reverts),
    complaint: Per::both(Complaint::HostsWords),
    undone: |_, _| (),
};

macro_rules! kinds {
    ($($(#[doc = $about:literal])* $name:ident { $($field:ident: $value:expr,)* })*) => {
        /// What an operation does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind {
            $($(#[doc = $about])* $name,)*
        }

        static ROWS: &[Row] = &[$(Row { $($field: $value,)* ..ROW },)*];

        impl Kind {
            /// All of them, in the order of the table.
            pub const ALL: &[Kind] = &[$(Kind::$name,)*];

            /// Its row in the table.
            pub fn row(self) -> &'static Row {
                &ROWS[self as usize]
            }
        }
    };
}

use AgentCommand::{
    AttachCommand, CopyCommand, CreateLoadBalancerCommand, CreateLoadBalancerNodeCommand,
    DeleteLoadBalancerCommand, DeleteLoadBalancerNodeCommand, DestroyCommand, DettachCommand,
    MigrateCommand, PlugNicCommand, PrepareForMigrationCommand, RebootCommand, StartCommand,
    StopCommand, UnPlugNicCommand, UpdateLoadBalancerCommand, UpdateLoadBalancerNodeCommand,
};

// Nova builds on up to 3 hosts (`[scheduler] max_attempts`) and starts a server only where it is. CloudStack's
// `start.retry` is 10, for the first start and every later one.
kinds! {
    /// Make it, and start it.
    Create {
        word: "create",
        task: Some(Task::Spawning),
        plan: &[send(CopyCommand), send(StartCommand)],
        settles: true,
        tries: Per { nova: 3, cloudstack: 10 },
        goal: Some(State::Active),
        done: World::launch,
        failure: Per::both(Failure::Breaks),
        complaint: Per::both(Complaint::NoHost),
    }
    /// Make it, and leave it stopped.
    CreateStopped {
        word: "create",
        task: Some(Task::Spawning),
        settles: true,
        goal: Some(State::Stopped),
        done: World::leave_off,
        failure: Per::both(Failure::Breaks),
        complaint: Per::both(Complaint::NoHost),
    }
    Start {
        word: "start",
        task: Some(Task::PoweringOn),
        plan: &[send(StartCommand)],
        settles: true,
        tries: Per { nova: 1, cloudstack: 10 },
        goal: Some(State::Active),
        complaint: Per { nova: Complaint::HostsWords, cloudstack: Complaint::NoHost },
    }
    Stop {
        word: "stop",
        task: Some(Task::PoweringOff),
        plan: &[send(StopCommand)],
        goal: Some(State::Stopped),
        done: World::release,
        complaint: Per { nova: Complaint::HostsWords, cloudstack: Complaint::CannotStop },
    }
    /// Take it as stopped even when the host refuses.
    ForcedStop {
        word: "stop",
        task: Some(Task::PoweringOff),
        plan: &[send(StopCommand)],
        goal: Some(State::Stopped),
        done: World::release,
        failure: Per::both(Failure::Ignored),
    }
    Reboot {
        word: "reboot",
        task: Some(Task::Rebooting),
        plan: &[send(RebootCommand)],
        goal: Some(State::Active),
    }
    HardReboot {
        word: "reboot",
        task: Some(Task::RebootingHard),
        plan: &[send(RebootCommand)],
        goal: Some(State::Active),
    }
    /// Stop it and keep it for recovery.
    Destroy {
        word: "destroy",
        task: Some(Task::Deleting),
        plan: &[send(StopCommand).when(When::On)],
        goal: Some(State::SoftDeleted),
        done: World::release,
        complaint: Per { nova: Complaint::HostsWords, cloudstack: Complaint::CannotStop },
    }
    /// Remove it for good.
    Delete {
        word: "delete",
        task: Some(Task::Deleting),
        plan: &[send(StopCommand).when(When::On), send(DestroyCommand).when(When::Placed)],
        done: World::bury,
        failure: Per { nova: Failure::Breaks, cloudstack: Failure::Reverts },
    }
    /// Move it off its host, running.
    Migrate {
        word: "migrate",
        task: Some(Task::Migrating),
        plan: &[send(PrepareForMigrationCommand), send(MigrateCommand).at_origin()],
        done: World::arrive,
    }
    /// Attach a volume to a server, which goes on with what it does.
    AttachVolume {
        word: "attach volume",
        plan: &[send(AttachCommand)],
    }
    /// Detach a volume from a server.
    DetachVolume {
        word: "detach volume",
        plan: &[send(DettachCommand)],
    }
    /// Put a network card into a server.
    PlugNic {
        word: "plug network card",
        plan: &[send(PlugNicCommand)],
    }
    /// Take a network card out of a server.
    UnplugNic {
        word: "unplug network card",
        plan: &[send(UnPlugNicCommand)],
    }
    /// Set up a load balancer.
    CreateBalancer {
        word: "create load balancer",
        plan: &[send(CreateLoadBalancerCommand)],
        done: World::settle_balancer,
        undone: World::break_balancer,
    }
    /// Change how a load balancer is set up.
    UpdateBalancer {
        word: "update load balancer",
        plan: &[send(UpdateLoadBalancerCommand)],
        done: World::settle_balancer,
        undone: World::break_balancer,
    }
    /// Remove a load balancer.
    DeleteBalancer {
        word: "delete load balancer",
        plan: &[send(DeleteLoadBalancerCommand)],
        done: World::bury_balancer,
        undone: World::break_balancer,
    }
    /// Add nodes to a load balancer.
    AddNodes {
        word: "add nodes",
        plan: &[send(CreateLoadBalancerNodeCommand)],
        done: World::settle_balancer,
        undone: World::break_balancer,
    }
    /// Change nodes of a load balancer.
    ChangeNodes {
        word: "change nodes",
        plan: &[send(UpdateLoadBalancerNodeCommand)],
        done: World::settle_balancer,
        undone: World::break_balancer,
    }
    /// Remove nodes from a load balancer.
    RemoveNodes {
        word: "remove nodes",
        plan: &[send(DeleteLoadBalancerNodeCommand)],
        done: World::settle_balancer,
        undone: World::break_balancer,
    }
}
