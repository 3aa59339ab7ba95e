//! The presets, behaviors and control APIs of the original Mimic, over HTTP and under a clock that stands
//! still. The tests named `the_original_…` are of what it got wrong.

mod balancers;
mod behaviors;
mod control;
mod servers;

use std::io::{Read, Write};
use std::net::SocketAddr;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{Served, mimic};
use crate::support::connect;

const NONE: Value = Value::Null;

/// A simulator, with the administrator's token for a project.
struct Cloud {
    address: SocketAddr,
    token: String,
    tenant: String,
    _served: Served,
    _directory: TempDir,
}

impl Cloud {
    fn start() -> Self {
        Self::with("", "")
    }

    fn with(settings: &str, scenario: &str) -> Self {
        Self::of("admin", settings, scenario)
    }

    fn of_rackspace() -> Self {
        Self::of("123456", "[cloud]\nprofile = \"rackspace\"\n", "")
    }

    /// With a token for that tenant.
    fn of(tenant: &str, settings: &str, scenario: &str) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let write = |name: &str, text: &str| {
            std::fs::write(directory.path().join(name), text).expect("written");
        };
        write("mimic.toml", settings);
        write("test.scn", scenario);
        let flags = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--clock",
            "frozen",
            "--clock-start",
            "1970-01-01T00:00:00Z",
            "test.scn",
        ];
        let served = Served::start(&mut mimic(&directory, &flags));
        let mut cloud = Self {
            address: served.address,
            token: String::new(),
            tenant: String::new(),
            _served: served,
            _directory: directory,
        };
        let (status, login) = cloud.login(tenant);
        assert_eq!(status, 200, "{login}");
        let token = &login["access"]["token"];
        cloud.token = text(&token["id"]);
        cloud.tenant = text(&token["tenant"]["id"]);
        cloud
    }

    fn login(&self, tenant: &str) -> (u16, Value) {
        let who = json!({"username": "admin", "password": "password"});
        let auth = json!({"passwordCredentials": who, "tenantName": tenant});
        self.ask("POST", "/identity/v2.0/tokens", &json!({ "auth": auth }))
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.send(method, path, &body)
    }

    fn send(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nX-Auth-Token: {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            self.token,
            body.len()
        );
        let mut stream = connect(self.address);
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a whole answer");
        let status = head.split(' ').nth(1).expect("a status");
        let status = status.parse().expect("a number");
        let body = serde_json::from_str(body).unwrap_or_else(|_| body.into());
        (status, body)
    }

    fn get(&self, path: &str) -> Value {
        let (status, seen) = self.ask("GET", path, &NONE);
        assert_eq!(status, 200, "{path}: {seen}");
        seen
    }

    fn tick(&self, amount: f64) {
        let (status, told) = self.ask("POST", "/mimic/v1.1/tick", &json!({ "amount": amount }));
        assert_eq!((status, &told["advanced"]), (200, &json!(amount)));
    }

    // ------------------------------------------------------------ servers

    /// Asks for a server with these metadata.
    fn try_server(&self, name: &str, metadata: &Value) -> (u16, Value) {
        let image = text(&self.get("/image/v2/images")["images"][0]["id"]);
        let server = json!({
            "name": name, "imageRef": image, "flavorRef": "2", "metadata": metadata,
        });
        self.ask(
            "POST",
            &self.compute("/servers"),
            &json!({ "server": server }),
        )
    }

    fn server(&self, name: &str, metadata: &Value) -> String {
        let (status, made) = self.try_server(name, metadata);
        assert_eq!(status, 202, "{made}");
        text(&made["server"]["id"])
    }

    fn compute(&self, path: &str) -> String {
        format!("/compute/v2/{}{path}", self.tenant)
    }

    fn server_status(&self, id: &str) -> String {
        let path = self.compute(&format!("/servers/{id}"));
        text(&self.get(&path)["server"]["status"])
    }

    fn delete_server(&self, id: &str) -> (u16, Value) {
        self.ask("DELETE", &self.compute(&format!("/servers/{id}")), &NONE)
    }

    fn server_names(&self) -> Vec<String> {
        let seen = self.get(&self.compute("/servers"));
        let all = seen["servers"].as_array().expect("a list").iter();
        all.map(|server| text(&server["name"])).collect()
    }

    // ------------------------------------------------------------ balancers

    fn try_balancer(&self, metadata: &[(&str, Value)]) -> (u16, Value) {
        let item = |(key, value): &(&str, Value)| json!({"key": key, "value": value});
        let body = json!({"loadBalancer": {
            "name": "shop", "protocol": "HTTP", "virtualIps": [{"type": "PUBLIC"}],
            "nodes": [{"address": "10.1.1.1", "port": 80, "condition": "ENABLED"}],
            "metadata": metadata.iter().map(item).collect::<Vec<_>>(),
        }});
        self.ask("POST", &self.balancing("/loadbalancers"), &body)
    }

    fn balancer(&self, metadata: &[(&str, Value)]) -> String {
        let (status, made) = self.try_balancer(metadata);
        assert_eq!(status, 202, "{made}");
        made["loadBalancer"]["id"].to_string()
    }

    fn balancing(&self, path: &str) -> String {
        format!("/loadbalancers/v1.0/{}{path}", self.tenant)
    }

    fn balancer_status(&self, id: &str) -> String {
        let path = self.balancing(&format!("/loadbalancers/{id}"));
        text(&self.get(&path)["loadBalancer"]["status"])
    }

    fn add_node(&self, id: &str, address: &str) -> u16 {
        let body = json!({"nodes": [{"address": address, "port": 80, "condition": "ENABLED"}]});
        let path = self.balancing(&format!("/loadbalancers/{id}/nodes"));
        self.ask("POST", &path, &body).0
    }

    fn delete_balancer(&self, id: &str) -> u16 {
        let path = self.balancing(&format!("/loadbalancers/{id}"));
        self.ask("DELETE", &path, &NONE).0
    }

    // ------------------------------------------------------------ behaviors and mocks

    fn creation(&self) -> String {
        let tenant = &self.tenant;
        format!("/mimic/v1.1/cloudServersBehavior/{tenant}/behaviors/creation")
    }

    /// Registers a behavior; the path by which it can be forgotten.
    fn register(&self, path: &str, behavior: &Value) -> String {
        let (status, made) = self.ask("POST", path, behavior);
        assert_eq!(status, 201, "{made}");
        format!("{path}/{}", text(&made["id"]))
    }

    /// Registers what happens to servers whose names begin so.
    fn to_servers(&self, name: &str, behavior: &str, parameters: &Value) -> String {
        let criteria = json!([{"server_name": name}]);
        let body = json!({"criteria": criteria, "name": behavior, "parameters": parameters});
        self.register(&self.creation(), &body)
    }

    /// The mocks that are not of files, each with its maker and how often it served.
    fn mocks(&self) -> Vec<(String, String, u64)> {
        let seen = self.get("/mimic/v2/mocks");
        let all = seen["mocks"].as_array().expect("a list").iter();
        let mocks = all.filter(|mock| mock["origin"]["via"].is_string());
        mocks
            .map(|mock| {
                let served = mock["state"]["served"].as_u64();
                (
                    text(&mock["origin"]["via"]),
                    text(&mock["text"]),
                    served.unwrap_or_default(),
                )
            })
            .collect()
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}

