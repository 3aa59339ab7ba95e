//! Making volumes: empty, or filled from something.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use super::super::image::visible_image;
use super::super::schema::{is_yes, number};
use super::complaint::{invalid_input, invalid_volume};
use super::metadata::{check_items, items};
use super::quotas::{Need, check_room};
use super::resource::found;
use super::{Answer, Call, check, groups, id, owner, shapes, text, trimmed, view};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::images::image::{Image, ImageStatus};
use crate::world::volume::{
    Backup, Origin, Pairs, Snapshot, Status, Volume, VolumeDraft, VolumeType,
};

pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    check(&shapes::CREATE_VOLUME, call)?;
    groups::of_new_volume(world, call)?;
    Ok(Landing::on_new_volume(world, draft(world, call)?))
}

pub(super) fn run(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let Target::NewVolume(draft) = landing.target else {
        return Err(Fault::not_found(""));
    };
    let need = Need::volume(draft.size);
    check_room(world, &draft.project, need)?;
    let group = groups::of_new_volume(world, call)?.map(|group| group.id);
    let id = world.create_volume(*draft);
    if let Some(group) = group.and_then(|group| world.storage.groups.get_mut(group)) {
        group.volumes.push(id);
    }
    let made = world.volume(id).ok_or_else(|| Fault::not_found(""))?;
    let body = json!({"volume": view::whole(world, call, made)});
    Ok(Answer::json(StatusCode::ACCEPTED, &body))
}

/// The volume that a body asks for.
pub(in super::super) fn draft(world: &World, call: &Call) -> Result<VolumeDraft, Fault> {
    let wanted = &call.body["volume"];
    if wanted.get("multiattach").is_some_and(is_yes) {
        return Err(Fault::bad_request(
            "multiattach parameter has been removed. The default behavior is to use multiattach enabled volume \
             types. Contact your administrator to create a multiattach enabled volume type and use it to \
             create multiattach volumes.",
        ));
    }
    check_items(&wanted["metadata"])?;
    let asked_type = volume_type(world, call, wanted)?;
    let source = Source::of(world, call, wanted)?;
    let size = size(wanted, &source)?;
    source.check_size(size)?;
    let zone = zone(world, wanted, &source)?;
    let usual = || {
        let usual = world.storage.usual_type().cloned();
        usual.unwrap_or_else(|| Arc::new(VolumeType::usual(world.now())))
    };
    let kind = asked_type
        .or_else(|| source.kind(world))
        .unwrap_or_else(usual);
    Ok(VolumeDraft {
        name: trimmed(wanted, "name").unwrap_or_default(),
        description: trimmed(wanted, "description"),
        project: owner(call)?,
        user: call.caller()?.user.clone(),
        size,
        kind,
        zone,
        origin: source.origin(),
        is_bootable: source.is_bootable(world),
        metadata: items(&wanted["metadata"]),
        image_metadata: source.image_metadata(world),
        disk: None,
    })
}

