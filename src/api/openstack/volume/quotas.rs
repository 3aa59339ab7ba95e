//! Quotas: what projects may have, and what they have of it.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::query::flag;
use super::super::schema::number;
use super::complaint::{forbidden, over_limit};
use super::{Answer, Call, Operation, check, shapes};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{Project, id_text};
use crate::world::volume::{DEFAULT_CLASS, Resource, Usage};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "volume.get_quotas",
        land: |_, call| check_target(call).map(|()| Landing::default()),
        run: |world, call, _| Ok(show(world, call)),
        is_read: true,
    },
    Operation {
        command: "volume.get_default_quotas",
        land: |_, call| check_target(call).map(|()| Landing::default()),
        run: |world, call, _| {
            let mut set = quotas(world, "");
            set.insert("id".to_owned(), call.path_param("target").into());
            Ok(Answer::json(StatusCode::OK, &json!({"quota_set": set})))
        },
        is_read: true,
    },
    Operation {
        command: "volume.update_quotas",
        land: |world, call| {
            check(&shapes::UPDATE_QUOTAS, call)?;
            new_quotas(world, call, "quota_set").map(|_| Landing::default())
        },
        run: |world, call, _| {
            let new = new_quotas(world, call, "quota_set")?;
            let target = call.path_param("target").to_owned();
            set(world, &target, new);
            let set = quotas(world, &target);
            Ok(Answer::json(StatusCode::OK, &json!({"quota_set": set})))
        },
        is_read: false,
    },
    Operation {
        command: "volume.delete_quotas",
        land: Landing::nowhere,
        run: |world, call, _| {
            world.storage.quotas.remove(call.path_param("target"));
            Ok(Answer::empty(StatusCode::OK))
        },
        is_read: false,
    },
    Operation {
        command: "volume.get_quota_class",
        land: Landing::nowhere,
        run: |world, call, _| {
            let mut set = quotas(world, &class(call));
            set.insert("id".to_owned(), call.path_param("class").into());
            let shown = json!({"quota_class_set": set});
            Ok(Answer::json(StatusCode::OK, &shown))
        },
        is_read: true,
    },
    Operation {
        command: "volume.update_quota_class",
        land: |world, call| {
            check(&shapes::UPDATE_QUOTA_CLASS, call)?;
            new_quotas(world, call, "quota_class_set").map(|_| Landing::default())
        },
        run: |world, call, _| {
            let new = new_quotas(world, call, "quota_class_set")?;
            set(world, &class(call), new);
            let set = quotas(world, &class(call));
            let shown = json!({"quota_class_set": set});
            Ok(Answer::json(StatusCode::OK, &shown))
        },
        is_read: false,
    },
];

/// The name under which a class of quotas is kept.
fn class(call: &Call) -> String {
    match call.path_param("class") {
        "default" => DEFAULT_CLASS.to_owned(),
        class => format!("class:{class}"),
    }
}

/// Only administrators may look at other projects.
fn check_target(call: &Call) -> Result<(), Fault> {
    let own = call.caller()?.project.as_ref();
    let own = own.map(|project| id_text(project.id));
    match own.as_deref() == Some(call.path_param("target")) || call.is_admin() {
        true => Ok(()),
        false => Err(forbidden("volume_extension:quotas:show")),
    }
}

/// All that there is a quota for: each of the resources, and some of them for each type.
fn names(world: &World) -> Vec<String> {
    let resources = Resource::ALL
        .iter()
        .map(|resource| resource.word().to_owned());
    let by_type = world.storage.types.iter().flat_map(|kind| {
        let name = kind.name.clone();
        ["volumes", "snapshots", "gigabytes"].map(|resource| format!("{resource}_{name}"))
    });
    resources.chain(by_type).collect()
}

fn quotas(world: &World, project: &str) -> Map<String, Value> {
    let pair = |name: String| {
        let limit = world.storage_limit(project, &name);
        (name, limit.into())
    };
    names(world).into_iter().map(pair).collect()
}

fn set(world: &mut World, whose: &str, new: Vec<(String, i64)>) {
    let quotas = world.storage.quotas.entry(whose.into()).or_default();
    for (name, limit) in new {
        quotas.insert(name.as_str().into(), limit);
    }
}

fn show(world: &World, call: &Call) -> Answer {
    let target = call.path_param("target");
    let mut set = quotas(world, target);
    if call
        .param("usage")
        .is_some_and(|word| flag(word) == Ok(true))
    {
        let usage = usage(world, target);
        for (name, limit) in &mut set {
            let used = Resource::of_word(name).map_or(0, |resource| usage.of(resource));
            *limit = json!({"in_use": used, "limit": limit, "reserved": 0});
        }
    }
    set.insert("id".to_owned(), target.into());
    Answer::json(StatusCode::OK, &json!({"quota_set": set}))
}

