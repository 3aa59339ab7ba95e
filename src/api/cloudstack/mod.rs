//! CloudStack's management API.
//!
//! One path, `/client/api`; a request names its `command` and gives parameters. A command is a row of a
//! table beside its code in [`commands`]; the rows' parameters say what is checked before it runs, and are
//! what `listApis` tells.

mod access;
pub(crate) mod catalog;
mod commands;
pub(crate) mod entity;
pub(crate) mod envelope;
mod fault;
mod job;
mod listing;
pub(crate) mod params;
pub(crate) mod request;
pub(crate) mod session;
pub(crate) mod signature;
mod table;
#[cfg(test)]
mod tests;
mod xml;

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use uuid::Uuid;

use super::{Answer, Call, Dialect, Reply, Request};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::profile::Profile;
use crate::world::World;
use crate::world::accounts::{Session, Standing};
use catalog::{Audience, Pace};
use params::Args;
pub(crate) use request::PATH;
use request::Params;
use table::Row;

/// The release that the simulated service says it is.
pub(crate) const VERSION: &str = "4.20.0.0";

/// The dialect of CloudStack.
pub struct CloudStack;

impl Dialect for CloudStack {
    fn claims(&self, path: &str) -> bool {
        request::is_api(path)
    }

    fn recognise(&self, request: Request) -> Result<Box<Call>, Box<Reply>> {
        let refuse = |params: &Params, command: &str, fault: &Fault| {
            Box::new(envelope::reply(
                envelope::failure(command, fault),
                params.get("response"),
            ))
        };
        let params =
            Params::read(&request).map_err(|fault| refuse(&Params::default(), "", &fault))?;
        let name = params.get("command").unwrap_or_default();
        if request.is_trusted && session::IGNORED_IF_TRUSTED.contains(&name) {
            return Err(Box::new(Reply::new(StatusCode::OK, Bytes::new())));
        }
        let unknown = || match request.is_trusted {
            true => unknown_api_command(name),
            false => unknown_command(name),
        };
        let (command, row) = table::find(name).ok_or_else(|| refuse(&params, name, &unknown()))?;
        let query = params.into_lower_case();
        Ok(Box::new(Call {
            command,
            operation: &row.operation,
            path_params: Vec::new(),
            body: request::as_object(&query),
            query,
            base_url: String::new(),
            microversion: 0,
            microversion_fault: None,
            session: None,
            profile: Profile::default(),
            arrived: chrono::DateTime::UNIX_EPOCH,
            id: Uuid::nil(),
            request,
        }))
    }

    fn authenticate(&self, world: &mut World, call: &mut Call) -> Result<(), Fault> {
        let row = row(call);
        if !row.is_open {
            let params = Params::read(&call.request)?;
            let session = session::identify(world, &params, &call.request)?;
            check_role(world, row, &session)?;
            call.session = Some(session);
        }
        args(world, call).check()?;
        if row.is_open {
            return Ok(());
        }
        check_lock(world, call)?;
        commands::limits::check(world, call)
    }

    fn fault(&self, call: &Call, fault: &Fault) -> Answer {
        let is_admin = call
            .session
            .as_ref()
            .is_some_and(|session| session.is_admin());
        match fault::veiled(fault).filter(|_| !is_admin && call.session.is_some()) {
            Some(veiled) => envelope::failure(command_name(call), &veiled),
            None => envelope::failure(command_name(call), fault),
        }
    }

    fn finish(&self, call: &Call, answer: Answer) -> Reply {
        envelope::reply(answer, call.param("response"))
    }
}

/// The arguments of a call.
fn args<'a>(world: &'a World, call: &'a Call) -> Args<'a> {
    Args {
        world,
        params: &row(call).spec().params,
        command: command_name(call),
        sent: &call.query,
    }
}

/// The command as clients write it: `listZones`.
fn command_name(call: &Call) -> &'static str {
    call.command.spec().short_name()
}

fn row(call: &Call) -> &'static Row {
    let (_, row) = table::find(command_name(call)).expect("a call was recognised by its row");
    row
}

fn check_role(world: &World, row: &Row, session: &Session) -> Result<(), Fault> {
    if is_for(world, row, session) {
        return Ok(());
    }
    Err(session::not_for(row.name()))
}

/// Refuses to let those make things whose account is locked.
fn check_lock(world: &World, call: &Call) -> Result<(), Fault> {
    let account = caller(call)?.project.as_ref();
    let locked = account.filter(|account| world.accounts.is_locked(account.id));
    match locked.filter(|_| row(call).spec().pace == Pace::MakingJob) {
        Some(account) => Err(fault::denied(format!("Account {} is locked", account.name))),
        None => Ok(()),
    }
}

/// What everybody needs who may call anything at all.
const ALWAYS_ALLOWED: &[&str] = &["listApis", "listCapabilities", "queryAsyncJobResult"];

/// Whether a command is for a caller: as the rules of its role say, or else, in roles that are open, as is
/// usual for its kind of account.
fn is_for(world: &World, row: &Row, session: &Session) -> bool {
    let accounts = &world.accounts;
    let role = session.project.as_ref();
    let role = role.and_then(|account| accounts.command_role(accounts.role_of_account(account.id)));
    let is_usual = || match row.spec().audience {
        Audience::Everybody => true,
        Audience::DomainAdmins => accounts.standing(session) != Standing::Own,
        Audience::RootAdmins => session.is_admin(),
    };
    match role.map(|role| (role.rules_on(row.name()), role.is_open)) {
        _ if ALWAYS_ALLOWED.contains(&row.name()) => true,
        Some((Some(is_allowed), _)) => is_allowed,
        Some((None, is_open)) => is_open && is_usual(),
        None => is_usual(),
    }
}

/// A real CloudStack says 401 to signed calls of unknown commands, as if the signature were wrong. Here
/// they get what callers with a session get, which tells more.
fn unknown_command(name: &str) -> Fault {
    if name.is_empty() {
        return Fault {
            status: Some(400),
            ..Fault::bad_request("no command specified")
        };
    }
    let mut fault = session::not_for(name);
    if let Some(nearest) = table::nearest(name) {
        fault
            .message
            .push_str(&format!(" Did you mean '{nearest}'?"));
    }
    fault
}

/// At the integration port, what is no command is told apart from what is not for the caller.
fn unknown_api_command(name: &str) -> Fault {
    let message = format!("Unknown API command: {name}");
    Fault::new(FaultKind::NotImplemented, message)
}

/// The session of a call that was authenticated.
fn caller(call: &Call) -> Result<&Arc<Session>, Fault> {
    let message = "unable to verify user credentials";
    call.session
        .as_ref()
        .ok_or_else(|| Fault::new(FaultKind::Unauthorized, message))
}
