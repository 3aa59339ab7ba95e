//! What Rackspace's Identity says in another form than Keystone: tokens, users, and faults.

use http::StatusCode;
use serde_json::{Value, json};

use super::super::super::auth::UNAUTHENTICATED;
use super::super::super::render::{Millis, Text};
use super::super::catalog::Entry;
use super::access::by_region;
use crate::api::{Answer, Call};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::profile::Profile;
use crate::world::World;
use crate::world::accounts::{FIRST_ROLES, Proof, Role, Session, User, id_text};

pub(super) const DEFAULT_REGION: &str = "RAX-AUTH:defaultRegion";

/// What is told of a token, but for the catalog.
pub(super) fn access(world: &World, token: &str, session: &Session) -> Value {
    let mut shown = json!({
        "id": token,
        "expires": Text(Millis(session.expires)),
        "RAX-AUTH:authenticatedBy": authenticated_by(session),
    });
    if let Some(project) = &session.project {
        shown["tenant"] = json!({"id": id_text(project.id), "name": project.name});
    }
    let mut user = person(session);
    user[DEFAULT_REGION] = json!(default_region(world, &session.user));
    user["RAX-AUTH:domainId"] = json!(account(&session.user));
    let mut access = json!({"token": shown, "user": user});
    if let Some(impersonator) = &session.impersonator {
        access["RAX-AUTH:impersonator"] = person(impersonator);
    }
    access
}

/// How the caller proved it, in Rackspace's words.
fn authenticated_by(session: &Session) -> Vec<&'static str> {
    let word = |method: &&str| match *method {
        "apikey" => "APIKEY",
        "token" => "TOKEN",
        "impersonation" => "IMPERSONATION",
        _ => "PASSWORD",
    };
    session.methods.iter().map(word).collect()
}

/// Somebody with the roles that the session carries. Those that other services go by are not Identity's to
/// tell.
pub(super) fn person(session: &Session) -> Value {
    let tenant = session.project.as_ref().map(|project| id_text(project.id));
    let roles: Vec<Value> = shown_roles(session.roles().iter().map(|role| &**role))
        .map(|role| {
            let mut item = view_role(role);
            if !role.name.starts_with("identity:") {
                item["tenantId"] = json!(tenant);
            }
            item
        })
        .collect();
    json!({"id": id_text(session.user.id), "name": session.user.name, "roles": roles})
}

pub(super) fn shown_roles<'r>(
    roles: impl Iterator<Item = &'r Role>,
) -> impl Iterator<Item = &'r Role> {
    roles.filter(|role| !FIRST_ROLES.contains(&&*role.name))
}

pub(super) fn view_role(role: &Role) -> Value {
    json!({"id": id_text(role.id), "name": role.name, "description": role.description})
}

/// A service of the catalog. One that is everywhere the same names no region.
pub(super) fn service(entry: &Entry<'_>, session: &Session) -> Value {
    let tenant = session.project.as_ref().map(|project| id_text(project.id));
    let endpoints: Vec<Value> = by_region(entry)
        .into_iter()
        .map(|mut endpoint| {
            if let Value::Object(members) = &mut endpoint {
                members.shift_remove("id");
                members.retain(|_, value| !value.is_null());
                members.insert("tenantId".to_owned(), json!(tenant));
            }
            endpoint
        })
        .collect();
    json!({"name": entry.name, "type": entry.r#type, "endpoints": endpoints})
}

/// What is told of a user.
pub(super) fn view(world: &World, user: &User) -> Value {
    let mut shown = json!({
        "id": id_text(user.id),
        "username": user.name,
        "email": user.extra.get("email"),
        "enabled": user.is_enabled,
        DEFAULT_REGION: default_region(world, user),
        "RAX-AUTH:domainId": account(user),
        "RAX-AUTH:multiFactorEnabled": false,
    });
    if let Value::Object(members) = &mut shown {
        members.retain(|_, value| !value.is_null());
    }
    shown
}

fn default_region<'a>(world: &'a World, user: &'a User) -> &'a str {
    let own = user.extra.get(DEFAULT_REGION).and_then(Value::as_str);
    own.unwrap_or(world.default_region())
}

/// The number of the account that a user belongs to.
pub(super) fn account(user: &User) -> Option<String> {
    user.project.map(id_text)
}

pub(super) fn wrong_key(world: &World, fault: Fault) -> Fault {
    match world.profile {
        Profile::OpenStack => fault,
        Profile::Rackspace => unauthorized("Username or api key is invalid."),
    }
}

pub(super) fn not_the_tenant(proof: &Proof, tenant: &str) -> Fault {
    let (name, id) = (&proof.user.name, id_text(proof.user.id));
    match &proof.parent {
        Some(_) => unauthorized(format!(
            "Token doesn't belong to Tenant with Id/Name: '{tenant}'"
        )),
        None => unauthorized(format!(
            "Tenant with Name/Id: '{tenant}' is not valid for User '{name}' (id: '{id}')"
        )),
    }
}

/// Of a token that there is not, or not for the tenant.
pub(super) fn no_token(call: &Call, fault: Fault) -> Fault {
    match call.profile {
        Profile::OpenStack => fault,
        Profile::Rackspace => Fault::not_found("Token not found."),
    }
}

fn unauthorized(message: impl Into<String>) -> Fault {
    Fault::new(FaultKind::Unauthorized, message.into())
}

/// A fault, named by its status.
pub(in super::super::super) fn fault(call: &Call, status: StatusCode, message: &str) -> Answer {
    let name = match status.as_u16() {
        401 => "unauthorized",
        403 => "forbidden",
        404 => "itemNotFound",
        405 => "methodNotAllowed",
        409 => "conflict",
        413 => "overLimit",
        415 => "unsupportedMediaType",
        503 => "serviceUnavailable",
        400..=499 => "badRequest",
        _ => "identityFault",
    };
    let message = match message {
        "" | UNAUTHENTICATED => usual_message(call, status),
        message => message,
    };
    Answer::json(
        status,
        &json!({ name: {"code": status.as_u16(), "message": message} }),
    )
}

/// What is said where nothing particular is.
fn usual_message(call: &Call, status: StatusCode) -> &'static str {
    let is_login = call.command.name() == "identity.authenticate_v2";
    match status.as_u16() {
        400 if is_login => {
            "Invalid request body: unable to parse Auth data. Please review XML or JSON formatting."
        }
        400 => "Invalid JSON request body",
        401 if is_login => "Unable to authenticate user with credentials provided.",
        401 => "No valid token provided. Please use the 'X-Auth-Token' header with a valid token.",
        403 => "Not Authorized",
        404 => "Resource Not Found",
        409 => "Conflict",
        413 => "Over limit",
        415 => "Unsupported Media Type",
        503 => "Service Unavailable",
        _ => "Service Fault",
    }
}
