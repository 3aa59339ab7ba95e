//! Tenants of version 2.0: projects.

use http::StatusCode;
use http::header::LOCATION;
use serde_json::{Value, json};

use super::super::{Answer, Call, Operation, read};
use super::{is_rackspace, rackspace, tenant};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{Accounts, DEFAULT_DOMAIN, Project, Target, User, id_text, parse_id};

pub(super) const OPERATIONS: &[Operation] = &[
    read("identity.list_tenants_v2", tenants),
    read("identity.get_tenant_v2", |world, call, _| {
        let project = of_path(&world.accounts, call)?;
        let body = json!({"tenant": tenant(project)});
        Ok(Answer::json(StatusCode::OK, &body))
    }),
    read("identity.list_tenant_users_v2", |world, call, _| {
        let project = of_path(&world.accounts, call)?.id;
        let users = users_of(&world.accounts, project);
        let users: Vec<Value> = users
            .map(|user| super::users::view(world, call, user))
            .collect();
        let body = json!({"users": users, "users_links": []});
        Ok(Answer::json(StatusCode::OK, &body))
    }),
    read("identity.get_mosso_user", mosso),
    read("identity.get_user_v1", |world, call, _| {
        let name = call.path_param("user");
        let user = world.accounts.users.named(Some(DEFAULT_DOMAIN), name);
        let user = user.ok_or_else(|| super::users::missing(call, name))?;
        let body = json!({"user": {
            "id": user.name,
            "key": user.api_key,
            "mossoId": rackspace::account(user),
            "enabled": user.is_enabled,
        }});
        Ok(Answer::json(StatusCode::OK, &body))
    }),
];

/// The tenant of the path, by its id or its name.
///
/// # Errors
/// When there is none.
pub(super) fn of_path<'a>(accounts: &'a Accounts, call: &Call) -> Result<&'a Project, Fault> {
    let wanted = call.path_param("project");
    let by_id = parse_id(wanted).and_then(|id| accounts.project(id));
    let found = by_id.or_else(|| accounts.projects.named(Some(DEFAULT_DOMAIN), wanted));
    found
        .map(|project| &**project)
        .ok_or_else(|| match is_rackspace(call) {
            true => Fault::not_found(format!("Tenant with id/name: '{wanted}' was not found.")),
            false => Fault::not_found(format!("Could not find project: {wanted}.")),
        })
}

/// Those who are at home in a tenant, oldest first.
pub(super) fn users_of(accounts: &Accounts, project: uuid::Uuid) -> impl Iterator<Item = &User> {
    let users = accounts.users().map(|user| &**user);
    users.filter(move |user| user.project == Some(project))
}

/// All tenants for administrators, for others their own.
fn tenants(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (accounts, session) = (&world.accounts, call.caller()?);
    let is_seen = |project: &Project| {
        let has_role = || accounts.has_role_at(session.user.id, Target::Project(project.id));
        // Rackspace's administrators are asked for their own, too.
        call.is_admin() && !is_rackspace(call) || has_role()
    };
    let tenants = accounts.projects().filter(|project| {
        project.domain == Some(DEFAULT_DOMAIN) && project.is_enabled && is_seen(project)
    });
    let named = |project: &Project| call.param("name").is_none_or(|name| *name == *project.name);
    let shown: Vec<Value> = tenants
        .filter(|project| named(project))
        .map(|project| tenant(project))
        .collect();
    let body = match (call.param("name"), shown.first()) {
        (None, _) => json!({"tenants": shown, "tenants_links": []}),
        (Some(_), Some(tenant)) => json!({ "tenant": tenant }),
        (Some(name), None) => {
            return Err(Fault::not_found(format!("Could not find project: {name}.")));
        }
    };
    Ok(Answer::json(StatusCode::OK, &body))
}

/// Whose a tenant is, in version 1.1: the one who has been there longest.
fn mosso(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let project = of_path(&world.accounts, call)?;
    let owner = users_of(&world.accounts, project.id).next();
    let owner = owner.ok_or_else(|| super::users::missing(call, &id_text(project.id)))?;
    let location = format!("{}/identity/v1.1/users/{}", call.base_url, owner.name);
    let body = json!({"user": {"id": owner.name}});
    let answer = Answer::json(StatusCode::MOVED_PERMANENTLY, &body);
    Ok(answer.with_header(LOCATION, &location))
}
