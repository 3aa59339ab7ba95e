//! Storage pools: what is on them, what they take, and their maintenance.

use serde_json::{Value, json};

use super::{Cloud, text};
use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::plan::{StorageSettings, TopologyPlan};

const GIB: u64 = 1 << 30;

/// A cloud of one zone with two pools, each of so many GiB.
fn with_pools(size: u64) -> Cloud {
    let mut topology = TopologyPlan::default_cloud();
    let pool = |name: &str| {
        let settings = StorageSettings {
            size: Some(size * GIB),
            ..StorageSettings::default()
        };
        (name.into(), settings)
    };
    topology.zones[0].storage = [pool("first"), pool("second")].into();
    Cloud::at(&topology)
}

impl Cloud {
    fn pool_named(&mut self, name: &str) -> Value {
        self.call("listStoragePools", &[("name", name)])["storagepool"][0].clone()
    }

    fn allocated(&mut self, name: &str) -> u64 {
        let pool = self.pool_named(name);
        assert_eq!(pool["disksizeused"], pool["disksizeallocated"]);
        pool["disksizeallocated"].as_u64().expect("a size") / GIB
    }

    fn capacity(&mut self, kind: &str) -> Value {
        self.call("listCapacity", &[("type", kind)])["capacity"][0].clone()
    }

    fn root_on(&mut self, machine: &str) -> (String, String) {
        let named = [("virtualmachineid", machine), ("type", "ROOT")];
        let root = self.call("listVolumes", &named)["volume"][0].clone();
        (text(&root["id"]), text(&root["storage"]))
    }

    fn maintain(&mut self, command: &str, name: &str) -> Value {
        let id = text(&self.pool_named(name)["id"]);
        self.run(command, &id, &[])
    }
}

#[test]
fn what_is_on_a_pool_counts_there() {
    let mut cloud = with_pools(1000);
    let machine = cloud.deploy(&[("rootdisksize", "7")]);
    assert_eq!(
        (cloud.allocated("first"), cloud.allocated("second")),
        (7, 0)
    );
    let capacity = cloud.capacity("3");
    assert_eq!(
        (&capacity["capacityused"], &capacity["capacitytotal"]),
        (&json!(7 * GIB), &json!(4000 * GIB))
    );
    assert_eq!(cloud.capacity("2")["capacitytotal"], 2000 * GIB);

    let (root, _) = cloud.root_on(&machine);
    let second = text(&cloud.pool_named("second")["id"]);
    let found = cloud.call("findStoragePoolsForMigration", &[("id", &root)]);
    assert_eq!(found["storagepool"][0]["suitableformigration"], true);
    assert_eq!(
        (&found["count"], &found["storagepool"][0]["id"]),
        (&json!(1), &json!(second))
    );
    cloud.run("stopVirtualMachine", &machine, &[]);
    let there = [("volumeid", &*root), ("storageid", &*second)];
    assert_eq!(cloud.outcome("migrateVolume", &there)["jobstatus"], 1);
    assert_eq!(
        (cloud.allocated("first"), cloud.allocated("second")),
        (0, 7)
    );
    cloud.run("startVirtualMachine", &machine, &[]);
    assert_eq!(cloud.root_on(&machine).1, "second");
    cloud.run("destroyVirtualMachine", &machine, &[("expunge", "true")]);
    assert_eq!(cloud.allocated("second"), 0);
}

#[test]
fn snapshots_and_templates_are_in_secondary_storage() {
    let mut cloud = Cloud::new();
    let used = |cloud: &mut Cloud| {
        let stores = cloud.call("listImageStores", &[]);
        stores["imagestore"][0]["disksizeused"]
            .as_u64()
            .expect("a size")
    };
    let machine = cloud.deploy(&[("rootdisksize", "7")]);
    let before = used(&mut cloud);
    let (root, _) = cloud.root_on(&machine);
    cloud.call("createSnapshot", &[("volumeid", &root)]);
    assert_eq!(used(&mut cloud), before + 7 * GIB);
    assert_eq!(cloud.capacity("6")["capacityused"], before + 7 * GIB);
}

