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
        .filter(|server| server.spec.project.id == project.id);
    own.fold(Usage::default(), |usage, server| Usage {
        servers: usage.servers + 1,
        cpus: usage.cpus + i64::from(server.spec.flavor.cpus),
        memory: usage.memory + signed(server.spec.flavor.memory),
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
    let resource = |name, each, used, limit| Resource {
        name,
        each,
        used,
        limit,
    };
    let resources = [
        resource("cores", i64::from(flavor.cpus), used.cpus, limits.cpus),
        resource("instances", 1, used.servers, limits.servers),
        resource("ram", signed(flavor.memory), used.memory, limits.memory),
    ];
    let possible = resources.iter().filter_map(Resource::fitting).min();
    let possible = possible.unwrap_or(max).min(max);
    let lacks = |resource: &&Resource| resource.fitting().is_some_and(|fitting| fitting < min);
    match possible {
        _ if possible >= min => Ok(possible),
        _ => Err(exceeded(
            &resources.iter().filter(lacks).collect::<Vec<_>>(),
            min,
        )),
    }
}

/// What a server takes of something limited.
struct Resource {
    name: &'static str,
    each: i64,
    used: i64,
    limit: i64,
}

impl Resource {
    /// How many servers fit; `None` where there is no limit.
    fn fitting(&self) -> Option<u64> {
        let is_limited = self.each > 0 && self.limit >= 0;
        is_limited.then(|| u64::try_from((self.limit - self.used) / self.each).unwrap_or(0))
    }
}

fn exceeded(resources: &[&Resource], servers: u64) -> Fault {
    let joined = |show: fn(&Resource, i64) -> String| {
        let shown = resources
            .iter()
            .map(|resource| show(resource, signed(servers)));
        shown.collect::<Vec<_>>().join(", ")
    };
    let names = joined(|resource, _| resource.name.to_owned());
    let requested = joined(|resource, servers| resource.each.saturating_mul(servers).to_string());
    let used = joined(|resource, _| resource.used.to_string());
    let allowed = joined(|resource, _| resource.limit.to_string());
    let message = format!(
        "Quota exceeded for {names}: Requested {requested}, but already used {used} of {allowed} {names}"
    );
    Fault::new(FaultKind::OverLimit, message)
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
