//! Load balancers inside of networks.
//!
//! CloudStack calls them application load balancers; each is one rule, which machines are assigned to as to any.

use std::net::IpAddr;

use serde_json::{Value, json};
use uuid::Uuid;

use super::rules::algorithm;
use super::{expect, named, view};
use crate::api::cloudstack::args;
use crate::api::cloudstack::commands::joined;
use crate::api::cloudstack::commands::machines::state as state_of;
use crate::api::cloudstack::commands::networks::expect as expect_network;
use crate::api::cloudstack::commands::owned::{permit, refuse};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::Viewer;
use crate::api::cloudstack::{caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::appliances::Role;
use crate::world::network::guest::{
    Balancing, BalancingSettings, GuestThing, Member, Ports, Purpose, RuleState, TrafficRule,
};
use crate::world::operations::Thing;

/// The port inside that a rule is on; none of one on a public address.
pub(super) fn port_of(rule: &TrafficRule) -> Option<Uuid> {
    rule.address
        .filter(|_| rule.purpose == Purpose::InnerBalancing)
}

/// Finds the load balancer that the `id` argument names, at the place of its machine.
pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let (rule, _) = named(world, call, "id")?;
    let unknown = || refuse(format!("Unable to find load balancer {}", rule.id));
    let port = port_of(rule).ok_or_else(unknown)?;
    let machine = world.appliances_for(Role::Balancer(port)).next();
    Ok(match machine {
        Some(machine) => Landing::on_thing(world, Thing::Appliance(machine.id), machine.host),
        None => Landing::default(),
    })
}

pub(super) fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let network = expect_network(world, args.required_id("networkid")?)?;
    let (network, project) = (network.meta.id, network.meta.project);
    permit(world, call, project, network)?;
    if !args.is("scheme", "Internal") {
        return Err(refuse(
            "Invalid value for scheme. Supported value is internal",
        ));
    }
    check_scheme(world, network, "Internal")?;
    let outer = port(&args, "sourceport", "source")?;
    let source = args.required_id("sourceipaddressnetworkid")?;
    let wanted = wanted_address(&args, source)?;
    let balancing = balancing(&args)?;
    let is_displayed = args.flag("fordisplay").unwrap_or(true);
    let at = take_address(world, source, project, wanted)?;
    let id = world.ids.uuid();
    let rule = TrafficRule {
        address: Some(at),
        ports: Some(Ports {
            first: outer,
            last: outer,
        }),
        is_displayed,
        ..TrafficRule::new(id, Purpose::InnerBalancing, network, project, "tcp")
    };
    world.networking.add_traffic_rule(rule)?;
    world.networking.guests.balancing.insert(id, balancing);
    job::done(world, call, Some(id))
}

/// # Errors
/// When a network does not balance what comes from there: `Public` or `Internal`.
pub(super) fn check_scheme(world: &World, network: Uuid, scheme: &str) -> Result<(), Fault> {
    let guest = world.network(network).and_then(|it| it.guest.as_ref());
    let offering = guest.and_then(|it| world.network_offerings.networks.get(it.offering));
    let Some(offering) = offering else {
        return Ok(());
    };
    if !offering.has("Lb") {
        return Err(refuse(
            "LB service is not supported in specified network id",
        ));
    }
    match offering.balances_inside() == (scheme == "Internal") {
        true => Ok(()),
        false => Err(refuse(format!(
            "Scheme {scheme} is not supported by the network offering {}",
            offering.name
        ))),
    }
}

fn port(args: &Args<'_>, name: &str, what: &str) -> Result<u16, Fault> {
    let number = args.number(name).unwrap_or_default();
    let port = u16::try_from(number).ok().filter(|port| *port > 0);
    port.ok_or_else(|| refuse(format!("Invalid value for {what} port: {number}")))
}

fn balancing(args: &Args<'_>) -> Result<Balancing, Fault> {
    Ok(Balancing {
        settings: BalancingSettings {
            name: args.text("name").unwrap_or_default().into(),
            description: args.text("description").map(Into::into),
            algorithm: algorithm(args)?.unwrap_or_else(|| "roundrobin".into()),
        },
        protocol: None,
        private_port: port(args, "instanceport", "instance")?,
        members: Vec::new(),
        stickiness: None,
        health_check: None,
        certificate: None,
    })
}

fn wanted_address(args: &Args<'_>, network: Uuid) -> Result<Option<IpAddr>, Fault> {
    let subnet = args.world.networking.first_subnet(network);
    let subnet = subnet.ok_or_else(|| {
        refuse("Can't create the application load balancer rule for the network having NULL cidr")
    })?;
    let Some(text) = args.text("sourceipaddress") else {
        return Ok(None);
    };
    let wanted = text.parse().ok();
    let inside = wanted.filter(|wanted| subnet.cidr.contains(wanted));
    match inside {
        Some(wanted) => Ok(Some(wanted)),
        None => Err(refuse(
            "The requested IP is not in the network's CIDR subnet.",
        )),
    }
}

