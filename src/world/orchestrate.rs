//! What the cloud does to carry out a request: send commands to hosts, one after the other, and react to
//! their answers.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::World;
use super::accounts::User;
use super::clock::later;
use super::operation::{End, Kind, Operation, Verdict};
use super::oracle::{AgentCall, Oracle};
use super::placement::Draft;
use super::server::{Manager, Power, Server, ServerFault, State};
use super::time::Event;
use super::topology::HostKey;
use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::place::{Level, Scope, Selector};

impl World {
    /// Makes a server and begins to build it on `host`, which [`World::place`] chose; without one the build
    /// fails when it begins.
    ///
    /// # Errors
    /// [`FaultKind::OverLimit`] beyond the project's quota, [`FaultKind::NoCapacity`] when a network has no
    /// address left.
    pub fn create_server(&mut self, draft: Draft, host: Option<HostKey>) -> Result<Uuid, Fault> {
        let id = self.ids.uuid();
        self.plug(id, draft.project.id, &draft.nics, &draft.security_groups)?;
        let kind = if draft.starts {
            Kind::Create
        } else {
            Kind::CreateStopped
        };
        let user = draft.user.clone();
        let server = self.new_server(id, draft);
        self.servers.insert(id, server);
        self.begin(id, kind, user, host);
        Ok(id)
    }

    pub(super) fn new_server(&self, id: Uuid, draft: Draft) -> Server {
        Server {
            id,
            number: self.servers.next_number(),
            name: draft.name,
            description: draft.description,
            display_name: draft.display_name,
            project: draft.project,
            user: draft.user,
            flavor: draft.flavor,
            image: draft.image,
            key_name: draft.key_name,
            metadata: draft.metadata,
            access_ipv4: draft.access_ipv4,
            access_ipv6: draft.access_ipv6,
            config_drive: draft.config_drive,
            nova: None,
            manager: draft.manager,
            host: None,
            last_host: None,
            state: State::Building,
            task: None,
            power: Power::None,
            fault: None,
            is_highly_available: draft.is_highly_available,
            is_given: false,
            operation: None,
            created: self.now,
            updated: self.now,
            launched: None,
        }
    }

    /// Begins an operation on a server; one that is under way is given up. Whether the server's state allows
    /// it is for the dialect to say. `host` is where it goes, if not to the server's own.
    pub fn begin(
        &mut self,
        server: Uuid,
        kind: Kind,
        user: Arc<User>,
        host: Option<HostKey>,
    ) -> Option<Uuid> {
        let id = self.ids.uuid();
        let target = self.servers.get(server)?;
        let (state, origin) = (target.state, target.host);
        let host = host.or(target.host).or(target.last_host);
        let operation = Operation {
            id,
            kind,
            server,
            user,
            plan: kind.plan(target),
            step: 0,
            attempt: 1,
            tried: Vec::new(),
            host,
            origin,
            before: state,
            ticket: 0,
            awaits: None,
            started: self.now,
            end: None,
        };
        self.give_up_operation(server);
        if matches!(kind, Kind::Create | Kind::CreateStopped | Kind::Start) && origin.is_none() {
            self.settle_on(server, host);
        }
        let target = self.servers.get_mut(server)?;
        target.operation = Some(id);
        target.task = Some(kind.task());
        target.updated = self.now;
        self.operations.insert(id, operation);
        self.events.push(self.now, Event::Send(id));
        Some(id)
    }

    /// Makes an operation that is over as it begins and leaves the server as it is: there was nothing to do,
    /// or the server's state did not allow it.
    pub fn conclude(
        &mut self,
        server: Uuid,
        kind: Kind,
        user: Arc<User>,
        result: Result<(), Fault>,
    ) -> Option<Uuid> {
        let id = self.ids.uuid();
        let target = self.servers.get(server)?;
        let operation = Operation {
            id,
            kind,
            server,
            user,
            plan: &[],
            step: 0,
            attempt: 1,
            tried: Vec::new(),
            host: target.host,
            origin: target.host,
            before: target.state,
            ticket: 0,
            awaits: None,
            started: self.now,
            end: Some(End {
                at: self.now,
                result,
            }),
        };
        self.operations.insert(id, operation);
        Some(id)
    }

    /// Ends the operation that a server is in, since another takes its place.
    fn give_up_operation(&mut self, server: Uuid) {
        let current = self.servers.get(server).and_then(|server| server.operation);
        if let Some(operation) = current.and_then(|id| self.operations.get_mut(id)) {
            let result = Err(Fault::conflict("Another operation took its place"));
            operation.end = Some(End {
                at: self.now,
                result,
            });
        }
    }

