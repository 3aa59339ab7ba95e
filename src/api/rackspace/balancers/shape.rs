//! What bodies of requests look like, and what is said of those that look otherwise.
//!
//! A body with an unknown name, or with a value of the wrong kind, fits nothing and is told so at once. What
//! fits is looked at whole, and all that is wrong with it is told together, in the service's words.

use serde_json::Value;

use super::super::fault::{MISFIT, invalid};
use crate::vocabulary::fault::Fault;
use crate::world::balancers::Settings;

/// What an object consists of.
pub(super) struct Shape {
    pub(super) fields: &'static [Field],
    /// What the fields must say together.
    pub(super) rule: fn(&Settings, &mut Problems),
}

/// The texts of the rules that a body breaks.
pub(super) type Problems = Vec<&'static str>;

pub(super) struct Field {
    name: &'static str,
    kind: Kind,
    /// What is said where it is not given, if it must be.
    missing: Option<&'static str>,
}

/// A demand on a text, and what is said of one that does not meet it.
pub(super) type Demand = (fn(&str) -> bool, &'static str);

enum Kind {
    Text(&'static [Demand]),
    Number {
        least: u64,
        most: u64,
        text: &'static str,
    },
    Flag,
    /// One of some words. Without a text, others do not fit at all.
    Word(&'static [&'static str], Option<&'static str>),
    /// It is known, and may not be given.
    Refused(&'static str),
    Object(&'static Shape),
    /// The text is for a list without items.
    List(&'static Shape, Option<&'static str>),
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        missing: None,
    }
}

pub(super) const fn text(name: &'static str, demands: &'static [Demand]) -> Field {
    field(name, Kind::Text(demands))
}

/// A whole number, within both bounds.
pub(super) const fn number(
    name: &'static str,
    (least, most): (u64, u64),
    text: &'static str,
) -> Field {
    field(name, Kind::Number { least, most, text })
}

pub(super) const fn flag(name: &'static str) -> Field {
    field(name, Kind::Flag)
}

pub(super) const fn word(name: &'static str, words: &'static [&'static str]) -> Field {
    field(name, Kind::Word(words, None))
}

pub(super) const fn word_or(
    name: &'static str,
    words: &'static [&'static str],
    text: &'static str,
) -> Field {
    field(name, Kind::Word(words, Some(text)))
}

pub(super) const fn refused(name: &'static str, text: &'static str) -> Field {
    field(name, Kind::Refused(text))
}

pub(super) const fn object(name: &'static str, shape: &'static Shape) -> Field {
    field(name, Kind::Object(shape))
}

pub(super) const fn list(name: &'static str, shape: &'static Shape) -> Field {
    field(name, Kind::List(shape, None))
}

impl Field {
    /// The same, which must be given.
    pub(super) const fn or(self, missing: &'static str) -> Field {
        Field {
            missing: Some(missing),
            ..self
        }
    }

    /// The same list, which must have items.
    pub(super) const fn not_empty(self, text: &'static str) -> Field {
        match self.kind {
            Kind::List(shape, _) => Field {
                name: self.name,
                kind: Kind::List(shape, Some(text)),
                missing: self.missing,
            },
            _ => self,
        }
    }
}

/// A rule that every object meets.
pub(super) const fn no_rule(_: &Settings, _: &mut Problems) {}

/// What a request's body is.
pub(super) enum Form {
    Nothing,
    /// An object, below its name or bare.
    Object(&'static str, &'static Shape),
    /// A list below its name, or one item below the name of one.
    List {
        name: &'static str,
        item: &'static str,
        shape: &'static Shape,
        empty: &'static str,
        rule: fn(&[Settings], &mut Problems),
    },
}

/// It does not fit.
struct Misfit;

impl Form {
    /// What a body says, as a list of objects; the one object of a form that has only one.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub(super) fn read(&self, body: &Value) -> Result<Vec<Settings>, Fault> {
        let mut problems = Problems::new();
        let read = self.check(body, &mut problems);
        match (read, problems.as_slice()) {
            (Err(Misfit), _) => Err(Fault::bad_request(MISFIT)),
            (Ok(read), []) => Ok(read),
            (Ok(_), problems) => Err(invalid(problems)),
        }
    }

    fn check(&self, body: &Value, problems: &mut Problems) -> Result<Vec<Settings>, Misfit> {
        match self {
            Form::Nothing => Ok(Vec::new()),
            Form::Object(name, shape) => {
                let body = below(body, name).unwrap_or(body);
                Ok(vec![shape.check(body, problems)?])
            }
            Form::List {
                name,
                item,
                shape,
                empty,
                rule,
            } => {
                let one = below(body, item).map(std::slice::from_ref);
                let many = || below(body, name).unwrap_or(body).as_array();
                let items = one.or_else(|| many().map(Vec::as_slice)).ok_or(Misfit)?;
                let items = check_items(shape, items, problems)?;
                if items.is_empty() {
                    problems.push(empty);
                }
                rule(&items, problems);
                Ok(items)
            }
        }
    }
}

/// What stands below a name, if that is all there is.
fn below<'a>(body: &'a Value, name: &str) -> Option<&'a Value> {
    let members = body.as_object()?;
    members.get(name).filter(|_| members.len() == 1)
}

