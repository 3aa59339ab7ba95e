//! Security groups: each project has the default one. Floating addresses: there are none.

use serde_json::{Value, json};
use uuid::Uuid;

use super::super::render::{Hex, Seconds};
use super::{Operation, collection, read};
use crate::world::World;
use crate::world::ids::named;

pub(super) const OPERATIONS: &[Operation] = &[
    read("network.list_security_groups", |world, call, _| {
        let session = call.caller()?;
        let own = session.project.as_ref().map(|project| project.id);
        let projects = world.accounts.projects().map(|project| project.id);
        let seen = projects.filter(|id| call.is_admin() || Some(*id) == own);
        let groups: Vec<Value> = seen.map(|project| group_json(world, project)).collect();
        Ok(collection(call, "security_groups", groups.into_iter()))
    }),
    read("network.list_floating_ips", |_, call, _| {
        Ok(collection(call, "floatingips", std::iter::empty()))
    }),
];

/// The id of a project's default group.
pub(super) fn default_group(project: Uuid) -> Uuid {
    named("security-group", &project.to_string())
}

fn group_json(world: &World, project: Uuid) -> Value {
    let group = default_group(project);
    let created = Seconds(world.clock().start());
    let rule = |(direction, ethertype): (&str, &str)| {
        json!({
            "id": named("security-group-rule", &format!("{group} {direction} {ethertype}")),
            "tenant_id": Hex(project),
            "project_id": Hex(project),
            "security_group_id": group,
            "ethertype": ethertype,
            "direction": direction,
            "protocol": null,
            "port_range_min": null,
            "port_range_max": null,
            "remote_ip_prefix": null,
            "remote_group_id": (direction == "ingress").then_some(group),
            "description": null,
            "created_at": created,
            "updated_at": created,
            "revision_number": 0,
        })
    };
    let rules = [
        ("egress", "IPv4"),
        ("egress", "IPv6"),
        ("ingress", "IPv4"),
        ("ingress", "IPv6"),
    ];
    json!({
        "id": group,
        "name": "default",
        "description": "Default security group",
        "tenant_id": Hex(project),
        "project_id": Hex(project),
        "stateful": true,
        "security_group_rules": rules.map(rule),
        "tags": [],
        "created_at": created,
        "updated_at": created,
        "revision_number": 1,
    })
}
