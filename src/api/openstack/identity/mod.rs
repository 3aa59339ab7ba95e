//! Identity, version 3: Keystone.

mod catalog;
mod credentials;
mod resources;
mod tokens;
mod versions;

use super::{Answer, Call, Operation, fault};
use crate::vocabulary::fault::Fault;

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

/// Keystone's words to those who may not.
fn forbidden(call: &Call) -> Fault {
    fault::forbidden(call, &call.command.name().replace('.', ":"))
}
