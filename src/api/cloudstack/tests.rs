//! Calls from the wire to the wire, on a world of their own.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderValue, Method};
use serde_json::{Value, json};

use super::{CloudStack, signature};
use crate::api::{Dialect, Reply, Request};
use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::outcome::{Decision, Outcome};
use crate::vocabulary::plan::{ClockMode, TopologyPlan};
use crate::world::blueprint::AccountPlan;
use crate::world::oracle::AgentCall;
use crate::world::{Oracle, Start, World};

/// A cloud whose hosts refuse what they are told to refuse.
struct Cloud {
    world: World,
    /// A command, the host that refuses it, and how often.
    refusals: Vec<(AgentCommand, &'static str, u32)>,
}

impl Oracle for Vec<(AgentCommand, &'static str, u32)> {
    fn ask(&mut self, call: &AgentCall<'_>, _: DateTime<Utc>) -> Decision {
        let refusal = self.iter_mut().find(|(command, host, left)| {
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
        let blueprint = crate::world::blueprint::Blueprint {
            accounts: vec![account("admin", true), account("joe", false)],
            ..crate::world::tests::blueprint()
        };
        let start = Start {
            seed: 1,
            clock: ClockMode::Real,
            at: DateTime::UNIX_EPOCH,
            real: Duration::ZERO,
        };
        let topology = TopologyPlan::default_cloud();
        let world = World::new(&blueprint, &topology, &start).expect("a world");
        Self {
            world,
            refusals: Vec::new(),
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
                let answer = answer.unwrap_or_else(|fault| CloudStack.fault(&call, &fault));
                CloudStack.finish(&call, answer)
            }
        };
        self.world.run_due(&[], &mut self.refusals);
        reply
    }

    /// A signed call by the user; the status and what stands under the command's name.
    fn call_as(&mut self, user: &str, command: &str, params: &[(&str, &str)]) -> (u16, Value) {
        let key = format!("{user}-key");
        let mut all = vec![("command", command), ("response", "json"), ("apiKey", &key)];
        all.extend(params);
        let signature = signature::sign(&all, &format!("{user}-secret"));
        all.push(("signature", &signature));
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(all)
            .finish();
        let reply = self.send(request(Method::GET, &query, ""));
        (reply.status.as_u16(), content(&reply))
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
        path: "/client/api".into(),
        query: query.into(),
        headers: HeaderMap::new(),
        body: Ok(Bytes::copy_from_slice(body.as_bytes())),
    }
}

/// What stands under the answer's one name.
fn content(reply: &Reply) -> Value {
    let body: Value = serde_json::from_slice(&reply.body).expect("JSON");
    let members = body.as_object().expect("an object");
    assert_eq!(members.len(), 1, "{body}");
    members.values().next().cloned().unwrap_or_default()
}

#[test]
fn a_machine_lives_and_dies() {
    let mut cloud = Cloud::new();
    let (id, job) = cloud.deploy_as("admin", &[("name", "web-1"), ("displayname", "Web")]);
    let job = cloud.job(&job);
    assert_eq!(
        (&job["jobstatus"], &job["jobresultcode"]),
        (&json!(1), &json!(0))
    );
    let machine = &job["jobresult"]["virtualmachine"];
    assert_eq!(
        (&machine["state"], &machine["hostname"]),
        (&json!("Running"), &json!("host-1"))
    );
    assert_eq!(machine["nic"][0]["ipaddress"], "10.0.0.2");
    for (command, state) in [
        ("stopVirtualMachine", "Stopped"),
        ("stopVirtualMachine", "Stopped"),
        ("startVirtualMachine", "Running"),
        ("rebootVirtualMachine", "Running"),
        ("destroyVirtualMachine", "Destroyed"),
    ] {
        let job = cloud.run(command, &id, &[]);
        assert_eq!(job["jobstatus"], 1, "{command}: {job}");
        assert_eq!(
            job["jobresult"]["virtualmachine"]["state"], state,
            "{command}"
        );
    }
    assert!(cloud.machine(&id).get("hostid").is_none());
    let recovered = cloud.call("recoverVirtualMachine", &[("id", &id)]);
    assert_eq!(recovered["virtualmachine"]["state"], "Stopped");
    cloud.run("destroyVirtualMachine", &id, &[]);
    assert_eq!(
        cloud.run("expungeVirtualMachine", &id, &[])["jobresult"],
        json!({"success": true})
    );
    assert_eq!(cloud.call("listVirtualMachines", &[("id", &id)]), json!({}));
}

#[test]
fn the_ids_of_all_things_are_uuids_in_lower_case() {
    let mut cloud = Cloud::new();
    let id = cloud.deploy(&[]);
    let machine = cloud.machine(&id);
    for field in [
        "id",
        "zoneid",
        "hostid",
        "templateid",
        "serviceofferingid",
        "domainid",
        "userid",
    ] {
        let id = text(&machine[field]);
        assert!(
            id.parse::<uuid::Uuid>()
                .is_ok_and(|uuid| uuid.to_string() == id),
            "{field}: {id}"
        );
    }
    assert!(text(&machine["name"]).starts_with("VM-"));
}

#[test]
fn a_refused_start_is_retried_on_the_other_host() {
    let mut cloud = Cloud::refusing(AgentCommand::StartCommand, "host-1", 1);
    let id = cloud.deploy(&[]);
    let machine = cloud.machine(&id);
    assert_eq!(
        (&machine["state"], &machine["hostname"]),
        (&json!("Running"), &json!("host-2"))
    );
}

#[test]
fn a_machine_that_no_host_starts_ends_in_error_and_its_job_says_why() {
    let mut cloud = Cloud::refusing(AgentCommand::StartCommand, "*", 100);
    let (id, job) = cloud.deploy_as("admin", &[]);
    let job = cloud.job(&job);
    assert_eq!(
        (&job["jobstatus"], &job["jobresultcode"]),
        (&json!(2), &json!(530))
    );
    assert_eq!(job["jobresult"]["errorcode"], 533);
    let text = text(&job["jobresult"]["errortext"]);
    assert!(
        text.starts_with("Unable to create a deployment for VM instance"),
        "{text}"
    );
    assert_eq!(cloud.machine(&id)["state"], "Error");
}

#[test]
fn a_refused_stop_leaves_the_machine_running_unless_it_is_forced() {
    let mut cloud = Cloud::refusing(AgentCommand::StopCommand, "*", 2);
    let id = cloud.deploy(&[]);
    let job = cloud.run("stopVirtualMachine", &id, &[]);
    assert_eq!(
        job["jobresult"]["errortext"],
        "Unable to stop the virtual machine due to no"
    );
    assert_eq!(cloud.machine(&id)["state"], "Running");
    let job = cloud.run("stopVirtualMachine", &id, &[("forced", "true")]);
    assert_eq!(job["jobresult"]["virtualmachine"]["state"], "Stopped");
}

#[test]
fn what_a_machines_state_does_not_allow_fails_in_its_job() {
    let mut cloud = Cloud::new();
    let id = cloud.deploy(&[("startvm", "false"), ("name", "idle")]);
    assert_eq!(cloud.machine(&id)["state"], "Stopped");
    let said = |job: Value| {
        (
            job["jobstatus"].clone(),
            text(&job["jobresult"]["errortext"]),
        )
    };
    let (status, why) = said(cloud.run("rebootVirtualMachine", &id, &[]));
    assert_eq!(
        (status, why),
        (
            json!(2),
            format!("The Instance {id} (idle) is not running, unable to reboot it")
        )
    );
    let (_, why) = said(cloud.run("expungeVirtualMachine", &id, &[]));
    assert_eq!(why, "Please destroy vm with specified vmId before expunge");
    cloud.run("startVirtualMachine", &id, &[]);
    let (_, why) = said(cloud.run("startVirtualMachine", &id, &[]));
    assert_eq!(why, format!("The Instance {id} (idle) is already running"));
    let (status, why) = cloud.refused("recoverVirtualMachine", &[("id", &id)]);
    assert_eq!(
        (status, why),
        (431, format!("Vm with id {id} is not in the right state"))
    );
}

#[test]
fn placement_follows_the_request() {
    let mut cloud = Cloud::new();
    let hosts = cloud.call("listHosts", &[("name", "host-2")]);
    let host = text(&hosts["host"][0]["id"]);
    let id = cloud.deploy(&[("hostid", &host)]);
    assert_eq!(cloud.machine(&id)["hostname"], "host-2");
    cloud.run("stopVirtualMachine", &id, &[]);
    cloud.run("startVirtualMachine", &id, &[]);
    assert_eq!(
        cloud.machine(&id)["hostname"],
        "host-2",
        "a machine returns to its last host"
    );
    let other = cloud.first("listHosts", "host", &[("name", "host-1")]);
    cloud.run("stopVirtualMachine", &id, &[]);
    cloud.run("startVirtualMachine", &id, &[("hostid", &other)]);
    assert_eq!(cloud.machine(&id)["hostname"], "host-1");
    assert_eq!(
        cloud.call("listVirtualMachines", &[("hostid", &host)]),
        json!({})
    );
}

#[test]
fn parameters_are_checked_in_the_words_that_clients_look_for() {
    let mut cloud = Cloud::new();
    let check = |cloud: &mut Cloud, command, params: &[(&str, &str)], wanted: &str| {
        let (status, text) = cloud.refused(command, params);
        assert_eq!((status, text.contains(wanted)), (431, true), "{text}");
    };
    check(
        &mut cloud,
        "listTemplates",
        &[],
        "due to missing parameter templatefilter",
    );
    check(
        &mut cloud,
        "startVirtualMachine",
        &[("id", "")],
        "Unable to execute API command startvirtualmachine due to missing parameter id",
    );
    check(
        &mut cloud,
        "deployVirtualMachine",
        &[],
        "missing parameters serviceofferingid, templateid, zoneid",
    );
    for id in ["nonsense", "4b5b72e0-0000-4000-8000-000000000000", "77"] {
        let wanted = format!(
            "Invalid parameter id value={id} due to incorrect long value format, or entity does not exist"
        );
        check(&mut cloud, "stopVirtualMachine", &[("id", id)], &wanted);
    }
    check(
        &mut cloud,
        "listZones",
        &[("page", "one"), ("pagesize", "2")],
        "invalid value one for parameter page",
    );
    check(
        &mut cloud,
        "listTemplates",
        &[("templatefilter", "best")],
        "invalid templatefilter: best",
    );
    check(
        &mut cloud,
        "listZones",
        &[("page", "1")],
        "\"pagesize\" parameter is required",
    );
    check(
        &mut cloud,
        "listZones",
        &[("pagesize", "1")],
        "\"page\" parameter is required",
    );
    check(
        &mut cloud,
        "listZones",
        &[("page", "1"), ("pagesize", "501")],
        "Page size can't exceed max allowed page size value: 500",
    );
}

#[test]
fn numbers_name_things_too() {
    let mut cloud = Cloud::new();
    let id = cloud.deploy(&[]);
    assert_eq!(
        cloud.call("listVirtualMachines", &[("id", "1")])["virtualmachine"][0]["id"],
        json!(id)
    );
    let host = cloud.call("listHosts", &[("id", "2")]);
    assert_eq!(host["host"][0]["name"], "host-2");
}

#[test]
fn lists_are_paged_and_count_everything() {
    let mut cloud = Cloud::new();
    assert_eq!(cloud.call("listVirtualMachines", &[]), json!({}));
    for name in ["a", "b", "c"] {
        cloud.deploy(&[("name", name)]);
    }
    let page = |cloud: &mut Cloud, page| {
        let answer = cloud.call("listVirtualMachines", &[("page", page), ("pagesize", "2")]);
        (answer["count"].clone(), names(&answer).join(" "))
    };
    assert_eq!(page(&mut cloud, "1"), (json!(3), "a b".to_owned()));
    assert_eq!(page(&mut cloud, "2"), (json!(3), "c".to_owned()));
    assert_eq!(page(&mut cloud, "3"), (json!(3), String::new()));
}

#[test]
fn machines_are_found_by_what_they_are() {
    let mut cloud = Cloud::new();
    let web = cloud.deploy(&[("name", "web-1"), ("details[0].role", "db")]);
    let idle = cloud.deploy(&[("name", "idle"), ("startvm", "false")]);
    let found = |cloud: &mut Cloud, params: &[(&str, &str)]| {
        names(&cloud.call("listVirtualMachines", params))
    };
    assert_eq!(found(&mut cloud, &[("keyword", "WEB")]), ["web-1"]);
    assert_eq!(found(&mut cloud, &[("state", "Stopped")]), ["idle"]);
    let both = format!("{web},{idle}");
    assert_eq!(
        found(&mut cloud, &[("ids", &both), ("name", "idle")]),
        ["idle"]
    );
    cloud.run("destroyVirtualMachine", &idle, &[]);
    assert_eq!(found(&mut cloud, &[("state", "Present")]), ["web-1"]);
    assert_eq!(cloud.machine(&web)["details"], json!({"role": "db"}));
}

#[test]
fn an_account_sees_and_touches_only_its_own() {
    let mut cloud = Cloud::new();
    let own = cloud.deploy(&[("name", "admins")]);
    let (joes, _) = cloud.deploy_as("joe", &[("name", "joes")]);
    assert_eq!(names(&cloud.call("listVirtualMachines", &[])), ["admins"]);
    assert_eq!(
        names(&cloud.call("listVirtualMachines", &[("listAll", "true")])),
        ["admins", "joes"]
    );
    assert_eq!(
        names(&cloud.call("listVirtualMachines", &[("id", &joes)])),
        ["joes"]
    );
    let (_, answer) = cloud.call_as("joe", "listVirtualMachines", &[("listall", "true")]);
    assert_eq!(names(&answer), ["joes"]);
    assert!(answer["virtualmachine"][0].get("hostname").is_none());
    let (status, _) = cloud.call_as("joe", "stopVirtualMachine", &[("id", &own)]);
    assert_eq!(status, 531);
    let (status, answer) = cloud.call_as("joe", "listHosts", &[]);
    assert_eq!((status, &answer["errorcode"]), (432, &json!(432)));
}

#[test]
fn a_wrong_or_late_signature_is_refused_without_a_reason() {
    let mut cloud = Cloud::new();
    let refused = "unable to verify user credentials and/or request signature";
    for query in [
        "command=listZones&response=json",
        "command=listZones&response=json&apikey=admin-key",
        "command=listZones&response=json&apikey=admin-key&signature=AAAA",
        "command=listZones&response=json&apikey=nobodys&signature=AAAA",
    ] {
        let reply = cloud.send(request(Method::GET, query, ""));
        let body = content(&reply);
        assert_eq!(
            (reply.status.as_u16(), text(&body["errortext"])),
            (401, refused.to_owned())
        );
        assert!(body.get("cserrorcode").is_none());
    }
    let late = [
        ("signatureVersion", "3"),
        ("expires", "1970-01-01T00:10:00+0000"),
    ];
    assert_eq!(cloud.call_as("admin", "listZones", &late).0, 200);
    cloud.world.tick(Duration::from_secs(3600));
    assert_eq!(
        cloud.call_as("admin", "listZones", &late).0,
        200,
        "clients sign by the real time"
    );
    cloud.world.observe(Duration::from_secs(3600));
    assert_eq!(cloud.call_as("admin", "listZones", &late).0, 401);
    cloud.world.set_clock_mode(ClockMode::Frozen);
    assert_eq!(cloud.call_as("admin", "listZones", &late).0, 200);
}

#[test]
fn a_login_gives_a_session_that_ends_with_its_logout() {
    let mut cloud = Cloud::new();
    let form = "command=login&username=admin&password=password&domain=%2F&response=json";
    let reply = cloud.send(request(Method::POST, "", form));
    let key = text(&content(&reply)["sessionkey"]);
    let cookies: Vec<String> = reply
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|cookie| Some(cookie.to_str().ok()?.split(';').next()?.to_owned()))
        .collect();
    assert_eq!(cookies.len(), 2);
    assert!(cookies.contains(&format!("sessionkey={key}")));
    let ask = |cloud: &mut Cloud, key: &str, command: &str| {
        let query = format!("command={command}&response=json&sessionkey={key}");
        let mut request = request(Method::GET, &query, "");
        let cookie = HeaderValue::from_str(&cookies.join("; ")).expect("a header");
        request.headers.insert("cookie", cookie);
        cloud.send(request)
    };
    assert_eq!(content(&ask(&mut cloud, &key, "listZones"))["count"], 1);
    assert_eq!(ask(&mut cloud, "other", "listZones").status, 401);
    let bye = ask(&mut cloud, &key, "logout");
    assert_eq!(content(&bye), json!({"description": "success"}));
    assert_eq!(ask(&mut cloud, &key, "listZones").status, 401);
}

#[test]
fn a_wrong_password_is_531_and_an_unknown_name_makes_an_account() {
    let mut cloud = Cloud::new();
    let log_in = |cloud: &mut Cloud, name: &str| {
        let query = format!("command=login&username={name}&password=wrong&response=json");
        let reply = cloud.send(request(Method::POST, &query, ""));
        (reply.status.as_u16(), content(&reply))
    };
    assert_eq!(log_in(&mut cloud, "admin").0, 531);
    let (status, session) = log_in(&mut cloud, "newcomer");
    assert_eq!((status, &session["type"]), (200, &json!("0")));
}

#[test]
fn what_is_no_command_is_told_apart() {
    let mut cloud = Cloud::new();
    let reply = cloud.send(request(Method::GET, "command=listZone&response=json", ""));
    assert_eq!(reply.status, 432);
    assert!(text(&content(&reply)["errortext"]).ends_with("Did you mean 'listZones'?"));
    assert_eq!(
        cloud.send(request(Method::GET, "response=json", "")).status,
        400
    );
    assert_eq!(cloud.send(request(Method::DELETE, "", "")).status, 405);
}

#[test]
fn every_list_has_its_form_and_every_command_stands_in_list_apis() {
    let mut cloud = Cloud::new();
    cloud.deploy(&[]);
    let lists =
        super::table::rows().map(|row| row.operation.command.trim_start_matches("cloudstack."));
    for command in lists.filter(|command| command.starts_with("list")) {
        let params: &[(&str, &str)] = match command {
            "listTemplates" => &[("templatefilter", "executable")],
            _ => &[],
        };
        cloud.call(command, params);
    }
    let apis = cloud.call("listApis", &[]);
    assert_eq!(apis["count"], super::table::rows().count());
    let (_, users) = cloud.call_as("joe", "listApis", &[]);
    assert!(users["count"].as_u64() < apis["count"].as_u64());
    let deploy = cloud.call("listApis", &[("name", "deployVirtualMachine")]);
    assert_eq!(deploy["api"][0]["isasync"], true);
    assert_eq!(deploy["api"][0]["params"][0]["required"], true);
}

#[test]
fn a_job_that_is_under_way_has_no_result_yet() {
    let mut cloud = Cloud::new();
    let (_, job) = cloud.deploy_as("admin", &[]);
    let jobs = cloud.call("listAsyncJobs", &[]);
    assert_eq!(
        (&jobs["count"], &jobs["asyncjobs"][0]["jobid"]),
        (&json!(1), &json!(job))
    );
    let (_, foreign) = cloud.call_as("joe", "listAsyncJobs", &[("listall", "true")]);
    assert_eq!(foreign, json!({}));
}
