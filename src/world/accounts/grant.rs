//! Who has which role where.

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use uuid::Uuid;

use super::fault::{forbidden, not_found};
use super::role::{
    ADMIN, IDENTITY_ADMIN, MEMBER, READER, Role, USER_ADMIN, first_role_id, rackspace_role_id,
};
use super::{Accounts, DEFAULT_DOMAIN, Project, id_text};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::profile::Profile;

/// Who has a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    User(Uuid),
    Group(Uuid),
}

/// Where a role is had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    Project(Uuid),
    Domain(Uuid),
    /// The whole cloud.
    System,
}

/// A role somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Grant {
    pub target: Target,
    pub role: Uuid,
    /// Whether it holds not there but in all projects below.
    pub is_inherited: bool,
}

/// All grants, by who has them.
#[derive(Debug, Clone, Default)]
pub struct Grants(IndexMap<Actor, Vec<Grant>, FxBuildHasher>);

impl Grants {
    pub fn of(&self, actor: Actor) -> &[Grant] {
        self.0.get(&actor).map_or(&[], Vec::as_slice)
    }

    pub fn iter(&self) -> impl Iterator<Item = (Actor, Grant)> + '_ {
        let all = self.0.iter();
        all.flat_map(|(actor, grants)| grants.iter().map(|grant| (*actor, *grant)))
    }

    fn add(&mut self, actor: Actor, grant: Grant) {
        let grants = self.0.entry(actor).or_default();
        if !grants.contains(&grant) {
            grants.push(grant);
        }
    }

    fn remove(&mut self, actor: Actor, grant: Grant) {
        if let Some(grants) = self.0.get_mut(&actor) {
            grants.retain(|known| *known != grant);
        }
    }

    pub(super) fn forget_actor(&mut self, actor: Actor) {
        self.0.shift_remove(&actor);
    }

    pub(super) fn forget_target(&mut self, target: Target) {
        self.retain(|grant| grant.target != target);
    }

    pub(super) fn forget_role(&mut self, role: Uuid) {
        self.retain(|grant| grant.role != role);
    }

    fn retain(&mut self, is_kept: impl Fn(&Grant) -> bool) {
        self.0
            .values_mut()
            .for_each(|grants| grants.retain(&is_kept));
    }
}

impl Accounts {
    pub fn grants(&self) -> &Grants {
        &self.grants
    }

    /// Gives a role.
    ///
    /// # Errors
    /// [`FaultKind::Forbidden`](crate::vocabulary::fault::FaultKind::Forbidden) for another domain's role.
    pub fn grant(&mut self, actor: Actor, grant: Grant) -> Result<(), Fault> {
        let domain = self.roles.get(grant.role).and_then(|role| role.domain);
        let place = match grant.target {
            Target::Project(id) => self.projects.get(id).and_then(|project| project.domain),
            Target::Domain(id) => Some(id),
            Target::System => None,
        };
        if domain.is_some() && domain != place {
            return Err(forbidden(format!(
                "Project {} must be in the same domain as the role {} being assigned.",
                target_text(grant.target),
                id_text(grant.role)
            )));
        }
        self.grants.add(actor, grant);
        self.touch();
        Ok(())
    }

    /// # Errors
    /// [`FaultKind::NotFound`](crate::vocabulary::fault::FaultKind::NotFound) when it is not given.
    pub fn check_grant(&self, actor: Actor, grant: Grant) -> Result<(), Fault> {
        if self.grants.of(actor).contains(&grant) {
            return Ok(());
        }
        let (Actor::User(who) | Actor::Group(who)) = actor;
        Err(not_found(
            "role assignment with role",
            format!(
                "{}, user or group: {}, project, domain, or system: {}",
                id_text(grant.role),
                id_text(who),
                target_text(grant.target)
            ),
        ))
    }

    /// Takes a role away.
    ///
    /// # Errors
    /// As [`Self::check_grant`].
    pub fn revoke_grant(&mut self, actor: Actor, grant: Grant) -> Result<(), Fault> {
        self.check_grant(actor, grant)?;
        self.grants.remove(actor, grant);
        self.touch();
        Ok(())
    }

