//! Users of version 2.0.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::{Answer, Call, Operation, done, read, write};
use super::body::{object, optional};
use super::{is_rackspace, rackspace, tenants};
use crate::api::Landing;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{
    Actor, Change, DEFAULT_DOMAIN, Grant, Target, USER_ADMIN, USER_DEFAULT, User, UserChange,
    first_role_id, id_text, is_yes, rackspace_role_id,
};

pub(super) const OPERATIONS: &[Operation] = &[
    read("identity.list_users_v2", list),
    write("identity.create_user_v2", create),
    read("identity.get_user_v2", |world, call, _| {
        let user = of_path(world, call)?;
        let body = json!({"user": view(world, call, user)});
        Ok(Answer::json(StatusCode::OK, &body))
    }),
    write("identity.update_user_v2", |world, call, _| {
        let id = id_text(of_path(world, call)?.id);
        let change = change(call, object(&call.body, "user")?)?;
        check_name(world, call, &change, Some(&id))?;
        let user = world.accounts.update_user(&id, change)?;
        let body = json!({"user": view(world, call, &user)});
        Ok(Answer::json(StatusCode::OK, &body))
    }),
    write("identity.delete_user_v2", |world, call, _| {
        let id = id_text(of_path(world, call)?.id);
        world.accounts.delete_user(&id)?;
        Ok(done())
    }),
];

pub(super) fn missing(call: &Call, id: &str) -> Fault {
    match is_rackspace(call) {
        true => Fault::not_found(format!("User {id} not found")),
        false => Fault::not_found(format!("Could not find user: {id}.")),
    }
}

/// The user of the path.
///
/// # Errors
/// When there is none.
pub(super) fn of_path<'a>(world: &'a World, call: &Call) -> Result<&'a Arc<User>, Fault> {
    let id = call.path_param("user");
    let user = world.accounts.users.find(id);
    user.map_err(|_| missing(call, id))
}

/// Administrators see all users, others those of their own account.
fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let home = call.caller()?.user.project;
    let is_seen =
        |user: &User| user.domain == DEFAULT_DOMAIN && (call.is_admin() || user.project == home);
    let users = world.accounts.users().filter(|user| is_seen(user));
    if let Some(name) = call.param("name") {
        let user = users.into_iter().find(|user| *user.name == *name);
        let user = user.ok_or_else(|| missing(call, name))?;
        let body = json!({"user": view(world, call, user)});
        return Ok(Answer::json(StatusCode::OK, &body));
    }
    let has_mail = |user: &User| {
        let wanted = call.param("email");
        wanted.is_none_or(|mail| user.extra.get("email").is_some_and(|own| own == mail))
    };
    let users: Vec<Value> = users
        .filter(|user| has_mail(user))
        .map(|user| view(world, call, user))
        .collect();
    let body = json!({"users": users, "users_links": []});
    Ok(Answer::json(StatusCode::OK, &body))
}

/// Makes a user: of the caller's own account, or as an administrator says.
fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let said = object(&call.body, "user")?;
    let mut change = change(call, said)?;
    let name = change.name.clone().filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| crate::world::accounts::expected("username", "user"))?;
    check_name(world, call, &change, None)?;
    let invented = match (&change.password, is_rackspace(call)) {
        (Change::Keep, true) => Some(world.ids.word()),
        (Change::Keep | Change::To(_), _) => None,
    };
    if let Some(password) = &invented {
        change.password = Change::To(Some(password.as_str().into()));
    }
    let home = home(world, call, said, &name)?;
    let accounts = &mut world.accounts;
    let user = accounts.create_user(&mut world.ids, DEFAULT_DOMAIN, change)?;
    let user = match home {
        Some((project, role)) => {
            let place = Target::Project(project);
            let grant = Grant {
                target: place,
                role,
                is_inherited: false,
            };
            accounts.grant(Actor::User(user.id), grant)?;
            let change = UserChange {
                project: Change::To(Some(id_text(project).into())),
                ..UserChange::default()
            };
            accounts.update_user(&id_text(user.id), change)?
        }
        None => user,
    };
    let mut shown = view(world, call, &user);
    if let Some(password) = invented {
        shown["OS-KSADM:password"] = password.into();
    }
    let status = match is_rackspace(call) {
        true => StatusCode::CREATED,
        false => StatusCode::OK,
    };
    Ok(Answer::json(status, &json!({ "user": shown })))
}

/// Where a new user is at home, with the role that it has there.
fn home(
    world: &mut World,
    call: &Call,
    said: &Value,
    name: &str,
) -> Result<Option<(uuid::Uuid, uuid::Uuid)>, Fault> {
    if !is_rackspace(call) {
        let Some(id) = optional(said, "tenantId")? else {
            return Ok(None);
        };
        let project = world.accounts.projects.find(id)?.id;
        return Ok(Some((project, first_role_id("member"))));
    }
    if !call.is_admin() {
        let home = call.caller()?.user.project;
        return Ok(home.map(|home| (home, rackspace_role_id(USER_DEFAULT))));
    }
    let account = match optional(said, "RAX-AUTH:domainId")? {
        Some(account) => account.to_owned(),
        None => world.accounts.home_name(name),
    };
    let home = world.accounts.project_named(&account).id;
    let is_first = tenants::users_of(&world.accounts, home).next().is_none();
    let role = if is_first { USER_ADMIN } else { USER_DEFAULT };
    Ok(Some((home, rackspace_role_id(role))))
}

/// What a body says of a user, under the names of either form.
fn change(call: &Call, said: &Value) -> Result<UserChange, Fault> {
    let text = |names: [&str; 2]| -> Result<Option<Arc<str>>, Fault> {
        let first = optional(said, names[0])?;
        let text = first.map_or_else(|| optional(said, names[1]), |text| Ok(Some(text)))?;
        Ok(text.map(Arc::from))
    };
    let password = text(["OS-KSADM:password", "password"])?;
    let mut extra = Map::new();
    for name in ["email", rackspace::DEFAULT_REGION] {
        if let Some(value) = optional(said, name)? {
            extra.insert(name.to_owned(), value.into());
        }
    }
    let project = optional(said, "tenantId")?.filter(|_| !is_rackspace(call));
    Ok(UserChange {
        name: text(["username", "name"])?,
        is_enabled: said
            .get("enabled")
            .map_or(Change::Keep, |is| Change::To(is_yes(is))),
        password: password.map_or(Change::Keep, |password| Change::To(Some(password))),
        project: project.map_or(Change::Keep, |id| Change::To(Some(id.into()))),
        extra,
        ..UserChange::default()
    })
}

/// # Errors
/// When another user has the name.
fn check_name(
    world: &World,
    call: &Call,
    change: &UserChange,
    own: Option<&str>,
) -> Result<(), Fault> {
    let Some(name) = &change.name else {
        return Ok(());
    };
    let holder = world.accounts.users.named(Some(DEFAULT_DOMAIN), name);
    let is_taken = holder.is_some_and(|user| Some(&*id_text(user.id)) != own);
    match is_taken && is_rackspace(call) {
        true => {
            let message = format!("User with username: '{name}' already exists.");
            Err(Fault::new(FaultKind::Conflict, message))
        }
        false => Ok(()),
    }
}

pub(super) fn view(world: &World, call: &Call, user: &User) -> Value {
    if is_rackspace(call) {
        return rackspace::view(world, user);
    }
    json!({
        "id": id_text(user.id),
        "name": user.name,
        "username": user.name,
        "email": user.extra.get("email"),
        "enabled": user.is_enabled,
        "tenantId": user.project.map(id_text),
    })
}
