//! Who else may use a network. OpenStack's clients see the same as RBAC policies.

use serde_json::json;
use uuid::Uuid;

use super::target;
use crate::api::cloudstack::commands::owned::refuse;
use crate::api::cloudstack::commands::{joined, owner};
use crate::api::cloudstack::fault::denied;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{AccountKind, DEFAULT_DOMAIN};
use crate::world::network::{Shared, Sharing};

/// Finds the network that a call shares, or shares no longer.
///
/// # Errors
/// When it cannot be shared, or not by the caller.
pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let network = super::expect(world, args(world, call).required_id("networkid")?)?;
    if network.is_shared {
        return Err(refuse("network is already shared in domain"));
    }
    let guest = network.guest.as_deref();
    if guest.is_some_and(|guest| guest.vpc.is_some()) {
        return Err(refuse("VPC tiers cannot be shared"));
    }
    let landing = super::land_on(world, call, "networkid")?;
    match world.accounts.team(network.meta.project) {
        None => Ok(landing),
        Some(_) => Err(refuse(format!(
            "Update network permissions is an invalid operation on network {}. Project owned networks cannot be \
             shared outside network.",
            network.meta.name
        ))),
    }
}

pub(super) fn create(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let network = target(world, &landing)?;
    let (id, owner) = (network.meta.id, network.meta.project);
    // The owner needs no permission.
    let accounts = accounts(world, call, owner)?.into_iter();
    for account in accounts.filter(|account| *account != owner) {
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
    let network = target(world, &landing)?;
    let (id, owner) = (network.meta.id, network.meta.project);
    let accounts = accounts(world, call, owner)?;
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
pub(super) fn permitted(world: &World, network: Uuid) -> impl Iterator<Item = (Uuid, Uuid)> + '_ {
    let sharings = world.networking.sharings.iter();
    let own = sharings.filter(move |it| it.kind == Shared::Network && it.object == network);
    own.filter_map(|sharing| Some((sharing.meta.id, sharing.target?)))
}

/// The accounts that are named, by their ids, their names, or their projects' ids. All are in the domain of the
/// network's owner.
fn accounts(world: &World, call: &Call, owner: Uuid) -> Result<Vec<Uuid>, Fault> {
    let args = args(world, call);
    let owner = world.accounts.project(owner);
    let domain = owner
        .and_then(|owner| owner.domain)
        .unwrap_or(DEFAULT_DOMAIN);
    let mut accounts = args.ids("accountids").unwrap_or_default();
    accounts.extend(projects(world, call)?);
    for name in args.texts("accounts") {
        let known = world.accounts.account_named(domain, name);
        let known =
            known.ok_or_else(|| refuse(format!("Unable to find account by name {name}")))?;
        accounts.push(known.id);
    }
    let is_inside = |id: &Uuid| {
        let known = world.accounts.project(*id);
        known.is_some_and(|known| known.domain.unwrap_or(DEFAULT_DOMAIN) == domain)
    };
    match accounts.iter().find(|id| !is_inside(id)) {
        None => Ok(accounts),
        Some(id) => Err(refuse(format!(
            "Unable to find account {id} in domain id={domain}. No permissions is removed"
        ))),
    }
}

/// The projects that are named, which have to be the caller's.
fn projects(world: &World, call: &Call) -> Result<Vec<Uuid>, Fault> {
    let session = caller(call)?;
    let projects = args(world, call).ids("projectids").unwrap_or_default();
    let is_others = |id: &&Uuid| {
        let project = world.accounts.project(**id);
        !project.is_some_and(|project| world.accounts.may_use(session, project))
    };
    let Some(others) = projects.iter().find(is_others) else {
        return Ok(projects);
    };
    let account = session.project.as_ref().map_or("", |account| &account.name);
    Err(refuse(format!(
        "Account {account} can't access project id={others}"
    )))
}

/// Lets pass an account whose machines may have cards in a network: its own, one of a project that it is in, one
/// that is shared with it or with all, or any network for an administrator where the settings say so.
///
/// # Errors
/// For other networks.
pub(in crate::api::cloudstack) fn check_machines_of(
    world: &World,
    account: Uuid,
    network: Uuid,
) -> Result<(), Fault> {
    let known = super::expect(world, network)?;
    let owner = known.meta.project;
    let may = known.is_shared
        || owner == account
        || world
            .networking
            .is_shared_with(Shared::Network, network, account)
        || is_in_project(world, account, owner)
        || deploys_anywhere(world, account);
    match may {
        true => Ok(()),
        false => Err(denied(format!(
            "Unable to use network with id= {network}, permission denied"
        ))),
    }
}

fn is_in_project(world: &World, account: Uuid, project: Uuid) -> bool {
    let team = world.accounts.team(project);
    team.is_some_and(|team| team.members.iter().any(|member| member.account == account))
}

fn deploys_anywhere(world: &World, account: Uuid) -> bool {
    let settings = &world.configuration;
    settings.is_true("admin.is.allowed.to.deploy.anywhere")
        && world.accounts.account_kind(account) == AccountKind::Admin
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
