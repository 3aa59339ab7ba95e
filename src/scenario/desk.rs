//! Where findings about one file are written.

use std::sync::Arc;

use super::ast::{Span, Word};
use super::codes::{self, Code};
use super::names::{nearest, one_of};
use crate::vocabulary::diagnostic::{Diagnostic, Location, Source};

/// Takes findings about one file.
pub(super) struct Desk<'d> {
    pub(super) source: &'d Arc<Source>,
    findings: &'d mut Vec<Diagnostic>,
}

impl<'d> Desk<'d> {
    pub(super) fn new(source: &'d Arc<Source>, findings: &'d mut Vec<Diagnostic>) -> Self {
        Self { source, findings }
    }

    pub(super) fn location(&self, span: Span) -> Location {
        Location {
            source: self.source.clone(),
            span,
        }
    }

    pub(super) fn finding(
        &self,
        code: &Code,
        span: Span,
        message: impl Into<String>,
    ) -> Diagnostic {
        code.at(self.location(span), message)
    }

    pub(super) fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// How many findings there are so far.
    pub(super) fn count(&self) -> usize {
        self.findings.len()
    }

    /// Something lacks a part; `form` is what it looks like when it is whole.
    pub(super) fn incomplete(&mut self, span: Span, message: impl Into<String>, form: &str) {
        let finding = self.finding(&codes::INCOMPLETE, span, message);
        self.report(finding.help(format!("write `{form}`")));
    }

    /// The known word that this is; an unknown one is reported with the nearest.
    pub(super) fn known<'k>(
        &mut self,
        word: &Word<'_>,
        what: &str,
        known: &[&'k str],
    ) -> Option<&'k str> {
        let found = known.iter().find(|name| **name == word.value);
        if found.is_none() {
            let message = format!("unknown {what} `{}`", word.value);
            let finding = self.finding(&codes::UNKNOWN_VALUE, word.span.clone(), message);
            let help = match nearest(word.value, known.iter().copied()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("it is one of {}", one_of(known)),
            };
            self.report(finding.help(help));
        }
        found.copied()
    }
}
