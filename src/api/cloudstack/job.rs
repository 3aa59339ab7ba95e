//! What commands answer that make or change something: the thing at once, or the job that sees to it.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::catalog::{self, Pace};
use super::commands::jobs::instance_type;
use super::table::{Row, Viewer};
use super::{caller, command_name, envelope, row};
use crate::api::{Answer, Call};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::notices::EventDraft;
use crate::world::operations::Order;
use crate::world::operations::jobs::JobDraft;

/// Begins an operation, and answers with the job that follows it. `thing` is what the job's result shows.
///
/// # Errors
/// When what the operation is to be done to is gone.
pub(crate) fn begin(
    world: &mut World,
    call: &Call,
    thing: Uuid,
    order: Order,
) -> Result<Answer, Fault> {
    let gone = || Fault::bad_request(format!("Unable to find {thing}"));
    let operation = world.begin(order).ok_or_else(gone)?;
    follow(world, call, thing, operation)
}

/// Answers with a job that follows an operation.
///
/// # Errors
/// Nobody called.
pub(crate) fn follow(
    world: &mut World,
    call: &Call,
    thing: Uuid,
    operation: Uuid,
) -> Result<Answer, Fault> {
    let draft = draft(world, call, Some(thing))?;
    let job = world.follow(operation, draft);
    Ok(job_answer(call, Some(thing), job))
}

/// Answers with a job for what was begun, if anything needed to be, or was refused.
///
/// # Errors
/// Nobody called.
pub(crate) fn started(
    world: &mut World,
    call: &Call,
    thing: Uuid,
    operation: Result<Option<Uuid>, Fault>,
) -> Result<Answer, Fault> {
    match operation {
        Ok(Some(operation)) => follow(world, call, thing, operation),
        Ok(None) => conclude(world, call, Some(thing), Ok(())),
        Err(fault) => conclude(world, call, Some(thing), Err(fault)),
    }
}

/// Answers with a job that is over already.
///
/// # Errors
/// Nobody called.
pub(crate) fn conclude(
    world: &mut World,
    call: &Call,
    thing: Option<Uuid>,
    result: Result<(), Fault>,
) -> Result<Answer, Fault> {
    let draft = draft(world, call, thing)?;
    let job = world.conclude(draft, result);
    Ok(job_answer(call, thing, job))
}

/// Answers with a thing, or that all went well where the command shows none: at once, or as the result of a
/// job, as the catalog says.
///
/// # Errors
/// Nobody called.
pub(crate) fn done(world: &mut World, call: &Call, thing: Option<Uuid>) -> Result<Answer, Fault> {
    match row(call).spec().pace {
        Pace::AtOnce => {
            note(world, call, thing)?;
            let viewer = Viewer::of(caller(call)?);
            let content = result(world, row(call), thing, viewer);
            Ok(envelope::success(command_name(call), content))
        }
        Pace::Job | Pace::MakingJob => conclude(world, call, thing, Ok(())),
    }
}

/// What a command brought about, as its answer or its job's result tells it.
pub(crate) fn result(world: &World, row: &Row, thing: Option<Uuid>, viewer: Viewer) -> Value {
    let shown = thing.and_then(|thing| row.shown(world, thing, viewer));
    match (shown, row.spec().answers) {
        (Some(shown), Some(answers)) if answers.is_list => {
            json!({ "count": 1, answers.object: [shown] })
        }
        (Some(shown), Some(answers)) => json!({ answers.object: shown }),
        (Some(_) | None, _) => json!({ "success": true }),
    }
}

/// Notes for operators that a command was carried out; for those that answer at once in a way of their own.
///
/// # Errors
/// Nobody called.
pub(crate) fn note(world: &mut World, call: &Call, thing: Option<Uuid>) -> Result<(), Fault> {
    if let Some(event) = event(call, thing)? {
        world.note_done(event);
    }
    Ok(())
}

/// What operators are told of a command.
fn event(call: &Call, thing: Option<Uuid>) -> Result<Option<EventDraft>, Fault> {
    let caller = caller(call)?;
    let kind = catalog::event_of(command_name(call));
    Ok(kind.map(|kind| EventDraft {
        kind,
        user: caller.user.clone(),
        account: caller.project.clone(),
        thing,
        thing_kind: instance_type(row(call)),
    }))
}

fn draft(world: &mut World, call: &Call, thing: Option<Uuid>) -> Result<JobDraft, Fault> {
    let makes_something = row(call).spec().pace == Pace::MakingJob;
    let event = event(call, thing)?.map(|event| world.note_begun(event, makes_something));
    let caller = caller(call)?;
    Ok(JobDraft {
        command: call.command,
        user: caller.user.clone(),
        account: caller.project.clone(),
        thing,
        event,
    })
}

fn job_answer(call: &Call, thing: Option<Uuid>, job: Uuid) -> Answer {
    let mut content = Map::new();
    if let Some(thing) = thing.filter(|_| row(call).spec().pace == Pace::MakingJob) {
        content.insert("id".into(), json!(thing));
    }
    content.insert("jobid".into(), json!(job));
    envelope::success(command_name(call), content.into())
}
