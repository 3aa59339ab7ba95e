//! The disks that a new server is asked to have: its own, and volumes.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::super::super::image::visible_image;
use super::super::super::schema::{is_yes, number};
use super::super::super::volume::{image_metadata, visible_snapshot, visible_volume};
use super::super::Call;
use super::super::volume_attachments::check_attachable;
use super::{check_image, owner, text};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::images::image::Image;
use crate::world::volume::{Disk, DiskSource, Origin, Pairs, Status, VolumeDraft, VolumeType};

/// A block device, in the newer of the two forms that clients write.
struct Device<'a> {
    source: &'a str,
    destination: &'a str,
    id: &'a str,
    boot_index: Option<u64>,
    /// In GiB.
    size: Option<u64>,
    deletes_volume: bool,
    tag: Option<&'a str>,
    name: Option<&'a str>,
    volume_type: Option<&'a str>,
}

/// What servers are asked to have beside a flavor: an image to boot from, or volumes.
pub(super) fn of<'a>(
    world: &'a World,
    call: &'a Call,
    wanted: &'a Value,
) -> Result<(Option<&'a Arc<Image>>, Vec<Disk>), Fault> {
    check_forms(wanted)?;
    let devices = devices(wanted);
    let image = image(world, call, wanted, &devices)?;
    check_boot_order(wanted, &devices)?;
    let mut disks = Vec::new();
    for device in &devices {
        disks.extend(disk(world, call, device)?);
    }
    // The volume that it boots from comes first.
    disks.sort_by_key(|disk| !disk.is_root);
    Ok((image, disks))
}

fn devices(wanted: &Value) -> Vec<Device<'_>> {
    let is_there = |device: &&Value| device.get("no_device").is_none_or(|no| !is_yes(no));
    let old = listed(wanted, "block_device_mapping").filter(is_there);
    let old = old
        .enumerate()
        .map(|(position, device)| old_device(device, position));
    let new = listed(wanted, "block_device_mapping_v2").filter(is_there);
    old.chain(new.map(new_device)).collect()
}

fn listed<'a>(wanted: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    let devices = wanted.get(name).and_then(Value::as_array);
    devices.into_iter().flatten()
}

/// What can be said of each device alone, whatever there is in the cloud.
fn check_forms(wanted: &Value) -> Result<(), Fault> {
    let names = |device: &Value, ids: &[&str]| ids.iter().any(|id| device.get(*id).is_some());
    for device in listed(wanted, "block_device_mapping") {
        if !names(device, &["volume_id", "snapshot_id", "no_device"]) {
            return Err(invalid("Unrecognized legacy format."));
        }
    }
    for device in listed(wanted, "block_device_mapping_v2") {
        let (source, destination) = (
            text(device, "source_type"),
            text(device, "destination_type"),
        );
        let has_id = names(device, &["uuid", "volume_id", "snapshot_id", "image_id"]);
        if source != Some("blank") && !has_id && !names(device, &["no_device"]) {
            return Err(invalid("Missing device UUID."));
        }
        let is_local = destination == Some("local");
        if is_local
            && source == Some("image")
            && device.get("boot_index").and_then(number) != Some(0)
        {
            return Err(invalid("Mapping image to local is not supported."));
        }
        if is_local && text(device, "volume_type").is_some() {
            return Err(invalid(
                "Specifying a volume_type with destination_type=local is not supported.",
            ));
        }
    }
    Ok(())
}

fn new_device(device: &Value) -> Device<'_> {
    let source = text(device, "source_type").unwrap_or("blank");
    let usual = match source {
        "volume" | "snapshot" => "volume",
        _ => "local",
    };
    let id = ["uuid", "volume_id", "snapshot_id", "image_id"];
    let destination = text(device, "destination_type").unwrap_or(usual);
    Device {
        id: id
            .iter()
            .find_map(|name| text(device, name))
            .unwrap_or_default(),
        source,
        destination,
        boot_index: device.get("boot_index").and_then(number),
        ..common(device)
    }
}

