//! `createNetwork`.

use std::net::IpAddr;

use cidr::{IpCidr, IpInet};
use uuid::Uuid;

use super::view::DOMAIN;
use crate::api::cloudstack::commands::offers;
use crate::api::cloudstack::commands::owned::{account_for, permit, refuse};
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::plan::NetworkType;
use crate::world::World;
use crate::world::accounts::Project;
use crate::world::network::addresses::Range;
use crate::world::network::guest::{GuestDraft, Vlan, Vpc};
use crate::world::offerings::network_offerings::{GuestType, NetworkOffering};

/// What isolated networks have where nothing else is said: the zone's guest network.
const GUEST_CIDR: &str = "10.1.1.0/24";

pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    draft(world, call).map(|_| Landing::default())
}

pub(super) fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (draft, offering) = draft(world, call)?;
    let is_persistent = offering.is_persistent;
    let offering = offering.clone();
    let made = world.create_guest_network(draft, &offering);
    let id = made.map_err(|fault| Fault {
        kind: FaultKind::InvalidParameter,
        ..fault
    })?;
    if is_persistent {
        let user = caller(call)?.user.clone();
        world.implement_network(id, &user);
    }
    job::done(world, call, Some(id))
}

/// Makes the network that an account's machines go into where nothing else is said.
///
/// # Errors
/// When there is no room for another network.
pub(in crate::api::cloudstack::commands) fn make_usual(
    world: &mut World,
    account: &Project,
    zone: Uuid,
) -> Result<Uuid, Fault> {
    let offerings = &world.network_offerings.networks;
    let usual = offerings
        .iter()
        .find(|offering| &*offering.availability == "Required");
    let offering = usual.cloned().ok_or_else(|| {
        refuse(
            "Unable to find network offering with availability=Required to automatically create the network as a \
             part of vm creation",
        )
    })?;
    let name = format!("{}-network", account.name);
    let draft = GuestDraft {
        project: account.id,
        name: name.as_str().into(),
        description: name.as_str().into(),
        zone,
        cidr: Some(guest_cidr(world, Some(zone))),
        gateway: None,
        range: None,
        vlan: None,
        domain: DOMAIN.into(),
        dns: Vec::new(),
        vpc: None,
        acl: None,
        is_for_all: false,
        is_displayed: true,
    };
    world.create_guest_network(draft, &offering)
}

fn draft<'a>(world: &'a World, call: &'a Call) -> Result<(GuestDraft, &'a NetworkOffering), Fault> {
    let args = args(world, call);
    let account = account_for(world, call)?;
    let offering = args.required_id("networkofferingid")?;
    let offering = world.network_offerings.networks.get(offering);
    let offering =
        offering.ok_or_else(|| refuse("Unable to find network offering by specified id"))?;
    let vpc = vpc(&args, call)?;
    let what = format!("network offering {}", offering.name);
    offers::permit(world, &account, &offering.offer, (&what, args.id("zoneid")))?;
    check_offering(offering, vpc)?;
    let vlan = vlan(&args, call, offering)?;
    let addresses = match vpc {
        Some(vpc) => tier_addresses(&args, vpc)?,
        None => addresses(&args, offering)?,
    };
    let dns = ["dns1", "dns2"].iter().filter_map(|name| args.text(name));
    let domain = args.text("networkdomain");
    let text = |name| args.text(name).unwrap_or_default();
    let draft = GuestDraft {
        project: account.id,
        name: text("name").into(),
        description: text("displaytext").into(),
        zone: args.required_id("zoneid")?,
        cidr: addresses.cidr,
        gateway: addresses.gateway,
        range: addresses.range,
        vlan,
        domain: domain.unwrap_or(DOMAIN).into(),
        dns: dns.map(address).collect::<Result<_, _>>()?,
        acl: acl(&args, vpc)?,
        vpc: vpc.map(|vpc| vpc.meta.id),
        is_for_all: is_for_all(&args, offering),
        is_displayed: args.flag("displaynetwork").unwrap_or(true),
    };
    Ok((draft, offering))
}

fn vpc<'a>(args: &Args<'a>, call: &Call) -> Result<Option<&'a Vpc>, Fault> {
    let vpc = args
        .id("vpcid")
        .and_then(|id| args.world.networking.vpc(id));
    if let Some(vpc) = vpc {
        permit(args.world, call, vpc.meta.project, vpc.meta.id)?;
    }
    Ok(vpc)
}

