//! What service, disk and network offerings have in common.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::echo::{self, Echo};
use crate::api::cloudstack::entity::{Entity, ZONE, place_of};
use crate::api::cloudstack::fault::denied;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::accounts::{AccountKind, Project};
use crate::world::offerings::offer::Offer;

/// Whether an offering is asked for, as far as its id and texts go.
pub(super) fn wants(listing: &Listing<'_>, id: Uuid, (name, text): (&str, &str)) -> bool {
    listing.wants_id(id)
        && listing.args.is("name", name)
        && (listing.keyword_fits(name) || listing.keyword_fits(text))
}

/// Whether an offering is in the state that is asked for, with such storage, and offered there.
pub(super) fn is_offered(listing: &Listing<'_>, offer: &Offer) -> bool {
    let args = &listing.args;
    let state = args.text("state").unwrap_or("Active");
    let storage = offer.remarks.get("storagetype").and_then(Value::as_str);
    (state.eq_ignore_ascii_case("all") || state.eq_ignore_ascii_case(offer.state()))
        && args.is("storagetype", storage.unwrap_or("shared"))
        && is_offered_there(listing, offer)
}

/// Whether an offering is the caller's to use, and offered in the domain and the zone that are asked for. To
/// root administrators, what is offered in a domain is what is kept for it.
pub(super) fn is_offered_there(listing: &Listing<'_>, offer: &Offer) -> bool {
    let args = &listing.args;
    let zone = args.id("zoneid");
    let is_there = zone.is_none_or(|zone| offer.zones.is_empty() || offer.zones.contains(&zone));
    let domain = args
        .id("domainid")
        .filter(|_| args.text("account").is_none());
    is_there
        && match (listing.is_admin(), domain) {
            (true, None) => true,
            (true, Some(domain)) => offer.domains.contains(&domain),
            (false, _) => {
                let account = args.world.accounts.project(listing.account());
                account.is_none_or(|account| is_open_to(args.world, account, offer))
            }
        }
}

/// Whether an account is in one of the domains that something is kept for.
fn is_open_to(world: &World, account: &Project, offer: &Offer) -> bool {
    let mut domains = offer.domains.iter();
    offer.domains.is_empty()
        || world.accounts.account_kind(account.id) == AccountKind::Admin
        || domains.any(|domain| world.accounts.is_in_domain(account, *domain))
}

/// Lets pass an account that may use what it has asked for, in a zone.
///
/// # Errors
/// When that is kept for other domains or zones. `what` names it.
pub(super) fn permit(
    world: &World,
    account: &Project,
    offer: &Offer,
    (what, zone): (&str, Option<Uuid>),
) -> Result<(), Fault> {
    let is_there = zone.is_none_or(|zone| offer.zones.is_empty() || offer.zones.contains(&zone));
    match is_there && is_open_to(world, account, offer) {
        true => Ok(()),
        false => Err(denied(format!(
            "There's no way to confirm Account [{}] has access to {what}",
            json!({ "accountName": account.name, "id": account.number, "uuid": account.id })
        ))),
    }
}

/// The offer that a call makes.
pub(super) fn offer<'a>(args: &Args<'_>, echoes: impl IntoIterator<Item = &'a Echo>) -> Offer {
    Offer {
        is_inactive: false,
        domains: outermost(args.world, args.ids("domainid").unwrap_or_default()),
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
    offer.remarks.extend(echo::told(args, echoes));
    change_places(args, offer)
}

/// Changes where something is offered.
///
/// # Errors
/// For a domain or a zone that there is not.
pub(super) fn change_places(args: &Args<'_>, offer: &mut Offer) -> Result<(), Fault> {
    if let Some(domains) = places(args, "domainid", ("public", Entity::Domain))? {
        offer.domains = outermost(args.world, domains);
    }
    if let Some(zones) = places(args, "zoneid", ("all", ZONE))? {
        offer.zones = zones;
    }
    Ok(())
}

/// The domains that are in no other of them: what is kept for a domain is for those below it, too.
fn outermost(world: &World, domains: Vec<Uuid>) -> Vec<Uuid> {
    let is_inner = |domain: &Uuid| {
        let mut others = domains.iter().filter(|other| *other != domain);
        others.any(|other| world.accounts.is_domain_in(*domain, *other))
    };
    let outer = domains.iter().copied().filter(|domain| !is_inner(domain));
    outer.collect()
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
