//! A mock as its author wrote it, checked: what it matches and what it answers, step by step.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::command::{CommandId, Commands};
use super::condition::Condition;
use super::place::Scope;
use super::quantity::{Delay, Span};
use super::template::{BodyTemplate, JsonTemplate, Template};

/// Which commands a mock or an expectation speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pattern {
    Command(CommandId),
    /// All commands of a service: `compute.*`, `agent.*`.
    Service(&'static str),
    /// `*`: every command of both planes.
    All,
}

impl Pattern {
    /// All that it covers, in the order of the table.
    pub fn commands(self) -> Commands {
        match self {
            Pattern::Command(command) => command.alone(),
            Pattern::Service(service) => CommandId::of_service(service),
            Pattern::All => CommandId::all(),
        }
    }

    pub fn covers(self, command: CommandId) -> bool {
        match self {
            Pattern::Command(own) => own == command,
            Pattern::Service(service) => command.spec().service == service,
            Pattern::All => true,
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pattern::Command(command) => command.fmt(f),
            Pattern::Service(service) => write!(f, "{service}.*"),
            Pattern::All => f.write_str("*"),
        }
    }
}

/// A mock. Its [`Display`](fmt::Display) is the mock in the language, on one line.
#[derive(Debug, Clone, PartialEq)]
pub struct MockSpec {
    pub pattern: Pattern,
    pub scope: Scope,
    pub condition: Option<Condition>,
    pub label: Option<Arc<str>>,
    pub priority: i32,
    /// Never empty.
    pub steps: Vec<Step>,
    /// `then repeat`: after the last step the first follows.
    pub repeat: bool,
    /// The scenario that it belongs to; `None` for the common part of a file and for mocks made over an API.
    pub scenario: Option<Arc<str>>,
    pub origin: Origin,
}

/// Where a mock came from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A scenario file; lines count from 1.
    File { path: Arc<str>, line: usize },
    /// A request: `sequence` counts the mocks made so in one world, `via` names the interface.
    Api { sequence: u64, via: &'static str },
    /// Something else than a text of the language asked for it: `by` names it, such as a preset and what
    /// it is for. There is one mock of the same text by the same.
    Made {
        by: Arc<str>,
        sequence: u64,
        turn: Turn,
    },
}

/// Which of several mocks of the same rank that requests made is asked first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// The newest, before all that say nothing else.
    NewestFirst,
    /// The oldest, after all that say nothing else.
    OldestFirst,
}

impl Origin {
    /// Of a mock that is not numbered yet.
    pub fn made(by: impl Into<Arc<str>>, turn: Turn) -> Self {
        Origin::Made {
            by: by.into(),
            sequence: 0,
            turn,
        }
    }

    /// The same, as the mock of that number among those that requests made.
    #[must_use]
    pub fn numbered(self, number: u64) -> Self {
        match self {
            Origin::File { .. } => self,
            Origin::Api { via, .. } => Origin::Api {
                sequence: number,
                via,
            },
            Origin::Made { by, turn, .. } => Origin::Made {
                by,
                sequence: number,
                turn,
            },
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::File { path, line } => write!(f, "{path}:{line}"),
            Origin::Api { sequence, via } => write!(f, "{via} #{sequence}"),
            Origin::Made { by, .. } => f.write_str(by),
        }
    }
}

/// One step of a mock: a response and its modifiers.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub response: Response,
    pub delay: Option<Delay>,
    /// How many commands the step serves; `None` for ever.
    pub count: Option<u64>,
    /// How many it lets pass first.
    pub skip: u64,
    /// The share of commands it serves, in percent, above 0 and up to 100.
    pub chance: Option<f64>,
    /// `but applied` / `but not applied`, where it is said.
    pub applied: Option<bool>,
    /// What follows for each thing that the command makes or acts on.
    pub leads: Vec<Lead>,
}

/// What a served step has follow for one thing.
#[derive(Debug, Clone, PartialEq)]
pub enum Lead {
    /// `leads to StartCommand { fail }`: another mock, for that thing only.
    Mock(Box<LedMock>),
    /// `leads to ERROR after 10s`: it is in that status so much later, whatever it was in.
    Status { status: Arc<str>, after: Duration },
}

/// A mock that waits for the thing that it is for.
#[derive(Debug, Clone, PartialEq)]
pub struct LedMock {
    pub pattern: Pattern,
    pub condition: Option<Condition>,
    /// Never empty.
    pub steps: Vec<Step>,
    pub repeat: bool,
    /// Who asked for it, if it is not the mock that leads to it.
    pub by: Option<Arc<str>>,
}

impl LedMock {
    /// A mock of one step.
    pub fn new(pattern: Pattern, step: Step) -> Self {
        Self {
            pattern,
            condition: None,
            steps: vec![step],
            repeat: false,
            by: None,
        }
    }
}

