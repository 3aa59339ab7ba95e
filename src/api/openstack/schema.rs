//! What a body has to look like, as data, and the words in which a violation is told.
//!
//! The services check bodies with JSON Schema and show the first violation that it finds; the order of
//! checks and the texts here are those of Python's `jsonschema`.

use serde_json::{Map, Value};

use super::python::{quoted, repr, str};
use crate::vocabulary::fault::Fault;

/// The shape of a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Schema {
    Anything,
    Text(Text),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// What Nova takes for yes or no.
    Boolean,
    /// A number, or digits in quotes.
    Number {
        min: i64,
        max: i64,
    },
    Object(&'static Object),
    List(List),
    /// Any one of several.
    Either(&'static [Schema]),
}

/// A string. Lengths are in characters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    pub(super) min: usize,
    pub(super) max: usize,
    pub(super) pattern: Option<Pattern>,
    pub(super) format: Option<Format>,
    /// What else it may be: `null`, `integer`.
    pub(super) or: &'static [&'static str],
}

/// A string of any form.
pub(super) const TEXT: Text = Text {
    min: 0,
    max: usize::MAX,
    pattern: None,
    format: None,
    or: &[],
};

/// A pattern as it is shown, and what it means.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pattern {
    pub(super) shown: &'static str,
    pub(super) accepts: fn(&str) -> bool,
}

/// A form that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Printable, without space at its ends.
    Name,
    Uuid,
    Ipv4,
    Ipv6,
    Base64,
}

/// An object with known properties.
#[derive(Debug)]
pub(super) struct Object {
    /// Checked in this order.
    pub(super) properties: &'static [Property],
    pub(super) others: Others,
    pub(super) max: usize,
}

/// What an object may have beside its known properties.
#[derive(Debug)]
pub(super) enum Others {
    Refused,
    Welcome,
    /// Names of this pattern, with values of this shape.
    Matching(Pattern, Schema),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct List {
    pub(super) items: &'static Schema,
    pub(super) min: usize,
    pub(super) max: usize,
    pub(super) or_null: bool,
}

/// A property, and the microversions that have it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Property {
    name: &'static str,
    schema: Schema,
    since: u32,
    until: u32,
    required_since: u32,
}

const NEVER: u32 = u32::MAX;

impl Property {
    pub(super) const fn since(self, since: u32) -> Self {
        Self { since, ..self }
    }

    pub(super) const fn until(self, until: u32) -> Self {
        Self { until, ..self }
    }

    pub(super) const fn required(self) -> Self {
        self.required_since(0)
    }

    pub(super) const fn required_since(self, required_since: u32) -> Self {
        Self {
            required_since,
            ..self
        }
    }

    fn exists(&self, version: u32) -> bool {
        (self.since..=self.until).contains(&version)
    }
}

pub(super) const fn property(name: &'static str, schema: Schema) -> Property {
    Property {
        name,
        schema,
        since: 0,
        until: NEVER,
        required_since: NEVER,
    }
}

/// An object with these properties and no others.
pub(super) const fn object(properties: &'static [Property]) -> Object {
    Object {
        properties,
        others: Others::Refused,
        max: usize::MAX,
    }
}

pub(super) const fn list(items: &'static Schema) -> Schema {
    Schema::List(List {
        items,
        min: 0,
        max: usize::MAX,
        or_null: false,
    })
}

pub(super) const NAME: Text = Text {
    min: 1,
    max: 255,
    format: Some(Format::Name),
    ..TEXT
};

pub(super) const UUID: Schema = Schema::Text(Text {
    format: Some(Format::Uuid),
    ..TEXT
});

/// What Nova takes for yes; compared without regard to case.
const YES: &[&str] = &["true", "1", "on", "yes"];

/// Whether a value that passed [`Schema::Boolean`] means yes.
pub(super) fn is_yes(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => *yes,
        Value::String(text) => YES.iter().any(|yes| text.eq_ignore_ascii_case(yes)),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => false,
    }
}

/// A violation.
#[derive(Debug)]
struct Violation {
    /// The name or position of the value in what contains it; `None` for the whole body.
    field: Option<String>,
    value: String,
    message: String,
}

