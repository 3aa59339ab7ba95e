//! The regular signs of life of hosts.
//!
//! A cloud of a thousand hosts hears of one every few milliseconds, and nearly always all is well. So pings
//! are no events. They are lived through, at their times, only while a rule speaks of them or a host was not
//! heard of; all else is as if every one had come.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Status;
use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::outcome::{Body, Decision, Outcome};
use crate::world::World;
use crate::world::operations::Thing;
use crate::world::operations::oracle::{AgentCall, Oracle};
use crate::world::time::clock::later;
use crate::world::topology::HostKey;

/// How many pings are lived through at one look at the world, at most: a clock that is moved by a thousand
/// years must not keep its mover waiting.
pub(in crate::world) const MOST: usize = 200_000;

const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(1_000_000);
/// So many intervals are for ever.
const MANY: f64 = 1e6;

const PING: AgentCommand = AgentCommand::PingCommand;
const REPORT: AgentCommand = AgentCommand::PingRoutingWithNwGroupsCommand;

impl World {
    /// When hosts ping next after an instant; `None` while nobody could tell.
    pub(in crate::world) fn next_ping(
        &self,
        now: DateTime<Utc>,
        oracle: &dyn Oracle,
    ) -> Option<DateTime<Utc>> {
        let is_told = oracle.speaks_of(PING) || oracle.speaks_of(REPORT);
        let matters = is_told || !self.availability.silent.is_empty();
        matters.then(|| self.ping_after(now))
    }

    pub(super) fn ping_interval(&self) -> Duration {
        // Less than a second would be no interval at all.
        let interval = self.configuration.seconds("ping.interval");
        interval.clamp(SHORTEST, LONGEST)
    }

    /// Pings come at whole intervals since the start.
    fn ping_after(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let interval = self.ping_interval();
        let start = self.clock.start();
        let age = (now - start).to_std().unwrap_or_default();
        let passed = age.as_nanos() / interval.as_nanos() + 1;
        let nanos = passed.saturating_mul(interval.as_nanos());
        let seconds = u64::try_from(nanos / 1_000_000_000).unwrap_or(u64::MAX);
        later(
            start,
            Duration::new(seconds, (nanos % 1_000_000_000) as u32),
        )
    }

    /// Lets every host ping; returns how many there are.
    pub(in crate::world) fn ping(&mut self, oracle: &mut dyn Oracle) -> usize {
        self.availability.has_pinged = true;
        let hosts = self.topology.hosts().filter(|(_, host)| host.is_up);
        let hosts: Vec<HostKey> = hosts.map(|(key, _)| key).collect();
        for host in &hosts {
            let ping = self.told(*host, PING, oracle);
            let report = match ping.outcome.is_bad() {
                true => None,
                false => Some(self.told(*host, REPORT, oracle)),
            };
            match report.map(|report| report.outcome) {
                Some(Outcome::Respond {
                    body: Body::Json(report),
                    ..
                }) => {
                    self.hear_of(*host);
                    self.heed_report(*host, &report);
                }
                Some(outcome) if !outcome.is_bad() => self.hear_of(*host),
                Some(_) | None => self.miss(*host),
            }
        }
        hosts.len()
    }

    fn told(&self, host: HostKey, command: AgentCommand, oracle: &mut dyn Oracle) -> Decision {
        let Some(on) = self.thing(Thing::Host(host)) else {
            return Decision::success();
        };
        let call = AgentCall {
            command,
            host: self.topology.host(host),
            on,
            with: None,
            attempt: 1,
            region: self.region(),
        };
        oracle.ask(&call, self.now)
    }

    /// A host did not ping. After some time that makes the management server curious.
    fn miss(&mut self, host: HostKey) {
        let (now, interval) = (self.now, self.ping_interval());
        let intervals = self.configuration.number("ping.timeout").clamp(0.0, MANY);
        let patience = interval.mul_f64(intervals);
        self.availability.silent.insert(host);
        let agent = &mut self.topology.host_mut(host).agent;
        let before = chrono::TimeDelta::from_std(interval).unwrap_or_default();
        let last = *agent.last_ping.get_or_insert(now - before);
        let is_overdue = (now - last).to_std().is_ok_and(|since| since >= patience);
        if is_overdue && agent.status == Status::Up {
            self.investigate(host);
        }
    }

    /// Takes note of the next ping that something waits for: a clock that only moves when there is a reason
    /// to moves to it.
    pub(in crate::world) fn await_ping(&mut self, oracle: &dyn Oracle) {
        let next = self.next_ping(self.now, oracle);
        let silent = &self.availability.silent;
        let is_open = |host: &HostKey| self.topology.host(*host).agent.status == Status::Up;
        let is_awaited = !self.availability.has_pinged
            || silent.iter().any(is_open)
            || !self.availability.missing.is_empty();
        self.availability.awaited_ping = next.filter(|_| is_awaited);
        self.availability.has_pinged &= next.is_some();
    }

    pub(in crate::world) fn awaited_ping(&self) -> Option<DateTime<Utc>> {
        self.availability.awaited_ping
    }
}
