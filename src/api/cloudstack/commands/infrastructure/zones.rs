//! Zones.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{allocation_state, asked_allocation, metrics, word};
use crate::api::cloudstack::commands::joined;
use crate::api::cloudstack::job::done;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, caller};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::Level;
use crate::vocabulary::plan::{NetworkType, ZoneSettings};
use crate::world::World;
use crate::world::accounts::Standing;
use crate::world::topology::Zone;

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.createZone", Landing::nowhere, create).showing(show),
    Row::new("cloudstack.updateZone", Landing::nowhere, update).showing(show),
    Row::new("cloudstack.deleteZone", Landing::nowhere, delete),
    Row::read("cloudstack.listZones", list).showing(show),
    Row::read("cloudstack.listZonesMetrics", list).showing(show_with_metrics),
];

/// What is said of a zone where clients say nothing.
const GUEST_CIDR: &str = "10.1.1.0/24";
const DNS: &str = "8.8.8.8";

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let name = word(&args, "name").unwrap_or_default();
    check_name(world, &name)?;
    let kind = args.text("networktype").unwrap_or_default();
    let network_type = NetworkType::named(kind).ok_or_else(|| {
        let message =
            format!("Invalid zone type; only Advanced and Basic values are supported, not {kind}");
        Fault::invalid(message)
    })?;
    let security_groups = args.flag("securitygroupenabled");
    let settings = ZoneSettings {
        network_type: Some(network_type),
        security_groups: security_groups.or(Some(network_type == NetworkType::Basic)),
        // New zones are closed until they are furnished.
        is_enabled: Some(asked_allocation(&args)?.unwrap_or(false)),
        ..settings(&args)?
    };
    let id = world.ids.uuid();
    world.topology.add_zone(id, name, settings);
    done(world, call, Some(id))
}

fn check_name(world: &World, name: &str) -> Result<(), Fault> {
    match world.topology.zone_named(name) {
        Some(_) => Err(Fault::invalid(format!(
            "A zone with that name already exists. Please specify a unique zone name. ({name})"
        ))),
        None => Ok(()),
    }
}

fn settings(args: &Args<'_>) -> Result<ZoneSettings, Fault> {
    Ok(ZoneSettings {
        is_enabled: asked_allocation(args)?,
        local_storage: args.flag("localstorageenabled"),
        dns1: word(args, "dns1"),
        dns2: word(args, "dns2"),
        internal_dns1: word(args, "internaldns1"),
        internal_dns2: word(args, "internaldns2"),
        guest_cidr: word(args, "guestcidraddress"),
        domain: word(args, "domain"),
        ..ZoneSettings::default()
    })
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let id = args.required_id("id")?;
    let (settings, name) = (settings(&args)?, word(&args, "name"));
    let zone = world
        .topology
        .zone(id)
        .map(|zone| (zone.name.clone(), zone.place.clone()));
    if let (Some(name), Some((own, place))) = (name, zone)
        && name != own
    {
        check_name(world, &name)?;
        world.topology.rename(&place, Level::Zone, &name);
    }
    if let Some(zone) = world.topology.zone_mut(id) {
        zone.settings.lay_over(settings);
    }
    let user = caller(call)?.user.clone();
    world.serve_zone(id, &user);
    done(world, call, Some(id))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    world.remove_zone(id)?;
    done(world, call, None)
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let zones = world.topology.zones().filter(|zone| {
        listing.wants(zone.id, &zone.name)
            && listing.args.is("networktype", network_type(zone).name())
            && (listing.is_admin() || zone.is_enabled() && is_open(&listing, zone.id))
    });
    Ok(listing.shown(zones.map(|zone| zone.id)))
}

/// Whether a zone is kept for nobody, or for the caller or somebody whom the caller is over.
fn is_open(listing: &Listing<'_>, zone: Uuid) -> bool {
    let world = listing.args.world;
    let is_over = || match (listing.standing(), world.dedication(Level::Zone, zone)) {
        (Standing::Domain(own), Some(it)) => world.accounts.is_domain_in(it.to.domain, own),
        (Standing::Root | Standing::Domain(_) | Standing::Own, _) => false,
    };
    let account = world.accounts.project(listing.account());
    account.is_some_and(|account| world.is_zone_open_to(zone, account)) || is_over()
}

/// The name servers that a zone gives to what is in it: the first, and maybe another.
pub(crate) fn name_servers(world: &World, zone: Uuid) -> (&str, Option<&str>) {
    let settings = world.topology.zone(zone).map(|zone| &zone.settings);
    let first = settings.and_then(|settings| settings.dns1.as_deref());
    let second = settings.and_then(|settings| settings.dns2.as_deref());
    (first.unwrap_or(DNS), second)
}

fn network_type(zone: &Zone) -> NetworkType {
    zone.settings.network_type.unwrap_or_default()
}

pub(crate) fn show(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let zone = world.topology.zone(id)?;
    let ZoneSettings {
        security_groups,
        local_storage,
        dns1,
        dns2,
        internal_dns1,
        internal_dns2,
        guest_cidr,
        domain,
        ..
    } = &zone.settings;
    let kind = network_type(zone);
    let is_advanced = kind == NetworkType::Advanced;
    let kept_for = world.dedication(Level::Zone, id);
    let kept_for = kept_for.and_then(|it| world.accounts.project(it.to.domain));
    let usual_cidr = is_advanced.then_some(GUEST_CIDR);
    let common = json!({
        "id": zone.id,
        "name": zone.name,
        "displaytext": zone.name,
        "networktype": kind.name(),
        "type": "Core",
        "allocationstate": allocation_state(zone.is_enabled()),
        "dhcpprovider": "VirtualRouter",
        "zonetoken": zone.id.simple().to_string(),
        "domain": domain,
        "securitygroupsenabled": security_groups.unwrap_or(!is_advanced),
        "localstorageenabled": local_storage.unwrap_or(false),
        "domainid": kept_for.map(|domain| domain.id),
        "domainname": kept_for.map(|domain| world.accounts.domain_name(domain)),
        "tags": [],
    });
    if !viewer.is_admin() {
        return Some(common);
    }
    let for_admins = [
        ("dns1", json!(dns1.as_deref().unwrap_or(DNS))),
        ("dns2", json!(dns2)),
        (
            "internaldns1",
            json!(internal_dns1.as_deref().unwrap_or(DNS)),
        ),
        ("internaldns2", json!(internal_dns2)),
        (
            "guestcidraddress",
            json!(guest_cidr.as_deref().or(usual_cidr)),
        ),
    ];
    Some(joined(
        common,
        for_admins.map(|(name, value)| (name.to_owned(), value)),
    ))
}

fn show_with_metrics(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let zone = world.topology.zone(id)?;
    let mut clusters = world
        .topology
        .clusters()
        .filter(|it| zone.place.contains(&it.place));
    let up = clusters
        .clone()
        .filter(|cluster| cluster.is_enabled())
        .count();
    let counted = format!("{up} / {}", clusters.by_ref().count());
    let own = [
        (
            "state".to_owned(),
            json!(allocation_state(zone.is_enabled())),
        ),
        ("clusters".to_owned(), json!(counted)),
    ];
    let shown = joined(show(world, id, viewer)?, own);
    Some(joined(shown, metrics::of_place(world, &zone.place)))
}
