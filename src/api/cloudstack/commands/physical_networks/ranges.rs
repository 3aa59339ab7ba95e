//! Ranges of addresses: public ones, and guests' in zones of the basic kind.

use std::net::Ipv4Addr;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{address, word};
use crate::api::cloudstack::args;
use crate::api::cloudstack::entity::root_domain;
use crate::api::cloudstack::job::done;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::plan::RangeSettings;
use crate::world::World;
use crate::world::equipment::{AddressRange, Dedication};
use crate::world::network::guest::PublicAddress;

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.createVlanIpRange", Landing::nowhere, create).showing(show),
    Row::new("cloudstack.updateVlanIpRange", Landing::nowhere, update).showing(show),
    Row::new("cloudstack.deleteVlanIpRange", Landing::nowhere, delete),
    Row::read("cloudstack.listVlanIpRanges", list).showing(show),
    Row::new("cloudstack.dedicatePublicIpRange", Landing::nowhere, dedicate).showing(show),
    Row::new("cloudstack.releasePublicIpRange", Landing::nowhere, release),
];

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let settings = settings(&args)?;
    check(&settings)?;
    let pod = args.id("podid");
    let range = AddressRange {
        id: Uuid::nil(),
        zone: zone(world, &args)?,
        pod,
        physical_network: args.id("physicalnetworkid"),
        network: args.id("networkid"),
        is_public: args.flag("forvirtualnetwork").unwrap_or(true),
        is_for_system_machines: args.flag("forsystemvms").unwrap_or(false),
        is_usual: false,
        settings,
        dedication: dedication(&args),
    };
    if range.is_for_system_machines && args.text("account").is_some() {
        return Err(Fault::invalid(
            "Account name should not be provided when ForSystemVMs is enabled",
        ));
    }
    let physical = range.physical_network;
    let range = AddressRange {
        physical_network: physical.or_else(|| carrier(world, &range)),
        ..range
    };
    check_overlap(world, None, range.zone, &range.settings)?;
    let id = world.ids.uuid();
    let range = AddressRange { id, ..range };
    world.equipment.ranges.add(range.clone());
    if let Err(fault) = world.lay_out_range(&range) {
        world.equipment.ranges.remove(id);
        return Err(fault);
    }
    done(world, call, Some(id))
}

/// The zone that is named, or that of what else is.
fn zone(world: &World, args: &Args<'_>) -> Result<Uuid, Fault> {
    let physical = args.id("physicalnetworkid");
    let physical = physical.and_then(|id| world.equipment.physical_networks.get(id));
    let pod = args.id("podid").and_then(|id| world.topology.pod(id));
    let of_pod = pod.and_then(|pod| world.topology.zone_of(&pod.place));
    let zone = args.id("zoneid").or(physical.map(|it| it.zone));
    zone.or(of_pod.map(|zone| zone.id))
        .ok_or_else(|| Fault::invalid("Unable to find zone by id null"))
}

/// The physical network of the zone that carries such traffic.
fn carrier(world: &World, range: &AddressRange) -> Option<Uuid> {
    let kind = match range.is_public {
        true => "Public",
        false => "Guest",
    };
    let networks = world.equipment.physical_networks.iter();
    let mut networks = networks.filter(|network| network.zone == range.zone);
    let carries = |id: Uuid| {
        let mut types = world.equipment.traffic_types.iter();
        types.any(|it| it.network == id && &*it.kind == kind)
    };
    networks.find(|network| carries(network.id)).map(|it| it.id)
}

fn settings(args: &Args<'_>) -> Result<RangeSettings, Fault> {
    let start = address(args, "startip")?;
    Ok(RangeSettings {
        gateway: address(args, "gateway")?,
        netmask: address(args, "netmask")?,
        start,
        end: address(args, "endip")?.or(start.filter(|_| args.text("id").is_none())),
        vlan: word(args, "vlan"),
    })
}

fn check(settings: &RangeSettings) -> Result<(), Fault> {
    let RangeSettings {
        gateway,
        netmask,
        start,
        end,
        ..
    } = settings;
    let (Some(start), Some(end)) = (start, end) else {
        return Err(Fault::invalid(
            "StartIP or IPv6 CIDR is missing in the parameters!",
        ));
    };
    if start > end {
        return Err(Fault::invalid(
            "Please make sure that startIP is not bigger than endIP",
        ));
    }
    let (Some(gateway), Some(netmask)) = (gateway, netmask) else {
        return Ok(());
    };
    let network = |address: &Ipv4Addr| u32::from(*address) & u32::from(*netmask);
    if network(start) != network(gateway) || network(end) != network(gateway) {
        return Err(Fault::invalid(
            "Please ensure that your start IP and end IP are in the same subnet as your gateway",
        ));
    }
    if (start..=end).contains(&gateway) {
        return Err(Fault::invalid(
            "The gateway shouldn't overlap the new start/end ip addresses",
        ));
    }
    Ok(())
}