fn check_items(
    shape: &Shape,
    items: &[Value],
    problems: &mut Problems,
) -> Result<Vec<Settings>, Misfit> {
    items
        .iter()
        .map(|item| shape.check(item, problems))
        .collect()
}

impl Shape {
    fn check(&self, value: &Value, problems: &mut Problems) -> Result<Settings, Misfit> {
        let members = value.as_object().ok_or(Misfit)?;
        let is_known = |name: &String| self.fields.iter().any(|field| field.name == *name);
        if !members.keys().all(is_known) {
            return Err(Misfit);
        }
        let mut settings = Settings::new();
        for field in self.fields {
            match members.get(field.name).filter(|value| !value.is_null()) {
                None => problems.extend(field.missing),
                Some(value) => {
                    let value = field.kind.check(value, problems)?;
                    settings.insert(field.name.to_owned(), value);
                }
            }
        }
        (self.rule)(&settings, problems);
        Ok(settings)
    }
}

impl Kind {
    /// The value in the one form that all others have it in. Numbers and flags may come as texts.
    fn check(&self, value: &Value, problems: &mut Problems) -> Result<Value, Misfit> {
        match self {
            Kind::Text(demands) => {
                let text = value.as_str().ok_or(Misfit)?;
                let broken = demands.iter().find(|(holds, _)| !holds(text));
                problems.extend(broken.map(|(_, text)| *text));
                Ok(text.into())
            }
            Kind::Number { least, most, text } => {
                let number = as_integer(value).ok_or(Misfit)?;
                let is_within =
                    u64::try_from(number).is_ok_and(|it| (*least..=*most).contains(&it));
                problems.extend((!is_within).then_some(*text));
                Ok(number.into())
            }
            Kind::Flag => as_flag(value).map(Value::from).ok_or(Misfit),
            Kind::Word(words, text) => {
                let word = value.as_str().ok_or(Misfit)?;
                if !words.contains(&word) {
                    problems.push(text.ok_or(Misfit)?);
                }
                Ok(word.into())
            }
            Kind::Refused(text) => {
                problems.push(text);
                Ok(value.clone())
            }
            Kind::Object(shape) => shape.check(value, problems).map(Value::from),
            Kind::List(shape, empty) => {
                let items = value.as_array().ok_or(Misfit)?;
                problems.extend(empty.filter(|_| items.is_empty()));
                let items = check_items(shape, items, problems)?;
                Ok(items.into_iter().map(Value::from).collect())
            }
        }
    }
}

fn as_integer(value: &Value) -> Option<i64> {
    let parse = || value.as_str()?.parse().ok();
    value.as_i64().or_else(parse)
}

fn as_flag(value: &Value) -> Option<bool> {
    let parse = || value.as_str()?.parse().ok();
    value.as_bool().or_else(parse)
}

/// The text at a name; nothing where it is not given.
pub(super) fn text_of<'a>(settings: &'a Settings, name: &str) -> Option<&'a str> {
    settings.get(name)?.as_str()
}

/// The number at a name, which the shape has seen to fit.
pub(super) fn number_of<T: TryFrom<u64>>(settings: &Settings, name: &str) -> Option<T> {
    settings.get(name)?.as_u64()?.try_into().ok()
}

pub(super) fn flag_of(settings: &Settings, name: &str) -> Option<bool> {
    settings.get(name)?.as_bool()
}

/// The objects of the list at a name.
pub(super) fn items_of<'a>(
    settings: &'a Settings,
    name: &str,
) -> impl Iterator<Item = &'a Settings> {
    let items = settings.get(name).and_then(Value::as_array);
    items.into_iter().flatten().filter_map(Value::as_object)
}
