//! `listNetworks`, and what is known of protocols.

use serde_json::json;

use super::view::{acl_type, offering_of};
use super::{network_value, physical_network, zone_of};
use crate::api::cloudstack::listing::Listing;
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::Network;

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let wanted = world.networking.networks.iter();
    let wanted = wanted.filter(|network| !network.is_external && is_wanted(&listing, network));
    let (zone, viewer) = (listing.args.id("zoneid"), listing.viewer());
    Ok(listing.answer(wanted, |item| network_value(world, item, zone, viewer)))
}

fn is_wanted(listing: &Listing<'_>, network: &Network) -> bool {
    is_seen(listing, network)
        && listing.wants(network.meta.id, &network.meta.name)
        && fits_kind(listing, network)
        && fits_place(listing, network)
}

/// Everybody sees what is shared, with all or with them.
fn is_seen(listing: &Listing<'_>, network: &Network) -> bool {
    let world = listing.args.world;
    let owner = world.accounts.project(network.meta.project);
    network.is_shared || owner.is_some_and(|owner| listing.shows(owner)) || {
        let shared = world.networking.usable_by(listing.account());
        listing.args.text("account").is_none()
            && shared
                .into_iter()
                .any(|known| known.meta.id == network.meta.id)
    }
}

fn fits_kind(listing: &Listing<'_>, network: &Network) -> bool {
    let args = &listing.args;
    let Some(offering) = offering_of(args.world, network) else {
        return false;
    };
    let guest = network.guest.as_deref();
    let services = args.texts("supportedservices");
    args.is("type", offering.guest_type.word())
        && args.is("traffictype", "Guest")
        && args.is("acltype", acl_type(network))
        && args.is_id("networkofferingid", Some(offering.id))
        && args.is_flag("canusefordeploy", true)
        && args.is_flag("issystem", false)
        && args.is_flag("specifyipranges", offering.takes_ranges)
        && args.is_flag(
            "displaynetwork",
            guest.is_none_or(|guest| guest.is_displayed),
        )
        && args.is_flag(
            "restartrequired",
            guest.is_some_and(|guest| guest.needs_restart),
        )
        && services.iter().all(|service| offering.has(service))
}

fn fits_place(listing: &Listing<'_>, network: &Network) -> bool {
    let args = &listing.args;
    let guest = network.guest.as_deref();
    let vpc = guest.and_then(|guest| guest.vpc);
    let zone = zone_of(args.world, network, args.id("zoneid"));
    let segment = network.provider.segment.map(|segment| segment.to_string());
    args.is_flag("forvpc", vpc.is_some())
        && args.is_id("vpcid", vpc)
        && args.is_id("zoneid", zone.map(|zone| zone.id))
        && args.is_id(
            "physicalnetworkid",
            physical_network(args.world, zone.map(|zone| zone.id)),
        )
        && args.is_id("associatednetworkid", None)
        && args.is("vlan", &segment.unwrap_or_default())
}

/// The protocols that rules can name, and the messages of ICMP.
const PROTOCOLS: &[(u8, &str, &str)] = &[
    (1, "icmp", "Internet Control Message"),
    (2, "igmp", "Internet Group Management"),
    (4, "ipv4", "IPv4 encapsulation"),
    (6, "tcp", "Transmission Control"),
    (17, "udp", "User Datagram"),
    (41, "ipv6", "IPv6 encapsulation"),
    (47, "gre", "Generic Routing Encapsulation"),
    (50, "esp", "Encap Security Payload"),
    (51, "ah", "Authentication Header"),
    (58, "ipv6-icmp", "ICMP for IPv6"),
    (89, "ospf", "Open Shortest Path First"),
    (112, "vrrp", "Virtual Router Redundancy Protocol"),
    (132, "sctp", "Stream Control Transmission Protocol"),
];

const ICMP_TYPES: &[(u8, &str, &str)] = &[
    (0, "Echo Reply", "Echo Reply"),
    (3, "Destination Unreachable", "Destination Unreachable"),
    (5, "Redirect", "Redirect"),
    (8, "Echo", "Echo"),
    (11, "Time Exceeded", "Time Exceeded"),
    (12, "Parameter Problem", "Parameter Problem"),
    (13, "Timestamp", "Timestamp"),
    (14, "Timestamp Reply", "Timestamp Reply"),
];

pub(super) fn protocols(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let table = match listing.args.text("option").unwrap_or_default() {
        "protocolnumber" => PROTOCOLS,
        "icmptype" => ICMP_TYPES,
        option => {
            let message = format!("Unable to parse option value: {option}");
            return Err(super::super::owned::refuse(message));
        }
    };
    Ok(listing.answer(
        table.iter(),
        |(number, name, about)| json!({ "index": number, "name": name, "description": about }),
    ))
}
