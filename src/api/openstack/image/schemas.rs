//! What images, members and tasks look like: the documents that describe them, and the checks by the same
//! table.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::python::{quoted, repr};
use super::{Answer, Call, Operation, refused};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    command: "image.get_schema",
    land: |_, call| document(&wanted(call)).map(|_| Landing::default()),
    run: |_, call, _| {
        let document = document(&wanted(call))?;
        Ok(Answer::json(StatusCode::OK, &document))
    },
    is_read: true,
}];

/// The name of the document of the path.
fn wanted(call: &Call) -> String {
    match call.path_param("definition") {
        "" => call.path_param("schema").to_owned(),
        definition => format!("metadefs/{definition}"),
    }
}

/// One property of a document.
struct Property {
    name: &'static str,
    /// JSON's names of the types that it may have.
    kinds: &'static [&'static str],
    about: &'static str,
    is_read_only: bool,
    /// The words that it may be; any where there are none.
    words: &'static [&'static str],
    /// In characters.
    max: Option<usize>,
    pattern: Option<&'static str>,
    /// Whether a list is one of an image's tags.
    holds_tags: bool,
}

const fn property(
    name: &'static str,
    kinds: &'static [&'static str],
    about: &'static str,
) -> Property {
    Property {
        name,
        kinds,
        about,
        is_read_only: false,
        words: &[],
        max: None,
        pattern: None,
        holds_tags: false,
    }
}

impl Property {
    const fn read_only(self) -> Self {
        Self {
            is_read_only: true,
            ..self
        }
    }

    const fn one_of(self, words: &'static [&'static str]) -> Self {
        Self { words, ..self }
    }

    const fn at_most(self, max: usize) -> Self {
        Self {
            max: Some(max),
            ..self
        }
    }
}

const TEXT: &[&str] = &["string"];
const TEXT_OR_NULL: &[&str] = &["null", "string"];
const NUMBER: &[&str] = &["integer"];
const NUMBER_OR_NULL: &[&str] = &["null", "integer"];
const FLAG: &[&str] = &["boolean"];
const LIST: &[&str] = &["array"];
const OBJECT: &[&str] = &["object"];
const ANY_NUMBER: &[&str] = &["integer", "number"];
const ANYTHING: &[&str] = &[
    "null", "boolean", "integer", "number", "string", "array", "object",
];
const OBJECT_OR_NULL: &[&str] = &["null", "object"];

const UUID: &str =
    "^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$";

/// What only the service sets, and where that is: `stores` and the links are not attributes of an image.
#[rustfmt::skip]
const IMAGE: &[Property] = &[
    Property { pattern: Some(UUID), ..property("id", TEXT, "An identifier for the image") },
    property("name", TEXT_OR_NULL, "Descriptive name for the image").at_most(255),
    property("status", TEXT, "Status of the image").read_only()
        .one_of(&["queued", "saving", "active", "killed", "deleted", "uploading", "importing", "pending_delete", "deactivated"]),
    property("visibility", TEXT, "Scope of image accessibility")
        .one_of(&["community", "public", "private", "shared"]),
    property("protected", FLAG, "If true, image will not be deletable."),
    property("os_hidden", FLAG, "If true, image will not appear in default image list response."),
    property("checksum", TEXT_OR_NULL, "md5 hash of image contents.").read_only().at_most(32),
    property("os_hash_algo", TEXT_OR_NULL, "Algorithm to calculate the os_hash_value").read_only().at_most(64),
    property("os_hash_value", TEXT_OR_NULL, "Hexdigest of the image contents using the algorithm specified by the os_hash_algo")
        .read_only().at_most(128),
    property("owner", TEXT_OR_NULL, "Owner of the image").at_most(255),
    property("size", NUMBER_OR_NULL, "Size of image file in bytes").read_only(),
    property("virtual_size", NUMBER_OR_NULL, "Virtual size of image in bytes").read_only(),
    property("container_format", TEXT_OR_NULL, "Format of the container")
        .one_of(&["ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"]),
    property("disk_format", TEXT_OR_NULL, "Format of the disk")
        .one_of(&["ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso", "ploop"]),
    property("created_at", TEXT, "Date and time of image registration").read_only(),
    property("updated_at", TEXT, "Date and time of the last image modification").read_only(),
    Property { holds_tags: true, ..property("tags", LIST, "List of strings related to the image") },
    property("direct_url", TEXT, "URL to access the image file kept in external store").read_only(),
    property("min_ram", NUMBER, "Amount of ram (in MB) required to boot image."),
    property("min_disk", NUMBER, "Amount of disk space (in GB) required to boot image."),
    property("self", TEXT, "An image self url").read_only(),
    property("file", TEXT, "An image file url").read_only(),
    property("stores", TEXT, "Store in which image data resides.  Only present when the operator has enabled multiple stores.  May be a comma-separated list of store identifiers.")
        .read_only(),
    property("schema", TEXT, "An image schema url").read_only(),
    property("locations", LIST, "A set of URLs to access the image file kept in external store"),
];

