//! Changing images: lists of operations, in one of two drafts of JSON patch.

use http::header::HeaderName;
use http::{HeaderValue, StatusCode};
use serde_json::{Map, Value};

use super::images::show;
use super::{
    Answer, Call, body, content_type, create, image, no_image, on, own_image, refused, schemas,
};
use crate::api::Landing;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::images::image::Image;

/// The forms of a patch, by the type of its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Draft {
    /// `{"replace": "/name", "value": "x"}`
    Four,
    /// `{"op": "replace", "path": "/name", "value": "x"}`
    Ten,
}

const DRAFTS: [(&str, Draft); 2] = [
    ("application/openstack-images-v2.0-json-patch", Draft::Four),
    ("application/openstack-images-v2.1-json-patch", Draft::Ten),
];

const WORDS: [&str; 3] = ["add", "remove", "replace"];

const ACCEPT_PATCH: HeaderName = HeaderName::from_static("accept-patch");

/// One change of an attribute.
struct Change<'a> {
    word: &'a str,
    draft: Draft,
    attribute: String,
    /// `Null` for a removal.
    value: &'a Value,
}

pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let changes = changes(call)?;
    patched(world, call, &changes)?;
    image(world, call).map(on)
}

pub(super) fn run(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let mut image = patched(world, call, &changes(call)?)?;
    image.updated = world.now();
    let id = image.id;
    let stored = world
        .image_mut(id)
        .ok_or_else(|| no_image(&id.to_string()))?;
    *stored = image;
    Ok(show(StatusCode::OK, stored))
}

/// The image as it is after all changes.
fn patched(world: &World, call: &Call, changes: &[Change<'_>]) -> Result<Image, Fault> {
    let mut image = Image::clone(image(world, call)?);
    for change in changes {
        check_owner(call, change)?;
        if change.attribute == "visibility" && change.value == "public" && !call.is_admin() {
            return Err(super::forbidden("publicize_image"));
        }
        let rule = match change.attribute.as_str() {
            "visibility" if change.value == "community" => "communitize_image",
            _ => "modify_image",
        };
        own_image(world, call, rule)?;
        apply(call, &mut image, change)?;
    }
    create::check_quota(&image)?;
    Ok(image)
}

fn check_owner(call: &Call, change: &Change<'_>) -> Result<(), Fault> {
    if change.word == "replace" && change.attribute == "owner" && !call.is_admin() {
        return Err(refused("Owner can't be updated by non admin."));
    }
    Ok(())
}

fn apply(call: &Call, image: &mut Image, change: &Change<'_>) -> Result<(), Fault> {
    let name = &*change.attribute;
    let is_property = image.property(name).is_some();
    let is_attribute = schemas::is_attribute(name);
    match change.word {
        "remove" if is_attribute => {
            return Err(refused(format!("Property {name} may not be removed.")));
        }
        "remove" | "replace" if !is_property && !is_attribute => {
            return Err(Fault::conflict(format!(
                "There was a conflict when trying to complete your request.\nProperty {name} does not exist."
            )));
        }
        "add" if change.draft == Draft::Four && (is_property || is_attribute) => {
            return Err(Fault::conflict(format!("Property {name} already present.")));
        }
        _ => {}
    }
    match (name, change.word) {
        ("locations", _) => Err(refused(
            "It's not allowed to add locations if locations are invisible.",
        )),
        (_, "remove") => {
            image.properties.retain(|(known, _)| **known != *name);
            Ok(())
        }
        _ => create::set(call, image, name, change.value),
    }
}

// ------------------------------------------------------------ reading

fn changes(call: &Call) -> Result<Vec<Change<'_>>, Fault> {
    let draft = draft(call)?;
    let Some(items) = body(call)?.as_array() else {
        return Err(Fault::bad_request(
            "Request body must be a JSON array of operation objects.",
        ));
    };
    items
        .iter()
        .map(|item| match item.as_object() {
            Some(item) => read(item, draft),
            None => Err(Fault::bad_request("Operations must be JSON objects.")),
        })
        .collect()
}

fn draft(call: &Call) -> Result<Draft, Fault> {
    let kind = content_type(call).unwrap_or_default();
    let known = DRAFTS.iter().find(|(name, _)| *name == kind);
    known.map(|(_, draft)| *draft).ok_or_else(|| {
        let message = format!(
            "The request media type {kind} is not supported by this server.\n\nImage PATCH expects \
             Content-Type one of: {}",
            accepted()
        );
        Fault::new(FaultKind::UnsupportedMediaType, message)
    })
}

/// The types that a patch may have.
fn accepted() -> String {
    DRAFTS.map(|(name, _)| name).join(", ")
}

/// Tells a client that sent another type which ones there are.
pub(in super::super) fn accept_patch() -> (HeaderName, HeaderValue) {
    let accepted = HeaderValue::try_from(accepted()).expect("names of types are good in a header");
    (ACCEPT_PATCH, accepted)
}

