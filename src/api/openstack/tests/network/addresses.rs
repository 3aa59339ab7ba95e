//! Subnets, ports and floating addresses: who gets which address.

use super::*;

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
