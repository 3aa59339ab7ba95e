//! Users and tenants of version 2.0.

use http::StatusCode;
use serde_json::{Value, json};

use super::super::{Answer, Call, Operation, read};
use super::tenant;
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{DEFAULT_DOMAIN, Project, Target, User, id_text};

pub(super) const TENANTS: Operation = read("identity.list_tenants_v2", tenants);

pub(super) const LIST: Operation = read("identity.list_users_v2", list);

pub(super) const GET: Operation = read("identity.get_user_v2", |world, call, _| {
    let user = world.accounts.users.find(call.path_param("user"))?;
    Ok(Answer::json(StatusCode::OK, &json!({"user": view(user)})))
});

pub(super) const ROLES: Operation = read("identity.list_user_roles_v2", |world, call, _| {
    let accounts = &world.accounts;
    let user = accounts.users.find(call.path_param("user"))?;
    let place = match call.path_param("project") {
        "" => user.project,
        id => Some(accounts.projects.find(id)?.id),
    };
    let roles = place.map(|id| accounts.roles_at(user.id, Target::Project(id)));
    let roles: Vec<Value> = roles
        .iter()
        .flatten()
        .map(|role| json!({"id": id_text(role.id), "name": role.name}))
        .collect();
    let body = json!({"roles": roles, "roles_links": []});
    Ok(Answer::json(StatusCode::OK, &body))
});

/// All tenants for administrators, for others their own.
fn tenants(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (accounts, session) = (&world.accounts, call.caller()?);
    let is_seen = |project: &Project| {
        call.is_admin() || accounts.has_role_at(session.user.id, Target::Project(project.id))
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

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let accounts = &world.accounts;
    if let Some(name) = call.param("name") {
        let user = accounts.users.named(Some(DEFAULT_DOMAIN), name);
        let missing = || Fault::not_found(format!("Could not find user: {name}."));
        let body = json!({"user": view(user.ok_or_else(missing)?)});
        return Ok(Answer::json(StatusCode::OK, &body));
    }
    let users = accounts
        .users()
        .filter(|user| user.domain == DEFAULT_DOMAIN);
    let users: Vec<Value> = users.map(|user| view(user)).collect();
    let body = json!({"users": users, "users_links": []});
    Ok(Answer::json(StatusCode::OK, &body))
}

fn view(user: &User) -> Value {
    json!({
        "id": id_text(user.id),
        "name": user.name,
        "username": user.name,
        "email": user.extra.get("email"),
        "enabled": user.is_enabled,
        "tenantId": user.project.map(id_text),
    })
}
