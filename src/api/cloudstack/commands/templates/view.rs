//! How a template or an ISO looks on the wire.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::owner_of;
use crate::api::cloudstack::commands::{date, domain, joined, owner, tags};
use crate::api::cloudstack::entity::root_domain;
use crate::api::cloudstack::table::Viewer;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::images::image::{Image, ImageStatus, Visibility};
use crate::world::images::os_type;
use crate::world::images::template::TemplateDetails;

/// The hypervisor of the first cluster; templates of which nobody says more are said to be for it.
pub(in crate::api::cloudstack::commands) fn usual_hypervisor(world: &World) -> &str {
    let first = world.topology.clusters().next();
    first.map_or("Simulator", |cluster| cluster.hypervisor())
}

pub(in crate::api::cloudstack::commands) fn hypervisor<'a>(
    world: &'a World,
    image: &'a Image,
) -> &'a str {
    let details = image.template.as_deref();
    match details.and_then(|details| details.hypervisor.as_deref()) {
        Some(hypervisor) => hypervisor,
        None if image.is_iso() => "None",
        None => usual_hypervisor(world),
    }
}

/// What it is said to hold: the id and the name.
pub(in crate::api::cloudstack::commands) fn os_type(
    world: &World,
    image: Option<&Image>,
) -> (Uuid, String) {
    let details = image.and_then(|image| image.template.as_deref());
    let id = details.and_then(|details| details.os_type);
    let known = id.and_then(|id| world.os_types.get(id));
    match known {
        Some(known) => (known.id, known.name.to_string()),
        None => (os_type::id_of(os_type::USUAL), os_type::USUAL.to_owned()),
    }
}

pub(in crate::api::cloudstack::commands) fn display_text(image: &Image) -> &str {
    let details = image.template.as_deref();
    let text = details.and_then(|details| details.display_text.as_ref());
    text.unwrap_or(&image.name)
}

/// Whether it is among those that the cloud recommends: what Image offers to everybody is, where nobody says.
pub(super) fn is_featured(image: &Image) -> bool {
    match &image.template {
        Some(details) => details.is_featured,
        None => image.visibility == Visibility::Public,
    }
}

fn format(image: &Image) -> String {
    let details = image.template.as_deref();
    let said = details.and_then(|details| details.format.as_deref());
    let known = said.or(image.disk_format.as_deref()).unwrap_or("qcow2");
    known.to_ascii_uppercase()
}

fn status(image: &Image) -> String {
    let failure = image
        .template
        .as_ref()
        .and_then(|details| details.failure.as_ref());
    match (image.status, failure) {
        (ImageStatus::Active, _) => "Download Complete".into(),
        (_, Some(failure)) => failure.to_string(),
        (ImageStatus::Deactivated, None) => "Bypassed Secondary Storage".into(),
        (_, None) => "Not Downloaded".into(),
    }
}

pub(super) fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    Some(template(world, world.image(id)?, None))
}

/// A template, in a zone that is asked for.
pub(super) fn template(world: &World, image: &Image, zone: Option<Uuid>) -> Value {
    let usual = TemplateDetails {
        is_bootable: true,
        needs_hvm: true,
        ..TemplateDetails::default()
    };
    let details = image.template.as_deref().unwrap_or(&usual);
    let (os_type_id, os_type_name) = os_type(world, Some(image));
    let zone = zone.or(details.zones.first().copied());
    let zone = match zone {
        Some(zone) => world.topology.zone(zone),
        None => world.topology.zones().next(),
    };
    let words = details.details.iter();
    let words: Map<String, Value> = words
        .map(|(name, value)| (name.to_string(), json!(value)))
        .collect();
    let linked = details.user_data;
    let user_data = linked.and_then(|(id, _)| world.user_data.get(id));
    let own = json!({
        "id": image.id,
        "name": image.name,
        "userdataid": user_data.map(|data| data.id),
        "userdataname": user_data.map(|data| &data.name),
        "userdataparams": user_data.and_then(|data| data.params.as_ref()),
        "userdatapolicy": linked.map(|(_, policy)| policy.word()),
        "displaytext": display_text(image),
        "format": format(image),
        "hypervisor": hypervisor(world, image),
        "ostypeid": os_type_id,
        "ostypename": os_type_name,
        "status": status(image),
        "isready": image.status == ImageStatus::Active,
        "ispublic": matches!(image.visibility, Visibility::Public | Visibility::Community),
        "isfeatured": is_featured(image),
        "isextractable": details.is_extractable,
        "crossZones": details.zones.is_empty(),
        "passwordenabled": image.gives_password(),
        "sshkeyenabled": details.has_keys,
        "isdynamicallyscalable": details.is_dynamically_scalable,
        "requireshvm": details.needs_hvm,
        "deployasis": false,
        "directdownload": false,
        "bootable": details.is_bootable,
        "templatetype": details.kind.as_deref().unwrap_or("USER"),
        "templatetag": details.tag,
        "bits": details.bits.unwrap_or(64),
        "arch": details.arch.as_deref().unwrap_or("x86_64"),
        "checksum": details.checksum,
        "url": details.url,
        "size": image.size,
        "physicalsize": image.size,
        "zoneid": zone.map(|zone| zone.id),
        "zonename": zone.map(|zone| &zone.name),
        "created": date(image.created),
        "details": words,
        "tags": tags::of(world, image.id),
    });
    joined(own, belonging(world, image))
}

fn belonging(world: &World, image: &Image) -> Map<String, Value> {
    let Some(account) = owner_of(world, image) else {
        let mut members = domain(world, Some(root_domain()));
        members.insert("account".into(), json!("admin"));
        return members;
    };
    let mut members = owner(world, account);
    members.insert("accountid".into(), json!(account.id));
    members
}

/// A template that can be downloaded, and from where.
pub(super) fn show_extracted(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let suffix = format(world.image(id)?).to_ascii_lowercase();
    let offer = [
        ("extractId", json!(id)),
        ("extractMode", json!("HTTP_DOWNLOAD")),
        ("state", json!("DOWNLOAD_URL_CREATED")),
        ("storagetype", json!("secondary")),
        (
            "url",
            json!(format!("https://secondary.storage/userdata/{id}.{suffix}")),
        ),
    ];
    let offer = offer.map(|(name, value)| (name.to_owned(), value));
    Some(joined(show(world, id, viewer)?, offer))
}

/// # Errors
/// When the hypervisor is none that the service knows.
pub(super) fn check_hypervisor(name: &str) -> Result<(), Fault> {
    const KNOWN: [&str; 11] = [
        "Any",
        "BareMetal",
        "Hyperv",
        "KVM",
        "LXC",
        "None",
        "Ovm3",
        "Simulator",
        "VMware",
        "XenServer",
        "Custom",
    ];
    if KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    Err(Fault::invalid(format!(
        "Hypervisor Type: {name} is invalid. Supported Hypervisor types are {}",
        KNOWN.join(", ")
    )))
}
