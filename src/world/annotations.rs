//! What people write on things, for others to read.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::World;
use super::accounts::User;
use super::labels::Labelled;

/// A note on a thing.
#[derive(Debug, Clone)]
pub struct Annotation {
    pub id: Uuid,
    pub on: Labelled,
    pub text: Arc<str>,
    pub author: Arc<User>,
    /// Only administrators read it.
    pub is_for_admins: bool,
    pub created: DateTime<Utc>,
}

impl World {
    /// Writes a note on a thing.
    pub fn annotate(
        &mut self,
        on: Labelled,
        text: &str,
        author: Arc<User>,
        is_for_admins: bool,
    ) -> Uuid {
        let id = self.ids.uuid();
        let annotation = Annotation {
            id,
            on,
            text: text.into(),
            author,
            is_for_admins,
            created: self.now(),
        };
        self.annotations.insert(id, annotation);
        id
    }

    /// The notes on a thing, oldest first.
    pub fn annotations_on(&self, thing: Uuid) -> impl DoubleEndedIterator<Item = &Annotation> {
        self.annotations.iter().filter(move |it| it.on.id == thing)
    }
}
