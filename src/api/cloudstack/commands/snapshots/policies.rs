//! Snapshot policies.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::cloudstack::access::permit;
use crate::api::cloudstack::commands::{tags, volumes};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::volume::snapshot_policy::{Interval, SnapshotPolicy};
use crate::world::volume::{Schedule, Volume};

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

/// Each interval, in the order of their numbers on the wire.
const INTERVALS: [Interval; 4] = [
    Interval::Hourly,
    Interval::Daily,
    Interval::Weekly,
    Interval::Monthly,
];

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let policy = world.snapshot_policies.get(id)?;
    let volume = world.volume(policy.volume);
    let interval = policy.schedule.interval();
    Some(json!({
        "id": policy.id,
        "volumeid": policy.volume,
        "volumename": volume.map(|volume| &volume.name),
        "schedule": policy.schedule.text(),
        "intervaltype": INTERVALS.iter().position(|known| *known == interval),
        "maxsnaps": policy.most,
        "timezone": policy.schedule.timezone(),
        "fordisplay": !policy.is_hidden,
        "tags": tags::of(world, id),
        "zone": zones(world, policy),
        "storage": [],
    }))
}

/// The zones that the snapshots of a policy are in, the volume's first.
fn zones(world: &World, policy: &SnapshotPolicy) -> Vec<Value> {
    let volume = world.volume(policy.volume);
    let own = volume.and_then(|volume| world.topology.zone_named(&volume.zone));
    let others = policy
        .zones
        .iter()
        .filter_map(|zone| world.topology.zone(*zone));
    let others = others.filter(|zone| own.is_none_or(|own| own.id != zone.id));
    let all = own.into_iter().chain(others);
    all.map(|zone| json!({"id": zone.id, "name": zone.name}))
        .collect()
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
        let volume = world.volume(policy.volume);
        listing.wants_id(policy.id)
            && volume.is_none_or(|volume| listing.keyword_fits(&volume.name))
            && listing
                .args
                .flag("fordisplay")
                .is_none_or(|shows| shows != policy.is_hidden)
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
    let volume = volumes::target(world, &landing)?;
    let draft = draft(world, call, volume)?;
    let is_same = |old: &&SnapshotPolicy| {
        old.volume == draft.volume && old.schedule.interval() == draft.schedule.interval()
    };
    let same = world.snapshot_policies.iter().find(is_same);
    let id = match same.map(|old| old.id) {
        Some(id) => id,
        None => world.ids.uuid(),
    };
    let (now, labels) = (world.now(), tags::labels(call, world));
    world
        .snapshot_policies
        .set(SnapshotPolicy { id, ..draft }, now);
    world.tags.remove(id, |_| true);
    tags::set(world, "SnapshotPolicy", id, labels);
    job::done(world, call, Some(id))
}

fn draft(world: &World, call: &Call, volume: &Volume) -> Result<SnapshotPolicy, Fault> {
    let args = args(world, call);
    let is_hidden = args.flag("fordisplay") == Some(false);
    let state = volumes::state(world, volume);
    if !is_hidden && state != "Ready" {
        return Err(Fault::invalid(format!(
            "Volume: {} is not in Ready state but {state}. Cannot take snapshot.",
            told(volume)
        )));
    }
    Ok(SnapshotPolicy {
        id: Uuid::nil(),
        volume: volume.id,
        schedule: schedule(&args, volume)?,
        most: most(&args, volume)?,
        is_hidden,
        zones: args.ids("zoneids").unwrap_or_default(),
    })
}

/// A volume as the service speaks of it.
fn told(volume: &Volume) -> String {
    let name = json!(volume.name);
    format!("Volume {{\"name\":{name},\"uuid\":\"{}\"}}", volume.id)
}

fn interval(args: &Args<'_>) -> Result<Interval, Fault> {
    let word = args.text("intervaltype").unwrap_or_default();
    let mut known = INTERVALS.iter();
    let known = known.find(|interval| interval.word().eq_ignore_ascii_case(word));
    known
        .copied()
        .ok_or_else(|| Fault::invalid(format!("Unsupported interval type {word}")))
}

fn schedule(args: &Args<'_>, volume: &Volume) -> Result<Schedule, Fault> {
    let text = |name| args.text(name).unwrap_or_default();
    let schedule = Schedule::read(interval(args)?, text("schedule"), text("timezone"));
    schedule.ok_or_else(|| {
        Fault::invalid(format!(
            "{} has an invalid schedule [{}] for interval type [{}].",
            told(volume),
            text("schedule"),
            text("intervaltype")
        ))
    })
}

fn most(args: &Args<'_>, volume: &Volume) -> Result<usize, Fault> {
    let asked = args.number("maxsnaps").unwrap_or_default();
    let most = usize::try_from(asked).ok().filter(|most| *most > 0);
    let Some(most) = most else {
        return Err(Fault::invalid(format!(
            "maxSnaps [{asked}] for volume {} should be greater than 0.",
            told(volume)
        )));
    };
    let limit = args.world.most_snapshots(interval(args)?);
    match most <= limit {
        true => Ok(most),
        false => Err(Fault::invalid(format!(
            "maxSnaps [{most}] for volume {} exceeds limit [{limit}] for interval type [{}].",
            told(volume),
            args.text("intervaltype").unwrap_or_default()
        ))),
    }
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let (id, shows) = (args.required_id("id")?, args.flag("fordisplay"));
    check_policy(world, call, id)?;
    let policy = world.snapshot_policies.get(id).cloned();
    if let (Some(policy), Some(shows)) = (policy, shows) {
        let is_hidden = !shows;
        let now = world.now();
        world.snapshot_policies.set(
            SnapshotPolicy {
                is_hidden,
                ..policy
            },
            now,
        );
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