#[rustfmt::skip]
const MEMBER: &[Property] = &[
    property("member_id", TEXT, "An identifier for the image member (tenantId)"),
    Property { pattern: Some(UUID), ..property("image_id", TEXT, "An identifier for the image") },
    property("created_at", TEXT, "Date and time of image member creation"),
    property("updated_at", TEXT, "Date and time of last modification of image member"),
    property("status", TEXT, "The status of this image member").one_of(&["pending", "accepted", "rejected"]),
    property("schema", TEXT, "").read_only(),
];

#[rustfmt::skip]
const TASK: &[Property] = &[
    Property { pattern: Some(UUID), ..property("id", TEXT, "An identifier for the task") },
    property("type", TEXT, "The type of task represented by this content")
        .one_of(&["import", "api_image_import", "location_import"]),
    property("status", TEXT, "The current status of this task").one_of(&["pending", "processing", "success", "failure"]),
    property("input", OBJECT_OR_NULL, "The parameters required by task, JSON blob"),
    property("result", OBJECT_OR_NULL, "The result of current task, JSON blob"),
    property("owner", TEXT, "An identifier for the owner of this task"),
    property("message", TEXT, "Human-readable informative message only included when appropriate (usually on failure)"),
    property("image_id", TEXT, "Image associated with the task"),
    property("request_id", TEXT, "Human-readable informative request-id"),
    property("user_id", TEXT, "User associated with the task"),
    property("expires_at", TEXT, "Datetime when this resource would be subject to removal"),
    property("created_at", TEXT, "Datetime when this resource was created"),
    property("updated_at", TEXT, "Datetime when this resource was updated"),
    property("self", TEXT, ""),
    property("schema", TEXT, ""),
];

const CREATED: Property = property("created_at", TEXT, "Date and time of creation").read_only();
const UPDATED: Property =
    property("updated_at", TEXT, "Date and time of the last modification").read_only();
const SELF: Property = property("self", TEXT, "").read_only();
const SCHEMA: Property = property("schema", TEXT, "").read_only();

#[rustfmt::skip]
const NAMESPACE: &[Property] = &[
    property("namespace", TEXT, "The unique namespace text.").at_most(80),
    property("display_name", TEXT, "The user friendly name for the namespace. Used by UI if available.").at_most(80),
    property("description", TEXT, "Provides a user friendly description of the namespace.").at_most(500),
    property("visibility", TEXT, "Scope of namespace accessibility.").one_of(&["public", "private"]),
    property("protected", FLAG, "If true, namespace will not be deletable."),
    property("owner", TEXT, "Owner of the namespace.").at_most(255),
    property("resource_type_associations", LIST, ""),
    property("properties", OBJECT, ""),
    property("objects", LIST, ""),
    property("tags", LIST, ""),
    CREATED, UPDATED, SELF, SCHEMA,
];

#[rustfmt::skip]
const DEFINED_OBJECT: &[Property] = &[
    property("name", TEXT, "").at_most(80),
    property("description", TEXT, ""),
    property("required", LIST, ""),
    property("properties", OBJECT, ""),
    CREATED, UPDATED, SELF, SCHEMA,
];

#[rustfmt::skip]
const DEFINED_PROPERTY: &[Property] = &[
    property("name", TEXT, "").at_most(80),
    property("title", TEXT, ""),
    property("description", TEXT, ""),
    property("operators", LIST, ""),
    property("type", TEXT, "").one_of(&["array", "boolean", "integer", "number", "object", "string", "null"]),
    property("required", LIST, ""),
    property("minimum", ANY_NUMBER, ""),
    property("maximum", ANY_NUMBER, ""),
    property("maxLength", NUMBER, ""),
    property("minLength", NUMBER, ""),
    property("pattern", TEXT, ""),
    property("enum", LIST, ""),
    property("readonly", FLAG, ""),
    property("default", ANYTHING, ""),
    property("items", OBJECT, ""),
    property("maxItems", NUMBER, ""),
    property("minItems", NUMBER, ""),
    property("uniqueItems", FLAG, ""),
    property("additionalItems", FLAG, ""),
];

const DEFINED_TAG: &[Property] = &[property("name", TEXT, "").at_most(80), CREATED, UPDATED];

const DEFINED_TAGS: &[Property] = &[property("tags", LIST, "")];

