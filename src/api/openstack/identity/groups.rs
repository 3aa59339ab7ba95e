//! Groups, and who is in them.

use http::StatusCode;
use serde_json::json;

use super::super::schema::property;
use super::resource::{
    Purpose, Resource, WHEN_NEW, check_unchanged, read as read_body, with_extra,
};
use super::shape::{ID, NAME, TEXT_OR_NULL, open};
use super::users::USERS;
use super::{Answer, Call, Operation, done, read, write};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{Attributes, Group, id_text};

pub(super) const GROUPS: Resource = Resource {
    member: "group",
    collection: "groups",
    path: "groups",
    shape: open(&[
        property("description", TEXT_OR_NULL),
        property("domain_id", ID),
        property("name", NAME).required_since(WHEN_NEW),
    ]),
    filters: &["domain_id", "name"],
};

pub(super) const OPERATIONS: &[Operation] = &[
    read("identity.list_groups", |world, call, _| {
        let groups = world.accounts.groups.iter().map(|group| view(group));
        Ok(GROUPS.list(call, groups))
    }),
    write("identity.create_group", create),
    read("identity.get_group", |world, call, _| {
        let group = world.accounts.groups.find(call.path_param("group"))?;
        Ok(GROUPS.one(call, StatusCode::OK, view(group)))
    }),
    write("identity.update_group", update),
    write("identity.delete_group", |world, call, _| {
        world.accounts.delete_group(call.path_param("group"))?;
        Ok(done())
    }),
    read("identity.list_group_users", |world, call, _| {
        let group = world.accounts.groups.find(call.path_param("group"))?;
        let members = group
            .members
            .iter()
            .filter_map(|id| world.accounts.user(*id));
        Ok(USERS.list(call, members.map(|user| super::users::view(user))))
    }),
    read("identity.check_group_user", |world, call, _| {
        let (group, user) = (call.path_param("group"), call.path_param("user"));
        world.accounts.check_member(group, user)?;
        Ok(done())
    }),
    write("identity.add_group_user", |world, call, _| {
        set_member(world, call, true)
    }),
    write("identity.remove_group_user", |world, call, _| {
        set_member(world, call, false)
    }),
];

fn set_member(world: &mut World, call: &Call, is_member: bool) -> Result<Answer, Fault> {
    let (group, user) = (call.path_param("group"), call.path_param("user"));
    world.accounts.set_member(group, user, is_member)?;
    Ok(done())
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let mut said = GROUPS.body(call, Purpose::Create)?;
    let domain = super::domains::of_body(world, call, &mut said)?;
    let group = world
        .accounts
        .create_group(&mut world.ids, domain, read_body(said)?)?;
    Ok(GROUPS.one(call, StatusCode::CREATED, view(&group)))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let mut said = GROUPS.body(call, Purpose::Update)?;
    let group = world.accounts.groups.find(call.path_param("group"))?;
    check_unchanged(
        &mut said,
        "domain_id",
        &id_text(group.domain),
        "Cannot change Domain ID",
    )?;
    said.shift_remove("id");
    let group = world
        .accounts
        .update_group(call.path_param("group"), read_body(said)?)?;
    Ok(GROUPS.one(call, StatusCode::OK, view(&group)))
}

/// What is told of a group.
pub(super) fn view(group: &Group) -> Attributes {
    with_extra(
        &group.extra,
        json!({
            "id": id_text(group.id),
            "name": group.name,
            "domain_id": id_text(group.domain),
            "description": group.description,
        }),
    )
}
