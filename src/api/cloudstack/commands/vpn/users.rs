//! Users of ways in from afar: an account's, at all of its ways.

use uuid::Uuid;

use super::remote;
use crate::api::cloudstack::access::owner_of_new;
use crate::api::cloudstack::commands::networks::tell;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::guest::GuestThing;
use crate::world::network::vpn::{AccessState, VpnUser};
use crate::world::operations::Kind;

/// `remote.access.vpn.user.limit`
const MOST: usize = 8;

pub(super) fn add(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (owner, _) = owner_of_new(world, call)?;
    let args = args(world, call);
    let name = args.text("username").unwrap_or_default();
    check_name(name)?;
    check_password(args.text("password").unwrap_or_default())?;
    if world.vpns.user_named(owner.id, name).is_some() {
        return Err(Fault::invalid(format!(
            "VPN User with name {name} is already added for account {}",
            owner.name
        )));
    }
    let own = world
        .vpns
        .users
        .iter()
        .filter(|user| user.project == owner.id);
    if own.count() >= MOST {
        return Err(Fault::invalid(format!(
            "Cannot add more than {MOST} remote access vpn users"
        )));
    }
    let user = VpnUser {
        project: owner.id,
        name: name.into(),
        state: AccessState::Coming,
        id: world.ids.uuid(),
    };
    let id = user.id;
    world.vpns.users.insert(id, user);
    tell_router(world, call, (id, owner.id))
}

fn check_name(name: &str) -> Result<(), Fault> {
    let fits = (3..=64).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "@.-_".contains(c));
    match fits {
        true => Ok(()),
        false => Err(Fault::invalid(
            "Username has to be begin with an alphabet have 3-64 characters including alphabets, numbers and the \
             set '@.-_'",
        )),
    }
}

fn check_password(password: &str) -> Result<(), Fault> {
    let fits = (3..=32).contains(&password.len())
        && password
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "@+=.-_".contains(c));
    match fits {
        true => Ok(()),
        false => Err(Fault::invalid(
            "Password has to be 3-32 characters including alphabets, numbers and the set '@+=.-_'",
        )),
    }
}

/// Answers with a job that has the first way in of an account heed that a user comes or goes; without one,
/// nobody need be told.
fn tell_router(
    world: &mut World,
    call: &Call,
    (id, project): (Uuid, Uuid),
) -> Result<Answer, Fault> {
    let what = GuestThing::VpnUser(id);
    let access = world.vpns.accesses_of(project).next();
    let change = access.map(|access| remote::change(world, access, Kind::SetVpnUsers, what));
    match change {
        Some(change) => tell(world, call, id, change),
        None => {
            world.settle_guest(what, true);
            job::done(world, call, Some(id))
        }
    }
}

pub(super) fn remove(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (owner, _) = owner_of_new(world, call)?;
    let name = args(world, call).text("username").unwrap_or_default();
    let Some(id) = world.vpns.user_named(owner.id, name).map(|user| user.id) else {
        let fault = Fault::invalid(format!("Could not find vpn user {name}"));
        return job::conclude(world, call, None, Err(fault));
    };
    if let Some(user) = world.vpns.users.get_mut(id) {
        user.state = AccessState::Going;
    }
    tell_router(world, call, (id, owner.id))
}

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let users = world.vpns.users.iter().filter(|user| {
        let owner = world.accounts.project(user.project);
        let wanted = listing.args.text("username");
        owner.is_some_and(|owner| listing.shows(owner))
            && listing.wants_id(user.id)
            && listing.keyword_fits(&user.name)
            && wanted.is_none_or(|wanted| wanted == &*user.name)
    });
    Ok(listing.shown(users.map(|user| user.id)))
}
