//! Requests that are refused, in the service's words.

use serde_json::{Value, json};

use super::{Cloud, ROOT};

const MISFIT: &str = "JSON does not match the expected schema";

fn balancer(changes: Value) -> Value {
    let mut body = json!({"name": "web", "protocol": "HTTP", "virtualIps": [{"type": "PUBLIC"}]});
    json_patch::merge(&mut body, &changes);
    json!({ "loadBalancer": body })
}

#[test]
fn all_that_is_wrong_is_told_together() {
    let mut cloud = Cloud::new();
    let seen = cloud.post("/loadbalancers", &json!({"loadBalancer": {}}));
    assert_eq!(
        seen.json(),
        json!({
            "validationErrors": {"messages": [
                "Must provide a name for the load balancer.",
                "Must provide a valid protocol for the load balancer.",
                "Must provide at least one virtual ip for the load balancer.",
            ]},
            "message": "Validation Failure",
            "code": 400,
            "details": "The object is not valid",
        })
    );
}

#[test]
fn values_out_of_range_have_their_own_words() {
    let cases = [
        (
            json!({"name": ""}),
            "Load balancer name is invalid. Please specify a valid name",
        ),
        (
            json!({"name": "x".repeat(129)}),
            "Load Balancer name must be less than or equal to 128",
        ),
        (
            json!({"protocol": "GOPHER"}),
            "Load balancer protocol is invalid. Please specify a valid protocol.",
        ),
        (
            json!({"algorithm": "BEST"}),
            "Load balancer algorithm is invalid. Please specify a valid algorithm.",
        ),
        (
            json!({"port": 0}),
            "Load balancer port is invalid. Please specify a valid port.",
        ),
        (
            json!({"port": -1}),
            "Load balancer port is invalid. Please specify a valid port.",
        ),
        (
            json!({"timeout": 10}),
            "Load balancer timeout is invalid. Please specify a valid timeout value.",
        ),
        (
            json!({"virtualIps": []}),
            "Must have at least one virtual ip for the load balancer",
        ),
        (
            json!({"virtualIps": [{}]}),
            "The virtual ip must have at least one of the following specified: id, type, ipVersion.",
        ),
        (
            json!({"virtualIps": [{"id": 1, "type": "PUBLIC"}]}),
            "If sharing a virtual ip please only specify the id.",
        ),
        (
            json!({"virtualIps": [{"type": "SERVICENET", "ipVersion": "IPV6"}]}),
            "Must specify a valid IP type. IPv6 supports the 'PUBLIC' type only.",
        ),
        (
            json!({"virtualIps": [{"id": 1}, {"type": "PUBLIC"}]}),
            "Must specify either a shared or new virtual ip.",
        ),
        (
            json!({"status": "ACTIVE"}),
            "Load balancer status field cannot be modified.",
        ),
        (
            json!({"healthMonitor": {"type": "CONNECT", "delay": 0, "timeout": 5, "attemptsBeforeDeactivation": 1}}),
            "Must specify valid delay range between 1 and 3600.",
        ),
        (
            json!({"nodes": [{"address": "127.0.0.1", "port": 80, "condition": "ENABLED"}]}),
            "Node ip is invalid. Please specify a valid ip.",
        ),
        (
            json!({"nodes": [{"address": "10.0.0.1", "condition": "ENABLED"}]}),
            "Must provide a valid port for the node.",
        ),
    ];
    for (changes, text) in cases {
        let mut cloud = Cloud::new();
        let seen = cloud.post("/loadbalancers", &balancer(changes.clone()));
        assert_eq!(seen.problems(), [text], "{changes}");
    }
}

