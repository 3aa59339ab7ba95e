//! Scenario text that comes with a request.

use serde_json::{Value, json};

use super::problem::Problem;
use crate::vocabulary::diagnostic::{Diagnostic, Location, Severity, Source};
use crate::vocabulary::expectation::ExpectationSpec;
use crate::vocabulary::mock::MockSpec;
use crate::vocabulary::plan::{Plan, Settings};

/// The name under which findings speak of a posted text.
const NAME: &str = "request";

/// The mocks that a posted text says, which has to say nothing else.
pub(super) fn mocks(text: &str) -> Result<Vec<MockSpec>, Problem> {
    let mut plan = compile(text)?;
    let mocks = std::mem::take(&mut plan.mocks);
    only("mock", mocks, &plan)
}

/// The expectations that a posted text says, which has to say nothing else.
pub(super) fn expectations(text: &str) -> Result<Vec<ExpectationSpec>, Problem> {
    let mut plan = compile(text)?;
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

/// What a posted text says.
fn compile(text: &str) -> Result<Plan, Problem> {
    let source = Source::new(NAME, text);
    let finding = Diagnostic {
        severity: Severity::Error,
        code: "M000",
        message: "scenario text cannot be read over the API yet".to_owned(),
        location: Location { source, span: 0..0 },
        label: String::new(),
        related: Vec::new(),
        help: Some("put it into a file".to_owned()),
    };
    Err(Problem::bad_text(vec![finding]))
}

/// Findings for programs.
pub(super) fn findings_json(findings: &[Diagnostic]) -> Value {
    findings.iter().map(finding_json).collect()
}

fn finding_json(finding: &Diagnostic) -> Value {
    let (line, column) = finding
        .location
        .source
        .position(finding.location.span.start);
    json!({
        "severity": finding.severity.word(),
        "code": finding.code,
        "message": finding.message,
        "file": finding.location.source.name,
        "line": line,
        "column": column,
        "help": finding.help,
    })
}

/// Findings for people.
pub(super) fn findings_text(findings: &[Diagnostic]) -> String {
    let lines = findings.iter().map(|finding| {
        let (line, column) = finding
            .location
            .source
            .position(finding.location.span.start);
        let (name, word) = (&finding.location.source.name, finding.severity.word());
        format!(
            "{name}:{line}:{column}: {word}[{}]: {}\n",
            finding.code, finding.message
        )
    });
    lines.collect()
}
