//! `listVPCs`, and how a virtual private cloud looks on the wire.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::cloudstack::commands::networks::{network_value, services};
use crate::api::cloudstack::commands::{date, joined, owner};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::Viewer;
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::guest::Vpc;

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let vpcs = world.networking.guests.vpcs.iter();
    let vpcs = vpcs.filter(|vpc| is_wanted(&listing, vpc));
    Ok(listing.shown(vpcs.map(|vpc| vpc.meta.id)))
}

fn is_wanted(listing: &Listing<'_>, vpc: &Vpc) -> bool {
    let args = &listing.args;
    let account = args.world.accounts.project(vpc.meta.project);
    let offering = args.world.network_offerings.vpcs.get(vpc.offering);
    let services = args.texts("supportedservices");
    listing.wants(vpc.meta.id, &vpc.meta.name)
        && account.is_some_and(|account| listing.shows(account))
        && args.is("cidr", &vpc.cidr.to_string())
        && args.is("displaytext", &vpc.meta.description)
        && args.is("state", vpc.state.word())
        && args.is_id("zoneid", Some(vpc.zone))
        && args.is_id("vpcofferingid", Some(vpc.offering))
        && args.is_flag("restartrequired", vpc.needs_restart)
        && args.is_flag("fordisplay", vpc.is_displayed)
        && services
            .iter()
            .all(|name| offering.is_some_and(|offering| offering.has(name)))
}

/// A cloud with its networks; of one that is gone only its id.
pub(super) fn show(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let Some(vpc) = world.networking.vpc(id) else {
        return Some(json!({ "id": id }));
    };
    let offering = world.network_offerings.vpcs.get(vpc.offering);
    let zone = world.topology.zone(vpc.zone);
    let tiers = world.networking.tiers_of(id);
    let tiers: Value = tiers
        .map(|tier| network_value(world, tier, None, viewer))
        .collect();
    let own = json!({
        "id": id,
        "name": vpc.meta.name,
        "displaytext": vpc.meta.description,
        "cidr": vpc.cidr.to_string(),
        "state": vpc.state.word(),
        "created": date(vpc.meta.created),
        "zoneid": vpc.zone,
        "zonename": zone.map(|zone| &zone.name),
        "vpcofferingid": vpc.offering,
        "vpcofferingname": offering.map(|offering| &offering.name),
        "networkdomain": vpc.domain,
        "restartrequired": vpc.needs_restart,
        "fordisplay": vpc.is_displayed,
        "redundantvpcrouter": offering.is_some_and(|offering| offering.is_redundant),
        "distributedvpcrouter": false,
        "regionlevelvpc": false,
        "service": offering.map(|offering| services(&offering.services)),
        "network": tiers,
        "tags": [],
    });
    let account = world.accounts.project(vpc.meta.project);
    let account = account
        .map(|account| owner(world, account))
        .unwrap_or_default();
    Some(joined(own, account))
}
