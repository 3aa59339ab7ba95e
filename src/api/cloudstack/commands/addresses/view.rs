//! How public addresses and the rules on them look on the wire.

use std::net::IpAddr;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::list::Free;
use crate::api::cloudstack::commands::networks::{physical_network, zone_of as zone_of_network};
use crate::api::cloudstack::commands::{date, joined, owner, tags};
use crate::api::cloudstack::table::Viewer;
use crate::world::World;
use crate::world::equipment::AddressRange;
use crate::world::network::Device;
use crate::world::network::guest::{Ports, PublicAddress, TrafficRule};
use crate::world::server::Server;

/// A public address; of one that is gone only its id.
pub(super) fn address(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    match world.networking.public_address(id) {
        Some(address) => Some(public(world, &address)),
        None => Some(json!({ "id": id, "state": "Free" })),
    }
}

/// The range that a public address of a zone's is of.
pub(super) fn vlan_range(
    world: &World,
    zone: Option<Uuid>,
    address: IpAddr,
) -> Option<&AddressRange> {
    let ranges = world.equipment.ranges.iter();
    let mut own = ranges.filter(|range| range.is_public && Some(range.zone) == zone);
    let has = |range: &&AddressRange| match (range.settings.start, range.settings.end, address) {
        (Some(start), Some(end), IpAddr::V4(address)) => start <= address && address <= end,
        _ => false,
    };
    own.clone().find(has).or_else(|| own.next())
}

/// The zone of the network or cloud that an address is for, else of the range that it is of.
pub(super) fn zone_of(world: &World, address: &PublicAddress) -> Option<Uuid> {
    let vpc = address.vpc.and_then(|vpc| world.networking.vpc(vpc));
    let network = address.network.and_then(|network| world.network(network));
    let network = network.and_then(|network| zone_of_network(world, network, None));
    let first = || world.topology.zones().next().map(|zone| zone.id);
    let range = || {
        let range = world.networking.range_of(address.subnet, address.address)?;
        world.equipment.ranges.get(range).map(|range| range.zone)
    };
    let own = vpc.map(|vpc| vpc.zone).or(network.map(|zone| zone.id));
    own.or_else(range).or_else(first)
}

/// The physical network that carries a range of a zone's.
pub(super) fn carrier(
    world: &World,
    zone: Option<Uuid>,
    range: Option<&AddressRange>,
) -> Option<Uuid> {
    let own = range.and_then(|range| range.physical_network);
    own.or_else(|| physical_network(world, zone))
}

pub(super) fn public(world: &World, address: &PublicAddress) -> Value {
    let network = address.network.and_then(|id| world.network(id));
    let vpc = address.vpc.and_then(|id| world.networking.vpc(id));
    let own = joined(
        outer(
            world,
            address.outside,
            zone_of(world, address),
            address.address,
        ),
        [
            ("id".to_owned(), json!(address.id)),
            ("ipaddress".to_owned(), json!(address.address)),
            ("allocated".to_owned(), json!(date(address.allocated))),
        ],
    );
    let more = json!({
        "state": address.state.word(),
        "issourcenat": address.is_source_nat(),
        "isstaticnat": address.is_static_nat(),
        "fordisplay": address.is_displayed,
        "associatednetworkid": network.map(|network| network.meta.id),
        "associatednetworkname": network.map(|network| &network.meta.name),
        "vpcid": vpc.map(|vpc| vpc.meta.id),
        "vpcname": vpc.map(|vpc| &vpc.meta.name),
        "purpose": address.is_static_nat().then_some("StaticNat"),
        "tags": tags::of(world, address.id),
        "hasrules": world.networking.rules_on(address.id).next().is_some(),
    });
    let account = world.accounts.project(address.project);
    let account = account
        .map(|account| owner(world, account))
        .unwrap_or_default();
    let machine = machine_behind(world, address);
    joined(own, members(more).into_iter().chain(machine).chain(account))
}

/// An address that nobody has.
pub(super) fn free(world: &World, free: &Free) -> Value {
    joined(
        outer(world, free.network, Some(free.zone), free.address),
        [
            ("id".to_owned(), json!(free.id)),
            ("ipaddress".to_owned(), json!(free.address)),
            ("state".to_owned(), json!("Free")),
            ("issourcenat".to_owned(), json!(false)),
            ("isstaticnat".to_owned(), json!(false)),
            ("tags".to_owned(), json!([])),
        ],
    )
}

