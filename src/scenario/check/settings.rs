//! `seed` and `clock`: a world has one of each.

use super::Checker;
use crate::scenario::ast::{Clock, Span, Text, Word};
use crate::scenario::codes;
use crate::vocabulary::diagnostic::Location;
use crate::vocabulary::plan::{ClockMode, Instant};

const MODES: &[&str] = &["real", "frozen", "elastic", "scale"];

impl Checker<'_> {
    pub(super) fn seed(&mut self, number: &Word<'_>) {
        let Some(seed) = self.desk.count_of(number) else {
            return;
        };
        let settings = &mut self.draft.plan.settings;
        if *settings.seed.get_or_insert(seed) != seed {
            let first = self.draft.seed.clone();
            return self.conflict("seed", number.span.clone(), first);
        }
        let location = self.desk.location(number.span.clone());
        self.draft.seed.get_or_insert(location);
    }

    pub(super) fn clock(&mut self, clock: &Clock<'_>) {
        let Some(mode) = self.mode(clock) else { return };
        let settings = &mut self.draft.plan.settings;
        if *settings.clock.get_or_insert(mode) != mode {
            let first = self.draft.clock.clone();
            return self.conflict("clock", clock.mode.span.clone(), first);
        }
        let location = self.desk.location(clock.mode.span.clone());
        self.draft.clock.get_or_insert(location);
        if let Some(start) = &clock.start {
            self.clock_start(start);
        }
    }

    fn clock_start(&mut self, text: &Text<'_>) {
        let start: Instant = match text.value.parse() {
            Ok(start) => start,
            Err(reason) => {
                let message = format!("\"{}\" is no time", text.value);
                let finding = self
                    .desk
                    .finding(&codes::WRONG_KIND, text.span.clone(), message);
                return self.desk.report(finding.help(reason.to_string()));
            }
        };
        let settings = &mut self.draft.plan.settings;
        if *settings.start.get_or_insert(start) != start {
            let first = self.draft.start.clone();
            return self.conflict("clock at", text.span.clone(), first);
        }
        let location = self.desk.location(text.span.clone());
        self.draft.start.get_or_insert(location);
    }

    fn mode(&mut self, clock: &Clock<'_>) -> Option<ClockMode> {
        let mode = self.desk.known(&clock.mode, "clock", MODES)?;
        match (mode, &clock.factor) {
            ("real", None) => Some(ClockMode::Real),
            ("frozen", None) => Some(ClockMode::Frozen),
            ("elastic", None) => Some(ClockMode::Elastic),
            ("scale", Some(factor)) => self.factor(factor),
            ("scale", None) => {
                let message = "`clock scale` needs a factor";
                self.desk
                    .incomplete(clock.mode.span.clone(), message, "clock scale 60");
                None
            }
            (_, factor) => {
                let place = factor.as_ref().map_or(0..0, |factor| factor.span.clone());
                let message = format!("`clock {mode}` takes no number");
                let finding = self.desk.finding(&codes::UNEXPECTED, place, message);
                self.desk
                    .report(finding.help("only `clock scale` has a factor"));
                None
            }
        }
    }

    fn factor(&mut self, word: &Word<'_>) -> Option<ClockMode> {
        let mode = format!("scale {}", word.value).parse().ok();
        if mode.is_none() {
            self.desk
                .out_of_range(word, "a factor from 0.001 to 1000000");
        }
        mode
    }

    fn conflict(&mut self, what: &str, place: Span, first: Option<Location>) {
        let message = format!("there is another `{what}` already");
        let finding = self.desk.finding(&codes::SETTING_CONFLICT, place, message);
        self.desk.report(match first {
            Some(first) => finding.related(first, "first set here"),
            None => finding,
        });
    }
}
