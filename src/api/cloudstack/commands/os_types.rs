//! Operating systems, and their categories.

use serde_json::{Value, json};
use uuid::Uuid;

use super::date;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::images::os_type::{self, OsType};

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listOsTypes", list).showing(show),
    Row::read("cloudstack.listOsCategories", list_categories),
    Row::new("cloudstack.addGuestOs", Landing::nowhere, add).showing(show),
    Row::new("cloudstack.updateGuestOs", Landing::nowhere, update).showing(show),
    Row::new("cloudstack.removeGuestOs", Landing::nowhere, remove),
];

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let os_type = world.os_types.get(id)?;
    let mut categories = os_type::categories();
    let category = categories.find(|(id, _)| *id == os_type.category);
    Some(json!({
        "id": os_type.id,
        "name": os_type.name,
        "description": os_type.name,
        "oscategoryid": os_type.category,
        "oscategoryname": category.map(|(_, name)| name),
        "isuserdefined": os_type.is_added,
        "fordisplay": !os_type.is_hidden,
    }))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let category = args.id("oscategoryid");
    let types = world.os_types.iter().filter(|os_type| {
        listing.wants(os_type.id, &os_type.name)
            && args.is("description", &os_type.name)
            && category.is_none_or(|wanted| wanted == os_type.category)
            && args
                .flag("fordisplay")
                .is_none_or(|wanted| wanted != os_type.is_hidden)
    });
    Ok(listing.shown(types.map(|os_type| os_type.id)))
}

fn list_categories(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let created = date(world.clock().start());
    let is_fit = listing.args.flag("isfeatured") != Some(true);
    let categories = os_type::categories();
    let wanted = categories.filter(|(id, name)| is_fit && listing.wants(*id, name));
    Ok(listing.answer(
        wanted,
        |(id, name)| json!({ "id": id, "name": name, "isfeatured": false, "created": created }),
    ))
}

fn add(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let name = args.text("osdisplayname").unwrap_or_default();
    if world.os_types.iter().any(|known| *known.name == *name) {
        return Err(Fault::invalid(format!(
            "The specified Guest OS name : {name} already exists. Please specify a unique name"
        )));
    }
    let os_type = OsType {
        id: Uuid::nil(),
        name: name.into(),
        category: args.required_id("oscategoryid")?,
        is_added: true,
        is_hidden: args.flag("fordisplay") == Some(false),
    };
    let id = world.ids.uuid();
    world.os_types.insert(id, OsType { id, ..os_type });
    job::done(world, call, Some(id))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let id = args.required_id("id")?;
    check_added(world, id, "update")?;
    let name = args.text("osdisplayname").map(Into::into);
    let (category, shows) = (args.id("oscategoryid"), args.flag("fordisplay"));
    if let Some(os_type) = world.os_types.get_mut(id) {
        os_type.name = name.unwrap_or_else(|| os_type.name.clone());
        os_type.category = category.unwrap_or(os_type.category);
        os_type.is_hidden = shows.map_or(os_type.is_hidden, |shows| !shows);
    }
    job::done(world, call, Some(id))
}

fn remove(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    check_added(world, id, "remove")?;
    world.os_types.remove(id);
    job::done(world, call, None)
}

/// # Errors
/// When the system came with the cloud.
fn check_added(world: &World, id: Uuid, what: &str) -> Result<(), Fault> {
    match world.os_types.get(id) {
        Some(os_type) if os_type.is_added => Ok(()),
        _ => Err(Fault::invalid(format!(
            "Unable to {what} system defined guest OS"
        ))),
    }
}
