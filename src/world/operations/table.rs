//! What can be done: one row for each kind of operation, in the file of what it is done to.

mod balancers;
mod machines;
mod networks;
mod servers;
mod templates;
mod volumes;

use super::kind::Row;

/// Rows that are named as the kinds of operations are; what they leave out is as in most rows.
macro_rules! rows {
    ($($(#[doc = $about:literal])* $name:ident { $($field:ident: $value:expr,)* })*) => {
        $(
            $(#[doc = $about])*
            #[allow(non_upper_case_globals, reason = "it is named as its kind is")]
            pub(super) static $name: Row = Row { $($field: $value,)* ..ROW };
        )*
    };
}
use rows;

macro_rules! kinds {
    ($($table:ident { $($name:ident,)* })*) => {
        /// What an operation does: what its row in the table of the same name says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind {
            $($($name,)*)*
        }

        impl Kind {
            /// All of them, in the order of the tables.
            pub const ALL: &[Kind] = &[$($(Kind::$name,)*)*];

            /// Its row in its table.
            pub fn row(self) -> &'static Row {
                match self {
                    $($(Kind::$name => &$table::$name,)*)*
                }
            }
        }
    };
}

kinds! {
    servers {
        Create,
        CreateStopped,
        CreateWithVolumes,
        Start,
        Stop,
        ForcedStop,
        Reboot,
        HardReboot,
        Pause,
        Unpause,
        Suspend,
        Resume,
        Rescue,
        Unrescue,
        Resize,
        ColdMigrate,
        ConfirmResize,
        RevertResize,
        Rebuild,
        Evacuate,
        Migrate,
        Shelve,
        ShelveOffload,
        Unshelve,
        CreateImage,
        CreateBackup,
        ChangePassword,
        TriggerCrashDump,
        Lock,
        Unlock,
        Destroy,
        Restore,
        Delete,
    }
    machines {
        Revive,
        Flee,
        Scale,
        TakeVmSnapshot,
        RevertToVmSnapshot,
        DeleteVmSnapshot,
        Maintain,
        MaintainPool,
        ReopenPool,
    }
    volumes {
        AttachVolume,
        DetachVolume,
        CreateVolume,
        DeleteVolume,
        ExtendVolume,
        ExtendAttachedVolume,
        RetypeVolume,
        RevertVolume,
        UploadVolume,
        FillDisk,
        FetchDisk,
        AttachDisk,
        AttachNewDisk,
        AttachUploadedDisk,
        DetachDisk,
        MoveDisk,
        ExtractDisk,
        CreateSnapshot,
        BackUpSnapshot,
        DeleteSnapshot,
        BackUpVolume,
        RestoreBackup,
        DeleteBackup,
    }
    templates {
        FetchTemplate,
        MakeTemplate,
        CopyTemplate,
        DeleteTemplate,
        ChangeIso,
    }
    networks {
        PlugNic,
        UnplugNic,
        AssociateAddress,
        AssociateVpcAddress,
        ApplyFirewall,
        ApplyPortForwarding,
        ApplyVpcPortForwarding,
        ForwardPorts,
        ApplyStaticNat,
        ApplyAcl,
        ConnectPrivately,
        ApplyRoutes,
        ReapplyNetwork,
        ReapplyVpc,
        StartAppliance,
        StopAppliance,
        RebootAppliance,
        RestartAppliance,
        DestroyAppliance,
        DeleteNetwork,
        MigrateAppliance,
        ApplyBalancing,
        BalanceInside,
        EndBalancing,
        BalancePorts,
        ConnectSites,
        OpenRemoteAccess,
        SetVpnUsers,
        ApplyGroups,
    }
    balancers {
        CreateBalancer,
        UpdateBalancer,
        DeleteBalancer,
        AddNodes,
        ChangeNodes,
        RemoveNodes,
    }
}
