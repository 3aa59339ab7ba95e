//! Giving roles and taking them away.

use super::roles::{ROLES, view};
use super::{Answer, Call, Operation, done, read, write};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{Accounts, Actor, Grant, Target, target_of};

pub(super) const OPERATIONS: &[Operation] = &[
    read("identity.list_grants", list),
    read("identity.check_grant", |world, call, _| {
        let (actor, grant) = meant(&world.accounts, call)?;
        world.accounts.check_grant(actor, grant)?;
        Ok(done())
    }),
    write("identity.create_grant", |world, call, _| {
        let (actor, grant) = meant(&world.accounts, call)?;
        world.accounts.grant(actor, grant)?;
        Ok(done())
    }),
    write("identity.revoke_grant", |world, call, _| {
        let (actor, grant) = meant(&world.accounts, call)?;
        world.accounts.revoke_grant(actor, grant)?;
        Ok(done())
    }),
];

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let accounts = &world.accounts;
    let (actor, target) = ends(accounts, call)?;
    let grants = accounts.grants().of(actor).iter();
    let wanted =
        grants.filter(|grant| grant.target == target && grant.is_inherited == is_inherited(call));
    let roles = wanted.filter_map(|grant| accounts.roles.get(grant.role));
    Ok(ROLES.list(call, roles.map(|role| view(role))))
}

/// Who is given roles, and on what.
pub(super) fn ends(accounts: &Accounts, call: &Call) -> Result<(Actor, Target), Fault> {
    Ok((actor(accounts, call)?, target(accounts, call)?))
}

/// Whom and what the path means.
pub(super) fn meant(accounts: &Accounts, call: &Call) -> Result<(Actor, Grant), Fault> {
    let role = accounts.roles.find(call.path_param("role"))?.id;
    let grant = Grant {
        target: target(accounts, call)?,
        role,
        is_inherited: is_inherited(call),
    };
    Ok((actor(accounts, call)?, grant))
}

fn actor(accounts: &Accounts, call: &Call) -> Result<Actor, Fault> {
    match call.path_param("group") {
        "" => Ok(Actor::User(
            accounts.users.find(call.path_param("user"))?.id,
        )),
        group => Ok(Actor::Group(accounts.groups.find(group)?.id)),
    }
}

fn target(accounts: &Accounts, call: &Call) -> Result<Target, Fault> {
    match (call.path_param("project"), call.path_param("domain")) {
        ("", "") => Ok(Target::System),
        ("", domain) => Ok(Target::Domain(accounts.find_domain(domain)?.id)),
        (project, _) => Ok(target_of(accounts.projects.find(project)?)),
    }
}

fn is_inherited(call: &Call) -> bool {
    call.request
        .path
        .trim_end_matches('/')
        .ends_with("/inherited_to_projects")
}
