//! What can be done to volumes, snapshots and backups.

use AgentCommand::*;

use super::rows;
use crate::vocabulary::command::AgentCommand;
use crate::world::World;
use crate::world::operations::cloudstack as own;
use crate::world::operations::kind::{ROW, Row, When, send};

rows! {
    /// Attach a volume to a server, which goes on with what it does.
    AttachVolume {
        word: "attach volume",
        is_beside: true,
        plan: &[send(AttachCommand)],
        done: World::volume_attached,
        undone: World::volume_detached,
    }
    /// Detach a volume from a server.
    DetachVolume {
        word: "detach volume",
        is_beside: true,
        plan: &[send(DettachCommand)],
        done: World::volume_detached,
        undone: World::volume_not_detached,
    }
    CreateVolume {
        word: "create volume",
        is_beside: true,
        plan: &[send(CreateObjectCommand)],
        done: World::volume_made,
        undone: World::volume_not_made,
    }
    DeleteVolume {
        word: "delete volume",
        is_beside: true,
        plan: &[send(DeleteCommand)],
        done: World::volume_deleted,
        undone: World::volume_not_deleted,
    }
    ExtendVolume {
        word: "extend volume",
        is_beside: true,
        plan: &[send(ResizeVolumeCommand)],
        done: World::volume_extended,
        undone: World::volume_not_extended,
    }
    /// Let a server see that a volume of it grew.
    ExtendAttachedVolume {
        word: "extend attached volume",
        is_beside: true,
        plan: &[send(ResizeVolumeCommand)],
    }
    /// Give a volume another type.
    RetypeVolume {
        word: "retype volume",
        is_beside: true,
        plan: &[send(MigrateVolumeCommand)],
        cloudstack: Some(own::MOVE_VOLUME),
        done: World::volume_retyped,
        undone: World::volume_as_before,
    }
    /// Take a volume back to its last snapshot, or fill it from an image anew.
    RevertVolume {
        word: "revert volume",
        is_beside: true,
        plan: &[send(CopyCommand)],
        done: World::volume_as_before,
        undone: World::volume_broken,
    }
    /// Copy a volume into an image.
    UploadVolume {
        word: "upload volume",
        is_beside: true,
        plan: &[send(UploadCommand)],
        cloudstack: Some(own::TEMPLATE_OF_VOLUME),
        done: World::volume_uploaded,
        undone: World::volume_not_uploaded,
    }
    /// Fill a disk from a snapshot.
    FillDisk {
        word: "create volume",
        is_beside: true,
        plan: &[send(CopyCommand)],
        done: World::disk_filled,
        undone: World::volume_deleted,
    }
    /// Bring a disk from afar.
    FetchDisk {
        word: "upload volume",
        is_beside: true,
        plan: &[send(DownloadCommand)],
        done: World::disk_fetched,
        undone: World::disk_not_fetched,
    }
    /// Attach a disk to a machine, whose host is told if it runs.
    AttachDisk {
        word: "attach volume",
        is_beside: true,
        plan: &[send(AttachCommand).when(When::On)],
        done: World::disk_attached,
        undone: World::disk_not_attached,
    }
    /// Make room for a disk, and attach it.
    AttachNewDisk {
        word: "attach volume",
        is_beside: true,
        plan: &[send(CreateObjectCommand), send(AttachCommand).when(When::On)],
        done: World::disk_attached,
        undone: World::disk_not_attached,
    }
    /// Bring a disk out of secondary storage, and attach it.
    AttachUploadedDisk {
        word: "attach volume",
        is_beside: true,
        plan: &[send(CopyCommand), send(AttachCommand).when(When::On)],
        done: World::disk_attached,
        undone: World::disk_not_attached,
    }
    /// Detach a disk from a machine, whose host is told if it runs.
    DetachDisk {
        word: "detach volume",
        is_beside: true,
        plan: &[send(DettachCommand).when(When::On)],
        done: World::volume_detached,
        undone: World::volume_not_detached,
    }
    /// Move a disk to another storage pool.
    MoveDisk {
        word: "migrate volume",
        is_beside: true,
        plan: &[send(CopyCommand)],
        done: World::disk_moved,
        undone: World::volume_as_before,
    }
    /// Copy a disk to where it can be downloaded.
    ExtractDisk {
        word: "extract volume",
        is_beside: true,
        plan: &[send(CopyCommand)],
    }
    CreateSnapshot {
        word: "create snapshot",
        is_beside: true,
        plan: &[send(CreateObjectCommand)],
        cloudstack: Some(own::SNAPSHOT),
        done: World::snapshot_made,
        undone: World::snapshot_not_made,
    }
    /// Back up what a snapshot of a whole machine has of a volume, which is in primary storage already.
    BackUpSnapshot {
        word: "create snapshot",
        is_beside: true,
        plan: &[send(CopyCommand)],
        done: World::snapshot_made,
        undone: World::snapshot_deleted,
    }
    DeleteSnapshot {
        word: "delete snapshot",
        is_beside: true,
        plan: &[send(DeleteCommand)],
        done: World::snapshot_deleted,
        undone: World::snapshot_not_deleted,
    }
    BackUpVolume {
        word: "back up volume",
        is_beside: true,
        plan: &[send(UploadCommand)],
        done: World::backup_ready,
        undone: World::backup_not_made,
    }
    RestoreBackup {
        word: "restore backup",
        is_beside: true,
        plan: &[send(CopyCommand)],
        done: World::backup_restored,
        undone: World::backup_not_restored,
    }
    DeleteBackup {
        word: "delete backup",
        is_beside: true,
        plan: &[send(DeleteCommand)],
        done: World::backup_deleted,
        undone: World::backup_not_deleted,
    }
}
