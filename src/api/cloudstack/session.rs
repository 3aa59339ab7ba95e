//! Who is calling: by a signature, or by the session of a login.

use std::sync::Arc;

use http::HeaderMap;
use http::header::{COOKIE, SET_COOKIE};
use serde_json::json;

use super::request::Params;
use super::table::Row;
use super::{args, entity, envelope, signature};
use crate::api::{Answer, Call, Landing, Request};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::plan::ClockMode;
use crate::world::World;
use crate::world::accounts::{DEFAULT_DOMAIN, Proof, Scope, Session, User};

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
        None => by_login(world, params, &request.headers).ok_or_else(unverified),
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
    if !signature::is_right(params, signature, &user.secret_key) || is_too_late(world, params) {
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
    let account = accounts.home(&user).cloned().ok_or_else(unverified)?;
    let scope = Scope::Project(account);
    accounts
        .open_session(world.now(), Proof::by(user, method), scope)
        .map_err(|_| unverified())
}

fn by_login(world: &mut World, params: &Params, headers: &HeaderMap) -> Option<Arc<Session>> {
    let login = world.accounts.login(cookie(headers)?, world.now())?;
    (params.get("sessionkey")? == login.key).then_some(login.session)
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

fn log_in(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let name = args.text("username").unwrap_or_default().to_owned();
    let password = args.text("password").unwrap_or_default().to_owned();
    let user = world
        .accounts
        .check_password(DEFAULT_DOMAIN, &name, &password)
        .map_err(|_| Fault {
            kind: FaultKind::Forbidden,
            status: None,
            message: format!(
                "Failed to authenticate user {name} in domain 1; please provide valid credentials"
            ),
            name: None,
        })?;
    let session = Arc::new(new_session(world, user, "password")?);
    let timeout = world.accounts.lifetime().as_secs();
    let (id, key) = world.accounts.open_login(&mut world.ids, session.clone());
    let user = &session.user;
    let content = json!({
        "username": user.name,
        "userid": user.id,
        "domainid": entity::root_domain(),
        "timeout": timeout,
        "account": session.project.as_ref().map(|project| &project.name),
        "firstname": user.name,
        "lastname": user.name,
        "type": if session.is_admin() { "1" } else { "0" },
        "registered": "false",
        "sessionkey": key,
        "is2faenabled": "false",
        "is2faverified": "true",
    });
    Ok(envelope::success("login", content)
        .with_header(SET_COOKIE, &format!("{COOKIE_NAME}={id}; Path=/; HttpOnly"))
        .with_header(SET_COOKIE, &format!("sessionkey={key}; Path=/; HttpOnly")))
}

fn log_out(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    if let Some(id) = cookie(&call.request.headers) {
        world.accounts.close_login(id);
    }
    Ok(envelope::success(
        "logout",
        json!({ "description": "success" }),
    ))
}
