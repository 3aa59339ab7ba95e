//! The presets, behaviors and control APIs of the original Mimic, over HTTP and under a clock that stands
//! still. The tests named `the_original_…` are of what it got wrong.

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

// ---------------------------------------------------------------- servers' presets

#[test]
fn create_server_failure_answers_as_it_says_and_makes_nothing() {
    let cloud = Cloud::start();
    let usual =
        "The server has either erred or is incapable of performing the requested operation.";
    for (value, status, body) in [
        (
            json!(r#"{"message": "no room", "code": 503, "type": "serviceUnavailable"}"#),
            503,
            json!({"serviceUnavailable": {"message": "no room", "code": 503}}),
        ),
        (
            json!("{}"),
            500,
            json!({"computeFault": {"message": usual, "code": 500}}),
        ),
        (
            json!({"code": "418"}),
            418,
            json!({"computeFault": {"message": usual, "code": 418}}),
        ),
        (
            json!({"message": "bare {{ it is }}", "type": "string"}),
            500,
            json!("bare {{ it is }}"),
        ),
    ] {
        let metadata = json!({ "create_server_failure": value });
        assert_eq!(
            cloud.try_server("web", &metadata),
            (status, body),
            "{metadata}"
        );
    }
    assert!(cloud.server_names().is_empty());
}

#[test]
fn server_building_takes_so_long() {
    let cloud = Cloud::start();
    let id = cloud.server("web", &json!({"server_building": "20.5"}));
    cloud.tick(20.25);
    assert_eq!(cloud.server_status(&id), "BUILD");
    cloud.tick(0.25);
    assert_eq!(cloud.server_status(&id), "ACTIVE");
    let path = cloud.compute(&format!("/servers/{id}/metadata"));
    assert_eq!(
        cloud.get(&path)["metadata"],
        json!({"server_building": "20.5"})
    );
    // Only its making is slow, not what comes later.
    let action = cloud.compute(&format!("/servers/{id}/action"));
    assert_eq!(cloud.ask("POST", &action, &json!({"os-stop": null})).0, 202);
    assert_eq!(
        cloud.ask("POST", &action, &json!({"os-start": null})).0,
        202
    );
    assert_eq!(cloud.server_status(&id), "ACTIVE");
}

/// Bug 2: its README asks for `{"server_building": 120}`, and it refused numbers.
#[test]
fn the_original_refused_the_number_that_its_readme_asks_for() {
    let cloud = Cloud::start();
    let id = cloud.server("web", &json!({"server_building": 120}));
    cloud.tick(119.0);
    assert_eq!(cloud.server_status(&id), "BUILD");
    cloud.tick(1.0);
    assert_eq!(cloud.server_status(&id), "ACTIVE");
}

/// Bug 1: its timer put a deleted server back to ACTIVE.
#[test]
fn the_original_let_a_deleted_server_come_back() {
    let cloud = Cloud::start();
    let id = cloud.server("web", &json!({"server_building": 10}));
    assert_eq!(cloud.delete_server(&id).0, 204);
    cloud.to_servers("late", "active-then-error", &json!({"duration": 10}));
    let late = cloud.server("late", &json!({}));
    assert_eq!(cloud.delete_server(&late).0, 204);
    cloud.tick(60.0);
    assert!(cloud.server_names().is_empty());
    for id in [id, late] {
        let path = cloud.compute(&format!("/servers/{id}"));
        assert_eq!(cloud.ask("GET", &path, &NONE).0, 404);
    }
}

#[test]
fn server_error_ends_in_error_for_ever() {
    let cloud = Cloud::start();
    let id = cloud.server("web", &json!({"server_error": "1"}));
    assert_eq!(cloud.server_status(&id), "ERROR");
    cloud.tick(3_000.0);
    assert_eq!(cloud.server_status(&id), "ERROR");
    assert_eq!(cloud.delete_server(&id).0, 204);
}

/// Bug 2: it always answered 500, without a body.
#[test]
fn the_original_ignored_the_code_of_delete_server_failure() {
    let cloud = Cloud::start();
    let value = json!(r#"{"code": 409, "times": 2}"#);
    let id = cloud.server("web", &json!({ "delete_server_failure": value }));
    // Each server has its own count.
    let other = cloud.server("web", &json!({ "delete_server_failure": value }));
    for _ in 0..2 {
        let (status, body) = cloud.delete_server(&id);
        assert_eq!(
            (status, &body["conflictingRequest"]["code"]),
            (409, &json!(409))
        );
    }
    assert_eq!(cloud.delete_server(&id).0, 204);
    assert_eq!(cloud.delete_server(&other).0, 409);
    assert_eq!(cloud.server_names(), ["web"]);
}

#[test]
fn delete_server_failure_can_be_set_and_taken_back_later() {
    let cloud = Cloud::start();
    let id = cloud.server("web", &json!({}));
    let path = cloud.compute(&format!("/servers/{id}/metadata"));
    let failing = json!({"metadata": {"delete_server_failure": {"code": 503, "times": 1}}});
    assert_eq!(cloud.ask("PUT", &path, &failing).0, 200);
    assert_eq!(cloud.delete_server(&id).0, 503);
    // Set anew, it counts anew.
    assert_eq!(cloud.ask("POST", &path, &failing).0, 200);
    assert_eq!(cloud.delete_server(&id).0, 503);
    let item = json!({"meta": {"delete_server_failure": "{\"times\": 9}"}});
    let key = format!("{path}/delete_server_failure");
    assert_eq!(cloud.ask("PUT", &key, &item).0, 200);
    assert_eq!(cloud.delete_server(&id).0, 500);
    assert_eq!(cloud.ask("DELETE", &key, &NONE).0, 204);
    assert_eq!(cloud.delete_server(&id).0, 204);
}

#[test]
fn of_several_presets_the_failure_goes_first_and_then_the_building() {
    let cloud = Cloud::start();
    let failure = json!({"code": 503});
    let all =
        json!({"server_error": "1", "server_building": "5", "create_server_failure": failure});
    assert_eq!(cloud.try_server("a", &all).0, 503);
    let both =
        json!({"server_error": "1", "server_building": "5", "delete_server_failure": {"times": 1}});
    let id = cloud.server("b", &both);
    assert_eq!(cloud.server_status(&id), "BUILD");
    cloud.tick(5.0);
    assert_eq!(cloud.server_status(&id), "ACTIVE");
    assert_eq!(cloud.delete_server(&id).0, 500);
    assert_eq!(cloud.delete_server(&id).0, 204);
}

#[test]
fn presets_hold_for_each_of_several_servers() {
    let cloud = Cloud::start();
    let image = text(&cloud.get("/image/v2/images")["images"][0]["id"]);
    let server = json!({
        "name": "web", "imageRef": image, "flavorRef": "2", "min_count": 2, "max_count": 2,
        "metadata": {"server_building": "5", "delete_server_failure": "{\"times\": 1}"},
    });
    let made = cloud.ask(
        "POST",
        &cloud.compute("/servers"),
        &json!({ "server": server }),
    );
    assert_eq!(made.0, 202);
    let seen = cloud.get(&cloud.compute("/servers"));
    let ids: Vec<String> = [0, 1].map(|n| text(&seen["servers"][n]["id"])).into();
    for id in &ids {
        assert_eq!(cloud.server_status(id), "BUILD");
    }
    cloud.tick(5.0);
    for id in &ids {
        assert_eq!(cloud.server_status(id), "ACTIVE");
        assert_eq!(cloud.delete_server(id).0, 500);
        assert_eq!(cloud.delete_server(id).0, 204);
    }
}

/// Section 10.2: each of these was a page that said 500.
#[test]
fn the_original_broke_on_values_that_make_no_sense() {
    let cloud = Cloud::start();
    for (key, value) in [
        ("create_server_failure", json!("soon")),
        ("create_server_failure", json!([1])),
        ("create_server_failure", json!({"code": 99})),
        ("create_server_failure", json!({"message": 5})),
        ("create_server_failure", NONE),
        ("server_building", json!("soon")),
        ("server_building", json!(-1)),
        ("server_building", json!("NaN")),
        ("server_building", json!(1e300)),
        ("delete_server_failure", json!("often")),
        ("delete_server_failure", json!({"times": "often"})),
    ] {
        let (status, body) = cloud.try_server("web", &json!({ key: value }));
        let message = text(&body["badRequest"]["message"]);
        let is_named = message.contains(&format!("is no value for the preset {key}"));
        assert!(status == 400 && is_named, "{key}: {value}: {status} {body}");
    }
    let (status, body) = cloud.try_server("web", &NONE);
    assert_eq!((status, &body["badRequest"]["code"]), (400, &json!(400)));
    assert_eq!(
        (cloud.server_names(), cloud.mocks()),
        (Vec::new(), Vec::new())
    );
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

// ---------------------------------------------------------------- balancers' presets

#[test]
fn lb_building_takes_so_long() {
    let cloud = Cloud::start();
    for (value, time) in [
        (json!("20"), 20.0),
        (json!(20.9), 20.0),
        (json!(0), 10.0),
        (NONE, 10.0),
    ] {
        let id = cloud.balancer(&[("lb_building", value.clone())]);
        cloud.tick(time - 0.5);
        assert_eq!(cloud.balancer_status(&id), "BUILD", "{value}");
        cloud.tick(0.5);
        assert_eq!(cloud.balancer_status(&id), "ACTIVE", "{value}");
    }
}

#[test]
fn lb_pending_update_is_seen_at_each_change_of_nodes() {
    let cloud = Cloud::start();
    let id = cloud.balancer(&[("lb_pending_update", json!(5))]);
    assert_eq!(cloud.balancer_status(&id), "ACTIVE");
    let nodes = cloud.balancing(&format!("/loadbalancers/{id}/nodes"));
    let remove = |ids: &str| cloud.ask("DELETE", &format!("{nodes}{ids}"), &NONE).0;
    for change in [
        &(|| cloud.add_node(&id, "10.1.1.2")) as &dyn Fn() -> u16,
        &|| cloud.add_node(&id, "10.1.1.3"),
        &|| remove("/2"),
        &|| remove("?id=3"),
    ] {
        assert_eq!(change(), 202);
        assert_eq!(cloud.balancer_status(&id), "PENDING_UPDATE");
        assert_eq!(cloud.add_node(&id, "10.1.1.9"), 422);
        cloud.tick(4.5);
        assert_eq!(cloud.balancer_status(&id), "PENDING_UPDATE");
        cloud.tick(0.5);
        assert_eq!(cloud.balancer_status(&id), "ACTIVE");
    }
    // Not after a change of a node, nor of the monitor; and a deletion is at once.
    let update = json!({"node": {"condition": "ENABLED"}});
    assert_eq!(cloud.ask("PUT", &format!("{nodes}/1"), &update).0, 202);
    assert_eq!(cloud.balancer_status(&id), "ACTIVE");
    assert_eq!(cloud.delete_balancer(&id), 202);
    assert_eq!(cloud.balancer_status(&id), "DELETED");
}

/// Bug 4: each look began the time anew, so whoever polled waited for ever; and adding a node began a deletion.
#[test]
fn the_original_never_ended_a_deletion_that_somebody_watched() {
    let cloud = Cloud::start();
    let id = cloud.balancer(&[("lb_pending_delete", json!("3"))]);
    assert_eq!(cloud.add_node(&id, "10.1.1.2"), 202);
    assert_eq!(cloud.balancer_status(&id), "ACTIVE");
    assert_eq!(cloud.delete_balancer(&id), 202);
    for _ in 0..3 {
        assert_eq!(cloud.balancer_status(&id), "PENDING_DELETE");
        cloud.tick(1.0);
    }
    assert_eq!(cloud.balancer_status(&id), "DELETED");
}

/// Bug 2: its README says that the balancer ends in ERROR, but it was ACTIVE until its nodes changed.
#[test]
fn the_original_did_not_make_balancers_in_error() {
    let cloud = Cloud::start();
    let id = cloud.balancer(&[("lb_building", json!(20)), ("lb_error_state", json!("yes"))]);
    assert_eq!(cloud.balancer_status(&id), "ERROR");
    assert_eq!(cloud.add_node(&id, "10.1.1.2"), 422);
    assert_eq!(cloud.delete_balancer(&id), 202);
    assert_eq!(cloud.balancer_status(&id), "DELETED");
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

// ---------------------------------------------------------------- presets of Identity

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

// ---------------------------------------------------------------- behaviors

#[test]
fn each_behavior_of_creation() {
    let cloud = Cloud::start();
    let failure = json!({"code": 503, "message": "no", "type": "outOfOrder"});
    let body = json!({"outOfOrder": {"code": 503, "message": "no"}});
    cloud.to_servers("fail", "fail", &failure);
    assert_eq!(cloud.try_server("failing", &json!({})), (503, body.clone()));
    assert!(cloud.server_names().is_empty());

    cloud.to_servers("ghost", "false-negative", &failure);
    assert_eq!(cloud.try_server("ghost", &json!({})), (503, body));
    assert_eq!(cloud.server_names(), ["ghost"]);

    cloud.to_servers("slow", "build", &json!({"duration": 30.0}));
    let slow = cloud.server("slow", &json!({}));
    cloud.to_servers("bad", "error", &json!({}));
    let bad = cloud.server("bad", &json!({}));
    cloud.to_servers("fading", "active-then-error", &json!({"duration": "20"}));
    let fading = cloud.server("fading", &json!({}));
    let statuses = || [&slow, &bad, &fading].map(|id| cloud.server_status(id));
    assert_eq!(statuses(), ["BUILD", "ERROR", "ACTIVE"]);
    cloud.tick(19.5);
    assert_eq!(statuses(), ["BUILD", "ERROR", "ACTIVE"]);
    cloud.tick(0.5);
    assert_eq!(statuses(), ["BUILD", "ERROR", "ERROR"]);
    cloud.tick(10.0);
    assert_eq!(statuses(), ["ACTIVE", "ERROR", "ERROR"]);
}

#[test]
fn criteria_all_have_to_match_from_the_start_of_a_text() {
    let cloud = Cloud::start();
    let criteria = json!([{"server_name": "web|app"}, {"metadata": {"role": "d.$", "tier": ".*"}}]);
    let body = json!({"criteria": criteria, "name": "fail", "parameters": {}});
    let behavior = cloud.register(&cloud.creation(), &body);
    let role = |role: &str| json!({ "role": role });
    assert_eq!(cloud.try_server("app-1", &role("db")).0, 500);
    for (name, metadata) in [
        ("my-web", role("db")),
        ("my-app", role("db")),
        ("web-1", role("dbx")),
        ("web-1", json!({})),
    ] {
        assert_eq!(
            cloud.try_server(name, &metadata).0,
            202,
            "{name} {metadata}"
        );
    }
    assert_eq!(cloud.ask("DELETE", &behavior, &NONE).0, 204);
    assert_eq!(cloud.try_server("app-1", &role("db")).0, 202);
    assert_eq!(cloud.ask("DELETE", &behavior, &NONE).0, 404);
    let unknown = format!("{}/not-a-uuid", cloud.creation());
    assert_eq!(cloud.ask("DELETE", &unknown, &NONE).0, 404);
}

#[test]
fn the_first_registered_behavior_wins_and_is_of_its_tenant_only() {
    let cloud = Cloud::start();
    let other = "/mimic/v1.1/cloudServersBehavior/somebody-else/behaviors/creation";
    let fail = |code: u16| json!({"criteria": [], "name": "fail", "parameters": {"code": code}});
    cloud.register(other, &fail(599));
    assert_eq!(cloud.try_server("web", &json!({})).0, 202);
    let first = cloud.register(&cloud.creation(), &fail(501));
    cloud.to_servers("web", "fail", &json!({"code": 502}));
    assert_eq!(cloud.try_server("web", &json!({})).0, 501);
    assert_eq!(cloud.ask("DELETE", &first, &NONE).0, 204);
    assert_eq!(cloud.try_server("web", &json!({})).0, 502);
}

#[test]
fn sequences_cycle_whatever_each_of_their_items_does() {
    let cloud = Cloud::start();
    let items = json!([
        {"name": "fail", "parameters": {"code": 503}},
        {"name": "error", "parameters": {}},
        {"name": "build", "parameters": {"duration": 10}},
        {"name": "default"},
    ]);
    cloud.to_servers("web", "sequence", &json!({ "behaviors": items }));
    for _ in 0..2 {
        assert_eq!(cloud.try_server("web", &json!({})).0, 503);
        let ids = ["1", "2", "3"].map(|_| cloud.server("web", &json!({})));
        let statuses = || [0, 1, 2].map(|n| cloud.server_status(&ids[n]));
        assert_eq!(statuses(), ["ERROR", "BUILD", "ACTIVE"]);
        cloud.tick(10.0);
        assert_eq!(statuses(), ["ERROR", "ACTIVE", "ACTIVE"]);
    }
}

#[test]
fn presets_beat_behaviors_and_a_mock_of_higher_priority_beats_both() {
    let scenario =
        r#"mock compute.create_server where server.name == "king" priority 1 { fail 507 }"#;
    let cloud = Cloud::with("", scenario);
    cloud.to_servers(".*", "fail", &json!({"code": 501}));
    let preset = json!({"server_building": "5"});
    assert_eq!(cloud.try_server("web", &json!({})).0, 501);
    assert_eq!(cloud.try_server("web", &preset).0, 202);
    // Registered later, still beaten.
    cloud.to_servers("web", "fail", &json!({"code": 502}));
    assert_eq!(cloud.try_server("web", &preset).0, 202);
    assert_eq!(cloud.try_server("king", &preset).0, 507);
}

#[test]
fn logins_behave_as_registered() {
    let cloud = Cloud::start();
    let path = "/mimic/v1.1/IdentityControlAPI/behaviors/auth";
    let fail = json!({"name": "fail", "parameters": {}});
    let items = json!([fail, {"name": "default"}]);
    let behavior = cloud.register(
        path,
        &json!({
            "criteria": [{"username": "adm"}, {"tenant_id": "shop"}],
            "name": "sequence", "parameters": {"behaviors": items},
        }),
    );
    let usual = "Unable to authenticate user with credentials provided.";
    let refusal = json!({"unauthorized": {"code": 401, "message": usual}});
    for _ in 0..2 {
        assert_eq!(cloud.login("shop-1"), (401, refusal.clone()));
        assert_eq!(cloud.login("shop-1").0, 200);
        assert_eq!(cloud.login("admin").0, 200);
    }
    assert_eq!(cloud.ask("DELETE", &behavior, &NONE).0, 204);
    assert_eq!(cloud.login("shop-1").0, 200);
    let refused = json!({
        "criteria": [{"username": "admin$"}], "name": "fail",
        "parameters": {"code": 500, "message": "down", "type": "identityFault"},
    });
    cloud.register(path, &refused);
    let down = json!({"identityFault": {"code": 500, "message": "down"}});
    assert_eq!(cloud.login("admin"), (500, down));
}

/// Bug 8: a login without a tenant met a criterion for tenants with a page that said 500.
#[test]
fn the_original_broke_on_logins_without_a_tenant() {
    let cloud = Cloud::start();
    let body = json!({"criteria": [{"tenant_id": ".*"}], "name": "fail", "parameters": {}});
    cloud.register("/mimic/v1.1/IdentityControlAPI/behaviors/auth", &body);
    let who = json!({"username": "admin", "password": "password"});
    let login = json!({"auth": {"passwordCredentials": who}});
    assert_eq!(cloud.ask("POST", "/identity/v2.0/tokens", &login).0, 200);
    assert_eq!(cloud.login("admin").0, 401);
}

/// Bug 8 and section 10.2: an empty sequence was taken and broke when it was used; the others broke at once.
#[test]
fn the_original_took_behaviors_that_make_no_sense() {
    let cloud = Cloud::start();
    let path = cloud.creation();
    for body in [
        "[]",
        "{",
        "1",
        "{}",
        r#"{"criteria": [], "name": "fail"}"#,
        r#"{"criteria": [], "name": "fail", "parameters": null}"#,
        r#"{"criteria": {"server_name": "a"}, "name": "fail", "parameters": {}}"#,
        r#"{"criteria": [{"server_name": "("}], "name": "fail", "parameters": {}}"#,
        r#"{"criteria": [{"colour": "red"}], "name": "fail", "parameters": {}}"#,
        r#"{"criteria": [], "name": "explode", "parameters": {}}"#,
        r#"{"criteria": [], "name": "build", "parameters": {}}"#,
        r#"{"criteria": [], "name": "sequence", "parameters": {"behaviors": []}}"#,
    ] {
        let (status, told) = cloud.send("POST", &path, body);
        assert_eq!(
            (status, told["error"]["message"].is_string()),
            (400, true),
            "{body}: {told}"
        );
    }
    assert_eq!(cloud.mocks(), []);
}

#[test]
fn the_catalog_of_rackspace_leads_to_the_control_apis() {
    let cloud = Cloud::of_rackspace();
    let (_, login) = cloud.login("123456");
    let catalog = login["access"]["serviceCatalog"].as_array();
    let path_of = |name: &str| {
        let mut entries = catalog.expect("a catalog").iter();
        let entry = entries.find(|entry| entry["name"] == name);
        let url = text(&entry.expect(name)["endpoints"][0]["publicURL"]);
        let path = url.splitn(4, '/').last();
        format!("/{}", path.expect("a path"))
    };
    let behaviors = format!("{}/behaviors/creation", path_of("cloudServersBehavior"));
    let fail = json!({"criteria": [], "name": "fail", "parameters": {"code": 507}});
    cloud.register(&behaviors, &fail);
    let image = text(
        &cloud.get("/image/v2/images?name=Ubuntu%2014.04%20LTS%20(Trusty%20Tahr)%20(PVHVM)")["images"]
            [0]["id"],
    );
    let server = json!({"name": "web", "imageRef": image, "flavorRef": "8"});
    let body = json!({ "server": server });
    assert_eq!(
        cloud
            .ask(
                "POST",
                &format!("{}/servers", path_of("cloudServersOpenStack")),
                &body
            )
            .0,
        507
    );
    let balancer = cloud.balancer(&[]);
    let control = path_of("cloudLoadBalancerControl");
    let path = format!("{control}/loadbalancer/{balancer}/attributes");
    assert_eq!(
        cloud.ask("PATCH", &path, &json!({"status": "ERROR"})).0,
        204
    );
    assert_eq!(cloud.balancer_status(&balancer), "ERROR");
}

#[test]
fn impersonations_behave_as_registered() {
    let cloud = Cloud::of_rackspace();
    let impersonate = || {
        let body = json!({"RAX-AUTH:impersonation": {"user": {"username": "ann"}}});
        cloud.ask(
            "POST",
            "/identity/v2.0/RAX-AUTH/impersonation-tokens",
            &body,
        )
    };
    let body =
        json!({"criteria": [{"username": "ann"}], "name": "fail", "parameters": {"code": 403}});
    cloud.register("/mimic/v1.1/IdentityControlAPI/behaviors/auth", &body);
    let (status, told) = impersonate();
    assert_eq!((status, &told["unauthorized"]["code"]), (403, &json!(403)));
}

// ---------------------------------------------------------------- attributes

#[test]
fn servers_are_put_into_statuses_all_or_none() {
    let cloud = Cloud::start();
    let ids = ["a", "b"].map(|name| cloud.server(name, &json!({"server_building": 60})));
    let path = format!(
        "/mimic/v1.1/cloudServersBehavior/{}/attributes/",
        cloud.tenant
    );
    let set = |statuses: Value| cloud.ask("POST", &path, &json!({ "status": statuses })).0;
    assert_eq!(set(json!({&ids[0]: "ERROR", "nobody": "ACTIVE"})), 400);
    assert_eq!(set(json!({&ids[0]: "ERROR", &ids[1]: "CONFUSED"})), 400);
    assert_eq!(cloud.server_status(&ids[0]), "BUILD");
    assert_eq!(set(json!({&ids[0]: "ERROR", &ids[1]: "ACTIVE"})), 201);
    assert_eq!(cloud.server_status(&ids[0]), "ERROR");
    assert_eq!(cloud.server_status(&ids[1]), "ACTIVE");
    // What was under way does not overwrite it.
    cloud.tick(60.0);
    assert_eq!(cloud.server_status(&ids[0]), "ERROR");
    for body in ["{}", "{", "[]", r#"{"status": "ERROR"}"#] {
        assert_eq!(cloud.send("POST", &path, body).0, 400, "{body}");
    }
    let other = "/mimic/v1.1/cloudServersBehavior/nobody/attributes";
    let body = json!({"status": {&ids[0]: "ACTIVE"}});
    assert_eq!(cloud.ask("POST", other, &body).0, 400);
}

/// Bug 3: such a balancer could not be deleted, since it was "not found"; and it had two ways to write a status.
#[test]
fn the_original_denied_balancers_that_were_put_into_a_status() {
    let cloud = Cloud::start();
    let id = cloud.balancer(&[("lb_building", json!(30))]);
    let path = format!(
        "/mimic/v1.1/cloudLoadBalancerControl/{}/loadbalancer/{id}/attributes",
        cloud.tenant
    );
    let set = |body: Value| cloud.ask("PATCH", &path, &body);
    assert_ne!(cloud.delete_balancer(&id), 404, "while it is in BUILD");
    for status in ["ERROR", "PENDING_UPDATE", "PENDING_DELETE", "ACTIVE"] {
        assert_eq!(set(json!({ "status": status })).0, 204);
        assert_eq!(cloud.balancer_status(&id), status);
        cloud.tick(60.0);
        assert_eq!(cloud.balancer_status(&id), status, "it stays so");
        if status.starts_with("PENDING") {
            assert_ne!(cloud.delete_balancer(&id), 404, "{status}");
        }
    }
    for (body, message) in [
        (
            json!({"status": "TIRED"}),
            "Unsupported status TIRED not one of ['ACTIVE', 'ERROR'",
        ),
        (json!({"name": "x"}), "Attempt to alter a bad attribute"),
        (json!({}), "Attempt to alter a bad attribute"),
    ] {
        let (status, told) = set(body);
        let said = text(&told["error"]["message"]);
        assert!(status == 400 && said.starts_with(message), "{said}");
    }
    let missing = path.replace(&format!("/{id}/"), "/77/");
    let (status, told) = cloud.ask("PATCH", &missing, &json!({"status": "ERROR"}));
    let message = format!("Tenant {} doesn't own load balancer 77", cloud.tenant);
    assert_eq!((status, text(&told["error"]["message"])), (404, message));
    assert_eq!(cloud.send("PATCH", &path, "{").0, 400);
    assert_eq!(cloud.delete_balancer(&id), 202);
}

#[test]
fn nodes_are_put_online_and_offline() {
    let cloud = Cloud::start();
    let id = cloud.balancer(&[]);
    let control = format!("/mimic/v1.1/cloudLoadBalancerControl/{}", cloud.tenant);
    let path = format!("{control}/loadbalancers/{id}/nodes/1/status");
    let node = cloud.balancing(&format!("/loadbalancers/{id}/nodes/1"));
    for status in ["OFFLINE", "ONLINE"] {
        assert_eq!(cloud.ask("PUT", &path, &json!({ "status": status })).0, 200);
        assert_eq!(cloud.get(&node)["node"]["status"], status);
    }
    for body in ["{}", "[]", "{", r#"{"status": "ASLEEP"}"#] {
        assert_eq!(cloud.send("PUT", &path, body).0, 400, "{body}");
    }
    for missing in [
        path.replace("/nodes/1/", "/nodes/9/"),
        path.replace(&format!("/{id}/"), "/9/"),
    ] {
        assert_eq!(
            cloud.ask("PUT", &missing, &json!({"status": "ONLINE"})).0,
            404
        );
    }
}

// ---------------------------------------------------------------- the clock, the lists, the setting

/// Bug 17: its clock could be turned back. Section 10.2: other amounts were a page that said 500.
#[test]
fn the_original_let_time_run_backwards() {
    let cloud = Cloud::start();
    let (status, told) = cloud.send("POST", "/mimic/v1.1/tick", r#"{"amount": 1.5}"#);
    assert_eq!((status, &told["advanced"]), (200, &json!(1.5)));
    assert!(text(&told["now"]).ends_with(".500000Z"), "{told}");
    for body in [r#"{"amount": -1}"#, r#"{"amount": "1"}"#, "{}", "[]", "{"] {
        assert_eq!(
            cloud.send("POST", "/mimic/v1.1/tick", body).0,
            400,
            "{body}"
        );
    }
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
