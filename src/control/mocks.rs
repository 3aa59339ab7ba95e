//! The live mocks: those of the files and those that requests added.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use super::clock::stamp;
use super::problem::Problem;
use super::scn;
use super::visit::Visit;
use crate::api::Answer;
use crate::engine::{Program, Sim};
use crate::rules::{Mock, MockKey, Tallies, Tally};
use crate::scenario::names::nearest;
use crate::vocabulary::mock::{MockSpec, Origin, Step};
use crate::vocabulary::place::Scope;

/// How mocks made here name their maker.
const VIA: &str = "admin";

/// All mocks, the one asked first at the front.
pub(super) fn ranked<'a>(sim: &'a Sim, program: &'a Program) -> Vec<&'a Arc<Mock>> {
    let mut mocks: Vec<_> = sim.live.iter().chain(program.mocks.iter()).collect();
    mocks.sort_by_key(|mock| mock.rank);
    mocks
}

/// The only mock of that id or label.
fn find(sim: &Sim, program: &Program, wanted: &str) -> Result<Arc<Mock>, Problem> {
    let mocks = ranked(sim, program);
    if let Some(mock) = mocks.iter().find(|mock| mock.key.to_string() == wanted) {
        return Ok(Arc::clone(mock));
    }
    let is_meant = |mock: &&&Arc<Mock>| mock.spec.label.as_deref() == Some(wanted);
    let labelled: Vec<_> = mocks.iter().filter(is_meant).collect();
    match labelled.as_slice() {
        [only] => Ok(Arc::clone(only)),
        [] => {
            let labels = mocks.iter().filter_map(|mock| mock.spec.label.as_deref());
            let problem = Problem::not_found(format!("There is no mock \"{wanted}\"."));
            Err(problem.perhaps(nearest(wanted, labels)))
        }
        several => {
            let ids: Vec<String> = several.iter().map(|mock| mock.key.to_string()).collect();
            let message = format!("{} mocks are labelled \"{wanted}\".", ids.len());
            Err(Problem::conflict(message).with_help(format!("Use an id: {}.", ids.join(", "))))
        }
    }
}

pub(super) fn view(mock: &Mock, tallies: &Tallies) -> Value {
    let spec = &mock.spec;
    let scope = (spec.scope != Scope::everywhere()).then(|| spec.scope.to_string());
    json!({
        "id": mock.key.to_string(),
        "name": mock.name,
        "label": spec.label,
        "scenario": spec.scenario,
        "pattern": spec.pattern.to_string(),
        "scope": scope,
        "condition": spec.condition.as_ref().map(ToString::to_string),
        "priority": spec.priority,
        "text": spec.to_string(),
        "origin": origin(&spec.origin),
        "steps": spec.steps.iter().map(step).collect::<Vec<Value>>(),
        "repeat": spec.repeat,
        "state": state(mock, tallies),
    })
}

fn step(step: &Step) -> Value {
    json!({ "text": step.to_string(), "count": step.count })
}

pub(super) fn origin(origin: &Origin) -> Value {
    match origin {
        Origin::File { path, line } => json!({ "file": path, "line": line }),
        Origin::Api { sequence, via } => json!({ "via": via, "sequence": sequence }),
        Origin::Made { by, sequence, .. } => json!({ "via": by, "sequence": sequence }),
    }
}

/// What became of a mock. The step is counted from 1, and `null` when there is none left.
fn state(mock: &Mock, tallies: &Tallies) -> Value {
    let unused = Tally::default();
    let tally = tallies.get(mock.key).unwrap_or(&unused);
    let is_spent = tallies.is_spent(mock);
    json!({
        "served": tally.served,
        "step": (!is_spent).then_some(tally.step + 1),
        "cycles": tally.cycles,
        "remaining": tallies.remaining(mock),
        "spent": is_spent,
        "last": tally.last.map(|last| json!({
            "at": stamp(last.at),
            "command": last.command.name(),
            "sequence": last.sequence,
        })),
    })
}

/// `GET /mimic/v2/mocks`
pub(super) fn list(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let [scenario, label] = visit.query(["scenario", "label"])?;
    let fits = |own: &Option<Arc<str>>, wanted: &Option<String>| {
        wanted.is_none() || own.as_deref() == wanted.as_deref()
    };
    let mocks: Vec<Value> = visit.look(|sim, program| {
        ranked(sim, program)
            .into_iter()
            .filter(|mock| fits(&mock.spec.scenario, &scenario) && fits(&mock.spec.label, &label))
            .map(|mock| view(mock, &sim.tallies))
            .collect()
    });
    Ok(Answer::json(StatusCode::OK, &json!({ "mocks": mocks })))
}

/// `POST /mimic/v2/mocks`
pub(super) fn create(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let text = visit.scn()?;
    let live = visit.look(|sim, program| scn::live(sim, program));
    let specs = scn::mocks(&text, &live)?;
    let created = visit.look(|sim, _| add(sim, specs));
    Ok(Answer::json(
        StatusCode::CREATED,
        &json!({ "mocks": created }),
    ))
}

fn add(sim: &mut Sim, specs: Vec<MockSpec>) -> Vec<Value> {
    // The newest is asked first, and of one text the first is to be: so the first is made last.
    let keys = specs.into_iter().rev().map(|spec| sim.add_mock(spec, VIA));
    let keys: Vec<MockKey> = keys.collect();
    let made = keys.iter().rev().filter_map(|key| sim.live.get(*key));
    made.map(|mock| view(mock, &sim.tallies)).collect()
}

/// `DELETE /mimic/v2/mocks`
pub(super) fn clear(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let removed = visit.look(|sim, _| sim.clear_mocks());
    Ok(Answer::json(StatusCode::OK, &json!({ "removed": removed })))
}

/// `GET /mimic/v2/mocks/{mock}`
pub(super) fn get(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let wanted = visit.param("mock");
    let mock = visit
        .look(|sim, program| find(sim, program, &wanted).map(|mock| view(&mock, &sim.tallies)))?;
    Ok(Answer::json(StatusCode::OK, &mock))
}

/// `DELETE /mimic/v2/mocks/{mock}`
pub(super) fn delete(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let wanted = visit.param("mock");
    visit.look(|sim, program| {
        let mock = find(sim, program, &wanted)?;
        if sim.remove_mock(mock.key) {
            return Ok(Answer::empty(StatusCode::NO_CONTENT));
        }
        let message = format!("The mock is written in a file, at {}.", mock.spec.origin);
        Err(Problem::conflict(message).with_help("Take it out of the file."))
    })
}

/// `POST /mimic/v2/mocks/reset`
pub(super) fn reset_all(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let mocks = visit.look(|sim, program| {
        sim.tallies.reset_mocks();
        sim.live.len() + program.mocks.len()
    });
    Ok(Answer::json(StatusCode::OK, &json!({ "reset": mocks })))
}

/// `POST /mimic/v2/mocks/{mock}/reset`
pub(super) fn reset(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let wanted = visit.param("mock");
    let mock = visit.look(|sim, program| {
        let mock = find(sim, program, &wanted)?;
        sim.tallies.reset(mock.key);
        Ok::<_, Problem>(view(&mock, &sim.tallies))
    })?;
    Ok(Answer::json(StatusCode::OK, &mock))
}