#[rustfmt::skip]
const RESOURCE_TYPE: &[Property] = &[
    property("name", TEXT, "Resource type names should be aligned with Heat resource types whenever possible: https://docs.openstack.org/heat/latest/template_guide/openstack.html")
        .at_most(80),
    property("prefix", TEXT, "Specifies the prefix to use for the given resource type. Any properties in the namespace should be prefixed with this prefix when being applied to the specified resource type. Must include prefix separator (e.g. a colon :).")
        .at_most(80),
    property("properties_target", TEXT, "Some resource types allow more than one key / value pair per instance.  For example, Cinder allows user and image metadata on volumes. Only the image properties metadata is evaluated by Nova (scheduling or drivers). This property allows a namespace target to remove the ambiguity.")
        .at_most(80),
    CREATED, UPDATED,
];

/// What defines metadata: the paths of its documents, the name of each, and what it says.
const DEFINITIONS: &[(&str, &str, &[Property])] = &[
    ("metadefs/namespace", "namespace", NAMESPACE),
    ("metadefs/object", "object", DEFINED_OBJECT),
    ("metadefs/property", "property", DEFINED_PROPERTY),
    ("metadefs/tag", "tag", DEFINED_TAG),
    (
        "metadefs/resource_type",
        "resource_type_association",
        RESOURCE_TYPE,
    ),
];

/// The lists of those, which come in pages.
const LISTS: &[(&str, &str, &str)] = &[
    ("metadefs/namespaces", "namespaces", "metadefs/namespace"),
    ("metadefs/objects", "objects", "metadefs/object"),
    ("metadefs/properties", "properties", "metadefs/property"),
    ("metadefs/tags", "tags", "metadefs/tag"),
    (
        "metadefs/resource_types",
        "resource_type_associations",
        "metadefs/resource_type",
    ),
];

// ------------------------------------------------------------ documents

fn document(name: &str) -> Result<Value, Fault> {
    let links = json!([
        {"rel": "self", "href": "{self}"},
        {"rel": "enclosure", "href": "{file}"},
        {"rel": "describedby", "href": "{schema}"},
    ]);
    let mut image = single("image", IMAGE);
    image["additionalProperties"] = json!({"type": "string"});
    image["links"] = links;
    Ok(match name {
        "image" => image,
        "images" => many("images", image),
        "member" => single("member", MEMBER),
        "members" => listed("members", single("member", MEMBER)),
        "task" => single("task", TASK),
        "tasks" => many("tasks", single("task", TASK)),
        other => return definition(other),
    })
}

/// The document on a kind of definition, or on a list of them.
fn definition(path: &str) -> Result<Value, Fault> {
    let mut kinds = DEFINITIONS.iter();
    if let Some((_, name, properties)) = kinds.find(|(known, ..)| *known == path) {
        return Ok(single(name, properties));
    }
    let mut lists = LISTS.iter();
    match lists.find(|(known, ..)| *known == path) {
        Some((_, name, item)) => Ok(many(name, definition(item)?)),
        None => Err(Fault::not_found("")),
    }
}

fn single(name: &str, properties: &[Property]) -> Value {
    let properties = properties
        .iter()
        .map(|property| (property.name.to_owned(), property.describe()));
    json!({"name": name, "properties": properties.collect::<Map<_, _>>()})
}

fn listed(name: &str, item: Value) -> Value {
    json!({
        "name": name,
        "properties": {name: {"type": "array", "items": item}, "schema": {"type": "string"}},
        "links": [{"rel": "describedby", "href": "{schema}"}],
    })
}

/// A list that comes in pages.
fn many(name: &str, item: Value) -> Value {
    let mut document = listed(name, item);
    for key in ["first", "next"] {
        document["properties"][key] = json!({"type": "string"});
    }
    document["links"] = json!([
        {"rel": "first", "href": "{first}"},
        {"rel": "next", "href": "{next}"},
        {"rel": "describedby", "href": "{schema}"},
    ]);
    document
}

impl Property {
    fn describe(&self) -> Value {
        let mut described = Map::new();
        let kinds = match self.kinds {
            [kind] => json!(kind),
            kinds => json!(kinds),
        };
        described.insert("type".to_owned(), kinds);
        let mut add = |key: &str, value: Option<Value>| {
            value.map(|value| described.insert(key.to_owned(), value))
        };
        add("readOnly", self.is_read_only.then_some(Value::Bool(true)));
        add(
            "description",
            (!self.about.is_empty()).then(|| self.about.into()),
        );
        add("maxLength", self.max.map(Value::from));
        add("pattern", self.pattern.map(Value::from));
        add("enum", (!self.words.is_empty()).then(|| self.choices()));
        if self.holds_tags {
            add("items", Some(json!({"type": "string", "maxLength": 255})));
        }
        if self.name == "locations" {
            add(
                "items",
                Some(json!({"type": OBJECT[0], "required": ["url", "metadata"]})),
            );
        }
        Value::Object(described)
    }

