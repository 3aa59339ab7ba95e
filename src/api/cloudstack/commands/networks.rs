//! Guest networks, and lists of what does not exist here yet: public addresses and their rules.

use serde_json::{Value, json};

use super::date;
use super::offerings::{NETWORK_OFFERING, services};
use crate::api::cloudstack::entity::{network_offering, root_domain};
use crate::api::cloudstack::listing::{Listing, nothing};
use crate::api::cloudstack::table::Row;
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::ids::named;
use crate::world::network::{Network, Subnet};
use crate::world::topology::Zone;

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listNetworks", list_networks),
    Row::read("cloudstack.listPublicIpAddresses", nothing),
    Row::read("cloudstack.listPortForwardingRules", nothing),
    Row::read("cloudstack.listIpForwardingRules", nothing),
];

fn list_networks(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let fits = args.is("type", "Isolated")
        && args.is("traffictype", "Guest")
        && args.is("acltype", "Domain")
        && args.flag("canusefordeploy") != Some(false)
        && args.flag("issystem") != Some(true)
        && args.flag("forvpc") != Some(true);
    let zone = zone_of(world, args.id("zoneid"));
    let networks = world.networking.networks.iter();
    let wanted = networks.filter(|network| {
        let is_shown = network.is_shared || listing.is_admin() || is_own(call, network);
        fits && !network.is_external
            && is_shown
            && listing.wants(network.meta.id, &network.meta.name)
    });
    Ok(listing.answer(wanted, |item| network(world, item, zone)))
}

/// The zone that networks are shown in: they are in all, and the wire has room for one.
fn zone_of(world: &World, wanted: Option<uuid::Uuid>) -> Option<&Zone> {
    let mut zones = world.topology.zones();
    zones.find(|zone| wanted.is_none_or(|wanted| wanted == zone.id))
}

fn is_own(call: &Call, network: &Network) -> bool {
    let project = call
        .session
        .as_ref()
        .and_then(|session| session.project.as_ref());
    project.is_some_and(|project| project.id == network.meta.project)
}

fn network(world: &World, network: &Network, zone: Option<&Zone>) -> Value {
    let meta = &network.meta;
    let subnet = world.networking.first_subnet(meta.id);
    json!({
        "id": meta.id,
        "name": meta.name,
        "displaytext": meta.name,
        "type": "Isolated",
        "state": "Implemented",
        "traffictype": "Guest",
        "acltype": "Domain",
        "subdomainaccess": true,
        "broadcastdomaintype": "Vlan",
        "broadcasturi": VLAN,
        "vlan": VLAN.trim_start_matches("vlan://"),
        "gateway": subnet.and_then(|subnet| subnet.gateway),
        "netmask": subnet.map(|subnet| subnet.cidr.mask()),
        "cidr": subnet.map(Subnet::cidr_text),
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
        "related": meta.id,
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
        "created": date(meta.created),
        "service": services(),
        "tags": [],
    })
}

/// What isolates the guest networks.
pub(super) const VLAN: &str = "vlan://100";
