//! `createVolume` and `uploadVolume`.

use std::sync::Arc;

use uuid::Uuid;

use super::{attach, refusal};
use crate::api::cloudstack::access::{owner_of_new, permit};
use crate::api::cloudstack::commands::{offers, snapshots};
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::offerings::disk_offering::DiskOffering;
use crate::world::volume::{DiskDemand, DiskDetails, Origin, Snapshot, Status, VolumeDraft};

/// `storage.max.volume.size` and `custom.diskoffering.size.max`, in GiB.
const LARGEST: i64 = 1024;

pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    Ok(Landing::on_new_volume(world, draft(world, call)?))
}

fn draft(world: &World, call: &Call) -> Result<VolumeDraft, Fault> {
    let args = args(world, call);
    let offering = args
        .id("diskofferingid")
        .and_then(|id| world.disk_offering(id));
    if let Some(offering) = offering {
        let (account, _) = owner_of_new(world, call)?;
        let what = format!("disk offering {}", offering.name);
        offers::permit(world, &account, &offering.offer, (&what, args.id("zoneid")))?;
    }
    let snapshot = match args.id("snapshotid") {
        Some(id) => Some(usable_snapshot(world, call, id)?),
        None => None,
    };
    let size = match (offering, snapshot) {
        (Some(offering), _) => disk_size(offering, args.number("size"))?,
        (None, Some(snapshot)) => snapshot.size,
        (None, None) => {
            return Err(Fault::invalid(
                "Either disk Offering Id or snapshot Id must be passed whilst creating volume",
            ));
        }
    };
    let own = base(world, call, size)?;
    let origin = snapshot.and_then(|snapshot| snapshots::zones(world, snapshot).next());
    Ok(VolumeDraft {
        zone: match zone(&args) {
            Some(zone) => zone,
            None => origin.map_or(own.zone, Arc::clone),
        },
        origin: snapshot.map_or(Origin::Nothing, |snapshot| Origin::Snapshot(snapshot.id)),
        disk: Some(Box::new(DiskDetails {
            offering: offering.map(|offering| offering.id),
            template: snapshot.and_then(|snapshot| snapshot.details.as_ref()?.template),
            is_hidden: args.flag("displayvolume") == Some(false),
            ..DiskDetails::default()
        })),
        ..own
    })
}

/// What all new volumes have.
fn base(world: &World, call: &Call, size: u64) -> Result<VolumeDraft, Fault> {
    let args = args(world, call);
    let name = args
        .text("name")
        .map_or_else(|| call.id.to_string(), str::to_owned);
    Ok(world.disk_draft(name.into(), owner_of_new(world, call)?, size))
}

fn zone(args: &Args<'_>) -> Option<Arc<str>> {
    let zone = args.world.topology.zone(args.id("zoneid")?)?;
    Some(zone.name.clone())
}

fn usable_snapshot<'a>(world: &'a World, call: &Call, id: Uuid) -> Result<&'a Snapshot, Fault> {
    let missing = || Fault::invalid(format!("unable to find a snapshot with id {id}"));
    let snapshot = world.snapshot(id).ok_or_else(missing)?;
    permit(world, call, &snapshot.project, id)?;
    if snapshot.status != Status::Available {
        return Err(Fault::invalid(format!(
            "Snapshot id={id} is not in BackedUp state yet and can't be used for volume creation"
        )));
    }
    Ok(snapshot)
}

/// How large a disk of an offering is, in GiB; `asked` where somebody says.
///
/// # Errors
/// When the size is missing, not the client's to say, or out of range.
pub(in crate::api::cloudstack::commands) fn disk_size(
    offering: &DiskOffering,
    asked: Option<i64>,
) -> Result<u64, Fault> {
    match (offering.is_custom, asked) {
        (false, None) => Ok(offering.size),
        (false, Some(asked)) if u64::try_from(asked) == Ok(offering.size) => Ok(offering.size),
        (false, Some(_)) => Err(Fault::invalid(
            "This disk offering does not allow custom size",
        )),
        (true, None) => Err(Fault::invalid(
            "This disk offering requires a custom size specified",
        )),
        (true, Some(asked)) if (1..=LARGEST).contains(&asked) => Ok(asked.unsigned_abs()),
        (true, Some(asked)) => Err(Fault::invalid(format!(
            "Volume size: {asked}GB is out of allowed range. Min:1 Max:{LARGEST}"
        ))),
    }
}

pub(super) fn create(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let draft = new_volume(landing)?;
    let machine = args(world, call).id("virtualmachineid");
    if draft.origin == Origin::Nothing {
        let id = world.add_disk(draft);
        return job::done(world, call, Some(id));
    }
    if let Some(fault) = lack_of_room(world, &draft) {
        let id = world.ids.uuid();
        return job::started(world, call, id, Err(fault));
    }
    let device = match machine {
        Some(machine) => Some((machine, attach::device(world, machine, None)?)),
        None => None,
    };
    let (id, operation) = world.add_filled_disk(draft);
    if let Some((machine, device)) = device {
        world.promise_disk(machine, id, device);
    }
    job::started(world, call, id, Ok(operation))
}

/// What is said where no storage has room for a volume that is filled at once.
fn lack_of_room(world: &World, draft: &VolumeDraft) -> Option<Fault> {
    let offering = draft.disk.as_ref()?.offering;
    let tags = offering.and_then(|id| world.disk_offering(id));
    let tags = tags.into_iter().flat_map(|offering| &offering.tags);
    let demand = DiskDemand {
        size: draft.size,
        tags: tags.map(|tag| &**tag).collect(),
    };
    let host = world.place_volume(&draft.zone)?;
    let text = "Failed to create volume from snapshot: unable to find suitable primary storage";
    (!world.finds_pool(&demand, host)).then(|| refusal(text))
}

fn new_volume(landing: Landing) -> Result<VolumeDraft, Fault> {
    match landing.target {
        Target::NewVolume(draft) => Ok(*draft),
        _ => Err(Fault::invalid("There is no volume to make")),
    }
}

/// In GiB: of what is brought from afar.
const UPLOADED: u64 = 1;

pub(super) fn land_upload(world: &World, call: &Call) -> Result<Landing, Fault> {
    let args = args(world, call);
    let url = args.text("url").unwrap_or_default();
    check_url(url)?;
    let own = base(world, call, UPLOADED)?;
    let draft = VolumeDraft {
        zone: zone(&args).unwrap_or_else(|| own.zone.clone()),
        disk: Some(Box::new(DiskDetails {
            offering: args.id("diskofferingid"),
            url: Some(url.into()),
            ..DiskDetails::default()
        })),
        ..own
    };
    Ok(Landing::on_new_volume(world, draft))
}

/// # Errors
/// When it is no URL of a kind that the service fetches.
pub(in crate::api::cloudstack::commands) fn check_url(url: &str) -> Result<(), Fault> {
    let schemes = ["http://", "https://", "ftp://", "nfs://", "metalink"];
    let lower = url.to_ascii_lowercase();
    if schemes.iter().any(|scheme| lower.starts_with(scheme)) {
        return Ok(());
    }
    Err(Fault::invalid(format!("Unsupported scheme for url: {url}")))
}

pub(super) fn upload(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let draft = new_volume(landing)?;
    caller(call)?;
    let (id, operation) = world.add_uploaded_disk(draft);
    job::started(world, call, id, Ok(operation))
}
