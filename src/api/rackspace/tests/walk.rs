//! Every operation once, on a clock that stands still at zero.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Cloud, ROOT};
use crate::api::Dialect as _;
use crate::api::rackspace::Rackspace;
use crate::vocabulary::command::CommandId;

/// A request and the status that it gets. `B` stands for the balancer.
type Step = (&'static str, &'static str, Value, u16);

fn steps() -> Vec<Step> {
    let none = || Value::Null;
    let mapping = json!({"certificateMapping": {"hostName": "a.example.com", "privateKey": "k", "certificate": "c"}});
    let ssl = json!({"sslTermination": {"certificate": "c", "privatekey": "k", "securePort": 443, "enabled": true}});
    let node = json!({"nodes": [{"address": "10.1.1.3", "port": 80, "condition": "ENABLED"}]});
    let monitor =
        json!({"type": "CONNECT", "delay": 10, "timeout": 5, "attemptsBeforeDeactivation": 2});
    let access = |address: &str| json!({"accessList": [{"address": address, "type": "DENY"}]});
    let meta = |key: &str| json!({"metadata": [{"key": key, "value": "x"}]});
    vec![
        ("GET", "/loadbalancers", none(), 200),
        ("GET", "/loadbalancers/B", none(), 200),
        (
            "PUT",
            "/loadbalancers/B",
            json!({"loadBalancer": {"name": "other"}}),
            202,
        ),
        ("GET", "/loadbalancers/B/nodes", none(), 200),
        ("POST", "/loadbalancers/B/nodes", node, 202),
        (
            "PUT",
            "/loadbalancers/B/nodes",
            json!({"nodes": [{"id": 1, "weight": 3}]}),
            202,
        ),
        ("GET", "/loadbalancers/B/nodes/1", none(), 200),
        (
            "PUT",
            "/loadbalancers/B/nodes/1",
            json!({"node": {"weight": 2}}),
            202,
        ),
        ("GET", "/loadbalancers/B/nodes/events", none(), 200),
        ("DELETE", "/loadbalancers/B/nodes/7", none(), 202),
        ("DELETE", "/loadbalancers/B/nodes?id=2", none(), 202),
        ("GET", "/loadbalancers/B/nodes/1/metadata", none(), 200),
        ("POST", "/loadbalancers/B/nodes/1/metadata", meta("a"), 200),
        ("GET", "/loadbalancers/B/nodes/1/metadata/1", none(), 200),
        (
            "PUT",
            "/loadbalancers/B/nodes/1/metadata/1",
            json!({"meta": {"value": "y"}}),
            200,
        ),
        ("DELETE", "/loadbalancers/B/nodes/1/metadata/1", none(), 200),
        ("POST", "/loadbalancers/B/nodes/1/metadata", meta("b"), 200),
        (
            "DELETE",
            "/loadbalancers/B/nodes/1/metadata?id=2",
            none(),
            200,
        ),
        ("GET", "/loadbalancers/B/virtualips", none(), 200),
        (
            "POST",
            "/loadbalancers/B/virtualips",
            json!({"type": "PUBLIC", "ipVersion": "IPV6"}),
            202,
        ),
        ("DELETE", "/loadbalancers/B/virtualips/9000004", none(), 202),
        (
            "DELETE",
            "/loadbalancers/B/virtualips?id=9000001",
            none(),
            202,
        ),
        ("GET", "/loadbalancers/B/accesslist", none(), 200),
        (
            "POST",
            "/loadbalancers/B/accesslist",
            access("10.0.0.0/8"),
            202,
        ),
        ("DELETE", "/loadbalancers/B/accesslist/1", none(), 202),
        (
            "POST",
            "/loadbalancers/B/accesslist",
            access("10.0.0.1"),
            202,
        ),
        ("DELETE", "/loadbalancers/B/accesslist", none(), 202),
        ("GET", "/loadbalancers/B/healthmonitor", none(), 200),
        (
            "PUT",
            "/loadbalancers/B/healthmonitor",
            json!({"healthMonitor": monitor}),
            202,
        ),
        ("DELETE", "/loadbalancers/B/healthmonitor", none(), 202),
        ("GET", "/loadbalancers/B/sessionpersistence", none(), 200),
        (
            "PUT",
            "/loadbalancers/B/sessionpersistence",
            json!({"persistenceType": "SOURCE_IP"}),
            202,
        ),
        ("DELETE", "/loadbalancers/B/sessionpersistence", none(), 202),
        ("GET", "/loadbalancers/B/connectionlogging", none(), 200),
        (
            "PUT",
            "/loadbalancers/B/connectionlogging",
            json!({"enabled": true}),
            202,
        ),
        ("GET", "/loadbalancers/B/contentcaching", none(), 200),
        (
            "PUT",
            "/loadbalancers/B/contentcaching",
            json!({"enabled": true}),
            202,
        ),
        ("GET", "/loadbalancers/B/connectionthrottle", none(), 200),
        (
            "PUT",
            "/loadbalancers/B/connectionthrottle",
            json!({"maxConnections": 10}),
            202,
        ),
        ("DELETE", "/loadbalancers/B/connectionthrottle", none(), 202),
        ("GET", "/loadbalancers/B/errorpage", none(), 200),
        (
            "PUT",
            "/loadbalancers/B/errorpage",
            json!({"errorpage": {"content": "<html/>"}}),
            202,
        ),
        ("DELETE", "/loadbalancers/B/errorpage", none(), 202),
        ("PUT", "/loadbalancers/B/ssltermination", ssl, 202),
        ("GET", "/loadbalancers/B/ssltermination", none(), 200),
        (
            "GET",
            "/loadbalancers/B/ssltermination/ciphers",
            none(),
            200,
        ),
        (
            "GET",
            "/loadbalancers/B/ssltermination/certificatemappings",
            none(),
            200,
        ),
        (
            "POST",
            "/loadbalancers/B/ssltermination/certificatemappings",
            mapping,
            202,
        ),
        (
            "GET",
            "/loadbalancers/B/ssltermination/certificatemappings/1",
            none(),
            200,
        ),
        (
            "PUT",
            "/loadbalancers/B/ssltermination/certificatemappings/1",
            json!({"hostName": "b.example.com"}),
            202,
        ),
        (
            "DELETE",
            "/loadbalancers/B/ssltermination/certificatemappings/1",
            none(),
            202,
        ),
        ("DELETE", "/loadbalancers/B/ssltermination", none(), 202),
        ("GET", "/loadbalancers/B/metadata", none(), 200),
        ("POST", "/loadbalancers/B/metadata", meta("a"), 200),
        ("GET", "/loadbalancers/B/metadata/3", none(), 200),
        (
            "PUT",
            "/loadbalancers/B/metadata/3",
            json!({"meta": {"value": "y"}}),
            200,
        ),
        ("DELETE", "/loadbalancers/B/metadata/3", none(), 200),
        ("POST", "/loadbalancers/B/metadata", meta("b"), 200),
        ("DELETE", "/loadbalancers/B/metadata?id=4", none(), 200),
        ("GET", "/loadbalancers/B/stats", none(), 200),
        ("GET", "/loadbalancers/B/usage", none(), 200),
        ("GET", "/loadbalancers/B/usage/current", none(), 200),
        (
            "GET",
            "/loadbalancers/B/clustersourceaddresses",
            none(),
            200,
        ),
        ("GET", "/loadbalancers/usage", none(), 200),
        ("GET", "/loadbalancers/billable", none(), 200),
        ("GET", "/loadbalancers/algorithms", none(), 200),
        ("GET", "/loadbalancers/protocols", none(), 200),
        ("GET", "/loadbalancers/alloweddomains", none(), 200),
        ("GET", "/loadbalancers/absolutelimits", none(), 200),
        ("GET", "/loadbalancers/limittypes", none(), 200),
        ("GET", "/limits", none(), 200),
        ("GET", "/regionalsourceaddresses", none(), 200),
        ("GET", "/loadbalancers.atom", none(), 200),
        ("GET", "/loadbalancers/B.atom", none(), 200),
        ("DELETE", "/loadbalancers/B", none(), 202),
        ("DELETE", "/loadbalancers?id=2&id=3", none(), 202),
    ]
}

