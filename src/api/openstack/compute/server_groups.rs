//! Server groups.

use http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::query::{Kind, NONE_SINCE_75, Parameters, parameter};
use super::super::render::Hex;
use super::super::schema::{self, List, NAME, Object, Schema, number, object, property};
use super::quota::check_server_groups;
use super::{Answer, Call, Operation, done};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::placement::server_groups::{Policy, ServerGroup};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_server_groups",
        land: |_, call| PARAMETERS.check(call).map(|()| Landing::default()),
        run: list,
        is_read: true,
    },
    Operation {
        command: "compute.create_server_group",
        land: land_on_new,
        run: create,
        is_read: false,
    },
    Operation {
        command: "compute.get_server_group",
        land,
        run: |world, call, _| Ok(answer(world, call, group(world, call)?)),
        is_read: true,
    },
    Operation {
        command: "compute.delete_server_group",
        land,
        run: |world, call, _| {
            let id = group(world, call)?.id;
            world.remove_server_group(id);
            Ok(done(StatusCode::NO_CONTENT))
        },
        is_read: false,
    },
];

const PARAMETERS: Parameters = Parameters {
    known: &[
        parameter("all_projects", Kind::Text),
        parameter("limit", Kind::Count),
        parameter("offset", Kind::Count),
    ],
    ..NONE_SINCE_75
};

const BODY: Object = object(&[property("server_group", Schema::Object(&GROUP)).required()]);

const GROUP: Object = object(&[
    property("name", Schema::Text(NAME)).required(),
    property("policies", one_of(&HARD)).until(14).required(),
    property("policies", one_of(&ANY))
        .since(15)
        .until(63)
        .required(),
    property("policy", ANY).since(64).required(),
    property("rules", Schema::Object(&RULES)).since(64),
]);

const HARD: Schema = Schema::Choice(&["anti-affinity", "affinity"]);

const ANY: Schema = Schema::Choice(&[
    "anti-affinity",
    "affinity",
    "soft-anti-affinity",
    "soft-affinity",
]);

/// A list with one of these.
const fn one_of(items: &'static Schema) -> Schema {
    Schema::List(List {
        items,
        min: 1,
        max: 1,
        or_null: false,
        unique: true,
    })
}

const RULES: Object = object(&[property(
    "max_server_per_host",
    Schema::Number {
        min: 1,
        max: i64::MAX,
    },
)]);

/// The group of the path, where the caller may see it.
fn group<'a>(world: &'a World, call: &Call) -> Result<&'a ServerGroup, Fault> {
    let wanted = call.path_param("group");
    let found = Uuid::try_parse(wanted)
        .ok()
        .and_then(|id| world.server_group(id));
    found
        .filter(|group| call.is_admin() || Some(group.project) == project(call))
        .ok_or_else(|| Fault::not_found(format!("Instance group {wanted} could not be found.")))
}

fn project(call: &Call) -> Option<Uuid> {
    let project = call.session.as_ref()?.project.as_ref()?;
    Some(project.id)
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    group(world, call).map(|_| Landing::default())
}

fn land_on_new(world: &World, call: &Call) -> Result<Landing, Fault> {
    schema::check(&BODY, &call.body, call.microversion)?;
    let wanted = &call.body["server_group"];
    let rules = wanted.get("rules").and_then(Value::as_object);
    let has_rules = rules.is_some_and(|rules| !rules.is_empty());
    let user = call.caller()?.user.id;
    check_server_groups(world, project(call).unwrap_or_default(), user)?;
    if has_rules && policy(wanted) != Policy::AntiAffinity {
        return Err(Fault::bad_request(
            "Only anti-affinity policy supports rules.",
        ));
    }
    Ok(Landing::default())
}

fn policy(wanted: &Value) -> Policy {
    let word = wanted.get("policy").or(wanted["policies"].get(0));
    let word = word.and_then(Value::as_str).unwrap_or_default();
    Policy::named(word).unwrap_or(Policy::AntiAffinity)
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let wanted = &call.body["server_group"];
    let rule = wanted
        .get("rules")
        .and_then(|rules| rules.get("max_server_per_host"));
    let group = ServerGroup {
        description: None,
        id: world.ids.uuid(),
        name: wanted["name"].as_str().unwrap_or_default().into(),
        project: project(call).unwrap_or_default(),
        user: call.caller()?.user.id,
        policy: policy(wanted),
        max_per_host: rule.and_then(number),
        members: Vec::new(),
        created: world.now(),
    };
    let answer = answer(world, call, &group);
    world.server_groups.insert(group.id, group);
    Ok(answer)
}

fn answer(world: &World, call: &Call, group: &ServerGroup) -> Answer {
    let shown = json_of(world, call, group);
    Answer::json(StatusCode::OK, &json!({ "server_group": shown }))
}

fn json_of(world: &World, call: &Call, group: &ServerGroup) -> Map<String, Value> {
    let members: Vec<Uuid> = world.members(group).map(|server| server.id).collect();
    let rules = match group.max_per_host {
        Some(max) => json!({ "max_server_per_host": max }),
        None => json!({}),
    };
    // Name, value, and the first and the last microversion that has it.
    let fields = [
        ("id", json!(group.id), 0, u32::MAX),
        ("name", json!(group.name), 0, u32::MAX),
        ("policy", json!(group.policy.word()), 64, u32::MAX),
        ("rules", rules, 64, u32::MAX),
        ("policies", json!([group.policy.word()]), 0, 63),
        ("metadata", json!({}), 0, 63),
        ("members", json!(members), 0, u32::MAX),
        ("project_id", json!(Hex(group.project)), 13, u32::MAX),
        ("user_id", json!(Hex(group.user)), 13, u32::MAX),
    ];
    fields
        .into_iter()
        .filter(|(.., first, last)| (*first..=*last).contains(&call.microversion))
        .map(|(name, value, ..)| (name.to_owned(), value))
        .collect()
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let shows_all = call.param("all_projects").is_some() && call.is_admin();
    let number = |name: &str| call.param(name).and_then(|number| number.parse().ok());
    let groups: Vec<_> = world
        .server_groups
        .iter()
        .filter(|group| shows_all || Some(group.project) == project(call))
        .skip(number("offset").unwrap_or(0))
        .take(number("limit").unwrap_or(MAX_LIMIT).min(MAX_LIMIT))
        .map(|group| json_of(world, call, group))
        .collect();
    Ok(Answer::json(
        StatusCode::OK,
        &json!({ "server_groups": groups }),
    ))
}

/// The most that one answer lists.
const MAX_LIMIT: usize = 1000;
