//! Tokens and logins: who is calling, and what for.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;
use uuid::Uuid;

use super::delegation::Delegation;
use super::fault::unauthorized;
use super::grant::{Target, is_admin};
use super::role::ADMIN;
use super::{Accounts, DEFAULT_DOMAIN, Project, Role, User, id_text, parse_id};
use crate::vocabulary::fault::Fault;
use crate::world::ids::Ids;
use crate::world::start::blueprint::Auth;
use crate::world::time::clock::later;

/// What somebody calls for.
#[derive(Debug, Clone, PartialEq)]
pub enum Scope {
    /// Nothing yet.
    None,
    Project(Arc<Project>),
    Domain(Arc<Project>),
    /// The whole cloud.
    System,
}

impl Scope {
    fn target(&self) -> Option<Target> {
        match self {
            Scope::None => None,
            Scope::Project(project) => Some(Target::Project(project.id)),
            Scope::Domain(domain) => Some(Target::Domain(domain.id)),
            Scope::System => Some(Target::System),
        }
    }
}

/// Someone who has proved who they are.
#[derive(Debug, Clone)]
pub struct Proof {
    pub user: Arc<User>,
    /// How: `password`, `token`.
    pub methods: Vec<&'static str>,
    /// The session of the token that proved it, if it was one.
    pub parent: Option<Arc<Session>>,
    pub delegation: Option<Delegation>,
}

impl Proof {
    pub fn by(user: Arc<User>, method: &'static str) -> Self {
        Self {
            user,
            methods: vec![method],
            parent: None,
            delegation: None,
        }
    }
}

/// Who is calling, and for which project.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    pub user: Arc<User>,
    /// `None` for a token of any other scope.
    pub project: Option<Arc<Project>>,
    /// What the token is for; the project again, where it is for one.
    pub scope: Scope,
    roles: Vec<Arc<Role>>,
    is_admin: bool,
    /// How the caller proved it: `password`, `token`.
    pub methods: Vec<&'static str>,
    pub audit_ids: Vec<String>,
    pub issued: DateTime<Utc>,
    pub expires: DateTime<Utc>,
    /// What the caller acts by, when not in person.
    pub delegation: Option<Delegation>,
    /// Whose session it is in truth, when somebody acts as the user.
    pub impersonator: Option<Arc<Session>>,
    /// The state of the accounts that it was last checked in.
    generation: u64,
}

impl Session {
    /// The roles that the session carries; none without a scope.
    pub fn roles(&self) -> &[Arc<Role>] {
        &self.roles
    }

    pub fn has_role(&self, name: &str) -> bool {
        self.roles.iter().any(|role| *role.name == *name)
    }

    pub fn is_admin(&self) -> bool {
        self.is_admin
    }
}

/// A session in a browser's manner: known by a cookie, proved by a key.
#[derive(Debug, Clone)]
pub struct Login {
    pub key: String,
    pub session: Arc<Session>,
    /// It is over then, unless it is used before.
    until: DateTime<Utc>,
}

/// How long a login lasts that nobody uses: `session.timeout` of CloudStack's server.
pub const LOGIN_TIMEOUT: Duration = Duration::from_secs(30 * 60);

/// Sessions by the text that stands for them.
#[derive(Debug, Clone)]
pub(super) struct Sessions {
    tokens: FxHashMap<String, Arc<Session>>,
    /// Those that ended before their time; they are kept for what can still be told of them.
    ended: FxHashMap<String, Arc<Session>>,
    /// By the value of their cookie.
    logins: FxHashMap<String, Login>,
    lifetime: Duration,
}

impl Sessions {
    pub(super) fn new(lifetime: Duration) -> Self {
        Self {
            tokens: FxHashMap::default(),
            ended: FxHashMap::default(),
            logins: FxHashMap::default(),
            lifetime,
        }
    }
}

impl Accounts {
    /// Opens a session without a token. One that comes from another joins its methods and does not
    /// outlive it.
    ///
    /// # Errors
    /// [`FaultKind::Unauthorized`](crate::vocabulary::fault::FaultKind::Unauthorized) for a scope that the
    /// caller has no role in, or that is disabled.
    pub fn open_session(
        &self,
        now: DateTime<Utc>,
        proof: Proof,
        scope: Scope,
    ) -> Result<Session, Fault> {
        let parent = proof.parent.as_deref();
        let expires = parent.map_or_else(|| later(now, self.lifetime()), |parent| parent.expires);
        let limit = proof.delegation.as_ref().and_then(Delegation::expires);
        let session = Session {
            user: proof.user,
            project: None,
            scope,
            roles: Vec::new(),
            is_admin: false,
            methods: proof.methods,
            audit_ids: Vec::new(),
            issued: now,
            expires: limit.map_or(expires, |limit| limit.min(expires)),
            delegation: proof.delegation,
            impersonator: None,
            generation: self.generation,
        };
        self.checked(session).ok_or_else(unauthorized)
    }

