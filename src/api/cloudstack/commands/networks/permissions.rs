//! Who else may use a network. OpenStack's clients see the same as RBAC policies.

use serde_json::json;
use uuid::Uuid;

use super::target;
use crate::api::cloudstack::commands::owned::refuse;
use crate::api::cloudstack::commands::{joined, owner};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::network::{Shared, Sharing};

pub(super) fn create(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let network = target(world, &landing)?;
    let (id, owner) = (network.meta.id, network.meta.project);
    for account in accounts(world, call)? {
        let meta = world.new_meta(owner);
        let sharing = Sharing {
            meta,
            kind: Shared::Network,
            object: id,
            target: Some(account),
            is_external: false,
        };
        // Who has the permission already keeps it.
        world.networking.add_sharing(sharing).ok();
    }
    job::done(world, call, None)
}

pub(super) fn remove(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let id = target(world, &landing)?.meta.id;
    let accounts = accounts(world, call)?;
    withdraw(world, id, |account| accounts.contains(&account))?;
    job::done(world, call, None)
}

pub(super) fn reset(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let id = target(world, &landing)?.meta.id;
    withdraw(world, id, |_| true)?;
    job::done(world, call, None)
}

fn withdraw(world: &mut World, network: Uuid, from: impl Fn(Uuid) -> bool) -> Result<(), Fault> {
    let going = permitted(world, network).filter(|(_, account)| from(*account));
    for (sharing, _) in going.collect::<Vec<_>>() {
        let removed = world.networking.remove_sharing(sharing);
        removed.map_err(|_| {
            let message = "Unable to remove network permissions: an account still has instances on the network";
            Fault::new(FaultKind::Internal, message)
        })?;
    }
    Ok(())
}

/// The permissions on a network: each one's id, and the account that has it.
fn permitted(world: &World, network: Uuid) -> impl Iterator<Item = (Uuid, Uuid)> + '_ {
    let sharings = world.networking.sharings.iter();
    let own = sharings.filter(move |it| it.kind == Shared::Network && it.object == network);
    own.filter_map(|sharing| Some((sharing.meta.id, sharing.target?)))
}

/// The accounts that are named, by their ids, their names, or their projects' ids.
fn accounts(world: &World, call: &Call) -> Result<Vec<Uuid>, Fault> {
    let args = args(world, call);
    let by_id = args
        .texts("accountids")
        .into_iter()
        .chain(args.texts("projectids"));
    let by_id = by_id.map(|id| {
        let known = id
            .parse()
            .ok()
            .filter(|id| world.accounts.project(*id).is_some());
        known.ok_or_else(|| refuse(format!("Unable to find account with id {id}")))
    });
    let by_name = args.texts("accounts").into_iter().map(|name| {
        let mut projects = world.accounts.projects();
        let known = projects.find(|project| *project.name == *name);
        known
            .map(|project| project.id)
            .ok_or_else(|| refuse(format!("Unable to find account by name {name}")))
    });
    by_id.chain(by_name).collect()
}

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let network = listing.args.required_id("networkid")?;
    super::super::owned::permit(
        world,
        call,
        super::expect(world, network)?.meta.project,
        network,
    )?;
    Ok(listing.answer(permitted(world, network), |(_, account)| {
        let known = world.accounts.project(account);
        let own = json!({ "networkid": network, "accountid": account });
        let mut whose = known.map(|known| owner(world, known)).unwrap_or_default();
        whose.remove("domainpath");
        joined(own, whose)
    }))
}
