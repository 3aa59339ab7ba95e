//! Texts and JSON bodies that quote facts: `server {{ server.name }} is busy`. A quoted text in a hole
//! stands for itself, so `{{ "{{" }}` is how two braces are written.

use std::fmt;

use serde_json::Value;

use super::fact::{FactPath, Facts};

/// A text with places where facts go.
#[derive(Debug, Clone, PartialEq)]
pub struct Template(pub Vec<Piece>);

/// One stretch of a [`Template`].
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    Text(String),
    Fact(FactPath),
}

impl Template {
    /// A text that quotes nothing.
    pub fn plain(text: impl Into<String>) -> Self {
        Self(vec![Piece::Text(text.into())])
    }

    /// The text with each fact in its place; a fact that is missing leaves nothing.
    pub fn render(&self, facts: &dyn Facts) -> String {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Fact(path) => {
                    if let Some(value) = facts.get(path) {
                        out.push_str(&value.to_string());
                    }
                }
            }
        }
        out
    }

    /// The facts that the text quotes.
    pub fn facts(&self) -> impl Iterator<Item = &FactPath> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Fact(path) => Some(path),
            Piece::Text(_) => None,
        })
    }

    /// The text as it stood in the source, holes included.
    fn source(&self) -> String {
        self.0
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => escape_braces(text),
                Piece::Fact(path) => format!("{{{{ {path} }}}}"),
            })
            .collect()
    }
}

/// Writes the template as a quoted string of the language.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Value::from(self.source()))
    }
}

/// JSON in which every string may quote facts.
#[derive(Debug, Clone, PartialEq)]
pub enum JsonTemplate {
    /// JSON without any quotation.
    Plain(Value),
    Text(Template),
    Array(Vec<JsonTemplate>),
    Object(Vec<(String, JsonTemplate)>),
}

impl JsonTemplate {
    /// The JSON with each fact in its place.
    pub fn render(&self, facts: &dyn Facts) -> Value {
        match self {
            JsonTemplate::Plain(value) => value.clone(),
            JsonTemplate::Text(template) => Value::String(template.render(facts)),
            JsonTemplate::Array(items) => items.iter().map(|item| item.render(facts)).collect(),
            JsonTemplate::Object(members) => members
                .iter()
                .map(|(key, value)| (key.clone(), value.render(facts)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }

    /// The same JSON with the outermost object's members apart, whether or not they quote anything.
    #[must_use]
    pub fn opened(self) -> Self {
        match self {
            JsonTemplate::Plain(Value::Object(members)) => JsonTemplate::Object(
                members
                    .into_iter()
                    .map(|(key, value)| (key, JsonTemplate::Plain(value)))
                    .collect(),
            ),
            other => other,
        }
    }

    /// The JSON as it stood in the source, holes included.
    pub fn source(&self) -> Value {
        match self {
            JsonTemplate::Plain(value) => plain_source(value),
            JsonTemplate::Text(template) => Value::String(template.source()),
            JsonTemplate::Array(items) => items.iter().map(JsonTemplate::source).collect(),
            JsonTemplate::Object(members) => members
                .iter()
                .map(|(key, value)| (key.clone(), value.source()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }
}

/// Two braces that open no hole are quoted themselves: `{{ "{{" }}`.
fn escape_braces(text: &str) -> String {
    text.replace("{{", r#"{{ "{{" }}"#)
}

fn plain_source(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(escape_braces(text)),
        Value::Array(items) => items.iter().map(plain_source).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), plain_source(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

impl fmt::Display for JsonTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.source())
    }
}

/// The body of an answer in a scenario: JSON, or a text sent as it is.
#[derive(Debug, Clone, PartialEq)]
pub enum BodyTemplate {
    Json(JsonTemplate),
    Text(Template),
}

impl fmt::Display for BodyTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BodyTemplate::Json(json) => json.fmt(f),
            BodyTemplate::Text(text) => text.fmt(f),
        }
    }
}
