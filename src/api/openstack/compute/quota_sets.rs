//! The quotas of projects, and of users in them.

use http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::query::{Kind, NONE_SINCE_75, Parameters, parameter};
use super::super::schema::{
    self, MAX_INT, Object, Property, Schema, integer, is_yes, object, property,
};
use super::{Answer, Call, Operation, done, forbidden};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{id_text, parse_loosely};
use crate::world::limits::holdings::Owner;
use crate::world::limits::quotas::{DEFAULT_CLASS, Holder, Resource, Usage};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.get_quota_set",
        land: |world, call| land_on_own(world, call, "os_compute_api:os-quota-sets:show"),
        run: |world, call, _| {
            let limits = |resource| json!(world.quota(holder(call), resource));
            Ok(answer(call, Some(project(call)), limits))
        },
        is_read: true,
    },
    Operation {
        command: "compute.get_quota_set_details",
        land: |world, call| land_on_own(world, call, "os_compute_api:os-quota-sets:detail"),
        run: show_details,
        is_read: true,
    },
    Operation {
        command: "compute.get_default_quota_set",
        land: |world, call| check_project(world, project(call)).map(|()| Landing::default()),
        run: |world, call, _| {
            let defaults = |resource| json!(world.class_quota(DEFAULT_CLASS, resource));
            Ok(answer(call, Some(project(call)), defaults))
        },
        is_read: true,
    },
    Operation {
        command: "compute.update_quota_set",
        land: land_on_update,
        run: update,
        is_read: false,
    },
    Operation {
        command: "compute.delete_quota_set",
        land: |_, call| PARAMETERS.check(call).map(|()| Landing::default()),
        run: |world, call, _| {
            world.quotas.reset(holder(call));
            Ok(done(StatusCode::ACCEPTED))
        },
        is_read: false,
    },
];

const PARAMETERS: Parameters = Parameters {
    known: &[parameter("user_id", Kind::Text)],
    ..NONE_SINCE_75
};

const BODY: Object = object(&[property("quota_set", Schema::Object(&SET)).required()]);

/// Of networks Nova knows nothing since 2.36, of files injected into servers since 2.57.
const SET: Object = object(&[
    limit(Resource::Cores),
    limit(Resource::FixedIps).until(35),
    limit(Resource::FloatingIps).until(35),
    property("force", Schema::Boolean),
    limit(Resource::InjectedFileBytes).until(56),
    limit(Resource::InjectedPathBytes).until(56),
    limit(Resource::InjectedFiles).until(56),
    limit(Resource::Servers),
    limit(Resource::KeyPairs),
    limit(Resource::MetadataItems),
    limit(Resource::Memory),
    limit(Resource::SecurityGroupRules).until(35),
    limit(Resource::SecurityGroups).until(35),
    limit(Resource::GroupMembers),
    limit(Resource::ServerGroups),
]);

pub(super) const fn limit(resource: Resource) -> Property {
    let range = Schema::Digits {
        min: -1,
        max: MAX_INT,
    };
    property(name(resource), range)
}

/// What a resource is called in quota sets.
pub(super) const fn name(resource: Resource) -> &'static str {
    match resource {
        Resource::Cores => "cores",
        Resource::FixedIps => "fixed_ips",
        Resource::FloatingIps => "floating_ips",
        Resource::InjectedFileBytes => "injected_file_content_bytes",
        Resource::InjectedPathBytes => "injected_file_path_bytes",
        Resource::InjectedFiles => "injected_files",
        Resource::Servers => "instances",
        Resource::KeyPairs => "key_pairs",
        Resource::MetadataItems => "metadata_items",
        Resource::Memory => "ram",
        Resource::SecurityGroupRules => "security_group_rules",
        Resource::SecurityGroups => "security_groups",
        Resource::GroupMembers => "server_group_members",
        Resource::ServerGroups => "server_groups",
    }
}

fn project(call: &Call) -> &str {
    call.path_param("project")
}

fn holder(call: &Call) -> Holder<'_> {
    Holder {
        project: project(call),
        user: call.param("user_id"),
    }
}

/// Whether there is a project with this id.
///
/// # Errors
/// [`FaultKind::BadRequest`](crate::vocabulary::fault::FaultKind::BadRequest), as Nova says after it asked
/// Keystone.
pub(super) fn check_project(world: &World, id: &str) -> Result<(), Fault> {
    let known = parse_loosely(id).map(|id| world.accounts.project(id));
    match known.flatten() {
        Some(_) => Ok(()),
        None => Err(Fault::bad_request(format!(
            "Project ID {id} is not a valid project."
        ))),
    }
}

