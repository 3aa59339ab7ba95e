//! Volumes at servers.

use uuid::Uuid;

use super::{AttachStatus, Attachment, Stage, Status, Volume};
use crate::world::World;
use crate::world::operations::{Operation, Order, Thing};

impl World {
    /// Adds an attachment to a volume, whose status follows.
    pub fn add_attachment(&mut self, volume_id: Uuid, attachment: Attachment) {
        let (id, server) = (attachment.id, attachment.server);
        let Some(volume) = self.volume_mut(volume_id) else {
            return;
        };
        volume.attachments.push(attachment);
        if volume.status != Status::Creating {
            volume.status = volume.resting_status();
        }
        self.storage.by_attachment.insert(id, volume_id);
        if let Some(server) = server {
            let volumes = self.storage.by_server.entry(server).or_default();
            volumes.push(volume_id);
        }
    }

    /// Removes an attachment; the volume's status follows.
    pub fn remove_attachment(&mut self, id: Uuid) {
        let Some(volume_id) = self.storage.by_attachment.remove(&id) else {
            return;
        };
        let Some(volume) = self.volume_mut(volume_id) else {
            return;
        };
        let position = volume.attachments.iter().position(|held| held.id == id);
        let removed = position.map(|position| volume.attachments.remove(position));
        if is_attachable(volume.status) {
            volume.status = volume.resting_status();
        }
        let Some(server) = removed.and_then(|attachment| attachment.server) else {
            return;
        };
        if let Some(volumes) = self.storage.by_server.get_mut(&server) {
            volumes.retain(|volume| *volume != volume_id);
            if volumes.is_empty() {
                self.storage.by_server.remove(&server);
            }
        }
    }

    /// Changes an attachment; the volume's status follows.
    pub fn change_attachment(&mut self, id: Uuid, change: impl FnOnce(&mut Attachment)) {
        let Some(volume) = self.storage.by_attachment.get(&id).copied() else {
            return;
        };
        let Some(volume) = self.volume_mut(volume) else {
            return;
        };
        if let Some(attachment) = volume.attachments.iter_mut().find(|held| held.id == id) {
            change(attachment);
        }
        if is_attachable(volume.status) {
            volume.status = volume.resting_status();
        }
    }

    /// Notes that a volume is where it was to be.
    pub fn complete_attachment(&mut self, id: Uuid) {
        let now = self.now;
        self.change_attachment(id, |attachment| {
            attachment.status = AttachStatus::Attached;
            attachment.at = Some(now);
        });
    }

    /// Notes that all volumes of a server are where they were to be, each under a name.
    pub(in crate::world) fn connect_volumes(&mut self, server: Uuid) {
        for (_, Attachment { id, device, .. }) in self.held_by(server) {
            let device = device.unwrap_or_else(|| self.free_device(server).into());
            self.change_attachment(id, |attachment| attachment.device = Some(device));
            self.note_connection(id);
            self.complete_attachment(id);
        }
    }

    /// Keeps the volumes of a server that is on no host any longer reserved for it, by attachments of their
    /// own: Nova makes new ones.
    pub(in crate::world) fn disconnect_volumes(&mut self, server: Uuid) {
        for (volume, held) in self.held_by(server) {
            self.remove_attachment(held.id);
            let kept = Attachment {
                id: self.ids.uuid(),
                status: AttachStatus::Reserved,
                at: None,
                is_connected: false,
                ..held
            };
            self.add_attachment(volume, kept);
        }
    }

    fn held_by(&self, server: Uuid) -> Vec<(Uuid, Attachment)> {
        let held = self.storage.volumes_of(server);
        held.map(|(volume, attachment)| (volume.id, attachment.clone()))
            .collect()
    }

    /// Begins to attach a volume to a server.
    pub fn attach_volume(&mut self, order: Order, volume: Uuid, attachment: Attachment) {
        let attachment = Attachment {
            status: AttachStatus::Attaching,
            ..attachment
        };
        self.add_attachment(volume, attachment);
        self.begin(order.with(Thing::Volume(volume)));
    }

    /// Begins to detach a volume from a server; returns the operation.
    pub fn detach_volume(&mut self, order: Order, volume: Uuid) -> Option<Uuid> {
        let server = order.on.server()?;
        let id = self.attachment_between(server, volume)?;
        self.change_attachment(id, |attachment| {
            attachment.status = AttachStatus::Detaching;
        });
        if let Some(volume) = self.volume_mut(volume) {
            volume.status = Status::Detaching;
        }
        self.begin(order.with(Thing::Volume(volume)))
    }

