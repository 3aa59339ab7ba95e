//! What goes wrong at the controls, and how it is told.

use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};

use super::scn;
use crate::api::{Answer, BodyProblem};
use crate::scenario::render::render_human;
use crate::vocabulary::diagnostic::Diagnostic;
use crate::vocabulary::fault::Fault;

/// An answer that says no: `{"error": {"code": …, "message": …, "help": …}}`.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    /// Stable, for programs.
    code: &'static str,
    message: String,
    /// What to do about it.
    help: Option<String>,
    /// What is wrong with a posted text.
    findings: Vec<Diagnostic>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            help: None,
            findings: Vec::new(),
            headers: Vec::new(),
        }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    pub(super) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", message)
    }

    pub(super) fn unauthorized() -> Self {
        let message = "The simulator has an admin token, and the request does not show it.";
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", message)
            .with_help("Send `Authorization: Bearer TOKEN` or `X-Mimic-Token: TOKEN`.")
            .with_header(header::WWW_AUTHENTICATE, "Bearer")
    }

    pub(super) fn wrong_method(method: &Method, allowed: &[&str]) -> Self {
        let allowed = allowed.join(", ");
        let message = format!("{method} means nothing here; {allowed} does.");
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            message,
        )
        .with_header(header::ALLOW, &allowed)
    }

    pub(super) fn wrong_type(sent: &str, wanted: &str) -> Self {
        let message = format!("The body is said to be {sent}; it has to be {wanted}.");
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            message,
        )
        .with_help(format!("Send `Content-Type: {wanted}`."))
    }

    pub(super) fn bad_text(findings: Vec<Diagnostic>) -> Self {
        let message = "The text has errors; nothing of it was taken.";
        Self {
            findings,
            ..Self::new(StatusCode::BAD_REQUEST, "bad_scenario", message)
        }
    }

    #[must_use]
    pub(super) fn with_help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }

    /// Adds the name that was probably meant.
    #[must_use]
    pub(super) fn perhaps(self, nearest: Option<&str>) -> Self {
        match nearest {
            Some(name) => self.with_help(format!("Did you mean `{name}`?")),
            None => self,
        }
    }

    #[must_use]
    fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        let value = HeaderValue::from_str(value);
        self.headers.extend(value.ok().map(|value| (name, value)));
        self
    }
}

impl From<BodyProblem> for Problem {
    fn from(problem: BodyProblem) -> Self {
        match problem {
            BodyProblem::TooLarge(limit) => {
                let message = format!("The body is larger than {limit} bytes.");
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
            }
            BodyProblem::Broken => Self::bad_request("The body ended before it was complete."),
        }
    }
}

/// A fault of the simulated cloud here means that the files ask for a world that cannot be.
impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::conflict(fault.message)
    }
}

impl From<Problem> for Answer {
    fn from(problem: Problem) -> Self {
        let mut error = json!({ "code": problem.code, "message": problem.message });
        if let Some(help) = problem.help {
            error["help"] = Value::from(help);
        }
        if !problem.findings.is_empty() {
            error["findings"] = scn::findings_json(&problem.findings);
            error["text"] = Value::from(render_human(&problem.findings, false));
        }
        let mut answer = Self::json(problem.status, &json!({ "error": error }));
        answer.headers.extend(problem.headers);
        answer
    }
}
