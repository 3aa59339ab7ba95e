//! The tree of domains.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::account::invalid;
use crate::vocabulary::fault::Fault;
use crate::world::accounts::{Accounts, Change, DEFAULT_DOMAIN, Project, ProjectChange};

/// The root's name in CloudStack.
const ROOT: &str = "ROOT";

/// A domain to be made.
#[derive(Debug, Clone)]
pub struct DomainDraft {
    pub id: Uuid,
    pub name: Arc<str>,
    /// The one that it is to be in.
    pub above: Uuid,
    pub network_domain: Option<Arc<str>>,
    pub created: DateTime<Utc>,
}

impl Accounts {
    /// A domain's own name, without the way to it.
    pub fn domain_name<'a>(&self, domain: &'a Project) -> &'a str {
        match domain.id {
            DEFAULT_DOMAIN => ROOT,
            _ => domain.name.rsplit('/').next().unwrap_or_default(),
        }
    }

    /// The way to a domain: `ROOT/research/biology`.
    pub fn domain_path(&self, domain: Uuid) -> String {
        let mut names: Vec<&str> = self
            .domains_above(domain)
            .map(|domain| self.domain_name(domain))
            .collect();
        names.reverse();
        names.join("/")
    }

    /// The domain that one is in; `None` for the root.
    pub fn domain_above(&self, domain: Uuid) -> Option<Uuid> {
        let is_root = domain == DEFAULT_DOMAIN;
        let above = || self.tenancy.above.get(&domain).copied();
        (!is_root).then(|| above().unwrap_or(DEFAULT_DOMAIN))
    }

    /// A domain and all that it is in, the root last.
    pub fn domains_above(&self, domain: Uuid) -> impl Iterator<Item = &Arc<Project>> {
        let chain = std::iter::successors(Some(domain), |id| self.domain_above(*id));
        chain.filter_map(|id| self.projects.get(id))
    }

    /// Whether a domain is another or somewhere in it.
    pub fn is_domain_in(&self, domain: Uuid, other: Uuid) -> bool {
        self.domains_above(domain).any(|above| above.id == other)
    }

    /// Whether an account is somewhere in a domain.
    pub fn is_in_domain(&self, account: &Project, domain: Uuid) -> bool {
        account
            .domain
            .is_some_and(|own| self.is_domain_in(own, domain))
    }

    /// The domains right in one.
    pub fn domains_in(&self, domain: Uuid) -> impl Iterator<Item = &Arc<Project>> {
        let is_in = move |other: &&Arc<Project>| self.domain_above(other.id) == Some(domain);
        self.domains().filter(is_in)
    }

    /// The domain at the end of a path, which may begin with the root's name or a slash.
    pub fn domain_at(&self, path: &str) -> Option<&Arc<Project>> {
        let path = path.trim_matches('/');
        let path = path.strip_prefix(ROOT).unwrap_or(path).trim_matches('/');
        match path {
            "" => self.projects.get(DEFAULT_DOMAIN),
            path => self.domain_named(path),
        }
    }

    /// # Errors
    /// When there is one of that name at that place.
    pub fn add_domain(&mut self, draft: DomainDraft) -> Result<Arc<Project>, Fault> {
        let name = self.full_name(draft.above, &draft.name)?;
        let change = ProjectChange {
            name: Some(name),
            ..ProjectChange::default()
        };
        let domain = self.create_domain(draft.id, change)?;
        if draft.above != DEFAULT_DOMAIN {
            self.tenancy.above.insert(domain.id, draft.above);
        }
        let profile = self.profile_mut(domain.id);
        profile.network_domain = draft.network_domain;
        profile.created = Some(draft.created);
        Ok(domain)
    }

    /// The name that all services know a domain by that has this name in another.
    fn full_name(&self, above: Uuid, name: &str) -> Result<Arc<str>, Fault> {
        let full: Arc<str> = match self.projects.get(above) {
            Some(above) if above.id != DEFAULT_DOMAIN => format!("{}/{name}", above.name).into(),
            Some(_) | None => name.into(),
        };
        let is_there = self.domain_named(&full).is_some() || *full == *ROOT;
        if name.is_empty() || name.contains('/') {
            return Err(invalid(format!("Domain name '{name}' is not valid")));
        }
        if is_there {
            return Err(invalid(format!(
                "Domain with name {name} already exists for the parent id={above}"
            )));
        }
        Ok(full)
    }

    /// Gives a domain another name; what is in it follows.
    ///
    /// # Errors
    /// When there is one of that name at that place.
    pub fn rename_domain(&mut self, id: Uuid, name: &str) -> Result<(), Fault> {
        let above = self
            .domain_above(id)
            .ok_or_else(|| invalid("ROOT domain can not be edited with a new name".into()))?;
        let full = self.full_name(above, name)?;
        self.put_domain_name(id, &full)
    }

    fn put_domain_name(&mut self, id: Uuid, full: &str) -> Result<(), Fault> {
        let Some(domain) = self.projects.get(id).cloned() else {
            return Ok(());
        };
        let change = ProjectChange {
            name: Some(full.into()),
            ..ProjectChange::default()
        };
        self.update_project(&domain, change)?;
        let inside: Vec<Arc<Project>> = self.domains_in(id).cloned().collect();
        for domain in inside {
            let full = format!("{full}/{}", self.domain_name(&domain));
            self.put_domain_name(domain.id, &full)?;
        }
        Ok(())
    }

    /// Removes a domain; what is in it has to be gone.
    ///
    /// # Errors
    /// When it is immutable.
    pub fn remove_domain(&mut self, domain: &Arc<Project>) -> Result<(), Fault> {
        let disabled = ProjectChange {
            is_enabled: Change::To(false),
            ..ProjectChange::default()
        };
        let domain = self.update_project(domain, disabled)?;
        self.delete_project(&domain)?;
        self.tenancy.above.remove(&domain.id);
        self.tenancy.profiles.remove(&domain.id);
        Ok(())
    }
}
