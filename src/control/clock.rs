//! The world's time.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Number, Value, json};

use super::problem::Problem;
use super::visit::Visit;
use crate::api::Answer;
use crate::vocabulary::plan::ClockMode;
use crate::vocabulary::quantity::Span;
use crate::world::World;

/// An instant, as all of the controls write it: `2025-01-31T12:00:00.000000Z`.
pub(super) fn stamp(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Micros, true)
}

pub(super) fn view(world: &World) -> Value {
    json!({
        "mode": world.clock().mode().to_string(),
        "now": stamp(world.now()),
        "started": stamp(world.clock().start()),
        "age": Span(world.age()).to_string(),
        "pending_events": world.pending_events(),
    })
}

/// `GET /mimic/v2/clock`
pub(super) fn get(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let clock = visit.look(|sim, _| view(&sim.world));
    Ok(Answer::json(StatusCode::OK, &clock))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mode {
    mode: String,
}

/// `PUT /mimic/v2/clock`
pub(super) fn put(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let wanted: Mode = visit.json()?;
    let mode: ClockMode = wanted.mode.parse().map_err(|error| {
        Problem::bad_request(format!(
            "There is no clock mode \"{}\": {error}.",
            wanted.mode
        ))
    })?;
    visit.engine().set_clock(visit.cell, mode);
    get(visit)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tick {
    advance: Advance,
}

/// `"1m30s"`, or a number of seconds.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected a duration like \"1m30s\" or a number of seconds"
)]
enum Advance {
    Seconds(f64),
    Text(String),
}

impl Advance {
    fn duration(&self) -> Result<Duration, Problem> {
        match self {
            Advance::Seconds(seconds) => of_seconds(*seconds),
            Advance::Text(text) => {
                let span: Result<Span, _> = text.parse();
                span.map(|span| span.0)
                    .map_err(|error| Problem::bad_request(format!("\"{text}\": {error}.")))
            }
        }
    }
}

fn of_seconds(seconds: f64) -> Result<Duration, Problem> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| Problem::bad_request(format!("The clock cannot move by {seconds} seconds.")))
}

/// `POST /mimic/v2/tick`
pub(super) fn tick(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let tick: Tick = visit.json()?;
    let by = tick.advance.duration()?;
    let now = visit.engine().tick(visit.cell, by);
    let moved = json!({ "advanced": Span(by).to_string(), "now": stamp(now) });
    Ok(Answer::json(StatusCode::OK, &moved))
}

/// The original took any further keys.
#[derive(Deserialize)]
struct OldTick {
    amount: Number,
}

/// `POST /mimic/v1.1/tick`: as the original Mimic, except that a wrong amount is a 400 and time does not
/// run backwards.
pub(super) fn tick_as_of_old(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let OldTick { amount } = visit.untyped_json()?;
    let by = of_seconds(amount.as_f64().unwrap_or(f64::NAN))?;
    let now = visit.engine().tick(visit.cell, by);
    let moved = json!({ "advanced": amount, "now": stamp(now) });
    Ok(Answer::json(StatusCode::OK, &moved))
}
