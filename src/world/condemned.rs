//! Destroyed machines of CloudStack's, which go for good after a while.

use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::World;
use super::clock::later;
use super::operations::{Kind, Order};
use super::server::State;

/// CloudStack's `expunge.delay`.
const DELAY: Duration = Duration::from_secs(86_400);

impl World {
    /// Lets a destroyed machine go for good after a while.
    pub(super) fn condemn(&mut self, server: Uuid) {
        let due = later(self.now, DELAY);
        self.condemned.push_back((due, server));
    }

    /// When the next destroyed machine goes.
    pub(super) fn next_expunction(&self) -> Option<DateTime<Utc>> {
        self.condemned.front().map(|(due, _)| *due)
    }

    /// Begins to remove the machine whose time has come, unless it was recovered.
    pub(super) fn expunge_next(&mut self) {
        let Some((due, id)) = self.condemned.pop_front() else {
            return;
        };
        // One that was recovered and destroyed again stands in the queue a second time.
        let is_later = self.condemned.iter().any(|(_, other)| *other == id);
        self.now = self.now.max(due);
        let server = self.server(id).filter(|_| !is_later);
        let destroyed = server.filter(|server| server.state == State::SoftDeleted);
        if let Some(user) = destroyed.map(|server| server.spec.user.clone()) {
            self.begin(Order::on_server(id, Kind::Delete, user));
        }
    }
}
