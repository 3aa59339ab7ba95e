//! Tokens of version 2.0.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use super::super::super::auth::header;
use super::super::catalog::catalog;
use super::super::tokens::subject;
use super::super::{Answer, Call, Operation, done, read, write};
use super::access::{access, by_region, services};
use super::login::{identify, scope};
use super::rackspace;
use crate::api::Landing;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Scope, Session, expected, id_text};

pub(super) const OPERATIONS: &[Operation] = &[
    write("identity.authenticate_v2", authenticate),
    read("identity.validate_token_v2", |world, call, _| {
        let (token, session) = of_path(world, call)?;
        let body = json!({"access": access(world, &token, &session)});
        Ok(Answer::json(StatusCode::OK, &body))
    }),
    write("identity.revoke_token_v2", |world, call, _| {
        let (token, _) = of_path(world, call)?;
        world.accounts.revoke(&token);
        Ok(done())
    }),
    read("identity.list_token_endpoints_v2", |world, call, _| {
        let (_, session) = of_path(world, call)?;
        let services = catalog(world, call, &session);
        let tenant = session.project.as_ref().map(|project| id_text(project.id));
        let endpoints: Vec<Value> = services
            .iter()
            .flat_map(|entry| {
                by_region(entry).into_iter().map(|mut endpoint| {
                    endpoint["name"] = json!(entry.name);
                    endpoint["type"] = json!(entry.r#type);
                    endpoint["tenantId"] = json!(tenant);
                    endpoint
                })
            })
            .collect();
        let body = json!({"endpoints": endpoints, "endpoints_links": []});
        Ok(Answer::json(StatusCode::OK, &body))
    }),
];

/// The token of the path, or without one the caller's own, as far as it belongs to the tenant that is asked
/// for.
fn of_path(world: &mut World, call: &Call) -> Result<(String, Arc<Session>), Fault> {
    let own = header(call, "x-auth-token").unwrap_or_default();
    let token = match call.path_param("token") {
        "" => own,
        token => token,
    };
    let found = subject(world, call, Some(token));
    let (_, session) = found.map_err(|fault| match fault.kind {
        FaultKind::NotFound => rackspace::no_token(call, fault),
        _ => fault,
    })?;
    let Some(wanted) = call.param("belongsTo") else {
        return Ok((token.to_owned(), session));
    };
    let tenant = session.project.as_ref();
    let belongs =
        tenant.is_some_and(|tenant| id_text(tenant.id) == wanted || *tenant.name == *wanted);
    if belongs {
        return Ok((token.to_owned(), session));
    }
    let fault = Fault::not_found(format!("Could not find token: {token}."));
    Err(rackspace::no_token(call, fault))
}

fn authenticate(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let auth = call.body.get("auth").filter(|auth| auth.is_object());
    let auth = auth.ok_or_else(|| expected("auth", "request body"))?;
    let proof = identify(world, auth)?;
    let scope = scope(world, auth, &proof)?;
    let now = world.now();
    let (token, session) = world.accounts.issue(&mut world.ids, now, proof, scope)?;
    let mut access = access(world, &token, &session);
    access["serviceCatalog"] = match session.scope {
        Scope::None => json!([]),
        Scope::Project(_) | Scope::Domain(_) | Scope::System => {
            services(world, &session, &catalog(world, call, &session))
        }
    };
    Ok(Answer::json(StatusCode::OK, &json!({ "access": access })))
}
