//! Texts and bodies that quote facts.

use super::Checker;
use crate::scenario::ast::{Json, Span, Text};
use crate::scenario::codes;
use crate::scenario::parse::{Hole, holes};
use crate::vocabulary::mock::Pattern;
use crate::vocabulary::template::{JsonTemplate, Piece, Template};

impl Checker<'_> {
    pub(super) fn template(
        &mut self,
        text: &Text<'_>,
        pattern: Option<Pattern>,
    ) -> Option<Template> {
        if !text.value.contains("{{") {
            return Some(Template::plain(&*text.value));
        }
        let place = |span: &Span| place_in(text, span);
        let mut pieces = Vec::new();
        let mut is_whole = true;
        for hole in holes(&text.value) {
            match hole {
                Hole::Text(piece) => push_text(&mut pieces, &piece),
                Hole::Fact(path) => match self.fact(&path, pattern, &place) {
                    Some(fact) => pieces.push(Piece::Fact(fact)),
                    None => is_whole = false,
                },
                Hole::Broken(span) => {
                    is_whole = false;
                    self.broken_hole(place(&span));
                }
            }
        }
        is_whole.then_some(Template(pieces))
    }

    fn broken_hole(&mut self, place: Span) {
        let message = "these braces quote no fact";
        let finding = self.desk.finding(&codes::BAD_HOLE, place, message);
        let help =
            r#"a fact is quoted as `{{ server.name }}`; two braces as such are `{{ \"{{\" }}`"#;
        self.desk.report(finding.help(help));
    }

    pub(super) fn json(
        &mut self,
        json: &Json<'_>,
        pattern: Option<Pattern>,
    ) -> Option<JsonTemplate> {
        match json {
            Json::Plain(value) => Some(JsonTemplate::Plain(value.clone())),
            Json::Text(text) => self.template(text, pattern).map(JsonTemplate::Text),
            Json::Array(items) => {
                let items: Vec<_> = items.iter().map(|item| self.json(item, pattern)).collect();
                items
                    .into_iter()
                    .collect::<Option<_>>()
                    .map(JsonTemplate::Array)
            }
            Json::Object(members) => {
                let members: Vec<_> = members
                    .iter()
                    .map(|(key, value)| Some((key.value.to_string(), self.json(value, pattern)?)))
                    .collect();
                members
                    .into_iter()
                    .collect::<Option<_>>()
                    .map(JsonTemplate::Object)
            }
        }
    }
}

/// Neighbouring texts are one, so that equal templates have equal pieces.
fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        Some(Piece::Text(last)) => last.push_str(text),
        Some(Piece::Fact(_)) | None => pieces.push(Piece::Text(text.to_owned())),
    }
}

/// A place in a text as a place in the file: the whole text where escapes shift what follows them.
fn place_in(text: &Text<'_>, span: &Span) -> Span {
    if text.span.len() == text.value.len() + 2 {
        text.span.start + 1 + span.start..text.span.start + 1 + span.end
    } else {
        text.span.clone()
    }
}
