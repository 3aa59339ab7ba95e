//! Load balancing: rules, their members, policies and certificates.

use serde_json::{Value, json};

use super::{Cloud, text};
use crate::vocabulary::command::AgentCommand;

/// What a rule is on.
struct Front {
    network: String,
    address: String,
}

/// A cloud with a network of admin's that has a machine, and a public address.
fn front(cloud: &mut Cloud) -> (Front, String) {
    let offering = [("name", "DefaultIsolatedNetworkOfferingWithSourceNatService")];
    let offering = cloud.first("listNetworkOfferings", "networkoffering", &offering);
    let zone = cloud.first("listZones", "zone", &[]);
    let network = cloud.call(
        "createNetwork",
        &[
            ("name", "front"),
            ("displaytext", "Front"),
            ("networkofferingid", &offering),
            ("zoneid", &zone),
        ],
    );
    let network = text(&network["network"]["id"]);
    let machine = cloud.deploy(&[("networkids", &network), ("name", "web-1")]);
    let address = cloud.run_to_end("associateIpAddress", &[("networkid", &network)]);
    let address = text(&address["jobresult"]["ipaddress"]["id"]);
    (Front { network, address }, machine)
}

impl Front {
    fn rule<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let own = [
            ("name", "web"),
            ("algorithm", "leastconn"),
            ("publicport", "80"),
            ("privateport", "8080"),
            ("publicipid", &self.address),
        ];
        let taken = |name: &str| more.iter().any(|(known, _)| *known == name);
        let own = own.into_iter().filter(|(name, _)| !taken(name));
        own.chain(more.iter().copied()).collect()
    }

    /// Makes a rule; its id.
    fn add(&self, cloud: &mut Cloud, more: &[(&str, &str)]) -> String {
        let job = cloud.run_to_end("createLoadBalancerRule", &self.rule(more));
        assert_eq!(job["jobstatus"], 1, "{job}");
        text(&job["jobresult"]["loadbalancer"]["id"])
    }
}

fn members(cloud: &mut Cloud, rule: &str) -> Vec<String> {
    let listed = cloud.call("listLoadBalancerRuleInstances", &[("id", rule)]);
    let all = listed["loadbalancerruleinstance"].as_array();
    all.into_iter()
        .flatten()
        .map(|it| text(&it["id"]))
        .collect()
}

fn said(job: &Value) -> (Value, String) {
    let result = &job["jobresult"];
    (result["errorcode"].clone(), text(&result["errortext"]))
}

#[test]
fn a_rule_tells_what_was_asked_for_and_its_ports_are_texts() {
    let mut cloud = Cloud::new();
    let (front, _) = front(&mut cloud);
    let id = front.add(&mut cloud, &[("cidrlist", "10.0.0.0/8")]);
    let listed = cloud.call("listLoadBalancerRules", &[("publicipid", &front.address)]);
    let rule = &listed["loadbalancerrule"][0];
    for (field, value) in [
        ("id", json!(id)),
        ("name", json!("web")),
        ("algorithm", json!("leastconn")),
        ("publicport", json!("80")),
        ("privateport", json!("8080")),
        ("cidrlist", json!("10.0.0.0/8")),
        ("networkid", json!(front.network)),
        ("state", json!("Active")),
        ("protocol", json!("tcp")),
    ] {
        assert_eq!(rule[field], value, "{field}");
    }
    let change = [("algorithm", "source"), ("description", "Front")];
    let job = cloud.run("updateLoadBalancerRule", &id, &change);
    let changed = &job["jobresult"]["loadbalancer"];
    assert_eq!(
        (&changed["algorithm"], &changed["description"]),
        (&json!("source"), &json!("Front"))
    );
    cloud.run("deleteLoadBalancerRule", &id, &[]);
    assert_eq!(cloud.call("listLoadBalancerRules", &[]), json!({}));
}

