//! Checks numbers, which the services also take as texts.

use serde_json::Value;

use super::super::super::python::{quoted, repr, str};
use super::{Checked, violation, wrong_type};

pub(super) fn check_number(min: i64, max: i64, value: &Value, field: Option<&str>) -> Checked {
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
    check_range(number, min, max, value, field)
}

fn check_range(number: i64, min: i64, max: i64, value: &Value, field: Option<&str>) -> Checked {
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

/// Numbers that may be below zero have a pattern of their own.
pub(super) fn check_digits(
    min: i64,
    max: i64,
    types: &[&str],
    value: &Value,
    field: Option<&str>,
) -> Checked {
    let (sign, pattern) = match min {
        0.. => ("", "^[0-9]+$"),
        _ => ("-", "^-?[0-9]+$"),
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = match value {
        Value::Number(number) if !number.is_f64() => number.as_i64().unwrap_or(i64::MAX),
        Value::String(text) if is_digits(text.strip_prefix(sign).unwrap_or(text)) => {
            text.parse().unwrap_or(i64::MAX)
        }
        Value::String(_) => {
            let complaint = format!("{} does not match {}", repr(value), quoted(pattern));
            return violation(field, value, complaint);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            return wrong_type(field, value, types);
        }
    };
    check_range(number, min, max, value, field)
}

pub(super) fn check_positive(value: &Value, field: Option<&str>) -> Checked {
    let is_decimal = |text: &str| {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        [whole, part]
            .iter()
            .all(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    };
    let number = match value {
        Value::Number(number) => number.as_f64().unwrap_or_default(),
        Value::String(text) if is_decimal(text) => text.parse().unwrap_or_default(),
        Value::String(_) => {
            let pattern = quoted("^[0-9]+(\\.[0-9]+)?$");
            let complaint = format!("{} does not match {pattern}", repr(value));
            return violation(field, value, complaint);
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            return wrong_type(field, value, &["number", "string"]);
        }
    };
    if number > 0.0 {
        return Ok(());
    }
    let shown = str(value);
    violation(
        field,
        value,
        format!("{shown} is less than or equal to the minimum of 0"),
    )
}
