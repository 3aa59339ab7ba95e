//! Volume types, their extra specifications, and who may use them.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::query::flag;
use super::super::schema::is_yes;
use super::create::no_type;
use super::metadata::items;
use super::view::pairs;
use super::{Answer, Call, Operation, accepted, check, shapes, text};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::id_text;
use crate::world::volume::VolumeType;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "volume.list_volume_types",
        land: Landing::nowhere,
        run: list,
        is_read: true,
    },
    Operation {
        command: "volume.create_volume_type",
        land: |world, call| {
            check(&shapes::CREATE_TYPE, call)?;
            check_name(world, &call.body["volume_type"], None)?;
            Ok(Landing::default())
        },
        run: create,
        is_read: false,
    },
    Operation {
        command: "volume.get_volume_type",
        land,
        run: |world, call, _| Ok(show(call, kind(world, call)?)),
        is_read: true,
    },
    Operation {
        command: "volume.update_volume_type",
        land: |world, call| {
            check(&shapes::UPDATE_TYPE, call)?;
            check_change(world, call)?;
            Ok(Landing::default())
        },
        run: update,
        is_read: false,
    },
    Operation {
        command: "volume.delete_volume_type",
        land: |world, call| deletable(world, call).map(|_| Landing::default()),
        run: |world, call, _| {
            let id = deletable(world, call)?;
            world.storage.types.remove(id);
            Ok(accepted())
        },
        is_read: false,
    },
    Operation {
        command: "volume.list_type_access",
        land: |world, call| private(world, call).map(|_| Landing::default()),
        run: |world, call, _| {
            let kind = private(world, call)?;
            let access = kind.access.iter();
            let access =
                access.map(|project| json!({"volume_type_id": kind.id, "project_id": project}));
            let shown = json!({"volume_type_access": access.collect::<Value>()});
            Ok(Answer::json(StatusCode::OK, &shown))
        },
        is_read: true,
    },
    Operation {
        command: "volume.add_type_access",
        land: |world, call| grant(world, call).map(|_| Landing::default()),
        run: |world, call, _| {
            let project: Arc<str> = grant(world, call)?.into();
            change(world, call, |kind| kind.access.push(project))?;
            Ok(accepted())
        },
        is_read: false,
    },
    Operation {
        command: "volume.remove_type_access",
        land: |world, call| withdrawal(world, call).map(|_| Landing::default()),
        run: |world, call, _| {
            let project = withdrawal(world, call)?;
            change(world, call, |kind| {
                kind.access.retain(|known| **known != *project)
            })?;
            Ok(accepted())
        },
        is_read: false,
    },
];

/// The type of the path, where the caller may see it; `default` is the one that volumes usually have.
pub(super) fn kind<'a>(world: &'a World, call: &Call) -> Result<&'a Arc<VolumeType>, Fault> {
    let wanted = call.path_param("type");
    let found = match wanted {
        "default" => world.storage.usual_type(),
        wanted => Uuid::try_parse(wanted)
            .ok()
            .and_then(|id| world.storage.types.get(id)),
    };
    let found = found.filter(|kind| is_visible(call, kind));
    found.ok_or_else(|| Fault::not_found(format!("Volume type {wanted} could not be found.")))
}

pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    kind(world, call).map(|_| Landing::default())
}

fn is_visible(call: &Call, kind: &VolumeType) -> bool {
    let session = call.session.as_deref();
    let project = session.and_then(|session| session.project.as_ref());
    let project = project.map(|project| id_text(project.id));
    let is_granted = |project: String| kind.access.iter().any(|known| **known == *project);
    kind.is_public || call.is_admin() || project.is_some_and(is_granted)
}

/// Changes the type of the path. Volumes have the type as it is, not as it was when they were made.
pub(super) fn change(
    world: &mut World,
    call: &Call,
    change: impl FnOnce(&mut VolumeType),
) -> Result<(), Fault> {
    let id = kind(world, call)?.id;
    world.change_volume_type(id, change);
    Ok(())
}

/// What a create and an update answer.
fn brief(kind: &VolumeType) -> Value {
    json!({
        "id": kind.id,
        "name": kind.name,
        "is_public": kind.is_public,
        "description": kind.description,
        "os-volume-type-access:is_public": kind.is_public,
        "extra_specs": pairs(&kind.extra_specs),
    })
}

fn view(call: &Call, kind: &VolumeType) -> Value {
    let mut shown = brief(kind);
    if call.is_admin() {
        shown["qos_specs_id"] = json!(kind.qos);
    }
    shown
}

fn show(call: &Call, kind: &VolumeType) -> Answer {
    Answer::json(StatusCode::OK, &json!({"volume_type": view(call, kind)}))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let is_public = match call.param("is_public") {
        Some("None" | "none") if call.is_admin() => None,
        Some(word) if call.is_admin() => Some(flag(word)?),
        Some(_) | None if call.is_admin() => Some(true),
        Some(_) | None => None,
    };
    let limit = call.param("limit").and_then(|limit| limit.parse().ok());
    let shown = world
        .storage
        .types
        .iter()
        .rev()
        .filter(|kind| is_visible(call, kind))
        .filter(|kind| is_public.is_none_or(|wanted| kind.is_public == wanted))
        .filter(|kind| call.param("name").is_none_or(|name| *kind.name == *name))
        .filter(|kind| has_specs(call, kind))
        .take(limit.unwrap_or(1000));
    let shown: Value = shown.map(|kind| view(call, kind)).collect();
    Ok(Answer::json(
        StatusCode::OK,
        &json!({"volume_types": shown}),
    ))
}

