//! A project's limits, and what of them is used.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::query::{Kind, NONE_SINCE_75, Parameters, parameter};
use super::quota::limit;
use super::{Answer, Call, Operation, forbidden};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::parse_loosely;
use crate::world::limits::holdings::Owner;
use crate::world::limits::quotas::Resource;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    command: "compute.get_limits",
    land: Landing::nowhere,
    run: show,
    is_read: true,
}];

const PARAMETERS: Parameters = Parameters {
    known: &[parameter("tenant_id", Kind::Text)],
    ..NONE_SINCE_75
};

/// The last microversion, as far as anybody knows.
const ALWAYS: u32 = u32::MAX;

/// Name, resource, and the last microversion that has it.
const LIMITS: &[(&str, Resource, u32)] = &[
    ("maxTotalRAMSize", Resource::Memory, ALWAYS),
    ("maxTotalInstances", Resource::Servers, ALWAYS),
    ("maxTotalCores", Resource::Cores, ALWAYS),
    ("maxTotalKeypairs", Resource::KeyPairs, ALWAYS),
    ("maxTotalFloatingIps", Resource::FloatingIps, 35),
    ("maxSecurityGroups", Resource::SecurityGroups, 35),
    ("maxSecurityGroupRules", Resource::SecurityGroupRules, 35),
    ("maxImageMeta", Resource::MetadataItems, 38),
    ("maxServerMeta", Resource::MetadataItems, ALWAYS),
    ("maxPersonality", Resource::InjectedFiles, 56),
    ("maxPersonalitySize", Resource::InjectedFileBytes, 56),
    ("maxServerGroups", Resource::ServerGroups, ALWAYS),
    ("maxServerGroupMembers", Resource::GroupMembers, ALWAYS),
];

fn show(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    PARAMETERS.check(call)?;
    let project = match call.param("tenant_id") {
        Some(_) if !call.is_admin() => {
            return Err(forbidden("os_compute_api:limits:other_project"));
        }
        Some(id) => parse_loosely(id).unwrap_or_default(),
        None => {
            let own = call.caller()?.project.as_ref();
            own.map(|project| project.id).unwrap_or_default()
        }
    };
    let project = Owner::project(project);
    let limits = LIMITS
        .iter()
        .filter(|(.., last)| call.microversion <= *last);
    let limits = limits.map(|(name, resource, _)| (*name, limit(world, project, *resource)));
    let absolute: Map<String, Value> = limits
        .chain(used(world, call, project))
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    Ok(Answer::json(
        StatusCode::OK,
        &json!({"limits": {"rate": [], "absolute": absolute}}),
    ))
}

/// What of the limits is used. Of networks Nova has counted nothing for long.
fn used(world: &World, call: &Call, project: Owner) -> impl Iterator<Item = (&'static str, i64)> {
    let used = world.usage(project);
    let fields = [
        ("totalRAMUsed", used.memory, ALWAYS),
        ("totalCoresUsed", used.cpus, ALWAYS),
        ("totalInstancesUsed", used.servers, ALWAYS),
        ("totalFloatingIpsUsed", 0, 35),
        ("totalSecurityGroupsUsed", 0, 35),
        ("totalServerGroupsUsed", used.server_groups, ALWAYS),
    ];
    let version = call.microversion;
    fields
        .into_iter()
        .filter(move |(.., last)| version <= *last)
        .map(|(name, value, _)| (name, value))
}
