//! Quotas: how much a project, or a user in it, may have of each resource.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::blueprint::Limits;

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
#[derive(Debug, Clone)]
pub struct Quotas {
    limits: Limits,
    classes: FxHashMap<Arc<str>, Values>,
    projects: FxHashMap<Arc<str>, Values>,
    users: FxHashMap<(Arc<str>, Arc<str>), Values>,
}

impl Quotas {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            classes: FxHashMap::default(),
            projects: FxHashMap::default(),
            users: FxHashMap::default(),
        }
    }

    /// What those have for whom nothing was set.
    pub fn default_of(&self, resource: Resource) -> i64 {
        self.class(DEFAULT_CLASS, resource)
    }

    pub fn class(&self, class: &str, resource: Resource) -> i64 {
        let set = self.classes.get(class).and_then(|set| set.get(&resource));
        set.copied()
            .unwrap_or_else(|| resource.configured(&self.limits))
    }

    pub fn set_class(&mut self, class: &str, resource: Resource, limit: i64) {
        let values = self.classes.entry(class.into()).or_default();
        values.insert(resource, limit);
    }

    /// How much a project, or a user in it, may have.
    pub fn limit(&self, holder: Holder<'_>, resource: Resource) -> i64 {
        let project = self.projects.get(holder.project);
        let user = holder
            .user
            .and_then(|user| self.users.get(&(holder.project.into(), user.into())));
        let set = |values: Option<&Values>| values.and_then(|set| set.get(&resource)).copied();
        set(user)
            .or_else(|| set(project))
            .unwrap_or_else(|| self.default_of(resource))
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

    /// Whether something was set for this user alone.
    pub fn has_own(&self, holder: Holder<'_>) -> bool {
        holder.user.is_some_and(|user| {
            self.users
                .contains_key(&(holder.project.into(), user.into()))
        })
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
