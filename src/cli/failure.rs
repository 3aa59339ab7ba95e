//! Why a sub-command did not do what it was asked, and how that is shown.

use std::io::IsTerminal;
use std::process::ExitCode;

use crate::config::ConfigError;
use crate::reload::Problem;
use crate::scenario::render::render_human;
use crate::vocabulary::diagnostic::Diagnostic;

/// Why a sub-command ends with another exit code than 0.
#[derive(Debug)]
pub(super) enum Failure {
    /// One line on what is in the way, and what to do about it.
    Stuck(String),
    /// The files of the user's settings have errors.
    Settings(Vec<Diagnostic>),
    /// The user's scenarios have errors.
    Scenarios(Problem),
    /// What was looked for was found, and shown.
    Found,
}

impl Failure {
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Failure::Scenarios(_) | Failure::Found => ExitCode::from(1),
            Failure::Stuck(_) | Failure::Settings(_) => ExitCode::from(2),
        }
    }

    pub(super) fn print(&self) {
        match self {
            Failure::Stuck(line) => eprintln!("error: {line}"),
            Failure::Settings(findings) => print_findings(findings),
            Failure::Scenarios(problem) => print_problem(problem),
            Failure::Found => {}
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

/// Draws findings on standard error, in colour where a person reads it.
pub(super) fn print_findings(findings: &[Diagnostic]) {
    eprint!(
        "{}",
        render_human(findings, std::io::stderr().is_terminal())
    );
}
