//! What is to be different in something, as far as it is said.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// What a client says of a thing beside what the rules need, under the names that it uses.
pub type Attributes = Map<String, Value>;

/// A value that may stay as it is: nothing was said, which is not the same as `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Change<T> {
    #[default]
    Keep,
    To(T),
}

impl<T> Change<T> {
    /// Changes what is there.
    pub fn apply(self, place: &mut T) {
        if let Change::To(value) = self {
            *place = value;
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Change::To)
    }
}

/// A yes or no in any of the forms that are taken for one; `null` changes nothing.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Change<bool>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Null => Change::Keep,
        value => Change::To(is_yes(&value)),
    })
}

/// Whether a value is taken for a yes.
pub fn is_yes(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => *yes,
        Value::String(text) => matches!(
            text.to_ascii_lowercase().as_str(),
            "1" | "t" | "true" | "on" | "y" | "yes"
        ),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => false,
    }
}

/// Lays what is said over what is there.
pub(super) fn merge(attributes: &mut Attributes, changes: Attributes) {
    for (name, value) in changes {
        attributes.insert(name, value);
    }
}

/// As [`merge`], but an option that is set to `null` is one no more.
pub(super) fn merge_options(options: &mut Attributes, changes: Attributes) {
    merge(options, changes);
    options.retain(|_, value| !value.is_null());
}
