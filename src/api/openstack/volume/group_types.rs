//! Types of groups of volumes, since 3.11, and their specifications.

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::query::flag;
use super::super::schema::{Object, Schema, is_yes, object, property};
use super::metadata::items;
use super::view::pairs;
use super::{Answer, Call, Operation, accepted, check, shapes, since, text};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::volume::GroupType;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "volume.list_group_types",
        land: |_, call| since(call, FIRST).map(|()| Landing::default()),
        run: list,
        is_read: true,
    },
    Operation {
        command: "volume.create_group_type",
        land: |world, call| {
            since(call, FIRST)?;
            check(&BODY, call)?;
            check_name(world, call, None).map(|()| Landing::default())
        },
        run: create,
        is_read: false,
    },
    Operation {
        command: "volume.get_group_type",
        land,
        run: |world, call, _| Ok(show(StatusCode::OK, kind(world, call)?)),
        is_read: true,
    },
    Operation {
        command: "volume.update_group_type",
        land: |world, call| {
            check(&BODY, call)?;
            check_name(world, call, Some(kind(world, call)?.id))?;
            land(world, call)
        },
        run: update,
        is_read: false,
    },
    Operation {
        command: "volume.delete_group_type",
        land: |world, call| deletable(world, call).map(|_| Landing::default()),
        run: |world, call, _| {
            let id = deletable(world, call)?;
            world.storage.group_types.remove(id);
            Ok(accepted())
        },
        is_read: false,
    },
];

/// The microversion that brought them.
const FIRST: u32 = 11;

const BODY: Object = object(&[property(
    "group_type",
    Schema::Object(&object(&[
        property("name", shapes::text_or_null(1, 255)),
        property("description", shapes::text_or_null(0, 255)),
        property("is_public", Schema::Boolean),
        property(
            "group_specs",
            Schema::OrNull(&Schema::Object(&shapes::EXTRA_SPECS)),
        ),
    ])),
)
.required()]);

/// The type of that id, where the caller may see it.
pub(super) fn found<'a>(world: &'a World, call: &Call, id: &str) -> Result<&'a GroupType, Fault> {
    let found = Uuid::try_parse(id)
        .ok()
        .and_then(|id| world.storage.group_types.get(id));
    found
        .filter(|kind| kind.is_public || call.is_admin())
        .ok_or_else(|| Fault::not_found(format!("Group type {id} could not be found.")))
}

/// The type of the path.
pub(super) fn kind<'a>(world: &'a World, call: &Call) -> Result<&'a GroupType, Fault> {
    since(call, FIRST)?;
    found(world, call, call.path_param("group_type"))
}

pub(super) fn kind_mut<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut GroupType, Fault> {
    let id = kind(world, call)?.id;
    let kind = world.storage.group_types.get_mut(id);
    kind.ok_or_else(|| Fault::not_found(""))
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    kind(world, call).map(|_| Landing::default())
}

fn view(kind: &GroupType) -> Value {
    json!({
        "id": kind.id,
        "name": kind.name,
        "description": kind.description,
        "is_public": kind.is_public,
        "group_specs": pairs(&kind.specs),
    })
}

fn show(status: StatusCode, kind: &GroupType) -> Answer {
    Answer::json(status, &json!({"group_type": view(kind)}))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let is_public = match call.param("is_public") {
        Some("None" | "none") if call.is_admin() => None,
        Some(word) if call.is_admin() => Some(flag(word)?),
        Some(_) | None => Some(true),
    };
    let mut kinds: Vec<&GroupType> = world.storage.group_types.iter().rev().collect();
    kinds.retain(|kind| is_public.is_none_or(|wanted| kind.is_public == wanted));
    match call.param("sort") {
        Some("name:asc") => kinds.sort_by(|a, b| a.name.cmp(&b.name)),
        Some("name:desc" | "name") => kinds.sort_by(|a, b| b.name.cmp(&a.name)),
        Some(_) | None => {}
    }
    let shown: Value = kinds.into_iter().map(view).collect();
    Ok(Answer::json(StatusCode::OK, &json!({"group_types": shown})))
}

/// No two types have one name.
fn check_name(world: &World, call: &Call, own: Option<Uuid>) -> Result<(), Fault> {
    let Some(name) = text(&call.body["group_type"], "name").map(str::trim) else {
        return match own {
            Some(_) => Ok(()),
            None => Err(Fault::bad_request("Group type name can not be empty.")),
        };
    };
    let mut kinds = world.storage.group_types.iter();
    match kinds.any(|kind| *kind.name == *name && Some(kind.id) != own) {
        true => Err(Fault::conflict(format!(
            "Group Type {name} already exists."
        ))),
        false => Ok(()),
    }
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    check_name(world, call, None)?;
    let wanted = &call.body["group_type"];
    let kind = GroupType {
        id: world.ids.uuid(),
        name: text(wanted, "name").unwrap_or_default().trim().into(),
        description: text(wanted, "description").map(Into::into),
        is_public: wanted.get("is_public").is_none_or(is_yes),
        specs: items(&wanted["group_specs"]),
    };
    let answer = show(StatusCode::ACCEPTED, &kind);
    world.storage.group_types.insert(kind.id, kind);
    Ok(answer)
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let wanted = &call.body["group_type"];
    let kind = kind_mut(world, call)?;
    if let Some(name) = text(wanted, "name") {
        kind.name = name.trim().into();
    }
    if let Some(description) = text(wanted, "description") {
        kind.description = Some(description.into());
    }
    if let Some(is_public) = wanted.get("is_public") {
        kind.is_public = is_yes(is_public);
    }
    Ok(show(StatusCode::OK, kind))
}

fn deletable(world: &World, call: &Call) -> Result<Uuid, Fault> {
    let id = kind(world, call)?.id;
    match world.storage.groups.iter().any(|group| group.kind == id) {
        true => Err(Fault::bad_request("Target group type is still in use.")),
        false => Ok(id),
    }
}