fn usage(world: &World, project: &str) -> Usage {
    let id = Uuid::try_parse(project).ok();
    id.map(|id| world.storage.usage(id)).unwrap_or_default()
}

/// What is to be set, which may not be less than what there is.
fn new_quotas(world: &World, call: &Call, key: &str) -> Result<Vec<(String, i64)>, Fault> {
    let known = names(world);
    let members = call.body[key].as_object().into_iter().flatten();
    let mut new = Vec::new();
    for (name, value) in members {
        if name == "tenant_id" || name == "class_name" {
            continue;
        }
        if !known.contains(name) {
            return Err(Fault::bad_request(format!(
                "Bad key(s) in quota set: {name}"
            )));
        }
        let limit = limit(value).ok_or_else(|| {
            let value = super::super::python::str(value);
            Fault::bad_request(format!(
                "Invalid input for field/attribute {name}. Value: {value}. '{value}' does not match '^[0-9]*$'"
            ))
        })?;
        if limit < -1 {
            return Err(Fault::bad_request(format!(
                "Invalid input for field/attribute {name}. Value: {limit}. {limit} is less than the minimum of -1"
            )));
        }
        new.push((name.clone(), limit));
    }
    if new.is_empty() && key == "quota_set" && call.body[key].as_object().is_none_or(Map::is_empty)
    {
        return Err(Fault::bad_request(
            "Invalid input for field/attribute quota_set. Value: {}. {} should be non-empty",
        ));
    }
    Ok(new)
}

fn limit(value: &Value) -> Option<i64> {
    let negative = || value.as_i64().or_else(|| value.as_str()?.parse().ok());
    number(value)
        .and_then(|number| i64::try_from(number).ok())
        .or_else(negative)
}

// ------------------------------------------------------------ room

/// What a new thing takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Need {
    /// What it counts as; `None` for something that grows.
    counted: Option<Resource>,
    /// In GiB.
    gigabytes: u64,
    /// In GiB: how large a volume becomes.
    whole: u64,
}

impl Need {
    pub(super) fn volume(size: u64) -> Self {
        Self {
            counted: Some(Resource::Volumes),
            gigabytes: size,
            whole: size,
        }
    }

    pub(super) fn snapshot(size: u64) -> Self {
        Self {
            counted: Some(Resource::Snapshots),
            gigabytes: size,
            whole: 0,
        }
    }

    pub(super) fn backup(size: u64) -> Self {
        Self {
            counted: Some(Resource::Backups),
            ..Self::snapshot(size)
        }
    }

    pub(super) fn growth(from: u64, to: u64) -> Self {
        Self {
            counted: None,
            gigabytes: to - from,
            whole: to,
        }
    }

    /// Which quota its size counts against.
    fn space(self) -> Resource {
        match self.counted {
            Some(Resource::Backups) => Resource::BackupGigabytes,
            Some(_) | None => Resource::Gigabytes,
        }
    }
}

/// # Errors
/// [`FaultKind::OverLimit`](crate::vocabulary::fault::FaultKind::OverLimit) when a project may not have that
/// much more.
pub(super) fn check_room(world: &World, project: &Arc<Project>, need: Need) -> Result<(), Fault> {
    let id = id_text(project.id);
    let limit = |resource: Resource| {
        let limit = world.storage_limit(&id, resource.word());
        u64::try_from(limit).ok()
    };
    if let Some(limit) = limit(Resource::PerVolumeGigabytes)
        && need.whole > limit
    {
        return Err(over_limit(format!(
            "Requested volume size {}G is larger than maximum allowed limit {limit}G.",
            need.whole
        )));
    }
    let (counted, space) = (need.counted.and_then(limit), limit(need.space()));
    if counted.is_none() && space.is_none() {
        return Ok(());
    }
    let usage = world.storage.usage(project.id);
    let used = usage.of(need.space());
    if let Some(quota) = space.filter(|quota| used + need.gigabytes > *quota) {
        let (requested, space) = (need.gigabytes, need.space());
        let what = match space {
            Resource::BackupGigabytes => "backup exceeds allowed Backup gigabytes",
            _ => "volume or snapshot exceeds allowed gigabytes",
        };
        return Err(over_limit(format!(
            "Requested {what} quota. Requested {requested}G, quota is {quota}G and {used}G has been consumed."
        )));
    }
    match (need.counted, counted) {
        (Some(resource), Some(allowed)) if usage.of(resource) >= allowed => {
            let name = resource.word();
            let end = match resource {
                Resource::Volumes => " for quota 'volumes'.",
                _ => "",
            };
            Err(over_limit(format!(
                "Maximum number of {name} allowed ({allowed}) exceeded{end}"
            )))
        }
        _ => Ok(()),
    }
}
