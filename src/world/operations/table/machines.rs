//! What only CloudStack does to its machines and hosts.

use AgentCommand::*;

use super::rows;
use crate::vocabulary::command::AgentCommand;
use crate::world::World;
use crate::world::operations::cloudstack as own;
use crate::world::operations::kind::{Complaint, Per, ROW, Room, Row, send};
use crate::world::server::{State, Task};

rows! {
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
    /// Have a storage pool in maintenance, once the machines on it are stopped.
    MaintainPool {
        word: "prepare for maintenance",
        is_beside: true,
        done: World::pool_emptied,
        undone: World::pool_not_emptied,
    }
    /// Take a storage pool back, and start the machines that were stopped for it.
    ReopenPool {
        word: "cancel maintenance",
        is_beside: true,
    }
    /// Set a host to maintenance, and have its machines leave.
    Maintain {
        word: "prepare for maintenance",
        plan: &[send(MaintainCommand)],
        done: World::empty_host,
        complaint: Per::both(Complaint::CannotMaintain),
    }
}
