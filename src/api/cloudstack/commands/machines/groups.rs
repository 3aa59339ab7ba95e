//! Instance groups.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::cloudstack::access::{owner_of_new, permit};
use crate::api::cloudstack::commands::{date, joined, owner};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listInstanceGroups", list).showing(show),
    Row::new("cloudstack.createInstanceGroup", Landing::nowhere, create).showing(show),
    Row::new("cloudstack.updateInstanceGroup", land, update).showing(show),
    Row::new("cloudstack.deleteInstanceGroup", land, delete),
];

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let group = world.instance_groups.get(id)?;
    let own = json!({ "id": group.id, "name": group.name, "created": date(group.created) });
    Some(joined(own, owner(world, &group.project)))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let groups = world.instance_groups.iter();
    let groups = groups
        .filter(|group| listing.shows(&group.project) && listing.wants(group.id, &group.name));
    Ok(listing.shown(groups.map(|group| group.id)))
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let id = args(world, call).required_id("id")?;
    match world.instance_groups.get(id) {
        Some(group) => permit(world, call, &group.project, id).map(|()| Landing::default()),
        None => Ok(Landing::default()),
    }
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let name = args(world, call)
        .text("name")
        .unwrap_or_default()
        .to_owned();
    let (project, _) = owner_of_new(world, call)?;
    let mut groups = world.instance_groups.iter();
    if groups.any(|group| group.project.id == project.id && *group.name == *name) {
        return Err(Fault::invalid(format!(
            "Unable to create vm group, a group with name {name} already exists for account {}",
            project.name
        )));
    }
    drop(groups);
    let id = world.instance_group_named(&project, &name);
    job::done(world, call, Some(id))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let (id, name) = (args.required_id("id")?, args.text("name").map(Into::into));
    if let (Some(group), Some(name)) = (world.instance_groups.get_mut(id), name) {
        group.name = name;
    }
    job::done(world, call, Some(id))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    world.remove_instance_group(id);
    job::done(world, call, None)
}
