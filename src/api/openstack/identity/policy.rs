//! Who may use the operations that are kept for administrators, when it is about their own.

use super::super::Call;
use super::super::service::Service;
use crate::world::World;
use crate::world::accounts::{Kind, Project, Scope, Session, USER_ADMIN, id_text};
use uuid::Uuid;

/// Whose thing it is that an operation is about.
enum Owner {
    /// The user of the path.
    User,
    /// The user of the path, or the account that the caller looks after, with all of its users.
    Account,
    /// The project of the path.
    Project,
    /// The domain of the path.
    Domain,
    /// The user whose credential it is.
    Credential,
    /// The user or project of the body, for a new credential.
    NewCredential,
    /// The project or domain that the limit is for.
    Limit,
}

/// Commands that whoever owns the thing may use, too.
const OWN: &[(&str, Owner)] = &[
    ("identity.get_user", Owner::User),
    ("identity.list_user_projects", Owner::User),
    ("identity.list_user_groups", Owner::User),
    ("identity.list_ec2_credentials", Owner::User),
    ("identity.create_ec2_credential", Owner::User),
    ("identity.get_ec2_credential", Owner::User),
    ("identity.delete_ec2_credential", Owner::User),
    ("identity.list_application_credentials", Owner::User),
    ("identity.create_application_credential", Owner::User),
    ("identity.get_application_credential", Owner::User),
    ("identity.delete_application_credential", Owner::User),
    ("identity.list_access_rules", Owner::User),
    ("identity.get_access_rule", Owner::User),
    ("identity.delete_access_rule", Owner::User),
    ("identity.get_user_v2", Owner::Account),
    ("identity.list_user_roles_v2", Owner::Account),
    ("identity.list_users_v2", Owner::Account),
    ("identity.create_user_v2", Owner::Account),
    ("identity.update_user_v2", Owner::Account),
    ("identity.delete_user_v2", Owner::Account),
    ("identity.list_user_credentials_v2", Owner::Account),
    ("identity.add_user_credential_v2", Owner::Account),
    ("identity.get_user_api_key", Owner::Account),
    ("identity.update_user_api_key", Owner::Account),
    ("identity.delete_user_api_key", Owner::Account),
    ("identity.reset_user_api_key", Owner::Account),
    ("identity.get_tenant_v2", Owner::Project),
    ("identity.list_tenant_endpoints", Owner::Project),
    ("identity.get_project", Owner::Project),
    ("identity.list_project_tags", Owner::Project),
    ("identity.check_project_tag", Owner::Project),
    ("identity.get_domain", Owner::Domain),
    ("identity.get_credential", Owner::Credential),
    ("identity.update_credential", Owner::Credential),
    ("identity.delete_credential", Owner::Credential),
    ("identity.create_credential", Owner::NewCredential),
    ("identity.get_limit", Owner::Limit),
];

/// Commands that those with a role on a domain may use for what is in it: readers to look, managers to change.
/// Lists tell them of nothing else.
const IN_DOMAIN: &[&str] = &[
    "identity.list_users",
    "identity.create_user",
    "identity.get_user",
    "identity.update_user",
    "identity.delete_user",
    "identity.list_user_projects",
    "identity.list_user_groups",
    "identity.list_projects",
    "identity.create_project",
    "identity.get_project",
    "identity.update_project",
    "identity.delete_project",
    "identity.get_domain",
    "identity.list_groups",
    "identity.create_group",
    "identity.get_group",
    "identity.update_group",
    "identity.delete_group",
    "identity.list_group_users",
    "identity.check_group_user",
    "identity.add_group_user",
    "identity.remove_group_user",
    "identity.list_role_assignments",
    "identity.list_grants",
    "identity.check_grant",
    "identity.create_grant",
    "identity.revoke_grant",
];

/// The roles that a domain's manager may give.
const GIVEN_BY_MANAGERS: [&str; 3] = ["manager", "member", "reader"];

/// Whether the caller may although the operation is for administrators: it is about the caller's own, or
/// the caller may look at the whole system and does no more.
pub(in super::super) fn allows(world: &World, call: &Call) -> bool {
    let Some(session) = call.session.as_deref() else {
        return false;
    };
    let sees_all = session.scope == Scope::System && session.has_role("reader");
    if sees_all && call.operation.is_read && Service::of(call) == Service::Identity {
        return true;
    }
    if is_in_own_domain(world, call, session) {
        return true;
    }
    let own = OWN
        .iter()
        .find(|(command, _)| *command == call.command.name());
    own.is_some_and(|(_, owner)| is_own(world, call, session, owner))
}

