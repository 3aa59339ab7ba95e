//! The disk that a machine of CloudStack's begins with.

use uuid::Uuid;

use super::{
    DiskDemand, DiskDetails, Origin, ROOT_DEVICE, Snapshot, Stage, Status, Volume, VolumeDraft,
};
use crate::world::World;
use crate::world::operations::{Kind, Operation};
use crate::world::server::{Manager, Server, Specification};
use crate::world::topology::HostKey;

/// What a new machine's own disk comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RootSource {
    /// Its template; there is nothing on it where that is an ISO.
    #[default]
    Template,
    /// A volume, which becomes the machine's own disk.
    Volume(Uuid),
    Snapshot(Uuid),
}

impl Specification {
    fn asked_root_size(&self) -> Option<u64> {
        self.machine.as_ref().and_then(|machine| machine.root_size)
    }

    /// In GiB: how large the disk is that a machine of CloudStack's begins with.
    fn root_size(&self) -> u64 {
        let least = self.image.as_ref().map_or(0, |image| image.min_disk);
        let asked = self.asked_root_size();
        asked.unwrap_or(self.flavor.disk).max(least).max(1)
    }

    /// What room that disk needs.
    pub(super) fn root_demand(&self) -> DiskDemand<'_> {
        DiskDemand {
            size: self.root_size(),
            tags: self.flavor.storage_tags(),
        }
    }
}

impl World {
    /// The disk that a machine of CloudStack's began with.
    pub fn root_disk(&self, server: Uuid) -> Option<&Volume> {
        let mut volumes = self.storage.volumes_of(server).map(|(volume, _)| volume);
        volumes.find(|volume| volume.is_root())
    }

    /// Whether the disk that a machine began with is in some storage.
    pub(in crate::world) fn has_root_disk(&self, server: &Server) -> bool {
        let root = || self.root_disk(server.id);
        server.disk.is_some() || root().is_some_and(|root| root.stage() == Stage::Made)
    }

    /// Gives a new machine of CloudStack's the disk that it begins with.
    pub(in crate::world) fn give_root_disk(&mut self, server: Uuid, source: RootSource) {
        let Some(owner) = self.server(server) else {
            return;
        };
        if owner.spec.manager != Manager::CloudStack {
            return;
        }
        match source {
            RootSource::Template => {
                let draft = self.root_draft(owner, None);
                let root = self.add_disk(draft);
                self.hand_disk(server, root, ROOT_DEVICE);
            }
            RootSource::Snapshot(id) => {
                let draft = self.root_draft(owner, self.snapshot(id));
                let root = self.add_disk(draft);
                self.promise_disk(server, root, ROOT_DEVICE);
            }
            RootSource::Volume(id) => {
                if let Some(volume) = self.volume_mut(id) {
                    volume.is_bootable = true;
                    volume.disk_mut().is_root = true;
                }
                self.hand_disk(server, id, ROOT_DEVICE);
            }
        }
    }

    fn root_draft(&self, server: &Server, snapshot: Option<&Snapshot>) -> VolumeDraft {
        let spec = &server.spec;
        let image = spec.image.as_deref();
        let size = match snapshot {
            Some(snapshot) => spec.asked_root_size().max(Some(snapshot.size)).unwrap_or(1),
            None => spec.root_size(),
        };
        let name = format!("ROOT-{}", server.number);
        let owner = (spec.project.clone(), spec.user.clone());
        VolumeDraft {
            is_bootable: true,
            origin: match (snapshot, image) {
                (Some(snapshot), _) => Origin::Snapshot(snapshot.id),
                (None, Some(image)) => Origin::Image(image.id),
                (None, None) => Origin::Nothing,
            },
            disk: Some(Box::new(DiskDetails {
                is_root: true,
                template: image.map(|image| image.id),
                ..DiskDetails::default()
            })),
            ..self.disk_draft(name.into(), owner, size)
        }
    }

    /// Begins to copy a snapshot into the disk of a new machine, where the machine will be. The machine is not
    /// started before that is done.
    pub(in crate::world) fn fill_root_disk(&mut self, server: Uuid, host: Option<HostKey>) {
        let is_empty = |root: &&Volume| {
            matches!(root.origin, Origin::Snapshot(_)) && root.stage() == Stage::Allocated
        };
        let Some(root) = self.root_disk(server).filter(is_empty) else {
            return;
        };
        let (id, user) = (root.id, root.user.clone());
        if let Some(root) = self.volume_mut(id) {
            root.host = host;
        }
        self.change_volume(id, Status::Creating, Kind::FillDisk, user);
    }

    /// What still fills the disks of a machine.
    pub(in crate::world) fn fillings_for(&self, server: Uuid) -> Vec<Uuid> {
        let volumes = self.storage.volumes_of(server).map(|(volume, _)| volume);
        let empty: Vec<Uuid> = volumes
            .filter(|volume| volume.disk.is_some() && volume.status == Status::Creating)
            .map(|volume| volume.id)
            .collect();
        if empty.is_empty() {
            return empty;
        }
        let operations = self.operations.iter();
        let is_for =
            |operation: &&Operation| operation.volume().is_some_and(|id| empty.contains(&id));
        operations
            .filter(is_for)
            .map(|operation| operation.id)
            .collect()
    }
}

/// What operations bring about.
impl World {
    /// The disk that a machine begins with is in storage.
    pub(in crate::world) fn root_disk_arrives(&mut self, operation: &Operation) {
        let root = operation.server().and_then(|id| self.root_disk(id));
        if let Some(root) = root.map(|root| root.id) {
            self.settle_in_pool(root, operation.host);
        }
    }

    /// A machine that was made anew has another disk than before.
    pub(in crate::world) fn renew_root_disk(&mut self, operation: &Operation) {
        let root = operation.server().and_then(|id| self.root_disk(id));
        if let (Some(server), Some(root)) = (operation.server(), root.map(|root| root.id)) {
            self.drop_volume(root);
            self.give_root_disk(server, RootSource::Template);
            self.disks_made(operation);
        }
    }
}
