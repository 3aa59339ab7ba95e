//! What Keystone looks at before it asks whether the caller may: the form of a body, and some of what a path names.

use super::domains::DOMAINS;
use super::groups::GROUPS;
use super::projects::PROJECTS;
use super::resource::{Purpose, Resource};
use super::roles::ROLES;
use super::users::USERS;
use super::{Call, grants, records};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::Kind;

/// Lands a call nowhere, if it is of the right form and what it is about is there.
pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    check_form(call)?;
    seek(world, call)?;
    Ok(Landing::default())
}

fn check_form(call: &Call) -> Result<(), Fault> {
    let name = call.command.spec().short_name();
    let (verb, noun) = name.split_once('_').unwrap_or((name, ""));
    let purpose = match verb {
        "create" => Purpose::Create,
        "update" => Purpose::Update,
        "list" => return records::check_filters(call),
        _ => return Ok(()),
    };
    match resources().find(|resource| resource.member == noun) {
        Some(resource) => resource.body(call, purpose).map(drop),
        None => records::check_many(call),
    }
}

fn resources() -> impl Iterator<Item = &'static Resource> {
    [&DOMAINS, &PROJECTS, &USERS, &GROUPS, &ROLES]
        .into_iter()
        .chain(records::resources())
}

/// Looks for what Keystone has to know to ask its policy. What it does not look for is forbidden, there or not.
fn seek(world: &World, call: &Call) -> Result<(), Fault> {
    let accounts = &world.accounts;
    match call.command.spec().short_name() {
        "get_role" | "update_role" | "delete_role" | "list_implied_roles" => {
            accounts.roles.find(call.path_param("role")).map(drop)
        }
        "delete_group" => accounts.groups.find(call.path_param("group")).map(drop),
        "update_domain" | "delete_domain" => {
            accounts.find_domain(call.path_param("domain")).map(drop)
        }
        "update_limit" | "delete_limit" => {
            let limit = call.path_param("limit");
            accounts.records.find(Kind::Limit, limit).map(drop)
        }
        "list_grants" => grants::ends(accounts, call).map(drop),
        "check_grant" | "create_grant" | "revoke_grant" => grants::meant(accounts, call).map(drop),
        _ => Ok(()),
    }
}
