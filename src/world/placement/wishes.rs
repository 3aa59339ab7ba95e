//! What is asked of a server's host beside room: an availability zone, tags, the company of other servers.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use crate::world::World;
use crate::world::placement::Demand;
use crate::world::placement::server_groups::ServerGroup;
use crate::world::server::Specification;
use crate::world::topology::{Host, HostKey};

/// What a server asks of its host.
#[derive(Debug, Clone)]
pub(in crate::world) struct Wishes<'a> {
    zone: Option<&'a Arc<str>>,
    /// What the host is to have.
    tags: &'a [Arc<str>],
    spec: &'a Specification,
    groups: Vec<&'a ServerGroup>,
    /// The server, if it is a member already.
    member: Option<Uuid>,
    hints: Option<&'a Value>,
}

impl World {
    pub(in crate::world) fn wishes<'a>(&'a self, demand: Demand<'a>) -> Wishes<'a> {
        let nova = demand.spec.nova.as_deref();
        Wishes {
            zone: nova.and_then(|nova| nova.pinned_zone.as_ref()),
            tags: demand.flavor.host_tags(),
            spec: demand.spec,
            groups: self.groups_of(demand.spec).collect(),
            member: demand.server,
            hints: nova.and_then(|nova| nova.scheduler_hints.as_deref()),
        }
    }
}

impl Wishes<'_> {
    /// Whether a host will do.
    pub(in crate::world) fn allow(&self, world: &World, key: HostKey, host: &Host) -> bool {
        let in_zone = |zone: &Arc<str>| world.availability_zone(key, host) == *zone;
        let in_company = |group: &&ServerGroup| world.group_allows(group, self.member, key);
        self.zone.is_none_or(in_zone)
            && self.tags.iter().all(|tag| host.tags.contains(tag))
            && self.groups.iter().all(in_company)
            && world.dedication_allows(self.spec, host)
            && !self.is_with(world, "different_host", key)
            && (self.hinted("same_host").next().is_none() || self.is_with(world, "same_host", key))
    }

    /// The servers that a hint names: one, or several.
    fn hinted(&self, hint: &str) -> impl Iterator<Item = Uuid> {
        let value = self.hints.and_then(|hints| hints.get(hint));
        let several = value.and_then(Value::as_array).map(Vec::as_slice);
        let ids = several.unwrap_or(value.map_or(&[], std::slice::from_ref));
        ids.iter()
            .filter_map(|id| Uuid::try_parse(id.as_str()?).ok())
    }

    /// Whether a server that the hint names is on a host.
    fn is_with(&self, world: &World, hint: &str, host: HostKey) -> bool {
        let mut servers = self.hinted(hint).filter_map(|id| world.server(id));
        servers.any(|server| server.host == Some(host))
    }

    /// How little a host that will do suits: the least is the best.
    pub(in crate::world) fn reluctance(&self, world: &World, host: HostKey) -> i64 {
        let groups = self.groups.iter();
        groups
            .map(|group| world.group_reluctance(group, self.member, host))
            .sum()
    }
}
