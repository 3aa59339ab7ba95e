//! The security groups of a server: those of its network cards.

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::render::Hex;
use super::super::schema::{self, Object, Schema, TEXT, Text, object, property};
use super::networking::group_named;
use super::{Answer, Call, Operation, land_on_server, server};
use crate::api::Landing;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::network::subnets::inet_text;
use crate::world::network::{Direction, Ethertype, Rule, SecurityGroup};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_server_security_groups",
        land: land_on_server,
        run: |world, call, _| {
            let cards = world.networking.nics_of(server(world, call)?.id);
            let mut ids: Vec<Uuid> = cards.flat_map(|card| card.groups.clone()).collect();
            ids.sort_unstable();
            ids.dedup();
            let groups = ids.iter().filter_map(|id| world.networking.groups.get(*id));
            let shown: Vec<Value> = groups.map(|group| view(world, group)).collect();
            Ok(Answer::json(
                StatusCode::OK,
                &json!({ "security_groups": shown }),
            ))
        },
        is_read: true,
    },
    Operation {
        command: "compute.add_security_group",
        land: |world, call| land(world, call, &ADD),
        run: |world, call, _| {
            let group = wanted_group(world, call, "addSecurityGroup")?;
            change(world, call, |groups| {
                if !groups.contains(&group) {
                    groups.push(group);
                }
            })
        },
        is_read: false,
    },
    Operation {
        command: "compute.remove_security_group",
        land: |world, call| land(world, call, &REMOVE),
        run: |world, call, _| {
            let group = wanted_group(world, call, "removeSecurityGroup")?;
            check_member(world, call, group)?;
            change(world, call, |groups| groups.retain(|known| *known != group))
        },
        is_read: false,
    },
];

const ADD: Object = object(&[property("addSecurityGroup", NAMED).required()]);
const REMOVE: Object = object(&[property("removeSecurityGroup", NAMED).required()]);
const NAMED: Schema = Schema::Object(&object(&[property(
    "name",
    Schema::Text(Text { min: 1, ..TEXT }),
)
.required()]));

fn land(world: &World, call: &Call, shape: &Object) -> Result<Landing, Fault> {
    schema::check(shape, &call.body, call.microversion)?;
    land_on_server(world, call)
}

/// The group that an action names, of the server's project.
fn wanted_group(world: &World, call: &Call, action: &str) -> Result<Uuid, Fault> {
    let name = call.body[action]["name"].as_str().unwrap_or_default();
    let project = server(world, call)?.spec.project.id;
    let found = group_named(world, project, name);
    let found = found.map_err(|fault| match fault.kind {
        FaultKind::BadRequest => Fault::not_found(fault.message),
        _ => fault,
    });
    Ok(found?.meta.id)
}

fn check_member(world: &World, call: &Call, group: Uuid) -> Result<(), Fault> {
    let id = server(world, call)?.id;
    let mut cards = world.networking.nics_of(id);
    if cards.any(|card| card.groups.contains(&group)) {
        return Ok(());
    }
    Err(Fault::not_found(format!(
        "Security group {group} not associated with the instance {id}"
    )))
}

/// Changes the groups of all cards of the call's server.
fn change(
    world: &mut World,
    call: &Call,
    change: impl Fn(&mut Vec<Uuid>),
) -> Result<Answer, Fault> {
    let cards = world.networking.nics_of(server(world, call)?.id);
    let cards: Vec<Uuid> = cards.map(|card| card.meta.id).collect();
    let now = world.now();
    for card in cards {
        if let Some(card) = world.networking.ports.get_mut(card) {
            change(&mut card.groups);
            card.meta.touch(now);
        }
    }
    Ok(super::done(StatusCode::ACCEPTED))
}

/// A group as Nova shows it: only with what may come in.
pub(super) fn view(world: &World, group: &SecurityGroup) -> Value {
    let inward = |rule: &&Rule| rule.what.direction == Direction::Ingress;
    let rules = world.networking.rules_of(group).filter(inward);
    json!({
        "id": group.meta.id,
        "name": group.meta.name,
        "description": group.meta.description,
        "tenant_id": Hex(group.meta.project),
        "rules": rules.map(|rule| rule_view(world, rule)).collect::<Value>(),
    })
}

pub(super) fn rule_view(world: &World, rule: &Rule) -> Value {
    let what = &rule.what;
    let remote = what
        .remote_group
        .and_then(|id| world.networking.groups.get(id));
    let anywhere = match what.ethertype {
        Ethertype::Ipv4 => "0.0.0.0/0",
        Ethertype::Ipv6 => "::/0",
    };
    let range = match (&what.remote_prefix, remote) {
        (Some(prefix), _) => json!({"cidr": inet_text(prefix)}),
        (None, None) => json!({"cidr": anywhere}),
        (None, Some(_)) => json!({}),
    };
    let group = remote.map_or_else(
        || json!({}),
        |remote| json!({"name": remote.meta.name, "tenant_id": Hex(remote.meta.project)}),
    );
    let port = |port: Option<u16>| match (port, &what.protocol) {
        (Some(port), _) => json!(port),
        (None, Some(_)) => json!(-1),
        (None, None) => Value::Null,
    };
    json!({
        "id": rule.meta.id,
        "parent_group_id": rule.group,
        "ip_protocol": what.protocol,
        "from_port": port(what.port_min),
        "to_port": port(what.port_max),
        "ip_range": range,
        "group": group,
    })
}
