//! Users, accounts, domains and roles.

use super::row;
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.listUsers", 530, "Lists users"),
    row("cloudstack.getUser", 530, "Shows the user who has an API key"),
    row("cloudstack.getUserKeys", 530, "Shows a user's keys"),
    row("cloudstack.registerUserKeys", 530, "Gives a user new keys"),
    row("cloudstack.createUser", 530, "Makes another user of an account"),
    row("cloudstack.updateUser", 530, "Changes a user"),
    row("cloudstack.deleteUser", 530, "Removes a user"),
    row("cloudstack.disableUser", 530, "Disables a user"),
    row("cloudstack.enableUser", 530, "Enables a user"),
    row("cloudstack.lockUser", 530, "Locks a user out"),
    row("cloudstack.listAccounts", 530, "Lists accounts"),
    row("cloudstack.createAccount", 530, "Makes an account with its first user"),
    row("cloudstack.updateAccount", 530, "Changes an account"),
    row("cloudstack.deleteAccount", 530, "Removes an account with all that it has"),
    row("cloudstack.disableAccount", 530, "Disables or locks an account"),
    row("cloudstack.enableAccount", 530, "Enables an account"),
    row("cloudstack.lockAccount", 530, "Keeps an account from making things"),
    row("cloudstack.listDomains", 530, "Lists domains"),
    row("cloudstack.listDomainChildren", 530, "Lists the domains in a domain"),
    row("cloudstack.createDomain", 530, "Makes a domain"),
    row("cloudstack.updateDomain", 530, "Changes a domain"),
    row("cloudstack.deleteDomain", 530, "Removes a domain, with all in it where asked to"),
    row("cloudstack.listRoles", 530, "Lists roles"),
    row("cloudstack.createRole", 530, "Makes a role"),
    row("cloudstack.updateRole", 530, "Changes a role"),
    row("cloudstack.deleteRole", 530, "Removes a role"),
    row("cloudstack.listRolePermissions", 530, "Lists the rules of roles"),
    row("cloudstack.createRolePermission", 530, "Adds a rule to a role"),
    row("cloudstack.updateRolePermission", 530, "Changes a role's rule, or the order of all"),
    row("cloudstack.deleteRolePermission", 530, "Removes a role's rule"),
    row("cloudstack.listResourceLimits", 530, "Lists how much an account may have"),
    row("cloudstack.updateResourceLimit", 530, "Changes how much an account may have"),
    row("cloudstack.updateResourceCount", 530, "Counts anew what accounts have"),
];
