//! Host aggregates.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::python::{repr, str};
use super::super::render::Micros;
use super::super::schema::{
    self, LOOSE_NAME, NAME, Object, Others, Pattern, Schema, TEXT, Text, UUID, object, property,
};
use super::services::HOST_NAME;
use super::{Answer, Call, Operation, check_exists, done, integer_id};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::placement::aggregates::{Aggregate, ZONE};
use crate::world::topology::HostKey;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_aggregates",
        land: Landing::nowhere,
        run: list,
        is_read: true,
    },
    Operation {
        command: "compute.create_aggregate",
        land: land_on_new,
        run: create,
        is_read: false,
    },
    Operation {
        command: "compute.get_aggregate",
        land,
        run: show,
        is_read: true,
    },
    Operation {
        command: "compute.update_aggregate",
        land: land_on_update,
        run: update,
        is_read: false,
    },
    Operation {
        command: "compute.delete_aggregate",
        land: land_on_delete,
        run: |world, call, _| {
            let number = aggregate(world, call)?.number;
            world.aggregates.remove(number);
            Ok(done(StatusCode::OK))
        },
        is_read: false,
    },
    Operation {
        command: "compute.add_aggregate_host",
        land: land_on_add,
        run: |world, call, landing| {
            change_hosts(world, call, &landing, |hosts, host| hosts.push(host))
        },
        is_read: false,
    },
    Operation {
        command: "compute.remove_aggregate_host",
        land: land_on_remove,
        run: |world, call, landing| {
            change_hosts(world, call, &landing, |hosts, host| {
                hosts.retain(|known| *known != host);
            })
        },
        is_read: false,
    },
    Operation {
        command: "compute.set_aggregate_metadata",
        land: land_on_metadata,
        run: |world, call, _| {
            let items = items(&call.body["set_metadata"]["metadata"]);
            change(world, call, |aggregate, now| {
                aggregate.set_metadata(&items, now)
            })
        },
        is_read: false,
    },
    Operation {
        command: "compute.cache_aggregate_images",
        land: land_on_images,
        // There is no cache: what a host copies, it copies for a server.
        run: |_, _, _| Ok(done(StatusCode::ACCEPTED)),
        is_read: false,
    },
];

const NEW: Object = object(&[property("aggregate", Schema::Object(&AGGREGATE)).required()]);

const AGGREGATE: Object = object(&[
    property("name", Schema::Text(NAME)).required(),
    property("availability_zone", ZONE_NAME),
]);

const UPDATE: Object = object(&[property("aggregate", Schema::Object(&CHANGES)).required()]);

const CHANGES: Object = object(&[
    property("name", Schema::Text(LOOSE_NAME)),
    property("availability_zone", ZONE_NAME),
]);

const ZONE_NAME: Schema = Schema::Either(&[Schema::Text(Text {
    min: 1,
    max: 255,
    pattern: Some(Pattern {
        shown: "",
        accepts: |name| !name.contains(':') && !name.trim().is_empty(),
    }),
    or: &["null"],
    ..TEXT
})]);

const ADD: Object = object(&[property("add_host", Schema::Object(&HOST)).required()]);
const REMOVE: Object = object(&[property("remove_host", Schema::Object(&HOST)).required()]);

const HOST: Object = object(&[property(
    "host",
    Schema::Text(Text {
        min: 1,
        max: 255,
        pattern: Some(HOST_NAME),
        ..TEXT
    }),
)
.required()]);

const METADATA: Object = object(&[property("set_metadata", Schema::Object(&SET)).required()]);
const SET: Object = object(&[property("metadata", Schema::Object(&ITEMS)).required()]);

const ITEMS: Object = Object {
    properties: &[],
    others: Others::Matching(
        Pattern {
            shown: "^[a-zA-Z0-9-_:. ]{1,255}$",
            accepts: |key| {
                let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_:. ".contains(c);
                (1..=255).contains(&key.len()) && key.chars().all(is_plain)
            },
        },
        Schema::Text(Text {
            max: 255,
            or: &["null"],
            ..TEXT
        }),
    ),
    max: usize::MAX,
};

