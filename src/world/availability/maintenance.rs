//! Hosts on their way into maintenance.

use super::work::Goal;
use super::{ResourceState, is_believed_on};
use crate::world::World;
use crate::world::operations::{Kind, Operation, Thing};
use crate::world::topology::HostKey;

impl World {
    /// The host that an operation is done to said that it is ready to be emptied.
    pub(in crate::world) fn empty_host(&mut self, operation: &Operation) {
        if let Thing::Host(host) = operation.on {
            self.enter_maintenance(host);
        }
    }

    /// CloudStack empties a host for its maintenance by live migration.
    pub(in crate::world) fn enter_maintenance(&mut self, host: HostKey) {
        let entering = self.topology.host_mut(host);
        entering.in_maintenance = true;
        entering.agent.resource = ResourceState::PrepareForMaintenance;
        for machine in self.machines_on(host) {
            self.begin_work(machine, host, Goal::Leave);
        }
        self.see_whether_empty(host);
        self.plan_ha_step(host);
    }

    /// A host that an administrator gives up: its machines are dealt with as if it were down.
    pub fn degrade(&mut self, host: HostKey) {
        let degraded = self.topology.host_mut(host);
        degraded.in_maintenance = true;
        degraded.agent.resource = ResourceState::Degraded;
        self.lose_machines(host);
    }

    /// A host takes machines again; those that have not left yet stay.
    pub fn leave_maintenance(&mut self, host: HostKey) {
        let works = &mut self.availability.works;
        works.retain(|_, work| work.host != host || work.goal != Goal::Leave);
        let leaving = self.topology.host_mut(host);
        leaving.in_maintenance = false;
        leaving.agent.resource = ResourceState::Enabled;
        self.plan_ha_step(host);
    }

    /// Moves a machine to another host.
    pub(super) fn leave(&mut self, id: u64) {
        let Some(machine) = self.availability.works.get(&id).map(|work| work.machine) else {
            return;
        };
        let Some(server) = self.servers.get(machine) else {
            return self.close_work(id);
        };
        let scope = self.home_of(server);
        let target = self.place_elsewhere(&scope, server, &server.spec.flavor);
        match target {
            // What is being made or changed leaves when that is over.
            Some(target) if is_believed_on(server) || server.operation.is_some() => {
                self.order(Kind::Flee, machine, Some(target));
            }
            Some(_) => self.close_work(id),
            None => self.stay(id),
        }
    }

    /// A machine has left its host.
    pub(in crate::world) fn fled(&mut self, operation: &Operation) {
        self.arrive(operation);
        if let Some(id) = self.work_for(operation) {
            self.close_work(id);
        }
    }

    pub(in crate::world) fn not_fled(&mut self, operation: &Operation) {
        if let Some(id) = self.work_for(operation) {
            self.stay(id);
        }
    }

    /// A machine could not leave.
    fn stay(&mut self, id: u64) {
        let Some(host) = self.availability.works.get(&id).map(|work| work.host) else {
            return;
        };
        if self.retry_work(id, "migrate.retry.interval") {
            let agent = &mut self.topology.host_mut(host).agent;
            agent.resource = ResourceState::ErrorInPrepareForMaintenance;
        }
    }

    /// Notes that a host is in maintenance once nothing is left on it, or that it never will be.
    pub(super) fn see_whether_empty(&mut self, host: HostKey) {
        let mut works = self.availability.works.values();
        let is_leaving = works.any(|work| work.host == host && work.goal == Goal::Leave);
        if is_leaving || !self.topology.host(host).agent.resource.is_maintenance() {
            return;
        }
        let is_empty = self.machines_on(host).is_empty();
        self.topology.host_mut(host).agent.resource = match is_empty {
            true => ResourceState::Maintenance,
            false => ResourceState::ErrorInMaintenance,
        };
    }
}
