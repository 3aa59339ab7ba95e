//! How security groups look on the wire.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::owner_of;
use crate::api::cloudstack::commands::{joined, owner};
use crate::api::cloudstack::table::Viewer;
use crate::world::World;
use crate::world::network::{Direction, Ethertype, Rule, RuleDraft, SecurityGroup};

/// A group with its rules, but for the one by which everything may go out: that is said by having none.
pub(super) fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let group = world.networking.groups.get(id)?;
    let rules = world.networking.rules_of(group);
    Some(shown(world, group, rules.filter(|rule| !rule.is_way_out())))
}

/// The group of a rule, with no other rules than this one and those that were made with it.
pub(super) fn show_added(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let first = world.networking.rules.get(id)?;
    let group = world.networking.groups.get(first.group)?;
    let rules = world.networking.rules_of(group);
    let added = rules.filter(|rule| {
        rule.meta.created == first.meta.created && with_no_remote(rule) == with_no_remote(first)
    });
    Some(shown(world, group, added))
}

/// What a rule says beside whom it is about.
fn with_no_remote(rule: &Rule) -> RuleDraft {
    RuleDraft {
        ethertype: Ethertype::Ipv4,
        remote_group: None,
        remote_prefix: None,
        ..rule.what.clone()
    }
}

/// The groups of a machine, in short.
pub(in crate::api::cloudstack::commands) fn of_machine(world: &World, machine: Uuid) -> Value {
    let cards = world.networking.nics_of(machine);
    let ids: BTreeSet<Uuid> = cards.flat_map(|card| card.groups.iter().copied()).collect();
    let groups = ids
        .into_iter()
        .filter_map(|id| world.networking.groups.get(id));
    let brief = |group: &SecurityGroup| {
        json!({
            "id": group.meta.id,
            "name": group.meta.name,
            "description": group.meta.description,
            "account": owner_of(world, group).map(|owner| &owner.name),
        })
    };
    groups.map(brief).collect()
}

fn shown<'a>(world: &World, group: &SecurityGroup, rules: impl Iterator<Item = &'a Rule>) -> Value {
    let (ingress, egress): (Vec<&Rule>, Vec<&Rule>) =
        rules.partition(|rule| rule.what.direction == Direction::Ingress);
    let views =
        |rules: Vec<&Rule>| -> Vec<Value> { rules.into_iter().map(|it| rule(world, it)).collect() };
    let cards = world.networking.ports_in(group.meta.id);
    let machines: BTreeSet<Uuid> = cards.filter_map(|card| card.server()).collect();
    let own = json!({
        "id": group.meta.id,
        "name": group.meta.name,
        "description": group.meta.description,
        "ingressrule": views(ingress),
        "egressrule": views(egress),
        "virtualmachinecount": machines.len(),
        "virtualmachineids": machines,
        "tags": [],
    });
    joined(
        own,
        owner_of(world, group)
            .map(|it| owner(it))
            .unwrap_or_default(),
    )
}

fn rule(world: &World, rule: &Rule) -> Value {
    let what = &rule.what;
    let own = json!({
        "ruleid": rule.meta.id,
        "protocol": what.protocol.as_deref().unwrap_or("all"),
        "tags": [],
    });
    joined(own, ports(what).into_iter().chain(remote(world, what)))
}

fn ports(what: &RuleDraft) -> Map<String, Value> {
    let names = match what.protocol.as_deref() {
        Some("icmp") => ["icmptype", "icmpcode"],
        Some("tcp" | "udp") => ["startport", "endport"],
        Some(_) | None => return Map::new(),
    };
    let whole = match names[0] {
        "icmptype" => [-1, -1],
        _ => [0, 65535],
    };
    let bounds = [what.port_min, what.port_max].map(|port| port.map(i32::from));
    let bounds = bounds.into_iter().zip(whole);
    names
        .into_iter()
        .zip(bounds)
        .map(|(name, (bound, whole))| (name.to_owned(), bound.unwrap_or(whole).into()))
        .collect()
}

/// The network or the group that a rule is about; without either it is about all networks.
fn remote(world: &World, what: &RuleDraft) -> Map<String, Value> {
    let group = what.remote_group;
    let group = group.and_then(|id| world.networking.groups.get(id));
    let mut fields = Map::new();
    match group {
        Some(group) => {
            let account = owner_of(world, group).map(|owner| &owner.name);
            fields.insert("account".into(), json!(account));
            fields.insert("securitygroupname".into(), json!(group.meta.name));
        }
        None => {
            let everywhere = match what.ethertype {
                Ethertype::Ipv4 => "0.0.0.0/0".to_owned(),
                Ethertype::Ipv6 => "::/0".to_owned(),
            };
            let cidr = what.remote_prefix.map(|prefix| format!("{prefix:#}"));
            fields.insert("cidr".into(), cidr.unwrap_or(everywhere).into());
        }
    }
    fields
}