    pub(super) fn forget_actor(&mut self, actor: Actor) {
        self.grants.forget_actor(actor);
        let Actor::User(id) = actor else { return };
        let groups: Vec<_> = self.groups_of(id).cloned().collect();
        for group in groups {
            let mut group = super::Group::clone(&group);
            group.members.shift_remove(&id);
            self.groups.put(group);
        }
    }

    /// Gives somebody the usual roles in a project. An administrator has that role on the whole cloud and on
    /// the default domain too, and in all of its projects.
    pub(super) fn entrust(&mut self, actor: Actor, project: &Project, is_admin: bool) {
        let grant = |role: &str, target, is_inherited| Grant {
            target,
            role: first_role_id(role),
            is_inherited,
        };
        let domain = Target::Domain(DEFAULT_DOMAIN);
        let wide = [
            grant(ADMIN, domain, false),
            grant(ADMIN, domain, true),
            grant(ADMIN, Target::System, false),
        ];
        let here = Target::Project(project.id);
        if self.profile == Profile::Rackspace {
            let name = if is_admin { IDENTITY_ADMIN } else { USER_ADMIN };
            let grant = Grant {
                target: here,
                role: rackspace_role_id(name),
                is_inherited: false,
            };
            self.grants.add(actor, grant);
        }
        if is_admin {
            self.grants.add(actor, grant(ADMIN, here, false));
            wide.into_iter()
                .for_each(|grant| self.grants.add(actor, grant));
        } else {
            self.grants.add(actor, grant(MEMBER, here, false));
            self.grants.add(actor, grant(READER, here, false));
            self.grants.remove(actor, grant(ADMIN, here, false));
            wide.into_iter()
                .for_each(|grant| self.grants.remove(actor, grant));
        }
    }

    /// Who somebody is as far as grants go: oneself, and one's groups.
    pub fn actors_of(&self, user: Uuid) -> impl Iterator<Item = Actor> {
        let groups = self.groups_of(user).map(|group| Actor::Group(group.id));
        std::iter::once(Actor::User(user)).chain(groups)
    }

    /// Whether a grant holds at a place.
    pub fn covers(&self, grant: &Grant, place: Target) -> bool {
        match (grant.is_inherited, place) {
            (false, _) => grant.target == place,
            (true, Target::Project(id)) => self.projects.get(id).is_some_and(|project| {
                let mut above = self.ancestors(project);
                above.any(|above| grant.target == target_of(above))
            }),
            (true, Target::Domain(_) | Target::System) => false,
        }
    }

    /// The roles that somebody has at a place, by oneself or in a group, and what these imply.
    pub fn roles_at(&self, user: Uuid, place: Target) -> Vec<Arc<Role>> {
        let grants = self.actors_of(user).flat_map(|actor| self.grants.of(actor));
        let given = grants.filter(|grant| self.covers(grant, place));
        let given: Vec<Uuid> = given.map(|grant| grant.role).collect();
        let mut roles = self.with_implied(given);
        roles.retain(|role| role.domain.is_none());
        roles
    }

    /// Whether somebody has a role somewhere.
    pub fn has_role_at(&self, user: Uuid, place: Target) -> bool {
        let grants = self.actors_of(user).flat_map(|actor| self.grants.of(actor));
        grants.into_iter().any(|grant| self.covers(grant, place))
    }
}

/// A project or domain, as a place where roles are had.
pub fn target_of(project: &Project) -> Target {
    if project.is_domain() {
        Target::Domain(project.id)
    } else {
        Target::Project(project.id)
    }
}

fn target_text(target: Target) -> String {
    match target {
        Target::Project(id) | Target::Domain(id) => id_text(id),
        Target::System => "system".to_owned(),
    }
}

/// Whether the role is that of administrators.
pub(super) fn is_admin(role: &Role) -> bool {
    role.domain.is_none() && *role.name == *ADMIN
}
