//! Groups of volumes, which are copied together: their types, and the snapshots of whole groups.
//!
//! A group does nothing of its own on a host: what is done to its volumes is.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Pairs, Status};
use crate::world::World;
use crate::world::accounts::{Project, User};

#[derive(Debug, Clone)]
pub struct GroupType {
    pub id: Uuid,
    pub name: Arc<str>,
    pub description: Option<Arc<str>>,
    pub is_public: bool,
    pub specs: Pairs,
}

#[derive(Debug, Clone)]
pub struct Group {
    pub id: Uuid,
    pub name: Arc<str>,
    pub description: Option<Arc<str>>,
    pub project: Arc<Project>,
    pub user: Arc<User>,
    pub status: Status,
    pub zone: Arc<str>,
    pub kind: Uuid,
    /// The types that its volumes may have.
    pub volume_types: Vec<Uuid>,
    pub volumes: Vec<Uuid>,
    pub origin: GroupOrigin,
    pub created: DateTime<Utc>,
}

/// What the first volumes of a group were filled from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupOrigin {
    /// It had none.
    Nothing,
    Group(Uuid),
    Snapshot(Uuid),
}

/// Snapshots of all volumes of a group, taken at once.
#[derive(Debug, Clone)]
pub struct GroupSnapshot {
    pub id: Uuid,
    pub name: Arc<str>,
    pub description: Option<Arc<str>>,
    pub project: Arc<Project>,
    pub user: Arc<User>,
    pub status: Status,
    pub group: Uuid,
    pub kind: Uuid,
    pub snapshots: Vec<Uuid>,
    pub created: DateTime<Utc>,
}

impl World {
    /// The group that a volume is in.
    pub fn group_of_volume(&self, volume: Uuid) -> Option<Uuid> {
        let mut groups = self.storage.groups.iter();
        let group = groups.find(|group| group.volumes.contains(&volume))?;
        Some(group.id)
    }

    /// A volume is gone, and in no group any longer.
    pub(super) fn leave_groups(&mut self, volume: Uuid) {
        for group in self.storage.groups.iter_mut() {
            group.volumes.retain(|held| *held != volume);
        }
    }

    /// The snapshot of a group that a snapshot is part of.
    pub fn group_snapshot_of(&self, snapshot: Uuid) -> Option<Uuid> {
        let mut taken = self.storage.group_snapshots.iter();
        let whole = taken.find(|taken| taken.snapshots.contains(&snapshot))?;
        Some(whole.id)
    }

    /// How a group is: one that was made from another as long as its volumes are being made.
    pub fn status_of_group(&self, group: &Group) -> Status {
        let volumes = group.volumes.iter().filter_map(|id| self.volume(*id));
        match group.origin {
            GroupOrigin::Nothing => group.status,
            GroupOrigin::Group(_) | GroupOrigin::Snapshot(_) => {
                joint(group.status, volumes.map(|volume| volume.status))
            }
        }
    }

    /// How a snapshot of a group is, by those of its volumes.
    pub fn status_of_group_snapshot(&self, taken: &GroupSnapshot) -> Status {
        let parts = taken.snapshots.iter().filter_map(|id| self.snapshot(*id));
        joint(taken.status, parts.map(|part| part.status))
    }

    /// Removes a group, and begins to delete its volumes.
    pub fn delete_group(&mut self, id: Uuid, user: &Arc<User>) {
        let volumes = self.storage.groups.remove(id).map(|group| group.volumes);
        for volume in volumes.into_iter().flatten() {
            self.delete_volume_whole(volume, user.clone());
        }
    }

    /// Removes a snapshot of a group, and begins to delete those of its volumes.
    pub fn delete_group_snapshot(&mut self, id: Uuid, user: &Arc<User>) {
        let taken = self.storage.group_snapshots.remove(id);
        for part in taken.into_iter().flat_map(|taken| taken.snapshots) {
            self.delete_snapshot(part, user.clone());
        }
    }
}

/// What is known of a whole, unless one of its parts is not done or broke.
fn joint(own: Status, parts: impl Iterator<Item = Status>) -> Status {
    if own != Status::Available {
        return own;
    }
    parts.fold(own, |joint, part| match (joint, part) {
        (Status::Error, _) | (_, Status::Error) => Status::Error,
        (_, Status::Creating) => Status::Creating,
        (joint, _) => joint,
    })
}
