//! Network, version 2.0: Neutron.
//!
//! Each kind of thing has a file with the table of its attributes ([`attribute`]) and its own rules; what is
//! alike for all is done once: bodies ([`body`]), lists ([`listing`]), the five operations ([`resource`]).

mod agents;
mod attribute;
mod availability;
mod body;
mod floating_ips;
mod kind;
mod listing;
mod metering;
mod networks;
mod policy;
mod port_extras;
mod ports;
mod quotas;
mod rbac;
mod resource;
mod routers;
mod rules;
mod security_groups;
mod subnet_pools;
mod subnets;
mod tags;
mod topology;
mod versions;
mod zones;

pub(super) use ports::status as port_status;

use super::{Answer, Call, Operation};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;

/// The tables of all resources.
pub(super) const TABLES: &[&[Operation]] = &[
    versions::OPERATIONS,
    networks::OPERATIONS,
    subnets::OPERATIONS,
    ports::OPERATIONS,
    security_groups::OPERATIONS,
    rules::OPERATIONS,
    floating_ips::OPERATIONS,
    routers::OPERATIONS,
    subnet_pools::OPERATIONS,
    subnet_pools::SCOPE_OPERATIONS,
    rbac::OPERATIONS,
    metering::OPERATIONS,
    metering::RULE_OPERATIONS,
    quotas::OPERATIONS,
    tags::OPERATIONS,
    agents::OPERATIONS,
    zones::OPERATIONS,
    availability::OPERATIONS,
    topology::OPERATIONS,
];

/// An operation that only reads.
const fn read(
    command: &'static str,
    run: fn(&mut World, &Call, Landing) -> Result<Answer, Fault>,
) -> Operation {
    Operation {
        command,
        land: Landing::nowhere,
        run,
        is_read: true,
    }
}