fn body_text(body: &Value) -> String {
    match body {
        Value::Null => String::new(),
        body => body.to_string(),
    }
}

#[test]
fn every_operation_answers() {
    let mut cloud = Cloud::new();
    let id = cloud.create("web");
    for name in ["second", "third"] {
        cloud.create(name);
    }
    for (method, path, body, status) in steps() {
        let path = path.replace('B', &id.to_string());
        let seen = cloud.send(method, &format!("{ROOT}{path}"), body_text(&body));
        assert_eq!(seen.status, status, "{method} {path}: {}", seen.text);
        if method == "GET" && !path.ends_with(".atom") {
            assert!(seen.json().is_object(), "{method} {path}: {}", seen.text);
        }
    }
    assert_eq!(
        cloud.get("/loadbalancers").json(),
        json!({"loadBalancers": []})
    );
}

#[test]
fn the_walk_leaves_out_nothing() {
    let command = |method: &str, path: &str| {
        let request = crate::api::Request {
            method: method.parse().expect("a method"),
            region: None,
            path: format!("{ROOT}{path}").replace('B', "1"),
            query: String::new(),
            headers: http::HeaderMap::new(),
            body: Ok(bytes::Bytes::new()),
            is_trusted: false,
        };
        let call = Rackspace.recognise(request);
        call.unwrap_or_else(|_| panic!("{method} {path}"))
            .command
            .name()
    };
    let mut walked: BTreeSet<&str> = steps()
        .iter()
        .map(|(method, path, ..)| command(method, path.split('?').next().unwrap_or_default()))
        .collect();
    walked.insert("loadbalancer.create_balancer");
    let all: BTreeSet<&str> = CommandId::all()
        .filter(|command| command.spec().service == "loadbalancer")
        .map(CommandId::name)
        .collect();
    assert_eq!(walked, all);
}

