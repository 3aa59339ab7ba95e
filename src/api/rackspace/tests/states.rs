//! What becomes of balancers, by what their hosts answer, and what each state allows.

use serde_json::{Value, json};

use super::Cloud;

const IMMUTABLE: &str =
    "Load Balancer '1' has a status of 'PENDING_UPDATE' and is considered immutable.";
const DELETED: &str = "The load balancer is deleted and considered immutable.";

fn node(address: &str) -> Value {
    json!({"nodes": [{"address": address, "port": 80, "condition": "ENABLED"}]})
}

#[test]
fn a_slow_host_builds_for_as_long_as_it_takes() {
    let mut cloud = Cloud::new();
    cloud.delay("CreateLoadBalancerCommand", 20);
    let id = cloud.create("web");
    cloud.tick(19);
    assert_eq!(cloud.status(id), "BUILD");
    cloud.tick(1);
    assert_eq!(cloud.status(id), "ACTIVE");
}

#[test]
fn a_refused_creation_ends_in_error_and_can_be_cleaned_up() {
    let mut cloud = Cloud::new();
    cloud.refuse("CreateLoadBalancerCommand");
    let id = cloud.create("web");
    assert_eq!(cloud.status(id), "ERROR");
    assert_eq!(cloud.delete(&format!("/loadbalancers/{id}")).status, 202);
    assert_eq!(cloud.status(id), "DELETED");
}

#[test]
fn a_change_is_pending_until_the_host_has_it() {
    let mut cloud = Cloud::new();
    let id = cloud.create("web");
    cloud.delay("CreateLoadBalancerNodeCommand", 10);
    let added = cloud.post("/loadbalancers/1/nodes", &node("10.1.1.9"));
    assert_eq!(added.json()["nodes"][0]["id"], 3);
    assert_eq!(cloud.status(id), "PENDING_UPDATE");
    let again = cloud.post("/loadbalancers/1/nodes", &node("10.1.1.10"));
    assert_eq!(again.fault(), (422, IMMUTABLE.to_owned()));
    cloud.tick(10);
    assert_eq!(cloud.status(id), "ACTIVE");
    assert_eq!(
        cloud
            .post("/loadbalancers/1/nodes", &node("10.1.1.10"))
            .status,
        202
    );
}

#[test]
fn each_kind_of_change_has_its_own_command() {
    let changes = [
        (
            "UpdateLoadBalancerCommand",
            "PUT",
            "/loadbalancers/1",
            json!({"name": "b"}),
        ),
        (
            "UpdateLoadBalancerCommand",
            "PUT",
            "/loadbalancers/1/connectionlogging",
            json!({"enabled": true}),
        ),
        (
            "UpdateLoadBalancerCommand",
            "DELETE",
            "/loadbalancers/1/virtualips/1",
            Value::Null,
        ),
        (
            "CreateLoadBalancerNodeCommand",
            "POST",
            "/loadbalancers/1/nodes",
            node("10.1.1.9"),
        ),
        (
            "UpdateLoadBalancerNodeCommand",
            "PUT",
            "/loadbalancers/1/nodes/1",
            json!({"weight": 9}),
        ),
        (
            "DeleteLoadBalancerNodeCommand",
            "DELETE",
            "/loadbalancers/1/nodes/1",
            Value::Null,
        ),
        (
            "DeleteLoadBalancerNodeCommand",
            "DELETE",
            "/loadbalancers/1/nodes?id=1",
            Value::Null,
        ),
        (
            "DeleteLoadBalancerCommand",
            "DELETE",
            "/loadbalancers/1",
            Value::Null,
        ),
    ];
    for (command, method, path, body) in changes {
        let mut cloud = Cloud::new();
        cloud.create("web");
        cloud.refuse(command);
        let path = format!("{}{path}", super::ROOT);
        let seen = cloud.send(method, &path, body.to_string());
        assert_eq!(seen.status, 202, "{method} {path}: {}", seen.text);
        assert_eq!(cloud.status(1), "ERROR", "{method} {path}");
    }
}

