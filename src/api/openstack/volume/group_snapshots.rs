//! Snapshots of whole groups of volumes, since 3.14.

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::render::Micros;
use super::super::schema::{Object, Schema, TEXT, object, property};
use super::complaint::{invalid_group, invalid_group_snapshot};
use super::groups::{COPIES, reset_status};
use super::listing::list;
use super::quotas::{Need, check_room};
use super::resource::{
    Common, Filter, Key, Resource, by_creation, by_id, by_name, filter, found, is_named,
};
use super::{Answer, Call, Operation, accepted, check, owner, shapes, since, text, trimmed};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::server::Manager;
use crate::world::store::Store;
use crate::world::volume::{Group, GroupOrigin, GroupSnapshot, Snapshot, Status, Volume};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "volume.list_group_snapshots",
        land: |_, call| since(call, COPIES).map(|()| Landing::default()),
        run: |world, call, _| list::<GroupSnapshot>(world, call, view),
        is_read: true,
    },
    Operation {
        command: "volume.create_group_snapshot",
        land: |world, call| source(world, call).map(|_| Landing::default()),
        run: create,
        is_read: false,
    },
    Operation {
        command: "volume.get_group_snapshot",
        land,
        run: |world, call, _| {
            let shown = view(world, call, taken(world, call)?, true);
            Ok(Answer::json(
                StatusCode::OK,
                &json!({"group_snapshot": shown}),
            ))
        },
        is_read: true,
    },
    Operation {
        command: "volume.delete_group_snapshot",
        land: |world, call| deletable(world, call).map(|_| Landing::default()),
        run: |world, call, _| {
            let id = deletable(world, call)?;
            world.delete_group_snapshot(id, &call.caller()?.user.clone());
            Ok(accepted())
        },
        is_read: false,
    },
    Operation {
        command: "volume.reset_group_snapshot_status",
        land: |world, call| {
            since(call, 19)?;
            reset_status(call)?;
            land(world, call)
        },
        run: |world, call, _| {
            let status = reset_status(call)?;
            let id = taken(world, call)?.id;
            if let Some(taken) = world.storage.group_snapshots.get_mut(id) {
                taken.status = status;
            }
            Ok(accepted())
        },
        is_read: false,
    },
];

const CREATE: Object = object(&[property(
    "group_snapshot",
    Schema::Object(&object(&[
        property("group_id", Schema::Text(TEXT)).required(),
        property("name", shapes::text_or_null(0, 255)),
        property("description", shapes::text_or_null(0, 255)),
    ])),
)
.required()]);

impl Resource for GroupSnapshot {
    const TITLE: &'static str = "GroupSnapshot";
    const PATH: &'static str = "group_snapshots";
    const FILTERS: &'static [Filter<Self>] = &[
        is_named("name"),
        filter("status", 0, |world, taken, wanted| {
            world.status_of_group_snapshot(taken).word() == wanted
        }),
        filter("group_id", 0, |_, taken, wanted| {
            taken.group.to_string() == wanted
        }),
    ];
    const KEYS: &'static [Key<Self>] = &[by_name("name"), by_id(), by_creation()];

    fn store(world: &World) -> &Store<Self> {
        &world.storage.group_snapshots
    }

    fn common(&self) -> Common<'_> {
        Common {
            id: self.id,
            project: self.project.id,
            name: &self.name,
            status: self.status.word(),
            size: 0,
            volume: None,
            metadata: &[],
            created: self.created,
            updated: None,
        }
    }
}

/// The snapshot of the path.
fn taken<'a>(world: &'a World, call: &Call) -> Result<&'a GroupSnapshot, Fault> {
    since(call, COPIES)?;
    found(world, call, call.path_param("group_snapshot"))
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    taken(world, call).map(|_| Landing::default())
}

fn view(world: &World, _: &Call, taken: &GroupSnapshot, is_detailed: bool) -> Value {
    let mut shown = json!({"id": taken.id, "name": taken.name});
    if is_detailed {
        shown["created_at"] = json!(Micros(taken.created));
        shown["description"] = json!(taken.description);
        shown["group_id"] = json!(taken.group);
        shown["group_type_id"] = json!(taken.kind);
        shown["status"] = world.status_of_group_snapshot(taken).word().into();
    }
    shown
}

/// The group that a snapshot is to be taken of.
fn source<'a>(world: &'a World, call: &Call) -> Result<&'a Group, Fault> {
    since(call, COPIES)?;
    check(&CREATE, call)?;
    let id = text(&call.body["group_snapshot"], "group_id").unwrap_or_default();
    let group: &Group = found(world, call, id)?;
    let volumes = group.volumes.iter().filter_map(|id| world.volume(*id));
    let volumes: Vec<&Volume> = volumes.collect();
    if volumes.is_empty() {
        return Err(invalid_group(
            "Group is empty. No group snapshot will be created.",
        ));
    }
    for volume in volumes {
        check_room(world, &owner(call)?, Need::snapshot(volume.size))?;
    }
    Ok(group)
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let group = source(world, call)?;
    let (group, kind, volumes) = (group.id, group.kind, group.volumes.clone());
    let wanted = &call.body["group_snapshot"];
    let (name, description) = (
        trimmed(wanted, "name").unwrap_or_default(),
        trimmed(wanted, "description"),
    );
    let (project, user, created) = (owner(call)?, call.caller()?.user.clone(), world.now());
    let mut snapshots = Vec::with_capacity(volumes.len());
    for volume in volumes {
        let Some(size) = world.volume(volume).map(|volume| volume.size) else {
            continue;
        };
        let id = world.ids.uuid();
        world.create_snapshot(Snapshot {
            id,
            name: name.clone(),
            description: description.clone(),
            volume,
            size,
            project: project.clone(),
            user: user.clone(),
            status: Status::Creating,
            progress: "0%".into(),
            metadata: Vec::new(),
            manager: Manager::Nova,
            details: None,
            created,
            updated: None,
        });
        snapshots.push(id);
    }
    let taken = GroupSnapshot {
        id: world.ids.uuid(),
        name,
        description,
        project,
        user,
        status: Status::Available,
        group,
        kind,
        snapshots,
        created,
    };
    let shown = json!({"id": taken.id, "name": taken.name, "group_type_id": taken.kind});
    world.storage.group_snapshots.insert(taken.id, taken);
    Ok(Answer::json(
        StatusCode::ACCEPTED,
        &json!({"group_snapshot": shown}),
    ))
}

fn deletable(world: &World, call: &Call) -> Result<Uuid, Fault> {
    let taken = taken(world, call)?;
    let status = world.status_of_group_snapshot(taken);
    let is_source = |group: &Group| {
        group.origin == GroupOrigin::Snapshot(taken.id)
            && world.status_of_group(group) == Status::Creating
    };
    let is_idle = matches!(status, Status::Available | Status::Error);
    match is_idle && !world.storage.groups.iter().any(is_source) {
        true => Ok(taken.id),
        false => Err(invalid_group_snapshot(
            "GroupSnapshot status must be available or error, and no Group can be currently using it as source \
             for its creation.",
        )),
    }
}