fn check_overlap(
    world: &World,
    own: Option<Uuid>,
    zone: Uuid,
    settings: &RangeSettings,
) -> Result<(), Fault> {
    let others = world.equipment.ranges.iter();
    let mut others = others.filter(|range| Some(range.id) != own && range.zone == zone);
    if others.clone().any(|range| range.overlaps(settings)) {
        return Err(Fault::invalid(
            "The IP range already has IPs that overlap with the new range. Please specify a different start \
             IP/end IP.",
        ));
    }
    let clash = others.find(|range| crosses(&range.settings, settings));
    match clash.map(|range| &range.settings) {
        Some(RangeSettings {
            gateway: Some(gateway),
            netmask: Some(netmask),
            ..
        }) => Err(Fault::invalid(format!(
            "The IP range has already been added with gateway {gateway} ,and netmask {netmask}, Please specify \
             the gateway/netmask if you want to extend ip range"
        ))),
        Some(_) | None => Ok(()),
    }
}

/// Whether the networks of two ranges overlap and are not the same.
fn crosses(one: &RangeSettings, other: &RangeSettings) -> bool {
    let ends = |of: &RangeSettings| {
        let (gateway, netmask) = (u32::from(of.gateway?), u32::from(of.netmask?));
        Some((gateway & netmask, gateway | !netmask))
    };
    let overlap = ends(one).zip(ends(other));
    let overlap = overlap.is_some_and(|(one, other)| one.0 <= other.1 && other.0 <= one.1);
    overlap && (one.gateway, one.netmask) != (other.gateway, other.netmask)
}

fn dedication(args: &Args<'_>) -> Option<Dedication> {
    let account = word(args, "account");
    let domain = args.id("domainid");
    let domain = domain.or(account.is_some().then(root_domain))?;
    Some(Dedication { domain, account })
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let (id, change) = (args.required_id("id")?, settings(&args)?);
    let for_system = args.flag("forsystemvms");
    let unknown = || Fault::invalid(format!("Please specify a valid IP range id: {id}"));
    let range = world.equipment.ranges.get(id).ok_or_else(unknown)?;
    let mut settings = range.settings.clone();
    settings.lay_over(change);
    check(&settings)?;
    check_overlap(world, Some(id), range.zone, &settings)?;
    if let Some(range) = world.equipment.ranges.get_mut(id) {
        range.settings = settings;
        range.is_for_system_machines = for_system.unwrap_or(range.is_for_system_machines);
    }
    world.lay_out_ranges();
    done(world, call, Some(id))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    let dedication = world.equipment.ranges.get(id);
    let dedication = dedication.and_then(|range| range.dedication.as_ref());
    if dedication.is_some_and(|it| it.account.is_some()) {
        give_back(world, id)?;
    }
    let taken = world.networking.taken_of_range(id);
    if taken > 0 {
        let message = format!("{taken}  Ips are in use. Cannot delete this vlan");
        return Err(Fault::invalid(message));
    }
    world.equipment.ranges.remove(id);
    world.lay_out_ranges();
    done(world, call, None)
}

/// Gives back the addresses of an account's own range.
fn give_back(world: &mut World, range: Uuid) -> Result<(), Fault> {
    let known = world.equipment.ranges.get(range);
    let vlan = known.map_or("", AddressRange::vlan).to_owned();
    let taken = taken(world, range);
    for address in &taken {
        if let Some(why) = use_of(world, address) {
            let (id, address) = (range, address.address);
            return Err(Fault::invalid(format!(
                "Can't delete account specific vlan {vlan} ({id}) as ip {address} belonging to the range {why}"
            )));
        }
    }
    for address in taken {
        world.networking.release_address(address.id)?;
    }
    Ok(())
}

/// The addresses of a range that somebody has.
fn taken(world: &World, range: Uuid) -> Vec<PublicAddress> {
    let networking = &world.networking;
    let all = networking.public_addresses();
    let of = all.filter(|it| networking.range_of(it.subnet, it.address) == Some(range));
    of.collect()
}

/// What an address is used for, so that it cannot be given back.
fn use_of(world: &World, address: &PublicAddress) -> Option<&'static str> {
    let has_rules = world.networking.rules_on(address.id).next().is_some();
    match () {
        () if address.is_static_nat() => {
            Some("is used for static nat purposes. Cleanup the rules first")
        }
        () if address.is_source_nat() => Some(
            "is a source nat ip for the network. IP range with the source nat ip address can be removed either \
             as a part of Network, or account removal",
        ),
        () if has_rules => Some("has firewall rules applied. Cleanup the rules first"),
        () => None,
    }
}

