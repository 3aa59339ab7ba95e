//! Tokens of version 2.0.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use super::super::super::auth::unauthenticated;
use super::super::super::render::{Seconds, Text};
use super::super::catalog::{Endpoint, Entry, catalog};
use super::super::proof::{default_scope, text};
use super::super::tokens::{Zulu, subject};
use super::super::{Answer, Call, Operation, done, read, write};
use super::tenant;
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{
    DEFAULT_DOMAIN, Project, Proof, Scope, Session, User, expected, id_text, parse_id,
};

pub(super) const AUTHENTICATE: Operation = write("identity.authenticate_v2", authenticate);

pub(super) const VALIDATE: Operation = read("identity.validate_token_v2", |world, call, _| {
    let (token, session) = of_path(world, call)?;
    let body = json!({"access": access(&token, &session)});
    Ok(Answer::json(StatusCode::OK, &body))
});

pub(super) const REVOKE: Operation = write("identity.revoke_token_v2", |world, call, _| {
    let (token, _) = of_path(world, call)?;
    world.accounts.revoke(&token);
    Ok(done())
});

pub(super) const ENDPOINTS: Operation =
    read("identity.list_token_endpoints_v2", |world, call, _| {
        let (_, session) = of_path(world, call)?;
        let services = catalog(world, call, &session);
        let endpoints: Vec<Value> = services
            .iter()
            .flat_map(|entry| {
                by_region(entry).into_iter().map(|mut endpoint| {
                    endpoint["name"] = json!(entry.name);
                    endpoint["type"] = json!(entry.r#type);
                    endpoint
                })
            })
            .collect();
        let body = json!({"endpoints": endpoints, "endpoints_links": []});
        Ok(Answer::json(StatusCode::OK, &body))
    });

/// The token of the path, as far as it belongs to the tenant that is asked for.
fn of_path(world: &mut World, call: &Call) -> Result<(String, Arc<Session>), Fault> {
    let token = call.path_param("token");
    let (_, session) = subject(world, call, Some(token))?;
    let tenant = session.project.as_ref();
    let belongs = call.param("belongsTo").is_none_or(|wanted| {
        tenant.is_some_and(|tenant| id_text(tenant.id) == wanted || *tenant.name == *wanted)
    });
    if belongs {
        return Ok((token.to_owned(), session));
    }
    Err(Fault::not_found(format!("Could not find token: {token}.")))
}

fn authenticate(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let auth = call.body.get("auth");
    let auth = auth.ok_or_else(|| expected("auth", "request body"))?;
    let proof = identify(world, auth)?;
    let scope = scope(world, auth, &proof.user)?;
    let now = world.now();
    let (token, session) = world.accounts.issue(&mut world.ids, now, proof, scope)?;
    let mut access = access(&token, &session);
    access["serviceCatalog"] = match session.scope {
        Scope::None => json!([]),
        Scope::Project(_) | Scope::Domain(_) | Scope::System => {
            let services = catalog(world, call, &session);
            services.iter().map(service).collect()
        }
    };
    Ok(Answer::json(StatusCode::OK, &json!({ "access": access })))
}

fn identify(world: &mut World, auth: &Value) -> Result<Proof, Fault> {
    if let Some(proof) = auth.get("passwordCredentials") {
        let user = match (proof.get("userId"), proof.get("username")) {
            (Some(id), _) => {
                let user = world.accounts.users.find(text("userId", id)?);
                Some(user.cloned().map_err(|_| unauthenticated())?)
            }
            (None, _) => None,
        };
        let password = proof.get("password");
        let password = password.ok_or_else(|| expected("password", "passwordCredentials"))?;
        let password = text("password", password)?;
        let user = match user {
            Some(user) => {
                world.accounts.check_password_of(&user, password)?;
                user
            }
            None => {
                let name = proof.get("username");
                let name =
                    name.ok_or_else(|| expected("username or userId", "passwordCredentials"))?;
                let name = text("username", name)?;
                world
                    .accounts
                    .check_password(DEFAULT_DOMAIN, name, password)?
            }
        };
        return Ok(Proof::by(user, "password"));
    }
    if let Some(proof) = auth.get("RAX-KSKEY:apiKeyCredentials") {
        return by_key(world, proof);
    }
    let token = auth.get("token").map(|token| &token["id"]);
    let token = token.ok_or_else(|| expected("passwordCredentials or token", "auth"))?;
    let now = world.now();
    let parent = world.accounts.session(text("token/id", token)?, now);
    let parent = parent.ok_or_else(unauthenticated)?;
    Ok(Proof {
        parent: Some(parent.clone()),
        ..Proof::by(parent.user.clone(), "token")
    })
}

/// By the key that clients of Rackspace's have. An open account takes any, as it takes any password.
fn by_key(world: &mut World, proof: &Value) -> Result<Proof, Fault> {
    let part = |name: &str| {
        let value = proof.get(name);
        let value = value.ok_or_else(|| expected(name, "RAX-KSKEY:apiKeyCredentials"))?;
        text(name, value)
    };
    let (name, key) = (part("username")?, part("apiKey")?);
    let user = world.accounts.check_key(name, key)?;
    Ok(Proof::by(user, "apikey"))
}

/// The tenant that is asked for, or else the user's own.
fn scope(world: &mut World, auth: &Value, user: &User) -> Result<Scope, Fault> {
    let accounts = &mut world.accounts;
    let tenant: Option<Arc<Project>> = match (auth.get("tenantId"), auth.get("tenantName")) {
        (Some(Value::String(id)), _) if !id.is_empty() => {
            parse_id(id).and_then(|id| accounts.project(id)).cloned()
        }
        (_, Some(Value::String(name))) if !name.is_empty() => {
            accounts.enter_project(user, DEFAULT_DOMAIN, name)
        }
        _ => return Ok(default_scope(world, user)),
    };
    tenant.map(Scope::Project).ok_or_else(unauthenticated)
}

/// What is told of a token, but for the catalog.
fn access(token: &str, session: &Session) -> Value {
    let roles = session.roles();
    let names: Vec<Value> = roles
        .iter()
        .map(|role| json!({"id": id_text(role.id), "name": role.name}))
        .collect();
    let ids: Vec<String> = roles.iter().map(|role| id_text(role.id)).collect();
    let mut shown = json!({
        "issued_at": Text(Zulu(session.issued)),
        "expires": Seconds(session.expires),
        "id": token,
        "audit_ids": session.audit_ids,
    });
    if let Some(project) = &session.project {
        shown["tenant"] = tenant(project);
    }
    json!({
        "token": shown,
        "user": {
            "id": id_text(session.user.id),
            "name": session.user.name,
            "username": session.user.name,
            "roles_links": [],
            "roles": names,
        },
        "metadata": {"is_admin": 0, "roles": ids},
    })
}

fn service(entry: &Entry<'_>) -> Value {
    json!({
        "type": entry.r#type,
        "name": entry.name,
        "endpoints_links": [],
        "endpoints": by_region(entry),
    })
}

/// The endpoints of a region are one, with three addresses.
fn by_region(entry: &Entry<'_>) -> Vec<Value> {
    let mut regions: Vec<Value> = Vec::new();
    for endpoint in &entry.endpoints {
        let Endpoint {
            region_id,
            id,
            interface,
            url,
            ..
        } = endpoint;
        let is_same = |known: &Value| known["region"].as_str() == *region_id;
        let position = regions.iter().position(is_same).unwrap_or_else(|| {
            regions.push(json!({"region": region_id, "id": id}));
            regions.len() - 1
        });
        regions[position][format!("{interface}URL")] = json!(url);
    }
    regions
}
