//! Who asks for a token, and for which tenant.

use std::sync::Arc;

use serde_json::Value;

use super::super::super::auth::unauthenticated;
use super::super::proof::default_scope;
use super::body::{optional, required};
use super::rackspace;
use crate::vocabulary::fault::Fault;
use crate::vocabulary::profile::Profile;
use crate::world::World;
use crate::world::accounts::{
    DEFAULT_DOMAIN, Project, Proof, Scope, Target, User, expected, parse_id,
};

const PASSWORD: &str = "passwordCredentials";
const API_KEY: &str = "RAX-KSKEY:apiKeyCredentials";

/// Who proves to be whom, by what the body's `auth` says.
///
/// # Errors
/// For a form that is none, and for whom it does not prove.
pub(super) fn identify(world: &mut World, auth: &Value) -> Result<Proof, Fault> {
    let tenant = wanted_tenant(auth)?;
    if let Some(proof) = auth.get(PASSWORD) {
        let user = by_password(world, proof, tenant)?;
        return Ok(Proof::by(user, "password"));
    }
    if let Some(proof) = auth.get(API_KEY) {
        let name = required(proof, "username", API_KEY)?;
        let key = required(proof, "apiKey", API_KEY)?;
        admit(world, name, tenant);
        let user = world.accounts.check_key(name, key);
        let user = user.map_err(|fault| rackspace::wrong_key(world, fault))?;
        return Ok(Proof::by(user, "apikey"));
    }
    let token = auth.get("token");
    let token = token.ok_or_else(|| expected("passwordCredentials or token", "auth"))?;
    let now = world.now();
    let parent = world.accounts.session(required(token, "id", "token")?, now);
    let parent = parent.ok_or_else(unauthenticated)?;
    Ok(Proof {
        parent: Some(parent.clone()),
        ..Proof::by(parent.user.clone(), "token")
    })
}

fn by_password(world: &mut World, proof: &Value, tenant: Option<&str>) -> Result<Arc<User>, Fault> {
    if let Some(id) = optional(proof, "userId")? {
        let user = world.accounts.users.find(id).cloned();
        let user = user.map_err(|_| unauthenticated())?;
        let password = required(proof, "password", PASSWORD)?;
        return world
            .accounts
            .check_password_of(&user, password)
            .map(|()| user);
    }
    let password = required(proof, "password", PASSWORD)?;
    let name = optional(proof, "username")?;
    let name = name.ok_or_else(|| expected("username or userId", PASSWORD))?;
    admit(world, name, tenant);
    world
        .accounts
        .check_password(DEFAULT_DOMAIN, name, password)
}

/// Rackspace's users belong to an account: one who is not known yet to the one that is named.
fn admit(world: &mut World, name: &str, tenant: Option<&str>) {
    let accounts = &mut world.accounts;
    let is_known = accounts.users.named(Some(DEFAULT_DOMAIN), name).is_some();
    if let (Profile::Rackspace, false, Some(tenant)) = (world.profile, is_known, tenant) {
        accounts.open_account(name, tenant);
    }
}

/// The id or the name of the tenant that is asked for.
fn wanted_tenant(auth: &Value) -> Result<Option<&str>, Fault> {
    let id = optional(auth, "tenantId")?.filter(|id| !id.is_empty());
    let name = optional(auth, "tenantName")?.filter(|name| !name.is_empty());
    Ok(id.or(name))
}

/// The tenant that is asked for, or else the user's own.
///
/// # Errors
/// For a tenant that is not the user's.
pub(super) fn scope(world: &mut World, auth: &Value, proof: &Proof) -> Result<Scope, Fault> {
    let Some(wanted) = wanted_tenant(auth)? else {
        return Ok(default_scope(world, &proof.user));
    };
    let tenant = match world.profile {
        Profile::OpenStack => openstack_tenant(world, auth, &proof.user),
        Profile::Rackspace => own_tenant(world, wanted, &proof.user),
    };
    tenant
        .map(Scope::Project)
        .ok_or_else(|| match world.profile {
            Profile::OpenStack => unauthenticated(),
            Profile::Rackspace => rackspace::not_the_tenant(proof, wanted),
        })
}

/// A name may be that of a tenant that is then made; an id is not.
fn openstack_tenant(world: &mut World, auth: &Value, user: &User) -> Option<Arc<Project>> {
    let accounts = &mut world.accounts;
    let text = |name: &str| auth[name].as_str().filter(|text| !text.is_empty());
    match (text("tenantId"), text("tenantName")) {
        (Some(id), _) => parse_id(id).and_then(|id| accounts.project(id)).cloned(),
        (None, Some(name)) => accounts.enter_project(user, DEFAULT_DOMAIN, name),
        (None, None) => None,
    }
}

fn own_tenant(world: &World, wanted: &str, user: &User) -> Option<Arc<Project>> {
    let accounts = &world.accounts;
    let by_id = || accounts.project(parse_id(wanted)?);
    let tenant = accounts
        .projects
        .named(Some(DEFAULT_DOMAIN), wanted)
        .or_else(by_id)?;
    let is_own = accounts.has_role_at(user.id, Target::Project(tenant.id));
    is_own.then(|| tenant.clone())
}
