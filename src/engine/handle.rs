//! A request, from its arrival to its reply.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

use super::Engine;
use super::facts::CallFacts;
use super::follow::Aim;
use super::oracle::Caption;
use super::program::Program;
use super::sim::Sim;
use super::worlds::Cell;
use crate::api::{Answer, Call, DIALECTS, Dialect, Landing, Reply, Request};
use crate::presets;
use crate::rules::Query;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::mock::Drop;
use crate::vocabulary::outcome::{Body, Decision, Outcome};
use crate::vocabulary::place::Place;
use crate::vocabulary::plan::ClockMode;
use crate::world::World;
use crate::world::time::clock::later;

/// A call whose fate is decided, waiting for its time.
struct Pending {
    call: Box<Call>,
    /// The fault is the default answer of a call that did not land.
    landing: Result<Landing, Fault>,
    decision: Decision,
    due: DateTime<Utc>,
    incarnation: u64,
}

impl Pending {
    /// After a wait: what was allowed when the call came may not be any more, a quota having been used up, or
    /// what it is about having changed. It keeps the place that was chosen for it.
    fn landed_anew(self, world: &World) -> Self {
        let again = || (self.call.operation.land)(world, &self.call);
        Self {
            landing: self.landing.and_then(|chosen| again().map(|_| chosen)),
            ..self
        }
    }
}

impl Engine {
    /// Answers a request in the world of that cell.
    ///
    /// The call is decided when it arrives: the choice of a mock, its count and its step are one act under
    /// the world's lock. Then its delay passes, unlocked, and then it takes effect and is answered.
    pub async fn handle(&self, cell: &Cell, request: Request) -> Reply {
        let delayed = match self.arrive(cell, request) {
            Arrival::Answered(reply) => return reply,
            Arrival::Delayed(delayed) => delayed,
        };
        self.wait(cell, &delayed.pending).await;
        let Delayed {
            dialect,
            program,
            pending,
        } = *delayed;
        let mut sim = cell.lock();
        sim.world.observe(self.real());
        sim.run_due(&program);
        sim.enter_region_of(&pending.call.request);
        let pending = pending.landed_anew(&sim.world);
        sim.complete(&program, dialect, pending)
    }

    /// Takes a request as far as it gets without waiting. No `async`: nearly all end here, and what does not
    /// wait need not be kept for later.
    fn arrive(&self, cell: &Cell, request: Request) -> Arrival {
        let dialects = DIALECTS.iter().copied();
        let Some(dialect) = dialects
            .into_iter()
            .find(|dialect| dialect.claims(&request.path))
        else {
            return Arrival::Answered(unknown_path(&request));
        };
        let call = match dialect.recognise(request) {
            Ok(call) => call,
            Err(reply) => return Arrival::Answered(*reply),
        };
        // One generation from here to the end, whatever is reloaded meanwhile.
        let program = self.program();
        let mut sim = cell.lock();
        sim.world.observe(self.real());
        sim.run_due(&program);
        match sim.decide(&program, dialect, call) {
            Decided::Refused(call, answer) => Arrival::Answered(dialect.finish(&call, answer)),
            Decided::Accepted(pending) if pending.due <= sim.world.now() => {
                Arrival::Answered(sim.complete(&program, dialect, pending))
            }
            Decided::Accepted(pending) => Arrival::Delayed(Box::new(Delayed {
                dialect,
                program,
                pending,
            })),
        }
    }

    /// Waits until the world's clock shows the time, or the world is reset.
    async fn wait(&self, cell: &Cell, pending: &Pending) {
        loop {
            let announcement = cell.announcement();
            let wait = {
                let mut sim = cell.lock();
                sim.world.observe(self.real());
                if sim.incarnation != pending.incarnation {
                    return;
                }
                if sim.world.clock().mode() == ClockMode::Elastic {
                    sim.world.skip_to(pending.due);
                }
                sim.world.clock().real_wait(pending.due)
            };
            match wait {
                Some(wait) if wait.is_zero() => return,
                Some(wait) => {
                    // Either is a reason to look again.
                    let _ = tokio::time::timeout(wait, announcement).await;
                }
                None => announcement.await,
            }
        }
    }
}

