//! Server groups: which servers should share a host, and which should not.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::world::World;
use crate::world::server::{Server, Specification};
use crate::world::topology::HostKey;

/// What a group wants of its members' hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Policy {
    /// No more than so many members on one host.
    AntiAffinity,
    /// All members on one host.
    Affinity,
    /// The same, where it can be had.
    SoftAntiAffinity,
    SoftAffinity,
    /// All members where the data centre is kept for them; only CloudStack has such groups.
    Dedication,
}

impl Policy {
    /// Those that Nova knows.
    pub const ALL: [Policy; 4] = [
        Policy::AntiAffinity,
        Policy::Affinity,
        Policy::SoftAntiAffinity,
        Policy::SoftAffinity,
    ];

    /// Its name in Nova's API.
    pub fn word(self) -> &'static str {
        match self {
            Policy::AntiAffinity => "anti-affinity",
            Policy::Affinity => "affinity",
            Policy::SoftAntiAffinity => "soft-anti-affinity",
            Policy::SoftAffinity => "soft-affinity",
            Policy::Dedication => "dedication",
        }
    }

    pub fn named(word: &str) -> Option<Policy> {
        Policy::ALL.into_iter().find(|policy| policy.word() == word)
    }
}

/// A server group.
#[derive(Debug, Clone)]
pub struct ServerGroup {
    pub id: Uuid,
    pub name: Arc<str>,
    pub description: Option<Arc<str>>,
    pub project: Uuid,
    pub user: Uuid,
    pub policy: Policy,
    /// How many members a host may have under [`Policy::AntiAffinity`]; 1 where it is not said.
    pub max_per_host: Option<u64>,
    /// Servers that were made in it; those that are gone stay listed.
    pub members: Vec<Uuid>,
    pub created: DateTime<Utc>,
}

impl World {
    pub fn server_group(&self, id: Uuid) -> Option<&ServerGroup> {
        self.server_groups.get(id)
    }

    /// The group that a server was made in.
    pub fn group_of(&self, server: Uuid) -> Option<&ServerGroup> {
        self.server_groups
            .iter()
            .find(|group| group.members.contains(&server))
    }

    /// The members that are still there, oldest first.
    pub fn members(&self, group: &ServerGroup) -> impl Iterator<Item = &Server> {
        group.members.iter().filter_map(|id| self.server(*id))
    }

    /// The groups that a server is to be in, those that are still there.
    pub fn groups_of<'a>(
        &'a self,
        spec: &'a Specification,
    ) -> impl Iterator<Item = &'a ServerGroup> {
        spec.groups().filter_map(|id| self.server_group(id))
    }

    /// Whether all of a server's groups let it be on a host.
    pub fn is_welcome(&self, server: &Server, host: HostKey) -> bool {
        let mut groups = self.groups_of(&server.spec);
        groups.all(|group| self.group_allows(group, Some(server.id), host))
            && self.dedication_allows(&server.spec, self.topology.host(host))
    }

    /// Makes a machine of CloudStack's a member of these groups, and of no others.
    pub fn regroup(&mut self, machine: Uuid, groups: Vec<Uuid>) {
        let Some(server) = self.server_mut(machine) else {
            return;
        };
        let left = std::mem::replace(
            &mut server.spec.machine_mut().affinity_groups,
            groups.clone(),
        );
        for group in left {
            if let Some(group) = self.server_groups.get_mut(group) {
                group.members.retain(|member| *member != machine);
            }
        }
        for group in groups {
            self.join_group(group, machine);
        }
    }

    pub fn join_group(&mut self, group: Uuid, server: Uuid) {
        if let Some(group) = self.server_groups.get_mut(group) {
            group.members.push(server);
        }
    }

    /// Whether a group lets one more member, or this one of its members, be on a host.
    pub fn group_allows(&self, group: &ServerGroup, member: Option<Uuid>, host: HostKey) -> bool {
        let others = || self.others(group, member);
        match group.policy {
            Policy::AntiAffinity => {
                let there = others().filter(|place| *place == host).count() as u64;
                there < group.max_per_host.unwrap_or(1)
            }
            Policy::Affinity => others().next().is_none() || others().any(|place| place == host),
            Policy::SoftAntiAffinity | Policy::SoftAffinity | Policy::Dedication => true,
        }
    }

    /// How little a host suits a group's soft policy: the host with the least is the best.
    pub fn group_reluctance(
        &self,
        group: &ServerGroup,
        member: Option<Uuid>,
        host: HostKey,
    ) -> i64 {
        let there = self
            .others(group, member)
            .filter(|place| *place == host)
            .count();
        let there = i64::try_from(there).unwrap_or(i64::MAX);
        match group.policy {
            Policy::SoftAntiAffinity => there,
            Policy::SoftAffinity => -there,
            Policy::AntiAffinity | Policy::Affinity | Policy::Dedication => 0,
        }
    }

    /// Where the other members are.
    fn others<'a>(
        &'a self,
        group: &'a ServerGroup,
        member: Option<Uuid>,
    ) -> impl Iterator<Item = HostKey> + 'a {
        self.members(group)
            .filter(move |server| Some(server.id) != member)
            .filter_map(|server| server.host)
    }
}
