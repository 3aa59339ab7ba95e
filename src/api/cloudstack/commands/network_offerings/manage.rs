//! How network offerings are made, changed and removed.

use std::sync::Arc;

use crate::api::cloudstack::commands::offers::{self, is_off};
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::offerings::network_offerings::{GuestType, NetworkOffering, Service};

/// The services that networks can have, as CloudStack writes them.
const SERVICES: [&str; 16] = [
    "Dhcp",
    "Dns",
    "UserData",
    "Gateway",
    "Firewall",
    "Lb",
    "SourceNat",
    "StaticNat",
    "PortForwarding",
    "Vpn",
    "SecurityGroup",
    "NetworkACL",
    "Connectivity",
    "BaremetalPxeService",
    "UsageTransport",
    "RemoteAccessVpn",
];

/// Who can provide them.
const PROVIDERS: [&str; 9] = [
    "VirtualRouter",
    "VpcVirtualRouter",
    "InternalLbVm",
    "ConfigDrive",
    "SecurityGroupProvider",
    "Ovs",
    "Tungsten",
    "Nsx",
    "None",
];

/// Those who provide it in virtual private clouds alone.
const VPC_PROVIDERS: [&str; 2] = ["VpcVirtualRouter", "InternalLbVm"];

/// The setting that lets networks have addresses of IPv6.
const IPV6_OFFERINGS: &str = "ipv6.offering.enabled";

pub(super) fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = world.ids.uuid();
    let args = args(world, call);
    let guest_type = guest_type(&args)?;
    let internet_protocol = internet_protocol(&args, guest_type)?;
    let name = args.text("name").unwrap_or_default();
    let flag = |name: &str, otherwise: bool| args.flag(name).unwrap_or(otherwise);
    let offering = NetworkOffering {
        display_text: args.display_text().into(),
        services: services(&args)?,
        is_enabled: flag("enable", false),
        is_for_vpc: flag("forvpc", is_of_vpcs(&args)),
        takes_vlan: flag("specifyvlan", false),
        takes_ranges: flag("specifyipranges", false),
        availability: availability(&args)?.unwrap_or_else(|| "Optional".into()),
        is_conserving: flag("conservemode", true),
        is_persistent: flag("ispersistent", false),
        lets_out: flag("egressdefaultpolicy", true),
        rate: number(&args, "networkrate"),
        max_connections: number(&args, "maxconnections"),
        tags: args.text("tags").map(Into::into),
        offer: offers::offer(&args, []),
        internet_protocol: internet_protocol.into(),
        ..NetworkOffering::new(id, name, guest_type, world.now())
    };
    world.network_offerings.networks.insert(id, offering);
    job::done(world, call, Some(id))
}

fn number(args: &Args<'_>, name: &str) -> Option<u32> {
    args.number(name)
        .and_then(|number| u32::try_from(number).ok())
}

/// # Errors
/// For a kind of network that there is not, or that is none of guests.
fn guest_type(args: &Args<'_>) -> Result<GuestType, Fault> {
    if !args.is("traffictype", "Guest") {
        return Err(Fault::invalid(
            "Invalid value for traffictype. Only Guest is supported for network offerings",
        ));
    }
    let word = args.text("guestiptype").unwrap_or_default();
    GuestType::named(word).ok_or_else(|| {
        Fault::invalid(
            "Invalid \"guestType\" parameter is specified; can have Shared / Isolated / L2 values",
        )
    })
}