/// Several balancers may share an address.
fn take_address(
    world: &mut World,
    network: Uuid,
    project: Uuid,
    wanted: Option<IpAddr>,
) -> Result<Uuid, Fault> {
    let known = wanted.and_then(|wanted| world.networking.balancing_port(network, wanted));
    if let Some(known) = known {
        return Ok(known);
    }
    let taken = world.take_inner_address(network, project, wanted);
    taken.map_err(|_| {
        let message = format!("Unable to acquire IP address for network {network}");
        Fault::new(FaultKind::NoCapacity, message)
    })
}

/// Answers with a job that has the machine at a port inside heed a change.
pub(super) fn tell(
    world: &mut World,
    call: &Call,
    shown: Uuid,
    (port, what): (Uuid, GuestThing),
) -> Result<Answer, Fault> {
    let user = caller(call)?.user.clone();
    match world.balance_inside(port, what, &user) {
        Some(operation) => job::follow(world, call, shown, operation),
        None => {
            world.settle_guest(what, true);
            job::done(world, call, Some(shown))
        }
    }
}

pub(super) fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = named(world, call, "id")?.0.id;
    let is_displayed = args(world, call).flag("fordisplay");
    if let (Some(rule), Some(is_displayed)) =
        (world.networking.guests.rules.get_mut(id), is_displayed)
    {
        rule.is_displayed = is_displayed;
    }
    job::done(world, call, Some(id))
}

/// The machine goes with the last rule at its address.
pub(super) fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (rule, _) = named(world, call, "id")?;
    let (id, port) = (rule.id, port_of(rule).unwrap_or_default());
    world.networking.set_rule_state(id, RuleState::Revoke);
    let user = caller(call)?.user.clone();
    let what = GuestThing::Rule(id);
    let is_shared = world.networking.rules_on(port).next().is_some();
    let has_machine = world.appliances_for(Role::Balancer(port)).next().is_some();
    let operation = match (has_machine, is_shared) {
        (true, true) => world.balance_inside(port, what, &user),
        (true, false) => world.end_inside(port, what, &user),
        (false, _) => None,
    };
    match operation {
        Some(operation) => job::follow(world, call, id, operation),
        None => {
            world.settle_guest(what, true);
            job::done(world, call, Some(id))
        }
    }
}

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let rules = world.networking.guests.rules.iter();
    let rules = rules.filter(|rule| is_wanted(&listing, rule));
    Ok(listing.shown(rules.map(|rule| rule.id)))
}

fn is_wanted(listing: &Listing<'_>, rule: &TrafficRule) -> bool {
    let (args, world) = (&listing.args, listing.args.world);
    let known = port_of(rule).zip(world.networking.balancing(rule.id));
    let Some((port, balancing)) = known else {
        return false;
    };
    let owner = world.accounts.project(rule.project);
    let port = world.networking.ports.get(port);
    let address = port.and_then(|port| port.ipv4());
    let address = address.map(|address| address.to_string());
    owner.is_some_and(|owner| listing.shows(owner))
        && listing.wants(rule.id, &balancing.settings.name)
        && args.is("scheme", "Internal")
        && args.is("sourceipaddress", &address.unwrap_or_default())
        && args.is_id("sourceipaddressnetworkid", port.map(|port| port.network))
        && args.is_id("networkid", Some(rule.network))
        && args.is_flag("fordisplay", rule.is_displayed)
}

/// A load balancer; of one that is gone only its id.
pub(super) fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let Ok((rule, balancing)) = expect(world, id) else {
        return Some(json!({ "id": id }));
    };
    let port = port_of(rule).and_then(|port| world.networking.ports.get(port));
    let settings = &balancing.settings;
    let state = match rule.state {
        RuleState::Add | RuleState::Active => rule.state.word(),
        RuleState::Revoke => "Deleting",
    };
    let member = |member: &Member| {
        let server = world.server(member.server)?;
        Some(json!({
            "id": server.id,
            "name": server.spec.name,
            "state": state_of(world, server),
            "ipaddress": member.address,
        }))
    };
    let members: Vec<Value> = balancing.members.iter().filter_map(member).collect();
    let own = json!({
        "id": id,
        "name": settings.name,
        "description": settings.description,
        "algorithm": settings.algorithm,
        "networkid": rule.network,
        "sourceipaddress": port.and_then(|port| port.ipv4()),
        "sourceipaddressnetworkid": port.map(|port| port.network),
        "fordisplay": rule.is_displayed,
        "loadbalancerrule": [{
            "sourceport": rule.ports.map(|ports| ports.first),
            "instanceport": balancing.private_port,
            "state": state,
        }],
        "loadbalancerinstance": members,
        "tags": [],
    });
    Some(joined(own, view::account(world, rule.project)))
}
