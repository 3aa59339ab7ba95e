//! Traits: what a provider can be besides having resources.

use std::collections::BTreeSet;
use std::sync::Arc;

use http::StatusCode;
use serde_json::json;

use super::super::schema::{Pattern, Schema, TEXT, Text};
use super::standard::TRAITS;
use super::{Answer, Call, Operation, check_exists, no_content};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "placement.list_traits",
        land: |_, call| check_exists(call, 6..).map(|()| Landing::default()),
        run: list,
        is_read: true,
    },
    Operation {
        command: "placement.get_trait",
        land,
        run: |_, _, _| Ok(no_content()),
        is_read: true,
    },
    Operation {
        command: "placement.create_trait",
        land: land_on_new,
        run: create,
        is_read: false,
    },
    Operation {
        command: "placement.delete_trait",
        land: land_on_delete,
        run: |world, call, _| {
            world.providers.traits.remove(name(call));
            Ok(no_content())
        },
        is_read: false,
    },
];

/// The form of a trait's name.
pub(super) const TRAIT: Schema = Schema::Text(Text {
    min: 1,
    max: 255,
    pattern: Some(Pattern {
        shown: "^[A-Z0-9_]+$",
        accepts: is_name,
    }),
    ..TEXT
});

/// What names of classes and traits are made of.
pub(super) fn is_name(name: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    !name.is_empty() && name.bytes().all(is_plain)
}

fn name(call: &Call) -> &str {
    call.path_param("trait")
}

fn all(world: &World) -> impl Iterator<Item = &str> {
    let custom = world.providers.traits.iter().map(|name| &**name);
    TRAITS.iter().copied().chain(custom)
}

/// A trait that there is.
///
/// # Errors
/// When there is none of that name.
pub(super) fn known(world: &World, name: &str) -> Result<Arc<str>, Fault> {
    if all(world).any(|known| known == name) {
        return Ok(name.into());
    }
    Err(Fault::bad_request(format!("No such trait(s): {name}.")))
}

/// The traits that any provider has.
fn used(world: &World) -> BTreeSet<Arc<str>> {
    let providers = world.all_providers();
    providers.into_iter().flat_map(|one| one.traits).collect()
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let wanted = call.param("name").unwrap_or_default();
    let used = used(world);
    let associated = call
        .param("associated")
        .map(|word| word.eq_ignore_ascii_case("true"));
    let is_wanted = |name: &&str| {
        let by_name = match wanted.split_once(':') {
            Some(("startswith", start)) => name.starts_with(start),
            Some(("in", names)) => names.split(',').any(|one| one == *name),
            Some(_) | None => true,
        };
        by_name && associated.is_none_or(|wanted| used.contains(*name) == wanted)
    };
    let names: Vec<&str> = all(world).filter(is_wanted).collect();
    Ok(Answer::json(StatusCode::OK, &json!({ "traits": names })))
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    check_exists(call, 6..)?;
    match known(world, name(call)) {
        Ok(_) => Ok(Landing::default()),
        Err(fault) => Err(Fault::not_found(fault.message)),
    }
}

fn land_on_new(_: &World, call: &Call) -> Result<Landing, Fault> {
    check_exists(call, 6..)?;
    if name(call).starts_with("CUSTOM_") && is_name(name(call)) {
        return Ok(Landing::default());
    }
    Err(Fault::bad_request(
        "The trait is invalid. A valid trait must be no longer than 255 characters, start with the prefix \
         \"CUSTOM_\" and use following characters: \"A\"-\"Z\", \"0\"-\"9\" and \"_\"",
    ))
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let is_new = world.providers.traits.insert(name(call).into());
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::NO_CONTENT
    };
    let location = format!("{}/placement/traits/{}", call.base_url, name(call));
    Ok(Answer::empty(status).with_header(http::header::LOCATION, &location))
}

fn land_on_delete(world: &World, call: &Call) -> Result<Landing, Fault> {
    let (landing, name) = (land(world, call)?, name(call));
    if TRAITS.contains(&name) {
        return Err(Fault::bad_request(format!(
            "Cannot delete standard trait {name}."
        )));
    }
    if used(world).contains(name) {
        return Err(Fault::conflict(format!(
            "The trait {name} is in use by a resource provider."
        )));
    }
    Ok(landing)
}
