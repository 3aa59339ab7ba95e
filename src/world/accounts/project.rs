//! Projects, and the domains that hold them.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Map;
use uuid::Uuid;

use super::change::flag;
use super::directory::Entry;
use super::fault::{conflict, expected, forbidden, not_found};
use super::grant::Target;
use super::{
    Accounts, Attributes, Change, DEFAULT_DOMAIN, check_mutable, id_text, merge, merge_options,
    parse_id, project_id,
};
use crate::vocabulary::fault::Fault;
use crate::world::ids::Ids;

/// How many projects may stand one below the other, the domain being the first.
const MAX_DEPTH: usize = 5;

/// A project; in CloudStack the account that owns things. A domain is a project that holds others.
#[derive(Debug, Clone)]
pub struct Project {
    pub id: Uuid,
    /// Counted from 1, and given once.
    pub number: u64,
    pub name: Arc<str>,
    /// `None` for a domain.
    pub domain: Option<Uuid>,
    /// The project above it, or its domain.
    pub parent: Option<Uuid>,
    pub is_enabled: bool,
    pub description: Option<Arc<str>>,
    pub tags: Vec<Arc<str>>,
    pub options: Attributes,
    /// What else was said of it.
    pub extra: Attributes,
}

impl Project {
    /// A project right below its domain, or without one a domain, of which no more is said.
    pub fn new(id: Uuid, number: u64, domain: Option<Uuid>, name: &str) -> Self {
        Self {
            id,
            number,
            name: name.into(),
            domain,
            parent: domain,
            is_enabled: true,
            description: Some("".into()),
            tags: Vec::new(),
            options: Map::new(),
            extra: Map::new(),
        }
    }

    pub fn is_domain(&self) -> bool {
        self.domain.is_none()
    }
}

/// It stays the same when something about it changes.
impl PartialEq for Project {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Entry for Project {
    const KIND: &'static str = "project";

    fn id(&self) -> Uuid {
        self.id
    }

    fn domain(&self) -> Option<Uuid> {
        self.domain
    }

    fn name(&self) -> &Arc<str> {
        &self.name
    }
}

/// What is to be different in a project or domain.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ProjectChange {
    pub name: Option<Arc<str>>,
    #[serde(rename = "enabled", deserialize_with = "flag")]
    pub is_enabled: Change<bool>,
    pub description: Change<Option<Arc<str>>>,
    pub tags: Change<Vec<Arc<str>>>,
    pub options: Attributes,
    #[serde(flatten)]
    pub extra: Attributes,
}

impl Accounts {
    /// The project of that name in the default domain, made if there is none.
    pub fn project_named(&mut self, name: &str) -> Arc<Project> {
        if let Some(project) = self.projects.named(Some(DEFAULT_DOMAIN), name) {
            return project.clone();
        }
        let id = project_id(name);
        let project = self.blank_project(id, Some(DEFAULT_DOMAIN), name);
        self.projects.put(project)
    }

    pub(super) fn blank_project(&mut self, id: Uuid, domain: Option<Uuid>, name: &str) -> Project {
        self.projects_made += u64::from(domain.is_some());
        Project::new(id, self.projects_made, domain, name)
    }

    /// All projects, without the domains.
    pub fn projects(&self) -> impl DoubleEndedIterator<Item = &Arc<Project>> {
        self.projects.iter().filter(|project| !project.is_domain())
    }

    pub fn domains(&self) -> impl DoubleEndedIterator<Item = &Arc<Project>> {
        self.projects.iter().filter(|project| project.is_domain())
    }

    /// # Errors
    /// [`FaultKind::NotFound`](crate::vocabulary::fault::FaultKind::NotFound).
    pub fn find_domain(&self, id: &str) -> Result<&Arc<Project>, Fault> {
        let project = parse_id(id).and_then(|id| self.projects.get(id));
        project
            .filter(|project| project.is_domain())
            .ok_or_else(|| not_found("domain", id))
    }

    pub fn domain_named(&self, name: &str) -> Option<&Arc<Project>> {
        self.projects.named(None, name)
    }

    pub(super) fn is_domain_enabled(&self, id: Uuid) -> bool {
        self.projects
            .get(id)
            .is_some_and(|domain| domain.is_enabled)
    }

    /// Whether neither the project nor its domain is disabled.
    pub fn is_usable(&self, project: &Project) -> bool {
        project.is_enabled && project.domain.is_none_or(|id| self.is_domain_enabled(id))
    }

    /// What stands above a project, the nearest first, its domain last.
    pub fn ancestors(&self, project: &Project) -> impl Iterator<Item = &Arc<Project>> {
        let above = |id: Option<Uuid>| id.and_then(|id| self.projects.get(id));
        std::iter::successors(above(project.parent), move |project| above(project.parent))
    }

