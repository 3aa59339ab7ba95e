//! File events. Nothing else names notify.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::Sender;

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::burst::Touch;
use super::survey::{Inode, is_scenario};
use super::worker::Signal;

/// Tells of what happens in a set of directories.
pub(super) struct Events {
    signals: Sender<Signal>,
    /// Dropped with its system resources when the set changes.
    watcher: Option<RecommendedWatcher>,
    watched: BTreeMap<PathBuf, Inode>,
}

impl Events {
    pub(super) fn new(signals: Sender<Signal>) -> Self {
        Self {
            signals,
            watcher: None,
            watched: BTreeMap::new(),
        }
    }

    /// Watches these directories from now on. One that was replaced by another of its name is watched
    /// anew, since events stick to the directory, not to the name. True where anything is new.
    ///
    /// # Errors
    /// Where the system refuses, for want of watches for instance, or one is gone by now. Others are
    /// watched nevertheless.
    pub(super) fn arm(&mut self, directories: &BTreeMap<PathBuf, Inode>) -> Result<bool, String> {
        if self.watched == *directories {
            return Ok(false);
        }
        self.watched.clone_from(directories);
        match self.rebuild() {
            Ok(()) => Ok(true),
            Err(error) => {
                // It is tried again at the next look.
                self.watched.clear();
                Err(error.to_string())
            }
        }
    }

    fn rebuild(&mut self) -> notify::Result<()> {
        let signals = self.signals.clone();
        let mut watcher = notify::recommended_watcher(move |event| {
            for touch in touches(event) {
                // Nobody listens any more when the worker has stopped.
                let _ = signals.send(Signal::Touch(touch));
            }
        })?;
        let mut result = Ok(());
        for directory in self.watched.keys() {
            let watched = watcher.watch(directory, RecursiveMode::NonRecursive);
            result = result.and(watched);
        }
        self.watcher = Some(watcher);
        result
    }
}

/// What an event says, if anything. That a file was opened or read says nothing: we do that ourselves.
fn touches(event: notify::Result<Event>) -> Vec<Touch> {
    let Ok(event) = event else {
        return vec![Touch::Somewhere];
    };
    let touch: fn(PathBuf) -> Touch = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Touch::Closed,
        EventKind::Access(_) => return vec![],
        EventKind::Modify(ModifyKind::Data(_)) => Touch::Written,
        EventKind::Any
        | EventKind::Create(_)
        | EventKind::Modify(_)
        | EventKind::Remove(_)
        | EventKind::Other => Touch::Changed,
    };
    if event.paths.is_empty() {
        return vec![Touch::Somewhere];
    }
    let touch = |path: PathBuf| match is_scenario(&path) {
        true => touch(path),
        // A directory, a link to one, or none of ours; whoever writes to it is not waited for.
        false => Touch::Somewhere,
    };
    event.paths.into_iter().map(touch).collect()
}
