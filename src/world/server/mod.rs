//! Servers, which CloudStack calls virtual machines: one record for all dialects.

mod condemned;
pub(in crate::world) mod consoles;
mod life;
mod machine;
mod order;
mod rare;
mod spec;
mod state;
#[cfg(test)]
mod tests;
pub mod vm_snapshots;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::accounts::User;
use super::operations::{Acted, Record};
use super::topology::HostKey;
use crate::vocabulary::fact::{FactPath, FactValue, Facts, Subject};

pub use machine::{InstanceGroup, MachineDetails};
pub(in crate::world) use order::ByProject;
pub use rare::{Lock, Rare, Resize};
pub use spec::{Draft, NovaDetails, Specification};
pub use state::{Power, STATUSES, State, Task};

/// The dialect that a server was made through. It decides what happens when things go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Manager {
    Nova,
    CloudStack,
}

impl Manager {
    /// Its name, for people.
    pub fn word(self) -> &'static str {
        match self {
            Manager::Nova => "nova",
            Manager::CloudStack => "cloudstack",
        }
    }
}

/// Why a server is in the state ERROR.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFault {
    pub code: u16,
    pub message: String,
    pub created: DateTime<Utc>,
}

/// A server: what it is to be, and how it is.
#[derive(Debug, Clone)]
pub struct Server {
    pub id: Uuid,
    /// Counted from 1: CloudStack's internal number.
    pub number: u64,
    pub spec: Specification,
    /// Where it is; `None` before it is scheduled and after a failed build.
    pub host: Option<HostKey>,
    /// The last place it was at.
    pub last_host: Option<HostKey>,
    /// The number of the cluster in whose storage its disk is; only CloudStack's machines move away from it.
    pub disk: Option<u32>,
    pub state: State,
    pub task: Option<Task>,
    pub power: Power,
    pub fault: Option<Box<ServerFault>>,
    pub rare: Option<Box<Rare>>,
    /// What was done to it through Nova, oldest first.
    pub records: Vec<Record>,
    /// Existed at the start; not counted as left over.
    pub is_given: bool,
    /// The operation that is changing it.
    pub operation: Option<Uuid>,
    pub created: DateTime<Utc>,
    pub updated: DateTime<Utc>,
    pub launched: Option<DateTime<Utc>>,
}

impl Server {
    /// Nova's status: a function of state and task.
    pub fn status(&self) -> &'static str {
        state::status(self.state, self.task)
    }

    /// Whether it holds its flavor's share of a host.
    pub fn holds_capacity(&self) -> bool {
        self.host.is_some()
    }

    /// Whether its template has a password made for it.
    pub fn has_password(&self) -> bool {
        let image = self.spec.image.as_ref();
        let value = image.and_then(|image| image.property("password_enabled"));
        value.is_some_and(|value| **value == *"true")
    }

    /// Whether the hypervisor has it in its memory.
    pub fn is_on(&self) -> bool {
        match self.power {
            Power::Running | Power::Paused => true,
            Power::None | Power::Shutdown | Power::Crashed | Power::Suspended => false,
        }
    }
}

impl Acted for Server {
    fn name(&self) -> &Arc<str> {
        &self.spec.name
    }

    fn owner(&self) -> Option<&Arc<User>> {
        Some(&self.spec.user)
    }

    fn manager(&self) -> Manager {
        self.spec.manager
    }
}

impl Facts for Server {
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
        match path {
            FactPath::Of(Subject::Server, keys) => match keys.as_slice() {
                [field] if **field == *"id" => Some(FactValue::Text(self.id.to_string().into())),
                [field] if **field == *"status" => Some(FactValue::text(self.status())),
                _ => self.spec.get(path),
            },
            FactPath::Tenant => Some(FactValue::text(&self.spec.project.name)),
            FactPath::User => Some(FactValue::text(&self.spec.user.name)),
            FactPath::Of(..)
            | FactPath::Method
            | FactPath::Path
            | FactPath::Query(_)
            | FactPath::Header(_)
            | FactPath::Body(_)
            | FactPath::Region
            | FactPath::Attempt => None,
        }
    }
}
