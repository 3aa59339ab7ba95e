//! Volumes as CloudStack's machines have them: the disk that a machine begins with, and those beside it.
//!
//! To Block Storage of OpenStack they are volumes like others: a machine's own disk is one that is attached,
//! bootable, and goes with the machine. It takes nothing of a project's quota there.

use std::sync::Arc;

use uuid::Uuid;

use super::attach::device_name;
use super::{AttachStatus, Attachment, Origin, Status, Volume, VolumeDraft, VolumeType};
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::accounts::{Project, User};
use crate::world::operations::{Kind, Operation, Order, Thing};
use crate::world::server::Manager;
use crate::world::topology::HostKey;

/// How far a disk is, apart from what is being done to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Stage {
    /// It is known, and takes no room: that is made when a machine needs it.
    #[default]
    Allocated,
    /// It is in primary storage.
    Made,
    /// It was brought from afar, and is in secondary storage.
    Uploaded,
    /// It could not be brought.
    NotUploaded,
    /// It is to go, and can still be recovered.
    Destroyed,
}

/// What only CloudStack knows of a volume.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DiskDetails {
    /// A machine began with it.
    pub is_root: bool,
    /// `None` for the disk of a service offering.
    pub offering: Option<Uuid>,
    /// The template that it was made from.
    pub template: Option<Uuid>,
    /// The storage pool that was chosen for it; else it is in the usual one of its place.
    pub pool: Option<Uuid>,
    /// The pool that it is being moved to.
    pub wanted_pool: Option<Uuid>,
    pub stage: Stage,
    /// Left out of the lists of users.
    pub is_hidden: bool,
    /// Not to be deleted.
    pub is_protected: bool,
    pub path: Option<Arc<str>>,
    pub chain_info: Option<Arc<str>>,
    /// Where it was brought from.
    pub url: Option<Arc<str>>,
}

/// The numbers of devices: 0 is the machine's own disk, 3 the CD drive.
pub const ROOT_DEVICE: u64 = 0;
pub const CD_DRIVE: u64 = 3;

impl Volume {
    /// Whether a machine of CloudStack's began with it.
    pub fn is_root(&self) -> bool {
        self.disk.as_ref().is_some_and(|disk| disk.is_root)
    }

    pub fn stage(&self) -> Stage {
        self.disk.as_ref().map_or(Stage::Made, |disk| disk.stage)
    }

    /// What only CloudStack knows of it, to be changed.
    pub fn disk_mut(&mut self) -> &mut DiskDetails {
        self.disk.get_or_insert_with(|| {
            Box::new(DiskDetails {
                stage: Stage::Made,
                ..DiskDetails::default()
            })
        })
    }

    pub(super) fn set_stage(&mut self, stage: Stage) {
        self.disk_mut().stage = stage;
    }
}

impl Attachment {
    /// The number of the device: 1 for `/dev/vdb`.
    pub fn device_number(&self) -> Option<u64> {
        let letters = self.device.as_deref()?.strip_prefix("/dev/vd")?;
        let number = |sum: u64, letter: u8| {
            let digit = u64::from(letter.checked_sub(b'a')?) + 1;
            sum.checked_mul(26)?.checked_add(digit)
        };
        letters.bytes().try_fold(0, number)?.checked_sub(1)
    }
}

impl World {
    /// What a volume of CloudStack's is to be, of which no more is said.
    pub fn disk_draft(
        &self,
        name: Arc<str>,
        (project, user): (Arc<Project>, Arc<User>),
        size: u64,
    ) -> VolumeDraft {
        let kind = self.storage.usual_type().cloned();
        let zone = self.topology.zones().next();
        VolumeDraft {
            name,
            description: None,
            project,
            user,
            size,
            kind: kind.unwrap_or_else(|| Arc::new(VolumeType::usual(self.now))),
            zone: zone.map_or_else(|| "".into(), |zone| zone.name.clone()),
            origin: Origin::Nothing,
            is_bootable: false,
            metadata: Vec::new(),
            image_metadata: Vec::new(),
            disk: Some(Box::default()),
        }
    }

    /// Makes a disk that takes no room yet.
    pub fn add_disk(&mut self, draft: VolumeDraft) -> Uuid {
        let id = self.ids.uuid();
        let volume = Volume {
            status: Status::Available,
            previous: Status::Available,
            ..self.new_volume(id, draft)
        };
        self.storage.volumes.insert(id, volume);
        id
    }

    /// Makes a disk and begins to fill it from its snapshot.
    pub fn add_filled_disk(&mut self, draft: VolumeDraft) -> (Uuid, Option<Uuid>) {
        let user = draft.user.clone();
        let id = self.add_disk(draft);
        let operation = self.change_volume(id, Status::Creating, Kind::FillDisk, user);
        (id, operation)
    }