fn check_offering(offering: &NetworkOffering, vpc: Option<&Vpc>) -> Result<(), Fault> {
    if !offering.is_enabled {
        return Err(refuse(
            "Can't use specified network offering id as its state is not Enabled",
        ));
    }
    match (vpc.is_some(), offering.is_for_vpc) {
        (false, true) => Err(refuse("Network offering can be used for VPC networks only")),
        (true, false) => Err(refuse(format!(
            "The network offering {} can't be used for VPC networks",
            offering.name
        ))),
        (true, true) | (false, false) => Ok(()),
    }
}

fn vlan(args: &Args<'_>, call: &Call, offering: &NetworkOffering) -> Result<Option<Vlan>, Fault> {
    let said = args.text("vlan");
    if said.is_some() && !caller(call)?.is_admin() {
        let message = "Only ROOT admin is allowed to specify vlanId or bypass vlan overlap check";
        return Err(refuse(message));
    }
    match (said, offering.takes_vlan) {
        (Some(said), true) => match Vlan::parse(said) {
            Some(vlan) => Ok(Some(vlan)),
            None => Err(refuse(format!("Invalid vlan ID {said}"))),
        },
        (None, false) => Ok(None),
        (Some(_), false) => Err(refuse(
            "Can't specify vlan; corresponding offering says specifyVlan=false",
        )),
        (None, true) if is_basic(args) => Ok(Some(Vlan::Untagged)),
        (None, true) => Err(refuse(
            "Vlan has to be specified; corresponding offering says specifyVlan=true",
        )),
    }
}

/// The addresses of a network that is asked for.
#[derive(Default)]
struct Addresses {
    cidr: Option<IpCidr>,
    gateway: Option<IpAddr>,
    range: Option<Range>,
}

fn addresses(args: &Args<'_>, offering: &NetworkOffering) -> Result<Addresses, Fault> {
    let said = named_addresses(args)?;
    match (offering.guest_type, said) {
        (GuestType::L2, None) => Ok(Addresses::default()),
        // It gets them with the ranges of its pods.
        (GuestType::Shared, None) if is_basic(args) => Ok(Addresses::default()),
        (GuestType::L2, Some(_)) => Err(refuse(
            "Unable to specify IP addresses for a network of type L2",
        )),
        (GuestType::Isolated, None) if offering.has("SourceNat") => Ok(Addresses {
            cidr: Some(guest_cidr(args.world, args.id("zoneid"))),
            ..Addresses::default()
        }),
        (GuestType::Isolated | GuestType::Shared, None) => Err(refuse(
            "StartIp/endIp/gateway/netmask are required when create network of type Shared and network of type \
             Isolated with service SourceNat disabled",
        )),
        (GuestType::Shared, Some(said)) if said.range.is_none() => Err(refuse(
            "StartIp/endIp/gateway/netmask are required when create network of type Shared and network of type \
             Isolated with service SourceNat disabled",
        )),
        (GuestType::Isolated | GuestType::Shared, Some(said)) => Ok(said),
    }
}

/// Whether the network is to be the one of a zone whose pods have their own addresses.
fn is_basic(args: &Args<'_>) -> bool {
    let zone = args.id("zoneid");
    let zone = zone.and_then(|zone| args.world.topology.zone(zone));
    zone.is_some_and(|zone| zone.settings.network_type == Some(NetworkType::Basic))
}

/// The addresses of the zone's guests.
fn guest_cidr(world: &World, zone: Option<Uuid>) -> IpCidr {
    let zone = zone.and_then(|zone| world.topology.zone(zone));
    let own = zone.and_then(|zone| zone.settings.guest_cidr.as_deref()?.parse().ok());
    own.unwrap_or_else(|| GUEST_CIDR.parse().expect("the constant is a network"))
}

