//! The parts of a balancer, from unset to set and back.

use serde_json::{Value, json};

use super::Cloud;

/// A cloud with one balancer.
fn cloud() -> Cloud {
    let mut cloud = Cloud::new();
    cloud.create("web");
    cloud
}

fn part(cloud: &mut Cloud, name: &str) -> Value {
    let seen = cloud.get(&format!("/loadbalancers/1/{name}"));
    assert_eq!(seen.status, 200, "{}", seen.text);
    seen.json()
}

#[test]
fn settings_are_made_shown_and_ended() {
    let monitor =
        json!({"type": "CONNECT", "delay": 10, "timeout": 5, "attemptsBeforeDeactivation": 2});
    let cases = [
        (
            "healthmonitor",
            "healthMonitor",
            monitor,
            "No health monitor found to delete.",
        ),
        (
            "sessionpersistence",
            "sessionPersistence",
            json!({"persistenceType": "HTTP_COOKIE"}),
            "Session persistence is already deleted.",
        ),
        (
            "connectionthrottle",
            "connectionThrottle",
            json!({"maxConnections": 100, "minConnections": 10}),
            "No connection throttle found to delete.",
        ),
    ];
    for (path, name, setting, nothing) in cases {
        let mut cloud = cloud();
        assert_eq!(part(&mut cloud, path), json!({ name: {} }));
        let path_of = format!("/loadbalancers/1/{path}");
        let seen = cloud.put(&path_of, &json!({ name: setting }));
        assert_eq!((seen.status, &*seen.text), (202, ""));
        assert_eq!(part(&mut cloud, path), json!({ name: setting }));
        assert_eq!(
            cloud.get("/loadbalancers/1").json()["loadBalancer"][name],
            setting
        );
        assert_eq!(cloud.delete(&path_of).status, 202);
        assert_eq!(part(&mut cloud, path), json!({ name: {} }));
        assert_eq!(cloud.delete(&path_of).fault(), (422, nothing.to_owned()));
    }
}

#[test]
fn switches_are_off_until_turned_on() {
    for (path, name) in [
        ("connectionlogging", "connectionLogging"),
        ("contentcaching", "contentCaching"),
    ] {
        let mut cloud = cloud();
        assert_eq!(part(&mut cloud, path), json!({ name: {"enabled": false} }));
        let body = json!({ name: {"enabled": "true"} });
        assert_eq!(
            cloud.put(&format!("/loadbalancers/1/{path}"), &body).status,
            202
        );
        assert_eq!(part(&mut cloud, path), json!({ name: {"enabled": true} }));
        assert_eq!(
            cloud.get("/loadbalancers/1").json()["loadBalancer"][name],
            json!({"enabled": true})
        );
    }
}

#[test]
fn a_monitor_changes_in_part_and_its_type_only_whole() {
    let mut cloud = cloud();
    let path = "/loadbalancers/1/healthmonitor";
    let seen = cloud.put(path, &json!({"type": "HTTP", "delay": 10}));
    let text = "Updating to HTTP/HTTPS monitor. Please provide all required fields.";
    assert_eq!(seen.fault(), (400, text.to_owned()));
    let connect =
        json!({"type": "CONNECT", "delay": 10, "timeout": 5, "attemptsBeforeDeactivation": 2});
    cloud.put(path, &connect);
    assert_eq!(
        cloud
            .put(path, &json!({"type": "CONNECT", "delay": 20}))
            .status,
        202
    );
    assert_eq!(
        part(&mut cloud, "healthmonitor")["healthMonitor"]["delay"],
        20
    );
    assert_eq!(
        part(&mut cloud, "healthmonitor")["healthMonitor"]["timeout"],
        5
    );
    let seen = cloud.put(path, &json!({"type": "CONNECT", "path": "/", "delay": 1}));
    let text =
        "A connect health monitor may not have a path. Use HTTP/HTTPS health monitor instead.";
    assert_eq!(seen.problems(), [text]);
    let seen = cloud.put(path, &json!({"type": "HTTPS", "delay": 1}));
    let text = "Cannot update Health Monitor to Type HTTPS because load balancer protocol is HTTP";
    assert_eq!(seen.fault(), (400, text.to_owned()));
    let http = json!({"type": "HTTP", "delay": 1, "timeout": 1, "attemptsBeforeDeactivation": 1, "path": "/",
                      "statusRegex": "^2"});
    assert_eq!(cloud.put(path, &http).status, 202);
    assert_eq!(
        part(&mut cloud, "healthmonitor"),
        json!({ "healthMonitor": http })
    );
}