#[test]
fn images_that_are_never_good() {
    let cloud = Cloud::start();
    for id in [
        "INVALID-IMAGE-ID",
        "1111",
        "image_ends_with_Z",
        "any-other-Z",
    ] {
        let path = cloud.compute(&format!("/images/{id}"));
        let missing = json!({"code": 404, "message": "The resource could not be found."});
        assert_eq!(
            cloud.ask("GET", &path, &NONE),
            (404, json!({ "itemNotFound": missing }))
        );
    }
    let [(by, _, served)] = &cloud.mocks()[..] else {
        panic!("one mock for all of them");
    };
    assert_eq!((&**by, *served), ("preset invalid_image_ref", 4));
}

#[test]
fn presets_are_read_in_bodies_without_their_outer_name() {
    let cloud = Cloud::start();
    let body = json!({
        "name": "shop", "protocol": "HTTP", "virtualIps": [{"type": "PUBLIC"}],
        "metadata": [{"key": "lb_building", "value": 20}],
    });
    let (status, made) = cloud.ask("POST", &cloud.balancing("/loadbalancers"), &body);
    assert_eq!(status, 202, "{made}");
    let id = made["loadBalancer"]["id"].to_string();
    cloud.tick(19.5);
    assert_eq!(cloud.balancer_status(&id), "BUILD");
    cloud.tick(0.5);
    assert_eq!(cloud.balancer_status(&id), "ACTIVE");
}