fn dedicate(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let (id, dedication) = (args.required_id("id")?, dedication(&args));
    let unknown = || Fault::invalid(format!("Unable to find vlan by id {id}"));
    let range = world.equipment.ranges.get(id).ok_or_else(unknown)?;
    match &range.dedication {
        Some(Dedication {
            account: Some(_), ..
        }) => {
            let message = "Specified Public IP range has already been dedicated";
            return Err(Fault::invalid(message));
        }
        Some(_) => {
            let message = "Specified Public IP range has already been dedicated to a domain";
            return Err(Fault::invalid(message));
        }
        None => {}
    }
    if let (true, Some(first)) = (range.is_for_system_machines, range.settings.start) {
        let message = format!("{first} Public IP address in range is dedicated to system vms ");
        return Err(Fault::invalid(message));
    }
    if let Some(dedication) = &dedication {
        check_strangers(world, id, dedication)?;
    }
    if let Some(range) = world.equipment.ranges.get_mut(id) {
        range.dedication = dedication;
    }
    done(world, call, Some(id))
}

/// Nobody else may have addresses of what is to be only somebody's.
fn check_strangers(world: &World, range: Uuid, dedication: &Dedication) -> Result<(), Fault> {
    let is_strange = |address: &PublicAddress| {
        let account = world.accounts.project(address.project);
        account.is_some_and(|account| {
            let name = dedication.account.as_ref();
            account.domain != Some(dedication.domain)
                || name.is_some_and(|name| *name != account.name)
        })
    };
    let taken = taken(world, range);
    let stranger = taken.iter().find(|address| is_strange(address));
    let whose = match dedication.account {
        Some(_) => "another account ",
        None => "another domain/account ",
    };
    match stranger {
        Some(it) => Err(Fault::invalid(format!(
            "{} Public IP address in range is allocated to {whose}",
            it.address
        ))),
        None => Ok(()),
    }
}

/// What nobody uses of a range that is no longer only somebody's is free again.
fn release(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    let unknown = || Fault::invalid("Please specify a valid IP range id.");
    let range = world.equipment.ranges.get_mut(id).ok_or_else(unknown)?;
    if range.dedication.take().is_none() {
        return Err(Fault::invalid(format!(
            "Can't release Public IP range {id} as it not dedicated to any domain and any account"
        )));
    }
    for address in taken(world, id) {
        if use_of(world, &address).is_none() {
            world.networking.release_address(address.id)?;
        }
    }
    done(world, call, None)
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let is = |name: &str, own: Option<Uuid>| args.text(name).is_none() || args.id(name) == own;
    let ranges = world.equipment.ranges.iter().filter(|range| {
        let account = range
            .dedication
            .as_ref()
            .and_then(|it| it.account.as_deref());
        listing.wants_id(range.id)
            && is("zoneid", Some(range.zone))
            && is("podid", range.pod)
            && is("networkid", range.network)
            && is("physicalnetworkid", range.physical_network)
            && args.is("vlan", range.vlan())
            && args.is("account", account.unwrap_or_default())
            && args
                .flag("forvirtualnetwork")
                .is_none_or(|wanted| wanted == range.is_public)
    });
    Ok(listing.shown(ranges.map(|range| range.id)))
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let range = world.equipment.ranges.get(id)?;
    let RangeSettings {
        gateway,
        netmask,
        start,
        end,
        ..
    } = &range.settings;
    let pod = range.pod.and_then(|id| world.topology.pod(id));
    let dedication = range.dedication.as_ref();
    Some(json!({
        "id": range.id,
        "zoneid": range.zone,
        "vlan": format!("vlan://{}", range.vlan()),
        "gateway": gateway,
        "netmask": netmask,
        "cidr": gateway.zip(*netmask).map(|(gateway, netmask)| cidr(gateway, netmask)),
        "startip": start,
        "endip": end,
        "podid": range.pod,
        "podname": pod.map(|pod| &pod.name),
        "networkid": range.network,
        "physicalnetworkid": range.physical_network,
        "forvirtualnetwork": range.is_public,
        "forsystemvms": range.is_for_system_machines,
        "domainid": dedication.map(|it| it.domain),
        "domain": dedication.and_then(|it| {
            let domain = world.accounts.project(it.domain)?;
            Some(world.accounts.domain_name(domain))
        }),
        "account": dedication.and_then(|it| it.account.as_ref()),
    }))
}

/// `192.168.2.0/24`
fn cidr(gateway: Ipv4Addr, netmask: Ipv4Addr) -> String {
    let network = Ipv4Addr::from(u32::from(gateway) & u32::from(netmask));
    format!("{network}/{}", u32::from(netmask).count_ones())
}