#[test]
fn secondary_nodes_keep_the_monitor() {
    let mut cloud = cloud();
    let monitor =
        json!({"type": "CONNECT", "delay": 10, "timeout": 5, "attemptsBeforeDeactivation": 2});
    cloud.put("/loadbalancers/1/healthmonitor", &monitor);
    let secondary = json!({"nodes": [{"address": "10.1.1.9", "port": 80, "condition": "ENABLED", "type": "SECONDARY"}]});
    assert_eq!(cloud.post("/loadbalancers/1/nodes", &secondary).status, 202);
    let seen = cloud.delete("/loadbalancers/1/healthmonitor");
    assert!(
        seen.fault().1.starts_with("Can not delete HealthMonitor"),
        "{}",
        seen.text
    );
}

#[test]
fn the_error_page_goes_back_to_the_default() {
    let mut cloud = cloud();
    let default = part(&mut cloud, "errorpage");
    let own = json!({"errorpage": {"content": "<html>gone fishing</html>"}});
    let seen = cloud.put("/loadbalancers/1/errorpage", &own);
    assert_eq!((seen.status, seen.json()), (202, own.clone()));
    assert_eq!(part(&mut cloud, "errorpage"), own);
    assert_eq!(cloud.delete("/loadbalancers/1/errorpage").status, 202);
    assert_eq!(part(&mut cloud, "errorpage"), default);
    cloud.create_with("tcp", json!({"protocol": "TCP", "port": 80}));
    let seen = cloud.put("/loadbalancers/2/errorpage", &own);
    let text = "Custom error page is allowed only on loadbalancers with HTTP protocol.";
    assert_eq!(seen.fault(), (400, text.to_owned()));
}

#[test]
fn encryption_ends_at_the_balancer_and_its_key_is_never_shown() {
    let mut cloud = cloud();
    let path = "/loadbalancers/1/ssltermination";
    let text = "SSL termination not found for requested load balancer.";
    assert_eq!(cloud.get(path).fault(), (404, text.to_owned()));
    assert_eq!(cloud.delete(path).status, 400);
    let half = json!({"sslTermination": {"certificate": "c", "securePort": 443}});
    let text = "Must supply certificates(s), key and secure port for updating ssl termination cert and or key values.";
    assert_eq!(cloud.put(path, &half).problems(), [text]);
    let whole = json!({"sslTermination": {"certificate": "c", "privatekey": "k", "securePort": 443, "enabled": true,
                                          "secureTrafficOnly": false}});
    let shown = json!({"sslTermination": {"certificate": "c", "securePort": 443, "enabled": true,
                                          "secureTrafficOnly": false}});
    let seen = cloud.put(path, &whole);
    assert_eq!((seen.status, seen.json()), (202, shown.clone()));
    assert_eq!(cloud.get(path).json(), shown);
    assert_eq!(
        cloud.put(path, &json!({"secureTrafficOnly": true})).status,
        202
    );
    assert_eq!(cloud.get(path).json()["sslTermination"]["securePort"], 443);
    let usage = part(&mut cloud, "usage/current");
    assert_eq!(usage["loadBalancerUsageRecords"], json!([]));
    let seen = cloud.put("/loadbalancers/1", &json!({"port": 443}));
    assert!(
        seen.fault()
            .1
            .starts_with("Port currently assigned to SSL termination")
    );
}