    /// Sends the next command of an operation, or ends it when there is none left.
    pub(super) fn send(&mut self, id: Uuid, oracle: &mut dyn Oracle) {
        let Some((operation, server)) = self.running(id) else {
            return;
        };
        let (Some(command), Some(host)) = (operation.plan.get(operation.step), operation.host)
        else {
            return if operation.plan.len() > operation.step {
                self.fail(id, None)
            } else {
                self.succeed(id)
            };
        };
        let host = match command {
            AgentCommand::MigrateCommand => operation.origin.unwrap_or(host),
            _ => host,
        };
        let host = self.topology.host(host);
        let call = AgentCall {
            command: *command,
            host,
            server,
            attempt: operation.attempt,
            region: self.region(),
        };
        let decision = oracle.ask(&call, self.now);
        let due = later(self.now, decision.delay);
        let verdict = Verdict::from_decision(decision, host);
        self.await_answer(id, due, verdict);
    }

    fn await_answer(&mut self, id: Uuid, due: DateTime<Utc>, verdict: Verdict) {
        if let Some(operation) = self.operations.get_mut(id) {
            operation.ticket += 1;
            operation.awaits = Some(operation.ticket);
            self.events
                .push(due, Event::Answer(id, operation.ticket, verdict));
        }
    }

    /// The operation and its server, if it is still the one that changes the server.
    fn running(&self, id: Uuid) -> Option<(&Operation, &Server)> {
        let operation = self
            .operations
            .get(id)
            .filter(|operation| operation.end.is_none())?;
        let server = self.servers.get(operation.server)?;
        (server.operation == Some(id)).then_some((operation, server))
    }

    /// Takes a host's answer.
    pub(super) fn hear(&mut self, id: Uuid, ticket: u32, verdict: &Verdict) {
        let Some((operation, _)) = self.running(id) else {
            return;
        };
        if operation.awaits != Some(ticket) {
            return;
        }
        let (command, server) = (operation.plan[operation.step], operation.server);
        if let Some(operation) = self.operations.get_mut(id) {
            operation.awaits = None;
        }
        if verdict.applied {
            self.apply(command, server);
        }
        match &verdict.result {
            Ok(()) => self.proceed(id),
            Err(text) => self.fail(id, Some(text.clone())),
        }
    }

    /// What a command does on the host, whatever it answered.
    fn apply(&mut self, command: AgentCommand, server: Uuid) {
        let Some(server) = self.servers.get_mut(server) else {
            return;
        };
        match command {
            AgentCommand::StartCommand | AgentCommand::RebootCommand => {
                server.power = Power::Running
            }
            AgentCommand::StopCommand => server.power = Power::Shutdown,
            AgentCommand::CopyCommand
            | AgentCommand::DestroyCommand
            | AgentCommand::PrepareForMigrationCommand
            | AgentCommand::MigrateCommand => {}
        }
    }

    fn proceed(&mut self, id: Uuid) {
        if let Some(operation) = self.operations.get_mut(id) {
            operation.step += 1;
            self.events.push(self.now, Event::Send(id));
        }
    }

    /// Ends an operation that went well.
    fn succeed(&mut self, id: Uuid) {
        let Some((operation, _)) = self.running(id) else {
            return;
        };
        let (kind, server, host) = (operation.kind, operation.server, operation.host);
        if kind == Kind::Delete {
            self.remove(server);
        } else {
            if kind == Kind::Migrate {
                self.settle_on(server, host);
            }
            self.reach_goal(server, kind);
        }
        self.end(id, Ok(()));
    }

    fn reach_goal(&mut self, id: Uuid, kind: Kind) {
        let now = self.now;
        let Some(server) = self.servers.get_mut(id) else {
            return;
        };
        if let Some((state, _)) = kind.goal() {
            server.state = state;
            server.fault = None;
        }
        if kind == Kind::CreateStopped {
            server.power = Power::Shutdown;
        }
        if kind == Kind::Create {
            server.launched = Some(now);
        }
        let is_off = matches!(server.state, State::Stopped | State::SoftDeleted);
        if is_off && server.manager == Manager::CloudStack {
            self.settle_on(id, None);
        }
    }

    /// Reacts to a refusal: tries another host, or gives up. Without a text there was no host to ask.
    fn fail(&mut self, id: Uuid, text: Option<String>) {
        let Some((operation, _)) = self.running(id) else {
            return;
        };
        match operation.kind {
            Kind::Create | Kind::CreateStopped | Kind::Start => self.try_elsewhere(id, text),
            Kind::Stop { forced: true } => self.succeed(id),
            Kind::Stop { .. }
            | Kind::Reboot { .. }
            | Kind::Destroy
            | Kind::Delete
            | Kind::Migrate => {
                self.abandon(id, text.as_deref().unwrap_or_default());
            }
        }
    }

    fn try_elsewhere(&mut self, id: Uuid, text: Option<String>) {
        let Some((operation, server)) = self.running(id) else {
            return;
        };
        let mut tried = operation.tried.clone();
        tried.extend(operation.host);
        let limit = operation.kind.tries(server.manager);
        let (server_id, flavor, scope) =
            (server.id, server.flavor.clone(), self.zone_of(operation));
        self.settle_on(server_id, None);
        let next = tried
            .last()
            .filter(|_| tried.len() < limit)
            .and_then(|failed| self.place_again(&scope, &flavor, *failed, &tried));
        if let Some(operation) = self.operations.get_mut(id) {
            operation.tried = tried;
        }
        match next {
            Some(host) => self.retry_on(id, server_id, host),
            None => self.abandon(id, text.as_deref().unwrap_or_default()),
        }
    }

