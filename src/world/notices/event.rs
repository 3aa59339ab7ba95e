//! Events: what somebody did, from its order to its end.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Notice;
use crate::world::World;
use crate::world::accounts::{Project, User};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Info,
    Error,
}

impl Level {
    pub fn word(self) -> &'static str {
        match self {
            Level::Info => "INFO",
            Level::Error => "ERROR",
        }
    }
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Created,
    Scheduled,
    Started,
    Completed,
}

impl Stage {
    pub fn word(self) -> &'static str {
        match self {
            Stage::Created => "Created",
            Stage::Scheduled => "Scheduled",
            Stage::Started => "Started",
            Stage::Completed => "Completed",
        }
    }

    /// What is said of something at this stage.
    fn tell(self, level: Level, kind: &str) -> String {
        match (self, level) {
            (Stage::Created, _) => format!("Successfully created entity for {kind}"),
            (Stage::Scheduled, _) => format!("Scheduled async job for {kind}"),
            (Stage::Started, _) => format!("Starting job for {kind}"),
            (Stage::Completed, Level::Info) => format!("Successfully completed {kind}"),
            (Stage::Completed, Level::Error) => format!("Error while {kind}"),
        }
    }
}

/// What is to be told of something that is done.
#[derive(Debug, Clone)]
pub struct EventDraft {
    /// As `VM.START`.
    pub kind: &'static str,
    pub user: Arc<User>,
    pub account: Option<Arc<Project>>,
    /// What it is done to.
    pub thing: Option<Uuid>,
    /// The service's word for what that is: `VirtualMachine`.
    pub thing_kind: Option<&'static str>,
}

/// One step of something that was done.
#[derive(Debug, Clone)]
pub struct ActionEvent {
    pub id: Uuid,
    pub draft: EventDraft,
    pub level: Level,
    pub stage: Stage,
    pub text: String,
    pub at: DateTime<Utc>,
    /// The first step of the same.
    pub parent: Option<Uuid>,
    pub is_archived: bool,
}

impl Notice for ActionEvent {
    fn id(&self) -> Uuid {
        self.id
    }

    fn at(&self) -> DateTime<Utc> {
        self.at
    }

    fn archive(&mut self) {
        self.is_archived = true;
    }
}

impl World {
    /// Notes something that is done at once.
    pub fn note_done(&mut self, draft: EventDraft) {
        self.add_step(draft, Stage::Completed, Level::Info, None);
    }

    /// Notes that something was begun; returns the id of the first step, by which its end is noted.
    pub fn note_begun(&mut self, draft: EventDraft, makes_something: bool) -> Uuid {
        let first = if makes_something {
            Stage::Created
        } else {
            Stage::Scheduled
        };
        let parent = self.add_step(draft.clone(), first, Level::Info, None);
        if makes_something {
            self.add_step(draft.clone(), Stage::Scheduled, Level::Info, Some(parent));
        }
        self.add_step(draft, Stage::Started, Level::Info, Some(parent));
        parent
    }

    /// Notes how what began with the event `first` came out.
    pub fn note_end(&mut self, first: Uuid, level: Level) {
        if let Some(draft) = self
            .action_events
            .get(first)
            .map(|event| event.draft.clone())
        {
            self.add_step(draft, Stage::Completed, level, Some(first));
        }
    }

    fn add_step(
        &mut self,
        draft: EventDraft,
        stage: Stage,
        level: Level,
        parent: Option<Uuid>,
    ) -> Uuid {
        let id = self.ids.uuid();
        let mut text = stage.tell(level, draft.kind);
        if let Some(thing) = draft.thing {
            text.push_str(&format!(". Id: {thing}"));
        }
        self.action_events.add(ActionEvent {
            id,
            draft,
            level,
            stage,
            text,
            at: self.now(),
            parent,
            is_archived: false,
        });
        id
    }
}
