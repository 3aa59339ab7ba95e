//! Scopes and conditions.

use std::sync::Arc;

use regex::Regex;

use super::Checker;
use super::atlas::Unplaced;
use crate::scenario::ast::{self, Name, Path, Span, Spanned, Word};
use crate::scenario::codes;
use crate::scenario::lint::never_true;
use crate::scenario::names::nearest;
use crate::vocabulary::balancing;
use crate::vocabulary::condition::{Comparison, Condition, Literal};
use crate::vocabulary::fact::{FactPath, PASSING_STATUSES, SETTABLE_STATUSES, Subject};
use crate::vocabulary::glob::GlobPattern;
use crate::vocabulary::mock::Pattern;
use crate::vocabulary::place::{Level, Scope, Selector};

/// No name is that long, and a matcher for a glob grows with it.
const LONGEST_GLOB: usize = 1024;

const LEVELS: &[&str] = &["zone", "pod", "cluster", "host"];
const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

impl Checker<'_> {
    // ------------------------------------------------------------ scopes

    /// The scope that the places make; one that the topology does not have is reported.
    pub(super) fn scope(&mut self, places: &[ast::Place<'_>]) -> Option<Scope> {
        let mut scope = Scope::everywhere();
        let mut is_sound = true;
        for place in places {
            match self.level(place) {
                Some((level, selector)) if scope.get(level).is_none() => {
                    scope = scope.with(level, selector);
                }
                Some((level, _)) => {
                    is_sound = false;
                    self.level_twice(level, place, places);
                }
                None => is_sound = false,
            }
        }
        if !is_sound {
            return None;
        }
        match self.atlas.resolve(&scope) {
            Ok(_) => Some(scope),
            Err(unplaced) => {
                self.unplaced(&unplaced, places);
                None
            }
        }
    }

    fn level_twice(&mut self, level: Level, place: &ast::Place<'_>, places: &[ast::Place<'_>]) {
        let message = format!("the {level} is given twice");
        let finding = self
            .desk
            .finding(&codes::TWICE, place.span.clone(), message);
        let first = places
            .iter()
            .find(|first| first.level.value == level.word());
        let first = self.desk.location(first.unwrap_or(place).span.clone());
        self.desk.report(finding.related(first, "first here"));
    }

    fn level(&mut self, place: &ast::Place<'_>) -> Option<(Level, Selector)> {
        let word = self.desk.known(&place.level, "level of a place", LEVELS)?;
        let level = Level::ALL.into_iter().find(|level| level.word() == word)?;
        let selector = match &place.name {
            Name::Text(name) => Selector::Name(Arc::from(&*name.value)),
            Name::Number(number) => {
                let number = self.desk.integer(number, 1..=u32::MAX.into())?;
                Selector::Number(u32::try_from(number).ok()?)
            }
        };
        Some((level, selector))
    }

    fn unplaced(&mut self, unplaced: &Unplaced, places: &[ast::Place<'_>]) {
        match unplaced {
            Unplaced::Unknown(level, selector) => {
                let place = span_of(places, *level);
                let message = format!("the topology has no {level} {selector}");
                let finding = self.desk.finding(&codes::UNKNOWN_PLACE, place, message);
                let help = self.known_places(*level, selector);
                self.desk.report(finding.help(help));
            }
            Unplaced::Elsewhere {
                inner: (level, selector),
                outer: (outer, wanted),
                node,
                parent,
            } => {
                let place = span_of(places, *level);
                let message = format!("{level} {selector} is not in {outer} {wanted}");
                let finding = self
                    .desk
                    .finding(&codes::CONTRADICTING_PLACE, place, message);
                let parent = self.atlas.name(*parent);
                let finding = finding.help(format!("it is in {outer} \"{parent}\""));
                let declared = self.atlas.location(*node).cloned();
                self.desk.report(match declared {
                    Some(location) => finding.related(location, "declared here"),
                    None => finding,
                });
            }
        }
    }

    fn known_places(&self, level: Level, selector: &Selector) -> String {
        let names: Vec<&str> = self.atlas.names(level).collect();
        match selector {
            Selector::Number(_) => {
                format!(
                    "there are {} of them, counted from 1",
                    self.atlas.count(level)
                )
            }
            Selector::Name(name) => match nearest(name, names.iter().copied()) {
                Some(near) => format!("did you mean {level} \"{near}\"?"),
                None if names.is_empty() => format!("there is no {level} at all"),
                None if names.len() <= 8 => format!("there is \"{}\"", names.join("\", \"")),
                None => format!("there are {} others", names.len()),
            },
        }
    }

    /// A scope for commands of the pattern, which must happen at places.
    pub(super) fn scope_of(
        &mut self,
        places: &[ast::Place<'_>],
        pattern: Option<Pattern>,
    ) -> Option<Scope> {
        let scope = self.scope(places)?;
        let Some(pattern) = pattern else {
            return Some(scope);
        };
        if pattern.commands().any(|command| command.spec().has_place) {
            return Some(scope);
        }
        let message = format!("`{pattern}` happens at no place");
        let finding = self.desk.finding(&codes::NO_PLACE, whole(places), message);
        let help = "leave `on` out; only what acts on servers and hosts has a place";
        self.desk.report(finding.help(help));
        None
    }

    // ------------------------------------------------------------ conditions

    /// The condition on commands of the pattern; one that never holds is reported.
    pub(super) fn condition(
        &mut self,
        condition: &Spanned<ast::Condition<'_>>,
        pattern: Option<Pattern>,
    ) -> Option<Condition> {
        let checked = self.part(&condition.value, pattern)?;
        if let Some(contradiction) = never_true::contradiction(&checked) {
            let place = condition.span.clone();
            let finding = self
                .desk
                .finding(&codes::NEVER_TRUE, place, "this is never true");
            self.desk.report(finding.label(contradiction));
            return None;
        }
        Some(checked)
    }

    fn part(
        &mut self,
        condition: &ast::Condition<'_>,
        pattern: Option<Pattern>,
    ) -> Option<Condition> {
        match condition {
            ast::Condition::All(parts) => self.parts(parts, pattern).map(Condition::All),
            ast::Condition::Any(parts) => self.parts(parts, pattern).map(Condition::Any),
            ast::Condition::Not(inner) => {
                let inner = self.part(inner, pattern)?;
                Some(Condition::Not(Box::new(inner)))
            }
            ast::Condition::Exists(path) => self.asked(path, pattern).map(Condition::Exists),
            ast::Condition::In(path, literals) => {
                let fact = self.asked(path, pattern);
                let literals: Vec<_> = literals
                    .iter()
                    .map(|literal| self.literal(literal, fact.as_ref()))
                    .collect();
                let literals = literals.into_iter().collect::<Option<_>>()?;
                Some(Condition::In(fact?, literals))
            }
            ast::Condition::Compare(path, operator, literal) => {
                let fact = self.asked(path, pattern);
                self.compare(fact, operator, literal)
            }
        }
    }

    /// All parts, so that what is wrong in each is found.
    fn parts(
        &mut self,
        parts: &[ast::Condition<'_>],
        pattern: Option<Pattern>,
    ) -> Option<Vec<Condition>> {
        let parts: Vec<_> = parts.iter().map(|part| self.part(part, pattern)).collect();
        parts.into_iter().collect()
    }

    fn asked(&mut self, path: &Path<'_>, pattern: Option<Pattern>) -> Option<FactPath> {
        self.fact(path, pattern, &Span::clone)
    }

    fn compare(
        &mut self,
        fact: Option<FactPath>,
        operator: &Word<'_>,
        literal: &ast::Literal<'_>,
    ) -> Option<Condition> {
        let comparison = match operator.value {
            "~" => return self.glob(fact, literal),
            "=~" => return self.regex(fact, literal),
            "==" => Comparison::Equal,
            "!=" => Comparison::NotEqual,
            "<" => Comparison::Less,
            "<=" => Comparison::LessOrEqual,
            ">" => Comparison::Greater,
            ">=" => Comparison::GreaterOrEqual,
            _ => {
                let message = "a comparison is written `==`";
                let place = operator.span.clone();
                let finding = self.desk.finding(&codes::UNEXPECTED, place, message);
                self.desk.report(finding.help("write `==`"));
                return None;
            }
        };
        let value = self.literal(literal, fact.as_ref())?;
        let is_order = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        if is_order && matches!(value, Literal::Flag(_)) {
            let message = "true and false have no order";
            let place = operator.span.clone();
            let finding = self.desk.finding(&codes::WRONG_KIND, place, message);
            self.desk.report(finding.help("write `==` or `!=`"));
            return None;
        }
        Some(Condition::Compare(fact?, comparison, value))
    }

    fn glob(&mut self, fact: Option<FactPath>, literal: &ast::Literal<'_>) -> Option<Condition> {
        let (text, place) = self.pattern_text(literal)?;
        let problem = match GlobPattern::new(&text) {
            Ok(_) if text.len() > LONGEST_GLOB => format!("longer than {LONGEST_GLOB} bytes"),
            Ok(glob) => return Some(Condition::Glob(fact?, glob)),
            Err(error) => error.kind().to_string(),
        };
        let finding = self
            .desk
            .finding(&codes::BAD_GLOB, place, "this glob is malformed");
        self.desk.report(finding.label(problem));
        None
    }

    fn regex(&mut self, fact: Option<FactPath>, literal: &ast::Literal<'_>) -> Option<Condition> {
        let (text, place) = self.pattern_text(literal)?;
        match Regex::new(&text) {
            Ok(regex) => Some(Condition::Regex(fact?, regex)),
            Err(error) => {
                let message = "this regular expression is malformed";
                let finding = self.desk.finding(&codes::BAD_REGEX, place, message);
                let reason = error.to_string();
                let reason = reason.lines().last().unwrap_or_default();
                let reason = reason.strip_prefix("error: ").unwrap_or(reason).to_owned();
                self.desk.report(finding.label(reason));
                None
            }
        }
    }

    fn pattern_text(&mut self, literal: &ast::Literal<'_>) -> Option<(String, Span)> {
        match literal {
            ast::Literal::Text(text) => Some((text.value.to_string(), text.span.clone())),
            ast::Literal::Number(word) | ast::Literal::Word(word) => {
                self.not_quoted(word);
                None
            }
        }
    }

    fn literal(&mut self, literal: &ast::Literal<'_>, fact: Option<&FactPath>) -> Option<Literal> {
        match literal {
            ast::Literal::Text(text) => {
                self.known_text(&text.value, &text.span, fact)?;
                Some(Literal::Text(text.value.to_string()))
            }
            ast::Literal::Number(word) => match word.value.parse::<f64>() {
                Ok(number) if number.is_finite() => Some(Literal::Number(number)),
                _ => {
                    self.not_quoted(word);
                    None
                }
            },
            ast::Literal::Word(word) => match word.value {
                "true" => Some(Literal::Flag(true)),
                "false" => Some(Literal::Flag(false)),
                _ => {
                    self.not_quoted(word);
                    None
                }
            },
        }
    }

    fn not_quoted(&mut self, word: &Word<'_>) {
        let message = "a text stands in quotation marks";
        let finding = self
            .desk
            .finding(&codes::TEXT_NOT_QUOTED, word.span.clone(), message);
        self.desk
            .report(finding.help(format!("write `\"{}\"`", word.value)));
    }

    /// Facts whose values are a closed set are compared with values of it.
    fn known_text(&mut self, text: &str, place: &Span, fact: Option<&FactPath>) -> Option<()> {
        let (what, known) = match fact {
            Some(FactPath::Method) => ("method", METHODS.to_vec()),
            Some(FactPath::Of(Subject::Server, keys))
                if keys.len() == 1 && &*keys[0] == "status" =>
            {
                ("status", [SETTABLE_STATUSES, PASSING_STATUSES].concat())
            }
            Some(FactPath::Of(Subject::Balancer, keys))
                if keys.len() == 1 && &*keys[0] == "status" =>
            {
                let (settable, passing) =
                    (balancing::SETTABLE_STATUSES, balancing::PASSING_STATUSES);
                ("status", [settable, passing].concat())
            }
            _ => return Some(()),
        };
        let word = Spanned {
            value: text,
            span: place.clone(),
        };
        self.desk.known(&word, what, &known).map(|_| ())
    }
}

fn span_of(places: &[ast::Place<'_>], level: Level) -> Span {
    let place = places
        .iter()
        .find(|place| place.level.value == level.word());
    place.map_or(0..0, |place| place.span.clone())
}

fn whole(places: &[ast::Place<'_>]) -> Span {
    match (places.first(), places.last()) {
        (Some(first), Some(last)) => first.span.start..last.span.end,
        _ => 0..0,
    }
}