/// The older form knows volumes and snapshots; the first of them, or the one called `vda`, is booted from.
fn old_device(device: &Value, position: usize) -> Device<'_> {
    let name = text(device, "device_name").unwrap_or_default();
    let is_first = name.trim_start_matches("/dev/") == "vda" || (name.is_empty() && position == 0);
    let (source, id) = match (text(device, "volume_id"), text(device, "snapshot_id")) {
        (Some(volume), _) => ("volume", volume),
        (None, Some(snapshot)) => ("snapshot", snapshot),
        (None, None) => ("blank", ""),
    };
    Device {
        source,
        id,
        destination: "volume",
        boot_index: is_first.then_some(0),
        ..common(device)
    }
}

/// What both forms say alike.
fn common(device: &Value) -> Device<'_> {
    Device {
        source: "",
        destination: "",
        id: "",
        boot_index: None,
        size: device.get("volume_size").and_then(number),
        deletes_volume: device.get("delete_on_termination").is_some_and(is_yes),
        tag: text(device, "tag"),
        name: text(device, "device_name"),
        volume_type: text(device, "volume_type"),
    }
}

fn invalid(why: &str) -> Fault {
    Fault::bad_request(format!("Block Device Mapping is Invalid: {why}"))
}

/// The image that the server's own disk is a copy of. `None` to boot from a volume.
fn image<'a>(
    world: &'a World,
    call: &Call,
    wanted: &'a Value,
    devices: &[Device<'a>],
) -> Result<Option<&'a Arc<Image>>, Fault> {
    let no_image = || Fault::bad_request("Can not find requested image");
    let is_own = |device: &&Device<'_>| {
        device.source == "image" && device.destination == "local" && device.boot_index == Some(0)
    };
    let named = text(wanted, "imageRef").filter(|id| !id.is_empty());
    let id = named.or_else(|| devices.iter().find(is_own).map(|device| device.id));
    let boots_from_volume = devices
        .iter()
        .any(|device| device.destination == "volume" && device.boot_index == Some(0));
    match id {
        None if devices.is_empty() => Err(Fault::bad_request("Missing imageRef attribute")),
        None => Ok(None),
        Some(id) if Uuid::try_parse(id).is_err() => Err(no_image()),
        Some(id) => {
            let image = visible_image(world, call, id).ok_or_else(no_image)?;
            Ok((!boots_from_volume).then_some(image))
        }
    }
}