    /// A retry stays in the zone.
    fn zone_of(&self, operation: &Operation) -> Scope {
        let place = operation.host.map(|host| &self.topology.host(host).place);
        match place.and_then(|place| place.name(Level::Zone)) {
            Some(zone) => Scope::everywhere().with(Level::Zone, Selector::Name(zone.clone())),
            None => Scope::everywhere(),
        }
    }

    fn retry_on(&mut self, id: Uuid, server: Uuid, host: HostKey) {
        self.settle_on(server, Some(host));
        if let Some(operation) = self.operations.get_mut(id) {
            operation.attempt += 1;
            operation.step = 0;
            operation.host = Some(host);
            self.events.push(self.now, Event::Send(id));
        }
    }

    /// Ends an operation that went wrong: the server returns to what it was, or ends in ERROR.
    fn abandon(&mut self, id: Uuid, text: &str) {
        let Some((operation, server)) = self.running(id) else {
            return;
        };
        let fault = fault_of(operation, server, text);
        let to_error = match operation.kind {
            Kind::Create | Kind::CreateStopped => true,
            Kind::Delete => server.manager == Manager::Nova,
            Kind::Start
            | Kind::Stop { .. }
            | Kind::Reboot { .. }
            | Kind::Destroy
            | Kind::Migrate => false,
        };
        let (before, server_id) = (operation.before, operation.server);
        let (origin, manager) = (operation.origin, server.manager);
        if operation.kind == Kind::Start && manager == Manager::Nova {
            self.settle_on(server_id, origin);
        }
        let now = self.now;
        if let Some(server) = self.servers.get_mut(server_id) {
            server.state = if to_error { State::Error } else { before };
            if to_error {
                // Nothing is left on any host that a delete would have to remove.
                server.last_host = server.host;
                server.fault = Some(Box::new(ServerFault {
                    code: 500,
                    message: fault.message.clone(),
                    created: now,
                }));
            }
        }
        self.end(id, Err(fault));
    }

    fn end(&mut self, id: Uuid, result: Result<(), Fault>) {
        let at = self.now;
        let Some(operation) = self.operations.get_mut(id) else {
            return;
        };
        operation.end = Some(End { at, result });
        if let Some(server) = self.servers.get_mut(operation.server) {
            server.task = None;
            server.operation = None;
            server.updated = at;
        }
    }

    /// Moves a server's share of capacity to `host`, or frees it.
    pub(super) fn settle_on(&mut self, id: Uuid, host: Option<HostKey>) {
        let Some(server) = self.servers.get_mut(id) else {
            return;
        };
        let (cpus, memory) = (u64::from(server.flavor.cpus), server.flavor.memory);
        if let Some(old) = std::mem::replace(&mut server.host, host) {
            let old = self.topology.host_mut(old);
            old.used_cpus -= cpus;
            old.used_memory -= memory;
        }
        if let Some(new) = host {
            server.last_host = Some(new);
            let new = self.topology.host_mut(new);
            new.used_cpus += cpus;
            new.used_memory += memory;
        }
    }

    /// Takes a server out of the world.
    pub(super) fn remove(&mut self, id: Uuid) {
        self.settle_on(id, None);
        self.networking.unplug_all(id);
        if self.servers.remove(id).is_some() {
            self.gone.insert(id);
        }
    }
}

/// What to say of a failed operation: in the words of the dialect that manages the server.
fn fault_of(operation: &Operation, server: &Server, text: &str) -> Fault {
    let id = server.id;
    let no_capacity = |message: String| Fault::new(FaultKind::NoCapacity, message);
    let internal = |message: String| Fault::new(FaultKind::Internal, message);
    match (server.manager, operation.kind) {
        (Manager::Nova, Kind::Create | Kind::CreateStopped) if operation.tried.is_empty() => {
            no_capacity("No valid host was found. ".to_owned())
        }
        (Manager::Nova, Kind::Create | Kind::CreateStopped) => no_capacity(format!(
            "Exceeded maximum number of retries. Exhausted all hosts available for retrying build failures \
             for instance {id}."
        )),
        (Manager::CloudStack, Kind::Create | Kind::CreateStopped | Kind::Start) => no_capacity(
            format!("Unable to create a deployment for VM instance {id}"),
        ),
        (Manager::CloudStack, Kind::Stop { .. } | Kind::Destroy) => {
            internal(format!("Unable to stop the virtual machine due to {text}"))
        }
        (
            Manager::Nova | Manager::CloudStack,
            Kind::Start
            | Kind::Stop { .. }
            | Kind::Reboot { .. }
            | Kind::Destroy
            | Kind::Delete
            | Kind::Migrate,
        ) => internal(text.to_owned()),
    }
}