    /// The projects right below one.
    pub fn children(&self, id: Uuid) -> impl Iterator<Item = &Arc<Project>> {
        self.projects()
            .filter(move |project| project.parent == Some(id))
    }

    /// All projects below one.
    pub fn subtree(&self, id: Uuid) -> Vec<&Arc<Project>> {
        let mut found: Vec<&Arc<Project>> = self.children(id).collect();
        let mut next = 0;
        while let Some(project) = found.get(next) {
            found.extend(self.children(project.id));
            next += 1;
        }
        found
    }

    /// Makes a project below `parent`, which is a domain or a project.
    ///
    /// # Errors
    /// When the domain has a project of that name, or the branch is disabled or too deep.
    pub fn create_project(
        &mut self,
        ids: &mut Ids,
        parent: &Project,
        change: ProjectChange,
    ) -> Result<Arc<Project>, Fault> {
        let domain = parent.domain.unwrap_or(parent.id);
        let above: Vec<_> = self.ancestors(parent).collect();
        if !parent.is_enabled || above.iter().any(|project| !project.is_enabled) {
            return Err(Fault::bad_request(format!(
                "cannot create a project in a branch containing a disabled project: {}",
                id_text(parent.id)
            )));
        }
        if above.len() + 1 >= MAX_DEPTH {
            return Err(forbidden(format!(
                "Max hierarchy depth reached for {} branch.",
                id_text(parent.id)
            )));
        }
        let name = change.name.clone().unwrap_or_default();
        let project = self.blank_project(ids.uuid(), Some(domain), &name);
        self.create(
            Project {
                parent: Some(parent.id),
                ..project
            },
            change,
        )
    }

    /// # Errors
    /// When there is a domain of that name.
    pub fn create_domain(
        &mut self,
        id: Uuid,
        change: ProjectChange,
    ) -> Result<Arc<Project>, Fault> {
        let name = change.name.clone().unwrap_or_default();
        let domain = self.blank_project(id, None, &name);
        self.create(domain, change)
    }

    fn create(
        &mut self,
        mut project: Project,
        change: ProjectChange,
    ) -> Result<Arc<Project>, Fault> {
        self.check_project_name(&project)?;
        apply(&mut project, change);
        Ok(self.projects.put(project))
    }

    fn check_project_name(&self, project: &Project) -> Result<(), Fault> {
        let other = self.projects.named(project.domain, &project.name);
        if other.is_none_or(|other| other.id == project.id) {
            return Ok(());
        }
        Err(conflict(
            Project::KIND,
            if project.is_domain() {
                format!(
                    "it is not permitted to have two projects acting as domains with the same name: {}",
                    project.name
                )
            } else {
                format!(
                    "it is not permitted to have two projects with either the same name or same id in the \
                     same domain: name is {}, project id {}",
                    project.name,
                    id_text(project.id)
                )
            },
        ))
    }

    /// Changes a project or a domain.
    ///
    /// # Errors
    /// When another has the new name, it is immutable, or projects below it stand against the change.
    pub fn update_project(
        &mut self,
        project: &Arc<Project>,
        change: ProjectChange,
    ) -> Result<Arc<Project>, Fault> {
        let kind = if project.is_domain() {
            "domain"
        } else {
            Project::KIND
        };
        check_mutable(
            "update",
            kind,
            project.id,
            &project.options,
            &change.options,
        )?;
        self.check_enabling(project, change.is_enabled)?;
        let mut project = Project::clone(project);
        if let Some(name) = &change.name {
            project.name = name.clone();
            self.check_project_name(&project)?;
        }
        apply(&mut project, change);
        self.touch();
        Ok(self.projects.put(project))
    }

    fn check_enabling(&self, project: &Project, change: Change<bool>) -> Result<(), Fault> {
        let is_to_be = match change {
            Change::To(is_to_be) if is_to_be != project.is_enabled && !project.is_domain() => {
                is_to_be
            }
            Change::To(_) | Change::Keep => return Ok(()),
        };
        let id = id_text(project.id);
        if is_to_be {
            match self.ancestors(project).all(|above| above.is_enabled) {
                true => Ok(()),
                false => Err(forbidden(format!(
                    "Cannot enable project {id} since it has disabled parents"
                ))),
            }
        } else if self
            .subtree(project.id)
            .iter()
            .any(|below| below.is_enabled)
        {
            Err(forbidden(format!(
                "Cannot disable project {id} since its subtree contains enabled projects."
            )))
        } else {
            Ok(())
        }
    }

    /// # Errors
    /// When it is immutable, there are projects below it, or it is a domain that is enabled.
    pub fn delete_project(&mut self, project: &Project) -> Result<(), Fault> {
        let none = Attributes::new();
        if project.is_domain() {
            return self.delete_domain(project);
        }
        check_mutable("delete", Project::KIND, project.id, &project.options, &none)?;
        if self.children(project.id).next().is_some() {
            return Err(forbidden(format!(
                "Cannot delete the project {} since it is not a leaf in the hierarchy. Use the cascade option \
                 if you want to delete a whole subtree.",
                id_text(project.id)
            )));
        }
        self.forget_project(project.id);
        self.touch();
        Ok(())
    }

