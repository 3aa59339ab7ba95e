//! Groups made from another group or from a snapshot of one, since 3.14.

use uuid::Uuid;

use super::super::super::schema::{Object, Schema, TEXT, object, property};
use super::super::complaint::invalid_group;
use super::super::resource::found;
use super::super::{Answer, Call, check, owner, shapes, since, text};
use super::{COPIES, keep};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::volume::{
    Group, GroupOrigin, GroupSnapshot, Origin, Snapshot, Volume, VolumeDraft,
};

const COPY: Object = object(&[property(
    "create-from-src",
    Schema::Object(&object(&[
        property("name", shapes::text_or_null(0, 255)),
        property("description", shapes::text_or_null(0, 255)),
        property("source_group_id", Schema::Text(TEXT)),
        property("group_snapshot_id", Schema::Text(TEXT)),
    ])),
)
.required()]);

/// What a group is to be made from: its origin, the group behind it, and the volumes to copy, each from what.
pub(super) struct Source {
    origin: GroupOrigin,
    kind: Uuid,
    volume_types: Vec<Uuid>,
    volumes: Vec<VolumeDraft>,
}

pub(super) fn source(world: &World, call: &Call) -> Result<Source, Fault> {
    since(call, COPIES)?;
    check(&COPY, call)?;
    let wanted = &call.body["create-from-src"];
    match (
        text(wanted, "source_group_id"),
        text(wanted, "group_snapshot_id"),
    ) {
        (Some(id), None) => {
            let group: &Group = found(world, call, id)?;
            let origins = group.volumes.iter();
            let origins = origins.filter_map(|id| Some((world.volume(*id)?, Origin::Volume(*id))));
            copy(call, group, GroupOrigin::Group(group.id), origins)
        }
        (None, Some(id)) => {
            let taken: &GroupSnapshot = found(world, call, id)?;
            let group: &Group = found(world, call, &taken.group.to_string())?;
            let parts = taken.snapshots.iter().filter_map(|id| world.snapshot(*id));
            let origins = parts.filter_map(|part: &Snapshot| {
                Some((world.volume(part.volume)?, Origin::Snapshot(part.id)))
            });
            copy(call, group, GroupOrigin::Snapshot(taken.id), origins)
        }
        _ => Err(Fault::bad_request(
            "Exactly one of source_group_id and group_snapshot_id has to be given.",
        )),
    }
}

fn copy<'a>(
    call: &Call,
    group: &Group,
    origin: GroupOrigin,
    volumes: impl Iterator<Item = (&'a Volume, Origin)>,
) -> Result<Source, Fault> {
    let (project, user) = (owner(call)?, call.caller()?.user.clone());
    let volumes = volumes.map(|(volume, origin)| VolumeDraft {
        name: volume.name.clone(),
        description: volume.description.clone(),
        project: project.clone(),
        user: user.clone(),
        size: volume.size,
        kind: volume.kind.clone(),
        zone: volume.zone.clone(),
        origin,
        is_bootable: volume.is_bootable,
        metadata: volume.metadata.clone(),
        image_metadata: volume.image_metadata.clone(),
        disk: None,
    });
    let volumes: Vec<VolumeDraft> = volumes.collect();
    if volumes.is_empty() {
        return Err(invalid_group(match origin {
            GroupOrigin::Snapshot(_) => "Group snapshot is empty. No group will be created.",
            GroupOrigin::Nothing | GroupOrigin::Group(_) => {
                "Source Group is empty. No group will be created."
            }
        }));
    }
    Ok(Source {
        origin,
        kind: group.kind,
        volume_types: group.volume_types.clone(),
        volumes,
    })
}

pub(super) fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let source = source(world, call)?;
    let drafts = source.volumes.into_iter();
    let volumes = drafts.map(|draft| world.create_volume(draft)).collect();
    let wanted = &call.body["create-from-src"];
    let (kind, volume_types) = (source.kind, source.volume_types);
    keep(
        world,
        call,
        wanted,
        kind,
        volume_types,
        source.origin,
        volumes,
    )
}