    /// Whether everybody is let in.
    pub fn has_open_door(&self) -> bool {
        self.auth == Auth::Open
    }

    /// The session of a caller who has no token, where none is needed: the first administrator's, in the
    /// project of that id or name, which is made where there is none.
    ///
    /// # Errors
    /// Where a token is needed.
    pub fn open_door(&mut self, now: DateTime<Utc>, project: &str) -> Result<Session, Fault> {
        if !self.has_open_door() {
            return Err(unauthorized());
        }
        let admin = self.users().find(|user| self.is_admin(user)).cloned();
        let admin = admin.unwrap_or_else(|| self.user_named(ADMIN));
        let by_id = parse_id(project).and_then(|id| self.projects.get(id));
        let project = match (by_id, project) {
            (Some(project), _) => Some(project.clone()),
            (None, "") => self.home(&admin).cloned(),
            (None, name) => self.enter_project(&admin, DEFAULT_DOMAIN, name),
        };
        let scope = project.map_or(Scope::None, Scope::Project);
        self.open_session(now, Proof::by(admin, "password"), scope)
    }

    /// Issues a token.
    ///
    /// # Errors
    /// As [`Self::open_session`].
    pub fn issue(
        &mut self,
        ids: &mut Ids,
        now: DateTime<Utc>,
        proof: Proof,
        scope: Scope,
    ) -> Result<(String, Arc<Session>), Fault> {
        let parent = proof.parent.clone();
        let mut session = self.open_session(now, proof, scope)?;
        session.audit_ids.push(ids.word());
        let chain = parent.and_then(|parent| parent.audit_ids.last().cloned());
        session.audit_ids.extend(chain);
        Ok(self.keep(ids, now, session))
    }

    /// Issues a token to somebody who acts as another user, at home, for so long.
    ///
    /// # Errors
    /// As [`Self::open_session`].
    pub fn impersonate(
        &mut self,
        ids: &mut Ids,
        now: DateTime<Utc>,
        impersonator: Arc<Session>,
        user: Arc<User>,
        lifetime: Duration,
    ) -> Result<(String, Arc<Session>), Fault> {
        let home = self.home(&user).cloned();
        let proof = Proof::by(user, "impersonation");
        let mut session =
            self.open_session(now, proof, home.map_or(Scope::None, Scope::Project))?;
        session.audit_ids.push(ids.word());
        session.expires = later(now, lifetime);
        session.impersonator = Some(impersonator);
        Ok(self.keep(ids, now, session))
    }

    fn keep(
        &mut self,
        ids: &mut Ids,
        now: DateTime<Utc>,
        session: Session,
    ) -> (String, Arc<Session>) {
        self.drop_expired_tokens(now);
        let (token, session) = (ids.token(), Arc::new(session));
        self.sessions.tokens.insert(token.clone(), session.clone());
        (token, session)
    }

    /// Forgets what is of no use any more, whenever the table would otherwise have to grow.
    fn drop_expired_tokens(&mut self, now: DateTime<Utc>) {
        let Sessions { tokens, ended, .. } = &mut self.sessions;
        for table in [tokens, ended] {
            if table.len() == table.capacity() {
                table.retain(|_, session| session.expires > now);
            }
        }
    }

    /// What a token is good for; `None` when it is unknown, revoked or expired.
    ///
    /// A token is checked anew when anything has changed in who may what since it was used last: it goes
    /// with its user, its scope, its roles and its user's password. One whose scope is disabled is good again
    /// once that is enabled.
    pub fn session(&mut self, token: &str, now: DateTime<Utc>) -> Option<Arc<Session>> {
        let session = self.sessions.tokens.get(token)?;
        if session.expires <= now {
            return None;
        }
        if session.generation == self.generation {
            return Some(session.clone());
        }
        let Some(session) = self.checked(Session::clone(session)).map(Arc::new) else {
            if self.loss(token).is_none() {
                self.revoke(token);
            }
            return None;
        };
        let known = self.sessions.tokens.get_mut(token)?;
        known.clone_from(&session);
        Some(session)
    }

