//! What changes machines that are there.

use serde_json::{Value, json};

use super::{Cloud, text};
use crate::vocabulary::command::AgentCommand;
use crate::world::images::image::Image;

impl Cloud {
    fn offering_named(&mut self, name: &str) -> String {
        self.first("listServiceOfferings", "serviceoffering", &[("name", name)])
    }

    pub(super) fn try_deploy_of(&mut self, template: &str) -> Value {
        let own = self.deploy_params();
        let mut params: Vec<(&str, &str)> =
            own.iter().map(|(name, value)| (*name, &**value)).collect();
        params.retain(|(name, _)| *name != "templateid");
        params.push(("templateid", template));
        self.call_as("admin", "deployVirtualMachine", &params).1
    }

    pub(super) fn deploy_of(&mut self, template: &str) -> String {
        text(&self.try_deploy_of(template)["id"])
    }

    /// Lets machines of the first template have a password.
    fn give_passwords(&mut self) {
        let image = self
            .world
            .images
            .first()
            .map(|image| image.id)
            .expect("a template");
        let image: &mut Image = self.world.image_mut(image).expect("a template");
        image.set_gives_password(true);
    }
}

#[test]
fn what_is_said_of_a_machine_can_be_changed() {
    let mut cloud = Cloud::new();
    let id = cloud.deploy(&[("group", "web"), ("userdata", "aGk=")]);
    let machine = cloud.machine(&id);
    assert_eq!(
        (&machine["group"], &machine["userdata"]),
        (&json!("web"), &Value::Null)
    );
    let asked = [("id", &*id), ("userdata", "true")];
    let listed = cloud.call("listVirtualMachines", &asked);
    assert_eq!(listed["virtualmachine"][0]["userdata"], "aGk=");
    let changed = cloud.call(
        "updateVirtualMachine",
        &[
            ("id", &id),
            ("displayname", "Other"),
            ("group", "db"),
            ("haenable", "true"),
            ("deleteprotection", "true"),
            ("details[0].role", "db"),
        ],
    );
    let changed = &changed["virtualmachine"];
    assert_eq!(
        (
            &changed["displayname"],
            &changed["group"],
            &changed["haenable"],
            &changed["details"]
        ),
        (
            &json!("Other"),
            &json!("db"),
            &json!(true),
            &json!({"role": "db"})
        )
    );
    let refused = cloud.run("destroyVirtualMachine", &id, &[]);
    let why = text(&refused["jobresult"]["errortext"]);
    assert!(
        why.ends_with("has delete protection enabled and cannot be deleted."),
        "{why}"
    );
    assert_eq!(cloud.machine(&id)["state"], "Running");
}

#[test]
fn groups_of_machines_come_and_go() {
    let mut cloud = Cloud::new();
    let group = cloud.call("createInstanceGroup", &[("name", "web")]);
    let group = text(&group["instancegroup"]["id"]);
    assert_eq!(
        cloud.refused("createInstanceGroup", &[("name", "web")]).0,
        431
    );
    let id = cloud.deploy(&[("group", "web")]);
    cloud.deploy(&[]);
    let listed = cloud.call("listVirtualMachines", &[("groupid", &group)]);
    assert_eq!(
        (&listed["count"], &listed["virtualmachine"][0]["id"]),
        (&json!(1), &json!(id))
    );
    cloud.call("deleteInstanceGroup", &[("id", &group)]);
    assert!(cloud.machine(&id)["group"].is_null());
}

#[test]
fn a_stopped_machine_gets_another_size() {
    let mut cloud = Cloud::new();
    let mut other = (*cloud.world.flavors[0]).clone();
    (other.id, other.uuid) = ("2".into(), uuid::Uuid::from_u128(2));
    (other.name, other.is_custom) = ("custom".into(), true);
    cloud.world.flavors.push(other.into());
    let (id, custom) = (cloud.deploy(&[]), cloud.offering_named("custom"));
    let own = [("id", &*id), ("serviceofferingid", &*custom)];
    let sized = |cpus, memory| -> Vec<(&str, &str)> {
        let details = [
            ("details[0].cpuNumber", cpus),
            ("details[0].memory", memory),
        ];
        own.into_iter().chain(details).collect()
    };
    assert_eq!(
        cloud
            .refused("changeServiceForVirtualMachine", &sized("3", "700"))
            .0,
        431
    );
    cloud.run("stopVirtualMachine", &id, &[]);
    assert_eq!(cloud.refused("changeServiceForVirtualMachine", &own).0, 431);
    let changed = cloud.call("changeServiceForVirtualMachine", &sized("3", "700"));
    let changed = &changed["virtualmachine"];
    assert_eq!(
        (&changed["cpunumber"], &changed["memory"]),
        (&json!(3), &json!(700))
    );
    let started = cloud.run("startVirtualMachine", &id, &[]);
    assert_eq!(started["jobstatus"], 1, "{started}");
}

