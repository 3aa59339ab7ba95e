//! What other services tell Compute of its servers.

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::schema::{self, List, Object, Schema, TEXT, Text, UUID, object, property};
use super::actions::order;
use super::{Answer, Call, Operation};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::operations::{Kind, Thing};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    command: "compute.create_external_events",
    land: |_, call| {
        schema::check(&BODY, &call.body, call.microversion)?;
        Ok(Landing::default())
    },
    run: create,
    is_read: false,
}];

const BODY: Object = object(&[property("events", EVENTS).required()]);

const EVENTS: Schema = Schema::List(List {
    items: &Schema::Object(&EVENT),
    min: 1,
    max: usize::MAX,
    or_null: false,
    unique: false,
});

/// The names of events, the newer ones last.
const NAMES: [&str; 8] = [
    "network-changed",
    "network-vif-plugged",
    "network-vif-unplugged",
    "network-vif-deleted",
    "volume-extended",
    "power-update",
    "accelerator-request-bound",
    "volume-reimaged",
];

/// The first so many of them.
const fn names(number: usize) -> Schema {
    Schema::Choice(NAMES.split_at(number).0)
}

const EVENT: Object = object(&[
    property("name", names(4)).until(50).required(),
    property("name", names(5)).since(51).until(75).required(),
    property("name", names(6)).since(76).until(81).required(),
    property("name", names(7)).since(82).until(92).required(),
    property("name", names(8)).since(93).required(),
    property("server_uuid", UUID).required(),
    property(
        "status",
        Schema::Choice(&["failed", "completed", "in-progress"]),
    ),
    property("tag", Schema::Text(Text { max: 255, ..TEXT })),
]);

/// Those that say nothing without a tag.
const TAGGED: &[&str] = &[
    "volume-extended",
    "power-update",
    "accelerator-request-bound",
];

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let events = call.body["events"].as_array().into_iter().flatten();
    let grown: Vec<(Uuid, Uuid)> = events
        .clone()
        .filter_map(|event| growth(world, event))
        .collect();
    let codes: Vec<(&Value, u16)> = events.map(|event| (event, code(world, event))).collect();
    let all_well = codes.iter().all(|(_, code)| *code == 200);
    let shown: Vec<Value> = codes
        .into_iter()
        .map(|(event, code)| {
            let mut event = event.clone();
            event["status"] = if code == 200 { "completed" } else { "failed" }.into();
            event["code"] = code.into();
            event
        })
        .collect();
    for (server, volume) in grown {
        let order = order(call, server, Kind::ExtendAttachedVolume)?;
        world.begin(order.with(Thing::Volume(volume)));
    }
    let status = if all_well {
        StatusCode::OK
    } else {
        StatusCode::MULTI_STATUS
    };
    Ok(Answer::json(status, &json!({ "events": shown })))
}

/// The server that is told that a volume of it grew, and the volume.
fn growth(world: &World, event: &Value) -> Option<(Uuid, Uuid)> {
    let is_growth = event["name"] == "volume-extended" && code(world, event) == 200;
    let id = |name: &str| Uuid::try_parse(event[name].as_str()?).ok();
    let (server, volume) = (id("server_uuid")?, id("tag")?);
    (is_growth && world.is_attached_to(server, volume)).then_some((server, volume))
}

/// What becomes of an event: there is no such server, it says too little, no host can be told, or all is well.
fn code(world: &World, event: &Value) -> u16 {
    let text = |name: &str| event[name].as_str();
    let id = text("server_uuid").and_then(|id| Uuid::try_parse(id).ok());
    let needs_tag = text("name").is_some_and(|name| TAGGED.contains(&name));
    match id.and_then(|id| world.server(id)) {
        None => 404,
        Some(_) if needs_tag && text("tag").is_none() => 400,
        Some(server) if server.host.is_none() => 422,
        Some(_) => 200,
    }
}