#[test]
fn what_contradicts_itself_is_told_plainly() {
    let secondary =
        json!([{"address": "10.0.0.1", "port": 80, "condition": "ENABLED", "type": "SECONDARY"}]);
    let monitor = |kind: &str| json!({"type": kind, "delay": 1, "timeout": 1, "attemptsBeforeDeactivation": 1, "path": "/", "statusRegex": "."});
    let cases = [
        (
            json!({"protocol": "TCP"}),
            "Must provide port for TCP and UDP protocols.",
        ),
        (
            json!({"halfClosed": true}),
            "Must provide valid protocol for half close support, please view documentation for more details. ",
        ),
        (
            json!({"protocol": "HTTPS", "port": 8443, "httpsRedirect": true}),
            "HTTPS Redirect can only be enabled for HTTPS load balancers using port 443.",
        ),
        (
            json!({"protocol": "HTTPS", "healthMonitor": monitor("HTTP")}),
            "Protocol must be HTTP for an HTTP health monitor.",
        ),
        (
            json!({"protocol": "FTP", "contentCaching": {"enabled": true}}),
            "Content caching can only be enabled for HTTP loadbalancers.",
        ),
        (
            json!({"nodes": secondary}),
            "you must enable health monitoring to use secondary nodes",
        ),
        (
            json!({"virtualIps": [{"id": 77}]}),
            "Shared virtual ip could not be found. Please provide a valid virtual ip id to process this request.",
        ),
        (
            json!({"virtualIps": [{"type": "PUBLIC"}, {"type": "PUBLIC", "ipVersion": "IPV4"}]}),
            "Cannot supply more than one IPV4 virtual ip.",
        ),
    ];
    for (changes, text) in cases {
        let mut cloud = Cloud::new();
        let seen = cloud.post("/loadbalancers", &balancer(changes.clone()));
        assert_eq!(seen.fault(), (400, text.to_owned()), "{changes}");
    }
}

#[test]
fn what_does_not_fit_is_refused_before_anything_is_looked_up() {
    let mut cloud = Cloud::new();
    let cases = [
        ("POST", "/loadbalancers", "{"),
        ("POST", "/loadbalancers", ""),
        ("POST", "/loadbalancers", "[1]"),
        (
            "POST",
            "/loadbalancers",
            "{\"loadBalancer\": {\"colour\": \"red\"}}",
        ),
        (
            "POST",
            "/loadbalancers",
            "{\"loadBalancer\": {\"port\": \"http\"}}",
        ),
        (
            "PUT",
            "/loadbalancers/99/nodes/1",
            "{\"node\": {\"condition\": \"SLEEPY\"}}",
        ),
        ("POST", "/loadbalancers/99/nodes", "{\"nodes\": {}}"),
        (
            "PUT",
            "/loadbalancers/99/connectionlogging",
            "{\"enabled\": \"perhaps\"}",
        ),
    ];
    for (method, path, body) in cases {
        let seen = cloud.send(method, &format!("{ROOT}{path}"), body.to_owned());
        assert_eq!(
            (seen.status, seen.json()),
            (400, json!({"message": [MISFIT]})),
            "{body}"
        );
    }
}

#[test]
fn nodes_are_checked_against_each_other() {
    let mut cloud = Cloud::new();
    cloud.create("web");
    let node = |address: &str| json!({"address": address, "port": 80, "condition": "ENABLED"});
    let alike = json!({"nodes": [node("10.9.9.9"), node("10.9.9.9")]});
    let seen = cloud.post("/loadbalancers/1/nodes", &alike);
    let text = "Duplicate nodes detected. Please ensure that the ip address and port are unique for each node.";
    assert_eq!(seen.problems(), [text]);
    let seen = cloud.post(
        "/loadbalancers/1/nodes",
        &json!({"nodes": [node("10.1.1.1")]}),
    );
    let text = "Duplicate nodes detected. One or more nodes already configured on load balancer.";
    assert_eq!(seen.fault(), (422, text.to_owned()));
    let many: Vec<Value> = (1..=24).map(|n| node(&format!("10.2.2.{n}"))).collect();
    let seen = cloud.post("/loadbalancers/1/nodes", &json!({"nodes": many}));
    let text = "Nodes must not exceed 25 per load balancer.";
    assert_eq!(seen.fault(), (413, text.to_owned()));
}