#[test]
fn a_restored_machine_has_a_new_disk() {
    let mut cloud = Cloud::new();
    let id = cloud.deploy(&[]);
    let root = |cloud: &mut Cloud| cloud.first("listVolumes", "volume", &[("type", "ROOT")]);
    let before = root(&mut cloud);
    let restore = |cloud: &mut Cloud| {
        let answer = cloud.call("restoreVirtualMachine", &[("virtualmachineid", &id)]);
        cloud.job(&text(&answer["jobid"]))
    };
    assert_eq!(
        restore(&mut cloud)["jobresult"]["virtualmachine"]["state"],
        "Running"
    );
    assert_ne!(root(&mut cloud), before);
    cloud.refusals.push((AgentCommand::CopyCommand, "*", 1));
    let job = restore(&mut cloud);
    assert_eq!(job["jobstatus"], 2, "{job}");
    assert_eq!(cloud.machine(&id)["state"], "Stopped");
}

#[test]
fn a_password_is_told_once_by_the_job_that_set_it() {
    let mut cloud = Cloud::new();
    cloud.give_passwords();
    let (id, job) = cloud.deploy_as("admin", &[]);
    let first = text(&cloud.job(&job)["jobresult"]["virtualmachine"]["password"]);
    assert!(cloud.machine(&id).get("password").is_none());
    cloud.run("stopVirtualMachine", &id, &[]);
    let reset = cloud.run("resetPasswordForVirtualMachine", &id, &[]);
    let second = text(&reset["jobresult"]["virtualmachine"]["password"]);
    assert_ne!(first, second);
    let shown = cloud.call("getVMPassword", &[("id", &id)]);
    assert_eq!(shown["password"]["encryptedpassword"], json!(second));
}

#[test]
fn a_machine_goes_to_another_account_with_its_disks() {
    let mut cloud = Cloud::new();
    let id = cloud.deploy(&[]);
    let own = [("virtualmachineid", &*id), ("account", "joe")];
    assert_eq!(cloud.refused("assignVirtualMachine", &own).0, 431);
    cloud.run("stopVirtualMachine", &id, &[]);
    let given = cloud.call("assignVirtualMachine", &own);
    assert_eq!(given["virtualmachine"]["account"], "joe");
    let (_, listed) = cloud.call_as("joe", "listVolumes", &[]);
    assert_eq!(listed["count"], 1, "{listed}");
}

#[test]
fn a_console_opens_while_the_machine_runs() {
    let mut cloud = Cloud::new();
    let id = cloud.deploy(&[]);
    let open = |cloud: &mut Cloud| {
        let answer = cloud.call("createConsoleEndpoint", &[("virtualmachineid", &id)]);
        answer["consoleendpoint"]["success"].clone()
    };
    assert_eq!(open(&mut cloud), true);
    cloud.run("stopVirtualMachine", &id, &[]);
    assert_eq!(open(&mut cloud), false);
}

#[test]
fn a_machine_is_installed_from_an_iso_on_a_disk_that_is_asked_for() {
    let mut cloud = Cloud::new();
    let zone = cloud.first("listZones", "zone", &[]);
    let params = [
        ("name", "cd"),
        ("displaytext", "CD"),
        ("url", "http://x/cd.iso"),
        ("zoneid", &*zone),
    ];
    let iso = text(&cloud.call("registerIso", &params)["iso"][0]["id"]);
    assert_eq!(cloud.try_deploy_of(&iso)["errorcode"], 431);
    let offering = cloud.offering_named("m1.tiny");
    let disk = cloud.first("listDiskOfferings", "diskoffering", &[("name", "Medium")]);
    let params = [
        ("serviceofferingid", &*offering),
        ("templateid", &*iso),
        ("zoneid", &*zone),
        ("hypervisor", "Simulator"),
        ("diskofferingid", &*disk),
    ];
    let id = text(&cloud.call("deployVirtualMachine", &params)["id"]);
    assert_eq!(cloud.machine(&id)["isoname"], "cd");
    let listed = cloud.call("listVolumes", &[("virtualmachineid", &id)]);
    assert_eq!(
        (&listed["count"], &listed["volume"][0]["size"]),
        (&json!(1), &json!(20_u64 << 30))
    );
}

#[test]
fn a_destroyed_machine_goes_for_good_after_a_while_unless_it_is_recovered() {
    let mut cloud = Cloud::new();
    cloud
        .world
        .set_clock_mode(crate::vocabulary::plan::ClockMode::Frozen);
    let (doomed, saved) = (cloud.deploy(&[]), cloud.deploy(&[]));
    for id in [&doomed, &saved] {
        cloud.run("destroyVirtualMachine", id, &[]);
    }
    cloud.call("recoverVirtualMachine", &[("id", &saved)]);
    cloud.world.tick(std::time::Duration::from_secs(3 * 86_400));
    cloud.call("listZones", &[]);
    assert_eq!(
        cloud.call("listVirtualMachines", &[("id", &doomed)]),
        json!({})
    );
    assert_eq!(cloud.machine(&saved)["state"], "Stopped");
}