#[test]
fn a_new_balancer_is_shown_whole() {
    let mut cloud = Cloud::new();
    let body = json!({"loadBalancer": {
        "name": "web", "protocol": "HTTP", "virtualIps": [{"type": "PUBLIC"}],
        "nodes": [{"address": "10.1.1.1", "port": 80, "condition": "ENABLED"}],
        "metadata": [{"key": "color", "value": "red"}],
        "accessList": [{"address": "10.0.0.0/8", "type": "ALLOW"}],
        "sessionPersistence": {"persistenceType": "HTTP_COOKIE"},
    }});
    let seen = cloud.post("/loadbalancers", &body);
    let instant = json!({"time": "1970-01-01T00:00:00Z"});
    let expected = json!({"loadBalancer": {
        "name": "web", "id": 1, "protocol": "HTTP", "port": 80, "algorithm": "RANDOM",
        "status": "BUILD", "timeout": 30, "halfClosed": false, "httpsRedirect": false,
        "cluster": {"name": "cluster-1"},
        "created": instant, "updated": instant,
        "virtualIps": [
            {"id": 1, "address": "198.18.0.1", "type": "PUBLIC", "ipVersion": "IPV4"},
            {"id": 9_000_001, "address": "2001:0db8:7901:0000:0000:0000:0000:0001", "type": "PUBLIC",
             "ipVersion": "IPV6"},
        ],
        "sourceAddresses": {
            "ipv4Public": "198.18.255.5", "ipv4Servicenet": "10.183.250.137",
            "ipv6Public": "2001:0db8:7901:0000:0000:0000:0000:0005/64",
        },
        "nodes": [{"id": 1, "address": "10.1.1.1", "port": 80, "condition": "ENABLED", "type": "PRIMARY",
                   "status": "ONLINE", "weight": 1}],
        "metadata": [{"id": 1, "key": "color", "value": "red"}],
        "accessList": [{"id": 1, "address": "10.0.0.0/8", "type": "ALLOW"}],
        "sessionPersistence": {"persistenceType": "HTTP_COOKIE"},
        "connectionLogging": {"enabled": false},
        "contentCaching": {"enabled": false},
    }});
    assert_eq!((seen.status, seen.json()), (202, expected));
    assert_eq!(cloud.status(1), "ACTIVE");
}
