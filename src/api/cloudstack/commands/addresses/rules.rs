//! What all rules have in common: how they are found, changed, listed and removed.

use uuid::Uuid;

use crate::api::cloudstack::commands::networks::{Change, in_network, tell};
use crate::api::cloudstack::commands::owned::{permit, refuse};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::guest::{GuestThing, Ports, Purpose, RuleState, TrafficRule};
use crate::world::operations::Kind;

/// Finds the rule that the `id` argument names, at the place of its router.
pub(in crate::api::cloudstack::commands) fn land(
    world: &World,
    call: &Call,
) -> Result<Landing, Fault> {
    let rule = named(world, call)?;
    let host = world.router_host(rule.network);
    Ok(Landing {
        target: Target::Network(rule.network),
        place: host.map(|host| world.topology.host(host).place.clone()),
    })
}

/// # Errors
/// When it is gone, or not the caller's.
pub(super) fn named<'a>(world: &'a World, call: &Call) -> Result<&'a TrafficRule, Fault> {
    let id = args(world, call).required_id("id")?;
    let rule = world.networking.guests.rules.get(id);
    let rule = rule.ok_or_else(|| refuse(format!("Unable to find {id}")))?;
    permit(world, call, rule.project, id)?;
    Ok(rule)
}

/// That the router of a rule's network heeds it, or does no more.
pub(super) fn change(world: &World, rule: &TrafficRule) -> Change {
    let guest = world.network(rule.network).and_then(|it| it.guest.as_ref());
    let is_tier = guest.is_some_and(|guest| guest.vpc.is_some());
    let networking = &world.networking;
    let opens = networking
        .guests
        .rules
        .iter()
        .any(|other| other.made_for == Some(rule.id));
    let kind = match rule.purpose {
        Purpose::Firewall | Purpose::Egress => Kind::ApplyFirewall,
        Purpose::PortForwarding if is_tier => Kind::ApplyVpcPortForwarding,
        Purpose::PortForwarding if opens => Kind::ForwardPorts,
        Purpose::PortForwarding => Kind::ApplyPortForwarding,
        Purpose::StaticNat => Kind::ApplyStaticNat,
        Purpose::LoadBalancing if opens => Kind::BalancePorts,
        Purpose::LoadBalancing | Purpose::InnerBalancing => Kind::ApplyBalancing,
    };
    in_network(world, rule.network, kind, GuestThing::Rule(rule.id))
}

/// Answers with a job that makes a rule.
///
/// # Errors
/// When it does not go together with another.
pub(in crate::api::cloudstack::commands) fn add(
    world: &mut World,
    call: &Call,
    rule: TrafficRule,
) -> Result<Answer, Fault> {
    let (id, added) = (rule.id, rule.clone());
    world.networking.add_traffic_rule(rule)?;
    if opens_firewall(world, call, &added)
        && let Err(fault) = open_firewall(world, &added)
    {
        world.networking.remove_traffic_rule(id);
        return Err(fault);
    }
    let change = change(world, &added);
    tell(world, call, id, change)
}

/// Whether a rule that sends things on lets them in as well; tiers have lists for that.
fn opens_firewall(world: &World, call: &Call, rule: &TrafficRule) -> bool {
    let guest = world.network(rule.network).and_then(|it| it.guest.as_ref());
    let is_tier = guest.is_some_and(|guest| guest.vpc.is_some());
    let is_wanted = args(world, call).flag("openfirewall").unwrap_or(true);
    let sends_on = rule.target.is_some() || rule.purpose == Purpose::LoadBalancing;
    sends_on && is_wanted && !is_tier
}

/// Lets in what a rule sends on, from everywhere, unless another rule does.
fn open_firewall(world: &mut World, rule: &TrafficRule) -> Result<(), Fault> {
    let id = world.ids.uuid();
    let own = TrafficRule {
        address: rule.address,
        ports: rule.ports,
        sources: vec![EVERYWHERE.into()],
        made_for: Some(rule.id),
        ..TrafficRule::new(
            id,
            Purpose::Firewall,
            rule.network,
            rule.project,
            &rule.protocol,
        )
    };
    match has_like(world, &own) {
        true => Ok(()),
        false => world.networking.add_traffic_rule(own),
    }
}

fn has_like(world: &World, rule: &TrafficRule) -> bool {
    let mut rules = world.networking.guests.rules.iter();
    rules.any(|known| {
        known.purpose == rule.purpose
            && (known.address, known.ports) == (rule.address, rule.ports)
            && known.protocol == rule.protocol
            && known.sources == rule.sources
    })
}

pub(super) const EVERYWHERE: &str = "0.0.0.0/0";

/// The ports that two arguments name; the last is the first where it is not said.
///
/// # Errors
/// When they are none, or the wrong way round.
pub(in crate::api::cloudstack::commands) fn ports(
    args: &Args<'_>,
    first: &str,
    last: &str,
) -> Result<Option<Ports>, Fault> {
    let Some(start) = args.number(first).or(args.number(last)) else {
        return Ok(None);
    };
    let end = args.number(last).unwrap_or(start);
    let port = |number: i64, what: &str| {
        let port = u16::try_from(number).ok().filter(|port| *port > 0);
        port.ok_or_else(|| refuse(format!("{what} is an invalid value: {number}")))
    };
    let ports = Ports {
        first: port(start, "publicPort")?,
        last: port(end, "Public port range")?,
    };
    match ports.first <= ports.last {
        true => Ok(Some(ports)),
        false => Err(refuse("Start port can't be bigger than end port")),
    }
}

pub(super) fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = named(world, call)?.id;
    let is_displayed = args(world, call).flag("fordisplay");
    if let Some(rule) = world.networking.guests.rules.get_mut(id) {
        rule.is_displayed = is_displayed.unwrap_or(rule.is_displayed);
    }
    job::done(world, call, Some(id))
}

pub(in crate::api::cloudstack::commands) fn delete(
    world: &mut World,
    call: &Call,
    _: Landing,
) -> Result<Answer, Fault> {
    let rule = named(world, call)?;
    let (id, change) = (rule.id, change(world, rule));
    world.networking.set_rule_state(id, RuleState::Revoke);
    tell(world, call, id, change)
}

pub(super) fn list_firewall(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    list(world, call, Purpose::Firewall)
}

pub(super) fn list_egress(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    list(world, call, Purpose::Egress)
}

pub(super) fn list_forwarding(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    list(world, call, Purpose::PortForwarding)
}

pub(super) fn list_static_nat(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    list(world, call, Purpose::StaticNat)
}

fn list(world: &World, call: &Call, purpose: Purpose) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let rules = world.networking.guests.rules.iter();
    let rules = rules.filter(|rule| rule.purpose == purpose && is_wanted(&listing, rule));
    Ok(listing.shown(rules.map(|rule| rule.id)))
}

fn is_wanted(listing: &Listing<'_>, rule: &TrafficRule) -> bool {
    let args = &listing.args;
    let owner = args.world.accounts.project(rule.project);
    let machine: Option<Uuid> = rule.target.as_ref().map(|target| target.server);
    listing.wants_id(rule.id)
        && owner.is_some_and(|owner| listing.shows(owner))
        && args.is_id("ipaddressid", rule.address)
        && args.is_id("networkid", Some(rule.network))
        && args.is_id("virtualmachineid", machine)
        && args.is_flag("fordisplay", rule.is_displayed)
}
