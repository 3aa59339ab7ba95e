//! Acting without one's own password: application credentials, and trusts.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use uuid::Uuid;

use super::fault::{conflict, not_found, unauthorized};
use super::grant::Target;
use super::{Accounts, Role, id_text, parse_id};
use crate::vocabulary::fault::Fault;

/// What a program proves itself with in its owner's stead.
#[derive(Debug, Clone, PartialEq)]
pub struct AppCredential {
    pub id: Uuid,
    pub name: Arc<str>,
    pub description: Option<Arc<str>>,
    pub user: Uuid,
    pub project: Uuid,
    pub roles: Vec<Uuid>,
    pub secret: Arc<str>,
    pub expires: Option<DateTime<Utc>>,
    /// Whether it may make others of its kind; not said is not the same as no.
    pub is_unrestricted: Option<bool>,
    /// What alone may be called with it.
    pub access_rules: Option<Vec<Uuid>>,
}

/// One call that may be made.
#[derive(Debug, Clone, PartialEq)]
pub struct AccessRule {
    pub id: Uuid,
    pub user: Uuid,
    pub service: Arc<str>,
    pub path: Arc<str>,
    pub method: Arc<str>,
}

impl AccessRule {
    /// Whether a path is of the rule's form: `*` and `{name}` stand for one part, `**` for any number.
    fn fits(&self, path: &str) -> bool {
        let mut pattern = String::from("^");
        let mut rest = &*self.path;
        while let Some(c) = rest.chars().next() {
            let name = rest.strip_prefix('{').and_then(|name| name.split_once('}'));
            rest = if let Some(after) = rest.strip_prefix("**") {
                pattern.push_str(".*");
                after
            } else if let Some(after) = name.map(|(_, after)| after).or(rest.strip_prefix('*')) {
                pattern.push_str("[^/]+");
                after
            } else {
                pattern.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
                &rest[c.len_utf8()..]
            };
        }
        pattern.push('$');
        regex::Regex::new(&pattern).is_ok_and(|pattern| pattern.is_match(path))
    }
}

/// The roles that one user lets another use.
#[derive(Debug, Clone, PartialEq)]
pub struct Trust {
    pub id: Uuid,
    pub trustor: Uuid,
    pub trustee: Uuid,
    pub project: Option<Uuid>,
    pub roles: Vec<Uuid>,
    pub impersonates: bool,
    pub expires: Option<DateTime<Utc>>,
    /// How many tokens may still be had by it.
    pub remaining_uses: Option<u64>,
    /// How often it may be handed on.
    pub redelegation_count: u64,
    pub redelegated: Option<Uuid>,
}

/// By what a session acts.
#[derive(Debug, Clone, PartialEq)]
pub enum Delegation {
    AppCredential(Arc<AppCredential>),
    Trust(Arc<Trust>),
}

impl Delegation {
    pub(super) fn expires(&self) -> Option<DateTime<Utc>> {
        match self {
            Delegation::AppCredential(credential) => credential.expires,
            Delegation::Trust(trust) => trust.expires,
        }
    }
}

/// All that is delegated.
#[derive(Debug, Clone, Default)]
pub struct Delegations {
    credentials: IndexMap<Uuid, Arc<AppCredential>, FxBuildHasher>,
    rules: IndexMap<Uuid, Arc<AccessRule>, FxBuildHasher>,
    trusts: IndexMap<Uuid, Arc<Trust>, FxBuildHasher>,
}

impl Delegations {
    pub fn credentials_of(&self, user: Uuid) -> impl Iterator<Item = &Arc<AppCredential>> {
        self.credentials
            .values()
            .filter(move |credential| credential.user == user)
    }

    /// # Errors
    /// [`FaultKind::NotFound`](crate::vocabulary::fault::FaultKind::NotFound).
    pub fn credential(&self, id: &str) -> Result<&Arc<AppCredential>, Fault> {
        let credential = parse_id(id).and_then(|id| self.credentials.get(&id));
        credential.ok_or_else(|| not_found("Application Credential", id))
    }