/// `extra_specs={'key': 'value'}`, since 3.52.
fn has_specs(call: &Call, kind: &VolumeType) -> bool {
    let Some(wanted) = call
        .param("extra_specs")
        .filter(|_| call.microversion >= 52)
    else {
        return true;
    };
    let json = wanted.replace("u'", "'").replace('\'', "\"");
    let wanted: Value = serde_json::from_str(&json).unwrap_or_default();
    items(&wanted)
        .iter()
        .all(|(name, value)| kind.extra_spec(name) == Some(value))
}

/// No two types have one name.
fn check_name(world: &World, wanted: &Value, own: Option<Uuid>) -> Result<(), Fault> {
    let Some(name) = text(wanted, "name").map(str::trim) else {
        return Ok(());
    };
    if name.is_empty() {
        return Err(Fault::bad_request("Volume type name can not be empty."));
    }
    let mut types = world.storage.types.iter();
    if types.any(|kind| *kind.name == *name && Some(kind.id) != own) {
        let message = format!("Volume Type {name} already exists.");
        return Err(Fault::conflict(message));
    }
    Ok(())
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let wanted = &call.body["volume_type"];
    check_name(world, wanted, None)?;
    let name = text(wanted, "name").unwrap_or_default().trim().to_owned();
    let mut kind = VolumeType::new(world.ids.uuid(), &name, world.now());
    kind.description = text(wanted, "description").map(Into::into);
    kind.extra_specs = items(&wanted["extra_specs"]);
    let is_public = wanted.get("os-volume-type-access:is_public");
    kind.is_public = is_public.is_none_or(is_yes);
    let shown = json!({"volume_type": brief(&kind)});
    world.storage.types.insert(kind.id, Arc::new(kind));
    Ok(Answer::json(StatusCode::OK, &shown))
}

fn check_change(world: &World, call: &Call) -> Result<(), Fault> {
    let wanted = &call.body["volume_type"];
    let is_empty = ["name", "description", "is_public"]
        .iter()
        .all(|name| wanted.get(*name).is_none_or(Value::is_null));
    if is_empty {
        return Err(Fault::bad_request(
            "Specify volume type name, description, is_public or a combination thereof.",
        ));
    }
    check_name(world, wanted, Some(kind(world, call)?.id))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    check_change(world, call)?;
    let wanted = &call.body["volume_type"];
    change(world, call, |kind| {
        if let Some(name) = text(wanted, "name") {
            kind.name = name.trim().into();
        }
        if let Some(description) = text(wanted, "description") {
            kind.description = Some(description.into());
        }
        if let Some(is_public) = wanted.get("is_public") {
            kind.is_public = is_yes(is_public);
        }
    })?;
    let mut shown = brief(kind(world, call)?);
    if let Some(shown) = shown.as_object_mut() {
        shown.shift_remove("os-volume-type-access:is_public");
    }
    let shown = json!({"volume_type": shown});
    Ok(Answer::json(StatusCode::OK, &shown))
}

fn deletable(world: &World, call: &Call) -> Result<Uuid, Fault> {
    let id = kind(world, call)?.id;
    if world.storage.types.len() == 1 {
        return Err(Fault::bad_request(format!(
            "The volume type {id} is the only currently defined volume type and cannot be deleted."
        )));
    }
    if world
        .storage
        .usual_type()
        .is_some_and(|usual| usual.id == id)
    {
        return Err(Fault::bad_request(format!(
            "The volume type {id} is a default volume type and cannot be deleted."
        )));
    }
    match world
        .storage
        .volumes
        .iter()
        .any(|volume| volume.kind.id == id)
    {
        true => Err(Fault::bad_request("Target volume type is still in use.")),
        false => Ok(id),
    }
}

fn private<'a>(world: &'a World, call: &Call) -> Result<&'a Arc<VolumeType>, Fault> {
    let kind = kind(world, call)?;
    match kind.is_public {
        true => Err(Fault::not_found(
            "Access list not available for public volume types.",
        )),
        false => Ok(kind),
    }
}

/// The project that is to be let in.
fn grant<'a>(world: &World, call: &'a Call) -> Result<&'a str, Fault> {
    check(&shapes::ADD_ACCESS, call)?;
    let kind = kind(world, call)?;
    let project = text(&call.body["addProjectAccess"], "project").unwrap_or_default();
    if kind.is_public {
        return Err(Fault::conflict(
            "Invalid volume type: Type access modification is not applicable to public volume type.",
        ));
    }
    match kind.access.iter().any(|known| **known == *project) {
        true => Err(Fault::conflict(format!(
            "Volume type access for {} / {project} combination already exists.",
            kind.id
        ))),
        false => Ok(project),
    }
}

/// The project that is to be let in no longer.
fn withdrawal<'a>(world: &World, call: &'a Call) -> Result<&'a str, Fault> {
    check(&shapes::REMOVE_ACCESS, call)?;
    let kind = kind(world, call)?;
    let project = text(&call.body["removeProjectAccess"], "project").unwrap_or_default();
    match kind.access.iter().any(|known| **known == *project) {
        true => Ok(project),
        false => Err(Fault::not_found(format!(
            "Volume type access not found for {} / {project} combination.",
            kind.id
        ))),
    }
}

/// The type that a client means by an id or a name, where it may see it.
pub(super) fn kind_named<'a>(
    world: &'a World,
    call: &Call,
    wanted: &str,
) -> Result<&'a Arc<VolumeType>, Fault> {
    let found = world.storage.volume_type(wanted);
    let found = found.filter(|kind| is_visible(call, kind));
    found.ok_or_else(|| no_type(wanted))
}
