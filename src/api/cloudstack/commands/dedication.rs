//! Zones, pods, clusters and hosts that are kept for an account or a domain.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::cloudstack::access;
use crate::api::cloudstack::fault::invalid;
use crate::api::cloudstack::listing::{LEVELS, Listing};
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::placement::dedication::Beneficiary;

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.dedicateZone", Landing::nowhere, dedicate).showing(show),
    Row::new("cloudstack.dedicatePod", Landing::nowhere, dedicate).showing(show),
    Row::new("cloudstack.dedicateCluster", Landing::nowhere, dedicate).showing(show),
    Row::new("cloudstack.dedicateHost", Landing::nowhere, dedicate).showing(show),
    Row::new("cloudstack.releaseDedicatedZone", Landing::nowhere, release),
    Row::new("cloudstack.releaseDedicatedPod", Landing::nowhere, release),
    Row::new("cloudstack.releaseDedicatedCluster", Landing::nowhere, release),
    Row::new("cloudstack.releaseDedicatedHost", Landing::nowhere, release),
    Row::read("cloudstack.listDedicatedZones", list).showing(show),
    Row::read("cloudstack.listDedicatedPods", list).showing(show),
    Row::read("cloudstack.listDedicatedClusters", list).showing(show),
    Row::read("cloudstack.listDedicatedHosts", list).showing(show),
];

/// The level that a command is about, and the parameter that names a place of it.
fn level(args: &Args<'_>) -> (&'static str, Level) {
    let mut levels = LEVELS.into_iter();
    let own = levels.find(|(name, _)| args.entity(name).is_some());
    own.expect("each of these commands takes the id of one place")
}

fn dedicate(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    match try_dedicate(world, call) {
        Ok(id) => job::done(world, call, Some(id)),
        Err(fault) => job::conclude(world, call, None, Err(fault)),
    }
}

fn try_dedicate(world: &mut World, call: &Call) -> Result<Uuid, Fault> {
    let (args, session) = (args(world, call), caller(call)?);
    let (param, level) = level(&args);
    let account = args.text("account");
    let account = account
        .map(|_| access::account(&args, session))
        .transpose()?;
    let to = Beneficiary {
        domain: args.required_id("domainid")?,
        account: account.map(|account| account.id),
    };
    let place = args.required_id(param)?;
    world.dedicate(level, place, to, session.user.id)
}

fn release(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let (param, level) = level(&args);
    let place = args.required_id(param)?;
    let verdict = match world.release_dedication(level, place) {
        true => Ok(()),
        false => Err(invalid("No Dedicated Resource available to release")),
    };
    job::conclude(world, call, None, verdict)
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let (param, level) = level(args);
    let account = match (args.text("account"), args.id("domainid")) {
        (Some(name), None) => {
            return Err(invalid(format!(
                "Please specify the domain id of the account: {name}"
            )));
        }
        (Some(_), Some(_)) => Some(access::account(args, caller(call)?)?.id),
        (None, _) => None,
    };
    let dedications = world.dedications.iter().filter(|it| {
        it.level == level
            && args.is_id(param, Some(it.of))
            && args.is_id("domainid", Some(it.to.domain))
            && args.is_id("affinitygroupid", Some(it.group))
            && account.is_none_or(|account| it.to.account == Some(account))
    });
    Ok(listing.shown(dedications.map(|it| it.id)))
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let dedication = world.dedications.get(id)?;
    let level = dedication.level;
    let place = world.topology.place_of(level, dedication.of)?;
    Some(json!({
        "id": id,
        (format!("{level}id")): dedication.of,
        (format!("{level}name")): place.name(level),
        "domainid": dedication.to.domain,
        "accountid": dedication.to.account,
        "affinitygroupid": dedication.group,
    }))
}
