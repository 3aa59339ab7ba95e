//! The disks that a new machine gets.

use uuid::Uuid;

use crate::api::Call;
use crate::api::cloudstack::args;
use crate::api::cloudstack::commands::volumes::disk_size;
use crate::api::cloudstack::entity::Entity;
use crate::api::cloudstack::params::Args;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::images::image::Image;
use crate::world::volume::{CD_DRIVE, DiskDetails, ROOT_DEVICE, VolumeDraft};

/// A data disk that is asked for.
struct Wanted {
    offering: Uuid,
    /// In GiB.
    size: u64,
    /// The device that it is to be.
    device: Option<u64>,
}

/// In GiB: the size of the machine's own disk, where it is not that of the offering. A machine that is
/// installed from an ISO takes `diskofferingid` for it.
pub(super) fn root_size(args: &Args<'_>, template: Option<&Image>) -> Result<Option<u64>, Fault> {
    if template.is_some_and(Image::is_iso) {
        let missing =
            "Installing from ISO requires a disk offering to be specified for the root disk.";
        let offering = args
            .id("diskofferingid")
            .and_then(|id| args.world.disk_offering(id));
        let offering = offering.ok_or_else(|| Fault::invalid(missing))?;
        return disk_size(offering, args.number("size")).map(Some);
    }
    match asked_root_size(args) {
        None => Ok(None),
        Some(size) if size > 0 => Ok(Some(size.unsigned_abs())),
        Some(_) => Err(Fault::invalid(
            "Root disk size should be a positive number.",
        )),
    }
}

/// In GiB, as it was sent.
pub(super) fn asked_root_size(args: &Args<'_>) -> Option<i64> {
    let detail = args.map("details").into_iter();
    let detail = detail.filter(|(name, _)| name.eq_ignore_ascii_case("rootdisksize"));
    let detail = detail.filter_map(|(_, value)| value.parse().ok()).next();
    args.number("rootdisksize").or(detail)
}

/// # Errors
/// When a data disk cannot be as it is asked for.
pub(super) fn check(world: &World, call: &Call) -> Result<(), Fault> {
    wanted(world, call).map(drop)
}

fn wanted(world: &World, call: &Call) -> Result<Vec<Wanted>, Fault> {
    let args = args(world, call);
    let is_iso = args
        .id("templateid")
        .and_then(|id| world.image(id))
        .is_some_and(|template| template.is_iso());
    let mut all = Vec::new();
    if let Some(offering) = args.id("diskofferingid").filter(|_| !is_iso) {
        all.push(disk(world, offering, args.number("size"), None)?);
    }
    for entry in args.entries("datadisksdetails") {
        let member = |name: &str| {
            let found = entry
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(name));
            found.map(|(_, value)| *value)
        };
        let number = |name| member(name).and_then(|value| value.parse().ok());
        let named = member("diskofferingid").unwrap_or_default();
        let offering = Entity::DiskOffering.find(world, named);
        let offering =
            offering.ok_or_else(|| Fault::invalid(format!("Invalid disk offering: {named}")))?;
        all.push(disk(world, offering, number("size"), number("deviceid"))?);
    }
    Ok(all)
}

fn disk(
    world: &World,
    offering: Uuid,
    size: Option<i64>,
    device: Option<i64>,
) -> Result<Wanted, Fault> {
    let known = world.disk_offering(offering);
    let known = known.ok_or_else(|| Fault::invalid("Unable to find disk offering"))?;
    let device = device.and_then(|device| u64::try_from(device).ok());
    if device.is_some_and(|device| [ROOT_DEVICE, CD_DRIVE].contains(&device)) {
        return Err(Fault::invalid("deviceId should be 1,2,4-"));
    }
    Ok(Wanted {
        offering,
        size: disk_size(known, size)?,
        device,
    })
}

/// Gives a new machine its data disks, which are made when it first starts.
///
/// # Errors
/// When one cannot be as it is asked for.
pub(super) fn give(world: &mut World, call: &Call, server: Uuid) -> Result<(), Fault> {
    for wanted in wanted(world, call)? {
        let Some(machine) = world.server(server) else {
            return Ok(());
        };
        let owner = (machine.spec.project.clone(), machine.spec.user.clone());
        let name = format!("DATA-{}", machine.number);
        let zone = world.root_disk(server).map(|root| root.zone.clone());
        let draft = world.disk_draft(name.into(), owner, wanted.size);
        let free = wanted
            .device
            .filter(|device| world.disk_at(server, *device).is_none());
        let device = free.unwrap_or_else(|| world.free_disk_device(server));
        let volume = world.add_disk(VolumeDraft {
            zone: zone.unwrap_or_else(|| draft.zone.clone()),
            disk: Some(Box::new(DiskDetails {
                offering: Some(wanted.offering),
                ..DiskDetails::default()
            })),
            ..draft
        });
        world.hand_disk(server, volume, device);
    }
    Ok(())
}
