//! Templates and ISOs that are brought from afar, or uploaded.

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::view::check_hypervisor;
use crate::api::cloudstack::access::owner_of_new;
use crate::api::cloudstack::commands::volumes::check_url;
use crate::api::cloudstack::commands::{date, joined};
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::{args, caller, command_name, envelope, job};
use crate::api::{Answer, Call, Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::id_text;
use crate::world::images::image::{Image, ImageStatus, Visibility};
use crate::world::images::template::TemplateDetails;
use crate::world::volume::{DiskDetails, Stage, VolumeDraft};

/// Each format with what Image calls it.
const FORMATS: [(&str, &str); 8] = [
    ("QCOW2", "qcow2"),
    ("RAW", "raw"),
    ("VHD", "vhd"),
    ("VHDX", "vhdx"),
    ("OVA", "vmdk"),
    ("VMDK", "vmdk"),
    ("TAR", "raw"),
    ("BareMetal", "raw"),
];

pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let args = args(world, call);
    if let Some(url) = args.text("url") {
        check_url(url)?;
    }
    let mut image = described(world, call)?;
    let is_iso = command_name(call).ends_with("Iso");
    let said = args.text("format").unwrap_or_default();
    let (format, disk_format) = if is_iso {
        ("ISO", "iso")
    } else {
        check_hypervisor(args.text("hypervisor").unwrap_or_default())?;
        let known = FORMATS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(said));
        *known.ok_or_else(|| Fault::invalid(format!("Invalid template format: {said}")))?
    };
    image.disk_format = Some(disk_format.into());
    let details = image.template_mut();
    details.format = Some(format.into());
    details.url = args.text("url").map(Into::into);
    Ok(Landing::on(Target::NewImage(Box::new(image))))
}

/// A template without data, with all that a call says of it.
pub(super) fn described(world: &World, call: &Call) -> Result<Image, Fault> {
    let args = args(world, call);
    let (project, _) = owner_of_new(world, call)?;
    let is_admin = caller(call)?.is_admin();
    let is_on = |name| args.flag(name) == Some(true);
    let zones = args.ids("zoneids").unwrap_or_default();
    let mut image = Image::new(
        Uuid::nil(),
        args.text("name").unwrap_or_default(),
        world.now(),
    );
    image.owner = Some(id_text(project.id).into());
    image.container_format = Some("bare".into());
    image.visibility = match is_on("ispublic") {
        true => Visibility::Public,
        false => Visibility::Shared,
    };
    image.set_gives_password(is_on("passwordenabled"));
    image.template = Some(Box::new(TemplateDetails {
        os_type: args.id("ostypeid"),
        hypervisor: args.text("hypervisor").map(Into::into),
        zones: args.id("zoneid").into_iter().chain(zones).collect(),
        is_featured: is_admin && is_on("isfeatured"),
        is_extractable: is_on("isextractable"),
        is_bootable: args.flag("bootable").unwrap_or(true),
        is_dynamically_scalable: is_on("isdynamicallyscalable"),
        has_keys: is_on("sshkeyenabled"),
        needs_hvm: args.flag("requireshvm").unwrap_or(true),
        details: pairs(&args),
        ..texts(&args)
    }));
    Ok(image)
}

fn texts(args: &Args<'_>) -> TemplateDetails {
    let text = |name| args.text(name).map(Arc::from);
    TemplateDetails {
        display_text: text("displaytext"),
        checksum: text("checksum"),
        kind: text("templatetype"),
        tag: text("templatetag"),
        arch: text("arch"),
        bits: args.number("bits"),
        ..TemplateDetails::default()
    }
}

pub(super) fn pairs(args: &Args<'_>) -> Vec<(Arc<str>, Arc<str>)> {
    let pairs = args.map("details").into_iter();
    pairs
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

fn new_image(world: &mut World, landing: Landing) -> Result<Image, Fault> {
    match landing.target {
        Target::NewImage(image) => Ok(Image {
            id: world.ids.uuid(),
            ..*image
        }),
        _ => Err(Fault::invalid("There is no template to register")),
    }
}

/// Answers at once; whether it is ready, clients ask later.
pub(super) fn register(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let image = new_image(world, landing)?;
    let (id, user) = (image.id, caller(call)?.user.clone());
    world.register_template(image, user);
    job::done(world, call, Some(id))
}

pub(super) fn upload(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let image = Image {
        status: ImageStatus::Queued,
        ..new_image(world, landing)?
    };
    let id = image.id;
    world.add_image(image);
    Ok(where_to(world, call, id))
}

pub(super) fn upload_volume(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let name = args.text("name").unwrap_or_default();
    let draft = world.disk_draft(name.into(), owner_of_new(world, call)?, 1);
    let disk = DiskDetails {
        offering: args.id("diskofferingid"),
        stage: Stage::NotUploaded,
        ..DiskDetails::default()
    };
    let id = world.add_disk(VolumeDraft {
        disk: Some(Box::new(disk)),
        ..draft
    });
    Ok(where_to(world, call, id))
}

/// Where something is to be uploaded to. Nothing listens there.
fn where_to(world: &World, call: &Call, id: Uuid) -> Answer {
    let expires = world.now() + TimeDelta::minutes(10);
    let params = json!({
        "id": id,
        "postURL": format!("https://secondary.storage/upload/{id}"),
        "metadata": id.simple().to_string(),
        "signature": id.simple().to_string(),
        "expires": date(expires),
    });
    let content = joined(json!({}), [("getuploadparams".to_owned(), params)]);
    envelope::success(command_name(call), content)
}
