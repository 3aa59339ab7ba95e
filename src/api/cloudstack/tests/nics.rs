//! Machines' network cards.

use serde_json::{Value, json};

use super::{Cloud, text};

const ISOLATED: &str = "DefaultIsolatedNetworkOfferingWithSourceNatService";

impl Cloud {
    fn nics(&mut self, machine: &str) -> Vec<Value> {
        let listed = self.call("listNics", &[("virtualmachineid", machine)]);
        listed["nic"].as_array().cloned().unwrap_or_default()
    }
}

#[test]
fn cards_are_plugged_in_and_out() {
    let mut cloud = Cloud::new();
    let machine = cloud.deploy(&[]);
    let network = cloud.network_as("admin", ISOLATED, &[]);
    let plug = [
        ("virtualmachineid", &*machine),
        ("networkid", &*network),
        ("ipaddress", "10.1.1.77"),
    ];
    let shown = cloud.finish("addNicToVirtualMachine", &plug)["virtualmachine"].clone();
    let [first, second] = [&shown["nic"][0], &shown["nic"][1]];
    assert_eq!(
        (&second["ipaddress"], &second["deviceid"]),
        (&json!("10.1.1.77"), &json!("1"))
    );
    assert_eq!(
        (&first["isdefault"], &second["isdefault"]),
        (&json!(true), &json!(false))
    );
    let why = cloud.fail("addNicToVirtualMachine", &plug);
    assert_eq!(
        why["errortext"],
        format!("A NIC already exists for VM:{machine} in network: {network}")
    );
    let first = text(&first["id"]);
    let of_first = [("virtualmachineid", &*machine), ("nicid", &*first)];
    let why = cloud.fail("removeNicFromVirtualMachine", &of_first);
    assert!(text(&why["errortext"]).ends_with("NIC is default."));
    let second = text(&second["id"]);
    let of_second = [("virtualmachineid", &*machine), ("nicid", &*second)];
    let shown = cloud.finish("updateDefaultNicForVirtualMachine", &of_second);
    assert_eq!(shown["virtualmachine"]["ipaddress"], "10.1.1.77");
    cloud.finish("removeNicFromVirtualMachine", &of_first);
    assert_eq!(cloud.nics(&machine).len(), 1);
}

#[test]
fn a_card_that_the_host_refuses_is_not_there() {
    let plug = crate::vocabulary::command::AgentCommand::PlugNicCommand;
    let mut cloud = Cloud::refusing(plug, "*", 1);
    let machine = cloud.deploy(&[]);
    let network = cloud.network_as("admin", ISOLATED, &[]);
    cloud.fail(
        "addNicToVirtualMachine",
        &[("virtualmachineid", &machine), ("networkid", &network)],
    );
    assert_eq!(cloud.nics(&machine).len(), 1);
}

#[test]
fn a_card_can_have_further_addresses() {
    let mut cloud = Cloud::new();
    let machine = cloud.deploy(&[]);
    let card = text(&cloud.nics(&machine)[0]["id"]);
    let added = cloud.finish(
        "addIpToNic",
        &[("nicid", &card), ("ipaddress", "10.0.0.50")],
    );
    let added = &added["nicsecondaryip"];
    assert_eq!(
        (&added["ipaddress"], &added["nicid"]),
        (&json!("10.0.0.50"), &json!(card))
    );
    assert_eq!(
        cloud.nics(&machine)[0]["secondaryip"][0]["ipaddress"],
        "10.0.0.50"
    );
    let why = cloud.fail(
        "addIpToNic",
        &[("nicid", &card), ("ipaddress", "10.0.0.50")],
    );
    assert_eq!(why["errorcode"], 530);
    cloud.finish("removeIpFromNic", &[("id", &text(&added["id"]))]);
    assert_eq!(cloud.nics(&machine)[0]["secondaryip"], json!([]));
    let why = cloud.fail(
        "updateVmNicIp",
        &[("nicid", &card), ("ipaddress", "10.0.0.60")],
    );
    assert!(text(&why["errortext"]).starts_with("VM is not Stopped"));
    cloud.run("stopVirtualMachine", &machine, &[]);
    cloud.finish(
        "updateVmNicIp",
        &[("nicid", &card), ("ipaddress", "10.0.0.60")],
    );
    assert_eq!(cloud.machine(&machine)["ipaddress"], "10.0.0.60");
}

#[test]
fn an_accounts_first_machine_brings_its_network() {
    let mut cloud = Cloud::without_networks();
    let first = cloud.deploy(&[]);
    let nic = cloud.machine(&first)["nic"][0].clone();
    assert_eq!(
        (&nic["networkname"], &nic["type"]),
        (&json!("admin-network"), &json!("Isolated"))
    );
    let second = cloud.deploy(&[]);
    assert_eq!(
        cloud.machine(&second)["nic"][0]["networkid"],
        nic["networkid"]
    );
    let network = text(&nic["networkid"]);
    let behind = [("associatednetworkid", &*network), ("issourcenat", "true")];
    assert_eq!(cloud.call("listPublicIpAddresses", &behind)["count"], 1);
}

#[test]
fn of_two_isolated_networks_one_has_to_be_named() {
    let mut cloud = Cloud::without_networks();
    cloud.deploy(&[]);
    let offering = cloud.first(
        "listNetworkOfferings",
        "networkoffering",
        &[("name", ISOLATED)],
    );
    let zone = cloud.first("listZones", "zone", &[]);
    let second = [
        ("name", "second"),
        ("zoneid", &*zone),
        ("networkofferingid", &*offering),
    ];
    let second = text(&cloud.call("createNetwork", &second)["network"]["id"]);
    let params = cloud.deploy_params();
    let params: Vec<(&str, &str)> = params
        .iter()
        .map(|(name, value)| (*name, &**value))
        .collect();
    let (status, why) = cloud.refused("deployVirtualMachine", &params);
    assert_eq!(status, 431);
    assert!(
        why.starts_with("More than 1 default Isolated networks are found"),
        "{why}"
    );
    let machine = cloud.deploy(&[("networkids", &*second)]);
    assert_eq!(cloud.machine(&machine)["nic"][0]["networkname"], "second");
}
