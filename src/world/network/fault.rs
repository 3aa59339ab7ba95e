//! The ways in which things go wrong with networks, under Neutron's names for them.

use std::fmt::Display;

use crate::vocabulary::fault::{Fault, FaultKind};

/// `Bad router request: WHY.`
pub(super) fn bad_request(what: &str, why: impl Display) -> Fault {
    Fault::bad_request(format!("Bad {what} request: {why}.")).named("BadRequest")
}

/// Something was asked for that makes no sense here.
pub fn invalid_input(why: impl Display) -> Fault {
    Fault::bad_request(format!("Invalid input for operation: {why}.")).named("InvalidInput")
}

pub(super) fn conflict(name: &'static str, message: String) -> Fault {
    Fault::conflict(message).named(name)
}

/// Of each kind of thing: what its absence is called, and the words around its id.
const ABSENCES: &[(&str, &str, &str, &str)] = &[
    (
        "Network",
        "NetworkNotFound",
        "Network ",
        " could not be found.",
    ),
    (
        "Subnet",
        "SubnetNotFound",
        "Subnet ",
        " could not be found.",
    ),
    ("Port", "PortNotFound", "Port ", " could not be found."),
    ("Router", "RouterNotFound", "Router ", " could not be found"),
    (
        "FloatingIP",
        "FloatingIPNotFound",
        "Floating IP ",
        " could not be found",
    ),
    (
        "SecurityGroup",
        "SecurityGroupNotFound",
        "Security group ",
        " does not exist",
    ),
    (
        "SecurityGroupRule",
        "SecurityGroupRuleNotFound",
        "Security group rule ",
        " does not exist",
    ),
    (
        "MeteringLabel",
        "MeteringLabelNotFound",
        "Metering label ",
        " does not exist",
    ),
    (
        "MeteringLabelRule",
        "MeteringLabelRuleNotFound",
        "Metering label rule ",
        " does not exist",
    ),
    (
        "SubnetPool",
        "SubnetPoolNotFound",
        "Subnet pool ",
        " could not be found.",
    ),
    (
        "AddressScope",
        "AddressScopeNotFound",
        "Address scope ",
        " could not be found.",
    ),
    (
        "RbacPolicy",
        "RbacPolicyNotFound",
        "RBAC policy of type network with ID ",
        " not found",
    ),
    ("Agent", "AgentNotFound", "Agent ", " could not be found."),
];

/// As Neutron says of each kind of thing that it is not there.
pub fn not_found(kind: &str, id: impl Display) -> Fault {
    let known = ABSENCES.iter().find(|(known, ..)| *known == kind);
    let (_, name, before, after) = known.expect("each kind has its row");
    Fault::new(FaultKind::NotFound, format!("{before}{id}{after}")).named(name)
}
