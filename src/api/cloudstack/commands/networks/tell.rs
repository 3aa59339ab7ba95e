//! Jobs that have a router heed a change.

use uuid::Uuid;

use crate::api::cloudstack::{caller, job};
use crate::api::{Answer, Call};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::guest::GuestThing;
use crate::world::operations::{Kind, Order, Thing};
use crate::world::topology::HostKey;

/// What a router is told, and where it is.
pub(in crate::api::cloudstack::commands) struct Change {
    pub(in crate::api::cloudstack::commands) kind: Kind,
    pub(in crate::api::cloudstack::commands) on: Thing,
    /// Where the router runs; nobody is told where none runs.
    pub(in crate::api::cloudstack::commands) host: Option<HostKey>,
    pub(in crate::api::cloudstack::commands) what: GuestThing,
}

/// A change that the router of a network, or of the cloud that it is a tier of, is told of.
pub(in crate::api::cloudstack::commands) fn in_network(
    world: &World,
    network: Uuid,
    kind: Kind,
    what: GuestThing,
) -> Change {
    Change {
        kind,
        on: Thing::Network(network),
        host: world.router_host(network),
        what,
    }
}

/// A change that the router of a virtual private cloud is told of.
pub(in crate::api::cloudstack::commands) fn in_vpc(
    world: &World,
    vpc: Uuid,
    kind: Kind,
    what: GuestThing,
) -> Change {
    Change {
        kind,
        on: Thing::Vpc(vpc),
        host: world.vpc_host(vpc),
        what,
    }
}

/// Answers with a job that has a router heed a change; it is over at once where no router runs, which hears
/// of it when it starts.
///
/// # Errors
/// Nobody called.
pub(in crate::api::cloudstack::commands) fn tell(
    world: &mut World,
    call: &Call,
    shown: Uuid,
    change: Change,
) -> Result<Answer, Fault> {
    match change.order(call)? {
        Some(order) => job::begin(world, call, shown, order),
        None => {
            world.settle_guest(change.what, true);
            job::done(world, call, Some(shown))
        }
    }
}

impl Change {
    /// What is asked of the router's host, if there is one.
    ///
    /// # Errors
    /// Nobody called.
    pub(in crate::api::cloudstack::commands) fn order(
        &self,
        call: &Call,
    ) -> Result<Option<Order>, Fault> {
        let user = caller(call)?.user.clone();
        let with = Thing::Guest(self.what);
        let order = |host| {
            Order::new(self.on, self.kind, user)
                .with(with)
                .at(Some(host))
        };
        Ok(self.host.map(order))
    }
}
