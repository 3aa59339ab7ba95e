//! The control room: what steers the simulator itself, above the engine.
//!
//! [`Control::handle`] takes every request that the front receives. What lies below `/mimic` is answered
//! here, by one table of routes; all else is the engine's.

mod clock;
mod expectations;
mod explain;
mod hosts;
mod journal;
mod keys;
mod mocks;
mod names;
mod original;
mod problem;
mod reload;
mod routes;
mod scenarios;
mod scn;
mod servers;
mod simulator;
mod status;
#[cfg(test)]
mod tests;
mod visit;
mod world;

use std::sync::Arc;
use std::time::Instant;

use http::{HeaderMap, StatusCode, header};
use serde_json::json;

pub use reload::{NoReload, Reload, ReloadProblem, ReloadView};

use crate::api::{Answer, Reply, Request, cloudstack};
use crate::engine::{Cell, DEFAULT_WORLD, Engine};
use problem::Problem;
use visit::Visit;

/// What the control room is told when it opens.
#[derive(Clone)]
pub struct ControlSettings {
    /// Whoever steers the simulator has to show it; `None` lets everybody.
    pub admin_token: Option<String>,
    pub reload: Arc<dyn ReloadView>,
    /// Whether `GET /admin.json` tells the first administrator's keys of CloudStack's API.
    pub shares_keys: bool,
    /// The version that `GET /` tells.
    pub version: &'static str,
}

impl Default for ControlSettings {
    /// No token, no files, the version of this package.
    fn default() -> Self {
        Self {
            admin_token: None,
            reload: Arc::new(NoReload),
            shares_keys: false,
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// The engine with its controls: the handler of all requests.
pub struct Control {
    engine: Arc<Engine>,
    settings: ControlSettings,
    opened: Instant,
}

impl Control {
    pub fn new(engine: Arc<Engine>, settings: ControlSettings) -> Self {
        Self {
            engine,
            settings,
            opened: Instant::now(),
        }
    }

    /// Answers any request.
    pub async fn handle(&self, request: Request) -> Reply {
        let world = DEFAULT_WORLD;
        let cell = self
            .engine
            .world(world)
            .expect("the default world always is");
        self.handle_in(world, &cell, request).await
    }

    /// Answers a call of CloudStack's API that came to its integration port, whatever its path: nothing of the
    /// simulator itself is there.
    pub async fn handle_trusted(&self, request: Request) -> Reply {
        let request = Request {
            path: cloudstack::PATH.to_owned(),
            is_trusted: true,
            ..request
        };
        self.handle(request).await
    }

    /// Answers a request to one world.
    async fn handle_in(&self, world: &str, cell: &Cell, request: Request) -> Reply {
        let request = request.located(&self.engine.settings().blueprint.regions);
        let path = request.path.as_str();
        if path == "/" || path == "/mimic" || path.starts_with("/mimic/") {
            return reply(self.steer(world, cell, &request));
        }
        if path == keys::PATH && self.settings.shares_keys {
            return reply(keys::show(&self.engine, cell));
        }
        match simulator::handle(&self.engine, cell, &request) {
            Some(reply) => reply,
            None => self.engine.handle(cell, request).await,
        }
    }

    fn steer(&self, world: &str, cell: &Cell, request: &Request) -> Result<Answer, Problem> {
        if request.path != "/" && !self.admits(&request.headers) {
            return Err(Problem::unauthorized());
        }
        let (route, params) = routes::find(&request.method, &request.path)?;
        (route.run)(&Visit {
            control: self,
            world,
            cell,
            request,
            params,
        })
    }

    /// Whether the request shows the admin token, if there is one.
    fn admits(&self, headers: &HeaderMap) -> bool {
        let Some(token) = &self.settings.admin_token else {
            return true;
        };
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim().as_bytes());
        let shown = bearer.or_else(|| headers.get("x-mimic-token").map(|value| value.as_bytes()));
        shown.is_some_and(|shown| is_same(shown, token.as_bytes()))
    }
}

/// Compares in a time that tells nothing of where the two differ.
fn is_same(shown: &[u8], token: &[u8]) -> bool {
    let differences = shown.iter().zip(token).fold(0, |sum, (a, b)| sum | (a ^ b));
    shown.len() == token.len() && differences == 0
}

fn reply(result: Result<Answer, Problem>) -> Reply {
    let answer = result.unwrap_or_else(Answer::from);
    let mut reply = Reply::new(answer.status, answer.body);
    reply.headers.extend(answer.headers);
    reply
}

/// `GET /`: what runs here, and where to go on.
fn greet(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let greeting = json!({
        "name": "mimic",
        "version": visit.control.settings.version,
        "links": {
            "identity": "/identity/v3",
            "cloudstack": "/client/api",
            "admin": "/mimic/v2",
        },
    });
    Ok(Answer::json(StatusCode::OK, &greeting))
}