    /// # Errors
    /// When the user has one of that name.
    pub fn add_credential(
        &mut self,
        credential: AppCredential,
    ) -> Result<Arc<AppCredential>, Fault> {
        let is_same = |other: &Arc<AppCredential>| other.name == credential.name;
        if self.credentials_of(credential.user).any(is_same) {
            let details = format!("Duplicate entry found with name {}", credential.name);
            return Err(conflict("application_credential", details));
        }
        let credential = Arc::new(credential);
        self.credentials.insert(credential.id, credential.clone());
        Ok(credential)
    }

    pub fn rules_of(&self, user: Uuid) -> impl Iterator<Item = &Arc<AccessRule>> {
        self.rules.values().filter(move |rule| rule.user == user)
    }

    /// # Errors
    /// [`FaultKind::NotFound`](crate::vocabulary::fault::FaultKind::NotFound).
    pub fn rule(&self, id: &str) -> Result<&Arc<AccessRule>, Fault> {
        let rule = parse_id(id).and_then(|id| self.rules.get(&id));
        rule.ok_or_else(|| not_found("Access Rule", id))
    }

    /// The rule, or the one that the user has and that says the same.
    pub fn add_rule(&mut self, rule: AccessRule) -> Uuid {
        let is_same = |known: &&Arc<AccessRule>| {
            AccessRule {
                id: rule.id,
                ..AccessRule::clone(known)
            } == rule
        };
        if let Some(known) = self.rules.values().find(is_same) {
            return known.id;
        }
        let id = rule.id;
        self.rules.insert(id, Arc::new(rule));
        id
    }

    /// # Errors
    /// When there is none, or a credential has it.
    pub fn remove_rule(&mut self, id: &str) -> Result<(), Fault> {
        let found = self.rule(id)?.id;
        let has_it = |credential: &Arc<AppCredential>| {
            let rules = credential.access_rules.as_ref();
            rules.is_some_and(|rules| rules.contains(&found))
        };
        if self.credentials.values().any(has_it) {
            let message = format!(
                "Access rule {id} is in use by an application credential and can't be deleted."
            );
            return Err(super::fault::forbidden(message));
        }
        self.rules.shift_remove(&found);
        Ok(())
    }

    /// Whether a call may be made with a credential. A service may have several names.
    pub fn permits(
        &self,
        credential: &AppCredential,
        services: &[&str],
        method: &str,
        path: &str,
    ) -> bool {
        let Some(ids) = &credential.access_rules else {
            return true;
        };
        let mut rules = ids.iter().filter_map(|id| self.rules.get(id));
        rules.any(|rule| {
            services.contains(&&*rule.service) && *rule.method == *method && rule.fits(path)
        })
    }

    pub fn trusts(&self) -> impl Iterator<Item = &Arc<Trust>> {
        self.trusts.values()
    }

    /// # Errors
    /// [`FaultKind::NotFound`](crate::vocabulary::fault::FaultKind::NotFound), also when its time is over.
    pub fn trust(&self, id: &str, now: DateTime<Utc>) -> Result<&Arc<Trust>, Fault> {
        let trust = parse_id(id).and_then(|id| self.trusts.get(&id));
        let is_good = |trust: &&Arc<Trust>| {
            trust.expires.is_none_or(|expires| expires > now) && trust.remaining_uses != Some(0)
        };
        trust.filter(is_good).ok_or_else(|| not_found("trust", id))
    }

    pub fn put_trust(&mut self, trust: Trust) -> Arc<Trust> {
        let trust = Arc::new(trust);
        self.trusts.insert(trust.id, trust.clone());
        trust
    }

