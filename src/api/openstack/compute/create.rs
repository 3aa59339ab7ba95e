//! Making servers.

mod shape;

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::image::visible_image;
use super::super::schema::{self, is_yes, number};
use super::metadata::{Metadata, items};
use super::networking::{nics, security_groups};
use super::{Answer, Call, forbidden, quota, servers};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::place::{Level, Scope, Selector};
use crate::world::Draft;
use crate::world::World;
use crate::world::accounts::{Project, Session};
use crate::world::catalog::Flavor;
use crate::world::image::{Image, ImageStatus};
use crate::world::server::{Manager, NovaDetails, Specification};
pub(super) use shape::{
    CERTIFICATES, DESCRIPTION, DISK_CONFIG, FILE, HOST, HOSTNAME, METADATA, SHORT_HOSTNAME, TAG,
    TAGS, USER_DATA, format,
};

/// Checks what is asked for, in Nova's order, and places the first server.
pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    schema::check(&shape::BODY, &call.body, call.microversion)?;
    let wanted = &call.body["server"];
    let (_, max) = counts(wanted)?;
    Ok(Landing::on_new_server(
        world,
        draft(world, call, wanted)?,
        max,
    ))
}

pub(super) fn run(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let Target::NewServer { draft, host, .. } = landing.target else {
        return Err(Fault::new(FaultKind::Internal, ""));
    };
    let wanted = &call.body["server"];
    let (min, max) = counts(wanted)?;
    let spec = &draft.spec;
    let number = quota::check_servers(world, &spec.project, &spec.user, &spec.flavor, min, max)?;
    let reservation: Arc<str> = format!("r-{:08x}", u32::from_be_bytes(world.ids.bytes())).into();
    let mut first = None;
    for index in 0..number {
        let mut draft = Draft::clone(&draft);
        if max > 1 {
            draft.spec.name = format!("{}-{}", draft.spec.name, index + 1).into();
        }
        let host = if index == 0 {
            host
        } else {
            world.place(&draft.scope, &draft.spec.flavor)
        };
        let id = world.create_server(draft, host)?;
        if let Some(server) = world.server_mut(id) {
            let details = details(call, wanted, &reservation, index);
            server.spec.nova = Some(Box::new(details));
        }
        first = first.or(Some(id));
    }
    if wanted.get("return_reservation_id").is_some_and(is_yes) {
        return Ok(Answer::json(
            StatusCode::ACCEPTED,
            &json!({ "reservation_id": reservation }),
        ));
    }
    let password = password(world, wanted);
    let server = first.and_then(|id| world.server(id));
    let server = server.ok_or_else(|| Fault::new(FaultKind::Internal, ""))?;
    Ok(servers::created(world, call, server, &password))
}

/// The password that is asked for, or one of twelve letters, as Nova makes them.
pub(super) fn password(world: &mut World, wanted: &Value) -> Arc<str> {
    if let Some(password) = text(wanted, "adminPass") {
        return password.into();
    }
    let letters =
        |byte: u8| char::from(b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefgh"[usize::from(byte % 32)]);
    world
        .ids
        .bytes::<12>()
        .map(letters)
        .iter()
        .collect::<String>()
        .into()
}

fn text<'a>(wanted: &'a Value, name: &str) -> Option<&'a str> {
    wanted.get(name)?.as_str()
}

fn owned(wanted: &Value, name: &str) -> Option<Arc<str>> {
    text(wanted, name).map(Into::into)
}

/// How many servers at least, and at most.
fn counts(wanted: &Value) -> Result<(u64, u64), Fault> {
    let count = |name: &str| wanted.get(name).and_then(number);
    let min = count("min_count").unwrap_or(1);
    let max = count("max_count").unwrap_or(min);
    if min > max {
        return Err(Fault::bad_request("min_count must be <= max_count"));
    }
    Ok((min, max))
}

/// The project that a new server will belong to.
fn owner(session: &Session) -> Result<Arc<Project>, Fault> {
    session
        .project
        .clone()
        .ok_or_else(|| forbidden("os_compute_api:servers:create"))
}

