//! Rules on public addresses, and on what leaves a network.

use super::*;

fn firewall<'a>(address: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut params = vec![
        ("ipaddressid", address),
        ("protocol", "tcp"),
        ("startport", "22"),
        ("endport", "22"),
    ];
    params.extend(more);
    params
}

#[test]
fn firewall_rules_live_on_addresses() {
    let mut cloud = Cloud::new();
    let [network, _, address] = cloud.served();
    let made = cloud.finish("createFirewallRule", &firewall(&address, &[]));
    let rule = &made["firewallrule"];
    assert_eq!(
        (&rule["startport"], &rule["endport"], &rule["cidrlist"]),
        (&json!(22), &json!(22), &json!("0.0.0.0/0"))
    );
    assert_eq!(
        (&rule["state"], &rule["networkid"]),
        (&json!("Active"), &json!(network))
    );
    let id = text(&rule["id"]);
    let (status, why) = cloud.refused("createFirewallRule", &firewall(&address, &[]));
    assert_eq!(
        (status, why),
        (
            537,
            format!("The range specified, 22-22, conflicts with rule {id} which has 22-22")
        )
    );
    cloud.finish(
        "createFirewallRule",
        &firewall(&address, &[("cidrlist", "10.0.0.0/8")]),
    );
    assert_eq!(
        cloud.count("listFirewallRules", &[("ipaddressid", &address)]),
        2
    );
    assert_eq!(
        cloud.finish("deleteFirewallRule", &[("id", &id)]),
        json!({"success": true})
    );
    assert_eq!(
        cloud.count("listFirewallRules", &[("ipaddressid", &address)]),
        1
    );
    cloud.finish("disassociateIpAddress", &[("id", &address)]);
    assert_eq!(cloud.call("listFirewallRules", &[]), json!({}));
}

#[test]
fn a_rule_that_the_router_refuses_is_none() {
    let mut cloud = Cloud::refusing(AgentCommand::SetFirewallRulesCommand, "*", 1);
    let [_, _, address] = cloud.served();
    let why = cloud.fail("createFirewallRule", &firewall(&address, &[]));
    assert_eq!(
        (&why["errorcode"], &why["errortext"]),
        (&json!(530), &json!("no"))
    );
    assert_eq!(cloud.call("listFirewallRules", &[]), json!({}));
    let made = cloud.finish("createFirewallRule", &firewall(&address, &[]));
    let id = text(&made["firewallrule"]["id"]);
    cloud
        .refusals
        .push((AgentCommand::SetFirewallRulesCommand, "*", 1));
    cloud.fail("deleteFirewallRule", &[("id", &id)]);
    assert_eq!(
        cloud.call("listFirewallRules", &[])["firewallrule"][0]["state"],
        "Revoke"
    );
}

#[test]
fn rules_say_what_is_wrong_with_them() {
    let mut cloud = Cloud::new();
    let [_, _, address] = cloud.served();
    for (more, why) in [
        (
            vec![("startport", "9"), ("endport", "7")],
            "Start port can't be bigger than end port",
        ),
        (
            vec![("startport", "70000")],
            "publicPort is an invalid value: 70000",
        ),
        (
            vec![("icmptype", "8")],
            "Can specify icmpCode and icmpType for ICMP protocol only",
        ),
        (
            vec![("protocol", "gre")],
            "Protocol gre is not supported in zone zone-1",
        ),
        (
            vec![("protocol", "icmp"), ("startport", "9")],
            "Can't specify start/end port when protocol is ICMP",
        ),
        (
            vec![("cidrlist", "10.0.0.0/8,x")],
            "Source cidrs formatting error x",
        ),
    ] {
        let mut params = vec![("ipaddressid", &*address)];
        if more.iter().all(|(name, _)| *name != "protocol") {
            params.push(("protocol", "tcp"));
        }
        params.extend(more);
        assert_eq!(
            cloud.refused("createFirewallRule", &params),
            (431, why.to_owned())
        );
    }
}

