//! What presets and behaviors alike have commands do, as steps of mocks.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::value::{Wrong, status, text};
use crate::vocabulary::command::{AgentCommand, CommandId};
use crate::vocabulary::condition::Condition;
use crate::vocabulary::fact::{FactPath, Subject};
use crate::vocabulary::mock::{Lead, LedMock, MockSpec, Origin, Pattern, Response, Step, Turn};
use crate::vocabulary::place::Scope;
use crate::vocabulary::quantity::Delay;
use crate::vocabulary::template::{BodyTemplate, JsonTemplate, Template};

/// A refusal in the original's form.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    code: u16,
    /// The name of the body's only member; `string` for the message alone.
    kind: String,
    message: String,
}

impl Refusal {
    /// What Nova says when it breaks.
    const OF_NOVA: (u16, &str, &str) = (
        500,
        "computeFault",
        "The server has either erred or is incapable of performing the requested operation.",
    );

    /// What the identity service says to those it does not know.
    pub(super) const OF_IDENTITY: (u16, &str, &str) = (
        401,
        "unauthorized",
        "Unable to authenticate user with credentials provided.",
    );

    /// A refusal by Nova, by its parameters.
    pub(super) fn by_nova(parameters: &Map<String, Value>) -> Result<Self, Wrong> {
        Self::read(parameters, Self::OF_NOVA)
    }

    pub(super) fn read(
        parameters: &Map<String, Value>,
        (code, kind, message): (u16, &str, &str),
    ) -> Result<Self, Wrong> {
        let of = |name, default, wrong| text(parameters, name, default, Wrong(wrong));
        Ok(Self {
            code: status(parameters, code)?,
            kind: of("type", kind, "its type has to be a text")?.to_owned(),
            message: of("message", message, "its message has to be a text")?.to_owned(),
        })
    }

    /// The step that refuses so, whether or not the command takes effect.
    pub(super) fn step(&self, applied: bool) -> Step {
        let body = match self.kind.as_str() {
            "string" => BodyTemplate::Text(Template::plain(&*self.message)),
            kind => BodyTemplate::Json(JsonTemplate::Plain(
                json!({ kind: { "message": self.message, "code": self.code } }),
            )),
        };
        Step {
            applied: Some(applied),
            ..Step::new(Response::Respond {
                status: Some(self.code),
                headers: Vec::new(),
                body,
            })
        }
    }
}

pub(super) fn succeed() -> Step {
    Step::new(Response::Succeed { patch: None })
}

fn late(delay: Duration) -> Step {
    Step {
        delay: Some(Delay::Fixed(delay)),
        ..succeed()
    }
}

fn refused() -> Step {
    Step::new(Response::Fail {
        status: None,
        text: None,
    })
}

fn leading(leads: Vec<Lead>) -> Step {
    Step { leads, ..succeed() }
}

/// The server is in BUILD for so long.
pub(super) fn build(time: Duration) -> Step {
    leading(vec![starting(late(time))])
}

/// The server ends in ERROR: no host will start it.
pub(super) fn error() -> Step {
    leading(vec![starting(refused())])
}

/// The server is in ERROR so much later.
pub(super) fn error_after(after: Duration) -> Step {
    let status = "ERROR".into();
    leading(vec![Lead::Status { status, after }])
}

/// What comes of the start that ends a server's making, and of no later one.
fn starting(step: Step) -> Lead {
    let status = FactPath::Of(Subject::Server, vec!["status".into()]);
    Lead::Mock(Box::new(LedMock {
        condition: Some(Condition::is(status, "BUILD")),
        ..LedMock::new(Pattern::Command(AgentCommand::StartCommand.id()), step)
    }))
}

/// So much later, the answer to a command.
pub(super) fn delayed(command: AgentCommand, delay: Duration) -> Lead {
    led(command.id(), late(delay), None)
}

/// A command is refused.
pub(super) fn failing(command: AgentCommand) -> Lead {
    led(command.id(), refused(), None)
}

pub(super) fn led(command: CommandId, step: Step, by: Option<Arc<str>>) -> Lead {
    Lead::Mock(Box::new(LedMock {
        by,
        ..LedMock::new(Pattern::Command(command), step)
    }))
}

/// How a mock that stands for a preset names its maker.
pub(super) fn preset(key: &str) -> Arc<str> {
    format!("preset {key}").into()
}

/// A mock of these steps.
pub(super) fn mock(
    (by, turn): (impl Into<Arc<str>>, Turn),
    pattern: Pattern,
    condition: Condition,
    (steps, repeat): (Vec<Step>, bool),
) -> MockSpec {
    MockSpec {
        pattern,
        scope: Scope::everywhere(),
        condition: Some(condition),
        label: None,
        priority: 0,
        steps,
        repeat,
        scenario: None,
        origin: Origin::made(by, turn),
    }
}

/// The mock that a preset stands for.
pub(super) fn of_preset(
    key: &str,
    command: CommandId,
    condition: Condition,
    step: Step,
) -> MockSpec {
    let by = (preset(key), Turn::NewestFirst);
    mock(
        by,
        Pattern::Command(command),
        condition,
        (vec![step], false),
    )
}
