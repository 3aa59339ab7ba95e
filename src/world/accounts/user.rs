//! Users.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Map;
use uuid::Uuid;

use super::change::flag;
use super::directory::Entry;
use super::fault::{conflict, unauthorized};
use super::grant::Actor;
use super::{
    Accounts, Attributes, Change, DEFAULT_DOMAIN, id_text, merge, merge_options, parse_id,
};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::profile::Profile;
use crate::world::ids::{self, Ids};

/// A user; in CloudStack both the account and its user.
#[derive(Debug, Clone)]
pub struct User {
    pub id: Uuid,
    /// Counted from 1, and given once: CloudStack's internal number.
    pub number: u64,
    pub name: Arc<str>,
    pub domain: Uuid,
    pub is_enabled: bool,
    pub password: Password,
    /// How often all of the user's tokens were ended, as a new password does.
    pub revocations: u32,
    /// The project of a login that names none.
    pub project: Option<Uuid>,
    /// Whether a project that there is not is made, and is the user's, when the user names it.
    pub invents_projects: bool,
    /// None once it was taken away.
    pub api_key: Option<Arc<str>>,
    pub secret_key: Arc<str>,
    pub options: Attributes,
    /// What else was said of the user: `email`, `description`, anything.
    pub extra: Attributes,
}

/// What a user has to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Password {
    /// Any password is right.
    Any,
    Is(Arc<str>),
    /// No password is right.
    None,
}

impl Password {
    fn accepts(&self, password: &str) -> bool {
        match self {
            Password::Any => true,
            Password::Is(right) => **right == *password,
            Password::None => false,
        }
    }
}

impl From<Option<Arc<str>>> for Password {
    fn from(password: Option<Arc<str>>) -> Self {
        password.map_or(Password::None, Password::Is)
    }
}

/// It stays the same when something about it changes.
impl PartialEq for User {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Entry for User {
    const KIND: &'static str = "user";

    fn id(&self) -> Uuid {
        self.id
    }

    fn domain(&self) -> Option<Uuid> {
        Some(self.domain)
    }

    fn name(&self) -> &Arc<str> {
        &self.name
    }
}

/// What is to be different in a user.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct UserChange {
    pub name: Option<Arc<str>>,
    #[serde(rename = "enabled", deserialize_with = "flag")]
    pub is_enabled: Change<bool>,
    pub password: Change<Option<Arc<str>>>,
    #[serde(rename = "default_project_id")]
    pub project: Change<Option<Arc<str>>>,
    pub options: Attributes,
    #[serde(flatten)]
    pub extra: Attributes,
}

impl Accounts {
    /// The user of that name in the default domain, made if there is none: its own project comes with it.
    pub fn user_named(&mut self, name: &str) -> Arc<User> {
        if let Some(user) = self.users.named(Some(DEFAULT_DOMAIN), name) {
            return user.clone();
        }
        let home = self.home_name(name);
        self.open_account(name, &home)
    }

    /// Makes a user whom any password proves, at home in the project of that name, which is made if there is
    /// none.
    pub fn open_account(&mut self, name: &str, project: &str) -> Arc<User> {
        let project = self.project_named(project);
        let user = self.put_declared(name, Password::Any, project.id);
        self.entrust(Actor::User(user.id), &project, false);
        user
    }

    /// The name of the project that comes with a user. Rackspace's is the number of a new account.
    pub fn home_name(&self, user: &str) -> String {
        match self.profile {
            Profile::OpenStack => user.to_owned(),
            Profile::Rackspace => {
                let first = ids::named("tenant", user).as_u128() % 900_000 + 100_000;
                let mut numbers = (first..).map(|number| number.to_string());
                let is_free =
                    |name: &String| self.projects.named(Some(DEFAULT_DOMAIN), name).is_none();
                numbers.find(is_free).unwrap_or_default()
            }
        }
    }

    /// Gives a user another API key, or none.
    ///
    /// # Errors
    /// When there is no such user.
    pub fn set_api_key(&mut self, id: &str, key: Option<&str>) -> Result<Arc<User>, Fault> {
        let mut user = User::clone(self.users.find(id)?);
        user.api_key = key.map(Arc::from);
        Ok(self.users.put(user))
    }

    /// Puts a user there as the configuration, a scenario or a first login has it.
    pub(super) fn put_declared(
        &mut self,
        name: &str,
        password: Password,
        project: Uuid,
    ) -> Arc<User> {
        let known = self.users.named(Some(DEFAULT_DOMAIN), name);
        let number = known.map(|user| user.number);
        let id = known.map_or_else(|| ids::named("user", name), |user| user.id);
        let key = |kind: &str| ids::named(kind, name).simple().to_string().into();
        let user = User {
            id,
            number: number.unwrap_or_else(|| self.next_user_number()),
            name: name.into(),
            domain: DEFAULT_DOMAIN,
            is_enabled: true,
            password,
            revocations: 0,
            project: Some(project),
            invents_projects: true,
            api_key: Some(key("api-key")),
            secret_key: key("secret-key"),
            options: Map::new(),
            extra: Map::new(),
        };
        self.users.put(user)
    }