#[test]
fn egress_rules_belong_to_networks() {
    let mut cloud = Cloud::new();
    let [network, ..] = cloud.served();
    let params = [
        ("networkid", &*network),
        ("protocol", "icmp"),
        ("icmptype", "8"),
        ("icmpcode", "0"),
    ];
    let rule = cloud.finish("createEgressFirewallRule", &params)["firewallrule"].clone();
    assert_eq!(
        (&rule["icmptype"], &rule["icmpcode"]),
        (&json!(8), &json!(0))
    );
    assert!(rule.get("ipaddressid").is_none());
    assert_eq!(
        cloud.count("listEgressFirewallRules", &[("networkid", &network)]),
        1
    );
    assert_eq!(cloud.count("listFirewallRules", &[]), 0);
    cloud.finish("deleteEgressFirewallRule", &[("id", &text(&rule["id"]))]);
    assert_eq!(cloud.count("listEgressFirewallRules", &[]), 0);
}

fn forwarding<'a>(address: &'a str, machine: &'a str, port: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("ipaddressid", address),
        ("virtualmachineid", machine),
        ("protocol", "tcp"),
        ("publicport", port),
        ("privateport", "22"),
    ]
}

#[test]
fn ports_are_forwarded_to_machines() {
    let mut cloud = Cloud::new();
    let [network, machine, address] = cloud.served();
    let made = cloud.finish(
        "createPortForwardingRule",
        &forwarding(&address, &machine, "2222"),
    );
    let rule = made["portforwardingrule"].clone();
    for (field, value) in [
        ("publicport", "2222"),
        ("publicendport", "2222"),
        ("privateport", "22"),
        ("vmguestip", "10.1.1.2"),
        ("virtualmachinename", "web-1"),
        ("networkid", &network),
        ("state", "Active"),
    ] {
        assert_eq!(rule[field], value, "{field}");
    }
    let opened = cloud.call("listFirewallRules", &[("ipaddressid", &address)]);
    assert_eq!(
        opened["firewallrule"][0]["startport"], 2222,
        "it is let in as well"
    );
    let (status, why) = cloud.refused(
        "createPortForwardingRule",
        &forwarding(&address, &machine, "2222"),
    );
    assert!(
        status == 537 && why.starts_with("The range specified, 2222-2222, conflicts with rule"),
        "{why}"
    );
    let (status, _) = cloud.refused(
        "enableStaticNat",
        &[("ipaddressid", &address), ("virtualmachineid", &machine)],
    );
    assert_eq!(status, 537);
    let id = text(&rule["id"]);
    let changed = cloud.finish(
        "updatePortForwardingRule",
        &[("id", &id), ("privateport", "80")],
    );
    assert_eq!(changed["portforwardingrule"]["privateport"], "80");
    cloud.run("destroyVirtualMachine", &machine, &[("expunge", "true")]);
    assert_eq!(cloud.call("listPortForwardingRules", &[]), json!({}));
    assert_eq!(
        cloud.call("listFirewallRules", &[]),
        json!({}),
        "it goes with what it was made for"
    );
}

#[test]
fn an_address_can_be_one_machines() {
    let mut cloud = Cloud::new();
    let [_, machine, address] = cloud.served();
    let nat = [("ipaddressid", &*address), ("virtualmachineid", &*machine)];
    assert_eq!(
        cloud.call("enableStaticNat", &nat),
        json!({"success": true})
    );
    let shown = cloud.call("listPublicIpAddresses", &[("isstaticnat", "true")])["publicipaddress"]
        [0]
    .clone();
    assert_eq!(
        (&shown["virtualmachineid"], &shown["vmipaddress"]),
        (&json!(machine), &json!("10.1.1.2"))
    );
    assert_eq!(cloud.machine(&machine)["publicip"], shown["ipaddress"]);
    let (status, why) = cloud.refused(
        "createPortForwardingRule",
        &forwarding(&address, &machine, "80"),
    );
    assert_eq!(
        (status, why),
        (
            431,
            format!(
                "Unable to create port forwarding rule; ip id={address} has static nat enabled"
            )
        )
    );
    let rule = [
        ("ipaddressid", &*address),
        ("protocol", "tcp"),
        ("startport", "80"),
    ];
    let rule = cloud.finish("createIpForwardingRule", &rule)["ipforwardingrule"].clone();
    assert_eq!(
        (&rule["publicport"], &rule["virtualmachineid"]),
        (&json!("80"), &json!(machine))
    );
    cloud.finish("disableStaticNat", &[("ipaddressid", &address)]);
    assert_eq!(cloud.call("listIpForwardingRules", &[]), json!({}));
    assert!(cloud.machine(&machine).get("publicip").is_none());
}