enum Arrival {
    Answered(Reply),
    Delayed(Box<Delayed>),
}

/// A call that waits for its time, with what it was decided by.
struct Delayed {
    dialect: &'static dyn Dialect,
    program: Arc<Program>,
    pending: Pending,
}

enum Decided {
    Refused(Box<Call>, Answer),
    Accepted(Pending),
}

impl Sim {
    fn decide(&mut self, program: &Program, dialect: &dyn Dialect, mut call: Box<Call>) -> Decided {
        self.enter_region_of(&call.request);
        call.id = self.world.ids.uuid();
        call.profile = self.world.profile;
        call.arrived = self.world.now();
        if let Err(fault) = dialect.authenticate(&mut self.world, &mut call) {
            let answer = dialect.fault(&call, &fault);
            return Decided::Refused(call, answer);
        }
        let landing = self.land(&mut call);
        let decision = self.consult(program, &call, landing.as_ref().ok());
        Decided::Accepted(Pending {
            due: later(self.world.now(), decision.delay),
            call,
            landing,
            decision,
            incarnation: self.incarnation,
        })
    }

    /// Finds what a call acts on. The presets that it brings are live from then on, so that the rules see them.
    fn land(&mut self, call: &mut Call) -> Result<Landing, Fault> {
        let heeds_presets = self.heeds_presets();
        if heeds_presets {
            presets::prepare(call);
        }
        let landing = (call.operation.land)(&self.world, call);
        match heeds_presets && presets::is_heeded(call, landing.is_ok()) {
            true => self.heed_presets(call).and(landing),
            false => landing,
        }
    }

    /// Asks the rules, and writes down what they said.
    fn consult(&mut self, program: &Program, call: &Call, landing: Option<&Landing>) -> Decision {
        let (world, mut rules) = self.apart(program);
        let facts = CallFacts {
            call,
            world,
            landing,
        };
        let place = landing.and_then(|landing| landing.place.clone());
        let nowhere = Place::nowhere();
        let query = Query {
            command: call.command,
            place: place.as_deref().unwrap_or(&nowhere),
            facts: &facts,
        };
        let caption = Caption {
            user: call
                .session
                .as_ref()
                .map(|session| session.user.name.clone()),
            place: place.clone(),
            subject: facts.subject_name(),
        };
        rules.decide(&query, caption, world.now())
    }

    /// Lets a call take effect, and answers it.
    fn complete(&mut self, program: &Program, dialect: &dyn Dialect, pending: Pending) -> Reply {
        let Pending {
            call,
            landing,
            decision,
            due: _,
            incarnation,
        } = pending;
        if incarnation != self.incarnation {
            // What was asked of the old world must not turn up in the new one.
            let fault = Fault::new(FaultKind::Unavailable, "The world was reset meanwhile.");
            return dialect.finish(&call, dialect.fault(&call, &fault));
        }
        let is_read = call.operation.is_read;
        let aim = Aim::of(&self.world, landing.as_ref().ok());
        let done = self.carry_out(&call, landing, &decision);
        if !matches!(done, Some(Err(_))) {
            self.follow(&decision, aim);
        }
        let done = done.map(|done| done.and_then(|answer| self.check_proviso(program, answer)));
        let (answer, drop) = settle(dialect, &call, done, decision.outcome);
        let mut reply = dialect.finish(&call, answer);
        reply.drop = drop;
        if is_read
            && self.world.clock().mode() == ClockMode::Elastic
            && self.world.skip_to_next_event()
        {
            self.run_due(program);
        }
        reply
    }