    /// Makes a disk and begins to bring its contents from afar.
    pub fn add_uploaded_disk(&mut self, draft: VolumeDraft) -> (Uuid, Option<Uuid>) {
        let user = draft.user.clone();
        let id = self.add_disk(draft);
        (id, self.do_to_volume(id, Kind::FetchDisk, user))
    }

    /// Gives a disk to a machine that is not to notice: no host is asked.
    pub fn hand_disk(&mut self, server: Uuid, volume: Uuid, device: u64) {
        let attachment = self.disk_attachment(server, device);
        let id = attachment.id;
        self.add_attachment(volume, attachment);
        self.complete_attachment(id);
    }

    /// Notes that a disk is for a machine, which gets it when it is filled.
    pub fn promise_disk(&mut self, server: Uuid, volume: Uuid, device: u64) {
        let attachment = self.disk_attachment(server, device);
        self.add_attachment(volume, attachment);
    }

    fn disk_attachment(&mut self, server: Uuid, device: u64) -> Attachment {
        let position = usize::try_from(device).unwrap_or(usize::MAX);
        Attachment {
            device: Some(device_name(position).into()),
            status: AttachStatus::Attaching,
            deletes_volume: device == ROOT_DEVICE,
            ..Attachment::reserved(self.ids.uuid(), Some(server))
        }
    }

    /// Begins to attach a disk to a machine, which it is made for if need be.
    pub fn attach_disk(
        &mut self,
        server: Uuid,
        volume: Uuid,
        device: u64,
        user: Arc<User>,
    ) -> Option<Uuid> {
        let has_room = self
            .root_disk(server)
            .is_none_or(|root| root.stage() == Stage::Made);
        let kind = match self.volume(volume)?.stage() {
            Stage::Allocated if has_room => Kind::AttachNewDisk,
            Stage::Uploaded => Kind::AttachUploadedDisk,
            Stage::Allocated | Stage::Made | Stage::NotUploaded | Stage::Destroyed => {
                Kind::AttachDisk
            }
        };
        let attachment = self.disk_attachment(server, device);
        self.add_attachment(volume, attachment);
        let host = self.host_of_volume(volume);
        let order = Order::on_server(server, kind, user).at(host);
        self.begin(order.with(Thing::Volume(volume)))
    }

    /// The first device that no disk of a machine is at.
    pub fn free_disk_device(&self, server: Uuid) -> u64 {
        let mut numbers = (1..).filter(|number| *number != CD_DRIVE);
        numbers
            .find(|number| self.disk_at(server, *number).is_none())
            .expect("there are more numbers than disks")
    }

    /// The disk that is at a device of a machine.
    pub fn disk_at(&self, server: Uuid, device: u64) -> Option<Uuid> {
        let mut volumes = self.storage.volumes_of(server);
        volumes
            .find(|(_, attachment)| attachment.device_number() == Some(device))
            .map(|(volume, _)| volume.id)
    }

    /// A disk of a machine that takes no room yet.
    pub fn disk_to_make(&self, server: Uuid) -> Option<Uuid> {
        let mut volumes = self.storage.volumes_of(server).map(|(volume, _)| volume);
        volumes
            .find(|volume| !volume.is_root() && volume.stage() == Stage::Allocated)
            .map(|volume| volume.id)
    }
}

/// What operations on machines bring about.
impl World {
    /// The disks of a machine that runs are all there.
    pub(in crate::world) fn disks_made(&mut self, operation: &Operation) {
        let Some(server) = operation.server() else {
            return;
        };
        let host = self.server(server).and_then(|server| server.host);
        for disk in self.disks_of(server) {
            self.settle_in_pool(disk, host);
        }
        self.for_disks_of(server, |volume| volume.host = host);
        if let Some(zone) =
            host.and_then(|host| self.topology.host(host).place.name(Level::Zone).cloned())
        {
            self.for_disks_of(server, |volume| volume.zone = zone.clone());
        }
    }

    /// One of the other disks of a machine is in storage.
    pub(in crate::world) fn data_disk_arrives(&mut self, operation: &Operation) {
        let disk = operation.server().and_then(|id| self.disk_to_make(id));
        if let Some(disk) = disk {
            self.settle_in_pool(disk, operation.host);
        }
    }

    fn disks_of(&self, server: Uuid) -> Vec<Uuid> {
        let volumes = self.storage.volumes_of(server).map(|(volume, _)| volume);
        let own = volumes.filter(|volume| volume.disk.is_some());
        own.map(|volume| volume.id).collect()
    }

    fn for_disks_of(&mut self, server: Uuid, change: impl Fn(&mut Volume)) {
        for id in self.disks_of(server) {
            if let Some(volume) = self.storage.volumes.get_mut(id) {
                change(volume);
            }
        }
    }

