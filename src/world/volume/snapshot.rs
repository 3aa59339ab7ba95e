//! Snapshots of volumes.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::snapshot_policy::{Interval, usual_name};
use super::{Pairs, Status, Volume, item};
use crate::vocabulary::fact::{FactPath, FactValue, Facts, Subject};
use crate::world::World;
use crate::world::accounts::{Project, User};
use crate::world::operations::{Acted, Kind, Operation, Order, Thing};
use crate::world::server::Manager;

#[derive(Debug, Clone)]
pub struct Snapshot {
    pub id: Uuid,
    pub name: Arc<str>,
    pub description: Option<Arc<str>>,
    pub volume: Uuid,
    /// In GiB: that of the volume as it was.
    pub size: u64,
    pub project: Arc<Project>,
    pub user: Arc<User>,
    pub status: Status,
    /// In per cent, as text that a client may have set.
    pub progress: Arc<str>,
    pub metadata: Pairs,
    /// The dialect that it was made through.
    pub manager: Manager,
    /// What only CloudStack knows of it; `None` for one that was made through OpenStack.
    pub details: Option<Box<SnapshotDetails>>,
    pub created: DateTime<Utc>,
    pub updated: Option<DateTime<Utc>>,
}

/// What only CloudStack knows of a snapshot: of its volume too, which it outlives.
#[derive(Debug, Clone)]
pub struct SnapshotDetails {
    /// The interval of the policy that took it; `None` for one that somebody asked for.
    pub interval: Option<Interval>,
    /// The names of the zones that it is in, the volume's first.
    pub zones: Vec<Arc<str>>,
    /// A machine began with the volume.
    pub is_of_root: bool,
    /// The template that the volume was made from.
    pub template: Option<Uuid>,
}

impl Snapshot {
    /// The interval of the policy that took it.
    pub fn interval(&self) -> Option<Interval> {
        self.details.as_ref()?.interval
    }
}

impl Acted for Snapshot {
    fn name(&self) -> &Arc<str> {
        &self.name
    }

    fn owner(&self) -> Option<&Arc<User>> {
        Some(&self.user)
    }

    fn manager(&self) -> Manager {
        self.manager
    }
}

impl Facts for Snapshot {
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
        match path {
            FactPath::Of(Subject::Snapshot, keys) => match keys.as_slice() {
                [field] => match &**field {
                    "name" => Some(FactValue::text(&self.name)),
                    "id" => Some(FactValue::Text(self.id.to_string().into())),
                    "status" => Some(FactValue::text(self.status.word())),
                    _ => None,
                },
                [field, key] if **field == *"metadata" => item(&self.metadata, key),
                _ => None,
            },
            FactPath::Tenant => Some(FactValue::text(&self.project.name)),
            FactPath::User => Some(FactValue::text(&self.user.name)),
            _ => None,
        }
    }
}

impl World {
    pub fn snapshot(&self, id: Uuid) -> Option<&Snapshot> {
        self.storage.snapshots.get(id)
    }

    /// A snapshot to be changed, which counts as updated.
    pub fn snapshot_mut(&mut self, id: Uuid) -> Option<&mut Snapshot> {
        let now = self.now;
        let snapshot = self.storage.snapshots.get_mut(id)?;
        snapshot.updated = Some(now);
        Some(snapshot)
    }

    /// A snapshot of a volume of CloudStack's, before it is taken.
    pub fn snapshot_draft(&self, volume: &Volume, name: Option<&str>, user: Arc<User>) -> Snapshot {
        let held = volume.attachments.iter();
        let mut machines = held.filter_map(|held| self.server(held.server?));
        let machine = machines.next().map(|machine| &*machine.spec.name);
        let usual = || usual_name(machine, &volume.name, self.now);
        let disk = volume.disk.as_deref();
        Snapshot {
            id: Uuid::nil(),
            name: name.map_or_else(usual, Into::into),
            description: None,
            volume: volume.id,
            size: volume.size,
            project: volume.project.clone(),
            user,
            status: Status::Creating,
            progress: "0%".into(),
            metadata: Vec::new(),
            manager: Manager::CloudStack,
            details: Some(Box::new(SnapshotDetails {
                interval: None,
                zones: vec![volume.zone.clone()],
                is_of_root: volume.is_root(),
                template: disk.and_then(|disk| disk.template),
            })),
            created: self.now,
            updated: None,
        }
    }

