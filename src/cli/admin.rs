//! A running simulator, as the sub-commands reach it: over its admin API.

use bytes::Bytes;
use clap::Args;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::failure::Failure;
use crate::front::client::{self, Answer, ClientError};

/// The running simulator.
#[derive(Debug, Args)]
pub(super) struct Server {
    /// Where it listens.
    #[arg(long, env = "MIMIC_URL", default_value = "http://127.0.0.1:8900")]
    url: String,
    /// Its admin token, if it has one.
    #[arg(long, env = "MIMIC_ADMIN_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// The world that is meant.
    #[arg(long, value_name = "NAME", default_value = "default")]
    world: String,
}

impl Server {
    /// Asks the admin API of the world: `path` is below `/mimic/v2`. `None` for an answer without a body.
    ///
    /// # Errors
    /// When nobody answers, or the answer is no; either says so in one line.
    pub(super) fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<Body>,
    ) -> Result<Option<Value>, Failure> {
        let url = format!(
            "{}{}/mimic/v2/{path}",
            self.url.trim_end_matches('/'),
            self.prefix()
        );
        let mut headers = self.headers()?;
        let body = match body {
            None => Bytes::new(),
            Some(Body { kind, text }) => {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
                text.into()
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::Stuck(format!("cannot start: {error}")))?;
        let answer = runtime.block_on(client::send(method, &url, headers, body));
        read(answer.map_err(|error| self.no_answer(error))?)
    }

    fn prefix(&self) -> String {
        match self.world.as_str() {
            "default" => String::new(),
            name => format!("/w/{}", path_segment(name)),
        }
    }

    fn headers(&self) -> Result<HeaderMap, Failure> {
        let mut headers = HeaderMap::new();
        if let Some(token) = &self.token {
            let value = HeaderValue::try_from(format!("Bearer {token}"))
                .map_err(|_| Failure::Stuck("the admin token cannot be sent".to_owned()))?;
            headers.insert(AUTHORIZATION, value);
        }
        Ok(headers)
    }

    fn no_answer(&self, error: ClientError) -> Failure {
        Failure::Stuck(match error {
            ClientError::BadUrl(_) => ClientError::BadUrl(self.url.clone()).to_string(),
            ClientError::Broken { .. } => error.to_string(),
            ClientError::Unreachable { .. } => format!(
                "{error}; start one with `mimic serve`, or say where it is with --url or MIMIC_URL"
            ),
        })
    }
}

/// What is sent along with a request.
pub(super) struct Body {
    kind: &'static str,
    text: String,
}

impl Body {
    pub(super) fn json(value: &Value) -> Self {
        Self {
            kind: "application/json",
            text: value.to_string(),
        }
    }

    pub(super) fn text(text: String) -> Self {
        Self {
            kind: "text/plain; charset=utf-8",
            text,
        }
    }
}

/// One step of a path, with what is special in URLs encoded.
pub(super) fn path_segment(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn read(answer: Answer) -> Result<Option<Value>, Failure> {
    let value: Option<Value> = serde_json::from_slice(&answer.body).ok();
    if answer.status.is_success() {
        return Ok(value);
    }
    let text = match value.as_ref().and_then(|value| value.get("error")) {
        Some(error) => told(error),
        None => String::from_utf8_lossy(&answer.body).trim().to_owned(),
    };
    Err(Failure::Stuck(text))
}

/// The words of the admin API's error: what is wrong, what to do, and what was found in a text.
fn told(error: &Value) -> String {
    let word = |value: &Value, name: &str| match value.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    };
    let mut text = format!("{} {}", word(error, "message"), word(error, "help"));
    text.truncate(text.trim_end().len());
    let findings = error.get("findings").and_then(Value::as_array);
    for finding in findings.into_iter().flatten() {
        let word = |name| word(finding, name);
        text += &format!(
            "\n  {}:{}: {}",
            word("line"),
            word("column"),
            word("message")
        );
    }
    text
}
