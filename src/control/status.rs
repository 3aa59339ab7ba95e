//! How the simulator is.

use http::StatusCode;
use serde_json::{Value, json};

use super::problem::Problem;
use super::reload::ReloadProblem;
use super::visit::Visit;
use super::{clock, scn};
use crate::api::Answer;
use crate::scenario::render::render_human;
use crate::world::World;

/// `GET /mimic/v2/status`
pub(super) fn get(visit: &Visit<'_>) -> Result<Answer, Problem> {
    Ok(Answer::json(StatusCode::OK, &status(visit)))
}

pub(super) fn status(visit: &Visit<'_>) -> Value {
    let settings = &visit.control.settings;
    let reload = settings.reload.report();
    visit.look(|sim, program| {
        json!({
            "name": "mimic",
            "version": settings.version,
            "uptime_seconds": visit.control.opened.elapsed().as_secs_f64(),
            "generation": program.generation,
            "paths": reload.paths,
            "last_reload": reload.last_reload.map(clock::stamp),
            "last_error": reload.last_error.as_ref().map(problem),
            "warnings": scn::findings_json(&reload.warnings),
            "no_events": reload.no_events,
            "world": visit.world,
            "seed": sim.world.seed(),
            "clock": clock::view(&sim.world),
            "counts": {
                "scenarios": program.plan.scenarios.len(),
                "mocks": program.mocks.len() + sim.live.len(),
                "expectations": program.plan.expectations.len(),
                "servers": sim.world.in_regions().map(World::server_count).sum::<usize>(),
                "pending_events": sim.world.pending_events(),
                "commands": sim.tallies.sequence(),
            },
        })
    })
}

fn problem(problem: &ReloadProblem) -> Value {
    match problem {
        ReloadProblem::Findings(findings) => json!({
            "findings": scn::findings_json(findings),
            "text": render_human(findings, false),
        }),
        ReloadProblem::Refused(reason) => json!({ "findings": [], "text": reason }),
    }
}