#[test]
fn metadata_is_no_concern_of_the_host() {
    let mut cloud = Cloud::new();
    cloud.create("web");
    cloud.refuse("UpdateLoadBalancerCommand");
    let body = json!({"metadata": [{"key": "a", "value": "b"}]});
    assert_eq!(cloud.post("/loadbalancers/1/metadata", &body).status, 200);
    assert_eq!(cloud.status(1), "ACTIVE");
}

#[test]
fn what_is_deleted_can_be_seen_for_ninety_days() {
    let mut cloud = Cloud::new();
    cloud.delay("DeleteLoadBalancerCommand", 5);
    let id = cloud.create("web");
    assert_eq!(cloud.delete("/loadbalancers/1").status, 202);
    assert_eq!(cloud.status(id), "PENDING_DELETE");
    cloud.tick(5);
    let instant = |second: u32| json!({"time": format!("1970-01-01T00:00:0{second}Z")});
    let remains = json!({"id": 1, "name": "web", "status": "DELETED", "created": instant(0), "updated": instant(5)});
    assert_eq!(
        cloud.get("/loadbalancers/1").json()["loadBalancer"],
        remains
    );
    assert_eq!(
        cloud.get("/loadbalancers").json(),
        json!({"loadBalancers": []})
    );
    let listed = cloud.get("/loadbalancers?status=DELETED").json();
    assert_eq!(listed, json!({"loadBalancers": [remains]}));
    cloud.tick(90 * 86_400 + 1);
    let seen = cloud.get("/loadbalancers/1");
    assert_eq!(seen.fault(), (404, "Load balancer not found".to_owned()));
}

#[test]
fn what_is_deleted_has_no_parts() {
    let mut cloud = Cloud::new();
    cloud.create("web");
    cloud.delete("/loadbalancers/1");
    let gone = (410, "The loadbalancer is marked as deleted.".to_owned());
    for part in [
        "nodes",
        "virtualips",
        "healthmonitor",
        "metadata",
        "stats",
        "accesslist",
    ] {
        assert_eq!(
            cloud.get(&format!("/loadbalancers/1/{part}")).fault(),
            gone,
            "{part}"
        );
    }
    let seen = cloud.post("/loadbalancers/1/nodes", &node("10.1.1.9"));
    assert_eq!(seen.fault(), (422, DELETED.to_owned()));
    let seen = cloud.put("/loadbalancers/1", &json!({"name": "b"}));
    assert_eq!(seen.fault(), (422, DELETED.to_owned()));
    let seen = cloud.delete("/loadbalancers/1");
    let text = "Must provide valid load balancers: 1  could not be found.";
    assert_eq!(seen.fault(), (400, text.to_owned()));
}

#[test]
fn pending_balancers_are_told_in_each_operations_own_words() {
    let mut cloud = Cloud::new();
    cloud.create("web");
    cloud.delay("UpdateLoadBalancerCommand", 60);
    cloud.put("/loadbalancers/1", &json!({"name": "b"}));
    let cases = [
        (
            "DELETE",
            "",
            400,
            "Must provide valid load balancers: 1  are immutable and could not be processed.",
        ),
        ("DELETE", "/nodes?id=1", 422, "LoadBalancer is not ACTIVE"),
        (
            "DELETE",
            "/errorpage",
            422,
            "Load balancer is considered immutable and cannot process request",
        ),
        (
            "GET",
            "/stats",
            422,
            "The load balancer is not available to display statistics.",
        ),
        ("DELETE", "/nodes/1", 422, IMMUTABLE),
        ("DELETE", "/healthmonitor", 422, IMMUTABLE),
    ];
    for (method, path, status, text) in cases {
        let path = format!("{}/loadbalancers/1{path}", super::ROOT);
        let seen = cloud.send(method, &path, String::new());
        assert_eq!(seen.fault(), (status, text.to_owned()), "{method} {path}");
    }
    assert_eq!(cloud.get("/loadbalancers/1/nodes").status, 200);
    assert_eq!(cloud.delete("/loadbalancers/1/metadata?id=1").status, 400);
}

