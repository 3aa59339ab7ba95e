//! A server's network cards and groups, by way of Compute.

use super::*;

#[test]
fn cards_are_plugged_in_and_pulled_out() {
    let mut cloud = Cloud::of("demo");
    let server = cloud.create("web-1");
    let (network, _) = cloud.plain_network("10.9.0.0/24");
    let path = format!("/compute/v2.1/servers/{server}/os-interface");
    let own = id(&cloud.provide("ports", "port", json!({"network_id": network})));
    let attach = |what: Value| json!({"interfaceAttachment": what});
    let card = cloud.post(&path, &attach(json!({"port_id": own}))).json();
    assert_eq!(
        card["interfaceAttachment"]["fixed_ips"][0]["ip_address"],
        "10.9.0.2"
    );
    let made = cloud
        .post(&path, &attach(json!({"net_id": network})))
        .json();
    let made = made["interfaceAttachment"]["port_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let listed = cloud.get(&path).json();
    assert_eq!(
        listed["interfaceAttachments"].as_array().map(Vec::len),
        Some(3)
    );
    let told = cloud
        .post(&path, &attach(json!({"port_id": own})))
        .fault("conflictingRequest");
    assert_eq!(told, format!("Port {own} is still in use."));
    for card in [&own, &made] {
        assert_eq!(
            cloud.delete(&format!("{path}/{card}")).status,
            StatusCode::ACCEPTED
        );
    }
    assert_eq!(
        cloud.get(&format!("{path}/{own}")).status,
        StatusCode::NOT_FOUND
    );
    let port = cloud.get(&format!("/network/v2.0/ports/{own}")).json();
    assert_eq!(port["port"]["device_id"], "", "a client's port stays");
    let port = cloud.get(&format!("/network/v2.0/ports/{made}"));
    assert_eq!(
        port.status,
        StatusCode::NOT_FOUND,
        "one that was made for the server goes"
    );
}

#[test]
fn a_server_joins_and_leaves_groups() {
    let mut cloud = Cloud::of("demo");
    let server = cloud.create("web-1");
    cloud.provide("security-groups", "security_group", json!({"name": "web"}));
    let path = format!("/compute/v2.1/servers/{server}");
    let act = |cloud: &mut Cloud, action: &str, name: &str| {
        cloud.post(&format!("{path}/action"), &json!({action: {"name": name}}))
    };
    assert_eq!(
        act(&mut cloud, "addSecurityGroup", "web").status,
        StatusCode::ACCEPTED
    );
    let groups = cloud.get(&path).json()["server"]["security_groups"].clone();
    assert_eq!(groups, json!([{"name": "default"}, {"name": "web"}]));
    assert_eq!(
        act(&mut cloud, "removeSecurityGroup", "default").status,
        StatusCode::ACCEPTED
    );
    let groups = cloud.get(&format!("{path}/os-security-groups")).json();
    assert_eq!(groups["security_groups"][0]["name"], "web");
    act(&mut cloud, "removeSecurityGroup", "web");
    let server = cloud.get(&path).json()["server"].clone();
    assert_eq!(server.get("security_groups"), None);
    assert_eq!(
        act(&mut cloud, "addSecurityGroup", "none").status,
        StatusCode::NOT_FOUND
    );
}

#[test]
fn compute_speaks_of_networks_until_2_36() {
    let mut cloud = with_outside();
    cloud.log_in("demo");
    let server = cloud.create("web-1");
    let floating = cloud
        .post("/compute/v2.1/os-floating-ips", &json!({"pool": "public"}))
        .json();
    let address = floating["floating_ip"]["ip"].clone();
    let action = json!({"addFloatingIp": {"address": address}});
    let seen = cloud.post(&format!("/compute/v2.1/servers/{server}/action"), &action);
    assert_eq!(seen.status, StatusCode::ACCEPTED, "{}", seen.text);
    let listed = cloud.get("/compute/v2.1/os-floating-ips").json();
    assert_eq!(listed["floating_ips"][0]["instance_id"], server);
    let group = json!({"security_group": {"name": "web", "description": ""}});
    let group = cloud
        .post("/compute/v2.1/os-security-groups", &group)
        .json()["security_group"]
        .clone();
    let rule = json!({"security_group_rule": {
        "parent_group_id": group["id"], "ip_protocol": "tcp", "from_port": 80, "to_port": 80,
        "cidr": "10.0.0.0/8",
    }});
    let rule = cloud
        .post("/compute/v2.1/os-security-group-rules", &rule)
        .json();
    assert_eq!(
        rule["security_group_rule"]["ip_range"],
        json!({"cidr": "10.0.0.0/8"})
    );
    let networks = cloud.get("/compute/v2.1/os-tenant-networks").json();
    assert_eq!(networks["networks"][0]["cidr"], "10.0.0.0/24");
    cloud.at(36);
    for path in ["os-floating-ips", "os-security-groups", "os-networks"] {
        let seen = cloud.get(&format!("/compute/v2.1/{path}"));
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
    }
}
