//! What an outcome does to a call and to the cloud, told through one dialect.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

use super::{Cell, DEFAULT_WORLD, Engine, Settings};
use crate::api::{Reply, Request};
use crate::scenario::compile_text;
use crate::vocabulary::mock::Drop;
use crate::vocabulary::plan::{ClockMode, Plan};
use crate::world::limits::quotas::{DEFAULT_CLASS, Quotas, Resource};
use crate::world::tests::blueprint;

const SERVERS: &str = "/compute/v2.1/servers";

/// A cloud whose clock stands still, and somebody who is logged in.
struct Cloud {
    engine: Arc<Engine>,
    cell: Arc<Cell>,
    token: String,
}

impl Cloud {
    async fn new(scenario: &str) -> Self {
        Self::with_clock(scenario, ClockMode::Frozen).await
    }

    async fn with_clock(scenario: &str, clock: ClockMode) -> Self {
        let settings = Settings {
            blueprint: blueprint(),
            seed: None,
            clock: Some(clock),
            clock_start: None,
            presets: true,
            journal_bytes: 1 << 20,
        };
        let engine = Arc::new(Engine::new(settings, plan(scenario)).expect("a cloud"));
        let cell = engine.world(DEFAULT_WORLD).expect("the default world");
        let mut cloud = Self {
            engine,
            cell,
            token: String::new(),
        };
        cloud.token = cloud.login().await;
        cloud
    }

    async fn login(&self) -> String {
        let domain = json!({ "id": "default" });
        let user = json!({ "name": "joe", "domain": domain, "password": "any" });
        let body = json!({ "auth": {
            "identity": { "methods": ["password"], "password": { "user": user } },
            "scope": { "project": { "name": "joe", "domain": domain } },
        } });
        let reply = self.send("POST", "/identity/v3/auth/tokens", &body).await;
        let token = reply.headers["x-subject-token"].to_str();
        token.expect("a token").to_owned()
    }

    async fn send(&self, method: &str, path: &str, body: &Value) -> Reply {
        let request = request(method, path, &self.token, body);
        self.engine.handle(&self.cell, request).await
    }

    async fn create(&self, name: &str) -> Reply {
        self.send("POST", SERVERS, &server(name)).await
    }

    /// A create that goes on by itself.
    fn begin_to_create(&self, name: &str) -> tokio::task::JoinHandle<Reply> {
        self.begin_to_post(SERVERS, &server(name))
    }

    fn begin_to_post(&self, path: &str, body: &Value) -> tokio::task::JoinHandle<Reply> {
        let (engine, cell) = (self.engine.clone(), self.cell.clone());
        let request = request("POST", path, &self.token, body);
        tokio::spawn(async move { engine.handle(&cell, request).await })
    }

    /// Waits until so many calls are decided.
    async fn decided(&self, calls: u64) {
        while self.cell.lock().tallies.sequence() < calls {
            tokio::task::yield_now().await;
        }
    }

    /// Name and status of every server.
    async fn servers(&self) -> Vec<(String, String)> {
        let reply = self
            .send("GET", &format!("{SERVERS}/detail"), &Value::Null)
            .await;
        let servers = json_of(&reply)["servers"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let shown = servers
            .iter()
            .map(|server| (text(&server["name"]), text(&server["status"])));
        shown.collect()
    }
}

fn plan(scenario: &str) -> Plan {
    let loaded = compile_text("test.scn", scenario, &Plan::default());
    loaded
        .plan
        .unwrap_or_else(|| panic!("{:?}", loaded.findings))
}

fn server(name: &str) -> Value {
    let image = crate::world::ids::named("image", "cirros");
    json!({ "server": { "name": name, "flavorRef": "1", "imageRef": image } })
}

fn request(method: &str, path: &str, token: &str, body: &Value) -> Request {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("host", "cloud.test"),
        ("content-type", "application/json"),
        ("x-auth-token", token),
    ] {
        let value = HeaderValue::from_str(value).expect("a header's value");
        headers.insert(HeaderName::from_static(name), value);
    }
    let body = if body.is_null() {
        Bytes::new()
    } else {
        body.to_string().into()
    };
    Request {
        method: Method::from_bytes(method.as_bytes()).expect("a method"),
        region: None,
        path: path.to_owned(),
        query: String::new(),
        headers,
        body: Ok(body),
        is_trusted: false,
    }
}