    /// What a token has lost, in Keystone's words: its project or domain, or else its user. That is told even
    /// of a token that was revoked. `None` when they are all there, or the token is unknown.
    pub fn loss(&self, token: &str) -> Option<Fault> {
        let Sessions { tokens, ended, .. } = &self.sessions;
        let session = tokens.get(token).or_else(|| ended.get(token))?;
        let place = match &session.scope {
            Scope::None | Scope::System => None,
            Scope::Project(project) => self.loss_of_project(project.id),
            Scope::Domain(domain) => self.find_domain(&id_text(domain.id)).err(),
        };
        place.or_else(|| self.users.find(&id_text(session.user.id)).err())
    }

    fn loss_of_project(&self, id: Uuid) -> Option<Fault> {
        let project = match self.projects.find(&id_text(id)) {
            Ok(project) => project,
            Err(fault) => return Some(fault),
        };
        let disabled = |kind: &str, id: Uuid| {
            let id = id_text(id);
            Fault::not_found(format!(
                "Unable to validate token because {kind} {id} is disabled"
            ))
        };
        if !project.is_enabled {
            return Some(disabled("project", id));
        }
        let domain = project.domain.filter(|id| !self.is_domain_enabled(*id))?;
        Some(disabled("domain", domain))
    }

    /// The session as it is now; `None` when it is none any more.
    fn checked(&self, session: Session) -> Option<Session> {
        let user = self.users.get(session.user.id)?;
        let is_same =
            user.number == session.user.number && user.revocations == session.user.revocations;
        if !is_same || !self.is_active(user) {
            return None;
        }
        let current = |project: &Project| {
            let project = self.projects.get(project.id)?;
            self.is_usable(project).then(|| project.clone())
        };
        let scope = match &session.scope {
            Scope::None => Scope::None,
            Scope::System => Scope::System,
            Scope::Project(project) => Scope::Project(current(project)?),
            Scope::Domain(domain) => Scope::Domain(current(domain)?),
        };
        let roles = match (scope.target(), &session.delegation) {
            (None, None) => Vec::new(),
            (None, Some(_)) => return None,
            (Some(place), None) => self.roles_at(user.id, place),
            (Some(place), Some(delegation)) => self.delegated_roles(delegation, place)?,
        };
        if roles.is_empty() && scope != Scope::None {
            return None;
        }
        Some(Session {
            user: user.clone(),
            project: match &scope {
                Scope::Project(project) => Some(project.clone()),
                Scope::None | Scope::Domain(_) | Scope::System => None,
            },
            is_admin: roles.iter().any(|role| is_admin(role)),
            scope,
            roles,
            generation: self.generation,
            ..session
        })
    }

    /// Ends a token; false when there is none.
    pub fn revoke(&mut self, token: &str) -> bool {
        let Some(session) = self.sessions.tokens.remove(token) else {
            return false;
        };
        self.sessions.ended.insert(token.to_owned(), session);
        true
    }

    /// How long tokens and logins are good.
    pub fn lifetime(&self) -> Duration {
        self.sessions.lifetime
    }

    /// Logs a user in; returns the cookie's value and the key.
    pub fn open_login(
        &mut self,
        ids: &mut Ids,
        session: Arc<Session>,
        now: DateTime<Utc>,
    ) -> (String, String) {
        let (cookie, key) = (ids.word(), ids.word());
        let login = Login {
            key: key.clone(),
            session,
            until: later(now, LOGIN_TIMEOUT),
        };
        self.sessions.logins.insert(cookie.clone(), login);
        (cookie, key)
    }

    /// The login that a cookie stands for, which is used by this; `None` when it is unknown or over.
    pub fn login(&mut self, cookie: &str, now: DateTime<Utc>) -> Option<Login> {
        let login = self.sessions.logins.get_mut(cookie)?;
        if login.until <= now {
            self.close_login(cookie);
            return None;
        }
        login.until = later(now, LOGIN_TIMEOUT);
        let login = login.clone();
        if login.session.generation == self.generation {
            return Some(login);
        }
        let session = self.checked(Session::clone(&login.session))?;
        let login = self.sessions.logins.get_mut(cookie)?;
        login.session = Arc::new(session);
        Some(login.clone())
    }

    /// Ends a login; false when there is none.
    pub fn close_login(&mut self, cookie: &str) -> bool {
        self.sessions.logins.remove(cookie).is_some()
    }
}
