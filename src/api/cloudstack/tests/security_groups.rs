//! Security groups and their rules.

use serde_json::{Value, json};

use super::{Cloud, text};
use crate::vocabulary::command::AgentCommand;

impl Cloud {
    /// Calls a command that answers with a job, to the job's end.
    fn run_to_end(&mut self, command: &str, params: &[(&str, &str)]) -> Value {
        let job = text(&self.call(command, params)["jobid"]);
        self.job(&job)
    }

    fn group(&mut self, name: &str) -> Value {
        let groups = self.call("listSecurityGroups", &[("securitygroupname", name)]);
        groups["securitygroup"][0].clone()
    }
}

const WEB: [(&str, &str); 1] = [("securitygroupname", "web")];

fn web<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    WEB.iter().chain(more).copied().collect()
}

#[test]
fn several_networks_make_several_rules() {
    let mut cloud = Cloud::new();
    cloud.call(
        "createSecurityGroup",
        &[("name", "web"), ("description", "Doors")],
    );
    let job = cloud.run_to_end(
        "authorizeSecurityGroupIngress",
        &web(&[
            ("protocol", "TCP"),
            ("startport", "80"),
            ("endport", "81"),
            ("cidrlist", "10.0.0.0/8,0.0.0.0/0"),
        ]),
    );
    let added = &job["jobresult"]["securitygroup"]["ingressrule"];
    let said = |rule: &Value| {
        (
            text(&rule["cidr"]),
            rule["protocol"].clone(),
            rule["startport"].clone(),
            rule["endport"].clone(),
        )
    };
    let rules: Vec<_> = added.as_array().expect("rules").iter().map(said).collect();
    let rule = |cidr: &str| (cidr.to_owned(), json!("tcp"), json!(80), json!(81));
    assert_eq!(rules, [rule("10.0.0.0/8"), rule("0.0.0.0/0")]);
    let first = text(&added[0]["ruleid"]);
    let job = cloud.run_to_end("revokeSecurityGroupIngress", &[("id", &first)]);
    assert_eq!(job["jobresult"], json!({"success": true}));
    let left = cloud.group("web")["ingressrule"].clone();
    assert_eq!(left.as_array().map(Vec::len), Some(1), "{left}");
    assert_eq!(left[0]["cidr"], "0.0.0.0/0");
}

#[test]
fn rules_of_icmp_groups_and_all_look_as_they_were_asked_for() {
    let mut cloud = Cloud::new();
    for name in ["web", "db"] {
        cloud.call("createSecurityGroup", &[("name", name)]);
    }
    let icmp = [
        ("protocol", "icmp"),
        ("icmptype", "-1"),
        ("icmpcode", "-1"),
        ("cidrlist", "10.0.0.0/8"),
    ];
    cloud.run_to_end("authorizeSecurityGroupIngress", &web(&icmp));
    let from_group = [
        ("usersecuritygrouplist[0].account", "admin"),
        ("usersecuritygrouplist[0].group", "db"),
    ];
    cloud.run_to_end("authorizeSecurityGroupIngress", &web(&from_group));
    let web = cloud.group("web");
    let mut rules = web["ingressrule"].clone();
    for rule in rules.as_array_mut().expect("rules") {
        rule.as_object_mut().expect("a rule").remove("ruleid");
    }
    assert_eq!(
        rules,
        json!([
            {"protocol": "icmp", "icmptype": -1, "icmpcode": -1, "cidr": "10.0.0.0/8", "tags": []},
            {"protocol": "all", "account": "admin", "securitygroupname": "db", "tags": []},
        ])
    );
    let (status, why) = cloud.refused("deleteSecurityGroup", &[("name", "db")]);
    assert_eq!(
        (status, &*why),
        (
            536,
            "Cannot delete group when it's in use by other security groups"
        )
    );
}

