//! What the cloud does to carry out a request: send commands to hosts, one after the other, and react to
//! their answers.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::kind::{At, Room};
use super::{Acted, Operation, Order, Step, Thing, Verdict, Wait};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::place::{Level, Scope, Selector};
use crate::world::operations::oracle::{AgentCall, Oracle};
use crate::world::server::Manager;
use crate::world::time::Event;
use crate::world::time::clock::later;
use crate::world::topology::HostKey;
use crate::world::{Demand, World};

impl World {
    /// Begins an operation. Whether the state of what it is done to allows it is for the dialect to say.
    ///
    /// An operation that takes a server for itself does not go together with another: CloudStack lets the
    /// later wait, Nova's takes the place of the earlier. `None` when there is no such thing.
    pub fn begin(&mut self, order: Order) -> Option<Uuid> {
        let request = order.request;
        let mut needs = self.ready_networks(&order);
        needs.extend(self.begun_before(&order));
        if let Some(server) = order.on.server() {
            needs.extend(self.fillings_for(server));
        }
        let mut operation = self.operation_for(order)?;
        operation.wait = Wait::for_all(needs);
        let (id, slot) = (operation.id, operation.slot());
        self.record_begin(&operation, request);
        self.operations.insert(id, operation);
        match slot {
            Some(server) => self.claim_slot(server, id),
            None => self.set_out(id),
        }
        Some(id)
    }

    /// Gives an operation its server, now or when its turn comes.
    fn claim_slot(&mut self, server_id: Uuid, id: Uuid) {
        let server = self.server(server_id);
        let is_busy = server.is_some_and(|server| server.operation.is_some());
        let manager = server.map(Acted::manager);
        if is_busy && manager == Some(Manager::CloudStack) {
            self.queues.entry(server_id).or_default().push_back(id);
        } else {
            self.interrupt(server_id, "Another operation took its place");
            self.take_slot(server_id, id);
        }
    }

    fn operation_for(&mut self, order: Order) -> Option<Operation> {
        let id = self.ids.uuid();
        let manager = self.thing(order.on)?.manager();
        Some(Operation {
            id,
            kind: order.kind,
            on: order.on,
            with: order.with,
            user: order.user,
            manager,
            step: 0,
            card: 0,
            attempt: 1,
            tried: Vec::new(),
            host: order.host,
            origin: None,
            before: None,
            flavor: order.flavor,
            rotation: order.rotation,
            within: order.within,
            claim: None,
            amends: None,
            ticket: 0,
            awaits: None,
            wait: Wait::default(),
            started: self.now,
        })
    }

    /// Begins an operation that has its server for itself.
    fn take_slot(&mut self, server_id: Uuid, id: Uuid) {
        self.plan_start(id);
        self.set_out(id);
        let Some(operation) = self.operations.get(id) else {
            return;
        };
        let (row, host, origin) = (operation.kind.row(), operation.host, operation.origin);
        match row.room {
            Room::Settles if origin.is_none() => self.settle_on(server_id, host),
            Room::Claims => self.claim(id, host),
            Room::Settles | Room::Own | Room::Returns => {}
        }
        let now = self.now;
        if let Some(server) = self.servers.get_mut(server_id) {
            server.operation = Some(id);
            server.task = row.task;
            server.updated = now;
        }
    }

    pub(super) fn set_out(&mut self, id: Uuid) {
        self.look_around(id);
        self.events.push(self.now, Event::Send(id));
    }

    /// Lets an operation take note of how its server is, as it begins: it may have waited.
    fn look_around(&mut self, id: Uuid) {
        let Some(operation) = self.operations.get_mut(id) else {
            return;
        };
        let server = operation.server().and_then(|id| self.servers.get(id));
        if let Some(server) = server {
            operation.host = match operation.kind.row().room {
                Room::Own | Room::Settles => operation.host.or(server.host).or(server.last_host),
                Room::Claims => operation.host,
                Room::Returns => server.resize().and_then(|resize| resize.host),
            };
            operation.origin = server.host;
            operation.before = Some(server.state);
        }
    }

    /// Begins the operation that has waited longest for a server.
    pub(super) fn begin_next(&mut self, server: Uuid) {
        let Some(queue) = self.queues.get_mut(&server) else {
            return;
        };
        let next = queue.pop_front();
        if queue.is_empty() {
            self.queues.remove(&server);
        }
        match next {
            Some(next) if self.servers.get(server).is_some() => self.take_slot(server, next),
            Some(next) => {
                self.end(next, Err(gone()));
                self.begin_next(server);
            }
            None => {}
        }
    }

