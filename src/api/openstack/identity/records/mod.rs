//! Regions, services, endpoints, policies, credentials, limits, OAuth consumers: one table says how each
//! kind differs, and five functions do for all.

mod kinds;

use http::StatusCode;
use serde_json::{Value, json};

use super::super::schema::{self, List, Object, Schema, property};
use super::catalog::with_address;
use super::resource::{Purpose, Resource, members, text};
use super::shape::closed;
use super::{Answer, Call, Operation, done, read, write};
use crate::api::Landing;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Attributes, Kind, id_text, limits_stand_in_the_way};
use crate::world::ids::named;
use kinds::{Handling, LIMIT, REGISTERED_LIMIT, TABLE};

#[rustfmt::skip]
pub(super) const OPERATIONS: &[Operation] = &[
    read("identity.list_regions", list_all), write("identity.create_region", create), read("identity.get_region", get), write("identity.update_region", update), write("identity.delete_region", delete),
    read("identity.list_services", list_all), write("identity.create_service", create), read("identity.get_service", get), write("identity.update_service", update), write("identity.delete_service", delete),
    read("identity.list_endpoints", list_all), write("identity.create_endpoint", create), read("identity.get_endpoint", get), write("identity.update_endpoint", update), write("identity.delete_endpoint", delete),
    read("identity.list_endpoint_groups", list_all), write("identity.create_endpoint_group", create), read("identity.get_endpoint_group", get), write("identity.update_endpoint_group", update), write("identity.delete_endpoint_group", delete),
    read("identity.list_policies", list_all), write("identity.create_policy", create), read("identity.get_policy", get), write("identity.update_policy", update), write("identity.delete_policy", delete),
    read("identity.list_credentials", list_own), write("identity.create_credential", create), read("identity.get_credential", get), write("identity.update_credential", update), write("identity.delete_credential", delete),
    read("identity.list_registered_limits", list_all), write("identity.create_registered_limits", create_many), read("identity.get_registered_limit", get), write("identity.update_registered_limit", update), write("identity.delete_registered_limit", delete),
    read("identity.list_limits", list_own), write("identity.create_limits", create_many), read("identity.get_limit", get), write("identity.update_limit", update), write("identity.delete_limit", delete),
    read("identity.list_consumers", list_all), write("identity.create_consumer", create), read("identity.get_consumer", get), write("identity.update_consumer", update), write("identity.delete_consumer", delete),
    read("identity.get_limit_model", |_, _, _| {
        let description = "Limit enforcement and validation does not take project hierarchy into consideration.";
        Ok(Answer::json(StatusCode::OK, &json!({"model": {"name": "flat", "description": description}})))
    }),
];

/// The kind that a command is about: `create_service` is about services.
fn handling(call: &Call) -> &'static Handling {
    let name = call.command.spec().short_name();
    let (_, what) = name.split_once('_').unwrap_or(("", name));
    let is_meant = |handling: &&Handling| {
        handling.resource.member == what || handling.resource.collection == what
    };
    let found = TABLE.iter().find(is_meant);
    found.expect("each command of this file is about a kind of the table")
}

/// What is told of a record.
fn view(call: &Call, handling: &Handling, id: &str, record: &Attributes) -> Attributes {
    let mut item = members(json!({ "id": id }));
    item.extend(record.clone());
    for secret in handling.secrets {
        item.shift_remove(*secret);
    }
    if handling.kind == Kind::Endpoint {
        // The older name of the same.
        let region = record.get("region_id").cloned().unwrap_or_default();
        item.insert("region".to_owned(), region);
        let url = text(record, "url").unwrap_or_default();
        item.insert("url".to_owned(), with_address(url, call).into());
    }
    item
}

fn list_all(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let handling = handling(call);
    let records = world.accounts.records.of(handling.kind);
    let items = records.map(|(id, record)| view(call, handling, id, record));
    Ok(handling.resource.list(call, items))
}

/// Those of the caller alone, unless it is an administrator.
fn list_own(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (handling, session) = (handling(call), call.caller()?);
    let user = id_text(session.user.id);
    let project = session.project.as_ref().map(|project| id_text(project.id));
    let is_own = |record: &Attributes| match text(record, "user_id") {
        Some(owner) => owner == user,
        None => project.is_some() && text(record, "project_id") == project.as_deref(),
    };
    let sees_all = call.is_admin() || super::policy::allows(world, call);
    let records = world.accounts.records.of(handling.kind);
    let seen = records.filter(|(_, record)| sees_all || is_own(record));
    let items = seen.map(|(id, record)| view(call, handling, id, record));
    Ok(handling.resource.list(call, items))
}

fn get(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let handling = handling(call);
    let id = call.path_param(handling.resource.member);
    let record = world.accounts.records.find(handling.kind, id)?;
    let item = view(call, handling, id, record);
    Ok(handling.resource.one(call, StatusCode::OK, item))
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let handling = handling(call);
    let said = handling.resource.body(call, Purpose::Create)?;
    let (id, record) = add(world, call, handling, said)?;
    let mut item = view(call, handling, &id, &record);
    for secret in handling.secrets {
        item.extend(
            record
                .get(*secret)
                .map(|value| ((*secret).to_owned(), value.clone())),
        );
    }
    Ok(handling.resource.one(call, StatusCode::CREATED, item))
}

fn add(
    world: &mut World,
    call: &Call,
    handling: &Handling,
    mut said: Attributes,
) -> Result<(String, Attributes), Fault> {
    (handling.prepare)(world, call, &mut said)?;
    let id = new_id(world, call, handling, &mut said)?;
    let mut record = members((handling.defaults)());
    record.extend(said);
    let records = &mut world.accounts.records;
    records.put(handling.kind, &id, record.clone())?;
    Ok((id, record))
}

