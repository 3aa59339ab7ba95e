//! Mocks and their steps.

use super::condition::Clauses;
use super::{Pair, Parser, Rule, extent, find, first_span, span, word};
use crate::scenario::ast::{
    Amount, Json, Lead, Led, Mock, Response, Span, Spanned, Step, Text, Word,
};
use crate::scenario::codes;

const CLAUSES: &[&str] = &["on", "where", "as", "priority"];
const PARTS: &[&str] = &[
    "succeed", "fail", "fault", "respond", "drop", "delay", "count", "skip", "chance", "but",
    "then", "repeat", "leads",
];

/// What stands before a mock's block.
#[derive(Default)]
struct Head<'s> {
    pattern: Option<Word<'s>>,
    clauses: Clauses<'s>,
    label: Option<Word<'s>>,
    priority: Option<Word<'s>>,
}

impl<'s> Parser<'s, '_> {
    pub(super) fn mock(&mut self, pair: Pair<'s>) -> Option<Mock<'s>> {
        let before = self.desk.count();
        let keyword = first_span(&pair);
        let mut head = Head::default();
        let mut end = keyword.end;
        let mut block = None;
        for part in pair.into_inner() {
            if part.as_rule() == Rule::steps {
                block = Some(part);
            } else {
                end = extent(&part).end;
                self.head_part(&mut head, part);
            }
        }
        let place = keyword.start..end;
        let form = "mock StartCommand { fail }";
        if head.pattern.is_none() {
            self.desk
                .incomplete(place.clone(), "a mock needs the name of a command", form);
        }
        let Some(block) = block else {
            // A text that is never closed may have swallowed it.
            if self.desk.count() == before {
                self.desk.incomplete(place, "a mock needs a block", form);
            }
            return None;
        };
        let (steps, repeat) = self.steps(&block);
        Some(Mock {
            head: place,
            pattern: head.pattern,
            on: head.clauses.on.and_then(|(_, on)| on),
            condition: head.clauses.condition.and_then(|(_, condition)| condition),
            label: head.label,
            priority: head.priority,
            steps,
            repeat,
            is_whole: self.desk.count() == before,
        })
    }

    fn head_part(&mut self, head: &mut Head<'s>, part: Pair<'s>) {
        match part.as_rule() {
            Rule::pattern => head.pattern = Some(word(&part)),
            Rule::on => head.clauses.on(self, part),
            Rule::r#where => head.clauses.condition(self, &part),
            Rule::label => self.label(&mut head.label, &part),
            Rule::priority => match find(&part, Rule::quantity) {
                Some(number) => self.once("`priority`", &mut head.priority, word(&number)),
                None => {
                    self.desk
                        .incomplete(extent(&part), "`priority` needs a number", "priority 10")
                }
            },
            Rule::unknown_clause => {
                self.unexpected(&part, "`on`, `where`, `as`, `priority` or `{`", CLAUSES);
            }
            _ => {}
        }
    }

    fn label(&mut self, label: &mut Option<Word<'s>>, pair: &Pair<'s>) {
        if let Some(name) = find(pair, Rule::word) {
            return self.once("`as`", label, word(&name));
        }
        match find(pair, Rule::text) {
            Some(text) => {
                let message = "a label is a bare word";
                let finding = self.desk.finding(&codes::BAD_LABEL, span(&text), message);
                self.desk
                    .report(finding.help("write `as first-start`, without quotation marks"));
            }
            None => self
                .desk
                .incomplete(extent(pair), "`as` needs a label", "as first-start"),
        }
    }

    /// Fills a slot, and reports when it was filled before.
    fn once<T>(&mut self, what: &str, slot: &mut Option<Spanned<T>>, value: Spanned<T>) {
        if let Some(first) = slot {
            return self.twice(what, &first.span.clone(), value.span);
        }
        *slot = Some(value);
    }

    // ------------------------------------------------------------ steps

    fn steps(&mut self, block: &Pair<'s>) -> (Vec<Step<'s>>, Option<Span>) {
        self.expect_closed(block);
        let mut steps = vec![Step::default()];
        let mut repeat: Option<Span> = None;
        let mut then: Option<Span> = None;
        for part in block.clone().into_inner() {
            let place = extent(&part);
            match part.as_rule() {
                Rule::close => continue,
                Rule::THEN => {
                    self.report_empty_then(then.replace(place));
                    continue;
                }
                Rule::REPEAT => {
                    if then.take().is_none() {
                        self.desk.incomplete(
                            place.clone(),
                            "`repeat` follows `then`",
                            "then repeat",
                        );
                    }
                    repeat = Some(place);
                    continue;
                }
                _ => {}
            }
            if let Some(repeat) = repeat.take() {
                self.repeat_not_last(repeat);
            }
            if then.take().is_some() {
                steps.push(Step::default());
            }
            self.part(steps.last_mut(), part);
        }
        self.report_empty_then(then);
        self.close_spans(&mut steps, block);
        (steps, repeat)
    }

    fn report_empty_then(&mut self, then: Option<Span>) {
        if let Some(place) = then {
            self.desk
                .incomplete(place, "`then` needs a step after it", "then succeed");
        }
    }

    fn repeat_not_last(&mut self, place: Span) {
        let message = "`then repeat` stands before another step";
        let finding = self.desk.finding(&codes::MISPLACED, place, message);
        self.desk
            .report(finding.help("put `then repeat` at the end of the block"));
    }

    /// A step without any part has the block as its place.
    fn close_spans(&self, steps: &mut [Step<'s>], block: &Pair<'s>) {
        for step in steps.iter_mut().filter(|step| step.span.is_empty()) {
            step.span = extent(block);
        }
    }

    fn part(&mut self, step: Option<&mut Step<'s>>, pair: Pair<'s>) {
        let Some(step) = step else { return };
        let place = extent(&pair);
        let start = if step.span.is_empty() {
            place.start
        } else {
            step.span.start
        };
        step.span = start..place.end;
        match pair.as_rule() {
            Rule::unknown_part => self.unexpected(&pair, "a response or a modifier", PARTS),
            Rule::modifier => self.modifier(step, &pair),
            Rule::but => self.but(step, &pair),
            Rule::leads => step.leads.extend(self.lead(&pair)),
            _ => self.response(step, pair),
        }
    }

    fn modifier(&mut self, step: &mut Step<'s>, pair: &Pair<'s>) {
        let place = extent(pair);
        let keyword = &self.text[first_span(pair)];
        let what = format!("`{keyword}`");
        let Some(amount) = find(pair, Rule::amount) else {
            let (needs, form) = match keyword {
                "delay" => ("a duration", "delay 200ms"),
                "chance" => ("a share", "chance 20%"),
                "skip" => ("a number", "skip 2"),
                _ => ("a number", "count 2"),
            };
            return self
                .desk
                .incomplete(place, format!("{what} needs {needs}"), form);
        };
        let Some(amount) = self.amount(amount) else {
            return;
        };
        match (keyword, amount.value) {
            ("delay", value) => self.once(&what, &mut step.delay, Spanned { value, span: place }),
            ("count", Amount::Single(number)) => self.once(&what, &mut step.count, number),
            ("skip", Amount::Single(number)) => self.once(&what, &mut step.skip, number),
            (_, Amount::Single(number)) => self.once(&what, &mut step.chance, number),
            (_, Amount::Range(..) | Amount::LogNormal { .. }) => {
                let message = format!("{what} takes one number");
                let finding = self.desk.finding(&codes::WRONG_KIND, amount.span, message);
                self.desk
                    .report(finding.help("only a `delay` can be a range or be drawn"));
            }
        }
    }

    fn but(&mut self, step: &mut Step<'s>, pair: &Pair<'s>) {
        let place = extent(pair);
        if find(pair, Rule::APPLIED).is_none() {
            return self.desk.incomplete(
                place,
                "`but` needs `applied` or `not applied`",
                "but applied",
            );
        }
        let value = find(pair, Rule::NOT).is_none();
        self.once("`but`", &mut step.applied, Spanned { value, span: place });
    }

    fn lead(&mut self, pair: &Pair<'s>) -> Option<Lead<'s>> {
        let place = extent(pair);
        let form = "leads to StartCommand { fail }";
        if find(pair, Rule::TO).is_none() {
            let message = "`leads` needs `to` after it";
            self.desk.incomplete(place, message, form);
            return None;
        }
        let Some(name) = find(pair, Rule::name) else {
            let message = "`leads to` needs a command or a status";
            self.desk.incomplete(place, message, form);
            return None;
        };
        let mut clauses = Clauses::default();
        if let Some(condition) = find(pair, Rule::r#where) {
            clauses.condition(self, &condition);
        }
        let condition = clauses.condition.and_then(|(_, condition)| condition);
        let what = match find(pair, Rule::steps) {
            Some(block) => {
                let (steps, repeat) = self.steps(&block);
                Led::Mock {
                    condition,
                    steps,
                    repeat,
                }
            }
            None => Led::Status {
                after: self.later(pair),
            },
        };
        Some(Lead {
            span: place,
            name: word(&name),
            what,
        })
    }

    fn later(&mut self, pair: &Pair<'s>) -> Option<Spanned<Amount<'s>>> {
        let later = find(pair, Rule::later)?;
        let Some(amount) = find(&later, Rule::amount) else {
            let message = "`after` needs a duration";
            self.desk
                .incomplete(extent(&later), message, "leads to ERROR after 10s");
            return None;
        };
        self.amount(amount)
    }

    fn response(&mut self, step: &mut Step<'s>, pair: Pair<'s>) {
        let place = extent(&pair);
        let Some(value) = self.response_value(pair) else {
            return;
        };
        if let Some(first) = &step.response {
            let finding = self.desk.finding(
                &codes::TWO_RESPONSES,
                place,
                "this step has a response already",
            );
            let first = self.desk.location(first.span.clone());
            let finding = finding.related(first, "the first response");
            let help = "a step answers once; give the first a `count` and put `then` between them";
            return self.desk.report(finding.help(help));
        }
        step.response = Some(Spanned { value, span: place });
    }

    fn response_value(&mut self, pair: Pair<'s>) -> Option<Response<'s>> {
        match pair.as_rule() {
            Rule::succeed => self.succeed(&pair),
            Rule::refusal => {
                let (status, text) = self.arguments(&pair);
                Some(match &self.text[first_span(&pair)] {
                    "fail" => Response::Fail { status, text },
                    _ => Response::Fault { status, text },
                })
            }
            Rule::respond => Some(self.respond(&pair)),
            _ => self.drop(&pair),
        }
    }

    fn succeed(&mut self, pair: &Pair<'s>) -> Option<Response<'s>> {
        let patch = match find(pair, Rule::body) {
            Some(body) => Some(self.body(body)?.value),
            None => None,
        };
        if patch.is_none() && find(pair, Rule::WITH).is_some() {
            let message = "`succeed with` needs a JSON merge patch";
            let form = "succeed with { \"server\": { \"status\": \"ERROR\" } }";
            self.desk.incomplete(extent(pair), message, form);
        }
        Some(Response::Succeed { patch })
    }

    /// A status and then a text, each at most once.
    fn arguments(&mut self, pair: &Pair<'s>) -> (Option<Word<'s>>, Option<Text<'s>>) {
        let mut status: Option<Word<'s>> = None;
        let mut text: Option<Text<'s>> = None;
        let arguments = pair.clone().into_inner().skip(1);
        for argument in arguments {
            if argument.as_rule() != Rule::quantity {
                if let Some(value) = self.text(&argument) {
                    self.once("the text", &mut text, value);
                }
                continue;
            }
            if let (Some(text), None) = (&text, &status) {
                let text = self.desk.location(text.span.clone());
                let message = "the status stands before the text";
                let finding = self
                    .desk
                    .finding(&codes::MISPLACED, span(&argument), message);
                self.desk.report(finding.related(text, "the text"));
            }
            self.once("the status", &mut status, word(&argument));
        }
        (status, text)
    }

    fn respond(&mut self, pair: &Pair<'s>) -> Response<'s> {
        let status = find(pair, Rule::quantity).map(|number| word(&number));
        let headers = find(pair, Rule::headers).and_then(|headers| self.headers(&headers));
        let body = match find(pair, Rule::body) {
            Some(body) => self.body(body),
            None => {
                let message = "`respond` needs a body: JSON or a text";
                self.desk
                    .incomplete(extent(pair), message, "respond 200 { \"server\": {} }");
                None
            }
        };
        Response::Respond {
            status,
            headers,
            body,
        }
    }

    fn headers(&mut self, pair: &Pair<'s>) -> Option<Spanned<Json<'s>>> {
        match find(pair, Rule::body) {
            Some(body) => self.body(body),
            None => {
                let message = "`headers` needs an object of texts";
                self.desk
                    .incomplete(extent(pair), message, "headers { \"Retry-After\": \"5\" }");
                None
            }
        }
    }

    fn drop(&mut self, pair: &Pair<'s>) -> Option<Response<'s>> {
        let bytes = find(pair, Rule::quantity).map(|number| word(&number));
        let how = find(pair, Rule::AFTER).or_else(|| find(pair, Rule::word));
        match how {
            Some(how) if how.as_rule() == Rule::AFTER && bytes.is_none() => {
                let message = "`drop after` needs a number of bytes";
                self.desk
                    .incomplete(extent(pair), message, "drop after 512B");
                None
            }
            Some(how) => Some(Response::Drop {
                how: word(&how),
                bytes,
            }),
            None => {
                let message = "`drop` needs a way: reset, empty, garbage, after or hang";
                self.desk.incomplete(extent(pair), message, "drop reset");
                None
            }
        }
    }

    // ------------------------------------------------------------ amounts

    /// A duration, a range of durations or a distribution.
    pub(super) fn amount(&mut self, pair: Pair<'s>) -> Option<Spanned<Amount<'s>>> {
        let place = extent(&pair);
        let upper = find(&pair, Rule::upper);
        let first = pair.into_inner().next()?;
        let value = match (first.as_rule(), upper) {
            (Rule::lognormal, _) => self.lognormal(&first)?,
            (_, Some(upper)) => self.range(word(&first), &upper)?,
            (_, None) => Amount::Single(word(&first)),
        };
        Some(Spanned { value, span: place })
    }

    fn range(&mut self, low: Word<'s>, upper: &Pair<'s>) -> Option<Amount<'s>> {
        match find(upper, Rule::quantity) {
            Some(high) => Some(Amount::Range(low, word(&high))),
            None => {
                let place = low.span.start..low.span.end + "..".len();
                let form = format!("{}..{}", low.value, low.value);
                self.desk
                    .incomplete(place, "this range has no upper end", &form);
                None
            }
        }
    }

    fn lognormal(&mut self, pair: &Pair<'s>) -> Option<Amount<'s>> {
        let form = "lognormal(80ms, 0.4) max 2s";
        let mut numbers = pair
            .clone()
            .into_inner()
            .filter(|part| part.as_rule() == Rule::quantity)
            .map(|number| word(&number));
        let (Some(median), Some(sigma), None) = (numbers.next(), numbers.next(), numbers.next())
        else {
            let message = "`lognormal` needs a median and a sigma";
            self.desk.incomplete(extent(pair), message, form);
            return None;
        };
        let cap = match find(pair, Rule::cap) {
            None => None,
            Some(cap) => match find(&cap, Rule::quantity) {
                Some(number) => Some(word(&number)),
                None => {
                    self.desk
                        .incomplete(extent(&cap), "`max` needs a duration", form);
                    return None;
                }
            },
        };
        Some(Amount::LogNormal { median, sigma, cap })
    }
}