#[test]
fn many_are_deleted_together_or_not_at_all() {
    let mut cloud = Cloud::new();
    for name in ["a", "b", "c"] {
        cloud.create(name);
    }
    let seen = cloud.delete("/loadbalancers?id=1&id=9&id=8");
    let text = "Must provide valid load balancers: 9,8  could not be found.";
    assert_eq!(seen.fault(), (400, text.to_owned()));
    assert_eq!(cloud.status(1), "ACTIVE");
    assert_eq!(cloud.delete("/loadbalancers?id=1&id=2&id=1").status, 202);
    assert_eq!(
        (cloud.status(1), cloud.status(2)),
        ("DELETED".into(), "DELETED".into())
    );
    let ids: Vec<String> = (1..=11).map(|id| format!("id={id}")).collect();
    let seen = cloud.delete(&format!("/loadbalancers?{}", ids.join("&")));
    assert!(
        seen.fault()
            .1
            .contains("limit of accepted parameters is: 10"),
        "{}",
        seen.text
    );
    let seen = cloud.delete("/loadbalancers");
    let text = "Must supply one or more id's to process this request.";
    assert_eq!(seen.fault(), (400, text.to_owned()));
}

#[test]
fn others_have_balancers_of_their_own() {
    let mut cloud = Cloud::new();
    cloud.create("web");
    let demo = std::mem::take(&mut cloud.token);
    cloud.token = cloud.log_in("ann");
    let seen = cloud.send(
        "GET",
        "/loadbalancers/v1.0/ann/loadbalancers/1",
        String::new(),
    );
    assert_eq!(seen.status, 404);
    let seen = cloud.send(
        "GET",
        "/loadbalancers/v1.0/ann/loadbalancers",
        String::new(),
    );
    assert_eq!(seen.json(), json!({"loadBalancers": []}));
    assert_eq!(cloud.get("/loadbalancers").status, 401);
    cloud.token = demo;
    assert_eq!(cloud.world.left_over(), ["load balancer \"web\""]);
    cloud.delete("/loadbalancers/1");
    cloud.tick(1);
    assert_eq!(cloud.world.left_over(), Vec::<String>::new());
}

#[test]
fn lists_are_filtered_and_come_in_pages() {
    let mut cloud = Cloud::new();
    for name in ["a", "b", "c"] {
        cloud.create(name);
        cloud.tick(60);
    }
    let ids = |cloud: &mut Cloud, query: &str| {
        let body = cloud.get(&format!("/loadbalancers?{query}")).json();
        let list = body["loadBalancers"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        list.iter()
            .filter_map(|item| item["id"].as_u64())
            .collect::<Vec<u64>>()
    };
    assert_eq!(ids(&mut cloud, "name=b"), [2]);
    assert_eq!(ids(&mut cloud, "status=ERROR"), [0; 0]);
    assert_eq!(ids(&mut cloud, "nodeaddress=10.1.1.2"), [1, 2, 3]);
    assert_eq!(ids(&mut cloud, "nodeaddress=10.9.9.9"), [0; 0]);
    assert_eq!(
        ids(&mut cloud, "changes-since=1970-01-01T00:01:00Z"),
        [2, 3]
    );
    assert_eq!(ids(&mut cloud, "limit=2"), [1, 2]);
    assert_eq!(ids(&mut cloud, "limit=2&offset=2"), [3]);
    assert_eq!(ids(&mut cloud, "marker=2"), [2, 3]);
    assert_eq!(ids(&mut cloud, "marker=99"), [0; 0]);
    let page = cloud
        .get("/loadbalancers?limit=1&offset=1&cache-busting=xyz")
        .json();
    let link = |offset: u32| {
        format!(
            "http://cloud:8900{}/loadbalancers?offset={offset}&limit=1",
            super::ROOT
        )
    };
    let links = json!([{"href": link(2), "rel": "next"}, {"href": link(0), "rel": "previous"}]);
    assert_eq!(page["links"], links);
}

#[test]
fn without_hosts_nothing_is_built() {
    let mut cloud = Cloud::new();
    let everywhere = crate::vocabulary::place::Scope::everywhere();
    let down = crate::vocabulary::plan::HostChange::GoesDown;
    let act = crate::vocabulary::plan::TimedAct {
        at: std::time::Duration::ZERO,
        act: crate::vocabulary::plan::Act::Hosts(everywhere, down),
        scenario: None,
    };
    cloud
        .world
        .run_due(&[act], &mut crate::world::operations::oracle::AllIsWell);
    let id = cloud.create("web");
    assert_eq!(cloud.status(id), "ERROR");
}
