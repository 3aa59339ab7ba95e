//! What only CloudStack takes and shows of a machine.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Server, Specification};
use crate::world::World;
use crate::world::accounts::Project;

/// What only CloudStack takes and shows, kept where it was given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MachineDetails {
    /// In GiB: of its own disk, where it is not what the offering says.
    pub root_size: Option<u64>,
    /// The disk offering of its own disk, where that is not of the service offering.
    pub root_offering: Option<Uuid>,
    /// The disk that it has can be recovered when the machine is made anew.
    pub keeps_old_root: bool,
    /// The instance group that it is in.
    pub group: Option<Uuid>,
    pub affinity_groups: Vec<Uuid>,
    /// The ISO in its CD drive.
    pub iso: Option<Uuid>,
    /// Left out of the lists of users.
    pub is_hidden: bool,
    /// Not to be destroyed.
    pub is_protected: bool,
    pub is_dynamically_scalable: bool,
    /// Some of it may be gone already: it cannot be recovered.
    pub is_expunging: bool,
    /// Its password, where its template has one made for it.
    pub password: Option<Arc<str>>,
    /// The OS type, where it is not its template's.
    pub os_type: Option<Uuid>,
    pub keys: Vec<Arc<str>>,
    pub user_data: Option<Uuid>,
}

impl Specification {
    /// What only CloudStack takes, to be changed.
    pub fn machine_mut(&mut self) -> &mut MachineDetails {
        self.machine.get_or_insert_default()
    }
}

impl Server {
    /// What only CloudStack knows of it.
    pub fn machine(&self) -> Option<&MachineDetails> {
        self.spec.machine.as_deref()
    }
}

/// A name that some machines of an account are grouped under.
#[derive(Debug, Clone)]
pub struct InstanceGroup {
    pub id: Uuid,
    pub name: Arc<str>,
    pub project: Arc<Project>,
    pub created: DateTime<Utc>,
}

impl World {
    /// The account's group of that name, which is made if there is none.
    pub fn instance_group_named(&mut self, project: &Arc<Project>, name: &str) -> Uuid {
        let is_it = |group: &&InstanceGroup| group.project.id == project.id && *group.name == *name;
        let known = self.instance_groups.iter().find(is_it);
        if let Some(known) = known.map(|group| group.id) {
            return known;
        }
        let group = InstanceGroup {
            id: self.ids.uuid(),
            name: name.into(),
            project: project.clone(),
            created: self.now,
        };
        let id = group.id;
        self.instance_groups.insert(id, group);
        id
    }

    /// Takes a group away; its machines are in none then.
    pub fn remove_instance_group(&mut self, id: Uuid) {
        self.instance_groups.remove(id);
        let members: Vec<Uuid> = self
            .servers()
            .filter(|server| server.machine().is_some_and(|it| it.group == Some(id)))
            .map(|server| server.id)
            .collect();
        for member in members {
            if let Some(server) = self.server_mut(member) {
                server.spec.machine_mut().group = None;
            }
        }
    }
}
