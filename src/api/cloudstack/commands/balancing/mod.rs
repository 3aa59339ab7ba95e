//! Load balancing: rules that send what comes to a public address on to several machines.

mod certificates;
mod internal;
mod members;
mod policies;
mod rules;
mod view;

use uuid::Uuid;

use super::addresses::{delete_rule, land_on_rule};
use super::networks::{in_network, tell};
use super::owned::permit;
use crate::api::cloudstack::args;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::Row;
use crate::api::{Answer, Call, Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::guest::{
    Balancing, BalancingChange, GuestThing, PolicyKind, Purpose, TrafficRule,
};
use crate::world::operations::Kind;

pub(crate) const ROWS: &[Row] = &[
    Row::new(
        "cloudstack.createLoadBalancerRule",
        rules::land_on_address,
        rules::create,
    )
    .showing(view::rule),
    Row::new(
        "cloudstack.updateLoadBalancerRule",
        land_on_rule,
        rules::update,
    )
    .showing(view::rule),
    Row::new(
        "cloudstack.deleteLoadBalancerRule",
        land_on_rule,
        delete_rule,
    ),
    Row::read("cloudstack.listLoadBalancerRules", rules::list).showing(view::rule),
    Row::new(
        "cloudstack.assignToLoadBalancerRule",
        land_on_rule,
        members::assign,
    ),
    Row::new(
        "cloudstack.removeFromLoadBalancerRule",
        land_on_rule,
        members::remove,
    ),
    Row::read("cloudstack.listLoadBalancerRuleInstances", members::list),
    Row::new(
        "cloudstack.createLBStickinessPolicy",
        land_on_lb_rule,
        |world, call, _| policies::create(world, call, PolicyKind::Stickiness),
    )
    .showing(view::stickiness),
    Row::new(
        "cloudstack.updateLBStickinessPolicy",
        Landing::nowhere,
        |world, call, _| policies::update(world, call, PolicyKind::Stickiness),
    )
    .showing(view::stickiness),
    Row::new(
        "cloudstack.deleteLBStickinessPolicy",
        Landing::nowhere,
        |world, call, _| policies::delete(world, call, PolicyKind::Stickiness),
    ),
    Row::read("cloudstack.listLBStickinessPolicies", |world, call, _| {
        policies::list(world, call, PolicyKind::Stickiness)
    })
    .showing(view::stickiness),
    Row::new(
        "cloudstack.createLBHealthCheckPolicy",
        land_on_lb_rule,
        |world, call, _| policies::create(world, call, PolicyKind::HealthCheck),
    )
    .showing(view::health_check),
    Row::new(
        "cloudstack.updateLBHealthCheckPolicy",
        Landing::nowhere,
        |world, call, _| policies::update(world, call, PolicyKind::HealthCheck),
    )
    .showing(view::health_check),
    Row::new(
        "cloudstack.deleteLBHealthCheckPolicy",
        Landing::nowhere,
        |world, call, _| policies::delete(world, call, PolicyKind::HealthCheck),
    ),
    Row::read("cloudstack.listLBHealthCheckPolicies", |world, call, _| {
        policies::list(world, call, PolicyKind::HealthCheck)
    })
    .showing(view::health_check),
    Row::new(
        "cloudstack.assignCertToLoadBalancer",
        land_on_lb_rule,
        certificates::assign,
    ),
    Row::new(
        "cloudstack.removeCertFromLoadBalancer",
        land_on_lb_rule,
        certificates::unassign,
    ),
    Row::new(
        "cloudstack.uploadSslCert",
        Landing::nowhere,
        certificates::upload,
    )
    .showing(view::certificate),
    Row::new(
        "cloudstack.deleteSslCert",
        Landing::nowhere,
        certificates::delete,
    ),
    Row::read("cloudstack.listSslCerts", certificates::list).showing(view::certificate),
    Row::new(
        "cloudstack.createLoadBalancer",
        Landing::nowhere,
        internal::create,
    )
    .showing(internal::show),
    Row::new(
        "cloudstack.updateLoadBalancer",
        internal::land,
        internal::update,
    )
    .showing(internal::show),
    Row::new(
        "cloudstack.deleteLoadBalancer",
        internal::land,
        internal::delete,
    ),
    Row::read("cloudstack.listLoadBalancers", internal::list).showing(internal::show),
    Row::read("cloudstack.listAutoScaleVmGroups", list_groups),
];

/// Clients ask whether a rule's members are a group's to say. Nothing makes such groups here.
fn list_groups(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    Ok(listing.shown(std::iter::empty()))
}

/// Finds the rule that the `lbruleid` argument names, at the place of its router.
fn land_on_lb_rule(world: &World, call: &Call) -> Result<Landing, Fault> {
    let (rule, _) = named(world, call, "lbruleid")?;
    let host = world.router_host(rule.network);
    Ok(Landing {
        target: Target::Network(rule.network),
        place: host.map(|host| world.topology.host(host).place.clone()),
    })
}

/// The rule that an argument names, with what is its own.
///
/// # Errors
/// When it is gone, or not the caller's.
fn named<'a>(
    world: &'a World,
    call: &Call,
    name: &str,
) -> Result<(&'a TrafficRule, &'a Balancing), Fault> {
    let id = args(world, call).required_id(name)?;
    let rule = expect(world, id)?;
    permit(world, call, rule.0.project, id)?;
    Ok(rule)
}

/// # Errors
/// When it is gone.
fn expect(world: &World, id: Uuid) -> Result<(&TrafficRule, &Balancing), Fault> {
    let guests = &world.networking.guests;
    let rule = guests.rules.get(id);
    let balances = |purpose| matches!(purpose, Purpose::LoadBalancing | Purpose::InnerBalancing);
    let rule = rule.filter(|rule| balances(rule.purpose));
    let found = rule.zip(world.networking.balancing(id));
    found.ok_or_else(|| Fault::invalid(format!("Unable to find load balancer rule by id {id}")))
}

/// Answers with a job that has the router heed a change of a rule, which is taken back if it does not.
fn apply(
    world: &mut World,
    call: &Call,
    (rule, shown): (Uuid, Uuid),
    change: impl FnOnce(&mut Balancing) -> BalancingChange,
) -> Result<Answer, Fault> {
    let known = expect(world, rule)?.0;
    let (network, inside) = (known.network, internal::port_of(known));
    let gone = || Fault::invalid(format!("Unable to find load balancer rule by id {rule}"));
    let change = world.change_balancing(rule, change).ok_or_else(gone)?;
    let what = GuestThing::Balancing(change);
    if let Some(port) = inside {
        return internal::tell(world, call, shown, (port, what));
    }
    let told = in_network(world, network, Kind::ApplyBalancing, what);
    tell(world, call, shown, told)
}
