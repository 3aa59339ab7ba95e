//! Who is calling: the token of a request.

use std::sync::Arc;

use http::HeaderName;
use http::header::AsHeaderName;

use super::compute::check_of_old;
use super::recognise::check_body;
use super::service::Service;
use super::{Call, microversion, policy};
use crate::api::BodyProblem;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Delegation, Session, id_text};

/// The part of a path that names the caller's project.
const PROJECT: &str = "project_id";

const TOKEN: HeaderName = HeaderName::from_static("x-auth-token");

/// What is said to a caller without a good token.
pub(super) const UNAUTHENTICATED: &str = "The request you have made requires authentication.";

/// Finds the session of the request's token, and checks what is the same for all operations of a service.
///
/// # Errors
/// In the order of the real services: a body that could not be taken, no good token, a version that there
/// is not, a body that is no JSON, a project in the URL that is not the token's.
pub(super) fn authenticate(world: &mut World, call: &mut Call) -> Result<(), Fault> {
    match &call.request.body {
        Ok(_) => {}
        Err(BodyProblem::TooLarge(_)) => {
            return Err(Fault::new(
                FaultKind::PayloadTooLarge,
                "Request is too large.",
            ));
        }
        Err(BodyProblem::Broken) => {
            return Err(Fault::bad_request("The request body ended too early."));
        }
    }
    if !is_open(call) {
        let session = session(world, call)?;
        check_access_rules(world, call, &session)?;
        call.session = Some(session);
    }
    microversion::check(call)?;
    check_body(call)?;
    check_of_old(call)?;
    check_project(world, call)?;
    policy::check(world, call)
}

fn session(world: &mut World, call: &Call) -> Result<Arc<Session>, Fault> {
    let now = world.now();
    let token = header(call, TOKEN);
    if let Some(session) = token.and_then(|token| world.accounts.session(token, now)) {
        return Ok(session);
    }
    // The other services make nothing of what Keystone tells them when they ask it about the token.
    if Service::of(call) == Service::Identity
        && let Some(loss) = token.and_then(|token| world.accounts.loss(token))
    {
        return Err(loss);
    }
    let project = call.path_param(PROJECT);
    world.accounts.open_door(now, project).map(Arc::new)
}

/// An application credential may be good for certain calls only.
fn check_access_rules(world: &World, call: &Call, session: &Session) -> Result<(), Fault> {
    let Some(Delegation::AppCredential(credential)) = &session.delegation else {
        return Ok(());
    };
    let service = Service::of(call);
    let names = service.catalog().iter().map(|(kind, _)| *kind);
    let names: Vec<&str> = names.chain([service.kind()]).collect();
    let (method, path) = (call.request.method.as_str(), call.request.path.as_str());
    let below = Service::of_path(path).map_or(path, |(_, below)| below);
    let delegations = &world.accounts.delegations;
    if [path, below]
        .iter()
        .any(|path| delegations.permits(credential, &names, method, path))
    {
        Ok(())
    } else {
        Err(unauthenticated())
    }
}

/// Whether it answers anybody.
fn is_open(call: &Call) -> bool {
    matches!(
        call.command.spec().short_name(),
        "list_versions" | "get_version" | "authenticate" | "authenticate_v2" | "change_password"
    )
}

pub(super) fn unauthenticated() -> Fault {
    Fault::new(FaultKind::Unauthorized, UNAUTHENTICATED)
}

/// A header's value, where it is text.
pub(super) fn header(call: &Call, name: impl AsHeaderName) -> Option<&str> {
    str::from_utf8(call.request.headers.get(name)?.as_bytes()).ok()
}

fn check_project(world: &World, call: &Call) -> Result<(), Fault> {
    let (wanted, Some(session)) = (call.path_param(PROJECT), &call.session) else {
        return Ok(());
    };
    if wanted.is_empty() {
        return Ok(());
    }
    let own = session.project.as_ref().map(|project| id_text(project.id));
    let is_own = own.as_deref() == Some(wanted);
    if is_own || world.accounts.has_open_door() {
        return Ok(());
    }
    let own = own.unwrap_or_else(|| "None".to_owned());
    Err(Fault::bad_request(format!(
        "Malformed request URL: URL's project_id '{wanted}' doesn't match Context's project_id '{own}'"
    )))
}

impl Call {
    /// Who is calling. Only for operations that do not answer anybody.
    ///
    /// # Errors
    /// [`FaultKind::Unauthorized`] when nobody is known to be.
    pub(super) fn caller(&self) -> Result<&Session, Fault> {
        self.session.as_deref().ok_or_else(unauthenticated)
    }

    pub(super) fn is_admin(&self) -> bool {
        self.session.as_deref().is_some_and(Session::is_admin)
    }
}
