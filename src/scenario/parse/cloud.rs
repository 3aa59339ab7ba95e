//! The cloud, what happens to it in time, and what is expected of it.

use super::{Pair, Parser, Rule, extent, find, first_span, span, word};
use crate::scenario::ast::{
    At, Bound, Expect, Expectation, Field, Given, Item, Place, Span, Spanned, Spot, Text, Value,
    Watch, Word,
};
use crate::scenario::codes;

const LEVELS: &[&str] = &["zone", "pod", "cluster", "host", "storage"];

impl<'s> Parser<'s, '_> {
    // ------------------------------------------------------------ topology

    pub(super) fn topology(&mut self, pair: Pair<'s>) -> Option<Item<'s>> {
        match find(&pair, Rule::area) {
            Some(area) => {
                let (fields, spots) = self.area(&area);
                for field in fields {
                    self.no_level(&field);
                }
                Some(Item::Topology(spots))
            }
            None => {
                let form = "topology { zone \"east\" { … } }";
                self.desk
                    .incomplete(extent(&pair), "`topology` needs a block", form);
                None
            }
        }
    }

    fn no_level(&mut self, field: &Field<'s>) {
        let word = &field.name;
        let message = format!("unexpected `{}`", word.value);
        let mut finding = self
            .desk
            .finding(&codes::UNEXPECTED, word.span.clone(), message);
        finding.help = crate::scenario::names::did_you_mean(word.value, LEVELS.iter().copied());
        self.desk.report(finding.label("expected a zone"));
    }

    fn area(&mut self, pair: &Pair<'s>) -> (Vec<Field<'s>>, Vec<Spot<'s>>) {
        self.expect_closed(pair);
        let mut fields = Vec::new();
        let mut spots = Vec::new();
        let mut is_after_field = false;
        for part in pair.clone().into_inner() {
            let rule = part.as_rule();
            match rule {
                Rule::spot => spots.extend(self.spot(part)),
                Rule::attribute => fields.extend(self.attribute(part)),
                // The braces of an unknown kind of place were reported with its word.
                Rule::skipped if is_after_field => {}
                Rule::skipped | Rule::scraps => {
                    self.unexpected(&part, "a place or a field", LEVELS)
                }
                _ => {}
            }
            is_after_field = rule == Rule::attribute;
        }
        (fields, spots)
    }

    fn spot(&mut self, pair: Pair<'s>) -> Option<Spot<'s>> {
        let mut parts = pair.into_inner();
        let level = word(&parts.next()?);
        let mut spot = Spot {
            span: level.span.clone(),
            name: None,
            level,
            fields: Vec::new(),
            spots: Vec::new(),
        };
        let mut is_named = false;
        for part in parts {
            match part.as_rule() {
                Rule::attribute => spot.fields.extend(self.attribute(part)),
                Rule::area => {
                    let (fields, spots) = self.area(&part);
                    spot.fields.extend(fields);
                    spot.spots = spots;
                }
                _ => {
                    is_named = true;
                    spot.span.end = extent(&part).end;
                    spot.name = self.text(&part);
                }
            }
        }
        if !is_named {
            let level = spot.level.value;
            let form = format!("{level} \"name\"");
            self.desk.incomplete(
                spot.span.clone(),
                format!("this {level} needs a name"),
                &form,
            );
        }
        Some(spot)
    }

    fn attribute(&mut self, pair: Pair<'s>) -> Option<Field<'s>> {
        let mut parts = pair.into_inner();
        let name = word(&parts.next()?);
        let value = parts.next().and_then(|value| self.value(value));
        Some(Field { name, value })
    }

    fn value(&mut self, pair: Pair<'s>) -> Option<Value<'s>> {
        let inner = pair.into_inner().next()?;
        match inner.as_rule() {
            Rule::quantity => Some(Value::Number(word(&inner))),
            Rule::word => Some(Value::Word(word(&inner))),
            _ => self.text(&inner).map(Value::Text),
        }
    }

    // ------------------------------------------------------------ given

    pub(super) fn given(&mut self, pair: Pair<'s>) -> Option<Given<'s>> {
        let keyword = first_span(&pair);
        let mut count = None;
        let mut kind = None;
        let mut name = None;
        let mut on = None;
        let mut fields = Vec::new();
        let mut end = keyword.end;
        for part in pair.into_inner() {
            if part.as_rule() != Rule::fields {
                end = extent(&part).end;
            }
            match part.as_rule() {
                Rule::quantity => count = Some(word(&part)),
                Rule::kind => kind = Some(word(&part)),
                Rule::text | Rule::open_text => name = self.text(&part),
                Rule::on => on = self.scope(part),
                Rule::unknown_clause => self.unexpected(&part, "`on` or `{`", &["on"]),
                Rule::fields => fields = self.fields(&part),
                _ => {}
            }
        }
        let place = keyword.start..end;
        let (Some(kind), Some(name)) = (kind, name) else {
            let message = "`given` needs the kind of a thing and its name";
            self.desk
                .incomplete(place, message, "given server \"web-1\"");
            return None;
        };
        Some(Given {
            span: place,
            count,
            kind,
            name,
            on,
            fields,
        })
    }

    fn fields(&mut self, pair: &Pair<'s>) -> Vec<Field<'s>> {
        self.expect_closed(pair);
        let mut fields = Vec::new();
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::field => fields.extend(self.field(part)),
                Rule::skipped | Rule::scraps => self.unexpected(&part, "a field", &[]),
                _ => {}
            }
        }
        fields
    }

    fn field(&mut self, pair: Pair<'s>) -> Option<Field<'s>> {
        let mut parts = pair.into_inner();
        let name = word(&parts.next()?);
        let value = parts.next().and_then(|value| match value.as_rule() {
            Rule::entries => Some(self.entries(&value)),
            _ => self.value(value),
        });
        Some(Field { name, value })
    }

    /// `{ role = "db" }`
    fn entries(&mut self, pair: &Pair<'s>) -> Value<'s> {
        self.expect_closed(pair);
        let mut entries = Vec::new();
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::pair => entries.extend(self.entry(part)),
                Rule::scraps => self.unexpected(&part, "a key", &[]),
                _ => {}
            }
        }
        Value::Entries(extent(pair), entries)
    }

    fn entry(&mut self, pair: Pair<'s>) -> Option<(Text<'s>, Text<'s>)> {
        let whole = extent(&pair);
        let mut parts = pair.into_inner();
        let key = parts.next()?;
        let key = match key.as_rule() {
            Rule::word => Spanned {
                value: key.as_str().into(),
                span: span(&key),
            },
            _ => self.text(&key)?,
        };
        let form = format!("{} = \"…\"", key.value);
        let Some(value) = parts.next() else {
            self.desk
                .incomplete(whole, format!("`{}` has no value", key.value), &form);
            return None;
        };
        match self.value(value)? {
            Value::Text(text) => Some((key, text)),
            Value::Number(word) | Value::Word(word) => {
                let finding = self.desk.finding(
                    &codes::TEXT_NOT_QUOTED,
                    word.span,
                    "this text is not quoted",
                );
                self.desk
                    .report(finding.help(format!("write `{} = \"{}\"`", key.value, word.value)));
                None
            }
            Value::Entries(..) => None,
        }
    }

    // ------------------------------------------------------------ at

    pub(super) fn at(&mut self, pair: Pair<'s>) -> Option<At<'s>> {
        let whole = extent(&pair);
        let mut time = None;
        let mut subject: Vec<Place<'s>> = Vec::new();
        let mut change = None;
        let mut lasting = None;
        let mut is_whole = true;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::amount => time = self.amount(part),
                Rule::place => match self.place(part) {
                    Some(place) => subject.push(place),
                    None => is_whole = false,
                },
                Rule::change => change = Self::change(part),
                Rule::lasting => match find(&part, Rule::amount) {
                    Some(amount) => lasting = self.amount(amount),
                    None => {
                        self.desk
                            .incomplete(extent(&part), "`for` needs a duration", "for 90s")
                    }
                },
                _ => {}
            }
        }
        if !is_whole {
            return None;
        }
        let (Some(time), Some(change), false) = (time, change, subject.is_empty()) else {
            let message = "`at` needs a time, a place and what happens there";
            self.desk
                .incomplete(whole, message, "at 30s host \"h1\" goes down");
            return None;
        };
        Some(At {
            time,
            subject,
            change,
            lasting,
        })
    }

    /// `goes down`, `becomes ERROR`
    fn change(pair: Pair<'s>) -> Option<(Word<'s>, Option<Word<'s>>)> {
        let mut words = pair.into_inner().map(|part| word(&part));
        let first = words.next()?;
        Some((first, words.next()))
    }

    // ------------------------------------------------------------ expect

    pub(super) fn expect(&mut self, pair: Pair<'s>) -> Option<Expect<'s>> {
        let whole = extent(&pair);
        let Some(form) = pair.into_inner().nth(1) else {
            let message = "`expect` needs to know what";
            self.desk
                .incomplete(whole, message, "expect StartCommand at least 1");
            return None;
        };
        let what = match form.as_rule() {
            Rule::nothing => self.nothing_left(&form),
            Rule::retry => self.retry(&form, &whole),
            Rule::absence => self.absence(&form, &whole),
            _ => self.tally(form, &whole),
        }?;
        Some(Expect { span: whole, what })
    }

    fn nothing_left(&mut self, pair: &Pair<'s>) -> Option<Expectation<'s>> {
        if find(pair, Rule::LEFT).is_none() {
            let form = "expect nothing left";
            self.desk
                .incomplete(extent(pair), "`nothing` needs `left` after it", form);
            return None;
        }
        Some(Expectation::NothingLeft)
    }

    fn retry(&mut self, pair: &Pair<'s>, whole: &Span) -> Option<Expectation<'s>> {
        let watch = find(pair, Rule::watch).and_then(|watch| self.watch(watch));
        let within = find(pair, Rule::within).and_then(|within| find(&within, Rule::amount));
        let within = within.and_then(|amount| self.amount(amount));
        let (Some(watch), Some(within), Some(_)) = (watch, within, find(pair, Rule::OF)) else {
            let message = "`retry` needs a command and a range of times";
            let form = "expect retry of compute.create_server within 1s..60s";
            self.desk.incomplete(whole.clone(), message, form);
            return None;
        };
        Some(Expectation::Retry(watch, within))
    }

    fn absence(&mut self, pair: &Pair<'s>, whole: &Span) -> Option<Expectation<'s>> {
        match find(pair, Rule::watch) {
            Some(watch) => self.watch(watch).map(Expectation::Absence),
            None => {
                let message = "`no` needs a command or a label";
                self.desk
                    .incomplete(whole.clone(), message, "expect no DestroyCommand");
                None
            }
        }
    }

    fn tally(&mut self, pair: Pair<'s>, whole: &Span) -> Option<Expectation<'s>> {
        let first = find(&pair, Rule::watch).and_then(|watch| self.watch(watch))?;
        if let Some(before) = find(&pair, Rule::before) {
            return self.order(first, &before, whole);
        }
        let bound = find(&pair, Rule::bound);
        let number = bound.as_ref().and_then(|bound| find(bound, Rule::quantity));
        let (Some(bound), Some(number)) = (bound, number) else {
            let message = "this expectation says not how often";
            let form = format!("expect {} exactly 1", first.name.value);
            self.desk.incomplete(whole.clone(), message, &form);
            return None;
        };
        let kind = bound.into_inner().find_map(|part| match part.as_rule() {
            Rule::EXACTLY => Some(Bound::Exactly),
            Rule::LEAST => Some(Bound::AtLeast),
            Rule::MOST => Some(Bound::AtMost),
            _ => None,
        })?;
        Some(Expectation::Tally(first, kind, word(&number)))
    }

    fn order(
        &mut self,
        first: Watch<'s>,
        pair: &Pair<'s>,
        whole: &Span,
    ) -> Option<Expectation<'s>> {
        match find(pair, Rule::watch) {
            Some(then) => Some(Expectation::Order(first, self.watch(then)?)),
            None => {
                let form = format!("expect {} before StopCommand", first.name.value);
                self.desk
                    .incomplete(whole.clone(), "`before` needs another command", &form);
                None
            }
        }
    }
}