const IMAGES: Object = object(&[property("cache", CACHE).required()]);

const CACHE: Schema = Schema::List(schema::List {
    items: &Schema::Object(&IMAGE),
    min: 1,
    max: usize::MAX,
    or_null: false,
    unique: false,
});

const IMAGE: Object = object(&[property("id", UUID).required()]);

fn aggregate<'a>(world: &'a World, call: &Call) -> Result<&'a Aggregate, Fault> {
    let id = call.path_param("aggregate");
    let number = integer_id(id)?;
    let missing = || Fault::not_found(format!("Aggregate {id} could not be found."));
    world.aggregates.get(number).ok_or_else(missing)
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    aggregate(world, call).map(|_| Landing::default())
}

fn json_of(world: &World, call: &Call, aggregate: &Aggregate) -> Map<String, Value> {
    let name = |host: &HostKey| world.topology.host(*host).name.clone();
    let hosts: Vec<Arc<str>> = aggregate.hosts.iter().map(name).collect();
    let metadata: Map<String, Value> = aggregate
        .metadata
        .iter()
        .map(|(key, value)| (key.to_string(), json!(value)))
        .collect();
    let fields = [
        ("id", json!(aggregate.number)),
        ("uuid", json!(aggregate.id)),
        ("name", json!(aggregate.name)),
        ("hosts", json!(hosts)),
        ("metadata", Value::Object(metadata)),
        ("created_at", json!(Micros(aggregate.created))),
        ("updated_at", json!(aggregate.updated.map(Micros))),
        ("deleted_at", Value::Null),
        ("deleted", Value::Bool(false)),
        ("availability_zone", json!(aggregate.zone())),
    ];
    let known = fields
        .into_iter()
        .filter(|(name, _)| call.microversion >= 41 || *name != "uuid");
    known
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn answer(world: &World, call: &Call, aggregate: &Aggregate) -> Answer {
    let shown = json_of(world, call, aggregate);
    Answer::json(StatusCode::OK, &json!({ "aggregate": shown }))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let all = world.aggregates.iter();
    let all: Vec<_> = all
        .map(|aggregate| json_of(world, call, aggregate))
        .collect();
    Ok(Answer::json(StatusCode::OK, &json!({ "aggregates": all })))
}

fn show(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    Ok(answer(world, call, aggregate(world, call)?))
}

fn check_name(world: &World, name: &str) -> Result<(), Fault> {
    match world.aggregates.named(name) {
        None => Ok(()),
        Some(_) => Err(Fault::conflict(format!("Aggregate {name} already exists."))),
    }
}

fn text<'a>(call: &'a Call, name: &str) -> Option<&'a str> {
    call.body["aggregate"].get(name)?.as_str().map(str::trim)
}

fn land_on_new(world: &World, call: &Call) -> Result<Landing, Fault> {
    schema::check(&NEW, &call.body, call.microversion)?;
    check_name(world, text(call, "name").unwrap_or_default())?;
    Ok(Landing::default())
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let name = text(call, "name").unwrap_or_default().into();
    let zone = text(call, ZONE).map(Into::into);
    let number = world.create_aggregate(name, zone).number;
    let made = world.aggregates.get(number).cloned();
    let mut shown = made
        .map(|made| json_of(world, call, &made))
        .unwrap_or_default();
    shown.remove("hosts");
    shown.remove("metadata");
    Ok(Answer::json(StatusCode::OK, &json!({ "aggregate": shown })))
}

/// The complaint of an action, around a reason.
fn refused(action: &str, aggregate: &Aggregate, reason: &str) -> String {
    format!(
        "Cannot {action} aggregate {}. Reason: {reason}.",
        aggregate.number
    )
}

