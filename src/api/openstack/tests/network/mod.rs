//! The network service: its kinds of things, their lists, tags, sharing and quotas.

mod addresses;
mod servers;

use super::*;

impl Cloud {
    /// Makes something in the network service; returns it as it is shown.
    fn provide(&mut self, path: &str, name: &str, wanted: Value) -> Value {
        let seen = self.post(&format!("/network/v2.0/{path}"), &json!({ name: wanted }));
        assert_eq!(seen.status, StatusCode::CREATED, "{}", seen.text);
        seen.json()[name].clone()
    }

    /// A network with a subnet; their ids.
    fn plain_network(&mut self, cidr: &str) -> (String, String) {
        let network = id(&self.provide("networks", "network", json!({"name": "inner"})));
        let wanted = json!({"network_id": network, "ip_version": 4, "cidr": cidr});
        let subnet = id(&self.provide("subnets", "subnet", wanted));
        (network, subnet)
    }

    fn router(&mut self, action: &str, router: &str, body: Value) -> Seen {
        self.put(
            &format!("/network/v2.0/routers/{router}/{action}_router_interface"),
            &body,
        )
    }
}

impl Seen {
    /// Status, type and message of one of Neutron's faults.
    fn neutron(&self) -> (u16, String, String) {
        let fault = &self.json()["NeutronError"];
        let text = |name: &str| fault[name].as_str().unwrap_or_default().to_owned();
        (self.status.as_u16(), text("type"), text("message"))
    }
}

fn id(shown: &Value) -> String {
    shown["id"].as_str().expect("an id").to_owned()
}

/// A cloud that has a way out.
fn with_outside() -> Cloud {
    Cloud::with(|blueprint| {
        blueprint
            .networks
            .push(crate::world::start::blueprint::NetworkPlan {
                name: "public".into(),
                cidr: "172.24.0.0/24".into(),
                external: true,
                ..Default::default()
            });
    })
}