/// Checks a body against the shape that it has at a microversion; 0 is Nova's lax v2, which drops what it
/// does not know.
///
/// # Errors
/// [`FaultKind::BadRequest`](crate::vocabulary::fault::FaultKind::BadRequest), as Nova words it.
pub(super) fn check(schema: &Object, body: &Value, version: u32) -> Result<(), Fault> {
    check_object(schema, body, None, version).map_err(|violation| {
        let Violation {
            field,
            value,
            message,
        } = violation;
        Fault::bad_request(match field {
            _ if message.starts_with("An invalid 'name'") => message,
            Some(field) => {
                format!("Invalid input for field/attribute {field}. Value: {value}. {message}")
            }
            None => message,
        })
    })
}

type Checked = Result<(), Violation>;

fn violation(field: Option<&str>, value: &Value, message: String) -> Checked {
    Err(Violation {
        field: field.map(str::to_owned),
        value: str(value),
        message,
    })
}

fn wrong_type(field: Option<&str>, value: &Value, types: &[&str]) -> Checked {
    let types: Vec<String> = types.iter().map(|name| quoted(name)).collect();
    violation(
        field,
        value,
        format!("{} is not of type {}", repr(value), types.join(", ")),
    )
}

fn check_value(schema: &Schema, value: &Value, field: Option<&str>, version: u32) -> Checked {
    match schema {
        Schema::Anything => Ok(()),
        Schema::Text(text) => check_text(text, value, field),
        Schema::Choice(words) => check_choice(words, value, field),
        Schema::Boolean => check_boolean(value, field),
        Schema::Number { min, max } => check_number(*min, *max, value, field),
        Schema::Object(object) => check_object(object, value, field, version),
        Schema::List(list) => check_list(list, value, field, version),
        Schema::Either(schemas) => {
            let fits = |schema: &Schema| check_value(schema, value, field, version).is_ok();
            if schemas.iter().any(fits) {
                return Ok(());
            }
            violation(
                field,
                value,
                format!(
                    "{} is not valid under any of the given schemas",
                    repr(value)
                ),
            )
        }
    }
}

fn check_object(schema: &Object, value: &Value, field: Option<&str>, version: u32) -> Checked {
    let Some(members) = value.as_object() else {
        return wrong_type(field, value, &["object"]);
    };
    let known = || {
        schema
            .properties
            .iter()
            .filter(|property| property.exists(version))
    };
    for property in known() {
        if let Some(member) = members.get(property.name) {
            check_value(&property.schema, member, Some(property.name), version)?;
        }
    }
    if let Some(missing) = known()
        .find(|property| property.required_since <= version && !members.contains_key(property.name))
    {
        return violation(
            field,
            value,
            format!("{} is a required property", quoted(missing.name)),
        );
    }
    let is_known = |name: &str| known().any(|property| property.name == name);
    check_others(schema, members, is_known, value, field, version)?;
    if members.len() > schema.max {
        return violation(
            field,
            value,
            format!("{} has too many properties", repr(value)),
        );
    }
    if matches!(schema.others, Others::Matching(..)) && schema.max == 1 && members.is_empty() {
        return violation(field, value, format!("{} should be non-empty", repr(value)));
    }
    Ok(())
}

fn check_others(
    schema: &Object,
    members: &Map<String, Value>,
    is_known: impl Fn(&str) -> bool,
    value: &Value,
    field: Option<&str>,
    version: u32,
) -> Checked {
    let others = || members.iter().filter(|(name, _)| !is_known(name));
    match &schema.others {
        Others::Welcome => Ok(()),
        Others::Refused if version == 0 || others().next().is_none() => Ok(()),
        Others::Refused => {
            let names: Vec<&str> = others().map(|(name, _)| name.as_str()).collect();
            violation(field, value, unexpected(&names))
        }
        Others::Matching(pattern, schema) => {
            for (name, member) in others().filter(|(name, _)| (pattern.accepts)(name)) {
                check_value(schema, member, Some(name), version)?;
            }
            match others().find(|(name, _)| !(pattern.accepts)(name)) {
                None => Ok(()),
                Some((name, _)) => violation(field, value, no_match(name, pattern.shown)),
            }
        }
    }
}

