//! Backups of volumes.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Pairs, Status};
use crate::vocabulary::fact::{FactPath, FactValue, Facts};
use crate::world::World;
use crate::world::accounts::{Project, User};
use crate::world::operations::{Acted, Kind, Operation, Order, Thing};
use crate::world::server::Manager;

#[derive(Debug, Clone)]
pub struct Backup {
    pub id: Uuid,
    pub name: Arc<str>,
    pub description: Option<Arc<str>>,
    pub volume: Uuid,
    pub snapshot: Option<Uuid>,
    pub container: Option<Arc<str>>,
    pub zone: Arc<str>,
    /// In GiB.
    pub size: u64,
    pub is_incremental: bool,
    pub metadata: Pairs,
    pub project: Arc<Project>,
    pub user: Arc<User>,
    pub status: Status,
    pub fail_reason: Option<Arc<str>>,
    pub created: DateTime<Utc>,
    pub updated: Option<DateTime<Utc>>,
}

impl Acted for Backup {
    fn name(&self) -> &Arc<str> {
        &self.name
    }

    fn owner(&self) -> Option<&Arc<User>> {
        Some(&self.user)
    }

    fn manager(&self) -> Manager {
        Manager::Nova
    }
}

/// Conditions ask of the volume that is backed up.
impl Facts for Backup {
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
        match path {
            FactPath::Tenant => Some(FactValue::text(&self.project.name)),
            FactPath::User => Some(FactValue::text(&self.user.name)),
            _ => None,
        }
    }
}

impl World {
    pub fn backup(&self, id: Uuid) -> Option<&Backup> {
        self.storage.backups.get(id)
    }

    /// A backup to be changed, which counts as updated.
    pub fn backup_mut(&mut self, id: Uuid) -> Option<&mut Backup> {
        let now = self.now;
        let backup = self.storage.backups.get_mut(id)?;
        backup.updated = Some(now);
        Some(backup)
    }

    /// Makes a backup and begins to take it.
    pub fn create_backup(&mut self, backup: Backup) {
        let (id, volume, user) = (backup.id, backup.volume, backup.user.clone());
        self.storage.backups.insert(id, backup);
        self.set_passing(volume, Status::BackingUp);
        self.do_to_backup(id, volume, Kind::BackUpVolume, user);
    }

    /// Begins to fill a volume from a backup.
    pub fn restore_backup(&mut self, id: Uuid, volume: Uuid, user: Arc<User>) {
        if let Some(backup) = self.backup_mut(id) {
            backup.status = Status::Restoring;
        }
        self.set_passing(volume, Status::RestoringBackup);
        self.do_to_backup(id, volume, Kind::RestoreBackup, user);
    }

    /// Begins to delete a backup.
    pub fn delete_backup(&mut self, id: Uuid, user: Arc<User>) {
        let Some(backup) = self.backup_mut(id) else {
            return;
        };
        backup.status = Status::Deleting;
        let volume = backup.volume;
        self.do_to_backup(id, volume, Kind::DeleteBackup, user);
    }

    fn do_to_backup(&mut self, id: Uuid, volume: Uuid, kind: Kind, user: Arc<User>) {
        let host = self.host_of_volume(volume).or_else(|| {
            let zone = self.backup(id).map(|backup| backup.zone.clone());
            self.place_volume(&zone.unwrap_or_default())
        });
        let order = Order::new(Thing::Backup(id), kind, user);
        self.begin(order.with(Thing::Volume(volume)).at(host));
    }
}

/// What operations bring about.
impl World {
    fn settle_backup(&mut self, operation: &Operation, status: Status) {
        if let Some(backup) = operation.on.backup().and_then(|id| self.backup_mut(id)) {
            backup.status = status;
        }
    }

    /// It is there; so is the volume, as before.
    pub(in crate::world) fn backup_ready(&mut self, operation: &Operation) {
        self.settle_backup(operation, Status::Available);
        self.volume_as_before(operation);
    }

    pub(in crate::world) fn backup_not_made(&mut self, operation: &Operation) {
        self.settle_backup(operation, Status::Error);
        if let Some(backup) = operation.on.backup().and_then(|id| self.backup_mut(id)) {
            backup.fail_reason = Some("The host refused".into());
        }
        self.volume_as_before(operation);
    }

    pub(in crate::world) fn backup_restored(&mut self, operation: &Operation) {
        self.settle_backup(operation, Status::Available);
        if let Some(volume) = operation.volume().and_then(|id| self.volume_mut(id)) {
            volume.status = volume.resting_status();
            volume.previous = volume.status;
        }
    }

    pub(in crate::world) fn backup_not_restored(&mut self, operation: &Operation) {
        self.settle_backup(operation, Status::Available);
        if let Some(volume) = operation.volume().and_then(|id| self.volume_mut(id)) {
            volume.status = Status::ErrorRestoring;
        }
    }

    pub(in crate::world) fn backup_not_deleted(&mut self, operation: &Operation) {
        self.settle_backup(operation, Status::ErrorDeleting);
    }

    pub(in crate::world) fn backup_deleted(&mut self, operation: &Operation) {
        if let Some(id) = operation.on.backup() {
            self.storage.backups.remove(id);
        }
    }
}
