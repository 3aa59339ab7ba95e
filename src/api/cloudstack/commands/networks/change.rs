//! What is done to guest networks.

use super::target;
use crate::api::cloudstack::commands::owned::refuse;
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::appliances::Role;
use crate::world::operations::{Kind, Order, Thing};

pub(super) fn update(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let id = target(world, &landing)?.meta.id;
    let args = args(world, call);
    let own = |name| args.text(name).map(Into::into);
    let (name, text, domain) = (own("name"), own("displaytext"), own("networkdomain"));
    let (offering, is_displayed) = (args.id("networkofferingid"), args.flag("displaynetwork"));
    let now = world.now();
    if let Some(network) = world.networking.networks.get_mut(id) {
        network.meta.name = name.unwrap_or_else(|| network.meta.name.clone());
        network.meta.description = text.unwrap_or_else(|| network.meta.description.clone());
        if let Some(guest) = &mut network.guest {
            guest.domain = domain.unwrap_or_else(|| guest.domain.clone());
            guest.offering = offering.unwrap_or(guest.offering);
            guest.is_displayed = is_displayed.unwrap_or(guest.is_displayed);
        }
        network.meta.touch(now);
    }
    job::done(world, call, Some(id))
}

pub(super) fn delete(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let id = target(world, &landing)?.meta.id;
    let user = caller(call)?.user.clone();
    let is_used = world.networking.servers_in(id).next().is_some();
    if !is_used && let Some(removal) = world.remove_with_router(Role::Network(id), &user) {
        return job::follow(world, call, id, removal);
    }
    let removed = world.remove_guest_network(id);
    let failed = |_| Fault::new(FaultKind::Internal, "Failed to delete network");
    job::conclude(world, call, None, removed.map_err(failed))
}

pub(super) fn restart(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let network = target(world, &landing)?;
    let id = network.meta.id;
    let is_there = network
        .guest
        .as_ref()
        .is_none_or(|guest| guest.is_implemented);
    let user = caller(call)?.user.clone();
    let cleans_up = args(world, call).flag("cleanup") == Some(true);
    let router = world.routers_of(id).next();
    let router = router.map(|router| (router.id, router.host));
    let order = match router {
        Some((router, Some(host))) if cleans_up => {
            Order::new(Thing::Appliance(router), Kind::RestartAppliance, user).at(Some(host))
        }
        Some((_, Some(host))) => {
            Order::new(Thing::Network(id), Kind::ReapplyNetwork, user).at(Some(host))
        }
        Some((_, None)) if is_there => {
            world.implement_network(id, &user);
            return job::done(world, call, Some(id));
        }
        None if is_there => return job::done(world, call, Some(id)),
        Some((_, None)) | None => {
            let message = "Network is not in the right state to be restarted. Correct states are: \
                           Implemented, Setup";
            return job::conclude(world, call, Some(id), Err(refuse(message)));
        }
    };
    job::begin(world, call, id, order)
}
