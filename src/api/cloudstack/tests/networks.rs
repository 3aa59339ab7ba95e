//! Guest networks, public addresses and the rules on them.

mod rules;

use serde_json::{Value, json};

use super::{Cloud, text};
use crate::vocabulary::command::AgentCommand;

const ISOLATED: &str = "DefaultIsolatedNetworkOfferingWithSourceNatService";

impl Cloud {
    pub(super) fn network_offering(&mut self, name: &str) -> String {
        self.first("listNetworkOfferings", "networkoffering", &[("name", name)])
    }

    pub(super) fn zone(&mut self) -> String {
        self.first("listZones", "zone", &[])
    }

    /// Makes a network; its id.
    pub(super) fn network_as(
        &mut self,
        user: &str,
        offering: &str,
        more: &[(&str, &str)],
    ) -> String {
        let (offering, zone) = (self.network_offering(offering), self.zone());
        let mut params = vec![
            ("name", "web"),
            ("displaytext", "Web"),
            ("networkofferingid", &*offering),
            ("zoneid", &*zone),
        ];
        params.extend(more);
        let (status, made) = self.call_as(user, "createNetwork", &params);
        assert_eq!(status, 200, "{made}");
        text(&made["network"]["id"])
    }

    fn network(&mut self) -> String {
        self.network_as("admin", ISOLATED, &[])
    }

    fn shown_network(&mut self, id: &str) -> Value {
        self.call("listNetworks", &[("id", id)])["network"][0].clone()
    }

    /// Runs a command to the end of its job; what became of it.
    pub(super) fn finish(&mut self, command: &str, params: &[(&str, &str)]) -> Value {
        let job = text(&self.call(command, params)["jobid"]);
        let job = self.job(&job);
        assert_eq!(job["jobstatus"], 1, "{command}: {job}");
        job["jobresult"].clone()
    }

    /// Runs a command whose job fails; why it did.
    pub(super) fn fail(&mut self, command: &str, params: &[(&str, &str)]) -> Value {
        let job = text(&self.call(command, params)["jobid"]);
        let job = self.job(&job);
        assert_eq!(job["jobstatus"], 2, "{command}: {job}");
        job["jobresult"].clone()
    }

    fn associate(&mut self, network: &str) -> String {
        let made = self.finish("associateIpAddress", &[("networkid", network)]);
        text(&made["ipaddress"]["id"])
    }

    fn count(&mut self, command: &str, params: &[(&str, &str)]) -> u64 {
        self.call(command, params)["count"].as_u64().unwrap_or(0)
    }

    /// A network with a machine in it, and a public address that is not its source NAT address.
    fn served(&mut self) -> [String; 3] {
        let network = self.network();
        let machine = self.deploy(&[("networkids", &network), ("name", "web-1")]);
        let address = self.associate(&network);
        [network, machine, address]
    }
}

#[test]
fn an_isolated_network_is_there_with_its_first_machine() {
    let mut cloud = Cloud::new();
    let id = cloud.network();
    let network = cloud.shown_network(&id);
    for (field, value) in [
        ("type", "Isolated"),
        ("state", "Allocated"),
        ("cidr", "10.1.1.0/24"),
        ("gateway", "10.1.1.1"),
        ("netmask", "255.255.255.0"),
        ("acltype", "Account"),
        ("account", "admin"),
    ] {
        assert_eq!(network[field], value, "{field}");
    }
    assert!(network.get("vlan").is_none());
    assert_eq!(cloud.count("listRouters", &[("networkid", &id)]), 0);
    let machine = cloud.deploy(&[("networkids", &id)]);
    assert_eq!(cloud.machine(&machine)["nic"][0]["ipaddress"], "10.1.1.2");
    let network = cloud.shown_network(&id);
    assert_eq!(network["state"], "Implemented");
    assert!(text(&network["broadcasturi"]).starts_with("vlan://"));
    let router = cloud.call("listRouters", &[("networkid", &id)])["router"][0].clone();
    assert_eq!(
        (&router["state"], &router["guestipaddress"]),
        (&json!("Running"), &json!("10.1.1.1"))
    );
    let source = cloud.call(
        "listPublicIpAddresses",
        &[("associatednetworkid", &id), ("issourcenat", "true")],
    );
    assert_eq!(
        (&source["count"], &source["publicipaddress"][0]["ipaddress"]),
        (&json!(1), &router["publicip"])
    );
}