#[test]
fn what_does_not_go_together_is_refused() {
    let mut cloud = Cloud::new();
    let (front, machine) = front(&mut cloud);
    front.add(&mut cloud, &[]);
    for other in [&[][..], &[("cidrlist", "10.9.0.0/16")]] {
        let (status, _) = cloud.refused("createLoadBalancerRule", &front.rule(other));
        assert_eq!(status, 537, "{other:?}");
    }
    let forward = [
        ("ipaddressid", &*front.address),
        ("protocol", "tcp"),
        ("publicport", "80"),
        ("privateport", "80"),
        ("virtualmachineid", &machine),
    ];
    let (status, _) = cloud.refused("createPortForwardingRule", &forward);
    assert_eq!(status, 537);
    for (odd, why) in [
        (("algorithm", "dice"), "Invalid algorithm: dice"),
        (
            ("publicport", "70000"),
            "publicPort is an invalid value: 70000",
        ),
        (("protocol", "smtp"), "Invalid protocol: smtp"),
    ] {
        let refused = cloud.refused("createLoadBalancerRule", &front.rule(&[odd]));
        assert_eq!(refused, (431, why.to_owned()));
    }
}

#[test]
fn machines_come_to_a_rule_and_leave_it() {
    let mut cloud = Cloud::new();
    let (front, machine) = front(&mut cloud);
    let rule = front.add(&mut cloud, &[]);
    let with = [("virtualmachineids", &*machine)];
    let job = cloud.run("assignToLoadBalancerRule", &rule, &with);
    assert_eq!(job["jobresult"], json!({"success": true}));
    assert_eq!(members(&mut cloud, &rule), std::slice::from_ref(&machine));
    let again = cloud.run("assignToLoadBalancerRule", &rule, &with);
    assert_eq!(
        said(&again),
        (
            json!(431),
            format!("VM {machine} is already mapped to load balancer.")
        )
    );
    let whole = [("id", &*rule), ("lbvmips", "true")];
    let listed = cloud.call("listLoadBalancerRuleInstances", &whole);
    let card = cloud.machine(&machine)["nic"][0]["ipaddress"].clone();
    assert_eq!(listed["lbrulevmidip"][0]["lbvmipaddresses"], json!([card]));
    let found = cloud.call("listLoadBalancerRules", &[("virtualmachineid", &machine)]);
    assert_eq!(found["count"], 1);
    cloud.run("removeFromLoadBalancerRule", &rule, &with);
    assert_eq!(members(&mut cloud, &rule), [""; 0]);
    let by_address = [
        ("vmidipmap[0].vmid", &*machine),
        ("vmidipmap[0].vmip", card.as_str().expect("an address")),
    ];
    cloud.run("assignToLoadBalancerRule", &rule, &by_address);
    assert_eq!(members(&mut cloud, &rule), std::slice::from_ref(&machine));
    cloud.run("destroyVirtualMachine", &machine, &[("expunge", "true")]);
    assert_eq!(members(&mut cloud, &rule), [""; 0]);
}

#[test]
fn what_the_router_refuses_is_undone() {
    let mut cloud = Cloud::new();
    let (front, machine) = front(&mut cloud);
    let rule = front.add(&mut cloud, &[]);
    let refuse = |cloud: &mut Cloud| {
        cloud.refusals = vec![(AgentCommand::LoadBalancerConfigCommand, "*", 1)];
    };
    refuse(&mut cloud);
    let job = cloud.run(
        "assignToLoadBalancerRule",
        &rule,
        &[("virtualmachineids", &machine)],
    );
    assert_eq!(said(&job), (json!(530), "no".to_owned()));
    assert_eq!(members(&mut cloud, &rule), [""; 0]);
    refuse(&mut cloud);
    let job = cloud.run("updateLoadBalancerRule", &rule, &[("name", "other")]);
    assert_eq!(job["jobstatus"], 2);
    assert_eq!(
        cloud.call("listLoadBalancerRules", &[("name", "other")]),
        json!({})
    );
    refuse(&mut cloud);
    let job = cloud.run_to_end(
        "createLoadBalancerRule",
        &front.rule(&[("publicport", "81")]),
    );
    assert_eq!(job["jobstatus"], 2);
    assert_eq!(cloud.call("listLoadBalancerRules", &[])["count"], 1);
}