fn json_of(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

#[tokio::test]
async fn a_failure_makes_nothing_unless_it_is_applied() {
    let cloud = Cloud::new(
        r#"mock compute.create_server where server.name == "a" { fail 503 "try later" }
           mock compute.create_server where server.name == "b" { fail 500 but applied }
           mock compute.create_server where server.name == "c" { fault "broken" but applied }"#,
    )
    .await;
    let reply = cloud.create("a").await;
    let fault = json!({ "serviceUnavailable": { "code": 503, "message": "try later" } });
    assert_eq!((reply.status.as_u16(), json_of(&reply)), (503, fault));
    assert_eq!(cloud.create("b").await.status, 500);
    assert_eq!(cloud.create("c").await.status, 500);
    let active = |name: &str| (name.to_owned(), "ACTIVE".to_owned());
    assert_eq!(cloud.servers().await, [active("c"), active("b")]);
}

#[tokio::test]
async fn a_success_that_is_not_applied_looks_like_one_and_changes_nothing() {
    let cloud = Cloud::new("mock compute.create_server { succeed but not applied }").await;
    let reply = cloud.create("a").await;
    assert_eq!(reply.status, 202);
    assert!(json_of(&reply)["server"]["id"].is_string());
    assert_eq!(cloud.servers().await, []);
}

#[tokio::test]
async fn a_patch_changes_the_answer_and_a_fixed_answer_replaces_it() {
    let cloud = Cloud::new(
        r#"mock compute.create_server where server.name == "a" {
             succeed with { "server": { "adminPass": "{{ server.name }}!", "links": null } }
           }
           mock compute.create_server {
             respond 299 headers { "x-by": "{{ user }}" } { "made": "{{ server.flavor }}" }
           }"#,
    )
    .await;
    let patched = json_of(&cloud.create("a").await);
    assert_eq!(patched["server"]["adminPass"], "a!");
    assert!(patched["server"].get("links").is_none());
    let fixed = cloud.create("b").await;
    assert_eq!(fixed.status.as_u16(), 299);
    assert_eq!(fixed.headers["x-by"], "joe");
    assert_eq!(json_of(&fixed), json!({ "made": "m1.tiny" }));
    assert_eq!(cloud.servers().await.len(), 2, "a fixed answer is applied");
}

#[tokio::test]
async fn a_dropped_call_does_nothing_and_tells_the_edge() {
    let cloud = Cloud::new("mock compute.create_server { drop after 20B }").await;
    let reply = cloud.create("a").await;
    assert_eq!(reply.drop, Some(Drop::After(20)));
    assert!(!reply.body.is_empty(), "there is an answer to cut");
    assert_eq!(cloud.servers().await, []);
}