fn check_boot_order(wanted: &Value, devices: &[Device<'_>]) -> Result<(), Fault> {
    // The older form adds the server's own disk by itself, the newer one has to name it.
    let has_image = text(wanted, "imageRef").is_some_and(|id| !id.is_empty())
        && listed(wanted, "block_device_mapping_v2").next().is_none();
    let mut order: Vec<u64> = devices
        .iter()
        .filter_map(|device| device.boot_index)
        .collect();
    order.sort_unstable();
    let is_counted = order
        .iter()
        .zip(0..)
        .all(|(index, expected)| *index == expected);
    if is_counted && (has_image || devices.is_empty() || order.first() == Some(&0)) {
        return Ok(());
    }
    Err(invalid(
        "Boot sequence for the instance and image/block device mapping combination is not valid.",
    ))
}

fn disk(world: &World, call: &Call, device: &Device<'_>) -> Result<Option<Disk>, Fault> {
    let source = match (device.source, device.destination) {
        ("volume", "volume") => existing(world, call, device)?,
        ("snapshot", "volume") => from_snapshot(world, call, device)?,
        ("image", "volume") => from_image(world, call, device)?,
        ("blank", "volume") => blank(world, call, device)?,
        ("image", _) => return check_local_image(world, call, device).map(|()| None),
        // A part of the server's own disk.
        ("blank", _) => return Ok(None),
        (source, destination) => {
            let message = format!("Mapping {source} to {destination} is not supported.");
            return Err(invalid(&message));
        }
    };
    Ok(Some(Disk {
        source,
        is_root: device.boot_index == Some(0),
        deletes_volume: device.deletes_volume,
        tag: device.tag.map(Into::into),
        device: device.name.map(|name| match name.strip_prefix("/dev/") {
            Some(_) => name.into(),
            None => format!("/dev/{name}").into(),
        }),
    }))
}

fn check_local_image(world: &World, call: &Call, device: &Device<'_>) -> Result<(), Fault> {
    if visible_image(world, call, device.id).is_none() {
        return Err(invalid(&format!("failed to get image {}.", device.id)));
    }
    match device.boot_index {
        Some(0) => Ok(()),
        _ => Err(invalid("Mapping image to local is not supported.")),
    }
}

fn existing(world: &World, call: &Call, device: &Device<'_>) -> Result<DiskSource, Fault> {
    let id = device.id;
    let volume = visible_volume(world, call, id);
    let volume = volume.ok_or_else(|| invalid(&format!("failed to get volume {id}.")))?;
    check_attachable(call, volume, Uuid::nil())?;
    if device.boot_index == Some(0) && !volume.is_bootable {
        return Err(Fault::bad_request(format!(
            "Block Device {id} is not bootable."
        )));
    }
    Ok(DiskSource::Volume(volume.id))
}

fn from_snapshot(world: &World, call: &Call, device: &Device<'_>) -> Result<DiskSource, Fault> {
    let id = device.id;
    let snapshot = visible_snapshot(world, call, id)
        .filter(|snapshot| snapshot.status == Status::Available)
        .ok_or_else(|| invalid(&format!("failed to get snapshot {id}.")))?;
    let source = world.volume(snapshot.volume);
    let size = device.size.unwrap_or(snapshot.size).max(snapshot.size);
    let known = source.map_or_else(Vec::new, |volume| volume.image_metadata.clone());
    let is_bootable = source.is_some_and(|volume| volume.is_bootable);
    let origin = Origin::Snapshot(snapshot.id);
    draft(world, call, device, size, (origin, is_bootable, known))
}

fn from_image(world: &World, call: &Call, device: &Device<'_>) -> Result<DiskSource, Fault> {
    let id = device.id;
    let image = visible_image(world, call, id);
    let image = image.ok_or_else(|| invalid(&format!("failed to get image {id}.")))?;
    check_image(image)?;
    let size = device.size.ok_or_else(|| {
        invalid("Images with destination_type 'volume' need to have a non-zero size specified")
    })?;
    if size < image.min_disk {
        return Err(Fault::bad_request(format!(
            "Volume is smaller than the minimum size specified in image metadata. Volume size is {} bytes, \
             minimum size is {} bytes.",
            size << 30,
            image.min_disk << 30
        )));
    }
    let origin = Origin::Image(image.id);
    draft(
        world,
        call,
        device,
        size,
        (origin, true, image_metadata(image)),
    )
}

fn blank(world: &World, call: &Call, device: &Device<'_>) -> Result<DiskSource, Fault> {
    let size = device.size.ok_or_else(|| {
        invalid("Blank volumes (source: 'blank', dest: 'volume') need to have non-zero size")
    })?;
    draft(
        world,
        call,
        device,
        size,
        (Origin::Nothing, false, Vec::new()),
    )
}

/// A volume to be made for the server; Nova gives it no name.
fn draft(
    world: &World,
    call: &Call,
    device: &Device<'_>,
    size: u64,
    (origin, is_bootable, image_metadata): (Origin, bool, Pairs),
) -> Result<DiskSource, Fault> {
    let session = call.caller()?;
    let usual = || world.storage.usual_type().cloned();
    let kind =
        match device.volume_type {
            None => usual().unwrap_or_else(|| Arc::new(VolumeType::usual(world.now()))),
            Some(name) => world.storage.volume_type(name).cloned().ok_or_else(|| {
                Fault::bad_request(format!("Volume type {name} could not be found."))
            })?,
        };
    let zone = world.topology.zones().next();
    Ok(DiskSource::New(Box::new(VolumeDraft {
        name: "".into(),
        description: Some("".into()),
        project: owner(session)?,
        user: session.user.clone(),
        size,
        kind,
        zone: zone.map_or_else(|| "nova".into(), |zone| zone.name.clone()),
        origin,
        is_bootable,
        metadata: Vec::new(),
        image_metadata,
        disk: None,
    })))
}
