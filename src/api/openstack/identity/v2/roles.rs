//! Roles of version 2.0: those that there are, and those of a user.

use http::StatusCode;
use serde_json::{Value, json};

use super::super::{Answer, Call, Operation, done, read, write};
use super::body::{object, optional, required};
use super::{is_rackspace, rackspace, tenants, users};
use crate::api::Landing;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Actor, Grant, Role, RoleChange, Target, id_text};

pub(super) const OPERATIONS: &[Operation] = &[
    read("identity.list_roles_v2", |world, call, _| {
        let roles = shown(call, world.accounts.roles.iter().map(|role| &**role));
        Ok(Answer::json(
            StatusCode::OK,
            &json!({"roles": roles, "roles_links": []}),
        ))
    }),
    write("identity.create_role_v2", create),
    read("identity.get_role_v2", |world, call, _| {
        let role = view(call, find(world, call)?);
        Ok(Answer::json(StatusCode::OK, &json!({ "role": role })))
    }),
    write("identity.delete_role_v2", |world, call, _| {
        let id = id_text(find(world, call)?.id);
        world.accounts.delete_role(&id)?;
        Ok(done())
    }),
    read("identity.list_user_roles_v2", |world, call, _| {
        let user = users::of_path(world, call)?;
        let place = match call.path_param("project") {
            "" => user.project,
            _ => Some(tenants::of_path(&world.accounts, call)?.id),
        };
        let roles = place.map(|id| world.accounts.roles_at(user.id, Target::Project(id)));
        let roles = shown(call, roles.iter().flatten().map(|role| &**role));
        let body = json!({"roles": roles, "roles_links": []});
        Ok(Answer::json(StatusCode::OK, &body))
    }),
    write("identity.add_user_role_v2", |world, call, _| {
        let (actor, grant) = grant(world, call)?;
        world.accounts.grant(actor, grant)?;
        let role = world.accounts.roles.get(grant.role);
        let role = role.map(|role| view(call, role));
        Ok(Answer::json(StatusCode::OK, &json!({ "role": role })))
    }),
    write("identity.remove_user_role_v2", |world, call, _| {
        let (actor, grant) = grant(world, call)?;
        let removed = world.accounts.revoke_grant(actor, grant);
        removed.map_err(|_| missing(call))?;
        Ok(done())
    }),
];

fn missing(call: &Call) -> Fault {
    let id = call.path_param("role");
    match is_rackspace(call) {
        true => Fault::not_found(format!("Role with id: {id} not found.")),
        false => Fault::not_found(format!("Could not find role: {id}.")),
    }
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Role, Fault> {
    let role = world.accounts.roles.find(call.path_param("role"));
    role.map(|role| &**role).map_err(|_| missing(call))
}

/// A role of the path for a user of the path: in the tenant of the path, or where the user is at home.
fn grant(world: &World, call: &Call) -> Result<(Actor, Grant), Fault> {
    let user = users::of_path(world, call)?;
    let role = find(world, call)?.id;
    let project = match call.path_param("project") {
        "" => user.project,
        _ => Some(tenants::of_path(&world.accounts, call)?.id),
    };
    let project = project.ok_or_else(|| Fault::bad_request("The user is at home nowhere."))?;
    let target = Target::Project(project);
    let grant = Grant {
        target,
        role,
        is_inherited: false,
    };
    Ok((Actor::User(user.id), grant))
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let said = object(&call.body, "role")?;
    let name = required(said, "name", "role")?;
    let taken = world.accounts.roles.named(None, name).is_some();
    if taken && is_rackspace(call) {
        let message = format!("Role with name {name} already exists");
        return Err(Fault::new(FaultKind::Conflict, message));
    }
    let change = RoleChange {
        name: Some(name.into()),
        description: optional(said, "description")?.map_or_else(Default::default, |text| {
            crate::world::accounts::Change::To(Some(text.into()))
        }),
        ..RoleChange::default()
    };
    let role = world.accounts.create_role(&mut world.ids, None, change)?;
    let status = match is_rackspace(call) {
        true => StatusCode::CREATED,
        false => StatusCode::OK,
    };
    Ok(Answer::json(status, &json!({"role": view(call, &role)})))
}

fn shown<'r>(call: &Call, roles: impl Iterator<Item = &'r Role>) -> Vec<Value> {
    match is_rackspace(call) {
        true => rackspace::shown_roles(roles)
            .map(rackspace::view_role)
            .collect(),
        false => roles.map(|role| view(call, role)).collect(),
    }
}

fn view(call: &Call, role: &Role) -> Value {
    match is_rackspace(call) {
        true => rackspace::view_role(role),
        false => json!({"id": id_text(role.id), "name": role.name}),
    }
}
