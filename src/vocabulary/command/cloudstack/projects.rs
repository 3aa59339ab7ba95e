//! Projects, which several accounts share.

use super::row;
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.createProject", 530, "Makes a project"),
    row("cloudstack.listProjects", 530, "Lists projects"),
    row("cloudstack.updateProject", 530, "Changes a project"),
    row("cloudstack.deleteProject", 530, "Removes a project with all that it has"),
    row("cloudstack.activateProject", 530, "Lets things be done in a project again"),
    row("cloudstack.suspendProject", 530, "Keeps a project from making things"),
    row("cloudstack.addAccountToProject", 530, "Takes an account into a project"),
    row("cloudstack.deleteAccountFromProject", 530, "Takes an account out of a project"),
    row("cloudstack.addUserToProject", 530, "Takes a user into a project"),
    row("cloudstack.deleteUserFromProject", 530, "Takes a user out of a project"),
    row("cloudstack.listProjectAccounts", 530, "Lists the accounts and users in a project"),
    row("cloudstack.listProjectInvitations", 530, "Lists invitations to projects"),
    row("cloudstack.updateProjectInvitation", 530, "Accepts or declines an invitation to a project"),
    row("cloudstack.deleteProjectInvitation", 530, "Takes back an invitation to a project"),
];
