//! Firewall rules: what comes to a public address, and what leaves a network.

use std::sync::Arc;

use cidr::IpCidr;
use uuid::Uuid;

use super::named;
use super::rules::{EVERYWHERE, add, ports};
use crate::api::cloudstack::args;
use crate::api::cloudstack::commands::networks;
use crate::api::cloudstack::commands::owned::refuse;
use crate::api::cloudstack::params::Args;
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::guest::{Icmp, Purpose, TrafficRule};

const PROTOCOLS: [&str; 3] = ["tcp", "udp", "icmp"];

pub(super) fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let address = named(world, call, "ipaddressid")?;
    if address.vpc.is_some() {
        let message = "Unable to create firewall rule for the ip address id=".to_owned()
            + &address.id.to_string()
            + " as firewall rule can't be created for the IP that belongs to a VPC";
        return Err(refuse(message));
    }
    let network = address.network.ok_or_else(|| {
        refuse("Unable to create firewall rule ; ip with specified id is not associated with any network")
    })?;
    let id = world.ids.uuid();
    let rule = TrafficRule {
        address: Some(address.id),
        ..rule(
            &args(world, call),
            id,
            Purpose::Firewall,
            network,
            address.project,
        )?
    };
    add(world, call, rule)
}

/// Finds the network whose traffic a rule is to be about.
pub(super) fn land_egress(world: &World, call: &Call) -> Result<Landing, Fault> {
    networks::land_on(world, call, "networkid")
}

pub(super) fn create_egress(
    world: &mut World,
    call: &Call,
    landing: Landing,
) -> Result<Answer, Fault> {
    let network = networks::target(world, &landing)?;
    let (network, project) = (network.meta.id, network.meta.project);
    let id = world.ids.uuid();
    let args = args(world, call);
    let rule = TrafficRule {
        destinations: cidrs(&args, "destcidrlist")?,
        ..rule(&args, id, Purpose::Egress, network, project)?
    };
    add(world, call, rule)
}

fn rule(
    args: &Args<'_>,
    id: Uuid,
    purpose: Purpose,
    network: Uuid,
    project: Uuid,
) -> Result<TrafficRule, Fault> {
    let protocol = args
        .text("protocol")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_known =
        PROTOCOLS.contains(&&*protocol) || (protocol == "all" && purpose == Purpose::Egress);
    if !is_known {
        let zone = args.world.topology.zones().next().map(|zone| &zone.name);
        let zone = zone.map_or("", |zone| zone);
        return Err(refuse(format!(
            "Protocol {protocol} is not supported in zone {zone}"
        )));
    }
    let mut sources = cidrs(args, "cidrlist")?;
    if sources.is_empty() {
        sources.push(EVERYWHERE.into());
    }
    Ok(TrafficRule {
        ports: ports(args, "startport", "endport")?,
        icmp: icmp(args, &protocol)?,
        sources,
        is_displayed: args.flag("fordisplay").unwrap_or(true),
        ..TrafficRule::new(id, purpose, network, project, &protocol)
    })
}

/// Which messages a rule on ICMP is about; all of them where nothing is said.
///
/// # Errors
/// When messages are named for another protocol, or ports for this one.
pub(in crate::api::cloudstack::commands) fn icmp(
    args: &Args<'_>,
    protocol: &str,
) -> Result<Option<Icmp>, Fault> {
    let number = |name| {
        args.number(name)
            .and_then(|number| i32::try_from(number).ok())
    };
    let (kind, code) = (number("icmptype"), number("icmpcode"));
    let has_ports = args.text("startport").or(args.text("endport")).is_some();
    match protocol {
        "icmp" if has_ports => Err(refuse("Can't specify start/end port when protocol is ICMP")),
        "icmp" => Ok(Some(Icmp {
            kind: kind.unwrap_or(-1),
            code: code.unwrap_or(-1),
        })),
        _ if kind.or(code).is_some() => Err(refuse(
            "Can specify icmpCode and icmpType for ICMP protocol only",
        )),
        _ => Ok(None),
    }
}

/// The networks that an argument names.
///
/// # Errors
/// When one is none.
pub(in crate::api::cloudstack::commands) fn cidrs(
    args: &Args<'_>,
    name: &str,
) -> Result<Vec<Arc<str>>, Fault> {
    let texts = args.texts(name).into_iter();
    let each = texts.map(|text| match text.parse::<IpCidr>() {
        Ok(_) => Ok(text.into()),
        Err(_) => Err(refuse(format!("Source cidrs formatting error {text}"))),
    });
    each.collect()
}