    /// Sends the next command of an operation, or ends it when there is none left.
    pub(in crate::world) fn send(&mut self, id: Uuid, oracle: &mut dyn Oracle) {
        let Some(operation) = self.running(id) else {
            return self.end_orphan(id);
        };
        if operation.wait.is_open() {
            return self.hold(id);
        }
        if let Some(text) = operation.amends.clone() {
            let amends = operation.current_step().and_then(|step| step.amends);
            return match amends.and_then(|step| self.ask(id, step, oracle)) {
                Some(answer) => self.await_answer(id, answer),
                None => self.abandon(id, &text),
            };
        }
        match self.next_step(operation) {
            Some((at, step)) => self.dispatch(id, at, step, oracle),
            None => self.succeed(id),
        }
    }

    /// The next command that is needed, and its position in the plan.
    fn next_step(&self, operation: &Operation) -> Option<(Position, &'static Step)> {
        let mut at = operation.position();
        loop {
            let step = operation.plan().get(at.step)?;
            if step.when.holds(operation, at.card, self) {
                return Some((at, step));
            }
            at = self.after(operation, at);
        }
    }

    /// What follows in a plan: steps about network cards that stand side by side come again for each card.
    fn after(&self, operation: &Operation, at: Position) -> Position {
        let plan = operation.plan();
        let is_per_card = |step: usize| plan.get(step).is_some_and(|step| step.is_per_card);
        let next = at.step + 1;
        let is_round_over = is_per_card(at.step) && !is_per_card(next);
        if !is_round_over || at.card + 1 >= self.cards(operation) {
            return Position { step: next, ..at };
        }
        let round = (0..=at.step).rev().take_while(|step| is_per_card(*step));
        Position {
            step: round.last().unwrap_or(at.step),
            card: at.card + 1,
        }
    }

    fn dispatch(&mut self, id: Uuid, at: Position, step: &Step, oracle: &mut dyn Oracle) {
        if let Some(operation) = self.operations.get_mut(id) {
            (operation.step, operation.card) = (at.step, at.card);
            let server = operation.server().and_then(|id| self.servers.get_mut(id));
            if let (Some(server), Some(task)) = (server, step.task) {
                server.task = Some(task);
            }
        }
        self.follow_migration(id);
        match self.ask(id, step, oracle) {
            Some(answer) => self.await_answer(id, answer),
            None => self.fail(id, None),
        }
    }

    /// What comes of a command. `None` when there is no host to send it to.
    fn ask(&self, id: Uuid, step: &Step, oracle: &mut dyn Oracle) -> Option<Response> {
        let operation = self.operations.get(id)?;
        let key = match step.at {
            At::Host => operation.host,
            At::Origin => operation.origin.or(operation.host),
            At::Storage => self.storage_host(operation),
            At::Router => self.router_place(operation),
        }?;
        let host = self.topology.host(key);
        let call = AgentCall {
            command: step.command,
            host,
            on: self.thing(operation.on)?,
            with: operation.with.and_then(|thing| self.thing(thing)),
            attempt: operation.attempt,
            region: self.region(),
        };
        let decision = oracle.ask(&call, self.now);
        let due = later(self.now, decision.delay);
        Some(Response {
            due,
            of: key,
            verdict: Verdict::from_decision(decision, host),
        })
    }

    fn await_answer(&mut self, id: Uuid, response: Response) {
        let Response { due, of, verdict } = response;
        if let Some(operation) = self.operations.get_mut(id) {
            operation.ticket += 1;
            operation.awaits = Some((operation.ticket, of));
            self.events
                .push(due, Event::Answer(id, operation.ticket, verdict));
        }
    }

    /// Lets the host of an operation have done at once what it was asked.
    pub fn hasten(&mut self, id: Uuid) {
        let awaits = self.running(id).and_then(|operation| operation.awaits);
        let verdict = Verdict {
            result: Ok(()),
            applied: true,
        };
        if let Some((ticket, _)) = awaits {
            self.hear(id, ticket, &verdict);
        }
    }

    /// The operation, if it is under way and what it is done to is there.
    pub(super) fn running(&self, id: Uuid) -> Option<&Operation> {
        let operation = self.operations.get(id)?;
        self.thing(operation.on).map(|_| operation)
    }

    /// Ends an operation on something that is no more.
    fn end_orphan(&mut self, id: Uuid) {
        if self.operation(id).is_some() {
            self.end(id, Err(gone()));
        }
    }

    /// Takes a host's answer.
    pub(in crate::world) fn hear(&mut self, id: Uuid, ticket: u32, verdict: &Verdict) {
        let Some(operation) = self.running(id) else {
            return self.end_orphan(id);
        };
        if operation.awaits.map(|(awaited, _)| awaited) != Some(ticket) {
            return;
        }
        let operation = operation.clone();
        if let Some(operation) = self.operations.get_mut(id) {
            operation.awaits = None;
        }
        if let Some(failure) = &operation.amends {
            return self.abandon(id, failure);
        }
        if verdict.applied {
            let step = &operation.plan()[operation.step];
            self.apply(step, &operation);
        }
        match &verdict.result {
            Ok(()) => self.proceed(id, verdict.applied),
            Err(text) => self.fail(id, Some(text)),
        }
    }

