//! What is taken: of a provider, and by a project.

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::allocations::kind;
use super::providers::land;
use super::{Answer, Call, Operation, check_exists, provider};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::placement::providers::{Amounts, Consumer};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "placement.list_provider_usages",
        land,
        run: of_provider,
        is_read: true,
    },
    Operation {
        command: "placement.list_usages",
        land: land_on_project,
        run: of_project,
        is_read: true,
    },
];

fn of_provider(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let provider = provider(world, call)?;
    let used = world.used_of(provider.id, None);
    let usages: Map<String, Value> = provider
        .inventories
        .keys()
        .map(|class| {
            let used = used.get(class).copied().unwrap_or(0);
            (class.to_string(), used.into())
        })
        .collect();
    Ok(Answer::json(
        StatusCode::OK,
        &json!({"resource_provider_generation": provider.generation, "usages": usages}),
    ))
}

fn land_on_project(_: &World, call: &Call) -> Result<Landing, Fault> {
    check_exists(call, 9..)?;
    if call.param("project_id").is_some() {
        return Ok(Landing::default());
    }
    Err(Fault::bad_request(
        "Invalid query string parameters: 'project_id' is a required property",
    ))
}

fn sum<'a>(consumers: impl Iterator<Item = &'a Consumer>) -> Amounts {
    let mut sum = Amounts::new();
    for (class, amount) in consumers.flat_map(|one| one.allocations.values().flatten()) {
        *sum.entry(class.clone()).or_default() += amount;
    }
    sum
}

/// From 1.38 on by the types of the consumers.
fn of_project(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let is = |name: &str, value: &str| call.param(name).is_none_or(|wanted| wanted == value);
    let wanted: Vec<Consumer> = world
        .consumers()
        .filter(|one| is("project_id", &one.project) && is("user_id", &one.user))
        .collect();
    if call.microversion < 38 {
        let usages = sum(wanted.iter());
        return Ok(Answer::json(StatusCode::OK, &json!({ "usages": usages })));
    }
    let mut kinds: BTreeMap<&str, Vec<&Consumer>> = BTreeMap::new();
    let sums_all = call.param("consumer_type") == Some("all");
    for one in &wanted {
        let own = if sums_all { "all" } else { kind(one) };
        let is_asked = sums_all || is("consumer_type", own);
        if is_asked {
            kinds.entry(own).or_default().push(one);
        }
    }
    let usages: Map<String, Value> = kinds
        .into_iter()
        .map(|(kind, consumers)| {
            let mut shown = json!(sum(consumers.iter().copied()));
            shown["consumer_count"] = consumers.len().into();
            (kind.to_owned(), shown)
        })
        .collect();
    Ok(Answer::json(StatusCode::OK, &json!({ "usages": usages })))
}
