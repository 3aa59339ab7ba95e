//! What the values of presets and the parameters of behaviors stand for: numbers may be written as texts.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::vocabulary::fault::Fault;

/// The longest time that means anything, as in the language: a hundred years.
const LONGEST: Duration = Duration::from_secs(36_500 * 86_400);

/// What a value had to be.
pub(super) struct Wrong(pub(super) &'static str);

/// What is said of a value that makes no sense.
pub(super) fn nonsense(what: &str, value: &str, wrong: &Wrong) -> Fault {
    Fault::bad_request(format!("{value:?} is no value for {what}: {}.", wrong.0))
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A time in seconds.
pub(super) fn seconds(value: &Value) -> Result<Duration, Wrong> {
    let time = number(value).and_then(|number| Duration::try_from_secs_f64(number).ok());
    time.filter(|time| *time <= LONGEST)
        .ok_or(Wrong("it has to be a number of seconds, 0 or more"))
}

/// A time in seconds, written as a text.
pub(super) fn seconds_in(text: &str) -> Result<Duration, Wrong> {
    seconds(&text.into())
}

/// The members of an object, written as a text.
pub(super) fn object_in(text: &str) -> Result<Map<String, Value>, Wrong> {
    serde_json::from_str(text).map_err(|_| Wrong("it has to be a JSON object"))
}

/// A whole number among some parameters.
pub(super) fn whole(
    from: &Map<String, Value>,
    name: &str,
    default: u64,
    wrong: Wrong,
) -> Result<u64, Wrong> {
    let Some(value) = from.get(name) else {
        return Ok(default);
    };
    let whole = match value {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_u64(),
    };
    whole.ok_or(wrong)
}

/// A status of HTTP among some parameters, `code`.
pub(super) fn status(from: &Map<String, Value>, default: u16) -> Result<u16, Wrong> {
    const EXPECTED: &str = "its code has to be a status of HTTP, from 200 to 599";
    let code = whole(from, "code", default.into(), Wrong(EXPECTED))?;
    let code = u16::try_from(code).ok();
    // What is below is not an answer, but the announcement of one.
    code.filter(|code| (200..600).contains(code))
        .ok_or(Wrong(EXPECTED))
}

/// A text among some parameters.
pub(super) fn text<'a>(
    from: &'a Map<String, Value>,
    name: &str,
    default: &'a str,
    wrong: Wrong,
) -> Result<&'a str, Wrong> {
    match from.get(name) {
        None => Ok(default),
        Some(value) => value.as_str().ok_or(wrong),
    }
}
