//! What is asked of a server's host beside room: an availability zone, and the company of other servers.

use std::sync::Arc;

use uuid::Uuid;

use super::World;
use super::placement::Demand;
use super::server_groups::ServerGroup;
use super::topology::{Host, HostKey};

/// What a server asks of its host.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wishes<'a> {
    zone: Option<&'a Arc<str>>,
    group: Option<&'a ServerGroup>,
    /// The server, if it is a member already.
    member: Option<Uuid>,
}

impl World {
    pub(super) fn wishes<'a>(&'a self, demand: Demand<'a>) -> Wishes<'a> {
        let nova = demand.spec.nova.as_deref();
        Wishes {
            zone: nova.and_then(|nova| nova.pinned_zone.as_ref()),
            group: nova.and_then(|nova| self.server_group(nova.group?)),
            member: demand.server,
        }
    }
}

impl Wishes<'_> {
    /// Whether a host will do.
    pub(super) fn allow(&self, world: &World, key: HostKey, host: &Host) -> bool {
        let in_zone = |zone: &Arc<str>| world.availability_zone(key, host) == *zone;
        let in_company = |group| world.group_allows(group, self.member, key);
        self.zone.is_none_or(in_zone) && self.group.is_none_or(in_company)
    }

    /// How little a host that will do suits: the least is the best.
    pub(super) fn reluctance(&self, world: &World, host: HostKey) -> i64 {
        let of_group = |group| world.group_reluctance(group, self.member, host);
        self.group.map_or(0, of_group)
    }
}
