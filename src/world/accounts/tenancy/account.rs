//! Accounts: their kinds, and what each kind may see.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::role::role_id;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::accounts::{
    Accounts, Actor, Attributes, Change, Project, ProjectChange, Session, User, UserChange, id_text,
};
use crate::world::ids::Ids;

/// A kind of account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountKind {
    User,
    /// Over the whole cloud.
    Admin,
    /// Over a domain and those below it.
    DomainAdmin,
    ResourceAdmin,
}

impl AccountKind {
    const ALL: [Self; 4] = [
        Self::User,
        Self::Admin,
        Self::DomainAdmin,
        Self::ResourceAdmin,
    ];

    /// CloudStack's number for it.
    pub fn number(self) -> i64 {
        match self {
            Self::User => 0,
            Self::Admin => 1,
            Self::DomainAdmin => 2,
            Self::ResourceAdmin => 3,
        }
    }

    pub fn numbered(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// The type of the roles that accounts of this kind have.
    pub fn role_type(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Admin => "Admin",
            Self::DomainAdmin => "DomainAdmin",
            Self::ResourceAdmin => "ResourceAdmin",
        }
    }

    pub fn of_role_type(word: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.role_type().eq_ignore_ascii_case(word))
    }

    /// The name of the role that accounts of this kind have unless they are given another.
    pub fn usual_role(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Admin => "Root Admin",
            Self::DomainAdmin => "Domain Admin",
            Self::ResourceAdmin => "Resource Admin",
        }
    }
}

/// What was said of an account.
#[derive(Debug, Clone, Default)]
pub struct AccountProfile {
    pub kind: Option<AccountKind>,
    pub role: Option<Uuid>,
    pub network_domain: Option<Arc<str>>,
    pub details: Attributes,
    /// `None` for what the cloud began with.
    pub created: Option<DateTime<Utc>>,
}

/// A user to be made.
#[derive(Debug, Clone)]
pub struct UserDraft {
    pub name: Arc<str>,
    pub password: Arc<str>,
    /// First and last name, address, zone of time.
    pub about: Attributes,
}

/// An account to be made, with its first user.
#[derive(Debug, Clone)]
pub struct AccountDraft {
    pub name: Arc<str>,
    pub domain: Arc<Project>,
    pub profile: AccountProfile,
    pub user: UserDraft,
}

/// How far somebody's power goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Root,
    /// Over a domain and those below it.
    Domain(Uuid),
    /// Over one's own account.
    Own,
}

pub(super) fn invalid(message: String) -> Fault {
    Fault::new(FaultKind::InvalidParameter, message)
}

impl Accounts {
    /// What was said of an account; nothing was of those that came otherwise than by CloudStack's commands.
    pub fn account_profile(&self, account: Uuid) -> AccountProfile {
        self.tenancy
            .profiles
            .get(&account)
            .cloned()
            .unwrap_or_default()
    }

    /// Changes what is said of an account or domain.
    pub fn profile_mut(&mut self, id: Uuid) -> &mut AccountProfile {
        self.touch();
        self.tenancy.profiles.entry(id).or_default()
    }

    pub fn account_kind(&self, account: Uuid) -> AccountKind {
        let said = self
            .tenancy
            .profiles
            .get(&account)
            .and_then(|profile| profile.kind);
        said.unwrap_or_else(|| {
            let is_admin = self.users_of(account).any(|user| self.is_admin(user));
            if is_admin {
                AccountKind::Admin
            } else {
                AccountKind::User
            }
        })
    }

    /// The role that says which commands an account's users may call.
    pub fn role_of_account(&self, account: Uuid) -> Uuid {
        let said = self
            .tenancy
            .profiles
            .get(&account)
            .and_then(|profile| profile.role);
        said.unwrap_or_else(|| role_id(self.account_kind(account).usual_role()))
    }

    /// The users that are at home in an account.
    pub fn users_of(&self, account: Uuid) -> impl Iterator<Item = &Arc<User>> {
        let users = self.users.iter();
        users.filter(move |user| user.project == Some(account))
    }

    /// Accounts: all projects but those that accounts share.
    pub fn accounts(&self) -> impl DoubleEndedIterator<Item = &Arc<Project>> {
        self.projects()
            .filter(|project| self.team(project.id).is_none())
    }

    /// The account of that name in a domain.
    pub fn account_named(&self, domain: Uuid, name: &str) -> Option<&Arc<Project>> {
        let found = self.projects.named(Some(domain), name);
        found.filter(|project| self.team(project.id).is_none())
    }

    pub fn standing(&self, session: &Session) -> Standing {
        if session.is_admin() {
            return Standing::Root;
        }
        let account = session.project.as_ref();
        match account.map(|account| (self.account_kind(account.id), account.domain)) {
            Some((AccountKind::DomainAdmin | AccountKind::ResourceAdmin, Some(domain))) => {
                Standing::Domain(domain)
            }
            Some(_) | None => Standing::Own,
        }
    }