#[tokio::test]
async fn a_delayed_call_takes_effect_when_its_time_has_come() {
    let cloud = Cloud::new(r#"mock compute.create_server { delay 30s count 1 }"#).await;
    let slow = cloud.begin_to_create("slow");
    // Decided at once, so that the next call is not the slow one, whichever ends first.
    cloud.decided(2).await;
    assert_eq!(cloud.create("quick").await.status, 202);
    assert_eq!(cloud.servers().await.len(), 1);
    cloud.engine.tick(&cloud.cell, Duration::from_secs(29));
    assert!(!slow.is_finished());
    cloud.engine.tick(&cloud.cell, Duration::from_secs(1));
    assert_eq!(slow.await.expect("a reply").status, 202);
    assert_eq!(cloud.servers().await.len(), 2);
}

#[tokio::test]
async fn of_two_delayed_calls_only_one_gets_the_last_there_is() {
    let cloud = Cloud::new("mock compute.create_server_group { delay 30s }").await;
    let allow_one = |quotas: &mut Quotas| {
        quotas.set_class(DEFAULT_CLASS, Resource::ServerGroups, 1);
    };
    allow_one(&mut cloud.cell.lock().world.quotas);
    let group = json!({"server_group": {"name": "g", "policies": ["affinity"]}});
    let path = "/compute/v2.1/os-server-groups";
    let both = [(); 2].map(|()| cloud.begin_to_post(path, &group));
    cloud.decided(3).await;
    cloud.engine.tick(&cloud.cell, Duration::from_secs(30));
    let mut statuses = Vec::new();
    for call in both {
        statuses.push(call.await.expect("a reply").status.as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 403]);
}

#[tokio::test]
async fn what_waits_when_the_world_is_reset_is_told_so_and_leaves_no_trace() {
    let cloud = Cloud::new("mock compute.create_server { delay 30s }").await;
    let slow = cloud.begin_to_create("slow");
    cloud.decided(2).await;
    cloud.engine.reset(&cloud.cell).expect("a fresh world");
    assert_eq!(slow.await.expect("a reply").status, 503);
    assert_eq!(cloud.cell.lock().world.server_count(), 0);
}

#[tokio::test]
async fn under_an_elastic_clock_each_look_brings_the_next_event() {
    let scenario = "mock StartCommand { delay 10m }";
    let cloud = Cloud::with_clock(scenario, ClockMode::Elastic).await;
    cloud.create("a").await;
    let status = async || cloud.servers().await.remove(0).1;
    let mut looks = 1;
    while status().await == "BUILD" {
        looks += 1;
        assert!(looks < 5, "time does not move");
    }
    assert_eq!(cloud.cell.lock().world.age(), Duration::from_secs(600));
}

#[tokio::test]
async fn counts_go_on_over_a_reload_unless_the_mock_changed() {
    let busy = |status: u16| format!("mock compute.create_server {{ fail {status} count 1 }}");
    let cloud = Cloud::new(&busy(503)).await;
    assert_eq!(cloud.create("a").await.status, 503);
    let more = format!("{}\nmock compute.get_limits {{ fail }}", busy(503));
    assert_eq!(cloud.engine.install(plan(&more)).expect("a generation"), 2);
    assert_eq!(cloud.create("a").await.status, 202, "it is spent");
    cloud
        .engine
        .install(plan(&busy(500)))
        .expect("a generation");
    assert_eq!(cloud.create("a").await.status, 500, "it is another mock");
}

#[tokio::test]
async fn a_plan_that_cannot_be_leaves_the_old_one_live() {
    let cloud = Cloud::new("mock compute.create_server { fail 503 }").await;
    let crowd = r#"given 100000 servers "crowd-{n}" { }"#;
    let fault = cloud.engine.install(plan(crowd)).expect_err("no room");
    assert!(fault.message.contains("crowd-"), "{fault}");
    assert_eq!(cloud.create("a").await.status, 503);
    assert_eq!(cloud.engine.program().generation, 1);
}

#[tokio::test]
async fn the_same_seed_and_requests_give_the_same_answers_to_the_byte() {
    async fn run() -> Vec<Bytes> {
        let cloud = Cloud::new("mock compute.create_server { fail 503 chance 40% }").await;
        let mut bodies = Vec::new();
        for n in 0..20 {
            bodies.push(cloud.create(&format!("web-{n}")).await.body);
        }
        bodies
    }
    assert_eq!(run().await, run().await);
}

#[tokio::test]
async fn a_mock_that_another_led_to_goes_with_its_server() {
    let cloud = Cloud::new(
        "mock compute.create_server { succeed leads to compute.stop_server { fail 503 } }",
    )
    .await;
    let live = || cloud.engine.look(&cloud.cell, |sim, _| sim.live.len());
    let path = |reply: Reply| {
        format!(
            "{SERVERS}/{}",
            json_of(&reply)["server"]["id"].as_str().expect("an id")
        )
    };
    let (first, second) = (path(cloud.create("a").await), path(cloud.create("b").await));
    assert_eq!(live(), 2);
    for (path, left) in [(first, 1), (second, 0)] {
        let stop = json!({ "os-stop": null });
        let stopped = cloud.send("POST", &format!("{path}/action"), &stop).await;
        assert_eq!(stopped.status, 503);
        assert_eq!(cloud.send("DELETE", &path, &Value::Null).await.status, 204);
        assert_eq!(live(), left);
    }
}

#[tokio::test]
async fn a_balancers_body_is_whole_for_conditions_whatever_the_client_left_out() {
    let cloud = Cloud::new(
        r#"mock loadbalancer.create_balancer where request.body.loadBalancer.name == "bad" { fail 503 }"#,
    )
    .await;
    let bare = json!({ "name": "bad", "protocol": "HTTP", "virtualIps": [{ "type": "PUBLIC" }] });
    for body in [json!({ "loadBalancer": bare }), bare] {
        let path = "/loadbalancers/v1.0/joe/loadbalancers";
        assert_eq!(cloud.send("POST", path, &body).await.status, 503);
    }
}

#[tokio::test]
async fn the_clock_begins_where_a_scenario_or_the_settings_say() {
    let cloud = Cloud::new("clock frozen at \"1970-01-01T00:00:00Z\"").await;
    let now =
        |engine: &Engine, cell: &Cell| engine.look(cell, |sim, _| sim.world.now().timestamp());
    assert_eq!(now(&cloud.engine, &cloud.cell), 0);
    cloud.engine.reset(&cloud.cell).expect("a fresh world");
    assert_eq!(now(&cloud.engine, &cloud.cell), 0);
    let settings = Settings {
        clock_start: "2026-01-01T00:00:00Z".parse().ok(),
        ..cloud.engine.settings().clone()
    };
    let program = cloud.engine.program();
    let engine = Engine::new(settings, program.plan.clone()).expect("a cloud");
    let cell = engine.world(DEFAULT_WORLD).expect("the default world");
    assert_eq!(now(&engine, &cell), 1_767_225_600);
}

#[tokio::test]
async fn a_limit_on_requests_to_balancers_tells_when_to_ask_again() {
    let cloud = Cloud::new(
        "clock frozen at \"1970-01-01T00:00:00Z\"
         mock loadbalancer.list_balancers { fail 413 }",
    )
    .await;
    let path = "/loadbalancers/v1.0/joe/loadbalancers";
    let reply = cloud.send("GET", path, &Value::Null).await;
    assert_eq!(reply.headers["retry-after"], "60");
    let told = json!({ "overLimit": { "message": "OverLimit Retry...", "code": 413,
        "retryAfter": "1970-01-01T00:01:00Z" } });
    assert_eq!(json_of(&reply), told);
}
