//! What a body says. In XML all values are texts, so numbers and truths are taken as such, too.

use serde_json::Value;

use crate::vocabulary::fault::Fault;
use crate::world::accounts::expected;

/// The text under a name, where there is one.
///
/// # Errors
/// For what is no text.
pub(super) fn optional<'v>(value: &'v Value, name: &str) -> Result<Option<&'v str>, Fault> {
    match value.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Fault::bad_request(format!("'{name}' must be a string."))),
    }
}

/// The text under a name of an object that is called `place`.
///
/// # Errors
/// Where there is none.
pub(super) fn required<'v>(value: &'v Value, name: &str, place: &str) -> Result<&'v str, Fault> {
    optional(value, name)?.ok_or_else(|| expected(name, place))
}

/// The object under a name of the body.
///
/// # Errors
/// Where there is none.
pub(super) fn object<'v>(body: &'v Value, name: &str) -> Result<&'v Value, Fault> {
    let value = body.get(name).filter(|value| value.is_object());
    value.ok_or_else(|| expected(name, "request body"))
}
