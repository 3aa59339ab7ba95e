//! What becomes of volumes.

use serde_json::{Value, json};

use super::{Cloud, text};
use crate::vocabulary::command::AgentCommand;

impl Cloud {
    fn disk_offering(&mut self, name: &str) -> String {
        self.first("listDiskOfferings", "diskoffering", &[("name", name)])
    }

    pub(super) fn data_disk(&mut self) -> String {
        let offering = self.disk_offering("Small");
        let zone = self.first("listZones", "zone", &[]);
        let params = [
            ("name", "data"),
            ("diskofferingid", &*offering),
            ("zoneid", &*zone),
        ];
        text(&self.call("createVolume", &params)["id"])
    }

    pub(super) fn volume(&mut self, id: &str) -> Value {
        self.call("listVolumes", &[("id", id)])["volume"][0].clone()
    }

    fn volumes_of(&mut self, machine: &str) -> Vec<(String, String, u64)> {
        let listed = self.call("listVolumes", &[("virtualmachineid", machine)]);
        let volumes = listed["volume"].as_array().cloned().unwrap_or_default();
        volumes
            .iter()
            .map(|volume| {
                let device = volume["deviceid"].as_u64().expect("a device");
                (text(&volume["type"]), text(&volume["state"]), device)
            })
            .collect()
    }

    fn attach(&mut self, volume: &str, machine: &str, more: &[(&str, &str)]) -> Value {
        let mut params = vec![("virtualmachineid", machine)];
        params.extend(more);
        self.run("attachVolume", volume, &params)
    }
}

fn said(job: &Value) -> (u64, String) {
    let result = &job["jobresult"];
    (
        result["errorcode"].as_u64().unwrap_or(0),
        text(&result["errortext"]),
    )
}

#[test]
fn a_machine_has_a_root_volume_as_long_as_it_lives() {
    let mut cloud = Cloud::new();
    let id = cloud.deploy(&[("rootdisksize", "7")]);
    let listed = cloud.call(
        "listVolumes",
        &[("virtualmachineid", &id), ("type", "ROOT")],
    );
    let root = &listed["volume"][0];
    assert_eq!(
        (
            &root["name"],
            &root["state"],
            &root["size"],
            &root["deviceid"]
        ),
        (
            &json!("ROOT-1"),
            &json!("Ready"),
            &json!(7_u64 << 30),
            &json!(0)
        )
    );
    assert_eq!(root["vmstate"], "Running");
    cloud.run("destroyVirtualMachine", &id, &[("expunge", "true")]);
    assert_eq!(cloud.call("listVolumes", &[("listall", "true")]), json!({}));
}

#[test]
fn a_root_volume_is_allocated_until_its_machine_first_starts() {
    let mut cloud = Cloud::new();
    let id = cloud.deploy(&[("startvm", "false")]);
    assert_eq!(
        cloud.volumes_of(&id),
        [("ROOT".into(), "Allocated".into(), 0)]
    );
    cloud.run("startVirtualMachine", &id, &[]);
    assert_eq!(cloud.volumes_of(&id), [("ROOT".into(), "Ready".into(), 0)]);
}

#[test]
fn a_volume_is_made_when_it_is_attached_and_keeps_its_data_after() {
    let mut cloud = Cloud::new();
    let (machine, volume) = (cloud.deploy(&[]), cloud.data_disk());
    assert_eq!(cloud.volume(&volume)["state"], "Allocated");
    let job = cloud.attach(&volume, &machine, &[]);
    let attached = &job["jobresult"]["volume"];
    assert_eq!(
        (
            &attached["state"],
            &attached["deviceid"],
            &attached["virtualmachineid"]
        ),
        (&json!("Ready"), &json!(1), &json!(machine))
    );
    let second = cloud.data_disk();
    let job = cloud.attach(&second, &machine, &[("deviceid", "1")]);
    assert_eq!(said(&job).0, 530, "{job}");
    let job = cloud.attach(&volume, &machine, &[]);
    let not_free = "Please specify a volume that is not attached to any VM.";
    assert_eq!(said(&job), (431, not_free.into()));
    assert_eq!(
        cloud.refused("deleteVolume", &[("id", &volume)]),
        (431, not_free.into())
    );
    let job = cloud.run("detachVolume", &volume, &[]);
    let detached = &job["jobresult"]["volume"];
    assert_eq!(detached["state"], "Ready");
    assert!(detached.get("virtualmachineid").is_none());
    assert_eq!(
        cloud.call("deleteVolume", &[("id", &volume)]),
        json!({"success": true})
    );
}

