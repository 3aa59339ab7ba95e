//! Whom an image is shared with.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use super::super::render::Seconds;
use super::create::{QUOTA, over_quota};
use super::{
    Answer, Call, Operation, body, change, forbidden, image, is_member, may_change, on, owns,
    project_id, refused,
};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::images::image::{Consent, Image, Member, Visibility};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "image.list_image_members",
        land: |world, call| listable(world, call).map(on),
        run: list,
        is_read: true,
    },
    Operation {
        command: "image.create_image_member",
        land: |world, call| candidate(world, call).map(|(image, _)| on(image)),
        run: create,
        is_read: false,
    },
    Operation {
        command: "image.get_image_member",
        land: |world, call| member(world, call).map(|(image, _)| on(image)),
        run: |world, call, _| {
            let (image, member) = member(world, call)?;
            Ok(Answer::json(StatusCode::OK, &view(image, member)))
        },
        is_read: true,
    },
    Operation {
        command: "image.update_image_member",
        land: |world, call| decision(world, call).map(|(image, _)| on(image)),
        run: update,
        is_read: false,
    },
    Operation {
        command: "image.delete_image_member",
        land: |world, call| removable(world, call).map(on),
        run: delete,
        is_read: false,
    },
];

fn view(image: &Image, member: &Member) -> Value {
    json!({
        "member_id": member.project,
        "image_id": image.id,
        "status": member.status.word(),
        "created_at": Seconds(member.created),
        "updated_at": Seconds(member.updated),
        "schema": "/v2/schemas/member",
    })
}

/// The image of the path, in the words of this resource.
fn found<'a>(world: &'a World, call: &Call) -> Result<&'a Arc<Image>, Fault> {
    let id = call.path_param("image");
    image(world, call).map_err(|_| Fault::not_found(format!("Image {id} not found.")))
}

fn listable<'a>(world: &'a World, call: &Call) -> Result<&'a Arc<Image>, Fault> {
    let image = found(world, call)?;
    if image.visibility == Visibility::Shared {
        return Ok(image);
    }
    Err(refused(format!(
        "Not allowed to list members for image {}: Only shared images have members.",
        image.id
    )))
}

/// Only a shared image has members to `change`.
fn check_shared(image: &Image, change: &str) -> Result<(), Fault> {
    match image.visibility {
        Visibility::Shared => Ok(()),
        Visibility::Public | Visibility::Private | Visibility::Community => {
            let id = image.id;
            Err(refused(format!(
                "Not allowed to {change} members for image {id}."
            )))
        }
    }
}

/// The owner sees all members; a member only itself.
fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let image = listable(world, call)?;
    let (owns, own_id) = (owns(call, image), project_id(call));
    let shown = image
        .members
        .iter()
        .filter(|member| owns || *member.project == *own_id);
    let members: Vec<Value> = shown.map(|member| view(image, member)).collect();
    let body = json!({"members": members, "schema": "/v2/schemas/members"});
    Ok(Answer::json(StatusCode::OK, &body))
}

/// The image, and the project that it is to be shared with.
fn candidate<'a>(world: &'a World, call: &'a Call) -> Result<(&'a Arc<Image>, &'a str), Fault> {
    let wanted = match body(call)? {
        Value::Object(asked) => asked.get("member"),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            let message = "Expected a member in the form: {\"member\": \"image_id\"}";
            return Err(Fault::bad_request(message));
        }
    };
    let wanted = wanted.ok_or_else(|| Fault::bad_request("Member to be added not specified"))?;
    let wanted = wanted.as_str().unwrap_or_default();
    if wanted.is_empty() {
        return Err(Fault::bad_request("Member can't be empty"));
    }
    let image = found(world, call)?;
    check_shared(image, "create")?;
    if !may_change(call, image) {
        return Err(forbidden("add_member"));
    }
    if image.member(wanted).is_some() {
        let message = format!("Member {wanted} is duplicated for image {}", image.id);
        return Err(Fault::conflict(message));
    }
    match image.members.len() {
        QUOTA.. => Err(over_quota(QUOTA + 1, "image members")),
        _ => Ok((image, wanted)),
    }
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let now = world.now();
    let (image, wanted) = candidate(world, call)?;
    let member = Member {
        project: wanted.into(),
        status: Consent::Pending,
        created: now,
        updated: now,
    };
    let answer = Answer::json(StatusCode::OK, &view(image, &member));
    let id = image.id;
    if let Some(image) = world.image_mut(id) {
        image.members.push(member);
    }
    Ok(answer)
}

/// The image and the member of the path, where the caller may know of it.
fn member<'a>(world: &'a World, call: &Call) -> Result<(&'a Arc<Image>, &'a Member), Fault> {
    let image = found(world, call)?;
    let wanted = call.path_param("member");
    let may_see = owns(call, image) || project_id(call) == wanted;
    let member = image.member(wanted).filter(|_| may_see);
    let member = member.ok_or_else(|| {
        Fault::not_found(format!(
            "{wanted} not found in the member list of the image {}.",
            image.id
        ))
    })?;
    Ok((image, member))
}

/// The image, and what the member says to it: only the member itself can.
fn decision<'a>(world: &'a World, call: &Call) -> Result<(&'a Arc<Image>, Consent), Fault> {
    let status = match body(call)? {
        Value::Object(asked) => asked.get("status"),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            let message = "Expected a status in the form: {\"status\": \"status\"}";
            return Err(Fault::bad_request(message));
        }
    };
    let status = status.ok_or_else(|| Fault::bad_request("Status not specified"))?;
    check_shared(found(world, call)?, "update")?;
    let (image, member) = member(world, call)?;
    let is_its_own = is_member(call) && *member.project == *project_id(call);
    if !call.is_admin() && !is_its_own {
        return Err(forbidden("modify_member"));
    }
    let status = status.as_str().and_then(Consent::of_word);
    let status = status.ok_or_else(|| {
        Fault::bad_request(
            "Incorrect request: Status must be \"pending\", \"accepted\" or \"rejected\".",
        )
    })?;
    Ok((image, status))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let now = world.now();
    let (image, status) = decision(world, call)?;
    let (id, wanted) = (image.id, call.path_param("member"));
    if let Some(image) = world.image_mut(id) {
        let member = image
            .members
            .iter_mut()
            .find(|member| *member.project == *wanted);
        if let Some(member) = member {
            (member.status, member.updated) = (status, now);
        }
    }
    let (image, member) = member(world, call)?;
    Ok(Answer::json(StatusCode::OK, &view(image, member)))
}

fn removable<'a>(world: &'a World, call: &Call) -> Result<&'a Arc<Image>, Fault> {
    check_shared(found(world, call)?, "delete")?;
    let (image, _) = member(world, call)?;
    if !may_change(call, image) {
        return Err(forbidden("delete_member"));
    }
    Ok(image)
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    removable(world, call)?;
    let wanted = call.path_param("member");
    change(world, call, |image| {
        image.members.retain(|member| *member.project != *wanted);
    })?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
