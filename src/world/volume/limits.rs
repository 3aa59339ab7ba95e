//! How much a project has, and how much it may have.

use uuid::Uuid;

use super::{Backup, Snapshot, Storage, Volume};
use crate::world::World;
use crate::world::limits::holdings::{Held, Owner, share};
use crate::world::words::words;

words! {
    /// What is counted.
    Resource {
        Volumes = "volumes",
        Snapshots = "snapshots",
        /// In GiB, of volumes and snapshots together.
        Gigabytes = "gigabytes",
        Backups = "backups",
        /// In GiB.
        BackupGigabytes = "backup_gigabytes",
        Groups = "groups",
        /// In GiB: the most for one volume.
        PerVolumeGigabytes = "per_volume_gigabytes",
    }
}

share! {
    /// What somebody has, or what one thing takes of it.
    Usage {
        volumes: u64,
        snapshots: u64,
        gigabytes: u64,
        backups: u64,
        backup_gigabytes: u64,
    }
}

impl Usage {
    pub fn of(self, resource: Resource) -> u64 {
        match resource {
            Resource::Volumes => self.volumes,
            Resource::Snapshots => self.snapshots,
            Resource::Gigabytes => self.gigabytes,
            Resource::Backups => self.backups,
            Resource::BackupGigabytes => self.backup_gigabytes,
            Resource::Groups | Resource::PerVolumeGigabytes => 0,
        }
    }
}

impl World {
    /// What a project may have of something: what was set for it, for all, or by the configuration. -1 is no
    /// limit.
    pub fn storage_limit(&self, project: &str, resource: &str) -> i64 {
        let set = |whose: &str| {
            let quotas = self.storage.quotas.get(whose)?;
            quotas.get(resource).copied()
        };
        let configured = || match Resource::of_word(resource) {
            Some(Resource::Volumes) => self.limits.storage.volumes,
            Some(Resource::Snapshots) => self.limits.storage.snapshots,
            Some(Resource::Gigabytes) => self.limits.storage.gigabytes,
            Some(Resource::Backups) => self.limits.storage.backups,
            Some(Resource::BackupGigabytes) => self.limits.storage.backup_gigabytes,
            Some(Resource::PerVolumeGigabytes) => self.limits.storage.volume_gigabytes,
            Some(Resource::Groups) | None => -1,
        };
        set(project)
            .or_else(|| set(DEFAULT_CLASS))
            .unwrap_or_else(configured)
    }
}

/// The class of quotas that projects have which have none of their own.
pub const DEFAULT_CLASS: &str = "class:default";

impl Storage {
    /// What a project has.
    pub fn usage(&self, project: Uuid) -> Usage {
        let owner = Owner::project(project);
        let mut usage = self.volumes.held_by(owner);
        usage += self.snapshots.held_by(owner);
        usage += self.backups.held_by(owner);
        usage
    }
}

impl Held for Volume {
    type Share = Usage;

    fn owned_by(&self) -> Owner {
        Owner::project(self.project.id)
    }

    fn share(&self) -> Usage {
        if self.is_root() {
            return Usage::default();
        }
        Usage {
            volumes: 1,
            gigabytes: self.size.max(self.wanted_size),
            ..Usage::default()
        }
    }
}

impl Held for Snapshot {
    type Share = Usage;

    fn owned_by(&self) -> Owner {
        Owner::project(self.project.id)
    }

    fn share(&self) -> Usage {
        Usage {
            snapshots: 1,
            gigabytes: self.size,
            ..Usage::default()
        }
    }
}

impl Held for Backup {
    type Share = Usage;

    fn owned_by(&self) -> Owner {
        Owner::project(self.project.id)
    }

    fn share(&self) -> Usage {
        Usage {
            backups: 1,
            backup_gigabytes: self.size,
            ..Usage::default()
        }
    }
}
