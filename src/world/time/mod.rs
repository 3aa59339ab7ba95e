//! How time passes in a world, and what it brings.

pub mod clock;
pub mod events;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::World;
use super::availability::{MOST_STEPS, Reply};
use super::operations::oracle::Oracle;
use super::operations::{Thing, Verdict};
use super::time::clock::later;
use super::topology::HostKey;
use crate::vocabulary::plan::{ClockMode, TimedAct};

/// Something due.
#[derive(Debug, Clone)]
pub(super) enum Event {
    /// The operation's next command goes out.
    Send(Uuid),
    /// The answer to the command with this ticket arrives.
    Answer(Uuid, u32, Verdict),
    /// Something comes to be in a status by itself.
    Become(Thing, Arc<str>),
    /// The next host of an inquiry is asked.
    Inquire(u64),
    /// Its answer arrives.
    Reply(u64, Reply),
    /// It is time to get on with a work.
    Work(u64),
    /// A host's high availability takes its next step, if this is still the plan.
    HostHa(HostKey, u32),
}

impl World {
    /// Takes note of the real time. What has become due runs with the next [`World::run_due`].
    pub fn observe(&mut self, real: Duration) {
        self.clock.observe(real);
    }

    /// Moves the clock forward by hand.
    pub fn tick(&mut self, by: Duration) {
        self.clock.advance(by);
    }

    /// Changes how time passes from now on.
    pub fn set_clock_mode(&mut self, mode: ClockMode) {
        self.clock.set_mode(mode);
    }

    /// Moves the clock to the next event, if one is to come; true when it moved.
    pub fn skip_to_next_event(&mut self) -> bool {
        let due = self.next_due();
        let due = due.into_iter().chain(self.awaited_ping()).min();
        due.inspect(|due| self.clock.advance_to(*due)).is_some()
    }

    /// Moves the clock forward to an instant.
    pub fn skip_to(&mut self, instant: DateTime<Utc>) {
        self.clock.advance_to(instant);
    }

    /// Runs all that is due by the clock, in all regions: the timeline, which must be in order of time, and the
    /// events.
    pub fn run_due(&mut self, timeline: &[TimedAct], oracle: &mut dyn Oracle) {
        self.note_end_of_addresses();
        let until = self.clock.now();
        let home = self.region().clone();
        self.availability.steps = 0;
        for region in &mut self.elsewhere {
            region.availability.steps = 0;
        }
        while self.enter_next(timeline, until, oracle) {
            self.run_next(timeline, oracle);
        }
        self.enter(Some(&home));
        self.now = until;
        self.await_ping(oracle);
    }

    /// Runs what is due first. Of what falls in the same instant, the acts come first, and what goes for good
    /// last.
    fn run_next(&mut self, timeline: &[TimedAct], oracle: &mut dyn Oracle) {
        let due = self.due(timeline, self.now, oracle);
        let Some(at) = due.first() else {
            return;
        };
        self.note_end_of_addresses();
        self.now = self.now.max(at);
        if due.act == Some(at) {
            self.play_acts(timeline);
        } else if due.ping == Some(at) {
            self.availability.steps += self.ping(oracle);
        } else if due.event == Some(at) {
            self.run_next_event(oracle);
        } else if due.policy == Some(at) {
            self.take_policy_turn();
        } else {
            self.expunge_next();
        }
    }

    /// What is due next in this region, as seen at an instant.
    pub(super) fn due(
        &self,
        timeline: &[TimedAct],
        now: DateTime<Utc>,
        oracle: &dyn Oracle,
    ) -> Due {
        let act = self.next_act(timeline);
        let ping = self.next_ping(now, oracle);
        Due {
            act: act.map(|at| later(self.clock.start(), at)),
            ping: ping.filter(|_| self.availability.steps < MOST_STEPS),
            event: self.events.next_due(),
            policy: self.next_policy_turn(),
            expunction: self.next_expunction(),
        }
    }

    /// Lets something come to be in a status after a while. What is no more by then stays so.
    pub fn schedule(&mut self, thing: Thing, status: Arc<str>, after: Duration) {
        let due = later(self.now, after);
        self.events.push(due, Event::Become(thing, status));
    }

    /// When, since the start, the next act of the timeline is due.
    fn next_act(&self, timeline: &[TimedAct]) -> Option<Duration> {
        let next =
            timeline.partition_point(|act| self.played.is_some_and(|played| act.at <= played));
        timeline.get(next).map(|act| act.at)
    }

    fn play_acts(&mut self, timeline: &[TimedAct]) {
        let Some(at) = self.next_act(timeline) else {
            return;
        };
        for act in timeline.iter().filter(|act| act.at == at) {
            self.act(&act.act);
        }
        self.played = Some(at);
    }

    fn run_next_event(&mut self, oracle: &mut dyn Oracle) {
        let Some((at, event)) = self.events.pop() else {
            return;
        };
        self.now = self.now.max(at);
        match event {
            Event::Send(operation) => self.send(operation, oracle),
            Event::Answer(operation, ticket, verdict) => self.hear(operation, ticket, &verdict),
            Event::Inquire(inquiry) => self.ask_next(inquiry, oracle),
            Event::Reply(inquiry, reply) => self.hear_reply(inquiry, reply),
            Event::Work(work) => self.work(work),
            Event::HostHa(host, plan) if self.availability.steps < MOST_STEPS => {
                self.availability.steps += 1;
                self.take_ha_step(host, plan);
            }
            // The rest of a long time is as if nothing more happened in it.
            Event::HostHa(host, plan) => {
                let later = self.clock.now();
                self.events
                    .push(later + TimeDelta::seconds(1), Event::HostHa(host, plan));
            }
            Event::Become(thing, status) => drop(self.force(thing, &status)),
        }
    }
}

/// When something of each sort is due next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Due {
    act: Option<DateTime<Utc>>,
    ping: Option<DateTime<Utc>>,
    event: Option<DateTime<Utc>>,
    /// A snapshot policy's turn.
    policy: Option<DateTime<Utc>>,
    expunction: Option<DateTime<Utc>>,
}

impl Due {
    pub(super) fn first(self) -> Option<DateTime<Utc>> {
        let all = [
            self.act,
            self.ping,
            self.event,
            self.policy,
            self.expunction,
        ];
        all.into_iter().flatten().min()
    }
}
