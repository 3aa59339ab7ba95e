//! How the world learns what comes of a command that it sends to a host. It never knows what a rule is.

use chrono::{DateTime, Utc};

use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::fact::{FactPath, FactValue, Facts, Subject};
use crate::vocabulary::outcome::{Decision, Outcome};
use crate::world::operations::{Acted, Verdict};
use crate::world::topology::Host;

/// Decides what comes of agent commands.
pub trait Oracle {
    fn ask(&mut self, call: &AgentCall<'_>, now: DateTime<Utc>) -> Decision;

    /// Whether any rule is about just this command, so that the answer to it may be another than success.
    fn speaks_of(&self, _: AgentCommand) -> bool {
        false
    }
}

/// Everything succeeds, at once.
pub struct AllIsWell;

impl Oracle for AllIsWell {
    fn ask(&mut self, _: &AgentCall<'_>, _: DateTime<Utc>) -> Decision {
        Decision::success()
    }
}

/// A command on its way to a host.
#[derive(Debug)]
pub struct AgentCall<'a> {
    pub command: AgentCommand,
    pub host: &'a Host,
    /// What it is done to.
    pub on: &'a dyn Acted,
    /// What else takes part.
    pub with: Option<&'a dyn Acted>,
    /// Counts the hosts tried by the same operation, from 1.
    pub attempt: u32,
    pub region: &'a str,
}

impl Facts for AgentCall<'_> {
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
        match path {
            FactPath::Attempt => Some(FactValue::Number(f64::from(self.attempt))),
            FactPath::Region => Some(FactValue::text(self.region)),
            FactPath::Of(Subject::Host, keys) => match keys.as_slice() {
                [field] if **field == *"name" => Some(FactValue::text(&self.host.name)),
                [field] if **field == *"id" => {
                    Some(FactValue::Text(self.host.id.to_string().into()))
                }
                _ => None,
            },
            _ => {
                let with = || self.with.and_then(|with| with.get(path));
                self.on.get(path).or_else(with)
            }
        }
    }
}

/// What a host says when a scenario gives it no words; CloudStack's simulator uses the same.
const REFUSAL: &str = "Simulated failure";
const FAULT: &str = "Simulated fault";

impl Verdict {
    /// The host's answer that a decision stands for. A host that is down answers nothing, whatever would
    /// have been its answer, unless a mock speaks for it.
    pub(in crate::world) fn from_decision(decision: Decision, host: &Host) -> Self {
        if !host.is_up && decision.served_by.is_none() {
            return Self {
                result: Err(format!("Host {} is down", host.name)),
                applied: false,
            };
        }
        let result = match decision.outcome {
            Outcome::Succeed { .. } => Ok(()),
            Outcome::Fail { text, .. } => Err(text.unwrap_or_else(|| REFUSAL.to_owned())),
            Outcome::Fault { text } => Err(text.unwrap_or_else(|| FAULT.to_owned())),
            Outcome::Drop(_) => Err(FAULT.to_owned()),
            Outcome::Respond { body, .. } => body.agent_result(),
        };
        Self {
            result,
            applied: decision.applied,
        }
    }
}
