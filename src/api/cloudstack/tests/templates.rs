//! What becomes of snapshots, templates and ISOs.

use serde_json::{Value, json};

use super::{Cloud, text};
use crate::vocabulary::command::AgentCommand;

impl Cloud {
    pub(super) fn root_of(&mut self, machine: &str) -> String {
        let params = [("virtualmachineid", machine), ("type", "ROOT")];
        self.first("listVolumes", "volume", &params)
    }

    fn snapshot(&mut self, volume: &str) -> Value {
        let job = text(&self.call("createSnapshot", &[("volumeid", volume)])["jobid"]);
        self.job(&job)
    }

    fn register(&mut self, more: &[(&str, &str)]) -> Value {
        let zone = self.first("listZones", "zone", &[]);
        let mut params = vec![
            ("name", "brought"),
            ("displaytext", "Brought from afar"),
            ("url", "http://x/brought.qcow2"),
            ("format", "QCOW2"),
            ("hypervisor", "Simulator"),
            ("zoneid", &zone),
        ];
        params.extend(more);
        self.call("registerTemplate", &params)["template"][0].clone()
    }

    fn template(&mut self, id: &str) -> Value {
        let params = [("templatefilter", "self"), ("id", id)];
        self.call("listTemplates", &params)["template"][0].clone()
    }

    fn os_type(&mut self) -> String {
        self.first(
            "listOsTypes",
            "ostype",
            &[("description", "CentOS 7 (64-bit)")],
        )
    }
}

#[test]
fn a_snapshot_becomes_a_volume_and_a_template() {
    let mut cloud = Cloud::new();
    let machine = cloud.deploy(&[]);
    let root = cloud.root_of(&machine);
    let job = cloud.snapshot(&root);
    let snapshot = &job["jobresult"]["snapshot"];
    assert_eq!(
        (
            &snapshot["state"],
            &snapshot["volumetype"],
            &snapshot["volumeid"]
        ),
        (&json!("BackedUp"), &json!("ROOT"), &json!(root))
    );
    let id = text(&snapshot["id"]);
    let job = text(&cloud.call("createVolume", &[("snapshotid", &id), ("name", "copy")])["jobid"]);
    let volume = cloud.job(&job)["jobresult"]["volume"].clone();
    assert_eq!(
        (&volume["state"], &volume["snapshotid"]),
        (&json!("Ready"), &json!(id))
    );
    let os_type = cloud.os_type();
    let own = [
        ("name", "golden"),
        ("displaytext", "Golden"),
        ("ostypeid", &*os_type),
    ];
    let params: Vec<_> = own.into_iter().chain([("snapshotid", &*id)]).collect();
    let job = text(&cloud.call("createTemplate", &params)["jobid"]);
    let template = cloud.job(&job)["jobresult"]["template"].clone();
    assert_eq!(
        (&template["isready"], &template["ostypename"]),
        (&json!(true), &json!("CentOS 7 (64-bit)"))
    );
    let template = text(&template["id"]);
    let second = cloud.deploy_of(&template);
    assert_eq!(cloud.machine(&second)["templatename"], "golden");
    assert_eq!(
        cloud.run("deleteSnapshot", &id, &[])["jobresult"],
        json!({"success": true})
    );
    assert_eq!(cloud.call("listSnapshots", &[]), json!({}));
}

#[test]
fn what_cannot_be_copied_leaves_nothing_behind() {
    let mut cloud = Cloud::new();
    let machine = cloud.deploy(&[]);
    let root = cloud.root_of(&machine);
    let os_type = cloud.os_type();
    cloud.refusals.push((AgentCommand::CopyCommand, "*", 1));
    let job = cloud.snapshot(&root);
    assert_eq!(job["jobresult"]["errortext"], "no");
    let listed = cloud.call("listSnapshots", &[]);
    assert_eq!(listed["snapshot"][0]["state"], "Error");
    cloud.run("stopVirtualMachine", &machine, &[]);
    cloud.refusals.push((AgentCommand::CopyCommand, "*", 1));
    let params = [
        ("name", "x"),
        ("displaytext", "x"),
        ("ostypeid", &*os_type),
        ("volumeid", &*root),
    ];
    let answer = cloud.call("createTemplate", &params);
    assert_eq!(cloud.job(&text(&answer["jobid"]))["jobstatus"], 2);
    assert_eq!(
        cloud.call(
            "listTemplates",
            &[("templatefilter", "self"), ("name", "x")]
        ),
        json!({})
    );
}

#[test]
fn a_volume_returns_to_a_snapshot_while_its_machine_is_off() {
    let mut cloud = Cloud::new();
    let machine = cloud.deploy(&[]);
    let root = cloud.root_of(&machine);
    let snapshot = text(&cloud.snapshot(&root)["jobresult"]["snapshot"]["id"]);
    assert_eq!(cloud.run("revertSnapshot", &snapshot, &[])["jobstatus"], 2);
    cloud.run("stopVirtualMachine", &machine, &[]);
    assert_eq!(cloud.run("revertSnapshot", &snapshot, &[])["jobstatus"], 1);
}