#[test]
fn a_full_pool_takes_nothing_more() {
    // Twice ten GiB, of which 85 in a hundred may be allocated.
    let mut cloud = with_pools(10);
    let machines = [(); 2].map(|()| cloud.deploy(&[("rootdisksize", "15")]));
    let pools = machines.map(|machine| cloud.root_on(&machine).1);
    assert_eq!(pools, ["first", "second"]);
    let (id, job) = cloud.deploy_as("admin", &[("rootdisksize", "15")]);
    assert_eq!(cloud.job(&job)["jobstatus"], 2);
    assert_eq!(cloud.machine(&id)["state"], "Error");

    let small = cloud.deploy(&[("rootdisksize", "1")]);
    let data = cloud.data_disk();
    let job = cloud.run("attachVolume", &data, &[("virtualmachineid", &small)]);
    let said = text(&job["jobresult"]["errortext"]);
    assert!(
        said.starts_with("Unable to find suitable primary storage"),
        "{said}"
    );
    cloud.call(
        "updateConfiguration",
        &[
            ("name", "storage.overprovisioning.factor"),
            ("value", "4.0"),
        ],
    );
    let job = cloud.run("attachVolume", &data, &[("virtualmachineid", &small)]);
    assert_eq!(job["jobstatus"], 1, "{job}");
    let (root, _) = cloud.root_on(&small);
    let job = cloud.run("resizeVolume", &root, &[("size", "90")]);
    let said = text(&job["jobresult"]["errortext"]);
    assert!(
        said.contains("does not have enough space to resize"),
        "{said}"
    );
}

#[test]
fn a_disk_goes_to_a_pool_with_its_tags() {
    let mut cloud = with_pools(1000);
    let second = text(&cloud.pool_named("second")["id"]);
    cloud.call("updateStoragePool", &[("id", &second), ("tags", "fast")]);
    let offering = [
        ("name", "quick"),
        ("displaytext", "quick"),
        ("cpunumber", "1"),
        ("cpuspeed", "100"),
        ("memory", "128"),
        ("tags", "fast"),
    ];
    let offering = text(&cloud.call("createServiceOffering", &offering)["serviceoffering"]["id"]);
    let mut params = cloud.deploy_params();
    params[0].1 = offering;
    let params = params.each_ref().map(|(name, value)| (*name, &**value));
    let machine = text(&cloud.call("deployVirtualMachine", &params)["id"]);
    let (root, pool) = cloud.root_on(&machine);
    assert_eq!(pool, "second");
    let found = cloud.call("findStoragePoolsForMigration", &[("id", &root)]);
    assert_eq!(
        found["storagepool"][0]["suitableformigration"], false,
        "it lacks the tag"
    );
    cloud.call(
        "updateStoragePool",
        &[("id", &second), ("enabled", "false")],
    );
    let job = text(&cloud.call("deployVirtualMachine", &params)["jobid"]);
    assert_eq!(cloud.job(&job)["jobstatus"], 2);
}

#[test]
fn machines_are_stopped_while_their_pool_is_in_maintenance() {
    let mut cloud = with_pools(1000);
    let machine = cloud.deploy(&[]);
    let off = cloud.deploy(&[]);
    cloud.run("stopVirtualMachine", &off, &[]);
    let job = cloud.maintain("enableStorageMaintenance", "first");
    assert_eq!(job["jobresult"]["storagepool"]["state"], "Maintenance");
    assert_eq!(cloud.machine(&machine)["state"], "Stopped");
    let other = cloud.deploy(&[]);
    assert_eq!(cloud.root_on(&other).1, "second");
    assert_eq!(cloud.run("startVirtualMachine", &off, &[])["jobstatus"], 2);
    let again = cloud.maintain("enableStorageMaintenance", "first");
    let said = text(&again["jobresult"]["errortext"]);
    assert!(said.ends_with("as the status is:Maintenance"), "{said}");

    let job = cloud.maintain("cancelStorageMaintenance", "first");
    assert_eq!(job["jobresult"]["storagepool"]["state"], "Up");
    assert_eq!(cloud.machine(&machine)["state"], "Running");
    assert_eq!(cloud.machine(&off)["state"], "Stopped");
    let again = cloud.maintain("cancelStorageMaintenance", "first");
    assert_eq!(again["jobresult"]["errorcode"], 530);
}

#[test]
fn a_machine_that_cannot_be_stopped_keeps_its_pool() {
    let mut cloud = with_pools(1000);
    let machine = cloud.deploy(&[]);
    cloud.refusals.push((AgentCommand::StopCommand, "*", 1));
    let job = cloud.maintain("enableStorageMaintenance", "first");
    assert_eq!(job["jobstatus"], 2);
    assert_eq!(cloud.pool_named("first")["state"], "ErrorInMaintenance");
    assert_eq!(cloud.machine(&machine)["state"], "Running");
    let pool = text(&cloud.pool_named("first")["id"]);
    let forced = [("id", &*pool), ("forced", "true")];
    let (status, said) = cloud.refused("deleteStoragePool", &forced);
    assert_eq!(status, 530);
    assert!(said.contains("associated non-destroyed vols"), "{said}");
    let job = cloud.maintain("enableStorageMaintenance", "first");
    assert_eq!(job["jobresult"]["storagepool"]["state"], "Maintenance");
}
