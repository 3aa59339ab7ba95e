//! Who takes what of which provider.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::schema::{
    Object, Others, Pattern, Schema, TEXT, Text, UUID, list, object, property,
};
use super::classes::{NAME, is_known};
use super::providers::land;
use super::{Answer, Call, Operation, check_body, check_exists, no_content, provider};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::placement::providers::{Amounts, Consumer};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "placement.list_provider_allocations",
        land,
        run: list_of_provider,
        is_read: true,
    },
    Operation {
        command: "placement.get_allocations",
        land: Landing::nowhere,
        run: show,
        is_read: true,
    },
    Operation {
        command: "placement.replace_allocations",
        land: land_on_one,
        run: |world, call, _| {
            let consumer = consumer(world, call, wanted_id(call)?, &call.body);
            put(world, consumer);
            Ok(no_content())
        },
        is_read: false,
    },
    Operation {
        command: "placement.create_allocations",
        land: land_on_several,
        run: |world, call, _| {
            let consumers: Vec<Consumer> = several(call)
                .map(|(id, body)| consumer(world, call, id, body))
                .collect();
            for consumer in consumers {
                put(world, consumer);
            }
            Ok(no_content())
        },
        is_read: false,
    },
    Operation {
        command: "placement.delete_allocations",
        land: land_on_delete,
        run: |world, call, _| {
            world.remove_consumer(wanted_id(call)?);
            Ok(no_content())
        },
        is_read: false,
    },
];

const SOME: Schema = Schema::Text(Text {
    min: 1,
    max: 255,
    ..TEXT
});

/// Before 1.12: a list of providers.
const LISTED: Object = object(&[
    property("allocations", list(&Schema::Object(&LISTED_ONE))).required(),
    property("project_id", SOME).since(8).required_since(8),
    property("user_id", SOME).since(8).required_since(8),
]);

const LISTED_ONE: Object = object(&[
    property("resource_provider", Schema::Object(&PROVIDER)).required(),
    property("resources", Schema::Object(&RESOURCES)).required(),
]);

const PROVIDER: Object = object(&[property("uuid", UUID).required()]);

/// Since 1.12: providers by their ids.
const KEYED: Object = object(&[
    property("allocations", Schema::Object(&BY_PROVIDER)).required(),
    property("project_id", SOME).required(),
    property("user_id", SOME).required(),
    property("consumer_generation", GENERATION)
        .since(28)
        .required_since(28),
    property("mappings", Schema::Anything).since(34),
    property("consumer_type", KIND).since(38).required_since(38),
]);

const GENERATION: Schema = Schema::Either(&[
    Schema::Number {
        min: 0,
        max: i64::MAX,
    },
    Schema::Text(Text {
        max: 0,
        or: &["null"],
        ..TEXT
    }),
]);

const KIND: Schema = Schema::Text(Text {
    min: 1,
    max: 255,
    pattern: Some(NAME),
    ..TEXT
});

const IDS: Pattern = Pattern {
    shown: "^[0-9a-fA-F-]{36}$",
    accepts: |id| Uuid::try_parse(id).is_ok(),
};

const BY_PROVIDER: Object = Object {
    properties: &[],
    others: Others::Matching(IDS, Schema::Object(&SHARE)),
    max: usize::MAX,
};

const SHARE: Object = object(&[
    property("generation", Schema::Anything),
    property("resources", Schema::Object(&RESOURCES)).required(),
]);

const RESOURCES: Object = Object {
    properties: &[],
    others: Others::Matching(
        NAME,
        Schema::Number {
            min: 1,
            max: i64::MAX,
        },
    ),
    max: usize::MAX,
};

/// Several consumers at once.
const SEVERAL: Object = Object {
    properties: &[],
    others: Others::Matching(IDS, Schema::Object(&KEYED)),
    max: usize::MAX,
};

