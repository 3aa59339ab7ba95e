//! Identity, version 3: Keystone.

mod catalog;
mod credentials;
mod resources;
mod tokens;
mod versions;

use super::{Answer, Call, Operation};
use crate::vocabulary::fault::{Fault, FaultKind};

/// The tables of all resources.
pub(super) const TABLES: &[&[Operation]] = &[
    versions::OPERATIONS,
    tokens::OPERATIONS,
    catalog::OPERATIONS,
    resources::OPERATIONS,
];

/// The only domain.
const DOMAIN_ID: &str = "default";
const DOMAIN_NAME: &str = "Default";

/// The root of the API as the client knows it.
fn root(call: &Call) -> String {
    format!("{}/identity/v3", call.base_url)
}

/// Refuses everybody but admins.
fn require_admin(call: &Call) -> Result<(), Fault> {
    if call.is_admin() {
        Ok(())
    } else {
        Err(forbidden(call))
    }
}

/// Keystone's words to those who may not.
fn forbidden(call: &Call) -> Fault {
    let action = call.command.name().replace('.', ":");
    let message = format!("You are not authorized to perform the requested action: {action}.");
    Fault::new(FaultKind::Forbidden, message)
}
