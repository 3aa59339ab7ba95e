//! Offerings of virtual private clouds.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::cloudstack::commands::networks::services as service_values;
use crate::api::cloudstack::commands::owned::refuse;
use crate::api::cloudstack::commands::{date, joined, offers};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::Viewer;
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::offerings::network_offerings::{Service, VpcOffering, services};

pub(super) fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (id, now) = (world.ids.uuid(), world.now());
    let args = args(world, call);
    let usual = VpcOffering::new(id, args.text("name").unwrap_or_default(), now);
    let chosen = chosen_services(&args);
    let offering = VpcOffering {
        display_text: args.display_text().into(),
        services: if chosen.is_empty() {
            usual.services.clone()
        } else {
            chosen
        },
        is_enabled: args.flag("enable") == Some(true),
        offer: offers::offer(&args, []),
        ..usual
    };
    world.network_offerings.vpcs.insert(id, offering);
    job::done(world, call, Some(id))
}

/// The services that are named, by the providers that are named for them.
fn chosen_services(args: &Args<'_>) -> Vec<Service> {
    let mut providers: BTreeMap<&str, &str> = BTreeMap::new();
    for entry in args.entries("serviceproviderlist") {
        let member = |wanted: &str| {
            let found = entry.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| *value)
        };
        if let (Some(service), Some(provider)) = (member("service"), member("provider")) {
            providers.insert(service, provider);
        }
    }
    let names = args.texts("supportedservices").into_iter();
    let chosen = names.flat_map(|name| {
        let provider = providers.get(name).copied();
        services(provider.unwrap_or("VpcVirtualRouter"), &[name])
    });
    chosen.collect()
}

pub(super) fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let id = args.required_id("id")?;
    let own = |name| args.text(name).map(Arc::<str>::from);
    let (name, text) = (own("name"), own("displaytext"));
    let is_enabled = args
        .text("state")
        .map(|state| state.eq_ignore_ascii_case("enabled"));
    let sort_key = args
        .number("sortkey")
        .and_then(|key| i32::try_from(key).ok());
    let known = world.network_offerings.vpcs.get(id);
    let mut offer = known.map(|known| known.offer.clone()).unwrap_or_default();
    offers::change_places(&args, &mut offer)?;
    if let Some(offering) = world.network_offerings.vpcs.get_mut(id) {
        offering.offer = offer;
        offering.name = name.unwrap_or_else(|| offering.name.clone());
        offering.display_text = text.unwrap_or_else(|| offering.display_text.clone());
        offering.is_enabled = is_enabled.unwrap_or(offering.is_enabled);
        offering.sort_key = sort_key.unwrap_or(offering.sort_key);
    }
    job::done(world, call, Some(id))
}

pub(super) fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    let is_default = world
        .network_offerings
        .vpcs
        .get(id)
        .is_some_and(|offering| offering.is_default);
    let mut vpcs = world.networking.guests.vpcs.iter();
    let is_used = vpcs.any(|vpc| vpc.offering == id);
    drop(vpcs);
    let result = match (is_default, is_used) {
        (true, _) => Err(refuse("Default network offering can't be deleted")),
        (false, true) => Err(refuse(format!(
            "Can't delete vpc offering {id} as its used by vpcs. To make the network offering unavailable, disable it"
        ))),
        (false, false) => Ok(()),
    };
    if result.is_ok() {
        world.network_offerings.vpcs.remove(id);
    }
    job::conclude(world, call, None, result)
}

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let offerings = world.network_offerings.vpcs.iter().filter(|offering| {
        let args = &listing.args;
        let services = args.texts("supportedservices");
        listing.wants(offering.id, &offering.name)
            && offers::is_offered_there(&listing, &offering.offer)
            && args.is("displaytext", &offering.display_text)
            && args.is("state", state(offering))
            && args.is_flag("isdefault", offering.is_default)
            && services.iter().all(|service| offering.has(service))
    });
    Ok(listing.shown(offerings.map(|offering| offering.id)))
}

fn state(offering: &VpcOffering) -> &'static str {
    match offering.is_enabled {
        true => "Enabled",
        false => "Disabled",
    }
}

pub(super) fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let offering = world.network_offerings.vpcs.get(id)?;
    let own = json!({
        "id": offering.id,
        "name": offering.name,
        "displaytext": offering.display_text,
        "state": state(offering),
        "isdefault": offering.is_default,
        "created": date(offering.created),
        "distributedvpcrouter": false,
        "supportsregionLevelvpc": false,
        "internetprotocol": "IPv4",
        "service": service_values(&offering.services),
    });
    Some(joined(own, offers::said(world, &offering.offer)))
}
