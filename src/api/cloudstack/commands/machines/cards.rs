//! The network cards that a new machine gets.

use std::net::IpAddr;

use uuid::Uuid;

use super::nics::hardware_address;
use crate::api::Call;
use crate::api::cloudstack::args;
use crate::api::cloudstack::commands::networks;
use crate::api::cloudstack::entity::Entity;
use crate::api::cloudstack::fault::invalid;
use crate::api::cloudstack::params::Args;
use crate::vocabulary::fault::Fault;
use crate::world::network::{NicRequest, NicSource};
use crate::world::{Draft, World};

/// A parameter's entry, as pairs of names and values.
type Entry<'a> = [(&'a str, &'a str)];

/// A card in each of the networks that are asked for; without any, in the account's usual one.
///
/// # Errors
/// When a network is unknown or not the account's to use, an address is none or taken, or it is not clear which
/// network is meant.
pub(super) fn asked_for(args: &Args<'_>, project: Uuid) -> Result<Vec<NicRequest>, Fault> {
    let cards = named(args, project)?;
    for card in &cards {
        if let NicSource::Network(network) = card.source {
            networks::check_machines_of(args.world, project, network)?;
        }
    }
    Ok(cards)
}

fn named(args: &Args<'_>, project: Uuid) -> Result<Vec<NicRequest>, Fault> {
    let with_addresses = args.entries("iptonetworklist");
    if !with_addresses.is_empty() {
        return with_addresses
            .iter()
            .map(|entry| with_address(args, entry))
            .collect();
    }
    let numbered = args.entries("nicnetworklist");
    if !numbered.is_empty() {
        return in_order(args, &numbered);
    }
    let mut nics = match args.ids("networkids") {
        Some(ids) => ids.into_iter().map(NicRequest::in_network).collect(),
        None => usual(args, project)?,
    };
    if let Some(first) = nics.first_mut() {
        first.address = address(args.text("ipaddress"))?;
        if let NicSource::Network(network) = first.source {
            first.mac = hardware_address(args.world, network, args.text("macaddress"))?;
        }
    }
    Ok(nics)
}

/// A card in the network of the zone's security groups, or in the account's only isolated network there, else
/// where servers of the cloud usually go. Nothing while the account has no network yet: see [`complete`].
fn usual(args: &Args<'_>, project: Uuid) -> Result<Vec<NicRequest>, Fault> {
    let Some(zone) = args.id("zoneid") else {
        return Ok(args.world.usual_nics(project));
    };
    let guarded = args.world.guarded_network(zone);
    let own = args.world.isolated_networks_of(project, zone);
    match guarded.map_or(own, |network| vec![network]).as_slice() {
        [] => Ok(given_to_all(args.world, project)),
        [only] => Ok(vec![NicRequest::in_network(*only)]),
        _ => {
            let account = args.world.accounts.project(project);
            Err(invalid(format!(
                "More than 1 default Isolated networks are found for Account {}; please specify networkIds",
                account.map_or("", |account| &account.name)
            )))
        }
    }
}

/// Cards in the networks that the cloud has from the start, and in those of other services' clients.
fn given_to_all(world: &World, project: Uuid) -> Vec<NicRequest> {
    let mut cards = world.usual_nics(project);
    cards.retain(|card| match card.source {
        NicSource::Network(network) => {
            let network = world.networking.networks.get(network);
            network.is_some_and(|network| network.guest.is_none())
        }
        _ => true,
    });
    cards
}

/// Makes the network of an account whose first machine has no card yet.
///
/// # Errors
/// When the zone has no room for another network.
pub(super) fn complete(world: &mut World, call: &Call, draft: &mut Draft) -> Result<(), Fault> {
    if !draft.nics.is_empty() {
        return Ok(());
    }
    let Some(zone) = args(world, call).id("zoneid") else {
        return Ok(());
    };
    let network = networks::make_usual(world, &draft.spec.project, zone)?;
    draft.nics.push(NicRequest::in_network(network));
    Ok(())
}

/// A card as `iptonetworklist` asks for it.
fn with_address(args: &Args<'_>, entry: &Entry<'_>) -> Result<NicRequest, Fault> {
    let network = member(entry, "networkid").unwrap_or_default();
    let id = Entity::Network.find(args.world, network);
    let id = id.ok_or_else(|| {
        Fault::invalid(format!(
            "Unable to translate and find entity with networkId: {network}"
        ))
    })?;
    Ok(NicRequest {
        address: address(member(entry, "ip"))?,
        mac: hardware_address(args.world, id, member(entry, "mac"))?,
        ..NicRequest::in_network(id)
    })
}

/// The cards as `nicnetworklist` asks for them: the number of each, and its network.
fn in_order(args: &Args<'_>, entries: &[Vec<(&str, &str)>]) -> Result<Vec<NicRequest>, Fault> {
    let excluded = ["networkids", "ipaddress", "ip6address"];
    if excluded.iter().any(|name| args.text(name).is_some()) {
        return Err(invalid(
            "nicNetworkList can't be specified along with networkIds, ipAddress, ip6Address",
        ));
    }
    let mut cards = entries
        .iter()
        .map(|entry| numbered(args, entry))
        .collect::<Result<Vec<_>, _>>()?;
    cards.sort_by_key(|(number, _)| *number);
    Ok(cards.into_iter().map(|(_, card)| card).collect())
}

fn numbered(args: &Args<'_>, entry: &Entry<'_>) -> Result<(u32, NicRequest), Fault> {
    let (nic, network) = (member(entry, "nic"), member(entry, "network"));
    let number = nic.and_then(|nic| nic.parse().ok());
    let id = network.and_then(|network| Entity::Network.find(args.world, network));
    match (number, id) {
        (Some(number), Some(id)) => Ok((number, NicRequest::in_network(id))),
        (None, _) | (_, None) => Err(invalid(format!(
            "Network ID: {} for NIC ID: {} is invalid",
            network.unwrap_or("null"),
            nic.unwrap_or("null")
        ))),
    }
}

fn member<'a>(entry: &Entry<'a>, name: &str) -> Option<&'a str> {
    let found = entry
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| *value)
}

fn address(text: Option<&str>) -> Result<Option<IpAddr>, Fault> {
    let wrong = |text: &str| format!("Invalid format for IP address parameter: {text}");
    let parse = |text: &str| text.parse().map_err(|_| Fault::invalid(wrong(text)));
    text.map(parse).transpose()
}