#[test]
fn a_rule_has_one_policy_of_each_kind() {
    let mut cloud = Cloud::new();
    let (front, _) = front(&mut cloud);
    let rule = front.add(&mut cloud, &[]);
    let sticky = [
        ("lbruleid", &*rule),
        ("methodname", "lbcookie"),
        ("name", "stay"),
        ("param[0].name", "cookie-name"),
    ];
    let job = cloud.run_to_end("createLBStickinessPolicy", &sticky);
    let policy = job["jobresult"]["stickinesspolicies"]["stickinesspolicy"][0].clone();
    assert_eq!(
        (&policy["methodname"], &policy["name"]),
        (&json!("LbCookie"), &json!("stay"))
    );
    assert_eq!(cloud.refused("createLBStickinessPolicy", &sticky).0, 431);
    let job = cloud.run_to_end(
        "createLBHealthCheckPolicy",
        &[("lbruleid", &rule), ("pingpath", "/up")],
    );
    let check = &job["jobresult"]["healthcheckpolicies"]["healthcheckpolicy"][0];
    assert_eq!(
        (&check["pingpath"], &check["responsetime"]),
        (&json!("/up"), &json!(2))
    );
    let listed = cloud.call("listLBHealthCheckPolicies", &[("lbruleid", &rule)]);
    assert_eq!(listed["healthcheckpolicies"][0]["lbruleid"], rule);
    cloud.run("deleteLBStickinessPolicy", &text(&policy["id"]), &[]);
    assert_eq!(
        cloud.call("listLBStickinessPolicies", &[("lbruleid", &rule)]),
        json!({})
    );
}

const CERTIFICATE: &str =
    "-----BEGIN CERTIFICATE-----\nbm8gcmVhbCBvbmU=\n-----END CERTIFICATE-----\n";
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";

#[test]
fn a_certificate_is_a_rules_that_speaks_ssl() {
    let mut cloud = Cloud::new();
    let (front, _) = front(&mut cloud);
    let upload = [
        ("name", "shop"),
        ("certificate", CERTIFICATE),
        ("privatekey", KEY),
    ];
    let certificate = cloud.call("uploadSslCert", &upload)["sslcert"].clone();
    let id = text(&certificate["id"]);
    assert!(
        text(&certificate["fingerprint"]).contains(':'),
        "{certificate}"
    );
    let plain = front.add(&mut cloud, &[]);
    let of = |rule: &str| [("lbruleid", rule.to_owned()), ("certid", id.clone())];
    let assign = |cloud: &mut Cloud, rule: &str| {
        let of = of(rule);
        let params: Vec<(&str, &str)> = of.iter().map(|(name, value)| (*name, &**value)).collect();
        cloud.run_to_end("assignCertToLoadBalancer", &params)
    };
    let job = assign(&mut cloud, &plain);
    assert_eq!(
        said(&job),
        (
            json!(431),
            "Bad LB protocol: Expected ssl got tcp".to_owned()
        )
    );
    let rule = front.add(&mut cloud, &[("publicport", "443"), ("protocol", "ssl")]);
    assert_eq!(assign(&mut cloud, &rule)["jobstatus"], 1);
    let listed = cloud.call("listSslCerts", &[("lbruleid", &rule)]);
    assert_eq!(listed["sslcert"][0]["loadbalancerrulelist"], json!([rule]));
    assert_eq!(
        cloud.refused("deleteSslCert", &[("id", &id)]),
        (431, "Certificate in use by a loadbalancer(s)".to_owned())
    );
    cloud.run_to_end("removeCertFromLoadBalancer", &[("lbruleid", &rule)]);
    cloud.call("deleteSslCert", &[("id", &id)]);
    assert_eq!(cloud.refused("listSslCerts", &[]).0, 431);
}

#[test]
fn no_rule_has_a_group_that_scales_on_its_own() {
    let mut cloud = Cloud::new();
    let (front, _) = front(&mut cloud);
    let rule = front.add(&mut cloud, &[]);
    let listed = cloud.call("listAutoScaleVmGroups", &[("lbruleid", &rule)]);
    assert_eq!(listed, json!({}));
}