#[test]
fn a_network_with_machines_cannot_be_deleted() {
    let mut cloud = Cloud::new();
    let [network, machine, address] = cloud.served();
    let why = cloud.fail("deleteNetwork", &[("id", &network)]);
    assert_eq!(
        (&why["errorcode"], &why["errortext"]),
        (&json!(530), &json!("Failed to delete network"))
    );
    cloud.run("destroyVirtualMachine", &machine, &[("expunge", "true")]);
    assert_eq!(
        cloud.finish("deleteNetwork", &[("id", &network)]),
        json!({"success": true})
    );
    assert_eq!(cloud.call("listRouters", &[("name", "r-4-VM")]), json!({}));
    let released = cloud.call("listPublicIpAddresses", &[("id", &address)]);
    assert_eq!(released, json!({}), "what was there is not refused");
}

#[test]
fn a_network_stays_whose_router_does_not_go() {
    let mut cloud = Cloud::refusing(AgentCommand::DestroyCommand, "*", 1);
    let [network, machine, _] = cloud.served();
    cloud.run("destroyVirtualMachine", &machine, &[("expunge", "true")]);
    let why = cloud.fail("deleteNetwork", &[("id", &network)]);
    assert_eq!(why["errorcode"], 530);
    let router = cloud.call("listRouters", &[("networkid", &network)])["router"][0].clone();
    assert_eq!(router["state"], "Running");
    cloud.finish("deleteNetwork", &[("id", &network)]);
    assert_eq!(cloud.call("listNetworks", &[("id", &network)]), json!({}));
}

#[test]
fn networks_and_rules_show_their_tags() {
    let mut cloud = Cloud::new();
    let [network, _, address] = cloud.served();
    for (kind, id) in [("Network", &network), ("PublicIpAddress", &address)] {
        let tag = [
            ("resourcetype", kind),
            ("resourceids", id),
            ("tags[0].key", "use"),
            ("tags[0].value", "web"),
        ];
        cloud.finish("createTags", &tag);
    }
    let tags = json!([{ "key": "use", "value": "web" }]);
    assert_eq!(cloud.shown_network(&network)["tags"], tags);
    let wanted = [("tags[0].key", "use"), ("tags[0].value", "web")];
    let shown = cloud.call("listPublicIpAddresses", &wanted);
    assert_eq!(
        (&shown["count"], &shown["publicipaddress"][0]["tags"]),
        (&json!(1), &tags)
    );
}

#[test]
fn networks_are_made_as_their_offerings_have_it() {
    let mut cloud = Cloud::new();
    let shared = [
        ("vlan", "77"),
        ("gateway", "172.20.0.1"),
        ("netmask", "255.255.0.0"),
        ("startip", "172.20.0.10"),
        ("endip", "172.20.0.20"),
    ];
    let id = cloud.network_as("admin", "DefaultSharedNetworkOffering", &shared);
    let network = cloud.shown_network(&id);
    assert_eq!(
        (&network["type"], &network["state"], &network["vlan"]),
        (&json!("Shared"), &json!("Setup"), &json!("77"))
    );
    assert_eq!(
        (&network["cidr"], &network["acltype"]),
        (&json!("172.20.0.0/16"), &json!("Domain"))
    );
    let (machine, _) = cloud.deploy_as("joe", &[("networkids", &id)]);
    assert_eq!(
        cloud.machine(&machine)["nic"][0]["ipaddress"],
        "172.20.0.10"
    );
    let l2 = cloud.network_as("admin", "DefaultL2NetworkOffering", &[]);
    let network = cloud.shown_network(&l2);
    assert_eq!(
        (&network["type"], network.get("cidr")),
        (&json!("L2"), None)
    );
    assert_eq!(
        cloud.count("listNetworks", &[("listall", "true"), ("type", "Shared")]),
        1
    );
}

