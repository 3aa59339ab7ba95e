//! The aggregates and the traits of a provider.

use std::collections::BTreeSet;
use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::schema::{MAX_INT, Object, Schema, UUID, list, object, property};
use super::providers::land;
use super::traits;
use super::{
    Answer, Call, Operation, check_body, check_exists, check_generation, no_content, provider,
    store,
};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::placement::providers::Provider;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "placement.list_provider_aggregates",
        land: |world, call| since(1, world, call),
        run: |world, call, _| Ok(aggregates(call, &provider(world, call)?)),
        is_read: true,
    },
    Operation {
        command: "placement.replace_provider_aggregates",
        land: land_on_aggregates,
        run: |world, call, _| {
            let mut changed = provider(world, call)?;
            changed.aggregates = ids(call);
            Ok(aggregates(call, &store(world, changed)))
        },
        is_read: false,
    },
    Operation {
        command: "placement.list_provider_traits",
        land: |world, call| since(6, world, call),
        run: |world, call, _| Ok(traits_of(&provider(world, call)?)),
        is_read: true,
    },
    Operation {
        command: "placement.replace_provider_traits",
        land: land_on_traits,
        run: |world, call, _| {
            let mut changed = provider(world, call)?;
            changed.traits = names(call).map(Into::into).collect();
            Ok(traits_of(&store(world, changed)))
        },
        is_read: false,
    },
    Operation {
        command: "placement.delete_provider_traits",
        land: |world, call| since(6, world, call),
        run: |world, call, _| {
            let mut changed = provider(world, call)?;
            changed.traits.clear();
            store(world, changed);
            Ok(no_content())
        },
        is_read: false,
    },
];

fn since(version: u32, world: &World, call: &Call) -> Result<Landing, Fault> {
    check_exists(call, version..)?;
    land(world, call)
}

const AGGREGATES: Object = object(&[
    property("resource_provider_generation", GENERATION).required(),
    property("aggregates", list(&UUID)).required(),
]);

const TRAITS: Object = object(&[
    property("resource_provider_generation", GENERATION).required(),
    property("traits", list(&traits::TRAIT)).required(),
]);

const GENERATION: Schema = Schema::Digits {
    min: 0,
    max: MAX_INT,
};

/// The ids in the body, which before 1.19 was nothing else.
fn ids(call: &Call) -> BTreeSet<Uuid> {
    let list = match call.microversion {
        19.. => &call.body["aggregates"],
        _ => &call.body,
    };
    let items = list.as_array().into_iter().flatten();
    items
        .filter_map(|id| Uuid::try_parse(id.as_str()?).ok())
        .collect()
}

fn aggregates(call: &Call, provider: &Provider) -> Answer {
    let mut body = json!({ "aggregates": provider.aggregates });
    if call.microversion >= 19 {
        body["resource_provider_generation"] = provider.generation.into();
    }
    Answer::json(StatusCode::OK, &body)
}

fn land_on_aggregates(world: &World, call: &Call) -> Result<Landing, Fault> {
    let landing = since(1, world, call)?;
    let provider = provider(world, call)?;
    if call.microversion >= 19 {
        check_body(&AGGREGATES, call)?;
        check_generation(&provider, &call.body)?;
        return Ok(landing);
    }
    let items = call.body.as_array();
    match items.filter(|items| items.len() == ids(call).len()) {
        Some(_) => Ok(landing),
        None => Err(Fault::bad_request(format!(
            "JSON does not validate: {} is not of type 'array'",
            call.body
        ))),
    }
}

fn names(call: &Call) -> impl Iterator<Item = &str> {
    let names = call.body["traits"].as_array().into_iter().flatten();
    names.filter_map(Value::as_str)
}

fn traits_of(provider: &Provider) -> Answer {
    let traits: Vec<&Arc<str>> = provider.traits.iter().collect();
    Answer::json(
        StatusCode::OK,
        &json!({"resource_provider_generation": provider.generation, "traits": traits}),
    )
}

fn land_on_traits(world: &World, call: &Call) -> Result<Landing, Fault> {
    let landing = since(6, world, call)?;
    check_body(&TRAITS, call)?;
    check_generation(&provider(world, call)?, &call.body)?;
    names(call).try_for_each(|name| traits::known(world, name).map(|_| ()))?;
    Ok(landing)
}
