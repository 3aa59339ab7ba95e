//! Virtual machines, which OpenStack calls servers.

mod cards;
mod change;
mod deploy;
mod disks;
mod groups;
mod list;
mod moves;
pub(crate) mod nics;
mod operate;
mod parts;
mod secrets;
mod source;
mod user_data;
mod view;
mod vm_snapshots;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::cloudstack::access::permit;
use crate::api::cloudstack::args;
use crate::api::cloudstack::commands::joined;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::{Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::server::Server;

pub(crate) use groups::ROWS as GROUPS;
pub(super) use view::{display_name, hypervisor, instance_name, machine, state};
pub(crate) use vm_snapshots::ROWS as VM_SNAPSHOTS;

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listVirtualMachines", list::list).showing(show_with_stats),
    Row::new(
        "cloudstack.deployVirtualMachine",
        deploy::land,
        deploy::deploy,
    )
    .showing(secrets::show_with_password),
    Row::read("cloudstack.listVirtualMachinesMetrics", list::list).showing(show_with_metrics),
    Row::new("cloudstack.updateVirtualMachine", land, change::update).showing(show),
    Row::new(
        "cloudstack.changeServiceForVirtualMachine",
        land,
        change::change_service,
    )
    .showing(show),
    Row::new(
        "cloudstack.assignVirtualMachine",
        secrets::land_by_machine,
        change::assign,
    )
    .showing(show),
    Row::new(
        "cloudstack.restoreVirtualMachine",
        secrets::land_by_machine,
        change::restore,
    )
    .showing(secrets::show_with_password),
    Row::new(
        "cloudstack.updateVMAffinityGroup",
        land,
        change::update_affinity,
    )
    .showing(show),
    Row::new(
        "cloudstack.resetPasswordForVirtualMachine",
        land,
        secrets::reset_password,
    )
    .showing(secrets::show_with_password),
    Row::new("cloudstack.getVMPassword", land, secrets::password).looking(),
    Row::new(
        "cloudstack.resetSSHKeyForVirtualMachine",
        land,
        secrets::reset_key,
    )
    .showing(secrets::show_with_password),
    Row::new(
        "cloudstack.resetUserDataForVirtualMachine",
        land,
        secrets::reset_user_data,
    )
    .showing(show),
    Row::new(
        "cloudstack.getVirtualMachineUserData",
        secrets::land_by_machine,
        secrets::show_user_data,
    )
    .looking(),
    Row::new(
        "cloudstack.createConsoleEndpoint",
        secrets::land_on_console,
        secrets::console,
    ),
    Row::new(
        "cloudstack.startVirtualMachine",
        operate::land_start,
        operate::start,
    )
    .showing(show),
    Row::new("cloudstack.stopVirtualMachine", land, operate::stop).showing(show),
    Row::new("cloudstack.rebootVirtualMachine", land, operate::reboot).showing(show),
    Row::new("cloudstack.destroyVirtualMachine", land, operate::destroy).showing(show),
    Row::new("cloudstack.recoverVirtualMachine", land, operate::recover).showing(show),
    Row::new("cloudstack.expungeVirtualMachine", land, operate::expunge),
    Row::new("cloudstack.scaleVirtualMachine", land, moves::scale),
    Row::new(
        "cloudstack.migrateVirtualMachine",
        moves::land,
        moves::migrate,
    )
    .showing(show),
    Row::new(
        "cloudstack.migrateVirtualMachineWithVolume",
        moves::land,
        moves::migrate_with_volume,
    )
    .showing(show),
    Row::new(
        "cloudstack.findHostsForMigration",
        moves::land,
        moves::find_hosts,
    )
    .looking(),
];

/// A machine; of one that is gone there is little to say.
fn show(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    match world.server(id) {
        Some(server) => Some(machine(world, server, viewer.is_admin())),
        None => Some(json!({ "id": id, "state": "Expunging" })),
    }
}

/// A machine with what is measured of it while it runs: what CloudStack's simulator says of every machine.
fn show_with_stats(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let shown = show(world, id, viewer)?;
    if shown["state"] != "Running" {
        return Some(shown);
    }
    let measured = [
        ("cpuused", json!("10%")),
        ("networkkbsread", json!(32_768)),
        ("networkkbswrite", json!(16_384)),
    ];
    let measured = measured.map(|(name, value)| (name.to_owned(), value));
    Some(joined(shown, measured))
}

/// The same in the words of the metrics.
fn show_with_metrics(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let server = world.server(id)?;
    let flavor = &server.spec.flavor;
    let mhz = u64::from(flavor.cpus) * u64::from(flavor.cpu_speed());
    let measured = [
        ("cpuused", json!("10%")),
        ("cputotal", json!(format!("{:.1} GHz", mhz as f64 / 1000.0))),
        (
            "memorytotal",
            json!(format!("{:.2} GB", flavor.memory as f64 / 1024.0)),
        ),
        ("networkread", json!("32.00 MB")),
        ("networkwrite", json!("16.00 MB")),
        ("networkkbsread", json!(32_768)),
        ("networkkbswrite", json!(16_384)),
        ("diskread", json!("0 KB")),
        ("diskwrite", json!("0 KB")),
        ("diskiopstotal", json!(0)),
    ];
    let measured = measured.map(|(name, value)| (name.to_owned(), value));
    Some(joined(show(world, id, viewer)?, measured))
}

/// Finds the machine that the `id` argument names.
fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    Ok(Landing::on_server(world, machine_of(world, call)?))
}

/// # Errors
/// When it is gone, or not the caller's.
fn machine_of(world: &World, call: &Call) -> Result<Uuid, Fault> {
    machine_named(world, call, "id")
}

/// The machine that an argument names.
///
/// # Errors
/// As [`machine_of`].
pub(super) fn machine_named(world: &World, call: &Call, param: &str) -> Result<Uuid, Fault> {
    let args = args(world, call);
    let id = args.required_id(param)?;
    permit(world, call, &known_machine(world, id)?.spec.project, id)?;
    Ok(id)
}

/// # Errors
/// When it is gone.
pub(super) fn known_machine(world: &World, id: Uuid) -> Result<&Server, Fault> {
    let missing = || Fault::invalid("Unable to find a virtual machine with the specified id");
    world.server(id).ok_or_else(missing)
}
