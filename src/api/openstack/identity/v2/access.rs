//! What is told of a token: in Keystone's form, or in Rackspace's.

use serde_json::{Value, json};

use super::super::super::render::{Seconds, Text};
use super::super::catalog::{Endpoint, Entry};
use super::super::tokens::Zulu;
use super::{rackspace, tenant};
use crate::vocabulary::profile::Profile;
use crate::world::World;
use crate::world::accounts::{Session, id_text};

/// All but the catalog.
pub(super) fn access(world: &World, token: &str, session: &Session) -> Value {
    match world.profile {
        Profile::OpenStack => keystone(token, session),
        Profile::Rackspace => rackspace::access(world, token, session),
    }
}

fn keystone(token: &str, session: &Session) -> Value {
    let roles = session.roles();
    let names: Vec<Value> = roles
        .iter()
        .map(|role| json!({"id": id_text(role.id), "name": role.name}))
        .collect();
    let ids: Vec<String> = roles.iter().map(|role| id_text(role.id)).collect();
    let mut shown = json!({
        "issued_at": Text(Zulu(session.issued)),
        "expires": Seconds(session.expires),
        "id": token,
        "audit_ids": session.audit_ids,
    });
    if let Some(project) = &session.project {
        shown["tenant"] = tenant(project);
    }
    let mut access = json!({
        "token": shown,
        "user": {
            "id": id_text(session.user.id),
            "name": session.user.name,
            "username": session.user.name,
            "roles_links": [],
            "roles": names,
        },
        "metadata": {"is_admin": 0, "roles": ids},
    });
    if let Some(impersonator) = &session.impersonator {
        access["RAX-AUTH:impersonator"] = rackspace::person(impersonator);
    }
    access
}

/// The services of the catalog.
pub(super) fn services(world: &World, session: &Session, catalog: &[Entry<'_>]) -> Value {
    let service = |entry: &Entry<'_>| {
        json!({
            "type": entry.r#type,
            "name": entry.name,
            "endpoints_links": [],
            "endpoints": by_region(entry),
        })
    };
    match world.profile {
        Profile::OpenStack => catalog.iter().map(service).collect(),
        Profile::Rackspace => catalog
            .iter()
            .map(|entry| rackspace::service(entry, session))
            .collect(),
    }
}

/// The endpoints of a region are one, with three addresses.
pub(super) fn by_region(entry: &Entry<'_>) -> Vec<Value> {
    let mut regions: Vec<Value> = Vec::new();
    for endpoint in &entry.endpoints {
        let Endpoint {
            region_id,
            id,
            interface,
            url,
            ..
        } = endpoint;
        let is_same = |known: &Value| known["region"].as_str() == *region_id;
        let position = regions.iter().position(is_same).unwrap_or_else(|| {
            regions.push(json!({"region": region_id, "id": id}));
            regions.len() - 1
        });
        regions[position][format!("{interface}URL")] = json!(url);
    }
    regions
}