#[test]
fn a_network_lives_and_dies_with_its_subnet() {
    let mut cloud = Cloud::of("demo");
    let (network, subnet) = cloud.plain_network("10.9.0.0/24");
    let shown = cloud
        .get(&format!("/network/v2.0/networks/{network}"))
        .json()["network"]
        .clone();
    assert_eq!(
        (
            &shown["status"],
            &shown["shared"],
            &shown["subnets"],
            &shown["mtu"]
        ),
        (
            &json!("ACTIVE"),
            &json!(false),
            &json!([subnet]),
            &json!(1450)
        )
    );
    assert!(
        shown.get("provider:network_type").is_none(),
        "that is for admins"
    );
    let shown = cloud.get(&format!("/network/v2.0/subnets/{subnet}")).json()["subnet"].clone();
    assert_eq!(shown["gateway_ip"], "10.9.0.1");
    assert_eq!(
        shown["allocation_pools"],
        json!([{"start": "10.9.0.2", "end": "10.9.0.254"}])
    );
    let path = format!("/network/v2.0/networks/{network}");
    let shown = cloud
        .put(&path, &json!({"network": {"name": "renamed"}}))
        .json();
    assert_eq!(
        (
            &shown["network"]["name"],
            &shown["network"]["revision_number"]
        ),
        (&json!("renamed"), &json!(1))
    );
    let port = id(&cloud.provide("ports", "port", json!({"network_id": network})));
    let (status, kind, _) = cloud.delete(&path).neutron();
    assert_eq!((status, kind.as_str()), (409, "NetworkInUse"));
    assert_eq!(
        cloud.delete(&format!("/network/v2.0/ports/{port}")).status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(cloud.delete(&path).status, StatusCode::NO_CONTENT);
    let told = cloud
        .get(&format!("/network/v2.0/subnets/{subnet}"))
        .neutron();
    assert_eq!(
        told,
        (
            404,
            "SubnetNotFound".into(),
            format!("Subnet {subnet} could not be found.")
        )
    );
}

#[test]
fn bodies_are_refused_in_neutrons_words() {
    let mut cloud = Cloud::of("demo");
    let mut told = |path: &str, body: Value| {
        let (status, kind, message) = cloud
            .post(&format!("/network/v2.0/{path}"), &body)
            .neutron();
        format!("{status} {kind}: {message}")
    };
    assert_eq!(
        told("networks", json!({})),
        "400 HTTPBadRequest: Unable to find 'network' in request body"
    );
    assert_eq!(
        told("networks", json!({"network": {"colour": "red"}})),
        "400 HTTPBadRequest: Unrecognized attribute(s) 'colour'"
    );
    assert_eq!(
        told("networks", json!({"network": {"status": "x"}})),
        "400 HTTPBadRequest: Attribute 'status' not allowed in POST"
    );
    assert_eq!(
        told("networks", json!({"network": {"admin_state_up": "maybe"}})),
        "400 InvalidInput: Invalid input for operation: 'maybe' cannot be converted to boolean."
    );
    assert_eq!(
        told(
            "networks",
            json!({"network": {"shared": true, "router:external": true}})
        ),
        "403 PolicyNotAuthorized: ((rule:create_network and rule:create_network:shared) and \
         rule:create_network:router:external) is disallowed by policy"
    );
    assert_eq!(
        told("ports", json!({"port": {}})),
        "400 HTTPBadRequest: Failed to parse request. Required attribute 'network_id' not specified"
    );
    let nowhere = uuid::Uuid::nil();
    assert_eq!(
        told("ports", json!({"port": {"network_id": nowhere}})),
        format!("404 NetworkNotFound: Network {nowhere} could not be found.")
    );
}

#[test]
fn lists_are_sorted_filtered_and_paged() {
    let mut cloud = Cloud::of("demo");
    for name in ["b", "c", "a"] {
        cloud.provide("networks", "network", json!({"name": name}));
    }
    let names = |seen: Seen| -> Vec<String> {
        let items = seen.json()["networks"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        items
            .iter()
            .map(|item| item["name"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    let list = "/network/v2.0/networks";
    let sorted = format!("{list}?shared=False&sort_key=name&sort_dir=desc");
    assert_eq!(names(cloud.get(&sorted)), ["c", "b", "a"]);
    assert_eq!(
        names(cloud.get(&format!("{list}?name=a&name=b"))),
        ["b", "a"]
    );
    let page = cloud.get(&format!("{sorted}&limit=2")).json();
    let next = page["networks_links"][0]["href"]
        .as_str()
        .expect("a link")
        .to_owned();
    assert!(
        next.starts_with("http://cloud:8900/network/v2.0/networks?"),
        "{next}"
    );
    let next = next.trim_start_matches("http://cloud:8900");
    assert_eq!(names(cloud.get(next)), ["a"]);
    let told = cloud
        .get(&format!("{list}?sort_key=colour&sort_dir=asc"))
        .neutron();
    assert_eq!(told.2, "['colour'] is invalid attribute for sort_keys");
}

#[test]
fn groups_have_rules_that_do_not_repeat() {
    let mut cloud = Cloud::of("demo");
    let group = cloud.provide("security-groups", "security_group", json!({"name": "web"}));
    assert_eq!(
        group["security_group_rules"].as_array().map(Vec::len),
        Some(2)
    );
    let rule = json!({
        "security_group_id": group["id"], "direction": "ingress", "protocol": "tcp",
        "port_range_min": 80, "port_range_max": 80, "remote_ip_prefix": "10.0.0.0/8",
    });
    let made = cloud.provide("security-group-rules", "security_group_rule", rule.clone());
    assert_eq!(
        (&made["ethertype"], &made["port_range_max"]),
        (&json!("IPv4"), &json!(80))
    );
    let mut told = |more: Value| {
        let mut wanted = rule.clone();
        json_patch::merge(&mut wanted, &more);
        let body = json!({"security_group_rule": wanted});
        let (status, kind, _) = cloud
            .post("/network/v2.0/security-group-rules", &body)
            .neutron();
        format!("{status} {kind}")
    };
    assert_eq!(told(json!({})), "409 SecurityGroupRuleExists");
    assert_eq!(
        told(json!({"port_range_min": 99})),
        "400 SecurityGroupInvalidPortRange"
    );
    assert_eq!(
        told(json!({"protocol": null})),
        "400 SecurityGroupProtocolRequiredWithPorts"
    );
    assert_eq!(
        told(json!({"protocol": "bogus"})),
        "400 SecurityGroupRuleInvalidProtocol"
    );
    assert_eq!(
        told(json!({"ethertype": "IPv6"})),
        "400 SecurityGroupRuleParameterConflict"
    );
    let taken = cloud.post(
        "/network/v2.0/security-groups",
        &json!({"security_group": {"name": "default"}}),
    );
    assert_eq!(taken.neutron().1, "SecurityGroupDefaultAlreadyExists");
}

#[test]
fn quotas_are_enforced() {
    let mut cloud = Cloud::of("admin");
    let project = cloud.get("/network/v2.0/quotas/tenant").json()["tenant"]["tenant_id"].clone();
    let path = format!("/network/v2.0/quotas/{}", project.as_str().expect("an id"));
    let set = cloud.put(&path, &json!({"quota": {"router": 1}})).json();
    assert_eq!(
        (&set["quota"]["router"], &set["quota"]["network"]),
        (&json!(1), &json!(-1))
    );
    cloud.provide("routers", "router", json!({}));
    let told = cloud
        .post("/network/v2.0/routers", &json!({"router": {}}))
        .neutron();
    let message = "Quota exceeded for resources: ['router'].";
    assert_eq!(told, (409, "OverQuota".into(), message.into()));
    let details = cloud.get(&format!("{path}/details")).json();
    assert_eq!(
        details["quota"]["router"],
        json!({"limit": 1, "used": 1, "reserved": 0})
    );
    assert_eq!(cloud.delete(&path).status, StatusCode::NO_CONTENT);
    cloud.provide("routers", "router", json!({}));
}

#[test]
fn others_see_what_is_shared_with_them() {
    let mut cloud = Cloud::of("demo");
    let (network, _) = cloud.plain_network("10.9.0.0/24");
    let path = format!("/network/v2.0/networks/{network}");
    cloud.log_in("joe");
    assert_eq!(cloud.get(&path).status, StatusCode::NOT_FOUND);
    let joe = cloud.get("/network/v2.0/quotas/tenant").json()["tenant"]["tenant_id"].clone();
    cloud.log_in("demo");
    let policy = json!({
        "object_type": "network", "object_id": network, "action": "access_as_shared", "target_tenant": joe,
    });
    let policy = id(&cloud.provide("rbac-policies", "rbac_policy", policy));
    cloud.log_in("joe");
    assert_eq!(cloud.get(&path).status, StatusCode::OK);
    let told = cloud.delete(&path).neutron();
    assert_eq!(told.2, "rule:delete_network is disallowed by policy");
    let port = id(&cloud.provide("ports", "port", json!({"network_id": network})));
    cloud.log_in("demo");
    let policy = format!("/network/v2.0/rbac-policies/{policy}");
    assert_eq!(cloud.delete(&policy).neutron().1, "RbacPolicyInUse");
    assert_eq!(
        cloud.delete(&format!("/network/v2.0/ports/{port}")).status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(cloud.delete(&policy).status, StatusCode::NO_CONTENT);
}

#[test]
fn tags_come_and_go() {
    let mut cloud = Cloud::of("demo");
    let (network, _) = cloud.plain_network("10.9.0.0/24");
    let tags = format!("/network/v2.0/networks/{network}/tags");
    assert_eq!(
        cloud.put(&format!("{tags}/red"), &json!({})).status,
        StatusCode::CREATED
    );
    cloud.post(&tags, &json!({"tags": ["blue", "red"]}));
    assert_eq!(cloud.get(&tags).json(), json!({"tags": ["red", "blue"]}));
    let found = |cloud: &mut Cloud, query: &str| {
        let found = cloud.get(&format!("/network/v2.0/networks?{query}")).json();
        found["networks"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(found(&mut cloud, "tags=red,blue"), 1);
    assert_eq!(
        found(&mut cloud, "not-tags-any=red"),
        1,
        "the other network"
    );
    assert_eq!(
        cloud.delete(&format!("{tags}/red")).status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        cloud.delete(&format!("{tags}/red")).neutron().1,
        "TagNotFound"
    );
}

#[test]
fn meters_have_labels_and_rules() {
    let mut cloud = Cloud::of("admin");
    let label = cloud.provide(
        "metering/metering-labels",
        "metering_label",
        json!({"name": "web"}),
    );
    let label = id(&label);
    let rule = |prefix: &str| json!({"metering_label_id": label, "remote_ip_prefix": prefix});
    let kind = "metering_label_rule";
    let made = cloud.provide("metering/metering-label-rules", kind, rule("10.0.0.7/24"));
    let made = id(&made);
    let path = format!("/network/v2.0/metering/metering-label-rules/{made}");
    let seen = cloud.get(&path).json()[kind].clone();
    assert_eq!(
        (&seen["remote_ip_prefix"], &seen["excluded"]),
        (&json!("10.0.0.0/24"), &json!(false))
    );
    let body = json!({ kind: rule("10.0.0.0/16") });
    let told = cloud.post("/network/v2.0/metering/metering-label-rules", &body);
    assert_eq!(
        told.json()["NeutronError"]["type"],
        "MeteringLabelRuleOverlaps",
        "{}",
        told.text
    );
    cloud.delete(&format!("/network/v2.0/metering/metering-labels/{label}"));
    assert_eq!(cloud.get(&path).status, StatusCode::NOT_FOUND);
    cloud.log_in("demo");
    let seen = cloud.post(
        "/network/v2.0/metering/metering-labels",
        &json!({"metering_label": {}}),
    );
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
}
