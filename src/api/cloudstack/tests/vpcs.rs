//! Virtual private clouds.

use serde_json::{Value, json};

use super::{Cloud, text};
use crate::vocabulary::command::AgentCommand;

const TIER: &str = "DefaultIsolatedNetworkOfferingForVpcNetworks";

impl Cloud {
    pub(super) fn vpc(&mut self) -> String {
        let offering = [("name", "Default VPC offering")];
        let offering = self.first("listVPCOfferings", "vpcoffering", &offering);
        let zone = self.zone();
        let made = self.finish(
            "createVPC",
            &[
                ("name", "vpc"),
                ("displaytext", "A VPC"),
                ("cidr", "10.9.0.0/16"),
                ("vpcofferingid", &offering),
                ("zoneid", &zone),
            ],
        );
        text(&made["vpc"]["id"])
    }

    pub(super) fn tier(&mut self, vpc: &str, more: &[(&str, &str)]) -> String {
        let own = [
            ("vpcid", vpc),
            ("gateway", "10.9.1.1"),
            ("netmask", "255.255.255.0"),
        ];
        let params: Vec<(&str, &str)> = own.into_iter().chain(more.iter().copied()).collect();
        self.network_as("admin", TIER, &params)
    }

    pub(super) fn acl(&mut self, vpc: &str) -> String {
        let made = self.finish("createNetworkACLList", &[("name", "web"), ("vpcid", vpc)]);
        text(&made["networkacllist"]["id"])
    }

    fn numbers(&mut self, acl: &str) -> Vec<(u64, Value)> {
        let listed = self.call("listNetworkACLs", &[("aclid", acl)]);
        let items = listed["networkacl"].as_array().cloned().unwrap_or_default();
        let items = items.into_iter();
        items
            .map(|item| {
                (
                    item["number"].as_u64().unwrap_or(0),
                    item["startport"].clone(),
                )
            })
            .collect()
    }
}

#[test]
fn a_cloud_has_tiers_behind_one_router() {
    let mut cloud = Cloud::new();
    let vpc = cloud.vpc();
    let router = cloud.call("listRouters", &[("vpcid", &vpc)])["router"][0].clone();
    assert_eq!(router["state"], "Running");
    let source =
        cloud.call("listPublicIpAddresses", &[("vpcid", &vpc)])["publicipaddress"][0].clone();
    assert_eq!(
        (&source["issourcenat"], &source["ipaddress"]),
        (&json!(true), &router["publicip"])
    );
    let tier = cloud.tier(&vpc, &[]);
    let shown = cloud.call("listVPCs", &[("id", &vpc)])["vpc"][0].clone();
    assert_eq!(
        (&shown["state"], &shown["network"][0]["id"]),
        (&json!("Enabled"), &json!(tier))
    );
    let network =
        cloud.call("listNetworks", &[("vpcid", &vpc), ("forvpc", "true")])["network"][0].clone();
    assert_eq!(
        (&network["aclid"], &network["vpcname"]),
        (&Value::Null, &json!("vpc"))
    );
    let machine = cloud.deploy(&[("networkids", &tier)]);
    assert_eq!(cloud.machine(&machine)["nic"][0]["vpcname"], "vpc");
    let why = cloud.fail("deleteVPC", &[("id", &vpc)]);
    assert!(text(&why["errortext"]).contains("used by at least one network"));
    cloud.finish("restartVPC", &[("id", &vpc)]);
    cloud.finish("restartVPC", &[("id", &vpc), ("cleanup", "true")]);
    cloud.run("destroyVirtualMachine", &machine, &[("expunge", "true")]);
    cloud.finish("deleteNetwork", &[("id", &tier)]);
    cloud.finish("deleteVPC", &[("id", &vpc)]);
    assert_eq!(cloud.call("listVPCs", &[]), json!({}));
    assert_eq!(cloud.call("listRouters", &[("forvpc", "true")]), json!({}));
}

