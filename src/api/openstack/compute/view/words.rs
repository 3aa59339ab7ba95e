//! What of a server is a word: states, names, choices.

use crate::world::server::{Power, Server, State, Task};
use crate::world::topology::Host;

pub(in super::super) fn disk_config(server: &Server) -> &'static str {
    let resizes = server
        .spec
        .nova
        .as_ref()
        .is_some_and(|details| details.resizes_disk);
    if resizes { "AUTO" } else { "MANUAL" }
}

/// The name that the machine calls itself by: made from the server's, where none was asked for.
pub(in super::super) fn hostname(server: &Server) -> String {
    if let Some(hostname) = server
        .spec
        .nova
        .as_ref()
        .and_then(|details| details.hostname.as_ref())
    {
        return hostname.to_string();
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let name: String = server
        .spec
        .name
        .chars()
        .map(|c| if c == ' ' { '-' } else { c })
        .filter(|c| fits(*c))
        .collect();
    let name = name.replace(['_', '.'], "-").to_ascii_lowercase();
    let name = name.trim_matches('-');
    let name = &name[..name.len().min(63)];
    if name.is_empty() {
        format!("Server-{}", server.id)
    } else {
        name.to_owned()
    }
}

/// `r-` and eight characters.
pub(in super::super) fn reservation(server: &Server) -> String {
    let given = server
        .spec
        .nova
        .as_ref()
        .and_then(|details| details.reservation.as_deref());
    given.map_or_else(
        || format!("r-{:08x}", server.id.as_fields().0),
        str::to_owned,
    )
}

pub(super) fn host_status(host: Option<&Host>) -> &'static str {
    match host {
        None => "",
        Some(host) => match &host.service {
            None => "",
            Some(service) if service.is_forced_down => "DOWN",
            Some(service) if service.is_disabled || host.in_maintenance => "MAINTENANCE",
            // Nobody has said that it is down, but nothing is heard of it.
            Some(_) if !host.is_up => "UNKNOWN",
            Some(_) => "UP",
        },
    }
}

/// Nova's name for a state.
pub(in crate::api::openstack) fn vm_state(state: State) -> &'static str {
    match state {
        State::Building => "building",
        State::Active => "active",
        State::Stopped => "stopped",
        State::Paused => "paused",
        State::Suspended => "suspended",
        State::Rescued => "rescued",
        State::Resized => "resized",
        State::Shelved => "shelved",
        State::ShelvedOffloaded => "shelved_offloaded",
        State::Error => "error",
        State::SoftDeleted => "soft-delete",
        State::Deleted => "deleted",
    }
}

/// Nova's name for what is being done.
pub(in crate::api::openstack) fn task_state(task: Task) -> &'static str {
    match task {
        Task::Scheduling => "scheduling",
        Task::BlockDeviceMapping => "block_device_mapping",
        Task::Networking => "networking",
        Task::Spawning => "spawning",
        Task::PoweringOn => "powering-on",
        Task::PoweringOff => "powering-off",
        Task::Rebooting => "rebooting",
        Task::RebootPending => "reboot_pending",
        Task::RebootStarted => "reboot_started",
        Task::RebootingHard => "rebooting_hard",
        Task::RebootPendingHard => "reboot_pending_hard",
        Task::RebootStartedHard => "reboot_started_hard",
        Task::Pausing => "pausing",
        Task::Unpausing => "unpausing",
        Task::Suspending => "suspending",
        Task::Resuming => "resuming",
        Task::Rescuing => "rescuing",
        Task::Unrescuing => "unrescuing",
        Task::ResizePrep => "resize_prep",
        Task::ResizeMigrating => "resize_migrating",
        Task::ResizeMigrated => "resize_migrated",
        Task::ResizeFinish => "resize_finish",
        Task::ResizeReverting => "resize_reverting",
        Task::ResizeConfirming => "resize_confirming",
        Task::Rebuilding => "rebuilding",
        Task::RebuildBlockDeviceMapping => "rebuild_block_device_mapping",
        Task::RebuildSpawning => "rebuild_spawning",
        Task::Migrating => "migrating",
        Task::Shelving => "shelving",
        Task::ShelvingImagePendingUpload => "shelving_image_pending_upload",
        Task::ShelvingImageUploading => "shelving_image_uploading",
        Task::ShelvingOffloading => "shelving_offloading",
        Task::Unshelving => "unshelving",
        Task::ImageSnapshot => "image_snapshot",
        Task::ImageSnapshotPending => "image_snapshot_pending",
        Task::ImagePendingUpload => "image_pending_upload",
        Task::ImageUploading => "image_uploading",
        Task::ImageBackup => "image_backup",
        Task::UpdatingPassword => "updating_password",
        Task::Deleting => "deleting",
        Task::SoftDeleting => "soft-deleting",
        Task::Restoring => "restoring",
    }
}

/// Nova's word for what the hypervisor says.
pub(in super::super) fn power_word(power: Power) -> &'static str {
    match power {
        Power::None => "pending",
        Power::Running => "running",
        Power::Paused => "paused",
        Power::Shutdown => "shutdown",
        Power::Crashed => "crashed",
        Power::Suspended => "suspended",
    }
}

/// Nova's number for what the hypervisor says.
pub(in super::super) fn power_state(power: Power) -> u8 {
    match power {
        Power::None => 0,
        Power::Running => 1,
        Power::Paused => 3,
        Power::Shutdown => 4,
        Power::Crashed => 6,
        Power::Suspended => 7,
    }
}
