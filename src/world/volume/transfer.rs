//! Volumes on their way from one project to another.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Status;
use crate::world::World;
use crate::world::accounts::{Project, User};

/// An offer of a volume to whoever has the key.
#[derive(Debug, Clone)]
pub struct Transfer {
    pub id: Uuid,
    pub name: Option<Arc<str>>,
    pub volume: Uuid,
    pub key: Arc<str>,
    pub source: Arc<Project>,
    pub takes_snapshots: bool,
    pub created: DateTime<Utc>,
}

impl World {
    /// Offers a volume, which is kept for the transfer.
    pub fn offer_volume(&mut self, transfer: Transfer) {
        self.set_passing(transfer.volume, Status::AwaitingTransfer);
        self.storage.transfers.insert(transfer.id, transfer);
    }

    /// Takes an offer back.
    pub fn withdraw_transfer(&mut self, id: Uuid) {
        let transfer = self.storage.transfers.remove(id);
        if let Some(volume) = transfer.and_then(|transfer| self.volume_mut(transfer.volume)) {
            volume.status = volume.resting_status();
        }
    }

    /// Gives an offered volume, and its snapshots, to a project.
    pub fn accept_transfer(&mut self, id: Uuid, project: &Arc<Project>, user: &Arc<User>) {
        let Some(transfer) = self.storage.transfers.remove(id) else {
            return;
        };
        let Some(volume) = self.volume_mut(transfer.volume) else {
            return;
        };
        volume.project = project.clone();
        volume.user = user.clone();
        volume.status = volume.resting_status();
        for snapshot in volume.snapshots.clone() {
            if let Some(snapshot) = self.snapshot_mut(snapshot) {
                snapshot.project = project.clone();
                snapshot.user = user.clone();
            }
        }
    }
}
