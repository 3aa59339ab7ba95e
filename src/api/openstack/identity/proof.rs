//! What a client sends to get a token: who it is, and what for.

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::super::auth::unauthenticated;
use super::super::python::repr;
use super::tokens::ended;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Delegation, Project, Proof, Scope, Target, User, expected, parse_id};

const UNSUPPORTED: &str = "Attempted to authenticate with an unsupported method.";

const NO_SCOPE: &str = "Error authenticating with application credential: Application credentials cannot request \
    a scope.";

/// What is told beside the message of a refusal.
pub(in super::super) fn details(message: &str) -> Option<Value> {
    match message {
        UNSUPPORTED => Some(json!({"methods": ["password", "token", "application_credential"]})),
        NO_SCOPE => Some(json!({})),
        _ => None,
    }
}

/// Checks the proof in `auth.identity`.
///
/// # Errors
/// What is wrong with its form, or [`FaultKind::Unauthorized`].
pub(super) fn identify(world: &mut World, auth: &Value) -> Result<Proof, Fault> {
    if !auth.is_object() {
        let message = format!("{} is not of type 'object'", repr(auth));
        return Err(Fault::bad_request(message));
    }
    let missing = || Fault::bad_request("'identity' is a required property");
    let identity = auth.get("identity").ok_or_else(missing)?;
    let methods = member(identity, "identity", "methods")?;
    let methods = methods
        .as_array()
        .ok_or_else(|| wrong_type("identity/methods", methods, "array"))?;
    let mut proof: Option<Proof> = None;
    for method in methods {
        let name = text("identity/methods/0", method)?;
        let more = by_method(world, name, identity)?;
        proof = Some(match proof {
            None => more,
            Some(proof) => joined(proof, more)?,
        });
    }
    proof.ok_or_else(unauthenticated)
}

fn by_method(world: &mut World, name: &str, identity: &Value) -> Result<Proof, Fault> {
    let proof = identity
        .get(name)
        .ok_or_else(|| expected(name, "identity"))?;
    let prove: fn(&mut World, &Value) -> Result<Proof, Fault> = match name {
        "password" => by_password,
        "token" => by_token,
        "application_credential" => by_app_credential,
        _ => {
            return Err(Fault::new(FaultKind::Unauthorized, UNSUPPORTED));
        }
    };
    prove(world, proof)
}

/// Two proofs of the same person.
fn joined(proof: Proof, more: Proof) -> Result<Proof, Fault> {
    if proof.user.id != more.user.id {
        return Err(unauthenticated());
    }
    Ok(Proof {
        methods: unique(proof.methods.into_iter().chain(more.methods)),
        parent: proof.parent.or(more.parent),
        delegation: proof.delegation.or(more.delegation),
        ..proof
    })
}

fn unique(methods: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut unique = Vec::new();
    for method in methods {
        if !unique.contains(&method) {
            unique.push(method);
        }
    }
    unique
}

fn by_password(world: &mut World, proof: &Value) -> Result<Proof, Fault> {
    const AT: &str = "identity/password/user";
    let user = proof.get("user").ok_or_else(|| expected("user", "None"))?;
    let who = who(world, user, AT)?;
    let password = user.get("password").ok_or_else(unauthenticated)?;
    let password = text(&format!("{AT}/password"), password)?;
    let user = match who {
        Who::User(user) => {
            world.accounts.check_password_of(&user, password)?;
            user
        }
        Who::Named(domain, name) => world.accounts.check_password(domain, &name, password)?,
    };
    Ok(Proof::by(user, "password"))
}

/// Who is meant: somebody who is there, or a name, which may be nobody's yet.
enum Who {
    User(Arc<User>),
    Named(Uuid, String),
}

fn who(world: &World, user: &Value, at: &str) -> Result<Who, Fault> {
    match (user.get("id"), user.get("name")) {
        (Some(id), _) => {
            let user = world.accounts.users.find(text(&format!("{at}/id"), id)?);
            user.cloned().map(Who::User).map_err(|_| unauthenticated())
        }
        (None, Some(name)) => {
            let name = text(&format!("{at}/name"), name)?.to_owned();
            Ok(Who::Named(domain_of(world, user, "user", at)?.id, name))
        }
        (None, None) => {
            let message = format!("Invalid input for field {at}: id or name must be present.");
            Err(Fault::bad_request(message))
        }
    }
}

