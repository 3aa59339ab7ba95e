//! How the simulator commands show a mock.

use serde_json::{Map, Value, json};

use crate::api::cloudstack::entity;
use crate::engine::Sim;
use crate::rules::{Mock, MockKey};
use crate::vocabulary::mock::{Pattern, Response, Step};
use crate::vocabulary::place::{Level, Scope};
use crate::vocabulary::quantity::Delay;
use crate::vocabulary::template::BodyTemplate;
use crate::world::World;

/// A mock; `null` when there is none of that key. The original shows places by their numbers, and `count`
/// is what is left of it.
pub(super) fn mock(sim: &Sim, key: MockKey) -> Value {
    let Some(mock) = sim.live.get(key) else {
        return Value::Null;
    };
    let tally = sim.tallies.get(key);
    let mut members = Map::new();
    members.insert("id".into(), json!(super::number(&mock.spec)));
    members.extend(places(&sim.world, &mock.spec.scope));
    members.insert("name".into(), json!(name(mock)));
    members.insert("count".into(), json!(sim.tallies.remaining(mock)));
    members.insert("value".into(), json!(value(mock)));
    members.insert("jsonresponse".into(), json!(json_response(mock)));
    members.insert("hits".into(), json!(tally.map_or(0, |tally| tally.served)));
    let last = tally.and_then(|tally| tally.last);
    members.insert(
        "lasthit".into(),
        json!(last.map(|last| last.at.to_rfc3339())),
    );
    members.into()
}

fn name(mock: &Mock) -> String {
    match mock.spec.pattern {
        Pattern::Command(command) => command.name().to_owned(),
        pattern @ (Pattern::Service(_) | Pattern::All) => pattern.to_string(),
    }
}

/// The numbers of the places that a scope names.
fn places(world: &World, scope: &Scope) -> Vec<(String, Value)> {
    let place = scope
        .narrowest()
        .and_then(|level| entity::place_in(&world.topology, level, scope));
    let number = |level: Level| {
        scope.get(level)?;
        let spot = place?.get(level)?;
        Some((format!("{level}id"), json!(spot.number)))
    };
    Level::ALL.into_iter().filter_map(number).collect()
}

/// The `value` that asks for such a mock; one that `configureSimulator` cannot ask for, in the language.
fn value(mock: &Mock) -> String {
    match mock.spec.steps.as_slice() {
        [step] => simple(step).unwrap_or_else(|| step.to_string()),
        steps => steps
            .iter()
            .map(Step::to_string)
            .collect::<Vec<_>>()
            .join(" then "),
    }
}

fn simple(step: &Step) -> Option<String> {
    let result = match &step.response {
        Response::Fail {
            status: None,
            text: None,
        } => Some("result:fail"),
        Response::Fault { text: None } => Some("result:fault"),
        Response::Succeed { patch: None } | Response::Respond { .. } => None,
        Response::Fail { .. }
        | Response::Fault { .. }
        | Response::Succeed { .. }
        | Response::Drop(_) => {
            return None;
        }
    };
    let wait = match &step.delay {
        None => None,
        Some(Delay::Fixed(delay)) => Some(format!("wait:{}", delay.as_millis())),
        Some(Delay::Between(..) | Delay::LogNormal { .. }) => return None,
    };
    let parts = result.map(str::to_owned).into_iter().chain(wait);
    Some(parts.collect::<Vec<_>>().join("|"))
}

fn json_response(mock: &Mock) -> Option<String> {
    let mut steps = mock.spec.steps.iter();
    steps.find_map(|step| {
        let Response::Respond { body, .. } = &step.response else {
            return None;
        };
        match body {
            BodyTemplate::Json(json) => Some(json.to_string()),
            BodyTemplate::Text(_) => None,
        }
    })
}