/// What the arguments say of addresses; none without a gateway and a netmask.
fn named_addresses(args: &Args<'_>) -> Result<Option<Addresses>, Fault> {
    let (gateway, netmask) = match (args.text("gateway"), args.text("netmask")) {
        (Some(gateway), Some(netmask)) => (address(gateway)?, address(netmask)?),
        (None, None) => return Ok(None),
        (Some(_), None) | (None, Some(_)) => {
            return Err(refuse("Both gateway and netmask have to be specified"));
        }
    };
    let length = prefix_length(netmask).ok_or_else(|| refuse("Please specify valid netmask"))?;
    let inet = IpInet::new(gateway, length);
    let cidr = inet
        .map_err(|_| refuse("Please specify valid gateway"))?
        .network();
    Ok(Some(Addresses {
        cidr: Some(cidr),
        gateway: Some(gateway),
        range: range(args, &cidr)?,
    }))
}

fn range(args: &Args<'_>, cidr: &IpCidr) -> Result<Option<Range>, Fault> {
    let Some(start) = args.text("startip") else {
        return Ok(None);
    };
    let first = address(start)?;
    let last = args.text("endip").map_or(Ok(first), address)?;
    if !cidr.contains(&first) || !cidr.contains(&last) {
        return Err(refuse(
            "Start and end IPs should be in the same subnet as the gateway",
        ));
    }
    match Range::new(first, last) {
        Some(range) => Ok(Some(range)),
        None => Err(refuse(format!("Invalid ip range: {first}-{last}"))),
    }
}

fn tier_addresses(args: &Args<'_>, vpc: &Vpc) -> Result<Addresses, Fault> {
    let said = named_addresses(args)?;
    let said =
        said.ok_or_else(|| refuse("Gateway/netmask are required when create network for VPC"))?;
    let Some(cidr) = said.cidr else {
        return Ok(said);
    };
    let is_inside =
        vpc.cidr.contains(&cidr.first_address()) && vpc.cidr.contains(&cidr.last_address());
    if !is_inside {
        return Err(refuse(format!(
            "Network cidr {cidr} is not within the VPC's cidr {}",
            vpc.cidr
        )));
    }
    let tiers = args.world.networking.tiers_of(vpc.meta.id);
    let mut taken = tiers.filter_map(|tier| args.world.networking.first_subnet(tier.meta.id));
    let new = Range::of(&cidr);
    match taken.find(|known| Range::of(&known.cidr).overlaps(&new)) {
        Some(known) => Err(refuse(format!(
            "Network cidr {cidr} crosses other network cidr {} belonging to the same vpc {}",
            known.cidr_text(),
            vpc.meta.id
        ))),
        None => Ok(said),
    }
}

/// The list of a tier, where one is named.
fn acl(args: &Args<'_>, vpc: Option<&Vpc>) -> Result<Option<Uuid>, Fault> {
    let named = args.id("aclid");
    let Some(vpc) = vpc else {
        return match named {
            Some(_) => Err(refuse(
                "ACL can be only specified when create network in VPC",
            )),
            None => Ok(None),
        };
    };
    let Some(id) = named else { return Ok(None) };
    let list = args.world.networking.guests.acls.get(id);
    match list.and_then(|list| list.vpc) {
        Some(other) if other != vpc.meta.id => Err(refuse(format!(
            "ACL {id} doesn't belong to the VPC {}",
            vpc.meta.id
        ))),
        Some(_) | None => Ok(Some(id)),
    }
}

/// Administrators make shared networks for all, unless they name an account.
fn is_for_all(args: &Args<'_>, offering: &NetworkOffering) -> bool {
    let is_shared = offering.guest_type == GuestType::Shared;
    match args.text("acltype") {
        Some(said) => is_shared && said.eq_ignore_ascii_case("domain"),
        None => is_shared && args.text("account").is_none() && args.text("projectid").is_none(),
    }
}

/// # Errors
/// When the text is no address.
pub(in crate::api::cloudstack::commands) fn address(text: &str) -> Result<IpAddr, Fault> {
    let wrong = |_| refuse(format!("Invalid IP address: {text}"));
    text.parse().map_err(wrong)
}

/// The number of ones at the beginning of a netmask; none where there are others behind them.
pub(in crate::api::cloudstack::commands) fn prefix_length(netmask: IpAddr) -> Option<u8> {
    let IpAddr::V4(netmask) = netmask else {
        return None;
    };
    let bits = u32::from(netmask);
    let is_mask = bits.leading_ones() == bits.count_ones() && bits != 0;
    is_mask.then(|| bits.leading_ones() as u8)
}
