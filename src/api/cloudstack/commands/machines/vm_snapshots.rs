//! Snapshots of whole machines.

use serde_json::{Value, json};
use uuid::Uuid;

use super::moves::land;
use super::operate::target;
use super::{instance_name, show as show_machine, state};
use crate::api::cloudstack::commands::{date, joined, owner};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing, Target};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::operations::Thing;
use crate::world::server::vm_snapshots::{VmSnapshot, VmSnapshotDraft, VmSnapshotState};

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listVMSnapshot", list).showing(show),
    Row::new("cloudstack.createVMSnapshot", land, create).showing(show),
    Row::new("cloudstack.revertToVMSnapshot", land_snapshot, revert).showing(show_machine),
    Row::new("cloudstack.deleteVMSnapshot", land_snapshot, delete),
];

/// How many a machine can have; CloudStack's `vmsnapshot.max`.
const MOST: usize = 10;

fn wrong(message: impl Into<String>) -> Fault {
    Fault::new(FaultKind::InvalidParameter, message)
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    // Not as the catalog spells it, nor as the snapshot of a job stands.
    let listing = Listing::new(world, call)?.under("vmSnapshot");
    let args = &listing.args;
    let (machine, own) = (args.id("virtualmachineid"), args.id("vmsnapshotid"));
    let several = args.ids("vmsnapshotids");
    let snapshots = world.vm_snapshots().filter(|snapshot| {
        listing.shows(&snapshot.project)
            && listing.wants(snapshot.id, &snapshot.name)
            && machine.is_none_or(|machine| machine == snapshot.server)
            && own.is_none_or(|own| own == snapshot.id)
            && several
                .as_ref()
                .is_none_or(|ids| ids.contains(&snapshot.id))
            && args.is("state", snapshot.state.word())
    });
    Ok(listing.shown(snapshots.map(|snapshot| snapshot.id)))
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let snapshot = world.vm_snapshot(id)?;
    let parent = snapshot.parent.and_then(|id| world.vm_snapshot(id));
    let server = world.server(snapshot.server);
    let host = server.and_then(|server| server.host.or(server.last_host));
    let place = host.map(|host| &world.topology.host(host).place);
    let own = json!({
        "id": id,
        "name": name(world, snapshot),
        "displayname": snapshot.name,
        "description": snapshot.description,
        "state": snapshot.state.word(),
        "type": if snapshot.has_memory { "DiskAndMemory" } else { "Disk" },
        "current": snapshot.is_current,
        "parent": parent.map(|parent| parent.id),
        "parentName": parent.map(|parent| &parent.name),
        "created": date(snapshot.created),
        "virtualmachineid": snapshot.server,
        "virtualmachinename": server.map(|server| &server.spec.name),
        "hypervisor": "Simulator",
        "zoneid": place.and_then(|place| world.topology.id_at(place, Level::Zone)),
        "zonename": place.and_then(|place| place.name(Level::Zone)),
        "tags": [],
    });
    Some(joined(own, owner(world, &snapshot.project)))
}

/// The name that hypervisors know it by.
fn name(world: &World, snapshot: &VmSnapshot) -> String {
    let time = snapshot.created.format("%Y%m%d%H%M%S");
    let machine = world.server(snapshot.server);
    let machine = machine.map_or_else(String::new, |server| instance_name(world, server));
    format!("{machine}_VS_{time}")
}

fn create(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let server = target(world, &landing)?;
    let (id, args) = (server.id, args(world, call));
    let has_memory = args.flag("snapshotmemory") == Some(true);
    match state(world, server) {
        "Stopped" if has_memory => {
            return Err(wrong(
                "Can not snapshot memory when VM is not in Running state",
            ));
        }
        "Running" | "Stopped" => {}
        _ => {
            let message = "is not in the running or Stopped state";
            return Err(wrong(format!(
                "Creating VM snapshot failed due to VM:{id} {message}"
            )));
        }
    }
    let own = world
        .vm_snapshots()
        .filter(|snapshot| snapshot.server == id);
    if own.count() >= MOST {
        return Err(wrong(format!(
            "Creating vm snapshot failed due to a VM can just have : {MOST} VM snapshots. Please delete old ones"
        )));
    }
    let draft = VmSnapshotDraft {
        name: args.text("name").map(Into::into),
        description: args.text("description").map(Into::into),
        has_memory,
    };
    let user = caller(call)?.user.clone();
    let taken = world.take_vm_snapshot(id, draft, user);
    let (snapshot, operation) = taken.ok_or_else(|| wrong("Unable to find the VM"))?;
    job::follow(world, call, snapshot, operation)
}

/// Finds the snapshot that the `vmsnapshotid` argument names.
fn land_snapshot(world: &World, call: &Call) -> Result<Landing, Fault> {
    let id = args(world, call).required_id("vmsnapshotid")?;
    let caller = caller(call)?;
    let snapshot = world.vm_snapshot(id).ok_or_else(gone)?;
    if !caller.is_admin() && Some(&snapshot.project) != caller.project.as_ref() {
        let message = format!(
            "Account {} does not have permission to operate with resource {id}",
            caller.user.name
        );
        return Err(Fault::new(FaultKind::Forbidden, message));
    }
    let host = world.server(snapshot.server);
    let host = host.and_then(|server| server.host.or(server.last_host));
    Ok(Landing::on_thing(world, Thing::VmSnapshot(id), host))
}

fn gone() -> Fault {
    wrong("Unable to find the VM snapshot")
}

fn snapshot<'a>(world: &'a World, landing: &Landing) -> Result<&'a VmSnapshot, Fault> {
    let Target::Thing(thing) = landing.target else {
        return Err(gone());
    };
    let id = thing.vm_snapshot();
    id.and_then(|id| world.vm_snapshot(id)).ok_or_else(gone)
}

fn revert(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let snapshot = snapshot(world, &landing)?;
    let (id, machine) = (snapshot.id, snapshot.server);
    if snapshot.state != VmSnapshotState::Ready {
        return Err(wrong(
            "VM Snapshot reverting failed due to vm snapshot is not in the state of Created.",
        ));
    }
    let running = world.server(machine).map(|server| state(world, server));
    let fits = match running {
        Some("Running") => snapshot.has_memory,
        Some("Stopped") => !snapshot.has_memory,
        _ => false,
    };
    if !fits {
        return Err(wrong(
            "VM Snapshot revert not allowed. This will result in VM state change. You can revert running VM to \
             disk and memory type snapshot and stopped VM to disk type snapshot",
        ));
    }
    let user = caller(call)?.user.clone();
    let operation = world.revert_to_vm_snapshot(id, user).ok_or_else(gone)?;
    job::follow(world, call, machine, operation)
}

fn delete(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let snapshot = snapshot(world, &landing)?;
    let id = snapshot.id;
    if !matches!(
        snapshot.state,
        VmSnapshotState::Ready | VmSnapshotState::Error
    ) {
        return Err(wrong(
            "Can't delete the vm snapshot due to it is not in Created or Error, or Expunging State",
        ));
    }
    let user = caller(call)?.user.clone();
    let operation = world.delete_vm_snapshot(id, user).ok_or_else(gone)?;
    job::follow(world, call, id, operation)
}
