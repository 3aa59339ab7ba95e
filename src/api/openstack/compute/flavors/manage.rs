//! Making, changing and deleting flavors.

use std::sync::Arc;

use http::StatusCode;
use serde_json::Value;

use super::super::super::schema::{
    self, MAX_INT, NAME, Object, Pattern, Schema, TEXT, Text, integer, is_yes, object, property,
};
use super::super::{Answer, Call, check_exists, done};
use super::{flavor, land, show};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::offerings::flavor::Flavor;
use crate::world::start::blueprint::FlavorPlan;

const BODY: Object = object(&[property("flavor", Schema::Object(&FLAVOR)).required()]);

const FLAVOR: Object = object(&[
    property("name", Schema::Text(NAME)).required(),
    property("id", Schema::Text(ID)),
    property("ram", at_least(1)).required(),
    property("vcpus", at_least(1)).required(),
    property("disk", at_least(0)).required(),
    property("OS-FLV-EXT-DATA:ephemeral", at_least(0)),
    property("swap", at_least(0)),
    property("rxtx_factor", Schema::Positive),
    property("os-flavor-access:is_public", Schema::Boolean),
    property("description", Schema::Text(DESCRIPTION)).since(55),
]);

const fn at_least(min: i64) -> Schema {
    Schema::Digits { min, max: MAX_INT }
}

const ID: Text = Text {
    min: 1,
    max: 255,
    pattern: Some(Pattern {
        shown: "^(?! )[a-zA-Z0-9. _-]+(?<! )$",
        accepts: |text| {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || ". _-".contains(c);
            !text.is_empty() && text.chars().all(is_plain) && text.trim() == text
        },
    }),
    or: &["number", "null"],
    ..TEXT
};

const DESCRIPTION: Text = Text {
    max: 65_535,
    or: &["null"],
    ..TEXT
};

const UPDATE: Object = object(&[property("flavor", Schema::Object(&CHANGES)).required()]);

const CHANGES: Object = object(&[property("description", Schema::Text(DESCRIPTION)).required()]);

pub(super) fn land_on_new(world: &World, call: &Call) -> Result<Landing, Fault> {
    schema::check(&BODY, &call.body, call.microversion)?;
    let (name, id) = (name(call), id(call));
    let exists = |what: &str, value: &str| {
        Err(Fault::conflict(format!(
            "Flavor with {what} {value} already exists."
        )))
    };
    for flavor in &world.flavors {
        if *flavor.name == *name {
            return exists("name", name);
        }
        if id.as_deref() == Some(&*flavor.id) {
            return exists("ID", &flavor.id);
        }
    }
    Ok(Landing::default())
}

fn name(call: &Call) -> &str {
    let name = call.body["flavor"]["name"].as_str();
    name.unwrap_or_default().trim()
}

/// The id that is asked for; a number is as good as its digits.
fn id(call: &Call) -> Option<String> {
    match &call.body["flavor"]["id"] {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

pub(super) fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let wanted = &call.body["flavor"];
    let whole = |name: &str| wanted.get(name).and_then(integer).unwrap_or(0);
    let size = |name: &str| u64::try_from(whole(name)).unwrap_or(0);
    let plan = FlavorPlan {
        id: id(call).unwrap_or_else(|| world.ids.uuid().to_string()),
        name: name(call).to_owned(),
        cpus: u32::try_from(whole("vcpus")).unwrap_or(1),
        memory: size("ram"),
        disk: size("disk"),
        ..FlavorPlan::default()
    };
    let is_public = wanted.get("os-flavor-access:is_public");
    let flavor = Arc::new(Flavor {
        description: description(call),
        ephemeral: size("OS-FLV-EXT-DATA:ephemeral"),
        swap: size("swap"),
        rxtx_factor: wanted.get("rxtx_factor").map_or(1.0, decimal),
        is_public: is_public.is_none_or(is_yes),
        ..Flavor::new(&plan)
    });
    let answer = show(call, &flavor);
    world.flavors.push(flavor);
    Ok(answer)
}

fn decimal(value: &Value) -> f64 {
    let written = || value.as_str()?.parse().ok();
    value.as_f64().or_else(written).unwrap_or(1.0)
}

fn description(call: &Call) -> Option<Arc<str>> {
    let text = call.body["flavor"]["description"].as_str();
    text.filter(|_| call.microversion >= 55).map(Into::into)
}

pub(super) fn land_on_update(world: &World, call: &Call) -> Result<Landing, Fault> {
    check_exists(call, 55..)?;
    schema::check(&UPDATE, &call.body, call.microversion)?;
    land(world, call)
}

pub(super) fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    if let Some(flavor) = world.flavor_mut(call.path_param("flavor")) {
        flavor.description = description(call);
    }
    Ok(show(call, flavor(world, call)?))
}

pub(super) fn delete(world: &mut World, _: &Call, landing: Landing) -> Result<Answer, Fault> {
    if let Target::Flavor(flavor) = landing.target {
        world.remove_flavor(&flavor.id);
    }
    Ok(done(StatusCode::ACCEPTED))
}
