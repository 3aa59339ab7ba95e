//! Snapshots of volumes that are taken by themselves, again and again.
//!
//! A policy goes on for ever, so its turns are no events: a clock that moves only when there is a reason to
//! would never rest. They are lived through, at their times, when the clock has come past them for another
//! reason. At most [`MOST`] of them at one look at the world: after that, the rest of a long time is as if
//! nothing more happened in it.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::schedule::Schedule;
use super::{Stage, Status, Volume};
use crate::world::World;
use crate::world::availability::MOST_STEPS;
use crate::world::labels::{Label, Labelled};
use crate::world::operations::Operation;
use crate::world::server::State;
use crate::world::store::Store;
use crate::world::words::words;

/// How many snapshots policies take at one look at the world, at most: a clock that is moved by ten years must
/// not keep its mover waiting.
const MOST: usize = 10_000;

words! {
    /// How often.
    Interval {
        Hourly = "HOURLY",
        Daily = "DAILY",
        Weekly = "WEEKLY",
        Monthly = "MONTHLY",
    }
}

impl Interval {
    /// The setting that tells how many snapshots of its sort a volume has at most.
    pub fn setting(self) -> &'static str {
        match self {
            Interval::Hourly => "snapshot.max.hourly",
            Interval::Daily => "snapshot.max.daily",
            Interval::Weekly => "snapshot.max.weekly",
            Interval::Monthly => "snapshot.max.monthly",
        }
    }
}

/// A policy: a volume has one of each interval at most.
#[derive(Debug, Clone)]
pub struct SnapshotPolicy {
    pub id: Uuid,
    pub volume: Uuid,
    pub schedule: Schedule,
    /// How many snapshots are kept.
    pub most: usize,
    /// A hidden one takes no snapshots.
    pub is_hidden: bool,
    /// The zones that the snapshots are copied to.
    pub zones: Vec<Uuid>,
}

/// All policies, and when each has its next turn.
#[derive(Debug, Clone, Default)]
pub struct SnapshotPolicies {
    all: Store<SnapshotPolicy>,
    turns: BTreeSet<(DateTime<Utc>, Uuid)>,
}

impl SnapshotPolicies {
    pub fn get(&self, id: Uuid) -> Option<&SnapshotPolicy> {
        self.all.get(id)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &SnapshotPolicy> {
        self.all.iter()
    }

    /// Takes in a policy, in the place of one with its id; its next turn comes after an instant.
    pub fn set(&mut self, policy: SnapshotPolicy, now: DateTime<Utc>) {
        let id = policy.id;
        self.all.insert(id, policy);
        self.plan(id, now);
    }

    pub fn remove(&mut self, id: Uuid) {
        self.all.remove(id);
        self.turns.retain(|(_, other)| *other != id);
    }

    fn of_volume(&self, volume: Uuid) -> impl Iterator<Item = Uuid> {
        let policies = self
            .all
            .iter()
            .filter(move |policy| policy.volume == volume);
        policies.map(|policy| policy.id)
    }

    fn plan(&mut self, id: Uuid, after: DateTime<Utc>) {
        self.turns.retain(|(_, other)| *other != id);
        let policy = self.all.get(id).filter(|policy| !policy.is_hidden);
        let turn = policy.and_then(|policy| policy.schedule.next(after));
        self.turns.extend(turn.map(|turn| (turn, id)));
    }
}

impl World {
    /// When the next policy has its turn.
    pub(in crate::world) fn next_policy_turn(&self) -> Option<DateTime<Utc>> {
        self.snapshot_policies.turns.first().map(|(at, _)| *at)
    }

    /// Lets the policy have its turn whose it is.
    pub(in crate::world) fn take_policy_turn(&mut self) {
        let Some((_, id)) = self.snapshot_policies.turns.first().copied() else {
            return;
        };
        let is_tired = self.availability.steps >= MOST_STEPS;
        let after = if is_tired { self.clock.now() } else { self.now };
        self.snapshot_policies.plan(id, after);
        if !is_tired {
            self.availability.steps += MOST_STEPS / MOST;
            self.take_snapshot_by(id);
        }
    }

