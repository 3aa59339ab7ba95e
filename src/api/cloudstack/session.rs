//! Who is calling: by a signature, or by the session of a login.

use std::sync::Arc;

use http::HeaderMap;
use http::header::{COOKIE, SET_COOKIE};
use serde_json::{Value, json};
use uuid::Uuid;

use super::params::Args;
use super::request::Params;
use super::table::Row;
use super::{args, envelope, fault, signature};
use crate::api::{Answer, Call, Landing, Request};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::plan::ClockMode;
use crate::world::World;
use crate::world::accounts::{LOGIN_TIMEOUT, Proof, Scope, Session, User};
use crate::world::notices::EventDraft;

const COOKIE_NAME: &str = "JSESSIONID";

/// What means nothing where callers need not say who they are.
pub(super) const IGNORED_IF_TRUSTED: [&str; 2] = ["login", "logout"];

pub(super) const ROWS: &[Row] = &[
    Row::new("cloudstack.login", Landing::nowhere, log_in).open(),
    Row::new("cloudstack.logout", Landing::nowhere, log_out).open(),
];

/// The caller, as a request's signature or session proves. Whoever need not prove anything is the first
/// administrator.
///
/// # Errors
/// [`FaultKind::Unauthorized`]; which of the things was wrong is not told.
pub(crate) fn identify(
    world: &mut World,
    params: &Params,
    request: &Request,
) -> Result<Arc<Session>, Fault> {
    match params.get("apikey") {
        _ if request.is_trusted => by_trust(world),
        Some(key) => by_signature(world, params, key),
        None => by_login(world, params, &request.headers),
    }
}

fn by_trust(world: &World) -> Result<Arc<Session>, Fault> {
    let admin = world.accounts.first_admin().cloned();
    new_session(world, admin.ok_or_else(unverified)?, "trust").map(Arc::new)
}

/// What callers hear of a command that is not for them.
pub(crate) fn not_for(command: &str) -> Fault {
    let message =
        format!("The given command '{command}' either does not exist, is not available for user.");
    Fault::new(FaultKind::NotImplemented, message)
}

fn unverified() -> Fault {
    Fault::new(
        FaultKind::Unauthorized,
        "unable to verify user credentials and/or request signature",
    )
}

fn by_signature(world: &mut World, params: &Params, key: &str) -> Result<Arc<Session>, Fault> {
    let signature = params.get("signature").ok_or_else(unverified)?;
    let user = world
        .accounts
        .user_by_api_key(key)
        .cloned()
        .ok_or_else(unverified)?;
    let is_strict = world.configuration.is_true("cloudstack.strict_signature");
    let is_right = signature::is_right(params, signature, &user.secret_key, is_strict);
    if !is_right || is_too_late(world, params) {
        return Err(unverified());
    }
    new_session(world, user, "signature").map(Arc::new)
}

/// Clients sign by the real time. A world that keeps another time holds nobody to it.
fn is_too_late(world: &World, params: &Params) -> bool {
    match world.clock().mode() {
        ClockMode::Real | ClockMode::Scale(_) => {
            signature::is_expired(params, world.clock().real_now())
        }
        ClockMode::Frozen | ClockMode::Elastic => false,
    }
}

fn new_session(world: &World, user: Arc<User>, method: &'static str) -> Result<Session, Fault> {
    let accounts = &world.accounts;
    if accounts.is_locked(user.id) {
        return Err(unverified());
    }
    let account = accounts.home(&user).cloned().ok_or_else(unverified)?;
    let scope = Scope::Project(account);
    accounts
        .open_session(world.now(), Proof::by(user, method), scope)
        .map_err(|_| unverified())
}

fn by_login(
    world: &mut World,
    params: &Params,
    headers: &HeaderMap,
) -> Result<Arc<Session>, Fault> {
    let cookie = cookie(headers).ok_or_else(unverified)?;
    let login = world.accounts.login(cookie, world.now());
    let login = login.ok_or_else(unverified)?;
    let is_locked = world.accounts.is_locked(login.session.user.id);
    match params.get("sessionkey") == Some(&login.key) && !is_locked {
        true => Ok(login.session),
        false => Err(Fault::new(
            FaultKind::Unauthorized,
            "unable to verify user credentials",
        )),
    }
}

/// The value of the session's cookie.
fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE_NAME)
        .map(|(_, value)| value)
}

/// The domain that a login names, by its path or its id; the root where it names none.
fn domain_of(world: &World, args: &Args<'_>) -> Result<Uuid, Fault> {
    if let Some(id) = args.text("domainid") {
        let id = id
            .parse()
            .ok()
            .filter(|id| world.accounts.project(*id).is_some());
        return id.ok_or_else(|| fault::denied("Invalid domain id entered by the user"));
    }
    let path = args.text("domain").unwrap_or_default();
    let domain = world.accounts.domain_at(path);
    domain
        .map(|domain| domain.id)
        .ok_or_else(|| fault::denied(format!("Unable to find the domain from the path {path}")))
}

fn log_in(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let domain = domain_of(world, &args)?;
    let name = args.text("username").unwrap_or_default().to_owned();
    let password = args.text("password").unwrap_or_default().to_owned();
    let refuse = |_| {
        fault::denied(format!(
            "Failed to authenticate user {name} in domain {domain}; please provide valid credentials"
        ))
    };
    let user = world.accounts.check_password(domain, &name, &password);
    let user = user.map_err(refuse)?;
    let session = Arc::new(new_session(world, user, "password").map_err(refuse)?);
    let now = world.now();
    let (id, key) = world
        .accounts
        .open_login(&mut world.ids, session.clone(), now);
    note(world, &session, "USER.LOGIN");
    let content = welcome(world, &session, &key);
    Ok(envelope::success("login", content)
        .with_header(SET_COOKIE, &format!("{COOKIE_NAME}={id}; Path=/; HttpOnly"))
        .with_header(SET_COOKIE, &format!("sessionkey={key}; Path=/; HttpOnly")))
}

/// What somebody learns who has logged in. Yes and no are texts here.
fn welcome(world: &World, session: &Session, key: &str) -> Value {
    let (user, account) = (&session.user, session.project.as_ref());
    let kind = account.map(|account| world.accounts.account_kind(account.id).number());
    json!({
        "username": user.name,
        "userid": user.id,
        "domainid": user.domain,
        "timeout": LOGIN_TIMEOUT.as_secs(),
        "account": account.map(|account| &account.name),
        "firstname": user.said("firstname").unwrap_or(&user.name),
        "lastname": user.said("lastname").unwrap_or(&user.name),
        "type": kind.unwrap_or_default().to_string(),
        "timezone": user.said("timezone"),
        "registered": "false",
        "sessionkey": key,
        "is2faenabled": "false",
        "is2faverified": "true",
    })
}

/// Notes that somebody came or went.
fn note(world: &mut World, session: &Session, kind: &'static str) {
    world.note_done(EventDraft {
        kind,
        user: session.user.clone(),
        account: session.project.clone(),
        thing: Some(session.user.id),
        thing_kind: Some("User"),
    });
}

fn log_out(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    if let Some(id) = cookie(&call.request.headers) {
        let login = world.accounts.login(id, world.now());
        if let Some(login) = login {
            note(world, &login.session, "USER.LOGOUT");
        }
        world.accounts.close_login(id);
    }
    Ok(envelope::success(
        "logout",
        json!({ "description": "success" }),
    ))
}
