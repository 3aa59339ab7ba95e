//! Users.

use http::StatusCode;
use serde_json::{Value, json};

use super::super::schema::{self, Object, Schema, property};
use super::groups::GROUPS;
use super::projects::PROJECTS;
use super::resource::with_extra;
use super::resource::{Purpose, Resource, WHEN_NEW, check_unchanged, members, read as read_body};
use super::shape::{ANY_TEXT, ID, NAME, TEXT_OR_NULL, closed, open};
use super::{Answer, Call, Operation, done, read, write};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{Accounts, Attributes, Target, User, id_text};

const CHOICE: Schema = Schema::Type(&["boolean", "null"]);

const OPTIONS: Object = closed(&[
    property("ignore_change_password_upon_first_use", CHOICE),
    property("ignore_lockout_failure_attempts", CHOICE),
    property("ignore_password_expiry", CHOICE),
    property("ignore_user_inactivity", CHOICE),
    property("lock_password", CHOICE),
    property("multi_factor_auth_enabled", CHOICE),
    property("multi_factor_auth_rules", Schema::Type(&["array", "null"])),
]);

pub(super) const USERS: Resource = Resource {
    member: "user",
    collection: "users",
    path: "users",
    shape: open(&[
        property("default_project_id", TEXT_OR_NULL),
        property("description", TEXT_OR_NULL),
        property("domain_id", ID),
        property("enabled", Schema::Flag),
        property("name", NAME).required_since(WHEN_NEW),
        property("options", Schema::Object(&OPTIONS)),
        property("password", TEXT_OR_NULL),
    ]),
    filters: &["domain_id", "enabled", "name", "password_expires_at"],
};

pub(super) const OPERATIONS: &[Operation] = &[
    read("identity.list_users", |world, call, _| {
        let users = world.accounts.users().map(|user| view(user));
        Ok(USERS.list(call, users))
    }),
    write("identity.create_user", create),
    read("identity.get_user", |world, call, _| {
        let user = world.accounts.users.find(call.path_param("user"))?;
        Ok(USERS.one(call, StatusCode::OK, view(user)))
    }),
    write("identity.update_user", update),
    write("identity.delete_user", |world, call, _| {
        world.accounts.delete_user(call.path_param("user"))?;
        Ok(done())
    }),
    write("identity.change_password", change_password),
    read("identity.list_user_projects", |world, call, _| {
        let user = world.accounts.users.find(call.path_param("user"))?;
        let projects = projects_of(&world.accounts, user);
        Ok(PROJECTS.list(call, projects))
    }),
    read("identity.list_user_groups", |world, call, _| {
        let user = world.accounts.users.find(call.path_param("user"))?;
        let groups = world.accounts.groups_of(user.id).map(|group| {
            let mut item = super::groups::view(group);
            item.insert("membership_expires_at".to_owned(), Value::Null);
            item
        });
        Ok(GROUPS.list(call, groups))
    }),
];

/// The projects that a user has a role in.
pub(super) fn projects_of(accounts: &Accounts, user: &User) -> Vec<Attributes> {
    let is_theirs = |id| accounts.has_role_at(user.id, Target::Project(id));
    let projects = accounts.projects().filter(|project| is_theirs(project.id));
    projects
        .map(|project| super::projects::view(project))
        .collect()
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let mut said = USERS.body(call, Purpose::Create)?;
    let domain = super::domains::of_body(world, call, &mut said)?;
    let user = world
        .accounts
        .create_user(&mut world.ids, domain, read_body(said)?)?;
    Ok(USERS.one(call, StatusCode::CREATED, view(&user)))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let mut said = USERS.body(call, Purpose::Update)?;
    let user = world.accounts.users.find(call.path_param("user"))?;
    check_unchanged(
        &mut said,
        "domain_id",
        &id_text(user.domain),
        "Cannot change Domain ID",
    )?;
    check_unchanged(&mut said, "id", &id_text(user.id), "Cannot change ID")?;
    let user = world
        .accounts
        .update_user(call.path_param("user"), read_body(said)?)?;
    let mut item = view(&user);
    // The answer to a change has it twice.
    item.insert("extra".to_owned(), json!(user.extra));
    Ok(USERS.one(call, StatusCode::OK, item))
}

const PASSWORDS: Object = closed(&[
    property("original_password", ANY_TEXT).required(),
    property("password", ANY_TEXT).required(),
]);

fn change_password(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let said = &call.body["user"];
    schema::check(&PASSWORDS, said, 1)?;
    let password = |name: &str| said[name].as_str().unwrap_or_default();
    let (old, new) = (password("original_password"), password("password"));
    let user = call.path_param("user");
    world.accounts.change_password(user, old, new)?;
    Ok(done())
}

/// What is told of a user.
pub(super) fn view(user: &User) -> Attributes {
    let mut item = with_extra(
        &user.extra,
        json!({
            "id": id_text(user.id),
            "name": user.name,
            "domain_id": id_text(user.domain),
            "enabled": user.is_enabled,
        }),
    );
    if let Some(project) = user.project {
        item.insert("default_project_id".to_owned(), id_text(project).into());
    }
    item.extend(members(json!({
        "password_expires_at": null,
        "options": user.options,
    })));
    item
}
