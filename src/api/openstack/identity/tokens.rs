//! Tokens: getting, checking and ending them.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use http::{HeaderName, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

use super::super::auth::header;
use super::super::render::{Micros, Text};
use super::catalog::{Entry, catalog};
use super::domains::DOMAINS;
use super::projects::PROJECTS;
use super::proof::{identify, scope};
use super::{Answer, Call, Operation, done, forbidden, read, root, write};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{
    Accounts, Delegation, Project, Scope, Session, Target, expected, id_text,
};

const SUBJECT: HeaderName = HeaderName::from_static("x-subject-token");

pub(super) const OPERATIONS: &[Operation] = &[
    write("identity.authenticate", authenticate),
    read("identity.validate_token", |world, call, _| {
        let token = header(call, SUBJECT.as_str());
        let (token, session) = subject(world, call, token)?;
        Ok(token_answer(world, call, StatusCode::OK, token, &session))
    }),
    write("identity.revoke_token", |world, call, _| {
        let token = header(call, SUBJECT.as_str());
        let (token, _) = subject(world, call, token)?;
        world.accounts.revoke(token);
        Ok(done())
    }),
    read("identity.list_auth_projects", |world, call, _| {
        let user = call.caller()?.user.clone();
        let projects = super::users::projects_of(&world.accounts, &user);
        let usable = projects
            .into_iter()
            .filter(|project| project["enabled"] == true);
        Ok(PROJECTS.list(call, usable))
    }),
    read("identity.list_auth_domains", |world, call, _| {
        let (user, accounts) = (call.caller()?.user.id, &world.accounts);
        let usable = accounts.domains().filter(|domain| {
            domain.is_enabled && accounts.has_role_at(user, Target::Domain(domain.id))
        });
        Ok(DOMAINS.list(call, usable.map(|domain| super::domains::view(domain))))
    }),
    read("identity.list_auth_system", |world, call, _| {
        let user = call.caller()?.user.id;
        let has_role = world.accounts.has_role_at(user, Target::System);
        let systems: Vec<Value> = has_role.then(|| json!({"all": true})).into_iter().collect();
        let links = json!({"self": format!("{}/auth/system", root(call))});
        Ok(Answer::json(
            StatusCode::OK,
            &json!({"system": systems, "links": links}),
        ))
    }),
];

fn authenticate(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let auth = call
        .body
        .get("auth")
        .ok_or_else(|| expected("auth", "request body"))?;
    let mut proof = identify(world, auth)?;
    let scope = scope(world, auth, &mut proof)?;
    let now = world.now();
    let (token, session) = world.accounts.issue(&mut world.ids, now, proof, scope)?;
    Ok(token_answer(
        world,
        call,
        StatusCode::CREATED,
        &token,
        &session,
    ))
}

/// The token that is asked about, which is the caller's own unless the caller is an admin.
///
/// # Errors
/// When there is none, or it is no good, or none of the caller's business.
pub(super) fn subject<'a>(
    world: &mut World,
    call: &Call,
    token: Option<&'a str>,
) -> Result<(&'a str, Arc<Session>), Fault> {
    let is_own = token.is_some() && token == header(call, "x-auth-token");
    let now = world.now();
    let session = token.and_then(|token| world.accounts.session(token, now));
    let is_admin = call.is_admin() || call.caller()?.has_role("service");
    match (token, session) {
        _ if token.is_none() && !is_admin => Err(forbidden(call)),
        (None, _) => Err(Fault::not_found("No token in the request")),
        (Some(token), None) => Err(ended(&world.accounts, token)),
        (Some(token), Some(session)) => {
            let is_allowed = is_own || is_admin || session.user.id == call.caller()?.user.id;
            if is_allowed {
                Ok((token, session))
            } else {
                Err(forbidden(call))
            }
        }
    }
}