    /// Begins to take a snapshot as a policy says, if its volume can have one taken now; else the turn passes.
    fn take_snapshot_by(&mut self, id: Uuid) {
        let Some(policy) = self.snapshot_policies.get(id) else {
            return;
        };
        let (interval, zones) = (policy.schedule.interval(), policy.zones.clone());
        let volume = self.volume(policy.volume);
        let Some(volume) = volume.filter(|volume| self.can_be_copied(volume)) else {
            return;
        };
        let user = volume.user.clone();
        let draft = self.snapshot_draft(volume, None, user);
        let (snapshot, _) = self.take_snapshot(draft, Some(interval), zones);
        let tags: Vec<Label> = self.tags.of(id).to_vec();
        for tag in tags {
            let on = Labelled {
                kind: "Snapshot",
                id: snapshot,
            };
            self.tags.set(on, tag);
        }
    }

    /// Whether a snapshot of a disk can be taken: it is in storage, and nothing is being done to it, nor to its
    /// machine's end.
    fn can_be_copied(&self, volume: &Volume) -> bool {
        let rests = matches!(volume.status, Status::Available | Status::InUse);
        let held = volume.attachments.iter();
        let mut machines = held.filter_map(|held| self.server(held.server?));
        let mut snapshots = volume.snapshots.iter().filter_map(|id| self.snapshot(*id));
        rests
            && volume.stage() == Stage::Made
            && machines.all(|machine| machine.state != State::SoftDeleted)
            && snapshots.all(|snapshot| snapshot.status != Status::Creating)
    }

    /// A snapshot was taken by a policy: the oldest of its sort goes, where there are too many.
    pub(super) fn thin_out(&mut self, operation: &Operation) {
        let taken = operation.on.snapshot().and_then(|id| self.snapshot(id));
        let Some((volume, interval)) =
            taken.and_then(|taken| Some((taken.volume, taken.details.as_ref()?.interval?)))
        else {
            return;
        };
        let surplus = self.surplus(volume, interval);
        for snapshot in surplus {
            self.delete_snapshot(snapshot, operation.user.clone());
        }
    }

    /// The snapshots of a volume beyond as many as there may be of an interval, from the oldest.
    fn surplus(&self, volume: Uuid, interval: Interval) -> Vec<Uuid> {
        let mut policies = self.snapshot_policies.iter();
        let policy = policies
            .find(|policy| policy.volume == volume && policy.schedule.interval() == interval);
        let most = self.most_snapshots(interval);
        let most = policy.map_or(most, |policy| policy.most.min(most)).max(1);
        let known = self.volume(volume).into_iter();
        let kept: Vec<Uuid> = known
            .flat_map(|volume| &volume.snapshots)
            .filter_map(|id| self.snapshot(*id))
            .filter(|snapshot| snapshot.interval() == Some(interval))
            .filter(|snapshot| snapshot.status == Status::Available)
            .map(|snapshot| snapshot.id)
            .collect();
        let surplus = kept.len().saturating_sub(most);
        kept[..surplus].to_vec()
    }

    /// How many snapshots of an interval a volume has at most.
    pub fn most_snapshots(&self, interval: Interval) -> usize {
        // A number of snapshots is small and not negative.
        self.configuration.number(interval.setting()).max(0.0) as usize
    }

    /// Takes away the policies of a volume.
    pub fn drop_policies_of(&mut self, volume: Uuid) {
        let policies: Vec<Uuid> = self.snapshot_policies.of_volume(volume).collect();
        for policy in policies {
            self.snapshot_policies.remove(policy);
        }
    }
}

/// The text that stands for the name of a snapshot that nobody named: the machine's, the volume's, the time.
pub(super) fn usual_name(machine: Option<&str>, volume: &str, now: DateTime<Utc>) -> Arc<str> {
    let machine = machine.unwrap_or("detached");
    format!("{machine}_{volume}_{}", now.format("%Y%m%d%H%M%S")).into()
}
