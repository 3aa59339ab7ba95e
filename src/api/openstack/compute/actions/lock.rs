//! What changes at once: locks, and a state put right by hand.

use std::sync::Arc;

use http::StatusCode;

use super::super::forbidden;
use super::{Action, Answer, Call, options, ready};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::operations::Kind;
use crate::world::server::{Lock, Server, State};

pub(super) fn lock(world: &mut World, call: &Call, action: &Action) -> Result<Answer, Fault> {
    let server = ready(world, call, action)?;
    // What the owner locked stays as the owner locked it.
    if server.lock().is_some() && is_owner(call, server) {
        return Ok(Answer::empty(StatusCode::ACCEPTED));
    }
    let reason = options(call).get("locked_reason");
    let reason = reason.filter(|_| call.microversion >= 73);
    let lock = Lock {
        is_owners: is_owner(call, server),
        reason: reason.and_then(|reason| reason.as_str()).map(Arc::from),
    };
    let id = server.id;
    if let Some(server) = world.server_mut(id) {
        server.rare_mut().lock = Some(lock);
    }
    world.note(id, Kind::Lock, call.caller()?.user.clone(), call.id);
    Ok(Answer::empty(StatusCode::ACCEPTED))
}

pub(super) fn unlock(world: &mut World, call: &Call, action: &Action) -> Result<Answer, Fault> {
    let server = ready(world, call, action)?;
    let is_theirs = server
        .lock()
        .is_none_or(|lock| lock.is_owners == is_owner(call, server));
    if !is_theirs && !call.is_admin() {
        return Err(forbidden(
            "os_compute_api:os-lock-server:unlock:unlock_override",
        ));
    }
    let id = server.id;
    if let Some(server) = world.server_mut(id) {
        server.rare_mut().lock = None;
    }
    world.note(id, Kind::Unlock, call.caller()?.user.clone(), call.id);
    Ok(Answer::empty(StatusCode::ACCEPTED))
}

/// Whether the caller speaks for the server's project.
fn is_owner(call: &Call, server: &Server) -> bool {
    let session = call.session.as_ref();
    let project = session.and_then(|session| session.project.as_ref());
    project.is_some_and(|project| project.id == server.spec.project.id)
}

/// `os-resetState`: the record is what it is told to be, whatever the server itself is.
pub(super) fn reset_state(
    world: &mut World,
    call: &Call,
    action: &Action,
) -> Result<Answer, Fault> {
    let id = ready(world, call, action)?.id;
    let state = match options(call)["state"].as_str() {
        Some("error") => State::Error,
        _ => State::Active,
    };
    world.reset_state(id, state);
    Ok(Answer::empty(StatusCode::ACCEPTED))
}
