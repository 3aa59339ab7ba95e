//! How public addresses are taken and given back.

use std::net::IpAddr;

use uuid::Uuid;

use super::{association, expect, named};
use crate::api::cloudstack::commands::networks::{expect as expect_network, tell};
use crate::api::cloudstack::commands::owned::{account_for, permit, refuse};
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::network::Network;
use crate::world::network::guest::{PublicAddress, PublicState};
use crate::world::offerings::network_offerings::GuestType;

/// What an address is for.
#[derive(Clone, Copy)]
enum For {
    Network(Uuid),
    Vpc(Uuid),
    /// For nothing yet.
    Later,
}

pub(super) fn associate(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (account, purpose) = purpose(world, call)?;
    let wanted = wanted_address(world, call)?;
    let id = take(world, account, purpose, wanted)?;
    let is_displayed = args(world, call).flag("fordisplay").unwrap_or(true);
    let used = world.networking.use_of(id);
    used.is_displayed = is_displayed;
    used.state = PublicState::Allocating;
    match purpose {
        For::Network(network) => used.network = Some(network),
        For::Vpc(vpc) => used.vpc = Some(vpc),
        For::Later => used.state = PublicState::Allocated,
    }
    let address = expect(world, id)?;
    match association(world, &address) {
        Some(change) => tell(world, call, id, change),
        None => job::done(world, call, Some(id)),
    }
}

/// The account that an address is taken for, and what it is for.
fn purpose(world: &World, call: &Call) -> Result<(Uuid, For), Fault> {
    let args = args(world, call);
    if let Some(vpc) = args.id("vpcid").and_then(|id| world.networking.vpc(id)) {
        permit(world, call, vpc.meta.project, vpc.meta.id)?;
        return Ok((vpc.meta.project, For::Vpc(vpc.meta.id)));
    }
    if let Some(id) = args.id("networkid") {
        let network = expect_network(world, id)?;
        permit(world, call, network.meta.project, id)?;
        return for_network(world, network);
    }
    let account = account_for(world, call)?.id;
    let zone = args.id("zoneid").ok_or_else(|| {
        refuse("At least one of the following parameters must be present: networkId, vpcId, zoneId")
    })?;
    let own = world.networking.networks.iter();
    let own = own.filter(|network| {
        let guest = network.guest.as_deref();
        network.meta.project == account
            && guest.is_some_and(|guest| guest.zone == zone && guest.vpc.is_none())
            && is_isolated(world, network)
    });
    match own.collect::<Vec<_>>().as_slice() {
        [] => Ok((account, For::Later)),
        [only] => Ok((account, For::Network(only.meta.id))),
        _ => Err(refuse(
            "The account has more than one isolated network in the zone; please specify networkId",
        )),
    }
}

fn is_isolated(world: &World, network: &Network) -> bool {
    let offering = |id| world.network_offerings.networks.get(id);
    let guest = network.guest.as_deref();
    guest.is_none_or(|guest| {
        let offering = offering(guest.offering);
        offering.is_some_and(|offering| {
            offering.guest_type == GuestType::Isolated && offering.has("SourceNat")
        })
    })
}

fn for_network(world: &World, network: &Network) -> Result<(Uuid, For), Fault> {
    let (id, account) = (network.meta.id, network.meta.project);
    let vpc = network.guest.as_ref().and_then(|guest| guest.vpc);
    match vpc {
        Some(vpc) => Ok((account, For::Vpc(vpc))),
        None if is_isolated(world, network) => Ok((account, For::Network(id))),
        None => Err(refuse(
            "Ip address can be associated to the network with trafficType Guest and guest type Isolated only",
        )),
    }
}

fn wanted_address(world: &World, call: &Call) -> Result<Option<IpAddr>, Fault> {
    let Some(text) = args(world, call).text("ipaddress") else {
        return Ok(None);
    };
    let wanted = text
        .parse()
        .map_err(|_| refuse(format!("Invalid IP address: {text}")))?;
    let outside = world.networking.outside();
    let is_free = outside.is_some_and(|net| world.networking.is_free_outside(net, wanted));
    match is_free {
        true => Ok(Some(wanted)),
        false => Err(Fault::new(
            FaultKind::NoCapacity,
            format!("Unable to associate IP {wanted}: it is not free"),
        )),
    }
}

/// A network's first address is the one that it hides behind.
fn take(
    world: &mut World,
    account: Uuid,
    purpose: For,
    wanted: Option<IpAddr>,
) -> Result<Uuid, Fault> {
    let router = match purpose {
        For::Network(network) => world.networking.router_of(network),
        For::Vpc(_) | For::Later => None,
    };
    let without = router.filter(|router| router.gateway.is_none());
    match without.map(|router| router.meta.id) {
        Some(router) => world.take_source_nat_address(router, wanted),
        None => world.take_public_address(account, wanted),
    }
}

pub(super) fn disassociate(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let address = named(world, call, "id")?;
    let id = address.id;
    if address.is_source_nat() {
        let message = "IP address is used for source nat purposes and can not be disassociated.";
        return job::conclude(world, call, Some(id), Err(refuse(message)));
    }
    give_back(world, call, &address)
}

fn give_back(world: &mut World, call: &Call, address: &PublicAddress) -> Result<Answer, Fault> {
    let id = address.id;
    match association(world, address) {
        Some(change) => {
            world.networking.use_of(id).state = PublicState::Releasing;
            tell(world, call, id, change)
        }
        None => {
            world.networking.release_address(id)?;
            job::done(world, call, Some(id))
        }
    }
}

pub(super) fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = named(world, call, "id")?.id;
    if let Some(is_displayed) = args(world, call).flag("fordisplay") {
        world.networking.use_of(id).is_displayed = is_displayed;
    }
    job::done(world, call, Some(id))
}

pub(super) fn reserve(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let wanted = args(world, call).required_id("id")?;
    let account = account_for(world, call)?.id;
    if world.networking.public_address(wanted).is_some() {
        return Err(refuse(format!(
            "The IP address {wanted} is not free to be reserved"
        )));
    }
    let free = super::list::free_addresses(world);
    let address = free.into_iter().find(|(id, _)| *id == wanted);
    let address = address.map(|(_, address)| address);
    let id = world.take_public_address_as(wanted, account, address)?;
    world.networking.use_of(id).state = PublicState::Reserved;
    job::done(world, call, Some(id))
}

pub(super) fn release(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let address = named(world, call, "id")?;
    if address.state != PublicState::Reserved {
        let message = format!("The IP address {} is not in Reserved state", address.id);
        return Err(refuse(message));
    }
    world.networking.release_address(address.id)?;
    job::done(world, call, None)
}
