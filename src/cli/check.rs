//! `mimic check`

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;

use super::failure::Failure;
use super::{Format, say};
use crate::scenario::render::{render_human, render_json};
use crate::scenario::{self, DiskFiles};
use crate::vocabulary::diagnostic::{Diagnostic, Severity};

/// Find everything that is wrong in scenario files.
///
/// Prints all findings of all files and ends with exit code 0 when nothing is wrong, 1 when there are
/// errors, 2 when it could not look. Warnings are shown, and are no errors unless --strict says so.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  mimic check scenarios/\n  mimic check a.scn b.scn --format json"
)]
pub(super) struct Check {
    /// Scenario files, and directories with .scn files.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Let a warning be an error.
    #[arg(long)]
    strict: bool,
}

impl Check {
    pub(super) fn run(self) -> Result<(), Failure> {
        need_paths(&self.paths)?;
        let findings = scenario::load(&self.paths, &DiskFiles).findings;
        match self.format {
            Format::Human => {
                say(&render_human(&findings, std::io::stdout().is_terminal()));
                eprintln!("{}", summary(&findings));
            }
            Format::Json => say(&render_json(&findings)),
        }
        let worst = findings.iter().map(|finding| finding.severity).max();
        let limit = if self.strict {
            Severity::Warning
        } else {
            Severity::Error
        };
        match worst {
            Some(severity) if severity >= limit => Err(Failure::Found),
            Some(_) | None => Ok(()),
        }
    }
}

/// Refuses paths that are not there: that is no finding about a scenario, but a mistyped argument.
pub(super) fn need_paths(paths: &[PathBuf]) -> Result<(), Failure> {
    paths.iter().try_for_each(|path| {
        let seen = std::fs::metadata(path).map(drop);
        seen.map_err(|error| Failure::Stuck(format!("cannot read {}: {error}", path.display())))
    })
}

fn summary(findings: &[Diagnostic]) -> String {
    let errors = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    match (errors, findings.len() - errors) {
        (0, 0) => "nothing is wrong".to_owned(),
        (errors, 0) => counted(errors, "error"),
        (0, warnings) => counted(warnings, "warning"),
        (errors, warnings) => format!(
            "{}, {}",
            counted(errors, "error"),
            counted(warnings, "warning")
        ),
    }
}

fn counted(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}
