//! Checks a value against its shape, in the order and with the words of Python's `jsonschema`.

mod number;

use serde_json::{Map, Value};

use super::super::python::{quoted, repr, str};
use super::{List, Object, Others, Property, Schema, Text};
use crate::vocabulary::fault::Fault;
use number::{check_digits, check_number, check_positive};

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
/// [`FaultKind::InvalidParameter`](crate::vocabulary::fault::FaultKind::InvalidParameter), as Nova words it.
pub(in super::super) fn check(schema: &Object, body: &Value, version: u32) -> Result<(), Fault> {
    check_object(schema, body, None, version).map_err(complaint)
}

/// Checks the member of that name of a body.
///
/// # Errors
/// As [`check`].
pub(in super::super) fn check_member(
    schema: &Object,
    name: &str,
    member: &Value,
    version: u32,
) -> Result<(), Fault> {
    check_object(schema, member, Some(name), version).map_err(complaint)
}

fn complaint(violation: Violation) -> Fault {
    let Violation {
        field,
        value,
        message,
    } = violation;
    Fault::invalid(match field {
        _ if message.starts_with("An invalid 'name'") => message,
        Some(field) => {
            format!("Invalid input for field/attribute {field}. Value: {value}. {message}")
        }
        None => message,
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
        Schema::Boolean => check_boolean(&[], value, field),
        Schema::BooleanOrAuto => check_boolean(&["auto"], value, field),
        Schema::Flag => check_flag(value, field),
        Schema::Integer { min, max } => match value {
            Value::Number(number) if !number.is_f64() => check_number(*min, *max, value, field),
            other => wrong_type(field, other, &["integer"]),
        },
        Schema::Type(types) => check_type(types, value, field),
        Schema::Number { min, max } => check_number(*min, *max, value, field),
        Schema::Digits { min, max } => {
            check_digits(*min, *max, &["integer", "string"], value, field)
        }
        Schema::DigitsOrNull { .. } if value.is_null() => Ok(()),
        Schema::DigitsOrNull { min, max } => {
            check_digits(*min, *max, &["integer", "string", "null"], value, field)
        }
        Schema::Positive => check_positive(value, field),
        Schema::Object(object) => check_object(object, value, field, version),
        Schema::OrNull(_) if value.is_null() => Ok(()),
        Schema::OrNull(schema) => check_value(schema, value, field, version),
        Schema::ObjectOrNull(_) if value.is_null() => Ok(()),
        Schema::ObjectOrNull(_) if !value.is_object() => {
            wrong_type(field, value, &["object", "null"])
        }
        Schema::ObjectOrNull(object) => check_object(object, value, field, version),
        Schema::Null if value.is_null() => Ok(()),
        Schema::Null => wrong_type(field, value, &["null"]),
        Schema::List(list) => check_list(list, value, field, version),
        Schema::OneOrMany(schema) => match value {
            Value::Array(items) => items.iter().enumerate().try_for_each(|(position, item)| {
                check_value(schema, item, Some(&position.to_string()), version)
            }),
            one => check_value(schema, one, field, version),
        },
        Schema::All(schemas) => schemas
            .iter()
            .try_for_each(|schema| check_value(schema, value, field, version)),
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
    let is_missing = |property: &&Property| {
        property.required_since <= version && !members.contains_key(property.name)
    };
    let required = || match known().find(is_missing) {
        None => Ok(()),
        Some(Property { name, .. }) => {
            let complaint = format!("{} is a required property", quoted(name));
            violation(field, value, complaint)
        }
    };
    let is_known = |name: &str| known().any(|property| property.name == name);
    let others = || check_others(schema, members, is_known, value, field, version);
    if matches!(schema.others, Others::WelcomeSince(_)) {
        others().and_then(|()| required())?;
    } else {
        required().and_then(|()| others())?;
    }
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
        Others::WelcomeSince(first) if *first <= version => Ok(()),
        Others::Refused | Others::WelcomeSince(_) if version == 0 || others().next().is_none() => {
            Ok(())
        }
        Others::Refused | Others::WelcomeSince(_) => {
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
pub(in super::super) fn unexpected(names: &[&str]) -> String {
    let verb = if names.len() == 1 { "was" } else { "were" };
    let mut names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    names.sort_unstable();
    format!(
        "Additional properties are not allowed ({} {verb} unexpected)",
        names.join(", ")
    )
}

/// What is said of a property whose name is not of the pattern.
pub(in super::super) fn no_match(name: &str, pattern: &str) -> String {
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
    let is_double = |(position, item)| items[..position].contains(item);
    if schema.unique && items.iter().enumerate().any(is_double) {
        let complaint = format!("{} has non-unique elements", repr(value));
        return violation(field, value, complaint);
    }
    check_length(items.len(), schema.min, schema.max, value, field)
}

fn check_text(schema: &Text, value: &Value, field: Option<&str>) -> Checked {
    let may_be = |kind: &str| schema.or.contains(&kind);
    let text = match value {
        Value::String(text) => text,
        Value::Null if may_be("null") => return Ok(()),
        Value::Number(number) if may_be("integer") && !number.is_f64() => return Ok(()),
        Value::Number(_) if may_be("number") => return Ok(()),
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

/// What the services take for yes and no, beside JSON's own words.
const YES_OR_NO: &[&str] = &[
    "True", "TRUE", "true", "1", "ON", "On", "on", "YES", "Yes", "yes", "False", "FALSE", "false",
    "0", "OFF", "Off", "off", "NO", "No", "no",
];

/// `others` are words that it may be beside those for yes and no.
fn check_boolean(others: &[&str], value: &Value, field: Option<&str>) -> Checked {
    match value {
        Value::Bool(_) => Ok(()),
        Value::String(text) => match no_such_word(text, others) {
            None => Ok(()),
            Some(complaint) => violation(field, value, complaint),
        },
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            wrong_type(field, value, &["boolean", "string"])
        }
    }
}

fn check_flag(value: &Value, field: Option<&str>) -> Checked {
    const WORDS: &[&str] = &[
        "True", "TRUE", "true", "False", "FALSE", "false", "", "1", "0", "y", "Y", "n", "N", "on",
        "ON", "off", "OFF", "yes", "no",
    ];
    match value {
        Value::Bool(_) | Value::Null => Ok(()),
        Value::String(text) if WORDS.contains(&text.as_str()) => Ok(()),
        Value::String(_) => {
            let quoted: Vec<String> = WORDS.iter().map(|word| quoted(word)).collect();
            let (yes, no) = quoted.split_at(3);
            let words = format!("True, {}, False, {}", yes.join(", "), no.join(", "));
            violation(
                field,
                value,
                format!("{} is not one of [{words}]", repr(value)),
            )
        }
        Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            wrong_type(field, value, &["boolean", "string", "null"])
        }
    }
}

fn check_type(types: &[&str], value: &Value, field: Option<&str>) -> Checked {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if types.contains(&kind) {
        Ok(())
    } else {
        wrong_type(field, value, types)
    }
}

/// What is said of a text that means neither yes nor no.
pub(in super::super) fn boolean_complaint(text: &str) -> Option<String> {
    no_such_word(text, &[])
}

fn no_such_word(text: &str, others: &[&str]) -> Option<String> {
    let mut words = YES_OR_NO.iter().chain(others);
    if words.any(|word| *word == text) {
        return None;
    }
    let words = YES_OR_NO.iter().chain(others);
    let words: Vec<String> = words.map(|word| quoted(word)).collect();
    let (yes, no) = words.split_at(10);
    let words = format!("True, {}, False, {}", yes.join(", "), no.join(", "));
    Some(format!("{} is not one of [{words}]", quoted(text)))
}