/// What all addresses of a network show, in a zone or else the first.
fn outer(world: &World, outside: Uuid, zone: Option<Uuid>, address: IpAddr) -> Value {
    let network = world.network(outside);
    let range = vlan_range(world, zone, address);
    let known = zone.and_then(|zone| world.topology.zone(zone));
    json!({
        "networkid": outside,
        "networkname": network.map(|network| &network.meta.name),
        "physicalnetworkid": carrier(world, zone, range),
        "vlanid": range.map(|range| range.id),
        "vlanname": range.map(|range| format!("vlan://{}", range.vlan())),
        "zoneid": known.map(|zone| zone.id),
        "zonename": known.map(|zone| &zone.name),
        "forvirtualnetwork": true,
        "forsystemvms": range.is_some_and(|range| range.is_for_system_machines),
        "issystem": false,
        "isportable": false,
    })
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// The machine whose own an address is.
fn machine_behind(world: &World, address: &PublicAddress) -> Map<String, Value> {
    let Some(association) = address.association else {
        return Map::new();
    };
    let port = world.networking.ports.get(association.port);
    let server = port.and_then(|port| match port.device {
        Device::Server(server) => world.server(server),
        Device::Nothing | Device::Interface(_) | Device::Gateway(_) | Device::Other(_) => None,
    });
    let mut shown = server.map(machine).unwrap_or_default();
    shown.insert("vmipaddress".into(), json!(association.fixed_ip));
    if server.is_some() {
        shown.insert("virtualmachinetype".into(), json!("User"));
    }
    shown
}

fn machine(server: &Server) -> Map<String, Value> {
    let name = &server.spec.name;
    members(json!({
        "virtualmachineid": server.id,
        "virtualmachinename": name,
        "virtualmachinedisplayname": server.spec.display_name.as_ref().unwrap_or(name),
    }))
}

/// What all rules show.
fn rule(world: &World, rule: &TrafficRule) -> Value {
    let address = rule
        .address
        .and_then(|id| world.networking.public_address(id));
    json!({
        "id": rule.id,
        "networkid": rule.network,
        "ipaddressid": rule.address,
        "ipaddress": address.map(|address| address.address),
        "protocol": rule.protocol,
        "cidrlist": list(&rule.sources),
        "state": rule.state.word(),
        "fordisplay": rule.is_displayed,
        "tags": tags::of(world, rule.id),
    })
}

fn list(texts: &[Arc<str>]) -> String {
    texts.join(",")
}

/// A firewall rule. Its ports are numbers, unlike those of rules that send things on.
pub(super) fn firewall(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let Some(known) = world.networking.guests.rules.get(id) else {
        return Some(json!({ "id": id }));
    };
    let more = json!({
        "startport": known.ports.map(|ports| ports.first),
        "endport": known.ports.map(|ports| ports.last),
        "icmptype": known.icmp.map(|icmp| icmp.kind),
        "icmpcode": known.icmp.map(|icmp| icmp.code),
        "destcidrlist": known.address.is_none().then(|| list(&known.destinations)),
    });
    Some(joined(rule(world, known), members(more)))
}

/// A rule that sends ports on to a machine.
pub(super) fn forwarding(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let Some(known) = world.networking.guests.rules.get(id) else {
        return Some(json!({ "id": id }));
    };
    let target = known.target.as_ref();
    let inner = target.map(|target| target.ports);
    let text = |ports: Option<Ports>, end: fn(&Ports) -> u16| {
        ports.as_ref().map(|ports| end(ports).to_string())
    };
    let more = json!({
        "publicport": text(known.ports, |ports| ports.first),
        "publicendport": text(known.ports, |ports| ports.last),
        "privateport": text(inner, |ports| ports.first),
        "privateendport": text(inner, |ports| ports.last),
        "vmguestip": target.map(|target| target.address),
    });
    let server = target.and_then(|target| world.server(target.server));
    let machine = server.map(machine).unwrap_or_default();
    Some(joined(
        rule(world, known),
        members(more).into_iter().chain(machine),
    ))
}
