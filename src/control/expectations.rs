//! Whether what was expected has happened.

use http::StatusCode;
use serde_json::{Value, json};

use super::problem::Problem;
use super::visit::Visit;
use super::{mocks, scn};
use crate::api::Answer;
use crate::rules::{ExpectationVerdict as Verdict, Judgement};

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Unknown => "unknown",
    }
}

/// One failure fails all; else one unknown leaves all unknown.
fn overall(judgements: &[Judgement]) -> Verdict {
    let any = |verdict| {
        judgements
            .iter()
            .any(|judgement| judgement.verdict == verdict)
    };
    if any(Verdict::Fail) {
        Verdict::Fail
    } else if any(Verdict::Unknown) {
        Verdict::Unknown
    } else {
        Verdict::Pass
    }
}

pub(super) fn view(judgement: &Judgement) -> Value {
    json!({
        "text": judgement.text,
        "verdict": word(judgement.verdict),
        "evidence": judgement.evidence,
        "scenario": judgement.scenario,
        "origin": mocks::origin(&judgement.origin),
    })
}

fn answer(judgements: &[Judgement]) -> Answer {
    let body = json!({
        "verdict": word(overall(judgements)),
        "expectations": judgements.iter().map(view).collect::<Value>(),
    });
    Answer::json(StatusCode::OK, &body)
}

/// `GET /mimic/v2/expectations`
pub(super) fn list(visit: &Visit<'_>) -> Result<Answer, Problem> {
    Ok(answer(&visit.look(|sim, program| sim.judge(program))))
}

/// `POST /mimic/v2/expectations`
pub(super) fn judge(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let text = visit.scn()?;
    let live = visit.look(|sim, program| scn::live(sim, program));
    let expectations = scn::expectations(&text, &live)?;
    let judgements = visit.look(|sim, program| sim.judge_late(program, expectations));
    Ok(answer(&judgements))
}
