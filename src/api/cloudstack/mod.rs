//! CloudStack's management API.
//!
//! One path, `/client/api`; a request names its `command` and gives parameters. A command is a row of a
//! table beside its code in [`commands`]; the rows' parameters say what is checked before it runs, and are
//! what `listApis` tells.

mod catalog;
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
use crate::world::accounts::Session;
use catalog::Audience;
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
            check_role(row, &session)?;
            call.session = Some(session);
        }
        args(world, call).check()
    }

    fn fault(&self, call: &Call, fault: &Fault) -> Answer {
        envelope::failure(command_name(call), fault)
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

fn check_role(row: &Row, session: &Session) -> Result<(), Fault> {
    if is_for(row, session) {
        return Ok(());
    }
    Err(session::not_for(row.name()))
}

/// Whether a command is for a caller.
fn is_for(row: &Row, caller: &Session) -> bool {
    match row.spec().audience {
        Audience::Everybody => true,
        Audience::DomainAdmins | Audience::RootAdmins => caller.is_admin(),
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
