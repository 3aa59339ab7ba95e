//! Sets of promises on the quality of service, which types can refer to.

use http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::query::flag;
use super::{Answer, Call, Operation, accepted, check, links, shapes, text};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::volume::Qos;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "volume.list_qos_specs",
        land: Landing::nowhere,
        run: |world, _, _| {
            let shown: Value = world.storage.qos.iter().rev().map(view).collect();
            Ok(Answer::json(StatusCode::OK, &json!({"qos_specs": shown})))
        },
        is_read: true,
    },
    Operation {
        command: "volume.create_qos_specs",
        land: |world, call| {
            check(&shapes::CREATE_QOS, call)?;
            check_name(world, call).map(|()| Landing::default())
        },
        run: create,
        is_read: false,
    },
    Operation {
        command: "volume.get_qos_specs",
        land,
        run: |world, call, _| Ok(show(call, qos(world, call)?)),
        is_read: true,
    },
    Operation {
        command: "volume.update_qos_specs",
        land: |world, call| {
            check(&shapes::UPDATE_QOS, call)?;
            land(world, call)
        },
        run: |world, call, _| {
            let new = specs(&call.body["qos_specs"]);
            change(world, call, |qos| {
                for (name, value) in new {
                    qos.specs.retain(|(known, _)| *known != name);
                    qos.specs.push((name, value));
                }
            })?;
            let shown = json!({"qos_specs": call.body["qos_specs"]});
            Ok(Answer::json(StatusCode::OK, &shown))
        },
        is_read: false,
    },
    Operation {
        command: "volume.delete_qos_specs",
        land: |world, call| deletable(world, call).map(|_| Landing::default()),
        run: |world, call, _| {
            let id = deletable(world, call)?;
            disassociate(world, id, None);
            world.storage.qos.remove(id);
            Ok(accepted())
        },
        is_read: false,
    },
    Operation {
        command: "volume.delete_qos_keys",
        land: |world, call| {
            check(&shapes::DELETE_QOS_KEYS, call)?;
            check_keys(world, call).map(|()| Landing::default())
        },
        run: |world, call, _| {
            let keys = call.body["keys"].clone();
            let is_listed = |name: &str| {
                keys.as_array()
                    .is_some_and(|keys| keys.contains(&name.into()))
            };
            change(world, call, |qos| {
                qos.specs.retain(|(name, _)| !is_listed(name))
            })?;
            Ok(accepted())
        },
        is_read: false,
    },
    Operation {
        command: "volume.list_qos_associations",
        land,
        run: |world, call, _| {
            let id = qos(world, call)?.id;
            let types = world.storage.types.iter();
            let shown: Value = types
                .filter(|kind| kind.qos == Some(id))
                .map(|kind| json!({"association_type": "volume_type", "name": kind.name, "id": kind.id}))
                .collect();
            let shown = json!({"qos_associations": shown});
            Ok(Answer::json(StatusCode::OK, &shown))
        },
        is_read: true,
    },
    Operation {
        command: "volume.associate_qos_specs",
        land: |world, call| {
            kind(world, call)?;
            land(world, call)
        },
        run: |world, call, _| {
            let (id, kind) = (qos(world, call)?.id, kind(world, call)?);
            world.change_volume_type(kind, |kind| kind.qos = Some(id));
            Ok(accepted())
        },
        is_read: false,
    },
    Operation {
        command: "volume.disassociate_qos_specs",
        land,
        run: |world, call, _| {
            let id = qos(world, call)?.id;
            let is_for_all = call.request.path.ends_with("/disassociate_all");
            let only = (!is_for_all).then(|| kind(world, call)).transpose()?;
            disassociate(world, id, only);
            Ok(accepted())
        },
        is_read: false,
    },
];

fn qos<'a>(world: &'a World, call: &Call) -> Result<&'a Qos, Fault> {
    let wanted = call.path_param("qos");
    let found = Uuid::try_parse(wanted)
        .ok()
        .and_then(|id| world.storage.qos.get(id));
    found.ok_or_else(|| Fault::not_found(format!("No such QoS spec {wanted}.")))
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    qos(world, call).map(|_| Landing::default())
}