fn draft(world: &World, call: &Call, wanted: &Value) -> Result<Draft, Fault> {
    let session = call.caller()?;
    let project = owner(session)?;
    let scope = scope(world, call, wanted)?;
    let nics = nics(world, call, wanted.get("networks"))?;
    let security_groups = security_groups(world, &project, wanted)?;
    let image = image_ref(wanted)?;
    let flavor = flavor(world, call, &wanted["flavorRef"])?;
    let image = image
        .map(|id| {
            visible_image(world, call, &id.to_string())
                .cloned()
                .ok_or_else(no_image)
        })
        .transpose()?;
    if let Some(image) = &image {
        check_image(image)?;
    }
    check_image_fits(image.as_deref(), &flavor)?;
    check_block_devices(world, wanted)?;
    let metadata = metadata(world, project.id, wanted)?;
    let name: Arc<str> = text(wanted, "name").unwrap_or_default().into();
    let spec = Specification {
        // Before 2.19, Nova kept the name there.
        description: match call.microversion {
            0..=18 => owned(wanted, "name"),
            _ => owned(wanted, "description"),
        },
        image,
        key_name: key_name(world, session, wanted)?,
        metadata,
        access_ipv4: owned(wanted, "accessIPv4"),
        access_ipv6: owned(wanted, "accessIPv6"),
        config_drive: wanted.get("config_drive").is_some_and(is_yes),
        ..Specification::new(name, (project, session.user.clone()), flavor, Manager::Nova)
    };
    Ok(Draft {
        spec,
        nics,
        security_groups,
        scope,
        starts: true,
    })
}

/// Where the server has to be: the zone that is asked for, and the host, which only admins may choose.
fn scope(world: &World, call: &Call, wanted: &Value) -> Result<Scope, Fault> {
    let named = |level, name: &str| Scope::everywhere().with(level, Selector::Name(name.into()));
    let (zone, forced) = zone_and_host(wanted);
    if let Some(host) = forced {
        // A zone or host that there is not is found out by the scheduler.
        let is_allowed = call.is_admin();
        let scope = named(Level::Host, host).with(Level::Zone, Selector::Name(zone.into()));
        return is_allowed
            .then_some(scope)
            .ok_or_else(|| forbidden("os_compute_api:servers:create:forced_host"));
    }
    let mut scope = match text(wanted, "host").or_else(|| text(wanted, "hypervisor_hostname")) {
        None => Scope::everywhere(),
        Some(_) if !call.is_admin() => {
            return Err(forbidden("compute:servers:create:requested_destination"));
        }
        Some(host)
            if !world
                .topology
                .hosts()
                .any(|(_, known)| *known.name == *host) =>
        {
            return Err(Fault::bad_request(format!(
                "Compute host {host} could not be found."
            )));
        }
        Some(host) => named(Level::Host, host),
    };
    if !zone.is_empty() {
        if world.topology.zone_named(zone).is_none() {
            return Err(Fault::bad_request(
                "The requested availability zone is not available",
            ));
        }
        scope = scope.with(Level::Zone, Selector::Name(zone.into()));
    }
    Ok(scope)
}

/// `zone`, `zone:host` or `zone:host:node`, as the client wrote it.
fn zone_and_host(wanted: &Value) -> (&str, Option<&str>) {
    let mut parts = text(wanted, "availability_zone")
        .unwrap_or_default()
        .split(':');
    let zone = parts.next().unwrap_or_default();
    (zone, parts.next().filter(|host| !host.is_empty()))
}

/// The image that is asked for, by itself or as the first disk. `None` to boot from something else.
fn image_ref(wanted: &Value) -> Result<Option<Uuid>, Fault> {
    let devices = devices(wanted);
    let first_disk = devices.iter().find(|device| {
        let boot_index = device.get("boot_index").and_then(number);
        boot_index == Some(0) && text(device, "source_type") == Some("image")
    });
    let id = text(wanted, "imageRef").filter(|id| !id.is_empty());
    let id = id.or_else(|| first_disk.and_then(|device| text(device, "uuid")));
    match id.map(Uuid::try_parse) {
        Some(Ok(id)) => Ok(Some(id)),
        Some(Err(_)) => Err(Fault::bad_request("Can not find requested image")),
        None if devices.is_empty() => Err(Fault::bad_request("Missing imageRef attribute")),
        None => Ok(None),
    }
}

