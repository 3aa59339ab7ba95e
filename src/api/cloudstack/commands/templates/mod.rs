//! Templates and ISOs, which OpenStack calls images.

mod change;
mod drive;
mod list;
mod make;
mod permissions;
mod register;
mod user_data;
mod view;

use std::sync::Arc;

use uuid::Uuid;

use crate::api::cloudstack::table::Row;
use crate::api::cloudstack::{args, caller};
use crate::api::{Call, Landing, Target};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::Project;
use crate::world::images::image::Image;

pub(super) use view::{display_text, hypervisor, os_type, usual_hypervisor};

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listTemplates", list::templates).showing(view::show),
    Row::new(
        "cloudstack.registerTemplate",
        register::land,
        register::register,
    )
    .showing(view::show),
    Row::new("cloudstack.createTemplate", make::land, make::create).showing(view::show),
    Row::new(
        "cloudstack.linkUserDataToTemplate",
        user_data::land,
        user_data::link,
    )
    .showing(view::show),
    Row::new("cloudstack.updateTemplate", land, change::update).showing(view::show),
    Row::new("cloudstack.copyTemplate", land, change::copy).showing(view::show),
    Row::new("cloudstack.deleteTemplate", land, change::delete),
    Row::new("cloudstack.extractTemplate", land, change::extract).showing(view::show_extracted),
    Row::new(
        "cloudstack.prepareTemplate",
        land_templateid,
        change::prepare,
    )
    .showing(view::show),
    Row::new(
        "cloudstack.listTemplatePermissions",
        land,
        permissions::list,
    )
    .looking(),
    Row::new(
        "cloudstack.updateTemplatePermissions",
        land,
        permissions::update,
    ),
    Row::read("cloudstack.listIsos", list::isos).showing(view::show),
    Row::new("cloudstack.registerIso", register::land, register::register).showing(view::show),
    Row::new("cloudstack.updateIso", land, change::update).showing(view::show),
    Row::new("cloudstack.copyIso", land, change::copy).showing(view::show),
    Row::new("cloudstack.deleteIso", land, change::delete),
    Row::new("cloudstack.extractIso", land, change::extract).showing(view::show_extracted),
    Row::new("cloudstack.attachIso", drive::land, drive::attach).showing(drive::show),
    Row::new("cloudstack.detachIso", drive::land, drive::detach).showing(drive::show),
    Row::new("cloudstack.listIsoPermissions", land, permissions::list).looking(),
    Row::new("cloudstack.updateIsoPermissions", land, permissions::update),
    Row::new(
        "cloudstack.getUploadParamsForTemplate",
        register::land,
        register::upload,
    ),
    Row::new(
        "cloudstack.getUploadParamsForIso",
        register::land,
        register::upload,
    ),
    Row::new(
        "cloudstack.getUploadParamsForVolume",
        Landing::nowhere,
        register::upload_volume,
    ),
];

/// Finds the template that the `id` argument names, to be read or changed.
fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    land_on(world, call, "id")
}

fn land_templateid(world: &World, call: &Call) -> Result<Landing, Fault> {
    land_on(world, call, "templateid")
}

/// # Errors
/// When it is gone, or neither the caller's nor public where the command only looks or copies.
fn land_on(world: &World, call: &Call, name: &str) -> Result<Landing, Fault> {
    let id = args(world, call).required_id(name)?;
    let image = template(world, id)?;
    let caller = caller(call)?;
    let own = caller.project.as_ref();
    let is_own = own.is_some_and(|own| image.is_owned_by(own));
    let only_looks = call.operation.is_read || !changes(call);
    let is_seen = only_looks && own.is_some_and(|own| image.is_visible_to(own));
    if is_own || is_seen || caller.is_admin() {
        return Ok(Landing::on(Target::Image(image.clone())));
    }
    let account = &caller.user.name;
    let message =
        format!("Account {account} does not have permission to operate with resource {id}");
    Err(Fault::new(FaultKind::Forbidden, message))
}

/// Whether a command changes its template, which only the owner may.
fn changes(call: &Call) -> bool {
    let name = call.command.spec().short_name();
    let reads = ["copy", "extract", "prepare"];
    !reads.iter().any(|verb| name.starts_with(verb))
}

/// # Errors
/// When it is gone.
fn template(world: &World, id: Uuid) -> Result<&Arc<Image>, Fault> {
    let missing = || Fault::invalid(format!("unable to find template with id {id}"));
    world.image(id).ok_or_else(missing)
}

/// The template that a call landed on.
///
/// # Errors
/// When it is none.
fn target(landing: &Landing) -> Result<&Arc<Image>, Fault> {
    match &landing.target {
        Target::Image(image) => Ok(image),
        _ => Err(Fault::invalid(
            "Unable to find a template with the specified id",
        )),
    }
}

/// The owner of a template, if it is one of this cloud's.
fn owner_of<'a>(world: &'a World, image: &Image) -> Option<&'a Arc<Project>> {
    let id = Uuid::try_parse(image.owner.as_deref()?).ok()?;
    world.accounts.project(id)
}
