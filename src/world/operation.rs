//! Things being done to servers, each a plan of agent commands. CloudStack shows them as jobs.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::accounts::User;
use super::server::{Manager, Power, Server, State, Task};
use super::topology::HostKey;
use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::fault::Fault;

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Make it, and start it.
    Create,
    /// Make it, and leave it stopped.
    CreateStopped,
    Start,
    Stop {
        /// Take it as stopped even when the host refuses.
        forced: bool,
    },
    Reboot {
        hard: bool,
    },
    /// Stop it and keep it for recovery.
    Destroy,
    /// Remove it for good.
    Delete,
    /// Move it off its host, running.
    Migrate,
}

impl Kind {
    /// The agent commands that do it, in order.
    pub fn plan(self, server: &Server) -> &'static [AgentCommand] {
        use AgentCommand::{
            CopyCommand, DestroyCommand, MigrateCommand, PrepareForMigrationCommand, RebootCommand,
            StartCommand, StopCommand,
        };
        let is_on = matches!(server.power, Power::Running | Power::Paused);
        match self {
            Kind::Create => &[CopyCommand, StartCommand],
            Kind::CreateStopped => &[],
            Kind::Start => &[StartCommand],
            Kind::Stop { .. } => &[StopCommand],
            Kind::Reboot { .. } => &[RebootCommand],
            Kind::Destroy if is_on => &[StopCommand],
            Kind::Destroy => &[],
            Kind::Delete if server.last_host.is_none() => &[],
            Kind::Delete if is_on => &[StopCommand, DestroyCommand],
            Kind::Delete => &[DestroyCommand],
            Kind::Migrate => &[PrepareForMigrationCommand, MigrateCommand],
        }
    }

    /// What it is called, for people.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Create | Kind::CreateStopped => "create",
            Kind::Start => "start",
            Kind::Stop { .. } => "stop",
            Kind::Reboot { .. } => "reboot",
            Kind::Destroy => "destroy",
            Kind::Delete => "delete",
            Kind::Migrate => "migrate",
        }
    }

    /// What the server shows while it lasts.
    pub fn task(self) -> Task {
        match self {
            Kind::Create | Kind::CreateStopped => Task::Spawning,
            Kind::Start => Task::PoweringOn,
            Kind::Stop { .. } => Task::PoweringOff,
            Kind::Reboot { hard: false } => Task::Rebooting,
            Kind::Reboot { hard: true } => Task::RebootingHard,
            Kind::Destroy | Kind::Delete => Task::Deleting,
            Kind::Migrate => Task::Migrating,
        }
    }

    /// How many hosts are tried, at most.
    ///
    /// Nova builds on up to 3 (`[scheduler] max_attempts`) and starts a server only where it is. CloudStack's
    /// `start.retry` is 10, for the first start and every later one.
    pub fn tries(self, manager: Manager) -> usize {
        match (self, manager) {
            (Kind::Create, Manager::Nova) => 3,
            (Kind::Create | Kind::Start, Manager::CloudStack) => 10,
            (Kind::Start, Manager::Nova)
            | (
                Kind::CreateStopped
                | Kind::Stop { .. }
                | Kind::Reboot { .. }
                | Kind::Destroy
                | Kind::Delete
                | Kind::Migrate,
                _,
            ) => 1,
        }
    }

    /// The server's state and power when all went well; `None` where it is gone or stays as it was.
    pub(super) fn goal(self) -> Option<(State, Power)> {
        match self {
            Kind::Create | Kind::Start | Kind::Reboot { .. } => {
                Some((State::Active, Power::Running))
            }
            Kind::CreateStopped | Kind::Stop { .. } => Some((State::Stopped, Power::Shutdown)),
            Kind::Destroy => Some((State::SoftDeleted, Power::Shutdown)),
            Kind::Delete | Kind::Migrate => None,
        }
    }
}

/// One operation, from its request to its end.
#[derive(Debug, Clone)]
pub struct Operation {
    /// CloudStack's job id.
    pub id: Uuid,
    pub kind: Kind,
    pub server: Uuid,
    /// Who asked for it.
    pub user: Arc<User>,
    pub plan: &'static [AgentCommand],
    /// The position in the plan.
    pub step: usize,
    /// Counts the hosts tried, from 1.
    pub attempt: u32,
    pub tried: Vec<HostKey>,
    /// Where the commands go; for a migration, the destination.
    pub host: Option<HostKey>,
    /// Where the server was before.
    pub origin: Option<HostKey>,
    /// The state to return to when it fails.
    pub before: State,
    /// Counts the commands sent.
    pub(super) ticket: u32,
    /// The command whose answer is awaited; any other answer comes too late.
    pub(super) awaits: Option<u32>,
    pub started: DateTime<Utc>,
    pub end: Option<End>,
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
