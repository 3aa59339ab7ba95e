//! Everything that is counted in one world.

use chrono::{DateTime, Utc};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg32;
use rustc_hash::FxHashMap;

use super::expect::Sightings;
use super::explain::Verdict;
use super::index::List;
use super::key::MockKey;
use super::mock::Mock;
use crate::vocabulary::command::CommandId;
use crate::vocabulary::mock::Step;

/// The counts of one world: of its mocks, of its commands, and of what its expectations watch.
///
/// Kept under keys that outlive a reload, so that a new set of mocks finds the counts of the old one.
#[derive(Debug, Clone, Default)]
pub struct Tallies {
    /// How many commands were decided.
    sequence: u64,
    mocks: FxHashMap<MockKey, Tally>,
    /// By the command's index; shorter where no later command was ever seen.
    commands: Vec<Seen>,
    /// How many mocks at the head of a list are spent, by the list's digest. Only a shortcut.
    spent_heads: FxHashMap<u64, usize>,
    pub(super) sightings: Sightings,
}

/// What became of one mock.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tally {
    /// How many commands it served, ever.
    pub served: u64,
    /// The step that serves next; past the last one when the mock is spent.
    pub step: usize,
    /// How many commands this step served, in this cycle.
    pub served_in_step: u64,
    /// How many commands this step let pass for its `skip`, in this cycle.
    pub skipped: u64,
    /// How often it started over.
    pub cycles: u64,
    /// The number of the first command that it served, counted from 1 over all commands of the world.
    pub first: Option<u64>,
    pub last: Option<LastUse>,
    stream: Option<Pcg32>,
}

/// The latest use of a mock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastUse {
    pub at: DateTime<Utc>,
    pub command: CommandId,
    /// The number of the command among all of the world.
    pub sequence: u64,
}

/// How often something was seen, and the numbers of the first and the last command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Seen {
    pub(super) count: u64,
    pub(super) first: Option<u64>,
    pub(super) last: Option<u64>,
}

/// A spent head is cheap to find again, so the shortcuts of lists long gone are not worth keeping.
const MOST_SPENT_HEADS: usize = 1024;

impl Tallies {
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of the last command decided; 0 before the first.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// What became of a mock; `None` while no command was asked of it.
    pub fn get(&self, key: MockKey) -> Option<&Tally> {
        self.mocks.get(&key)
    }

    /// How many commands the mock served, ever.
    pub fn served(&self, key: MockKey) -> u64 {
        self.get(key).map_or(0, |tally| tally.served)
    }

    /// How many commands the mock will still serve; `None` for ever more.
    pub fn remaining(&self, mock: &Mock) -> Option<u64> {
        let (step, served) = self
            .get(mock.key)
            .map_or((0, 0), |tally| (tally.step, tally.served_in_step));
        if mock.spec.repeat {
            return None;
        }
        let rest = mock.spec.steps.get(step..).unwrap_or_default();
        let left = rest
            .iter()
            .try_fold(0u64, |sum, step| Some(sum.saturating_add(step.count?)))?;
        Some(left.saturating_sub(served))
    }

    /// Whether the mock has served all that it may.
    pub fn is_spent(&self, mock: &Mock) -> bool {
        let step = self.get(mock.key).map_or(0, |tally| tally.step);
        // A checked step never counts to 0; should one do so all the same, nothing follows it.
        mock.spec
            .steps
            .get(step)
            .is_none_or(|step| step.count == Some(0))
    }

    /// Forgets the uses of one mock: its steps start over, its random stream too.
    pub fn reset(&mut self, key: MockKey) {
        self.mocks.remove(&key);
        self.spent_heads.clear();
    }

    /// Forgets the uses of all mocks. What expectations saw stays.
    pub fn reset_mocks(&mut self) {
        self.mocks.clear();
        self.spent_heads.clear();
    }

    /// Forgets the uses of mocks that are in none of the sets.
    pub fn retain(&mut self, sets: &[&super::MockSet]) {
        self.mocks
            .retain(|key, _| sets.iter().any(|set| set.get(*key).is_some()));
        self.spent_heads.clear();
    }

