//! `/admin.json`: the first administrator's keys of CloudStack's API, as the test container of CloudStack's
//! Ansible collection serves them. Test suites that begin with it then need no other settings.

use http::StatusCode;
use serde_json::json;

use super::problem::Problem;
use crate::api::Answer;
use crate::engine::{Cell, Engine};

pub(super) const PATH: &str = "/admin.json";

/// # Errors
/// When there is no administrator who has keys.
pub(super) fn show(engine: &Engine, cell: &Cell) -> Result<Answer, Problem> {
    let keys = engine.look(cell, |sim, _| {
        let admin = sim.world.accounts.first_admin()?;
        Some(json!({ "apikey": admin.api_key, "secretkey": admin.secret_key }))
    });
    let nobody = || Problem::not_found("No administrator is declared.");
    Ok(Answer::json(StatusCode::OK, &keys.ok_or_else(nobody)?))
}
