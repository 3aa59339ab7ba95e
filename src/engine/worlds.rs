//! The worlds, by name.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use indexmap::IndexMap;
use tokio::sync::Notify;

use super::sim::Sim;

/// The world that there always is.
pub const DEFAULT_WORLD: &str = "default";

/// One world behind its lock.
#[derive(Debug)]
pub struct Cell {
    /// Held for microseconds and never across an `await`: a delayed answer waits outside.
    sim: Mutex<Sim>,
    /// Wakes those who wait for the world's time.
    moved: Notify,
}

impl Cell {
    /// Locks the world. A panic while it was locked is answered as a 500 to that client alone; the others go
    /// on with the world as it is.
    pub fn lock(&self) -> MutexGuard<'_, Sim> {
        self.sim.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells those who wait that the clock was moved or changed by hand.
    pub(super) fn announce(&self) {
        self.moved.notify_waiters();
    }

    /// The next announcement, counted from now.
    pub(super) fn announcement(&self) -> tokio::sync::futures::Notified<'_> {
        self.moved.notified()
    }
}

#[derive(Debug)]
pub(super) struct Worlds(RwLock<IndexMap<Arc<str>, Arc<Cell>>>);

impl Worlds {
    pub(super) fn new(default: Sim) -> Self {
        let cell = Cell {
            sim: Mutex::new(default),
            moved: Notify::new(),
        };
        Self(RwLock::new([(DEFAULT_WORLD.into(), Arc::new(cell))].into()))
    }

    pub(super) fn get(&self, name: &str) -> Option<Arc<Cell>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .cloned()
    }

    pub(super) fn names(&self) -> Vec<Arc<str>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .keys()
            .cloned()
            .collect()
    }

    pub(super) fn all(&self) -> Vec<Arc<Cell>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect()
    }
}
