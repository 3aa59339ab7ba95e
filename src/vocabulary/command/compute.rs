//! Nova's operations.

mod attachments;
mod cloud;
mod servers;

use super::{CommandSpec, admin, api};
use crate::vocabulary::fact::Subject;

const fn row(
    name: &'static str,
    routes: &'static [&'static str],
    failure: u16,
    about: &'static str,
) -> CommandSpec {
    api("compute", name, routes, &[], false, failure, about)
}

const fn on(subject: &'static [Subject], spec: CommandSpec) -> CommandSpec {
    CommandSpec {
        acts_on: subject,
        ..spec
    }
}

/// An operation on one server, which is at a place.
const fn server(
    name: &'static str,
    routes: &'static [&'static str],
    failure: u16,
    about: &'static str,
) -> CommandSpec {
    api(
        "compute",
        name,
        routes,
        &[Subject::Server],
        true,
        failure,
        about,
    )
}

/// The tables of all resources.
pub(super) const TABLES: &[&[CommandSpec]] = &[servers::TABLE, attachments::TABLE, cloud::TABLE];
