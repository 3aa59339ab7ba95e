//! What a user of the controls relies on, told by requests without a socket.

mod docs;
mod history;
mod mocks;
mod refusals;
mod regions;
mod world;

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;
use uuid::Uuid;

use super::{Control, ControlSettings};
use crate::api::{Reply, Request};
use crate::engine::{DEFAULT_WORLD, Engine, Settings};
use crate::scenario::compile_text;
use crate::vocabulary::plan::{ClockMode, Plan};
use crate::world::server::Manager;
use crate::world::start::blueprint::Blueprint;
use crate::world::tests::{blueprint, create};

/// A control room over a cloud of two hosts whose clock stands still.
struct Room {
    engine: Arc<Engine>,
    control: Control,
}

impl Room {
    fn new() -> Self {
        Self::with("")
    }

    /// With a file `deploy.scn`.
    fn with(file: &str) -> Self {
        Self::under(file, ControlSettings::default())
    }

    fn under(file: &str, control: ControlSettings) -> Self {
        Self::of(blueprint(), file, control)
    }

    fn of(blueprint: Blueprint, file: &str, control: ControlSettings) -> Self {
        let settings = Settings {
            blueprint,
            seed: Some(7),
            clock: Some(ClockMode::Frozen),
            clock_start: None,
            presets: true,
            journal_bytes: 1 << 20,
        };
        let engine = Arc::new(Engine::new(settings, plan(file)).expect("a cloud"));
        Self {
            control: Control::new(engine.clone(), control),
            engine,
        }
    }

    async fn send(&self, request: Request) -> (u16, Value) {
        let Reply { status, body, .. } = self.control.handle(request).await;
        (
            status.as_u16(),
            serde_json::from_slice(&body).unwrap_or(Value::Null),
        )
    }

    async fn get(&self, target: &str) -> Value {
        let (status, body) = self.send(request("GET", target, "")).await;
        assert_eq!(status, 200, "{target}: {body}");
        body
    }

    async fn ask(&self, method: &str, target: &str, body: &str) -> (u16, Value) {
        self.send(request(method, target, body)).await
    }

    /// Asks what has to go well.
    async fn done(&self, method: &str, target: &str, body: &str) -> Value {
        let (status, answer) = self.ask(method, target, body).await;
        assert!(
            (200..300).contains(&status),
            "{method} {target}: {status} {answer}"
        );
        answer
    }

    /// Adds a mock; returns its id.
    async fn add(&self, mock: &str) -> String {
        let added = self.done("POST", "/mimic/v2/mocks", mock).await;
        added["mocks"][0]["id"].as_str().expect("an id").to_owned()
    }

    /// Makes a server `web-1`, as a request would.
    fn create(&self, manager: Manager) -> Uuid {
        let cell = self.engine.world(DEFAULT_WORLD).expect("the default world");
        self.engine
            .look(&cell, |sim, _| create(&mut sim.world, manager))
    }

    /// The status of the first server.
    async fn status(&self) -> Value {
        self.get("/mimic/v2/world").await["servers"][0]["status"].clone()
    }
}

/// What a file `deploy.scn` says.
fn plan(file: &str) -> Plan {
    let loaded = compile_text("deploy.scn", file, &Plan::default());
    loaded
        .plan
        .unwrap_or_else(|| panic!("{:?}", loaded.findings))
}

fn request(method: &str, target: &str, body: &str) -> Request {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Request {
        method: Method::from_bytes(method.as_bytes()).expect("a method"),
        region: None,
        path: path.to_owned(),
        query: query.to_owned(),
        headers: HeaderMap::new(),
        body: Ok(Bytes::copy_from_slice(body.as_bytes())),
        is_trusted: false,
    }
}

fn with_header(mut request: Request, name: &'static str, value: &'static str) -> Request {
    let name = HeaderName::from_static(name);
    request
        .headers
        .insert(name, HeaderValue::from_static(value));
    request
}
