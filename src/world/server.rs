//! Servers, which CloudStack calls virtual machines: one record for all dialects.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::accounts::{Project, User};
use super::catalog::{Flavor, Image};
use super::topology::HostKey;
use crate::vocabulary::fact::{FactPath, FactValue, Facts, Subject};

/// What a server is, apart from what is being done to it; Nova's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    Building,
    Active,
    Stopped,
    Paused,
    Suspended,
    Error,
    /// Destroyed but not expunged: it can be recovered.
    SoftDeleted,
}

/// What is being done to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Task {
    Spawning,
    PoweringOn,
    PoweringOff,
    Rebooting,
    RebootingHard,
    Deleting,
    Migrating,
}

/// What the hypervisor would say of it, which the cloud may not know yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Power {
    None,
    Running,
    Paused,
    Shutdown,
    Suspended,
}

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

/// The statuses that the language and Nova's API know, with what they mean.
pub const STATUSES: &[(&str, State, Power)] = &[
    ("ACTIVE", State::Active, Power::Running),
    ("BUILD", State::Building, Power::None),
    ("SHUTOFF", State::Stopped, Power::Shutdown),
    ("PAUSED", State::Paused, Power::Paused),
    ("SUSPENDED", State::Suspended, Power::Suspended),
    ("ERROR", State::Error, Power::None),
    ("SOFT_DELETED", State::SoftDeleted, Power::Shutdown),
];

/// Why a server is in the state ERROR.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFault {
    pub code: u16,
    pub message: String,
    pub created: DateTime<Utc>,
}

/// What only Nova's API takes and shows, kept where it was given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NovaDetails {
    pub hostname: Option<Arc<str>>,
    pub tags: Vec<Arc<str>>,
    /// Base64.
    pub user_data: Option<Arc<str>>,
    /// `OS-DCF:diskConfig` is `AUTO`.
    pub resizes_disk: bool,
    pub scheduler_hints: Option<serde_json::Value>,
    pub trusted_certificates: Option<serde_json::Value>,
    /// The zone that was asked for.
    pub pinned_zone: Option<Arc<str>>,
    /// Shared by the servers of one request.
    pub reservation: Option<Arc<str>>,
    /// Counts the servers of one request, from 0.
    pub launch_index: u64,
}

#[derive(Debug, Clone)]
pub struct Server {
    pub id: Uuid,
    /// Counted from 1: CloudStack's internal number.
    pub number: u64,
    pub name: Arc<str>,
    pub description: Option<Arc<str>>,
    /// CloudStack's second name.
    pub display_name: Option<Arc<str>>,
    pub project: Arc<Project>,
    pub user: Arc<User>,
    pub flavor: Arc<Flavor>,
    pub image: Option<Arc<Image>>,
    pub key_name: Option<Arc<str>>,
    pub metadata: Vec<(Arc<str>, Arc<str>)>,
    pub access_ipv4: Option<Arc<str>>,
    pub access_ipv6: Option<Arc<str>>,
    pub config_drive: bool,
    pub nova: Option<Box<NovaDetails>>,
    pub manager: Manager,
    /// Where it is; `None` before it is scheduled and after a failed build.
    pub host: Option<HostKey>,
    /// The last place it was at.
    pub last_host: Option<HostKey>,
    pub state: State,
    pub task: Option<Task>,
    pub power: Power,
    pub fault: Option<Box<ServerFault>>,
    /// To be started elsewhere when its host dies.
    pub is_highly_available: bool,
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
        match (self.state, self.task) {
            (State::Active, Some(Task::Rebooting)) => "REBOOT",
            (State::Active, Some(Task::RebootingHard)) => "HARD_REBOOT",
            (State::Active | State::Paused, Some(Task::Migrating)) => "MIGRATING",
            (state, _) => STATUSES
                .iter()
                .find(|(_, listed, _)| *listed == state)
                .map_or("UNKNOWN", |(status, ..)| status),
        }
    }

    /// Whether it holds its flavor's share of a host.
    pub fn holds_capacity(&self) -> bool {
        self.host.is_some()
    }

    pub fn metadata_item(&self, key: &str) -> Option<&Arc<str>> {
        self.metadata
            .iter()
            .find(|(name, _)| **name == *key)
            .map(|(_, value)| value)
    }

    /// Sets an item, in its old place if it has one.
    pub fn set_metadata(&mut self, key: &str, value: &str) {
        match self.metadata.iter_mut().find(|(name, _)| **name == *key) {
            Some((_, old)) => *old = value.into(),
            None => self.metadata.push((key.into(), value.into())),
        }
    }
}

impl Facts for Server {
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
        match path {
            FactPath::Of(Subject::Server, keys) => match keys.as_slice() {
                [field] => self.field(field),
                [field, key] if **field == *"metadata" => {
                    self.metadata_item(key).map(|value| FactValue::text(value))
                }
                _ => None,
            },
            FactPath::Tenant => Some(FactValue::text(&self.project.name)),
            FactPath::User => Some(FactValue::text(&self.user.name)),
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

impl Server {
    fn field(&self, field: &str) -> Option<FactValue<'_>> {
        match field {
            "name" => Some(FactValue::text(&self.name)),
            "id" => Some(FactValue::Text(self.id.to_string().into())),
            "status" => Some(FactValue::text(self.status())),
            "flavor" => Some(FactValue::text(&self.flavor.name)),
            "image" => self
                .image
                .as_ref()
                .map(|image| FactValue::text(&image.name)),
            _ => None,
        }
    }
}
