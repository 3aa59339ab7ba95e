//! From text to tree. The only place that knows the parser generator; no word of its rules leaves it.

mod cloud;
mod condition;
mod depth;
mod json;
mod mock;
mod pair;

use std::sync::Arc;

use pest::Parser as _;

use super::ast::{Clock, Item, Scenario, Span, Spanned, Text, Word};
use super::codes;
use super::desk::Desk;
use super::names::did_you_mean;
use crate::vocabulary::diagnostic::{Diagnostic, Source};

pub(super) use depth::without_comments;
pub(super) use json::{Hole, holes};
use pair::Pair;

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/scn.pest"]
struct Grammar;

/// The words that begin an item.
const ITEMS: &[&str] = &[
    "mock", "scenario", "topology", "given", "at", "expect", "tags", "seed", "clock", "use", "scn",
];

/// Reads a whole file; whatever is wrong in it is reported, and the rest is read all the same.
pub(super) fn parse<'s>(source: &'s Arc<Source>, findings: &mut Vec<Diagnostic>) -> Vec<Item<'s>> {
    let mut parser = Parser {
        text: &source.text,
        desk: Desk::new(source, findings),
        skipped_to: 0,
    };
    if let Some(offset) = depth::first_too_deep(&source.text) {
        parser.too_deep(offset);
        return Vec::new();
    }
    let mut items = Vec::new();
    let mut end = 0;
    while let Some(next) = parser.next(end) {
        end = next.end();
        for pair in next.into_inner() {
            parser.item(pair, &mut items);
        }
    }
    items
}

struct Parser<'s, 'd> {
    text: &'s str,
    desk: Desk<'d>,
    /// Where the last stretch that meant nothing ended.
    skipped_to: usize,
}

/// What lies between the first and the last sign of a construct: unlike the pair's own span, without the
/// blanks and comments before a last part that is not there.
fn extent(pair: &Pair<'_>) -> Span {
    let end = match pair.clone().into_inner().next_back() {
        Some(last) => extent(&last).end,
        None => pair.end(),
    };
    pair.start()..end
}

/// The exact span of a construct whose last part is always there.
fn span(pair: &Pair<'_>) -> Span {
    pair.start()..pair.end()
}

fn word<'s>(pair: &Pair<'s>) -> Word<'s> {
    let span = extent(pair);
    let text = &pair.as_str()[..span.len()];
    Spanned { value: text, span }
}

