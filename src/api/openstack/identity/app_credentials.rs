//! Application credentials, and the access rules that limit them.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::query::time;
use super::super::render::Micros;
use super::super::schema::{Object, Schema, TEXT, Text, list, property};
use super::resource::{Purpose, Resource, WHEN_NEW, members, text};
use super::shape::{ANY_TEXT, ID, NAME, TEXT_OR_NULL, closed, open};
use super::{Answer, Call, Operation, done, forbidden, read, write};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{
    AccessRule, Accounts, AppCredential, Attributes, Delegation, Role, Session, id_text, parse_id,
};

/// A role by its id or name.
pub(super) const ROLE_NAMED: Object = closed(&[property("id", ID), property("name", NAME)]);

const RULE: Object = open(&[
    property("id", ID),
    property(
        "method",
        Schema::Choice(&["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]),
    ),
    property("path", Schema::Text(Text { max: 225, ..TEXT })),
    property("service", ID),
]);

const CREDENTIALS: Resource = Resource {
    member: "application_credential",
    collection: "application_credentials",
    path: "application_credentials",
    shape: closed(&[
        property("access_rules", list(&Schema::Object(&RULE))),
        property("description", TEXT_OR_NULL),
        property("expires_at", TEXT_OR_NULL),
        property("id", ANY_TEXT),
        property("name", NAME).required_since(WHEN_NEW),
        property("project_id", ANY_TEXT),
        property("roles", list(&Schema::Object(&ROLE_NAMED))),
        property("secret", TEXT_OR_NULL),
        property("system", TEXT_OR_NULL),
        property("unrestricted", Schema::Type(&["boolean", "null"])),
    ]),
    filters: &["name"],
};

const RULES: Resource = Resource {
    member: "access_rule",
    collection: "access_rules",
    path: "access_rules",
    shape: closed(&[]),
    filters: &["service", "path", "method"],
};

pub(super) const OPERATIONS: &[Operation] = &[
    read("identity.list_application_credentials", |world, call, _| {
        let accounts = &world.accounts;
        let credentials = accounts.delegations.credentials_of(user(call));
        Ok(CREDENTIALS.list(
            call,
            credentials.map(|credential| view(accounts, credential)),
        ))
    }),
    write("identity.create_application_credential", create),
    read("identity.get_application_credential", |world, call, _| {
        let credential = own(&world.accounts, call)?;
        let item = view(&world.accounts, credential);
        Ok(CREDENTIALS.one(call, StatusCode::OK, item))
    }),
    write(
        "identity.delete_application_credential",
        |world, call, _| {
            check_unrestricted(call)?;
            let id = id_text(own(&world.accounts, call)?.id);
            world.accounts.delete_credential(&id)?;
            Ok(done())
        },
    ),
    read("identity.list_access_rules", |world, call, _| {
        let rules = world.accounts.delegations.rules_of(user(call));
        Ok(RULES.list(call, rules.map(|rule| rule_view(rule))))
    }),
    read("identity.get_access_rule", |world, call, _| {
        let rule = world
            .accounts
            .delegations
            .rule(call.path_param("access_rule"))?;
        Ok(RULES.one(call, StatusCode::OK, rule_view(rule)))
    }),
    write("identity.delete_access_rule", |world, call, _| {
        let id = call.path_param("access_rule");
        world.accounts.delegations.remove_rule(id)?;
        Ok(done())
    }),
];

/// The user of the path; what cannot be an id is nobody's.
fn user(call: &Call) -> Uuid {
    parse_id(call.path_param("user")).unwrap_or_default()
}

fn own<'a>(accounts: &'a Accounts, call: &Call) -> Result<&'a Arc<AppCredential>, Fault> {
    let id = call.path_param("application_credential");
    let credential = accounts.delegations.credential(id)?;
    if credential.user == user(call) {
        return Ok(credential);
    }
    Err(Fault::not_found(format!(
        "Could not find Application Credential: {id}."
    )))
}

/// One application credential does not make another, unless it says that it does.
fn check_unrestricted(call: &Call) -> Result<(), Fault> {
    match &call.caller()?.delegation {
        Some(Delegation::AppCredential(credential)) if credential.is_unrestricted != Some(true) => {
            Err(super::super::fault::forbidden(
                call,
                "Using method 'application_credential' is not allowed for managing additional application \
                 credentials.",
            ))
        }
        Some(_) | None => Ok(()),
    }
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let said = CREDENTIALS.body(call, Purpose::Create)?;
    check_unrestricted(call)?;
    let session = call.caller()?;
    if session.user.id != user(call) {
        return Err(forbidden(call));
    }
    let project = session.project.as_ref().ok_or_else(|| forbidden(call))?;
    let secret = text(&said, "secret").map(str::to_owned);
    let secret = secret.unwrap_or_else(|| URL_SAFE_NO_PAD.encode(world.ids.bytes::<64>()));
    let credential = AppCredential {
        id: world.ids.uuid(),
        name: text(&said, "name").unwrap_or_default().into(),
        description: text(&said, "description").map(Into::into),
        user: session.user.id,
        project: project.id,
        roles: roles(&world.accounts, session, &said)?,
        secret: secret.as_str().into(),
        expires: expiry(world, &said)?,
        is_unrestricted: said.get("unrestricted").and_then(Value::as_bool),
        access_rules: access_rules(world, session, &said)?,
    };
    let credential = world.accounts.delegations.add_credential(credential)?;
    let mut item = view(&world.accounts, &credential);
    item.insert("secret".to_owned(), secret.into());
    Ok(CREDENTIALS.one(call, StatusCode::CREATED, item))
}

