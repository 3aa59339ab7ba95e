//! Servers that begin with volumes: to boot from, or beside their own disk.

use std::sync::Arc;

use uuid::Uuid;

use super::attach::device_name;
use super::{Attachment, Status, VolumeDraft};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::operations::{Kind, Operation, Order, Thing};
use crate::world::server::{Draft, ServerFault, State};
use crate::world::topology::HostKey;

/// A volume that a new server gets.
#[derive(Debug, Clone)]
pub struct Disk {
    pub source: DiskSource,
    /// It is the one to boot from.
    pub is_root: bool,
    /// The volume goes with the server.
    pub deletes_volume: bool,
    pub tag: Option<Arc<str>>,
    pub device: Option<Arc<str>>,
}

/// Where the volume comes from.
#[derive(Debug, Clone)]
pub enum DiskSource {
    /// It exists.
    Volume(Uuid),
    /// It is to be made.
    New(Box<VolumeDraft>),
}

/// A server that waits for its volumes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting {
    /// Where it is to be built.
    host: Option<HostKey>,
    /// The request that asked for it.
    request: Uuid,
}

impl World {
    /// Makes a server with volumes, as a request asked: those that do not exist yet are made first, and the
    /// server is built when all are there.
    ///
    /// # Errors
    /// As [`World::create_server`].
    pub fn create_server_with(
        &mut self,
        draft: Draft,
        host: Option<HostKey>,
        disks: &[Disk],
        request: Uuid,
    ) -> Result<Uuid, Fault> {
        if disks.is_empty() {
            let id = self.create_server(draft, host)?;
            let begun = self
                .server_mut(id)
                .and_then(|server| server.records.first_mut());
            if let Some(record) = begun {
                record.request = request;
            }
            return Ok(id);
        }
        let server = self.insert_server(draft)?;
        for (position, disk) in disks.iter().enumerate() {
            let volume = match &disk.source {
                DiskSource::Volume(id) => *id,
                DiskSource::New(draft) => self.create_volume(VolumeDraft::clone(draft)),
            };
            let attachment = self.attachment_for(server, disk, position);
            self.add_attachment(volume, attachment);
        }
        let waiting = Waiting { host, request };
        self.storage.waiting.insert(server, waiting);
        self.go_on_with(server);
        Ok(server)
    }

    fn attachment_for(&mut self, server: Uuid, disk: &Disk, position: usize) -> Attachment {
        let boots_from_volume = self
            .server(server)
            .is_some_and(|server| server.spec.image.is_none());
        let free = || match (disk.is_root, boots_from_volume) {
            (true, _) => device_name(0),
            (false, true) => device_name(position),
            (false, false) => device_name(position + 1),
        };
        let device = disk.device.clone().unwrap_or_else(|| free().into());
        Attachment {
            device: Some(device),
            tag: disk.tag.clone(),
            deletes_volume: disk.deletes_volume,
            ..Attachment::reserved(self.ids.uuid(), Some(server))
        }
    }

    /// Something became of a volume: the servers that wait for it may go on.
    pub(super) fn let_servers_go_on(&mut self, volume: Option<Uuid>) {
        let attachments = volume.and_then(|id| self.volume(id));
        let servers: Vec<Uuid> = attachments
            .into_iter()
            .flat_map(|volume| &volume.attachments)
            .filter_map(|attachment| attachment.server)
            .collect();
        for server in servers {
            self.go_on_with(server);
        }
    }

    /// Builds a server whose volumes are all there, or gives it up when one could not be made.
    fn go_on_with(&mut self, id: Uuid) {
        let Some(Waiting { host, request }) = self.storage.waiting.get(&id).copied() else {
            return;
        };
        let volumes: Vec<(Uuid, Status)> = self
            .storage
            .volumes_of(id)
            .map(|(volume, _)| (volume.id, volume.status))
            .collect();
        let is_there = |(_, status): &(Uuid, Status)| *status != Status::Creating;
        let broken = volumes.iter().find(|(_, status)| *status == Status::Error);
        if let Some((volume, _)) = broken {
            self.storage.waiting.remove(&id);
            return self.give_up_server(id, *volume);
        }
        let user = self.server(id).map(|server| server.spec.user.clone());
        if let (true, Some(user)) = (volumes.iter().all(is_there), user) {
            self.storage.waiting.remove(&id);
            let mut order = Order::on_server(id, Kind::CreateWithVolumes, user).at(host);
            order.request = Some(request);
            order.with = volumes.first().map(|(volume, _)| Thing::Volume(*volume));
            self.begin(order);
        }
    }

    fn give_up_server(&mut self, id: Uuid, volume: Uuid) {
        let now = self.now;
        let message = format!(
            "Build of instance {id} aborted: Volume {volume} did not finish being created even after we \
             waited 0 seconds or 1 attempts. And its status is error."
        );
        if let Some(server) = self.server_mut(id) {
            server.state = State::Error;
            server.fault = Some(Box::new(ServerFault {
                code: 500,
                message,
                created: now,
            }));
        }
    }

    /// The server runs for the first time, with its volumes.
    pub(in crate::world) fn launch_with_volumes(&mut self, operation: &Operation) {
        self.launch(operation);
        if let Some(server) = operation.server() {
            self.connect_volumes(server);
        }
    }

    /// A server is gone: its volumes are free, or go with it.
    pub(in crate::world) fn release_volumes(&mut self, server: Uuid) {
        self.storage.waiting.remove(&server);
        let held = self.storage.volumes_of(server);
        let held: Vec<Uuid> = held.map(|(volume, _)| volume.id).collect();
        for volume in held {
            self.release_volume(server, volume);
        }
    }

    /// The server could not be built: its volumes are for others.
    pub(in crate::world) fn lose_volumes(&mut self, operation: &Operation) {
        if let Some(server) = operation.server() {
            self.release_volumes(server);
        }
    }

    /// The volume that a server boots from.
    pub fn root_volume(&self, server: Uuid) -> Option<Uuid> {
        if let Some(root) = self.root_disk(server) {
            return Some(root.id);
        }
        if self.server(server)?.spec.image.is_some() {
            return None;
        }
        let mut volumes = self.storage.volumes_of(server);
        let root = device_name(0);
        let is_root = |attachment: &Attachment| attachment.device.as_deref() == Some(&*root);
        volumes
            .find(|(_, attachment)| is_root(attachment))
            .map(|(volume, _)| volume.id)
    }
}
