//! Calls from the wire to the wire, on a world of their own.

mod accounts;
mod annotations;
mod balancing;
mod callers;
mod calls;
mod changes;
mod data_centre;
mod dedication;
mod deployment;
mod hosts;
mod inner_balancing;
mod labels;
mod machines;
mod networks;
mod nics;
mod notices;
mod offerings;
mod projects;
mod protocol;
mod public_ranges;
mod random;
mod roles;
mod security_groups;
mod snapshots;
mod storage;
mod templates;
mod types;
mod usage;
mod volumes;
mod vpcs;
mod vpn;
mod wrong;

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Method};
use serde_json::Value;

use super::{CloudStack, signature};
use crate::api::{Answer, Dialect, Reply, Request};
use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::fault::Fault;
use crate::vocabulary::outcome::{Decision, Outcome};
use crate::vocabulary::plan::{ClockMode, TopologyPlan};
use crate::world::operations::oracle::AgentCall;
use crate::world::start::blueprint::{AccountPlan, NetworkPlan};
use crate::world::{Oracle, Start, World};

/// A cloud whose hosts refuse what they are told to refuse.
struct Cloud {
    world: World,
    /// A command, the host that refuses it, and how often.
    refusals: Vec<(AgentCommand, &'static str, u32)>,
    /// What the hosts were asked: command and host.
    sent: Vec<String>,
}

/// The hosts of a [`Cloud`].
struct Hosts<'a> {
    refusals: &'a mut Vec<(AgentCommand, &'static str, u32)>,
    sent: &'a mut Vec<String>,
}

impl Oracle for Hosts<'_> {
    fn ask(&mut self, call: &AgentCall<'_>, _: DateTime<Utc>) -> Decision {
        self.sent
            .push(format!("{} {}", call.command.id(), call.host.name));
        let refusal = self.refusals.iter_mut().find(|(command, host, left)| {
            *command == call.command && *left > 0 && (*host == &*call.host.name || *host == "*")
        });
        let Some((_, _, left)) = refusal else {
            return Decision::success();
        };
        *left -= 1;
        Decision {
            outcome: Outcome::Fail {
                status: None,
                text: Some("no".into()),
            },
            applied: false,
            ..Decision::success()
        }
    }
}

fn account(user: &str, admin: bool) -> AccountPlan {
    AccountPlan {
        user: user.into(),
        password: Some("password".into()),
        project: None,
        admin,
        api_key: Some(format!("{user}-key")),
        secret_key: Some(format!("{user}-secret")),
    }
}

impl Cloud {
    fn new() -> Self {
        Self::at(&TopologyPlan::default_cloud())
    }

    /// Where nobody has a network yet.
    fn without_networks() -> Self {
        Self::with(&TopologyPlan::default_cloud(), Vec::new())
    }

    /// On a data centre that is as planned.
    fn at(topology: &TopologyPlan) -> Self {
        Self::with(topology, crate::world::tests::blueprint().networks)
    }

    /// On such a data centre, with these networks beside the one that leads outside.
    fn with(topology: &TopologyPlan, networks: Vec<NetworkPlan>) -> Self {
        let outside = NetworkPlan {
            name: "public".into(),
            cidr: "198.18.0.0/24".into(),
            external: true,
            ..NetworkPlan::default()
        };
        let blueprint = crate::world::start::blueprint::Blueprint {
            accounts: vec![account("admin", true), account("joe", false)],
            networks: networks.into_iter().chain([outside]).collect(),
            ..crate::world::tests::blueprint()
        };
        let start = Start {
            seed: 1,
            clock: ClockMode::Real,
            at: DateTime::UNIX_EPOCH,
            real: Duration::ZERO,
        };
        let world = World::new(&blueprint, topology, &start).expect("a world");
        Self {
            world,
            refusals: Vec::new(),
            sent: Vec::new(),
        }
    }

    fn refusing(command: AgentCommand, host: &'static str, times: u32) -> Self {
        let mut cloud = Self::new();
        cloud.refusals.push((command, host, times));
        cloud
    }

    /// Takes a request all the way, and lets the hosts do what it brings about.
    fn send(&mut self, request: Request) -> Reply {
        let reply = match CloudStack.recognise(request) {
            Err(reply) => *reply,
            Ok(mut call) => {
                call.id = self.world.ids.uuid();
                let answer = CloudStack
                    .authenticate(&mut self.world, &mut call)
                    .and_then(|()| (call.operation.land)(&self.world, &call))
                    .and_then(|landing| (call.operation.run)(&mut self.world, &call, landing));
                if let Ok(answer) = &answer {
                    types::check(&call, answer, &self.world);
                }
                let answer = answer.and_then(|answer| self.check_proviso(answer));
                let answer = answer.unwrap_or_else(|fault| CloudStack.fault(&call, &fault));
                CloudStack.finish(&call, answer)
            }
        };
        self.run_due();
        reply
    }

    fn run_due(&mut self) {
        let mut hosts = Hosts {
            refusals: &mut self.refusals,
            sent: &mut self.sent,
        };
        self.world.run_due(&[], &mut hosts);
    }

    /// What the hosts were asked since somebody last asked.
    fn sent(&mut self) -> Vec<String> {
        std::mem::take(&mut self.sent)
    }

    /// Lets the hosts do what an answer depends on.
    fn check_proviso(&mut self, mut answer: Answer) -> Result<Answer, Fault> {
        let Some(proviso) = answer.proviso.take() else {
            return Ok(answer);
        };
        self.run_due();
        match (proviso.holds)(&self.world, proviso.of) {
            true => Ok(answer),
            false => Err(proviso.otherwise),
        }
    }