/// What is said of properties that are not known.
pub(super) fn unexpected(names: &[&str]) -> String {
    let verb = if names.len() == 1 { "was" } else { "were" };
    let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    format!(
        "Additional properties are not allowed ({} {verb} unexpected)",
        names.join(", ")
    )
}

/// What is said of a property whose name is not of the pattern.
pub(super) fn no_match(name: &str, pattern: &str) -> String {
    format!(
        "{} does not match any of the regexes: '{pattern}'",
        quoted(name)
    )
}

fn check_list(schema: &List, value: &Value, field: Option<&str>, version: u32) -> Checked {
    if schema.or_null && value.is_null() {
        return Ok(());
    }
    let Some(items) = value.as_array() else {
        let types: &[&str] = if schema.or_null {
            &["array", "null"]
        } else {
            &["array"]
        };
        return wrong_type(field, value, types);
    };
    for (position, item) in items.iter().enumerate() {
        check_value(schema.items, item, Some(&position.to_string()), version)?;
    }
    check_length(items.len(), schema.min, schema.max, value, field)
}

fn check_text(schema: &Text, value: &Value, field: Option<&str>) -> Checked {
    let may_be = |kind: &str| schema.or.contains(&kind);
    let text = match value {
        Value::String(text) => text,
        Value::Null if may_be("null") => return Ok(()),
        Value::Number(number) if may_be("integer") && !number.is_f64() => return Ok(()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            return wrong_type(field, value, &[&["string"], schema.or].concat());
        }
    };
    check_length(text.chars().count(), schema.min, schema.max, value, field)?;
    if let Some(pattern) = schema.pattern.filter(|pattern| !(pattern.accepts)(text)) {
        return violation(
            field,
            value,
            format!("{} does not match {}", repr(value), quoted(pattern.shown)),
        );
    }
    match schema.format {
        Some(format) if !format.accepts(text) => violation(field, value, format.complaint(value)),
        Some(_) | None => Ok(()),
    }
}

fn check_length(
    length: usize,
    min: usize,
    max: usize,
    value: &Value,
    field: Option<&str>,
) -> Checked {
    let complaint = match length {
        _ if (min..=max).contains(&length) => return Ok(()),
        0 => "should be non-empty",
        _ if length < min => "is too short",
        _ => "is too long",
    };
    violation(field, value, format!("{} {complaint}", repr(value)))
}

fn check_choice(words: &[&str], value: &Value, field: Option<&str>) -> Checked {
    let Some(text) = value.as_str() else {
        return wrong_type(field, value, &["string"]);
    };
    if words.contains(&text) {
        return Ok(());
    }
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    violation(
        field,
        value,
        format!("{} is not one of [{}]", repr(value), words.join(", ")),
    )
}

fn check_boolean(value: &Value, field: Option<&str>) -> Checked {
    const WORDS: &[&str] = &[
        "True", "TRUE", "true", "1", "ON", "On", "on", "YES", "Yes", "yes", "False", "FALSE",
        "false", "0", "OFF", "Off", "off", "NO", "No", "no",
    ];
    match value {
        Value::Bool(_) => Ok(()),
        Value::String(text) if WORDS.contains(&text.as_str()) => Ok(()),
        Value::String(_) => {
            let quoted: Vec<String> = WORDS.iter().map(|word| quoted(word)).collect();
            let (yes, no) = quoted.split_at(10);
            let words = format!("True, {}, False, {}", yes.join(", "), no.join(", "));
            violation(
                field,
                value,
                format!("{} is not one of [{words}]", repr(value)),
            )
        }
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            wrong_type(field, value, &["boolean", "string"])
        }
    }
}

fn check_number(min: i64, max: i64, value: &Value, field: Option<&str>) -> Checked {
    let number = match value {
        Value::Number(number) if !number.is_f64() => number.as_i64().unwrap_or(i64::MAX),
        Value::String(text) if text.is_empty() => {
            return violation(field, value, "'' should be non-empty".to_owned());
        }
        Value::String(text) if text.bytes().all(|b| b.is_ascii_digit()) => {
            text.parse().unwrap_or(i64::MAX)
        }
        Value::String(_) => {
            return violation(
                field,
                value,
                format!("{} does not match '^[0-9]*$'", repr(value)),
            );
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            return wrong_type(field, value, &["integer", "string"]);
        }
    };
    if number < min {
        return violation(
            field,
            value,
            format!("{number} is less than the minimum of {min}"),
        );
    }
    if number > max {
        return violation(
            field,
            value,
            format!("{number} is greater than the maximum of {max}"),
        );
    }
    Ok(())
}

