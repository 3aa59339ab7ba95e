//! Volumes and snapshots as clients see them.

use serde_json::{Map, Value, json};

use super::super::render::{Hex, Micros};
use super::{Call, links};
use crate::world::World;
use crate::world::volume::{AttachStatus, Attachment, Origin, Pairs, Snapshot, Volume};

/// Where a volume is said to be kept, on its host.
pub(super) const BACKEND: &str = "mimic#pool";

pub(super) fn pairs(pairs: &Pairs) -> Value {
    let items = pairs
        .iter()
        .map(|(name, value)| (name.to_string(), Value::from(&**value)));
    items.collect::<Map<_, _>>().into()
}

/// A name as it is shown: `null` where there is none.
pub(super) fn name(name: &str) -> Value {
    match name {
        "" => Value::Null,
        name => name.into(),
    }
}

/// A volume in a list, in short or in full.
pub(super) fn volume(world: &World, call: &Call, volume: &Volume, is_detailed: bool) -> Value {
    if is_detailed {
        extended(world, call, volume)
    } else {
        json!({
            "id": volume.id,
            "name": name(&volume.name),
            "links": links(call, "volumes", volume.id),
        })
    }
}

/// All of a volume, as a look at it shows it.
pub(super) fn extended(world: &World, call: &Call, volume: &Volume) -> Value {
    let mut shown = whole(world, call, volume);
    shown["os-vol-tenant-attr:tenant_id"] = json!(Hex(volume.project.id));
    if !volume.image_metadata.is_empty() {
        shown["volume_image_metadata"] = pairs(&volume.image_metadata);
    }
    if call.is_admin() {
        let host = volume.host.map(|host| {
            let name = &world.topology.host(host).name;
            format!("{name}@{BACKEND}")
        });
        shown["os-vol-host-attr:host"] = json!(host);
        shown["os-vol-mig-status-attr:migstat"] = Value::Null;
        shown["os-vol-mig-status-attr:name_id"] = Value::Null;
    }
    shown
}

/// A volume without what extensions add to it: what a create and an update answer.
pub(super) fn whole(world: &World, call: &Call, volume: &Volume) -> Value {
    let (mut snapshot, mut source) = (None, None);
    match volume.origin {
        Origin::Snapshot(id) => snapshot = Some(id),
        Origin::Volume(id) => source = Some(id),
        Origin::Nothing | Origin::Image(_) | Origin::Backup(_) => {}
    }
    let is_encrypted = volume.kind.encryption.is_some();
    let mut shown = json!({
        "id": volume.id,
        "status": volume.status.word(),
        "size": volume.size,
        "availability_zone": volume.zone,
        "created_at": Micros(volume.created),
        "updated_at": volume.updated.map(Micros),
        "name": name(&volume.name),
        "description": volume.description,
        "volume_type": volume.kind.name,
        "snapshot_id": snapshot,
        "source_volid": source,
        "metadata": metadata(volume),
        "links": links(call, "volumes", volume.id),
        "user_id": Hex(volume.user.id),
        "bootable": if volume.is_bootable { "true" } else { "false" },
        "encrypted": is_encrypted,
        "replication_status": null,
        "consistencygroup_id": null,
        "multiattach": volume.is_multiattach(),
        "attachments": attachments(world, call, volume),
    });
    let mut set = |name: &str, value: Value| shown[name] = value;
    add_by_version(&mut set, world, call, volume);
    if call.is_admin() {
        add_for_admins(&mut set, call);
    }
    shown
}

/// Whether it can be written to shows among the metadata, once somebody has said so.
fn metadata(volume: &Volume) -> Value {
    let mut shown = pairs(&volume.metadata);
    if let Some(flag) = volume.is_read_only {
        shown["readonly"] = if flag { "True" } else { "False" }.into();
    }
    shown
}

fn add_by_version(set: &mut impl FnMut(&str, Value), world: &World, call: &Call, volume: &Volume) {
    let version = call.microversion;
    if version >= 13 {
        set("group_id", json!(world.group_of_volume(volume.id)));
    }
    if version >= 48 {
        set("shared_targets", (version < 69).into());
        set("service_uuid", Value::Null);
    }
    if version >= 69 {
        set("shared_targets", Value::Null);
    }
    if version >= 63 {
        set("volume_type_id", json!(volume.kind.id));
    }
    if version >= 64 && volume.kind.encryption.is_some() {
        set("encryption_key_id", json!(volume.id));
    }
    if version >= 65 {
        set("consumes_quota", true.into());
    }
}

fn add_for_admins(set: &mut impl FnMut(&str, Value), call: &Call) {
    set("migration_status", Value::Null);
    if call.microversion >= 21 {
        set("provider_id", Value::Null);
    }
    if call.microversion >= 61 {
        set("cluster_name", Value::Null);
    }
}

/// Where it is attached: what is only on its way does not show.
fn attachments(world: &World, call: &Call, volume: &Volume) -> Value {
    let shown = volume.attachments.iter().filter(|attachment| {
        matches!(
            attachment.status,
            AttachStatus::Attached | AttachStatus::Detaching
        )
    });
    let shown = shown.map(|attachment| {
        json!({
            "id": volume.id,
            "attachment_id": attachment.id,
            "volume_id": volume.id,
            "server_id": attachment.server,
            "host_name": if call.is_admin() { host_name(world, attachment) } else { Value::Null },
            "device": attachment.device,
            "attached_at": attachment.at.map(Micros),
        })
    });
    shown.collect()
}

fn host_name(world: &World, attachment: &Attachment) -> Value {
    let server = attachment.server.and_then(|id| world.server(id));
    let host = server.and_then(|server| server.host);
    match (host, &attachment.host_name) {
        (Some(host), _) => json!(world.topology.host(host).name),
        (None, name) => json!(name),
    }
}

/// A snapshot in a list, in short or in full.
pub(super) fn snapshot(
    world: &World,
    call: &Call,
    snapshot: &Snapshot,
    is_detailed: bool,
) -> Value {
    let mut shown = json!({
        "id": snapshot.id,
        "created_at": Micros(snapshot.created),
        "updated_at": snapshot.updated.map(Micros),
        "name": name(&snapshot.name),
        "description": snapshot.description,
        "volume_id": snapshot.volume,
        "status": snapshot.status.word(),
        "size": snapshot.size,
        "metadata": pairs(&snapshot.metadata),
    });
    if is_detailed {
        shown["os-extended-snapshot-attributes:progress"] = json!(snapshot.progress);
        shown["os-extended-snapshot-attributes:project_id"] = json!(Hex(snapshot.project.id));
    }
    let version = call.microversion;
    if is_detailed && version >= 14 {
        shown["group_snapshot_id"] = json!(world.group_snapshot_of(snapshot.id));
    }
    if version >= 41 {
        shown["user_id"] = json!(Hex(snapshot.user.id));
    }
    if version >= 65 {
        shown["consumes_quota"] = true.into();
    }
    shown
}
