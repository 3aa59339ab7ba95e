//! Machines that are made from a disk which is there already.

use serde_json::{Value, json};

use super::{Cloud, text};
use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::plan::{StorageSettings, TopologyPlan};

/// A cloud of KVM hosts, whose zone has storage that they all reach.
pub(super) fn kvm() -> Cloud {
    let mut topology = TopologyPlan::default_cloud();
    for zone in topology.zones.values_mut() {
        let pool = ("shared".into(), StorageSettings::default());
        zone.storage = [pool].into();
        for cluster in zone
            .pods
            .values_mut()
            .flat_map(|pod| pod.clusters.values_mut())
        {
            cluster.settings.hypervisor = Some("KVM".into());
        }
    }
    Cloud::at(&topology)
}

impl Cloud {
    fn root_volume(&mut self, machine: &str) -> Value {
        let named = [("virtualmachineid", machine), ("type", "ROOT")];
        self.call("listVolumes", &named)["volume"][0].clone()
    }

    /// A snapshot of the root volume of a new machine.
    fn snapshot_of_root(&mut self) -> String {
        let machine = self.deploy(&[("rootdisksize", "7")]);
        let root = text(&self.root_volume(&machine)["id"]);
        text(&self.call("createSnapshot", &[("volumeid", &root)])["id"])
    }

    fn volume_of(&mut self, snapshot: &str) -> String {
        let params = [("snapshotid", snapshot), ("name", "copy")];
        text(&self.call("createVolume", &params)["id"])
    }

    /// Asks for a machine that is made from a volume or a snapshot.
    fn deploy_from(&mut self, source: &[(&str, &str)]) -> (u16, Value) {
        let own = self.deploy_params();
        let own = own.iter().filter(|(name, _)| *name != "templateid");
        let mut params: Vec<(&str, &str)> = own.map(|(name, value)| (*name, &**value)).collect();
        params.extend(source);
        self.call_as("admin", "deployVirtualMachine", &params)
    }

    fn deployed_from(&mut self, source: &[(&str, &str)]) -> String {
        let (status, answer) = self.deploy_from(source);
        assert_eq!(status, 200, "{answer}");
        text(&answer["id"])
    }
}

#[test]
fn a_machine_is_made_from_one_thing_only() {
    let mut cloud = kvm();
    let snapshot = cloud.snapshot_of_root();
    let volume = cloud.volume_of(&snapshot);
    let both = [("volumeid", &*volume), ("snapshotid", &*snapshot)];
    for source in [&both[..], &[]] {
        let (status, answer) = cloud.deploy_from(source);
        let text = "Please provide only one of the following parameters - template ID, volume ID or snapshot ID";
        assert_eq!((status, &answer["errortext"]), (530, &json!(text)));
    }
}

#[test]
fn a_volume_becomes_the_disk_of_a_new_machine() {
    let mut cloud = kvm();
    let snapshot = cloud.snapshot_of_root();
    let volume = cloud.volume_of(&snapshot);
    cloud.sent();
    let machine = cloud.deployed_from(&[("volumeid", &volume)]);
    let sent = cloud.sent();
    assert!(
        !sent.iter().any(|sent| sent.starts_with("CopyCommand")),
        "{sent:?}"
    );
    assert_eq!(cloud.machine(&machine)["state"], "Running");
    let root = cloud.root_volume(&machine);
    assert_eq!(
        (&root["id"], &root["name"], &root["size"], &root["deviceid"]),
        (
            &json!(volume),
            &json!("copy"),
            &json!(7_u64 << 30),
            &json!(0)
        )
    );
    let (status, answer) = cloud.deploy_from(&[("volumeid", &volume)]);
    let text = format!("The volume copy is already attached to a VM {machine}");
    assert_eq!((status, &answer["errortext"]), (431, &json!(text)));
    cloud.run("destroyVirtualMachine", &machine, &[("expunge", "true")]);
    let listed = cloud.call("listVolumes", &[("id", &volume)]);
    assert_eq!(listed, json!({}), "it is gone with its machine");
}

#[test]
fn a_snapshot_is_copied_into_the_disk_of_a_new_machine_before_it_starts() {
    let mut cloud = kvm();
    let snapshot = cloud.snapshot_of_root();
    cloud.sent();
    let machine = cloud.deployed_from(&[("snapshotid", &snapshot)]);
    let sent = cloud.sent();
    let copies = sent.iter().filter(|sent| sent.starts_with("CopyCommand"));
    assert_eq!(copies.count(), 1, "{sent:?}");
    assert!(
        sent.last()
            .is_some_and(|last| last.starts_with("StartCommand")),
        "{sent:?}"
    );
    let root = cloud.root_volume(&machine);
    assert_eq!(
        (&root["state"], &root["size"], &root["snapshotid"]),
        (&json!("Ready"), &json!(7_u64 << 30), &json!(snapshot))
    );
    cloud.run("destroyVirtualMachine", &machine, &[("expunge", "true")]);
    let larger = cloud.deployed_from(&[("snapshotid", &snapshot), ("rootdisksize", "9")]);
    assert_eq!(cloud.root_volume(&larger)["size"], 9_u64 << 30);
}

