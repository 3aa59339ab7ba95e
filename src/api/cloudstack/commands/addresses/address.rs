//! How public addresses are taken and given back.

use std::net::IpAddr;

use uuid::Uuid;

use super::{association, expect, named};
use crate::api::cloudstack::commands::networks::{expect as expect_network, tell};
use crate::api::cloudstack::commands::owned::{account_for, permit, refuse};
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
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
    let zone = zone_for(world, call, purpose);
    let id = match reserved(world, account, wanted) {
        Some(reserved) => reserved,
        None => take(world, zone, account, purpose, wanted)?,
    };
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
    let wrong = |_| refuse(format!("Invalid IP address: {text}"));
    text.parse().map(Some).map_err(wrong)
}

/// The zone whose address is wanted: that of what it is for, else the one that is named, else the first.
fn zone_for(world: &World, call: &Call, purpose: For) -> Uuid {
    let own = match purpose {
        For::Network(network) => {
            let network = world.network(network);
            network.and_then(|network| Some(network.guest.as_ref()?.zone))
        }
        For::Vpc(vpc) => world.networking.vpc(vpc).map(|vpc| vpc.zone),
        For::Later => None,
    };
    let first = || world.topology.zones().next().map(|zone| zone.id);
    let own = own.or_else(|| args(world, call).id("zoneid"));
    own.or_else(first).unwrap_or_default()
}

/// The address that is asked for, where the account has reserved it.
fn reserved(world: &World, account: Uuid, wanted: Option<IpAddr>) -> Option<Uuid> {
    let mut known = world.networking.public_addresses();
    let reserved = known.find(|known| {
        Some(known.address) == wanted
            && known.project == account
            && known.state == PublicState::Reserved
    });
    reserved.map(|address| address.id)
}

/// A network's first address is the one that it hides behind.
fn take(
    world: &mut World,
    zone: Uuid,
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
        Some(router) => world.take_source_nat_address(zone, router, wanted),
        None => world.take_public_address(zone, account, wanted),
    }
}

pub(super) fn disassociate(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let address = to_disassociate(world, call)?;
    let id = address.id;
    if address.is_source_nat() {
        let message = "IP address is used for source nat purposes and can not be disassociated.";
        return job::conclude(world, call, Some(id), Err(refuse(message)));
    }
    give_back(world, call, &address)
}

/// The address that a call names by its id or as it is.
///
/// # Errors
/// When it names none or both, or it is gone or not the caller's.
pub(super) fn to_disassociate(world: &World, call: &Call) -> Result<PublicAddress, Fault> {
    let args = args(world, call);
    let text = match (args.text("id"), args.text("ipaddress")) {
        (Some(_), None) => return named(world, call, "id"),
        (None, Some(text)) => text,
        (Some(_), Some(_)) => {
            let message = "id parameter is mutually exclusive with ipaddress parameter";
            return Err(refuse(message));
        }
        (None, None) => {
            let message = "Please specify either IP address or IP address ID";
            return Err(refuse(message));
        }
    };
    let mut known = world.networking.public_addresses();
    let address = known.find(|known| known.address.to_string() == text);
    let gone = || refuse(format!("Unable to find IP address by IP address={text}"));
    let address = address.ok_or_else(gone)?;
    permit(world, call, address.project, address.id)?;
    Ok(address)
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
    match world.networking.public_address(wanted) {
        Some(known) => check_reserved(&known, account)?,
        None => take_free(world, wanted, account)?,
    }
    let is_displayed = args(world, call).flag("fordisplay");
    let used = world.networking.use_of(wanted);
    used.is_displayed = is_displayed.unwrap_or(used.is_displayed);
    job::done(world, call, Some(wanted))
}

/// Reserving twice is as good as once.
fn check_reserved(known: &PublicAddress, account: Uuid) -> Result<(), Fault> {
    match known.state {
        PublicState::Reserved if known.project == account => Ok(()),
        PublicState::Reserved => Err(refuse(
            "Unable to reserve a IP because it has already been reserved for another Account.",
        )),
        PublicState::Allocating | PublicState::Allocated | PublicState::Releasing => Err(refuse(
            format!("Unable to reserve a IP in {} state.", known.state.word()),
        )),
    }
}

fn take_free(world: &mut World, id: Uuid, account: Uuid) -> Result<(), Fault> {
    let free = super::list::free_addresses(world);
    let free = free.into_iter().find(|free| free.id == id);
    let unknown = || refuse(format!("Unable to find IP address by ID={id}"));
    let free = free.ok_or_else(unknown)?;
    let taken = world.take_public_address_as(id, free.zone, account, Some(free.address));
    taken.map_err(|_| {
        refuse("Unable to reserve a IP because it is dedicated to another Account.")
    })?;
    world.networking.use_of(id).state = PublicState::Reserved;
    Ok(())
}

pub(super) fn release(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let address = named(world, call, "id")?;
    if address.state == PublicState::Allocated {
        return Err(refuse(
            "Unable to release a public IP in Allocated state, please use disassociateIpAddress instead",
        ));
    }
    world.networking.release_address(address.id)?;
    job::done(world, call, None)
}
