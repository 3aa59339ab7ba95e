//! What becomes of virtual machines.

use serde_json::{Value, json};

use super::{Cloud, text};
use crate::vocabulary::command::AgentCommand;

#[test]
fn a_machine_lives_and_dies() {
    let mut cloud = Cloud::new();
    let (id, job) = cloud.deploy_as("admin", &[("name", "web-1"), ("displayname", "Web")]);
    let job = cloud.job(&job);
    assert_eq!(
        (&job["jobstatus"], &job["jobresultcode"]),
        (&json!(1), &json!(0))
    );
    let machine = &job["jobresult"]["virtualmachine"];
    assert_eq!(
        (&machine["state"], &machine["hostname"]),
        (&json!("Running"), &json!("host-1"))
    );
    assert_eq!(machine["nic"][0]["ipaddress"], "10.0.0.2");
    for (command, state) in [
        ("stopVirtualMachine", "Stopped"),
        ("stopVirtualMachine", "Stopped"),
        ("startVirtualMachine", "Running"),
        ("rebootVirtualMachine", "Running"),
        ("destroyVirtualMachine", "Destroyed"),
    ] {
        let job = cloud.run(command, &id, &[]);
        assert_eq!(job["jobstatus"], 1, "{command}: {job}");
        assert_eq!(
            job["jobresult"]["virtualmachine"]["state"], state,
            "{command}"
        );
    }
    assert!(cloud.machine(&id).get("hostid").is_none());
    let recovered = cloud.call("recoverVirtualMachine", &[("id", &id)]);
    assert_eq!(recovered["virtualmachine"]["state"], "Stopped");
    cloud.run("destroyVirtualMachine", &id, &[]);
    assert_eq!(
        cloud.run("expungeVirtualMachine", &id, &[])["jobresult"],
        json!({"success": true})
    );
    assert_eq!(cloud.call("listVirtualMachines", &[("id", &id)]), json!({}));
}

#[test]
fn a_refused_start_is_retried_on_the_other_host() {
    let mut cloud = Cloud::refusing(AgentCommand::StartCommand, "host-1", 1);
    let id = cloud.deploy(&[]);
    let machine = cloud.machine(&id);
    assert_eq!(
        (&machine["state"], &machine["hostname"]),
        (&json!("Running"), &json!("host-2"))
    );
}

#[test]
fn a_machine_that_no_host_starts_ends_in_error_and_its_job_says_why() {
    let mut cloud = Cloud::refusing(AgentCommand::StartCommand, "*", 100);
    let (id, job) = cloud.deploy_as("admin", &[]);
    let job = cloud.job(&job);
    assert_eq!(
        (&job["jobstatus"], &job["jobresultcode"]),
        (&json!(2), &json!(530))
    );
    assert_eq!(job["jobresult"]["errorcode"], 533);
    let text = text(&job["jobresult"]["errortext"]);
    assert!(
        text.starts_with("Unable to create a deployment for VM instance"),
        "{text}"
    );
    assert_eq!(cloud.machine(&id)["state"], "Error");
}

#[test]
fn a_refused_stop_leaves_the_machine_running_unless_it_is_forced() {
    let mut cloud = Cloud::refusing(AgentCommand::StopCommand, "*", 2);
    let id = cloud.deploy(&[]);
    let job = cloud.run("stopVirtualMachine", &id, &[]);
    assert_eq!(
        job["jobresult"]["errortext"],
        "Unable to stop the virtual machine due to no"
    );
    assert_eq!(cloud.machine(&id)["state"], "Running");
    let job = cloud.run("stopVirtualMachine", &id, &[("forced", "true")]);
    assert_eq!(job["jobresult"]["virtualmachine"]["state"], "Stopped");
}

#[test]
fn what_a_machines_state_does_not_allow_fails_in_its_job() {
    let mut cloud = Cloud::new();
    let id = cloud.deploy(&[("startvm", "false"), ("name", "idle")]);
    assert_eq!(cloud.machine(&id)["state"], "Stopped");
    let said = |job: Value| {
        (
            job["jobstatus"].clone(),
            text(&job["jobresult"]["errortext"]),
        )
    };
    let (status, why) = said(cloud.run("rebootVirtualMachine", &id, &[]));
    assert_eq!(
        (status, why),
        (
            json!(2),
            format!("The Instance {id} (idle) is not running, unable to reboot it")
        )
    );
    let (_, why) = said(cloud.run("expungeVirtualMachine", &id, &[]));
    assert_eq!(why, "Please destroy vm with specified vmId before expunge");
    cloud.run("startVirtualMachine", &id, &[]);
    let (_, why) = said(cloud.run("startVirtualMachine", &id, &[]));
    assert_eq!(why, format!("The Instance {id} (idle) is already running"));
    let (status, why) = cloud.refused("recoverVirtualMachine", &[("id", &id)]);
    assert_eq!(
        (status, why),
        (431, format!("Vm with id {id} is not in the right state"))
    );
}

