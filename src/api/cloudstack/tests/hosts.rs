//! Hosts in maintenance and out of it, and machines that move between them.

use serde_json::{Value, json};

use super::{Cloud, text};
use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::place::Scope;
use crate::vocabulary::plan::HostChange;

impl Cloud {
    fn host(&mut self, name: &str) -> Value {
        self.call("listHosts", &[("name", name)])["host"][0].clone()
    }

    /// Runs a command that answers with a job, to the job's end: its status and what it says.
    fn end_of(&mut self, command: &str, params: &[(&str, &str)]) -> (Value, Value) {
        let answer = self.call(command, params);
        let job = self.job(&text(&answer["jobid"]));
        (job["jobstatus"].clone(), job["jobresult"].clone())
    }

    /// What a failed job says.
    fn complaint(&mut self, command: &str, params: &[(&str, &str)]) -> String {
        let (status, result) = self.end_of(command, params);
        assert_eq!(status, 2, "{command}: {result}");
        text(&result["errortext"])
    }

    fn succeed(&mut self, command: &str, params: &[(&str, &str)]) -> Value {
        let (status, result) = self.end_of(command, params);
        assert_eq!(status, 1, "{command}: {result}");
        result
    }
}

#[test]
fn maintenance_empties_a_host_and_ends_when_it_is_cancelled() {
    let mut cloud = Cloud::new();
    let host = text(&cloud.host("host-1")["id"]);
    let id = cloud.deploy(&[("hostid", &host)]);
    let said = cloud.complaint("cancelHostMaintenance", &[("id", &host)]);
    assert_eq!(
        said,
        format!("Cannot perform cancelMaintenance when resource state is Enabled, hostId = {host}")
    );
    let result = cloud.succeed("prepareHostForMaintenance", &[("id", &host)]);
    assert_eq!(result["host"]["id"], host);
    assert_eq!(cloud.machine(&id)["hostname"], "host-2");
    assert_eq!(cloud.host("host-1")["resourcestate"], "Maintenance");
    let said = cloud.complaint("prepareHostForMaintenance", &[("id", &host)]);
    assert!(
        said.contains("when resource state is Maintenance"),
        "{said}"
    );
    cloud.succeed("cancelHostMaintenance", &[("id", &host)]);
    assert_eq!(cloud.host("host-1")["resourcestate"], "Enabled");
}

#[test]
fn a_host_that_refuses_maintenance_stays_as_it_is() {
    let mut cloud = Cloud::refusing(AgentCommand::MaintainCommand, "*", 1);
    let host = text(&cloud.host("host-1")["id"]);
    let said = cloud.complaint("prepareHostForMaintenance", &[("id", &host)]);
    assert_eq!(said, "Unable to prepare for maintenance host");
    assert_eq!(cloud.host("host-1")["resourcestate"], "Enabled");
}

#[test]
fn only_a_host_that_is_not_heard_of_can_be_given_up() {
    let mut cloud = Cloud::new();
    let host = text(&cloud.host("host-1")["id"]);
    cloud.deploy(&[("hostid", &host)]);
    let said = cloud.complaint("declareHostAsDegraded", &[("id", &host)]);
    assert!(said.ends_with("when host is in Up status"), "{said}");
    cloud.succeed("reconnectHost", &[("id", &host)]);
    cloud
        .world
        .change_hosts(&Scope::everywhere(), HostChange::GoesDown);
    assert_eq!(cloud.host("host-1")["state"], "Disconnected");
    assert_eq!(
        cloud.host("host-1")["state"],
        "Alert",
        "nobody is left to ask"
    );
    cloud.complaint("reconnectHost", &[("id", &host)]);
    let result = cloud.succeed("declareHostAsDegraded", &[("id", &host)]);
    assert_eq!(result["host"]["resourcestate"], "Degraded");
    cloud.complaint("declareHostAsDegraded", &[("id", &host)]);
    cloud.succeed("cancelHostAsDegraded", &[("id", &host)]);
    cloud.complaint("cancelHostAsDegraded", &[("id", &host)]);
}

