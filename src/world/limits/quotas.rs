//! Quotas: how much a project, or a user in it, may have of each resource.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::world::World;
use crate::world::limits::holdings::{Held, Owner, share};
use crate::world::placement::server_groups::ServerGroup;
use crate::world::server::{Server, State};
use crate::world::start::blueprint::Limits;

/// Something of which there is only so much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resource {
    Cores,
    FixedIps,
    FloatingIps,
    InjectedFileBytes,
    InjectedPathBytes,
    InjectedFiles,
    Servers,
    KeyPairs,
    MetadataItems,
    /// In MiB.
    Memory,
    SecurityGroupRules,
    SecurityGroups,
    GroupMembers,
    ServerGroups,
}

impl Resource {
    /// All of them, in the order of their names in Nova's API.
    pub const ALL: [Resource; 14] = [
        Resource::Cores,
        Resource::FixedIps,
        Resource::FloatingIps,
        Resource::InjectedFileBytes,
        Resource::InjectedPathBytes,
        Resource::InjectedFiles,
        Resource::Servers,
        Resource::KeyPairs,
        Resource::MetadataItems,
        Resource::Memory,
        Resource::SecurityGroupRules,
        Resource::SecurityGroups,
        Resource::GroupMembers,
        Resource::ServerGroups,
    ];

    /// What a cloud is configured to allow; Nova's defaults where the configuration says nothing. -1 is no
    /// limit.
    fn configured(self, limits: &Limits) -> i64 {
        match self {
            Resource::Cores => limits.cpus,
            Resource::Servers => limits.servers,
            Resource::Memory => limits.memory,
            Resource::KeyPairs => limits.keypairs,
            Resource::MetadataItems => limits.metadata_items,
            Resource::InjectedFiles => 5,
            Resource::InjectedFileBytes => 10_240,
            Resource::InjectedPathBytes => 255,
            Resource::ServerGroups | Resource::GroupMembers => 10,
            // The network service counts these.
            Resource::FixedIps
            | Resource::FloatingIps
            | Resource::SecurityGroups
            | Resource::SecurityGroupRules => -1,
        }
    }
}

/// The class of quotas that projects without their own have.
pub const DEFAULT_CLASS: &str = "default";

type Values = FxHashMap<Resource, i64>;

/// Whom a quota is for: ids as administrators wrote them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder<'a> {
    pub project: &'a str,
    pub user: Option<&'a str>,
}

/// What was set: by class, project, and user in a project.
#[derive(Debug, Clone, Default)]
pub struct Quotas {
    classes: FxHashMap<Arc<str>, Values>,
    projects: FxHashMap<Arc<str>, Values>,
    users: FxHashMap<(Arc<str>, Arc<str>), Values>,
}

impl Quotas {
    pub fn set_class(&mut self, class: &str, resource: Resource, limit: i64) {
        let values = self.classes.entry(class.into()).or_default();
        values.insert(resource, limit);
    }

    fn class(&self, class: &str, resource: Resource) -> Option<i64> {
        self.classes.get(class)?.get(&resource).copied()
    }

    /// What was set for a user or else for the project.
    fn own(&self, holder: Holder<'_>, resource: Resource) -> Option<i64> {
        let of_user = holder.user.and_then(|user| {
            let set = self.users.get(&(holder.project.into(), user.into()))?;
            set.get(&resource)
        });
        let of_project = || self.projects.get(holder.project)?.get(&resource);
        of_user.or_else(of_project).copied()
    }

    pub fn set(&mut self, holder: Holder<'_>, resource: Resource, limit: i64) {
        let values = match holder.user {
            None => self.projects.entry(holder.project.into()).or_default(),
            Some(user) => {
                let key = (holder.project.into(), user.into());
                self.users.entry(key).or_default()
            }
        };
        values.insert(resource, limit);
    }

    /// Back to what all have: for one user, or for a project and all of its users.
    pub fn reset(&mut self, holder: Holder<'_>) {
        match holder.user {
            Some(user) => {
                self.users.remove(&(holder.project.into(), user.into()));
            }
            None => {
                self.projects.remove(holder.project);
                self.users
                    .retain(|(project, _), _| **project != *holder.project);
            }
        }
    }
}

share! {
    /// What somebody has of what Nova counts, or what one thing takes of it.
    Usage {
        servers: i64,
        cpus: i64,
        /// In MiB.
        memory: i64,
        server_groups: i64,
    }
}

impl Held for Server {
    type Share = Usage;

    fn owned_by(&self) -> Owner {
        Owner::user(self.spec.project.id, self.spec.user.id)
    }

    fn share(&self) -> Usage {
        if self.state == State::SoftDeleted {
            return Usage::default();
        }
        Usage {
            servers: 1,
            cpus: i64::from(self.spec.flavor.cpus),
            memory: i64::try_from(self.spec.flavor.memory).unwrap_or(i64::MAX),
            ..Usage::default()
        }
    }
}

impl Held for ServerGroup {
    type Share = Usage;

    fn owned_by(&self) -> Owner {
        Owner::user(self.project, self.user)
    }

    fn share(&self) -> Usage {
        Usage {
            server_groups: 1,
            ..Usage::default()
        }
    }
}

impl World {
    /// What a project, or a user in it, has.
    pub fn usage(&self, owner: Owner) -> Usage {
        let mut usage = self.servers.held_by(owner);
        usage += self.server_groups.held_by(owner);
        usage
    }

    /// How much a project, or a user in it, may have; -1 is no limit.
    pub fn quota(&self, holder: Holder<'_>, resource: Resource) -> i64 {
        let own = self.quotas.own(holder, resource);
        own.unwrap_or_else(|| self.class_quota(DEFAULT_CLASS, resource))
    }

    /// How much those of a class may have.
    pub fn class_quota(&self, class: &str, resource: Resource) -> i64 {
        let set = self.quotas.class(class, resource);
        set.unwrap_or_else(|| resource.configured(&self.limits))
    }
}
