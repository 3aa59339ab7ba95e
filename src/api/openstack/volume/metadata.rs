//! The metadata of volumes and of snapshots.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::schema::{self, Object, Schema, object, property};
use super::view::pairs;
use super::{Answer, Call, Operation, snapshot, volume};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::volume::{Pairs, Status};

/// The rows of one kind of thing: they differ in its name and in where its metadata is.
macro_rules! operations {
    ($thing:literal, $kind:expr) => {
        [
            Operation {
                command: concat!("volume.list_", $thing, "_metadata"),
                land: |world, call| $kind.land(world, call),
                run: |world, call, _| $kind.show(world, call),
                is_read: true,
            },
            Operation {
                command: concat!("volume.update_", $thing, "_metadata"),
                land: |world, call| $kind.land_with_items(world, call),
                run: |world, call, _| $kind.update(world, call, false),
                is_read: false,
            },
            Operation {
                command: concat!("volume.replace_", $thing, "_metadata"),
                land: |world, call| $kind.land_with_items(world, call),
                run: |world, call, _| $kind.update(world, call, true),
                is_read: false,
            },
            Operation {
                command: concat!("volume.get_", $thing, "_metadata_item"),
                land: |world, call| $kind.land_on_item(world, call),
                run: |world, call, _| $kind.show_item(world, call),
                is_read: true,
            },
            Operation {
                command: concat!("volume.set_", $thing, "_metadata_item"),
                land: |world, call| $kind.land_with_item(world, call),
                run: |world, call, _| $kind.set_item(world, call),
                is_read: false,
            },
            Operation {
                command: concat!("volume.delete_", $thing, "_metadata_item"),
                land: |world, call| $kind.land_on_item(world, call),
                run: |world, call, _| $kind.delete_item(world, call),
                is_read: false,
            },
        ]
    };
}

pub(super) const OF_VOLUMES: &[Operation] = &operations!("volume", Kind::Volume);
pub(super) const OF_SNAPSHOTS: &[Operation] = &operations!("snapshot", Kind::Snapshot);

const ITEMS: Object =
    object(&[property("metadata", Schema::Object(&super::shapes::EXTRA_SPECS)).required()]);

const ITEM: Object =
    object(&[property("meta", Schema::Object(&super::shapes::EXTRA_SPECS)).required()]);

/// What has metadata.
#[derive(Clone, Copy)]
enum Kind {
    Volume,
    Snapshot,
}

impl Kind {
    fn land(self, world: &World, call: &Call) -> Result<Landing, Fault> {
        match self {
            Kind::Volume => super::land(world, call),
            Kind::Snapshot => super::snapshots::land(world, call),
        }
    }

    fn held<'a>(self, world: &'a World, call: &Call) -> Result<&'a Pairs, Fault> {
        Ok(match self {
            Kind::Volume => &volume(world, call)?.metadata,
            Kind::Snapshot => &snapshot(world, call)?.metadata,
        })
    }

    fn held_mut<'a>(self, world: &'a mut World, call: &Call) -> Result<&'a mut Pairs, Fault> {
        let gone = || Fault::not_found("");
        match self {
            Kind::Volume => {
                let id = volume(world, call)?.id;
                let volume = world.volume_mut(id).ok_or_else(gone)?;
                if volume.status == Status::Maintenance {
                    let status = volume.status.word();
                    return Err(super::complaint::invalid_volume(format!(
                        "Updating volume metadata is not allowed for volumes in {status} status."
                    )));
                }
                Ok(&mut volume.metadata)
            }
            Kind::Snapshot => {
                let id = snapshot(world, call)?.id;
                let snapshot = world.snapshot_mut(id).ok_or_else(gone)?;
                Ok(&mut snapshot.metadata)
            }
        }
    }

    fn land_with_items(self, world: &World, call: &Call) -> Result<Landing, Fault> {
        schema::check(&ITEMS, &call.body, call.microversion.max(1))?;
        check_items(&call.body["metadata"])?;
        self.land(world, call)
    }

    fn land_with_item(self, world: &World, call: &Call) -> Result<Landing, Fault> {
        schema::check(&ITEM, &call.body, call.microversion.max(1))?;
        let meta = &call.body["meta"];
        check_items(meta)?;
        if meta.get(call.path_param("key")).is_none() {
            return Err(Fault::bad_request("Request body and URI mismatch"));
        }
        if meta.as_object().is_some_and(|meta| meta.len() > 1) {
            return Err(Fault::bad_request("Request body contains too many items"));
        }
        self.land(world, call)
    }

    fn land_on_item(self, world: &World, call: &Call) -> Result<Landing, Fault> {
        self.item(world, call)?;
        self.land(world, call)
    }

    fn item<'a>(self, world: &'a World, call: &Call) -> Result<&'a str, Fault> {
        let key = call.path_param("key");
        let held = self.held(world, call)?;
        let item = held.iter().find(|(name, _)| **name == *key);
        item.map(|(_, value)| &**value).ok_or_else(|| {
            let (title, id) = match self {
                Kind::Volume => ("Volume", call.path_param("volume")),
                Kind::Snapshot => ("Snapshot", call.path_param("snapshot")),
            };
            Fault::not_found(format!("{title} {id} has no metadata with key {key}."))
        })
    }

    fn show(self, world: &World, call: &Call) -> Result<Answer, Fault> {
        let shown = json!({"metadata": pairs(self.held(world, call)?)});
        Ok(Answer::json(StatusCode::OK, &shown))
    }

    fn show_item(self, world: &World, call: &Call) -> Result<Answer, Fault> {
        let key = call.path_param("key");
        let shown = json!({"meta": {key: self.item(world, call)?}});
        Ok(Answer::json(StatusCode::OK, &shown))
    }

    fn update(self, world: &mut World, call: &Call, replaces: bool) -> Result<Answer, Fault> {
        let held = self.held_mut(world, call)?;
        if replaces {
            held.clear();
        }
        put(held, items(&call.body["metadata"]));
        self.show(world, call)
    }

    fn set_item(self, world: &mut World, call: &Call) -> Result<Answer, Fault> {
        let held = self.held_mut(world, call)?;
        put(held, items(&call.body["meta"]));
        self.show_item(world, call)
    }

    fn delete_item(self, world: &mut World, call: &Call) -> Result<Answer, Fault> {
        self.item(world, call)?;
        let key = call.path_param("key");
        let held = self.held_mut(world, call)?;
        held.retain(|(name, _)| **name != *key);
        Ok(Answer::empty(StatusCode::OK))
    }
}

/// Sets items, each in its old place if it has one.
pub(super) fn put(held: &mut Pairs, items: Pairs) {
    for (name, value) in items {
        match held.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => held.push((name, value)),
        }
    }
}

/// The items of an object whose values are texts.
pub(super) fn items(value: &Value) -> Pairs {
    let members = value.as_object().into_iter().flatten();
    let pair = |(name, value): (&String, &Value)| {
        let value = value.as_str()?;
        Some((name.as_str().into(), value.into()))
    };
    members.filter_map(pair).collect()
}

/// Refuses names that are empty.
///
/// # Errors
/// [`FaultKind::BadRequest`](crate::vocabulary::fault::FaultKind::BadRequest).
pub(super) fn check_items(value: &Value) -> Result<(), Fault> {
    let is_empty = |members: &Map<String, Value>| members.keys().any(String::is_empty);
    if value.as_object().is_some_and(is_empty) {
        return Err(Fault::bad_request(
            "Invalid metadata: Metadata property key blank.",
        ));
    }
    Ok(())
}
