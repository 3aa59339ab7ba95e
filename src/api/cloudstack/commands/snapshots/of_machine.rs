//! `createSnapshotFromVMSnapshot`: of one volume, out of a snapshot of the whole machine.

use crate::api::cloudstack::access::permit;
use crate::api::cloudstack::commands::{machines, volumes};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::server::Server;
use crate::world::server::vm_snapshots::VmSnapshot;
use crate::world::volume::Volume;

pub(super) fn create(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let volume = volumes::target(world, &landing)?;
    let (snapshot, machine) = named(world, call)?;
    check(world, snapshot, machine, volume)?;
    let user = caller(call)?.user.clone();
    let draft = world.snapshot_draft(volume, args(world, call).text("name"), user);
    let (id, operation) = world.back_up_snapshot(draft);
    job::started(world, call, id, Ok(operation))
}

/// The snapshot that a call names, and its machine.
fn named<'a>(world: &'a World, call: &Call) -> Result<(&'a VmSnapshot, &'a Server), Fault> {
    let id = args(world, call).required_id("vmsnapshotid")?;
    let gone = || Fault::invalid(format!("Unable to find Instance Snapshot by id={id}"));
    let snapshot = world.vm_snapshot(id).ok_or_else(gone)?;
    permit(world, call, &snapshot.project, id)?;
    Ok((snapshot, machines::known_machine(world, snapshot.server)?))
}

/// # Errors
/// When the volume is not the machine's or not ready, or its hypervisor cannot do this.
fn check(
    world: &World,
    snapshot: &VmSnapshot,
    machine: &Server,
    volume: &Volume,
) -> Result<(), Fault> {
    if volume.attachment_to(machine.id).is_none() {
        return Err(Fault::invalid(format!(
            "Creating snapshot failed due to volume:{} doesn't attach to vm :{}",
            volume.name, machine.spec.name
        )));
    }
    let state = volumes::state(world, volume);
    if state != "Ready" {
        return Err(Fault::invalid(format!(
            "Volume: {} is not in Ready state but {state}. Cannot take snapshot.",
            volume.name
        )));
    }
    let hypervisor = machines::hypervisor(world, machine);
    if hypervisor != "KVM" {
        return Err(Fault::invalid(format!(
            "Unsupported hypervisor type {hypervisor}. This supports KVM only"
        )));
    }
    match snapshot.state {
        crate::world::server::vm_snapshots::VmSnapshotState::Ready => Ok(()),
        state => Err(Fault::invalid(format!(
            "VM snapshot {} is not in Ready state but {}",
            snapshot.name,
            state.word()
        ))),
    }
}