fn is_own(world: &World, call: &Call, session: &Session, owner: &Owner) -> bool {
    let user = id_text(session.user.id);
    let project = session.project.as_ref().map(|project| id_text(project.id));
    match owner {
        Owner::User => call.path_param("user") == user,
        Owner::Account => {
            call.path_param("user") == user || is_in_own_account(world, call, session)
        }
        Owner::Project => project.is_some_and(|id| id == call.path_param("project")),
        Owner::Domain => domain_of(session).is_some_and(|id| id == call.path_param("domain")),
        Owner::Credential => {
            let records = &world.accounts.records;
            let credential = records.get(Kind::Credential, call.path_param("credential"));
            credential.is_some_and(|credential| credential["user_id"] == *user)
        }
        Owner::NewCredential => call.body["credential"]["user_id"] == *user,
        Owner::Limit => {
            let limit = world
                .accounts
                .records
                .get(Kind::Limit, call.path_param("limit"));
            limit.is_some_and(|limit| {
                project.is_some_and(|id| limit["project_id"] == *id)
                    || domain_of(session).is_some_and(|id| limit["domain_id"] == *id)
            })
        }
    }
}

/// Whether the user of the path, where there is one, is at home in the account that the caller owns.
fn is_in_own_account(world: &World, call: &Call, session: &Session) -> bool {
    let is_at_home = |id: &str| {
        let user = world.accounts.users.find(id);
        user.is_ok_and(|user| user.project.is_some() && user.project == session.user.project)
    };
    session.has_role(USER_ADMIN)
        && match call.path_param("user") {
            "" => true,
            id => is_at_home(id),
        }
}

/// Whether a caller with a role on a domain does with it what that role is for.
fn is_in_own_domain(world: &World, call: &Call, session: &Session) -> bool {
    let Scope::Domain(domain) = &session.scope else {
        return false;
    };
    let needed = if call.operation.is_read {
        "reader"
    } else {
        "manager"
    };
    IN_DOMAIN.contains(&call.command.name())
        && session.has_role(needed)
        && call
            .path_params
            .iter()
            .all(|(name, id)| is_in(world, domain, name, id))
        && is_said_to_be_in(call, domain)
}

/// Whether what a part of the path names is in a domain.
fn is_in(world: &World, domain: &Project, name: &str, id: &str) -> bool {
    let accounts = &world.accounts;
    match name {
        "user" => accounts
            .users
            .find(id)
            .is_ok_and(|user| user.domain == domain.id),
        "group" => accounts
            .groups
            .find(id)
            .is_ok_and(|group| group.domain == domain.id),
        "project" => accounts
            .projects
            .find(id)
            .is_ok_and(|project| project.domain == Some(domain.id)),
        "domain" => id == id_text(domain.id),
        "role" => accounts
            .roles
            .find(id)
            .is_ok_and(|role| GIVEN_BY_MANAGERS.contains(&&*role.name)),
        _ => false,
    }
}

/// Whether a new thing is to be in a domain.
fn is_said_to_be_in(call: &Call, domain: &Project) -> bool {
    let things = call
        .body
        .as_object()
        .into_iter()
        .flat_map(|body| body.values());
    let mut domains = things.filter_map(|thing| thing.get("domain_id"));
    domains.all(|id| *id == *id_text(domain.id))
}

/// The domain whose things alone a list may tell the caller of.
pub(super) fn limit_of(call: &Call) -> Option<Uuid> {
    let session = call.session.as_deref()?;
    let is_limited = !session.is_admin() && IN_DOMAIN.contains(&call.command.name());
    match &session.scope {
        Scope::Domain(domain) if is_limited => Some(domain.id),
        Scope::Domain(_) | Scope::None | Scope::Project(_) | Scope::System => None,
    }
}

/// The domain that a caller works in.
fn domain_of(session: &Session) -> Option<String> {
    match &session.scope {
        Scope::Domain(domain) => Some(id_text(domain.id)),
        Scope::Project(project) => project.domain.map(id_text),
        Scope::None | Scope::System => None,
    }
}
