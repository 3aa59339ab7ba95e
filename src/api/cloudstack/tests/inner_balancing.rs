//! Load balancers inside of networks, and the limit of virtual private clouds.

use serde_json::{Value, json};

use super::{Cloud, text};
use crate::vocabulary::command::AgentCommand;

const INSIDE: &str = "DefaultIsolatedNetworkOfferingForVpcNetworksWithInternalLB";

/// A tier whose offering balances inside.
fn tier(cloud: &mut Cloud) -> String {
    let vpc = cloud.vpc();
    let params = [
        ("vpcid", &*vpc),
        ("gateway", "10.9.1.1"),
        ("netmask", "255.255.255.0"),
    ];
    cloud.network_as("admin", INSIDE, &params)
}

/// Makes a load balancer in a network; what it shows.
fn balancer(cloud: &mut Cloud, network: &str, port: &str, more: &[(&str, &str)]) -> Value {
    let mut params = vec![
        ("name", "inner"),
        ("algorithm", "roundrobin"),
        ("scheme", "Internal"),
        ("networkid", network),
        ("sourceipaddressnetworkid", network),
        ("sourceport", port),
        ("instanceport", "8080"),
    ];
    params.extend(more);
    cloud.finish("createLoadBalancer", &params)["loadbalancer"].clone()
}

fn machines(cloud: &mut Cloud) -> Value {
    cloud.call("listInternalLoadBalancerVMs", &[("listall", "true")])["internalloadbalancervm"]
        .clone()
}

#[test]
fn a_machine_of_the_clouds_own_balances_from_the_first_member_to_the_last_rule() {
    let mut cloud = Cloud::refusing(AgentCommand::CheckSshCommand, "nowhere", 0);
    let network = tier(&mut cloud);
    let first = balancer(
        &mut cloud,
        &network,
        "80",
        &[("sourceipaddress", "10.9.1.40")],
    );
    assert_eq!(
        (&first["sourceipaddress"], &first["loadbalancerrule"]),
        (
            &json!("10.9.1.40"),
            &json!([{ "sourceport": 80, "instanceport": 8080, "state": "Add" }])
        )
    );
    assert_eq!(machines(&mut cloud), Value::Null);
    let id = text(&first["id"]);
    let machine = cloud.deploy(&[("networkids", &network)]);
    let members = [("id", &*id), ("virtualmachineids", &*machine)];
    cloud.refusals.push((AgentCommand::CheckSshCommand, "*", 1));
    cloud.finish("assignToLoadBalancerRule", &members);
    let shown = cloud.call("listLoadBalancers", &[("id", &id)])["loadbalancer"][0].clone();
    assert_eq!(shown["loadbalancerrule"][0]["state"], "Active");
    assert_eq!(shown["loadbalancerinstance"][0]["id"], *machine);
    let own = machines(&mut cloud)[0].clone();
    for (field, value) in [
        ("state", "Running"),
        ("role", "INTERNAL_LB_VM"),
        ("guestipaddress", "10.9.1.40"),
        ("guestnetworkid", &*network),
    ] {
        assert_eq!(own[field], value, "{field}");
    }
    // Another at the same address shares the machine.
    let second = balancer(
        &mut cloud,
        &network,
        "81",
        &[("sourceipaddress", "10.9.1.40")],
    );
    cloud.run("deleteLoadBalancer", &id, &[]);
    assert_eq!(machines(&mut cloud)[0]["id"], own["id"]);
    cloud.run("stopInternalLoadBalancerVM", &text(&own["id"]), &[]);
    assert_eq!(machines(&mut cloud)[0]["state"], "Stopped");
    cloud.run("startInternalLoadBalancerVM", &text(&own["id"]), &[]);
    cloud.run("deleteLoadBalancer", &text(&second["id"]), &[]);
    assert_eq!(machines(&mut cloud), Value::Null);
    let left = cloud.call("listLoadBalancers", &[("networkid", &network)]);
    assert_eq!(left, json!({}));
    // The address is free again.
    let again = balancer(
        &mut cloud,
        &network,
        "80",
        &[("sourceipaddress", "10.9.1.40")],
    );
    assert_eq!(again["sourceipaddress"], "10.9.1.40");
}

