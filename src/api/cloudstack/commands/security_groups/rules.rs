//! What security groups let pass.

use cidr::IpInet;
use uuid::Uuid;

use super::{check_use, named, named_group};
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::network::{Direction, Ethertype, RuleDraft};

/// The parameters that name a group.
const GROUP: (&str, &str) = ("securitygroupid", "securitygroupname");

/// The protocols that have names here.
const PROTOCOLS: [&str; 6] = ["tcp", "udp", "icmp", "ah", "esp", "gre"];

pub(super) fn land_on_authorize(world: &World, call: &Call) -> Result<Landing, Fault> {
    named_group(world, call, GROUP).map(|_| Landing::default())
}

/// Adds a rule for each network and each group that is named.
pub(super) fn authorize(
    world: &mut World,
    call: &Call,
    direction: Direction,
) -> Result<Answer, Fault> {
    let group = named_group(world, call, GROUP)?;
    let user = caller(call)?.user.clone();
    let drafts = drafts(&args(world, call), direction);
    let added = drafts.and_then(|drafts| world.authorize(group, drafts));
    match added.as_deref() {
        Ok([first, ..]) => {
            world.enforce_group(group, &user);
            job::done(world, call, Some(*first))
        }
        Ok([]) => {
            let fault = Fault::new(
                FaultKind::Internal,
                format!(
                    "Failed to authorize security group {} rule(s)",
                    direction.word()
                ),
            );
            job::conclude(world, call, None, Err(fault))
        }
        Err(fault) => job::conclude(world, call, None, Err(fault.clone())),
    }
}

/// The rules that a call asks for.
fn drafts(args: &Args<'_>, direction: Direction) -> Result<Vec<RuleDraft>, Fault> {
    let (cidrs, groups) = (args.texts("cidrlist"), groups(args)?);
    if cidrs.is_empty() && groups.is_empty() {
        return Err(Fault::invalid(
            "At least one cidr or at least one security group needs to be specified".to_owned(),
        ));
    }
    let protocol = protocol(args)?;
    let (port_min, port_max) = ports(args, protocol.as_deref())?;
    let draft = RuleDraft {
        protocol: protocol.map(Into::into),
        port_min,
        port_max,
        ..RuleDraft::all(direction, Ethertype::Ipv4)
    };
    let of_network = |cidr: &str| {
        let network: IpInet = cidr
            .parse()
            .map_err(|_| Fault::invalid(format!("Invalid cidr {cidr}")))?;
        Ok(RuleDraft {
            ethertype: Ethertype::of(network.address()),
            remote_prefix: Some(network),
            ..draft.clone()
        })
    };
    let of_group = |group: Uuid| RuleDraft {
        remote_group: Some(group),
        ..draft.clone()
    };
    let of_groups = groups.into_iter().map(|group| Ok(of_group(group)));
    cidrs.into_iter().map(of_network).chain(of_groups).collect()
}

/// The groups that `usersecuritygrouplist[0].account=…&usersecuritygrouplist[0].group=…` names.
fn groups(args: &Args<'_>) -> Result<Vec<Uuid>, Fault> {
    let entries = args.entries("usersecuritygrouplist").into_iter();
    let group = |entry: Vec<(&str, &str)>| {
        let member = |name| entry.iter().find(|(key, _)| *key == name);
        let (Some((_, account)), Some((_, group))) = (member("account"), member("group")) else {
            return Err(Fault::invalid(
                "Invalid user group specified, fields 'group' and 'account' cannot be null"
                    .to_owned(),
            ));
        };
        let mut accounts = args.world.accounts.projects();
        let owner = accounts.find(|known| *known.name == **account);
        let found = owner.and_then(|owner| named(args.world, owner.id, group));
        found.ok_or_else(|| {
            Fault::invalid(format!(
                "Nonexistent group {group}, unable to authorize network group"
            ))
        })
    };
    entries.map(group).collect()
}

/// The protocol, in lower case; `None` for all.
fn protocol(args: &Args<'_>) -> Result<Option<String>, Fault> {
    let named = args.text("protocol").unwrap_or("all").to_ascii_lowercase();
    let is_number = named
        .parse::<u8>()
        .is_ok_and(|number| number.to_string() == named);
    match &*named {
        "all" => Ok(None),
        known if is_number || PROTOCOLS.contains(&known) => Ok(Some(named)),
        _ => Err(Fault::invalid(format!("Invalid protocol {named}"))),
    }
}

type Ports = (Option<u16>, Option<u16>);

/// The first and the last port; for ICMP, type and code.
fn ports(args: &Args<'_>, protocol: Option<&str>) -> Result<Ports, Fault> {
    match protocol {
        Some("icmp") => icmp(args),
        Some("tcp" | "udp") => port_range(args),
        Some(_) | None
            if args
                .number("startport")
                .or(args.number("endport"))
                .is_none() =>
        {
            Ok((None, None))
        }
        Some(_) | None => Err(Fault::invalid(
            "Cannot specify startPort or endPort without specifying protocol".to_owned(),
        )),
    }
}

/// -1 stands for all.
fn icmp(args: &Args<'_>) -> Result<Ports, Fault> {
    let sent = (args.number("icmptype"), args.number("icmpcode"));
    let (Some(kind), Some(code)) = sent else {
        let show = |number: Option<i64>| number.map_or("null".to_owned(), |n| n.to_string());
        return Err(Fault::invalid(format!(
            "Invalid ICMP type/code specified, icmpType = {}, icmpCode = {}",
            show(sent.0),
            show(sent.1)
        )));
    };
    let octet = |number: i64, what: &str| match u8::try_from(number) {
        Ok(number) => Ok(Some(number.into())),
        Err(_) if number == -1 => Ok(None),
        Err(_) => Err(Fault::invalid(format!("Invalid icmp {what}: {number}"))),
    };
    if kind == -1 && code != -1 {
        return Err(Fault::invalid("Invalid icmp code".to_owned()));
    }
    Ok((octet(kind, "type")?, octet(code, "code")?))
}

fn port_range(args: &Args<'_>) -> Result<Ports, Fault> {
    let sent = (args.number("startport"), args.number("endport"));
    let (Some(first), Some(last)) = sent else {
        let show = |number: Option<i64>| number.map_or("null".to_owned(), |n| n.to_string());
        return Err(Fault::invalid(format!(
            "Invalid port range specified, startPort = {}, endPort = {}",
            show(sent.0),
            show(sent.1)
        )));
    };
    let last = if (first, last) == (0, 0) { 65535 } else { last };
    match (u16::try_from(first), u16::try_from(last)) {
        (Ok(first), Ok(last)) if first <= last => Ok((Some(first), Some(last))),
        (Ok(_), Ok(_)) => Err(Fault::invalid(format!("Invalid port range {first}:{last}"))),
        _ => Err(Fault::invalid(format!(
            "Invalid port numbers: {first}, {last}. Ports should be between 0 and 65535"
        ))),
    }
}

pub(super) fn land_on_revoke(world: &World, call: &Call) -> Result<Landing, Fault> {
    let args = args(world, call);
    let rule = args.required_id("id")?;
    let group = world.networking.rules.get(rule).map(|rule| rule.group);
    let group = group.ok_or_else(|| args.unknown("id", &rule.to_string()))?;
    check_use(world, call, group).map(|_| Landing::default())
}

pub(super) fn revoke(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let rule = args(world, call).required_id("id")?;
    let user = caller(call)?.user.clone();
    if let Some(group) = world.revoke(rule) {
        world.enforce_group(group, &user);
    }
    job::done(world, call, None)
}