    /// Begins to take a snapshot of a volume of CloudStack's, and to copy it to further zones; returns its id
    /// and the operation.
    pub fn take_snapshot(
        &mut self,
        draft: Snapshot,
        interval: Option<Interval>,
        zones: Vec<Uuid>,
    ) -> (Uuid, Option<Uuid>) {
        let id = self.ids.uuid();
        let mut snapshot = Snapshot { id, ..draft };
        if let Some(details) = &mut snapshot.details {
            details.interval = interval;
            let zones = zones.iter().filter_map(|zone| self.topology.zone(*zone));
            let others: Vec<Arc<str>> = zones
                .map(|zone| zone.name.clone())
                .filter(|zone| !details.zones.contains(zone))
                .collect();
            details.zones.extend(others);
        }
        (id, self.create_snapshot(snapshot))
    }

    /// Makes a snapshot and begins to take it; returns the operation.
    pub fn create_snapshot(&mut self, snapshot: Snapshot) -> Option<Uuid> {
        let (id, user) = (snapshot.id, snapshot.user.clone());
        self.add_snapshot(snapshot);
        self.do_to_snapshot(id, Kind::CreateSnapshot, user)
    }

    fn add_snapshot(&mut self, snapshot: Snapshot) {
        let id = snapshot.id;
        if let Some(volume) = self.storage.volumes.get_mut(snapshot.volume) {
            volume.snapshots.push(id);
        }
        self.storage.snapshots.insert(id, snapshot);
    }

    /// Makes a snapshot of what one of a whole machine has of a volume, and begins to back it up; returns its id
    /// and the operation.
    pub fn back_up_snapshot(&mut self, draft: Snapshot) -> (Uuid, Option<Uuid>) {
        let id = self.ids.uuid();
        let user = draft.user.clone();
        self.add_snapshot(Snapshot { id, ..draft });
        (id, self.do_to_snapshot(id, Kind::BackUpSnapshot, user))
    }

    /// Begins to delete a snapshot; returns the operation.
    pub fn delete_snapshot(&mut self, id: Uuid, user: Arc<User>) -> Option<Uuid> {
        if let Some(snapshot) = self.snapshot_mut(id) {
            snapshot.status = Status::Deleting;
        }
        self.do_to_snapshot(id, Kind::DeleteSnapshot, user)
    }

    fn do_to_snapshot(&mut self, id: Uuid, kind: Kind, user: Arc<User>) -> Option<Uuid> {
        let volume = self.snapshot(id)?.volume;
        let host = self.host_of_volume(volume);
        let order = Order::new(Thing::Snapshot(id), kind, user).with(Thing::Volume(volume));
        self.begin(order.at(host))
    }
}

/// What operations bring about.
impl World {
    fn settle_snapshot(&mut self, operation: &Operation, status: Status) {
        if let Some(snapshot) = operation.on.snapshot().and_then(|id| self.snapshot_mut(id)) {
            snapshot.status = status;
            snapshot.progress = "100%".into();
        }
    }

    pub(in crate::world) fn snapshot_made(&mut self, operation: &Operation) {
        self.settle_snapshot(operation, Status::Available);
        self.thin_out(operation);
    }

    pub(in crate::world) fn snapshot_not_made(&mut self, operation: &Operation) {
        self.settle_snapshot(operation, Status::Error);
    }

    pub(in crate::world) fn snapshot_not_deleted(&mut self, operation: &Operation) {
        self.settle_snapshot(operation, Status::ErrorDeleting);
    }

    pub(in crate::world) fn snapshot_deleted(&mut self, operation: &Operation) {
        let Some(id) = operation.on.snapshot() else {
            return;
        };
        self.note_end_of_snapshot(id);
        let Some(removed) = self.storage.snapshots.remove(id) else {
            return;
        };
        let Some(volume) = self.storage.volumes.get_mut(removed.volume) else {
            return;
        };
        volume.snapshots.retain(|known| *known != removed.id);
        // A volume that is deleted with its snapshots goes after the last of them.
        if volume.snapshots.is_empty() && volume.status == Status::Deleting {
            let (id, user) = (volume.id, volume.user.clone());
            let host = self.host_of_volume(id);
            let order = Order::new(Thing::Volume(id), Kind::DeleteVolume, user);
            self.begin(order.at(host));
        }
    }

    /// Begins to delete a volume, its snapshots first.
    pub fn delete_volume_whole(&mut self, id: Uuid, user: Arc<User>) {
        let snapshots = self.volume(id).map(|volume| volume.snapshots.clone());
        match snapshots {
            Some(snapshots) if !snapshots.is_empty() => {
                self.set_passing(id, Status::Deleting);
                for snapshot in snapshots {
                    self.delete_snapshot(snapshot, user.clone());
                }
            }
            Some(_) | None => drop(self.delete_volume(id, user)),
        }
    }
}
