//! Volumes and snapshots by way of Compute: gone since 2.36, as images are.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::render::Micros;
use super::super::schema::{self, Object, Others, Schema, TEXT, Text, UUID, object, property};
use super::super::volume::{
    check_deletable, check_room, new_volume, visible_snapshot, visible_volume,
};
use super::images::check_version;
use super::{Answer, Call, Operation};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::server::Manager;
use crate::world::volume::{Origin, Snapshot, Status, Volume};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_volumes",
        land: |_, call| check_version(call).map(|()| Landing::default()),
        run: |world, call, _| {
            let volumes = world.storage.volumes.iter().rev();
            let volumes = volumes.filter(|volume| sees(world, call, volume));
            let shown: Value = paged(call, volumes.map(volume_view));
            Ok(Answer::json(StatusCode::OK, &json!({"volumes": shown})))
        },
        is_read: true,
    },
    Operation {
        command: "compute.create_volume",
        land: |world, call| {
            check_version(call)?;
            schema::check(&CREATE, &call.body, call.microversion)?;
            Ok(Landing::on_new_volume(world, new_volume(world, call)?))
        },
        run: create,
        is_read: false,
    },
    Operation {
        command: "compute.get_volume",
        land: land_on_volume,
        run: |world, call, _| {
            let shown = json!({"volume": volume_view(volume(world, call)?)});
            Ok(Answer::json(StatusCode::OK, &shown))
        },
        is_read: true,
    },
    Operation {
        command: "compute.delete_volume",
        land: land_on_volume,
        run: |world, call, _| {
            let volume = volume(world, call)?;
            check_deletable(volume, false, false)?;
            let (id, user) = (volume.id, call.caller()?.user.clone());
            world.delete_volume(id, user);
            Ok(super::done(StatusCode::ACCEPTED))
        },
        is_read: false,
    },
    Operation {
        command: "compute.list_snapshots",
        land: |_, call| check_version(call).map(|()| Landing::default()),
        run: |world, call, _| {
            let snapshots = world.storage.snapshots.iter().rev();
            let is_seen = |snapshot: &&Snapshot| {
                visible_snapshot(world, call, &snapshot.id.to_string()).is_some()
            };
            let shown = paged(call, snapshots.filter(is_seen).map(snapshot_view));
            Ok(Answer::json(StatusCode::OK, &json!({"snapshots": shown})))
        },
        is_read: true,
    },
    Operation {
        command: "compute.create_snapshot",
        land: |world, call| {
            check_version(call)?;
            schema::check(&CREATE_SNAPSHOT, &call.body, call.microversion)?;
            Ok(Landing::on_volume(world, source(world, call)?.id))
        },
        run: create_snapshot,
        is_read: false,
    },
    Operation {
        command: "compute.get_snapshot",
        land: land_on_snapshot,
        run: |world, call, _| {
            let shown = json!({"snapshot": snapshot_view(snapshot(world, call)?)});
            Ok(Answer::json(StatusCode::OK, &shown))
        },
        is_read: true,
    },
    Operation {
        command: "compute.delete_snapshot",
        land: land_on_snapshot,
        run: |world, call, _| {
            let id = snapshot(world, call)?.id;
            world.delete_snapshot(id, call.caller()?.user.clone());
            Ok(super::done(StatusCode::ACCEPTED))
        },
        is_read: false,
    },
];

const OPTIONAL: Schema = Schema::Text(Text {
    or: &["null"],
    ..TEXT
});

const CREATE: Object = object(&[property(
    "volume",
    Schema::Object(&Object {
        others: Others::Refused,
        ..object(&[
            property(
                "size",
                Schema::Number {
                    min: 1,
                    max: i64::MAX,
                },
            )
            .required(),
            property("volume_type", OPTIONAL),
            property("metadata", Schema::Anything),
            property("snapshot_id", OPTIONAL),
            property("availability_zone", OPTIONAL),
            property("display_name", OPTIONAL),
            property("display_description", OPTIONAL),
        ])
    }),
)
.required()]);

const CREATE_SNAPSHOT: Object = object(&[property(
    "snapshot",
    Schema::Object(&object(&[
        property("volume_id", UUID).required(),
        property("force", Schema::Boolean),
        property("display_name", OPTIONAL),
        property("display_description", OPTIONAL),
    ])),
)
.required()]);

fn sees(world: &World, call: &Call, volume: &Volume) -> bool {
    visible_volume(world, call, &volume.id.to_string()).is_some()
}

