//! Quotas: what a project may have, and what it has.

use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::Project;
use crate::world::catalog::Flavor;

/// What a project's servers take.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Usage {
    pub(super) servers: i64,
    pub(super) cpus: i64,
    /// In MiB.
    pub(super) memory: i64,
}

pub(super) fn usage(world: &World, project: &Project) -> Usage {
    let own = world
        .servers()
        .filter(|server| server.project.id == project.id);
    own.fold(Usage::default(), |usage, server| Usage {
        servers: usage.servers + 1,
        cpus: usage.cpus + i64::from(server.flavor.cpus),
        memory: usage.memory + signed(server.flavor.memory),
    })
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// How many servers of a flavor may be made: as many as the quota allows, no more than `max`.
///
/// # Errors
/// [`FaultKind::OverLimit`] when those are fewer than `min`.
pub(super) fn check_servers(
    world: &World,
    project: &Project,
    flavor: &Flavor,
    min: u64,
    max: u64,
) -> Result<u64, Fault> {
    let (limits, used) = (&world.limits, usage(world, project));
    let resources = [
        ("cores", i64::from(flavor.cpus), used.cpus, limits.cpus),
        ("instances", 1, used.servers, limits.servers),
        ("ram", signed(flavor.memory), used.memory, limits.memory),
    ];
    let fitting = |(_, each, used, limit): &(&str, i64, i64, i64)| match (*each, *limit) {
        (0, _) | (_, ..0) => max,
        (each, limit) => u64::try_from((limit - used) / each).unwrap_or(0),
    };
    let possible = resources.iter().map(fitting).min().unwrap_or(max).min(max);
    if possible >= min {
        return Ok(possible);
    }
    let over: Vec<_> = resources
        .iter()
        .filter(|resource| fitting(resource) < min)
        .collect();
    let joined = |show: &dyn Fn(&(&str, i64, i64, i64)) -> String| {
        over.iter()
            .map(|resource| show(resource))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let names = joined(&|(name, ..)| (*name).to_owned());
    let message = format!(
        "Quota exceeded for {names}: Requested {}, but already used {} of {} {names}",
        joined(&|(_, each, ..)| each.saturating_mul(signed(min)).to_string()),
        joined(&|(_, _, used, _)| used.to_string()),
        joined(&|(.., limit)| limit.to_string()),
    );
    Err(Fault::new(FaultKind::OverLimit, message))
}

/// # Errors
/// [`FaultKind::OverLimit`] for more items than a server may have.
pub(super) fn check_metadata(world: &World, items: usize) -> Result<(), Fault> {
    let limit = world.limits.metadata_items;
    match usize::try_from(limit) {
        Ok(allowed) if items > allowed => {
            let message = format!("Maximum number of metadata items exceeds {limit}");
            Err(Fault::new(FaultKind::OverLimit, message))
        }
        Ok(_) | Err(_) => Ok(()),
    }
}
