//! Findings as people and programs read them.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use serde_json::{Value, json};

use crate::vocabulary::diagnostic::{Diagnostic, Location, Severity, Source};

/// Places of one file that are at most so many lines apart are shown in one excerpt.
const NEAR: usize = 50;

/// The findings as a compiler would show them, one after the other.
pub fn render_human(findings: &[Diagnostic], colour: bool) -> String {
    let renderer = match colour {
        true => Renderer::styled(),
        false => Renderer::plain(),
    };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for finding in findings {
        out.push_str(&renderer.render(&[group(finding)]));
        out.push_str("\n\n");
    }
    out
}

/// The findings as JSON, one object on each line.
pub fn render_json(findings: &[Diagnostic]) -> String {
    findings
        .iter()
        .map(|finding| format!("{}\n", object(finding)))
        .collect()
}

/// One finding as JSON, for an API.
pub fn object(finding: &Diagnostic) -> Value {
    let mut object = place(&finding.location);
    let related = finding.related.iter().map(|(location, label)| {
        let mut related = place(location);
        related["label"] = json!(label);
        related
    });
    object["related"] = related.collect();
    object["code"] = json!(finding.code);
    object["severity"] = json!(finding.severity.word());
    object["message"] = json!(finding.message);
    object["label"] = json!(finding.label);
    object["help"] = json!(finding.help);
    object
}

fn place(location: &Location) -> Value {
    let (line, column) = location.source.position(location.span.start);
    let (end_line, end_column) = location.source.position(location.span.end);
    json!({
        "file": &*location.source.name,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    })
}

fn group(finding: &Diagnostic) -> Group<'_> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(&*finding.message).id(finding.code);
    let (near, far): (Vec<_>, Vec<_>) = finding
        .related
        .iter()
        .partition(|(location, _)| is_near(location, &finding.location));
    let mut group = Group::with_title(title).element(excerpt(finding, &near));
    for (location, label) in far {
        group = group.element(far_excerpt(location, label));
    }
    match &finding.help {
        Some(help) => group.element(Level::HELP.message(&**help)),
        None => group,
    }
}

fn is_near(one: &Location, other: &Location) -> bool {
    let line = |location: &Location| location.source.line(location.span.start);
    one.source == other.source && line(one).abs_diff(line(other)) <= NEAR
}

/// The finding's own place, and those near to it.
fn excerpt<'d>(finding: &'d Diagnostic, near: &[&'d (Location, String)]) -> Element<'d> {
    let source = &*finding.location.source;
    if source.text.is_empty() {
        return Origin::path(&*source.name).into();
    }
    let spans = near
        .iter()
        .map(|(location, _)| &location.span)
        .chain([&finding.location.span]);
    let first = spans
        .clone()
        .map(|span| source.line(span.start))
        .min()
        .unwrap_or(1);
    let last = spans
        .map(|span| source.line(span.end))
        .max()
        .unwrap_or(first);
    let window = Window::new(source, first, last);
    let mut primary = AnnotationKind::Primary.span(window.within(&finding.location));
    if !finding.label.is_empty() {
        primary = primary.label(&*finding.label);
    }
    let others = near.iter().map(|(location, label)| {
        AnnotationKind::Context
            .span(window.within(location))
            .label(&**label)
    });
    window
        .snippet()
        .annotation(primary)
        .annotations(others)
        .into()
}

fn far_excerpt<'d>(location: &'d Location, label: &'d str) -> Element<'d> {
    let source = &*location.source;
    let line = |offset| source.line(offset);
    let window = Window::new(source, line(location.span.start), line(location.span.end));
    let annotation = AnnotationKind::Context
        .span(window.within(location))
        .label(label);
    window.snippet().annotation(annotation).into()
}

/// Some lines of a source: cheaper to draw than a file of ten thousand mocks.
struct Window<'d> {
    source: &'d Source,
    first: usize,
    bytes: std::ops::Range<usize>,
}

impl<'d> Window<'d> {
    fn new(source: &'d Source, first: usize, last: usize) -> Self {
        let bytes = source.lines(first, last);
        Self {
            source,
            first,
            bytes,
        }
    }

    fn within(&self, location: &Location) -> std::ops::Range<usize> {
        let within =
            |offset: usize| offset.clamp(self.bytes.start, self.bytes.end) - self.bytes.start;
        within(location.span.start)..within(location.span.end)
    }

    fn snippet(&self) -> Snippet<'d, annotate_snippets::Annotation<'d>> {
        Snippet::source(&self.source.text[self.bytes.clone()])
            .line_start(self.first)
            .path(&*self.source.name)
    }
}
