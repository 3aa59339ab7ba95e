//! Destroyed machines of CloudStack's, which go for good after a while.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::world::World;
use crate::world::operations::{Kind, Order};
use crate::world::server::State;
use crate::world::time::clock::later;

impl World {
    /// Lets a destroyed machine go for good after a while: at the first look of the cloud's at which it has
    /// been destroyed long enough.
    pub(in crate::world) fn condemn(&mut self, server: Uuid) {
        let ripe = self.age() + self.configuration.seconds("expunge.delay");
        let interval = self.configuration.seconds("expunge.interval");
        let looks = ripe.as_millis().div_ceil(interval.as_millis().max(1));
        let looks = u32::try_from(looks).unwrap_or(u32::MAX);
        let due = later(self.clock.start(), interval.saturating_mul(looks));
        let position = self.condemned.partition_point(|(other, _)| *other <= due);
        self.condemned.insert(position, (due, server));
    }

    /// When the next destroyed machine goes.
    pub(in crate::world) fn next_expunction(&self) -> Option<DateTime<Utc>> {
        self.condemned.front().map(|(due, _)| *due)
    }

    /// Begins to remove the machine whose time has come, unless it was recovered.
    pub(in crate::world) fn expunge_next(&mut self) {
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
