//! Who may use the cloud: users and projects, shared by all dialects, and what each may do.
//!
//! Accounts are open: an unknown name makes an account, with any password, until one is declared under that
//! name. Users that are made by a call are held to what they were given.

mod change;
mod delegation;
mod directory;
mod fault;
mod grant;
mod group;
mod id;
pub mod keypair;
mod listing;
mod project;
mod record;
mod role;
mod session;
mod template;
mod tenancy;
#[cfg(test)]
mod tests;
mod user;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;

pub use change::{Attributes, Change, is_yes};
use change::{merge, merge_options};
pub use delegation::{AccessRule, AppCredential, Delegation, Delegations, Trust};
pub use directory::{Directory, Entry};
pub use fault::expected;
use grant::is_admin;
pub use grant::{Actor, Grant, Grants, Target, target_of};
pub use group::{Group, GroupChange};
pub use id::{DEFAULT_DOMAIN, id_text, parse_id, parse_loosely, project_id, write_id};
pub use listing::{ListedEndpoint, ListedService};
pub use project::{Project, ProjectChange};
pub use record::{CLOUD_URL, INTERFACES, Kind, Records, limits_stand_in_the_way};
pub use role::{
    FIRST_ROLES, Implications, Role, RoleChange, USER_ADMIN, USER_DEFAULT, first_role_id,
    rackspace_role_id,
};
pub use session::{LOGIN_TIMEOUT, Login, Proof, Scope, Session};
pub use template::TENANT_ALIAS;
use tenancy::Tenancy;
pub use tenancy::{
    AccountDraft, AccountKind, AccountProfile, CommandRole, CommandRule, DomainDraft, Invitation,
    InvitationState, Member, RoleDraft, Standing, Team, TeamState, UserDraft,
};
pub use user::{Password, User, UserChange};

use super::start::blueprint::{AccountPlan, Auth, Blueprint};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::profile::Profile;

/// All users, projects and tokens of a world.
#[derive(Debug, Clone)]
pub struct Accounts {
    pub users: Directory<User>,
    /// The domains too.
    pub projects: Directory<Project>,
    pub groups: Directory<Group>,
    pub roles: Directory<Role>,
    pub implications: Implications,
    grants: Grants,
    pub delegations: Delegations,
    pub records: Records,
    tenancy: Tenancy,
    sessions: session::Sessions,
    auth: Auth,
    profile: Profile,
    /// Counts the changes after which a session may not be what it was.
    generation: u64,
    /// How many users and projects there have been: the last numbers that were given.
    users_made: u64,
    projects_made: u64,
}

impl Accounts {
    pub fn new(blueprint: &Blueprint, regions: &[Arc<str>]) -> Self {
        let lifetime = Duration::from_secs(blueprint.tokens.lifetime);
        let mut accounts = Self {
            users: Directory::default(),
            projects: Directory::default(),
            groups: Directory::default(),
            roles: Directory::default(),
            implications: Implications::default(),
            grants: Grants::default(),
            delegations: Delegations::default(),
            records: Records::default(),
            tenancy: Tenancy::default(),
            sessions: session::Sessions::new(lifetime),
            auth: blueprint.auth,
            profile: blueprint.profile,
            generation: 0,
            users_made: 0,
            projects_made: 0,
        };
        accounts.make_first_roles();
        let domain = Project {
            description: Some("The default domain".into()),
            ..accounts.blank_project(DEFAULT_DOMAIN, None, "Default")
        };
        accounts.projects.put(domain);
        for region in regions {
            accounts.records.add_region(region);
        }
        for offer in blueprint.profile.catalog() {
            accounts.records.add_service(offer);
        }
        for plan in &blueprint.accounts {
            accounts.declare(plan);
        }
        accounts
    }

    /// Adds a declared account, or redeclares one.
    pub fn declare(&mut self, plan: &AccountPlan) {
        let project = self.project_named(&match &plan.project {
            Some(name) => name.clone(),
            None => self.home_name(&plan.user),
        });
        let password = plan.password.as_deref();
        let password = password.map_or(Password::Any, |password| Password::Is(password.into()));
        let mut user = User::clone(&self.put_declared(&plan.user, password, project.id));
        if let Some(key) = &plan.api_key {
            user.api_key = Some(key.as_str().into());
        }
        if let Some(key) = &plan.secret_key {
            user.secret_key = key.as_str().into();
        }
        let user = self.users.put(user);
        self.entrust(Actor::User(user.id), &project, plan.admin);
        self.touch();
    }

    pub fn users(&self) -> impl DoubleEndedIterator<Item = &Arc<User>> {
        self.users.iter()
    }

    /// The first administrator, as the configuration has them.
    pub fn first_admin(&self) -> Option<&Arc<User>> {
        self.users().find(|user| self.is_admin(user))
    }

    pub fn user(&self, id: Uuid) -> Option<&Arc<User>> {
        self.users.get(id)
    }

    pub fn project(&self, id: Uuid) -> Option<&Arc<Project>> {
        self.projects.get(id)
    }

    /// The project of a user's logins that name none; the user's account, in CloudStack.
    pub fn home(&self, user: &User) -> Option<&Arc<Project>> {
        self.projects.get(user.project?)
    }

    /// Whether the user is an administrator at home.
    pub fn is_admin(&self, user: &User) -> bool {
        let roles = user
            .project
            .map(|id| self.roles_at(user.id, Target::Project(id)));
        roles.is_some_and(|roles| roles.iter().any(|role| is_admin(role)))
    }

    /// The project that a user names to work in. One that there is not yet is made and becomes the user's
    /// too, unless the user was made by a call.
    pub fn enter_project(&mut self, user: &User, domain: Uuid, name: &str) -> Option<Arc<Project>> {
        if let Some(project) = self.projects.named(Some(domain), name) {
            return Some(project.clone());
        }
        if !user.invents_projects || domain != DEFAULT_DOMAIN {
            return None;
        }
        let project = self.project_named(name);
        let is_admin = self.is_admin(user);
        self.entrust(Actor::User(user.id), &project, is_admin);
        Some(project)
    }

    /// Lets every session be looked at anew.
    fn touch(&mut self) {
        self.generation += 1;
    }
}

/// Whether a thing may not be changed or removed.
fn is_immutable(options: &Attributes) -> bool {
    options.get("immutable") == Some(&Value::Bool(true))
}

/// Refuses to do something to what is immutable, unless that is what it will be no more.
fn check_mutable(
    verb: &str,
    kind: &str,
    id: Uuid,
    options: &Attributes,
    changes: &Attributes,
) -> Result<(), Fault> {
    let is_freed = changes
        .get("immutable")
        .is_some_and(|value| *value != Value::Bool(true));
    if !is_immutable(options) || is_freed {
        return Ok(());
    }
    Err(fault::forbidden(format!(
        "Unable to {verb} immutable {kind} resource: `{}. Set resource option \"immutable\" to false first.",
        id_text(id)
    )))
}
