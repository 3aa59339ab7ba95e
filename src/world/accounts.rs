//! Who may use the cloud: users and projects, shared by all dialects.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use uuid::Uuid;

use super::blueprint::AccountPlan;
use super::clock::later;
use super::ids::{self, Ids};
use crate::vocabulary::fault::{Fault, FaultKind};
use rustc_hash::FxHashMap;
use std::time::Duration;

/// A user; in CloudStack both the account and its user.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    pub id: Uuid,
    /// Counted from 1: CloudStack's internal number.
    pub number: u64,
    pub name: Arc<str>,
    /// Any password is right for a user without one.
    pub password: Option<Arc<str>>,
    /// The project of a user who names none.
    pub project: Arc<str>,
    pub is_admin: bool,
    pub api_key: Arc<str>,
    pub secret_key: Arc<str>,
}

/// A project; in CloudStack the account that owns things.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    pub id: Uuid,
    /// Counted from 1.
    pub number: u64,
    pub name: Arc<str>,
}

/// Who is calling, and for which project.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    pub user: Arc<User>,
    /// `None` for an unscoped token.
    pub project: Option<Arc<Project>>,
    /// How the caller proved it: `password`, `token`.
    pub methods: Vec<&'static str>,
    pub audit_ids: Vec<String>,
    pub issued: DateTime<Utc>,
    pub expires: DateTime<Utc>,
}

impl Session {
    /// The names of the roles that the session carries; none without a project.
    pub fn roles(&self) -> &'static [&'static str] {
        match (&self.project, self.user.is_admin) {
            (None, _) => &[],
            (Some(_), true) => &["admin", "member", "reader"],
            (Some(_), false) => &["member", "reader"],
        }
    }

    pub fn is_admin(&self) -> bool {
        self.project.is_some() && self.user.is_admin
    }
}

/// A session in a browser's manner: known by a cookie, proved by a key.
#[derive(Debug, Clone)]
pub struct Login {
    pub key: String,
    pub session: Arc<Session>,
}

/// All users, projects and tokens of a world. Accounts are open: an unknown name makes an account, with
/// any password, until one is declared under that name.
#[derive(Debug, Clone)]
pub struct Accounts {
    users: IndexMap<Arc<str>, Arc<User>>,
    projects: IndexMap<Arc<str>, Arc<Project>>,
    tokens: FxHashMap<String, Arc<Session>>,
    /// By the value of their cookie.
    logins: FxHashMap<String, Login>,
    lifetime: Duration,
}

impl Accounts {
    pub fn new(plans: &[AccountPlan], lifetime: Duration) -> Self {
        let mut accounts = Self {
            users: IndexMap::new(),
            projects: IndexMap::new(),
            tokens: FxHashMap::default(),
            logins: FxHashMap::default(),
            lifetime,
        };
        for plan in plans {
            accounts.declare(plan);
        }
        accounts
    }

    /// Adds a declared account, or redeclares one.
    pub fn declare(&mut self, plan: &AccountPlan) {
        let project = self.project_named(plan.project.as_deref().unwrap_or(&plan.user));
        let known = self.users.get(&*plan.user).map(|user| user.number);
        let key = |kind: &str| ids::named(kind, &plan.user).simple().to_string().into();
        let user = User {
            id: ids::named("user", &plan.user),
            number: known.unwrap_or(self.users.len() as u64 + 1),
            name: plan.user.as_str().into(),
            password: plan.password.as_deref().map(Into::into),
            project: project.name.clone(),
            is_admin: plan.admin,
            api_key: plan
                .api_key
                .as_deref()
                .map_or_else(|| key("api-key"), Into::into),
            secret_key: plan
                .secret_key
                .as_deref()
                .map_or_else(|| key("secret-key"), Into::into),
        };
        self.users.insert(user.name.clone(), Arc::new(user));
    }

    /// The user of that name, made if there is none.
    pub fn user_named(&mut self, name: &str) -> Arc<User> {
        if let Some(user) = self.users.get(name) {
            return user.clone();
        }
        self.declare(&AccountPlan {
            user: name.to_owned(),
            password: None,
            project: None,
            admin: false,
            api_key: None,
            secret_key: None,
        });
        self.users[name].clone()
    }

    /// The project of that name, made if there is none.
    pub fn project_named(&mut self, name: &str) -> Arc<Project> {
        if let Some(project) = self.projects.get(name) {
            return project.clone();
        }
        let project = Arc::new(Project {
            id: ids::named("project", name),
            number: self.projects.len() as u64 + 1,
            name: name.into(),
        });
        self.projects.insert(project.name.clone(), project.clone());
        project
    }

    pub fn users(&self) -> impl Iterator<Item = &Arc<User>> {
        self.users.values()
    }

    pub fn projects(&self) -> impl Iterator<Item = &Arc<Project>> {
        self.projects.values()
    }

    pub fn user(&self, id: Uuid) -> Option<&Arc<User>> {
        self.users().find(|user| user.id == id)
    }