    fn forget_project(&mut self, id: Uuid) {
        self.bury(id);
        self.projects.remove(id);
        self.grants.forget_target(Target::Project(id));
        self.delegations.forget_project(id);
        self.records.forget("project_id", &id_text(id));
        let users = self.users.iter().filter(|user| user.project == Some(id));
        let homeless: Vec<_> = users.cloned().collect();
        for user in homeless {
            let user = super::User {
                project: None,
                ..super::User::clone(&user)
            };
            self.users.put(user);
        }
    }

    /// Removes a domain with all that is in it.
    fn delete_domain(&mut self, domain: &Project) -> Result<(), Fault> {
        let id = domain.id;
        check_mutable("delete", "domain", id, &domain.options, &Attributes::new())?;
        if domain.is_enabled {
            return Err(forbidden(
                "Cannot delete a domain that is enabled, please disable it first.",
            ));
        }
        let projects: Vec<Uuid> = self.subtree(id).iter().map(|project| project.id).collect();
        let users = self.users.iter().filter(|user| user.domain == id);
        let users: Vec<String> = users.map(|user| id_text(user.id)).collect();
        let groups = self.groups.iter().filter(|group| group.domain == id);
        let groups: Vec<String> = groups.map(|group| id_text(group.id)).collect();
        let roles = self.roles.iter().filter(|role| role.domain == Some(id));
        let roles: Vec<String> = roles.map(|role| id_text(role.id)).collect();
        users.iter().try_for_each(|user| self.delete_user(user))?;
        groups
            .iter()
            .try_for_each(|group| self.delete_group(group))?;
        roles.iter().try_for_each(|role| self.delete_role(role))?;
        projects
            .into_iter()
            .for_each(|project| self.forget_project(project));
        self.grants.forget_target(Target::Domain(id));
        self.records.forget("domain_id", &id_text(id));
        // It may have no settings.
        let _ = self.records.remove(super::Kind::DomainConfig, &id_text(id));
        self.projects.remove(id);
        self.bury(id);
        self.touch();
        Ok(())
    }

    /// Gives a project other tags.
    ///
    /// # Errors
    /// When it is immutable; `verb` is what is done to the tags.
    pub fn set_tags(
        &mut self,
        project: &Project,
        verb: &str,
        tags: Vec<Arc<str>>,
    ) -> Result<Arc<Project>, Fault> {
        if super::is_immutable(&project.options) {
            return Err(forbidden(format!(
                "Cannot {verb} project tags for {}, project is immutable. Set \"immutable\" option to false \
                 before creating project tags.",
                id_text(project.id)
            )));
        }
        let project = Project {
            tags,
            ..project.clone()
        };
        Ok(self.projects.put(project))
    }

    /// The project that a new one is to stand below, of what the client said of its place.
    ///
    /// # Errors
    /// [`FaultKind::BadRequest`](crate::vocabulary::fault::FaultKind::BadRequest) when the two contradict
    /// each other, or one is not there.
    pub fn place_of_project(
        &self,
        domain: Option<&str>,
        parent: Option<&str>,
    ) -> Result<Arc<Project>, Fault> {
        let missing = |fault: Fault| Fault::bad_request(fault.message);
        let domain = domain
            .map(|id| self.find_domain(id).map_err(missing))
            .transpose()?;
        let parent = parent
            .map(|id| self.projects.find(id).map_err(missing))
            .transpose()?;
        match (domain, parent) {
            (Some(domain), None) => Ok(domain.clone()),
            (None, Some(parent)) => Ok(parent.clone()),
            (Some(domain), Some(parent)) if parent.domain.unwrap_or(parent.id) == domain.id => {
                Ok(parent.clone())
            }
            (Some(domain), Some(parent)) => {
                let (domain, parent_id) = (id_text(domain.id), id_text(parent.id));
                Err(Fault::bad_request(if parent.is_domain() {
                    format!(
                        "Cannot create project, the parent ({parent_id}) is acting as a domain, but this \
                         project's domain id ({domain}) does not match the parent's id."
                    )
                } else {
                    format!(
                        "Cannot create project, since it specifies its domain_id {domain}, but specifies a \
                         parent in a different domain ({}).",
                        parent.domain.map(id_text).unwrap_or_default()
                    )
                }))
            }
            (None, None) => Err(expected("a domain-scoped token", "the request")),
        }
    }
}

fn apply(project: &mut Project, change: ProjectChange) {
    change.is_enabled.apply(&mut project.is_enabled);
    change.description.apply(&mut project.description);
    change.tags.apply(&mut project.tags);
    merge_options(&mut project.options, change.options);
    merge(&mut project.extra, change.extra);
}