fn by_token(world: &mut World, proof: &Value) -> Result<Proof, Fault> {
    let token = text("identity/token/id", member(proof, "identity/token", "id")?)?;
    let parent = world.accounts.session(token, world.now());
    let parent = parent.ok_or_else(|| ended(&world.accounts, token))?;
    if parent.delegation.is_some() {
        let message = "You are not authorized to perform the requested action: Using a delegated token to create \
                       another token is not allowed..";
        return Err(Fault::new(FaultKind::Forbidden, message));
    }
    let methods = std::iter::once("token").chain(parent.methods.iter().copied());
    Ok(Proof {
        user: parent.user.clone(),
        methods: unique(methods),
        delegation: None,
        parent: Some(parent),
    })
}

fn by_app_credential(world: &mut World, proof: &Value) -> Result<Proof, Fault> {
    const AT: &str = "identity/application_credential";
    let accounts = &world.accounts;
    let credential = match (proof.get("id"), proof.get("name")) {
        (Some(id), _) => {
            let id = text(&format!("{AT}/id"), id)?;
            Some(accounts.delegations.credential(id)?)
        }
        (None, Some(name)) => {
            let name = text(&format!("{AT}/name"), name)?;
            let user = proof
                .get("user")
                .ok_or_else(|| expected("user", "application credential"))?;
            let owner = match who(world, user, "identity/application_credential/user")? {
                Who::User(user) => user,
                Who::Named(domain, name) => {
                    let user = accounts.users.named(Some(domain), &name);
                    user.cloned().ok_or_else(unauthenticated)?
                }
            };
            let mut theirs = accounts.delegations.credentials_of(owner.id);
            theirs.find(|credential| *credential.name == *name)
        }
        (None, None) => return Err(expected("name or ID", "application credential")),
    };
    let secret = proof.get("secret").ok_or_else(unauthenticated)?;
    let secret = text(&format!("{AT}/secret"), secret)?;
    let credential = accounts.check_secret(credential, secret, world.now())?;
    let owner = accounts.user(credential.user).ok_or_else(unauthenticated)?;
    Ok(Proof {
        delegation: Some(Delegation::AppCredential(credential)),
        ..Proof::by(owner.clone(), "application_credential")
    })
}

/// What a token is asked for. A trust makes its trustee act for its trustor.
///
/// # Errors
/// What is wrong with the form of `auth.scope`, or [`FaultKind::Unauthorized`] for a scope that is not there.
pub(super) fn scope(world: &mut World, auth: &Value, proof: &mut Proof) -> Result<Scope, Fault> {
    if let (Some(Delegation::AppCredential(credential)), true) =
        (&proof.delegation, proof.parent.is_none())
    {
        if auth.get("scope").is_some() {
            return Err(Fault::new(FaultKind::Unauthorized, NO_SCOPE));
        }
        let project = world.accounts.project(credential.project).cloned();
        return project.map(Scope::Project).ok_or_else(unauthenticated);
    }
    let scope = match auth.get("scope") {
        None => return Ok(default_scope(world, &proof.user)),
        Some(Value::String(word)) if word == "unscoped" => return Ok(Scope::None),
        Some(scope) if scope.get("unscoped").is_some() => return Ok(Scope::None),
        Some(scope) => scope,
    };
    let unclear = || {
        expected(
            "system, project, domain, OS-TRUST:trust or unscoped",
            "scope",
        )
    };
    if scope.as_object().is_none_or(|scopes| scopes.len() != 1) {
        return Err(unclear());
    }
    if let Some(wanted) = scope.get("project") {
        return project(world, wanted, &proof.user).map(Scope::Project);
    }
    if let Some(wanted) = scope.get("domain") {
        return named_domain(world, wanted, "scope/domain").map(Scope::Domain);
    }
    if let Some(wanted) = scope.get("OS-TRUST:trust") {
        return trust(world, wanted, proof);
    }
    match scope.get("system") {
        Some(_) => Ok(Scope::System),
        None => Err(unclear()),
    }
}