    /// Whether somebody may use what belongs to `owner`.
    pub fn may_use(&self, session: &Session, owner: &Project) -> bool {
        if session
            .project
            .as_ref()
            .is_some_and(|own| own.id == owner.id)
        {
            return true;
        }
        match self.standing(session) {
            Standing::Root => true,
            Standing::Domain(domain) if self.is_in_domain(owner, domain) => true,
            Standing::Domain(_) | Standing::Own => {
                let team = self.team(owner.id);
                team.is_some_and(|team| team.member(session).is_some())
            }
        }
    }

    /// # Errors
    /// When the domain has an account or a user of that name, or is disabled.
    pub fn create_account(
        &mut self,
        ids: &mut Ids,
        draft: AccountDraft,
    ) -> Result<Arc<Project>, Fault> {
        let AccountDraft {
            name,
            domain,
            profile,
            user,
        } = draft;
        if self.account_named(domain.id, &name).is_some() {
            return Err(invalid(format!(
                "The specified account: {name} already exists"
            )));
        }
        self.check_new_user(&domain, &user.name)?;
        let change = ProjectChange {
            name: Some(name),
            ..ProjectChange::default()
        };
        let account = self.create_project(ids, &domain, change)?;
        self.tenancy.profiles.insert(account.id, profile);
        self.add_user(ids, &account, user)?;
        Ok(account)
    }

    /// Makes another user of an account.
    ///
    /// # Errors
    /// When the domain has a user of that name.
    pub fn add_user(
        &mut self,
        ids: &mut Ids,
        account: &Project,
        draft: UserDraft,
    ) -> Result<Arc<User>, Fault> {
        let domain = account.domain.and_then(|id| self.projects.get(id)).cloned();
        let domain = domain.ok_or_else(|| invalid("The account is in no domain".into()))?;
        self.check_new_user(&domain, &draft.name)?;
        let change = UserChange {
            name: Some(draft.name),
            password: Change::To(Some(draft.password)),
            project: Change::To(Some(id_text(account.id).into())),
            extra: draft.about,
            ..UserChange::default()
        };
        let user = self.create_user(ids, domain.id, change)?;
        let keyless = User {
            api_key: None,
            ..User::clone(&user)
        };
        let user = self.users.put(keyless);
        let is_admin = self.account_kind(account.id) == AccountKind::Admin;
        self.entrust(Actor::User(user.id), account, is_admin);
        self.touch();
        Ok(user)
    }

    fn check_new_user(&self, domain: &Project, name: &str) -> Result<(), Fault> {
        match self.users.named(Some(domain.id), name) {
            None => Ok(()),
            Some(_) => Err(invalid(format!(
                "The user {name} already exists in domain {}",
                self.domain_name(domain)
            ))),
        }
    }

    /// Gives a user these keys to sign with.
    pub fn set_keys(&mut self, user: &User, key: &str, secret: &str) -> Arc<User> {
        let user = User {
            api_key: Some(key.into()),
            secret_key: secret.into(),
            ..user.clone()
        };
        self.users.put(user)
    }

    /// Gives the users of an account the power that its kind has.
    pub fn entrust_account(&mut self, account: &Project) {
        let is_admin = self.account_kind(account.id) == AccountKind::Admin;
        let users: Vec<Uuid> = self.users_of(account.id).map(|user| user.id).collect();
        for user in users {
            self.entrust(Actor::User(user), account, is_admin);
        }
        self.touch();
    }

    /// Whether an account or user is locked: its users may look but not touch.
    pub fn is_locked(&self, id: Uuid) -> bool {
        self.tenancy.locked.contains(&id)
    }

    pub fn set_locked(&mut self, id: Uuid, is_locked: bool) {
        if is_locked {
            self.tenancy.locked.insert(id);
        } else {
            self.tenancy.locked.remove(&id);
        }
    }

    /// Removes an account with its users.
    ///
    /// # Errors
    /// When it is immutable, or projects stand below it.
    pub fn delete_account(&mut self, account: &Project) -> Result<(), Fault> {
        let users: Vec<String> = self
            .users_of(account.id)
            .map(|user| id_text(user.id))
            .collect();
        self.delete_project(account)?;
        users.iter().try_for_each(|user| self.delete_user(user))?;
        self.tenancy.profiles.remove(&account.id);
        self.tenancy.locked.remove(&account.id);
        self.leave_teams(account.id);
        Ok(())
    }
}

/// A text that was said of a user.
impl User {
    pub fn said(&self, what: &str) -> Option<&str> {
        self.extra.get(what).and_then(Value::as_str)
    }
}
