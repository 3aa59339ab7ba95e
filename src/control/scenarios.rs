//! The scenarios of the files.

use http::StatusCode;
use serde_json::{Value, json};

use super::problem::Problem;
use super::visit::Visit;
use super::{expectations, mocks};
use crate::api::Answer;
use crate::engine::{Program, Sim};
use crate::rules::{Mock, MockKey};
use crate::scenario::names::nearest;
use crate::vocabulary::plan::ScenarioInfo;

fn find<'p>(program: &'p Program, wanted: &str) -> Result<&'p ScenarioInfo, Problem> {
    let scenarios = &program.plan.scenarios;
    let found = scenarios.iter().find(|scenario| *scenario.name == *wanted);
    found.ok_or_else(|| {
        let names = scenarios.iter().map(|scenario| &*scenario.name);
        let problem = Problem::not_found(format!("There is no scenario \"{wanted}\"."));
        problem.perhaps(nearest(wanted, names))
    })
}

/// The mocks of a scenario, in rank order.
fn mocks_of<'a>(
    sim: &'a Sim,
    program: &'a Program,
    scenario: &'a ScenarioInfo,
) -> impl Iterator<Item = &'a Mock> {
    let all = mocks::ranked(sim, program).into_iter();
    all.map(AsRef::as_ref)
        .filter(|mock: &&Mock| mock.spec.scenario.as_ref() == Some(&scenario.name))
}

fn view(sim: &Sim, program: &Program, scenario: &ScenarioInfo) -> Value {
    let keys: Vec<MockKey> = mocks_of(sim, program, scenario)
        .map(|mock| mock.key)
        .collect();
    let served: u64 = keys.iter().map(|key| sim.tallies.served(*key)).sum();
    let expectations = program.plan.expectations.iter();
    let expectations = expectations.filter(|spec| spec.scenario.as_ref() == Some(&scenario.name));
    json!({
        "name": scenario.name,
        "tags": scenario.tags,
        "file": scenario.path,
        "line": scenario.line,
        "mocks": keys.len(),
        "served": served,
        "expectations": expectations.count(),
    })
}

/// `GET /mimic/v2/scenarios`
pub(super) fn list(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let scenarios: Vec<Value> = visit.look(|sim, program| {
        let scenarios = program.plan.scenarios.iter();
        scenarios
            .map(|scenario| view(sim, program, scenario))
            .collect()
    });
    Ok(Answer::json(
        StatusCode::OK,
        &json!({ "scenarios": scenarios }),
    ))
}

/// `GET /mimic/v2/scenarios/{scenario}`
pub(super) fn get(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let wanted = visit.param("scenario");
    let scenario = visit.look(|sim, program| {
        let scenario = find(program, &wanted)?;
        let mut shown = view(sim, program, scenario);
        let mocks = mocks_of(sim, program, scenario);
        shown["mocks"] = mocks.map(|mock| mocks::view(mock, &sim.tallies)).collect();
        let judgements = sim.judge(program);
        let own = judgements
            .iter()
            .filter(|judgement| judgement.scenario.as_ref() == Some(&scenario.name));
        shown["expectations"] = own.map(expectations::view).collect();
        Ok::<_, Problem>(shown)
    })?;
    Ok(Answer::json(StatusCode::OK, &scenario))
}

/// `POST /mimic/v2/scenarios/{scenario}/reset`
pub(super) fn reset(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let wanted = visit.param("scenario");
    let reset = visit.look(|sim, program| {
        let scenario = find(program, &wanted)?;
        let keys: Vec<MockKey> = mocks_of(sim, program, scenario)
            .map(|mock| mock.key)
            .collect();
        keys.iter().for_each(|key| sim.tallies.reset(*key));
        Ok::<_, Problem>(keys.len())
    })?;
    Ok(Answer::json(StatusCode::OK, &json!({ "reset": reset })))
}
