//! `listNetworks`, and what is known of protocols.

use serde_json::json;
use uuid::Uuid;

use super::permissions::permitted;
use super::view::{acl_type, offering_of};
use super::{network_value, physical_network, zone_of};
use crate::api::cloudstack::commands::owned::refuse;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::Network;

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let filter = Filter::of(&listing.args)?;
    let wanted = world.networking.networks.iter();
    let wanted = wanted.filter(|network| {
        !network.is_external && filter.takes_in(&listing, network) && is_wanted(&listing, network)
    });
    let (zone, viewer) = (listing.args.id("zoneid"), listing.viewer());
    Ok(listing.answer(wanted, |item| network_value(world, item, zone, viewer)))
}

fn is_wanted(listing: &Listing<'_>, network: &Network) -> bool {
    listing.wants(network.meta.id, &network.meta.name)
        && fits_kind(listing, network)
        && fits_place(listing, network)
}

/// What `networkfilter` keeps of the networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filter {
    All,
    /// Those of accounts.
    Account,
    /// Those that all in a domain share.
    Domain,
    AccountDomain,
    /// Those of others that are shared with an account.
    Shared,
}

impl Filter {
    /// # Errors
    /// When there is no such filter.
    fn of(args: &Args<'_>) -> Result<Self, Fault> {
        let Some(word) = args.text("networkfilter") else {
            return Ok(Self::All);
        };
        match word.to_ascii_lowercase().as_str() {
            "all" => Ok(Self::All),
            "account" => Ok(Self::Account),
            "domain" => Ok(Self::Domain),
            "accountdomain" => Ok(Self::AccountDomain),
            "shared" => Ok(Self::Shared),
            _ => Err(refuse(format!("Invalid value of networkfilter: {word}"))),
        }
    }

    fn takes_in(self, listing: &Listing<'_>, network: &Network) -> bool {
        let world = listing.args.world;
        let is_listed = |account: Uuid| {
            let account = world.accounts.project(account);
            account.is_some_and(|account| listing.shows(account))
        };
        let is_permitted =
            || permitted(world, network.meta.id).any(|(_, account)| is_listed(account));
        let kept = match self {
            Self::All => [true, true, true],
            Self::Account => [true, false, false],
            Self::Domain => [false, true, false],
            Self::AccountDomain => [true, true, false],
            Self::Shared => [false, false, true],
        };
        let [of_accounts, of_domains, of_others] = kept;
        (network.is_shared && of_domains)
            || (!network.is_shared && of_accounts && is_listed(network.meta.project))
            || (of_others && is_permitted())
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
            return Err(refuse(message));
        }
    };
    Ok(listing.answer(
        table.iter(),
        |(number, name, about)| json!({ "index": number, "name": name, "description": about }),
    ))
}
