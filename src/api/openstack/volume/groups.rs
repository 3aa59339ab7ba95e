//! Groups of volumes, since 3.13.

mod copy;

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::query::flag;
use super::super::render::Micros;
use super::super::schema::{List, Object, Schema, TEXT, is_yes, object, property};
use super::complaint::{invalid_group, invalid_input};
use super::listing::list;
use super::resource::{
    Common, Filter, Key, Resource, by_creation, by_id, by_name, filter, found, is_named,
};
use super::types::kind_named;
use super::{
    Answer, Call, Operation, accepted, check, group_types, owner, shapes, since, text, trimmed,
};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::store::Store;
use crate::world::volume::{Group, GroupOrigin, Status, Volume};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "volume.list_groups",
        land: |_, call| since(call, FIRST).map(|()| Landing::default()),
        run: |world, call, _| list::<Group>(world, call, view),
        is_read: true,
    },
    Operation {
        command: "volume.create_group",
        land: |world, call| draft(world, call).map(|_| Landing::default()),
        run: |world, call, _| {
            let (kind, volume_types) = draft(world, call)?;
            let wanted = &call.body["group"];
            keep(
                world,
                call,
                wanted,
                kind,
                volume_types,
                GroupOrigin::Nothing,
                Vec::new(),
            )
        },
        is_read: false,
    },
    Operation {
        command: "volume.create_group_from_source",
        land: |world, call| copy::source(world, call).map(|_| Landing::default()),
        run: copy::create,
        is_read: false,
    },
    Operation {
        command: "volume.get_group",
        land,
        run: |world, call, _| {
            let shown = json!({"group": view(world, call, group(world, call)?, true)});
            Ok(Answer::json(StatusCode::OK, &shown))
        },
        is_read: true,
    },
    Operation {
        command: "volume.update_group",
        land: |world, call| change(world, call).map(|_| Landing::default()),
        run: update,
        is_read: false,
    },
    Operation {
        command: "volume.delete_group",
        land: |world, call| deletable(world, call).map(|_| Landing::default()),
        run: |world, call, _| {
            let id = deletable(world, call)?;
            world.delete_group(id, &call.caller()?.user.clone());
            Ok(accepted())
        },
        is_read: false,
    },
    Operation {
        command: "volume.reset_group_status",
        land: |world, call| {
            since(call, 20)?;
            reset_status(call)?;
            land(world, call)
        },
        run: |world, call, _| {
            let status = reset_status(call)?;
            let id = group(world, call)?.id;
            if let Some(group) = world.storage.groups.get_mut(id) {
                group.status = status;
            }
            Ok(accepted())
        },
        is_read: false,
    },
];

/// The microversion that brought them, and that in which they can be copied.
const FIRST: u32 = 13;
pub(super) const COPIES: u32 = 14;

const CREATE: Object = object(&[property(
    "group",
    Schema::Object(&object(&[
        property("name", shapes::text_or_null(0, 255)),
        property("description", shapes::text_or_null(0, 255)),
        property("group_type", Schema::Text(TEXT)).required(),
        property(
            "volume_types",
            Schema::List(List {
                items: &Schema::Text(TEXT),
                min: 1,
                max: usize::MAX,
                or_null: false,
                unique: true,
            }),
        )
        .required(),
        property("availability_zone", shapes::text_or_null(1, 255)),
    ])),
)
.required()]);

const UPDATE: Object = object(&[property(
    "group",
    Schema::Object(&object(&[
        property("name", shapes::text_or_null(0, 255)),
        property("description", shapes::text_or_null(0, 255)),
        property("add_volumes", shapes::text_or_null(0, usize::MAX)),
        property("remove_volumes", shapes::text_or_null(0, usize::MAX)),
    ])),
)
.required()]);

const DELETE: Object = object(&[property(
    "delete",
    Schema::Object(&object(&[property("delete-volumes", Schema::Boolean)])),
)
.required()]);

const RESET: Object = object(&[property(
    "reset_status",
    Schema::Object(&object(
        &[property("status", Schema::Text(TEXT)).required()],
    )),
)
.required()]);

