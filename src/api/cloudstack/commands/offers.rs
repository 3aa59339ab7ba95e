//! What service, disk and network offerings have in common.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::echo::{self, Echo};
use crate::api::cloudstack::entity::{Entity, ZONE, place_of};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::offerings::offer::Offer;

/// Whether an offering is asked for, as far as its id and texts go.
pub(super) fn wants(listing: &Listing<'_>, id: Uuid, (name, text): (&str, &str)) -> bool {
    listing.wants_id(id)
        && listing
            .args
            .text("name")
            .is_none_or(|wanted| wanted == name)
        && (listing.keyword_fits(name) || listing.keyword_fits(text))
}

/// Whether an offering is in the state, the domain and the zone that are asked for, with such storage.
pub(super) fn is_offered(args: &Args<'_>, offer: &Offer) -> bool {
    let takes_in = |name: &str, places: &[Uuid]| {
        let wanted = args.id(name);
        places.is_empty() || wanted.is_none_or(|wanted| places.contains(&wanted))
    };
    let state = args.text("state").unwrap_or("Active");
    let storage = offer.remarks.get("storagetype").and_then(Value::as_str);
    (state.eq_ignore_ascii_case("all") || state.eq_ignore_ascii_case(offer.state()))
        && args.is("storagetype", storage.unwrap_or("shared"))
        && takes_in("domainid", &offer.domains)
        && takes_in("zoneid", &offer.zones)
}

/// The offer that a call makes.
pub(super) fn offer<'a>(args: &Args<'_>, echoes: impl IntoIterator<Item = &'a Echo>) -> Offer {
    Offer {
        is_inactive: false,
        domains: args.ids("domainid").unwrap_or_default(),
        zones: args.ids("zoneid").unwrap_or_default(),
        sort_key: 0,
        remarks: echo::told(args, echoes),
    }
}

/// Changes an offer as a call says.
///
/// # Errors
/// For a state, a domain or a zone that there is not.
pub(super) fn change<'a>(
    args: &Args<'_>,
    offer: &mut Offer,
    echoes: impl IntoIterator<Item = &'a Echo>,
) -> Result<(), Fault> {
    offer.sort_key = args.number("sortkey").unwrap_or(offer.sort_key);
    if let Some(state) = args.text("state") {
        offer.is_inactive = is_off(state, ["Active", "Inactive"])?;
    }
    if let Some(domains) = places(args, "domainid", ("public", Entity::Domain))? {
        offer.domains = domains;
    }
    if let Some(zones) = places(args, "zoneid", ("all", ZONE))? {
        offer.zones = zones;
    }
    offer.remarks.extend(echo::told(args, echoes));
    Ok(())
}

/// Whether a state that is asked for is the second of two.
///
/// # Errors
/// When it is neither.
pub(super) fn is_off(state: &str, [on, off]: [&str; 2]) -> Result<bool, Fault> {
    match (
        state.eq_ignore_ascii_case(on),
        state.eq_ignore_ascii_case(off),
    ) {
        (true, _) => Ok(false),
        (_, true) => Ok(true),
        (false, false) => Err(Fault::invalid(format!(
            "Invalid state: {state}. Supported values are: {on}, {off}"
        ))),
    }
}

/// The ids that an argument names; none for the word that stands for all.
fn places(
    args: &Args<'_>,
    name: &str,
    (all, entity): (&str, Entity),
) -> Result<Option<Vec<Uuid>>, Fault> {
    match args.text(name) {
        None => Ok(None),
        Some(word) if word.eq_ignore_ascii_case(all) => Ok(Some(Vec::new())),
        Some(_) => {
            let ids = args.texts(name).into_iter();
            let ids = ids.map(|id| {
                entity
                    .find(args.world, id)
                    .ok_or_else(|| args.unknown(name, id))
            });
            ids.collect::<Result<_, _>>().map(Some)
        }
    }
}

/// The fields that tell where something is offered, and what is only told again.
pub(super) fn said(world: &World, offer: &Offer) -> Map<String, Value> {
    let text = |ids: &[Uuid]| {
        ids.iter()
            .map(Uuid::to_string)
            .collect::<Vec<_>>()
            .join(",")
    };
    let zone_names = offer.zones.iter().filter_map(|id| {
        let place = place_of(&world.topology, Level::Zone, *id)?;
        Some(&**place.name(Level::Zone)?)
    });
    let zone_names = zone_names.collect::<Vec<_>>().join(",");
    let mut fields = offer.remarks.clone();
    if !offer.domains.is_empty() {
        fields.insert("domainid".into(), text(&offer.domains).into());
    }
    if !offer.zones.is_empty() {
        fields.insert("zoneid".into(), text(&offer.zones).into());
        fields.insert("zone".into(), zone_names.into());
    }
    fields
}