    /// Lets all that is due happen, for an answer that depends on it.
    fn check_proviso(&mut self, program: &Program, mut answer: Answer) -> Result<Answer, Fault> {
        let Some(proviso) = answer.proviso.take() else {
            return Ok(answer);
        };
        self.run_due(program);
        if (proviso.holds)(&self.world, proviso.of) {
            Ok(answer)
        } else {
            Err(proviso.otherwise)
        }
    }

    /// Runs the default path: on the world, or, for a command that is not to be applied, on a copy of it.
    /// `None` where nobody needs its answer.
    fn carry_out(
        &mut self,
        call: &Call,
        landing: Result<Landing, Fault>,
        decision: &Decision,
    ) -> Option<Result<Answer, Fault>> {
        let run = |world: &mut World| {
            landing.and_then(|landing| (call.operation.run)(world, call, landing))
        };
        let is_answer_needed = matches!(
            decision.outcome,
            Outcome::Succeed { .. } | Outcome::Drop(Drop::After(_))
        );
        match (decision.applied, is_answer_needed) {
            (true, _) => Some(run(&mut self.world)),
            (false, true) if call.operation.is_read => Some(run(&mut self.world)),
            (false, true) => Some(run(&mut self.world.clone())),
            (false, false) => None,
        }
    }
}

/// The answer that an outcome stands for. `done` is what the default path said.
fn settle(
    dialect: &dyn Dialect,
    call: &Call,
    done: Option<Result<Answer, Fault>>,
    outcome: Outcome,
) -> (Answer, Option<Drop>) {
    let default = |done: Option<Result<Answer, Fault>>| match done {
        Some(Ok(answer)) => answer,
        Some(Err(fault)) => dialect.fault(call, &fault),
        None => Answer::empty(StatusCode::OK),
    };
    match outcome {
        Outcome::Succeed { patch: None } => (default(done), None),
        Outcome::Succeed { patch: Some(patch) } => (patched(default(done), &patch), None),
        Outcome::Fail { status, text } => {
            let status = status.unwrap_or(call.command.spec().failure);
            let fault = Fault {
                kind: FaultKind::of_status(status),
                status: Some(status),
                message: text.unwrap_or_default(),
                name: None,
                about: Vec::new(),
            };
            (dialect.fault(call, &fault), None)
        }
        Outcome::Fault { text } => {
            let fault = Fault::new(FaultKind::Internal, text.unwrap_or_default());
            (dialect.fault(call, &fault), None)
        }
        Outcome::Respond {
            status,
            headers,
            body,
        } => (fixed_answer(status, headers, body), None),
        Outcome::Drop(drop) => (default(done), Some(drop)),
    }
}

/// Changes the body of an answer by a JSON merge patch; one that is no JSON stays as it is.
fn patched(mut answer: Answer, patch: &Value) -> Answer {
    if let Ok(mut body) = serde_json::from_slice(&answer.body) {
        json_patch::merge(&mut body, patch);
        answer.body = body.to_string().into();
    }
    answer
}

fn fixed_answer(status: Option<u16>, headers: Vec<(String, String)>, body: Body) -> Answer {
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    let status = status.unwrap_or(StatusCode::OK);
    let mut answer = match body {
        Body::Json(value) => Answer::json(status, &value),
        Body::Text(text) => Answer {
            body: text.into(),
            ..Answer::empty(status)
        },
    };
    for (name, value) in headers {
        if let Ok(name) = HeaderName::try_from(name) {
            answer.headers.retain(|(known, _)| *known != name);
            answer = answer.with_header(name, &value);
        }
    }
    answer
}

/// Nothing here speaks of this path.
fn unknown_path(request: &Request) -> Reply {
    let message = format!(
        "Nothing answers at {}. GET / tells what does.",
        request.path
    );
    let answer = Answer::json(
        StatusCode::NOT_FOUND,
        &serde_json::json!({ "error": message }),
    );
    let mut reply = Reply::new(answer.status, answer.body);
    reply.headers.insert(
        http::header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    reply
}