    pub fn project(&self, id: Uuid) -> Option<&Arc<Project>> {
        self.projects().find(|project| project.id == id)
    }

    /// The user who signs with this key.
    pub fn user_by_api_key(&self, key: &str) -> Option<&Arc<User>> {
        self.users().find(|user| *user.api_key == *key)
    }

    /// The user whom a name and password prove.
    ///
    /// # Errors
    /// [`FaultKind::Unauthorized`] for the wrong password of a declared account.
    pub fn check_password(&mut self, name: &str, password: &str) -> Result<Arc<User>, Fault> {
        let user = self.user_named(name);
        match &user.password {
            Some(right) if **right != *password => Err(Fault::new(
                FaultKind::Unauthorized,
                "The request you have made requires authentication.",
            )),
            Some(_) | None => Ok(user),
        }
    }

    /// Issues a token. `parent` is the session that a rescoped token comes from: the new one joins its
    /// methods and does not outlive it.
    pub fn issue(
        &mut self,
        ids: &mut Ids,
        now: DateTime<Utc>,
        user: Arc<User>,
        project: Option<Arc<Project>>,
        parent: Option<&Session>,
    ) -> (String, Arc<Session>) {
        let mut audit_ids = vec![ids.word()];
        audit_ids.extend(parent.and_then(|parent| parent.audit_ids.last().cloned()));
        let session = Arc::new(Session {
            user,
            project,
            methods: match parent {
                None => vec!["password"],
                Some(_) => vec!["token", "password"],
            },
            audit_ids,
            issued: now,
            expires: parent.map_or_else(|| later(now, self.lifetime), |parent| parent.expires),
        });
        self.drop_expired_tokens(now);
        let token = ids.token();
        self.tokens.insert(token.clone(), session.clone());
        (token, session)
    }

    /// Forgets what is of no use any more, whenever the table would otherwise have to grow.
    fn drop_expired_tokens(&mut self, now: DateTime<Utc>) {
        if self.tokens.len() == self.tokens.capacity() {
            self.tokens.retain(|_, session| session.expires > now);
        }
    }

    /// What a token is good for; `None` when it is unknown, revoked or expired.
    pub fn session(&self, token: &str, now: DateTime<Utc>) -> Option<&Arc<Session>> {
        self.tokens
            .get(token)
            .filter(|session| session.expires > now)
    }

    /// Ends a token; false when there is none.
    pub fn revoke(&mut self, token: &str) -> bool {
        self.tokens.remove(token).is_some()
    }

    /// How long tokens and logins are good.
    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// Logs a user in; returns the cookie's value and the key.
    pub fn open_login(&mut self, ids: &mut Ids, session: Arc<Session>) -> (String, String) {
        let (cookie, key) = (ids.word(), ids.word());
        let login = Login {
            key: key.clone(),
            session,
        };
        self.logins.insert(cookie.clone(), login);
        (cookie, key)
    }

    /// The login that a cookie stands for; `None` when it is unknown or over.
    pub fn login(&self, cookie: &str, now: DateTime<Utc>) -> Option<&Login> {
        self.logins
            .get(cookie)
            .filter(|login| login.session.expires > now)
    }

    /// Ends a login; false when there is none.
    pub fn close_login(&mut self, cookie: &str) -> bool {
        self.logins.remove(cookie).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accounts() -> Accounts {
        let admin = AccountPlan {
            user: "admin".into(),
            password: Some("password".into()),
            project: Some("admin".into()),
            admin: true,
            api_key: Some("key".into()),
            secret_key: Some("secret".into()),
        };
        Accounts::new(&[admin], Duration::from_secs(3600))
    }

    #[test]
    fn unknown_names_make_accounts_and_declared_ones_are_checked() {
        let mut accounts = accounts();
        assert!(accounts.check_password("joe", "anything").is_ok());
        assert!(accounts.check_password("admin", "password").is_ok());
        let fault = accounts
            .check_password("admin", "wrong")
            .expect_err("the password is wrong");
        assert_eq!(fault.kind, FaultKind::Unauthorized);
        assert_eq!(
            accounts.user_by_api_key("key").map(|user| user.number),
            Some(1)
        );
    }

    #[test]
    fn tokens_end_when_revoked_and_when_their_time_is_over() {
        let mut accounts = accounts();
        let user = accounts.user_named("joe");
        let project = accounts.project_named("joe");
        let now = DateTime::UNIX_EPOCH;
        let mut ids = Ids::new(1);
        let (token, session) = accounts.issue(&mut ids, now, user.clone(), Some(project), None);
        assert_eq!(session.roles(), ["member", "reader"]);
        let later = now + Duration::from_secs(3600);
        assert!(accounts.session(&token, now).is_some());
        assert!(accounts.session(&token, later).is_none());
        let (rescoped, child) = accounts.issue(&mut ids, later, user, None, Some(&session));
        assert_eq!(child.expires, session.expires);
        assert_eq!(child.methods, ["token", "password"]);
        assert!(accounts.revoke(&rescoped) && !accounts.revoke(&rescoped));
    }
}
