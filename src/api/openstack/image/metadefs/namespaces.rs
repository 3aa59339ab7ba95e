//! Namespaces of definitions.

use http::StatusCode;
use http::header::LOCATION;
use serde_json::{Map, Value, json};

use super::super::super::render::Seconds;
use super::super::super::{Answer, Operation};
use super::super::project_id;
use super::definitions::{self, OBJECT, PROPERTY, RESOURCE_TYPE, TAG};
use super::{Call, checked, is_visible, namespace, no_namespace, protected};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::images::metadefs::Namespace;

pub(in super::super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "image.list_metadef_namespaces",
        land: Landing::nowhere,
        run: list,
        is_read: true,
    },
    Operation {
        command: "image.create_metadef_namespace",
        land: |world, call| candidate(world, call).map(|_| Landing::default()),
        run: create,
        is_read: false,
    },
    Operation {
        command: "image.get_metadef_namespace",
        land: |world, call| namespace(world, call).map(|_| Landing::default()),
        run: |world, call, _| {
            let shown = whole(call.path_param("namespace"), namespace(world, call)?);
            Ok(Answer::json(StatusCode::OK, &shown))
        },
        is_read: true,
    },
    Operation {
        command: "image.update_metadef_namespace",
        land: |world, call| change(world, call).map(|_| Landing::default()),
        run: update,
        is_read: false,
    },
    Operation {
        command: "image.delete_metadef_namespace",
        land: |world, call| deletable(world, call).map(|()| Landing::default()),
        run: |world, call, _| {
            deletable(world, call)?;
            world.metadefs.remove(call.path_param("namespace"));
            Ok(Answer::empty(StatusCode::NO_CONTENT))
        },
        is_read: false,
    },
];

fn view(name: &str, namespace: &Namespace) -> Value {
    let mut shown = json!({"namespace": name});
    let texts = [
        ("display_name", &namespace.display_name),
        ("description", &namespace.description),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            shown[key] = json!(text);
        }
    }
    shown["visibility"] = if namespace.is_public {
        "public"
    } else {
        "private"
    }
    .into();
    shown["protected"] = namespace.is_protected.into();
    shown["owner"] = json!(namespace.owner);
    shown["created_at"] = json!(Seconds(namespace.created));
    shown["updated_at"] = json!(Seconds(namespace.updated));
    shown["self"] = format!("/v2/metadefs/namespaces/{name}").into();
    shown["schema"] = "/v2/schemas/metadefs/namespace".into();
    shown
}

/// With what is in it, where there is something.
fn whole(name: &str, namespace: &Namespace) -> Value {
    let mut shown = view(name, namespace);
    for shelf in [RESOURCE_TYPE, PROPERTY, OBJECT, TAG] {
        let held = (shelf.of)(namespace);
        if !held.is_empty() {
            shown[shelf.plural] = definitions::all(&shelf, name, held);
        }
    }
    shown
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let wants = |name: &str, value: &str| call.param(name).is_none_or(|wanted| wanted == value);
    let types: Option<Vec<&str>> = call
        .param("resource_types")
        .map(|types| types.split(',').collect());
    let is_about = |namespace: &Namespace| {
        types.as_ref().is_none_or(|types| {
            types
                .iter()
                .any(|kind| namespace.resource_types.contains_key(*kind))
        })
    };
    let shown = world.metadefs.iter().filter(|(_, namespace)| {
        let visibility = if namespace.is_public {
            "public"
        } else {
            "private"
        };
        is_visible(call, namespace) && wants("visibility", visibility) && is_about(namespace)
    });
    let shown: Value = shown
        .map(|(name, namespace)| view(name, namespace))
        .collect();
    let body = json!({
        "namespaces": shown,
        "first": "/v2/metadefs/namespaces",
        "schema": "/v2/schemas/metadefs/namespaces",
    });
    Ok(Answer::json(StatusCode::OK, &body))
}

fn check_new(world: &World, name: &str) -> Result<(), Fault> {
    match world.metadefs.contains_key(name) {
        true => Err(Fault::conflict(format!(
            "The metadata definition namespace={name} already exists."
        ))),
        false => Ok(()),
    }
}

/// What a namespace is to be.
fn candidate<'a>(world: &World, call: &'a Call) -> Result<&'a Value, Fault> {
    let wanted = checked(call, "metadefs/namespace", &["namespace"])?;
    check_new(world, wanted["namespace"].as_str().unwrap_or_default())?;
    Ok(wanted)
}

fn put_in(namespace: &mut Namespace, wanted: &Value) {
    let text = |name: &str| wanted[name].as_str();
    namespace.is_public = text("visibility") == Some("public");
    namespace.is_protected = wanted["protected"] == true;
    namespace.display_name = text("display_name").map(Into::into);
    namespace.description = text("description").map(Into::into);
    if let Some(owner) = text("owner") {
        namespace.owner = owner.into();
    }
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let now = world.now();
    let wanted = candidate(world, call)?;
    let name = wanted["namespace"].as_str().unwrap_or_default();
    let mut namespace = Namespace::new(project_id(call).into(), now);
    put_in(&mut namespace, wanted);
    for shelf in [RESOURCE_TYPE, OBJECT, TAG] {
        let items = wanted[shelf.plural].as_array().into_iter().flatten();
        for said in items.filter_map(Value::as_object) {
            definitions::put(&shelf, &mut namespace, said.clone(), now);
        }
    }
    let properties = wanted["properties"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    for (name, said) in properties {
        let mut said: Map<String, Value> = said.as_object().cloned().unwrap_or_default();
        said.insert("name".to_owned(), name.into());
        definitions::put(&PROPERTY, &mut namespace, said, now);
    }
    let answer = Answer::json(StatusCode::CREATED, &whole(name, &namespace));
    let location = format!("{}/image/v2/metadefs/namespaces/{name}", call.base_url);
    world.metadefs.insert(name.into(), namespace);
    Ok(answer.with_header(LOCATION, &location))
}

/// What the namespace of the path is to become.
fn change<'a>(world: &World, call: &'a Call) -> Result<&'a Value, Fault> {
    namespace(world, call)?;
    let wanted = checked(call, "metadefs/namespace", &["namespace"])?;
    let name = wanted["namespace"].as_str().unwrap_or_default();
    if name != call.path_param("namespace") {
        check_new(world, name)?;
    }
    Ok(wanted)
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (wanted, now) = (change(world, call)?, world.now());
    let (old, new) = (
        call.path_param("namespace"),
        wanted["namespace"].as_str().unwrap_or_default(),
    );
    let mut namespace = world
        .metadefs
        .remove(old)
        .ok_or_else(|| no_namespace(old))?;
    put_in(&mut namespace, wanted);
    namespace.updated = now;
    let answer = Answer::json(StatusCode::OK, &view(new, &namespace));
    world.metadefs.insert(new.into(), namespace);
    Ok(answer)
}

fn deletable(world: &World, call: &Call) -> Result<(), Fault> {
    let name = call.path_param("namespace");
    match namespace(world, call)?.is_protected {
        true => Err(protected("namespace", name)),
        false => Ok(()),
    }
}
