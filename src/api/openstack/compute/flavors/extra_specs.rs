//! A flavor's extra specifications.

use http::StatusCode;
use serde_json::{Value, json};

use super::super::super::schema::{
    self, Object, Others, Pattern, Schema, TEXT, Text, object, property,
};
use super::super::{Answer, Call, done};
use super::{flavor, land, spec_rules, specs};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;

const SEVERAL: Object = object(&[property("extra_specs", Schema::Object(&SPECS)).required()]);

const SPECS: Object = Object {
    properties: &[],
    others: Others::Matching(KEY, VALUE),
    max: usize::MAX,
};

const ONE: Object = Object { max: 1, ..SPECS };

const KEY: Pattern = Pattern {
    shown: "^[a-zA-Z0-9-_:. ]{1,255}$",
    accepts: |key| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_:. ".contains(c);
        (1..=255).contains(&key.len()) && key.chars().all(is_plain)
    },
};

const VALUE: Schema = Schema::Text(Text {
    max: 255,
    or: &["number"],
    ..TEXT
});

fn key(call: &Call) -> &str {
    call.path_param("key")
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// What the body sets.
fn wanted(specs: &Value) -> impl Iterator<Item = (&str, String)> {
    let members = specs.as_object().into_iter().flatten();
    members.map(|(key, value)| (key.as_str(), text(value)))
}

/// From 2.86 on, names that have a meaning are checked, and their values.
fn check_meaning(call: &Call, specs: &Value) -> Result<(), Fault> {
    wanted(specs)
        .filter(|_| call.microversion >= 86)
        .try_for_each(|(key, value)| spec_rules::check(key, &value))
}

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let specs = specs(flavor(world, call)?);
    Ok(Answer::json(
        StatusCode::OK,
        &json!({ "extra_specs": specs }),
    ))
}

pub(super) fn land_on_one(world: &World, call: &Call) -> Result<Landing, Fault> {
    let flavor = flavor(world, call)?;
    if flavor.extra_spec(key(call)).is_some() {
        return land(world, call);
    }
    Err(Fault::not_found(format!(
        "Flavor {} has no extra specs with key {}.",
        flavor.id,
        key(call)
    )))
}

pub(super) fn show(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let value = flavor(world, call)?.extra_spec(key(call));
    Ok(Answer::json(StatusCode::OK, &json!({ key(call): value })))
}

pub(super) fn land_on_several(world: &World, call: &Call) -> Result<Landing, Fault> {
    schema::check(&SEVERAL, &call.body, call.microversion)?;
    check_meaning(call, &call.body["extra_specs"])?;
    land(world, call)
}

pub(super) fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    Ok(set(world, call, &call.body["extra_specs"]))
}

pub(super) fn land_on_update(world: &World, call: &Call) -> Result<Landing, Fault> {
    schema::check(&ONE, &call.body, call.microversion)?;
    check_meaning(call, &call.body)?;
    if call.body.get(key(call)).is_none() {
        return Err(Fault::bad_request("Request body and URI mismatch"));
    }
    land(world, call)
}

pub(super) fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    Ok(set(world, call, &call.body))
}

/// Sets extra specifications, and answers with what was sent.
fn set(world: &mut World, call: &Call, specs: &Value) -> Answer {
    if let Some(flavor) = world.flavor_mut(call.path_param("flavor")) {
        for (key, value) in wanted(specs) {
            flavor.set_extra_spec(key, &value);
        }
    }
    Answer::json(StatusCode::OK, &call.body)
}

pub(super) fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    if let Some(flavor) = world.flavor_mut(call.path_param("flavor")) {
        flavor.extra_specs.retain(|(name, _)| **name != *key(call));
    }
    Ok(done(StatusCode::OK))
}
