//! Why a sub-command did not do what it was asked, and how that is shown.

use std::process::ExitCode;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::config::ConfigError;
use crate::reload::Problem;
use crate::vocabulary::diagnostic::{Diagnostic, Location, Severity};

/// Why a sub-command ends with another exit code than 0.
#[derive(Debug)]
pub(super) enum Failure {
    /// One line on what is in the way, and what to do about it.
    Stuck(String),
    /// The files of the user's settings have errors.
    Settings(Vec<Diagnostic>),
    /// The user's scenarios have errors.
    Scenarios(Problem),
}

impl Failure {
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Failure::Scenarios(_) => ExitCode::from(1),
            Failure::Stuck(_) | Failure::Settings(_) => ExitCode::from(2),
        }
    }

    pub(super) fn print(&self) {
        match self {
            Failure::Stuck(line) => eprintln!("error: {line}"),
            Failure::Settings(findings) => print_findings(findings),
            Failure::Scenarios(problem) => print_problem(problem),
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        match error {
            ConfigError::Wrong { findings, .. } => Failure::Settings(findings),
            ConfigError::Unreadable { .. } => Failure::Stuck(error.to_string()),
        }
    }
}

/// Shows on standard error why a set of files is not live.
pub(super) fn print_problem(problem: &Problem) {
    match problem {
        Problem::Findings(findings) => print_findings(findings),
        Problem::Refused(reason) => eprintln!("error: {reason}"),
    }
}

/// Draws findings on standard error.
pub(super) fn print_findings(findings: &[Diagnostic]) {
    for finding in findings {
        eprintln!("{}\n", drawn(finding));
    }
}

fn drawn(finding: &Diagnostic) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let Location { source, span } = &finding.location;
    let snippet = Snippet::source(&*source.text)
        .path(&*source.name)
        .annotation(
            AnnotationKind::Primary
                .span(span.clone())
                .label(&*finding.label),
        );
    let title = level.primary_title(&*finding.message).id(finding.code);
    let help = finding.help.iter().map(|help| Level::HELP.message(&**help));
    let group = title.element(snippet).elements(help);
    Renderer::plain().render(&[group])
}
