//! What is in a namespace: objects, properties, tags and types of resources, which are alike.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::super::render::Seconds;
use super::super::super::{Answer, Operation};
use super::{Call, checked, namespace, namespace_mut, protected};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::images::metadefs::{Definition, Definitions, Namespace};

/// A kind of definition.
#[derive(Clone, Copy)]
pub(super) struct Shelf {
    /// What one is called in complaints.
    noun: &'static str,
    /// What many are called in bodies.
    pub(super) plural: &'static str,
    /// The last part of paths.
    path: &'static str,
    /// The document that describes one.
    document: &'static str,
    /// What has to be said of one.
    required: &'static [&'static str],
    /// Whether a list has them by their names.
    is_by_name: bool,
    pub(super) of: fn(&Namespace) -> &Definitions,
    of_mut: fn(&mut Namespace) -> &mut Definitions,
}

pub(super) const OBJECT: Shelf = Shelf {
    noun: "object",
    plural: "objects",
    path: "objects",
    document: "metadefs/object",
    required: &["name"],
    is_by_name: false,
    of: |namespace| &namespace.objects,
    of_mut: |namespace| &mut namespace.objects,
};

pub(super) const PROPERTY: Shelf = Shelf {
    noun: "property",
    plural: "properties",
    path: "properties",
    document: "metadefs/property",
    required: &["type", "title", "name"],
    is_by_name: true,
    of: |namespace| &namespace.properties,
    of_mut: |namespace| &mut namespace.properties,
};

pub(super) const TAG: Shelf = Shelf {
    noun: "tag",
    plural: "tags",
    path: "tags",
    document: "metadefs/tag",
    required: &["name"],
    is_by_name: false,
    of: |namespace| &namespace.tags,
    of_mut: |namespace| &mut namespace.tags,
};

pub(super) const RESOURCE_TYPE: Shelf = Shelf {
    noun: "resource-type-association",
    plural: "resource_type_associations",
    path: "resource_types",
    document: "metadefs/resource_type",
    required: &["name"],
    is_by_name: false,
    of: |namespace| &namespace.resource_types,
    of_mut: |namespace| &mut namespace.resource_types,
};

const SHELVES: [Shelf; 4] = [OBJECT, PROPERTY, TAG, RESOURCE_TYPE];

pub(in super::super) const OBJECTS: &[Operation] = &operations([
    "image.list_metadef_objects",
    "image.create_metadef_object",
    "image.delete_metadef_objects",
    "image.get_metadef_object",
    "image.update_metadef_object",
    "image.delete_metadef_object",
]);

pub(in super::super) const PROPERTIES: &[Operation] = &operations([
    "image.list_metadef_properties",
    "image.create_metadef_property",
    "image.delete_metadef_properties",
    "image.get_metadef_property",
    "image.update_metadef_property",
    "image.delete_metadef_property",
]);

pub(in super::super) const TAGS: &[Operation] = &{
    let [list, create, delete_all, show, update, delete] = operations([
        "image.list_metadef_tags",
        "image.create_metadef_tag",
        "image.delete_metadef_tags",
        "image.get_metadef_tag",
        "image.update_metadef_tag",
        "image.delete_metadef_tag",
    ]);
    let replace = Operation {
        command: "image.replace_metadef_tags",
        run: replace_tags,
        ..create
    };
    // The path says all that there is to say of a new tag.
    let create = Operation {
        land: |world, call| new_tag(world, call).map(|_| Landing::default()),
        run: |world, call, _| {
            let said = new_tag(world, call)?;
            keep(world, call, said)
        },
        ..create
    };
    let replace = Operation {
        land: |world, call| tags(world, call).map(|_| Landing::default()),
        ..replace
    };
    [list, replace, create, delete_all, show, update, delete]
};

pub(in super::super) const RESOURCE_TYPES: &[Operation] = &{
    let [list, create, _, _, _, delete] = operations([
        "image.list_metadef_associations",
        "image.create_metadef_association",
        "",
        "",
        "",
        "image.delete_metadef_association",
    ]);
    let known = Operation {
        command: "image.list_metadef_resource_types",
        land: Landing::nowhere,
        run: known_types,
        is_read: true,
    };
    [known, list, create, delete]
};

