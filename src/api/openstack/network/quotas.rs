//! Quotas: how much of each kind a project may have.

use http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::kind::{Kind, bad_request};
use super::resource::{own_project, owner};
use super::{Answer, Call, Operation, policy, read};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::parse_loosely;
use crate::world::network::Counted;

pub(super) const OPERATIONS: &[Operation] = &[
    read("network.list_quotas", |world, _, _| {
        let projects = world.networking.limited_projects();
        let quotas: Vec<Value> = projects.map(|project| with_owner(world, project)).collect();
        Ok(Answer::json(StatusCode::OK, &json!({"quotas": quotas})))
    }),
    read("network.get_quota", |world, call, _| {
        let project = visible_project(call)?;
        Ok(quota(limits(|what| world.networking.limit(project, what))))
    }),
    read("network.get_default_quota", |world, call, _| {
        visible_project(call)?;
        Ok(quota(limits(|what| world.networking.default_limit(what))))
    }),
    read("network.get_quota_details", |world, call, _| {
        let project = visible_project(call)?;
        Ok(quota(details(world, project)))
    }),
    // The project that the caller's token is for.
    read("network.get_quota_project", |_, call, _| {
        let own = owner(own_project(call));
        let body = json!({"tenant": {"tenant_id": own, "project_id": own}});
        Ok(Answer::json(StatusCode::OK, &body))
    }),
    Operation {
        command: "network.update_quota",
        land: |_, call| wanted(call).map(|_| Landing::default()),
        run: update,
        is_read: false,
    },
    Operation {
        command: "network.reset_quota",
        land: Landing::nowhere,
        run: |world, call, _| {
            let id = call.path_param("project");
            let had = project(call).is_some_and(|project| world.networking.reset_limits(project));
            if !had {
                let message = format!("Quota for project {id} could not be found.");
                return Err(Fault::not_found(message).named("ProjectQuotaNotFound"));
            }
            Ok(Answer::empty(StatusCode::NO_CONTENT))
        },
        is_read: false,
    },
];

/// The project of the path, where it can be one.
fn project(call: &Call) -> Option<Uuid> {
    parse_loosely(call.path_param("project"))
}

/// The project of the path: the caller's own, unless an admin asks.
fn visible_project(call: &Call) -> Result<Uuid, Fault> {
    let own = own_project(call);
    match project(call) {
        Some(project) if project == own || call.is_admin() => Ok(project),
        None if call.is_admin() => Ok(Uuid::nil()),
        Some(_) | None => Err(policy::refuse("get_quota", &[])),
    }
}

fn limits(limit: impl Fn(Counted) -> i64) -> Value {
    let limits = Counted::ALL
        .iter()
        .map(|(what, name)| ((*name).to_owned(), limit(*what).into()));
    limits.collect::<Map<String, Value>>().into()
}

fn with_owner(world: &World, project: Uuid) -> Value {
    let mut quota = limits(|what| world.networking.limit(project, what));
    quota["project_id"] = owner(project);
    quota["tenant_id"] = owner(project);
    quota
}

fn details(world: &World, project: Uuid) -> Value {
    let detail = |(what, name): (Counted, &str)| {
        let networking = &world.networking;
        let detail = json!({
            "limit": networking.limit(project, what),
            "used": networking.used(project, what),
            "reserved": 0,
        });
        (name.to_owned(), detail)
    };
    Counted::ALL
        .into_iter()
        .map(detail)
        .collect::<Map<_, _>>()
        .into()
}

fn quota(quota: Value) -> Answer {
    Answer::json(StatusCode::OK, &json!({ "quota": quota }))
}

/// What an update asks for.
fn wanted(call: &Call) -> Result<Vec<(Counted, i64)>, Fault> {
    let Some(given) = call.body.get("quota").and_then(Value::as_object) else {
        return Err(bad_request("Unable to find 'quota' in request body"));
    };
    let mut limits = Vec::with_capacity(given.len());
    for (name, value) in given {
        if matches!(
            name.as_str(),
            "project_id" | "tenant_id" | "check_limit" | "force"
        ) {
            continue;
        }
        let counted = Counted::ALL.into_iter().find(|(_, known)| known == name);
        let Some((what, _)) = counted else {
            return Err(bad_request(format!("Unrecognized attribute(s) '{name}'")));
        };
        let most = i64::from(i32::MAX);
        let limit = Kind::Number { min: -1, max: most }.convert(name, value)?;
        limits.push((what, limit.as_i64().unwrap_or(-1)));
    }
    Ok(limits)
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let project = project(call).unwrap_or_default();
    for (what, limit) in wanted(call)? {
        world.networking.set_limit(project, what, limit);
    }
    Ok(quota(limits(|what| world.networking.limit(project, what))))
}