#[test]
fn tiers_fit_into_their_cloud() {
    let mut cloud = Cloud::new();
    let (vpc, zone, offering) = (cloud.vpc(), cloud.zone(), cloud.network_offering(TIER));
    cloud.tier(&vpc, &[]);
    for (gateway, why) in [
        (
            "10.8.1.1",
            "Network cidr 10.8.1.0/24 is not within the VPC's cidr 10.9.0.0/16".to_owned(),
        ),
        (
            "10.9.1.2",
            format!(
                "Network cidr 10.9.1.0/24 crosses other network cidr 10.9.1.0/24 belonging to the same vpc {vpc}"
            ),
        ),
    ] {
        let params = [
            ("name", "n"),
            ("networkofferingid", &*offering),
            ("zoneid", &*zone),
            ("vpcid", &*vpc),
            ("gateway", gateway),
            ("netmask", "255.255.255.0"),
        ];
        assert_eq!(cloud.refused("createNetwork", &params), (431, why));
    }
}

#[test]
fn addresses_of_a_cloud_lead_into_its_tiers() {
    let mut cloud = Cloud::new();
    let vpc = cloud.vpc();
    let tier = cloud.tier(&vpc, &[]);
    let machine = cloud.deploy(&[("networkids", &tier)]);
    let made = cloud.finish("associateIpAddress", &[("vpcid", &vpc)]);
    let address = text(&made["ipaddress"]["id"]);
    let rule = [
        ("ipaddressid", &*address),
        ("virtualmachineid", &*machine),
        ("networkid", &*tier),
        ("protocol", "tcp"),
        ("publicport", "80"),
        ("privateport", "8080"),
    ];
    cloud
        .refusals
        .push((AgentCommand::SetPortForwardingRulesVpcCommand, "*", 1));
    cloud.fail("createPortForwardingRule", &rule);
    let made = cloud.finish("createPortForwardingRule", &rule)["portforwardingrule"].clone();
    assert_eq!(
        (&made["networkid"], &made["state"]),
        (&json!(tier), &json!("Active"))
    );
    assert_eq!(
        cloud.call("listFirewallRules", &[]),
        json!({}),
        "tiers have lists for that"
    );
    let (status, _) = cloud.refused(
        "createFirewallRule",
        &[("ipaddressid", &address), ("protocol", "tcp")],
    );
    assert_eq!(status, 431);
}

#[test]
fn lists_decide_in_the_order_of_their_numbers() {
    let mut cloud = Cloud::new();
    let vpc = cloud.vpc();
    let acl = cloud.acl(&vpc);
    let tier = cloud.tier(&vpc, &[("aclid", &acl)]);
    let mut ids = Vec::new();
    for port in ["80", "443", "22"] {
        let item = [
            ("aclid", &*acl),
            ("protocol", "tcp"),
            ("startport", port),
            ("endport", port),
        ];
        let made = cloud.finish("createNetworkACL", &item)["networkacl"].clone();
        assert_eq!(
            (&made["startport"], &made["action"]),
            (&json!(port), &json!("Allow"))
        );
        ids.push(text(&made["id"]));
    }
    let numbered = |ports: [&str; 3]| -> Vec<(u64, Value)> {
        (1..).zip(ports.map(|port| json!(port))).collect()
    };
    assert_eq!(cloud.numbers(&acl), numbered(["80", "443", "22"]));
    cloud.finish(
        "moveNetworkAclItem",
        &[("id", &ids[2]), ("nextaclruleid", &ids[0])],
    );
    assert_eq!(cloud.numbers(&acl), numbered(["22", "80", "443"]));
    let item = [("aclid", &*acl), ("protocol", "tcp"), ("number", "2")];
    assert_eq!(
        cloud.refused("createNetworkACL", &item),
        (
            431,
            format!("ACL item with number 2 already exists in ACL: {acl}")
        )
    );
    cloud
        .refusals
        .push((AgentCommand::SetNetworkACLCommand, "*", 1));
    let machine = cloud.deploy(&[("networkids", &tier)]);
    cloud.fail(
        "updateNetworkACLItem",
        &[("id", &ids[0]), ("action", "deny")],
    );
    let changed = cloud.finish(
        "updateNetworkACLItem",
        &[("id", &ids[0]), ("traffictype", "egress")],
    );
    assert_eq!(
        (
            &changed["networkacl"]["action"],
            &changed["networkacl"]["traffictype"]
        ),
        (&json!("Allow"), &json!("Egress"))
    );
    cloud.finish("deleteNetworkACL", &[("id", &ids[1])]);
    assert_eq!(cloud.numbers(&acl).len(), 2);
    let why = cloud.fail("deleteNetworkACLList", &[("id", &acl)]);
    assert!(text(&why["errortext"]).starts_with("ACL is still associated"));
    let open = cloud.first(
        "listNetworkACLLists",
        "networkacllist",
        &[("name", "default_allow")],
    );
    cloud.finish(
        "replaceNetworkACLList",
        &[("aclid", &open), ("networkid", &tier)],
    );
    cloud.finish("deleteNetworkACLList", &[("id", &acl)]);
    let item = [("aclid", &*open), ("protocol", "tcp")];
    assert_eq!(
        cloud.refused("createNetworkACL", &item),
        (431, "Default ACL cannot be modified".into())
    );
    assert!(!machine.is_empty());
}