#[test]
fn certificates_belong_to_host_names() {
    let mut cloud = cloud();
    let path = "/loadbalancers/1/ssltermination/certificatemappings";
    let mapping = json!({"certificateMapping": {"hostName": "a.example.com", "privateKey": "k", "certificate": "c"}});
    assert_eq!(cloud.post(path, &mapping).status, 404);
    let ssl = json!({"certificate": "c", "privatekey": "k", "securePort": 443, "enabled": true});
    cloud.put("/loadbalancers/1/ssltermination", &ssl);
    let shown =
        json!({"certificateMapping": {"id": 1, "hostName": "a.example.com", "certificate": "c"}});
    let seen = cloud.post(path, &mapping);
    assert_eq!((seen.status, seen.json()), (202, shown));
    let listed = json!({"certificateMappings": [{"certificateMapping": {"id": 1, "hostName": "a.example.com"}}]});
    assert_eq!(cloud.get(path).json(), listed);
    let text = "Certificate mapping not found for requested load balancer.";
    assert_eq!(
        cloud.get(&format!("{path}/9")).fault(),
        (404, text.to_owned())
    );
    let seen = cloud.post(path, &json!({"hostName": ""}));
    assert_eq!(
        seen.problems(),
        [
            "Host name is invalid. Please provide a valid host name.",
            "Must provide a private key for the certificate mapping.",
            "Must provide a certificate for the certificate mapping.",
        ]
    );
}

#[test]
fn addresses_are_shared_by_balancers_on_other_ports() {
    let mut cloud = cloud();
    let shared = json!({"virtualIps": [{"id": 1}], "port": 8080});
    cloud.create_with("same-address", shared.clone());
    let body =
        json!({"loadBalancer": {"name": "x", "protocol": "HTTP", "virtualIps": [{"id": "1"}]}});
    let seen = cloud.post("/loadbalancers", &body);
    let text =
        "Another load balancer is currently using the requested port with the shared virtual ip.";
    assert_eq!(seen.fault(), (400, text.to_owned()));
    assert_eq!(
        part(&mut cloud, "virtualips")["virtualIps"][0]["address"],
        "198.18.0.1"
    );
    let seen = cloud.put("/loadbalancers/2", &json!({"port": 80}));
    let text = "Port currently assigned to one of the virtual ips. Please verify protocol/port combinations.";
    assert_eq!(seen.fault(), (400, text.to_owned()));
}

#[test]
fn addresses_come_and_go_but_one_stays() {
    let mut cloud = cloud();
    let seen = cloud.post(
        "/loadbalancers/1/virtualips",
        &json!({"type": "PUBLIC", "ipVersion": "IPV6"}),
    );
    let added = json!({"id": 9_000_002, "address": "2001:0db8:7901:0000:0000:0000:0000:0002", "type": "PUBLIC",
                       "ipVersion": "IPV6"});
    assert_eq!((seen.status, seen.json()), (202, added));
    let seen = cloud.post(
        "/loadbalancers/1/virtualips",
        &json!({"type": "PUBLIC", "ipVersion": "IPV4"}),
    );
    let text =
        "Must specify a valid IP version, currently only IPv6 is supported for this operation.";
    assert_eq!(seen.problems(), [text]);
    assert_eq!(seen.json()["message"], "Validation fault");
    assert_eq!(
        cloud
            .delete("/loadbalancers/1/virtualips?id=1&id=9000001")
            .status,
        202
    );
    let seen = cloud.delete("/loadbalancers/1/virtualips/9000002");
    let text = "Cannot delete virtual ips. Minimum number of virtual ips required is 1.";
    assert_eq!(seen.fault(), (400, text.to_owned()));
    let seen = cloud.delete("/loadbalancers/1/virtualips/7");
    let text = "Must provide valid virtual ips, 7 could not be found.";
    assert_eq!(seen.fault(), (400, text.to_owned()));
}

#[test]
fn a_service_net_address_is_one() {
    let mut cloud = Cloud::new();
    cloud.create_with("inner", json!({"virtualIps": [{"type": "SERVICENET"}]}));
    let ips =
        json!([{"id": 1, "address": "10.183.0.1", "type": "SERVICENET", "ipVersion": "IPV4"}]);
    assert_eq!(part(&mut cloud, "virtualips")["virtualIps"], ips);
}