/// List, create, delete all, show, update, delete.
const fn operations(names: [&'static str; 6]) -> [Operation; 6] {
    let [list, create, delete_all, show, update, delete] = names;
    [
        Operation {
            command: list,
            land,
            run: run_list,
            is_read: true,
        },
        Operation {
            command: create,
            land: |world, call| candidate(world, call).map(|_| Landing::default()),
            run: |world, call, _| {
                let said = candidate(world, call)?;
                keep(world, call, said)
            },
            is_read: false,
        },
        Operation {
            command: delete_all,
            land: |world, call| check_open(world, call).map(|()| Landing::default()),
            run: |world, call, _| {
                check_open(world, call)?;
                let namespace = namespace_mut(world, call)?;
                (shelf(call).of_mut)(namespace).clear();
                Ok(Answer::empty(StatusCode::NO_CONTENT))
            },
            is_read: false,
        },
        Operation {
            command: show,
            land: land_on,
            run: |world, call, _| {
                let (name, found) = found(world, call)?;
                let shown = view(&shelf(call), call.path_param("namespace"), name, found);
                Ok(Answer::json(StatusCode::OK, &shown))
            },
            is_read: true,
        },
        Operation {
            command: update,
            land: |world, call| change(world, call).map(|_| Landing::default()),
            run: run_update,
            is_read: false,
        },
        Operation {
            command: delete,
            land: |world, call| {
                check_open(world, call)?;
                land_on(world, call)
            },
            run: |world, call, _| {
                check_open(world, call)?;
                let name: Arc<str> = found(world, call)?.0.into();
                let namespace = namespace_mut(world, call)?;
                (shelf(call).of_mut)(namespace).remove(&name);
                Ok(Answer::empty(StatusCode::NO_CONTENT))
            },
            is_read: false,
        },
    ]
}

/// The kind of definition that a path is about.
fn shelf(call: &Call) -> Shelf {
    let mut parts = call.request.path.split('/').rev().take(2);
    let named = parts.find_map(|part| SHELVES.into_iter().find(|shelf| shelf.path == part));
    named.unwrap_or(OBJECT)
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    namespace(world, call).map(|_| Landing::default())
}

fn land_on(world: &World, call: &Call) -> Result<Landing, Fault> {
    found(world, call).map(|_| Landing::default())
}

/// The definition of the path.
fn found<'a>(world: &'a World, call: &'a Call) -> Result<(&'a str, &'a Definition), Fault> {
    let (shelf, name) = (shelf(call), call.path_param("name"));
    let found = (shelf.of)(namespace(world, call)?).get(name);
    found.map(|found| (name, found)).ok_or_else(|| {
        let space = call.path_param("namespace");
        Fault::not_found(match shelf.path {
            "resource_types" => format!(
                "The metadata definition resource-type association of resource-type={name} to \
                 namespace={space}, was not found."
            ),
            _ => format!(
                "The metadata definition {} with name={name} was not found in namespace={space}.",
                shelf.noun
            ),
        })
    })
}

/// Refuses to take anything out of a namespace that is protected.
fn check_open(world: &World, call: &Call) -> Result<(), Fault> {
    let name = call.path_param("name");
    match (namespace(world, call)?.is_protected, name) {
        (true, "") => Err(protected("namespace", call.path_param("namespace"))),
        (true, name) => Err(protected(shelf(call).noun, name)),
        (false, _) => Ok(()),
    }
}

fn view(shelf: &Shelf, namespace: &str, name: &str, definition: &Definition) -> Value {
    let mut shown = definition.said.clone();
    shown.insert("name".to_owned(), name.into());
    if shelf.is_by_name {
        return shown.into();
    }
    let mut put = |key: &str, value: Value| shown.insert(key.to_owned(), value);
    put("created_at", json!(Seconds(definition.created)));
    put("updated_at", json!(Seconds(definition.updated)));
    if shelf.path == OBJECT.path {
        let path = format!("/v2/metadefs/namespaces/{namespace}/objects/{name}");
        put("self", path.into());
        put("schema", "/v2/schemas/metadefs/object".into());
    }
    shown.into()
}

/// All definitions of a kind: by name, or as a list.
pub(super) fn all(shelf: &Shelf, namespace: &str, held: &Definitions) -> Value {
    let views = held
        .iter()
        .map(|(name, definition)| (name.to_string(), view(shelf, namespace, name, definition)));
    match shelf.is_by_name {
        true => views.collect::<Map<_, _>>().into(),
        false => views.map(|(_, view)| view).collect(),
    }
}

fn run_list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (shelf, name) = (shelf(call), call.path_param("namespace"));
    let held = all(&shelf, name, (shelf.of)(namespace(world, call)?));
    let mut shown = json!({ shelf.plural: held });
    if [OBJECT.path, TAG.path].contains(&shelf.path) {
        let path = format!("/v2/metadefs/namespaces/{name}/{}", shelf.path);
        shown["first"] = path.into();
        shown["schema"] = format!("/v2/schemas/metadefs/{}", shelf.path).into();
    }
    Ok(Answer::json(StatusCode::OK, &shown))
}

/// Refuses a name that is taken.
fn check_new(world: &World, call: &Call, name: &str) -> Result<(), Fault> {
    let (shelf, space) = (shelf(call), call.path_param("namespace"));
    if !(shelf.of)(namespace(world, call)?).contains_key(name) {
        return Ok(());
    }
    Err(Fault::conflict(match shelf.path {
        "resource_types" => format!(
            "The metadata definition resource-type association of resource-type={name} to namespace={space} \
             already exists."
        ),
        "tags" => format!(
            "A metadata tag with name={name} already exists in namespace={space}. (Please note that metadata \
             tag names are case insensitive)."
        ),
        _ => format!(
            "A metadata definition {} with name={name} already exists in namespace={space}.",
            shelf.noun
        ),
    }))
}

