//! The way in for users from afar.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::api::cloudstack::commands::addresses::{land_on, named as address_named};
use crate::api::cloudstack::commands::networks::{Change, in_network, in_vpc, tell};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::guest::GuestThing;
use crate::world::network::vpn::{AccessState, RemoteAccess};
use crate::world::operations::Kind;

/// `remote.access.vpn.client.iprange`
const RANGE: &str = "10.1.2.1-10.1.2.8";

pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    land_on(world, call, "publicipid")
}

pub(super) fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let address = address_named(world, call, "publicipid")?;
    if world.vpns.access_at(address.id).is_some() {
        return Err(Fault::invalid(
            "A Remote Access VPN already exists for this public Ip address",
        ));
    }
    let network = address.network.or(address.vpc).ok_or_else(|| {
        Fault::invalid("The Public Ip address is not associated to any network or VPC")
    })?;
    let key = URL_SAFE_NO_PAD.encode(world.ids.bytes::<18>());
    let id = world.ids.uuid();
    let args = args(world, call);
    let access = RemoteAccess {
        id,
        project: address.project,
        address: address.id,
        network,
        range: args.text("iprange").unwrap_or(RANGE).into(),
        shared_key: key.into(),
        state: AccessState::Coming,
        is_displayed: args.flag("fordisplay").unwrap_or(true),
    };
    world.vpns.accesses.insert(id, access);
    tell_router(world, call, id)
}

fn tell_router(world: &mut World, call: &Call, id: Uuid) -> Result<Answer, Fault> {
    let what = GuestThing::RemoteAccess(id);
    let access = world.vpns.accesses.get(id);
    let change = access.map(|access| change(world, access, Kind::OpenRemoteAccess, what));
    match change {
        Some(change) => tell(world, call, id, change),
        None => job::done(world, call, Some(id)),
    }
}

/// Something that the router with a way in is told.
pub(super) fn change(world: &World, access: &RemoteAccess, kind: Kind, what: GuestThing) -> Change {
    match world.networking.vpc(access.network) {
        Some(vpc) => in_vpc(world, vpc.meta.id, kind, what),
        None => in_network(world, access.network, kind, what),
    }
}

pub(super) fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let id = args.required_id("id")?;
    let is_displayed = args.flag("fordisplay");
    if let Some(access) = world.vpns.accesses.get_mut(id) {
        access.is_displayed = is_displayed.unwrap_or(access.is_displayed);
    }
    job::done(world, call, Some(id))
}

/// One that is not there is gone already.
pub(super) fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let address = address_named(world, call, "publicipid")?.id;
    let Some(id) = world.vpns.access_at(address).map(|access| access.id) else {
        return job::done(world, call, None);
    };
    if let Some(access) = world.vpns.accesses.get_mut(id) {
        access.state = AccessState::Going;
    }
    tell_router(world, call, id)
}

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let accesses = world.vpns.accesses.iter().filter(|access| {
        let owner = world.accounts.project(access.project);
        owner.is_some_and(|owner| listing.shows(owner))
            && listing.wants_id(access.id)
            && listing.args.is_id("publicipid", Some(access.address))
            && listing.args.is_id("networkid", Some(access.network))
            && listing.args.is_flag("fordisplay", access.is_displayed)
    });
    Ok(listing.shown(accesses.map(|access| access.id)))
}
