//! Users, projects, domains, roles and regions, to read.

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::auth::role_id;
use super::{Answer, Call, DOMAIN_ID, DOMAIN_NAME, Operation, forbidden, root};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{Project, User};

const fn read(
    command: &'static str,
    run: fn(&mut World, &Call, Landing) -> Result<Answer, Fault>,
) -> Operation {
    Operation {
        command,
        land: Landing::nowhere,
        run,
        is_read: true,
    }
}

pub(super) const OPERATIONS: &[Operation] = &[
    read("identity.list_auth_projects", |world, call, _| {
        Ok(projects_of(world, call, &call.caller()?.user.clone()))
    }),
    read("identity.list_auth_domains", |_, call, _| {
        Ok(collection(call, "domains", &[]))
    }),
    read("identity.list_projects", |world, call, _| {
        let projects = world
            .accounts
            .projects()
            .map(|project| project_json(call, project));
        Ok(collection(call, "projects", &filtered(call, projects)))
    }),
    read("identity.get_project", get_project),
    read("identity.list_user_projects", |world, call, _| {
        let user = visible_user(world, call)?;
        Ok(projects_of(world, call, &user))
    }),
    read("identity.list_users", |world, call, _| {
        let users = world.accounts.users().map(|user| user_json(call, user));
        Ok(collection(call, "users", &filtered(call, users)))
    }),
    read("identity.get_user", |world, call, _| {
        let user = visible_user(world, call)?;
        Ok(Answer::json(
            StatusCode::OK,
            &json!({"user": user_json(call, &user)}),
        ))
    }),
    read("identity.list_domains", |_, call, _| {
        Ok(collection(
            call,
            "domains",
            &filtered(call, std::iter::once(domain_json(call))),
        ))
    }),
    read("identity.get_domain", get_domain),
    read("identity.list_roles", |_, call, _| {
        let roles = ["admin", "member", "reader"].map(|name| role_json(call, name));
        Ok(collection(
            call,
            "roles",
            &filtered(call, roles.into_iter()),
        ))
    }),
    read("identity.list_regions", |world, call, _| {
        let regions: Vec<Value> = world
            .regions
            .iter()
            .map(|name| region_json(call, name))
            .collect();
        Ok(collection(call, "regions", &regions))
    }),
];

/// A list, with its links.
pub(super) fn collection(call: &Call, name: &str, items: &[Value]) -> Answer {
    let path = call.request.path.trim_end_matches('/');
    let gap = if call.request.query.is_empty() {
        ""
    } else {
        "?"
    };
    let this = format!("{}{path}{gap}{}", call.base_url, call.request.query);
    let links = json!({"next": null, "self": this, "previous": null});
    Answer::json(StatusCode::OK, &json!({ name: items, "links": links }))
}

/// The items whose members are what the query says of them.
fn filtered(call: &Call, items: impl Iterator<Item = Value>) -> Vec<Value> {
    let agrees = |item: &Value| {
        call.query
            .iter()
            .all(|(name, wanted)| match item.get(name) {
                Some(Value::String(value)) => value == wanted,
                Some(Value::Bool(value)) => {
                    *value == !matches!(wanted.to_ascii_lowercase().as_str(), "false" | "0")
                }
                Some(_) | None => true,
            })
    };
    items.filter(agrees).collect()
}

/// A member sees no more than the projects that it can have a token for.
fn projects_of(world: &World, call: &Call, user: &User) -> Answer {
    let current = call
        .session
        .as_ref()
        .and_then(|session| session.project.clone());
    let is_own = |project: &Project| {
        user.is_admin
            || *project.name == *user.project
            || current.as_ref().is_some_and(|c| c.id == project.id)
    };
    let projects = world.accounts.projects().filter(|project| is_own(project));
    let projects: Vec<Value> = projects
        .map(|project| project_json(call, project))
        .collect();
    collection(call, "projects", &filtered(call, projects.into_iter()))
}

fn get_project(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let wanted = call.path_param("project");
    let id = Uuid::try_parse(wanted).ok();
    let session = call.caller()?;
    let is_own = session
        .project
        .as_ref()
        .is_some_and(|project| Some(project.id) == id);
    if !is_own && !session.is_admin() {
        return Err(forbidden(call));
    }
    let project = id.and_then(|id| world.accounts.project(id));
    let project = project.ok_or_else(|| could_not_find("project", wanted))?;
    Ok(Answer::json(
        StatusCode::OK,
        &json!({"project": project_json(call, project)}),
    ))
}

/// The user of the path: oneself, or anyone for an admin.
fn visible_user(world: &World, call: &Call) -> Result<User, Fault> {
    let wanted = call.path_param("user");
    let id = Uuid::try_parse(wanted).ok();
    let session = call.caller()?;
    if Some(session.user.id) != id && !session.is_admin() {
        return Err(forbidden(call));
    }
    let user = id.and_then(|id| world.accounts.user(id));
    user.map(|user| User::clone(user))
        .ok_or_else(|| could_not_find("user", wanted))
}

fn get_domain(_: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    match call.path_param("domain") {
        DOMAIN_ID => Ok(Answer::json(
            StatusCode::OK,
            &json!({"domain": domain_json(call)}),
        )),
        _ if !call.is_admin() => Err(forbidden(call)),
        wanted => Err(could_not_find("domain", wanted)),
    }
}

fn could_not_find(kind: &str, id: &str) -> Fault {
    Fault::not_found(format!("Could not find {kind}: {id}."))
}

fn link(call: &Call, collection: &str, id: &str) -> Value {
    json!({"self": format!("{}/{collection}/{id}", root(call))})
}

fn project_json(call: &Call, project: &Project) -> Value {
    let id = project.id.simple().to_string();
    json!({
        "id": id,
        "name": project.name,
        "domain_id": DOMAIN_ID,
        "description": "",
        "enabled": true,
        "parent_id": DOMAIN_ID,
        "is_domain": false,
        "tags": [],
        "options": {},
        "links": link(call, "projects", &id),
    })
}

fn user_json(call: &Call, user: &User) -> Value {
    let id = user.id.simple().to_string();
    json!({
        "id": id,
        "name": user.name,
        "domain_id": DOMAIN_ID,
        "enabled": true,
        "password_expires_at": null,
        "options": {},
        "links": link(call, "users", &id),
    })
}

fn domain_json(call: &Call) -> Value {
    json!({
        "id": DOMAIN_ID,
        "name": DOMAIN_NAME,
        "description": "The default domain",
        "enabled": true,
        "tags": [],
        "options": {},
        "links": link(call, "domains", DOMAIN_ID),
    })
}

fn role_json(call: &Call, name: &str) -> Value {
    let id = role_id(name).simple().to_string();
    json!({
        "id": id,
        "name": name,
        "domain_id": null,
        "description": null,
        "options": {"immutable": true},
        "links": link(call, "roles", &id),
    })
}

fn region_json(call: &Call, name: &str) -> Value {
    json!({
        "id": name,
        "description": "",
        "parent_region_id": null,
        "links": link(call, "regions", name),
    })
}
