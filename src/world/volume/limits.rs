//! How much a project has, and how much it may have.

use uuid::Uuid;

use super::Storage;
use crate::world::World;
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

/// What a project has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    pub volumes: u64,
    pub snapshots: u64,
    pub gigabytes: u64,
    pub backups: u64,
    pub backup_gigabytes: u64,
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
            Some(Resource::Volumes) => self.limits.volumes,
            Some(Resource::Snapshots) => self.limits.snapshots,
            Some(Resource::Gigabytes) => self.limits.gigabytes,
            Some(Resource::Backups) => self.limits.backups,
            Some(Resource::BackupGigabytes) => self.limits.backup_gigabytes,
            Some(Resource::PerVolumeGigabytes) => self.limits.volume_gigabytes,
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
    /// Counts what a project has.
    pub fn usage(&self, project: Uuid) -> Usage {
        let volumes = self.volumes.iter().filter(|v| v.project.id == project);
        let snapshots = self.snapshots.iter().filter(|s| s.project.id == project);
        let backups = self.backups.iter().filter(|b| b.project.id == project);
        let mut usage = Usage::default();
        for volume in volumes {
            usage.volumes += 1;
            usage.gigabytes += volume.size.max(volume.wanted_size);
        }
        for snapshot in snapshots {
            usage.snapshots += 1;
            usage.gigabytes += snapshot.size;
        }
        for backup in backups {
            usage.backups += 1;
            usage.backup_gigabytes += backup.size;
        }
        usage
    }
}