/// Why a token is good for nothing.
pub(super) fn ended(accounts: &Accounts, token: &str) -> Fault {
    accounts.loss(token).unwrap_or_else(|| {
        Fault::not_found(if token.starts_with("gAAAAA") {
            "Failed to validate token"
        } else {
            "Could not recognize Fernet token"
        })
    })
}

fn token_answer(
    world: &World,
    call: &Call,
    status: StatusCode,
    token: &str,
    session: &Session,
) -> Answer {
    let accounts = &world.accounts;
    let shows_catalog = session.scope != Scope::None && call.param("nocatalog").is_none();
    let trust = match &session.delegation {
        Some(Delegation::Trust(trust)) => Some(trust),
        Some(Delegation::AppCredential(_)) | None => None,
    };
    let body = Envelope {
        token: TokenView {
            methods: &session.methods,
            user: Named {
                domain: domain(accounts, session.user.domain),
                id: id_text(session.user.id),
                name: &session.user.name,
                password_expires_at: Some(()),
            },
            audit_ids: &session.audit_ids,
            expires_at: Text(Zulu(session.expires)),
            issued_at: Text(Zulu(session.issued)),
            project: session.project.as_ref().map(|project| Named {
                domain: project.domain.and_then(|id| domain(accounts, id)),
                id: id_text(project.id),
                name: &project.name,
                password_expires_at: None,
            }),
            is_domain: session.project.as_ref().map(|project| project.is_domain()),
            domain: match &session.scope {
                Scope::Domain(project) => Some(DomainView::of(project)),
                Scope::None | Scope::Project(_) | Scope::System => None,
            },
            system: (session.scope == Scope::System).then_some(Everything { all: true }),
            roles: session
                .roles()
                .iter()
                .map(|role| RoleView {
                    id: id_text(role.id),
                    name: &role.name,
                })
                .collect(),
            catalog: shows_catalog.then(|| catalog(world, call, session)),
            application_credential: session
                .delegation
                .as_ref()
                .and_then(|delegation| super::app_credentials::in_token(accounts, delegation)),
            trust: trust.map(|trust| {
                json!({
                    "id": id_text(trust.id),
                    "impersonation": trust.impersonates,
                    "trustee_user": {"id": id_text(trust.trustee)},
                    "trustor_user": {"id": id_text(trust.trustor)},
                })
            }),
        },
    };
    Answer::json(status, &body).with_header(SUBJECT, token)
}

fn domain(accounts: &Accounts, id: uuid::Uuid) -> Option<DomainView<'_>> {
    accounts.project(id).map(|domain| DomainView::of(domain))
}

/// Microseconds, with a zone.
pub(super) struct Zulu(pub(super) DateTime<Utc>);

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
    user: Named<'a>,
    audit_ids: &'a [String],
    expires_at: Text<Zulu>,
    issued_at: Text<Zulu>,
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<Named<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_domain: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<DomainView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<Everything>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roles: Vec<RoleView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    catalog: Option<Vec<Entry<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    application_credential: Option<Value>,
    #[serde(rename = "OS-TRUST:trust", skip_serializing_if = "Option::is_none")]
    trust: Option<Value>,
}

#[derive(Serialize)]
struct DomainView<'a> {
    id: String,
    name: &'a str,
}

impl<'a> DomainView<'a> {
    fn of(domain: &'a Project) -> Self {
        Self {
            id: id_text(domain.id),
            name: &domain.name,
        }
    }
}

#[derive(Serialize)]
struct Everything {
    all: bool,
}

/// A user or project, whose name means something within its domain.
#[derive(Serialize)]
struct Named<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<DomainView<'a>>,
    id: String,
    name: &'a str,
    /// Users have it; it is never.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "never")]
    password_expires_at: Option<()>,
}

fn never<S: serde::Serializer>(_: &Option<()>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_none()
}

#[derive(Serialize)]
struct RoleView<'a> {
    id: String,
    name: &'a str,
}
