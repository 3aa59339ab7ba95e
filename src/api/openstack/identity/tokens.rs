//! Tokens: getting, checking and ending them.

use std::sync::Arc;

use http::{HeaderName, StatusCode};
use serde::Serialize;

use super::super::auth::{header, role_id};
use super::super::recognise::expected;
use super::super::render::{Hex, Micros, Text};
use super::catalog::{Entry, catalog};
use super::credentials::{identify, scope};
use super::{Answer, Call, DOMAIN_ID, DOMAIN_NAME, Operation, forbidden};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::Session;

const SUBJECT: HeaderName = HeaderName::from_static("x-subject-token");

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "identity.authenticate",
        land: Landing::nowhere,
        run: authenticate,
        is_read: false,
    },
    Operation {
        command: "identity.validate_token",
        land: Landing::nowhere,
        run: |world, call, _| {
            let (token, session) = subject(world, call)?;
            Ok(token_answer(world, call, StatusCode::OK, token, &session))
        },
        is_read: true,
    },
    Operation {
        command: "identity.revoke_token",
        land: Landing::nowhere,
        run: |world, call, _| {
            let (token, _) = subject(world, call)?;
            world.accounts.revoke(token);
            Ok(Answer::empty(StatusCode::NO_CONTENT))
        },
        is_read: false,
    },
];

fn authenticate(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let auth = call
        .body
        .get("auth")
        .ok_or_else(|| expected("auth", "request body"))?;
    let identified = identify(world, auth)?;
    let project = scope(world, auth, &identified.user)?;
    let now = world.now();
    let parent = identified.parent.as_deref();
    let (token, session) =
        world
            .accounts
            .issue(&mut world.ids, now, identified.user, project, parent);
    Ok(token_answer(
        world,
        call,
        StatusCode::CREATED,
        &token,
        &session,
    ))
}

/// The token that is asked about, which is the caller's own unless the caller is an admin.
fn subject<'a>(world: &World, call: &'a Call) -> Result<(&'a str, Arc<Session>), Fault> {
    let token = header(call, SUBJECT.as_str());
    let is_own = token.is_some() && token == header(call, "x-auth-token");
    let session = token.and_then(|token| world.accounts.session(token, world.now()).cloned());
    match (token, session) {
        _ if token.is_none() && !call.is_admin() => Err(forbidden(call)),
        (None, _) => Err(Fault::not_found("No token in the request")),
        (_, None) => Err(Fault::not_found("Could not recognize Fernet token")),
        (Some(token), Some(session)) => {
            let is_allowed = is_own || call.is_admin() || session.user.id == call.caller()?.user.id;
            if is_allowed {
                Ok((token, session))
            } else {
                Err(forbidden(call))
            }
        }
    }
}

fn token_answer(
    world: &World,
    call: &Call,
    status: StatusCode,
    token: &str,
    session: &Session,
) -> Answer {
    let shows_catalog = session.project.is_some() && call.param("nocatalog").is_none();
    let body = Envelope {
        token: TokenView {
            methods: &session.methods,
            user: UserView {
                domain: DOMAIN,
                id: Hex(session.user.id),
                name: &session.user.name,
                password_expires_at: (),
            },
            audit_ids: &session.audit_ids,
            expires_at: Text(Zulu(session.expires)),
            issued_at: Text(Zulu(session.issued)),
            project: session.project.as_ref().map(|project| ProjectView {
                domain: DOMAIN,
                id: Hex(project.id),
                name: &project.name,
            }),
            is_domain: session.project.as_ref().map(|_| false),
            roles: session.roles().iter().copied().map(role).collect(),
            catalog: shows_catalog.then(|| catalog(world, call)),
        },
    };
    Answer::json(status, &body).with_header(SUBJECT, token)
}

fn role(name: &'static str) -> RoleView {
    RoleView {
        id: Hex(role_id(name)),
        name,
    }
}

/// Microseconds, with a zone.
struct Zulu(chrono::DateTime<chrono::Utc>);

impl std::fmt::Display for Zulu {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}Z", Micros(self.0))
    }
}

#[derive(Serialize)]
struct Envelope<'a> {
    token: TokenView<'a>,
}

#[derive(Serialize)]
struct TokenView<'a> {
    methods: &'a [&'static str],
    user: UserView<'a>,
    audit_ids: &'a [String],
    expires_at: Text<Zulu>,
    issued_at: Text<Zulu>,
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<ProjectView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_domain: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roles: Vec<RoleView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    catalog: Option<Vec<Entry>>,
}

#[derive(Serialize)]
struct Domain {
    id: &'static str,
    name: &'static str,
}

const DOMAIN: Domain = Domain {
    id: DOMAIN_ID,
    name: DOMAIN_NAME,
};

#[derive(Serialize)]
struct UserView<'a> {
    domain: Domain,
    id: Hex,
    name: &'a str,
    password_expires_at: (),
}

#[derive(Serialize)]
struct ProjectView<'a> {
    domain: Domain,
    id: Hex,
    name: &'a str,
}

#[derive(Serialize)]
struct RoleView {
    id: Hex,
    name: &'static str,
}
