//! `attachVolume` and `detachVolume`.

use uuid::Uuid;

use super::{machine_of, refusal, target, volume};
use crate::api::cloudstack::access::permit;
use crate::api::cloudstack::commands::machines;
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::operations::{Kind, Order};
use crate::world::server::Server;
use crate::world::volume::{CD_DRIVE, ROOT_DEVICE, Stage, Status, Volume};

/// How many data disks a machine takes by the hypervisor it is on; of others CloudStack takes this to be 6.
const MOST_DISKS: &[(&str, usize)] = &[("KVM", 64), ("XenServer", 13), ("VMware", 13)];
const USUALLY_MOST: usize = 6;

pub(super) fn attach(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let id = target(world, &landing)?.id;
    let args = args(world, call);
    let server = args.required_id("virtualmachineid")?;
    let wanted = args.number("deviceid");
    let user = caller(call)?.user.clone();
    let device = check_attach(world, call, id, server).and_then(|()| device(world, server, wanted));
    let operation = device.map(|device| world.attach_disk(server, id, device, user));
    job::started(world, call, id, operation)
}

fn check_attach(world: &World, call: &Call, id: Uuid, machine: Uuid) -> Result<(), Fault> {
    let volume = volume(world, id)?;
    let server = machines::known_machine(world, machine)?;
    permit(world, call, &server.spec.project, machine)?;
    if !volume.attachments.is_empty() {
        return Err(Fault::invalid(
            "Please specify a volume that is not attached to any VM.",
        ));
    }
    let is_good = matches!(
        volume.stage(),
        Stage::Allocated | Stage::Made | Stage::Uploaded
    );
    if volume.status != Status::Available || !is_good {
        return Err(Fault::invalid(
            "Volume state must be in Allocated, Ready or in Uploaded state",
        ));
    }
    if !matches!(machines::state(world, server), "Running" | "Stopped") {
        return Err(Fault::invalid(
            "Please specify a VM that is either running or stopped.",
        ));
    }
    if volume.project.id != server.spec.project.id {
        return Err(Fault::new(
            crate::vocabulary::fault::FaultKind::Forbidden,
            "Please specify a volume and a VM of the same account",
        ));
    }
    check_room(world, volume, server)?;
    match zone_of(world, server) {
        Some(zone) if *zone != *volume.zone => Err(Fault::invalid(
            "Please specify a VM that is in the same zone as the volume.",
        )),
        Some(_) | None => Ok(()),
    }
}

/// A volume that takes no room yet is made where the machine is.
fn check_room(world: &World, volume: &Volume, machine: &Server) -> Result<(), Fault> {
    let host = machine.host.or(machine.last_host);
    let is_made = volume.stage() == Stage::Made;
    match host.filter(|_| !is_made) {
        Some(host) if !world.finds_pool(&world.demand_of(volume), host) => Err(refusal(format!(
            "Unable to find suitable primary storage when creating volume [{}].",
            volume.name
        ))),
        Some(_) | None => Ok(()),
    }
}

fn zone_of<'a>(world: &'a World, server: &Server) -> Option<&'a str> {
    let host = world.topology.host(server.host.or(server.last_host)?);
    host.place.name(Level::Zone).map(|zone| &**zone)
}

/// The device that a further disk of a machine will be.
///
/// # Errors
/// When there is one at it, it is none for disks, or the machine has no room for more.
pub(super) fn device(world: &World, server: Uuid, wanted: Option<i64>) -> Result<u64, Fault> {
    let most = most_disks(world, server);
    let disks = world.storage.volumes_of(server);
    if disks.filter(|(volume, _)| !volume.is_root()).count() >= most {
        return Err(Fault::invalid(format!(
            "The specified VM already has the maximum number of data disks ({most}) attached. Please specify \
             another VM."
        )));
    }
    let Some(wanted) = wanted else {
        return Ok(world.free_disk_device(server));
    };
    let last = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let wanted = u64::try_from(wanted).ok();
    let wanted =
        wanted.filter(|device| ![ROOT_DEVICE, CD_DRIVE].contains(device) && *device <= last);
    let Some(wanted) = wanted else {
        return Err(refusal(format!("deviceId should be 1,2,4-{last}")));
    };
    match world.disk_at(server, wanted) {
        Some(_) => Err(refusal(format!("deviceId {wanted} is used by vm {server}"))),
        None => Ok(wanted),
    }
}

fn most_disks(world: &World, server: Uuid) -> usize {
    let server = world.server(server);
    let hypervisor = server.map(|server| machines::hypervisor(world, server));
    let known = MOST_DISKS
        .iter()
        .find(|(name, _)| Some(*name) == hypervisor);
    known.map_or(USUALLY_MOST, |(_, most)| *most)
}

/// The volume that is named by its id, or by a machine and the device it is there.
pub(super) fn land_detach(world: &World, call: &Call) -> Result<Landing, Fault> {
    let args = args(world, call);
    if args.text("id").is_some() {
        return super::land(world, call);
    }
    let (machine, device) = (args.id("virtualmachineid"), args.number("deviceid"));
    let (Some(machine), Some(device)) = (machine, device) else {
        return Err(Fault::invalid(
            "Please provide either a volume id, or a tuple(device id, instance id)",
        ));
    };
    let device = u64::try_from(device).unwrap_or(u64::MAX);
    let id = world.disk_at(machine, device).ok_or_else(|| {
        Fault::invalid("No volume is attached to the specified VM at the specified device")
    })?;
    permit(world, call, &volume(world, id)?.project, id)?;
    Ok(Landing::on_volume(world, id))
}

pub(super) fn detach(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let volume = target(world, &landing)?;
    let (id, machine) = (volume.id, check_detach(world, volume));
    let user = caller(call)?.user.clone();
    let operation = machine.map(|machine| {
        let order = Order::on_server(machine, Kind::DetachDisk, user);
        world.detach_volume(order, id)
    });
    job::started(world, call, id, operation)
}

fn check_detach(world: &World, volume: &Volume) -> Result<Uuid, Fault> {
    let not_attached = || Fault::invalid("The specified volume is not attached to a VM.");
    let machine = machine_of(volume).ok_or_else(not_attached)?;
    let server = machines::known_machine(world, machine)?;
    if volume.is_root() {
        return Err(Fault::invalid(format!(
            "Root volume detach is not supported for hypervisor type {}",
            machines::hypervisor(world, server)
        )));
    }
    if volume.status != Status::InUse {
        return Err(Fault::invalid(
            "The specified volume is not attached to a VM.",
        ));
    }
    match machines::state(world, server) {
        "Running" | "Stopped" | "Destroyed" => Ok(machine),
        _ => Err(Fault::invalid(
            "Please specify a VM that is either running or stopped.",
        )),
    }
}
