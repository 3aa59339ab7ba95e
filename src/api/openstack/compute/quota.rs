//! Quotas, enforced: what a project has, and whether it may have more.

use uuid::Uuid;

use super::quota_sets::name;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Project, User, id_text};
use crate::world::limits::holdings::Owner;
use crate::world::limits::quotas::{Holder, Resource, Usage};
use crate::world::offerings::flavor::Flavor;
use crate::world::server::Server;

/// What is asked for of something limited: the resource, how much of it is in use, how much one server takes.
type Ask = (Resource, fn(&Usage) -> i64, i64);

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// How much of something a project may have, or a user in it where that was set. -1 is no limit.
pub(super) fn limit(world: &World, owner: Owner, resource: Resource) -> i64 {
    let project = id_text(owner.project);
    let user = owner.user.map(id_text);
    let holder = Holder {
        project: &project,
        user: user.as_deref(),
    };
    world.quota(holder, resource)
}

/// How many servers of a flavor may be made: as many as the quotas of project and user allow, no more than
/// `max`.
///
/// # Errors
/// [`FaultKind::OverLimit`] when those are fewer than `min`.
pub(super) fn check_servers(
    world: &World,
    project: &Project,
    user: &User,
    flavor: &Flavor,
    min: u64,
    max: u64,
) -> Result<u64, Fault> {
    let mut allowed = max;
    for owner in both(project.id, user.id) {
        let each = [
            ask(Resource::Cores, |usage| usage.cpus, i64::from(flavor.cpus)),
            ask(Resource::Servers, |usage| usage.servers, 1),
            ask(
                Resource::Memory,
                |usage| usage.memory,
                signed(flavor.memory),
            ),
        ];
        let needs = needs(world, owner, each);
        allowed = allowed.min(possible(&needs, min, max)?);
    }
    Ok(allowed)
}

fn ask(resource: Resource, used: fn(&Usage) -> i64, each: i64) -> Ask {
    (resource, used, each)
}

/// The two whose quotas a user's things count against.
fn both(project: Uuid, user: Uuid) -> [Owner; 2] {
    [Owner::project(project), Owner::user(project, user)]
}

/// What is needed of several resources, so much of each for one server, and what there is.
fn needs<const N: usize>(world: &World, owner: Owner, each: [Ask; N]) -> [Need; N] {
    let usage = world.usage(owner);
    each.map(|(resource, used, each)| Need {
        name: name(resource),
        each,
        used: used(&usage),
        limit: limit(world, owner, resource),
    })
}

fn possible(needs: &[Need], min: u64, max: u64) -> Result<u64, Fault> {
    let possible = needs.iter().filter_map(Need::fitting).min();
    let possible = possible.unwrap_or(max).min(max);
    if possible >= min {
        return Ok(possible);
    }
    let lacks = |need: &&Need| need.fitting().is_some_and(|fitting| fitting < min);
    Err(exceeded(
        &needs.iter().filter(lacks).collect::<Vec<_>>(),
        min,
    ))
}

/// What a server takes of something limited.
struct Need {
    name: &'static str,
    each: i64,
    used: i64,
    limit: i64,
}

impl Need {
    /// How many servers fit; `None` where there is no limit.
    fn fitting(&self) -> Option<u64> {
        let is_limited = self.each > 0 && self.limit >= 0;
        is_limited.then(|| u64::try_from((self.limit - self.used) / self.each).unwrap_or(0))
    }
}

fn exceeded(needs: &[&Need], servers: u64) -> Fault {
    let joined = |show: fn(&Need, i64) -> String| {
        let shown = needs.iter().map(|need| show(need, signed(servers)));
        shown.collect::<Vec<_>>().join(", ")
    };
    let names = joined(|need, _| need.name.to_owned());
    let requested = joined(|need, servers| need.each.saturating_mul(servers).to_string());
    let used = joined(|need, _| need.used.to_string());
    let allowed = joined(|need, _| need.limit.to_string());
    over(format!(
        "Quota exceeded for {names}: Requested {requested}, but already used {used} of {allowed} {names}"
    ))
}

fn over(message: impl Into<String>) -> Fault {
    Fault::new(FaultKind::OverLimit, message)
}

/// Whether so many are within a limit.
fn fits(number: usize, limit: i64) -> bool {
    usize::try_from(limit).map_or(true, |limit| number <= limit)
}

/// # Errors
/// [`FaultKind::OverLimit`] for more items than a server of the project may have.
pub(super) fn check_metadata(world: &World, project: Uuid, items: usize) -> Result<(), Fault> {
    let limit = limit(world, Owner::project(project), Resource::MetadataItems);
    if fits(items, limit) {
        return Ok(());
    }
    Err(over(format!(
        "Maximum number of metadata items exceeds {limit}"
    )))
}

/// Checks that a user may have one more key pair.
///
/// # Errors
/// [`FaultKind::OverLimit`] when not.
pub(super) fn check_key_pairs(world: &World, project: Uuid, user: Uuid) -> Result<(), Fault> {
    let limit = limit(world, Owner::user(project, user), Resource::KeyPairs);
    if fits(world.keypairs.of(user).len() + 1, limit) {
        return Ok(());
    }
    Err(over("Quota exceeded, too many key pairs."))
}

/// Checks that a project and a user in it may have one more server group.
///
/// # Errors
/// [`FaultKind::OverLimit`] when not.
pub(super) fn check_server_groups(world: &World, project: Uuid, user: Uuid) -> Result<(), Fault> {
    for owner in both(project, user) {
        let limit = limit(world, owner, Resource::ServerGroups);
        if limit >= 0 && world.usage(owner).server_groups >= limit {
            return Err(over("Quota exceeded, too many server groups."));
        }
    }
    Ok(())
}

/// Checks that a server group may have so many more members, counting those of the user alone.
///
/// # Errors
/// [`FaultKind::OverLimit`] when not.
pub(super) fn check_members(
    world: &World,
    project: Uuid,
    user: Uuid,
    group: Uuid,
    more: u64,
) -> Result<(), Fault> {
    let Some(group) = world.server_group(group) else {
        return Ok(());
    };
    let own = world
        .members(group)
        .filter(|server| server.spec.user.id == user);
    let limit = limit(world, Owner::user(project, user), Resource::GroupMembers);
    if limit < 0 || signed(own.count() as u64) + signed(more) <= limit {
        return Ok(());
    }
    Err(over("Quota exceeded, too many servers in group"))
}

/// # Errors
/// [`FaultKind::OverLimit`] where a server of another flavor would take more than the quota allows.
pub(super) fn check_resize(world: &World, server: &Server, flavor: &Flavor) -> Result<(), Fault> {
    let (project, user) = (server.spec.project.id, server.spec.user.id);
    let old = &server.spec.flavor;
    let more = [
        ask(
            Resource::Cores,
            |usage| usage.cpus,
            i64::from(flavor.cpus) - i64::from(old.cpus),
        ),
        ask(
            Resource::Memory,
            |usage| usage.memory,
            signed(flavor.memory) - signed(old.memory),
        ),
    ];
    for owner in both(project, user) {
        possible(&needs(world, owner, more), 1, 1)?;
    }
    Ok(())
}
