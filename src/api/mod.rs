//! The dialects: from what a client sends to what the world does, and back.
//!
//! A dialect recognises a request as one of the commands, says who is calling, and renders answers and
//! faults in its service's own form. What happens in between, the engine does the same way for all.

mod begins;
mod call;
pub mod cloudstack;
mod exchange;
mod json;
pub(crate) mod keys;
pub mod openstack;
pub mod rackspace;
mod routes;
mod xml;

pub use begins::agent_commands;
pub use call::{Answer, Call, Landing, Operation, Proviso, Target};
pub use exchange::{BodyProblem, Reply, Request};

use crate::vocabulary::fault::Fault;
use crate::world::World;

/// All dialects.
pub static DIALECTS: &[&dyn Dialect] = &[
    &openstack::OpenStack,
    &rackspace::Rackspace,
    &cloudstack::CloudStack,
];

/// A family of APIs that share their form.
pub trait Dialect: Send + Sync {
    /// Whether a path belongs to this dialect.
    fn claims(&self, path: &str) -> bool;

    /// Reads a request, without a look at any world.
    ///
    /// # Errors
    /// The finished reply when the request is none of the dialect's commands: an unknown path, a wrong method.
    fn recognise(&self, request: Request) -> Result<Box<Call>, Box<Reply>>;

    /// Finds out who is calling and puts it into the call's `session`. Calls that need nobody pass.
    ///
    /// # Errors
    /// [`FaultKind::Unauthorized`](crate::vocabulary::fault::FaultKind::Unauthorized) and whatever else is
    /// wrong with a request before its command is looked at.
    fn authenticate(&self, world: &mut World, call: &mut Call) -> Result<(), Fault>;

    /// The answer that tells a client of a fault, in the form of the service it called.
    fn fault(&self, call: &Call, fault: &Fault) -> Answer;

    /// Adds what every answer of the service carries.
    fn finish(&self, call: &Call, answer: Answer) -> Reply;
}
