//! How guest networks look on the wire.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::api::cloudstack::commands::infrastructure::zones::name_servers;
use crate::api::cloudstack::commands::{date, domain, joined, owner, tags};
use crate::api::cloudstack::entity::root_domain;
use crate::api::cloudstack::table::Viewer;
use crate::world::World;
use crate::world::network::{Network, Subnet};
use crate::world::offerings::network_offerings::{
    GuestType, ISOLATED, NetworkOffering, Service, usual_id,
};
use crate::world::topology::Zone;

/// What isolates networks that were not made by CloudStack's clients.
const VLAN: &str = "vlan://100";

/// The domain of the names of machines in networks that say nothing else.
pub(super) const DOMAIN: &str = "cs2cloud.internal";

pub(super) fn show(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let network = world.network(id)?;
    Some(network_value(world, network, None, viewer))
}

/// The offering that a network was made by; that of isolated ones for those that other clients made.
pub(super) fn offering_of<'a>(world: &'a World, network: &Network) -> Option<&'a NetworkOffering> {
    let guest = network.guest.as_ref();
    let id = guest.map_or_else(|| usual_id(ISOLATED), |guest| guest.offering);
    world.network_offerings.networks.get(id)
}

/// The service's own word for a network's kind.
pub(in crate::api::cloudstack::commands) fn guest_type(
    world: &World,
    network: &Network,
) -> &'static str {
    let offering = offering_of(world, network);
    offering.map_or("Isolated", |offering| offering.guest_type.word())
}

/// The zone that a network is in. Those that other clients made are in all, and the wire has room for one.
pub(in crate::api::cloudstack::commands) fn zone_of<'a>(
    world: &'a World,
    network: &Network,
    wanted: Option<Uuid>,
) -> Option<&'a Zone> {
    let own = network.guest.as_ref().map(|guest| guest.zone);
    world
        .topology
        .zones()
        .find(|zone| own.or(wanted).is_none_or(|wanted| wanted == zone.id))
}

/// The physical network that a zone's guest networks are on: the first.
pub(in crate::api::cloudstack::commands) fn physical_network(
    world: &World,
    zone: Option<Uuid>,
) -> Option<Uuid> {
    let mut networks = world.equipment.physical_networks.iter();
    let own = networks.find(|network| Some(network.zone) == zone);
    own.map(|network| network.id)
}

/// A guest network, in a zone that is asked for.
pub(in crate::api::cloudstack::commands) fn network_value(
    world: &World,
    network: &Network,
    zone: Option<Uuid>,
    viewer: Viewer,
) -> Value {
    let zone = zone_of(world, network, zone);
    let own = joined(basics(world, network), addresses(world, network));
    let own = joined(own, of_offering(world, network));
    let own = joined(own, belonging(world, network));
    let place = json!({
        "zoneid": zone.map(|zone| zone.id),
        "zonename": zone.map(|zone| &zone.name),
        "physicalnetworkid": physical_network(world, zone.map(|zone| zone.id)),
    });
    let shown = joined(own, members(place));
    match viewer {
        Viewer::Admin => joined(shown, isolation(network)),
        Viewer::User => shown,
    }
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn basics(world: &World, network: &Network) -> Value {
    let meta = &network.meta;
    let text = match meta.description.is_empty() {
        true => &meta.name,
        false => &meta.description,
    };
    let guest = network.guest.as_deref();
    json!({
        "id": meta.id,
        "name": meta.name,
        "displaytext": text,
        "traffictype": "Guest",
        "acltype": acl_type(network),
        "subdomainaccess": true,
        "broadcastdomaintype": "Vlan",
        "networkdomain": guest.map_or(DOMAIN, |guest| &guest.domain),
        "related": meta.id,
        "issystem": false,
        "isdefault": false,
        "canusefordeploy": true,
        "restartrequired": guest.is_some_and(|guest| guest.needs_restart),
        "displaynetwork": guest.is_none_or(|guest| guest.is_displayed),
        "redundantrouter": false,
        "strechedl2subnet": false,
        "created": date(meta.created),
        "tags": tags::of(world, meta.id),
    })
}

pub(super) fn acl_type(network: &Network) -> &'static str {
    match network.is_shared {
        true => "Domain",
        false => "Account",
    }
}