#[test]
fn networks_that_make_no_sense_are_refused() {
    let mut cloud = Cloud::new();
    let zone = cloud.zone();
    for (offering, more, why) in [
        (
            ISOLATED,
            vec![("vlan", "7")],
            "Can't specify vlan; corresponding offering says specifyVlan=false",
        ),
        (
            ISOLATED,
            vec![("gateway", "10.9.0.1"), ("netmask", "255.0.255.0")],
            "Please specify valid netmask",
        ),
        (
            "DefaultSharedNetworkOffering",
            vec![],
            "Vlan has to be specified; corresponding offering says specifyVlan=true",
        ),
        (
            "DefaultIsolatedNetworkOfferingForVpcNetworks",
            vec![],
            "Network offering can be used for VPC networks only",
        ),
    ] {
        let id = cloud.network_offering(offering);
        let mut params = vec![
            ("name", "n"),
            ("networkofferingid", &*id),
            ("zoneid", &*zone),
        ];
        params.extend(more);
        assert_eq!(
            cloud.refused("createNetwork", &params),
            (431, why.to_owned())
        );
    }
}

#[test]
fn accounts_see_and_touch_their_own_networks() {
    let mut cloud = Cloud::new();
    let id = cloud.network_as("joe", ISOLATED, &[]);
    let admins = cloud.network();
    let names = |cloud: &mut Cloud, user: &str, more: &[(&str, &str)]| {
        let (_, listed) = cloud.call_as(user, "listNetworks", more);
        listed["count"].as_u64().unwrap_or(0)
    };
    assert_eq!(
        names(&mut cloud, "joe", &[]),
        2,
        "its own and the one that all share"
    );
    let (status, refused) = cloud.call_as("joe", "deleteNetwork", &[("id", &admins)]);
    assert_eq!((status, &refused["errorcode"]), (531, &json!(531)));
    let permit = [("networkid", &*admins), ("accounts", "joe")];
    cloud.call("createNetworkPermissions", &permit);
    assert_eq!(names(&mut cloud, "joe", &[]), 3);
    let permissions = cloud.call("listNetworkPermissions", &[("networkid", &admins)]);
    assert_eq!(permissions["networkpermission"][0]["account"], "joe");
    cloud.call("resetNetworkPermissions", &[("networkid", &admins)]);
    assert_eq!(names(&mut cloud, "joe", &[]), 2);
    let changed = cloud.finish("updateNetwork", &[("id", &id), ("name", "better")]);
    assert_eq!(changed["network"]["name"], "better");
}

#[test]
fn a_networks_first_address_is_the_one_that_it_hides_behind() {
    let mut cloud = Cloud::new();
    let network = cloud.network();
    let first = cloud.associate(&network);
    let shown =
        cloud.call("listPublicIpAddresses", &[("id", &first)])["publicipaddress"][0].clone();
    assert_eq!(
        (&shown["issourcenat"], &shown["state"]),
        (&json!(true), &json!("Allocated"))
    );
    let why = cloud.fail("disassociateIpAddress", &[("id", &first)]);
    assert_eq!(
        why["errortext"],
        "IP address is used for source nat purposes and can not be disassociated."
    );
    let second = cloud.associate(&network);
    assert_eq!(
        cloud.finish("disassociateIpAddress", &[("id", &second)]),
        json!({"success": true})
    );
    assert_eq!(
        cloud.count(
            "listPublicIpAddresses",
            &[("associatednetworkid", &network)]
        ),
        1
    );
}

#[test]
fn an_address_that_the_router_refuses_is_given_back() {
    let mut cloud = Cloud::refusing(AgentCommand::IpAssocCommand, "*", 1);
    let network = cloud.network();
    cloud.deploy(&[("networkids", &network)]);
    cloud.fail("associateIpAddress", &[("networkid", &network)]);
    let own = [("associatednetworkid", &*network), ("issourcenat", "false")];
    assert_eq!(cloud.count("listPublicIpAddresses", &own), 0);
    cloud.associate(&network);
    assert_eq!(cloud.count("listPublicIpAddresses", &own), 1);
}

