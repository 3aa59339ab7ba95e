//! What the controls see of the scenario files and their reloads.

use chrono::{DateTime, Utc};
use http::StatusCode;

use super::problem::Problem;
use super::status;
use super::visit::Visit;
use crate::api::Answer;
use crate::vocabulary::diagnostic::Diagnostic;

/// How the scenario files are kept up with; whatever watches them implements it.
pub trait ReloadView: Send + Sync {
    fn report(&self) -> Reload;

    /// Has the files looked at soon, whether or not they are known to have changed.
    fn request_reload(&self);
}

/// How the last reloads went.
#[derive(Debug, Clone, Default)]
pub struct Reload {
    /// The files and folders that the simulator was started with; empty without any.
    pub paths: Vec<String>,
    /// When the live files were taken, in real time.
    pub last_reload: Option<DateTime<Utc>>,
    /// Why the files as they are now are not live; `None` while they are.
    pub last_error: Option<ReloadProblem>,
    /// Warnings about what is live.
    pub warnings: Vec<Diagnostic>,
    /// Why changes are only found by looking now and then; `None` while file events come.
    pub no_events: Option<String>,
}

/// Why a set of files is not live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReloadProblem {
    /// The files have errors.
    Findings(Vec<Diagnostic>),
    /// They are well, but what runs cannot become what they say.
    Refused(String),
}

/// A simulator without scenario files.
#[derive(Debug, Clone, Copy)]
pub struct NoReload;

impl ReloadView for NoReload {
    fn report(&self) -> Reload {
        Reload::default()
    }

    fn request_reload(&self) {}
}

/// `POST /mimic/v2/reload`
pub(super) fn request(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let reload = &visit.control.settings.reload;
    if reload.report().paths.is_empty() {
        let message = "The simulator was started without scenario files.";
        return Err(Problem::conflict(message).with_help("Start it as `mimic serve PATH`."));
    }
    reload.request_reload();
    Ok(Answer::json(StatusCode::ACCEPTED, &status::status(visit)))
}