#[test]
fn clouds_have_private_ways_out() {
    let mut cloud = Cloud::new();
    let vpc = cloud.vpc();
    let gateway = [
        ("vpcid", &*vpc),
        ("gateway", "172.30.0.1"),
        ("netmask", "255.255.255.0"),
        ("ipaddress", "172.30.0.2"),
        ("vlan", "99"),
    ];
    let made = cloud.finish("createPrivateGateway", &gateway)["privategateway"].clone();
    assert_eq!(
        (&made["state"], &made["aclname"]),
        (&json!("Ready"), &json!("default_allow"))
    );
    let id = text(&made["id"]);
    let (status, _) = cloud.refused(
        "createStaticRoute",
        &[("gatewayid", &id), ("cidr", "10.9.5.0/24")],
    );
    assert_eq!(status, 431, "it is the cloud's own");
    let route = cloud.finish(
        "createStaticRoute",
        &[("gatewayid", &id), ("cidr", "192.168.0.0/16")],
    );
    let route = route["staticroute"].clone();
    assert_eq!(
        (&route["state"], &route["vpcgatewayid"], &route["nexthop"]),
        (&json!("Active"), &json!(id), &Value::Null)
    );
    let (status, _) = cloud.refused("deletePrivateGateway", &[("id", &id)]);
    assert_eq!(status, 431);
    cloud.finish("deleteStaticRoute", &[("id", &text(&route["id"]))]);
    cloud.finish("deletePrivateGateway", &[("id", &id)]);
    assert_eq!(cloud.call("listPrivateGateways", &[]), json!({}));
}

#[test]
fn offerings_of_clouds_are_made_and_removed() {
    let mut cloud = Cloud::new();
    let made = cloud.finish(
        "createVPCOffering",
        &[
            ("name", "small"),
            ("displaytext", "Small"),
            ("supportedservices", "Dhcp,SourceNat"),
        ],
    );
    let offering = made["vpcoffering"].clone();
    assert_eq!(
        (&offering["state"], &offering["service"][1]["name"]),
        (&json!("Disabled"), &json!("SourceNat"))
    );
    let id = text(&offering["id"]);
    let changed = cloud.finish("updateVPCOffering", &[("id", &id), ("state", "Enabled")]);
    assert_eq!(changed["vpcoffering"]["state"], "Enabled");
    cloud.finish("deleteVPCOffering", &[("id", &id)]);
    let usual = cloud.first("listVPCOfferings", "vpcoffering", &[("isdefault", "true")]);
    let why = cloud.fail("deleteVPCOffering", &[("id", &usual)]);
    assert_eq!(
        why["errortext"],
        "Default network offering can't be deleted"
    );
}

#[test]
fn the_first_rule_of_a_tier_without_a_list_brings_one() {
    let mut cloud = Cloud::new();
    let vpc = cloud.vpc();
    let tier = cloud.tier(&vpc, &[]);
    let rule = [
        ("networkid", &*tier),
        ("protocol", "tcp"),
        ("startport", "80"),
        ("endport", "80"),
    ];
    let made = cloud.finish("createNetworkACL", &rule)["networkacl"].clone();
    let network = cloud.call("listNetworks", &[("id", &tier)])["network"][0].clone();
    assert_eq!(made["aclid"], network["aclid"]);
    let name = text(&network["aclname"]);
    assert!(
        name.starts_with("VPC_vpc_Tier_") && name.ends_with(&tier),
        "{name}"
    );
    let again = cloud.finish("createNetworkACL", &rule)["networkacl"].clone();
    assert_eq!(again["aclid"], made["aclid"]);
}

#[test]
fn names_are_found_in_any_case() {
    let mut cloud = Cloud::new();
    let named = [("name", "default VPC Offering")];
    let listed = cloud.call("listVPCOfferings", &named);
    assert_eq!(listed["vpcoffering"][0]["name"], "Default VPC offering");
}
