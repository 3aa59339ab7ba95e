//! How a volume comes into the world, changes, and leaves it.

use std::sync::Arc;

use uuid::Uuid;

use super::{DiskDetails, Origin, Pairs, Status, Volume, VolumeType, item};
use crate::vocabulary::fact::{FactPath, FactValue, Facts, Subject};
use crate::vocabulary::place::{Level, Scope, Selector};
use crate::world::World;
use crate::world::accounts::{Project, User};
use crate::world::operations::{Kind, Operation, Order, Thing};
use crate::world::topology::HostKey;

/// A volume that is asked for.
#[derive(Debug, Clone)]
pub struct VolumeDraft {
    pub name: Arc<str>,
    pub description: Option<Arc<str>>,
    pub project: Arc<Project>,
    pub user: Arc<User>,
    /// In GiB.
    pub size: u64,
    pub kind: Arc<VolumeType>,
    pub zone: Arc<str>,
    pub origin: Origin,
    pub is_bootable: bool,
    pub metadata: Pairs,
    pub image_metadata: Pairs,
    /// What only CloudStack knows of it.
    pub disk: Option<Box<DiskDetails>>,
}

impl Facts for VolumeDraft {
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
        let FactPath::Of(Subject::Volume, keys) = path else {
            return None;
        };
        match keys.as_slice() {
            [field] => match &**field {
                "name" => Some(FactValue::text(&self.name)),
                "size" => Some(FactValue::Number(self.size as f64)),
                "type" => Some(FactValue::text(&self.kind.name)),
                _ => None,
            },
            [field, key] if **field == *"metadata" => item(&self.metadata, key),
            _ => None,
        }
    }
}

impl World {
    /// The host that will see to a volume in a zone.
    pub fn place_volume(&self, zone: &str) -> Option<HostKey> {
        let scope = Scope::everywhere().with(Level::Zone, Selector::Name(zone.into()));
        self.place_storage(&scope, None)
    }

    pub fn volume(&self, id: Uuid) -> Option<&Volume> {
        self.storage.volumes.get(id)
    }

    /// A volume to be changed, which counts as updated.
    pub fn volume_mut(&mut self, id: Uuid) -> Option<&mut Volume> {
        let now = self.now;
        let volume = self.storage.volumes.get_mut(id)?;
        volume.updated = Some(now);
        Some(volume)
    }

    /// Makes a volume and begins to create it.
    pub fn create_volume(&mut self, draft: VolumeDraft) -> Uuid {
        let id = self.ids.uuid();
        let user = draft.user.clone();
        let volume = self.new_volume(id, draft);
        self.storage.volumes.insert(id, volume);
        self.do_to_volume(id, Kind::CreateVolume, user);
        id
    }

    pub(in crate::world) fn new_volume(&self, id: Uuid, draft: VolumeDraft) -> Volume {
        let host = self.place_volume(&draft.zone);
        Volume {
            id,
            name: draft.name,
            description: draft.description,
            project: draft.project,
            user: draft.user,
            size: draft.size,
            wanted_size: draft.size,
            status: Status::Creating,
            previous: Status::Creating,
            kind: draft.kind,
            wanted_kind: None,
            zone: draft.zone,
            origin: draft.origin,
            is_bootable: draft.is_bootable,
            is_read_only: None,
            metadata: draft.metadata,
            image_metadata: draft.image_metadata,
            attachments: Vec::new(),
            snapshots: Vec::new(),
            disk: draft.disk,
            host,
            is_given: false,
            created: self.now,
            updated: None,
        }
    }

    /// Begins to delete a volume.
    pub fn delete_volume(&mut self, id: Uuid, user: Arc<User>) -> Option<Uuid> {
        self.change_volume(id, Status::Deleting, Kind::DeleteVolume, user)
    }

    /// Begins to make a volume larger; `size` is in GiB.
    pub fn extend_volume(&mut self, id: Uuid, size: u64, user: Arc<User>) -> Option<Uuid> {
        if let Some(volume) = self.volume_mut(id) {
            volume.wanted_size = size;
        }
        self.change_volume(id, Status::Extending, Kind::ExtendVolume, user)
    }

    /// Begins something that is done to a volume, which shows `passing` meanwhile.
    pub fn change_volume(
        &mut self,
        id: Uuid,
        passing: Status,
        kind: Kind,
        user: Arc<User>,
    ) -> Option<Uuid> {
        self.set_passing(id, passing);
        self.do_to_volume(id, kind, user)
    }

    /// Puts a volume into a status that it leaves again.
    pub(super) fn set_passing(&mut self, id: Uuid, passing: Status) {
        if let Some(volume) = self.volume_mut(id) {
            volume.previous = std::mem::replace(&mut volume.status, passing);
        }
    }

    /// Begins something that is done to a volume; returns the operation.
    pub(super) fn do_to_volume(&mut self, id: Uuid, kind: Kind, user: Arc<User>) -> Option<Uuid> {
        let host = self.host_of_volume(id);
        self.begin(Order::new(Thing::Volume(id), kind, user).at(host))
    }

