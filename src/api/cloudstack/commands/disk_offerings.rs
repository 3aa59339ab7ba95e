//! Disk offerings: the sizes that data disks come in.

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::echo::{self, Echo};
use super::offers;
use super::{date, joined};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::offerings::disk_offering::DiskOffering;

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listDiskOfferings", list).showing(show),
    Row::new("cloudstack.createDiskOffering", Landing::nowhere, create).showing(show),
    Row::new("cloudstack.updateDiskOffering", Landing::nowhere, update).showing(show),
    Row::new("cloudstack.deleteDiskOffering", Landing::nowhere, delete),
];

/// What is only told again, beside what all disks' offerings tell.
const ECHOES: &[Echo] = &[
    ("disksizestrictness", "disksizestrictness"),
    ("encrypt", "encrypt"),
];

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let offerings = world.disk_offerings.iter();
    let mut wanted: Vec<&DiskOffering> = offerings
        .filter(|offering| {
            let texts = (&*offering.name, &*offering.display_text);
            !offering.is_gone
                && (offering.is_shown || listing.is_admin())
                && offers::wants(&listing, offering.id, texts)
                && offers::is_offered(&listing, &offering.offer)
                && wants_encrypted(&listing.args, offering)
        })
        .collect();
    wanted.sort_by_key(|offering| offering.offer.sort_key);
    Ok(listing.shown(wanted.into_iter().map(|offering| offering.id)))
}

fn wants_encrypted(args: &Args<'_>, offering: &DiskOffering) -> bool {
    let encrypts = offering.offer.remarks.get("encrypt") == Some(&Value::Bool(true));
    args.flag("encrypt").is_none_or(|wanted| wanted == encrypts)
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let offering = world.disk_offering(id)?;
    let mut own = json!({
        "id": offering.id,
        "name": offering.name,
        "displaytext": offering.display_text,
        "disksize": offering.size,
        "iscustomized": offering.is_custom,
        "iscustomizediops": false,
        "displayoffering": offering.is_shown,
        "state": offering.offer.state(),
        "storagetype": "shared",
        "provisioningtype": "thin",
        "disksizestrictness": false,
        "encrypt": false,
        "created": date(offering.created),
    });
    if !offering.tags.is_empty() {
        own["tags"] = offering.tags.join(",").into();
    }
    Some(joined(own, offers::said(world, &offering.offer)))
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = world.ids.uuid();
    let args = args(world, call);
    let is_custom = args.flag("customized").unwrap_or(false);
    let offering = DiskOffering {
        id,
        name: args.text("name").unwrap_or_default().into(),
        display_text: args.display_text().into(),
        size: size(&args, is_custom)?,
        is_custom,
        is_shown: args.flag("displayoffering").unwrap_or(true),
        tags: tags(&args),
        offer: offers::offer(&args, echo::OF_DISKS.iter().chain(ECHOES)),
        is_gone: false,
        created: world.now(),
    };
    world.disk_offerings.insert(id, offering);
    job::done(world, call, Some(id))
}

/// In GiB.
fn size(args: &Args<'_>, is_custom: bool) -> Result<u64, Fault> {
    match (args.number("disksize"), is_custom) {
        (None | Some(0), true) => Ok(0),
        (Some(_), true) => Err(Fault::invalid(
            "Disksize is not allowed for a customized disk offering",
        )),
        (None, false) => Err(Fault::invalid(
            "Disksize is required for a non-customized disk offering",
        )),
        (Some(size), false) => match u64::try_from(size) {
            Ok(size) if size > 0 => Ok(size),
            _ => Err(Fault::invalid("Please specify a valid disk size for Gb.")),
        },
    }
}

fn tags(args: &Args<'_>) -> Vec<Arc<str>> {
    args.texts("tags").into_iter().map(Into::into).collect()
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let id = args.required_id("id")?;
    let known = world.disk_offering(id);
    let mut offering = known
        .cloned()
        .ok_or_else(|| args.unknown("id", &id.to_string()))?;
    if let Some(name) = args.text("name") {
        offering.name = name.into();
    }
    if let Some(text) = args.text("displaytext") {
        offering.display_text = text.into();
    }
    if args.text("tags").is_some() {
        offering.tags = tags(&args);
    }
    offering.is_shown = args.flag("displayoffering").unwrap_or(offering.is_shown);
    offers::change(&args, &mut offering.offer, echo::OF_DISKS)?;
    if let Some(known) = world.disk_offerings.get_mut(id) {
        *known = offering;
    }
    job::done(world, call, Some(id))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    if let Some(offering) = world.disk_offerings.get_mut(id) {
        offering.is_gone = true;
    }
    job::done(world, call, None)
}