/// What is said of a definition, its name too.
fn said(call: &Call) -> Result<Map<String, Value>, Fault> {
    let shelf = shelf(call);
    let said = checked(call, shelf.document, shelf.required)?;
    Ok(said.as_object().cloned().unwrap_or_default())
}

fn name_of(said: &Map<String, Value>) -> &str {
    said.get("name").and_then(Value::as_str).unwrap_or_default()
}

fn candidate(world: &World, call: &Call) -> Result<Map<String, Value>, Fault> {
    namespace(world, call)?;
    let said = said(call)?;
    check_new(world, call, name_of(&said))?;
    Ok(said)
}

fn new_tag(world: &World, call: &Call) -> Result<Map<String, Value>, Fault> {
    let name = call.path_param("name");
    check_new(world, call, name)?;
    Ok(Map::from_iter([("name".to_owned(), name.into())]))
}

/// Puts a definition into a namespace.
pub(super) fn put(
    shelf: &Shelf,
    namespace: &mut Namespace,
    said: Map<String, Value>,
    now: DateTime<Utc>,
) {
    let name: Arc<str> = name_of(&said).into();
    let definition = Definition {
        said,
        created: now,
        updated: now,
    };
    (shelf.of_mut)(namespace).insert(name, definition);
}

fn keep(world: &mut World, call: &Call, said: Map<String, Value>) -> Result<Answer, Fault> {
    let (shelf, now) = (shelf(call), world.now());
    let name = name_of(&said).to_owned();
    let namespace = namespace_mut(world, call)?;
    put(&shelf, namespace, said, now);
    let space = call.path_param("namespace");
    let kept = &(shelf.of)(namespace)[&*name];
    let shown = view(&shelf, space, &name, kept);
    Ok(Answer::json(StatusCode::CREATED, &shown))
}

/// What the definition of the path is to become.
fn change(world: &World, call: &Call) -> Result<Map<String, Value>, Fault> {
    found(world, call)?;
    let said = said(call)?;
    if name_of(&said) != call.path_param("name") {
        check_new(world, call, name_of(&said))?;
    }
    Ok(said)
}

fn run_update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (said, now, shelf) = (change(world, call)?, world.now(), shelf(call));
    let created = found(world, call)?.1.created;
    let name: Arc<str> = name_of(&said).into();
    let definition = Definition {
        said,
        created,
        updated: now,
    };
    let shown = view(&shelf, call.path_param("namespace"), &name, &definition);
    let held = (shelf.of_mut)(namespace_mut(world, call)?);
    held.remove(call.path_param("name"));
    held.insert(name, definition);
    Ok(Answer::json(StatusCode::OK, &shown))
}

/// The tags that are to take the place of those that there are; or to be added, where a client says so.
fn tags(world: &World, call: &Call) -> Result<Vec<Map<String, Value>>, Fault> {
    namespace(world, call)?;
    let wanted = checked(call, "metadefs/tags", &[])?;
    let tags = wanted["tags"].as_array().into_iter().flatten();
    Ok(tags.filter_map(Value::as_object).cloned().collect())
}

fn replace_tags(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (wanted, now) = (tags(world, call)?, world.now());
    let appends = call.request.headers.get("x-openstack-append");
    let appends = appends.is_some_and(|flag| flag.as_bytes().eq_ignore_ascii_case(b"true"));
    let namespace = namespace_mut(world, call)?;
    if !appends {
        namespace.tags.clear();
    }
    for said in wanted {
        put(&TAG, namespace, said, now);
    }
    let shown = all(&TAG, call.path_param("namespace"), &namespace.tags);
    let body = json!({"tags": shown, "schema": "/v2/schemas/metadefs/tags"});
    Ok(Answer::json(StatusCode::CREATED, &body))
}

/// The types of resources that Glance's own definitions are about.
const KNOWN_TYPES: [&str; 5] = [
    "OS::Cinder::Volume",
    "OS::Glance::Image",
    "OS::Nova::Aggregate",
    "OS::Nova::Flavor",
    "OS::Nova::Server",
];

/// Those, and those that namespaces were said to be about.
fn known_types(world: &mut World, _: &Call, _: Landing) -> Result<Answer, Fault> {
    let start = world.clock().start();
    let named = world
        .metadefs
        .values()
        .flat_map(|namespace| namespace.resource_types.keys());
    let mut names: Vec<&str> = named.map(|name| &**name).chain(KNOWN_TYPES).collect();
    names.sort_unstable();
    names.dedup();
    let shown = names.into_iter().map(
        |name| json!({"name": name, "created_at": Seconds(start), "updated_at": Seconds(start)}),
    );
    let body = json!({"resource_types": shown.collect::<Value>()});
    Ok(Answer::json(StatusCode::OK, &body))
}
