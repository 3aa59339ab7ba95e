//! Templates, which OpenStack calls images.

use serde_json::{Value, json};

use super::date;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::Row;
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::ids::named;
use crate::world::image::{Image, ImageStatus, Visibility};
use crate::world::topology::{Cluster, Zone};

const FILTERS: [&str; 7] = [
    "featured",
    "self",
    "selfexecutable",
    "sharedexecutable",
    "executable",
    "community",
    "all",
];

pub(crate) const ROWS: &[Row] = &[Row::read("cloudstack.listTemplates", list_templates)];

fn list_templates(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let filter = args.text("templatefilter").unwrap_or_default();
    if !FILTERS.contains(&filter) {
        let message = format!(
            "Unable to execute API command listtemplates due to invalid templatefilter: {filter}"
        );
        return Err(Fault::bad_request(message));
    }
    let fits = is_public(filter)
        && args.is("hypervisor", hypervisor(world))
        && args.is("templatetype", "USER")
        && args.flag("isready") != Some(false);
    let zone = args.id("zoneid");
    let mut zones = world.topology.zones();
    let zone = zones.find(|known| zone.is_none_or(|zone| zone == known.id));
    let images = world.images.iter();
    let images = images.filter(|image| {
        fits && image.status == ImageStatus::Active
            && listing.sees(image)
            && listing.wants(image.id, &image.name)
    });
    Ok(listing.answer(images, |image| template(world, image, zone)))
}

/// Whether a filter takes in what the cloud's owner offers to everybody, as all templates are here.
fn is_public(filter: &str) -> bool {
    !matches!(filter, "sharedexecutable" | "community")
}

/// The hypervisor of the first cluster; templates are said to be for it.
fn hypervisor(world: &World) -> &str {
    let first = world.topology.clusters().next();
    first.map_or("Simulator", Cluster::hypervisor)
}

fn template(world: &World, image: &Image, zone: Option<&Zone>) -> Value {
    json!({
        "id": image.id,
        "name": image.name,
        "displaytext": image.name,
        "format": "QCOW2",
        "hypervisor": hypervisor(world),
        "ostypeid": os_type(),
        "ostypename": OS_TYPE,
        "status": "Download Complete",
        "isready": true,
        "ispublic": image.visibility == Visibility::Public,
        "isfeatured": image.visibility == Visibility::Public,
        "isextractable": false,
        "crossZones": true,
        "passwordenabled": false,
        "sshkeyenabled": false,
        "isdynamicallyscalable": false,
        "requireshvm": true,
        "deployasis": false,
        "bootable": true,
        "templatetype": "USER",
        "size": image.size,
        "physicalsize": image.size,
        "zoneid": zone.map(|zone| zone.id),
        "zonename": zone.map(|zone| &zone.name),
        "account": "admin",
        "domain": "ROOT",
        "domainid": crate::api::cloudstack::entity::root_domain(),
        "created": date(image.created),
        "details": {},
        "tags": [],
    })
}

/// What every template is said to hold.
pub(super) const OS_TYPE: &str = "Other Linux (64-bit)";

pub(super) fn os_type() -> uuid::Uuid {
    named("os-type", OS_TYPE)
}
