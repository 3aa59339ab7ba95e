//! From TOML to settings, or to findings with their places.

use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer, Error};

use super::Config;
use crate::vocabulary::diagnostic::{Diagnostic, Location, Severity, Source};

/// Reads `source`, laid over `defaults`.
///
/// # Errors
/// All that is wrong with its syntax; else all unknown keys, and the first value that is wrong.
pub(super) fn read(defaults: &str, source: &Arc<Source>) -> Result<Config, Vec<Diagnostic>> {
    let (document, errors) = DeTable::parse_recoverable(&source.text);
    if !errors.is_empty() {
        let finding = |error| finding(source, "C001", &error);
        return Err(errors.into_iter().map(finding).collect());
    }
    let mut findings = Vec::new();
    match read_known(defaults, source, document.into_inner(), &mut findings) {
        Some(config) if findings.is_empty() => Ok(config),
        _ => {
            findings.sort_by_key(|finding| finding.location.span.start);
            Err(findings)
        }
    }
}

/// Reads `document` without its unknown keys, which are findings. `None` where something else is wrong.
fn read_known(
    defaults: &str,
    source: &Arc<Source>,
    mut document: DeTable<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Config> {
    let profile = profile_of(&document).map_or(&[][..], super::defaults_of);
    loop {
        let parse = |defaults| DeTable::parse(defaults).expect("the defaults are tested");
        let mut merged = parse(defaults);
        for defaults in profile {
            lay_over(merged.get_mut(), parse(defaults).into_inner());
        }
        lay_over(merged.get_mut(), document.clone());
        let error = match Config::deserialize(Deserializer::from(merged)) {
            Ok(config) => return Some(config),
            Err(error) => error,
        };
        let Some(unknown) = UnknownKey::of(&error) else {
            findings.push(finding(source, "C003", &error));
            return None;
        };
        findings.push(unknown.finding(source, &error));
        // Without it, what else is wrong comes to light.
        if !remove(&mut document, &span(&error)) {
            return None;
        }
    }
}

/// The name of the profile, which decides what the defaults are.
fn profile_of<'d>(document: &'d DeTable<'_>) -> Option<&'d str> {
    let cloud = document.get("cloud")?.get_ref().as_table()?;
    cloud.get("profile")?.get_ref().as_str()
}

/// Puts what is in `upper` in the place of what `lower` has; tables are merged.
fn lay_over<'i>(lower: &mut DeTable<'i>, upper: DeTable<'i>) {
    for (key, mut value) in upper {
        if let Some((_, beneath)) = lower.remove_entry(&key) {
            value = merge(beneath, value);
        }
        lower.insert(key, value);
    }
}

fn merge<'i>(lower: Spanned<DeValue<'i>>, upper: Spanned<DeValue<'i>>) -> Spanned<DeValue<'i>> {
    let span = upper.span();
    match (lower.into_inner(), upper.into_inner()) {
        (DeValue::Table(mut lower), DeValue::Table(upper)) => {
            lay_over(&mut lower, upper);
            Spanned::new(span, DeValue::Table(lower))
        }
        (_, upper) => Spanned::new(span, upper),
    }
}

/// Removes the key at this place, however deep. False where there is none.
fn remove(table: &mut DeTable<'_>, place: &Range<usize>) -> bool {
    let key = table.keys().find(|key| key.span() == *place).cloned();
    match key {
        Some(key) => table.remove(&key).is_some(),
        None => table
            .iter_mut()
            .any(|(_, value)| remove_within(value, place)),
    }
}

fn remove_within(value: &mut Spanned<DeValue<'_>>, place: &Range<usize>) -> bool {
    match value.get_mut() {
        DeValue::Table(table) => remove(table, place),
        DeValue::Array(array) => array.iter_mut().any(|value| remove_within(value, place)),
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_) => false,
    }
}

fn span(error: &Error) -> Range<usize> {
    error.span().unwrap_or_default()
}

fn finding(source: &Arc<Source>, code: &'static str, error: &Error) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        code,
        message: error.message().to_owned(),
        location: Location {
            source: source.clone(),
            span: span(error),
        },
        label: String::new(),
        related: Vec::new(),
        help: None,
    }
}

/// A key that no setting has, with those that could be there.
struct UnknownKey<'e> {
    key: &'e str,
    known: Vec<&'e str>,
}

impl<'e> UnknownKey<'e> {
    /// What serde says of it: "unknown field `a`, expected one of `b`, `c`". It has no other form.
    fn of(error: &'e Error) -> Option<Self> {
        let names = error.message().strip_prefix("unknown field ")?;
        let mut quoted = names.split('`').skip(1).step_by(2);
        Some(Self {
            key: quoted.next()?,
            known: quoted.collect(),
        })
    }

    fn finding(&self, source: &Arc<Source>, error: &Error) -> Diagnostic {
        Diagnostic {
            message: format!("there is no setting `{}` here", self.key),
            label: "unknown".to_owned(),
            help: Some(self.help()),
            ..finding(source, "C002", error)
        }
    }

    fn help(&self) -> String {
        let distance = |name: &&&str| strsim::damerau_levenshtein(self.key, name);
        match self.known.iter().min_by_key(distance) {
            Some(nearest) if distance(&nearest) <= self.key.len() / 3 + 1 => {
                format!("did you mean `{nearest}`?")
            }
            _ => format!("known here: {}", self.known.join(", ")),
        }
    }
}
