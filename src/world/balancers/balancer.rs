//! A load balancer.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::{Entry, Node, NodeEvent, VirtualIp};
use crate::vocabulary::balancing::DEFAULT_ALGORITHM;
use crate::vocabulary::fact::{FactPath, FactValue, Facts, Subject};
use crate::world::accounts::{Project, User};
use crate::world::operations::Acted;
use crate::world::server::Manager;
use crate::world::topology::HostKey;

/// What is set of something, under the names that the service has for it; checked before it comes here.
pub type Settings = Map<String, Value>;

#[derive(Debug, Clone, PartialEq)]
pub struct Balancer {
    pub id: u32,
    pub name: Arc<str>,
    pub project: Arc<Project>,
    pub user: Arc<User>,
    /// The host that carries it; `None` when there was none for it.
    pub host: Option<HostKey>,
    pub status: Status,
    pub protocol: Arc<str>,
    pub port: u16,
    pub algorithm: Arc<str>,
    /// In seconds.
    pub timeout: u32,
    pub half_closed: bool,
    pub https_redirect: bool,
    pub nodes: Vec<Node>,
    pub virtual_ips: Vec<VirtualIp>,
    pub access_list: Vec<AccessItem>,
    pub metadata: Vec<Meta>,
    pub certificates: Vec<Certificate>,
    /// What it does beside balancing; a setting that was never made is not there.
    pub settings: BTreeMap<Setting, Settings>,
    pub created: DateTime<Utc>,
    pub updated: DateTime<Utc>,
    /// It was there at the start; no client need remove it.
    pub is_given: bool,
    /// What was done to it, oldest first.
    pub log: Vec<Entry>,
    /// How its nodes changed, oldest first.
    pub node_events: Vec<NodeEvent>,
}

/// How a balancer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Build,
    Active,
    PendingUpdate,
    PendingDelete,
    Suspended,
    Error,
    Deleted,
}

impl Status {
    pub const ALL: [Status; 7] = [
        Status::Build,
        Status::Active,
        Status::PendingUpdate,
        Status::PendingDelete,
        Status::Suspended,
        Status::Error,
        Status::Deleted,
    ];

    /// As the service and the language write it.
    pub fn word(self) -> &'static str {
        match self {
            Status::Build => "BUILD",
            Status::Active => "ACTIVE",
            Status::PendingUpdate => "PENDING_UPDATE",
            Status::PendingDelete => "PENDING_DELETE",
            Status::Suspended => "SUSPENDED",
            Status::Error => "ERROR",
            Status::Deleted => "DELETED",
        }
    }

    pub fn named(word: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.word() == word)
    }
}

/// What a balancer can do beside balancing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Setting {
    HealthMonitor,
    SessionPersistence,
    ConnectionThrottle,
    ConnectionLogging,
    ContentCaching,
    ErrorPage,
    SslTermination,
}

/// Who is let through, or not.
#[derive(Debug, Clone, PartialEq)]
pub struct AccessItem {
    pub id: u32,
    /// An address or a network.
    pub address: Arc<str>,
    pub allows: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Meta {
    pub id: u32,
    pub key: Arc<str>,
    pub value: Arc<str>,
}

/// The certificate of one host name.
#[derive(Debug, Clone, PartialEq)]
pub struct Certificate {
    pub id: u32,
    pub settings: Settings,
}

impl Balancer {
    /// One that has nothing yet but what every balancer needs.
    pub fn new(
        (project, user): (Arc<Project>, Arc<User>),
        host: Option<HostKey>,
        (protocol, port): (&str, u16),
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id: 0,
            name: "".into(),
            project,
            user,
            host,
            status: Status::Build,
            protocol: protocol.into(),
            port,
            algorithm: DEFAULT_ALGORITHM.into(),
            timeout: 30,
            half_closed: false,
            https_redirect: false,
            nodes: Vec::new(),
            virtual_ips: Vec::new(),
            access_list: Vec::new(),
            metadata: Vec::new(),
            certificates: Vec::new(),
            settings: BTreeMap::new(),
            created: now,
            updated: now,
            is_given: false,
            log: Vec::new(),
            node_events: Vec::new(),
        }
    }

    pub fn node(&self, id: u32) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }

    pub fn node_mut(&mut self, id: u32) -> Option<&mut Node> {
        self.nodes.iter_mut().find(|node| node.id == id)
    }

    pub fn setting(&self, setting: Setting) -> Option<&Settings> {
        self.settings.get(&setting)
    }

    /// Whether a client uses that port of an address that others may share.
    pub fn listens_on(&self, address: u32, port: u16) -> bool {
        self.port == port && self.virtual_ips.iter().any(|ip| ip.id == address)
    }
}

impl Acted for Balancer {
    fn name(&self) -> &Arc<str> {
        &self.name
    }

    fn owner(&self) -> Option<&Arc<User>> {
        Some(&self.user)
    }

    fn manager(&self) -> Manager {
        Manager::Nova
    }
}

impl Facts for Balancer {
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
        match path {
            FactPath::Of(Subject::Balancer, keys) => self.fact(keys),
            FactPath::Tenant => Some(FactValue::text(&self.project.name)),
            FactPath::User => Some(FactValue::text(&self.user.name)),
            _ => None,
        }
    }
}

impl Balancer {
    fn fact(&self, keys: &[Arc<str>]) -> Option<FactValue<'_>> {
        match keys {
            [field] => Some(match &**field {
                "name" => FactValue::text(&self.name),
                "id" => FactValue::Number(self.id.into()),
                "status" => FactValue::text(self.status.word()),
                "protocol" => FactValue::text(&self.protocol),
                "port" => FactValue::Number(self.port.into()),
                "algorithm" => FactValue::text(&self.algorithm),
                _ => return None,
            }),
            [field, key] if **field == *"metadata" => meta_fact(&self.metadata, key),
            _ => None,
        }
    }
}

/// The value of the metadata item of that key.
pub(super) fn meta_fact<'a>(metadata: &'a [Meta], key: &str) -> Option<FactValue<'a>> {
    let item = metadata.iter().find(|meta| *meta.key == *key)?;
    Some(FactValue::text(&item.value))
}
