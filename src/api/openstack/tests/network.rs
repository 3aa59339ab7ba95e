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
            .push(crate::world::blueprint::NetworkPlan {
                name: "public".into(),
                id: None,
                cidr: "172.24.0.0/24".into(),
                external: true,
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
fn subnets_have_to_fit() {
    let mut cloud = Cloud::of("demo");
    let (network, _) = cloud.plain_network("10.9.0.0/24");
    let mut told = |more: Value| {
        let mut wanted = json!({"network_id": network, "ip_version": 4, "cidr": "10.8.0.0/24"});
        json_patch::merge(&mut wanted, &more);
        let seen = cloud.post("/network/v2.0/subnets", &json!({"subnet": wanted}));
        let (status, kind, message) = seen.neutron();
        format!("{status} {kind}: {message}")
    };
    assert!(told(json!({"cidr": "10.9.0.0/16"})).contains("overlaps with another subnet"));
    assert_eq!(
        told(json!({"ip_version": 6})),
        "400 InvalidInput: Invalid input for operation: cidr '10.8.0.0/24' does not match the ip_version '6'."
    );
    assert!(told(json!({"gateway_ip": "10.8.0.255"})).contains("Gateway is not valid on subnet"));
    let pool = |start: &str, end: &str| json!({"start": start, "end": end});
    assert_eq!(
        told(json!({"allocation_pools": [pool("10.8.0.9", "10.8.1.9")]})),
        "400 OutOfBoundsAllocationPool: The allocation pool 10.8.0.9-10.8.1.9 spans beyond the subnet cidr \
         10.8.0.0/24."
    );
    assert!(
        told(json!({"allocation_pools": [pool("10.8.0.1", "10.8.0.9")]}))
            .starts_with("409 GatewayConflictWithAllocationPools")
    );
    assert!(told(json!({"ipv6_ra_mode": "slaac"})).contains("not valid when ip_version is 4"));
}

#[test]
fn ports_take_the_addresses_that_they_ask_for() {
    let mut cloud = Cloud::of("demo");
    let (network, subnet) = cloud.plain_network("10.9.0.0/29");
    let port = |more: Value| {
        let mut wanted = json!({"network_id": network});
        json_patch::merge(&mut wanted, &more);
        wanted
    };
    let fixed = json!({"fixed_ips": [{"ip_address": "10.9.0.4"}]});
    let first = cloud.provide("ports", "port", port(fixed.clone()));
    assert_eq!(
        first["fixed_ips"],
        json!([{"subnet_id": subnet, "ip_address": "10.9.0.4"}])
    );
    assert_eq!(
        (&first["status"], &first["device_id"]),
        (&json!("DOWN"), &json!(""))
    );
    let taken = cloud
        .post("/network/v2.0/ports", &json!({"port": port(fixed)}))
        .neutron();
    assert_eq!(
        (taken.0, taken.1.as_str()),
        (409, "IpAddressAlreadyAllocated")
    );
    let ports = json!({"ports": [port(json!({})), port(json!({})), port(json!({}))]});
    let made = cloud.post("/network/v2.0/ports", &ports).json();
    let addresses: Vec<&Value> = (0..3)
        .map(|n| &made["ports"][n]["fixed_ips"][0]["ip_address"])
        .collect();
    assert_eq!(addresses, ["10.9.0.2", "10.9.0.3", "10.9.0.5"]);
    // One address is left: neither of two is made.
    let ports = json!({"ports": [port(json!({})), port(json!({}))]});
    let (status, kind, _) = cloud.post("/network/v2.0/ports", &ports).neutron();
    assert_eq!((status, kind.as_str()), (409, "IpAddressGenerationFailure"));
    let path = format!("/network/v2.0/ports/{}", id(&first));
    let moved = json!({"port": {"fixed_ips": [{"ip_address": "10.9.0.6"}]}});
    let moved = cloud.put(&path, &moved).json()["port"].clone();
    assert_eq!(moved["fixed_ips"][0]["ip_address"], "10.9.0.6");
    let found = cloud
        .get("/network/v2.0/ports?fixed_ips=ip_address=10.9.0.6")
        .json();
    assert_eq!(found["ports"][0]["id"], first["id"]);
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
fn a_floating_address_leads_to_a_server_through_a_router() {
    let mut cloud = with_outside();
    cloud.log_in("demo");
    let public = cloud
        .get("/network/v2.0/networks?router:external=true")
        .json()["networks"][0]
        .clone();
    let (network, subnet) = cloud.plain_network("10.9.0.0/24");
    let image = cloud.image();
    let body = json!({"server": {
        "name": "web", "flavorRef": "1", "imageRef": image, "networks": [{"uuid": network}],
    }});
    let server = id(&cloud.post("/compute/v2.1/servers", &body).json()["server"]);
    let ports = cloud
        .get(&format!("/network/v2.0/ports?device_id={server}"))
        .json();
    let port = id(&ports["ports"][0]);
    let wanted = json!({"floating_network_id": public["id"], "port_id": port});
    let (status, kind, _) = cloud
        .post("/network/v2.0/floatingips", &json!({"floatingip": wanted}))
        .neutron();
    assert_eq!(
        (status, kind.as_str()),
        (404, "ExternalGatewayForFloatingIPNotFound")
    );
    let gateway = json!({"external_gateway_info": {"network_id": public["id"]}});
    let router = id(&cloud.provide("routers", "router", gateway));
    assert_eq!(
        cloud
            .router("add", &router, json!({"subnet_id": subnet}))
            .status,
        StatusCode::OK
    );
    let floating = cloud.provide("floatingips", "floatingip", wanted);
    assert_eq!(
        (
            &floating["status"],
            &floating["router_id"],
            &floating["fixed_ip_address"]
        ),
        (&json!("ACTIVE"), &json!(router), &json!("10.9.0.2"))
    );
    let addresses = cloud.get(&format!("/compute/v2.1/servers/{server}")).json();
    let addresses = &addresses["server"]["addresses"]["inner"];
    assert_eq!(addresses[1]["OS-EXT-IPS:type"], "floating");
    assert_eq!(addresses[1]["addr"], floating["floating_ip_address"]);
    let (status, kind, _) = cloud
        .router("remove", &router, json!({"subnet_id": subnet}))
        .neutron();
    assert_eq!(
        (status, kind.as_str()),
        (409, "RouterInterfaceInUseByFloatingIP")
    );
    cloud.delete(&format!("/compute/v2.1/servers/{server}"));
    let path = format!("/network/v2.0/floatingips/{}", id(&floating));
    let freed = cloud.get(&path).json()["floatingip"].clone();
    assert_eq!(
        (&freed["status"], &freed["port_id"]),
        (&json!("DOWN"), &json!(null))
    );
    assert_eq!(
        cloud
            .router("remove", &router, json!({"subnet_id": subnet}))
            .status,
        StatusCode::OK
    );
    for path in [
        path,
        format!("/network/v2.0/routers/{router}"),
        format!("/network/v2.0/networks/{network}"),
    ] {
        assert_eq!(cloud.delete(&path).status, StatusCode::NO_CONTENT, "{path}");
    }
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
fn cards_that_make_their_own_addresses_do() {
    let mut cloud = Cloud::of("demo");
    let (network, _) = cloud.plain_network("10.9.0.0/24");
    let early = id(&cloud.provide("ports", "port", json!({"network_id": network})));
    cloud.provide(
        "subnets",
        "subnet",
        json!({
            "network_id": network, "ip_version": 6, "cidr": "fd00:9::/64",
            "ipv6_ra_mode": "slaac", "ipv6_address_mode": "slaac",
        }),
    );
    let mac = json!({"network_id": network, "mac_address": "fa:16:3e:01:02:03"});
    let late = cloud.provide("ports", "port", mac);
    assert_eq!(
        late["fixed_ips"][1]["ip_address"],
        "fd00:9::f816:3eff:fe01:203"
    );
    let early = cloud.get(&format!("/network/v2.0/ports/{early}")).json();
    assert_eq!(early["port"]["fixed_ips"].as_array().map(Vec::len), Some(2));
}

#[test]
fn an_automatic_network_is_made_for_who_has_none() {
    let mut cloud = Cloud::with(|blueprint| {
        blueprint.networks[0].external = true;
    });
    cloud.log_in("demo");
    let image = cloud.image();
    let body = json!({"server": {
        "name": "web", "flavorRef": "1", "imageRef": image, "networks": "auto",
    }});
    let server = id(&cloud.at(37).post("/compute/v2.1/servers", &body).json()["server"]);
    let addresses = cloud
        .get(&format!("/compute/v2.1/servers/{server}/ips"))
        .json();
    assert_eq!(
        addresses["addresses"]["auto_allocated_network"][0]["addr"],
        "192.168.0.2"
    );
}

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