impl Resource for Group {
    const TITLE: &'static str = "Group";
    const PATH: &'static str = "groups";
    const FILTERS: &'static [Filter<Self>] = &[
        is_named("name"),
        filter("status", 0, |world, group, wanted| {
            world.status_of_group(group).word() == wanted
        }),
    ];
    const KEYS: &'static [Key<Self>] = &[by_name("name"), by_id(), by_creation()];

    fn store(world: &World) -> &Store<Self> {
        &world.storage.groups
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

/// The group of the path.
fn group<'a>(world: &'a World, call: &Call) -> Result<&'a Group, Fault> {
    since(call, FIRST)?;
    found(world, call, call.path_param("group"))
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    group(world, call).map(|_| Landing::default())
}

fn view(world: &World, call: &Call, group: &Group, is_detailed: bool) -> Value {
    let mut shown = json!({"id": group.id, "name": group.name});
    if !is_detailed {
        return shown;
    }
    let mut put = |name: &str, value: Value| shown[name] = value;
    put("status", world.status_of_group(group).word().into());
    put("availability_zone", json!(group.zone));
    put("created_at", json!(Micros(group.created)));
    put("description", json!(group.description));
    put("group_type", json!(group.kind));
    put("volume_types", json!(group.volume_types));
    if call.microversion >= COPIES {
        let (mut source, mut snapshot) = (None, None);
        match group.origin {
            GroupOrigin::Nothing => {}
            GroupOrigin::Group(id) => source = Some(id),
            GroupOrigin::Snapshot(id) => snapshot = Some(id),
        }
        put("source_group_id", json!(source));
        put("group_snapshot_id", json!(snapshot));
    }
    let asks_for_volumes = call
        .param("list_volume")
        .is_some_and(|word| flag(word) == Ok(true));
    if call.microversion >= 25 && asks_for_volumes {
        put("volumes", json!(group.volumes));
    }
    if call.microversion >= 38 {
        put("replication_status", "disabled".into());
    }
    shown
}

/// The type of a new group, and those of its volumes.
fn draft(world: &World, call: &Call) -> Result<(Uuid, Vec<Uuid>), Fault> {
    since(call, FIRST)?;
    check(&CREATE, call)?;
    let wanted = &call.body["group"];
    let kind = text(wanted, "group_type").unwrap_or_default();
    let kind = group_types::found(world, call, kind)?.id;
    let names = wanted["volume_types"].as_array().into_iter().flatten();
    let types = names.filter_map(Value::as_str);
    let types: Result<Vec<Uuid>, Fault> = types
        .map(|name| kind_named(world, call, name).map(|kind| kind.id))
        .collect();
    Ok((kind, types?))
}

fn keep(
    world: &mut World,
    call: &Call,
    wanted: &Value,
    kind: Uuid,
    volume_types: Vec<Uuid>,
    origin: GroupOrigin,
    volumes: Vec<Uuid>,
) -> Result<Answer, Fault> {
    let first = world.topology.zones().next();
    let usual = first.map_or("nova".into(), |zone| zone.name.clone());
    let group = Group {
        id: world.ids.uuid(),
        name: trimmed(wanted, "name").unwrap_or_default(),
        description: trimmed(wanted, "description"),
        project: owner(call)?,
        user: call.caller()?.user.clone(),
        status: Status::Available,
        zone: text(wanted, "availability_zone").map_or(usual, Into::into),
        kind,
        volume_types,
        volumes,
        origin,
        created: world.now(),
    };
    let shown = json!({"group": {"id": group.id, "name": group.name}});
    world.storage.groups.insert(group.id, group);
    Ok(Answer::json(StatusCode::ACCEPTED, &shown))
}

/// The ids of a list with commas.
fn ids(wanted: &Value, name: &str) -> Vec<Uuid> {
    let listed = text(wanted, name).unwrap_or_default().split(',');
    listed
        .filter_map(|id| Uuid::try_parse(id.trim()).ok())
        .collect()
}

/// The volumes that are to join the group of the path, and those that are to leave it.
fn change(world: &World, call: &Call) -> Result<(Vec<Uuid>, Vec<Uuid>), Fault> {
    let group = group(world, call)?;
    check(&UPDATE, call)?;
    let wanted = &call.body["group"];
    if wanted.as_object().is_none_or(serde_json::Map::is_empty) {
        return Err(invalid_group(format!(
            "Cannot update group {} because no valid name, description, add_volumes, or remove_volumes were \
             provided.",
            group.id
        )));
    }
    if world.status_of_group(group) != Status::Available {
        return Err(invalid_group("Group status must be available."));
    }
    let (join, leave) = (ids(wanted, "add_volumes"), ids(wanted, "remove_volumes"));
    for id in &join {
        check_candidate(world, call, group, *id)?;
    }
    if let Some(stranger) = leave.iter().find(|id| !group.volumes.contains(id)) {
        return Err(invalid_group(format!(
            "Cannot remove volume {stranger} from group {} because it is not in the group.",
            group.id
        )));
    }
    Ok((join, leave))
}