    fn choices(&self) -> Value {
        let null = self.kinds.contains(&"null").then_some(Value::Null);
        let words = self.words.iter().map(|word| Value::from(*word));
        null.into_iter().chain(words).collect()
    }
}

// ------------------------------------------------------------ checks

/// Whether it is something that every image has, unlike the properties that clients make up.
pub(super) fn is_attribute(name: &str) -> bool {
    let known = IMAGE.iter().find(|property| property.name == name);
    known.is_some_and(|property| !property.is_read_only)
}

/// Refuses what a client cannot set.
///
/// # Errors
/// [`FaultKind::Forbidden`](crate::vocabulary::fault::FaultKind::Forbidden).
pub(super) fn check_writable(name: &str) -> Result<(), Fault> {
    let is_read_only = |property: &Property| property.name == name && property.is_read_only;
    if IMAGE.iter().any(is_read_only) {
        return Err(refused(format!("Attribute '{name}' is read-only.")));
    }
    let is_reserved = matches!(name, "location" | "deleted" | "deleted_at");
    if is_reserved || name.starts_with("os_glance") {
        return Err(refused(format!("Attribute '{name}' is reserved.")));
    }
    Ok(())
}

/// Checks attributes and properties against their forms.
///
/// # Errors
/// [`FaultKind::BadRequest`](crate::vocabulary::fault::FaultKind::BadRequest), with the first line of what
/// Glance says.
pub(super) fn check_image(asked: &Map<String, Value>) -> Result<(), Fault> {
    let known = IMAGE.iter().filter_map(|property| {
        let value = asked.get(property.name)?;
        property.complaint(value)
    });
    let is_known = |name: &str| IMAGE.iter().any(|property| property.name == name);
    let others = asked
        .iter()
        .filter(|(name, value)| !is_known(name) && !value.is_string())
        .map(|(_, value)| wrong_type(value, TEXT));
    match known.chain(others).next() {
        None => Ok(()),
        Some(complaint) => Err(Fault::bad_request(format!(
            "Provided object does not match schema 'image': {complaint}"
        ))),
    }
}

/// Checks a definition of metadata against the document of that path, which knows all that may be said.
///
/// # Errors
/// As [`check_image`].
pub(super) fn check(path: &str, asked: &Value, required: &[&str]) -> Result<(), Fault> {
    let mut kinds = DEFINITIONS.iter();
    let found = kinds.find(|(known, ..)| *known == path);
    let (name, properties) =
        found.map_or(("tags", DEFINED_TAGS), |(_, name, known)| (*name, *known));
    let refuse = |complaint: String| {
        let message = format!("Provided object does not match schema '{name}': {complaint}");
        Err(Fault::bad_request(message))
    };
    let Some(members) = asked.as_object() else {
        return refuse(wrong_type(asked, OBJECT));
    };
    if let Some(missing) = required.iter().find(|name| !members.contains_key(**name)) {
        return refuse(format!("{} is a required property", quoted(missing)));
    }
    for (name, value) in members {
        let known = properties.iter().find(|property| property.name == name);
        let complaint = match known {
            Some(known) => known.complaint(value),
            None => Some(format!(
                "Additional properties are not allowed ({} was unexpected)",
                quoted(name)
            )),
        };
        if let Some(complaint) = complaint {
            return refuse(complaint);
        }
    }
    Ok(())
}

impl Property {
    fn complaint(&self, value: &Value) -> Option<String> {
        let kind = kind(value);
        if !self.kinds.contains(&kind) {
            return Some(wrong_type(value, self.kinds));
        }
        if self.holds_tags {
            return value.as_array()?.iter().find_map(|tag| TAG.complaint(tag));
        }
        let text = value.as_str()?;
        if self.max.is_some_and(|max| text.chars().count() > max) {
            return Some(format!("{} is too long", repr(value)));
        }
        if !self.words.is_empty() && !self.words.contains(&text) {
            return Some(format!(
                "{} is not one of {}",
                repr(value),
                repr(&self.choices())
            ));
        }
        let is_uuid = text.len() == 36 && uuid::Uuid::try_parse(text).is_ok();
        let pattern = self.pattern.filter(|_| !is_uuid)?;
        Some(format!(
            "{} does not match {}",
            repr(value),
            quoted(pattern)
        ))
    }
}

const TAG: Property = property("tag", TEXT, "").at_most(255);

fn wrong_type(value: &Value, kinds: &[&str]) -> String {
    let kinds: Vec<String> = kinds.iter().map(|kind| quoted(kind)).collect();
    format!("{} is not of type {}", repr(value), kinds.join(", "))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