#[test]
fn the_access_list_grows_and_shrinks() {
    let mut cloud = cloud();
    let path = "/loadbalancers/1/accesslist";
    let text = "No access list found to delete";
    assert_eq!(cloud.delete(path).fault(), (422, text.to_owned()));
    let item = |address: &str| json!({"address": address, "type": "ALLOW"});
    let many = json!({"accessList": [item("10.0.0.0/8"), item("10.0.0.1")]});
    assert_eq!(cloud.post(path, &many).status, 202);
    // As libcloud sends a single one.
    assert_eq!(
        cloud
            .post(path, &json!({"networkItem": item("10.0.0.2")}))
            .status,
        202
    );
    let text = "Must supply a unique access list item to update the current list.";
    assert_eq!(
        cloud
            .post(path, &json!({"accessList": [item("10.0.0.2")]}))
            .fault(),
        (400, text.to_owned())
    );
    let text = "Network item with id 9 not found.";
    assert_eq!(
        cloud.delete(&format!("{path}/9")).fault(),
        (400, text.to_owned())
    );
    assert_eq!(cloud.delete(&format!("{path}?id=1&id=2")).status, 202);
    let left = json!({"accessList": [{"id": 3, "address": "10.0.0.2", "type": "ALLOW"}]});
    assert_eq!(part(&mut cloud, "accesslist"), left);
}

#[test]
fn metadata_is_the_same_on_balancers_and_nodes() {
    for path in [
        "/loadbalancers/1/metadata",
        "/loadbalancers/1/nodes/2/metadata",
    ] {
        let mut cloud = cloud();
        let body = json!({"metadata": [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]});
        let all = json!({"metadata": [{"id": 1, "key": "a", "value": "1"}, {"id": 2, "key": "b", "value": "2"}]});
        assert_eq!(cloud.post(path, &body).json(), all);
        assert_eq!(cloud.get(path).json(), all);
        let again = cloud.post(path, &json!({"meta": {"key": "a", "value": "3"}}));
        assert_eq!(again.status, 422);
        let updated = json!({"meta": {"id": 1, "key": "a", "value": "9"}});
        assert_eq!(
            cloud
                .put(&format!("{path}/1"), &json!({"value": "9"}))
                .json(),
            updated
        );
        assert_eq!(cloud.get(&format!("{path}/1")).json(), updated);
        let text = "Meta data item not found";
        assert_eq!(
            cloud.get(&format!("{path}/7")).fault(),
            (404, text.to_owned())
        );
        let seen = cloud.delete(&format!("{path}?id=1&id=7"));
        assert_eq!(
            seen.problems(),
            ["Metadata ids 7 are not a part of your loadbalancer"]
        );
        assert_eq!(cloud.delete(&format!("{path}?id=1&id=2")).status, 200);
        assert_eq!(cloud.get(path).json(), json!({"metadata": []}));
    }
}

#[test]
fn usage_is_told_hour_by_hour() {
    let mut cloud = cloud();
    cloud.tick(2 * 3600 + 1800);
    let body = part(&mut cloud, "usage");
    let records = body["loadBalancerUsageRecords"].as_array().expect("a list");
    let spans: Vec<(&str, &str, u64)> = records
        .iter()
        .map(|record| {
            let text = |name: &str| record[name].as_str().unwrap_or_default();
            (
                text("startTime"),
                text("endTime"),
                record["numPolls"].as_u64().unwrap_or(0),
            )
        })
        .collect();
    assert_eq!(
        spans,
        [
            ("1970-01-01T00:00:00Z", "1970-01-01T01:00:00Z", 12),
            ("1970-01-01T01:00:00Z", "1970-01-01T02:00:00Z", 12),
            ("1970-01-01T02:00:00Z", "1970-01-01T02:30:00Z", 6),
        ]
    );
    assert_eq!(records[0]["eventType"], "CREATE_LOADBALANCER");
    let later = part(&mut cloud, "usage?startTime=1970-01-01T02:00:00Z");
    assert_eq!(later["loadBalancerUsageRecords"][0]["id"], 3);
    let account = cloud.get("/loadbalancers/usage").json();
    assert_eq!(
        account["accountUsage"]["accountUsageRecords"][0]["numPublicVips"],
        2
    );
    assert_eq!(account["loadBalancerUsages"][0]["loadBalancerId"], 1);
}
