//! Nova's operations.

mod attachments;
mod cloud;
mod networks;
mod servers;

use super::{CommandSpec, at, row};
use crate::vocabulary::fact::Subject;

/// An operation on one server, which is at a place.
const fn server(
    name: &'static str,
    routes: &'static [&'static str],
    failure: u16,
    about: &'static str,
) -> CommandSpec {
    at(&[Subject::Server], row(name, routes, failure, about))
}

/// The tables of all resources.
pub(super) const TABLES: &[&[CommandSpec]] = &[
    servers::TABLE,
    attachments::TABLE,
    networks::TABLE,
    cloud::TABLE,
];
