//! Groups of users.

use std::sync::Arc;

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;
use serde::Deserialize;
use serde_json::Map;
use uuid::Uuid;

use super::directory::Entry;
use super::fault::conflict;
use super::grant::Actor;
use super::{Accounts, Attributes, Change, User, id_text, merge};
use crate::vocabulary::fault::Fault;
use crate::world::ids::Ids;

/// Users who have the same roles.
#[derive(Debug, Clone)]
pub struct Group {
    pub id: Uuid,
    pub name: Arc<str>,
    pub domain: Uuid,
    pub description: Option<Arc<str>>,
    pub members: IndexSet<Uuid, FxBuildHasher>,
    /// What else was said of it.
    pub extra: Attributes,
}

impl Entry for Group {
    const KIND: &'static str = "group";

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

/// What is to be different in a group.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct GroupChange {
    pub name: Option<Arc<str>>,
    pub description: Change<Option<Arc<str>>>,
    #[serde(flatten)]
    pub extra: Attributes,
}

impl Accounts {
    /// # Errors
    /// When the domain has a group of that name.
    pub fn create_group(
        &mut self,
        ids: &mut Ids,
        domain: Uuid,
        change: GroupChange,
    ) -> Result<Arc<Group>, Fault> {
        let group = Group {
            id: ids.uuid(),
            name: "".into(),
            domain,
            description: Some("".into()),
            members: IndexSet::default(),
            extra: Map::new(),
        };
        self.change_group(group, change)
    }

    /// # Errors
    /// When there is no such group, or another has the new name.
    pub fn update_group(&mut self, id: &str, change: GroupChange) -> Result<Arc<Group>, Fault> {
        let group = Group::clone(self.groups.find(id)?);
        self.change_group(group, change)
    }

    fn change_group(&mut self, mut group: Group, change: GroupChange) -> Result<Arc<Group>, Fault> {
        if let Some(name) = change.name {
            group.name = name;
        }
        match self.groups.named(Some(group.domain), &group.name) {
            Some(other) if other.id != group.id => {
                let details = format!("Duplicate entry found with name {}", group.name);
                return Err(conflict(
                    Group::KIND,
                    format!("{details} at domain ID {}", id_text(group.domain)),
                ));
            }
            Some(_) | None => {}
        }
        change.description.apply(&mut group.description);
        merge(&mut group.extra, change.extra);
        Ok(self.groups.put(group))
    }

    /// # Errors
    /// When there is no such group.
    pub fn delete_group(&mut self, id: &str) -> Result<(), Fault> {
        let id = self.groups.find(id)?.id;
        self.groups.remove(id);
        self.grants.forget_actor(Actor::Group(id));
        self.touch();
        Ok(())
    }

    /// The groups that a user is in.
    pub fn groups_of(&self, user: Uuid) -> impl Iterator<Item = &Arc<Group>> {
        self.groups
            .iter()
            .filter(move |group| group.members.contains(&user))
    }

    /// Puts a user into a group, or out of it, which ends all of the user's tokens.
    ///
    /// # Errors
    /// When there is no such user or group, or the user to be put out is not in it.
    pub fn set_member(&mut self, group: &str, user: &str, is_member: bool) -> Result<(), Fault> {
        if !is_member {
            self.check_member(group, user)?;
        }
        let mut user = User::clone(self.users.find(user)?);
        let mut group = Group::clone(self.groups.find(group)?);
        if is_member {
            group.members.insert(user.id);
        } else {
            group.members.shift_remove(&user.id);
            user.revocations += 1;
            self.users.put(user);
        }
        self.groups.put(group);
        self.touch();
        Ok(())
    }

    /// # Errors
    /// When there is no such user or group, or the user is not in it.
    pub fn check_member(&self, group: &str, user: &str) -> Result<(), Fault> {
        let (found, member) = (self.groups.find(group)?, self.users.find(user)?);
        if found.members.contains(&member.id) {
            return Ok(());
        }
        Err(Fault::not_found(format!(
            "User '{user}' not found in group '{group}'"
        )))
    }
}
