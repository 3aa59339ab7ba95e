//! Guest networks, and lists of what does not exist here yet: public addresses and their rules.

use serde_json::{Value, json};

use super::date;
use super::offerings::{NETWORK_OFFERING, services};
use crate::api::cloudstack::entity::{Entity, ZONE, network_offering, root_domain};
use crate::api::cloudstack::listing::{Listing, OWNED, PAGED, nothing};
use crate::api::cloudstack::params::{Param, flag, id, text};
use crate::api::cloudstack::table::Row;
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::catalog::Network;
use crate::world::ids::named;
use crate::world::topology::Area;

const LIST_NETWORKS: &[&[Param]] = &[
    PAGED,
    OWNED,
    &[
        id("id", Entity::Network),
        text("name"),
        id("zoneid", ZONE),
        text("type"),
        text("traffictype"),
        text("acltype"),
        id("networkofferingid", Entity::NetworkOffering),
        flag("canusefordeploy"),
        flag("issystem"),
        flag("forvpc"),
        id("vpcid", Entity::Nothing),
    ],
];

const LIST_ADDRESSES: &[&[Param]] = &[
    PAGED,
    OWNED,
    &[
        id("id", Entity::Nothing),
        id("zoneid", ZONE),
        text("ipaddress"),
    ],
];

const LIST_RULES: &[&[Param]] = &[
    PAGED,
    OWNED,
    &[
        id("id", Entity::Nothing),
        id("ipaddressid", Entity::Nothing),
    ],
];

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listNetworks", LIST_NETWORKS, list_networks),
    Row::read("cloudstack.listPublicIpAddresses", LIST_ADDRESSES, nothing),
    Row::read("cloudstack.listPortForwardingRules", LIST_RULES, nothing),
    Row::read("cloudstack.listIpForwardingRules", LIST_RULES, nothing),
];

fn list_networks(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call, Entity::Network)?;
    let args = &listing.args;
    let fits = args.is("type", "Isolated")
        && args.is("traffictype", "Guest")
        && args.is("acltype", "Domain")
        && args.flag("canusefordeploy") != Some(false)
        && args.flag("issystem") != Some(true)
        && args.flag("forvpc") != Some(true);
    let zone = zone_of(world, args.id("zoneid", ZONE));
    let networks = world.networks.iter();
    let networks = networks.filter(|network| fits && listing.wants(network.id, &network.name));
    Ok(listing.answer("network", networks, |item| network(item, zone)))
}

/// The zone that networks are shown in: they are in all, and the wire has room for one.
fn zone_of(world: &World, wanted: Option<uuid::Uuid>) -> Option<&Area> {
    let mut zones = world.topology.zones().iter();
    zones.find(|zone| wanted.is_none_or(|wanted| wanted == zone.id))
}

fn network(network: &Network, zone: Option<&Area>) -> Value {
    json!({
        "id": network.id,
        "name": network.name,
        "displaytext": network.name,
        "type": "Isolated",
        "state": "Implemented",
        "traffictype": "Guest",
        "acltype": "Domain",
        "subdomainaccess": true,
        "broadcastdomaintype": "Vlan",
        "broadcasturi": VLAN,
        "vlan": VLAN.trim_start_matches("vlan://"),
        "gateway": network.gateway(),
        "netmask": network.cidr.mask(),
        "cidr": network.cidr.to_string(),
        "networkdomain": "cs2cloud.internal",
        "dns1": "8.8.8.8",
        "zoneid": zone.map(|zone| zone.id),
        "zonename": zone.map(|zone| &zone.name),
        "physicalnetworkid": named("physical-network", "default"),
        "networkofferingid": network_offering(),
        "networkofferingname": NETWORK_OFFERING,
        "networkofferingdisplaytext": NETWORK_OFFERING,
        "networkofferingavailability": "Required",
        "networkofferingconservemode": true,
        "domain": "ROOT",
        "domainid": root_domain(),
        "related": network.id,
        "issystem": false,
        "isdefault": false,
        "canusefordeploy": true,
        "ispersistent": false,
        "restartrequired": false,
        "specifyipranges": false,
        "specifyvlan": false,
        "displaynetwork": true,
        "redundantrouter": false,
        "strechedl2subnet": false,
        "created": date(network.created),
        "service": services(),
        "tags": [],
    })
}

/// What isolates the guest networks.
pub(super) const VLAN: &str = "vlan://100";