fn read(item: &Map<String, Value>, draft: Draft) -> Result<Change<'_>, Fault> {
    let (word, pointer) = match draft {
        Draft::Ten => read_ten(item)?,
        Draft::Four => read_four(item)?,
    };
    let path = path(pointer)?;
    let attribute = path[0].clone();
    let depth = if attribute == "locations" && word != "replace" {
        2
    } else {
        1
    };
    if path.len() != depth {
        let message = format!(
            "Invalid JSON pointer for this resource: '/{}'",
            path.join("/")
        );
        return Err(Fault::bad_request(message));
    }
    let value = match (word, item.get("value")) {
        ("remove", _) => &Value::Null,
        (_, Some(value)) => value,
        (_, None) => {
            return Err(Fault::bad_request(format!(
                "Operation \"{word}\" requires a member named \"value\"."
            )));
        }
    };
    if attribute == "id" {
        return Err(refused("Attribute 'id' is read-only."));
    }
    schemas::check_writable(&attribute)?;
    if word != "remove" && depth == 1 {
        schemas::check_image(&Map::from_iter([(attribute.clone(), value.clone())]))?;
    }
    Ok(Change {
        word,
        draft,
        attribute,
        value,
    })
}

fn read_ten(item: &Map<String, Value>) -> Result<(&'static str, &str), Fault> {
    let words = WORDS.join(", ");
    let asked = item.get("op").and_then(Value::as_str).ok_or_else(|| {
        Fault::bad_request(format!(
            "Unable to find `op` in JSON Schema change. It must be one of the following: {words}."
        ))
    })?;
    let word = WORDS.into_iter().find(|word| *word == asked);
    let word = word.ok_or_else(|| {
        Fault::bad_request(format!(
            "Invalid operation: `{asked}`. It must be one of the following: {words}."
        ))
    })?;
    let path = item.get("path").and_then(Value::as_str);
    let path =
        path.ok_or_else(|| Fault::bad_request("Unable to find 'path' in JSON Schema change"))?;
    Ok((word, path))
}

fn read_four(item: &Map<String, Value>) -> Result<(&'static str, &str), Fault> {
    let mut found = WORDS
        .into_iter()
        .filter_map(|word| Some((word, item.get(word)?)));
    match (found.next(), found.next()) {
        (Some((word, Value::String(path))), None) => Ok((word, path)),
        (None, _) | (Some(_), None) => Err(Fault::bad_request(
            "Operation objects must contain exactly one member named \"add\", \"remove\", or \"replace\".",
        )),
        (Some(_), Some(_)) => Err(Fault::bad_request(
            "Operation objects must contain only one member named \"add\", \"remove\", or \"replace\".",
        )),
    }
}

/// The parts of a JSON pointer; there is at least one.
fn path(pointer: &str) -> Result<Vec<String>, Fault> {
    let complain = |what: &str| Err(Fault::bad_request(format!("Pointer `{pointer}` {what}")));
    let Some(below) = pointer.strip_prefix('/') else {
        return complain("does not start with \"/\".");
    };
    let parts: Vec<&str> = below.split('/').collect();
    if parts.len() > 1 && parts.iter().any(|part| part.trim().is_empty()) {
        return complain(if below.ends_with('/') {
            "end with \"/\"."
        } else {
            "contains adjacent \"/\"."
        });
    }
    let is_escaped = |part: &&str| {
        part.split('~')
            .skip(1)
            .all(|after| after.starts_with(['0', '1']))
    };
    if !parts.iter().all(is_escaped) {
        return complain("contains \"~\" not part of a recognized escape sequence.");
    }
    let plain = |part: &str| part.replace("~1", "/").replace("~0", "~").trim().to_owned();
    Ok(parts.into_iter().map(plain).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(item: Value, draft: Draft) -> String {
        let item = item.as_object().expect("an object").clone();
        match read(&item, draft) {
            Ok(change) => format!("{} {} {}", change.word, change.attribute, change.value),
            Err(fault) => fault.message,
        }
    }

    #[test]
    fn both_drafts_are_read() {
        let ten = json!({"op": "replace", "path": "/a~1b", "value": "c"});
        assert_eq!(told(ten, Draft::Ten), "replace a/b \"c\"");
        let four = json!({"add": "/kind", "value": "c"});
        assert_eq!(told(four, Draft::Four), "add kind \"c\"");
        assert_eq!(told(json!({"remove": "/x"}), Draft::Four), "remove x null");
    }

    #[test]
    fn what_is_wrong_with_a_change_is_told_as_glance_does() {
        let tell = |item| told(item, Draft::Ten);
        assert_eq!(
            tell(json!({"op": "replace", "path": "name", "value": ""})),
            "Pointer `name` does not start with \"/\"."
        );
        assert_eq!(
            tell(json!({"op": "add", "path": "/tags/-", "value": "x"})),
            "Invalid JSON pointer for this resource: '/tags/-'"
        );
        assert_eq!(
            tell(json!({"op": "add", "path": "/name"})),
            "Operation \"add\" requires a member named \"value\"."
        );
        assert_eq!(
            tell(json!({"op": "replace", "path": "/status", "value": "active"})),
            "Attribute 'status' is read-only."
        );
        assert_eq!(
            tell(json!({"op": "replace", "path": "/visibility", "value": "x"})),
            "Provided object does not match schema 'image': 'x' is not one of ['community', 'public', \
             'private', 'shared']"
        );
        assert_eq!(
            tell(json!({"op": "add", "path": "/a//b", "value": "x"})),
            "Pointer `/a//b` contains adjacent \"/\"."
        );
    }
}
