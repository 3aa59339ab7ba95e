//! The power that hosts report, and what the management server makes of it.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::work::Goal;
use super::{is_believed_on, is_machine_on};
use crate::world::World;
use crate::world::server::{Manager, Power, Server, State};
use crate::world::topology::HostKey;

/// How many intervals a machine may be missing from the reports before it counts as off.
const GRACE: u32 = 2;

/// The report of a host, in the answer of a ping: by name of the machine, its state.
const REPORT: &str = "_hostVmStateReport";

/// What a host says of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Report {
    On,
    Off,
    Missing,
    /// Nothing that could be understood.
    Unknown,
}

impl World {
    /// The name that hypervisors know a machine by: `i-<account>-<machine>-VM`.
    pub fn instance_name(&self, server: &Server) -> String {
        let suffix = self.configuration.value("instance.name").unwrap_or("VM");
        format!(
            "i-{}-{}-{suffix}",
            server.spec.project.number, server.number
        )
    }

    /// Compares what a host reports with what is believed of its machines.
    pub(super) fn heed_report(&mut self, host: HostKey, answer: &Value) {
        let answer = match answer.as_object() {
            Some(object) if object.len() == 1 => object.values().next().unwrap_or(answer),
            Some(_) | None => answer,
        };
        let Some(report) = answer.get(REPORT).and_then(Value::as_object) else {
            return;
        };
        let machines = self.servers().filter(|server| {
            server.spec.manager == Manager::CloudStack
                && server.operation.is_none()
                && (server.host == Some(host)
                    || server.host.is_none() && server.last_host == Some(host))
        });
        let reports: Vec<(Uuid, Report)> = machines
            .map(|server| (server.id, read(report, &self.instance_name(server))))
            .collect();
        for (machine, report) in reports {
            self.heed(host, machine, report);
        }
    }

    fn heed(&mut self, host: HostKey, machine: Uuid, report: Report) {
        let Some(server) = self.servers.get(machine) else {
            return;
        };
        let is_on = is_believed_on(server);
        if report != Report::Missing {
            self.availability.missing.remove(&machine);
        }
        match report {
            Report::Off if is_on => self.find_off(machine, host),
            Report::Missing if is_on => self.miss_machine(machine, host),
            Report::On if server.state == State::Stopped => self.find_on(machine, host),
            Report::On | Report::Off | Report::Missing | Report::Unknown => {}
        }
    }

    fn miss_machine(&mut self, machine: Uuid, host: HostKey) {
        let interval = self.ping_interval();
        let now = self.now;
        let last = now - chrono::TimeDelta::from_std(interval).unwrap_or_default();
        let since = *self.availability.missing.entry(machine).or_insert(last);
        let is_gone = (now - since)
            .to_std()
            .is_ok_and(|gone| gone > interval * GRACE);
        if is_gone {
            self.availability.missing.remove(&machine);
            self.find_off(machine, host);
        }
    }

    /// A machine is off that nobody stopped.
    pub(super) fn find_off(&mut self, machine: Uuid, host: HostKey) {
        let now = self.now;
        let Some(server) = self.servers.get_mut(machine) else {
            return;
        };
        (server.state, server.power, server.updated) = (State::Stopped, Power::Shutdown, now);
        let revives = server.spec.is_highly_available;
        self.settle_on(machine, None);
        if revives {
            self.begin_work(machine, host, Goal::Restart);
        }
    }

    /// A machine runs that nobody started.
    fn find_on(&mut self, machine: Uuid, host: HostKey) {
        self.settle_on(machine, Some(host));
        let now = self.now;
        if let Some(server) = self.servers.get_mut(machine) {
            (server.state, server.power, server.updated) = (State::Active, Power::Running, now);
        }
    }

    /// A host is back: what ran on it when it fell does not any more.
    pub(in crate::world) fn find_out(&mut self, host: HostKey) {
        let machines = self.servers().filter(|server| {
            is_machine_on(server, host)
                && is_believed_on(server)
                && server.operation.is_none()
                && server.power == Power::Shutdown
        });
        let machines: Vec<Uuid> = machines.map(|server| server.id).collect();
        for machine in machines {
            self.find_off(machine, host);
        }
    }

    /// What runs on a host that fell is off, whatever is believed of it.
    pub(in crate::world) fn lose_power(&mut self, host: HostKey) {
        for machine in self.machines_on(host) {
            if let Some(server) = self.servers.get_mut(machine)
                && server.is_on()
            {
                server.power = Power::Shutdown;
            }
        }
    }
}

fn read(report: &Map<String, Value>, name: &str) -> Report {
    let Some(entry) = report.get(name) else {
        return Report::Missing;
    };
    match entry.get("state").and_then(Value::as_str) {
        Some("PowerOn") => Report::On,
        Some("PowerOff") => Report::Off,
        Some("PowerReportMissing") => Report::Missing,
        Some(_) | None => Report::Unknown,
    }
}
