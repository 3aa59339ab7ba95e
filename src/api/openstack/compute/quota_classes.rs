//! Classes of quotas. Projects are in the class `default`; others can be kept but mean nothing.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::schema::{self, Object, Schema, object, property};
use super::quota_sets::{limit, values, wanted};
use super::{Answer, Call, Operation};
use crate::api::Landing;
use crate::world::World;
use crate::world::limits::quotas::Resource;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.get_quota_class_set",
        land: Landing::nowhere,
        run: |world, call, _| Ok(answer(world, call, Some(class(call)))),
        is_read: true,
    },
    Operation {
        command: "compute.update_quota_class_set",
        land: |_, call| {
            schema::check(&BODY, &call.body, call.microversion)?;
            Ok(Landing::default())
        },
        run: |world, call, _| {
            for (resource, limit) in wanted(&call.body["quota_class_set"]) {
                world.quotas.set_class(class(call), resource, limit);
            }
            Ok(answer(world, call, None))
        },
        is_read: false,
    },
];

const BODY: Object = object(&[property("quota_class_set", Schema::Object(&SET)).required()]);

const SET: Object = object(&[
    limit(Resource::Cores),
    limit(Resource::FixedIps).until(49),
    limit(Resource::FloatingIps).until(49),
    limit(Resource::InjectedFileBytes).until(56),
    limit(Resource::InjectedPathBytes).until(56),
    limit(Resource::InjectedFiles).until(56),
    limit(Resource::Servers),
    limit(Resource::KeyPairs),
    limit(Resource::MetadataItems),
    limit(Resource::Memory),
    limit(Resource::SecurityGroupRules).until(49),
    limit(Resource::SecurityGroups).until(49),
    limit(Resource::GroupMembers),
    limit(Resource::ServerGroups),
]);

fn class(call: &Call) -> &str {
    call.path_param("class")
}

fn answer(world: &World, call: &Call, id: Option<&str>) -> Answer {
    let mut set: Map<String, Value> = id
        .map(|id| ("id".to_owned(), json!(id)))
        .into_iter()
        .collect();
    let limits = |resource| json!(world.class_quota(class(call), resource));
    // Groups could be set from the start, but were not shown.
    let is_shown = |name: &str| call.microversion >= 50 || !name.starts_with("server_group");
    set.extend(values(&SET, call, limits).filter(|(name, _)| is_shown(name)));
    Answer::json(StatusCode::OK, &json!({ "quota_class_set": set }))
}