impl<'s> Parser<'s, '_> {
    /// The next item after `offset`; `None` where none is left. One at a time: the tree of a whole file of
    /// ten thousand mocks would be copied again and again while it grows.
    fn next(&mut self, offset: usize) -> Option<Pair<'s>> {
        match Grammar::parse(Rule::next, &self.text[offset..]) {
            Ok(mut pairs) => pairs
                .next()
                .map(|next| Pair::new(next, offset))
                .filter(|next| next.clone().into_inner().next().is_some()),
            // The grammar matches every text, so only a limit of the parser can end here.
            Err(error) => {
                let at = match error.location {
                    pest::error::InputLocation::Pos(at) => at,
                    pest::error::InputLocation::Span((start, _)) => start,
                };
                self.too_deep(offset + at);
                None
            }
        }
    }

    fn too_deep(&mut self, offset: usize) {
        let limit = depth::LIMIT;
        let message = format!("brackets are nested more than {limit} deep");
        let end = (offset + 1).min(self.text.len());
        let finding = self
            .desk
            .finding(&codes::TOO_DEEP, offset.min(end)..end, message);
        self.desk
            .report(finding.label("the rest of the file is not read"));
    }

    /// Reports a stretch that means nothing where it stands. What follows right after another such stretch
    /// is no news, unless it is nearly a known word.
    fn unexpected(&mut self, stretch: &Pair<'s>, expected: &str, known: &[&'static str]) {
        let first = stretch.clone().into_inner().next();
        let first = first.unwrap_or_else(|| stretch.clone());
        let place = extent(stretch);
        let is_more = self.text[..place.start].trim_end().len() == self.skipped_to;
        self.skipped_to = place.end;
        if first.as_rule() == Rule::open_text {
            return self.open_text(&first);
        }
        let help = match first.as_rule() {
            Rule::name => did_you_mean(first.as_str(), known.iter().copied()),
            _ => None,
        };
        if is_more && help.is_none() {
            return;
        }
        let text = first.as_str().lines().next().unwrap_or_default().trim_end();
        let place = place.start..place.start + text.len();
        let shown: String = text.chars().take(40).collect();
        let message = format!("unexpected `{shown}`");
        let mut finding = self.desk.finding(&codes::UNEXPECTED, place, message);
        finding.help = help;
        self.desk
            .report(finding.label(format!("expected {expected}")));
    }

    fn open_text(&mut self, pair: &Pair<'s>) {
        let text = pair.as_str().trim_end();
        let start = pair.start();
        let place = start..start + text.len();
        let finding = self
            .desk
            .finding(&codes::OPEN_TEXT, place, "this text is never closed");
        self.desk
            .report(finding.help("a text ends with `\"` on the line on which it begins"));
    }

    /// Reports a block that lacks its `}`, unless a broken text or JSON within may have taken it.
    fn expect_closed(&mut self, block: &Pair<'s>) {
        let last = block.clone().into_inner().next_back();
        if last.is_some_and(|pair| pair.as_rule() == Rule::close) {
            return;
        }
        if block.has(&|rule| matches!(rule, Rule::open_text | Rule::broken)) {
            return;
        }
        let start = block.start();
        let finding = self.desk.finding(
            &codes::UNCLOSED,
            start..start + 1,
            "this block is never closed",
        );
        let end = extent(block).end.max(start + 1);
        let rest = &self.text[end..];
        let next = end + rest.len() - rest.trim_start().len();
        let finding = match rest.trim_start().chars().next() {
            Some(c) => {
                let place = self.desk.location(next..next + c.len_utf8());
                finding.related(place, "it was taken to end before this")
            }
            None => finding,
        };
        self.desk.report(finding.help("close it with `}`"));
    }

    // ------------------------------------------------------------ items

    fn items(&mut self, pairs: impl Iterator<Item = Pair<'s>>) -> Vec<Item<'s>> {
        let mut items = Vec::new();
        for pair in pairs {
            self.item(pair, &mut items);
        }
        items
    }

    fn item(&mut self, pair: Pair<'s>, items: &mut Vec<Item<'s>>) {
        match pair.as_rule() {
            Rule::version => items.extend(self.version(pair)),
            Rule::include => items.extend(self.include(pair)),
            Rule::scenario => items.push(Item::Scenario(self.scenario(pair))),
            Rule::mock => items.extend(self.mock(pair).map(Item::Mock)),
            Rule::topology => items.extend(self.topology(pair)),
            Rule::given => items.extend(self.given(pair).map(Item::Given)),
            Rule::at => items.extend(self.at(pair).map(Item::At)),
            Rule::expect => items.extend(self.expect(pair).map(Item::Expect)),
            Rule::tags => items.extend(self.tags(pair)),
            Rule::seed => items.extend(self.seed(pair)),
            Rule::clock => items.extend(self.clock(pair)),
            Rule::stray => self.stray(pair, items),
            Rule::surplus => self.surplus(&pair),
            _ => {}
        }
    }

    fn version(&mut self, pair: Pair<'s>) -> Option<Item<'s>> {
        match find(&pair, Rule::quantity) {
            Some(number) => Some(Item::Version(word(&number))),
            None => {
                self.desk
                    .incomplete(extent(&pair), "`scn` needs the language's version", "scn 1");
                None
            }
        }
    }

    fn include(&mut self, pair: Pair<'s>) -> Option<Item<'s>> {
        match find(&pair, Rule::text) {
            Some(path) => self.text(&path).map(Item::Use),
            None => {
                let message = "`use` needs the path of a file";
                self.desk
                    .incomplete(extent(&pair), message, "use \"common.scn\"");
                None
            }
        }
    }

    fn scenario(&mut self, pair: Pair<'s>) -> Scenario<'s> {
        let mut scenario = Scenario {
            name: None,
            span: first_span(&pair),
            items: Vec::new(),
        };
        let is_whole = find(&pair, Rule::members).is_some();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::text => {
                    scenario.span.end = span(&part).end;
                    scenario.name = self.text(&part);
                }
                Rule::unknown_clause => self.unexpected(&part, "the scenario's name and `{`", &[]),
                Rule::members => {
                    self.expect_closed(&part);
                    scenario.items = self.items(part.into_inner());
                }
                _ => {}
            }
        }
        if scenario.name.is_none() || !is_whole {
            let message = "a scenario has a name and a block";
            self.desk
                .incomplete(scenario.span.clone(), message, "scenario \"name\" { … }");
        }
        scenario
    }

    fn tags(&mut self, pair: Pair<'s>) -> Option<Item<'s>> {
        let keyword = first_span(&pair);
        let tags: Vec<Text<'s>> = pair
            .clone()
            .into_inner()
            .filter_map(|part| match part.as_rule() {
                Rule::word => Some(Spanned {
                    value: part.as_str().into(),
                    span: span(&part),
                }),
                Rule::text => self.text(&part),
                _ => None,
            })
            .collect();
        if tags.is_empty() {
            self.desk.incomplete(
                keyword,
                "`tags` needs at least one word",
                "tags deploy, retry",
            );
            return None;
        }
        Some(Item::Tags(keyword, tags))
    }

    fn seed(&mut self, pair: Pair<'s>) -> Option<Item<'s>> {
        match find(&pair, Rule::quantity) {
            Some(number) => Some(Item::Seed(word(&number))),
            None => {
                self.desk
                    .incomplete(extent(&pair), "`seed` needs a number", "seed 42");
                None
            }
        }
    }

    fn clock(&mut self, pair: Pair<'s>) -> Option<Item<'s>> {
        let factor = find(&pair, Rule::quantity).map(|number| word(&number));
        let start = find(&pair, Rule::text).and_then(|text| self.text(&text));
        match find(&pair, Rule::word) {
            Some(mode) => Some(Item::Clock(Clock {
                mode: word(&mode),
                factor,
                start,
            })),
            None => {
                self.desk
                    .incomplete(extent(&pair), "`clock` needs a mode", "clock frozen");
                None
            }
        }
    }

    /// Reports what begins with no known word; whole items inside of its braces are kept.
    fn stray(&mut self, pair: Pair<'s>, items: &mut Vec<Item<'s>>) {
        self.unexpected(&pair, "an item, such as `mock` or `scenario`", ITEMS);
        for nested in pair
            .into_inner()
            .filter(|part| part.as_rule() == Rule::nested)
        {
            // What is strange inside of something strange is no news.
            for item in nested
                .into_inner()
                .filter(|item| item.as_rule() != Rule::stray)
            {
                self.item(item, items);
            }
        }
    }

    fn surplus(&mut self, pair: &Pair<'s>) {
        let finding = self
            .desk
            .finding(&codes::SURPLUS, span(pair), "this `}` closes nothing");
        self.desk
            .report(finding.help("take it out, or look for a block above that closed too early"));
    }
}

/// The first part of that rule.
fn find<'s>(pair: &Pair<'s>, rule: Rule) -> Option<Pair<'s>> {
    pair.clone()
        .into_inner()
        .find(|part| part.as_rule() == rule)
}

/// The span of the first part: mostly the keyword.
fn first_span(pair: &Pair<'_>) -> Span {
    match pair.clone().into_inner().next() {
        Some(first) => span(&first),
        None => span(pair),
    }
}
