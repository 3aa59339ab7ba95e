//! The network cards of a new server, and the security groups that they are in.

use std::net::IpAddr;

use serde_json::Value;
use uuid::Uuid;

use super::Call;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Project, id_text};
use crate::world::network::{Device, Network, NicRequest, NicSource, SecurityGroup};

/// The network cards that are asked for.
///
/// # Errors
/// As Nova words it, for a network or port that there is not or that cannot be used, and where it is not
/// clear which network is meant.
pub(super) fn nics(
    world: &World,
    call: &Call,
    wanted: Option<&Value>,
) -> Result<Vec<NicRequest>, Fault> {
    match wanted {
        Some(Value::String(word)) if word == "none" => Ok(Vec::new()),
        Some(Value::String(word)) if word == "auto" => automatic(world, call),
        Some(Value::Array(items)) if !items.is_empty() => items
            .iter()
            .map(|item| requested(world, call, item))
            .collect(),
        Some(_) | None => any(world, call),
    }
}

/// A card in each usual network; without such, in the only one that the project can use, if there is one.
fn any(world: &World, call: &Call) -> Result<Vec<NicRequest>, Fault> {
    let usual = world.networking.usual_nics();
    if !usual.is_empty() {
        return Ok(usual);
    }
    let mut usable = world.networking.usable_by(project(call));
    match (usable.next(), usable.next()) {
        (None, _) => Ok(Vec::new()),
        (Some(network), None) => {
            check_subnet(network)?;
            Ok(vec![NicRequest::in_network(network.meta.id)])
        }
        (Some(_), Some(_)) => {
            let message = "Multiple possible networks found, use a Network ID to be more specific.";
            Err(Fault::conflict(message))
        }
    }
}

/// A card in the only network that the project can use, or in one that is made for it.
fn automatic(world: &World, call: &Call) -> Result<Vec<NicRequest>, Fault> {
    let usable = any(world, call)?;
    if !usable.is_empty() {
        return Ok(usable);
    }
    world.networking.check_automatic_topology().map_err(|_| {
        Fault::bad_request(format!(
            "Unable to automatically allocate a network for project {}",
            id_text(project(call))
        ))
    })?;
    Ok(vec![NicRequest {
        source: NicSource::Automatic,
        address: None,
        mac: None,
        tag: None,
    }])
}

fn project(call: &Call) -> Uuid {
    let session = call.session.as_ref();
    let project = session.and_then(|session| session.project.as_ref());
    project.map(|project| project.id).unwrap_or_default()
}

/// One card, by a port or by a network, as creates and attachments ask for it.
///
/// # Errors
/// As [`nics`].
pub(super) fn requested(world: &World, call: &Call, item: &Value) -> Result<NicRequest, Fault> {
    let text = |name: &str| item.get(name).and_then(Value::as_str);
    let source = match (text("port"), text("uuid")) {
        (Some(port), _) => NicSource::Port(usable_port(world, call, port)?),
        (None, Some(id)) => NicSource::Network(usable_network(world, call, id)?),
        (None, None) => return Err(Fault::bad_request("Bad network format: missing 'uuid'")),
    };
    let address = match (source, text("fixed_ip")) {
        (NicSource::Network(network), Some(address)) => {
            Some(free_address(world, network, address)?)
        }
        (NicSource::Network(_) | NicSource::Port(_) | NicSource::Automatic, _) => None,
    };
    Ok(NicRequest {
        source,
        address,
        mac: None,
        tag: text("tag").map(Into::into),
    })
}

/// A network that the caller may plug into.
///
/// # Errors
/// As [`nics`].
pub(super) fn usable_network(world: &World, call: &Call, id: &str) -> Result<Uuid, Fault> {
    let Ok(parsed) = Uuid::try_parse(id) else {
        return Err(Fault::bad_request(format!(
            "Bad networks format: network uuid is not in proper format ({id})"
        )));
    };
    let missing =
        || Fault::bad_request(format!("Network {id} could not be found.")).named("NetworkNotFound");
    let network = world.network(parsed).ok_or_else(missing)?;
    let networking = &world.networking;
    let is_visible = call.is_admin()
        || network.meta.project == project(call)
        || networking
            .usable_by(project(call))
            .any(|usable| usable.meta.id == parsed);
    if network.is_external && !network.is_shared && !call.is_admin() {
        let message = format!("It is not allowed to create an interface on external network {id}");
        return Err(Fault::new(FaultKind::Forbidden, message));
    }
    if !is_visible {
        return Err(missing());
    }
    check_subnet(network)?;
    Ok(parsed)
}

