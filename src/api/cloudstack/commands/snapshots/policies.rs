//! Snapshot policies. They are remembered; no snapshot is ever taken by them.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::cloudstack::access::permit;
use crate::api::cloudstack::commands::volumes;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::volume::snapshot_policy::{Interval, SnapshotPolicy};

pub(super) const ROWS: &[Row] = &[
    Row::read("cloudstack.listSnapshotPolicies", list).showing(show),
    Row::new("cloudstack.createSnapshotPolicy", land_create, create).showing(show),
    Row::new("cloudstack.updateSnapshotPolicy", Landing::nowhere, update).showing(show),
    Row::new(
        "cloudstack.deleteSnapshotPolicies",
        Landing::nowhere,
        delete,
    ),
];

/// Each interval with its number on the wire, and how many parts its schedule has.
const INTERVALS: [(Interval, i64, usize); 4] = [
    (Interval::Hourly, 0, 1),
    (Interval::Daily, 1, 2),
    (Interval::Weekly, 2, 3),
    (Interval::Monthly, 3, 3),
];

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let policy = world.snapshot_policies.get(id)?;
    let number = INTERVALS
        .iter()
        .find(|(interval, ..)| *interval == policy.interval);
    Some(json!({
        "id": policy.id,
        "volumeid": policy.volume,
        "volumename": world.volume(policy.volume).map(|volume| &volume.name),
        "schedule": policy.schedule,
        "intervaltype": number.map(|(_, number, _)| number),
        "maxsnaps": policy.most,
        "timezone": policy.timezone,
        "fordisplay": !policy.is_hidden,
        "tags": [],
    }))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let wanted = listing.args.id("volumeid");
    let is_for_caller = |policy: &SnapshotPolicy| {
        let volume = world.volume(policy.volume);
        volume.is_some_and(|volume| listing.shows(&volume.project))
    };
    let policies = world.snapshot_policies.iter().filter(|policy| {
        listing.wants_id(policy.id)
            && wanted.is_none_or(|volume| volume == policy.volume)
            && (wanted.is_some() && listing.is_admin() || is_for_caller(policy))
    });
    Ok(listing.shown(policies.map(|policy| policy.id)))
}

fn land_create(world: &World, call: &Call) -> Result<Landing, Fault> {
    volumes::land_on(world, call, "volumeid")
}

/// A volume has one policy of each interval: a further one takes the place of the first.
fn create(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let volume = volumes::target(world, &landing)?.id;
    let draft = draft(world, call, volume)?;
    let is_same = |old: &&SnapshotPolicy| old.volume == volume && old.interval == draft.interval;
    let same = world.snapshot_policies.iter().find(is_same);
    let id = match same.map(|old| old.id) {
        Some(id) => id,
        None => world.ids.uuid(),
    };
    world
        .snapshot_policies
        .insert(id, SnapshotPolicy { id, ..draft });
    job::done(world, call, Some(id))
}

fn draft(world: &World, call: &Call, volume: Uuid) -> Result<SnapshotPolicy, Fault> {
    let args = args(world, call);
    let text = |name| args.text(name).unwrap_or_default();
    let word = text("intervaltype").to_ascii_uppercase();
    let known = INTERVALS
        .iter()
        .find(|(interval, ..)| interval.word() == word);
    let Some((interval, _, parts)) = known else {
        return Err(Fault::invalid(format!("Unsupported interval type {word}")));
    };
    let schedule = text("schedule");
    let is_number = |part: &str| part.parse::<u8>().is_ok();
    if schedule.split(':').count() != *parts || !schedule.split(':').all(is_number) {
        return Err(Fault::invalid(format!(
            "Invalid schedule: {schedule} for interval type: {word}"
        )));
    }
    let most = args.number("maxsnaps").unwrap_or_default();
    if most < 1 {
        return Err(Fault::invalid("maxSnaps should be greater than 0"));
    }
    Ok(SnapshotPolicy {
        id: Uuid::nil(),
        volume,
        interval: *interval,
        schedule: schedule.into(),
        timezone: text("timezone").into(),
        most,
        is_hidden: args.flag("fordisplay") == Some(false),
    })
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let (id, shows) = (args.required_id("id")?, args.flag("fordisplay"));
    check_policy(world, call, id)?;
    if let (Some(policy), Some(shows)) = (world.snapshot_policies.get_mut(id), shows) {
        policy.is_hidden = !shows;
    }
    job::done(world, call, Some(id))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let one = args.id("id").map(|id| vec![id]);
    let Some(ids) = one.or(args.ids("ids")).filter(|ids| !ids.is_empty()) else {
        return Err(Fault::invalid("No policy id (or list of ids) specified."));
    };
    ids.iter()
        .try_for_each(|id| check_policy(world, call, *id))?;
    for id in ids {
        world.snapshot_policies.remove(id);
    }
    job::done(world, call, None)
}

fn check_policy(world: &World, call: &Call, id: Uuid) -> Result<(), Fault> {
    let volume = world.snapshot_policies.get(id).map(|policy| policy.volume);
    match volume.and_then(|volume| world.volume(volume)) {
        Some(volume) => permit(world, call, &volume.project, id),
        None => Ok(()),
    }
}