#[test]
fn what_its_machine_refuses_is_undone() {
    let mut cloud = Cloud::new();
    let network = tier(&mut cloud);
    let id = text(&balancer(&mut cloud, &network, "80", &[])["id"]);
    let machine = cloud.deploy(&[("networkids", &network)]);
    let members = [("id", &*id), ("virtualmachineids", &*machine)];
    let refusal = (AgentCommand::LoadBalancerConfigCommand, "*", 1);
    cloud.refusals.push(refusal);
    cloud.fail("assignToLoadBalancerRule", &members);
    let shown = cloud.call("listLoadBalancers", &[("id", &id)])["loadbalancer"][0].clone();
    assert_eq!(shown["loadbalancerinstance"], json!([]));
    assert_eq!(machines(&mut cloud)[0]["state"], "Running");
    cloud.finish("assignToLoadBalancerRule", &members);
}

#[test]
fn a_network_balances_what_comes_from_where_its_offering_says() {
    let mut cloud = Cloud::new();
    let network = tier(&mut cloud);
    let vpc = text(&cloud.call("listNetworks", &[("id", &network)])["network"][0]["vpcid"]);
    let public = cloud.finish("associateIpAddress", &[("vpcid", &vpc)]);
    let public = text(&public["ipaddress"]["id"]);
    let params = [
        ("publicipid", &*public),
        ("networkid", &network),
        ("name", "outer"),
        ("algorithm", "source"),
        ("publicport", "80"),
        ("privateport", "80"),
    ];
    let (status, why) = cloud.refused("createLoadBalancerRule", &params);
    assert_eq!(
        (status, &*why),
        (
            431,
            &*format!("Scheme Public is not supported by the network offering {INSIDE}")
        )
    );
    let mut params = vec![
        ("name", "inner"),
        ("algorithm", "roundrobin"),
        ("scheme", "Public"),
        ("networkid", &*network),
        ("sourceipaddressnetworkid", &*network),
        ("sourceport", "80"),
        ("instanceport", "8080"),
    ];
    let why = cloud.refused("createLoadBalancer", &params).1;
    assert_eq!(why, "Invalid value for scheme. Supported value is internal");
    params[2] = ("scheme", "internal");
    params.push(("sourceipaddress", "10.8.1.1"));
    let why = cloud.refused("createLoadBalancer", &params).1;
    assert_eq!(why, "The requested IP is not in the network's CIDR subnet.");
}

#[test]
fn an_account_has_only_so_many_virtual_private_clouds() {
    let mut cloud = Cloud::new();
    let domain = cloud.first("listDomains", "domain", &[]);
    let holder = [("account", "admin"), ("domainid", &*domain)];
    let limit = [("resourcetype", "7"), ("max", "1")];
    let limit: Vec<(&str, &str)> = limit.into_iter().chain(holder).collect();
    let set = cloud.call("updateResourceLimit", &limit);
    assert_eq!(set["resourcelimit"]["resourcetypename"], "vpc");
    cloud.vpc();
    let (offering, zone) = (
        cloud.first("listVPCOfferings", "vpcoffering", &[]),
        cloud.zone(),
    );
    let params = [
        ("name", "second"),
        ("displaytext", "second"),
        ("cidr", "10.8.0.0/16"),
        ("vpcofferingid", &*offering),
        ("zoneid", &*zone),
    ];
    let (status, why) = cloud.refused("createVPC", &params);
    assert_eq!(status, 535, "{why}");
    assert!(
        why.starts_with("Maximum amount of resources of Type = 'vpc'"),
        "{why}"
    );
    let mine = cloud.call("listAccounts", &[("name", "admin")])["account"][0].clone();
    assert_eq!(
        (&mine["vpctotal"], &mine["vpclimit"]),
        (&json!(1), &json!("1"))
    );
}