#[test]
fn placement_follows_the_request() {
    let mut cloud = Cloud::new();
    let hosts = cloud.call("listHosts", &[("name", "host-2")]);
    let host = text(&hosts["host"][0]["id"]);
    let id = cloud.deploy(&[("hostid", &host)]);
    assert_eq!(cloud.machine(&id)["hostname"], "host-2");
    cloud.run("stopVirtualMachine", &id, &[]);
    cloud.run("startVirtualMachine", &id, &[]);
    assert_eq!(
        cloud.machine(&id)["hostname"],
        "host-2",
        "a machine returns to its last host"
    );
    let other = cloud.first("listHosts", "host", &[("name", "host-1")]);
    cloud.run("stopVirtualMachine", &id, &[]);
    cloud.run("startVirtualMachine", &id, &[("hostid", &other)]);
    assert_eq!(cloud.machine(&id)["hostname"], "host-1");
    assert_eq!(
        cloud.call("listVirtualMachines", &[("hostid", &host)]),
        json!({})
    );
}

#[test]
fn a_list_has_the_parts_that_are_asked_for() {
    let mut cloud = Cloud::new();
    cloud.deploy(&[]);
    let parts = [
        ("nics", "nic"),
        ("stats", "cpuused"),
        ("secgrp", "securitygroup"),
        ("tmpl", "templateid"),
        ("servoff", "cpunumber"),
        ("volume", "rootdeviceid"),
        ("affgrp", "affinitygroup"),
    ];
    let mut shown = |details: &str| {
        let listed = cloud.call("listVirtualMachines", &[("details", details)]);
        listed["virtualmachine"][0].clone()
    };
    let (least, all) = (shown("min"), shown("all"));
    assert_eq!(least["state"], "Running");
    for (part, member) in parts {
        let own = shown(&format!("min,{part}"));
        let others = parts.iter().filter(|(other, _)| *other != part);
        assert!(least.get(member).is_none() && all.get(member).is_some());
        assert!(own.get(member).is_some(), "{part}");
        for (other, member) in others {
            assert!(own.get(*member).is_none(), "{part} without {other}");
        }
    }
    let (status, why) = cloud.refused("listVirtualMachines", &[("details", "min,moon")]);
    assert_eq!(status, 431);
    assert!(why.starts_with("The details parameter contains a non permitted value"));
}

#[test]
fn cards_are_as_they_are_asked_for() {
    let mut cloud = Cloud::new();
    let network = cloud.first("listNetworks", "network", &[]);
    let mac = ("macaddress", "02:00:00:00:00:99");
    let cards = [("networkids", &*network), mac];
    let id = cloud.deploy(&cards);
    assert_eq!(cloud.machine(&id)["nic"][0]["macaddress"], mac.1);
    let own = cloud.deploy_params();
    let mut params: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, &**value)).collect();
    params.extend(cards);
    let (status, why) = cloud.refused("deployVirtualMachine", &params);
    assert_eq!(status, 431);
    assert!(why.contains("is already used in network"), "{why}");

    let numbered = [
        ("nicnetworklist[0].nic", "0"),
        ("nicnetworklist[0].network", &*network),
    ];
    let id = cloud.deploy(&numbered);
    assert_eq!(cloud.machine(&id)["nic"][0]["networkid"], *network);
    params.extend(numbered);
    let (_, why) = cloud.refused("deployVirtualMachine", &params);
    assert!(
        why.starts_with("nicNetworkList can't be specified"),
        "{why}"
    );
}

#[test]
fn a_forced_reboot_may_end_on_another_host() {
    let mut cloud = Cloud::new();
    let id = cloud.deploy(&[]);
    assert_eq!(cloud.machine(&id)["hostname"], "host-1");
    cloud
        .refusals
        .push((AgentCommand::StartCommand, "host-1", 1));
    let job = cloud.run("rebootVirtualMachine", &id, &[("forced", "true")]);
    let machine = &job["jobresult"]["virtualmachine"];
    assert_eq!(
        (&machine["state"], &machine["hostname"]),
        (&json!("Running"), &json!("host-2"))
    );
}

