//! What the rules decided for one command.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::mock::{Drop, Lead};

/// The fate of one command.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    pub outcome: Outcome,
    /// How much later the answer comes: real time for an API call under a real clock, virtual for an agent.
    pub delay: Duration,
    /// Whether the command takes effect on the cloud, whatever it answers.
    pub applied: bool,
    /// The mock that decided; `None` for the default.
    pub served_by: Option<Arc<str>>,
    /// What follows for each thing that it makes or acts on.
    pub leads: Vec<Lead>,
}

impl Decision {
    /// The default: success, at once.
    pub fn success() -> Self {
        Self {
            outcome: Outcome::Succeed { patch: None },
            delay: Duration::ZERO,
            applied: true,
            served_by: None,
            leads: Vec::new(),
        }
    }
}

/// How a command ends. Texts and bodies have their facts filled in.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Succeed {
        patch: Option<Value>,
    },
    Fail {
        status: Option<u16>,
        text: Option<String>,
    },
    Fault {
        text: Option<String>,
    },
    Respond {
        status: Option<u16>,
        headers: Vec<(String, String)>,
        body: Body,
    },
    Drop(Drop),
}

impl Outcome {
    /// The words for all kinds.
    pub const WORDS: [&str; 5] = ["succeed", "fail", "fault", "respond", "drop"];

    /// The word for this kind of outcome, as the language writes it.
    pub fn word(&self) -> &'static str {
        match self {
            Outcome::Succeed { .. } => "succeed",
            Outcome::Fail { .. } => "fail",
            Outcome::Fault { .. } => "fault",
            Outcome::Respond { .. } => "respond",
            Outcome::Drop(_) => "drop",
        }
    }

    /// Whether the caller is told, or left to find out, that the command did not work.
    pub fn is_bad(&self) -> bool {
        match self {
            Outcome::Succeed { .. } => false,
            Outcome::Fail { .. } | Outcome::Fault { .. } | Outcome::Drop(_) => true,
            Outcome::Respond { status, body, .. } => match status {
                Some(status) => *status >= 400,
                None => body.agent_result().is_err(),
            },
        }
    }
}

/// The body of a fixed answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    Json(Value),
    Text(String),
}

impl Body {
    /// What the body says when it is an agent's answer: `result` and `details`, bare or below the name of
    /// the answer's class. Without a `result` the answer is a yes.
    ///
    /// # Errors
    /// The answer's `details` when it says no.
    pub fn agent_result(&self) -> Result<(), String> {
        let Body::Json(value) = self else {
            return Ok(());
        };
        let answer = match value.as_object() {
            Some(object) if object.len() == 1 && !object.contains_key("result") => {
                object.values().next().unwrap_or(value)
            }
            _ => value,
        };
        match answer.get("result").and_then(Value::as_bool) {
            Some(false) => Err(answer
                .get("details")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()),
            Some(true) | None => Ok(()),
        }
    }
}