fn list_of_provider(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let provider = provider(world, call)?;
    let shares = world.consumers().filter_map(|consumer| {
        let amounts = consumer.allocations.get(&provider.id)?.clone();
        let mut shown = json!({ "resources": amounts });
        if call.microversion >= 28 {
            shown["consumer_generation"] = consumer.generation.into();
        }
        Some((consumer.id.to_string(), shown))
    });
    let shares: Map<String, Value> = shares.collect();
    Ok(Answer::json(
        StatusCode::OK,
        &json!({"allocations": shares, "resource_provider_generation": provider.generation}),
    ))
}

fn show(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = Uuid::try_parse(call.path_param("consumer")).ok();
    let found = id.and_then(|id| world.consumer(id));
    let Some(consumer) = found.filter(|consumer| !consumer.allocations.is_empty()) else {
        return Ok(Answer::json(StatusCode::OK, &json!({"allocations": {}})));
    };
    let share = |(id, amounts): (&Uuid, &Amounts)| {
        let generation = world
            .provider(*id)
            .map_or(0, |provider| provider.generation);
        let shown = json!({"generation": generation, "resources": amounts});
        (id.to_string(), shown)
    };
    let shares: Map<String, Value> = consumer.allocations.iter().map(share).collect();
    // Name, value, and the microversion that brought it.
    let fields = [
        ("allocations", Value::Object(shares), 0),
        ("project_id", json!(consumer.project), 12),
        ("user_id", json!(consumer.user), 12),
        ("consumer_generation", consumer.generation.into(), 28),
        ("consumer_type", json!(kind(&consumer)), 38),
    ];
    let shown: Map<String, Value> = fields
        .into_iter()
        .filter(|(.., since)| call.microversion >= *since)
        .map(|(name, value, _)| (name.to_owned(), value))
        .collect();
    Ok(Answer::json(StatusCode::OK, &shown))
}

/// The consumer's type; those that came before there were types have none.
pub(super) fn kind(consumer: &Consumer) -> &str {
    consumer.kind.as_deref().unwrap_or("unknown")
}

fn wanted_id(call: &Call) -> Result<Uuid, Fault> {
    let id = call.path_param("consumer");
    Uuid::try_parse(id).map_err(|_| Fault::bad_request(format!("Malformed consumer_uuid: {id}")))
}

/// What a body asks for, by provider.
fn shares(body: &Value) -> BTreeMap<Uuid, Amounts> {
    let amounts = |resources: &Value| -> Amounts {
        let members = resources.as_object().into_iter().flatten();
        members
            .filter_map(|(class, amount)| Some((Arc::from(class.as_str()), amount.as_u64()?)))
            .collect()
    };
    let id = |text: &str| Uuid::try_parse(text).ok();
    match &body["allocations"] {
        Value::Array(items) => items
            .iter()
            .filter_map(|item| {
                let provider = id(item["resource_provider"]["uuid"].as_str()?)?;
                Some((provider, amounts(&item["resources"])))
            })
            .collect(),
        Value::Object(members) => members
            .iter()
            .filter_map(|(provider, share)| Some((id(provider)?, amounts(&share["resources"]))))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => BTreeMap::new(),
    }
}

fn land_on_one(world: &World, call: &Call) -> Result<Landing, Fault> {
    let id = wanted_id(call)?;
    let shape = match call.microversion {
        12.. => &KEYED,
        _ => &LISTED,
    };
    check_body(shape, call)?;
    let is_empty = shares(&call.body).is_empty();
    if is_empty && call.microversion < 28 {
        return Err(Fault::bad_request(
            "JSON does not validate: allocations should be non-empty",
        ));
    }
    check_consumer(world, call, id, &call.body)?;
    Ok(Landing::default())
}

/// What a body asks for, by consumer.
fn several(call: &Call) -> impl Iterator<Item = (Uuid, &Value)> {
    let members = call.body.as_object().into_iter().flatten();
    members.filter_map(|(id, body)| Some((Uuid::try_parse(id).ok()?, body)))
}