    fn proceed(&mut self, id: Uuid, has_effect: bool) {
        let Some(operation) = self.operations.get(id) else {
            return;
        };
        // What a step brings may be wanted once more; one that brought nothing would never end.
        let repeats = has_effect && operation.current_step().is_some_and(|step| step.repeats);
        let next = match repeats {
            true => operation.position(),
            false => self.after(operation, operation.position()),
        };
        if let Some(operation) = self.operations.get_mut(id) {
            (operation.step, operation.card) = (next.step, next.card);
            self.events.push(self.now, Event::Send(id));
        }
    }

    /// Reacts to a refusal: tries another host, or gives up. Without a text there was no host to ask.
    fn fail(&mut self, id: Uuid, text: Option<&str>) {
        let Some(operation) = self.operations.get_mut(id) else {
            return;
        };
        operation.tried.extend(operation.host);
        let text = text.unwrap_or_default();
        match self.next_host(id) {
            Some(host) => self.retry_on(id, host),
            None => self.give_up(id, text),
        }
    }

    /// Cleans up after a step that failed, where that takes a command, and ends the operation.
    pub(super) fn give_up(&mut self, id: Uuid, text: &str) {
        let step = self.running(id).and_then(Operation::current_step);
        let takes_amends = step.is_some_and(|step| step.amends.is_some());
        match self.operations.get_mut(id) {
            Some(operation) if takes_amends => {
                operation.amends = Some(text.into());
                self.events.push(self.now, Event::Send(id));
            }
            _ => self.abandon(id, text),
        }
    }

    /// The host to try next, if one more may be tried.
    fn next_host(&mut self, id: Uuid) -> Option<HostKey> {
        let operation = self.running(id)?.clone();
        let limit = operation.kind.row().tries.of(operation.manager);
        let failed = *operation.tried.last()?;
        let is_final = operation
            .current_step()
            .is_some_and(|step| step.failure.is_some());
        if operation.tried.len() >= limit || is_final {
            return None;
        }
        match operation.on {
            Thing::Appliance(own) => self.place_appliance_again(own, failed, &operation.tried),
            _ => self.place_server_again(&operation, failed),
        }
    }

    fn place_server_again(&mut self, operation: &Operation, failed: HostKey) -> Option<HostKey> {
        let server = operation.server()?;
        // The room that it takes on the host that failed is not wanted there any longer.
        self.take_room(operation.id, None);
        let own = Demand::of(self.server(server)?);
        let flavor = operation.flavor.as_deref().unwrap_or(own.flavor);
        let demand = Demand { flavor, ..own };
        let tried: Vec<HostKey> = operation
            .tried
            .iter()
            .copied()
            .chain(operation.origin)
            .collect();
        let zone = self.zone_of(failed);
        let within = operation.within.as_deref().unwrap_or(&zone);
        self.place_again(within, demand, failed, &tried)
    }

    /// Takes room on a host, for the server or beside what it has, or gives it back.
    fn take_room(&mut self, id: Uuid, host: Option<HostKey>) {
        let Some(operation) = self.operations.get(id) else {
            return;
        };
        match (operation.kind.row().room, operation.server()) {
            (Room::Settles, Some(server)) => self.settle_on(server, host),
            (Room::Claims, _) => self.claim(id, host),
            (Room::Settles | Room::Own | Room::Returns, _) => {}
        }
    }

    /// A retry stays in the zone.
    fn zone_of(&self, host: HostKey) -> Scope {
        match self.topology.host(host).place.name(Level::Zone) {
            Some(zone) => Scope::everywhere().with(Level::Zone, Selector::Name(zone.clone())),
            None => Scope::everywhere(),
        }
    }

    fn retry_on(&mut self, id: Uuid, host: HostKey) {
        let Some(operation) = self.operations.get_mut(id) else {
            return;
        };
        operation.attempt += 1;
        (operation.step, operation.card) = (0, 0);
        operation.host = Some(host);
        self.take_room(id, Some(host));
        self.events.push(self.now, Event::Send(id));
    }
}

/// What comes of a command.
struct Response {
    /// When it is told.
    due: DateTime<Utc>,
    /// The host that tells.
    of: HostKey,
    verdict: Verdict,
}

/// How far a plan is carried out.
#[derive(Clone, Copy)]
struct Position {
    step: usize,
    /// The number of the network card, in steps about cards.
    card: usize,
}

impl Operation {
    fn position(&self) -> Position {
        Position {
            step: self.step,
            card: self.card,
        }
    }

    /// The agent commands that do it, in order.
    pub(super) fn plan(&self) -> &'static [Step] {
        self.kind.row().plan(self.manager)
    }

    /// The step that it is at.
    pub(super) fn current_step(&self) -> Option<&'static Step> {
        self.plan().get(self.step)
    }
}

/// What it was done to is no more.
fn gone() -> Fault {
    Fault::new(FaultKind::NotFound, "What it was done to is no more")
}