fn addresses(world: &World, network: &Network) -> Map<String, Value> {
    let subnet = world.networking.first_subnet(network.meta.id);
    let own = subnet.map_or(&[][..], |subnet| &subnet.dns);
    let zone = zone_of(world, network, None).map_or(Uuid::nil(), |zone| zone.id);
    let (first, second) = name_servers(world, zone);
    let (dns1, dns2) = match own {
        [] => (json!(first), json!(second)),
        [own, rest @ ..] => (json!(own), json!(rest.first())),
    };
    members(json!({
        "gateway": subnet.and_then(|subnet| subnet.gateway),
        "netmask": subnet.map(|subnet| subnet.cidr.mask()),
        "cidr": subnet.map(Subnet::cidr_text),
        "dns1": dns1,
        "dns2": dns2,
    }))
}

fn of_offering(world: &World, network: &Network) -> Map<String, Value> {
    let Some(offering) = offering_of(world, network) else {
        return Map::new();
    };
    members(json!({
        "type": offering.guest_type.word(),
        "state": state(network, offering),
        "networkofferingid": offering.id,
        "networkofferingname": offering.name,
        "networkofferingdisplaytext": offering.display_text,
        "networkofferingavailability": offering.availability,
        "networkofferingconservemode": offering.is_conserving,
        "ispersistent": offering.is_persistent,
        "specifyipranges": offering.takes_ranges,
        "specifyvlan": offering.takes_vlan,
        "egressdefaultpolicy": offering.lets_out,
        "service": services(&offering.services),
    }))
}

/// Shared networks are there from the start; others with their first machine.
fn state(network: &Network, offering: &NetworkOffering) -> &'static str {
    let is_implemented = network
        .guest
        .as_ref()
        .is_none_or(|guest| guest.is_implemented);
    match (offering.guest_type, is_implemented) {
        (GuestType::Shared, _) => "Setup",
        (GuestType::Isolated | GuestType::L2, true) => "Implemented",
        (GuestType::Isolated | GuestType::L2, false) => "Allocated",
    }
}

/// What it belongs to: an account or all, and a virtual private cloud.
fn belonging(world: &World, network: &Network) -> Map<String, Value> {
    let guest = network.guest.as_deref();
    let vpc = guest.and_then(|guest| world.networking.vpc(guest.vpc?));
    let acl = guest.and_then(|guest| world.networking.guests.acls.get(guest.acl?));
    let project = world.accounts.project(network.meta.project);
    let account = match project.filter(|_| !network.is_shared) {
        Some(project) => owner(world, project),
        None => domain(world, Some(root_domain())),
    };
    let rest = json!({
        "vpcid": vpc.map(|vpc| vpc.meta.id),
        "vpcname": vpc.map(|vpc| &vpc.meta.name),
        "aclid": acl.map(|acl| acl.id),
        "aclname": acl.map(|acl| &acl.name),
    });
    let mut all = account;
    all.extend(members(rest));
    all
}

/// What isolates it from others; it has that when it is there on the hosts.
fn isolation(network: &Network) -> Map<String, Value> {
    let guest = network.guest.as_deref();
    if guest.is_some_and(|guest| !guest.is_implemented && !guest.has_own_vlan) {
        return Map::new();
    }
    let uri = broadcast_uri(network);
    members(json!({ "vlan": uri.trim_start_matches("vlan://"), "broadcasturi": uri }))
}

pub(in crate::api::cloudstack::commands) fn broadcast_uri(network: &Network) -> String {
    match (&network.guest, network.provider.segment) {
        (Some(_), Some(segment)) => format!("vlan://{segment}"),
        (Some(_), None) => "vlan://untagged".into(),
        (None, _) => VLAN.into(),
    }
}

/// What a network offers, and who provides it.
pub(in crate::api::cloudstack::commands) fn services(services: &[Service]) -> Value {
    let service = |service: &Service| {
        let providers = service.providers.iter();
        let providers: Value = providers.map(|name| json!({ "name": name })).collect();
        json!({ "name": service.name, "provider": providers })
    };
    services.iter().map(service).collect()
}