/// A project's quotas are for its members and for administrators.
fn land_on_own(world: &World, call: &Call, rule: &str) -> Result<Landing, Fault> {
    PARAMETERS.check(call)?;
    let own = call.caller()?.project.as_ref();
    let is_own = own.is_some_and(|own| id_text(own.id) == project(call));
    if !is_own && !call.is_admin() {
        return Err(forbidden(rule));
    }
    check_project(world, project(call))?;
    Ok(Landing::default())
}

/// The answer with a value for each resource that the microversion knows.
fn answer(call: &Call, id: Option<&str>, value: impl Fn(Resource) -> Value) -> Answer {
    let mut set: Map<String, Value> = id
        .map(|id| ("id".to_owned(), json!(id)))
        .into_iter()
        .collect();
    set.extend(values(&SET, call, value));
    Answer::json(StatusCode::OK, &json!({ "quota_set": set }))
}

/// Values under the names that a set has at the call's microversion.
pub(super) fn values<'a>(
    set: &'a Object,
    call: &'a Call,
    value: impl Fn(Resource) -> Value + 'a,
) -> impl Iterator<Item = (String, Value)> + 'a {
    let known = Resource::ALL
        .into_iter()
        .filter(|resource| set.has(name(*resource), call.microversion));
    known.map(move |resource| (name(resource).to_owned(), value(resource)))
}

fn show_details(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let used = used(world, call);
    let details = |resource| {
        let limit = world.quota(holder(call), resource);
        json!({"limit": limit, "in_use": in_use(&used, resource), "reserved": 0})
    };
    Ok(answer(call, Some(project(call)), details))
}

fn used(world: &World, call: &Call) -> Usage {
    let project = parse_loosely(project(call)).unwrap_or_default();
    let user = call.param("user_id").map(Uuid::try_parse);
    let user = user.map(Result::unwrap_or_default);
    world.usage(Owner { project, user })
}

/// Nova tells of no other use.
fn in_use(used: &Usage, resource: Resource) -> i64 {
    match resource {
        Resource::Cores => used.cpus,
        Resource::Servers => used.servers,
        Resource::Memory => used.memory,
        Resource::ServerGroups => used.server_groups,
        Resource::FixedIps
        | Resource::FloatingIps
        | Resource::InjectedFileBytes
        | Resource::InjectedPathBytes
        | Resource::InjectedFiles
        | Resource::KeyPairs
        | Resource::MetadataItems
        | Resource::SecurityGroupRules
        | Resource::SecurityGroups
        | Resource::GroupMembers => 0,
    }
}

fn land_on_update(world: &World, call: &Call) -> Result<Landing, Fault> {
    PARAMETERS.check(call)?;
    schema::check(&BODY, &call.body, call.microversion)?;
    check_project(world, project(call))?;
    let is_forced = call.body["quota_set"].get("force").is_some_and(is_yes);
    if !is_forced {
        let used = used(world, call);
        wanted(&call.body["quota_set"])
            .try_for_each(|(resource, limit)| check_limit(world, call, &used, resource, limit))?;
    }
    Ok(Landing::default())
}

/// What a body sets.
pub(super) fn wanted(set: &Value) -> impl Iterator<Item = (Resource, i64)> + '_ {
    let limit = |resource| Some((resource, integer(set.get(name(resource))?)?));
    Resource::ALL.into_iter().filter_map(limit)
}

/// A quota is not set below what is used, nor a user's above the project's.
fn check_limit(
    world: &World,
    call: &Call,
    used: &Usage,
    resource: Resource,
    limit: i64,
) -> Result<(), Fault> {
    let (wanted, name) = (unlimited_last(limit), name(resource));
    let minimum = in_use(used, resource);
    let maximum = match holder(call) {
        Holder { user: None, .. } => -1,
        of_user => {
            let whole = Holder {
                user: None,
                ..of_user
            };
            world.quota(whole, resource)
        }
    };
    if wanted < minimum {
        return Err(Fault::bad_request(format!(
            "Quota limit {limit} for {name} must be greater than or equal to already used and reserved {minimum}."
        )));
    }
    if wanted > unlimited_last(maximum) {
        return Err(Fault::bad_request(format!(
            "Quota limit {limit} for {name} must be less than or equal to {maximum}."
        )));
    }
    Ok(())
}

/// -1 stands for no limit, which is above all others.
fn unlimited_last(limit: i64) -> i64 {
    if limit < 0 { i64::MAX } else { limit }
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let holder = holder(call);
    for (resource, limit) in wanted(&call.body["quota_set"]) {
        world.quotas.set(holder, resource, limit);
    }
    let limits = |resource| json!(world.quota(holder, resource));
    Ok(answer(call, None, limits))
}