#[test]
fn a_machine_whose_disk_cannot_be_filled_does_not_come_about() {
    let mut cloud = kvm();
    let snapshot = cloud.snapshot_of_root();
    cloud.refusals.push((AgentCommand::CopyCommand, "*", 1));
    let machine = cloud.deployed_from(&[("snapshotid", &snapshot)]);
    assert_eq!(cloud.machine(&machine)["state"], "Error");
}

#[test]
fn what_no_machine_can_be_made_of_is_refused() {
    let mut cloud = kvm();
    let data = cloud.data_disk();
    let (status, answer) = cloud.deploy_from(&[("volumeid", &data)]);
    let everywhere = "Deployment of virtual machine is supported only for Zone-wide storage pools";
    assert_eq!((status, &answer["errortext"]), (431, &json!(everywhere)));
    let machine = cloud.deploy(&[]);
    cloud.run("attachVolume", &data, &[("virtualmachineid", &machine)]);
    let snapshot = text(&cloud.call("createSnapshot", &[("volumeid", &data)])["id"]);
    let (status, answer) = cloud.deploy_from(&[("snapshotid", &snapshot)]);
    let without = "The provided volume/snapshot doesn't have a template to deploy a VM";
    assert_eq!((status, &answer["errortext"]), (431, &json!(without)));

    let mut simulated = Cloud::new();
    let snapshot = simulated.snapshot_of_root();
    let (status, answer) = simulated.deploy_from(&[("snapshotid", &snapshot)]);
    let only = "Deploying a virtual machine with existing volume/snapshot is supported only from KVM hypervisors";
    assert_eq!((status, &answer["errortext"]), (431, &json!(only)));
    let as_kvm = [("snapshotid", &*snapshot), ("hypervisor", "KVM")];
    let machine = simulated.deployed_from(&as_kvm);
    assert_eq!(simulated.machine(&machine)["state"], "Running");
}

#[test]
fn a_machine_made_from_a_volume_is_restored_from_its_template() {
    let mut cloud = kvm();
    let snapshot = cloud.snapshot_of_root();
    let volume = cloud.volume_of(&snapshot);
    let machine = cloud.deployed_from(&[("volumeid", &volume)]);
    let named = [("virtualmachineid", &*machine)];
    cloud.outcome("restoreVirtualMachine", &named);
    assert_eq!(cloud.machine(&machine)["state"], "Running");
    let root = cloud.root_volume(&machine);
    assert_ne!(root["id"], json!(volume));
    assert_eq!(root["snapshotid"], Value::Null);
}

#[test]
fn a_snapshot_of_a_volume_is_made_from_one_of_the_machine() {
    let mut cloud = kvm();
    let machine = cloud.deploy(&[("rootdisksize", "7")]);
    let root = text(&cloud.root_volume(&machine)["id"]);
    let whole = [("virtualmachineid", &*machine)];
    let whole = text(&cloud.call("createVMSnapshot", &whole)["id"]);
    let own = [("vmsnapshotid", &*whole), ("volumeid", &*root)];
    cloud.sent();
    let snapshot = text(&cloud.call("createSnapshotFromVMSnapshot", &own)["id"]);
    let sent = cloud.sent();
    assert!(
        sent.len() == 1 && sent[0].starts_with("CopyCommand"),
        "{sent:?}"
    );
    let listed = cloud.call("listSnapshots", &[("id", &snapshot)]);
    assert_eq!(listed["snapshot"][0]["state"], "BackedUp");
    let volume = cloud.volume_of(&snapshot);
    assert_eq!(cloud.volume(&volume)["size"], 7_u64 << 30);

    cloud.refusals.push((AgentCommand::CopyCommand, "*", 1));
    let failed = text(&cloud.call("createSnapshotFromVMSnapshot", &own)["id"]);
    assert_eq!(
        cloud.call("listSnapshots", &[("id", &failed)]),
        json!({}),
        "what could not be backed up is not kept"
    );
    let other = cloud.data_disk();
    let of_other = [("vmsnapshotid", &*whole), ("volumeid", &*other)];
    let (status, said) = cloud.refused("createSnapshotFromVMSnapshot", &of_other);
    assert_eq!(status, 431);
    assert!(said.contains("doesn't attach to vm"), "{said}");
}
