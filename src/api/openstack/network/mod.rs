//! Network, version 2.0: Neutron.

mod networks;
mod ports;
mod security_groups;
mod versions;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Answer, Call, Operation};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;

/// The tables of all resources.
pub(super) const TABLES: &[&[Operation]] = &[
    versions::OPERATIONS,
    networks::OPERATIONS,
    ports::OPERATIONS,
    security_groups::OPERATIONS,
];

/// An operation that only reads.
const fn read(
    command: &'static str,
    run: fn(&mut World, &Call, Landing) -> Result<Answer, Fault>,
) -> Operation {
    Operation {
        command,
        land: Landing::nowhere,
        run,
        is_read: true,
    }
}

/// Parameters that shape a list and do not filter it.
const SHAPING: &[&str] = &[
    "fields",
    "limit",
    "marker",
    "page_reverse",
    "sort_key",
    "sort_dir",
];

/// The items that the query asks for, with the fields that it asks for.
fn collection(call: &Call, name: &str, items: impl Iterator<Item = Value>) -> Answer {
    let items = items.filter(|item| agrees(call, item));
    let limit = call.param("limit").and_then(|limit| limit.parse().ok());
    let marker = call.param("marker");
    let items = items.skip_while(|item| marker.is_some_and(|marker| item["id"] != marker));
    let items = items
        .skip(usize::from(marker.is_some()))
        .take(limit.unwrap_or(usize::MAX));
    let items: Vec<Value> = items.map(|item| with_fields(call, item)).collect();
    Answer::json(StatusCode::OK, &json!({ name: items }))
}

/// Whether an item has one of the values that are asked for, of each field that is asked about.
fn agrees(call: &Call, item: &Value) -> bool {
    let filters = call
        .query
        .iter()
        .filter(|(name, _)| !SHAPING.contains(&name.as_str()));
    let mut names = filters.map(|(name, _)| name.as_str());
    names.all(|name| {
        let wanted = || {
            call.query
                .iter()
                .filter(|(other, _)| other == name)
                .map(|(_, value)| value.as_str())
        };
        match name {
            "fixed_ips" => wanted().any(|wanted| has_address(item, wanted)),
            _ => item
                .get(name)
                .is_none_or(|value| wanted().any(|wanted| is(value, wanted))),
        }
    })
}

fn is(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text == wanted,
        Value::Bool(flag) => flag.to_string().eq_ignore_ascii_case(wanted),
        Value::Number(number) => number.to_string() == wanted,
        Value::Null => wanted.is_empty(),
        Value::Array(items) => items.iter().any(|item| is(item, wanted)),
        Value::Object(_) => false,
    }
}

/// `fixed_ips=ip_address=10.0.0.2`, or by subnet.
fn has_address(item: &Value, wanted: &str) -> bool {
    let (field, wanted) = wanted.split_once('=').unwrap_or(("ip_address", wanted));
    let addresses = item["fixed_ips"].as_array().map_or(&[][..], Vec::as_slice);
    addresses.iter().any(|address| address[field] == wanted)
}

fn with_fields(call: &Call, item: Value) -> Value {
    let fields = || call.query.iter().filter(|(name, _)| name == "fields");
    match item {
        Value::Object(members) if fields().next().is_some() => {
            let is_wanted = |name: &str| fields().any(|(_, field)| field == name);
            let wanted: Map<String, Value> = members
                .into_iter()
                .filter(|(name, _)| is_wanted(name))
                .collect();
            wanted.into()
        }
        item => item,
    }
}
