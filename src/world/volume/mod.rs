//! Block storage: volumes, and what is made of them.
//!
//! A volume is on no host of its own. The host that sees to it is the one where its server runs, or else any
//! that is up: that is where the commands go.

mod attach;
mod backup;
mod boot;
mod disk;
mod group;
mod kind;
mod life;
mod limits;
mod pool;
mod root;
mod schedule;
mod service;
mod snapshot;
pub mod snapshot_policy;
#[cfg(test)]
mod tests;
mod transfer;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;
use uuid::Uuid;

use super::accounts::{Project, User};
use super::limits::holdings::Holdings;
use super::operations::Acted;
use super::server::Manager;
use super::start::blueprint::VolumeTypePlan;
use super::store::Store;
use super::topology::HostKey;
use super::words::words;
use crate::vocabulary::fact::{FactPath, FactValue, Facts, Subject};
use service::Services;

pub use backup::Backup;
pub use boot::{Disk, DiskSource};
pub use disk::{CD_DRIVE, DiskDetails, ROOT_DEVICE, Stage};
pub use group::{Group, GroupOrigin, GroupSnapshot, GroupType};
pub use kind::{Encryption, Qos, VolumeType};
pub use life::VolumeDraft;
pub use limits::{DEFAULT_CLASS, Resource, Usage};
pub use pool::DiskDemand;
pub use root::RootSource;
pub use schedule::Schedule;
pub use service::{StorageService, VOLUME_SERVICE};
pub use snapshot::{Snapshot, SnapshotDetails};
pub use transfer::Transfer;

/// Names with values, in the order in which they were given.
pub type Pairs = Vec<(Arc<str>, Arc<str>)>;

words! {
    /// Cinder's words for how a volume, a snapshot or a backup is.
    Status {
        Creating = "creating",
        Available = "available",
        Reserved = "reserved",
        Attaching = "attaching",
        InUse = "in-use",
        Detaching = "detaching",
        Extending = "extending",
        Uploading = "uploading",
        Retyping = "retyping",
        Reverting = "reverting",
        BackingUp = "backing-up",
        RestoringBackup = "restoring-backup",
        Restoring = "restoring",
        AwaitingTransfer = "awaiting-transfer",
        Maintenance = "maintenance",
        Deleting = "deleting",
        Error = "error",
        ErrorDeleting = "error_deleting",
        ErrorExtending = "error_extending",
        ErrorRestoring = "error_restoring",
        ErrorBackingUp = "error_backing-up",
    }
}

/// What a volume was filled from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Nothing,
    Image(Uuid),
    Snapshot(Uuid),
    Volume(Uuid),
    Backup(Uuid),
}

#[derive(Debug, Clone)]
pub struct Volume {
    pub id: Uuid,
    /// Empty where it has none.
    pub name: Arc<str>,
    pub description: Option<Arc<str>>,
    pub project: Arc<Project>,
    pub user: Arc<User>,
    /// In GiB.
    pub size: u64,
    /// In GiB: the size that it is being extended to.
    pub wanted_size: u64,
    pub status: Status,
    /// What it was before what is being done to it.
    pub previous: Status,
    pub kind: Arc<VolumeType>,
    /// The type that it is being given.
    pub wanted_kind: Option<Arc<VolumeType>>,
    pub zone: Arc<str>,
    pub origin: Origin,
    pub is_bootable: bool,
    /// `None` while nobody has said whether it is.
    pub is_read_only: Option<bool>,
    pub metadata: Pairs,
    /// What is known of the image that it was filled from.
    pub image_metadata: Pairs,
    pub attachments: Vec<Attachment>,
    pub snapshots: Vec<Uuid>,
    /// What only CloudStack knows of it; `None` for one that was made through OpenStack.
    pub disk: Option<Box<DiskDetails>>,
    /// The host that sees to it.
    pub host: Option<HostKey>,
    /// Existed at the start; not counted as left over.
    pub is_given: bool,
    pub created: DateTime<Utc>,
    pub updated: Option<DateTime<Utc>>,
}

words! {
    /// How far an attachment is.
    AttachStatus {
        Reserved = "reserved",
        Attaching = "attaching",
        Attached = "attached",
        Detaching = "detaching",
    }
}

/// That a volume is at a server, or is to be.
#[derive(Debug, Clone)]
pub struct Attachment {
    pub id: Uuid,
    pub server: Option<Uuid>,
    /// The host that it is attached to, where that is no server of this cloud.
    pub host_name: Option<Arc<str>>,
    /// `/dev/vdb`
    pub device: Option<Arc<str>>,
    pub status: AttachStatus,
    pub is_read_only: bool,
    pub tag: Option<Arc<str>>,
    /// The volume goes with the server.
    pub deletes_volume: bool,
    /// How a client of Cinder's reaches it.
    pub connector: Option<Arc<serde_json::Value>>,
    /// Compute has connected it to the server's host.
    pub is_connected: bool,
    pub at: Option<DateTime<Utc>>,
}

impl Attachment {
    /// A place kept for a server.
    pub fn reserved(id: Uuid, server: Option<Uuid>) -> Self {
        Self {
            id,
            server,
            host_name: None,
            device: None,
            status: AttachStatus::Reserved,
            is_read_only: false,
            tag: None,
            deletes_volume: false,
            connector: None,
            is_connected: false,
            at: None,
        }
    }
}

impl Volume {
    /// The attachment to a server.
    pub fn attachment_to(&self, server: Uuid) -> Option<&Attachment> {
        self.attachments
            .iter()
            .find(|attachment| attachment.server == Some(server))
    }

    /// Whether it is at some server, for good.
    pub fn is_attached(&self) -> bool {
        let is_there = |attachment: &Attachment| {
            matches!(
                attachment.status,
                AttachStatus::Attached | AttachStatus::Detaching
            )
        };
        self.attachments.iter().any(is_there)
    }