    /// Whether a volume is at a server for good.
    pub fn is_attached_to(&self, server: Uuid, volume: Uuid) -> bool {
        let volume = self.volume(volume);
        let attachment = volume.and_then(|volume| volume.attachment_to(server));
        attachment.is_some_and(|attachment| attachment.status == AttachStatus::Attached)
    }

    /// Takes a volume from a server that is on no host, where nobody need be asked.
    pub fn release_volume(&mut self, server: Uuid, volume: Uuid) {
        let held = self
            .volume(volume)
            .and_then(|volume| volume.attachment_to(server));
        let Some((id, goes_with_it)) = held.map(|held| (held.id, held.deletes_volume)) else {
            return;
        };
        self.remove_attachment(id);
        let user = self.volume(volume).map(|volume| volume.user.clone());
        match (goes_with_it, user) {
            (true, Some(user)) if self.takes_room(volume) => drop(self.delete_volume(volume, user)),
            (true, _) => self.drop_volume(volume),
            (false, _) => {}
        }
    }

    /// Whether some host has to be told when a volume goes. The disk that a machine began with goes by the
    /// machine's own commands.
    fn takes_room(&self, volume: Uuid) -> bool {
        let volume = self.volume(volume);
        volume.is_some_and(|volume| !volume.is_root() && volume.stage() != Stage::Allocated)
    }

    fn attachment_between(&self, server: Uuid, volume: Uuid) -> Option<Uuid> {
        let attachment = self.volume(volume)?.attachment_to(server)?;
        Some(attachment.id)
    }

    /// The first device name that no volume of a server has; `/dev/vda` is the root disk's.
    pub fn free_device(&self, server: Uuid) -> String {
        let is_taken = |name: &str| {
            let mut volumes = self.storage.volumes_of(server);
            volumes.any(|(_, attachment)| attachment.device.as_deref() == Some(name))
        };
        let mut names = (1..).map(device_name);
        names
            .find(|name| !is_taken(name))
            .expect("there are more names than volumes")
    }
}

/// What operations bring about.
impl World {
    pub(in crate::world) fn volume_attached(&mut self, operation: &Operation) {
        if let Some(id) = self.attachment_of(operation) {
            self.note_connection(id);
            self.complete_attachment(id);
        }
    }

    fn note_connection(&mut self, id: Uuid) {
        self.change_attachment(id, |attachment| attachment.is_connected = true);
    }

    /// The volume is free again.
    pub(in crate::world) fn volume_detached(&mut self, operation: &Operation) {
        if let Some(volume) = operation.volume().and_then(|id| self.volume_mut(id))
            && volume.status == Status::Detaching
        {
            volume.status = Status::InUse;
        }
        if let Some(id) = self.attachment_of(operation) {
            self.remove_attachment(id);
        }
    }

    /// It stays where it is.
    pub(in crate::world) fn volume_not_detached(&mut self, operation: &Operation) {
        if let Some(volume) = operation.volume().and_then(|id| self.volume_mut(id)) {
            volume.status = Status::InUse;
        }
        if let Some(id) = self.attachment_of(operation) {
            self.complete_attachment(id);
        }
    }

    fn attachment_of(&self, operation: &Operation) -> Option<Uuid> {
        self.attachment_between(operation.server()?, operation.volume()?)
    }
}

/// `/dev/vda` for 0; after the 26th `/dev/vdaa`.
pub(super) fn device_name(position: usize) -> String {
    let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap_or(0));
    let mut letters = vec![letter(position)];
    let mut rest = position / 26;
    while rest > 0 {
        letters.push(letter(rest - 1));
        rest = (rest - 1) / 26;
    }
    format!("/dev/vd{}", letters.iter().rev().collect::<String>())
}

/// Whether a volume's status says nothing but what it is attached to.
fn is_attachable(status: Status) -> bool {
    matches!(
        status,
        Status::Available
            | Status::Reserved
            | Status::Attaching
            | Status::InUse
            | Status::Detaching
    )
}

impl Volume {
    /// Whether it may be attached to one server more.
    pub fn can_be_attached(&self) -> bool {
        let is_shared = self.is_multiattach()
            && matches!(
                self.status,
                Status::InUse | Status::Reserved | Status::Attaching
            );
        self.status == Status::Available || is_shared
    }
}
