//! The presets in a request's metadata.

use serde_json::Value;

use super::value::{Wrong, nonsense};
use crate::vocabulary::fault::Fault;

/// The names that lead from a body to its metadata.
pub(super) type Home = &'static [&'static str];

/// The keys that are there, with their values.
pub(super) struct Found<'a> {
    /// Where the metadata are.
    pub(super) home: Home,
    pub(super) items: Vec<(&'static str, &'a str)>,
}

impl<'a> Found<'a> {
    pub(super) fn in_body(body: &'a Value, home: Home, keys: &'static [&'static str]) -> Self {
        let metadata = home
            .iter()
            .try_fold(body, |value, name| value.get(*name))
            .unwrap_or(&Value::Null);
        let item = |key: &&'static str| Some((*key, item(metadata, key)?.as_str()?));
        Self {
            home,
            items: keys.iter().filter_map(item).collect(),
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a str> {
        let mut items = self.items.iter();
        items
            .find(|(known, _)| *known == key)
            .map(|(_, value)| *value)
    }

    /// The value of a key, read.
    ///
    /// # Errors
    /// When it makes no sense.
    pub(super) fn read<T>(
        &self,
        key: &str,
        read: fn(&str) -> Result<T, Wrong>,
    ) -> Result<Option<T>, Fault> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        read(value).map(Some).map_err(|wrong| {
            let what = format!("the preset {key}");
            nonsense(&what, value, &wrong)
        })
    }
}

fn item<'a>(metadata: &'a Value, key: &str) -> Option<&'a Value> {
    match metadata {
        Value::Array(items) => items.iter().find(|item| item["key"] == key)?.get("value"),
        other => other.get(key),
    }
}

/// The value of a key, in an object or in a list of `key` and `value`.
pub(super) fn item_mut<'a>(metadata: &'a mut Value, key: &str) -> Option<&'a mut Value> {
    match metadata {
        Value::Array(items) => items
            .iter_mut()
            .find(|item| item["key"] == key)?
            .get_mut("value"),
        other => other.get_mut(key),
    }
}