/// What a volume is to be filled from.
enum Source<'a> {
    Nothing,
    Image(&'a Arc<Image>),
    Snapshot(&'a Snapshot),
    Volume(&'a Volume),
    Backup(&'a Backup),
}

impl<'a> Source<'a> {
    fn of(world: &'a World, call: &Call, wanted: &Value) -> Result<Self, Fault> {
        if let Some(id) = text(wanted, "snapshot_id") {
            let snapshot: &Snapshot = found(world, call, id)?;
            return check_status("snapshot", snapshot.status, &["available"])
                .map(|()| Source::Snapshot(snapshot));
        }
        if let Some(id) = text(wanted, "source_volid") {
            let volume: &Volume = found(world, call, id)?;
            return check_status("source volume", volume.status, &["available", "in-use"])
                .map(|()| Source::Volume(volume));
        }
        if let Some(id) = text(wanted, "backup_id").filter(|_| call.microversion >= 47) {
            let backup: &Backup = found(world, call, id)?;
            return check_status("backup", backup.status, &["available"])
                .map(|()| Source::Backup(backup));
        }
        let image = text(wanted, "imageRef").or_else(|| text(wanted, "image_id"));
        match image.filter(|id| !id.is_empty()) {
            Some(reference) => image_of(world, call, reference).map(Source::Image),
            None => Ok(Source::Nothing),
        }
    }

    /// In GiB: what it is as large as, where the client does not say.
    fn size(&self) -> Option<u64> {
        match self {
            Source::Snapshot(snapshot) => Some(snapshot.size),
            Source::Volume(volume) => Some(volume.size),
            Source::Backup(backup) => Some(backup.size),
            Source::Nothing | Source::Image(_) => None,
        }
    }

    fn check_size(&self, size: u64) -> Result<(), Fault> {
        match self {
            Source::Snapshot(snapshot) if size < snapshot.size => Err(invalid_input(format!(
                "Volume size '{size}'GB cannot be smaller than the snapshot size {}GB. They must be >= original \
                 snapshot size.",
                snapshot.size
            ))),
            Source::Volume(volume) if size < volume.size => Err(invalid_input(format!(
                "Volume size '{size}'GB cannot be smaller than original volume size  {}GB. They must be >= \
                 original volume size.",
                volume.size
            ))),
            Source::Backup(backup) if size < backup.size => Err(invalid_input(format!(
                "Volume size {size}GB cannot be smaller than the backup size {}GB. It must be >= backup size.",
                backup.size
            ))),
            Source::Image(image) => check_image(image, size),
            Source::Nothing | Source::Snapshot(_) | Source::Volume(_) | Source::Backup(_) => Ok(()),
        }
    }

    fn zone(&self, world: &World) -> Option<Arc<str>> {
        match self {
            Source::Snapshot(snapshot) => world
                .volume(snapshot.volume)
                .map(|volume| volume.zone.clone()),
            Source::Volume(volume) => Some(volume.zone.clone()),
            Source::Nothing | Source::Image(_) | Source::Backup(_) => None,
        }
    }

    /// Volumes have the type of what they are copied from.
    fn kind(&self, world: &World) -> Option<Arc<VolumeType>> {
        match self {
            Source::Snapshot(snapshot) => world
                .volume(snapshot.volume)
                .map(|volume| volume.kind.clone()),
            Source::Volume(volume) => Some(volume.kind.clone()),
            Source::Image(image) => {
                let name = image.property("cinder_img_volume_type")?;
                world.storage.volume_type(name).cloned()
            }
            Source::Nothing | Source::Backup(_) => None,
        }
    }

    fn origin(&self) -> Origin {
        match self {
            Source::Nothing => Origin::Nothing,
            Source::Image(image) => Origin::Image(image.id),
            Source::Snapshot(snapshot) => Origin::Snapshot(snapshot.id),
            Source::Volume(volume) => Origin::Volume(volume.id),
            Source::Backup(backup) => Origin::Backup(backup.id),
        }
    }

    /// The volume whose contents it gets in the end.
    fn ancestor<'w>(&self, world: &'w World) -> Option<&'w Volume> {
        match self {
            Source::Snapshot(snapshot) => world.volume(snapshot.volume),
            Source::Volume(volume) => world.volume(volume.id),
            Source::Backup(backup) => world.volume(backup.volume),
            Source::Nothing | Source::Image(_) => None,
        }
    }

    fn is_bootable(&self, world: &World) -> bool {
        let is_inherited = || {
            self.ancestor(world)
                .is_some_and(|volume| volume.is_bootable)
        };
        matches!(self, Source::Image(_)) || is_inherited()
    }

    fn image_metadata(&self, world: &World) -> Pairs {
        match self {
            Source::Image(image) => image_metadata(image),
            Source::Nothing | Source::Snapshot(_) | Source::Volume(_) | Source::Backup(_) => {
                let ancestor = self.ancestor(world);
                ancestor.map_or_else(Vec::new, |volume| volume.image_metadata.clone())
            }
        }
    }
}

/// What a volume keeps of the image that it was filled from.
pub(in super::super) fn image_metadata(image: &Image) -> Pairs {
    use super::super::image::Digits;
    let mut kept: Pairs = image.properties.clone();
    let mut keep = |name: &str, value: String| kept.push((name.into(), value.into()));
    keep("image_id", image.id.to_string());
    keep("image_name", image.name.to_string());
    if let Some(digest) = &image.digest {
        keep("checksum", Digits(&digest.md5).to_string());
    }
    for (name, format) in [
        ("container_format", &image.container_format),
        ("disk_format", &image.disk_format),
    ] {
        keep(name, format.as_deref().unwrap_or_default().to_owned());
    }
    keep("min_disk", image.min_disk.to_string());
    keep("min_ram", image.min_ram.to_string());
    keep("size", image.size.unwrap_or_default().to_string());
    kept
}

fn check_status(what: &str, status: Status, allowed: &[&str]) -> Result<(), Fault> {
    if allowed.contains(&status.word()) {
        return Ok(());
    }
    let message = format!(
        "Originating {what} status must be one of '{}' values",
        allowed.join(", ")
    );
    Err(match what {
        "source volume" => invalid_volume(message),
        "snapshot" => super::complaint::invalid_snapshot(message),
        _ => invalid_input(message),
    })
}

/// An image by its id, its name, or a link that ends with its id.
pub(super) fn image_of<'a>(
    world: &'a World,
    call: &Call,
    reference: &str,
) -> Result<&'a Arc<Image>, Fault> {
    let id = reference.rsplit('/').next().unwrap_or_default();
    if let Some(image) = visible_image(world, call, id) {
        return Ok(image);
    }
    let is_named = |image: &&Arc<Image>| {
        *image.name == *reference && visible_image(world, call, &image.id.to_string()).is_some()
    };
    let mut named = world.images.iter().filter(is_named);
    match (named.next(), named.next()) {
        (Some(image), None) => Ok(image),
        (Some(_), Some(_)) => Err(Fault::conflict(format!(
            "Multiple matches found for '{reference}', use an ID to be more specific."
        ))),
        (None, _) => Err(Fault::bad_request(
            "Invalid image identifier or unable to access requested image.",
        )),
    }
}

