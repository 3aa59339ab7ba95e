//! What can be done to servers.

use AgentCommand::*;

use super::rows;
use crate::vocabulary::command::AgentCommand;
use crate::world::World;
use crate::world::operations::cloudstack as own;
use crate::world::operations::kind::{Complaint, Failure, Per, ROW, Room, Row, When, send};
use crate::world::server::{State, Task};

// Nova builds on up to 3 hosts (`[scheduler] max_attempts`) and starts a server only where it is. CloudStack's
// `start.retry` is 10, for the first start and every later one. What becomes of a server after a failure is, for
// Nova, what nova/compute/manager.py does with an exception of its driver.
rows! {
    /// Make it, and start it.
    Create {
        word: "create",
        task: Some(Task::Scheduling),
        plan: &[send(CopyCommand).shows(Task::Spawning), send(StartCommand)],
        cloudstack: Some(own::LAUNCH),
        room: Room::Settles,
        tries: Per { nova: 3, cloudstack: 10 },
        goal: Some(State::Active),
        done: World::launch,
        failure: Per::both(Failure::Breaks),
        complaint: Per::both(Complaint::NoHost),
        undone: World::lose_volumes,
    }
    /// Make it, and leave it stopped.
    CreateStopped {
        word: "create",
        task: Some(Task::Spawning),
        room: Room::Settles,
        goal: Some(State::Stopped),
        done: World::leave_off,
        failure: Per::both(Failure::Breaks),
        complaint: Per::both(Complaint::NoHost),
    }
    /// Make it, and start it with volumes, which are there.
    CreateWithVolumes {
        word: "create",
        task: Some(Task::Scheduling),
        plan: &[
            send(AttachCommand).shows(Task::BlockDeviceMapping),
            send(CopyCommand).when(When::HasDisk).shows(Task::Spawning),
            send(StartCommand).shows(Task::Spawning),
        ],
        cloudstack: Some(own::LAUNCH),
        room: Room::Settles,
        tries: Per { nova: 3, cloudstack: 10 },
        goal: Some(State::Active),
        done: World::launch_with_volumes,
        failure: Per::both(Failure::Breaks),
        complaint: Per::both(Complaint::NoHost),
        undone: World::lose_volumes,
    }
    Start {
        word: "start",
        task: Some(Task::PoweringOn),
        plan: &[send(StartCommand)],
        cloudstack: Some(own::LAUNCH),
        room: Room::Settles,
        tries: Per { nova: 1, cloudstack: 10 },
        goal: Some(State::Active),
        done: World::disks_made,
        complaint: Per { nova: Complaint::HostsWords, cloudstack: Complaint::NoHost },
    }
    Stop {
        word: "stop",
        task: Some(Task::PoweringOff),
        plan: &[send(StopCommand)],
        goal: Some(State::Stopped),
        done: World::release,
        complaint: Per { nova: Complaint::HostsWords, cloudstack: Complaint::CannotStop },
    }
    /// Take it as stopped even when the host refuses.
    ForcedStop {
        word: "stop",
        task: Some(Task::PoweringOff),
        plan: &[send(StopCommand)],
        goal: Some(State::Stopped),
        done: World::release,
        failure: Per::both(Failure::Ignored),
    }
    Reboot {
        word: "reboot",
        task: Some(Task::Rebooting),
        plan: &[send(RebootCommand)],
        goal: Some(State::Active),
        failure: Per { nova: Failure::BreaksIfOff, cloudstack: Failure::Reverts },
    }
    HardReboot {
        word: "reboot",
        task: Some(Task::RebootingHard),
        plan: &[send(RebootCommand)],
        cloudstack: Some(own::RESTART),
        room: Room::Settles,
        tries: Per { nova: 1, cloudstack: 10 },
        goal: Some(State::Active),
        done: World::disks_made,
        failure: Per { nova: Failure::BreaksIfOff, cloudstack: Failure::Becomes(State::Stopped) },
        complaint: Per { nova: Complaint::HostsWords, cloudstack: Complaint::NoHost },
    }
    Pause {
        word: "pause",
        task: Some(Task::Pausing),
        plan: &[send(PauseCommand)],
        goal: Some(State::Paused),
    }
    Unpause {
        word: "unpause",
        task: Some(Task::Unpausing),
        plan: &[send(UnpauseCommand)],
        goal: Some(State::Active),
    }
    Suspend {
        word: "suspend",
        task: Some(Task::Suspending),
        plan: &[send(SuspendCommand)],
        goal: Some(State::Suspended),
        failure: Per::both(Failure::Breaks),
    }
    Resume {
        word: "resume",
        task: Some(Task::Resuming),
        plan: &[send(ResumeCommand)],
        goal: Some(State::Active),
        failure: Per::both(Failure::Breaks),
    }
    Rescue {
        word: "rescue",
        task: Some(Task::Rescuing),
        plan: &[send(RescueCommand)],
        goal: Some(State::Rescued),
        failure: Per::both(Failure::Breaks),
    }
    Unrescue {
        word: "unrescue",
        task: Some(Task::Unrescuing),
        plan: &[send(UnrescueCommand)],
        goal: Some(State::Active),
        failure: Per::both(Failure::Breaks),
    }
    /// Give it another size, on another host.
    Resize {
        word: "resize",
        task: Some(Task::ResizePrep),
        plan: &[
            send(PrepareForMigrationCommand),
            send(StopCommand).at_origin().when(When::On).shows(Task::ResizeMigrating).breaks(),
            send(MigrateVolumeCommand).at_origin().when(When::HasDisk).breaks(),
            send(StartCommand).when(When::WasOn).shows(Task::ResizeFinish).breaks(),
        ],
        room: Room::Claims,
        tries: Per { nova: 3, cloudstack: 1 },
        goal: Some(State::Resized),
        done: World::resized,
    }
    /// Move it to another host by way of a stop.
    ColdMigrate {
        word: "migrate",
        task: Some(Task::ResizePrep),
        plan: &[
            send(PrepareForMigrationCommand),
            send(StopCommand).at_origin().when(When::On).shows(Task::ResizeMigrating).breaks(),
            send(MigrateVolumeCommand).at_origin().when(When::HasDisk).breaks(),
            send(StartCommand).when(When::WasOn).shows(Task::ResizeFinish).breaks(),
        ],
        room: Room::Claims,
        tries: Per { nova: 3, cloudstack: 1 },
        goal: Some(State::Resized),
        done: World::resized,
    }
    /// Keep a new size, and remove what is left at the old host.
    ConfirmResize {
        word: "confirm resize",
        room: Room::Returns,
        plan: &[send(DestroyCommand).when(When::Moves)],
        done: World::confirmed,
        failure: Per::both(Failure::Breaks),
    }
    /// Return to the old size and host.
    RevertResize {
        word: "revert resize",
        task: Some(Task::ResizeReverting),
        plan: &[
            send(StopCommand).at_origin().when(When::On),
            send(DestroyCommand).at_origin().when(When::Moves),
            send(StartCommand).when(When::WasOn),
        ],
        room: Room::Returns,
        done: World::reverted,
        failure: Per::both(Failure::Breaks),
    }
    /// Make it anew from an image, where it is.
    Rebuild {
        word: "rebuild",
        task: Some(Task::Rebuilding),
        plan: &[
            send(StopCommand).when(When::On),
            send(CopyCommand).shows(Task::RebuildBlockDeviceMapping),
            send(StartCommand).when(When::WasOn).shows(Task::RebuildSpawning),
        ],
        cloudstack: Some(own::RESTORE),
        done: World::rebuilt,
        failure: Per { nova: Failure::Breaks, cloudstack: Failure::Reverts },
    }
    /// Make it anew elsewhere, since its host is dead.
    Evacuate {
        word: "evacuate",
        task: Some(Task::Rebuilding),
        plan: &[
            send(CopyCommand).when(When::HasDisk).shows(Task::RebuildBlockDeviceMapping),
            send(StartCommand).when(When::WasOn).shows(Task::RebuildSpawning),
        ],
        room: Room::Claims,
        done: World::rebuilt,
        failure: Per::both(Failure::Breaks),
    }
    /// Move it off its host, running.
    Migrate {
        word: "migrate",
        task: Some(Task::Migrating),
        plan: &[send(PrepareForMigrationCommand), send(MigrateCommand).at_origin()],
        cloudstack: Some(own::MIGRATE),
        room: Room::Claims,
        done: World::arrive,
    }
    /// Keep it as an image, and give its place on the host to others.
    Shelve {
        word: "shelve",
        task: Some(Task::Shelving),
        plan: &[
            send(StopCommand).when(When::On),
            send(CreateVMSnapshotCommand).when(When::HasDisk),
            send(UploadCommand).when(When::HasDisk).shows(Task::ShelvingImageUploading),
            send(DestroyCommand).shows(Task::ShelvingOffloading),
        ],
        done: World::offloaded,
        undone: World::unshelvable,
    }
    /// Give the place of a shelved one to others.
    ShelveOffload {
        word: "offload",
        task: Some(Task::ShelvingOffloading),
        plan: &[send(DestroyCommand)],
        done: World::offloaded,
    }
    Unshelve {
        word: "unshelve",
        task: Some(Task::Unshelving),
        plan: &[
            send(AttachCommand).when(When::WithVolume).shows(Task::Spawning),
            send(CopyCommand).when(When::WasOffloaded).shows(Task::Spawning),
            send(StartCommand).shows(Task::Spawning),
        ],
        room: Room::Settles,
        goal: Some(State::Active),
        done: World::unshelved,
    }
    /// Make an image of it.
    CreateImage {
        word: "create image",
        task: Some(Task::ImageSnapshotPending),
        plan: &[
            send(CreateVMSnapshotCommand).shows(Task::ImageSnapshot),
            send(UploadCommand).shows(Task::ImageUploading),
        ],
        done: World::snapshot_taken,
        undone: World::snapshot_failed,
    }
    /// Make an image of it, and remove those of its kind that are too old.
    CreateBackup {
        word: "back up",
        task: Some(Task::ImageBackup),
        plan: &[send(CreateVMSnapshotCommand), send(UploadCommand).shows(Task::ImageUploading)],
        done: World::snapshot_taken,
        undone: World::snapshot_failed,
    }
    ChangePassword {
        word: "change password",
        task: Some(Task::UpdatingPassword),
        plan: &[send(SetPasswordCommand)],
        failure: Per::both(Failure::Breaks),
    }
    TriggerCrashDump {
        word: "trigger crash dump",
        is_beside: true,
        plan: &[send(TriggerCrashDumpCommand)],
    }
    /// Keep others than administrators from changing it.
    Lock {
        word: "lock",
        is_beside: true,
    }
    Unlock {
        word: "unlock",
        is_beside: true,
    }
    /// Stop it and keep it for recovery.
    Destroy {
        word: "destroy",
        task: Some(Task::Deleting),
        plan: &[send(StopCommand).when(When::On)],
        goal: Some(State::SoftDeleted),
        done: World::destroyed,
        complaint: Per { nova: Complaint::HostsWords, cloudstack: Complaint::CannotStop },
    }
    /// Take back its destruction.
    Restore {
        word: "restore",
        task: Some(Task::Restoring),
        plan: &[send(StartCommand)],
        goal: Some(State::Active),
    }
    /// Remove it for good.
    Delete {
        word: "delete",
        task: Some(Task::Deleting),
        plan: &[send(StopCommand).when(When::On), send(DestroyCommand).when(When::Placed)],
        cloudstack: Some(own::EXPUNGE),
        done: World::bury,
        failure: Per { nova: Failure::Breaks, cloudstack: Failure::Reverts },
        undone: World::not_expunged,
    }
}
