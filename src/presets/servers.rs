//! The presets in the metadata of servers.

use std::time::Duration;

use super::act::{self, Refusal, of_preset, preset};
use super::found::Found;
use super::value::{Wrong, object_in, seconds_in, status, whole};
use crate::api::Call;
use crate::vocabulary::command::CommandId;
use crate::vocabulary::condition::Condition;
use crate::vocabulary::fact::{FactPath, Subject};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::mock::{Lead, LedMock, MockSpec, Pattern, Response, Step};

const CREATE_SERVER_FAILURE: &str = "create_server_failure";
const SERVER_BUILDING: &str = "server_building";
const SERVER_ERROR: &str = "server_error";
pub(super) const DELETE_SERVER_FAILURE: &str = "delete_server_failure";

pub(super) const KEYS: &[&str] = &[
    CREATE_SERVER_FAILURE,
    SERVER_BUILDING,
    SERVER_ERROR,
    DELETE_SERVER_FAILURE,
];

/// How deletions go wrong.
struct Deletion {
    code: u16,
    times: u64,
}

impl Deletion {
    fn read(text: &str) -> Result<Self, Wrong> {
        let parameters = object_in(text)?;
        Ok(Self {
            code: status(&parameters, 500)?,
            times: whole(
                &parameters,
                "times",
                1,
                Wrong("its times have to be a whole number"),
            )?,
        })
    }

    /// The refusals of one server's deletion, as long as its metadata ask for them.
    fn lead(&self, command: CommandId, value: &str) -> Option<Lead> {
        let step = Step {
            count: Some(self.times).filter(|times| *times > 0),
            ..Step::new(Response::Fail {
                status: Some(self.code),
                text: None,
            })
        };
        step.count?;
        Some(Lead::Mock(Box::new(LedMock {
            condition: Some(has(DELETE_SERVER_FAILURE, value)),
            by: Some(preset(DELETE_SERVER_FAILURE)),
            ..LedMock::new(Pattern::Command(command), step)
        })))
    }
}

fn refusal_in(text: &str) -> Result<Refusal, Wrong> {
    Refusal::by_nova(&object_in(text)?)
}

fn has(key: &str, value: &str) -> Condition {
    Condition::is(FactPath::metadata(Subject::Server, key), value)
}

/// The mock of a create whose server has these presets: the first of them that there is decides.
pub(super) fn of_new(found: &Found<'_>, call: &Call) -> Result<Vec<MockSpec>, Fault> {
    let refusal = found.read(CREATE_SERVER_FAILURE, refusal_in)?;
    let building: Option<Duration> = found.read(SERVER_BUILDING, seconds_in)?;
    let deletion = found.read(DELETE_SERVER_FAILURE, Deletion::read)?;
    let is_broken = found.get(SERVER_ERROR).is_some();
    let (key, mut step) = match (&refusal, building) {
        (Some(refusal), _) => (CREATE_SERVER_FAILURE, refusal.step(false)),
        (None, Some(time)) => (SERVER_BUILDING, act::build(time)),
        (None, None) if is_broken => (SERVER_ERROR, act::error()),
        (None, None) if deletion.is_some() => (DELETE_SERVER_FAILURE, act::succeed()),
        (None, None) => return Ok(Vec::new()),
    };
    let mut keys = vec![key];
    if let (None, Some(deletion)) = (refusal, deletion) {
        keys.extend((key != DELETE_SERVER_FAILURE).then_some(DELETE_SERVER_FAILURE));
        step.leads.extend(refused_deletion(&deletion, found));
    }
    let has = |key: &str| has(key, found.get(key).unwrap_or_default());
    let condition = Condition::every(keys.into_iter().map(has));
    Ok(vec![of_preset(key, call.command, condition, step)])
}

/// The mock of a change of metadata that brings the one preset that is read when it is needed.
pub(super) fn of_written(found: &Found<'_>, call: &Call) -> Result<Vec<MockSpec>, Fault> {
    let Some(deletion) = found.read(DELETE_SERVER_FAILURE, Deletion::read)? else {
        return Ok(Vec::new());
    };
    let mut step = act::succeed();
    step.leads.extend(refused_deletion(&deletion, found));
    let path: Vec<&str> = found
        .home
        .iter()
        .copied()
        .chain([DELETE_SERVER_FAILURE])
        .collect();
    let value = found.get(DELETE_SERVER_FAILURE).unwrap_or_default();
    let condition = Condition::is(FactPath::body(&path), value);
    let key = DELETE_SERVER_FAILURE;
    Ok(vec![of_preset(key, call.command, condition, step)])
}

fn refused_deletion(deletion: &Deletion, found: &Found<'_>) -> Option<Lead> {
    let command = CommandId::named("compute.delete_server")?;
    deletion.lead(command, found.get(DELETE_SERVER_FAILURE)?)
}
