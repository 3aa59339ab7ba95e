//! The commands, one file per kind of thing.

pub(super) mod accounts;
pub(super) mod addresses;
pub(super) mod affinity;
pub(super) mod alerts;
pub(super) mod annotations;
pub(super) mod balancing;
pub(super) mod configuration;
pub(super) mod dedication;
pub(super) mod details;
pub(super) mod disk_offerings;
pub(super) mod domains;
mod echo;
pub(super) mod events;
pub(super) mod hosts;
pub(super) mod infrastructure;
pub(super) mod invitations;
pub(super) mod jobs;
pub(super) mod key_pairs;
pub(super) mod limits;
pub(super) mod machines;
pub(super) mod network_offerings;
pub(super) mod networks;
mod offers;
pub(super) mod os_types;
mod owned;
pub(super) mod physical_networks;
pub(super) mod projects;
pub(super) mod roles;
pub(super) mod security_groups;
pub(super) mod service_offerings;
pub(super) mod snapshots;
pub(super) mod system;
pub(super) mod tags;
pub(super) mod templates;
pub(super) mod usage;
pub(super) mod user_data;
pub(super) mod users;
pub(super) mod volumes;
pub(super) mod vpcs;
pub(super) mod vpn;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use std::sync::Arc;

use uuid::Uuid;

use crate::world::World;
use crate::world::accounts::Project;

const MIB: u64 = 1024 * 1024;
const GIB: u64 = 1024 * MIB;

/// `2026-11-21T09:24:38+0000`
fn date(instant: DateTime<Utc>) -> String {
    instant.format("%Y-%m-%dT%H:%M:%S+0000").to_string()
}

/// Whom a thing belongs to, as all things show it: an account, or a project in its place; and the domain.
fn owner(world: &World, owner: &Project) -> Map<String, Value> {
    let whose = match world.accounts.team(owner.id) {
        Some(team) => vec![("projectid", json!(team.id)), ("project", json!(team.name))],
        None => vec![("account", json!(owner.name))],
    };
    let whose = whose
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    whose.chain(domain(world, owner.domain)).collect()
}

/// The domain that a thing is in.
fn domain(world: &World, id: Option<Uuid>) -> Map<String, Value> {
    let accounts = &world.accounts;
    let Some(domain) = id.and_then(|id| accounts.project(id)) else {
        return Map::new();
    };
    Map::from_iter([
        ("domainid".to_owned(), json!(domain.id)),
        ("domain".to_owned(), json!(accounts.domain_name(domain))),
        (
            "domainpath".to_owned(),
            json!(accounts.domain_path(domain.id)),
        ),
    ])
}

/// A text of a call's, as things keep it.
fn kept(text: Option<&str>) -> Option<Arc<str>> {
    text.map(Arc::from)
}

/// An object with the members of `others` after its own.
fn joined(object: Value, others: impl IntoIterator<Item = (String, Value)>) -> Value {
    let mut members = match object {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    members.extend(others);
    members.into()
}
