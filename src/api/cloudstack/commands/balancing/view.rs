//! How load balancing looks on the wire.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::expect;
use crate::api::cloudstack::commands::networks::zone_of as zone_of_network;
use crate::api::cloudstack::commands::{joined, owner};
use crate::api::cloudstack::table::Viewer;
use crate::world::World;
use crate::world::network::guest::{Policy, PolicyKind, TrafficRule};
use crate::world::topology::Zone;

/// The zone that a rule's network is in.
pub(super) fn zone_of<'a>(world: &'a World, rule: &TrafficRule) -> Option<&'a Zone> {
    let network = world.network(rule.network)?;
    zone_of_network(world, network, None)
}

/// Whose it is.
pub(super) fn account(world: &World, project: Uuid) -> Map<String, Value> {
    let account = world.accounts.project(project);
    account
        .map(|account| owner(world, account))
        .unwrap_or_default()
}

/// A rule; of one that is gone only its id. Ports are texts.
pub(super) fn rule(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let Ok((rule, balancing)) = expect(world, id) else {
        return Some(json!({ "id": id }));
    };
    let address = rule
        .address
        .and_then(|id| world.networking.public_address(id));
    let zone = zone_of(world, rule);
    let settings = &balancing.settings;
    let mut own = json!({
        "id": id,
        "name": settings.name,
        "algorithm": settings.algorithm,
        "publicipid": rule.address,
        "publicip": address.map(|address| address.address),
        "publicport": rule.ports.map(|ports| ports.first.to_string()),
        "privateport": balancing.private_port.to_string(),
        "protocol": balancing.protocol.as_deref().unwrap_or(&rule.protocol),
        "cidrlist": rule.sources.join(","),
        "networkid": rule.network,
        "state": rule.state.word(),
        "zoneid": zone.map(|zone| zone.id),
        "zonename": zone.map(|zone| &zone.name),
        "fordisplay": rule.is_displayed,
        "tags": [],
    });
    if let Some(description) = &settings.description {
        own["description"] = json!(description);
    }
    Some(joined(own, account(world, rule.project)))
}

pub(super) fn stickiness(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    policies(world, id, PolicyKind::Stickiness)
}

pub(super) fn health_check(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    policies(world, id, PolicyKind::HealthCheck)
}

/// A policy as the only one of its rule.
fn policies(world: &World, id: Uuid, kind: PolicyKind) -> Option<Value> {
    let rule = world.networking.guests.balancing.rule_with(kind, id)?;
    let (rule, balancing) = expect(world, rule).ok()?;
    let field = match kind {
        PolicyKind::Stickiness => "stickinesspolicy",
        PolicyKind::HealthCheck => "healthcheckpolicy",
    };
    let own = json!({
        "lbruleid": rule.id,
        "zoneid": zone_of(world, rule).map(|zone| zone.id),
        field: [policy(balancing.policy(kind)?)],
    });
    let mut account = account(world, rule.project);
    account.remove("domainpath");
    Some(joined(own, account))
}

fn policy(policy: &Policy) -> Value {
    let own = json!({
        "id": policy.id,
        "state": "Active",
        "fordisplay": policy.is_displayed,
    });
    joined(own, policy.says.clone())
}

pub(super) fn certificate(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let balancing = &world.networking.guests.balancing;
    let certificate = world.certificates.get(id)?;
    let mut own = json!({
        "id": id,
        "name": certificate.name,
        "certificate": certificate.text,
        "fingerprint": certificate.fingerprint,
        "loadbalancerrulelist": balancing.rules_with_certificate(id),
    });
    if let Some(chain) = &certificate.chain {
        own["certchain"] = json!(chain);
    }
    let mut account = account(world, certificate.project);
    account.remove("domainpath");
    Some(joined(own, account))
}