    /// Whether several servers may have it at once.
    pub fn is_multiattach(&self) -> bool {
        self.kind.is_multiattach()
    }

    /// How it is when nothing is being done to it: by what it is attached to.
    pub fn resting_status(&self) -> Status {
        let has = |status| {
            self.attachments
                .iter()
                .any(|attachment| attachment.status == status)
        };
        if self.is_attached() {
            Status::InUse
        } else if has(AttachStatus::Attaching) {
            Status::Attaching
        } else if has(AttachStatus::Reserved) {
            Status::Reserved
        } else {
            Status::Available
        }
    }
}

impl Acted for Volume {
    fn name(&self) -> &Arc<str> {
        &self.name
    }

    fn owner(&self) -> Option<&Arc<User>> {
        Some(&self.user)
    }

    fn manager(&self) -> Manager {
        match self.disk {
            Some(_) => Manager::CloudStack,
            None => Manager::Nova,
        }
    }
}

impl Facts for Volume {
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
        match path {
            FactPath::Of(Subject::Volume, keys) => match keys.as_slice() {
                [field] => match &**field {
                    "name" => Some(FactValue::text(&self.name)),
                    "id" => Some(FactValue::Text(self.id.to_string().into())),
                    "status" => Some(FactValue::text(self.status.word())),
                    "size" => Some(FactValue::Number(self.size as f64)),
                    "type" => Some(FactValue::text(&self.kind.name)),
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

/// The fact that one of several named values is.
fn item<'a>(pairs: &'a Pairs, key: &str) -> Option<FactValue<'a>> {
    let found = pairs.iter().find(|(name, _)| **name == *key);
    found.map(|(_, value)| FactValue::text(value))
}

/// All block storage of a world.
#[derive(Debug, Clone)]
pub struct Storage {
    pub volumes: Holdings<Volume>,
    pub snapshots: Holdings<Snapshot>,
    pub backups: Holdings<Backup>,
    pub transfers: Store<Transfer>,
    pub types: Store<Arc<VolumeType>>,
    pub qos: Store<Qos>,
    pub group_types: Store<GroupType>,
    pub groups: Store<Group>,
    pub group_snapshots: Store<GroupSnapshot>,
    services: Services,
    /// The limits that were set for some projects, and for class names that begin with `class:`.
    pub quotas: FxHashMap<Arc<str>, FxHashMap<Arc<str>, i64>>,
    /// The volumes of each server, in the order in which they were attached.
    by_server: FxHashMap<Uuid, Vec<Uuid>>,
    /// The volume of each attachment.
    by_attachment: FxHashMap<Uuid, Uuid>,
    /// Servers whose volumes are still being made, with the host that was chosen for each.
    waiting: FxHashMap<Uuid, boot::Waiting>,
}

impl Storage {
    /// Nothing but types: the one that volumes have when nobody says which, and those that are configured.
    pub fn new(plans: &[VolumeTypePlan], now: DateTime<Utc>) -> Self {
        let mut types = Store::default();
        let planned = plans.iter().map(|plan| VolumeType::planned(plan, now));
        for kind in std::iter::once(VolumeType::usual(now)).chain(planned) {
            types.insert(kind.id, Arc::new(kind));
        }
        Self {
            volumes: Holdings::default(),
            snapshots: Holdings::default(),
            backups: Holdings::default(),
            transfers: Store::default(),
            types,
            qos: Store::default(),
            group_types: Store::default(),
            groups: Store::default(),
            group_snapshots: Store::default(),
            services: Services::default(),
            quotas: FxHashMap::default(),
            by_server: FxHashMap::default(),
            by_attachment: FxHashMap::default(),
            waiting: FxHashMap::default(),
        }
    }

    /// The volumes of a server, in the order in which they were attached.
    pub fn volumes_of(&self, server: Uuid) -> impl Iterator<Item = (&Volume, &Attachment)> {
        let ids = self.by_server.get(&server).into_iter().flatten();
        ids.filter_map(move |id| {
            let volume = self.volumes.get(*id)?;
            Some((volume, volume.attachment_to(server)?))
        })
    }

    /// An attachment, and its volume.
    pub fn attachment(&self, id: Uuid) -> Option<(&Volume, &Attachment)> {
        let volume = self.volumes.get(*self.by_attachment.get(&id)?)?;
        let mut attachments = volume.attachments.iter();
        let attachment = attachments.find(|attachment| attachment.id == id)?;
        Some((volume, attachment))
    }

    /// The type that a client means by an id or a name.
    pub fn volume_type(&self, id_or_name: &str) -> Option<&Arc<VolumeType>> {
        let by_id = || self.types.get(Uuid::try_parse(id_or_name).ok()?);
        by_id().or_else(|| self.types.iter().find(|kind| *kind.name == *id_or_name))
    }

    /// The type of volumes that ask for none: the oldest.
    pub fn usual_type(&self) -> Option<&Arc<VolumeType>> {
        self.types.first()
    }

    /// The names of what clients made and did not remove.
    pub fn left_over(&self) -> impl Iterator<Item = String> {
        let volumes = self.volumes.iter();
        let volumes = volumes.filter(|volume| !volume.is_given && !volume.is_root());
        let volumes = volumes.map(|volume| format!("volume \"{}\"", volume.name));
        let snapshots = self.snapshots.iter();
        let snapshots = snapshots.map(|snapshot| format!("snapshot \"{}\"", snapshot.name));
        let backups = self.backups.iter();
        let backups = backups.map(|backup| format!("backup \"{}\"", backup.name));
        volumes.chain(snapshots).chain(backups)
    }
}
