//! What all resources of Keystone have in common: bodies, lists with filters, links.

use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::super::python::repr;
use super::super::schema::{self, Object};
use super::{Answer, Call, policy, root};
use crate::vocabulary::fault::Fault;
use crate::world::accounts::{Attributes, id_text, is_yes};

/// How a kind of thing is shown and written.
pub(super) struct Resource {
    /// What one is called.
    pub(super) member: &'static str,
    /// What many are called.
    pub(super) collection: &'static str,
    /// Where they are, below the root.
    pub(super) path: &'static str,
    pub(super) shape: Object,
    /// The members that lists can be filtered by.
    pub(super) filters: &'static [&'static str],
}

/// What a body is for. Shapes require some properties of what is new only.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Update = 1,
    Create = 2,
}

/// From which [`Purpose`] on a property is required that only new things have to have.
pub(super) const WHEN_NEW: u32 = Purpose::Create as u32;

impl Resource {
    /// What the body says of one.
    ///
    /// # Errors
    /// When it has not the shape of one.
    pub(super) fn body(&self, call: &Call, purpose: Purpose) -> Result<Attributes, Fault> {
        let missing = || Fault::invalid(format!("'{}' is a required property", self.member));
        let said = call.body.get(self.member).ok_or_else(missing)?;
        self.check_alone(call)?;
        schema::check_member(&self.shape, self.member, said, purpose as u32)?;
        let mut said = said.as_object().cloned().unwrap_or_default();
        if purpose == Purpose::Update && said.is_empty() {
            return Err(Fault::invalid(format!(
                "Invalid input for field/attribute {}. Value: {{}}. {{}} should be non-empty",
                self.member
            )));
        }
        // What clients send back of what they were shown.
        said.shift_remove("links");
        Ok(said)
    }

    /// Refuses a body that says anything else.
    fn check_alone(&self, call: &Call) -> Result<(), Fault> {
        let names = call
            .body
            .as_object()
            .into_iter()
            .flat_map(|body| body.keys());
        let others = names
            .map(String::as_str)
            .filter(|name| *name != self.member);
        match others.collect::<Vec<_>>().as_slice() {
            [] => Ok(()),
            others => Err(Fault::invalid(schema::unexpected(others))),
        }
    }

    /// The address of one.
    pub(super) fn link(&self, call: &Call, id: &str) -> String {
        format!("{}/{}/{id}", root(call), self.path)
    }

    /// One, with its links.
    pub(super) fn view(&self, call: &Call, mut item: Attributes) -> Value {
        let id = item.get("id").and_then(Value::as_str).unwrap_or_default();
        let links = json!({"self": self.link(call, id)});
        item.insert("links".to_owned(), links);
        Value::Object(item)
    }

    /// The answer that shows one.
    pub(super) fn one(&self, call: &Call, status: StatusCode, item: Attributes) -> Answer {
        Answer::json(status, &json!({ self.member: self.view(call, item) }))
    }

    /// The answer that lists those that the query asks for.
    pub(super) fn list(&self, call: &Call, items: impl IntoIterator<Item = Attributes>) -> Answer {
        let items = items.into_iter();
        let limit = policy::limit_of(call).map(id_text);
        let is_seen = |item: &Attributes| {
            limit.is_none()
                || item
                    .get("domain_id")
                    .is_none_or(|id| id.as_str() == limit.as_deref())
        };
        let shown = items.filter(|item| is_seen(item) && agrees(call, self.filters, item));
        let shown = limited(call, shown.collect());
        let shown: Vec<Value> = shown
            .into_iter()
            .map(|item| self.view(call, item))
            .collect();
        collection(call, self.collection, &shown)
    }
}

/// What a body that was checked says.
pub(super) fn read<T: DeserializeOwned>(said: Attributes) -> Result<T, Fault> {
    serde_json::from_value(Value::Object(said))
        .map_err(|error| Fault::bad_request(error.to_string()))
}

/// A list, with its links.
pub(super) fn collection(call: &Call, name: &str, items: &[Value]) -> Answer {
    let links = json!({"next": null, "self": this(call), "previous": null});
    Answer::json(StatusCode::OK, &json!({ name: items, "links": links }))
}

/// The address of what is asked for.
pub(super) fn this(call: &Call) -> String {
    let path = call.request.path.trim_end_matches('/');
    let gap = if call.request.query.is_empty() {
        ""
    } else {
        "?"
    };
    format!("{}{path}{gap}{}", call.base_url, call.request.query)
}

/// `limit` cuts a list short, and that is all.
fn limited<T>(call: &Call, mut items: Vec<T>) -> Vec<T> {
    if let Some(limit) = call.param("limit").and_then(|limit| limit.parse().ok()) {
        items.truncate(limit);
    }
    items
}

/// Whether the members of an item are what the query says of them: `name=x`, `name__contains=x`.
pub(super) fn agrees(call: &Call, filters: &[&str], item: &Attributes) -> bool {
    call.query.iter().all(|(param, wanted)| {
        let (name, how) = param.split_once("__").unwrap_or((param, ""));
        if !filters.contains(&name) {
            return true;
        }
        match item.get(name) {
            Some(Value::Bool(value)) => {
                *value == (wanted.is_empty() || is_yes(&Value::String(wanted.clone())))
            }
            Some(Value::String(value)) => compares(how, value, wanted),
            Some(Value::Number(value)) => value.to_string() == *wanted,
            Some(Value::Null) | None => wanted.is_empty(),
            Some(Value::Array(_) | Value::Object(_)) => true,
        }
    })
}

/// The comparisons that a filter can ask for; those with an `i` pay no regard to case.
fn compares(how: &str, value: &str, wanted: &str) -> bool {
    let (value, wanted, how) = match how.strip_prefix('i') {
        Some(how) => (value.to_lowercase(), wanted.to_lowercase(), how),
        None => (value.to_owned(), wanted.to_owned(), how),
    };
    match how {
        "contains" => value.contains(&wanted),
        "startswith" => value.starts_with(&wanted),
        "endswith" => value.ends_with(&wanted),
        _ => value == wanted,
    }
}

/// The members of a JSON object that is one.
pub(super) fn members(value: Value) -> Attributes {
    match value {
        Value::Object(members) => members,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    }
}

/// What else was said of a thing, and then what it is.
pub(super) fn with_extra(extra: &Attributes, own: Value) -> Attributes {
    let mut item = extra.clone();
    item.extend(members(own));
    item
}

/// A text that may be missing or `null`.
pub(super) fn text<'a>(said: &'a Attributes, name: &str) -> Option<&'a str> {
    said.get(name).and_then(Value::as_str)
}

/// Takes a text out of what was said.
pub(super) fn take_text(said: &mut Attributes, name: &str) -> Option<String> {
    match said.shift_remove(name)? {
        Value::String(text) => Some(text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            None
        }
    }
}

/// Refuses an attempt to give a thing another id or place.
pub(super) fn check_unchanged(
    said: &mut Attributes,
    name: &str,
    now: &str,
    message: &str,
) -> Result<(), Fault> {
    match said.shift_remove(name) {
        Some(Value::String(wanted)) if wanted != now => Err(Fault::bad_request(message)),
        Some(wanted) if !wanted.is_string() && !wanted.is_null() => {
            Err(Fault::bad_request(format!(
                "Invalid input for field/attribute {name}. Value: {}. {} is not of type 'string'",
                repr(&wanted),
                repr(&wanted)
            )))
        }
        Some(_) | None => Ok(()),
    }
}