#[test]
fn free_addresses_can_be_seen_and_reserved() {
    let mut cloud = Cloud::new();
    let free = cloud.call(
        "listPublicIpAddresses",
        &[("state", "Free"), ("page", "1"), ("pagesize", "1")],
    );
    let free = &free["publicipaddress"][0];
    let id = text(&free["id"]);
    let reserved = cloud.call("reserveIpAddress", &[("id", &id)]);
    assert_eq!(
        (
            &reserved["ipaddress"]["ipaddress"],
            &reserved["ipaddress"]["state"]
        ),
        (&free["ipaddress"], &json!("Reserved"))
    );
    let (status, again) = cloud.call_as("joe", "reserveIpAddress", &[("id", &id)]);
    assert_eq!(status, 431, "{again}");
    cloud.call("releaseIpAddress", &[("id", &id)]);
    cloud.call("reserveIpAddress", &[("id", &id)]);
}

#[test]
fn routers_and_system_machines_are_operated() {
    let mut cloud = Cloud::new();
    let [network, ..] = cloud.served();
    let router = cloud.first("listRouters", "router", &[("networkid", &network)]);
    for (command, state) in [
        ("stopRouter", "Stopped"),
        ("startRouter", "Running"),
        ("rebootRouter", "Running"),
    ] {
        let router = cloud.finish(command, &[("id", &router)])["router"].clone();
        assert_eq!(
            (&router["state"], &router["role"]),
            (&json!(state), &json!("VIRTUAL_ROUTER")),
            "{command}"
        );
    }
    cloud.finish("restartNetwork", &[("id", &network), ("cleanup", "true")]);
    cloud.finish("restartNetwork", &[("id", &network)]);
    cloud.finish("destroyRouter", &[("id", &router)]);
    assert_eq!(cloud.count("listRouters", &[("networkid", &network)]), 0);
    let proxy = [("systemvmtype", "consoleproxy")];
    let before = cloud.call("listSystemVms", &proxy)["systemvm"][0].clone();
    assert_eq!(
        (&before["name"], &before["hostname"]),
        (&json!("v-2-VM"), &json!("host-1"))
    );
    let id = text(&before["id"]);
    let moved = cloud.finish("migrateSystemVm", &[("virtualmachineid", &id)])["systemvm"].clone();
    assert_eq!(moved["hostname"], "host-2");
    cloud.finish("destroySystemVm", &[("id", &id)]);
    let after = cloud.call("listSystemVms", &proxy)["systemvm"][0].clone();
    assert!(
        after["id"] != before["id"] && after["state"] == "Running",
        "another takes its place"
    );
    let (status, _) = cloud.call_as("joe", "listRouters", &[]);
    assert_ne!(status, 200);
}

#[test]
fn without_its_router_a_network_has_no_machines() {
    let mut cloud = Cloud::refusing(AgentCommand::CheckSshCommand, "*", 2);
    let network = cloud.network();
    let (machine, job) = cloud.deploy_as("admin", &[("networkids", &network)]);
    let job = cloud.job(&job);
    assert_eq!(job["jobresult"]["errorcode"], 533, "{job}");
    assert_eq!(cloud.machine(&machine)["state"], "Error");
    let router = cloud.call("listRouters", &[("networkid", &network)])["router"][0].clone();
    assert_eq!(router["state"], "Stopped");
    let next = cloud.deploy(&[("networkids", &network)]);
    assert_eq!(cloud.machine(&next)["state"], "Running");
}

#[test]
fn a_router_is_tried_on_another_host_before_a_deployment_is_given_up() {
    let mut cloud = Cloud::refusing(AgentCommand::StartCommand, "host-1", 1);
    let network = cloud.network();
    let machine = cloud.deploy(&[("networkids", &network)]);
    assert_eq!(cloud.machine(&machine)["state"], "Running");
    let router = cloud.call("listRouters", &[("networkid", &network)])["router"][0].clone();
    assert_eq!(
        (&router["state"], &router["hostname"]),
        (&json!("Running"), &json!("host-2"))
    );
    cloud.refusals.push((AgentCommand::StartCommand, "*", 2));
    let id = text(&router["id"]);
    cloud.finish("stopRouter", &[("id", &id)]);
    let why = cloud.fail("startRouter", &[("id", &id)]);
    assert_eq!(why["errorcode"], 533, "{why}");
    cloud
        .refusals
        .push((AgentCommand::StartCommand, "host-2", 1));
    let restarted = cloud.finish("restartNetwork", &[("id", &network), ("cleanup", "true")]);
    assert_eq!(restarted["success"], true, "{restarted}");
}
