//! How a volume looks on the wire.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::machine_of;
use crate::api::cloudstack::commands::{GIB, date, infrastructure, joined, machines, owner};
use crate::api::cloudstack::table::Viewer;
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::server::Server;
use crate::world::volume::{Stage, Status, Volume};

/// The state as CloudStack calls it. It has no word for one that was made through OpenStack and broke.
pub(in crate::api::cloudstack::commands) fn state(world: &World, volume: &Volume) -> &'static str {
    match (volume.status, volume.stage()) {
        (Status::Creating, _) => "Creating",
        (Status::Extending, _) => "Resizing",
        (Status::Retyping, _) => "Migrating",
        (Status::Reverting, _) => "RevertSnapshotting",
        (Status::Attaching, Stage::Made) => "Attaching",
        (Status::Attaching, _) => "Creating",
        (Status::Deleting | Status::Error | Status::ErrorDeleting, _) => "Expunging",
        (_, Stage::Destroyed) => "Destroy",
        (_, Stage::Allocated) => "Allocated",
        (_, Stage::Uploaded) => "Uploaded",
        (_, Stage::NotUploaded) => "UploadError",
        (_, Stage::Made) if is_being_copied(world, volume) => "Snapshotting",
        (_, Stage::Made) => "Ready",
    }
}

fn is_being_copied(world: &World, volume: &Volume) -> bool {
    let snapshots = volume.snapshots.iter();
    let mut snapshots = snapshots.filter_map(|id| world.snapshot(*id));
    volume.disk.is_some() && snapshots.any(|snapshot| snapshot.status == Status::Creating)
}

/// A volume.
pub(super) fn show(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let volume = world.volume(id)?;
    let disk = volume.disk.as_deref().cloned().unwrap_or_default();
    let (size, stage) = (volume.size * GIB, volume.stage());
    let is_there = stage == Stage::Made;
    let offering = disk.offering.and_then(|id| world.disk_offering(id));
    let template = disk.template.and_then(|id| world.image(id));
    let own = json!({
        "id": volume.id,
        "name": volume.name,
        "type": if disk.is_root { "ROOT" } else { "DATADISK" },
        "state": state(world, volume),
        "size": size,
        "virtualsize": is_there.then_some(size),
        "physicalsize": is_there.then_some(size),
        "diskofferingid": offering.map(|offering| offering.id),
        "diskofferingname": offering.map(|offering| &offering.name),
        "diskofferingdisplaytext": offering.map(|offering| &offering.display_text),
        "templateid": disk.template,
        "templatename": template.map(|template| &template.name),
        "templatedisplaytext": template.map(|template| &template.name),
        "snapshotid": snapshot_of(volume),
        "storagetype": "shared",
        "provisioningtype": "thin",
        "created": date(volume.created),
        "destroyed": stage == Stage::Destroyed,
        "displayvolume": !disk.is_hidden,
        "deleteprotection": disk.is_protected,
        "isextractable": true,
        "quiescevm": false,
        "supportsstoragesnapshot": false,
        "path": disk.path.map_or_else(|| is_there.then(|| json!(volume.id)), |path| Some(json!(path))),
        "chaininfo": disk.chain_info,
        "tags": [],
    });
    let parts = owner(world, &volume.project)
        .into_iter()
        .chain(place(world, volume, viewer))
        .chain(at_machine(world, volume));
    Some(joined(own, parts))
}

/// The zone, and for admins the storage and its place.
fn place(world: &World, volume: &Volume, viewer: Viewer) -> Map<String, Value> {
    let zone = world.topology.zone_named(&volume.zone);
    let host = world
        .host_of_volume(volume.id)
        .map(|host| world.topology.host(host));
    let is_there = volume.stage() == Stage::Made;
    let hypervisor = host.map_or("Simulator", |host| infrastructure::hypervisor(world, host));
    let mut members = Map::new();
    let mut set = |name: &str, value: Value| members.insert(name.to_owned(), value);
    set("zoneid", json!(zone.map(|zone| zone.id)));
    set("zonename", json!(volume.zone));
    set("hypervisor", json!(hypervisor));
    if let Some(pool) = world.pool_of(volume).filter(|_| viewer.is_admin()) {
        set("storage", json!(pool.name));
        set("storageid", json!(pool.id));
    }
    if let Some(host) = host.filter(|_| is_there && viewer.is_admin()) {
        let at = |level| world.topology.id_at(&host.place, level);
        set("podid", json!(at(Level::Pod)));
        set("podname", json!(host.place.name(Level::Pod)));
        set("clusterid", json!(at(Level::Cluster)));
        set("clustername", json!(host.place.name(Level::Cluster)));
    }
    members
}

/// The machine that it is at, and as which device.
fn at_machine(world: &World, volume: &Volume) -> Map<String, Value> {
    let server = machine_of(volume).and_then(|id| world.server(id));
    let Some((server, held)) =
        server.and_then(|server| Some((server, volume.attachment_to(server.id)?)))
    else {
        return Map::new();
    };
    let mut members = of_machine(world, server);
    let mut set = |name: &str, value: Value| members.insert(name.to_owned(), value);
    set("deviceid", json!(held.device_number()));
    set("attached", json!(held.at.map(date)));
    if volume.is_root() {
        set("serviceofferingid", json!(server.spec.flavor.uuid));
        set("serviceofferingname", json!(server.spec.flavor.name));
        set("serviceofferingdisplaytext", json!(server.spec.flavor.name));
    }
    members
}

fn of_machine(world: &World, server: &Server) -> Map<String, Value> {
    let iso = server.machine().and_then(|machine| machine.iso);
    let iso = iso.and_then(|id| world.image(id));
    let fields = [
        ("virtualmachineid", json!(server.id)),
        ("vmname", json!(server.spec.name)),
        ("vmdisplayname", json!(machines::display_name(server))),
        ("vmstate", json!(machines::state(world, server))),
        ("vmtype", json!("User")),
        ("isoid", json!(iso.map(|iso| iso.id))),
        ("isoname", json!(iso.map(|iso| &iso.name))),
    ];
    fields
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
}

fn snapshot_of(volume: &Volume) -> Option<Uuid> {
    match volume.origin {
        crate::world::volume::Origin::Snapshot(id) => Some(id),
        _ => None,
    }
}

/// A volume with what is measured of it, which on simulated hosts is nothing.
pub(super) fn show_with_metrics(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let size = world.volume(id)?.size;
    let measured = [
        ("sizegb", json!(format!("{size:.2} GB"))),
        ("diskioread", json!(0)),
        ("diskiowrite", json!(0)),
        ("diskkbsread", json!(0)),
        ("diskkbswrite", json!(0)),
        ("diskiopstotal", json!(0)),
    ];
    let measured = measured.map(|(name, value)| (name.to_owned(), value));
    Some(joined(show(world, id, viewer)?, measured))
}

/// A volume that can be downloaded, and from where.
pub(super) fn show_extracted(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let url = format!("https://secondary.storage/userdata/{id}.qcow2");
    let offer = [
        ("extractId", json!(id)),
        ("extractMode", json!("HTTP_DOWNLOAD")),
        ("state", json!("DOWNLOAD_URL_CREATED")),
        ("status", json!("Download link created")),
        ("storagetype", json!("secondary")),
        ("url", json!(url)),
    ];
    let offer = offer.map(|(name, value)| (name.to_owned(), value));
    Some(joined(show(world, id, viewer)?, offer))
}
