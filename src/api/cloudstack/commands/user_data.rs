//! User data that is kept under names, for machines to be given.

use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

use super::{joined, kept, owner};
use crate::api::cloudstack::access::{check_use, owner_of_new};
use crate::api::cloudstack::fault::invalid;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::Project;
use crate::world::images::image::Image;
use crate::world::labels::UserData;

pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.registerUserData", land_new, register).showing(show),
    Row::new("cloudstack.deleteUserData", land, delete),
    Row::read("cloudstack.listUserData", list).showing(show),
];

fn owner_of<'a>(world: &'a World, data: &UserData) -> Option<&'a Arc<Project>> {
    world.accounts.project(data.project)
}

fn land_new(world: &World, call: &Call) -> Result<Landing, Fault> {
    let (account, _) = owner_of_new(world, call)?;
    let name = args(world, call).text("name").unwrap_or_default();
    let is_same = |data: &UserData| data.project == account.id && *data.name == *name;
    if world.user_data.iter().any(is_same) {
        return Err(invalid(format!(
            "A userdata with name {name} already exists for this account."
        )));
    }
    Ok(Landing::default())
}

fn register(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (account, _) = owner_of_new(world, call)?;
    let id = world.ids.uuid();
    let args = args(world, call);
    let data = UserData {
        id,
        name: args.text("name").unwrap_or_default().into(),
        project: account.id,
        data: args.text("userdata").unwrap_or_default().into(),
        params: kept(args.text("params")),
    };
    world.user_data.insert(id, data);
    job::done(world, call, Some(id))
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let id = args(world, call).required_id("id")?;
    let owner = world
        .user_data
        .get(id)
        .and_then(|data| owner_of(world, data));
    if let Some(owner) = owner {
        check_use(world, caller(call)?, owner, id)?;
    }
    Ok(Landing::default())
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    let is_linked = |image: &Arc<Image>| {
        let linked = image
            .template
            .as_ref()
            .and_then(|details| details.user_data);
        linked.is_some_and(|(linked, _)| linked == id)
    };
    if world.images.iter().any(is_linked) {
        let name = world
            .user_data
            .get(id)
            .map_or_else(Arc::default, |data| data.name.clone());
        return Err(Fault::new(
            FaultKind::Internal,
            format!(
                "Userdata {name} cannot be removed as it is linked to active template/templates"
            ),
        ));
    }
    world.user_data.remove(id);
    job::done(world, call, Some(id))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let data = world.user_data.iter().filter(|data| {
        owner_of(world, data).is_some_and(|owner| listing.shows(owner))
            && listing.wants(data.id, &data.name)
    });
    Ok(listing.shown(data.map(|data| data.id)))
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let data = world.user_data.get(id)?;
    let whose = owner_of(world, data);
    let own = json!({
        "id": id,
        "name": data.name,
        "userdata": data.data,
        "params": data.params,
        "accountid": whose.map(|whose| whose.id),
    });
    Some(joined(
        own,
        whose.map(|whose| owner(world, whose)).unwrap_or_default(),
    ))
}
