//! How a server is: what it is, what is being done to it, and what the hypervisor would say.

/// What a server is, apart from what is being done to it; Nova's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    Building,
    Active,
    Stopped,
    Paused,
    Suspended,
    /// Started from a rescue image, to be repaired.
    Rescued,
    /// Of another size or on another host, to be confirmed or reverted.
    Resized,
    /// Kept as an image, and still at its host.
    Shelved,
    /// Kept as an image only.
    ShelvedOffloaded,
    Error,
    /// Destroyed but not expunged: it can be recovered.
    SoftDeleted,
    Deleted,
}

/// What is being done to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Task {
    Scheduling,
    BlockDeviceMapping,
    Networking,
    Spawning,
    PoweringOn,
    PoweringOff,
    Rebooting,
    RebootPending,
    RebootStarted,
    RebootingHard,
    RebootPendingHard,
    RebootStartedHard,
    Pausing,
    Unpausing,
    Suspending,
    Resuming,
    Rescuing,
    Unrescuing,
    ResizePrep,
    ResizeMigrating,
    ResizeMigrated,
    ResizeFinish,
    ResizeReverting,
    ResizeConfirming,
    Rebuilding,
    RebuildBlockDeviceMapping,
    RebuildSpawning,
    Migrating,
    Shelving,
    ShelvingImagePendingUpload,
    ShelvingImageUploading,
    ShelvingOffloading,
    Unshelving,
    ImageSnapshot,
    ImageSnapshotPending,
    ImagePendingUpload,
    ImageUploading,
    ImageBackup,
    UpdatingPassword,
    Deleting,
    SoftDeleting,
    Restoring,
}

/// What the hypervisor would say of it, which the cloud may not know yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Power {
    None,
    Running,
    Paused,
    Shutdown,
    Crashed,
    Suspended,
}

/// The statuses that a server can be put in by force, with what they mean.
pub const STATUSES: &[(&str, State, Power)] = &[
    ("ACTIVE", State::Active, Power::Running),
    ("BUILD", State::Building, Power::None),
    ("SHUTOFF", State::Stopped, Power::Shutdown),
    ("PAUSED", State::Paused, Power::Paused),
    ("SUSPENDED", State::Suspended, Power::Suspended),
    ("ERROR", State::Error, Power::None),
    ("SOFT_DELETED", State::SoftDeleted, Power::Shutdown),
];

/// Nova's status: a function of state and task (`_STATE_MAP` in nova/api/openstack/common.py).
pub(super) fn status(state: State, task: Option<Task>) -> &'static str {
    match (state, task) {
        (State::Active, Some(task)) => passing(task).unwrap_or("ACTIVE"),
        (State::Stopped, Some(task)) => match passing(task) {
            Some(status @ ("RESIZE" | "REBUILD")) => status,
            _ => "SHUTOFF",
        },
        (State::Paused, Some(Task::Migrating)) => "MIGRATING",
        (State::Error, Some(task)) if passing(task) == Some("REBUILD") => "REBUILD",
        (State::Resized, Some(Task::ResizeReverting)) => "REVERT_RESIZE",
        (State::Stopped, None) => "SHUTOFF",
        (State::Active, None) => "ACTIVE",
        (State::Building, _) => "BUILD",
        (State::Paused, _) => "PAUSED",
        (State::Suspended, _) => "SUSPENDED",
        (State::Rescued, _) => "RESCUE",
        (State::Resized, _) => "VERIFY_RESIZE",
        (State::Shelved, _) => "SHELVED",
        (State::ShelvedOffloaded, _) => "SHELVED_OFFLOADED",
        (State::Error, _) => "ERROR",
        (State::SoftDeleted, _) => "SOFT_DELETED",
        (State::Deleted, _) => "DELETED",
    }
}

/// The status of a running server to which this is done, where that has one of its own.
fn passing(task: Task) -> Option<&'static str> {
    match task {
        Task::Rebooting | Task::RebootPending | Task::RebootStarted => Some("REBOOT"),
        Task::RebootingHard | Task::RebootPendingHard | Task::RebootStartedHard => {
            Some("HARD_REBOOT")
        }
        Task::UpdatingPassword => Some("PASSWORD"),
        Task::Rebuilding | Task::RebuildBlockDeviceMapping | Task::RebuildSpawning => {
            Some("REBUILD")
        }
        Task::Migrating => Some("MIGRATING"),
        Task::ResizePrep | Task::ResizeMigrating | Task::ResizeMigrated | Task::ResizeFinish => {
            Some("RESIZE")
        }
        _ => None,
    }
}