    /// Counts a command and gives it its number.
    pub(super) fn count_command(&mut self, command: CommandId) {
        self.sequence += 1;
        if self.commands.len() <= command.index() {
            self.commands.resize(command.index() + 1, Seen::default());
        }
        self.commands[command.index()].note(self.sequence);
    }

    /// How often one of the commands was seen.
    pub(super) fn seen(&self, commands: impl Iterator<Item = CommandId>) -> Seen {
        commands
            .filter_map(|command| self.commands.get(command.index()))
            .fold(Seen::default(), |sum, seen| sum.with(seen))
    }

    /// Asks the mock, which matches and is not spent, whether it serves.
    ///
    /// # Errors
    /// Why it lets the command pass.
    pub(super) fn ask(&mut self, mock: &Mock, seed: u64) -> Result<(), Verdict> {
        let tally = self.mocks.entry(mock.key).or_default();
        match mock.spec.steps.get(tally.step) {
            Some(step) => tally.ask(step, seed ^ mock.key.bits()),
            None => Err(Verdict::Spent),
        }
    }

    /// Counts a use. Returns the step that serves and the mock's random stream.
    pub(super) fn claim<'m>(
        &mut self,
        mock: &'m Mock,
        seed: u64,
        now: DateTime<Utc>,
        command: CommandId,
    ) -> Option<(&'m Step, &mut Pcg32)> {
        let sequence = self.sequence;
        let tally = self.mocks.entry(mock.key).or_default();
        let step = mock.spec.steps.get(tally.step)?;
        tally.served += 1;
        tally.first.get_or_insert(sequence);
        tally.last = Some(LastUse {
            at: now,
            command,
            sequence,
        });
        tally.advance(mock);
        Some((step, tally.stream(seed ^ mock.key.bits())))
    }

    pub(super) fn spent_at_head_of(&self, list: &List) -> usize {
        if self.spent_heads.is_empty() {
            return 0;
        }
        self.spent_heads.get(&list.digest).copied().unwrap_or(0)
    }

    /// Takes down that the mock at `position` of the list is spent.
    pub(super) fn note_spent(&mut self, list: &List, position: usize) {
        if self.spent_at_head_of(list) != position {
            return;
        }
        if self.spent_heads.len() >= MOST_SPENT_HEADS {
            self.spent_heads.clear();
        }
        self.spent_heads.insert(list.digest, position + 1);
    }
}

impl Tally {
    fn ask(&mut self, step: &Step, seed: u64) -> Result<(), Verdict> {
        if self.skipped < step.skip {
            self.skipped += 1;
            return Err(Verdict::Skipped);
        }
        match step.chance {
            Some(chance) if self.stream(seed).random::<f64>() * 100.0 >= chance => {
                Err(Verdict::ChancePassed)
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Counts a use of the present step and goes on to the next when that is due.
    fn advance(&mut self, mock: &Mock) {
        let steps = &mock.spec.steps;
        self.served_in_step += 1;
        let count = steps.get(self.step).and_then(|step| step.count);
        if count.is_none_or(|count| self.served_in_step < count) {
            return;
        }
        self.step += 1;
        self.served_in_step = 0;
        self.skipped = 0;
        if self.step == steps.len() && mock.spec.repeat {
            self.step = 0;
            self.cycles += 1;
        }
    }

    /// The mock's own stream, made at its first use: no other mock can shift it.
    fn stream(&mut self, seed: u64) -> &mut Pcg32 {
        self.stream
            .get_or_insert_with(|| Pcg32::seed_from_u64(seed))
    }
}

impl Seen {
    pub(super) fn note(&mut self, sequence: u64) {
        self.count += 1;
        self.first.get_or_insert(sequence);
        self.last = Some(sequence);
    }

    pub(super) fn with(self, other: &Seen) -> Seen {
        Seen {
            count: self.count + other.count,
            first: self.first.into_iter().chain(other.first).min(),
            last: self.last.max(other.last),
        }
    }
}
