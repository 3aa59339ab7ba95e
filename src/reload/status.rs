//! How the last reloads went.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::time::SystemTime;

use rustc_hash::{FxHashMap, FxHasher};

use super::Problem;
use crate::vocabulary::diagnostic::Diagnostic;
use crate::vocabulary::mock::MockSpec;
use crate::vocabulary::plan::Plan;

/// What is live, since when, and what stands in the way of something newer.
#[derive(Debug, Clone)]
pub struct Status {
    /// Counts the swaps; 1 is what was loaded at the start.
    pub generation: u64,
    /// How often the files were looked at, with or without a consequence.
    pub looks: u64,
    /// When the live set was taken.
    pub last_reload: SystemTime,
    /// Why the files as they are now are not live; `None` while they are.
    pub last_error: Option<Problem>,
    /// Warnings about what is live.
    pub warnings: Vec<Diagnostic>,
    /// Why file events are not to be had, so that changes are found by looking now and then.
    pub no_events: Option<String>,
    pub scenarios: usize,
    pub mocks: usize,
    pub files: usize,
    /// What the last swap did.
    pub changes: Changes,
}

impl Status {
    pub(super) fn before_the_first_look() -> Self {
        Self {
            generation: 0,
            looks: 0,
            last_reload: SystemTime::now(),
            last_error: None,
            warnings: Vec::new(),
            no_events: None,
            scenarios: 0,
            mocks: 0,
            files: 0,
            changes: Changes::default(),
        }
    }
}

/// How two sets of mocks differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changes {
    pub added: usize,
    /// The same selection of commands, answered otherwise.
    pub changed: usize,
    pub removed: usize,
    pub kept: usize,
}

/// The mocks of a plan, to compare another plan's with.
#[derive(Debug, Default)]
pub(super) struct Digest(FxHashMap<u64, u64>);

impl Digest {
    pub(super) fn of(plan: &Plan) -> Self {
        Self(texts_by_identity(&plan.mocks))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What comes when these mocks give way to those of `new`.
    pub(super) fn changes_to(&self, new: &Digest) -> Changes {
        let mut changes = Changes::default();
        for (identity, text) in &new.0 {
            match self.0.get(identity) {
                None => changes.added += 1,
                Some(known) if known == text => changes.kept += 1,
                Some(_) => changes.changed += 1,
            }
        }
        changes.removed = self.0.len() - changes.kept - changes.changed;
        changes
    }
}

/// A hash of each mock's text under a hash of what identifies it: its label, or else what it matches and
/// its place among those that match the same.
fn texts_by_identity(mocks: &[MockSpec]) -> FxHashMap<u64, u64> {
    let mut texts = FxHashMap::default();
    for mock in mocks {
        let mut identity = HashWriter::default();
        mock.scenario.hash(&mut identity.0);
        // Writing into a hash cannot fail.
        let _ = match &mock.label {
            Some(label) => write_label(&mut identity, label),
            None => write_selection(&mut identity, mock),
        };
        let mut identity = identity.0.finish();
        while texts.contains_key(&identity) {
            identity = identity.wrapping_add(1);
        }
        let mut text = HashWriter::default();
        let _ = fmt::write(&mut text, format_args!("{mock}"));
        texts.insert(identity, text.0.finish());
    }
    texts
}

fn write_label(out: &mut HashWriter, label: &str) -> fmt::Result {
    fmt::write(out, format_args!("as {label}"))
}

fn write_selection(out: &mut HashWriter, mock: &MockSpec) -> fmt::Result {
    fmt::write(out, format_args!("{} on {}", mock.pattern, mock.scope))?;
    match &mock.condition {
        Some(condition) => fmt::write(out, format_args!(" where {condition}")),
        None => Ok(()),
    }
}

#[derive(Default)]
struct HashWriter(FxHasher);

impl fmt::Write for HashWriter {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            added,
            changed,
            removed,
            kept,
        } = self;
        write!(
            f,
            "{added} added, {changed} changed, {removed} removed, {kept} kept"
        )
    }
}