fn land_on_several(world: &World, call: &Call) -> Result<Landing, Fault> {
    check_exists(call, 13..)?;
    check_body(&SEVERAL, call)?;
    several(call).try_for_each(|(id, body)| check_consumer(world, call, id, body))?;
    Ok(Landing::default())
}

/// Whether a consumer can have what a body asks for.
fn check_consumer(world: &World, call: &Call, id: Uuid, body: &Value) -> Result<(), Fault> {
    if call.microversion >= 28 {
        let (seen, known) = (body["consumer_generation"].as_u64(), world.consumer(id));
        let is = known.map(|consumer| consumer.generation);
        if seen != is {
            let shown = |generation: Option<u64>| {
                generation.map_or("null".to_owned(), |generation| generation.to_string())
            };
            return Err(Fault::conflict(format!(
                "consumer generation conflict - expected {} but got {}",
                shown(is),
                shown(seen)
            )));
        }
    }
    for (provider, amounts) in shares(body) {
        check_share(world, id, provider, &amounts)?;
    }
    Ok(())
}

fn check_share(
    world: &World,
    consumer: Uuid,
    provider: Uuid,
    amounts: &Amounts,
) -> Result<(), Fault> {
    let found = world.provider(provider).ok_or_else(|| {
        Fault::bad_request(format!(
            "Allocation for resource provider '{provider}' that does not exist."
        ))
    })?;
    let used = world.used_of(provider, Some(consumer));
    let refuse = |why: String| {
        Err(Fault::conflict(format!(
            "Unable to allocate inventory: {why}"
        )))
    };
    for (class, amount) in amounts {
        if !is_known(world, class) {
            return Err(Fault::bad_request(format!(
                "Allocation for resource provider '{provider}' that does not exist: No such resource class \
                 {class}."
            )));
        }
        let Some(inventory) = found.inventories.get(class) else {
            return refuse(format!(
                "Inventory for '{class}' on resource provider '{provider}' invalid."
            ));
        };
        let taken = used.get(class).copied().unwrap_or(0);
        if !inventory.is_portion(*amount) {
            return refuse(format!(
                "Unable to create allocation for '{class}' on resource provider '{provider}'. The requested \
                 amount would violate inventory constraints."
            ));
        }
        if taken.saturating_add(*amount) > inventory.capacity() {
            return refuse(format!(
                "Unable to create allocation for '{class}' on resource provider '{provider}'. The requested \
                 amount would exceed the capacity."
            ));
        }
    }
    Ok(())
}

/// The consumer as a body wants it to be.
fn consumer(world: &World, call: &Call, id: Uuid, body: &Value) -> Consumer {
    let known = world.consumer(id);
    let text = |name: &str| body[name].as_str().map(Arc::from);
    let unknown = || Arc::from(Uuid::nil().to_string());
    Consumer {
        id,
        project: text("project_id").unwrap_or_else(unknown),
        user: text("user_id").unwrap_or_else(unknown),
        kind: match call.microversion {
            38.. => text("consumer_type"),
            _ => known.as_ref().and_then(|known| known.kind.clone()),
        },
        generation: known.map_or(1, |known| known.generation + 1),
        allocations: shares(body),
    }
}

/// A consumer that takes nothing is none.
fn put(world: &mut World, consumer: Consumer) {
    if consumer.allocations.is_empty() {
        world.remove_consumer(consumer.id);
    } else {
        world.put_consumer(consumer);
    }
}

fn land_on_delete(world: &World, call: &Call) -> Result<Landing, Fault> {
    let id = wanted_id(call)?;
    match world
        .consumer(id)
        .filter(|known| !known.allocations.is_empty())
    {
        Some(_) => Ok(Landing::default()),
        None => Err(Fault::not_found(format!(
            "No allocations for consumer '{id}'"
        ))),
    }
}