/// The part of a list between `offset` and `limit`.
fn paged(call: &Call, items: impl Iterator<Item = Value>) -> Value {
    let number = |name: &str| call.param(name).and_then(|number| number.parse().ok());
    let rest = items.skip(number("offset").unwrap_or(0));
    rest.take(number("limit").unwrap_or(usize::MAX)).collect()
}

fn volume<'a>(world: &'a World, call: &Call) -> Result<&'a Volume, Fault> {
    let id = call.path_param("volume");
    let missing = || Fault::not_found(format!("Volume {id} could not be found."));
    visible_volume(world, call, id).ok_or_else(missing)
}

fn snapshot<'a>(world: &'a World, call: &Call) -> Result<&'a Snapshot, Fault> {
    let id = call.path_param("snapshot");
    let missing = || Fault::not_found(format!("Snapshot {id} could not be found."));
    visible_snapshot(world, call, id).ok_or_else(missing)
}

fn land_on_volume(world: &World, call: &Call) -> Result<Landing, Fault> {
    check_version(call)?;
    Ok(Landing::on_volume(world, volume(world, call)?.id))
}

fn land_on_snapshot(world: &World, call: &Call) -> Result<Landing, Fault> {
    check_version(call)?;
    Ok(Landing::on_volume(world, snapshot(world, call)?.volume))
}

fn volume_view(volume: &Volume) -> Value {
    let attached = volume.attachments.first().map(|attachment| {
        json!({
            "id": volume.id,
            "volumeId": volume.id,
            "serverId": attachment.server,
            "device": attachment.device,
        })
    });
    let metadata = volume.metadata.iter();
    let metadata = metadata.map(|(name, value)| (name.to_string(), Value::from(&**value)));
    json!({
        "id": volume.id,
        "status": volume.status.word(),
        "size": volume.size,
        "availabilityZone": volume.zone,
        "createdAt": Micros(volume.created),
        "attachments": [attached.unwrap_or_else(|| json!({}))],
        "displayName": volume.name,
        "displayDescription": volume.description,
        "volumeType": volume.kind.name,
        "snapshotId": match volume.origin {
            Origin::Snapshot(id) => Some(id),
            Origin::Nothing | Origin::Image(_) | Origin::Volume(_) | Origin::Backup(_) => None,
        },
        "metadata": metadata.collect::<Map<_, _>>(),
    })
}

fn snapshot_view(snapshot: &Snapshot) -> Value {
    json!({
        "id": snapshot.id,
        "volumeId": snapshot.volume,
        "status": snapshot.status.word(),
        "size": snapshot.size,
        "createdAt": Micros(snapshot.created),
        "displayName": snapshot.name,
        "displayDescription": snapshot.description,
    })
}

fn create(world: &mut World, _: &Call, landing: Landing) -> Result<Answer, Fault> {
    let Target::NewVolume(draft) = landing.target else {
        return Err(Fault::not_found(""));
    };
    check_room(world, &draft)?;
    let id = world.create_volume(*draft);
    let shown = world.volume(id).map(volume_view);
    Ok(Answer::json(StatusCode::OK, &json!({"volume": shown})))
}

/// The volume that a snapshot is to be taken of.
fn source<'a>(world: &'a World, call: &Call) -> Result<&'a Volume, Fault> {
    let id = call.body["snapshot"]["volume_id"]
        .as_str()
        .unwrap_or_default();
    let missing = || Fault::not_found(format!("Volume {id} could not be found."));
    visible_volume(world, call, id).ok_or_else(missing)
}

fn create_snapshot(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let volume = source(world, call)?;
    let (volume, size) = (volume.id, volume.size);
    let text = |name: &str| call.body["snapshot"][name].as_str();
    let session = call.caller()?;
    let project = session.project.clone();
    let snapshot = Snapshot {
        id: world.ids.uuid(),
        name: text("display_name").unwrap_or_default().into(),
        description: text("display_description").map(Into::into),
        volume,
        size,
        project: project
            .ok_or_else(|| super::forbidden("os_compute_api:os-volumes:snapshots:create"))?,
        user: session.user.clone(),
        status: Status::Creating,
        progress: "0%".into(),
        metadata: Vec::new(),
        manager: Manager::Nova,
        details: None,
        created: world.now(),
        updated: None,
    };
    let shown = json!({"snapshot": snapshot_view(&snapshot)});
    world.create_snapshot(snapshot);
    Ok(Answer::json(StatusCode::OK, &shown))
}
