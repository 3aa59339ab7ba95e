//! What changes a template, copies it, and takes it away.

use std::sync::Arc;

use uuid::Uuid;

use super::register::pairs;
use super::target;
use crate::api::cloudstack::commands::volumes::check_mode;
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::images::image::{Image, ImageStatus};
use crate::world::operations::Kind;

pub(super) fn update(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let mut image = Image::clone(target(&landing)?);
    let args = args(world, call);
    let text = |name| args.text(name).map(Arc::from);
    image.name = text("name").unwrap_or(image.name);
    image.updated = world.now();
    if let Some(gives) = args.flag("passwordenabled") {
        image.set_gives_password(gives);
    }
    let mut details = image
        .template
        .take()
        .map_or_else(|| usual(&image), |details| *details);
    details.display_text = text("displaytext").or(details.display_text);
    details.format = text("format").or(details.format);
    details.kind = text("templatetype").or(details.kind);
    details.tag = text("templatetag").or(details.tag);
    details.arch = text("arch").or(details.arch);
    details.os_type = args.id("ostypeid").or(details.os_type);
    details.sort_key = args.number("sortkey").unwrap_or(details.sort_key);
    let flag = |name, old| args.flag(name).unwrap_or(old);
    details.is_bootable = flag("bootable", details.is_bootable);
    details.needs_hvm = flag("requireshvm", details.needs_hvm);
    details.has_keys = flag("sshkeyenabled", details.has_keys);
    details.is_dynamically_scalable =
        flag("isdynamicallyscalable", details.is_dynamically_scalable);
    let said = pairs(&args);
    if args.flag("cleanupdetails") == Some(true) {
        details.details.clear();
    } else if !said.is_empty() {
        details.details = said;
    }
    image.template = Some(Box::new(details));
    let id = image.id;
    if let Some(known) = world.image_mut(id) {
        *known = image;
    }
    job::done(world, call, Some(id))
}

/// What is said of an image of which CloudStack knows no more.
pub(super) fn usual(image: &Image) -> crate::world::images::template::TemplateDetails {
    crate::world::images::template::TemplateDetails {
        is_featured: super::view::is_featured(image),
        is_bootable: true,
        needs_hvm: true,
        ..Default::default()
    }
}

pub(super) fn copy(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let image = target(&landing)?;
    let id = image.id;
    let args = args(world, call);
    let mut zones = args.ids("destzoneids").unwrap_or_default();
    zones.extend(args.id("destzoneid"));
    let is_ready = image.status == ImageStatus::Active;
    let user = caller(call)?.user.clone();
    let operation = if zones.is_empty() {
        Err(Fault::invalid("Please specify destination zones."))
    } else if !is_ready {
        Err(Fault::invalid(format!(
            "Template {} is not ready to be copied",
            image.name
        )))
    } else {
        Ok(world.copy_template(id, zones, user))
    };
    job::started(world, call, id, operation)
}

pub(super) fn delete(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let id = target(&landing)?.id;
    let forced = args(world, call).flag("forced") == Some(true);
    let verdict = match forced {
        true => Ok(()),
        false => check_unused(world, id),
    };
    let user = caller(call)?.user.clone();
    let operation = verdict.map(|()| world.do_to_template(id, Kind::DeleteTemplate, user));
    job::started(world, call, id, operation)
}

fn check_unused(world: &World, id: Uuid) -> Result<(), Fault> {
    let servers = world.servers();
    let users = servers.filter(|server| {
        let image = server.spec.image.as_ref().map(|image| image.id);
        let iso = server.machine().and_then(|machine| machine.iso);
        image == Some(id) || iso == Some(id)
    });
    let names: Vec<&str> = users.map(|server| &*server.spec.name).collect();
    if names.is_empty() {
        return Ok(());
    }
    Err(Fault::invalid(format!(
        "Unable to delete template with id: {id} because VM instances: [{}] are using it.",
        names.join(", ")
    )))
}

pub(super) fn extract(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let image = target(&landing)?;
    let is_allowed = image
        .template
        .as_ref()
        .is_some_and(|details| details.is_extractable);
    let verdict = match is_allowed || caller(call)?.is_admin() {
        true => check_mode(world, call),
        false => Err(Fault::new(
            FaultKind::Forbidden,
            format!(
                "Only owner or ROOT admin can extract a template that is not extractable: {}",
                image.id
            ),
        )),
    };
    job::conclude(world, call, Some(image.id), verdict)
}

/// Nothing is to be done: templates get to primary storage with the first machine.
pub(super) fn prepare(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    job::done(world, call, Some(target(&landing)?.id))
}
