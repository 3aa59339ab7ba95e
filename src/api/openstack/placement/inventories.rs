//! How much of each class a provider has.

use std::sync::Arc;

use http::StatusCode;
use http::header::LOCATION;
use serde_json::{Map, Value, json};

use super::super::schema::{MAX_INT, Object, Others, Schema, object, property};
use super::classes::{CLASS, is_known};
use super::providers::land;
use super::{
    Answer, Call, Operation, check_body, check_exists, check_generation, no_content, provider,
    store,
};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::placement::providers::{Inventory, Provider};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "placement.list_inventories",
        land,
        run: |world, call, _| Ok(answer(&provider(world, call)?)),
        is_read: true,
    },
    Operation {
        command: "placement.create_inventory",
        land: land_on_new,
        run: create,
        is_read: false,
    },
    Operation {
        command: "placement.replace_inventories",
        land: land_on_all,
        run: replace,
        is_read: false,
    },
    Operation {
        command: "placement.delete_inventories",
        land: |world, call| {
            check_exists(call, 5..)?;
            check_unused(world, &provider(world, call)?, |_| true)
        },
        run: |world, call, _| {
            let mut changed = provider(world, call)?;
            changed.inventories.clear();
            store(world, changed);
            Ok(no_content())
        },
        is_read: false,
    },
    Operation {
        command: "placement.get_inventory",
        land: land_on_one,
        run: |world, call, _| Ok(answer_one(&provider(world, call)?, class(call))),
        is_read: true,
    },
    Operation {
        command: "placement.update_inventory",
        land: land_on_update,
        run: |world, call, _| {
            let mut changed = provider(world, call)?;
            let inventory = inventory(&call.body);
            changed.inventories.insert(class(call).into(), inventory);
            Ok(answer_one(&store(world, changed), class(call)))
        },
        is_read: false,
    },
    Operation {
        command: "placement.delete_inventory",
        land: |world, call| {
            land_on_one(world, call)?;
            check_unused(world, &provider(world, call)?, |used| used == class(call))
        },
        run: |world, call, _| {
            let mut changed = provider(world, call)?;
            changed.inventories.remove(class(call));
            store(world, changed);
            Ok(no_content())
        },
        is_read: false,
    },
];

const fn number(min: i64) -> Schema {
    Schema::Digits { min, max: MAX_INT }
}

const NEW: Object = object(&[
    property("resource_provider_generation", number(0)),
    property("resource_class", CLASS).required(),
    property("total", number(1)).required(),
    property("reserved", number(0)),
    property("min_unit", number(1)),
    property("max_unit", number(1)),
    property("step_size", number(1)),
    property("allocation_ratio", Schema::Positive),
]);

const ONE: Object = object(&[
    property("resource_provider_generation", number(0)).required(),
    property("total", number(1)).required(),
    property("reserved", number(0)),
    property("min_unit", number(1)),
    property("max_unit", number(1)),
    property("step_size", number(1)),
    property("allocation_ratio", Schema::Positive),
]);

const AMONG: Object = object(&[
    property("total", number(1)).required(),
    property("reserved", number(0)),
    property("min_unit", number(1)),
    property("max_unit", number(1)),
    property("step_size", number(1)),
    property("allocation_ratio", Schema::Positive),
]);

const ALL: Object = object(&[
    property("resource_provider_generation", number(0)).required(),
    property("inventories", Schema::Object(&BY_CLASS)).required(),
]);

const BY_CLASS: Object = Object {
    properties: &[],
    others: Others::Matching(super::classes::NAME, Schema::Object(&AMONG)),
    max: usize::MAX,
};

fn class(call: &Call) -> &str {
    call.path_param("class")
}

/// What a body says, and for the rest what is so by default.
fn inventory(body: &Value) -> Inventory {
    let whole = |name: &str, default: u64| body[name].as_u64().unwrap_or(default);
    Inventory {
        total: whole("total", 0),
        reserved: whole("reserved", 0),
        min_unit: whole("min_unit", 1),
        max_unit: whole("max_unit", MAX_INT.unsigned_abs()),
        step_size: whole("step_size", 1),
        allocation_ratio: body["allocation_ratio"].as_f64().unwrap_or(1.0),
    }
}

fn json_of(inventory: &Inventory) -> Value {
    json!({
        "total": inventory.total,
        "reserved": inventory.reserved,
        "min_unit": inventory.min_unit,
        "max_unit": inventory.max_unit,
        "step_size": inventory.step_size,
        "allocation_ratio": inventory.allocation_ratio,
    })
}

fn answer(provider: &Provider) -> Answer {
    let inventories = provider.inventories.iter();
    let inventories: Map<String, Value> = inventories
        .map(|(class, inventory)| (class.to_string(), json_of(inventory)))
        .collect();
    let body = json!({
        "resource_provider_generation": provider.generation,
        "inventories": inventories,
    });
    Answer::json(StatusCode::OK, &body)
}

