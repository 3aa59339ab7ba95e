//! How much a project has, and how much it may have.

use uuid::Uuid;

use super::Storage;
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
