//! Conditions over facts: what stands after `where`.

use std::fmt;

use regex::Regex;

use super::fact::{FactPath, FactValue, Facts};
use super::glob::GlobPattern;

/// A checked condition.
///
/// A missing fact makes a comparison neither true nor false but unknown, and an unknown condition does
/// not hold: so `not server.name == "x"` does not hold for a command without a server, and only
/// `not server.name exists` does.
#[derive(Debug, Clone)]
pub enum Condition {
    Compare(FactPath, Comparison, Literal),
    Glob(FactPath, GlobPattern),
    Regex(FactPath, Regex),
    In(FactPath, Vec<Literal>),
    Exists(FactPath),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
}

/// The comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// The operator as the language writes it.
    pub fn word(self) -> &'static str {
        match self {
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }
}

/// A value that a condition compares with.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    Text(String),
    Number(f64),
    Flag(bool),
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Text(text) => write!(f, "{}", serde_json::Value::from(text.as_str())),
            Literal::Number(number) => write!(f, "{number}"),
            Literal::Flag(flag) => write!(f, "{flag}"),
        }
    }
}

impl Condition {
    /// All of these; the one, where there is but one.
    pub fn every(parts: impl IntoIterator<Item = Condition>) -> Self {
        let flat = parts.into_iter().flat_map(|part| match part {
            Condition::All(parts) => parts,
            other => vec![other],
        });
        let mut parts: Vec<Condition> = flat.collect();
        match parts.len() {
            1 => parts.remove(0),
            _ => Condition::All(parts),
        }
    }

    /// That a fact is this text.
    pub fn is(path: FactPath, text: impl Into<String>) -> Self {
        Condition::Compare(path, Comparison::Equal, Literal::Text(text.into()))
    }

    /// Whether the condition is known to hold.
    pub fn holds(&self, facts: &dyn Facts) -> bool {
        self.evaluate(facts) == Some(true)
    }

    /// `None` where a missing fact leaves the answer open.
    fn evaluate(&self, facts: &dyn Facts) -> Option<bool> {
        match self {
            Condition::Compare(path, comparison, literal) => {
                Some(compare(&facts.get(path)?, *comparison, literal))
            }
            Condition::Glob(path, glob) => Some(glob.is_match(&facts.get(path)?.as_text())),
            Condition::Regex(path, regex) => Some(regex.is_match(&facts.get(path)?.as_text())),
            Condition::In(path, literals) => {
                let value = facts.get(path)?;
                Some(literals.iter().any(|literal| equal(&value, literal)))
            }
            Condition::Exists(path) => Some(facts.get(path).is_some()),
            Condition::All(parts) => fold(parts, facts, false),
            Condition::Any(parts) => fold(parts, facts, true),
            Condition::Not(inner) => inner.evaluate(facts).map(|known| !known),
        }
    }

    /// Every fact that the condition asks for.
    pub fn facts(&self) -> Vec<&FactPath> {
        match self {
            Condition::Compare(path, ..)
            | Condition::Glob(path, _)
            | Condition::Regex(path, _)
            | Condition::In(path, _)
            | Condition::Exists(path) => vec![path],
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().flat_map(Condition::facts).collect()
            }
            Condition::Not(inner) => inner.facts(),
        }
    }
}

/// Kleene's conjunction (`decisive` false) or disjunction (`decisive` true).
fn fold(parts: &[Condition], facts: &dyn Facts, decisive: bool) -> Option<bool> {
    let mut answer = Some(!decisive);
    for part in parts {
        match part.evaluate(facts) {
            Some(value) if value == decisive => return Some(decisive),
            Some(_) => {}
            None => answer = None,
        }
    }
    answer
}

fn compare(value: &FactValue<'_>, comparison: Comparison, literal: &Literal) -> bool {
    use std::cmp::Ordering::{Greater, Less};
    match comparison {
        Comparison::Equal => return equal(value, literal),
        Comparison::NotEqual => return !equal(value, literal),
        Comparison::Less
        | Comparison::LessOrEqual
        | Comparison::Greater
        | Comparison::GreaterOrEqual => {}
    }
    let order = match literal {
        Literal::Number(number) => value.as_number().and_then(|v| v.partial_cmp(number)),
        Literal::Text(text) => Some(value.as_text().as_ref().cmp(text.as_str())),
        Literal::Flag(_) => None,
    };
    order.is_some_and(|order| match comparison {
        Comparison::Less => order == Less,
        Comparison::LessOrEqual => order != Greater,
        Comparison::Greater => order == Greater,
        Comparison::GreaterOrEqual => order != Less,
        Comparison::Equal | Comparison::NotEqual => false,
    })
}

/// A number equals a text that reads as that number: query parameters and CloudStack's are all texts.
fn equal(value: &FactValue<'_>, literal: &Literal) -> bool {
    match literal {
        Literal::Text(text) => value.as_text() == text.as_str(),
        Literal::Number(number) => value.as_number() == Some(*number),
        Literal::Flag(flag) => match value {
            FactValue::Flag(value) => value == flag,
            FactValue::Text(_) | FactValue::Number(_) | FactValue::Json(_) => {
                value.as_text() == if *flag { "true" } else { "false" }
            }
        },
    }
}

impl FactValue<'_> {
    /// The value as conditions compare it with a text.
    pub fn as_text(&self) -> std::borrow::Cow<'_, str> {
        match self {
            FactValue::Text(text) => std::borrow::Cow::Borrowed(text),
            FactValue::Number(_) | FactValue::Flag(_) | FactValue::Json(_) => {
                std::borrow::Cow::Owned(self.to_string())
            }
        }
    }

    /// The value as conditions compare it with a number; a text that reads as one counts.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            FactValue::Number(number) => Some(*number),
            FactValue::Text(text) => text.trim().parse().ok(),
            FactValue::Flag(_) | FactValue::Json(_) => None,
        }
    }
}

/// Two conditions are the same when they are written the same.
impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Condition::Compare(path, comparison, literal) => {
                write!(f, "{path} {} {literal}", comparison.word())
            }
            Condition::Glob(path, glob) => {
                write!(f, "{path} ~ {}", serde_json::Value::from(glob.as_str()))
            }
            Condition::Regex(path, regex) => {
                write!(f, "{path} =~ {}", serde_json::Value::from(regex.as_str()))
            }
            Condition::In(path, literals) => {
                let list: Vec<String> = literals.iter().map(Literal::to_string).collect();
                write!(f, "{path} in [{}]", list.join(", "))
            }
            Condition::Exists(path) => write!(f, "{path} exists"),
            Condition::All(parts) => join(f, parts, " and "),
            Condition::Any(parts) => join(f, parts, " or "),
            Condition::Not(inner) => write!(f, "not {}", Grouped(inner)),
        }
    }
}

fn join(f: &mut fmt::Formatter<'_>, parts: &[Condition], word: &str) -> fmt::Result {
    for (position, part) in parts.iter().enumerate() {
        if position > 0 {
            f.write_str(word)?;
        }
        write!(f, "{}", Grouped(part))?;
    }
    Ok(())
}

/// A condition with parentheses where it needs them inside another.
struct Grouped<'a>(&'a Condition);

impl fmt::Display for Grouped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Condition::All(_) | Condition::Any(_) => write!(f, "({})", self.0),
            Condition::Compare(..)
            | Condition::Glob(..)
            | Condition::Regex(..)
            | Condition::In(..)
            | Condition::Exists(_)
            | Condition::Not(_) => self.0.fmt(f),
        }
    }
}
