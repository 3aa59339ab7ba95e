//! Rackspace's own services: Cloud Load Balancers.
//!
//! Who calls is known by a token of Identity, as everywhere. The services speak JSON and XML: inside there is
//! only JSON, and [`xml`] tells how it is written at the edge.

mod balancers;
mod fault;
mod finish;
mod recognise;
#[cfg(test)]
mod tests;
mod xml;

use std::sync::Arc;

use super::{Answer, Call, Dialect, Reply, Request};
use crate::api::BodyProblem;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Session, id_text};

/// The dialect of Rackspace's services.
pub struct Rackspace;

impl Dialect for Rackspace {
    fn claims(&self, path: &str) -> bool {
        recognise::is_ours(path)
    }

    fn recognise(&self, request: Request) -> Result<Box<Call>, Box<Reply>> {
        recognise::recognise(request)
    }

    fn authenticate(&self, world: &mut World, call: &mut Call) -> Result<(), Fault> {
        match &call.request.body {
            Ok(_) => {}
            Err(BodyProblem::TooLarge(_)) => {
                let message = "The request is too large.";
                return Err(Fault::new(FaultKind::PayloadTooLarge, message));
            }
            Err(BodyProblem::Broken) => return Err(Fault::bad_request(fault::MISFIT)),
        }
        let token = call.request.headers.get("x-auth-token");
        let token = token.and_then(|token| token.to_str().ok());
        let now = world.now();
        let tenant = call.path_param("tenant");
        let session = token.and_then(|token| world.accounts.session(token, now));
        let session = match session.filter(|session| owns(session, tenant)) {
            Some(session) => session,
            // Where none is needed, the URL says whose things it is about.
            None => Arc::new(
                world
                    .accounts
                    .open_door(now, tenant)
                    .map_err(|_| unauthorized())?,
            ),
        };
        call.session = Some(session);
        Ok(())
    }

    fn fault(&self, call: &Call, fault: &Fault) -> Answer {
        fault::render(call, fault)
    }

    fn finish(&self, call: &Call, answer: Answer) -> Reply {
        finish::finish(call, answer)
    }
}

fn unauthorized() -> Fault {
    Fault::new(FaultKind::Unauthorized, "")
}

/// Whether a session is of the tenant in the URL, which may be written as id or as name.
fn owns(session: &Session, tenant: &str) -> bool {
    session
        .project
        .as_ref()
        .is_some_and(|project| *project.name == *tenant || id_text(project.id) == *tenant)
}