#[test]
fn a_device_number_is_taken_once_and_never_the_drives() {
    let mut cloud = Cloud::new();
    let machine = cloud.deploy(&[]);
    let devices: Vec<u64> = (0..6)
        .map(|_| {
            let volume = cloud.data_disk();
            let job = cloud.attach(&volume, &machine, &[]);
            job["jobresult"]["volume"]["deviceid"]
                .as_u64()
                .expect("a device")
        })
        .collect();
    assert_eq!(devices, [1, 2, 4, 5, 6, 7]);
    let volume = cloud.data_disk();
    let (code, said) = said(&cloud.attach(&volume, &machine, &[]));
    assert_eq!(code, 431);
    assert!(said.contains("maximum number of data disks (6)"), "{said}");
}

#[test]
fn what_hosts_refuse_leaves_volumes_as_they_were() {
    use AgentCommand::*;
    let mut cloud = Cloud::new();
    let (machine, volume) = (cloud.deploy(&[]), cloud.data_disk());
    for (command, state) in [(CreateObjectCommand, "Allocated"), (AttachCommand, "Ready")] {
        cloud.refusals.push((command, "*", 1));
        assert_eq!(
            said(&cloud.attach(&volume, &machine, &[])),
            (530, "no".into())
        );
        let volume = cloud.volume(&volume);
        assert_eq!(volume["state"], state);
        assert!(volume.get("virtualmachineid").is_none());
    }
    cloud.attach(&volume, &machine, &[]);
    cloud.refusals.push((DettachCommand, "*", 1));
    assert_eq!(
        said(&cloud.run("detachVolume", &volume, &[])),
        (530, "no".into())
    );
    assert_eq!(cloud.volume(&volume)["virtualmachineid"], json!(machine));
    cloud.run("detachVolume", &volume, &[]);
    cloud.refusals.push((DeleteCommand, "*", 1));
    let refused = cloud.refused("deleteVolume", &[("id", &volume)]);
    assert_eq!(refused, (530, "Failed to delete volume".into()));
    assert_eq!(cloud.volume(&volume)["state"], "Ready");
}

#[test]
fn a_stopped_machines_disk_asks_nothing_of_its_host() {
    let mut cloud = Cloud::new();
    let (machine, volume) = (cloud.deploy(&[]), cloud.data_disk());
    cloud.run("stopVirtualMachine", &machine, &[]);
    cloud.refusals.push((AgentCommand::AttachCommand, "*", 9));
    cloud.refusals.push((AgentCommand::DettachCommand, "*", 9));
    assert_eq!(cloud.attach(&volume, &machine, &[])["jobstatus"], 1);
    assert_eq!(cloud.run("detachVolume", &volume, &[])["jobstatus"], 1);
}

#[test]
fn a_volume_grows_and_shrinks_only_when_that_is_meant() {
    let mut cloud = Cloud::new();
    let (machine, zone) = (cloud.deploy(&[]), cloud.first("listZones", "zone", &[]));
    let custom = cloud.disk_offering("Custom");
    let own = [
        ("name", "grows"),
        ("diskofferingid", &*custom),
        ("zoneid", &*zone),
    ];
    assert_eq!(cloud.refused("createVolume", &own).0, 431);
    let sized: Vec<_> = own.into_iter().chain([("size", "3")]).collect();
    let volume = text(&cloud.call("createVolume", &sized)["id"]);
    cloud.attach(&volume, &machine, &[]);
    let grown = cloud.run("resizeVolume", &volume, &[("size", "5")]);
    assert_eq!(grown["jobresult"]["volume"]["size"], 5_u64 << 30);
    let shrunk = cloud.run("resizeVolume", &volume, &[("size", "4")]);
    assert!(said(&shrunk).1.contains("would shrink the volume"));
    cloud
        .refusals
        .push((AgentCommand::ResizeVolumeCommand, "*", 1));
    let refused = cloud.run(
        "resizeVolume",
        &volume,
        &[("size", "4"), ("shrinkok", "true")],
    );
    assert_eq!(said(&refused), (530, "no".into()));
    assert_eq!(cloud.volume(&volume)["size"], 5_u64 << 30);
    assert_eq!(cloud.volume(&volume)["state"], "Ready");
}