/// Whether an aggregate can be given a zone: a real one, and not while servers would change theirs.
fn check_zone(
    world: &World,
    aggregate: &Aggregate,
    zone: Option<&str>,
    action: &str,
) -> Result<(), Fault> {
    let refuse = |reason: &str| Err(Fault::bad_request(refused(action, aggregate, reason)));
    let Some(zone) = zone.filter(|zone| !zone.is_empty()) else {
        let name = &aggregate.name;
        return refuse(&format!(
            "Aggregate {name} does not support empty named availability zone"
        ));
    };
    if let Err(fault) = world.check_zone(aggregate, zone, &aggregate.hosts) {
        return refuse(&fault.message);
    }
    let is_same = aggregate.zone().is_some_and(|own| **own == *zone);
    let is_used = |host: &HostKey| world.servers_at(*host).next().is_some();
    if !is_same && aggregate.hosts.iter().any(is_used) {
        return refuse("One or more hosts contain instances in this zone");
    }
    Ok(())
}

fn land_on_update(world: &World, call: &Call) -> Result<Landing, Fault> {
    schema::check(&UPDATE, &call.body, call.microversion)?;
    let wanted = &call.body["aggregate"];
    let (name, zone) = (wanted.get("name"), wanted.get(ZONE));
    if name.is_none() && zone.is_none() {
        let (shown, quoted) = (str(wanted), repr(wanted));
        return Err(Fault::invalid(format!(
            "Invalid input for field/attribute aggregate. Value: {shown}. {quoted} is not valid under any of \
             the given schemas"
        )));
    }
    let aggregate = aggregate(world, call)?;
    if let Some(name) = text(call, "name").filter(|name| **name != *aggregate.name) {
        check_name(world, name)?;
    }
    if let Some(zone) = zone {
        check_zone(world, aggregate, zone.as_str(), "update")?;
    }
    Ok(Landing::default())
}

/// Changes the aggregate of the path, and shows it.
fn change(
    world: &mut World,
    call: &Call,
    how: impl FnOnce(&mut Aggregate, chrono::DateTime<chrono::Utc>),
) -> Result<Answer, Fault> {
    let (number, now) = (aggregate(world, call)?.number, world.now());
    if let Some(aggregate) = world.aggregates.get_mut(number) {
        how(aggregate, now);
    }
    Ok(answer(world, call, aggregate(world, call)?))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    change(world, call, |aggregate, now| {
        if let Some(name) = text(call, "name") {
            aggregate.name = name.into();
        }
        let zone: Option<Arc<str>> = text(call, ZONE).map(Into::into);
        let zone = zone.map(|zone| (ZONE.into(), Some(zone)));
        aggregate.set_metadata(zone.as_slice(), now);
    })
}

fn land_on_delete(world: &World, call: &Call) -> Result<Landing, Fault> {
    let aggregate = aggregate(world, call)?;
    if aggregate.hosts.is_empty() {
        return Ok(Landing::default());
    }
    let message = refused("remove host from", aggregate, "Host aggregate is not empty");
    Err(Fault::bad_request(message))
}

/// The name of the host that a body is about.
fn host<'a>(call: &'a Call, action: &str) -> &'a str {
    call.body[action]["host"].as_str().unwrap_or_default()
}

fn land_on_add(world: &World, call: &Call) -> Result<Landing, Fault> {
    schema::check(&ADD, &call.body, call.microversion)?;
    integer_id(call.path_param("aggregate"))?;
    let name = host(call, "add_host");
    let missing = || Fault::not_found(format!("Compute host {name} could not be found."));
    let (key, ..) = world.compute_host(name).ok_or_else(missing)?;
    let aggregate = aggregate(world, call)?;
    if aggregate.hosts.contains(&key) {
        let number = aggregate.number;
        return Err(Fault::conflict(format!(
            "Aggregate {number} already has host {name}."
        )));
    }
    let refuse = |reason: &str| Fault::conflict(refused("add host to", aggregate, reason));
    if let Some(zone) = aggregate.zone() {
        world
            .check_zone(aggregate, zone, &[key])
            .map_err(|fault| refuse(&fault.message))?;
        let old = world.aggregates.zone_of(key).map(|zone| &**zone);
        check_no_move(world, key, "added to", old, Some(zone)).map_err(|reason| refuse(&reason))?;
    }
    Ok(Landing::on_host(world, key))
}

