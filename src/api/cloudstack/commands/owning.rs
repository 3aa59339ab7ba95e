//! Whose things a caller may use, and whose what it makes will be.

use std::sync::Arc;

use uuid::Uuid;

use crate::api::Call;
use crate::api::cloudstack::{args, caller};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Project, User};

/// Refuses to let a caller use what belongs to `owner`; `thing` is what the refusal names.
///
/// # Errors
/// When it is not the caller's.
pub(in crate::api::cloudstack) fn check_use(
    call: &Call,
    owner: &Project,
    thing: Uuid,
) -> Result<(), Fault> {
    let caller = caller(call)?;
    let own = caller.project.as_ref();
    if caller.is_admin() || own.is_some_and(|own| own.id == owner.id) {
        return Ok(());
    }
    let account = &caller.user.name;
    let message =
        format!("Account {account} does not have permission to operate with resource {thing}");
    Err(Fault::new(FaultKind::Forbidden, message))
}

/// The same, of what belongs to the project with this id.
///
/// # Errors
/// As [`check_use`].
pub(in crate::api::cloudstack) fn check_use_of(
    world: &World,
    call: &Call,
    project: Uuid,
    thing: Uuid,
) -> Result<(), Fault> {
    let owner = world.accounts.project(project);
    owner.map_or(Ok(()), |owner| check_use(call, owner, thing))
}

/// Whose a new thing will be: the caller's own, unless an admin names another account, or a project is named.
///
/// # Errors
/// When there is no such account.
pub(in crate::api::cloudstack) fn owner_of_new(
    world: &World,
    call: &Call,
) -> Result<(Arc<Project>, Arc<User>), Fault> {
    let (args, session) = (args(world, call), caller(call)?);
    let accounts = &world.accounts;
    let named = match args.text("account").filter(|_| session.is_admin()) {
        None => session
            .project
            .clone()
            .map(|project| (project, session.user.clone())),
        Some(name) => {
            let project = accounts.projects().find(|project| *project.name == *name);
            project.cloned().map(|project| {
                let mut users = accounts.users();
                let user = users.find(|user| user.project == Some(project.id));
                (project, user.unwrap_or(&session.user).clone())
            })
        }
    };
    named.ok_or_else(|| {
        let account = args.text("account").unwrap_or_default();
        Fault::invalid(format!("Unable to find account {account}"))
    })
}
