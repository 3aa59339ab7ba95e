//! Regions, services, endpoints, policies, credentials, limits, OAuth consumers: one table says how each
//! kind differs, and five functions do for all.

use http::StatusCode;
use serde_json::{Value, json};

use super::super::schema::{List, Object, Pattern, Schema, TEXT, Text, property};
use super::catalog::with_address;
use super::resource::{Purpose, Resource, WHEN_NEW, members, text};
use super::shape::{ANY_TEXT, BOOLEAN, ID_OR_NULL, NAME, TEXT_OR_NULL, closed, open};
use super::{Answer, Call, Operation, done, forbidden, read, write};
use crate::api::Landing;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{
    Attributes, Kind, expected, id_text, limits_stand_in_the_way, parse_id,
};
use crate::world::ids::named;

/// How a kind of record is dealt with.
struct Handling {
    kind: Kind,
    resource: Resource,
    /// What a new one is where nothing is said.
    defaults: fn() -> Value,
    /// What has to be right beyond the shape; may complete what was said.
    prepare: fn(&mut World, &Call, &mut Attributes) -> Result<(), Fault>,
    /// What is shown of one only when it is made.
    secrets: &'static [&'static str],
}

const fn name_up_to(max: usize, or: &'static [&'static str]) -> Schema {
    Schema::Text(Text {
        min: 1,
        max,
        or,
        ..TEXT
    })
}

const DESCRIPTION: Schema = Schema::Text(Text {
    max: 255,
    or: &["null"],
    ..TEXT
});

const URL: Schema = Schema::Text(Text {
    max: 225,
    pattern: Some(Pattern {
        shown: "^[a-zA-Z0-9+.-]+:.+",
        accepts: |text| {
            text.split_once(':').is_some_and(|(scheme, rest)| {
                let is_good = |b: u8| b.is_ascii_alphanumeric() || b"+.-".contains(&b);
                !scheme.is_empty() && scheme.bytes().all(is_good) && !rest.is_empty()
            })
        },
    }),
    ..TEXT
});

const INTERFACE: Schema = Schema::Choice(&["admin", "internal", "public"]);

const AMOUNT: Schema = Schema::Integer {
    min: -1,
    max: 2_147_483_647,
};

const FILTERS: Object = open(&[
    property("enabled", BOOLEAN),
    property("interface", INTERFACE),
    property("region_id", TEXT_OR_NULL),
    property("service_id", ANY_TEXT),
]);

const REGISTERED_LIMIT: Object = closed(&[
    property("default_limit", AMOUNT).required_since(WHEN_NEW),
    property("description", DESCRIPTION),
    property("region_id", name_up_to(255, &["null"])),
    property("resource_name", NAME).required_since(WHEN_NEW),
    property("service_id", ANY_TEXT).required_since(WHEN_NEW),
]);

/// An override of a registered limit; an update may change no more than how much, and the description.
const LIMIT: Object = closed(&[
    property("description", DESCRIPTION),
    property("domain_id", ID_OR_NULL).since(WHEN_NEW),
    property("project_id", ID_OR_NULL).since(WHEN_NEW),
    property("region_id", name_up_to(255, &["null"])).since(WHEN_NEW),
    property("resource_limit", AMOUNT).required_since(WHEN_NEW),
    property("resource_name", NAME)
        .since(WHEN_NEW)
        .required_since(WHEN_NEW),
    property("service_id", ANY_TEXT)
        .since(WHEN_NEW)
        .required_since(WHEN_NEW),
]);

const NOTHING: fn() -> Value = || json!({});
const AS_IT_IS: fn(&mut World, &Call, &mut Attributes) -> Result<(), Fault> = |_, _, _| Ok(());