fn check_subnet(network: &Network) -> Result<(), Fault> {
    if network.subnets.is_empty() {
        let id = network.meta.id;
        return Err(Fault::bad_request(format!(
            "Network {id} requires a subnet in order to boot instances on."
        )));
    }
    Ok(())
}

/// A port of the caller's with nothing plugged in.
///
/// # Errors
/// As [`nics`].
pub(super) fn usable_port(world: &World, call: &Call, id: &str) -> Result<Uuid, Fault> {
    let missing =
        || Fault::bad_request(format!("Port id {id} could not be found.")).named("PortNotFound");
    let parsed = Uuid::try_parse(id).map_err(|_| missing())?;
    let port = world.networking.ports.get(parsed).ok_or_else(missing)?;
    if port.meta.project != project(call) && !call.is_admin() {
        return Err(missing());
    }
    if port.device != Device::Nothing {
        return Err(Fault::conflict(format!("Port {id} is still in use.")));
    }
    Ok(parsed)
}

/// An address that can be had in a network.
///
/// # Errors
/// As [`nics`].
pub(super) fn free_address(world: &World, network: Uuid, address: &str) -> Result<IpAddr, Fault> {
    let invalid = || Fault::bad_request(format!("Invalid fixed IP Address {address}"));
    let parsed: IpAddr = address.parse().map_err(|_| invalid())?;
    let networking = &world.networking;
    if let Some(port) = networking.port_with(network, parsed) {
        let device = port
            .device
            .id()
            .map(|id| id.to_string())
            .unwrap_or_default();
        let message = format!("Fixed IP address {address} is already in use on instance {device}.");
        return Err(Fault::bad_request(message).named("FixedIpAlreadyInUse"));
    }
    let mut subnets = networking.subnets_of(network);
    if subnets.any(|subnet| subnet.cidr.contains(&parsed)) {
        return Ok(parsed);
    }
    Err(Fault::bad_request(format!(
        "IP address {address} is not a valid IP for any of the subnets on the specified network."
    )))
}

/// The groups that a create asks for by name or id.
///
/// # Errors
/// For one that the project does not have, and a name that it has twice.
pub(super) fn security_groups(
    world: &World,
    project: &Project,
    wanted: &Value,
) -> Result<Vec<Uuid>, Fault> {
    let items = wanted.get("security_groups").and_then(Value::as_array);
    let names = items
        .into_iter()
        .flatten()
        .filter_map(|item| item.get("name")?.as_str());
    let mut ids = Vec::new();
    for name in names {
        // The default one is made with the first port, and needs no looking up.
        let id = match name {
            "default" => world.networking.default_group_of(project.id),
            name => group_named(world, project.id, name)?.meta.id,
        };
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// A project's group, by name or id.
///
/// # Errors
/// As [`security_groups`].
pub(super) fn group_named<'a>(
    world: &'a World,
    project: Uuid,
    name: &str,
) -> Result<&'a SecurityGroup, Fault> {
    let is_meant = |group: &&SecurityGroup| {
        group.meta.project == project
            && (*group.meta.name == *name || group.meta.id.to_string() == name)
    };
    let mut found = world.networking.groups.iter().filter(is_meant);
    match (found.next(), found.next()) {
        (Some(group), None) => Ok(group),
        (None, _) => Err(Fault::bad_request(format!(
            "Security group {name} not found for project {}.",
            id_text(project)
        ))),
        (Some(_), Some(_)) => Err(Fault::conflict(format!(
            "Multiple security_group matches found for name '{name}', use an ID to be more specific."
        ))),
    }
}
