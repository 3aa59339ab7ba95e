//! Maintenance of hosts, and their high availability.

use super::{at, row};
use crate::vocabulary::command::CommandSpec;
use crate::vocabulary::fact::Subject;

/// A command on one host, which is its own place.
const fn host(name: &'static str, about: &'static str) -> CommandSpec {
    at(&[Subject::Host], row(name, 530, about))
}

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    host("cloudstack.prepareHostForMaintenance", "Sets a host to maintenance, and has its machines leave"),
    host("cloudstack.cancelHostMaintenance", "Takes a host back from maintenance"),
    host("cloudstack.reconnectHost", "Connects to a host anew"),
    host("cloudstack.declareHostAsDegraded", "Gives up a host that is not heard of, and recovers its machines"),
    host("cloudstack.cancelHostAsDegraded", "Takes back a host that was given up"),
    row("cloudstack.listHostHAProviders", 530, "Lists what can see to the high availability of hosts"),
    row("cloudstack.listHostHAResources", 530, "Lists hosts with their high availability"),
    host("cloudstack.configureHAForHost", "Says what sees to a host's high availability"),
    host("cloudstack.enableHAForHost", "Turns a host's high availability on"),
    host("cloudstack.disableHAForHost", "Turns a host's high availability off"),
    row("cloudstack.enableHAForCluster", 530, "Turns high availability on for the hosts of a cluster"),
    row("cloudstack.disableHAForCluster", 530, "Turns high availability off for the hosts of a cluster"),
    row("cloudstack.enableHAForZone", 530, "Turns high availability on for the hosts of a zone"),
    row("cloudstack.disableHAForZone", 530, "Turns high availability off for the hosts of a zone"),
];
