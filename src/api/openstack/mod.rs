//! OpenStack: Identity, Compute, Image, Network, Block Storage and Placement.
//!
//! A request is matched to a row of the command table ([`router`]), its caller is known by a token
//! ([`auth`]), and each service's folder holds the operations behind the rows, one file per resource.

mod auth;
mod compute;
mod fault;
mod finish;
mod identity;
mod image;
mod microversion;
mod network;
mod paging;
mod placement;
mod policy;
mod python;
mod query;
mod recognise;
mod render;
mod router;
mod schema;
mod service;
#[cfg(test)]
mod tests;
mod volume;

use super::{Answer, Call, Operation, Reply, Request};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::operations::Kind;
use microversion::Range;
use service::Service;

/// The dialect of OpenStack's services.
pub struct OpenStack;

impl super::Dialect for OpenStack {
    fn claims(&self, path: &str) -> bool {
        Service::of_path(path).is_some()
    }

    fn recognise(&self, request: Request) -> Result<Box<Call>, Box<Reply>> {
        recognise::recognise(request)
    }

    fn authenticate(&self, world: &mut World, call: &mut Call) -> Result<(), Fault> {
        auth::authenticate(world, call)
    }

    fn fault(&self, call: &Call, fault: &Fault) -> Answer {
        fault::render(call, fault)
    }

    fn finish(&self, call: &Call, answer: Answer) -> Reply {
        finish::finish(call, answer)
    }
}

/// The first and the last microversion of a service, by its name in the table of commands; `None` for one
/// that has none.
pub fn microversions(service: &str) -> Option<(String, String)> {
    let mut services = Service::ALL.into_iter();
    let service = services.find(|known| known.kind() == service)?;
    service.microversions().map(Range::ends)
}

/// What an action of Compute begins.
pub(super) fn begun_by(command: &str) -> impl Iterator<Item = Kind> {
    let actions = compute::ACTIONS.iter();
    let its = actions.filter(move |action| action.command == command);
    its.filter_map(|action| action.kind)
}

/// The rows of all services.
fn operations() -> impl Iterator<Item = &'static Operation> {
    [
        identity::TABLES,
        identity::TABLES_V2,
        compute::TABLES,
        image::TABLES,
        network::TABLES,
        volume::TABLES,
        placement::TABLES,
    ]
    .into_iter()
    .flatten()
    .copied()
    .flatten()
}