impl Step {
    /// A step that answers at once, for ever.
    pub fn new(response: Response) -> Self {
        Self {
            response,
            delay: None,
            count: None,
            skip: 0,
            chance: None,
            applied: None,
            leads: Vec::new(),
        }
    }

    /// Whether the command takes effect on the cloud: as said, else as the response implies.
    pub fn is_applied(&self) -> bool {
        self.applied.unwrap_or(match self.response {
            Response::Succeed { .. } | Response::Respond { .. } => true,
            Response::Fail { .. } | Response::Fault { .. } | Response::Drop(_) => false,
        })
    }
}

/// What a step answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Response {
    /// The default path runs; its body is then changed by a JSON merge patch.
    Succeed { patch: Option<JsonTemplate> },
    /// An answer that says no.
    Fail {
        status: Option<u16>,
        text: Option<Template>,
    },
    /// The far side breaks.
    Fault { text: Option<Template> },
    /// Exactly this answer.
    Respond {
        status: Option<u16>,
        headers: Vec<(String, Template)>,
        body: BodyTemplate,
    },
    /// The connection misbehaves.
    Drop(Drop),
}

/// How a connection misbehaves instead of carrying an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drop {
    /// The connection is reset.
    Reset,
    /// It is closed without a byte.
    Empty,
    /// Bytes that are no HTTP are sent, then it is closed.
    Garbage,
    /// It is closed after that many bytes of the answer.
    After(u64),
    /// Nothing is sent and it stays open.
    Hang,
}

impl fmt::Display for Drop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Drop::Reset => f.write_str("reset"),
            Drop::Empty => f.write_str("empty"),
            Drop::Garbage => f.write_str("garbage"),
            Drop::After(bytes) => write!(f, "after {bytes}B"),
            Drop::Hang => f.write_str("hang"),
        }
    }
}

impl fmt::Display for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Response::Succeed { patch: None } => f.write_str("succeed"),
            Response::Succeed { patch: Some(patch) } => write!(f, "succeed with {patch}"),
            Response::Fail { status, text } => {
                f.write_str("fail")?;
                write_some(f, status.as_ref())?;
                write_some(f, text.as_ref())
            }
            Response::Fault { text } => {
                f.write_str("fault")?;
                write_some(f, text.as_ref())
            }
            Response::Respond {
                status,
                headers,
                body,
            } => {
                f.write_str("respond")?;
                write_some(f, status.as_ref())?;
                if !headers.is_empty() {
                    f.write_str(" headers {")?;
                    for (position, (name, value)) in headers.iter().enumerate() {
                        let comma = if position > 0 { "," } else { "" };
                        write!(f, "{comma} {}: {value}", serde_json::Value::from(&**name))?;
                    }
                    f.write_str(" }")?;
                }
                write!(f, " {body}")
            }
            Response::Drop(drop) => write!(f, "drop {drop}"),
        }
    }
}

fn write_some(f: &mut fmt::Formatter<'_>, value: Option<&impl fmt::Display>) -> fmt::Result {
    value.map_or(Ok(()), |value| write!(f, " {value}"))
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.response.fmt(f)?;
        if let Some(delay) = &self.delay {
            write!(f, " delay {delay}")?;
        }
        if self.skip > 0 {
            write!(f, " skip {}", self.skip)?;
        }
        if let Some(chance) = self.chance {
            write!(f, " chance {chance}%")?;
        }
        match self.applied {
            Some(true) => f.write_str(" but applied")?,
            Some(false) => f.write_str(" but not applied")?,
            None => {}
        }
        self.leads
            .iter()
            .try_for_each(|lead| write!(f, " {lead}"))?;
        match self.count {
            Some(count) => write!(f, " count {count}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for MockSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mock {}", self.pattern)?;
        if self.scope != Scope::everywhere() {
            write!(f, " on {}", self.scope)?;
        }
        if let Some(condition) = &self.condition {
            write!(f, " where {condition}")?;
        }
        if let Some(label) = &self.label {
            write!(f, " as {label}")?;
        }
        if self.priority != 0 {
            write!(f, " priority {}", self.priority)?;
        }
        write_steps(f, &self.steps, self.repeat)
    }
}

fn write_steps(f: &mut fmt::Formatter<'_>, steps: &[Step], repeat: bool) -> fmt::Result {
    f.write_str(" { ")?;
    for (position, step) in steps.iter().enumerate() {
        let then = if position > 0 { " then " } else { "" };
        write!(f, "{then}{step}")?;
    }
    f.write_str(if repeat { " then repeat }" } else { " }" })
}

impl fmt::Display for Lead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("leads to ")?;
        match self {
            Lead::Mock(mock) => {
                mock.pattern.fmt(f)?;
                if let Some(condition) = &mock.condition {
                    write!(f, " where {condition}")?;
                }
                write_steps(f, &mock.steps, mock.repeat)
            }
            Lead::Status { status, after } => {
                f.write_str(status)?;
                match after.is_zero() {
                    true => Ok(()),
                    false => write!(f, " after {}", Span(*after)),
                }
            }
        }
    }
}
