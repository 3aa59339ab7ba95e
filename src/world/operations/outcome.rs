//! How operations end.

use uuid::Uuid;

use super::kind::{Complaint, Failure, Room};
use super::{End, Kind, Operation, Thing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::server::{Manager, Power, Server, ServerFault, State};

impl World {
    /// Ends an operation that went well.
    pub(super) fn succeed(&mut self, id: Uuid) {
        let Some(operation) = self.running(id).cloned() else {
            return;
        };
        let row = operation.kind.row();
        let server = operation.server().and_then(|id| self.servers.get_mut(id));
        if let (Some(server), Some(goal)) = (server, row.goal) {
            server.state = goal;
            server.fault = None;
        }
        (row.done)(self, &operation);
        self.end(id, Ok(()));
    }

    /// Ends an operation that went wrong: the server returns to what it was, or ends in ERROR.
    pub(super) fn abandon(&mut self, id: Uuid, text: &str) {
        let Some(operation) = self.running(id).cloned() else {
            return;
        };
        let row = operation.kind.row();
        let fault = complaint(&operation, text);
        let failure = row.failure.of(operation.manager);
        let server = operation.server().and_then(|id| self.server(id));
        let is_off = !server.is_some_and(Server::is_on);
        let of_step = operation.current_step().and_then(|step| step.failure);
        let failure = match self.clears_after_owner(&operation) {
            true => Failure::Ignored,
            false => of_step.unwrap_or(failure),
        };
        match failure {
            Failure::Ignored => return self.succeed(id),
            Failure::Reverts => self.restore(&operation, None),
            Failure::Breaks => self.restore(&operation, Some(&fault)),
            Failure::Becomes(state) => self.rest_in(&operation, state),
            Failure::BreaksIfOff => self.restore(&operation, is_off.then_some(&fault)),
        }
        (row.undone)(self, &operation);
        self.end(id, Err(fault));
    }

    /// Whether it takes away what belonged to a project that is gone. CloudStack tries that again until it is
    /// done; here no host's refusal keeps it from being done.
    fn clears_after_owner(&self, operation: &Operation) -> bool {
        let server = || Some(self.server(operation.server()?)?.spec.project.id);
        let volume = || Some(self.volume(operation.volume()?)?.project.id);
        let snapshot = || Some(self.snapshot(operation.on.snapshot()?)?.project.id);
        let project = match operation.kind {
            Kind::Delete => server(),
            Kind::DeleteVolume => volume(),
            Kind::DeleteSnapshot => snapshot(),
            _ => None,
        };
        operation.manager == Manager::CloudStack
            && project.is_some_and(|project| self.accounts.project(project).is_none())
    }

    /// Leaves a server in a state in which it is on no host.
    fn rest_in(&mut self, operation: &Operation, state: State) {
        let Some(id) = operation.slot() else {
            return;
        };
        self.settle_on(id, None);
        if let Some(server) = self.servers.get_mut(id) {
            (server.state, server.power) = (state, Power::Shutdown);
        }
    }

    /// Puts a server back as it was when the operation began, or into ERROR.
    fn restore(&mut self, operation: &Operation, fault: Option<&Fault>) {
        let Some(id) = operation.slot() else {
            return;
        };
        if operation.kind.row().room == Room::Settles {
            self.settle_on(id, operation.origin);
        }
        let now = self.now;
        let Some(server) = self.servers.get_mut(id) else {
            return;
        };
        match (fault, operation.before) {
            (Some(fault), _) => {
                server.state = State::Error;
                // Nothing is left on any other host that a delete would have to remove.
                server.last_host = server.host;
                server.fault = Some(Box::new(ServerFault {
                    code: 500,
                    message: fault.message.clone(),
                    created: now,
                }));
            }
            (None, Some(before)) => server.state = before,
            (None, None) => {}
        }
    }

    /// Closes an operation, and lets the next one begin that waits for the same server.
    pub(super) fn end(&mut self, id: Uuid, result: Result<(), Fault>) {
        let at = self.now;
        self.claim(id, None);
        let Some(operation) = self.operations.get(id).cloned() else {
            return;
        };
        self.record_end(&operation, &result);
        self.end_migration(&operation, result.is_ok());
        self.wake(id, &result);
        self.end_job(id, &End { at, result });
        self.operations.forget(id);
        let Some(server_id) = operation.slot() else {
            return;
        };
        if let Some(server) = self.servers.get_mut(server_id) {
            server.task = None;
            server.operation = None;
            server.updated = at;
        }
        self.begin_next(server_id);
    }

    /// Ends all that is being done to something, without a result.
    pub(in crate::world) fn break_off(&mut self, on: Thing, why: &str) {
        let open = self.operations.iter();
        let open = open.filter(|operation| operation.on == on);
        let ids: Vec<Uuid> = open.map(|operation| operation.id).collect();
        for id in ids {
            self.end(id, Err(Fault::new(FaultKind::Conflict, why)));
        }
    }

    /// Ends the operation that a server is in without a result, and those that wait for it.
    pub(in crate::world) fn interrupt(&mut self, id: Uuid, why: &str) {
        let current = self.servers.get_mut(id).and_then(|server| {
            server.task = None;
            server.operation.take()
        });
        let waiting = self.queues.remove(&id).into_iter().flatten();
        for operation in current.into_iter().chain(waiting) {
            self.end(operation, Err(Fault::new(FaultKind::Conflict, why)));
        }
    }
}

/// What Nova says where there is no host to ask.
const NO_HOST: &str = "No valid host was found. There are not enough hosts available.";

/// What to say of a failed operation: in the words of the dialect that manages the server.
fn complaint(operation: &Operation, text: &str) -> Fault {
    let no_capacity = |message: String| Fault::new(FaultKind::NoCapacity, message);
    let internal = |message: String| Fault::new(FaultKind::Internal, message);
    let id = match operation.on {
        Thing::Appliance(id) => id,
        _ => operation.server().unwrap_or_default(),
    };
    let manager = operation.manager;
    let of_step = operation.current_step().and_then(|step| step.complaint);
    let complaint = of_step.unwrap_or(operation.kind.row().complaint.of(manager));
    match (complaint, manager) {
        (Complaint::HostsWords, _) if text.is_empty() => no_capacity(NO_HOST.to_owned()),
        (Complaint::HostsWords, _) => internal(text.to_owned()),
        (Complaint::CannotStop, _) => {
            internal(format!("Unable to stop the virtual machine due to {text}"))
        }
        (Complaint::CannotPrepare, _) => {
            internal(format!("Unable to prepare for migration due to {text}"))
        }
        (Complaint::CannotArrive, _) => internal(format!("Unable to complete migration for {id}")),
        (Complaint::CannotMaintain, _) => {
            internal("Unable to prepare for maintenance host".to_owned())
        }
        (Complaint::NoHost, Manager::CloudStack) => no_capacity(format!(
            "Unable to create a deployment for VM instance {id}"
        )),
        (Complaint::NoHost, Manager::Nova) if operation.tried.is_empty() => {
            no_capacity("No valid host was found. ".to_owned())
        }
        (Complaint::NoHost, Manager::Nova) => no_capacity(format!(
            "Exceeded maximum number of retries. Exhausted all hosts available for retrying build failures \
             for instance {id}."
        )),
    }
}