/// The roles that are passed on: those that are named, or all.
fn roles(accounts: &Accounts, session: &Session, said: &Attributes) -> Result<Vec<Uuid>, Fault> {
    let had = || session.roles().iter().map(|role| role.id);
    let named = match said.get("roles").and_then(Value::as_array) {
        Some(roles) if !roles.is_empty() => roles,
        Some(_) | None => return Ok(had().collect()),
    };
    let is_id = |role: &Value| role["id"].is_string();
    let wanted = match named_roles(accounts, named) {
        Err(fault) if !named.iter().any(is_id) => return Err(fault),
        Err(_) => Vec::new(),
        Ok(roles) => accounts.with_implied(roles),
    };
    let wanted: Vec<Uuid> = wanted.iter().map(|role| role.id).collect();
    if !wanted.is_empty() && wanted.iter().all(|id| had().any(|role| role == *id)) {
        return Ok(wanted);
    }
    Err(Fault::bad_request(
        "Invalid application credential: Cannot create an application credential with unassigned role",
    ))
}

/// Roles that a client names by id or name.
pub(super) fn named_roles(accounts: &Accounts, roles: &[Value]) -> Result<Vec<Uuid>, Fault> {
    let find = |role: &Value| match (role["id"].as_str(), role["name"].as_str()) {
        (Some(id), _) => accounts.roles.find(id).map(|role| role.id),
        (None, name) => {
            let name = name.unwrap_or_default();
            let role: Option<&Arc<Role>> = accounts.roles.named(None, name);
            let role = role.map(|role| role.id);
            role.ok_or_else(|| Fault::not_found(format!("Role {name} is not defined")))
        }
    };
    roles.iter().map(find).collect()
}

/// When it is over, if ever.
///
/// # Errors
/// When that is no time, or over already.
pub(super) fn expiry(world: &World, said: &Attributes) -> Result<Option<DateTime<Utc>>, Fault> {
    const BLAME: &str = "The server could not comply with the request since it is either malformed or otherwise \
        incorrect. The client is assumed to be in error.";
    let Some(written) = text(said, "expires_at") else {
        return Ok(None);
    };
    let wrong = |what: &str| Fault::bad_request(format!("{what} {BLAME}"));
    let expires = time(written).ok_or_else(|| wrong("Timestamp not in expected format."))?;
    if expires <= world.now() {
        return Err(wrong("The 'expires_at' must not be before now."));
    }
    Ok(Some(expires))
}

fn access_rules(
    world: &mut World,
    session: &Session,
    said: &Attributes,
) -> Result<Option<Vec<Uuid>>, Fault> {
    let Some(rules) = said.get("access_rules").and_then(Value::as_array) else {
        return Ok(None);
    };
    let mut ids = Vec::new();
    for rule in rules {
        let part = |name: &str| rule[name].as_str().unwrap_or_default().into();
        ids.push(match rule["id"].as_str() {
            Some(id) => world.accounts.delegations.rule(id)?.id,
            None => {
                let id = world.ids.uuid();
                world.accounts.delegations.add_rule(AccessRule {
                    id,
                    user: session.user.id,
                    service: part("service"),
                    path: part("path"),
                    method: part("method"),
                })
            }
        });
    }
    Ok(Some(ids))
}

fn view(accounts: &Accounts, credential: &AppCredential) -> Attributes {
    let roles = credential
        .roles
        .iter()
        .filter_map(|id| accounts.roles.get(*id));
    let roles: Vec<Attributes> = roles.map(|role| super::roles::view(role)).collect();
    let mut item = members(json!({
        "id": id_text(credential.id),
        "name": credential.name,
        "description": credential.description,
        "user_id": id_text(credential.user),
        "project_id": id_text(credential.project),
        "system": null,
        "expires_at": credential.expires.map(Micros),
        "unrestricted": credential.is_unrestricted,
        "roles": roles,
    }));
    if let Some(rules) = rules_of(accounts, credential) {
        item.insert("access_rules".to_owned(), json!(rules));
    }
    item
}

/// What a token tells of the application credential that it was had by.
pub(super) fn in_token(accounts: &Accounts, delegation: &Delegation) -> Option<Value> {
    let Delegation::AppCredential(credential) = delegation else {
        return None;
    };
    let mut shown = json!({
        "id": id_text(credential.id),
        "name": credential.name,
        "restricted": credential.is_unrestricted != Some(true),
    });
    if let Some(rules) = rules_of(accounts, credential) {
        shown["access_rules"] = json!(rules);
    }
    Some(shown)
}

fn rules_of(accounts: &Accounts, credential: &AppCredential) -> Option<Vec<Attributes>> {
    let ids = credential.access_rules.as_ref()?.iter();
    let rules = ids.filter_map(|id| accounts.delegations.rule(&id_text(*id)).ok());
    Some(rules.map(|rule| rule_view(rule)).collect())
}

fn rule_view(rule: &AccessRule) -> Attributes {
    members(json!({
        "id": id_text(rule.id),
        "service": rule.service,
        "path": rule.path,
        "method": rule.method,
    }))
}
