//! Who provides services in physical networks.

use serde_json::{Value, json};
use uuid::Uuid;

use super::networks::{asked_state, state};
use super::words;
use crate::api::cloudstack::args;
use crate::api::cloudstack::job::done;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::equipment::{Provider, SUPPORTED_PROVIDERS, service_providers};

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.addNetworkServiceProvider", Landing::nowhere, add).showing(show),
    Row::new("cloudstack.updateNetworkServiceProvider", Landing::nowhere, update).showing(show),
    Row::new("cloudstack.deleteNetworkServiceProvider", Landing::nowhere, delete),
    Row::read("cloudstack.listNetworkServiceProviders", list).showing(show),
    Row::read("cloudstack.listSupportedNetworkServices", list_services),
];

fn add(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let network = args.required_id("physicalnetworkid")?;
    let name = args.text("name").unwrap_or_default();
    let mut known = SUPPORTED_PROVIDERS.iter();
    let spec = known.find(|spec| spec.name.eq_ignore_ascii_case(name));
    let spec =
        spec.ok_or_else(|| Fault::invalid(format!("Invalid Network Service Provider: {name}")))?;
    let providers = &world.equipment.providers;
    if providers.any(|known| known.network == network && &*known.name == spec.name) {
        return Err(Fault::new(
            FaultKind::Internal,
            format!(
                "The '{}' provider already exists on physical network : {network}",
                spec.name
            ),
        ));
    }
    let id = world
        .equipment
        .add_provider(spec, network, || world.ids.uuid());
    done(world, call, Some(id))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let (id, wanted) = (args.required_id("id")?, asked_state(&args)?);
    let services = words(&args, "servicelist");
    // A virtual router provides nothing before what starts its machines is ready.
    let elements = &world.equipment.elements;
    let lacks_one = elements.any(|element| element.provider == id && !element.is_enabled);
    if wanted == Some(true) && lacks_one {
        let message = format!(
            "Provider is not ready, cannot Enable the provider, please configure the provider first ({id})"
        );
        return Err(Fault::new(FaultKind::Internal, message));
    }
    if let Some(provider) = world.equipment.providers.get_mut(id) {
        provider.is_enabled = wanted.unwrap_or(provider.is_enabled);
        if let Some(services) = services {
            provider.services = services;
        }
    }
    done(world, call, Some(id))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    world.equipment.remove_provider(id);
    done(world, call, None)
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let is_there = |provider: &Provider| {
        args.text("physicalnetworkid").is_none()
            || args.id("physicalnetworkid") == Some(provider.network)
    };
    let providers = world.equipment.providers.iter().filter(|provider| {
        is_there(provider)
            && args.is("name", &provider.name)
            && args.is("state", state(provider.is_enabled))
            && listing.keyword_fits(&provider.name)
    });
    Ok(listing.shown(providers.map(|provider| provider.id)))
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let provider = world.equipment.providers.get(id)?;
    Some(json!({
        "id": provider.id,
        "name": provider.name,
        "physicalnetworkid": provider.network,
        "state": state(provider.is_enabled),
        "servicelist": provider.services,
        "canenableindividualservice": true,
    }))
}

fn list_services(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let services = service_providers().into_iter().filter(|(name, providers)| {
        args.is("service", name)
            && providers
                .iter()
                .any(|provider| args.is("provider", provider))
    });
    Ok(listing.answer(services, |(name, providers)| {
        let providers = providers.iter();
        let providers = providers.map(|name| json!({ "name": name }));
        json!({
            "name": name,
            "provider": providers.collect::<Value>(),
            "capability": [],
        })
    }))
}
