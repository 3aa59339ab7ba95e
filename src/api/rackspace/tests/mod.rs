//! Whole requests, from arrival to reply, on a world whose hosts do as they are told.

mod feeds;
mod forms;
mod parts;
mod refusals;
mod states;
mod walk;

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::api::{DIALECTS, Reply, Request};
use crate::vocabulary::outcome::{Decision, Outcome};
use crate::vocabulary::plan::{ClockMode, TopologyPlan};
use crate::world::operations::oracle::AgentCall;
use crate::world::tests::blueprint;
use crate::world::{Oracle, Start, World};

/// Where the balancers of the project `demo` are.
const ROOT: &str = "/loadbalancers/v1.0/demo";

/// A cloud to talk to.
struct Cloud {
    world: World,
    token: String,
    hosts: Hosts,
    /// Further headers of every request.
    headers: Vec<(&'static str, &'static str)>,
}

/// What hosts answer to the commands that are named here; to all others, yes at once.
#[derive(Default)]
struct Hosts(BTreeMap<&'static str, Decision>);

impl Oracle for Hosts {
    fn ask(&mut self, call: &AgentCall<'_>, _: DateTime<Utc>) -> Decision {
        let decision = self.0.get(call.command.id().name());
        decision.cloned().unwrap_or_else(Decision::success)
    }
}

/// What came back.
struct Seen {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Seen {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// Status and message of a fault.
    fn fault(&self) -> (u16, String) {
        let body = self.json();
        let message = body["message"].as_str().unwrap_or_default();
        (self.status, message.to_owned())
    }

    /// The texts of the rules that the request broke.
    fn problems(&self) -> Vec<String> {
        assert_eq!(self.status, 400, "{}", self.text);
        let messages = self.json()["validationErrors"]["messages"].clone();
        serde_json::from_value(messages).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

impl Cloud {
    fn new() -> Self {
        let start = Start {
            seed: 1,
            clock: ClockMode::Frozen,
            at: DateTime::UNIX_EPOCH,
            real: Duration::ZERO,
        };
        let world =
            World::new(&blueprint(), &TopologyPlan::default_cloud(), &start).expect("a world");
        let mut cloud = Self {
            world,
            token: String::new(),
            hosts: Hosts::default(),
            headers: Vec::new(),
        };
        cloud.token = cloud.log_in("demo");
        cloud
    }

    fn log_in(&mut self, user: &str) -> String {
        let who = json!({"name": user, "domain": {"id": "default"}, "password": "x"});
        let scope = json!({"project": {"name": user, "domain": {"id": "default"}}});
        let identity = json!({"methods": ["password"], "password": {"user": who}});
        let body = json!({"auth": {"identity": identity, "scope": scope}});
        let seen = self.send("POST", "/identity/v3/auth/tokens", body.to_string());
        let token = seen.headers.get("x-subject-token").expect("a token");
        token.to_str().expect("text").to_owned()
    }

    fn get(&mut self, path: &str) -> Seen {
        self.send("GET", &format!("{ROOT}{path}"), String::new())
    }

    fn delete(&mut self, path: &str) -> Seen {
        self.send("DELETE", &format!("{ROOT}{path}"), String::new())
    }

    fn post(&mut self, path: &str, body: &Value) -> Seen {
        self.send("POST", &format!("{ROOT}{path}"), body.to_string())
    }

    fn put(&mut self, path: &str, body: &Value) -> Seen {
        self.send("PUT", &format!("{ROOT}{path}"), body.to_string())
    }

    /// Sends a request after all that is due has happened.
    fn send(&mut self, method: &str, path: &str, body: String) -> Seen {
        self.world.run_due(&[], &mut self.hosts);
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let reply = self.answer(Request {
            method: method.parse().expect("a method"),
            region: None,
            path: path.to_owned(),
            query: query.to_owned(),
            headers: self.headers(),
            body: Ok(Bytes::from(body)),
            is_trusted: false,
        });
        Seen {
            status: reply.status.as_u16(),
            headers: reply.headers,
            text: String::from_utf8(reply.body.to_vec()).expect("text"),
        }
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let own = [
            ("host", "cloud:8900"),
            ("content-type", "application/json"),
            ("x-auth-token", &self.token),
        ];
        let given = self.headers.iter().map(|(name, value)| (*name, *value));
        for (name, value) in own.into_iter().chain(given) {
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_str(value).expect("a value"),
            );
        }
        headers
    }

    fn answer(&mut self, request: Request) -> Reply {
        let dialects = DIALECTS.iter().copied();
        let dialect = dialects
            .into_iter()
            .find(|dialect| dialect.claims(&request.path))
            .expect("a dialect");
        let mut call = match dialect.recognise(request) {
            Ok(call) => call,
            Err(reply) => return *reply,
        };
        call.id = self.world.ids.uuid();
        let world = &mut self.world;
        let answer = dialect
            .authenticate(world, &mut call)
            .and_then(|()| (call.operation.land)(world, &call))
            .and_then(|landing| (call.operation.run)(world, &call, landing))
            .unwrap_or_else(|fault| dialect.fault(&call, &fault));
        dialect.finish(&call, answer)
    }

    /// Has hosts refuse a command from now on.
    fn refuse(&mut self, command: &'static str) {
        let decision = Decision {
            outcome: Outcome::Fail {
                status: None,
                text: None,
            },
            applied: false,
            ..Decision::success()
        };
        self.hosts.0.insert(command, decision);
    }

    /// Has hosts take that long for a command from now on.
    fn delay(&mut self, command: &'static str, seconds: u64) {
        let decision = Decision {
            delay: Duration::from_secs(seconds),
            ..Decision::success()
        };
        self.hosts.0.insert(command, decision);
    }

    fn tick(&mut self, seconds: u64) {
        self.world.run_due(&[], &mut self.hosts);
        self.world.tick(Duration::from_secs(seconds));
        self.world.run_due(&[], &mut self.hosts);
        // The token may have run out.
        self.token = self.log_in("demo");
    }

    /// Makes a balancer with two nodes and returns its id.
    fn create(&mut self, name: &str) -> u64 {
        self.create_with(name, json!({}))
    }

    /// The same, with other attributes.
    fn create_with(&mut self, name: &str, changes: Value) -> u64 {
        let mut body = json!({"loadBalancer": {
            "name": name,
            "protocol": "HTTP",
            "virtualIps": [{"type": "PUBLIC"}],
            "nodes": [
                {"address": "10.1.1.1", "port": 80, "condition": "ENABLED"},
                {"address": "10.1.1.2", "port": 80, "condition": "ENABLED"},
            ],
        }});
        json_patch::merge(&mut body["loadBalancer"], &changes);
        let seen = self.post("/loadbalancers", &body);
        assert_eq!(seen.status, 202, "{}", seen.text);
        seen.json()["loadBalancer"]["id"].as_u64().expect("an id")
    }

    /// The status of a balancer.
    fn status(&mut self, id: u64) -> String {
        let seen = self.get(&format!("/loadbalancers/{id}"));
        let body = seen.json();
        body["loadBalancer"]["status"]
            .as_str()
            .unwrap_or_else(|| panic!("{}", seen.text))
            .to_owned()
    }
}