    pub(super) fn forget_user(&mut self, user: Uuid) {
        self.credentials
            .retain(|_, credential| credential.user != user);
        self.rules.retain(|_, rule| rule.user != user);
        self.trusts
            .retain(|_, trust| trust.trustor != user && trust.trustee != user);
    }

    pub(super) fn forget_project(&mut self, project: Uuid) {
        self.credentials
            .retain(|_, credential| credential.project != project);
        self.trusts
            .retain(|_, trust| trust.project != Some(project));
    }

    pub(super) fn forget_role(&mut self, role: Uuid) {
        self.credentials
            .retain(|_, credential| !credential.roles.contains(&role));
        self.trusts.retain(|_, trust| !trust.roles.contains(&role));
    }
}

impl Accounts {
    /// The application credential that its secret proves.
    ///
    /// # Errors
    /// [`FaultKind::Unauthorized`](crate::vocabulary::fault::FaultKind::Unauthorized), also when its time is
    /// over.
    pub fn check_secret(
        &self,
        credential: Option<&Arc<AppCredential>>,
        secret: &str,
        now: DateTime<Utc>,
    ) -> Result<Arc<AppCredential>, Fault> {
        let is_good = |credential: &&Arc<AppCredential>| {
            *credential.secret == *secret && credential.expires.is_none_or(|expires| expires > now)
        };
        credential.filter(is_good).cloned().ok_or_else(unauthorized)
    }

    /// # Errors
    /// When there is no such credential.
    pub fn delete_credential(&mut self, id: &str) -> Result<(), Fault> {
        let id = self.delegations.credential(id)?.id;
        self.delegations.credentials.shift_remove(&id);
        self.touch();
        Ok(())
    }

    /// Ends a trust, and those that were handed on from it.
    ///
    /// # Errors
    /// When there is no such trust.
    pub fn delete_trust(&mut self, id: &str, now: DateTime<Utc>) -> Result<(), Fault> {
        let mut ended = vec![self.delegations.trust(id, now)?.id];
        while let Some(id) = ended.pop() {
            self.delegations.trusts.shift_remove(&id);
            let handed_on = |trust: &&Arc<Trust>| trust.redelegated == Some(id);
            let trusts = self.delegations.trusts().filter(handed_on);
            ended.extend(trusts.map(|trust| trust.id));
        }
        self.touch();
        Ok(())
    }

    /// Uses a trust once.
    ///
    /// # Errors
    /// When it has no uses left.
    pub fn use_trust(&mut self, trust: &Trust) -> Result<(), Fault> {
        match trust.remaining_uses {
            None => Ok(()),
            Some(0) => Err(super::fault::forbidden(format!(
                "No remaining uses for trust: {}.",
                id_text(trust.id)
            ))),
            Some(uses) => {
                self.delegations.put_trust(Trust {
                    remaining_uses: Some(uses - 1),
                    ..trust.clone()
                });
                Ok(())
            }
        }
    }

    /// The roles that are left of what was delegated: those that who delegated them still has. `None` when
    /// nothing is delegated any more.
    pub(super) fn delegated_roles(
        &self,
        delegation: &Delegation,
        place: Target,
    ) -> Option<Vec<Arc<Role>>> {
        let (owner, project, roles) = match delegation {
            Delegation::AppCredential(credential) => {
                let credential = self.delegations.credentials.get(&credential.id)?;
                (credential.user, Some(credential.project), &credential.roles)
            }
            Delegation::Trust(trust) => {
                let trust = self.delegations.trusts.get(&trust.id)?;
                (trust.trustor, trust.project, &trust.roles)
            }
        };
        let is_theirs = self
            .users
            .get(owner)
            .is_some_and(|user| self.is_active(user));
        if !is_theirs || project.map(Target::Project) != Some(place) {
            return None;
        }
        let had = self.roles_at(owner, place);
        if !roles.iter().all(|id| had.iter().any(|role| role.id == *id)) {
            return None;
        }
        Some(self.with_implied(roles.iter().copied()))
    }
}
