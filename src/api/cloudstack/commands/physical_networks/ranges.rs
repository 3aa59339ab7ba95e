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
        settings,
        dedication: dedication(&args),
    };
    let physical = range.physical_network;
    let range = AddressRange {
        physical_network: physical.or_else(|| carrier(world, &range)),
        ..range
    };
    check_overlap(world, None, range.zone, &range.settings)?;
    let id = world.ids.uuid();
    world.equipment.ranges.add(AddressRange { id, ..range });
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
            "Please specify a valid IP range: startip is missing",
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
    let mut ranges = world.equipment.ranges.iter();
    let clash = ranges
        .find(|range| Some(range.id) != own && range.zone == zone && range.overlaps(settings));
    match clash {
        Some(range) => Err(Fault::invalid(format!(
            "The IP range already has IPs that overlap with the new range. Please specify a different start IP/\
             end IP. The other one is of vlan {}",
            range.vlan()
        ))),
        None => Ok(()),
    }
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
    done(world, call, Some(id))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    world.equipment.ranges.remove(id);
    done(world, call, None)
}

fn dedicate(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let (id, dedication) = (args.required_id("id")?, dedication(&args));
    let unknown = || Fault::invalid(format!("Unable to find vlan by id {id}"));
    let range = world.equipment.ranges.get_mut(id).ok_or_else(unknown)?;
    if range.dedication.is_some() {
        return Err(Fault::invalid(
            "Specified Public IP range has already been dedicated",
        ));
    }
    range.dedication = dedication;
    done(world, call, Some(id))
}

fn release(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    let unknown = || Fault::invalid(format!("Unable to find vlan by id {id}"));
    let range = world.equipment.ranges.get_mut(id).ok_or_else(unknown)?;
    if range.dedication.take().is_none() {
        return Err(Fault::invalid(format!(
            "Can't release Public IP range {id} as it not dedicated to any domain and any account"
        )));
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
        "vlan": match range.vlan() {
            "untagged" => "vlan://untagged".to_owned(),
            tag => tag.to_owned(),
        },
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
