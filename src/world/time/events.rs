//! What is still to happen, in order.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

/// A queue of things due at some instant; those due together come in the order in which they were put in.
#[derive(Debug, Clone)]
pub struct Events<E> {
    due: BTreeMap<(DateTime<Utc>, u64), E>,
    sequence: u64,
}

impl<E> Default for Events<E> {
    fn default() -> Self {
        Self {
            due: BTreeMap::new(),
            sequence: 0,
        }
    }
}

impl<E> Events<E> {
    pub fn push(&mut self, at: DateTime<Utc>, event: E) {
        self.due.insert((at, self.sequence), event);
        self.sequence += 1;
    }

    /// When the next event is due.
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        self.due.keys().next().map(|(at, _)| *at)
    }

    /// Takes the first event.
    pub fn pop(&mut self) -> Option<(DateTime<Utc>, E)> {
        self.due.pop_first().map(|((at, _), event)| (at, event))
    }

    pub fn len(&self) -> usize {
        self.due.len()
    }

    pub fn is_empty(&self) -> bool {
        self.due.is_empty()
    }
}
