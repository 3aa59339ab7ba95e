//! Access control lists.

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{expect, named};
use crate::api::cloudstack::commands::networks;
use crate::api::cloudstack::commands::owned::{permit, refuse};
use crate::api::cloudstack::fault::denied;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::Viewer;
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::guest::AclList;
use crate::world::operations::{Kind, Order, Thing};

pub(super) fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let vpc = match args(world, call).text("vpcid") {
        Some(_) => Some(named(world, call, "vpcid")?.meta.id),
        None => check_root(call, "Only Root Admin can create global ACLs.").map(|()| None)?,
    };
    let id = world.ids.uuid();
    let args = args(world, call);
    let text = |name| args.text(name).unwrap_or_default().into();
    let list = AclList {
        id,
        name: text("name"),
        description: text("description"),
        vpc,
        is_displayed: args.flag("fordisplay").unwrap_or(true),
    };
    world.networking.guests.acls.insert(id, list);
    job::done(world, call, Some(id))
}

/// What is of no VPC serves those of all, and is for root administrators alone.
fn check_root(call: &Call, why: &'static str) -> Result<(), Fault> {
    match caller(call)?.is_admin() {
        true => Ok(()),
        false => Err(denied(why)),
    }
}

/// The list that an argument names.
///
/// # Errors
/// When it is of those that every cloud has, and so cannot be changed, or not the caller's.
pub(super) fn own_list(
    world: &World,
    call: &Call,
    id: Uuid,
    why: &'static str,
) -> Result<Uuid, Fault> {
    let list = world.networking.guests.acls.get(id);
    let list = list.ok_or_else(|| refuse("Unable to find specified ACL"))?;
    match list.vpc {
        Some(vpc) => expect(world, call, vpc).map(|_| id),
        None if list.is_default() => Err(refuse(why)),
        None => check_root(call, "Only Root Admins can update global ACLs.").map(|()| id),
    }
}

pub(super) fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let id = args.required_id("id")?;
    own_list(world, call, id, "Default ACL cannot be updated")?;
    let own = |name| args.text(name).map(Arc::<str>::from);
    let (name, text, is_displayed) = (own("name"), own("description"), args.flag("fordisplay"));
    if let Some(list) = world.networking.guests.acls.get_mut(id) {
        list.name = name.unwrap_or_else(|| list.name.clone());
        list.description = text.unwrap_or_else(|| list.description.clone());
        list.is_displayed = is_displayed.unwrap_or(list.is_displayed);
    }
    job::done(world, call, None)
}

pub(super) fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    let result = own_list(world, call, id, "Default ACL cannot be removed").and_then(|_| {
        let mut networks = world.networking.networks.iter();
        let is_used = networks.any(|network| {
            let guest = network.guest.as_deref();
            guest.is_some_and(|guest| guest.acl == Some(id))
        });
        let mut gateways = world.networking.guests.gateways.iter();
        match is_used || gateways.any(|gateway| gateway.acl == id) {
            true => Err(refuse(
                "ACL is still associated with networks or private gateways",
            )),
            false => Ok(()),
        }
    });
    if result.is_ok() {
        world.networking.guests.remove_acl(id);
    }
    job::conclude(world, call, None, result)
}

/// Gives a tier or a private gateway another list.
pub(super) fn replace(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let list = args.required_id("aclid")?;
    let of = world
        .networking
        .guests
        .acls
        .get(list)
        .and_then(|list| list.vpc);
    match (args.id("networkid"), args.id("gatewayid")) {
        (Some(network), None) => replace_of_network(world, call, list, of, network),
        (None, Some(gateway)) => {
            if let Some(gateway) = world.networking.guests.gateways.get_mut(gateway) {
                gateway.acl = list;
            }
            job::done(world, call, None)
        }
        (Some(_), Some(_)) | (None, None) => Err(refuse(
            "Please specify either networkId or gatewayId, but not both",
        )),
    }
}

fn replace_of_network(
    world: &mut World,
    call: &Call,
    list: Uuid,
    of: Option<Uuid>,
    network: Uuid,
) -> Result<Answer, Fault> {
    let known = networks::expect(world, network)?;
    permit(world, call, known.meta.project, network)?;
    let vpc = known.guest.as_ref().and_then(|guest| guest.vpc);
    let fault = match (vpc, of) {
        (None, _) => Some(format!("Network is not part of a VPC: {network}")),
        (Some(vpc), Some(of)) if vpc != of => Some(format!(
            "Network: {network} and ACL: {list} do not belong to the same VPC"
        )),
        (Some(_), _) => None,
    };
    if let Some(message) = fault {
        return job::conclude(world, call, None, Err(refuse(message)));
    }
    let known = world.networking.networks.get_mut(network);
    if let Some(guest) = known.and_then(|known| known.guest.as_mut()) {
        guest.acl = Some(list);
    }
    match world.router_host(network) {
        Some(host) => {
            let user = caller(call)?.user.clone();
            let order = Order::new(Thing::Network(network), Kind::ApplyAcl, user).at(Some(host));
            job::begin(world, call, network, order)
        }
        None => job::done(world, call, None),
    }
}

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let network = listing
        .args
        .id("networkid")
        .and_then(|id| world.network(id));
    let of_network = network.map(|network| network.guest.as_ref().and_then(|guest| guest.acl));
    let lists = world.networking.guests.acls.iter().filter(|list| {
        listing.wants(list.id, &list.name)
            && of_network.is_none_or(|own| own == Some(list.id))
            && listing.args.is_flag("fordisplay", list.is_displayed)
            && is_seen(&listing, list)
    });
    Ok(listing.shown(lists.map(|list| list.id)))
}

/// The lists of every cloud are everybody's.
pub(super) fn is_seen(listing: &Listing<'_>, list: &AclList) -> bool {
    let world = listing.args.world;
    let Some(vpc) = list.vpc.and_then(|vpc| world.networking.vpc(vpc)) else {
        return list.vpc.is_none();
    };
    let account = world.accounts.project(vpc.meta.project);
    let is_asked = listing.args.text("vpcid").is_some();
    listing.args.is_id("vpcid", list.vpc)
        && account.is_some_and(|account| listing.shows(account) || (is_asked && listing.is_admin()))
}

pub(super) fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let list = world.networking.guests.acls.get(id)?;
    let vpc = list.vpc.and_then(|vpc| world.networking.vpc(vpc));
    Some(json!({
        "id": id,
        "name": list.name,
        "description": list.description,
        "vpcid": vpc.map(|vpc| vpc.meta.id),
        "vpcname": vpc.map(|vpc| &vpc.meta.name),
        "fordisplay": list.is_displayed,
    }))
}