/// # Errors
/// For an unknown one, for networks that are not isolated, and for more than IPv4 where that is not turned on.
fn internet_protocol(args: &Args<'_>, guest_type: GuestType) -> Result<&'static str, Fault> {
    let Some(word) = args.text("internetprotocol") else {
        return Ok("IPv4");
    };
    let protocol = canonical(&["IPv4", "IPv6", "DualStack"], word)
        .ok_or_else(|| Fault::invalid(format!("No value for internet protocol: {word}")))?;
    if guest_type != GuestType::Isolated {
        return Err(Fault::invalid(
            "internetprotocol is supported only for Isolated guest type",
        ));
    }
    if protocol != "IPv4" && !args.world.configuration.is_true(IPV6_OFFERINGS) {
        return Err(Fault::invalid(format!(
            "Configuration {IPV6_OFFERINGS} needs to be enabled for creating IPv6 supported network offering"
        )));
    }
    Ok(protocol)
}

/// # Errors
/// For a word that is none of the two.
fn availability(args: &Args<'_>) -> Result<Option<Arc<str>>, Fault> {
    let Some(word) = args.text("availability") else {
        return Ok(None);
    };
    let known = canonical(&["Required", "Optional"], word);
    let known = known.ok_or_else(|| {
        Fault::invalid("Invalid value for Availability. Supported types: Required, Optional")
    });
    known.map(|known| Some(known.into()))
}

/// A word as it is written here, however the client wrote it.
fn canonical(known: &[&'static str], word: &str) -> Option<&'static str> {
    let mut known = known.iter();
    known
        .find(|known| known.eq_ignore_ascii_case(word))
        .copied()
}

/// The services that are asked for, each with those who are to provide it, or else the router.
fn services(args: &Args<'_>) -> Result<Vec<Service>, Fault> {
    let router = match args.flag("forvpc") {
        Some(true) => "VpcVirtualRouter",
        Some(false) | None => "VirtualRouter",
    };
    let wanted = args.texts("supportedservices").into_iter();
    let wanted: Vec<&'static str> = wanted.map(service_named).collect::<Result<_, _>>()?;
    let providers = providers(args, &wanted)?;
    let service = |name: &&'static str| {
        let own = providers.iter().filter(|(service, _)| service == name);
        let mut own: Vec<Arc<str>> = own.map(|(_, provider)| (*provider).into()).collect();
        if own.is_empty() {
            own.push(router.into());
        }
        Service {
            name: (*name).into(),
            providers: own,
        }
    };
    Ok(wanted.iter().map(service).collect())
}

fn service_named(name: &str) -> Result<&'static str, Fault> {
    canonical(&SERVICES, name)
        .ok_or_else(|| Fault::invalid(format!("Invalid service name specified: {name}")))
}

/// Whether there is a service, or somebody to provide one, that only virtual private clouds have.
fn is_of_vpcs(args: &Args<'_>) -> bool {
    let mut services = args.texts("supportedservices").into_iter();
    let entries = args.entries("serviceproviderlist").into_iter();
    let mut providers = entries.flatten().filter(|(key, _)| *key == "provider");
    services.any(|service| service.eq_ignore_ascii_case("NetworkACL"))
        || providers.any(|(_, provider)| canonical(&VPC_PROVIDERS, provider).is_some())
}

/// Who provides which service: `serviceproviderlist[0].service=…&serviceproviderlist[0].provider=…`.
fn providers(args: &Args<'_>, wanted: &[&str]) -> Result<Vec<(&'static str, &'static str)>, Fault> {
    let entries = args.entries("serviceproviderlist").into_iter();
    let entry = |entry: Vec<(&str, &str)>| {
        let member = |name: &str| {
            let found = entry.iter().find(|(key, _)| *key == name);
            found.map_or("", |(_, value)| value)
        };
        let (service, provider) = (member("service"), member("provider"));
        let service = service_named(service)?;
        let provider = canonical(&PROVIDERS, provider)
            .ok_or_else(|| Fault::invalid(format!("Invalid service provider: {provider}")))?;
        match wanted.contains(&service) {
            true => Ok((service, provider)),
            false => Err(Fault::invalid(format!(
                "Service {service} is not enabled for the network offering, can't add a provider to it"
            ))),
        }
    };
    entries.map(entry).collect()
}

pub(super) fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let id = args.required_id("id")?;
    let known = world.network_offerings.networks.get(id);
    let mut offering = known
        .cloned()
        .ok_or_else(|| args.unknown("id", &id.to_string()))?;
    if let Some(name) = args.text("name") {
        offering.name = name.into();
    }
    if let Some(text) = args.text("displaytext") {
        offering.display_text = text.into();
    }
    if let Some(state) = args.text("state") {
        offering.is_enabled = !is_off(state, ["Enabled", "Disabled"])?;
    }
    offers::change_places(&args, &mut offering.offer)?;
    if let Some(availability) = availability(&args)? {
        offering.availability = availability;
    }
    if let Some(tags) = args.text("tags") {
        offering.tags = Some(tags.into());
    }
    offering.sort_key = args
        .number("sortkey")
        .and_then(|key| i32::try_from(key).ok())
        .unwrap_or(offering.sort_key);
    offering.max_connections = number(&args, "maxconnections").or(offering.max_connections);
    if let Some(known) = world.network_offerings.networks.get_mut(id) {
        *known = offering;
    }
    job::done(world, call, Some(id))
}

pub(super) fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let id = args.required_id("id")?;
    let offering = world.network_offerings.networks.get(id);
    if offering.is_some_and(|offering| offering.is_default) {
        return Err(Fault::invalid("Default network offering can't be deleted"));
    }
    world.network_offerings.networks.remove(id);
    job::done(world, call, None)
}
