//! Resource providers.

use http::StatusCode;
use http::header::LOCATION;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::schema::{NAME, Object, Schema, TEXT, Text, UUID, object, property};
use super::listing::is_wanted;
use super::{Answer, Call, Operation, check_body, no_content, provider};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::placement::providers::Provider;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "placement.list_resource_providers",
        land: Landing::nowhere,
        run: list,
        is_read: true,
    },
    Operation {
        command: "placement.create_resource_provider",
        land: land_on_new,
        run: create,
        is_read: false,
    },
    Operation {
        command: "placement.get_resource_provider",
        land,
        run: |world, call, _| Ok(answer(world, call, &provider(world, call)?)),
        is_read: true,
    },
    Operation {
        command: "placement.update_resource_provider",
        land: land_on_update,
        run: update,
        is_read: false,
    },
    Operation {
        command: "placement.delete_resource_provider",
        land: land_on_delete,
        run: |world, call, _| {
            let id = provider(world, call)?.id;
            world.remove_provider(id);
            Ok(no_content())
        },
        is_read: false,
    },
];

const NEW: Object = object(&[
    property("name", Schema::Text(NAME_TEXT)).required(),
    property("uuid", UUID),
    property("parent_provider_uuid", PARENT).since(14),
]);

const CHANGES: Object = object(&[
    property("name", Schema::Text(NAME_TEXT)).required(),
    property("parent_provider_uuid", PARENT).since(14),
]);

const NAME_TEXT: Text = Text { max: 200, ..NAME };

const PARENT: Schema = Schema::Either(&[
    UUID,
    Schema::Text(Text {
        max: 0,
        or: &["null"],
        ..TEXT
    }),
]);

pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    provider(world, call).map(|_| Landing::default())
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let filter = super::request::Filter::of_list(world, call)?;
    let all = world.all_providers();
    let shown: Vec<Value> = all
        .iter()
        .filter(|provider| is_wanted(world, call, &filter, provider))
        .map(|provider| json_of(world, call, provider))
        .collect();
    Ok(Answer::json(
        StatusCode::OK,
        &json!({ "resource_providers": shown }),
    ))
}

/// The provider above all others of its tree.
pub(super) fn root(world: &World, provider: &Provider) -> Uuid {
    let mut root = provider.clone();
    // A circle cannot be made: a parent is there before its child, and does not change.
    while let Some(parent) = root.parent.and_then(|parent| world.provider(parent)) {
        root = parent;
    }
    root.id
}

fn json_of(world: &World, call: &Call, provider: &Provider) -> Value {
    let version = call.microversion;
    let base = format!("/placement/resource_providers/{}", provider.id);
    let link = |rel: &str| match rel {
        "self" => json!({"rel": rel, "href": base}),
        rel => json!({"rel": rel, "href": format!("{base}/{rel}")}),
    };
    // Which links there are, and since when.
    let links: Vec<Value> = [
        ("self", 0),
        ("inventories", 0),
        ("usages", 0),
        ("aggregates", 1),
        ("traits", 6),
        ("allocations", 11),
    ]
    .into_iter()
    .filter(|(_, since)| version >= *since)
    .map(|(rel, _)| link(rel))
    .collect();
    let mut shown = json!({
        "uuid": provider.id,
        "name": provider.name,
        "generation": provider.generation,
        "links": links,
    });
    if version >= 14 {
        shown["parent_provider_uuid"] = json!(provider.parent);
        shown["root_provider_uuid"] = json!(root(world, provider));
    }
    shown
}

fn answer(world: &World, call: &Call, provider: &Provider) -> Answer {
    Answer::json(StatusCode::OK, &json_of(world, call, provider))
}

fn id_of(call: &Call, name: &str) -> Option<Uuid> {
    Uuid::try_parse(call.body[name].as_str()?).ok()
}

fn check_name(world: &World, name: &str, own: Option<Uuid>) -> Result<(), Fault> {
    let all = world.all_providers();
    let is_taken = |known: &Provider| *known.name == *name && Some(known.id) != own;
    if all.iter().any(is_taken) {
        return Err(Fault::conflict(format!(
            "Conflicting resource provider name: {name} already exists."
        )));
    }
    Ok(())
}

fn land_on_new(world: &World, call: &Call) -> Result<Landing, Fault> {
    check_body(&NEW, call)?;
    check_name(world, call.body["name"].as_str().unwrap_or_default(), None)?;
    if let Some(id) = id_of(call, "uuid").filter(|id| world.provider(*id).is_some()) {
        return Err(Fault::conflict(format!(
            "Conflicting resource provider uuid: {id} already exists."
        )));
    }
    check_parent(world, call)?;
    Ok(Landing::default())
}

fn check_parent(world: &World, call: &Call) -> Result<(), Fault> {
    match id_of(call, "parent_provider_uuid") {
        Some(parent) if world.provider(parent).is_none() => Err(Fault::bad_request(format!(
            "Unable to create resource provider \"{}\": Object action create failed because: parent provider \
             UUID does not exist.",
            call.body["name"].as_str().unwrap_or_default()
        ))),
        Some(_) | None => Ok(()),
    }
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = id_of(call, "uuid").unwrap_or_else(|| world.ids.uuid());
    let name = call.body["name"].as_str().unwrap_or_default();
    let parent = id_of(call, "parent_provider_uuid");
    let made = Provider::new(id, name.into(), parent);
    world.put_provider(made.clone());
    let location = format!("{}/placement/resource_providers/{id}", call.base_url);
    let answer = match call.microversion {
        20.. => answer(world, call, &made),
        _ => Answer::empty(StatusCode::CREATED),
    };
    Ok(answer.with_header(LOCATION, &location))
}

fn land_on_update(world: &World, call: &Call) -> Result<Landing, Fault> {
    let provider = provider(world, call)?;
    check_body(&CHANGES, call)?;
    let name = call.body["name"].as_str().unwrap_or_default();
    check_name(world, name, Some(provider.id))?;
    check_parent(world, call)?;
    let moves = id_of(call, "parent_provider_uuid").is_some_and(|to| Some(to) != provider.parent);
    if moves && provider.parent.is_some() {
        return Err(Fault::bad_request(format!(
            "Unable to save resource provider {}: Object action update failed because: re-parenting a provider \
             is not currently allowed.",
            provider.id
        )));
    }
    Ok(Landing::default())
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let mut changed = provider(world, call)?;
    changed.name = call.body["name"].as_str().unwrap_or_default().into();
    changed.parent = changed
        .parent
        .or_else(|| id_of(call, "parent_provider_uuid").filter(|parent| *parent != changed.id));
    world.put_provider(changed.clone());
    Ok(answer(world, call, &changed))
}

fn land_on_delete(world: &World, call: &Call) -> Result<Landing, Fault> {
    let provider = provider(world, call)?;
    let refuse = |why: &str| {
        Err(Fault::conflict(format!(
            "Unable to delete resource provider {}: {why}",
            provider.id
        )))
    };
    if !world.used_of(provider.id, None).is_empty() {
        return refuse("Resource provider has allocations.");
    }
    let all = world.all_providers();
    if all.iter().any(|child| child.parent == Some(provider.id)) {
        return refuse(
            "Cannot delete resource provider that is a parent of another. Delete child providers first.",
        );
    }
    if world.topology.host_by_id(provider.id).is_some() {
        // Its host would report it again.
        return refuse("Resource provider is a host that reports its resources.");
    }
    Ok(Landing::default())
}
