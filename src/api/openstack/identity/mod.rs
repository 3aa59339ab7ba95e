//! Identity, version 3: Keystone. Version 2.0 is in [`v2`].

mod app_credentials;
mod assignments;
mod catalog;
mod domain_config;
mod domains;
mod ec2;
mod grants;
mod groups;
mod landing;
pub(super) mod policy;
mod projects;
pub(super) mod proof;
mod records;
mod resource;
mod roles;
mod shape;
mod tokens;
mod trusts;
mod users;
pub(super) mod v2;
mod versions;

use http::StatusCode;

use super::{Answer, Call, Operation, fault};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;

/// The tables of all resources.
pub(super) const TABLES: &[&[Operation]] = &[
    versions::OPERATIONS,
    tokens::OPERATIONS,
    catalog::OPERATIONS,
    users::OPERATIONS,
    projects::OPERATIONS,
    domains::OPERATIONS,
    domain_config::OPERATIONS,
    groups::OPERATIONS,
    roles::OPERATIONS,
    grants::OPERATIONS,
    assignments::OPERATIONS,
    records::OPERATIONS,
    ec2::OPERATIONS,
    app_credentials::OPERATIONS,
    trusts::OPERATIONS,
];

/// The tables of version 2.0.
pub(super) const TABLES_V2: &[&[Operation]] = v2::TABLES;

/// What an operation does.
type Run = fn(&mut World, &Call, Landing) -> Result<Answer, Fault>;

/// An operation that only looks.
const fn read(command: &'static str, run: Run) -> Operation {
    Operation {
        command,
        land: landing::land,
        run,
        is_read: true,
    }
}

/// An operation that changes something.
const fn write(command: &'static str, run: Run) -> Operation {
    Operation {
        is_read: false,
        ..read(command, run)
    }
}

/// The root of the API as the client knows it.
fn root(call: &Call) -> String {
    format!("{}/identity/v3", call.base_url)
}

/// Keystone's words to those who may not.
fn forbidden(call: &Call) -> Fault {
    let name = call.command.name().replace('.', ":");
    fault::forbidden(call, call.command.spec().policy.unwrap_or(&name))
}

/// The answer to what has nothing to tell.
fn done() -> Answer {
    Answer::empty(StatusCode::NO_CONTENT)
}
