//! Whose things are: whom new ones will belong to, and who may touch those that are there.

use std::sync::Arc;

use uuid::Uuid;

use crate::api::Call;
use crate::api::cloudstack::{args, caller};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::Project;

/// The account that something new will belong to: the caller's own, or the one that is named.
///
/// # Errors
/// When there is no such account, or it is not for the caller to name it.
pub(crate) fn account_for(world: &World, call: &Call) -> Result<Arc<Project>, Fault> {
    let (args, caller) = (args(world, call), caller(call)?);
    let own = caller.project.clone();
    let named = match (args.id("projectid"), args.text("account")) {
        (Some(project), _) => world.accounts.project(project).cloned(),
        (None, Some(name)) => {
            let mut projects = world.accounts.projects();
            projects.find(|project| *project.name == *name).cloned()
        }
        (None, None) => own.clone(),
    };
    let unknown = || {
        let name = args.text("account").unwrap_or_default();
        refuse(format!("Unable to find account {name}"))
    };
    let account = named.ok_or_else(unknown)?;
    if caller.is_admin() || own.is_some_and(|own| own.id == account.id) {
        return Ok(account);
    }
    Err(not_permitted(call, account.id)?)
}

/// Lets pass who may touch what belongs to an account.
///
/// # Errors
/// When it is neither the caller's nor is the caller an administrator.
pub(crate) fn permit(call: &Call, account: Uuid, thing: Uuid) -> Result<(), Fault> {
    let caller = caller(call)?;
    let is_own = caller.project.as_ref().is_some_and(|own| own.id == account);
    match is_own || caller.is_admin() {
        true => Ok(()),
        false => Err(not_permitted(call, thing)?),
    }
}

fn not_permitted(call: &Call, thing: Uuid) -> Result<Fault, Fault> {
    let account = &caller(call)?.user.name;
    let message =
        format!("Account {account} does not have permission to operate with resource {thing}");
    Ok(Fault::new(FaultKind::Forbidden, message))
}

/// What a command says itself of a parameter that makes no sense.
pub(crate) fn refuse(message: impl Into<String>) -> Fault {
    Fault::new(FaultKind::InvalidParameter, message)
}
