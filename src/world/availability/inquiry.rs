//! Questions that the management server asks hosts, one after the other, until an answer decides.

use std::collections::VecDeque;

use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::outcome::{Decision, Outcome};
use crate::world::World;
use crate::world::operations::Thing;
use crate::world::operations::oracle::{AgentCall, Oracle};
use crate::world::server::Power;
use crate::world::time::Event;
use crate::world::time::clock::later;
use crate::world::topology::HostKey;

/// What an inquiry is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// To find out how a host is.
    Host(HostKey),
    /// To get on with a work.
    Work(u64),
}

/// One question, and the hosts that have not been asked yet.
#[derive(Debug, Clone)]
pub(super) struct Inquiry {
    cause: Cause,
    command: AgentCommand,
    about: Thing,
    of: VecDeque<HostKey>,
    /// Counts the hosts asked.
    asked: u32,
}

/// What a host answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::world) enum Reply {
    Yes,
    No,
    /// Nothing at all.
    Silence,
}

/// Whether a no settles the question; otherwise the next host may know better.
fn heeds_no(command: AgentCommand) -> bool {
    !matches!(
        command,
        AgentCommand::PingTestCommand | AgentCommand::FenceCommand
    )
}

impl World {
    /// Asks hosts, and goes on with the cause when it is settled.
    pub(super) fn inquire(
        &mut self,
        cause: Cause,
        command: AgentCommand,
        about: Thing,
        of: Vec<HostKey>,
    ) -> u64 {
        let id = self.availability.next_number();
        let inquiry = Inquiry {
            cause,
            command,
            about,
            of: of.into(),
            asked: 0,
        };
        self.availability.inquiries.insert(id, inquiry);
        self.events.push(self.now, Event::Inquire(id));
        id
    }

    /// Asks the next host of an inquiry, or ends it when there is none left.
    pub(in crate::world) fn ask_next(&mut self, id: u64, oracle: &mut dyn Oracle) {
        let Some(inquiry) = self.availability.inquiries.get_mut(&id) else {
            return;
        };
        let Some(host) = inquiry.of.pop_front() else {
            return self.settle_inquiry(id, None);
        };
        inquiry.asked += 1;
        let (command, about, attempt) = (inquiry.command, inquiry.about, inquiry.asked);
        let Some(on) = self.thing(about) else {
            return self.settle_inquiry(id, None);
        };
        let call = AgentCall {
            command,
            host: self.topology.host(host),
            on,
            with: None,
            attempt,
            region: self.region(),
        };
        let decision = oracle.ask(&call, self.now);
        let due = later(self.now, decision.delay);
        let reply = self.reply(command, about, host, decision);
        self.events.push(due, Event::Reply(id, reply));
    }

    /// What a host says. Where no mock gives it other words, that is how things are.
    fn reply(
        &self,
        command: AgentCommand,
        about: Thing,
        host: HostKey,
        decision: Decision,
    ) -> Reply {
        match decision.outcome {
            Outcome::Succeed { .. } if !self.topology.host(host).is_up => Reply::Silence,
            Outcome::Succeed { .. } if self.is_so(command, about) => Reply::Yes,
            Outcome::Succeed { .. } | Outcome::Fail { .. } => Reply::No,
            Outcome::Fault { .. } | Outcome::Drop(_) => Reply::Silence,
            Outcome::Respond { body, .. } => match body.agent_result() {
                Ok(()) => Reply::Yes,
                Err(_) => Reply::No,
            },
        }
    }

    /// The truth of what a command asks.
    fn is_so(&self, command: AgentCommand, about: Thing) -> bool {
        match about {
            Thing::Host(host) => self.topology.host(host).is_up,
            Thing::Server(_) if command == AgentCommand::FenceCommand => true,
            Thing::Server(id) => self.server(id).is_some_and(|server| {
                let host = server.host.map(|host| self.topology.host(host));
                server.power == Power::Running && host.is_some_and(|host| host.is_up)
            }),
            Thing::Image(_)
            | Thing::Volume(_)
            | Thing::Snapshot(_)
            | Thing::Backup(_)
            | Thing::Port(_)
            | Thing::Network(_)
            | Thing::Vpc(_)
            | Thing::Appliance(_)
            | Thing::Guest(_)
            | Thing::VmSnapshot(_)
            | Thing::StoragePool(_)
            | Thing::Balancer(_) => true,
        }
    }

    /// Takes a host's answer.
    pub(in crate::world) fn hear_reply(&mut self, id: u64, reply: Reply) {
        let Some(inquiry) = self.availability.inquiries.get(&id) else {
            return;
        };
        match reply {
            Reply::Yes => self.settle_inquiry(id, Some(true)),
            Reply::No if heeds_no(inquiry.command) => self.settle_inquiry(id, Some(false)),
            Reply::No | Reply::Silence => self.events.push(self.now, Event::Inquire(id)),
        }
    }

    /// Ends an inquiry; without an answer, nobody knew.
    fn settle_inquiry(&mut self, id: u64, answer: Option<bool>) {
        let Some(inquiry) = self.availability.inquiries.remove(&id) else {
            return;
        };
        match inquiry.cause {
            Cause::Host(host) => self.learn_of_host(host, id, inquiry.command, answer),
            Cause::Work(work) => self.learn_of_machine(work, inquiry.command, answer),
        }
    }
}