#[test]
fn a_machine_comes_with_data_disks_which_outlive_it() {
    let mut cloud = Cloud::new();
    let small = cloud.disk_offering("Small");
    let machine = cloud.deploy(&[
        ("diskofferingid", &*small),
        ("datadisksdetails[0].diskofferingid", &*small),
        ("datadisksdetails[0].deviceid", "5"),
    ]);
    let data = |device| ("DATADISK".to_owned(), "Ready".to_owned(), device);
    let root = ("ROOT".to_owned(), "Ready".to_owned(), 0);
    assert_eq!(cloud.volumes_of(&machine), [root, data(1), data(5)]);
    let listed = cloud.call("listVolumes", &[("type", "DATADISK")]);
    let doomed = text(&listed["volume"][0]["id"]);
    cloud.run("destroyVirtualMachine", &machine, &[("volumeids", &doomed)]);
    let left = cloud.call("listVolumes", &[("type", "DATADISK")]);
    assert_eq!(left["count"], 1);
    assert!(left["volume"][0].get("virtualmachineid").is_none());
}

#[test]
fn a_destroyed_volume_can_be_recovered_and_an_uploaded_one_attached() {
    let mut cloud = Cloud::new();
    let (machine, volume) = (cloud.deploy(&[]), cloud.data_disk());
    cloud.attach(&volume, &machine, &[]);
    cloud.run("detachVolume", &volume, &[]);
    let job = cloud.run("destroyVolume", &volume, &[]);
    assert_eq!(job["jobresult"]["volume"]["state"], "Destroy");
    assert_ne!(cloud.attach(&volume, &machine, &[])["jobstatus"], 1);
    let recovered = cloud.call("recoverVolume", &[("id", &volume)]);
    assert_eq!(recovered["volume"]["state"], "Ready");
    let zone = cloud.first("listZones", "zone", &[]);
    let from = [
        ("name", "up"),
        ("url", "http://x/a.qcow2"),
        ("format", "QCOW2"),
        ("zoneid", &*zone),
    ];
    let uploaded = text(&cloud.call("uploadVolume", &from)["id"]);
    assert_eq!(cloud.volume(&uploaded)["state"], "Uploaded");
    assert_eq!(cloud.attach(&uploaded, &machine, &[])["jobstatus"], 1);
}

#[test]
fn users_have_no_say_over_the_volumes_of_others() {
    let mut cloud = Cloud::new();
    let volume = cloud.data_disk();
    let (status, answer) = cloud.call_as("joe", "deleteVolume", &[("id", &volume)]);
    assert_eq!(status, 531, "{answer}");
    let (_, listed) = cloud.call_as("joe", "listVolumes", &[("listall", "true")]);
    assert_eq!(listed, json!({}));
}

#[test]
fn a_volume_moves_to_another_pool_or_stays() {
    let mut cloud = Cloud::new();
    let (machine, volume) = (cloud.deploy(&[]), cloud.data_disk());
    cloud.attach(&volume, &machine, &[]);
    let own = text(&cloud.volume(&volume)["storageid"]);
    let zone = cloud.first("listZones", "zone", &[]);
    let params = [
        ("name", "second"),
        ("url", "nfs://x/second"),
        ("zoneid", &*zone),
        ("scope", "ZONE"),
        ("hypervisor", "Simulator"),
    ];
    let pool = text(&cloud.call("createStoragePool", &params)["storagepool"]["id"]);
    let go = |cloud: &mut Cloud, more: &[(&str, &str)]| {
        let mut params = vec![("volumeid", &*volume), ("storageid", &*pool)];
        params.extend(more);
        let job = text(&cloud.call("migrateVolume", &params)["jobid"]);
        cloud.job(&job)["jobstatus"].clone()
    };
    assert_eq!(go(&mut cloud, &[]), 2);
    cloud.refusals.push((AgentCommand::CopyCommand, "*", 1));
    assert_eq!(go(&mut cloud, &[("livemigrate", "true")]), 2);
    assert_eq!(cloud.volume(&volume)["storageid"], json!(own));
    assert_eq!(go(&mut cloud, &[("livemigrate", "true")]), 1);
    let moved = cloud.volume(&volume);
    assert_eq!(
        (&moved["storage"], &moved["state"]),
        (&json!("second"), &json!("Ready"))
    );
}