#[test]
fn host_ha_has_a_provider_and_switches() {
    let mut cloud = Cloud::new();
    let host = cloud.host("host-1");
    let [id, cluster, zone] = ["id", "clusterid", "zoneid"].map(|name| text(&host[name]));
    let here = [("hostid", &*id)];
    let providers = |cloud: &mut Cloud, hypervisor| {
        cloud.call("listHostHAProviders", &[("hypervisor", hypervisor)])
    };
    let known = json!({"count": 1, "haprovider": [{"haprovider": "SimulatorHAProvider"}]});
    assert_eq!(providers(&mut cloud, "Simulator"), known);
    assert_eq!(providers(&mut cloud, "VMware"), json!({}));
    cloud.complaint("enableHAForHost", &here);
    let wrong = [("hostid", &*id), ("provider", "nobody")];
    let said = cloud.complaint("configureHAForHost", &wrong);
    assert_eq!(said, "Given HA provider does not exist");
    let right = [("hostid", &*id), ("provider", "simulatorhaprovider")];
    let result = cloud.succeed("configureHAForHost", &right);
    assert_eq!(result["hahost"]["hastate"], "Disabled");
    let result = cloud.succeed("enableHAForHost", &here);
    assert_eq!(result["hahost"]["hastate"], "Available");
    for (command, params, state) in [
        ("disableHAForCluster", ("clusterid", &*cluster), "Disabled"),
        ("enableHAForCluster", ("clusterid", &*cluster), "Available"),
        ("disableHAForZone", ("zoneid", &*zone), "Disabled"),
        ("enableHAForZone", ("zoneid", &*zone), "Available"),
        ("disableHAForHost", here[0], "Disabled"),
    ] {
        cloud.succeed(command, &[params]);
        let listed = cloud.call("listHostHAResources", &here);
        assert_eq!(listed["hostha"][0]["hastate"], state, "{command}");
    }
    let (status, _) = cloud.call_as("joe", "listHostHAResources", &[]);
    assert_eq!(status, 432);
}

#[test]
fn a_machine_moves_only_where_it_can() {
    let mut cloud = Cloud::new();
    let [first, second] = ["host-1", "host-2"].map(|name| text(&cloud.host(name)["id"]));
    let id = cloud.deploy(&[("hostid", &first)]);
    let machine = ("virtualmachineid", &*id);
    for (more, reason) in [
        (None, "Either hostId or storageId must be specified"),
        (Some(&first), "VM is already present on this host"),
    ] {
        let host = more.map(|host| ("hostid", &**host));
        let params: Vec<(&str, &str)> = [machine].into_iter().chain(host).collect();
        let (status, said) = cloud.refused("migrateVirtualMachine", &params);
        assert_eq!((status, said.contains(reason)), (431, true), "{said}");
    }
    let found = cloud.call("findHostsForMigration", &[machine]);
    let found = &found["host"][0];
    assert_eq!(found["id"], second);
    assert_eq!(found["suitableformigration"], true);
    assert_eq!(found["requiresStorageMotion"], false);
    let result = cloud.succeed("migrateVirtualMachine", &[machine, ("autoselect", "true")]);
    assert_eq!(result["virtualmachine"]["hostname"], "host-2");
    let back = [machine, ("hostid", &*first)];
    let result = cloud.succeed("migrateVirtualMachineWithVolume", &back);
    assert_eq!(result["virtualmachine"]["hostname"], "host-1");
    cloud.succeed("prepareHostForMaintenance", &[("id", &second)]);
    let there = [machine, ("hostid", &*second)];
    let (_, said) = cloud.refused("migrateVirtualMachine", &there);
    assert!(
        said.ends_with("has status: Up, state: Maintenance"),
        "{said}"
    );
    cloud.run("stopVirtualMachine", &id, &[]);
    let (_, said) = cloud.refused("migrateVirtualMachine", &back);
    assert!(said.starts_with("VM is not Running"), "{said}");
}

#[test]
fn snapshots_of_a_machine_need_the_right_state_of_it() {
    let mut cloud = Cloud::new();
    let id = cloud.deploy(&[]);
    let machine = ("virtualmachineid", &*id);
    let memory = ("snapshotmemory", "true");
    let answer = cloud.call("createVMSnapshot", &[machine, memory, ("name", "first")]);
    let snapshot = text(&answer["id"]);
    let job = cloud.job(&text(&answer["jobid"]));
    assert_eq!(job["jobresult"]["vmsnapshot"]["displayname"], "first");
    let listed = cloud.call("listVMSnapshot", &[machine]);
    let listed = &listed["vmSnapshot"][0];
    assert_eq!(
        (&listed["state"], &listed["type"]),
        (&json!("Ready"), &json!("DiskAndMemory"))
    );
    let which = ("vmsnapshotid", &*snapshot);
    let result = cloud.succeed("revertToVMSnapshot", &[which]);
    assert_eq!(result["virtualmachine"]["id"], id);
    cloud.run("stopVirtualMachine", &id, &[]);
    let (_, said) = cloud.refused("revertToVMSnapshot", &[which]);
    assert!(
        said.starts_with("VM Snapshot revert not allowed."),
        "{said}"
    );
    let (_, said) = cloud.refused("createVMSnapshot", &[machine, memory]);
    assert_eq!(
        said,
        "Can not snapshot memory when VM is not in Running state"
    );
    assert_eq!(cloud.call_as("joe", "deleteVMSnapshot", &[which]).0, 531);
    let result = cloud.succeed("deleteVMSnapshot", &[which]);
    assert_eq!(result, json!({"success": true}));
    assert_eq!(cloud.call("listVMSnapshot", &[machine]), json!({}));
}
