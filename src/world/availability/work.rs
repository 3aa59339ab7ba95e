//! What high availability does for one machine at a time.

use std::time::Duration;

use uuid::Uuid;

use super::inquiry::Cause;
use super::{Status, is_believed_on, is_machine_on};
use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::notices::AlertKind;
use crate::world::operations::{Kind, Operation, Order, Thing};
use crate::world::server::State;
use crate::world::time::Event;
use crate::world::time::clock::later;
use crate::world::topology::HostKey;

/// How many hosts are asked whether a machine answers.
const PINGERS: usize = 3;

/// Something to be done for a machine, until it is.
#[derive(Debug, Clone)]
pub(super) struct Work {
    pub(super) machine: Uuid,
    /// The host that is down or to be emptied.
    pub(super) host: HostKey,
    pub(super) goal: Goal,
    /// Counts the failures.
    pub(super) tries: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// Make sure that it is dead, and stop it.
    Recover,
    /// Start it again.
    Restart,
    /// Move it off its host.
    Leave,
}

impl World {
    /// Begins to find out whether a machine of a dead host is dead.
    pub(super) fn begin_recovery(&mut self, machine: Uuid, host: HostKey) {
        self.begin_work(machine, host, Goal::Recover);
    }

    /// There is one work for a machine at a time.
    pub(super) fn begin_work(&mut self, machine: Uuid, host: HostKey, goal: Goal) {
        let id = self.add_work(machine, host, goal);
        self.events.push(self.now, Event::Work(id));
    }

    /// Adds a work for a machine that is begun otherwise.
    pub(super) fn add_work(&mut self, machine: Uuid, host: HostKey, goal: Goal) -> u64 {
        let works = &mut self.availability.works;
        works.retain(|_, work| work.machine != machine);
        let id = self.availability.next_number();
        let work = Work {
            machine,
            host,
            goal,
            tries: 0,
        };
        self.availability.works.insert(id, work);
        id
    }

    /// Gets on with a work, unless what it is for has become needless.
    pub(in crate::world) fn work(&mut self, id: u64) {
        let Some(work) = self.availability.works.get(&id).cloned() else {
            return;
        };
        let Some(server) = self.servers.get(work.machine) else {
            return self.close_work(id);
        };
        let is_there = is_machine_on(server, work.host);
        let status = self.topology.host(work.host).agent.status;
        match work.goal {
            Goal::Recover if is_there && is_believed_on(server) && status != Status::Up => {
                let command = AgentCommand::CheckVirtualMachineCommand;
                self.inquire_for(id, command, vec![work.host]);
            }
            Goal::Restart if server.state == State::Stopped && server.operation.is_none() => {
                self.order(Kind::Revive, work.machine, None);
            }
            Goal::Leave if is_there => self.leave(id),
            Goal::Recover | Goal::Restart | Goal::Leave => self.close_work(id),
        }
    }

    fn inquire_for(&mut self, id: u64, command: AgentCommand, of: Vec<HostKey>) {
        if let Some(work) = self.availability.works.get(&id) {
            self.inquire(Cause::Work(id), command, Thing::Server(work.machine), of);
        }
    }

    /// Begins something that is done to a machine on its owner's behalf.
    pub(super) fn order(&mut self, kind: Kind, machine: Uuid, host: Option<HostKey>) {
        if let Some(server) = self.servers.get(machine) {
            let user = server.spec.user.clone();
            self.begin(Order::on_server(machine, kind, user).at(host));
        }
    }

    /// Goes on with what hosts said of a machine.
    pub(super) fn learn_of_machine(
        &mut self,
        id: u64,
        command: AgentCommand,
        answer: Option<bool>,
    ) {
        let Some(work) = self.availability.works.get(&id) else {
            return;
        };
        let host = work.host;
        match (command, answer) {
            (AgentCommand::FenceCommand, Some(true)) => self.bury_on_host(id),
            (AgentCommand::FenceCommand, Some(false) | None) => self.stay_unfenced(id),
            // It lives, on a host that is not heard of.
            (_, Some(true)) => drop(self.retry_work(id, "investigate.retry.interval")),
            (AgentCommand::CheckVirtualMachineCommand, Some(false) | None) => {
                let mut pingers = self.neighbours(host, Level::Pod);
                pingers.truncate(PINGERS);
                self.inquire_for(id, AgentCommand::PingTestCommand, pingers);
            }
            (_, Some(false) | None) => {
                let neighbours = self.neighbours(host, Level::Cluster);
                self.inquire_for(id, AgentCommand::FenceCommand, neighbours);
            }
        }
    }

    /// A machine might still run: it must not run twice.
    fn stay_unfenced(&mut self, id: u64) {
        self.alert_of(id, "We are unable to fence off the VM");
        self.retry_work(id, "investigate.retry.interval");
    }

    /// A machine is cut off.
    fn bury_on_host(&mut self, id: u64) {
        if let Some(work) = self.availability.works.remove(&id) {
            self.put_down(work.machine, work.host);
        }
    }

    /// Takes a machine for dead: it counts as stopped, and is started elsewhere if it is worth that.
    pub(super) fn put_down(&mut self, machine: Uuid, host: HostKey) {
        let server = self.servers.get(machine);
        let revives = server.is_some_and(|server| server.spec.is_highly_available);
        self.order(Kind::ForcedStop, machine, None);
        if revives {
            self.add_work(machine, host, Goal::Restart);
            // It waits for the stop.
            self.order(Kind::Revive, machine, None);
        }
    }

    /// High availability started a machine again.
    pub(in crate::world) fn revived(&mut self, operation: &Operation) {
        self.launch(operation);
        if let Some(id) = self.work_for(operation) {
            self.alert_of(id, "Restarted");
            self.close_work(id);
        }
    }

    pub(in crate::world) fn not_revived(&mut self, operation: &Operation) {
        if let Some(id) = self.work_for(operation) {
            self.alert_of(id, "Unable to restart");
            self.retry_work(id, "restart.retry.interval");
        }
    }

    /// The work that an operation is a part of.
    pub(super) fn work_for(&self, operation: &Operation) -> Option<u64> {
        let machine = operation.server()?;
        let mut works = self.availability.works.iter();
        works
            .find(|(_, work)| work.machine == machine)
            .map(|(id, _)| *id)
    }

    /// Puts a work off; after too many failures it is given up. False when it was.
    pub(super) fn retry_work(&mut self, id: u64, interval: &str) -> bool {
        let most = self.configuration.number("vm.ha.migration.max.retries");
        let Some(work) = self.availability.works.get_mut(&id) else {
            return false;
        };
        work.tries += 1;
        if f64::from(work.tries) > most {
            self.close_work(id);
            return false;
        }
        let interval: Duration = self.configuration.seconds(interval);
        self.events.push(later(self.now, interval), Event::Work(id));
        true
    }

    pub(super) fn close_work(&mut self, id: u64) {
        if let Some(work) = self.availability.works.remove(&id)
            && work.goal == Goal::Leave
        {
            self.see_whether_empty(work.host);
        }
    }

    fn alert_of(&mut self, id: u64, what: &str) {
        let Some(work) = self.availability.works.get(&id) else {
            return;
        };
        let (machine, host) = (work.machine, work.host);
        if let Some(server) = self.servers.get(machine) {
            let host_name = &self.topology.host(host).name;
            let text = format!(
                "{what}: {} which was running on host {host_name}",
                server.spec.name
            );
            self.alert(AlertKind::SERVER, &text);
        }
    }
}