static TABLE: &[Handling] = &[
    Handling {
        kind: Kind::Region,
        resource: Resource {
            member: "region",
            collection: "regions",
            path: "regions",
            shape: open(&[
                property("description", DESCRIPTION),
                property(
                    "id",
                    Schema::Text(Text {
                        max: 255,
                        or: &["null"],
                        ..TEXT
                    }),
                ),
                property("parent_region_id", name_up_to(255, &["null"])),
            ]),
            filters: &["parent_region_id"],
        },
        defaults: || json!({"description": "", "parent_region_id": null}),
        prepare: AS_IT_IS,
        secrets: &[],
    },
    Handling {
        kind: Kind::Service,
        resource: Resource {
            member: "service",
            collection: "services",
            path: "services",
            shape: open(&[
                property("enabled", BOOLEAN),
                property("name", name_up_to(255, &[])),
                property("type", name_up_to(255, &[])).required_since(WHEN_NEW),
            ]),
            filters: &["type", "name"],
        },
        defaults: || json!({"name": "", "enabled": true}),
        prepare: AS_IT_IS,
        secrets: &[],
    },
    Handling {
        kind: Kind::Endpoint,
        resource: Resource {
            member: "endpoint",
            collection: "endpoints",
            path: "endpoints",
            shape: open(&[
                property("description", TEXT_OR_NULL),
                property("enabled", BOOLEAN),
                property("interface", INTERFACE).required_since(WHEN_NEW),
                property("name", ANY_TEXT),
                property("region", TEXT_OR_NULL),
                property("region_id", TEXT_OR_NULL),
                property("service_id", ANY_TEXT).required_since(WHEN_NEW),
                property("url", URL).required_since(WHEN_NEW),
            ]),
            filters: &["interface", "service_id", "region_id"],
        },
        defaults: || json!({"region_id": null, "enabled": true}),
        prepare: name_region,
        secrets: &[],
    },
    Handling {
        kind: Kind::EndpointGroup,
        resource: Resource {
            member: "endpoint_group",
            collection: "endpoint_groups",
            path: "OS-EP-FILTER/endpoint_groups",
            shape: closed(&[
                property("description", TEXT_OR_NULL),
                property("filters", Schema::Object(&FILTERS)).required_since(WHEN_NEW),
                property("name", NAME).required_since(WHEN_NEW),
            ]),
            filters: &["name"],
        },
        defaults: || json!({"description": null}),
        prepare: check_filters,
        secrets: &[],
    },
    Handling {
        kind: Kind::Policy,
        resource: Resource {
            member: "policy",
            collection: "policies",
            path: "policies",
            shape: open(&[
                property("blob", Schema::Anything).required_since(WHEN_NEW),
                property("type", Schema::Text(Text { max: 255, ..TEXT })).required_since(WHEN_NEW),
            ]),
            filters: &["type"],
        },
        defaults: NOTHING,
        prepare: AS_IT_IS,
        secrets: &[],
    },
    Handling {
        kind: Kind::Credential,
        resource: Resource {
            member: "credential",
            collection: "credentials",
            path: "credentials",
            shape: open(&[
                property("blob", ANY_TEXT).required_since(WHEN_NEW),
                property("id", ANY_TEXT),
                property("project_id", TEXT_OR_NULL),
                property("type", ANY_TEXT).required_since(WHEN_NEW),
                property("user_id", ANY_TEXT).required_since(WHEN_NEW),
            ]),
            filters: &["user_id", "type"],
        },
        defaults: || json!({"project_id": null}),
        prepare: check_credential,
        secrets: &[],
    },
    Handling {
        kind: Kind::RegisteredLimit,
        resource: Resource {
            member: "registered_limit",
            collection: "registered_limits",
            path: "registered_limits",
            shape: REGISTERED_LIMIT,
            filters: &["service_id", "region_id", "resource_name"],
        },
        defaults: || json!({"region_id": null, "description": null}),
        prepare: check_registered_limit,
        secrets: &[],
    },
    Handling {
        kind: Kind::Limit,
        resource: Resource {
            member: "limit",
            collection: "limits",
            path: "limits",
            shape: LIMIT,
            filters: &[
                "service_id",
                "region_id",
                "resource_name",
                "project_id",
                "domain_id",
            ],
        },
        defaults: || json!({"project_id": null, "domain_id": null, "region_id": null, "description": null}),
        prepare: check_limit,
        secrets: &[],
    },
    Handling {
        kind: Kind::Consumer,
        resource: Resource {
            member: "consumer",
            collection: "consumers",
            path: "OS-OAUTH1/consumers",
            shape: open(&[property("description", TEXT_OR_NULL)]),
            filters: &[],
        },
        defaults: || json!({"description": null}),
        prepare: keep_secret,
        secrets: &["secret"],
    },
];

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
    let own = [
        ("user_id", Some(id_text(session.user.id))),
        (
            "project_id",
            session.project.as_ref().map(|project| id_text(project.id)),
        ),
    ];
    let is_own = |record: &Attributes| match handling.kind {
        Kind::Credential => text(record, "user_id") == own[0].1.as_deref(),
        _ => own[1].1.is_some() && text(record, "project_id") == own[1].1.as_deref(),
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

/// Limits are made by the list; either all of them or none.
fn create_many(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let handling = handling(call);
    let name = handling.resource.collection;
    let limits = match handling.kind {
        Kind::Limit => LIMITS,
        _ => REGISTERED_LIMITS,
    };
    super::super::schema::check(&limits, &call.body, Purpose::Create as u32)?;
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
    })
}

