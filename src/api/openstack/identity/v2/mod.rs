//! Identity, version 2.0: users and tenants without domains. They are those of the default domain.
//!
//! Rackspace's Identity is this version with extensions of its own. The extensions are there for everybody;
//! answers and faults have Rackspace's form where the cloud's profile says so ([`rackspace`]).

mod access;
mod body;
mod credentials;
mod impersonation;
mod login;
mod rackspace;
mod roles;
mod services;
mod templates;
mod tenants;
mod tokens;
mod users;
mod xml;

use serde_json::{Value, json};

use super::Operation;
use crate::api::Call;
use crate::vocabulary::profile::Profile;
use crate::world::accounts::{Project, id_text};

pub(in super::super) use rackspace::fault;
pub(in super::super) use xml::GRAMMAR;

pub(super) const TABLES: &[&[Operation]] = &[
    tokens::OPERATIONS,
    impersonation::OPERATIONS,
    tenants::OPERATIONS,
    users::OPERATIONS,
    roles::OPERATIONS,
    credentials::OPERATIONS,
    services::OPERATIONS,
    templates::OPERATIONS,
];

/// Whether a path below the service's root is of this version, or of the one before it.
pub(in super::super) fn is_path(path: &str) -> bool {
    ["/v2.0", "/v1.1"].iter().any(|version| {
        let below = path.strip_prefix(version);
        below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
    })
}

/// Whether a call is answered as Rackspace's Identity answers.
pub(in super::super) fn is_rackspace(call: &Call) -> bool {
    let below = call.request.path.trim_start_matches('/');
    let below = below.strip_prefix("identity").unwrap_or_default();
    call.profile == Profile::Rackspace && is_path(below)
}

/// A project under its older name.
fn tenant(project: &Project) -> Value {
    json!({
        "id": id_text(project.id),
        "name": project.name,
        "description": project.description,
        "enabled": project.is_enabled,
    })
}