/// The type that the query names.
fn kind(world: &World, call: &Call) -> Result<Uuid, Fault> {
    let Some(wanted) = call.param("vol_type_id") else {
        return Err(Fault::bad_request("Volume Type id must not be None."));
    };
    super::types::kind_named(world, call, wanted).map(|kind| kind.id)
}

fn disassociate(world: &mut World, qos: Uuid, only: Option<Uuid>) {
    let types = world.storage.types.iter();
    let bound: Vec<Uuid> = types
        .filter(|kind| kind.qos == Some(qos) && only.is_none_or(|only| only == kind.id))
        .map(|kind| kind.id)
        .collect();
    for kind in bound {
        world.change_volume_type(kind, |kind| kind.qos = None);
    }
}

fn change(world: &mut World, call: &Call, change: impl FnOnce(&mut Qos)) -> Result<(), Fault> {
    let id = qos(world, call)?.id;
    if let Some(qos) = world.storage.qos.get_mut(id) {
        change(qos);
    }
    Ok(())
}

fn view(qos: &Qos) -> Value {
    let specs = qos
        .specs
        .iter()
        .map(|(name, value)| (name.to_string(), value.clone()));
    json!({
        "id": qos.id,
        "name": qos.name,
        "consumer": qos.consumer,
        "specs": specs.collect::<Map<_, _>>(),
    })
}

fn show(call: &Call, qos: &Qos) -> Answer {
    let links = links(call, "qos-specs", qos.id);
    let shown = json!({"qos_specs": view(qos), "links": links});
    Answer::json(StatusCode::OK, &shown)
}

/// All that is promised, beside what the set is.
fn specs(wanted: &Value) -> Vec<(std::sync::Arc<str>, Value)> {
    let members = wanted.as_object().into_iter().flatten();
    let promised = members.filter(|(name, _)| !matches!(name.as_str(), "name" | "consumer"));
    promised
        .map(|(name, value)| (name.as_str().into(), value.clone()))
        .collect()
}

fn check_name(world: &World, call: &Call) -> Result<(), Fault> {
    let name = text(&call.body["qos_specs"], "name")
        .unwrap_or_default()
        .trim();
    match world.storage.qos.iter().any(|qos| *qos.name == *name) {
        true => Err(Fault::conflict(format!("QoS Specs {name} already exists."))),
        false => Ok(()),
    }
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    check_name(world, call)?;
    let wanted = &call.body["qos_specs"];
    let qos = Qos {
        id: world.ids.uuid(),
        name: text(wanted, "name").unwrap_or_default().trim().into(),
        consumer: text(wanted, "consumer").unwrap_or("back-end").into(),
        specs: specs(wanted),
    };
    let answer = show(call, &qos);
    world.storage.qos.insert(qos.id, qos);
    Ok(answer)
}

fn deletable(world: &World, call: &Call) -> Result<Uuid, Fault> {
    let id = qos(world, call)?.id;
    let is_forced = call
        .param("force")
        .is_some_and(|word| flag(word) == Ok(true));
    let is_used = world.storage.types.iter().any(|kind| kind.qos == Some(id));
    if is_used && !is_forced {
        let message = format!("QoS Specs {id} is still associated with entities.");
        return Err(Fault::bad_request(message));
    }
    Ok(id)
}

fn check_keys(world: &World, call: &Call) -> Result<(), Fault> {
    let qos = qos(world, call)?;
    let keys = call.body["keys"].as_array().into_iter().flatten();
    for key in keys.filter_map(Value::as_str) {
        if !qos.specs.iter().any(|(name, _)| **name == *key) {
            return Err(Fault::not_found(format!(
                "QoS spec {} has no spec with key {key}.",
                qos.id
            )));
        }
    }
    Ok(())
}
