//! Making servers.

mod disks;
mod shape;

use std::net::Ipv6Addr;
use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::schema::{self, is_yes, number};
use super::metadata::{Metadata, items};
use super::networking::{nics, security_groups};
use super::{Answer, Call, forbidden, quota, servers};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::place::{Level, Scope, Selector};
use crate::world::Draft;
use crate::world::accounts::{Project, Session};
use crate::world::images::image::{Image, ImageStatus};
use crate::world::offerings::flavor::Flavor;
use crate::world::server::{Manager, NovaDetails, Specification};
use crate::world::volume::{Disk, DiskSource, RootSource};
use crate::world::{Demand, World};
pub(super) use shape::{
    ADDRESS, CERTIFICATES, DESCRIPTION, DISK_CONFIG, FILE, HOST, HOSTNAME, METADATA,
    SHORT_HOSTNAME, TAG, TAGS, USER_DATA, format,
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
    if let Some(group) = spec.nova.as_ref().and_then(|nova| nova.group) {
        quota::check_members(world, spec.project.id, spec.user.id, group, number)?;
    }
    let reservation: Arc<str> = format!("r-{:08x}", u32::from_be_bytes(world.ids.bytes())).into();
    let (_, disks) = disks::of(world, call, wanted)?;
    check_disks(&disks, max)?;
    let mut first = None;
    for index in 0..number {
        let mut draft = Draft::clone(&draft);
        if max > 1 {
            draft.spec.name = format!("{}-{}", draft.spec.name, index + 1).into();
        }
        let host = if index == 0 {
            host
        } else {
            world.place(&draft.scope, Demand::of_new(&draft.spec))
        };
        let nova = draft.spec.nova_mut();
        (nova.reservation, nova.launch_index) = (Some(reservation.clone()), index);
        let id = world.create_server_with(draft, host, &disks, call.id)?;
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

/// Nova's limits on files to be put into a server: how many, and their bytes, of name and content.
const MOST_FILES: usize = 5;
const LONGEST_PATH: usize = 255;
const MOST_CONTENT: usize = 10_240;

/// Refuses more files, or larger ones, than may be put into a server.
pub(super) fn check_files(wanted: &Value) -> Result<(), Fault> {
    let refuse = |what: String| {
        let message = format!("Personality file {what}");
        Err(Fault::new(FaultKind::OverLimit, message))
    };
    let files = wanted.get("personality").and_then(Value::as_array);
    let files = files.map_or(&[][..], Vec::as_slice);
    let longest = |name: &str| {
        let lengths = files.iter().filter_map(|file| file.get(name)?.as_str());
        lengths.map(str::len).max().unwrap_or_default()
    };
    match () {
        () if files.len() > MOST_FILES => refuse("limit exceeded".to_owned()),
        () if longest("path") > LONGEST_PATH => {
            refuse(format!("path exceeds maximum {LONGEST_PATH}"))
        }
        // Four characters of Base64 are three bytes.
        () if longest("contents") / 4 * 3 > MOST_CONTENT => {
            refuse(format!("content exceeds maximum {MOST_CONTENT}"))
        }
        () => Ok(()),
    }
}

/// A volume that exists cannot be at several new servers.
fn check_disks(disks: &[Disk], servers: u64) -> Result<(), Fault> {
    let exists = |disk: &Disk| matches!(disk.source, DiskSource::Volume(_));
    match servers > 1 && disks.iter().any(exists) {
        true => Err(Fault::bad_request(
            "Cannot attach one or more volumes to multiple instances",
        )),
        false => Ok(()),
    }
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

/// An address of version 6 in its shortest form.
pub(super) fn canonical_ipv6(text: &str) -> Arc<str> {
    match text.parse::<Ipv6Addr>() {
        Ok(address) => address.to_string().into(),
        Err(_) => text.into(),
    }
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
    let flavor = flavor(world, call, &wanted["flavorRef"])?;
    let (image, _) = disks::of(world, call, wanted)?;
    let image = image.cloned();
    if let Some(image) = &image {
        check_image(image)?;
    }
    check_image_fits(image.as_deref(), &flavor)?;
    check_files(wanted)?;
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
        access_ipv6: text(wanted, "accessIPv6").map(canonical_ipv6),
        config_drive: wanted.get("config_drive").is_some_and(is_yes),
        nova: Some(Box::new(details(world, call, wanted)?)),
        ..Specification::new(name, (project, session.user.clone()), flavor, Manager::Nova)
    };
    Ok(Draft {
        spec,
        nics,
        security_groups,
        root: RootSource::Template,
        scope,
        starts: true,
    })
}

/// Where the server has to be: the zone that is asked for, and the host, which only admins may choose.
fn scope(world: &World, call: &Call, wanted: &Value) -> Result<Scope, Fault> {
    if text(wanted, "availability_zone").is_some_and(|zone| zone.matches(':').count() > 2) {
        return Err(Fault::bad_request(
            "Invalid input received: Unable to parse availability_zone",
        ));
    }
    let named = |level, name: &str| Scope::everywhere().with(level, Selector::Name(name.into()));
    let (zone, forced) = zone_and_host(wanted);
    if let Some(host) = forced {
        // A zone or host that there is not is found out by the scheduler.
        let is_allowed = call.is_admin();
        return is_allowed
            .then_some(named(Level::Host, host))
            .ok_or_else(|| forbidden("os_compute_api:servers:create:forced_host"));
    }
    let scope = match text(wanted, "host").or_else(|| text(wanted, "hypervisor_hostname")) {
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
    if !zone.is_empty() && !world.has_zone(zone) {
        return Err(Fault::bad_request(
            "The requested availability zone is not available",
        ));
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

pub(super) fn flavor(world: &World, call: &Call, wanted: &Value) -> Result<Arc<Flavor>, Fault> {
    let id = match wanted {
        Value::String(id) => id.rsplit('/').next().unwrap_or_default().to_owned(),
        other => other.to_string(),
    };
    let project = call.session.as_ref().and_then(|s| s.project.as_ref());
    let project = project.map(|project| project.id);
    let mut flavors = world.flavors.iter();
    let flavor = flavors.find(|flavor| *flavor.id == *id && flavor.is_for(project));
    flavor
        .cloned()
        .ok_or_else(|| Fault::bad_request(format!("Flavor {id} could not be found.")))
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
    match world.keypairs.get(session.user.id, name) {
        Some(pair) => Ok(Some(pair.name.clone())),
        None => Err(Fault::bad_request("Invalid key_name provided.")),
    }
}

fn details(world: &World, call: &Call, wanted: &Value) -> Result<NovaDetails, Fault> {
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
    let hints = hints.iter().find_map(|name| call.body.get(*name));
    Ok(NovaDetails {
        hostname: owned(wanted, "hostname"),
        tags: texts("tags", None),
        user_data: owned(wanted, "user_data"),
        resizes_disk: text(wanted, "OS-DCF:diskConfig") == Some("AUTO"),
        scheduler_hints: boxed(hints),
        trusted_certificates: boxed(wanted.get("trusted_image_certificates")),
        pinned_zone: (!zone.is_empty()).then(|| zone.into()),
        group: hints
            .map(|hints| group(world, hints))
            .transpose()?
            .flatten(),
        ..NovaDetails::default()
    })
}

/// The server group that the scheduler's hints name.
fn group(world: &World, hints: &Value) -> Result<Option<Uuid>, Fault> {
    let Some(wanted) = text(hints, "group") else {
        return Ok(None);
    };
    let id = Uuid::try_parse(wanted).ok();
    let known = id.and_then(|id| world.server_group(id));
    let missing = || Fault::bad_request(format!("Instance group {wanted} could not be found."));
    known.map(|group| Some(group.id)).ok_or_else(missing)
}
