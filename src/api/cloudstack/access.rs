//! Whose things a caller may see and use, and whose what it makes will be.

use std::sync::Arc;

use uuid::Uuid;

use super::{args, caller};
use crate::api::Call;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Project, Session, User};

/// Refuses to let a caller use what belongs to `owner`.
///
/// # Errors
/// When it is not the caller's. `thing` is what the refusal names.
pub(super) fn check_use(
    _: &World,
    session: &Session,
    owner: &Project,
    thing: Uuid,
) -> Result<(), Fault> {
    let account = session.project.as_ref();
    if session.is_admin() || account.is_some_and(|account| account.id == owner.id) {
        return Ok(());
    }
    let account = account.map_or("", |account| &account.name);
    Err(Fault::new(
        FaultKind::Forbidden,
        format!("Account {account} does not have permission to operate with resource {thing}"),
    ))
}

/// Whose a new thing will be: the caller's own, unless the call names an account.
///
/// # Errors
/// When the account is not there or not the caller's to use.
pub(super) fn owner_of_new(world: &World, call: &Call) -> Result<(Arc<Project>, Arc<User>), Fault> {
    let session = caller(call)?;
    let invalid = |message: String| Fault::new(FaultKind::InvalidParameter, message);
    let Some(name) = args(world, call).text("account") else {
        let own = session.project.clone();
        let own = own.ok_or_else(|| invalid("The caller has no account".into()))?;
        return Ok((own, session.user.clone()));
    };
    let mut accounts = world.accounts.projects();
    let owner = accounts.find(|account| *account.name == *name);
    let owner = owner.ok_or_else(|| invalid(format!("Unable to find account {name}")))?;
    check_use(world, session, owner, owner.id)?;
    Ok((owner.clone(), session.user.clone()))
}