/// Bug 5: one balancer with such a value broke the list of all, and so did one that went out of memory.
#[test]
fn the_original_lost_the_list_for_one_bad_balancer() {
    let cloud = Cloud::start();
    for key in ["lb_building", "lb_pending_update", "lb_pending_delete"] {
        let (status, body) = cloud.try_balancer(&[(key, json!("soon"))]);
        let message = text(&body["message"]);
        assert!(status == 400 && message.contains(key), "{status} {body}");
    }
    let id = cloud.balancer(&[("lb_pending_delete", json!(1))]);
    assert_eq!(cloud.delete_balancer(&id), 202);
    for _ in 0..3 {
        cloud.tick(1100.0);
        assert_eq!(
            cloud
                .ask("GET", &cloud.balancing("/loadbalancers"), &NONE)
                .0,
            200
        );
    }
}

#[test]
fn preset_tokens_are_known_without_having_been_given_out() {
    let cloud = Cloud::start();
    let validate = |token: &str| cloud.ask("GET", &format!("/identity/v2.0/tokens/{token}"), &NONE);
    let refusal = json!({"itemNotFound": {"code": 401, "message": "Invalid auth token"}});
    assert_eq!(
        validate("never-cache-this-and-fail-to-auth"),
        (401, refusal)
    );
    for (token, user, impersonator) in [
        (
            "this_is_an_impersonator_token",
            None,
            Some("monitoring:service-admin"),
        ),
        ("impersonate_watson", None, Some("monitoring:service-admin")),
        ("this_is_a_racker_token", None, Some("Racker")),
        ("OneTwo", Some("12"), None),
        ("ThreeFour", Some("34"), None),
        (
            "ThreeFourImpersonator",
            Some("34"),
            Some("monitoring:service-admin"),
        ),
        ("ThreeFourRacker", Some("34"), Some("Racker")),
        ("HybridOneTwo", Some("12"), None),
        ("HybridThreeFour", Some("34"), None),
        ("HybridFiveSix", Some("56"), None),
        ("HybridSevenEight", Some("78"), None),
        (
            "HybridNineZero",
            Some("90"),
            Some("monitoring:service-admin"),
        ),
        ("HybridOneTwoRacker", Some("12"), Some("Racker")),
        (
            "HybridThreeFourImpersonator",
            Some("34"),
            Some("monitoring:service-admin"),
        ),
    ] {
        let (status, body) = validate(token);
        assert_eq!(status, 200, "{token}: {body}");
        let access = &body["access"];
        assert_eq!(access["token"]["id"], token);
        assert!(
            user.is_none_or(|user| access["user"]["id"] == user),
            "{body}"
        );
        let role = &access["RAX-AUTH:impersonator"]["roles"][0]["name"];
        assert_eq!(role.as_str(), impersonator, "{body}");
        if token.starts_with("Hybrid") {
            assert_eq!(access["token"]["tenant"]["id"], "hybrid:123456");
        }
    }
    for (tenant, roles) in [
        ("09876", vec!["observer"]),
        ("09090", vec!["creator"]),
        ("9999", vec!["admin", "observer"]),
    ] {
        let (status, body) = validate(&format!("any?belongsTo={tenant}"));
        let given = body["access"]["user"]["roles"].as_array().expect("a list");
        let names: Vec<String> = given.iter().map(|role| text(&role["name"])).collect();
        assert_eq!(
            (status, names),
            (200, roles.into_iter().map(str::to_owned).collect())
        );
    }
    assert_eq!(validate("nobody").0, 404);
}