#[test]
fn what_could_not_be_expunged_is_past_recovery() {
    let mut cloud = Cloud::refusing(AgentCommand::DeleteCommand, "*", 1);
    let id = cloud.deploy(&[]);
    cloud.run("destroyVirtualMachine", &id, &[]);
    let job = cloud.run("expungeVirtualMachine", &id, &[]);
    assert_eq!(job["jobstatus"], 2);
    assert_eq!(cloud.machine(&id)["state"], "Expunging");
    let (status, _) = cloud.refused("recoverVirtualMachine", &[("id", &id)]);
    assert_eq!(status, 431);
    let job = cloud.run("expungeVirtualMachine", &id, &[]);
    assert_eq!(job["jobstatus"], 1);
}

#[test]
fn into_a_disabled_zone_users_deploy_nothing() {
    let mut cloud = Cloud::new();
    let own = cloud.deploy_params();
    let params: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, &**value)).collect();
    let zone = &*own[2].1;
    let disabled = [("id", zone), ("allocationstate", "Disabled")];
    cloud.call("updateZone", &disabled);
    let (status, fault) = cloud.call_as("joe", "deployVirtualMachine", &params);
    let text = format!("Cannot perform this operation, Zone is currently disabled: {zone}");
    assert_eq!((status, &fault["errortext"]), (531, &json!(text)));
}

#[test]
fn affinity_groups_keep_machines_apart_or_together() {
    let mut cloud = Cloud::new();
    for (name, kind) in [("apart", "host anti-affinity"), ("near", "host affinity")] {
        cloud.outcome("createAffinityGroup", &[("name", name), ("type", kind)]);
    }
    let host = |cloud: &mut Cloud, id: &str| text(&cloud.machine(id)["hostname"]);
    let first = cloud.deploy(&[("affinitygroupnames", "apart")]);
    let second = cloud.deploy(&[("affinitygroupnames", "apart")]);
    assert_ne!(host(&mut cloud, &first), host(&mut cloud, &second));
    let shown = cloud.machine(&second)["affinitygroup"].clone();
    assert_eq!(
        (&shown[0]["name"], &shown[0]["type"]),
        (&json!("apart"), &json!("host anti-affinity"))
    );
    let third = cloud.deploy(&[("affinitygroupnames", "apart")]);
    assert_eq!(cloud.machine(&third)["state"], "Error");
    let hosts = cloud.call("findHostsForMigration", &[("virtualmachineid", &first)]);
    assert_eq!(hosts["host"][0]["suitableformigration"], false);

    let near = [("affinitygroupnames", "near")];
    let job = cloud.run("updateVMAffinityGroup", &second, &near);
    assert_eq!(job["jobstatus"], 2, "it runs");
    cloud.run("stopVirtualMachine", &second, &[]);
    cloud.run("updateVMAffinityGroup", &second, &near);
    cloud.run("startVirtualMachine", &second, &[]);
    let fourth = cloud.deploy(&near);
    assert_eq!(host(&mut cloud, &second), host(&mut cloud, &fourth));
    let apart = cloud.call("listAffinityGroups", &[("name", "apart")]);
    let members = json!([first, third]);
    assert_eq!(apart["affinitygroup"][0]["virtualmachineIds"], members);
    let (status, why) = cloud.refused(
        "updateVMAffinityGroup",
        &[("id", &first), ("affinitygroupnames", "moon")],
    );
    assert_eq!((status, &*why), (431, "Unable to find group by name moon"));
}

#[test]
fn a_machine_that_is_refused_does_not_go_where_its_group_forbids() {
    let mut cloud = Cloud::refusing(AgentCommand::StartCommand, "host-2", 9);
    let group = [("name", "apart"), ("type", "host anti-affinity")];
    cloud.outcome("createAffinityGroup", &group);
    let apart = [("affinitygroupnames", "apart")];
    let first = cloud.deploy(&apart);
    assert_eq!(cloud.machine(&first)["hostname"], "host-1");
    let second = cloud.deploy(&apart);
    assert_eq!(cloud.machine(&second)["state"], "Error");
}

#[test]
fn a_job_that_is_under_way_has_no_result_yet() {
    let mut cloud = Cloud::new();
    let (_, job) = cloud.deploy_as("admin", &[]);
    let jobs = cloud.call("listAsyncJobs", &[]);
    assert_eq!(
        (&jobs["count"], &jobs["asyncjobs"][0]["jobid"]),
        (&json!(1), &json!(job))
    );
    let (_, foreign) = cloud.call_as("joe", "listAsyncJobs", &[("listall", "true")]);
    assert_eq!(foreign, json!({}));
}