fn check_candidate(world: &World, call: &Call, group: &Group, id: Uuid) -> Result<(), Fault> {
    let volume: &Volume = found(world, call, &id.to_string())?;
    let refuse = |why: String| {
        let message = format!("Cannot add volume {id} to group {} because {why}", group.id);
        Err(invalid_group(message))
    };
    if let Some(other) = world.group_of_volume(id) {
        return refuse(format!("it is already in group {other}."));
    }
    if !group.volume_types.contains(&volume.kind.id) {
        return refuse(format!(
            "volume type {} is not supported by the group.",
            volume.kind.id
        ));
    }
    match volume.status {
        Status::Available | Status::InUse => Ok(()),
        status => refuse(format!(
            "volume status is {}, and must be available or in-use.",
            status.word()
        )),
    }
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (join, leave) = change(world, call)?;
    let wanted = &call.body["group"];
    let id = group(world, call)?.id;
    if let Some(group) = world.storage.groups.get_mut(id) {
        group.volumes.retain(|volume| !leave.contains(volume));
        group.volumes.extend(join);
        if let Some(name) = trimmed(wanted, "name") {
            group.name = name;
        }
        if let Some(description) = trimmed(wanted, "description") {
            group.description = Some(description);
        }
    }
    Ok(accepted())
}

fn deletable(world: &World, call: &Call) -> Result<Uuid, Fault> {
    let group = group(world, call)?;
    check(&DELETE, call)?;
    let takes_volumes = call.body["delete"]
        .get("delete-volumes")
        .is_some_and(is_yes);
    let status = world.status_of_group(group);
    if !matches!(status, Status::Available | Status::Error) {
        return Err(invalid_group(format!(
            "Group status must be available or error, but current status is: {}",
            status.word()
        )));
    }
    let mut taken = world.storage.group_snapshots.iter();
    if taken.any(|taken| taken.group == group.id) {
        return Err(invalid_group("Group has existing snapshots."));
    }
    let volumes: Vec<&Volume> = group
        .volumes
        .iter()
        .filter_map(|id| world.volume(*id))
        .collect();
    if !volumes.is_empty() && !takes_volumes {
        return Err(invalid_group(format!(
            "Group {} still contains volumes. The delete-volumes flag is required to delete it.",
            group.id
        )));
    }
    if volumes.iter().any(|volume| volume.is_attached()) {
        return Err(invalid_group(format!(
            "Volume in group {} is attached. Need to detach first.",
            group.id
        )));
    }
    if volumes.iter().any(|volume| !volume.snapshots.is_empty()) {
        return Err(invalid_group(
            "Volume in group still has dependent snapshots.",
        ));
    }
    Ok(group.id)
}

/// The status that a group, or a snapshot of one, is to be put into by force.
pub(super) fn reset_status(call: &Call) -> Result<Status, Fault> {
    check(&RESET, call)?;
    let word = text(&call.body["reset_status"], "status").unwrap_or_default();
    let known = [
        "creating",
        "available",
        "deleting",
        "error",
        "error_deleting",
        "updating",
    ];
    let found = known.contains(&word).then(|| Status::of_word(word));
    found.flatten().ok_or_else(|| {
        invalid_input(format!(
            "Group status: {word} is invalid, valid statuses are: {}.",
            known.join(", ")
        ))
    })
}

/// The group that a new volume is to be in, which has to be of one of the group's types.
pub(super) fn of_new_volume<'a>(world: &'a World, call: &Call) -> Result<Option<&'a Group>, Fault> {
    let wanted = &call.body["volume"];
    let Some(id) = text(wanted, "group_id").filter(|_| call.microversion >= FIRST) else {
        return Ok(None);
    };
    let group: &Group = found(world, call, id)?;
    let Some(kind) = text(wanted, "volume_type") else {
        return Err(invalid_input(
            "volume_type must be provided when creating a volume in a group.",
        ));
    };
    match group
        .volume_types
        .contains(&kind_named(world, call, kind)?.id)
    {
        true => Ok(Some(group)),
        false => Err(invalid_input(format!(
            "Invalid volume_type provided: {kind} (requested type must be supported by this group)."
        ))),
    }
}