fn devices(wanted: &Value) -> &[Value] {
    wanted
        .get("block_device_mapping_v2")
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn no_image() -> Fault {
    Fault::bad_request("Can not find requested image")
}

/// Whether an image is fit for use.
pub(super) fn check_image(image: &Image) -> Result<(), Fault> {
    match image.status {
        ImageStatus::Active => Ok(()),
        _ => Err(Fault::bad_request(format!(
            "Image {} is not active.",
            image.id
        ))),
    }
}

/// Whether a flavor is large enough for what an image says that it needs.
pub(super) fn check_image_fits(image: Option<&Image>, flavor: &Flavor) -> Result<(), Fault> {
    const GIB: u64 = 1 << 30;
    let Some(image) = image else {
        return Ok(());
    };
    if flavor.memory < image.min_ram {
        return Err(Fault::bad_request(
            "Flavor's memory is too small for requested image.",
        ));
    }
    let disk = flavor.disk.saturating_mul(GIB);
    let (size, min_disk) = (image.size.unwrap_or(0), image.min_disk.saturating_mul(GIB));
    // A flavor without a disk takes that of the image.
    match flavor.disk {
        0 => Ok(()),
        _ if size > disk => Err(Fault::bad_request(format!(
            "Flavor's disk is too small for requested image. Flavor disk is {disk} bytes, image is {size} \
             bytes."
        ))),
        _ if min_disk > disk => Err(Fault::bad_request(format!(
            "Flavor's disk is smaller than the minimum size specified in image metadata. Flavor disk is \
             {disk} bytes, minimum size is {min_disk} bytes."
        ))),
        _ => Ok(()),
    }
}

pub(super) fn flavor(world: &World, _: &Call, wanted: &Value) -> Result<Arc<Flavor>, Fault> {
    let id = match wanted {
        Value::String(id) => id.rsplit('/').next().unwrap_or_default().to_owned(),
        other => other.to_string(),
    };
    let flavor = world.flavors.iter().find(|flavor| *flavor.id == *id);
    flavor
        .cloned()
        .ok_or_else(|| Fault::bad_request(format!("Flavor {id} could not be found.")))
}

/// There is no volume service: what boots from one, or needs one, cannot be.
fn check_block_devices(world: &World, wanted: &Value) -> Result<(), Fault> {
    let invalid = |why: &str| {
        Err(Fault::bad_request(format!(
            "Block Device Mapping is Invalid: {why}."
        )))
    };
    for device in devices(wanted) {
        let id = text(device, "uuid").unwrap_or_default();
        let is_first = device.get("boot_index").and_then(number) == Some(0);
        match (
            text(device, "source_type"),
            text(device, "destination_type"),
        ) {
            (Some("image"), _)
                if Uuid::try_parse(id)
                    .ok()
                    .and_then(|id| world.image(id))
                    .is_none() =>
            {
                return invalid(&format!("failed to get image {id}"));
            }
            (Some("image"), Some("local") | None) if !is_first => {
                return invalid("Mapping image to local is not supported");
            }
            (Some("image"), Some("local") | None) | (Some("blank"), Some("local") | None) => {}
            (Some("volume"), _) => return invalid(&format!("failed to get volume {id}")),
            (Some("snapshot"), _) => return invalid(&format!("failed to get snapshot {id}")),
            _ => return invalid("failed to create the volume: there is no volume service"),
        }
    }
    Ok(())
}

fn metadata(world: &World, project: Uuid, wanted: &Value) -> Result<Metadata, Fault> {
    let items = items(wanted.get("metadata").unwrap_or(&Value::Null));
    quota::check_metadata(world, project, items.len())?;
    Ok(items)
}

pub(super) fn key_name(
    world: &World,
    session: &Session,
    wanted: &Value,
) -> Result<Option<Arc<str>>, Fault> {
    let Some(name) = text(wanted, "key_name") else {
        return Ok(None);
    };
    let is_known = world
        .keypairs
        .iter()
        .any(|pair| pair.user == session.user.id && *pair.name == *name);
    if is_known {
        Ok(Some(name.into()))
    } else {
        Err(Fault::bad_request("Invalid key_name provided."))
    }
}

fn details(call: &Call, wanted: &Value, reservation: &Arc<str>, index: u64) -> NovaDetails {
    let texts = |name: &str, key: Option<&str>| -> Vec<Arc<str>> {
        let items = wanted
            .get(name)
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let item = |item: &Value| {
            key.map_or(Some(item), |key| item.get(key))?
                .as_str()
                .map(Into::into)
        };
        items.filter_map(item).collect()
    };
    let (zone, _) = zone_and_host(wanted);
    let boxed = |value: Option<&Value>| value.cloned().map(Box::new);
    let hints = ["os:scheduler_hints", "OS-SCH-HNT:scheduler_hints"];
    NovaDetails {
        hostname: owned(wanted, "hostname"),
        tags: texts("tags", None),
        user_data: owned(wanted, "user_data"),
        resizes_disk: text(wanted, "OS-DCF:diskConfig") == Some("AUTO"),
        scheduler_hints: boxed(hints.iter().find_map(|name| call.body.get(*name))),
        trusted_certificates: boxed(wanted.get("trusted_image_certificates")),
        pinned_zone: (!zone.is_empty()).then(|| zone.into()),
        reservation: Some(reservation.clone()),
        launch_index: index,
    }
}