/// Whether a volume of that size can be filled from an image.
pub(super) fn check_image(image: &Image, size: u64) -> Result<(), Fault> {
    if image.status != ImageStatus::Active {
        return Err(invalid_input(format!("Image {} is not active.", image.id)));
    }
    let image_size = image.size.unwrap_or_default().div_ceil(1 << 30);
    if size < image_size {
        return Err(invalid_input(format!(
            "Size of specified image {image_size}GB is larger than volume size {size}GB."
        )));
    }
    if size < image.min_disk {
        return Err(invalid_input(format!(
            "Volume size {size}GB cannot be smaller than the image minDisk size {}GB.",
            image.min_disk
        )));
    }
    Ok(())
}

fn size(wanted: &Value, source: &Source<'_>) -> Result<u64, Fault> {
    let asked = wanted
        .get("size")
        .and_then(number)
        .or_else(|| source.size());
    asked.ok_or_else(|| {
        invalid_input(
            "Invalid volume size provided for create request: None (size argument must be an integer (or string \
             representation of an integer) and greater than zero).",
        )
    })
}

fn volume_type(
    world: &World,
    call: &Call,
    wanted: &Value,
) -> Result<Option<Arc<VolumeType>>, Fault> {
    match text(wanted, "volume_type").filter(|name| !name.is_empty()) {
        None => Ok(None),
        Some(name) => super::types::kind_named(world, call, name).map(|kind| Some(kind.clone())),
    }
}

/// Cinder says whether it looked for an id or for a name.
pub(super) fn no_type(wanted: &str) -> Fault {
    let is_id = id(&json!({ "id": wanted }), "id").is_some();
    Fault::not_found(match is_id {
        true => format!("Volume type {wanted} could not be found."),
        false => format!("Volume type with name {wanted} could not be found."),
    })
}

fn zone(world: &World, wanted: &Value, source: &Source<'_>) -> Result<Arc<str>, Fault> {
    let inherited = source.zone(world);
    let Some(asked) = text(wanted, "availability_zone") else {
        let first = world.topology.zones().next();
        return Ok(
            inherited.unwrap_or_else(|| first.map_or("nova".into(), |zone| zone.name.clone()))
        );
    };
    if world.topology.zone_named(asked).is_none() {
        return Err(invalid_input(format!(
            "Availability zone '{asked}' is invalid."
        )));
    }
    match inherited {
        Some(inherited) if *inherited != *asked => {
            let what = match source {
                Source::Snapshot(_) => "snapshot",
                _ => "source volume",
            };
            Err(invalid_input(format!(
                "Volume must be in the same availability zone as the {what}"
            )))
        }
        Some(_) | None => Ok(asked.into()),
    }
}