/// The user's own project, if it is one in which the user can work.
pub(super) fn default_scope(world: &World, user: &User) -> Scope {
    let accounts = &world.accounts;
    let is_good = |project: &&Arc<Project>| {
        accounts.is_usable(project) && accounts.has_role_at(user.id, Target::Project(project.id))
    };
    let home = accounts.home(user).filter(is_good);
    home.map_or(Scope::None, |project| Scope::Project(project.clone()))
}

fn project(world: &mut World, wanted: &Value, user: &User) -> Result<Arc<Project>, Fault> {
    match (wanted.get("id"), wanted.get("name")) {
        (Some(id), _) => {
            let id = parse_id(text("scope/project/id", id)?);
            let project = id.and_then(|id| world.accounts.project(id));
            project
                .filter(|project| !project.is_domain())
                .cloned()
                .ok_or_else(unauthenticated)
        }
        (None, Some(name)) => {
            let domain = domain_of(world, wanted, "project", "scope/project")?.id;
            let name = text("scope/project/name", name)?;
            let entered = world.accounts.enter_project(user, domain, name);
            entered.ok_or_else(unauthenticated)
        }
        (None, None) => {
            let message = "Invalid input for field scope/project: id or name must be present.";
            Err(Fault::bad_request(message))
        }
    }
}

fn trust(world: &mut World, wanted: &Value, proof: &mut Proof) -> Result<Scope, Fault> {
    let id = text(
        "scope/OS-TRUST:trust/id",
        member(wanted, "scope/OS-TRUST:trust", "id")?,
    )?;
    let now = world.now();
    let accounts = &mut world.accounts;
    let trust = accounts.delegations.trust(id, now);
    let trust = trust.cloned().map_err(|_| unauthenticated())?;
    if trust.trustee != proof.user.id {
        return Err(Fault::new(FaultKind::Forbidden, "User is not a trustee."));
    }
    accounts.use_trust(&trust)?;
    if trust.impersonates {
        let trustor = accounts.user(trust.trustor).cloned();
        proof.user = trustor.ok_or_else(unauthenticated)?;
    }
    let project = trust.project.and_then(|id| accounts.project(id)).cloned();
    proof.delegation = Some(Delegation::Trust(trust));
    project.map(Scope::Project).ok_or_else(unauthenticated)
}

/// The domain within which the name of a user or project is meant. `at` is where its owner stands in the
/// body.
fn domain_of(world: &World, owner: &Value, kind: &str, at: &str) -> Result<Arc<Project>, Fault> {
    let domain = owner
        .get("domain")
        .ok_or_else(|| expected("domain", kind))?;
    named_domain(world, domain, &format!("{at}/domain"))
}

fn named_domain(world: &World, domain: &Value, at: &str) -> Result<Arc<Project>, Fault> {
    let accounts = &world.accounts;
    let found = match (domain.get("id"), domain.get("name")) {
        (Some(id), _) => accounts.find_domain(text(&format!("{at}/id"), id)?).ok(),
        (None, Some(name)) => accounts.domain_named(text(&format!("{at}/name"), name)?),
        (None, None) => {
            let message = format!("Invalid input for field {at}: id or name must be present.");
            return Err(Fault::bad_request(message));
        }
    };
    found.cloned().ok_or_else(unauthenticated)
}

/// A member that has to be there, of what stands at `field`.
fn member<'a>(object: &'a Value, field: &str, name: &str) -> Result<&'a Value, Fault> {
    let missing = || {
        Fault::bad_request(format!(
            "Invalid input for field '{field}': '{name}' is a required property"
        ))
    };
    object.get(name).ok_or_else(missing)
}

pub(super) fn text<'a>(field: &str, value: &'a Value) -> Result<&'a str, Fault> {
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