    /// A machine was destroyed: the disks beside its own are free, or go with it.
    pub(in crate::world) fn destroyed(&mut self, operation: &Operation) {
        self.release(operation);
        if let (Some(server), Manager::CloudStack) = (operation.server(), operation.manager) {
            self.free_data_disks(server);
            self.condemn(server);
        }
    }

    fn free_data_disks(&mut self, server: Uuid) {
        let volumes = self.storage.volumes_of(server).map(|(volume, _)| volume);
        let data: Vec<Uuid> = volumes
            .filter(|volume| !volume.is_root())
            .map(|volume| volume.id)
            .collect();
        for volume in data {
            self.release_volume(server, volume);
        }
    }

    /// Notes which disks are to go with a machine that is being destroyed.
    pub fn doom_disks(&mut self, server: Uuid, doomed: &[Uuid]) {
        let held = self.storage.volumes_of(server);
        let held: Vec<(Uuid, bool)> = held
            .filter(|(volume, _)| !volume.is_root())
            .map(|(volume, attachment)| (attachment.id, doomed.contains(&volume.id)))
            .collect();
        for (attachment, goes) in held {
            self.change_attachment(attachment, |attachment| attachment.deletes_volume = goes);
        }
    }
}

/// What operations on disks bring about.
impl World {
    fn settle_disk(&mut self, operation: &Operation, stage: Stage) {
        if let (Stage::Made, Some(id)) = (stage, operation.volume()) {
            return self.settle_in_pool(id, operation.host);
        }
        if let Some(volume) = operation.volume().and_then(|id| self.volume_mut(id)) {
            volume.set_stage(stage);
        }
    }

    pub(in crate::world) fn disk_filled(&mut self, operation: &Operation) {
        self.settle_disk(operation, Stage::Made);
        let Some(volume) = operation.volume().and_then(|id| self.volume_mut(id)) else {
            return;
        };
        volume.status = volume.resting_status();
        let promised: Vec<Uuid> = volume.attachments.iter().map(|held| held.id).collect();
        for attachment in promised {
            self.complete_attachment(attachment);
        }
        if let Some(id) = operation.volume() {
            self.follow_root(id);
        }
    }

    pub(in crate::world) fn disk_attached(&mut self, operation: &Operation) {
        let stage = operation
            .volume()
            .and_then(|id| self.volume(id))
            .map(Volume::stage);
        let makes = matches!(
            operation.kind,
            Kind::AttachNewDisk | Kind::AttachUploadedDisk
        );
        if let Some(stage) = stage {
            self.settle_disk(operation, if makes { Stage::Made } else { stage });
        }
        self.volume_attached(operation);
    }

    /// It is where it was; what was made of it on the way is kept.
    pub(in crate::world) fn disk_not_attached(&mut self, operation: &Operation) {
        if operation.step > 0 {
            self.settle_disk(operation, Stage::Made);
        }
        self.volume_detached(operation);
    }

    pub(in crate::world) fn disk_fetched(&mut self, operation: &Operation) {
        self.settle_disk(operation, Stage::Uploaded);
    }

    pub(in crate::world) fn disk_not_fetched(&mut self, operation: &Operation) {
        self.settle_disk(operation, Stage::NotUploaded);
    }

    pub(in crate::world) fn disk_moved(&mut self, operation: &Operation) {
        if let Some(volume) = operation.volume().and_then(|id| self.volume_mut(id)) {
            let disk = volume.disk_mut();
            disk.pool = disk.wanted_pool.take();
            let id = volume.id;
            self.follow_root(id);
        }
        self.volume_as_before(operation);
    }

    /// The ISO that was chosen is in the drive, or none is.
    pub(in crate::world) fn iso_changed(&mut self, operation: &Operation) {
        let iso = match operation.with {
            Some(Thing::Image(id)) => Some(id),
            _ => None,
        };
        if let Some(server) = operation.server().and_then(|id| self.server_mut(id)) {
            server.spec.machine_mut().iso = iso;
        }
    }

    /// Begins to move a disk to another storage pool.
    pub fn move_disk(&mut self, volume: Uuid, pool: Uuid, user: Arc<User>) -> Option<Uuid> {
        self.volume_mut(volume)?.disk_mut().wanted_pool = Some(pool);
        self.change_volume(volume, Status::Retyping, Kind::MoveDisk, user)
    }

    /// Begins to do something to a disk that changes nothing of it.
    pub fn read_disk(&mut self, volume: Uuid, kind: Kind, user: Arc<User>) -> Option<Uuid> {
        self.do_to_volume(volume, kind, user)
    }

    /// A host that can see to something in a zone; in any where none is named.
    pub fn storage_keeper(&self, zone: Option<&str>) -> Option<HostKey> {
        match zone {
            Some(zone) => self.place_volume(zone),
            None => self.place_storage(&crate::vocabulary::place::Scope::everywhere(), None),
        }
    }
}
