//! Findings: what is wrong in a file, where, and what to do about it.

use std::ops::Range;
use std::sync::Arc;

/// A text with the name under which findings speak of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path as the user gave it.
    pub name: Arc<str>,
    pub text: Arc<str>,
    /// Where each line begins; positions are asked for once per mock.
    lines: Vec<usize>,
}

impl Source {
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Arc<Self> {
        let text = text.into();
        let breaks = text.match_indices('\n').map(|(newline, _)| newline + 1);
        Arc::new(Self {
            name: name.into(),
            lines: std::iter::once(0).chain(breaks).collect(),
            text,
        })
    }

    /// The line, counted from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset)
    }

    /// Line and column, counted from 1, the column in characters.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line(offset);
        let start = self.lines[line - 1];
        (line, self.text[start..offset].chars().count() + 1)
    }

    /// The bytes of the lines from `first` to `last`, counted from 1, without the last line's break.
    pub fn lines(&self, first: usize, last: usize) -> Range<usize> {
        let start = self.lines.get(first.max(1) - 1).copied();
        let end = self.lines.get(last).map(|next| next - 1);
        let text = self.text.len();
        start.unwrap_or(text)..end.unwrap_or(text)
    }
}

/// A stretch of a source, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    pub source: Arc<Source>,
    pub span: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Warning,
    Error,
}

impl Severity {
    pub fn word(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    /// Stable, like `M014`.
    pub code: &'static str,
    pub message: String,
    pub location: Location,
    /// What is to be said right at the place; may be empty.
    pub label: String,
    /// Other places that matter, each with what is to be said there.
    pub related: Vec<(Location, String)>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// This finding, with what is to be said right at its place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// This finding, with another place that matters.
    #[must_use]
    pub fn related(mut self, location: Location, label: impl Into<String>) -> Self {
        self.related.push((location, label.into()));
        self
    }

    /// This finding, with what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_survive_any_offset() {
        let source = Source::new("a.scn", "one\nzwölf x\n");
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position(3), (1, 4));
        assert_eq!(source.position(4), (2, 1));
        assert_eq!(source.position(11), (2, 7));
        assert_eq!(source.position(7), (2, 3), "inside a character: its start");
        assert_eq!(source.position(999), (3, 1));
        assert_eq!(&source.text[source.lines(2, 2)], "zwölf x");
    }
}
