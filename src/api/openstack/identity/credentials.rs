//! What a client sends to get a token: who it is, and for which project.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::super::auth::unauthenticated;
use super::super::python::repr;
use super::super::recognise::expected;
use super::{DOMAIN_ID, DOMAIN_NAME};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Project, Session, User};

/// Someone who has proved who they are.
pub(super) struct Identified {
    pub(super) user: Arc<User>,
    /// The session of the token that proved it, if it was one.
    pub(super) parent: Option<Arc<Session>>,
}

/// Checks the proof in `auth.identity`.
///
/// # Errors
/// What is wrong with its form, or [`FaultKind::Unauthorized`].
pub(super) fn identify(world: &mut World, auth: &Value) -> Result<Identified, Fault> {
    let identity = member(auth, "identity")?;
    let methods = member(identity, "methods")?;
    let methods = methods
        .as_array()
        .ok_or_else(|| wrong_type("identity/methods", methods, "array"))?;
    let mut identified = None;
    for method in methods {
        let name = text("identity/methods/0", method)?;
        let proof = identity
            .get(name)
            .ok_or_else(|| expected(name, "identity"))?;
        identified = Some(match name {
            "password" => by_password(world, proof)?,
            "token" => by_token(world, proof)?,
            _ => {
                let message = "Attempted to authenticate with an unsupported method.";
                return Err(Fault::new(FaultKind::Unauthorized, message));
            }
        });
    }
    identified.ok_or_else(unauthenticated)
}

fn by_password(world: &mut World, proof: &Value) -> Result<Identified, Fault> {
    const AT: &str = "identity/password/user";
    let user = proof.get("user").ok_or_else(|| expected("user", "None"))?;
    let name = match (user.get("id"), user.get("name")) {
        (Some(id), _) => user_name(world, text(&format!("{AT}/id"), id)?)?,
        (None, Some(name)) => {
            let name = text(&format!("{AT}/name"), name)?;
            check_domain(user, "user", AT)?;
            name.to_owned()
        }
        (None, None) => {
            let message = format!("Invalid input for field {AT}: id or name must be present.");
            return Err(Fault::bad_request(message));
        }
    };
    let password = user.get("password").ok_or_else(unauthenticated)?;
    let password = text(&format!("{AT}/password"), password)?;
    let user = world.accounts.check_password(&name, password)?;
    Ok(Identified { user, parent: None })
}

fn user_name(world: &World, id: &str) -> Result<String, Fault> {
    let user = Uuid::try_parse(id)
        .ok()
        .and_then(|id| world.accounts.user(id));
    Ok(user.ok_or_else(unauthenticated)?.name.to_string())
}

fn by_token(world: &World, proof: &Value) -> Result<Identified, Fault> {
    let token = text("identity/token/id", member(proof, "id")?)?;
    let parent = world.accounts.session(token, world.now());
    let parent = parent.ok_or_else(|| Fault::not_found("Could not recognize Fernet token"))?;
    Ok(Identified {
        user: parent.user.clone(),
        parent: Some(parent.clone()),
    })
}

/// The project that a token is asked for; `None` for an unscoped one.
///
/// # Errors
/// What is wrong with the form of `auth.scope`, or [`FaultKind::Unauthorized`] for a scope that the caller
/// has no role in.
pub(super) fn scope(
    world: &mut World,
    auth: &Value,
    user: &User,
) -> Result<Option<Arc<Project>>, Fault> {
    let scope = match auth.get("scope") {
        None => return Ok(Some(world.accounts.project_named(&user.project))),
        Some(Value::String(word)) if word == "unscoped" => return Ok(None),
        Some(scope) => scope,
    };
    if let Some(project) = scope.get("project") {
        return self::project(world, project).map(Some);
    }
    match ["domain", "system", "OS-TRUST:trust"]
        .iter()
        .any(|kind| scope.get(kind).is_some())
    {
        // Nobody has a role on a domain or on the system.
        true => Err(unauthenticated()),
        false => Err(expected(
            "system, project, domain, OS-TRUST:trust or unscoped",
            "scope",
        )),
    }
}

fn project(world: &mut World, wanted: &Value) -> Result<Arc<Project>, Fault> {
    match (wanted.get("id"), wanted.get("name")) {
        (Some(id), _) => {
            let id = Uuid::try_parse(text("scope/project/id", id)?).ok();
            let project = id.and_then(|id| world.accounts.project(id));
            project.cloned().ok_or_else(unauthenticated)
        }
        (None, Some(name)) => {
            check_domain(wanted, "project", "scope/project")?;
            let name = text("scope/project/name", name)?;
            Ok(world.accounts.project_named(name))
        }
        (None, None) => Err(expected("name", "project")),
    }
}

/// A name means something within a domain only. `at` is where the owner of the name stands in the body.
fn check_domain(owner: &Value, kind: &str, at: &str) -> Result<(), Fault> {
    let domain = owner
        .get("domain")
        .ok_or_else(|| expected("domain", kind))?;
    match (domain.get("id"), domain.get("name")) {
        (Some(id), _) if id == DOMAIN_ID => Ok(()),
        (None, Some(name)) if name == DOMAIN_NAME => Ok(()),
        (None, None) => {
            let message =
                format!("Invalid input for field {at}/domain: id or name must be present.");
            Err(Fault::bad_request(message))
        }
        (Some(_), _) | (None, Some(_)) => Err(unauthenticated()),
    }
}

/// A member that has to be there.
pub(super) fn member<'a>(object: &'a Value, name: &str) -> Result<&'a Value, Fault> {
    let missing = || Fault::bad_request(format!("'{name}' is a required property"));
    object.get(name).ok_or_else(missing)
}

fn text<'a>(field: &str, value: &'a Value) -> Result<&'a str, Fault> {
    value
        .as_str()
        .ok_or_else(|| wrong_type(field, value, "string"))
}

fn wrong_type(field: &str, value: &Value, kind: &str) -> Fault {
    let value = repr(value);
    Fault::bad_request(format!(
        "Invalid input for field '{field}': {value} is not of type '{kind}'"
    ))
}
