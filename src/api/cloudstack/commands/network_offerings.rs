//! Network offerings.

mod manage;

use serde_json::{Value, json};
use uuid::Uuid;

use super::networks::services;
use super::{date, joined, offers};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::offerings::network_offerings::NetworkOffering;

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listNetworkOfferings", list).showing(show),
    Row::new(
        "cloudstack.createNetworkOffering",
        Landing::nowhere,
        manage::create,
    )
    .showing(show),
    Row::new(
        "cloudstack.updateNetworkOffering",
        Landing::nowhere,
        manage::update,
    )
    .showing(show),
    Row::new(
        "cloudstack.deleteNetworkOffering",
        Landing::nowhere,
        manage::delete,
    ),
];

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let offerings = world.network_offerings.networks.iter();
    let offerings = offerings.filter(|offering| is_wanted(&listing, offering));
    Ok(listing.shown(offerings.map(|offering| offering.id)))
}

fn is_wanted(listing: &Listing<'_>, offering: &NetworkOffering) -> bool {
    let args = &listing.args;
    let services = args.texts("supportedservices");
    let translates = offering.has("SourceNat");
    let tags = offering.tags.as_deref().unwrap_or_default();
    listing.wants(offering.id, &offering.name)
        && offers::is_offered_there(listing, &offering.offer)
        && args.is("state", state(offering))
        && args.is("guestiptype", offering.guest_type.word())
        && args.is("traffictype", "Guest")
        && args.is("availability", &offering.availability)
        && args.is("displaytext", &offering.display_text)
        && args.is("tags", tags)
        && args.is_flag("forvpc", offering.is_for_vpc)
        && args.is_flag("specifyvlan", offering.takes_vlan)
        && args.is_flag("specifyipranges", offering.takes_ranges)
        && args.is_flag("isdefault", offering.is_default)
        && args.is_flag("istagged", offering.tags.is_some())
        && args.is_flag("sourcenatsupported", translates)
        && services.iter().all(|service| offering.has(service))
}

fn state(offering: &NetworkOffering) -> &'static str {
    match offering.is_enabled {
        true => "Enabled",
        false => "Disabled",
    }
}

/// A network offering. Clients expect the service offering of its routers with each.
pub(super) fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let offering = world.network_offerings.networks.get(id)?;
    let routers = world.flavors.first().map(|flavor| flavor.uuid);
    let mut shown = json!({
        "id": offering.id,
        "name": offering.name,
        "displaytext": offering.display_text,
        "guestiptype": offering.guest_type.word(),
        "traffictype": "Guest",
        "availability": offering.availability,
        "state": state(offering),
        "isdefault": offering.is_default,
        "specifyvlan": offering.takes_vlan,
        "specifyipranges": offering.takes_ranges,
        "conservemode": offering.is_conserving,
        "forvpc": offering.is_for_vpc,
        "ispersistent": offering.is_persistent,
        "egressdefaultpolicy": offering.lets_out,
        "serviceofferingid": routers,
        "internetprotocol": offering.internet_protocol,
        "created": date(offering.created),
        "service": services(&offering.services),
    });
    for (field, value) in [
        ("networkrate", offering.rate.map(Value::from)),
        ("maxconnections", offering.max_connections.map(Value::from)),
        ("tags", offering.tags.as_deref().map(Value::from)),
    ] {
        if let Some(value) = value {
            shown[field] = value;
        }
    }
    Some(joined(shown, offers::said(world, &offering.offer)))
}
