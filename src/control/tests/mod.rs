//! What a user of the controls relies on, told by requests without a socket.

mod history;
mod mocks;
mod refusals;
mod world;

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;
use uuid::Uuid;

use super::{Control, ControlSettings};
use crate::api::{Reply, Request};
use crate::engine::{DEFAULT_WORLD, Engine, Settings};
use crate::vocabulary::command::CommandId;
use crate::vocabulary::mock::{MockSpec, Origin, Pattern, Response, Step};
use crate::vocabulary::place::{Level, Scope, Selector};
use crate::vocabulary::plan::{ClockMode, Plan, ScenarioInfo};
use crate::vocabulary::template::Template;
use crate::world::server::Manager;
use crate::world::tests::{blueprint, create};

/// A control room over a cloud of two hosts whose clock stands still.
struct Room {
    engine: Arc<Engine>,
    control: Control,
}

impl Room {
    fn new() -> Self {
        Self::of(Plan::default())
    }

    /// With the mocks of a scenario `deploy` in a file.
    fn with(mocks: Vec<MockSpec>) -> Self {
        let scenario = ScenarioInfo {
            name: "deploy".into(),
            tags: vec!["smoke".into()],
            path: "deploy.scn".into(),
            line: 1,
        };
        Self::of(Plan {
            scenarios: vec![scenario],
            mocks,
            ..Plan::default()
        })
    }

    fn of(plan: Plan) -> Self {
        Self::under(plan, ControlSettings::default())
    }

    fn under(plan: Plan, control: ControlSettings) -> Self {
        let settings = Settings {
            blueprint: blueprint(),
            seed: Some(7),
            clock: Some(ClockMode::Frozen),
            journal_bytes: 1 << 20,
        };
        let engine = Arc::new(Engine::new(settings, plan).expect("a cloud"));
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

    /// Adds a mock as a request would.
    fn add(&self, spec: MockSpec) -> String {
        let cell = self.engine.world(DEFAULT_WORLD).expect("the default world");
        self.engine
            .look(&cell, |sim, _| sim.add_mock(spec, "test"))
            .to_string()
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

fn request(method: &str, target: &str, body: &str) -> Request {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Request {
        method: Method::from_bytes(method.as_bytes()).expect("a method"),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: HeaderMap::new(),
        body: Ok(Bytes::copy_from_slice(body.as_bytes())),
    }
}

fn with_header(mut request: Request, name: &'static str, value: &'static str) -> Request {
    let name = HeaderName::from_static(name);
    request
        .headers
        .insert(name, HeaderValue::from_static(value));
    request
}

/// A mock of the scenario `deploy`.
fn mock(command: &str, step: Step) -> MockSpec {
    MockSpec {
        pattern: Pattern::Command(CommandId::named(command).expect("a command")),
        scope: Scope::everywhere(),
        condition: None,
        label: None,
        priority: 0,
        steps: vec![step],
        repeat: false,
        scenario: Some("deploy".into()),
        origin: Origin::File {
            path: "deploy.scn".into(),
            line: 3,
        },
    }
}

fn labelled(label: &str, spec: MockSpec) -> MockSpec {
    MockSpec {
        label: Some(label.into()),
        ..spec
    }
}

fn on_host(name: &str) -> Scope {
    Scope::everywhere().with(Level::Host, Selector::Name(name.into()))
}

fn fail(text: &str) -> Step {
    Step::new(Response::Fail {
        status: None,
        text: Some(Template::plain(text)),
    })
}

fn succeed() -> Step {
    Step::new(Response::Succeed { patch: None })
}
