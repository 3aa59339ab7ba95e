//! Scenario text that comes with a request.

use serde_json::Value;

use super::problem::Problem;
use crate::engine::{Program, Sim};
use crate::scenario::{self, render};
use crate::vocabulary::diagnostic::Diagnostic;
use crate::vocabulary::expectation::ExpectationSpec;
use crate::vocabulary::mock::MockSpec;
use crate::vocabulary::plan::{Plan, Settings};

/// The name under which findings speak of a posted text.
const NAME: &str = "request";

/// The mocks that a posted text says, which has to say nothing else.
pub(super) fn mocks(text: &str, live: &Plan) -> Result<Vec<MockSpec>, Problem> {
    let mut plan = compile(text, live)?;
    let mocks = std::mem::take(&mut plan.mocks);
    only("mock", mocks, &plan)
}

/// The expectations that a posted text says, which has to say nothing else.
pub(super) fn expectations(text: &str, live: &Plan) -> Result<Vec<ExpectationSpec>, Problem> {
    let mut plan = compile(text, live)?;
    let expectations = std::mem::take(&mut plan.expectations);
    only("expectation", expectations, &plan)
}

/// `items`, if there are some and nothing is left in the plan. Scenarios may be around them.
fn only<T>(what: &str, items: Vec<T>, rest: &Plan) -> Result<Vec<T>, Problem> {
    let is_alone = rest.mocks.is_empty()
        && rest.topology.is_none()
        && rest.givens.is_empty()
        && rest.timeline.is_empty()
        && rest.expectations.is_empty()
        && rest.settings == Settings::default();
    if !is_alone {
        return Err(Problem::bad_request(format!(
            "Only {what}s can stand here."
        )));
    }
    if items.is_empty() {
        return Err(Problem::bad_request(format!("The text has no {what}.")));
    }
    Ok(items)
}

/// What a posted text may speak of: the places that the files plan, and the labels of files and requests.
pub(super) fn live(sim: &Sim, program: &Program) -> Plan {
    let mocks = sim.live.iter().chain(program.mocks.iter());
    let labelled = mocks.filter(|mock| mock.spec.label.is_some());
    Plan {
        mocks: labelled.map(|mock| mock.spec.clone()).collect(),
        topology: program.plan.topology.clone(),
        ..Plan::default()
    }
}

/// What a posted text says, beside what is live.
fn compile(text: &str, live: &Plan) -> Result<Plan, Problem> {
    let loaded = scenario::compile_text(NAME, text, live);
    loaded
        .plan
        .ok_or_else(|| Problem::bad_text(loaded.findings))
}

/// Findings for programs.
pub(super) fn findings_json(findings: &[Diagnostic]) -> Value {
    findings.iter().map(render::object).collect()
}