#[test]
fn the_presets_are_listed() {
    let presets = Cloud::start().get("/mimic/v1.0/presets");
    for (service, key) in [
        ("servers", "create_server_failure"),
        ("servers", "server_building"),
        ("servers", "server_error"),
        ("servers", "delete_server_failure"),
        ("servers", "invalid_image_ref"),
        ("loadbalancers", "lb_building"),
        ("loadbalancers", "lb_pending_update"),
        ("loadbalancers", "lb_pending_delete"),
        ("loadbalancers", "lb_error_state"),
        ("identity", "maas_admin_roles"),
        ("identity", "racker_token"),
        ("identity", "token_fail_to_auth"),
    ] {
        assert!(!presets[service][key].is_null(), "{service} {key}");
    }
}

#[test]
fn all_of_them_are_mocks_that_are_listed_counted_and_cleaned() {
    let cloud = Cloud::start();
    cloud.to_servers("web", "error", &json!({}));
    let preset = json!({"server_building": "5", "delete_server_failure": "{\"code\": 409}"});
    let (one, two) = (cloud.server("db", &preset), cloud.server("db", &preset));
    cloud.server("web", &json!({}));
    let served = |by: &str| {
        let mocks = cloud.mocks();
        let mut found = mocks.iter().filter(|(maker, ..)| maker.starts_with(by));
        let (_, text, served) = found.next().unwrap_or_else(|| panic!("{by}: {mocks:?}"));
        (text.clone(), *served)
    };
    assert_eq!(
        served(&format!("preset server_building of server {one}")),
        (
            format!(
                "mock StartCommand where server.id == \"{one}\" and server.status == \"BUILD\" \
                 {{ succeed delay 5s }}"
            ),
            1
        )
    );
    let creates = cloud.mocks();
    let create = creates
        .iter()
        .find(|(by, ..)| by == "preset server_building");
    assert_eq!(
        create.map(|(.., served)| *served),
        Some(2),
        "one mock for equal presets"
    );
    let behavior = creates
        .iter()
        .find(|(by, ..)| by.starts_with("creation behavior") && by.ends_with("of tenant admin"));
    assert_eq!(behavior.map(|(.., served)| *served), Some(1));
    assert_eq!(
        served(&format!("preset delete_server_failure of server {two}")).1,
        0
    );
    // A mock that is dropped is gone.
    let seen = cloud.get("/mimic/v2/mocks");
    let by = format!("preset delete_server_failure of server {one}");
    let all = seen["mocks"].as_array().expect("a list");
    let mock = all.iter().find(|mock| mock["origin"]["via"] == *by);
    let path = format!("/mimic/v2/mocks/{}", text(&mock.expect("a mock")["id"]));
    assert_eq!(cloud.ask("DELETE", &path, &NONE).0, 204);
    assert_eq!(cloud.delete_server(&one).0, 204);
    assert_eq!(cloud.delete_server(&two).0, 409);
    assert_eq!(cloud.ask("DELETE", "/mimic/v2/mocks", &NONE).0, 200);
    assert_eq!(cloud.mocks(), []);
    assert_eq!(cloud.ask("POST", "/mimic/v2/world/reset", &NONE).0, 200);
}

#[test]
fn presets_can_be_turned_off() {
    let cloud = Cloud::with("presets = false\n", "");
    let id = cloud.server(
        "web",
        &json!({"server_building": "soon", "server_error": "1"}),
    );
    assert_eq!(cloud.server_status(&id), "ACTIVE");
    let (status, _) = cloud.try_server("web", &json!({"server_building": 120}));
    assert_eq!(status, 400, "numbers are no metadata");
    assert_eq!(cloud.mocks(), []);
}
