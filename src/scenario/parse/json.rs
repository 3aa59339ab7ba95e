//! JSON that stands in a file, texts, and the facts that texts quote.

use std::borrow::Cow;

use pest::Parser as _;
use serde_json::Value;

use super::{Grammar, Pair, Parser, Rule, depth, span};
use crate::scenario::ast::{Json, Path, Spanned, Text};
use crate::scenario::codes;

impl<'s> Parser<'s, '_> {
    /// A quoted text with its escapes resolved; `None` where one of them is wrong.
    pub(super) fn text(&mut self, pair: &Pair<'s>) -> Option<Text<'s>> {
        let quoted = pair.as_str();
        if pair.as_rule() == Rule::open_text {
            self.open_text(pair);
            return None;
        }
        let inner = &quoted[1..quoted.len() - 1];
        let is_plain = |byte: u8| byte != b'\\' && byte >= b' ';
        if inner.bytes().all(is_plain) {
            return Some(Spanned {
                value: Cow::Borrowed(inner),
                span: span(pair),
            });
        }
        match serde_json::from_str::<String>(quoted) {
            Ok(text) => Some(Spanned {
                value: Cow::Owned(text),
                span: span(pair),
            }),
            Err(error) => {
                self.bad_text(pair, &error);
                None
            }
        }
    }

    fn bad_text(&mut self, pair: &Pair<'s>, error: &serde_json::Error) {
        let place = place_in(pair, error);
        let finding = self
            .desk
            .finding(&codes::BAD_TEXT, place, "this text is malformed");
        self.desk.report(
            finding.label(reason(error)).help(
                "the escapes are those of JSON: \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX",
            ),
        );
    }

    /// The JSON of a `body`, with its place; `None` where it is malformed.
    pub(super) fn body(&mut self, pair: Pair<'s>) -> Option<Spanned<Json<'s>>> {
        let place = span(&pair);
        let inner = pair.into_inner().next()?;
        if inner.as_rule() == Rule::broken {
            self.broken(&inner);
            return None;
        }
        let value = self.json(inner)?;
        Some(Spanned { value, span: place })
    }

    /// Says what is wrong with malformed JSON, in the words of a JSON parser.
    fn broken(&mut self, pair: &Pair<'s>) {
        let text = depth::without_comments(pair.as_str());
        let found = serde_json::from_str::<serde::de::IgnoredAny>(text.trim_end());
        let finding = match found {
            Err(error) => self
                .desk
                .finding(
                    &codes::BAD_JSON,
                    place_in(pair, &error),
                    "this JSON is malformed",
                )
                .label(reason(&error)),
            Ok(_) => self
                .desk
                .finding(&codes::BAD_JSON, span(pair), "this JSON is malformed"),
        };
        self.desk.report(finding);
    }

    fn json(&mut self, pair: Pair<'s>) -> Option<Json<'s>> {
        let inner = pair.into_inner().next()?;
        match inner.as_rule() {
            Rule::object => self.object(inner),
            Rule::array => self.array(inner),
            Rule::text => {
                let text = self.text(&inner)?;
                Some(match text.value.contains("{{") {
                    true => Json::Text(text),
                    false => Json::Plain(Value::String(text.value.into_owned())),
                })
            }
            Rule::number => self.json_number(&inner),
            Rule::TRUE => Some(Json::Plain(Value::Bool(true))),
            Rule::FALSE => Some(Json::Plain(Value::Bool(false))),
            _ => Some(Json::Plain(Value::Null)),
        }
    }

    fn json_number(&mut self, pair: &Pair<'s>) -> Option<Json<'s>> {
        match serde_json::from_str::<serde_json::Number>(pair.as_str()) {
            Ok(number) => Some(Json::Plain(Value::Number(number))),
            Err(error) => {
                let finding =
                    self.desk
                        .finding(&codes::BAD_JSON, span(pair), "this JSON is malformed");
                self.desk.report(finding.label(reason(&error)));
                None
            }
        }
    }

    fn array(&mut self, pair: Pair<'s>) -> Option<Json<'s>> {
        let items: Vec<Option<Json<'s>>> = pair.into_inner().map(|item| self.json(item)).collect();
        let items: Vec<Json<'s>> = items.into_iter().collect::<Option<_>>()?;
        if !items.iter().all(|item| matches!(item, Json::Plain(_))) {
            return Some(Json::Array(items));
        }
        let plain = items.into_iter().filter_map(Json::into_plain).collect();
        Some(Json::Plain(Value::Array(plain)))
    }

    fn object(&mut self, pair: Pair<'s>) -> Option<Json<'s>> {
        let mut members: Vec<(Text<'s>, Json<'s>)> = Vec::new();
        let mut is_whole = true;
        for member in pair.into_inner() {
            match self.member(member) {
                Some(member) => members.push(member),
                None => is_whole = false,
            }
        }
        self.report_twins(&members);
        if !is_whole {
            return None;
        }
        if !members
            .iter()
            .all(|(_, value)| matches!(value, Json::Plain(_)))
        {
            return Some(Json::Object(members));
        }
        let plain = members
            .into_iter()
            .filter_map(|(key, value)| Some((key.value.into_owned(), value.into_plain()?)));
        Some(Json::Plain(Value::Object(plain.collect())))
    }

    fn member(&mut self, pair: Pair<'s>) -> Option<(Text<'s>, Json<'s>)> {
        let mut parts = pair.into_inner();
        let key = self.text(&parts.next()?);
        let value = self.json(parts.next()?);
        Some((key?, value?))
    }

    /// A key twice in an object: JSON parsers keep one of the values, and which one differs.
    fn report_twins(&mut self, members: &[(Text<'s>, Json<'s>)]) {
        let mut seen = rustc_hash::FxHashMap::default();
        for (key, _) in members {
            let Some(first) = seen.insert(&*key.value, key.span.clone()) else {
                continue;
            };
            let message = format!("the key {} stands twice in this object", shown(&key.value));
            let finding = self.desk.finding(&codes::TWICE, key.span.clone(), message);
            let first = self.desk.location(first);
            self.desk.report(finding.related(first, "first here"));
        }
    }
}

impl Json<'_> {
    fn into_plain(self) -> Option<Value> {
        match self {
            Json::Plain(value) => Some(value),
            Json::Text(_) | Json::Array(_) | Json::Object(_) => None,
        }
    }
}

fn shown(text: &str) -> Value {
    Value::from(text)
}

/// The place that a JSON error speaks of: a line and a column of bytes within the pair.
fn place_in(pair: &Pair<'_>, error: &serde_json::Error) -> std::ops::Range<usize> {
    let text = pair.as_str();
    let before: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let mut offset = (before + error.column().saturating_sub(1)).min(text.len().saturating_sub(1));
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let width = text[offset..].chars().next().map_or(0, char::len_utf8);
    let start = pair.start() + offset;
    start..start + width
}

/// A JSON error without its position, which is shown by the caret.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// A stretch of a text that may quote facts.
#[derive(Debug)]
pub(in crate::scenario) enum Hole<'t> {
    Text(Cow<'t, str>),
    /// With places that count from the beginning of the text.
    Fact(Path<'t>),
    /// Braces that open and do not close rightly, with their place.
    Broken(std::ops::Range<usize>),
}

/// Splits a text at its holes.
pub(in crate::scenario) fn holes(text: &str) -> Vec<Hole<'_>> {
    let Ok(pairs) = Grammar::parse(Rule::template, text) else {
        return vec![Hole::Broken(0..text.len())];
    };
    pairs
        .flat_map(|pair| Pair::new(pair, 0).into_inner())
        .filter_map(|piece| match piece.as_rule() {
            Rule::plain => Some(Hole::Text(piece.as_str().into())),
            Rule::hole => Some(hole(piece)),
            Rule::open_hole => Some(Hole::Broken(span(&piece))),
            _ => None,
        })
        .collect()
}

fn hole(pair: Pair<'_>) -> Hole<'_> {
    let place = span(&pair);
    match pair.into_inner().next() {
        Some(name) if name.as_rule() == Rule::name => {
            super::condition::path(&name).map_or(Hole::Broken(place), Hole::Fact)
        }
        Some(text) => match serde_json::from_str::<String>(text.as_str()) {
            Ok(text) => Hole::Text(text.into()),
            Err(_) => Hole::Broken(place),
        },
        None => Hole::Broken(place),
    }
}
