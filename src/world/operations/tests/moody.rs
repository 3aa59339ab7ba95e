//! Hosts that do as they please.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::outcome::{Decision, Outcome};
use crate::world::operations::oracle::{AgentCall, Oracle};

/// Answers by chance, sooner or later.
pub(crate) struct Moody {
    moods: Vec<u8>,
    asked: usize,
}

impl Moody {
    pub(crate) fn new(moods: Vec<u8>) -> Self {
        Self { moods, asked: 0 }
    }
}

impl Oracle for Moody {
    fn ask(&mut self, _: &AgentCall<'_>, _: DateTime<Utc>) -> Decision {
        let mood = self.moods[self.asked % self.moods.len()];
        self.asked += 1;
        let outcome = match mood % 5 {
            0 => Outcome::Fail {
                status: None,
                text: None,
            },
            1 => Outcome::Fault { text: None },
            _ => Outcome::Succeed { patch: None },
        };
        Decision {
            applied: !outcome.is_bad() || mood > 200,
            delay: Duration::from_secs(u64::from(mood / 5) * u64::from(mood % 2)),
            served_by: Some("a mock".into()),
            outcome,
            leads: Vec::new(),
        }
    }

    fn speaks_of(&self, command: AgentCommand) -> bool {
        command.id().spec().is_routine
    }
}
