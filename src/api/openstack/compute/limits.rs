//! A project's limits, and what of them is used.

use http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::query::{Kind, NONE_SINCE_75, Parameters, parameter};
use super::quota::usage;
use super::{Answer, Call, Operation, forbidden};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;

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

fn show(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    PARAMETERS.check(call)?;
    let project = match call.param("tenant_id") {
        Some(_) if !call.is_admin() => {
            return Err(forbidden("os_compute_api:limits:other_project"));
        }
        Some(id) => Uuid::try_parse(id)
            .ok()
            .and_then(|id| world.accounts.project(id))
            .cloned(),
        None => call.caller()?.project.clone(),
    };
    let used = project
        .map(|project| usage(world, &project))
        .unwrap_or_default();
    let limits = &world.limits;
    // Name, value, and the last microversion that has it.
    let fields = [
        ("maxTotalCores", limits.cpus, u32::MAX),
        ("maxPersonality", 5, 56),
        ("maxPersonalitySize", 10_240, 56),
        ("maxTotalInstances", limits.servers, u32::MAX),
        ("maxTotalKeypairs", limits.keypairs, u32::MAX),
        ("maxServerMeta", limits.metadata_items, u32::MAX),
        ("maxImageMeta", limits.metadata_items, 38),
        ("maxTotalRAMSize", limits.memory, u32::MAX),
        ("maxServerGroups", 10, u32::MAX),
        ("maxServerGroupMembers", 10, u32::MAX),
        ("maxTotalFloatingIps", -1, 35),
        ("maxSecurityGroups", -1, 35),
        ("maxSecurityGroupRules", -1, 35),
        ("totalRAMUsed", used.memory, u32::MAX),
        ("totalCoresUsed", used.cpus, u32::MAX),
        ("totalInstancesUsed", used.servers, u32::MAX),
        ("totalFloatingIpsUsed", 0, 35),
        ("totalSecurityGroupsUsed", 0, 35),
        ("totalServerGroupsUsed", 0, u32::MAX),
    ];
    let known = fields
        .into_iter()
        .filter(|(.., last)| call.microversion <= *last);
    let absolute: Map<String, Value> = known
        .map(|(name, value, _)| (name.to_owned(), value.into()))
        .collect();
    Ok(Answer::json(
        StatusCode::OK,
        &json!({"limits": {"rate": [], "absolute": absolute}}),
    ))
}