/// Regions may be given their id; EC2 credentials have one made from their key.
fn new_id(
    world: &mut World,
    call: &Call,
    handling: &Handling,
    said: &mut Attributes,
) -> Result<String, Fault> {
    let wanted = said.shift_remove("id");
    let wanted = wanted.as_ref().and_then(Value::as_str).unwrap_or_default();
    match handling.kind {
        Kind::Region => {
            let in_path = call.path_param("region");
            if !in_path.is_empty() && !wanted.is_empty() && in_path != wanted {
                return Err(Fault::bad_request(format!(
                    "Conflicting region IDs specified: \"{in_path}\" != \"{wanted}\""
                )));
            }
            let id = if in_path.is_empty() { wanted } else { in_path };
            if world.accounts.records.get(Kind::Region, id).is_some() {
                let message =
                    format!("Conflict occurred attempting to store region - Duplicate ID, {id}..");
                return Err(Fault::new(FaultKind::Conflict, message));
            }
            match id {
                "" => Ok(id_text(world.ids.uuid())),
                id => Ok(id.to_owned()),
            }
        }
        Kind::Credential if text(said, "type") == Some("ec2") => {
            let id = ec2_id(&access_key(said)?);
            match world.accounts.records.get(Kind::Credential, &id) {
                None => Ok(id),
                Some(_) => Err(Fault::new(
                    FaultKind::Conflict,
                    format!(
                        "Conflict occurred attempting to store credential - Duplicate entry found with ID {id}."
                    ),
                )),
            }
        }
        _ => Ok(id_text(world.ids.uuid())),
    }
}

/// The id of the credential that holds an EC2 key.
pub(super) fn ec2_id(access: &str) -> String {
    let half = |kind: &str| named(kind, access).simple().to_string();
    half("ec2-credential") + &half("ec2-credential-rest")
}

fn access_key(said: &Attributes) -> Result<String, Fault> {
    let blob = text(said, "blob").unwrap_or_default();
    let blob: Value =
        serde_json::from_str(blob).map_err(|_| Fault::bad_request("Invalid blob in credential"))?;
    let access = blob
        .get("access")
        .and_then(Value::as_str)
        .map(str::to_owned);
    access.ok_or_else(|| Fault::bad_request("Invalid blob in credential"))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let handling = handling(call);
    let mut said = handling.resource.body(call, Purpose::Update)?;
    let id = call.path_param(handling.resource.member);
    let mut record = world.accounts.records.find(handling.kind, id)?.clone();
    if handling.kind == Kind::RegisteredLimit
        && world.accounts.records.limits_of(id).next().is_some()
    {
        return Err(limits_stand_in_the_way(id));
    }
    said.shift_remove("id");
    if handling
        .secrets
        .iter()
        .any(|secret| said.contains_key(*secret))
    {
        return Err(Fault::bad_request("Cannot change consumer secret"));
    }
    if matches!(handling.kind, Kind::Endpoint | Kind::EndpointGroup) {
        (handling.prepare)(world, call, &mut said)?;
    }
    record.extend(said);
    let item = view(call, handling, id, &record);
    world.accounts.records.put(handling.kind, id, record)?;
    Ok(handling.resource.one(call, StatusCode::OK, item))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let handling = handling(call);
    let id = call.path_param(handling.resource.member);
    world.accounts.records.remove(handling.kind, id)?;
    Ok(done())
}

/// The kinds of records, for what is said of one.
pub(super) fn resources() -> impl Iterator<Item = &'static Resource> {
    TABLE.iter().map(|handling| &handling.resource)
}

/// Keystone refuses unknown filters of these kinds, and passes over those of all others.
pub(super) fn check_filters(call: &Call) -> Result<(), Fault> {
    let known = match call.command.spec().short_name() {
        "list_regions" | "list_endpoint_groups" => handling(call).resource.filters,
        _ => return Ok(()),
    };
    let names = call.query.iter().map(|(name, _)| name.as_str());
    match names
        .filter(|name| !known.contains(name))
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => Ok(()),
        others => Err(Fault::invalid(schema::unexpected(others))),
    }
}

/// Whether a list of new limits has the shape of one; nothing else is made by the list.
pub(super) fn check_many(call: &Call) -> Result<(), Fault> {
    let limits = match call.command.spec().short_name() {
        "create_limits" => LIMITS,
        "create_registered_limits" => REGISTERED_LIMITS,
        _ => return Ok(()),
    };
    schema::check(&limits, &call.body, Purpose::Create as u32)
}

/// Limits are made by the list; either all of them or none.
fn create_many(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let handling = handling(call);
    let name = handling.resource.collection;
    let before = world.accounts.records.clone();
    let mut made = Vec::new();
    for said in call.body[name].as_array().into_iter().flatten() {
        match add(world, call, handling, members(said.clone())) {
            Ok((id, record)) => made.push(
                handling
                    .resource
                    .view(call, view(call, handling, &id, &record)),
            ),
            Err(fault) => {
                world.accounts.records = before;
                return Err(fault);
            }
        }
    }
    Ok(Answer::json(StatusCode::CREATED, &json!({ name: made })))
}

/// At least one of them.
const fn some(items: &'static Schema) -> Schema {
    Schema::List(List {
        items,
        min: 1,
        max: usize::MAX,
        or_null: false,
        unique: false,
    })
}

const REGISTERED_LIMITS: Object = closed(&[property(
    "registered_limits",
    some(&Schema::Object(&REGISTERED_LIMIT)),
)
.required()]);

const LIMITS: Object = closed(&[property("limits", some(&Schema::Object(&LIMIT))).required()]);
