//! Snapshots of whole machines, as CloudStack keeps them: a tree, with one that is current.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::vocabulary::fact::{FactPath, FactValue, Facts};
use crate::world::World;
use crate::world::accounts::{Project, User};
use crate::world::operations::{Acted, Kind, Operation, Order, Thing};

/// How a snapshot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VmSnapshotState {
    Creating,
    Ready,
    Reverting,
    Expunging,
    Error,
}

impl VmSnapshotState {
    /// CloudStack's word.
    pub fn word(self) -> &'static str {
        match self {
            VmSnapshotState::Creating => "Creating",
            VmSnapshotState::Ready => "Ready",
            VmSnapshotState::Reverting => "Reverting",
            VmSnapshotState::Expunging => "Expunging",
            VmSnapshotState::Error => "Error",
        }
    }
}

/// A snapshot of a machine, with or without its memory.
#[derive(Debug, Clone)]
pub struct VmSnapshot {
    pub id: Uuid,
    pub server: Uuid,
    pub project: Arc<Project>,
    pub user: Arc<User>,
    pub name: Arc<str>,
    pub description: Option<Arc<str>>,
    pub has_memory: bool,
    pub state: VmSnapshotState,
    /// The one that was current when it was taken.
    pub parent: Option<Uuid>,
    /// The machine is as it was then, and what happened to it since.
    pub is_current: bool,
    pub created: DateTime<Utc>,
}

/// A snapshot that is asked for.
#[derive(Debug, Clone)]
pub struct VmSnapshotDraft {
    /// Made from the machine's name and the time where none is given.
    pub name: Option<Arc<str>>,
    pub description: Option<Arc<str>>,
    pub has_memory: bool,
}

impl Acted for VmSnapshot {
    fn name(&self) -> &Arc<str> {
        &self.name
    }

    fn owner(&self) -> Option<&Arc<User>> {
        Some(&self.user)
    }
}

impl Facts for VmSnapshot {
    fn get<'a>(&'a self, _: &FactPath) -> Option<FactValue<'a>> {
        None
    }
}

impl World {
    pub fn vm_snapshot(&self, id: Uuid) -> Option<&VmSnapshot> {
        self.vm_snapshots.get(id)
    }

    /// All of them, oldest first.
    pub fn vm_snapshots(&self) -> impl DoubleEndedIterator<Item = &VmSnapshot> {
        self.vm_snapshots.iter()
    }

    /// Makes a snapshot of a machine and begins to take it; its id and that of the operation. `None` when
    /// there is no such machine.
    pub fn take_vm_snapshot(
        &mut self,
        server: Uuid,
        draft: VmSnapshotDraft,
        user: Arc<User>,
    ) -> Option<(Uuid, Uuid)> {
        let id = self.ids.uuid();
        let now = self.now;
        let machine = self.servers.get(server)?;
        let time = now.format("%Y%m%d%H%M%S");
        let name = draft.name;
        let name = name.unwrap_or_else(|| format!("{}_VS_{time}", machine.spec.name).into());
        let snapshot = VmSnapshot {
            id,
            server,
            project: machine.spec.project.clone(),
            user: user.clone(),
            name,
            description: draft.description,
            has_memory: draft.has_memory,
            state: VmSnapshotState::Creating,
            parent: self.current_vm_snapshot(server),
            is_current: false,
            created: now,
        };
        self.vm_snapshots.insert(id, snapshot);
        let job = self.do_to_vm_snapshot(id, Kind::TakeVmSnapshot, user)?;
        Some((id, job))
    }

    /// Begins to take a machine back to a snapshot; the id of the operation.
    pub fn revert_to_vm_snapshot(&mut self, id: Uuid, user: Arc<User>) -> Option<Uuid> {
        self.put_vm_snapshot(id, VmSnapshotState::Reverting);
        self.do_to_vm_snapshot(id, Kind::RevertToVmSnapshot, user)
    }

    /// Begins to delete a snapshot; the id of the operation.
    pub fn delete_vm_snapshot(&mut self, id: Uuid, user: Arc<User>) -> Option<Uuid> {
        self.put_vm_snapshot(id, VmSnapshotState::Expunging);
        self.do_to_vm_snapshot(id, Kind::DeleteVmSnapshot, user)
    }

    fn do_to_vm_snapshot(&mut self, id: Uuid, kind: Kind, user: Arc<User>) -> Option<Uuid> {
        let server = self.vm_snapshot(id)?.server;
        let order = Order::on_server(server, kind, user);
        self.begin(order.with(Thing::VmSnapshot(id)))
    }

    fn put_vm_snapshot(&mut self, id: Uuid, state: VmSnapshotState) {
        if let Some(snapshot) = self.vm_snapshots.get_mut(id) {
            snapshot.state = state;
        }
    }

    fn current_vm_snapshot(&self, server: Uuid) -> Option<Uuid> {
        let mut own = self.vm_snapshots.iter();
        own.find(|snapshot| snapshot.server == server && snapshot.is_current)
            .map(|snapshot| snapshot.id)
    }

    fn make_current(&mut self, server: Uuid, current: Option<Uuid>) {
        for snapshot in self.vm_snapshots.iter_mut() {
            if snapshot.server == server {
                snapshot.is_current = Some(snapshot.id) == current;
            }
        }
    }

    /// It is there.
    pub(in crate::world) fn vm_snapshot_taken(&mut self, operation: &Operation) {
        self.vm_snapshot_ready(operation);
        if let (Some(server), Some(Thing::VmSnapshot(id))) = (operation.server(), operation.with) {
            self.make_current(server, Some(id));
        }
    }

    pub(in crate::world) fn vm_snapshot_failed(&mut self, operation: &Operation) {
        if let Some(Thing::VmSnapshot(id)) = operation.with {
            self.put_vm_snapshot(id, VmSnapshotState::Error);
        }
    }

    /// The machine is as it was when the snapshot was taken.
    pub(in crate::world) fn vm_snapshot_reverted(&mut self, operation: &Operation) {
        self.vm_snapshot_taken(operation);
    }

    /// It is as it was before something was done with it.
    pub(in crate::world) fn vm_snapshot_ready(&mut self, operation: &Operation) {
        if let Some(Thing::VmSnapshot(id)) = operation.with {
            self.put_vm_snapshot(id, VmSnapshotState::Ready);
        }
    }

    /// It is no more; those taken after it follow the one before it.
    pub(in crate::world) fn vm_snapshot_deleted(&mut self, operation: &Operation) {
        let gone = operation.with.and_then(Thing::vm_snapshot);
        let Some(gone) = gone.and_then(|id| self.vm_snapshots.remove(id)) else {
            return;
        };
        for snapshot in self.vm_snapshots.iter_mut() {
            if snapshot.parent == Some(gone.id) {
                snapshot.parent = gone.parent;
            }
        }
        if gone.is_current {
            self.make_current(gone.server, gone.parent);
        }
    }

    /// A machine is gone, and its snapshots with it.
    pub(in crate::world) fn drop_vm_snapshots(&mut self, server: Uuid) {
        let own = self.vm_snapshots.iter();
        let own = own.filter(|snapshot| snapshot.server == server);
        let ids: Vec<Uuid> = own.map(|snapshot| snapshot.id).collect();
        for id in ids {
            self.vm_snapshots.remove(id);
        }
    }
}