    /// # Errors
    /// When the domain has a user of that name, or the project is none.
    pub fn create_user(
        &mut self,
        ids: &mut Ids,
        domain: Uuid,
        change: UserChange,
    ) -> Result<Arc<User>, Fault> {
        let (id, secret) = (ids.uuid(), ids.uuid());
        let key = |id: Uuid| id.simple().to_string().into();
        let mut user = User {
            id,
            number: self.next_user_number(),
            name: change.name.clone().unwrap_or_default(),
            domain,
            is_enabled: true,
            password: Password::None,
            revocations: 0,
            project: None,
            invents_projects: false,
            api_key: Some(key(ids::named("api-key", &id.to_string()))),
            secret_key: key(secret),
            options: Map::new(),
            extra: Map::new(),
        };
        self.check_user_name(&user)?;
        apply(&mut user, change);
        Ok(self.users.put(user))
    }

    /// # Errors
    /// When there is no such user, or another has the new name.
    pub fn update_user(&mut self, id: &str, change: UserChange) -> Result<Arc<User>, Fault> {
        let mut user = User::clone(self.users.find(id)?);
        if let Some(name) = &change.name {
            user.name = name.clone();
            self.check_user_name(&user)?;
        }
        apply(&mut user, change);
        self.touch();
        Ok(self.users.put(user))
    }

    fn check_user_name(&self, user: &User) -> Result<(), Fault> {
        match self.users.named(Some(user.domain), &user.name) {
            Some(other) if other.id != user.id => Err(conflict(
                User::KIND,
                format!(
                    "Duplicate entry found with name {} at domain ID {}",
                    user.name,
                    id_text(user.domain)
                ),
            )),
            Some(_) | None => Ok(()),
        }
    }

    /// # Errors
    /// When there is no such user.
    pub fn delete_user(&mut self, id: &str) -> Result<(), Fault> {
        let id = self.users.find(id)?.id;
        self.users.remove(id);
        self.bury(id);
        self.forget_actor(Actor::User(id));
        self.delegations.forget_user(id);
        self.records.forget("user_id", &id_text(id));
        self.touch();
        Ok(())
    }

    /// Changes the password of somebody who knows it.
    ///
    /// # Errors
    /// [`FaultKind::Unauthorized`](crate::vocabulary::fault::FaultKind::Unauthorized) for the wrong one.
    pub fn change_password(&mut self, id: &str, old: &str, new: &str) -> Result<(), Fault> {
        let user = self.users.find(id).map_err(|_| unauthorized())?;
        if !user.password.accepts(old) || !self.is_active(user) {
            return Err(unauthorized());
        }
        let change = UserChange {
            password: Change::To(Some(new.into())),
            ..UserChange::default()
        };
        self.update_user(id, change).map(|_| ())
    }

    fn next_user_number(&mut self) -> u64 {
        self.users_made += 1;
        self.users_made
    }

    /// The user whom a name and password prove. In the default domain an unknown name makes an account.
    ///
    /// # Errors
    /// [`FaultKind::Unauthorized`](crate::vocabulary::fault::FaultKind::Unauthorized) for the wrong password
    /// or a user that is disabled.
    pub fn check_password(
        &mut self,
        domain: Uuid,
        name: &str,
        password: &str,
    ) -> Result<Arc<User>, Fault> {
        let user = match domain {
            DEFAULT_DOMAIN => self.user_named(name),
            _ => {
                let user = self.users.named(Some(domain), name);
                user.cloned().ok_or_else(unauthorized)?
            }
        };
        self.check_password_of(&user, password).map(|()| user)
    }

    /// # Errors
    /// As [`Self::check_password`].
    pub fn check_password_of(&self, user: &User, password: &str) -> Result<(), Fault> {
        if user.password.accepts(password) && self.is_active(user) {
            Ok(())
        } else {
            Err(unauthorized())
        }
    }

    /// As [`Self::check_password`], in the default domain, by the user's API key.
    ///
    /// # Errors
    /// For another key, unless any password is right for the user.
    pub fn check_key(&mut self, name: &str, key: &str) -> Result<Arc<User>, Fault> {
        let user = self.user_named(name);
        let is_key = user.api_key.as_deref() == Some(key);
        let is_right = is_key || user.password == Password::Any;
        if is_right && self.is_active(&user) {
            Ok(user)
        } else {
            Err(unauthorized())
        }
    }

    /// Whether neither the user nor its domain is disabled.
    pub fn is_active(&self, user: &User) -> bool {
        user.is_enabled && self.is_domain_enabled(user.domain)
    }

    /// The user who signs with this key.
    pub fn user_by_api_key(&self, key: &str) -> Option<&Arc<User>> {
        let is_theirs = |user: &&Arc<User>| user.api_key.as_deref() == Some(key);
        self.users.iter().find(is_theirs)
    }
}

fn apply(user: &mut User, change: UserChange) {
    change.is_enabled.apply(&mut user.is_enabled);
    if let Change::To(password) = change.password {
        user.password = password.into();
        user.revocations += 1;
    }
    if let Change::To(project) = change.project {
        user.project = project.and_then(|id| parse_id(&id));
    }
    merge_options(&mut user.options, change.options);
    merge(&mut user.extra, change.extra);
}
