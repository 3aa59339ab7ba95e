//! Scopes, conditions, and what expectations watch.

use std::borrow::Cow;

use super::{Pair, Parser, Rule, extent, find, first_span, span, word};
use crate::scenario::ast::{Condition, Literal, Name, Path, Place, Span, Spanned, Text, Watch};
use crate::scenario::codes;

const COMPARISON_FORM: &str = "server.name == \"web-1\"";

impl<'s> Parser<'s, '_> {
    /// `on host "h1"`
    pub(super) fn scope(&mut self, pair: Pair<'s>) -> Option<Vec<Place<'s>>> {
        let whole = extent(&pair);
        let mut is_empty = true;
        let mut places = Vec::new();
        for place in pair
            .into_inner()
            .filter(|part| part.as_rule() == Rule::place)
        {
            is_empty = false;
            places.extend(self.place(place));
        }
        if is_empty {
            self.desk
                .incomplete(whole, "`on` needs a place", "on host \"h1\"");
        }
        (!places.is_empty()).then_some(places)
    }

    /// `host "h1"`
    pub(super) fn place(&mut self, pair: Pair<'s>) -> Option<Place<'s>> {
        let whole = extent(&pair);
        let mut parts = pair.into_inner();
        let level = word(&parts.next()?);
        let name = match parts.next() {
            Some(number) if number.as_rule() == Rule::quantity => Name::Number(word(&number)),
            Some(text) => Name::Text(self.text(&text)?),
            None => {
                let message = format!("`{}` needs a name or a number", level.value);
                self.desk
                    .incomplete(whole, message, &format!("{} \"name\"", level.value));
                return None;
            }
        };
        Some(Place {
            level,
            name,
            span: whole,
        })
    }

    /// `where …`, without the word itself in its place.
    pub(super) fn condition_clause(&mut self, pair: &Pair<'s>) -> Option<Spanned<Condition<'s>>> {
        match find(pair, Rule::condition) {
            Some(condition) => {
                let place = extent(&condition);
                let value = self.condition(condition)?;
                Some(Spanned { value, span: place })
            }
            None => {
                let form = format!("where {COMPARISON_FORM}");
                self.desk
                    .incomplete(extent(pair), "`where` needs a condition", &form);
                None
            }
        }
    }

    fn condition(&mut self, pair: Pair<'s>) -> Option<Condition<'s>> {
        self.joined(pair, Rule::all, Self::all, Condition::Any)
    }

    fn all(&mut self, pair: Pair<'s>) -> Option<Condition<'s>> {
        self.joined(pair, Rule::negated, Self::negated, Condition::All)
    }

    /// Parts between words that join them; every word has a part on both sides.
    fn joined(
        &mut self,
        pair: Pair<'s>,
        part: Rule,
        read: fn(&mut Self, Pair<'s>) -> Option<Condition<'s>>,
        join: fn(Vec<Condition<'s>>) -> Condition<'s>,
    ) -> Option<Condition<'s>> {
        let mut parts = Vec::new();
        let mut awaiting: Option<Pair<'s>> = None;
        let mut is_whole = true;
        for inner in pair.into_inner() {
            if inner.as_rule() == part {
                awaiting = None;
                match read(self, inner) {
                    Some(condition) => parts.push(condition),
                    None => is_whole = false,
                }
            } else {
                is_whole &= self.nothing_awaited(awaiting.replace(inner));
            }
        }
        is_whole &= self.nothing_awaited(awaiting);
        if !is_whole {
            return None;
        }
        match parts.len() {
            1 => parts.pop(),
            _ => Some(join(parts)),
        }
    }

    /// Reports a joining word that nothing follows.
    fn nothing_awaited(&mut self, joining: Option<Pair<'s>>) -> bool {
        if let Some(joining) = &joining {
            let message = format!("`{}` needs a comparison after it", joining.as_str());
            let form = format!("{} {COMPARISON_FORM}", joining.as_str());
            self.desk.incomplete(span(joining), message, &form);
        }
        joining.is_none()
    }

    fn negated(&mut self, pair: Pair<'s>) -> Option<Condition<'s>> {
        let whole = extent(&pair);
        let mut negations = 0_usize;
        let mut inner = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::NOT => negations += 1,
                Rule::group => inner = Some(self.group(part)?),
                _ => inner = Some(self.comparison(part)?),
            }
        }
        let Some(condition) = inner else {
            let form = format!("not {COMPARISON_FORM}");
            self.desk
                .incomplete(whole, "`not` needs a comparison after it", &form);
            return None;
        };
        Some(match negations % 2 {
            0 => condition,
            _ => negate(condition),
        })
    }

    fn group(&mut self, pair: Pair<'s>) -> Option<Condition<'s>> {
        let start = pair.start();
        if find(&pair, Rule::close_paren).is_none() {
            let message = "this parenthesis is never closed";
            let finding = self
                .desk
                .finding(&codes::UNCLOSED, start..start + 1, message);
            self.desk.report(finding.help("close it with `)`"));
        }
        match find(&pair, Rule::condition) {
            Some(condition) => self.condition(condition),
            None => {
                let message = "parentheses need a condition between them";
                let form = format!("({COMPARISON_FORM})");
                self.desk.incomplete(start..start + 1, message, &form);
                None
            }
        }
    }

    fn comparison(&mut self, pair: Pair<'s>) -> Option<Condition<'s>> {
        let whole = extent(&pair);
        let mut parts = pair.into_inner();
        let name = parts.next()?.into_inner().next()?;
        let Some(fact) = path(&name) else {
            let finding =
                self.desk
                    .finding(&codes::BAD_TEXT, span(&name), "this name is malformed");
            self.desk.report(finding);
            return None;
        };
        let Some(how) = parts.next() else {
            let message = format!("`{}` is compared with nothing", name.as_str());
            self.desk
                .incomplete(whole, message, &format!("{} == \"…\"", name.as_str()));
            return None;
        };
        match how.as_rule() {
            Rule::EXISTS => Some(Condition::Exists(fact)),
            Rule::IN => match parts.next() {
                Some(list) => self.list(list).map(|list| Condition::In(fact, list)),
                None => {
                    self.desk
                        .incomplete(span(&how), "`in` needs a list", "in [\"a\", \"b\"]");
                    None
                }
            },
            _ => match parts.next() {
                Some(literal) => {
                    let literal = self.literal(literal)?;
                    Some(Condition::Compare(fact, word(&how), literal))
                }
                None => {
                    let message = format!("`{}` needs a value after it", how.as_str());
                    self.desk.incomplete(
                        span(&how),
                        message,
                        &format!("{} \"web-1\"", how.as_str()),
                    );
                    None
                }
            },
        }
    }

    fn list(&mut self, pair: Pair<'s>) -> Option<Vec<Literal<'s>>> {
        let start = pair.start();
        if find(&pair, Rule::close_list).is_none() {
            let finding = self.desk.finding(
                &codes::UNCLOSED,
                start..start + 1,
                "this list is never closed",
            );
            self.desk.report(finding.help("close it with `]`"));
            return None;
        }
        let literals: Vec<Option<Literal<'s>>> = pair
            .into_inner()
            .filter(|part| part.as_rule() == Rule::literal)
            .map(|literal| self.literal(literal))
            .collect();
        literals.into_iter().collect()
    }

    fn literal(&mut self, pair: Pair<'s>) -> Option<Literal<'s>> {
        let inner = pair.into_inner().next()?;
        match inner.as_rule() {
            Rule::quantity => Some(Literal::Number(word(&inner))),
            Rule::word => Some(Literal::Word(word(&inner))),
            _ => self.text(&inner).map(Literal::Text),
        }
    }

    /// A label or pattern, with the scope and the condition that narrow it.
    pub(super) fn watch(&mut self, pair: Pair<'s>) -> Option<Watch<'s>> {
        let mut clauses = Clauses::default();
        let mut name = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::pattern => name = Some(word(&part)),
                Rule::on => clauses.on(self, part),
                Rule::r#where => clauses.condition(self, &part),
                _ => self.unexpected(
                    &part,
                    "`on`, `where` or a bound",
                    &["on", "where", "exactly", "at", "before", "within"],
                ),
            }
        }
        Some(Watch {
            name: name?,
            on: clauses.on.map(|(_, on)| on).unwrap_or_default(),
            condition: clauses.condition.and_then(|(_, condition)| condition),
        })
    }

    /// Reports a clause that stood before.
    pub(super) fn twice(&mut self, what: &str, first: &Span, second: Span) {
        let message = format!("{what} is given twice");
        let finding = self.desk.finding(&codes::TWICE, second, message);
        let first = self.desk.location(first.clone());
        self.desk.report(finding.related(first, "first here"));
    }
}

/// `not not x` is x, also where x is unknown, so the tree is never deeper than the parentheses.
fn negate(condition: Condition<'_>) -> Condition<'_> {
    match condition {
        Condition::Not(inner) => *inner,
        other => Condition::Not(Box::new(other)),
    }
}

/// The clauses that narrow a selection of commands, each with its keyword's place.
#[derive(Default)]
pub(super) struct Clauses<'s> {
    pub(super) on: Option<(Span, Option<Vec<Place<'s>>>)>,
    pub(super) condition: Option<(Span, Option<Spanned<Condition<'s>>>)>,
}

impl<'s> Clauses<'s> {
    pub(super) fn on(&mut self, parser: &mut Parser<'s, '_>, pair: Pair<'s>) {
        let keyword = first_span(&pair);
        if let Some((first, _)) = &self.on {
            parser.twice("`on`", first, keyword.clone());
        }
        self.on = Some((keyword, parser.scope(pair)));
    }

    pub(super) fn condition(&mut self, parser: &mut Parser<'s, '_>, pair: &Pair<'s>) {
        let keyword = first_span(pair);
        if let Some((first, _)) = &self.condition {
            let finding =
                parser
                    .desk
                    .finding(&codes::TWICE, keyword.clone(), "`where` is given twice");
            let first = parser.desk.location(first.clone());
            let finding = finding.related(first, "first here");
            parser
                .desk
                .report(finding.help("join the two conditions with `and`"));
        }
        self.condition = Some((keyword, parser.condition_clause(pair)));
    }
}

/// A fact's name; `None` where a quoted part of it is malformed.
pub(super) fn path<'s>(pair: &Pair<'s>) -> Option<Path<'s>> {
    let mut keys = Vec::new();
    let mut is_open = false;
    for part in pair.clone().into_inner() {
        match part.as_rule() {
            Rule::open_end => is_open = true,
            Rule::text => keys.push(key(
                &part,
                serde_json::from_str::<String>(part.as_str()).ok()?,
            )),
            _ => keys.push(key(&part, part.as_str())),
        }
    }
    Some(Path {
        keys,
        is_open,
        span: span(pair),
    })
}

fn key<'s>(pair: &Pair<'s>, value: impl Into<Cow<'s, str>>) -> Text<'s> {
    Spanned {
        value: value.into(),
        span: span(pair),
    }
}
