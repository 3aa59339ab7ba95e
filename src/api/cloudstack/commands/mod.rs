//! The commands, one file per kind of thing.

pub(super) mod accounts;
pub(super) mod addresses;
pub(super) mod configuration;
pub(super) mod disk_offerings;
mod echo;
pub(super) mod hosts;
pub(super) mod infrastructure;
pub(super) mod jobs;
pub(super) mod machines;
pub(super) mod network_offerings;
pub(super) mod networks;
mod offers;
pub(super) mod os_types;
mod owned;
pub(super) mod owning;
pub(super) mod physical_networks;
pub(super) mod security_groups;
pub(super) mod service_offerings;
pub(super) mod snapshots;
pub(super) mod system;
pub(super) mod templates;
pub(super) mod volumes;
pub(super) mod vpcs;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::entity::root_domain;
use crate::world::accounts::Project;

const MIB: u64 = 1024 * 1024;
const GIB: u64 = 1024 * MIB;

/// `2026-11-21T09:24:38+0000`
fn date(instant: DateTime<Utc>) -> String {
    instant.format("%Y-%m-%dT%H:%M:%S+0000").to_string()
}

/// Whom a thing belongs to, as all things show it.
fn owner(project: &Project) -> Map<String, Value> {
    let fields = [
        ("account", json!(project.name)),
        ("domainid", json!(root_domain())),
        ("domain", json!("ROOT")),
        ("domainpath", json!("ROOT")),
    ];
    fields
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
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