const REGISTERED_LIMITS: Object = closed(&[property(
    "registered_limits",
    some(&Schema::Object(&REGISTERED_LIMIT)),
)
.required()]);

const LIMITS: Object = closed(&[property("limits", some(&Schema::Object(&LIMIT))).required()]);

/// `region` is the older name of `region_id`, and makes the region where there is none.
fn name_region(world: &mut World, _: &Call, said: &mut Attributes) -> Result<(), Fault> {
    let Some(Value::String(region)) = said.shift_remove("region") else {
        return Ok(());
    };
    if said.contains_key("region_id") {
        return Ok(());
    }
    if world.accounts.records.get(Kind::Region, &region).is_none() {
        world.accounts.records.add_region(&region);
    }
    said.insert("region_id".to_owned(), region.into());
    Ok(())
}

fn check_filters(_: &mut World, _: &Call, said: &mut Attributes) -> Result<(), Fault> {
    let Some(filters) = said.get("filters").and_then(Value::as_object) else {
        return Ok(());
    };
    let known = ["service_id", "region_id", "interface"];
    if filters.keys().all(|name| known.contains(&name.as_str())) {
        return Ok(());
    }
    Err(expected(
        "service_id or region_id or interface",
        "endpoint_group",
    ))
}

fn check_credential(_: &mut World, _: &Call, said: &mut Attributes) -> Result<(), Fault> {
    if text(said, "type") == Some("ec2") && !said.contains_key("project_id") {
        return Err(Fault::bad_request(format!(
            "Invalid input for field/attribute credential. Value: {}. 'project_id' is a required property",
            super::super::python::repr(&Value::Object(said.clone()))
        )));
    }
    Ok(())
}

fn check_registered_limit(world: &mut World, _: &Call, said: &mut Attributes) -> Result<(), Fault> {
    if world.accounts.records.registered_limit_for(said).is_some() {
        return Err(Fault::new(
            FaultKind::Conflict,
            "Conflict occurred attempting to store registered_limit - Duplicate entry.",
        ));
    }
    Ok(())
}

fn check_limit(world: &mut World, _: &Call, said: &mut Attributes) -> Result<(), Fault> {
    let accounts = &world.accounts;
    if text(said, "project_id").is_some() == text(said, "domain_id").is_some() {
        let shown = super::super::python::repr(&Value::Object(said.clone()));
        return Err(Fault::bad_request(format!(
            "Invalid input for field/attribute 0. Value: {shown}. {shown} is not valid under any of the given \
             schemas"
        )));
    }
    if let Some(id) = text(said, "project_id") {
        let project = parse_id(id).and_then(|id| accounts.project(id));
        project.ok_or_else(|| Fault::bad_request(format!("Could not find project: {id}.")))?;
    }
    if accounts.records.registered_limit_for(said).is_none() {
        return Err(Fault::new(
            FaultKind::Forbidden,
            "Unable to create a limit that has no corresponding registered limit.",
        ));
    }
    let same = |name: &str, limit: &Attributes| text(limit, name) == text(said, name);
    let mut limits = accounts.records.of(Kind::Limit);
    let names = [
        "service_id",
        "region_id",
        "resource_name",
        "project_id",
        "domain_id",
    ];
    if limits.any(|(_, limit)| names.iter().all(|name| same(name, limit))) {
        return Err(Fault::new(
            FaultKind::Conflict,
            "Conflict occurred attempting to store limit - Duplicate entry.",
        ));
    }
    Ok(())
}

fn keep_secret(world: &mut World, call: &Call, said: &mut Attributes) -> Result<(), Fault> {
    if said.contains_key("secret") {
        return Err(forbidden(call));
    }
    let secret = id_text(world.ids.uuid());
    said.insert("secret".to_owned(), secret.into());
    Ok(())
}
