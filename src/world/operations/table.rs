//! What can be done: one row for each kind of operation.

use AgentCommand::*;

use super::cloudstack as own;
use super::kind::{Complaint, Failure, Per, ROW, Room, Row, When, send};
use crate::vocabulary::command::AgentCommand;
use crate::world::World;
use crate::world::server::{State, Task};

macro_rules! kinds {
    ($($(#[doc = $about:literal])* $name:ident { $($field:ident: $value:expr,)* })*) => {
        /// What an operation does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind {
            $($(#[doc = $about])* $name,)*
        }

        static ROWS: &[Row] = &[$(Row { $($field: $value,)* ..ROW },)*];

        impl Kind {
            /// All of them, in the order of the table.
            pub const ALL: &[Kind] = &[$(Kind::$name,)*];

            /// Its row in the table.
            pub fn row(self) -> &'static Row {
                &ROWS[self as usize]
            }
        }
    };
}

// Nova builds on up to 3 hosts (`[scheduler] max_attempts`) and starts a server only where it is. CloudStack's
// `start.retry` is 10, for the first start and every later one. What becomes of a server after a failure is, for
// Nova, what nova/compute/manager.py does with an exception of its driver.
kinds! {
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
    /// Bring a template from afar.
    FetchTemplate {
        word: "register template",
        is_beside: true,
        plan: &[send(DownloadCommand)],
        done: World::template_fetched,
        undone: World::template_not_fetched,
    }
    /// Make a template of a volume or a snapshot.
    MakeTemplate {
        word: "create template",
        is_beside: true,
        plan: &[send(CopyCommand)],
        done: World::template_made,
        undone: World::template_not_made,
    }
    CopyTemplate {
        word: "copy template",
        is_beside: true,
        plan: &[send(CopyCommand)],
        done: World::template_copied,
    }
    DeleteTemplate {
        word: "delete template",
        is_beside: true,
        plan: &[send(DeleteCommand)],
        done: World::template_deleted,
    }
    /// Put an ISO into a machine's drive, or take it out.
    ChangeIso {
        word: "change ISO",
        is_beside: true,
        plan: &[send(AttachIsoCommand).when(When::On)],
        done: World::iso_changed,
    }
    CreateSnapshot {
        word: "create snapshot",
        is_beside: true,
        plan: &[send(CreateObjectCommand)],
        cloudstack: Some(own::SNAPSHOT),
        done: World::snapshot_made,
        undone: World::snapshot_not_made,
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
    /// Put a network card into a server.
    PlugNic {
        word: "plug network card",
        is_beside: true,
        plan: &[send(PlugNicCommand)],
        cloudstack: Some(own::PLUG),
        undone: World::pull_card,
    }
    /// Take a network card out of a server.
    UnplugNic {
        word: "unplug network card",
        is_beside: true,
        plan: &[send(UnPlugNicCommand)],
        done: World::pull_card,
    }
    /// Start a machine again that high availability stopped.
    Revive {
        word: "restart",
        task: Some(Task::PoweringOn),
        plan: own::LAUNCH,
        room: Room::Settles,
        tries: Per::both(10),
        goal: Some(State::Active),
        done: World::revived,
        complaint: Per::both(Complaint::NoHost),
        undone: World::not_revived,
    }
    /// Move a machine off a host that is to be empty.
    Flee {
        word: "migrate",
        task: Some(Task::Migrating),
        plan: own::MIGRATE,
        room: Room::Claims,
        done: World::fled,
        undone: World::not_fled,
    }
    /// Give a machine another size, running or not.
    Scale {
        word: "scale",
        plan: own::SCALE,
        room: Room::Claims,
        done: World::scaled,
        undone: World::not_scaled,
    }
    TakeVmSnapshot {
        word: "create VM snapshot",
        plan: &[send(CreateVMSnapshotCommand)],
        done: World::vm_snapshot_taken,
        undone: World::vm_snapshot_failed,
    }
    RevertToVmSnapshot {
        word: "revert to VM snapshot",
        plan: &[send(RevertToVMSnapshotCommand).at_storage()],
        done: World::vm_snapshot_reverted,
        undone: World::vm_snapshot_ready,
    }
    DeleteVmSnapshot {
        word: "delete VM snapshot",
        plan: &[send(DeleteVMSnapshotCommand).at_storage()],
        done: World::vm_snapshot_deleted,
        undone: World::vm_snapshot_ready,
    }
    /// Set a host to maintenance, and have its machines leave.
    Maintain {
        word: "prepare for maintenance",
        plan: &[send(MaintainCommand)],
        done: World::empty_host,
        complaint: Per::both(Complaint::CannotMaintain),
    }
    /// Give a router a public address, or take it away.
    AssociateAddress {
        word: "associate address",
        is_beside: true,
        plan: &[send(IpAssocCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    /// The same, for the router of a virtual private cloud.
    AssociateVpcAddress {
        word: "associate address",
        is_beside: true,
        plan: &[send(IpAssocVpcCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    ApplyFirewall {
        word: "apply firewall rules",
        is_beside: true,
        plan: &[send(SetFirewallRulesCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    ApplyPortForwarding {
        word: "apply port forwarding rules",
        is_beside: true,
        plan: &[send(SetPortForwardingRulesCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    ApplyVpcPortForwarding {
        word: "apply port forwarding rules",
        is_beside: true,
        plan: &[send(SetPortForwardingRulesVpcCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    /// Let in what is forwarded, and forward it.
    ForwardPorts {
        word: "apply port forwarding rules",
        is_beside: true,
        plan: &[send(SetFirewallRulesCommand), send(SetPortForwardingRulesCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    ApplyStaticNat {
        word: "apply static NAT",
        is_beside: true,
        plan: &[send(SetStaticNatRulesCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    ApplyAcl {
        word: "apply network ACL",
        is_beside: true,
        plan: &[send(SetNetworkACLCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    /// Connect the router of a virtual private cloud to a private network, or cut it off.
    ConnectPrivately {
        word: "set up private gateway",
        is_beside: true,
        plan: &[send(IpAssocVpcCommand), send(SetNetworkACLCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    ApplyRoutes {
        word: "apply static routes",
        is_beside: true,
        plan: &[send(SetStaticRouteCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    /// Tell a network's router anew all that it has to heed.
    ReapplyNetwork {
        word: "restart network",
        is_beside: true,
        plan: &[
            send(IpAssocCommand),
            send(SetFirewallRulesCommand),
            send(SetPortForwardingRulesCommand),
            send(SetStaticNatRulesCommand),
        ],
        done: World::network_restarted,
    }
    /// The same, for a virtual private cloud's.
    ReapplyVpc {
        word: "restart VPC",
        is_beside: true,
        plan: &[
            send(SetupGuestNetworkCommand),
            send(IpAssocVpcCommand),
            send(SetSourceNatCommand),
            send(SetNetworkACLCommand),
            send(SetPortForwardingRulesVpcCommand),
            send(SetStaticRouteCommand),
        ],
        done: World::network_restarted,
    }
    /// Start one of the cloud's own machines.
    StartAppliance {
        word: "start",
        is_beside: true,
        plan: &[send(StartCommand), send(CheckSshCommand)],
        done: World::appliance_runs,
        undone: World::appliance_is_off,
    }
    StopAppliance {
        word: "stop",
        is_beside: true,
        plan: &[send(StopCommand)],
        done: World::appliance_is_off,
        undone: World::appliance_stays,
    }
    RebootAppliance {
        word: "reboot",
        is_beside: true,
        plan: &[send(RebootCommand)],
        undone: World::appliance_stays,
    }
    /// Stop and start one, so that it is told everything anew.
    RestartAppliance {
        word: "restart",
        is_beside: true,
        plan: &[send(StopCommand), send(StartCommand), send(CheckSshCommand)],
        done: World::network_restarted,
        undone: World::appliance_is_off,
    }
    DestroyAppliance {
        word: "destroy",
        is_beside: true,
        plan: &[send(StopCommand), send(DestroyCommand)],
        done: World::appliance_is_gone,
        undone: World::appliance_stays,
    }
    /// Remove a network, or a virtual private cloud, with the router that runs for it.
    DeleteNetwork {
        word: "delete network",
        is_beside: true,
        plan: &[send(StopCommand), send(DestroyCommand)],
        done: World::network_goes,
        undone: World::appliance_stays,
    }
    MigrateAppliance {
        word: "migrate",
        is_beside: true,
        plan: &[send(PrepareForMigrationCommand), send(MigrateCommand)],
        done: World::appliance_runs,
        undone: World::appliance_stays,
    }
    ApplyBalancing {
        word: "apply load balancer rules",
        is_beside: true,
        plan: &[send(LoadBalancerConfigCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    /// Let in what is balanced, and balance it.
    BalancePorts {
        word: "apply load balancer rules",
        is_beside: true,
        plan: &[send(SetFirewallRulesCommand), send(LoadBalancerConfigCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    /// Connect the router of a virtual private cloud with another site, or cut it off.
    ConnectSites {
        word: "connect sites",
        is_beside: true,
        plan: &[send(Site2SiteVpnCfgCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    /// Open or close the way in for users from afar.
    OpenRemoteAccess {
        word: "set up remote access",
        is_beside: true,
        plan: &[send(RemoteAccessVpnCfgCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    SetVpnUsers {
        word: "set VPN users",
        is_beside: true,
        plan: &[send(VpnUsersCfgCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    /// Have a machine's host heed its security groups.
    ApplyGroups {
        word: "apply security group rules",
        is_beside: true,
        plan: &[send(SecurityGroupRulesCmd)],
    }
    /// Set up a load balancer.
    CreateBalancer {
        word: "create load balancer",
        is_beside: true,
        plan: &[send(CreateLoadBalancerCommand)],
        done: World::settle_balancer,
        undone: World::break_balancer,
    }
    /// Change how a load balancer is set up.
    UpdateBalancer {
        word: "update load balancer",
        is_beside: true,
        plan: &[send(UpdateLoadBalancerCommand)],
        done: World::settle_balancer,
        undone: World::break_balancer,
    }
    /// Remove a load balancer.
    DeleteBalancer {
        word: "delete load balancer",
        is_beside: true,
        plan: &[send(DeleteLoadBalancerCommand)],
        done: World::bury_balancer,
        undone: World::break_balancer,
    }
    /// Add nodes to a load balancer.
    AddNodes {
        word: "add nodes",
        is_beside: true,
        plan: &[send(CreateLoadBalancerNodeCommand)],
        done: World::settle_balancer,
        undone: World::break_balancer,
    }
    /// Change nodes of a load balancer.
    ChangeNodes {
        word: "change nodes",
        is_beside: true,
        plan: &[send(UpdateLoadBalancerNodeCommand)],
        done: World::settle_balancer,
        undone: World::break_balancer,
    }
    /// Remove nodes from a load balancer.
    RemoveNodes {
        word: "remove nodes",
        is_beside: true,
        plan: &[send(DeleteLoadBalancerNodeCommand)],
        done: World::settle_balancer,
        undone: World::break_balancer,
    }
}
