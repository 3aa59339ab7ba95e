//! What operators read of the cloud: alerts, which it raises itself, and events, which tell what was done.

mod alert;
mod event;

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use uuid::Uuid;

pub use alert::{Alert, AlertKind};
pub use event::{ActionEvent, EventDraft, Level, Stage};

/// How many notices of a sort are kept; the oldest go first.
const KEPT: usize = 10_000;

/// Something that is kept for operators until they put it away.
pub trait Notice {
    fn id(&self) -> Uuid;
    fn at(&self) -> DateTime<Utc>;
    /// Takes it from what is listed by default.
    fn archive(&mut self);
}

/// Notices of one sort, oldest first.
#[derive(Debug, Clone)]
pub struct Notices<T>(VecDeque<T>);

impl<T> Default for Notices<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T: Notice> Notices<T> {
    fn add(&mut self, notice: T) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(notice);
    }

    /// All that are kept, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.0.iter()
    }

    pub fn get(&self, id: Uuid) -> Option<&T> {
        self.0.iter().find(|notice| notice.id() == id)
    }

    /// Archives those that are chosen.
    pub fn archive(&mut self, is_chosen: impl Fn(&T) -> bool) {
        let chosen = self.0.iter_mut().filter(|notice| is_chosen(notice));
        chosen.for_each(Notice::archive);
    }

    /// Removes those that are chosen.
    pub fn remove(&mut self, is_chosen: impl Fn(&T) -> bool) {
        self.0.retain(|notice| !is_chosen(notice));
    }
}
