//! Whole requests, from arrival to reply, on a world without rules.

mod actions;
mod compute;
mod flavors;
mod fleet;
mod groups;
mod identity;
mod images;
mod metadefs;
mod network;
mod order;
mod placement;
mod quotas;
mod reads;
mod refusals;
mod state_matrix;
mod volume_groups;
mod volumes;
mod volumes_at_servers;

use std::time::Duration;

use bytes::Bytes;
use chrono::DateTime;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::OpenStack;
use crate::api::{Dialect as _, Reply, Request};
use crate::vocabulary::plan::{ClockMode, TopologyPlan};
use crate::world::operations::oracle::AllIsWell;
use crate::world::start::blueprint::{AccountPlan, Blueprint};
use crate::world::tests::blueprint;
use crate::world::{Start, World};

/// A cloud to talk to.
#[derive(Clone)]
struct Cloud {
    world: World,
    token: Option<String>,
    version: Option<String>,
    /// The microversion of Placement, as the header has it.
    placement: Option<String>,
    /// Block Storage's: the number after `3.`.
    volume_version: u32,
    accept: &'static str,
}

/// What came back.
struct Seen {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Seen {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The message of one of Nova's faults, which must have that name.
    fn fault(&self, name: &str) -> String {
        self.json()[name]["message"]
            .as_str()
            .unwrap_or_else(|| panic!("{}", self.text))
            .to_owned()
    }
}

impl Cloud {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(change: impl Fn(&mut Blueprint)) -> Self {
        let mut blueprint = blueprint();
        blueprint.accounts.push(AccountPlan {
            user: "admin".into(),
            password: Some("password".into()),
            project: Some("admin".into()),
            admin: true,
            api_key: None,
            secret_key: None,
        });
        change(&mut blueprint);
        let start = Start {
            seed: 1,
            clock: ClockMode::Frozen,
            at: DateTime::from_timestamp(1_000_000_000, 0).expect("a time"),
            real: Duration::ZERO,
        };
        let world =
            World::new(&blueprint, &TopologyPlan::default_cloud(), &start).expect("a world");
        Self {
            world,
            token: None,
            version: None,
            placement: None,
            volume_version: 0,
            accept: "*/*",
        }
    }

    /// A cloud with somebody logged in.
    fn of(user: &str) -> Self {
        let mut cloud = Self::new();
        cloud.log_in(user);
        cloud
    }

    fn log_in(&mut self, user: &str) {
        self.token = None;
        let scope = json!({"project": {"name": user, "domain": {"id": "default"}}});
        let seen = self.post(
            "/identity/v3/auth/tokens",
            &password_auth(user, Some(scope)),
        );
        assert_eq!(seen.status, StatusCode::CREATED, "{}", seen.text);
        self.token = Some(seen.header("x-subject-token").to_owned());
    }

    fn at(&mut self, version: u32) -> &mut Self {
        self.version = Some(format!("2.{version}"));
        self
    }

    fn get(&mut self, path: &str) -> Seen {
        self.send("GET", path, None)
    }

    fn post(&mut self, path: &str, body: &Value) -> Seen {
        self.send("POST", path, Some(&body.to_string()))
    }

    fn put(&mut self, path: &str, body: &Value) -> Seen {
        self.send("PUT", path, Some(&body.to_string()))
    }

    fn delete(&mut self, path: &str) -> Seen {
        self.send("DELETE", path, None)
    }

    fn send(&mut self, method: &str, path: &str, body: Option<&str>) -> Seen {
        self.send_as("application/json", method, path, body)
    }

    /// Sends a request with a body of that type, and lets happen what then happens at once.
    fn send_as(&mut self, kind: &str, method: &str, path: &str, body: Option<&str>) -> Seen {
        let seen = self.ask(kind, method, path, body);
        self.world.run_due(&[], &mut AllIsWell);
        seen
    }

    /// Sends a request; what it began is still to happen.
    fn ask(&mut self, kind: &str, method: &str, path: &str, body: Option<&str>) -> Seen {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut headers = self.headers(body.is_some());
        if body.is_some() {
            let kind = HeaderValue::from_str(kind).expect("a type");
            headers.insert(http::header::CONTENT_TYPE, kind);
        }
        let reply = self.answer(Request {
            method: method.parse().expect("a method"),
            region: None,
            path: path.to_owned(),
            query: query.to_owned(),
            headers,
            body: Ok(body
                .map(|body| Bytes::from(body.to_owned()))
                .unwrap_or_default()),
            is_trusted: false,
        });
        Seen {
            status: reply.status,
            headers: reply.headers,
            text: String::from_utf8(reply.body.to_vec()).expect("text"),
        }
    }

    fn headers(&self, has_body: bool) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let mut set = |name: &'static str, value: &str| {
            let value = HeaderValue::from_str(value).expect("a value");
            headers.insert(HeaderName::from_static(name), value);
        };
        set("host", "cloud:8900");
        set("accept", self.accept);
        if has_body {
            set("content-type", "application/json");
        }
        if let Some(token) = &self.token {
            set("x-auth-token", token);
        }
        if let Some(version) = &self.version {
            set("x-openstack-nova-api-version", version);
        }
        if let Some(version) = &self.placement {
            set("openstack-api-version", version);
        }
        if self.volume_version > 0 {
            let version = format!("volume 3.{}", self.volume_version);
            set("openstack-api-version", &version);
        }
        headers
    }

    fn answer(&mut self, request: Request) -> Reply {
        let mut call = match OpenStack.recognise(request) {
            Ok(call) => call,
            Err(reply) => return *reply,
        };
        call.id = self.world.ids.uuid();
        let world = &mut self.world;
        let answer = OpenStack
            .authenticate(world, &mut call)
            .and_then(|()| (call.operation.land)(world, &call))
            .and_then(|landing| (call.operation.run)(world, &call, landing))
            .unwrap_or_else(|fault| OpenStack.fault(&call, &fault));
        OpenStack.finish(&call, answer)
    }

    /// The id of an image.
    fn image(&self) -> Uuid {
        self.world.images.first().expect("an image").id
    }

    /// The id of the network that servers are plugged into.
    fn network(&self) -> uuid::Uuid {
        let mut networks = self.world.networking.networks.iter();
        networks.next().expect("a network").meta.id
    }

    /// Makes a server and returns its id.
    fn create(&mut self, name: &str) -> String {
        let image = self.image();
        let body = json!({"server": {"name": name, "flavorRef": "1", "imageRef": image}});
        let seen = self.post("/compute/v2.1/servers", &body);
        assert_eq!(seen.status, StatusCode::ACCEPTED, "{}", seen.text);
        seen.json()["server"]["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    }
}

/// The body of a password authentication.
fn password_auth(user: &str, scope: Option<Value>) -> Value {
    let user = json!({"name": user, "domain": {"id": "default"}, "password": "password"});
    let identity = json!({"methods": ["password"], "password": {"user": user}});
    match scope {
        Some(scope) => json!({"auth": {"identity": identity, "scope": scope}}),
        None => json!({"auth": {"identity": identity}}),
    }
}