#[test]
fn a_rule_about_what_goes_out_takes_the_place_of_all_of_it() {
    let mut cloud = Cloud::new();
    let group = cloud.call("createSecurityGroup", &[("name", "web")]);
    assert_eq!(group["securitygroup"]["egressrule"], json!([]));
    let id = text(&group["securitygroup"]["id"]).parse().expect("an id");
    let ways_out = |cloud: &Cloud| {
        let networking = &cloud.world.networking;
        let group = networking.groups.get(id).expect("the group");
        networking
            .rules_of(group)
            .filter(|rule| rule.is_way_out())
            .count()
    };
    assert_eq!(ways_out(&cloud), 2);
    let job = cloud.run_to_end(
        "authorizeSecurityGroupEgress",
        &web(&[
            ("protocol", "udp"),
            ("startport", "53"),
            ("endport", "53"),
            ("cidrlist", "10.0.0.0/8"),
        ]),
    );
    assert_eq!(ways_out(&cloud), 0);
    let rule = text(&job["jobresult"]["securitygroup"]["egressrule"][0]["ruleid"]);
    cloud.run_to_end("revokeSecurityGroupEgress", &[("id", &rule)]);
    assert_eq!(ways_out(&cloud), 2);
}

#[test]
fn what_makes_no_rule_fails_in_its_job() {
    let mut cloud = Cloud::new();
    cloud.call("createSecurityGroup", &[("name", "web")]);
    let some = [("cidrlist", "10.0.0.0/8")];
    cloud.run_to_end("authorizeSecurityGroupIngress", &web(&some));
    for (more, code, why) in [
        (
            &[][..],
            431,
            "At least one cidr or at least one security group needs to be specified",
        ),
        (
            &some,
            530,
            "Failed to authorize security group ingress rule(s)",
        ),
        (
            &[("cidrlist", "10.0.0.0/40")],
            431,
            "Invalid cidr 10.0.0.0/40",
        ),
        (
            &[("cidrlist", "10.0.0.0/8"), ("protocol", "smtp")],
            431,
            "Invalid protocol smtp",
        ),
        (
            &[
                ("cidrlist", "10.0.0.0/8"),
                ("protocol", "tcp"),
                ("startport", "9"),
                ("endport", "8"),
            ],
            431,
            "Invalid port range 9:8",
        ),
    ] {
        let job = cloud.run_to_end("authorizeSecurityGroupIngress", &web(more));
        assert_eq!(
            (
                &job["jobresult"]["errorcode"],
                &job["jobresult"]["errortext"]
            ),
            (&json!(code), &json!(why))
        );
    }
    let (status, _) = cloud.refused("authorizeSecurityGroupIngress", &some);
    assert_eq!(status, 431, "no group is named");
}

#[test]
fn every_account_has_a_group_that_stays() {
    let mut cloud = Cloud::new();
    assert_eq!(cloud.group("default")["account"], "admin");
    for (command, params) in [
        ("deleteSecurityGroup", [("name", "default")]),
        ("createSecurityGroup", [("name", "default")]),
    ] {
        assert_eq!(cloud.refused(command, &params).0, 431, "{command}");
    }
    cloud.deploy(&[]);
    assert_eq!(cloud.group("default")["virtualmachinecount"], 1);
}

#[test]
fn another_accounts_group_is_not_to_be_touched() {
    let mut cloud = Cloud::new();
    let group = cloud.call("createSecurityGroup", &[("name", "web")]);
    let id = text(&group["securitygroup"]["id"]);
    let (status, _) = cloud.call_as("joe", "deleteSecurityGroup", &[("id", &id)]);
    assert_eq!(status, 531);
    let (_, listed) = cloud.call_as("joe", "listSecurityGroups", &[("id", &id)]);
    assert_eq!(listed, json!({}));
}

#[test]
fn the_hosts_of_its_machines_hear_of_a_groups_rules() {
    let mut cloud = Cloud::refusing(AgentCommand::SecurityGroupRulesCmd, "host-1", 1);
    cloud.call("createSecurityGroup", &[("name", "web")]);
    let machine = cloud.deploy(&[("securitygroupnames", "web")]);
    assert_eq!(cloud.machine(&machine)["securitygroup"][0]["name"], "web");
    let job = cloud.run_to_end(
        "authorizeSecurityGroupIngress",
        &web(&[("cidrlist", "10.0.0.0/8")]),
    );
    assert_eq!(
        job["jobstatus"], 1,
        "that the host would not is nobody's to know"
    );
    assert_eq!(cloud.refusals[0].2, 0, "the host was asked");
    let (status, why) = cloud.refused("deleteSecurityGroup", &[("name", "web")]);
    assert_eq!(
        (status, &*why),
        (
            536,
            "Cannot delete group when it's in use by virtual machines"
        )
    );
}
