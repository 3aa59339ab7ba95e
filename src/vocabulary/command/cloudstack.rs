//! CloudStack's API commands.

mod accounts;
mod addresses;
mod balancing;
mod hosts;
mod infrastructure;
mod labels;
mod machines;
mod networks;
mod offerings;
mod physical_networks;
mod projects;
mod security_groups;
mod session;
mod system;
mod templates;
mod volumes;
mod vpcs;
mod vpn;

use super::{CommandSpec, at};
use crate::vocabulary::fact::Subject;

const fn row(name: &'static str, failure: u16, about: &'static str) -> CommandSpec {
    super::row(name, &[], failure, about)
}

/// A command on one virtual machine, which is at a place.
const fn machine(name: &'static str, failure: u16, about: &'static str) -> CommandSpec {
    at(&[Subject::Server], row(name, failure, about))
}

/// A command on one network, which is where its router is.
const fn network(name: &'static str, failure: u16, about: &'static str) -> CommandSpec {
    at(&[Subject::Network], row(name, failure, about))
}

/// A command on one of the cloud's own machines, which rules know as servers.
const fn appliance(name: &'static str, failure: u16, about: &'static str) -> CommandSpec {
    at(&[Subject::Server], row(name, failure, about))
}

/// The tables of all kinds of things, named as the files of the catalog in the dialect.
pub(super) const TABLES: &[&[CommandSpec]] = &[
    accounts::TABLE,
    addresses::TABLE,
    balancing::TABLE,
    hosts::TABLE,
    infrastructure::TABLE,
    labels::TABLE,
    machines::TABLE,
    networks::TABLE,
    offerings::TABLE,
    physical_networks::TABLE,
    projects::TABLE,
    security_groups::TABLE,
    session::TABLE,
    system::TABLE,
    templates::TABLE,
    volumes::TABLE,
    vpcs::TABLE,
    vpn::TABLE,
];
