//! Identity, version 2.0: users and tenants without domains. They are those of the default domain.

mod tokens;
mod users;

use serde_json::{Value, json};

use super::Operation;
use crate::world::accounts::{Project, id_text};

pub(super) const OPERATIONS: &[Operation] = &[
    tokens::AUTHENTICATE,
    tokens::VALIDATE,
    tokens::REVOKE,
    tokens::ENDPOINTS,
    users::TENANTS,
    users::LIST,
    users::GET,
    users::ROLES,
];

/// A project under its older name.
fn tenant(project: &Project) -> Value {
    json!({
        "id": id_text(project.id),
        "name": project.name,
        "description": project.description,
        "enabled": project.is_enabled,
    })
}