/// Whether servers on a host would come into another zone with it, which no server does.
fn check_no_move(
    world: &World,
    host: HostKey,
    action: &str,
    old: Option<&str>,
    new: Option<&str>,
) -> Result<(), String> {
    let servers = world.servers_at(host).count();
    if servers == 0 || old == new {
        return Ok(());
    }
    let (old, new) = (old.unwrap_or("None"), new.unwrap_or("None"));
    Err(format!(
        "The host cannot be {action} the aggregate as the availability zone of the host would change from \
         '{old}' to '{new}' but the host already has {servers} instance(s). Changing the AZ of an existing \
         instance is not supported by this action. Move the instances away from this host then try again. If \
         you need to move the instances between AZs then you can use shelve_offload and unshelve to achieve \
         this."
    ))
}

fn land_on_remove(world: &World, call: &Call) -> Result<Landing, Fault> {
    schema::check(&REMOVE, &call.body, call.microversion)?;
    let (id, name) = (call.path_param("aggregate"), host(call, "remove_host"));
    let missing = || Fault::not_found(format!("Cannot remove host {name} in aggregate {id}"));
    let aggregate = world.aggregates.get(integer_id(id)?).ok_or_else(missing)?;
    let (key, ..) = world.compute_host(name).ok_or_else(missing)?;
    if !aggregate.hosts.contains(&key) {
        return Err(missing());
    }
    let others = world.aggregates.of(key);
    let new = others
        .filter(|other| other.number != aggregate.number)
        .find_map(Aggregate::zone);
    if let Some(zone) = aggregate.zone() {
        let new = new.map(|zone| &**zone);
        check_no_move(world, key, "removed from", Some(zone), new)
            .map_err(|reason| Fault::conflict(refused("remove host from", aggregate, &reason)))?;
    }
    Ok(Landing::on_host(world, key))
}

fn change_hosts(
    world: &mut World,
    call: &Call,
    landing: &Landing,
    how: fn(&mut Vec<HostKey>, HostKey),
) -> Result<Answer, Fault> {
    let Target::Host(host) = landing.target else {
        return Err(Fault::not_found(""));
    };
    change(world, call, |aggregate, _| how(&mut aggregate.hosts, host))
}

type Items = Vec<(Arc<str>, Option<Arc<str>>)>;

fn items(metadata: &Value) -> Items {
    let members = metadata.as_object().into_iter().flatten();
    members
        .map(|(key, value)| (key.as_str().into(), value.as_str().map(Into::into)))
        .collect()
}

fn land_on_metadata(world: &World, call: &Call) -> Result<Landing, Fault> {
    schema::check(&METADATA, &call.body, call.microversion)?;
    let aggregate = aggregate(world, call)?;
    if let Some(zone) = call.body["set_metadata"]["metadata"].get(ZONE) {
        check_zone(world, aggregate, zone.as_str(), "update metadata of")?;
    }
    Ok(Landing::default())
}

fn land_on_images(world: &World, call: &Call) -> Result<Landing, Fault> {
    check_exists(call, 81..)?;
    schema::check(&IMAGES, &call.body, call.microversion)?;
    let images = call.body["cache"].as_array().into_iter().flatten();
    let mut ids: Vec<&str> = images.filter_map(|image| image["id"].as_str()).collect();
    let number = ids.len();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() < number {
        return Err(Fault::bad_request("Duplicate images in request"));
    }
    aggregate(world, call)?;
    let is_missing = |id: &&&str| {
        let id = Uuid::try_parse(id).ok();
        id.and_then(|id| world.image(id)).is_none()
    };
    match ids.iter().find(is_missing) {
        Some(id) => Err(Fault::bad_request(format!(
            "Image {id} could not be found."
        ))),
        None => Ok(Landing::default()),
    }
}
