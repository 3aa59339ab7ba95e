//! Whose things are, of which the world knows only the owner's id.

use std::sync::Arc;

use uuid::Uuid;

use crate::api::Call;
use crate::api::cloudstack::{access, caller};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::Project;

/// The account that something new will belong to: the caller's own, or the account or project that is named.
///
/// # Errors
/// When there is no such account, or it is not for the caller to name it.
pub(crate) fn account_for(world: &World, call: &Call) -> Result<Arc<Project>, Fault> {
    access::owner_of_new(world, call).map(|(owner, _)| owner)
}

/// Lets pass who may touch what belongs to an account or project. What belongs to nobody is for
/// administrators.
///
/// # Errors
/// When it is not the caller's to use.
pub(crate) fn permit(world: &World, call: &Call, owner: Uuid, thing: Uuid) -> Result<(), Fault> {
    match world.accounts.project(owner) {
        Some(owner) => access::permit(world, call, owner, thing),
        None if caller(call)?.is_admin() => Ok(()),
        None => Err(access::not_permitted(caller(call)?, thing)),
    }
}

/// What a command says itself of a parameter that makes no sense.
pub(crate) fn refuse(message: impl Into<String>) -> Fault {
    Fault::new(FaultKind::InvalidParameter, message)
}
