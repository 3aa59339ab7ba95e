//! How load balancing rules are made, changed and listed.

use std::sync::Arc;

use super::{apply, named};
use crate::api::cloudstack::args;
use crate::api::cloudstack::commands::addresses::{
    add_rule, cidrs, land_on, named as address_named, network_for,
};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::guest::{
    Balancing, BalancingChange, BalancingSettings, Ports, Purpose, TrafficRule,
};

const ALGORITHMS: [&str; 3] = ["roundrobin", "leastconn", "source"];
const PROTOCOLS: [&str; 4] = ["tcp", "udp", "tcp-proxy", "ssl"];

pub(super) fn land_on_address(world: &World, call: &Call) -> Result<Landing, Fault> {
    match args(world, call).text("publicipid") {
        Some(_) => land_on(world, call, "publicipid"),
        None => Err(Fault::invalid(
            "Unable to create load balancer rule; publicipid is not specified",
        )),
    }
}

pub(super) fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let address = address_named(world, call, "publicipid")?;
    if address.is_static_nat() {
        return Err(Fault::invalid(format!(
            "Unable to create load balancer rule; ip id={} has static nat enabled",
            address.id
        )));
    }
    let network = network_for(world, call, &address)?;
    super::internal::check_scheme(world, network, "Public")?;
    let id = world.ids.uuid();
    let args = args(world, call);
    let balancing = balancing(&args)?;
    let outer = port(&args, "publicport", "publicPort")?;
    let transport = match balancing.protocol.as_deref() {
        Some("udp") => "udp",
        Some(_) | None => "tcp",
    };
    let rule = TrafficRule {
        address: Some(address.id),
        ports: Some(Ports {
            first: outer,
            last: outer,
        }),
        sources: cidrs(&args, "cidrlist")?,
        is_displayed: args.flag("fordisplay").unwrap_or(true),
        ..TrafficRule::new(
            id,
            Purpose::LoadBalancing,
            network,
            address.project,
            transport,
        )
    };
    if address.vpc.is_some() && !address.is_source_nat() {
        world.networking.use_of(address.id).network = Some(network);
    }
    world.networking.guests.balancing.insert(id, balancing);
    let added = add_rule(world, call, rule);
    if added.is_err() {
        world.networking.guests.balancing.remove(id);
    }
    added
}

fn balancing(args: &Args<'_>) -> Result<Balancing, Fault> {
    let protocol = args.text("protocol").map(str::to_ascii_lowercase);
    if let Some(unknown) = protocol.as_deref().filter(|it| !PROTOCOLS.contains(it)) {
        return Err(Fault::invalid(format!("Invalid protocol: {unknown}")));
    }
    Ok(Balancing {
        settings: BalancingSettings {
            name: args.text("name").unwrap_or_default().into(),
            description: args.text("description").map(Into::into),
            algorithm: algorithm(args)?.unwrap_or_else(|| "roundrobin".into()),
        },
        protocol: protocol.map(Into::into),
        private_port: port(args, "privateport", "privatePort")?,
        members: Vec::new(),
        stickiness: None,
        health_check: None,
        certificate: None,
    })
}

pub(super) fn algorithm(args: &Args<'_>) -> Result<Option<Arc<str>>, Fault> {
    match args.text("algorithm") {
        Some(known) if ALGORITHMS.contains(&known) => Ok(Some(known.into())),
        Some(unknown) => Err(Fault::invalid(format!("Invalid algorithm: {unknown}"))),
        None => Ok(None),
    }
}

fn port(args: &Args<'_>, name: &str, called: &str) -> Result<u16, Fault> {
    let number = args.number(name).unwrap_or_default();
    let port = u16::try_from(number).ok().filter(|port| *port > 0);
    port.ok_or_else(|| Fault::invalid(format!("{called} is an invalid value: {number}")))
}

pub(super) fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (rule, balancing) = named(world, call, "id")?;
    let (id, old) = (rule.id, balancing.settings.clone());
    let args = args(world, call);
    let new = BalancingSettings {
        name: args.text("name").map_or(old.name, Into::into),
        description: args.text("description").map(Into::into).or(old.description),
        algorithm: algorithm(&args)?.unwrap_or(old.algorithm),
    };
    let is_displayed = args.flag("fordisplay").unwrap_or(rule.is_displayed);
    if let Some(rule) = world.networking.guests.rules.get_mut(id) {
        rule.is_displayed = is_displayed;
    }
    apply(world, call, (id, id), |balancing| {
        BalancingChange::Settings(std::mem::replace(&mut balancing.settings, new))
    })
}

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let networking = &world.networking;
    let rules = networking.guests.rules.iter();
    let rules = rules.filter(|rule| {
        let balancing = networking.balancing(rule.id);
        rule.purpose == Purpose::LoadBalancing
            && balancing.is_some_and(|balancing| is_wanted(&listing, rule, balancing))
    });
    Ok(listing.shown(rules.map(|rule| rule.id)))
}

fn is_wanted(listing: &Listing<'_>, rule: &TrafficRule, balancing: &Balancing) -> bool {
    let args = &listing.args;
    let owner = args.world.accounts.project(rule.project);
    let zone = super::view::zone_of(args.world, rule).map(|zone| zone.id);
    let has = |machine| args.text("virtualmachineid").is_none() || balancing.has(machine);
    owner.is_some_and(|owner| listing.shows(owner))
        && listing.wants(rule.id, &balancing.settings.name)
        && args.is_id("publicipid", rule.address)
        && args.is_id("networkid", Some(rule.network))
        && args.is_id("zoneid", zone)
        && args.is_flag("fordisplay", rule.is_displayed)
        && has(args.id("virtualmachineid").unwrap_or_default())
}