/// A number that passed [`Schema::Number`].
pub(super) fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

impl Format {
    fn accepts(self, text: &str) -> bool {
        match self {
            Format::Name => text.trim() == text && !text.chars().any(char::is_control),
            Format::Uuid => uuid::Uuid::try_parse(text).is_ok(),
            Format::Ipv4 => text.parse::<std::net::Ipv4Addr>().is_ok(),
            Format::Ipv6 => text.parse::<std::net::Ipv6Addr>().is_ok(),
            Format::Base64 => is_base64(text),
        }
    }

    fn complaint(self, value: &Value) -> String {
        let name = match self {
            Format::Name => {
                return "An invalid 'name' value was provided. The name must be: printable characters. \
                        Can not start or end with whitespace."
                    .to_owned();
            }
            Format::Uuid => "uuid",
            Format::Ipv4 => "ipv4",
            Format::Ipv6 => "ipv6",
            Format::Base64 => "base64",
        };
        format!("{} is not a '{name}'", repr(value))
    }
}

/// Python's decoder passes over line ends.
fn is_base64(text: &str) -> bool {
    use base64::Engine as _;
    let text: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const INNER: Object = object(&[
        property("name", Schema::Text(NAME)).required(),
        property("count", Schema::Number { min: 1, max: 9 }),
        property("mode", Schema::Choice(&["AUTO", "MANUAL"])),
        property("flag", Schema::Boolean),
        property("new", Schema::Anything)
            .since(19)
            .required_since(37),
        property("ids", list(&UUID)),
    ]);
    const BODY: Object = object(&[property("thing", Schema::Object(&INNER)).required()]);

    fn complaint(body: Value, version: u32) -> String {
        check(&BODY, &body, version).map_or_else(|fault| fault.message, |()| String::new())
    }

    #[test]
    fn violations_are_told_in_the_words_of_jsonschema() {
        let tell = |thing: Value| complaint(json!({ "thing": thing }), 1);
        assert_eq!(tell(json!({"name": "x", "count": "3", "flag": "on"})), "");
        assert_eq!(complaint(json!({}), 1), "'thing' is a required property");
        assert_eq!(complaint(json!([]), 1), "[] is not of type 'object'");
        assert_eq!(
            tell(json!({"name": 1})),
            "Invalid input for field/attribute name. Value: 1. 1 is not of type 'string'"
        );
        assert_eq!(
            tell(json!({"name": "x", "a": 1, "b": 2})),
            "Invalid input for field/attribute thing. Value: {'name': 'x', 'a': 1, 'b': 2}. \
             Additional properties are not allowed ('a', 'b' were unexpected)"
        );
        assert_eq!(
            tell(json!({"name": "x", "mode": "NO"})),
            "Invalid input for field/attribute mode. Value: NO. 'NO' is not one of ['AUTO', 'MANUAL']"
        );
        assert_eq!(
            tell(json!({"name": "x", "count": 0})),
            "Invalid input for field/attribute count. Value: 0. 0 is less than the minimum of 1"
        );
        assert_eq!(
            tell(json!({"name": "x", "ids": ["y"]})),
            "Invalid input for field/attribute 0. Value: y. 'y' is not a 'uuid'"
        );
        assert!(tell(json!({"name": " x"})).starts_with("An invalid 'name' value was provided."));
    }

    #[test]
    fn properties_come_and_become_required_with_their_versions() {
        let body = json!({"thing": {"name": "x", "new": 1}});
        assert!(complaint(body.clone(), 18).contains("'new' was unexpected"));
        assert_eq!(complaint(body, 19), "");
        let body = json!({"thing": {"name": "x", "bogus": 1}});
        assert!(complaint(body.clone(), 37).contains("'new' is a required property"));
        assert_eq!(complaint(body, 0), "");
    }
}
