//! The kinds of records, and how each differs from the others.

use serde_json::{Value, json};

use super::super::forbidden;
use super::super::resource::{Resource, WHEN_NEW, text};
use super::super::shape::{ANY_TEXT, BOOLEAN, ID_OR_NULL, NAME, TEXT_OR_NULL, closed, open};
use crate::api::Call;
use crate::api::openstack::python::repr;
use crate::api::openstack::schema::{Object, Others, Pattern, Schema, TEXT, Text, property};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Attributes, Kind, expected, id_text, parse_id};

/// How a kind of record is dealt with.
pub(super) struct Handling {
    pub(super) kind: Kind,
    pub(super) resource: Resource,
    /// What a new one is where nothing is said.
    pub(super) defaults: fn() -> Value,
    /// What has to be right beyond the shape; may complete what was said.
    pub(super) prepare: fn(&mut World, &Call, &mut Attributes) -> Result<(), Fault>,
    /// What is shown of one only when it is made.
    pub(super) secrets: &'static [&'static str],
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

/// Only its blob can be changed later.
const CREDENTIAL: Object = Object {
    others: Others::WelcomeSince(WHEN_NEW),
    ..open(&[
        property("blob", ANY_TEXT).required(),
        property("id", ANY_TEXT).since(WHEN_NEW),
        property("project_id", TEXT_OR_NULL).since(WHEN_NEW),
        property("type", ANY_TEXT)
            .since(WHEN_NEW)
            .required_since(WHEN_NEW),
        property("user_id", ANY_TEXT)
            .since(WHEN_NEW)
            .required_since(WHEN_NEW),
    ])
};

pub(super) const REGISTERED_LIMIT: Object = closed(&[
    property("service_id", ANY_TEXT).required_since(WHEN_NEW),
    property("default_limit", AMOUNT).required_since(WHEN_NEW),
    property("description", DESCRIPTION),
    property("region_id", name_up_to(255, &["null"])),
    property("resource_name", NAME).required_since(WHEN_NEW),
]);

/// An override of a registered limit; an update may change no more than how much, and the description.
pub(super) const LIMIT: Object = closed(&[
    property("service_id", ANY_TEXT)
        .since(WHEN_NEW)
        .required_since(WHEN_NEW),
    property("description", DESCRIPTION),
    property("domain_id", ID_OR_NULL).since(WHEN_NEW),
    property("project_id", ID_OR_NULL).since(WHEN_NEW),
    property("region_id", name_up_to(255, &["null"])).since(WHEN_NEW),
    property("resource_limit", AMOUNT).required_since(WHEN_NEW),
    property("resource_name", NAME)
        .since(WHEN_NEW)
        .required_since(WHEN_NEW),
]);

const NOTHING: fn() -> Value = || json!({});
const AS_IT_IS: fn(&mut World, &Call, &mut Attributes) -> Result<(), Fault> = |_, _, _| Ok(());

pub(super) static TABLE: &[Handling] = &[
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
            shape: CREDENTIAL,
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
            repr(&Value::Object(said.clone()))
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
        let shown = repr(&Value::Object(said.clone()));
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