    /// A signed call by the user; the status and what stands under the command's name.
    fn call_as(&mut self, user: &str, command: &str, params: &[(&str, &str)]) -> (u16, Value) {
        let keys = (format!("{user}-key"), format!("{user}-secret"));
        self.call_with(&keys, command, params)
    }

    /// A call by somebody whose keys are these.
    fn call_with(
        &mut self,
        (key, secret): &(String, String),
        command: &str,
        params: &[(&str, &str)],
    ) -> (u16, Value) {
        let mut all = vec![("command", command), ("response", "json"), ("apiKey", key)];
        all.extend(params);
        let signature = signature::sign(&all, secret);
        all.push(("signature", &signature));
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(all)
            .finish();
        let reply = self.send(request(Method::GET, &query, ""));
        (reply.status.as_u16(), content(&reply))
    }

    /// Makes an account of a kind with a user of its name; its id and the user's keys.
    fn account(
        &mut self,
        name: &str,
        kind: &str,
        more: &[(&str, &str)],
    ) -> (String, (String, String)) {
        let mut params = vec![
            ("username", name),
            ("password", "secret"),
            ("email", "a@example.com"),
            ("firstname", "Ada"),
            ("lastname", "Byron"),
            ("accounttype", kind),
        ];
        params.extend(more);
        let account = self.call("createAccount", &params)["account"].clone();
        let user = text(&account["user"][0]["id"]);
        let keys = self.call("registerUserKeys", &[("id", &user)])["userkeys"].clone();
        (
            text(&account["id"]),
            (text(&keys["apikey"]), text(&keys["secretkey"])),
        )
    }

    fn domain(&mut self, name: &str, above: Option<&str>) -> String {
        let mut params = vec![("name", name)];
        params.extend(above.map(|above| ("parentdomainid", above)));
        text(&self.call("createDomain", &params)["domain"]["id"])
    }

    /// The result of the job that a call answers with.
    fn outcome(&mut self, command: &str, params: &[(&str, &str)]) -> Value {
        let job = text(&self.call(command, params)["jobid"]);
        self.job(&job)
    }

    fn call(&mut self, command: &str, params: &[(&str, &str)]) -> Value {
        let (status, content) = self.call_as("admin", command, params);
        assert_eq!(status, 200, "{command}: {content}");
        content
    }

    fn refused(&mut self, command: &str, params: &[(&str, &str)]) -> (u16, String) {
        let (status, content) = self.call_as("admin", command, params);
        assert_eq!(content["errorcode"], status);
        (
            status,
            content["errortext"].as_str().unwrap_or_default().to_owned(),
        )
    }

    /// The id of the first thing that a list command lists.
    fn first(&mut self, command: &str, key: &str, params: &[(&str, &str)]) -> String {
        text(&self.call(command, params)[key][0]["id"])
    }

    fn deploy_params(&mut self) -> [(&'static str, String); 3] {
        [
            (
                "serviceofferingid",
                self.first("listServiceOfferings", "serviceoffering", &[]),
            ),
            (
                "templateid",
                self.first("listTemplates", "template", &[("templatefilter", "all")]),
            ),
            ("zoneid", self.first("listZones", "zone", &[])),
        ]
    }

    /// Deploys a machine; its id and the job's.
    fn deploy_as(&mut self, user: &str, more: &[(&str, &str)]) -> (String, String) {
        let own = self.deploy_params();
        let mut params: Vec<(&str, &str)> =
            own.iter().map(|(name, value)| (*name, &**value)).collect();
        params.extend(more);
        let (status, answer) = self.call_as(user, "deployVirtualMachine", &params);
        assert_eq!(status, 200, "{answer}");
        (text(&answer["id"]), text(&answer["jobid"]))
    }

    fn deploy(&mut self, more: &[(&str, &str)]) -> String {
        self.deploy_as("admin", more).0
    }

    fn job(&mut self, id: &str) -> Value {
        self.call("queryAsyncJobResult", &[("jobid", id)])
    }

    /// Runs a command that answers with a job, to the job's end.
    fn run(&mut self, command: &str, id: &str, more: &[(&str, &str)]) -> Value {
        let mut params = vec![("id", id)];
        params.extend(more);
        let job = text(&self.call(command, &params)["jobid"]);
        self.job(&job)
    }

    fn machine(&mut self, id: &str) -> Value {
        self.call("listVirtualMachines", &[("id", id)])["virtualmachine"][0].clone()
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no text: {value}"))
        .to_owned()
}

/// What the things in a list have under a name.
fn all(answer: &Value, key: &str, member: &str) -> Vec<String> {
    let things = answer[key].as_array();
    things
        .into_iter()
        .flatten()
        .map(|thing| text(&thing[member]))
        .collect()
}

/// The names of the machines in a list.
fn names(answer: &Value) -> Vec<String> {
    let machines = answer["virtualmachine"].as_array();
    machines
        .into_iter()
        .flatten()
        .map(|machine| text(&machine["name"]))
        .collect()
}

fn request(method: Method, query: &str, body: &str) -> Request {
    Request {
        method,
        region: None,
        path: "/client/api".into(),
        query: query.into(),
        headers: HeaderMap::new(),
        body: Ok(Bytes::copy_from_slice(body.as_bytes())),
        is_trusted: false,
    }
}

/// What stands under the answer's one name.
fn content(reply: &Reply) -> Value {
    let body: Value = serde_json::from_slice(&reply.body).expect("JSON");
    let members = body.as_object().expect("an object");
    assert_eq!(members.len(), 1, "{body}");
    members.values().next().cloned().unwrap_or_default()
}
