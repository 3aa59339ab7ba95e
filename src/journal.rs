//! What happened in a world: every command, with what was decided and by whom.

use std::collections::VecDeque;
use std::mem::size_of;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::vocabulary::command::CommandId;
use crate::vocabulary::outcome::{Decision, Outcome};
use crate::vocabulary::place::Place;

/// One command.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Counts the commands of the world, from 1.
    pub sequence: u64,
    pub at: DateTime<Utc>,
    pub command: CommandId,
    /// Who asked, by name.
    pub user: Option<Arc<str>>,
    pub place: Option<Arc<Place>>,
    /// The name of what it acts on.
    pub subject: Option<Arc<str>>,
    /// The word for what was decided: `succeed`, `fail` …
    pub outcome: &'static str,
    /// The status that a scenario asked for.
    pub status: Option<u16>,
    pub delay: Duration,
    pub applied: bool,
    /// The mock that decided; `None` for the default.
    pub served_by: Option<Arc<str>>,
}

impl Entry {
    /// The entry of a command of which only the decision is known.
    pub fn new(sequence: u64, at: DateTime<Utc>, command: CommandId, decision: &Decision) -> Self {
        Self {
            sequence,
            at,
            command,
            user: None,
            place: None,
            subject: None,
            outcome: decision.outcome.word(),
            status: match &decision.outcome {
                Outcome::Fail { status, .. } | Outcome::Respond { status, .. } => *status,
                Outcome::Succeed { .. } | Outcome::Fault { .. } | Outcome::Drop(_) => None,
            },
            delay: decision.delay,
            applied: decision.applied,
            served_by: decision.served_by.clone(),
        }
    }
}

/// The latest entries, as many as fit. Names are shared with what they name, so an entry costs its own size.
#[derive(Debug, Clone)]
pub struct Journal {
    entries: VecDeque<Entry>,
    capacity: usize,
    evicted: u64,
}

impl Journal {
    /// A journal that keeps no more than `bytes`, but always the latest entry.
    pub fn new(bytes: usize) -> Self {
        let capacity = (bytes / size_of::<Entry>()).max(1);
        Self {
            // Reserved at once: growing would copy it again and again, and untouched memory costs nothing.
            entries: VecDeque::with_capacity(capacity),
            capacity,
            evicted: 0,
        }
    }

    pub fn note(&mut self, entry: Entry) {
        if self.entries.len() == self.capacity {
            self.entries.pop_front();
            self.evicted += 1;
        }
        self.entries.push_back(entry);
    }

    /// The entries that are kept, oldest first.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> + Clone {
        self.entries.iter()
    }

    /// How many entries had to go. A question about them can only be answered "unknown".
    pub fn evicted(&self) -> u64 {
        self.evicted
    }

    pub fn clear(&mut self) {
        self.entries.clear();
        self.evicted = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_entries_go_first_and_are_counted() {
        let command = CommandId::named("compute.list_servers").expect("a command");
        let mut journal = Journal::new(3 * size_of::<Entry>());
        for sequence in 1..=5 {
            let decision = Decision::success();
            journal.note(Entry::new(
                sequence,
                DateTime::UNIX_EPOCH,
                command,
                &decision,
            ));
        }
        let kept: Vec<u64> = journal.entries().map(|entry| entry.sequence).collect();
        assert_eq!((kept, journal.evicted()), (vec![3, 4, 5], 2));
    }
}
