//! Ways to servers' consoles: tokens that a proxy redeems.

use chrono::{DateTime, TimeDelta, Utc};
use rustc_hash::FxHashMap;
use uuid::Uuid;

use crate::world::World;

/// How long a token is good for: Nova's `[consoleauth] token_ttl`.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// What a token leads to.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    pub server: Uuid,
    /// Clients speak SPICE to the host itself, without a page between.
    pub is_direct: bool,
    expires: DateTime<Utc>,
}

/// The tokens given out that may still be good.
pub(in crate::world) type Consoles = FxHashMap<Uuid, Console>;

impl World {
    /// Makes a token that leads to a server's console for ten minutes.
    pub fn open_console(&mut self, server: Uuid, is_direct: bool) -> Uuid {
        let now = self.now;
        self.consoles.retain(|_, console| now < console.expires);
        let (token, expires) = (self.ids.uuid(), now + LIFETIME);
        self.consoles.insert(
            token,
            Console {
                server,
                is_direct,
                expires,
            },
        );
        token
    }

    /// What a token leads to, as long as it is good and the server is there.
    pub fn console(&self, token: Uuid) -> Option<Console> {
        let console = self.consoles.get(&token).copied();
        console
            .filter(|console| self.now < console.expires && self.server(console.server).is_some())
    }
}