#[test]
fn a_policy_is_remembered_once_for_each_interval() {
    let mut cloud = Cloud::new();
    let machine = cloud.deploy(&[]);
    let root = cloud.root_of(&machine);
    let own = [
        ("volumeid", &*root),
        ("intervaltype", "daily"),
        ("timezone", "UTC"),
    ];
    let with = |schedule, most| -> Vec<(&str, &str)> {
        own.into_iter()
            .chain([("schedule", schedule), ("maxsnaps", most)])
            .collect()
    };
    assert_eq!(
        cloud.refused("createSnapshotPolicy", &with("soon", "1")).0,
        431
    );
    cloud.call("createSnapshotPolicy", &with("00:02", "3"));
    let policy = cloud.call("createSnapshotPolicy", &with("30:02", "4"));
    let policy = &policy["snapshotpolicy"];
    assert_eq!(
        (&policy["intervaltype"], &policy["maxsnaps"]),
        (&json!(1), &json!(4))
    );
    let listed = cloud.call("listSnapshotPolicies", &[("volumeid", &root)]);
    assert_eq!(listed["count"], 1);
    let id = text(&policy["id"]);
    cloud.call("deleteSnapshotPolicies", &[("id", &id)]);
    assert_eq!(
        cloud.call("listSnapshotPolicies", &[("volumeid", &root)]),
        json!({})
    );
}

#[test]
fn a_template_is_ready_when_it_could_be_brought() {
    let mut cloud = Cloud::new();
    let id = text(&cloud.register(&[])["id"]);
    let template = cloud.template(&id);
    assert_eq!(
        (&template["isready"], &template["status"]),
        (&json!(true), &json!("Download Complete"))
    );
    cloud.refusals.push((AgentCommand::DownloadCommand, "*", 1));
    let id = text(&cloud.register(&[])["id"]);
    assert_eq!(cloud.template(&id)["isready"], false);
    let machine = cloud.try_deploy_of(&id);
    assert_eq!(machine["errorcode"], 431, "{machine}");
}

#[test]
fn a_template_is_changed_shared_copied_and_deleted() {
    let mut cloud = Cloud::new();
    let id = text(&cloud.register(&[])["id"]);
    let changed = cloud.call(
        "updateTemplate",
        &[("id", &id), ("displaytext", "Other"), ("name", "other")],
    );
    assert_eq!(
        (
            &changed["template"]["displaytext"],
            &changed["template"]["name"]
        ),
        (&json!("Other"), &json!("other"))
    );
    let seen = |cloud: &mut Cloud| {
        let params = [("templatefilter", "sharedexecutable")];
        cloud.call_as("joe", "listTemplates", &params).1["count"].clone()
    };
    assert_eq!(seen(&mut cloud), Value::Null);
    cloud.call(
        "updateTemplatePermissions",
        &[("id", &id), ("op", "add"), ("accounts", "joe")],
    );
    assert_eq!(seen(&mut cloud), 1);
    let listed = cloud.call("listTemplatePermissions", &[("id", &id)]);
    assert_eq!(listed["templatepermission"][0]["account"], json!(["joe"]));
    let zone = cloud.first("listZones", "zone", &[]);
    assert_eq!(
        cloud.run("copyTemplate", &id, &[("destzoneid", &zone)])["jobstatus"],
        1
    );
    let machine = cloud.deploy_of(&id);
    let refused = cloud.run("deleteTemplate", &id, &[]);
    assert_eq!(refused["jobresult"]["errorcode"], 431);
    cloud.run("destroyVirtualMachine", &machine, &[("expunge", "true")]);
    assert_eq!(
        cloud.run("deleteTemplate", &id, &[])["jobresult"],
        json!({"success": true})
    );
    assert_eq!(cloud.refused("updateTemplate", &[("id", &id)]).0, 431);
}

#[test]
fn an_iso_goes_into_a_drive_and_out_again() {
    let mut cloud = Cloud::new();
    let machine = cloud.deploy(&[]);
    let zone = cloud.first("listZones", "zone", &[]);
    let params = [
        ("name", "cd"),
        ("displaytext", "CD"),
        ("url", "http://x/cd.iso"),
        ("zoneid", &*zone),
    ];
    let iso = text(&cloud.call("registerIso", &params)["iso"][0]["id"]);
    assert_eq!(
        cloud.call("listIsos", &[("isofilter", "self")])["iso"][0]["format"],
        "ISO"
    );
    let put = |cloud: &mut Cloud| {
        cloud.run("attachIso", &iso, &[("virtualmachineid", &*machine)])["jobstatus"].clone()
    };
    cloud
        .refusals
        .push((AgentCommand::AttachIsoCommand, "*", 1));
    assert_eq!((put(&mut cloud), put(&mut cloud)), (json!(2), json!(1)));
    assert_eq!(cloud.machine(&machine)["isoname"], "cd");
    let answer = cloud.call("detachIso", &[("virtualmachineid", &machine)]);
    assert_eq!(cloud.job(&text(&answer["jobid"]))["jobstatus"], 1);
    assert!(cloud.machine(&machine)["isoid"].is_null());
}

#[test]
fn administrators_add_operating_systems_and_change_only_those() {
    let mut cloud = Cloud::new();
    let category = cloud.first("listOsCategories", "oscategory", &[("name", "Other")]);
    let params = [("oscategoryid", &*category), ("osdisplayname", "Plan 9")];
    let answer = cloud.call("addGuestOs", &params);
    let added = cloud.job(&text(&answer["jobid"]))["jobresult"]["guestos"].clone();
    assert_eq!(added["oscategoryname"], "Other");
    let id = text(&added["id"]);
    let listed = cloud.call("listOsTypes", &[("id", &id)]);
    assert_eq!(listed["ostype"][0]["description"], "Plan 9");
    cloud.run("removeGuestOs", &id, &[]);
    let own = cloud.os_type();
    assert_eq!(cloud.refused("removeGuestOs", &[("id", &own)]).0, 431);
}