fn answer_one(provider: &Provider, class: &str) -> Answer {
    let inventory = provider.inventories.get(class);
    let mut shown = inventory.map(json_of).unwrap_or_default();
    shown["resource_provider_generation"] = provider.generation.into();
    Answer::json(StatusCode::OK, &shown)
}

/// More may not be reserved than there is; from 1.26 on, all may be.
fn check_reserve(
    call: &Call,
    provider: &Provider,
    class: &str,
    inventory: &Inventory,
) -> Result<(), Fault> {
    let is_good = match call.microversion {
        26.. => inventory.reserved <= inventory.total,
        _ => inventory.reserved < inventory.total,
    };
    if is_good {
        return Ok(());
    }
    let id = provider.id;
    Err(Fault::bad_request(format!(
        "Unable to update inventory for resource provider {id}: Invalid inventory for '{class}' on resource \
         provider '{id}'. The reserved value is greater than or equal to total."
    )))
}

fn check_class(world: &World, class: &str) -> Result<(), Fault> {
    if is_known(world, class) {
        return Ok(());
    }
    Err(Fault::bad_request(format!(
        "Unknown resource class in inventory: No such resource class {class}."
    )))
}

fn land_on_new(world: &World, call: &Call) -> Result<Landing, Fault> {
    let provider = provider(world, call)?;
    check_body(&NEW, call)?;
    let class = call.body["resource_class"].as_str().unwrap_or_default();
    check_class(world, class)?;
    check_reserve(call, &provider, class, &inventory(&call.body))?;
    if provider.inventories.contains_key(class) {
        return Err(Fault::conflict(format!(
            "Update conflict: Inventory of class {class} exists already."
        )));
    }
    Ok(Landing::default())
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let mut changed = provider(world, call)?;
    let class: Arc<str> = call.body["resource_class"]
        .as_str()
        .unwrap_or_default()
        .into();
    changed
        .inventories
        .insert(class.clone(), inventory(&call.body));
    let provider = store(world, changed);
    let location = format!(
        "{}/placement/resource_providers/{}/inventories/{class}",
        call.base_url, provider.id
    );
    let answer = Answer {
        status: StatusCode::CREATED,
        ..answer_one(&provider, &class)
    };
    Ok(answer.with_header(LOCATION, &location))
}

/// What a body says of all classes.
fn all(call: &Call) -> impl Iterator<Item = (Arc<str>, Inventory)> + '_ {
    let members = call.body["inventories"].as_object().into_iter().flatten();
    members.map(|(class, body)| (class.as_str().into(), inventory(body)))
}

fn land_on_all(world: &World, call: &Call) -> Result<Landing, Fault> {
    let provider = provider(world, call)?;
    check_body(&ALL, call)?;
    check_generation(&provider, &call.body)?;
    for (class, inventory) in all(call) {
        check_class(world, &class)?;
        check_reserve(call, &provider, &class, &inventory)?;
    }
    let stays = |class: &str| call.body["inventories"].get(class).is_some();
    check_unused(world, &provider, |class| !stays(class))
}

fn replace(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let mut changed = provider(world, call)?;
    changed.inventories = all(call).collect();
    Ok(answer(&store(world, changed)))
}

/// What is taken of a class keeps it there.
fn check_unused(
    world: &World,
    provider: &Provider,
    goes: impl Fn(&str) -> bool,
) -> Result<Landing, Fault> {
    let used = world.used_of(provider.id, None);
    let used: Vec<&str> = used
        .keys()
        .map(|class| &**class)
        .filter(|class| goes(class))
        .collect();
    if used.is_empty() {
        return Ok(Landing::default());
    }
    Err(Fault::conflict(format!(
        "update conflict: Inventory for '{}' on resource provider '{}' in use.",
        used.join(", "),
        provider.id
    )))
}

fn land_on_one(world: &World, call: &Call) -> Result<Landing, Fault> {
    let provider = provider(world, call)?;
    if provider.inventories.contains_key(class(call)) {
        return Ok(Landing::default());
    }
    Err(Fault::not_found(format!(
        "No inventory of class {} for {}",
        class(call),
        provider.id
    )))
}

fn land_on_update(world: &World, call: &Call) -> Result<Landing, Fault> {
    let provider = provider(world, call)?;
    check_body(&ONE, call)?;
    check_generation(&provider, &call.body)?;
    check_class(world, class(call))?;
    check_reserve(call, &provider, class(call), &inventory(&call.body))?;
    if !provider.inventories.contains_key(class(call)) {
        return Err(Fault::bad_request(format!(
            "No inventory record with resource class {}",
            class(call)
        )));
    }
    Ok(Landing::default())
}