#[test]
fn nodes_that_are_not_there_cannot_be_changed() {
    let mut cloud = Cloud::new();
    cloud.create("web");
    let text = "Node with id #9 not found for loadbalancer #1".to_owned();
    let update = json!({"node": {"weight": 2}});
    assert_eq!(
        cloud.put("/loadbalancers/1/nodes/9", &update).fault(),
        (404, text.clone())
    );
    assert_eq!(
        cloud.delete("/loadbalancers/1/nodes/9").fault(),
        (404, text)
    );
    let seen = cloud.get("/loadbalancers/1/nodes/9");
    assert_eq!(seen.fault(), (404, "Node not found".to_owned()));
    let seen = cloud.delete("/loadbalancers/1/nodes?id=1&id=9&id=8");
    assert_eq!(
        seen.problems(),
        ["Node ids 9,8 are not a part of your loadbalancer"]
    );
    let ids: Vec<String> = (1..=11).map(|id| format!("id={id}")).collect();
    let seen = cloud.delete(&format!("/loadbalancers/1/nodes?{}", ids.join("&")));
    let text = "Request to delete 11 nodes exceeds the account limit BATCH_DELETE_LIMIT of 10 please attempt to \
                delete fewer then 10 nodes";
    assert_eq!(seen.problems(), [text]);
    let fixed = json!({"node": {"address": "10.1.1.7", "port": 81, "weight": 101, "id": 3}});
    let seen = cloud.put("/loadbalancers/1/nodes/1", &fixed);
    assert_eq!(
        seen.problems(),
        [
            "Node ip field cannot be modified.",
            "Port field cannot be modified.",
            "Node weight is invalid. Range is 1-100. Please specify a valid weight.",
            "Node id field cannot be modified.",
        ]
    );
}

#[test]
fn a_primary_node_stays_enabled() {
    let mut cloud = Cloud::new();
    cloud.create("web");
    let disable = json!({"node": {"condition": "DISABLED"}});
    assert_eq!(cloud.put("/loadbalancers/1/nodes/1", &disable).status, 202);
    let text = "you must have at least one primary node enabled".to_owned();
    assert_eq!(
        cloud.put("/loadbalancers/1/nodes/2", &disable).fault(),
        (400, text.clone())
    );
    assert_eq!(
        cloud.delete("/loadbalancers/1/nodes/2").fault(),
        (400, text)
    );
    assert_eq!(cloud.delete("/loadbalancers/1/nodes?id=1&id=2").status, 202);
}

#[test]
fn nobody_has_more_than_twenty_five() {
    let mut cloud = Cloud::new();
    for n in 1..=25 {
        cloud.create(&format!("lb-{n}"));
    }
    let seen = cloud.post("/loadbalancers", &balancer(json!({})));
    let text = "Load balancer limit reached. Limit is set to '25'. Contact support if you would like to increase \
                your limit.";
    assert_eq!(seen.fault(), (413, text.to_owned()));
}

#[test]
fn unknown_paths_methods_and_callers_are_told() {
    let mut cloud = Cloud::new();
    cloud.create("web");
    assert_eq!(
        cloud.get("/nope").fault(),
        (404, "Object not Found".to_owned())
    );
    assert_eq!(
        cloud.get("/loadbalancers/web").fault(),
        (404, "Object not Found".to_owned())
    );
    assert_eq!(
        cloud.get("/loadbalancers/99").fault(),
        (404, "Load balancer not found".to_owned())
    );
    assert_eq!(
        cloud
            .send("PATCH", &format!("{ROOT}/loadbalancers/1"), String::new())
            .status,
        405
    );
    cloud.token = "wrong".to_owned();
    let text = "Invalid authentication credentials. Please review request and try again with valid credentials";
    assert_eq!(cloud.get("/loadbalancers").fault(), (401, text.to_owned()));
}