    /// The host that sees to a volume now: that of its server, or the one chosen for it, unless that is down.
    pub fn host_of_volume(&self, id: Uuid) -> Option<HostKey> {
        let volume = self.volume(id)?;
        let server = volume.attachments.iter().find_map(|held| held.server);
        let at_server = server.and_then(|server| self.server(server)?.host);
        let chosen = volume.host.filter(|host| self.topology.host(*host).is_up);
        at_server
            .or(chosen)
            .or_else(|| self.place_volume(&volume.zone))
    }
}

impl World {
    /// What was done to a volume is over.
    fn settle_volume(&mut self, operation: &Operation, status: impl FnOnce(&Volume) -> Status) {
        if let Some(volume) = operation.volume().and_then(|id| self.volume_mut(id)) {
            volume.status = status(volume);
            volume.previous = volume.status;
        }
    }

    /// It exists.
    pub(in crate::world) fn volume_made(&mut self, operation: &Operation) {
        self.settle_volume(operation, Volume::resting_status);
        self.let_servers_go_on(operation.volume());
    }

    /// It could not be made.
    pub(in crate::world) fn volume_not_made(&mut self, operation: &Operation) {
        self.settle_volume(operation, |_| Status::Error);
        self.let_servers_go_on(operation.volume());
    }

    /// It is as it was before, whatever came of what was done.
    pub(in crate::world) fn volume_as_before(&mut self, operation: &Operation) {
        self.settle_volume(operation, |volume| volume.previous);
    }

    pub(in crate::world) fn volume_extended(&mut self, operation: &Operation) {
        if let Some(volume) = operation.volume().and_then(|id| self.volume_mut(id)) {
            volume.size = volume.wanted_size;
        }
        self.volume_as_before(operation);
        self.tell_servers_of_growth(operation);
    }

    /// Block Storage tells Compute, as which the hosts of the volume's servers are told.
    fn tell_servers_of_growth(&mut self, operation: &Operation) {
        let volume = operation.volume().and_then(|id| self.volume(id));
        // CloudStack has told them already.
        let Some(volume) = volume.filter(|volume| volume.disk.is_none()) else {
            return;
        };
        let id = volume.id;
        let servers: Vec<Uuid> = volume
            .attachments
            .iter()
            .filter_map(|held| held.server)
            .collect();
        for server in servers {
            let user = operation.user.clone();
            let order = Order::on_server(server, Kind::ExtendAttachedVolume, user);
            self.begin(order.with(Thing::Volume(id)));
        }
    }

    pub(in crate::world) fn volume_not_extended(&mut self, operation: &Operation) {
        self.settle_volume(operation, |volume| match volume.disk {
            Some(_) => volume.previous,
            None => Status::ErrorExtending,
        });
    }

    pub(in crate::world) fn volume_retyped(&mut self, operation: &Operation) {
        if let Some(volume) = operation.volume().and_then(|id| self.volume_mut(id))
            && let Some(kind) = volume.wanted_kind.take()
        {
            volume.kind = kind;
        }
        self.volume_as_before(operation);
    }

    /// It broke while something was done to it; CloudStack takes it as it was.
    pub(in crate::world) fn volume_broken(&mut self, operation: &Operation) {
        self.settle_volume(operation, |volume| match volume.disk {
            Some(_) => volume.previous,
            None => Status::Error,
        });
    }

    pub(in crate::world) fn volume_not_deleted(&mut self, operation: &Operation) {
        self.settle_volume(operation, |volume| match volume.disk {
            Some(_) => volume.previous,
            None => Status::ErrorDeleting,
        });
    }

    /// It is no more.
    pub(in crate::world) fn volume_deleted(&mut self, operation: &Operation) {
        if let Some(id) = operation.volume() {
            self.drop_volume(id);
        }
    }

    /// Takes a volume out of the world, with its attachments.
    pub fn drop_volume(&mut self, id: Uuid) {
        let attachments: Vec<Uuid> = self
            .volume(id)
            .into_iter()
            .flat_map(|volume| &volume.attachments)
            .map(|attachment| attachment.id)
            .collect();
        for attachment in attachments {
            self.remove_attachment(attachment);
        }
        self.note_end_of_volume(id);
        self.storage.volumes.remove(id);
        self.leave_groups(id);
        self.drop_policies_of(id);
    }

    /// What became of an upload into an image.
    pub(in crate::world) fn volume_uploaded(&mut self, operation: &Operation) {
        let size = operation
            .volume()
            .and_then(|id| self.volume(id))
            .map(|volume| volume.size << 30);
        if let (Some(Thing::Image(image)), Some(size)) = (operation.with, size)
            && let Some(image) = self.image_mut(image)
        {
            image.pretend_data(size);
        }
        self.volume_as_before(operation);
    }

    pub(in crate::world) fn volume_not_uploaded(&mut self, operation: &Operation) {
        if let Some(Thing::Image(image)) = operation.with {
            self.remove_image(image);
        }
        self.volume_as_before(operation);
    }

    /// Begins to copy a volume into an image, which exists and waits for its data.
    pub fn upload_volume(&mut self, id: Uuid, image: Uuid, user: Arc<User>) {
        self.set_passing(id, Status::Uploading);
        let host = self.host_of_volume(id);
        let order = Order::new(Thing::Volume(id), Kind::UploadVolume, user);
        self.begin(order.with(Thing::Image(image)).at(host));
    }
}
