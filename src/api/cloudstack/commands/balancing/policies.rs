//! Policies of load balancing rules: how requests stay with a member, and how it is found out that one is well.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{apply, expect, named};
use crate::api::cloudstack::commands::owned::permit;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::guest::{BalancingChange, Policy, PolicyKind};

const METHODS: [&str; 3] = ["LbCookie", "AppCookie", "SourceBased"];

/// Of a health check: the parameter, the field that tells it, and what it is by default.
const CHECKS: [(&str, &str, i64); 4] = [
    ("responsetimeout", "responsetime", 2),
    ("intervaltime", "healthcheckinterval", 5),
    ("healthythreshold", "healthcheckthresshold", 2),
    ("unhealthythreshold", "unhealthcheckthresshold", 10),
];

pub(super) fn create(world: &mut World, call: &Call, kind: PolicyKind) -> Result<Answer, Fault> {
    let (rule, balancing) = named(world, call, "lbruleid")?;
    let rule = rule.id;
    if balancing.policy(kind).is_some() {
        let what = match kind {
            PolicyKind::Stickiness => "Stickiness policy",
            PolicyKind::HealthCheck => "HealthCheck policy",
        };
        return Err(Fault::invalid(format!(
            "Failed to create {what} : Already policy attached to loadbalancer"
        )));
    }
    let args = args(world, call);
    let says = says(&args, kind)?;
    let is_displayed = args.flag("fordisplay").unwrap_or(true);
    let id = world.ids.uuid();
    let policy = Policy {
        id,
        is_displayed,
        says,
    };
    apply(world, call, (rule, id), |balancing| {
        BalancingChange::Policy(kind, balancing.policy_mut(kind).replace(policy))
    })
}

fn says(args: &Args<'_>, kind: PolicyKind) -> Result<Map<String, Value>, Fault> {
    let mut says = match kind {
        PolicyKind::Stickiness => stickiness(args)?,
        PolicyKind::HealthCheck => health_check(args),
    };
    if let Some(description) = args.text("description") {
        says.insert("description".into(), description.into());
    }
    Ok(says)
}

fn stickiness(args: &Args<'_>) -> Result<Map<String, Value>, Fault> {
    let method = args.text("methodname").unwrap_or_default();
    let mut methods = METHODS.into_iter();
    let method = methods
        .find(|known| known.eq_ignore_ascii_case(method))
        .ok_or_else(|| Fault::invalid(format!("Invalid stickiness method: {method}")))?;
    let params = args.map("param").into_iter();
    let params: Map<String, Value> = params
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    Ok([
        ("name".to_owned(), json!(args.text("name"))),
        ("methodname".to_owned(), method.into()),
        ("params".to_owned(), params.into()),
    ]
    .into_iter()
    .collect())
}

fn health_check(args: &Args<'_>) -> Map<String, Value> {
    let checks = CHECKS.into_iter().map(|(name, field, usual)| {
        let number = args.number(name).unwrap_or(usual);
        (field.to_owned(), number.into())
    });
    let path = args.text("pingpath").unwrap_or("/");
    let path = ("pingpath".to_owned(), path.into());
    checks.chain([path]).collect()
}

/// The policy that the `id` argument names, and its rule.
fn policy(world: &World, call: &Call, kind: PolicyKind) -> Result<(Uuid, Uuid), Fault> {
    let args = args(world, call);
    let id = args.required_id("id")?;
    let rule = world.networking.guests.balancing.rule_with(kind, id);
    let rule = rule.ok_or_else(|| args.unknown("id", &id.to_string()))?;
    permit(world, call, expect(world, rule)?.0.project, id)?;
    Ok((rule, id))
}

pub(super) fn update(world: &mut World, call: &Call, kind: PolicyKind) -> Result<Answer, Fault> {
    let (rule, id) = policy(world, call, kind)?;
    let is_displayed = args(world, call).flag("fordisplay");
    let balancing = world.networking.guests.balancing.of_mut(rule);
    if let Some(policy) = balancing.and_then(|it| it.policy_mut(kind).as_mut()) {
        policy.is_displayed = is_displayed.unwrap_or(policy.is_displayed);
    }
    job::done(world, call, Some(id))
}

pub(super) fn delete(world: &mut World, call: &Call, kind: PolicyKind) -> Result<Answer, Fault> {
    let (rule, id) = policy(world, call, kind)?;
    apply(world, call, (rule, id), |balancing| {
        BalancingChange::Policy(kind, balancing.policy_mut(kind).take())
    })
}

/// Lists the policies of a rule, or one policy.
pub(super) fn list(world: &mut World, call: &Call, kind: PolicyKind) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let rule = match (args.id("lbruleid"), args.id("id")) {
        (Some(rule), _) => rule,
        (None, Some(id)) => {
            let rule = world.networking.guests.balancing.rule_with(kind, id);
            rule.ok_or_else(|| args.unknown("id", &id.to_string()))?
        }
        (None, None) => {
            return Err(Fault::invalid(
                "load balancer rule ID and policy ID can't be both empty",
            ));
        }
    };
    let (rule, balancing) = expect(world, rule)?;
    permit(world, call, rule.project, rule.id)?;
    let policy = balancing.policy(kind).filter(|policy| {
        listing.wants_id(policy.id) && args.is_flag("fordisplay", policy.is_displayed)
    });
    Ok(listing.shown(policy.map(|policy| policy.id).into_iter()))
}
