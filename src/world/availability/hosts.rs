//! What happens to hosts, and to the servers on them.

use crate::vocabulary::place::Scope;
use crate::vocabulary::plan::{Act, HostChange};
use crate::world::World;
use crate::world::availability::Status;
use crate::world::operations::{Thing, Verdict};
use crate::world::server::{STATUSES, ServerFault, State};
use crate::world::topology::HostKey;
use uuid::Uuid;

impl World {
    /// Carries out one entry of the timeline.
    pub fn act(&mut self, act: &Act) {
        match act {
            Act::Hosts(scope, change) => {
                self.change_hosts(scope, *change);
            }
            Act::Server { name, status } => {
                let named = self
                    .servers
                    .iter()
                    .filter(|server| server.spec.name == *name);
                let ids: Vec<Uuid> = named.map(|server| server.id).collect();
                for id in ids {
                    self.force_status(id, status);
                }
            }
            Act::Balancer { name, status } => self.force_balancers(name, status),
        }
    }

    /// Changes all hosts in a scope; returns how many there are.
    pub fn change_hosts(&mut self, scope: &Scope, change: HostChange) -> usize {
        let hosts = self.topology.hosts_in(scope);
        self.change_each(&hosts, change);
        hosts.len()
    }

    pub fn change_host(&mut self, host: HostKey, change: HostChange) {
        self.change_each(&[host], change);
    }

    fn change_each(&mut self, hosts: &[HostKey], change: HostChange) {
        // All at once: the servers of one must not flee to the next that falls in the same instant.
        for key in hosts {
            let host = self.topology.host_mut(*key);
            match change {
                HostChange::GoesDown => {
                    host.is_up = false;
                    host.agent.status = Status::Disconnected;
                    if let Some(service) = &mut host.service {
                        service.silent_since.get_or_insert(self.now);
                    }
                }
                HostChange::ComesBack => {
                    host.is_up = true;
                    host.service.get_or_insert_default().silent_since = None;
                }
                HostChange::EntersMaintenance => host.in_maintenance = true,
                HostChange::LeavesMaintenance => {}
            }
        }
        for key in hosts {
            if matches!(change, HostChange::GoesDown | HostChange::EntersMaintenance) {
                self.rescue_appliances(*key);
            }
            match change {
                HostChange::GoesDown => self.lose(*key),
                HostChange::ComesBack => self.regain(*key),
                HostChange::EntersMaintenance => self.enter_maintenance(*key),
                HostChange::LeavesMaintenance => self.leave_maintenance(*key),
            }
        }
    }

    /// Puts something into a status by force, whatever it was in. False when there is no such status of it.
    pub fn force(&mut self, thing: Thing, status: &str) -> bool {
        match thing {
            Thing::Server(id) => self.force_status(id, status),
            Thing::Balancer(id) => self.force_balancer(id, status),
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
            | Thing::Host(_) => false,
        }
    }

    /// Puts a server into a status by force, whatever it was in. False when there is no such status.
    pub fn force_status(&mut self, id: Uuid, status: &str) -> bool {
        let Some((_, state, power)) = STATUSES.iter().find(|(known, ..)| *known == status) else {
            return false;
        };
        self.interrupt(id, "The server was put into another state");
        let now = self.now;
        if let Some(server) = self.servers.get_mut(id) {
            (server.state, server.power, server.updated) = (*state, *power, now);
            server.fault = (*state == State::Error).then(|| {
                Box::new(ServerFault {
                    code: 500,
                    message: "The server was put into ERROR".to_owned(),
                    created: now,
                })
            });
        }
        true
    }

    /// Sets a server's state by hand, as an administrator of Nova may: the server itself stays as it is.
    pub fn reset_state(&mut self, id: Uuid, state: State) {
        self.interrupt(id, "The server's state was reset");
        let now = self.now;
        if let Some(server) = self.servers.get_mut(id) {
            (server.state, server.updated) = (state, now);
        }
    }

    /// A host is gone: what it was asked is never answered. CloudStack finds out and sees to its machines. Nova
    /// leaves its servers' records as they are; that the host is down shows elsewhere.
    fn lose(&mut self, host: HostKey) {
        self.lose_power(host);
        self.break_off_commands(host);
        self.lose_agent(host);
    }

    /// A host is back, with nothing running on it.
    fn regain(&mut self, host: HostKey) {
        self.hear_of(host);
        self.find_out(host);
    }

    /// Commands that are out at a host when it dies fail there and then.
    fn break_off_commands(&mut self, host: HostKey) {
        let name = &self.topology.host(host).name;
        let verdict = Verdict {
            result: Err(format!("Host {name} is down")),
            applied: false,
        };
        let waiting: Vec<(Uuid, u32)> = self
            .operations
            .iter()
            .filter_map(|operation| Some((operation.id, operation.awaited_of(host)?)))
            .collect();
        for (operation, ticket) in waiting {
            self.hear(operation, ticket, &verdict);
        }
    }
}
