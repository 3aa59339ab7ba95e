//! Whether answers have the types that strict clients decode: every answer of every test is looked at.

use serde_json::Value;

use crate::api::cloudstack::catalog::{self, Answers, Pace, Type};
use crate::api::cloudstack::{row, table};
use crate::api::{Answer, Call};
use crate::world::World;

/// # Panics
/// When a field of an answer is none of its object's, or of another type.
pub(super) fn check(call: &Call, answer: &Answer, world: &World) {
    let Ok(body) = serde_json::from_slice::<Value>(&answer.body) else {
        return;
    };
    let Some(content) = body.as_object().and_then(|body| body.values().next()) else {
        return;
    };
    let spec = row(call).spec();
    if let Some(answers) = spec.answers.filter(|_| spec.pace == Pace::AtOnce) {
        check_answer(row(call).name(), answers, content);
    }
    if row(call).name() == "queryAsyncJobResult" {
        check_result(content, world);
    }
}

fn check_result(content: &Value, world: &World) {
    let id = content["jobid"].as_str().and_then(|id| id.parse().ok());
    let Some(job) = id.and_then(|id| world.job(id)) else {
        return;
    };
    let name = job.draft.command.spec().short_name();
    let row = table::find(name).map(|(_, row)| row);
    let answers = row.and_then(|row| row.spec().answers);
    if let Some(answers) = answers.filter(|_| content["jobstatus"] == 1) {
        check_answer(name, answers, &content["jobresult"]);
    }
}

fn check_answer(command: &str, answers: Answers, content: &Value) {
    if answers.object == "success" {
        return check_object(command, "success", content);
    }
    let things = match &content[answers.object] {
        Value::Array(things) => things.iter().collect(),
        Value::Null => vec![],
        thing => vec![thing],
    };
    for thing in things {
        check_object(command, answers.object, thing);
    }
}

fn check_object(path: &str, object: &str, thing: &Value) {
    let fields = catalog::fields(object).unwrap_or_else(|| panic!("{path}: no object {object}"));
    let members = thing
        .as_object()
        .unwrap_or_else(|| panic!("{path}: {object} is no object: {thing}"));
    for (name, value) in members {
        let path = format!("{path}: {object}.{name}");
        let of = fields.iter().find(|(known, _)| known == name);
        let (_, of) = of.unwrap_or_else(|| panic!("{path} is not known"));
        check_value(&path, *of, value);
    }
}

fn check_value(path: &str, of: Type, value: &Value) {
    let fits = match of {
        Type::Text => value.is_string(),
        Type::Flag => value.is_boolean(),
        Type::Integer | Type::Long => value.is_i64() || value.is_u64(),
        Type::Float => value.is_number(),
        Type::Texts | Type::Objects(_) => value.is_array(),
        Type::Map | Type::Object(_) => value.is_object(),
        Type::Any => true,
    };
    assert!(fits, "{path} is to be a {}, not {value}", of.word());
    match (of, value) {
        (Type::Objects(object), Value::Array(things)) => {
            let each = things.iter();
            each.for_each(|thing| check_object(path, object, thing));
        }
        (Type::Object(object), thing) => check_object(path, object, thing),
        _ => {}
    }
}
