//! Jobs: what a client of CloudStack asks about until it is over.
//!
//! A job follows an operation and ends when it does, or is over from the start. What it brought about is for
//! the dialect to show.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::vocabulary::command::CommandId;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{Project, User};
use crate::world::notices::Level;
use crate::world::operations::End;

/// How long a job that is over can still be asked about; CloudStack's `job.expire.minutes` is 1440.
const KEPT: TimeDelta = TimeDelta::minutes(1440);

/// What is to be known of a job before it begins.
#[derive(Debug, Clone)]
pub struct JobDraft {
    /// What was called.
    pub command: CommandId,
    pub user: Arc<User>,
    /// The account that it belongs to.
    pub account: Option<Arc<Project>>,
    /// What it makes or changes.
    pub thing: Option<Uuid>,
    /// The event that tells of its beginning.
    pub event: Option<Uuid>,
}

#[derive(Debug, Clone)]
pub struct Job {
    /// That of the operation that it follows, if it follows one.
    pub id: Uuid,
    pub draft: JobDraft,
    pub started: DateTime<Utc>,
    pub end: Option<End>,
}

impl World {
    pub fn job(&self, id: Uuid) -> Option<&Job> {
        self.jobs.get(id)
    }

    /// All jobs that are remembered, oldest first.
    pub fn jobs(&self) -> impl DoubleEndedIterator<Item = &Job> {
        self.jobs.iter()
    }

    /// Makes a job that ends when an operation does; returns its id.
    pub fn follow(&mut self, operation: Uuid, draft: JobDraft) -> Uuid {
        self.add_job(operation, draft, None)
    }

    /// Makes a job that is over already; returns its id.
    pub fn conclude(&mut self, draft: JobDraft, result: Result<(), Fault>) -> Uuid {
        let id = self.ids.uuid();
        let end = End {
            at: self.now,
            result,
        };
        self.note_end_of_job(draft.event, &end);
        self.add_job(id, draft, Some(end))
    }

    fn add_job(&mut self, id: Uuid, draft: JobDraft, end: Option<End>) -> Uuid {
        self.forget_old_jobs();
        let job = Job {
            id,
            draft,
            started: self.now,
            end,
        };
        self.jobs.insert(id, job);
        id
    }

    fn forget_old_jobs(&mut self) {
        let now = self.now;
        let is_old = |job: &&Job| job.end.as_ref().is_some_and(|end| now - end.at > KEPT);
        let old = self.jobs.iter().take_while(is_old);
        let old: Vec<Uuid> = old.map(|job| job.id).collect();
        for id in old {
            self.jobs.forget(id);
        }
    }

    /// Ends the job, if there is one, that follows an operation.
    pub(in crate::world) fn end_job(&mut self, operation: Uuid, end: &End) {
        if let Some(job) = self.jobs.get_mut(operation) {
            job.end = Some(end.clone());
            let event = job.draft.event;
            self.note_end_of_job(event, end);
        }
    }

    fn note_end_of_job(&mut self, event: Option<Uuid>, end: &End) {
        let level = match end.result {
            Ok(()) => Level::Info,
            Err(_) => Level::Error,
        };
        if let Some(event) = event {
            self.note_end(event, level);
        }
    }
}
