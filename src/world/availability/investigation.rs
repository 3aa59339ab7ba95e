//! Whether a host that is not heard of is alive.

use super::Status;
use super::inquiry::Cause;
use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::notices::AlertKind;
use crate::world::operations::Thing;
use crate::world::topology::HostKey;

impl World {
    /// A host's connection ended: that shows at once, with no need to wait for its pings.
    pub(in crate::world) fn lose_agent(&mut self, host: HostKey) {
        let now = self.now;
        let is_watched = self.has_machines();
        let agent = &mut self.topology.host_mut(host).agent;
        agent.last_ping.get_or_insert(now);
        agent.disconnected.get_or_insert(now);
        match is_watched {
            true => {
                agent.status = Status::Disconnected;
                self.investigate(host);
            }
            // Nobody would ask: it is what it is.
            false => agent.status = Status::Down,
        }
    }

    /// Asks a host how it is, and then its neighbours, unless that is being done.
    pub(super) fn investigate(&mut self, host: HostKey) {
        if self.availability.investigations.contains_key(&host) {
            return;
        }
        self.question(host, AgentCommand::CheckHealthCommand, vec![host]);
    }

    fn question(&mut self, host: HostKey, command: AgentCommand, of: Vec<HostKey>) {
        let id = self.inquire(Cause::Host(host), command, Thing::Host(host), of);
        self.availability.investigations.insert(host, id);
    }

    pub(super) fn learn_of_host(
        &mut self,
        host: HostKey,
        inquiry: u64,
        command: AgentCommand,
        answer: Option<bool>,
    ) {
        if self.availability.investigations.get(&host) != Some(&inquiry) {
            // It was heard of meanwhile.
            return;
        }
        self.availability.investigations.remove(&host);
        match (command, answer) {
            (_, Some(true)) => self.hear_of(host),
            (AgentCommand::CheckHealthCommand, Some(false) | None) => {
                let neighbours = self.neighbours(host, Level::Cluster);
                self.question(host, AgentCommand::CheckOnHostCommand, neighbours);
            }
            (_, Some(false)) => self.give_host_up(host),
            (_, None) => self.leave_open(host),
        }
    }

    /// A host is heard of, by itself or by its neighbours.
    pub(in crate::world) fn hear_of(&mut self, host: HostKey) {
        self.availability.investigations.remove(&host);
        self.availability.silent.remove(&host);
        let agent = &mut self.topology.host_mut(host).agent;
        agent.status = Status::Up;
        (agent.last_ping, agent.disconnected) = (None, None);
    }

    /// Connects to a host anew; false when it does not answer.
    pub fn reconnect(&mut self, host: HostKey) -> bool {
        let is_up = self.topology.host(host).is_up;
        if is_up {
            self.hear_of(host);
        }
        is_up
    }

    /// A host is down: its machines are somebody's work now.
    pub(super) fn give_host_up(&mut self, host: HostKey) {
        let now = self.now;
        let lost = self.topology.host_mut(host);
        lost.agent.status = Status::Down;
        lost.agent.disconnected.get_or_insert(now);
        let text = format!("Host is down, name: {} (id:{})", lost.name, lost.id);
        self.alert(AlertKind::HOST, &text);
        for machine in self.machines_on(host) {
            self.begin_recovery(machine, host);
        }
    }

    /// Nobody knows how a host is. One that only stopped to ping is given time, and asked again.
    fn leave_open(&mut self, host: HostKey) {
        let patience = self.configuration.seconds("alert.wait");
        let now = self.now;
        let silent = &mut self.topology.host_mut(host);
        let agent = &mut silent.agent;
        let last = agent.last_ping.unwrap_or(now);
        let is_overdue = (now - last).to_std().is_ok_and(|since| since >= patience);
        if agent.status == Status::Up && !is_overdue {
            return;
        }
        agent.status = Status::Alert;
        agent.disconnected.get_or_insert(now);
        let text = format!("Host disconnected, {} (id:{})", silent.name, silent.id);
        self.alert(AlertKind::HOST, &text);
    }
}
