//! Public addresses come from the ranges of their zone.

use serde_json::Value;

use super::{Cloud, text};

const ISOLATED: &str = "DefaultIsolatedNetworkOfferingWithSourceNatService";

/// A zone that clients built, with a host and nothing of addresses.
fn built() -> (Cloud, String) {
    let mut cloud = Cloud::new();
    let zone = cloud.call(
        "createZone",
        &[
            ("name", "built"),
            ("networktype", "Advanced"),
            ("dns1", "10.147.28.6"),
            ("internaldns1", "10.147.28.6"),
            ("guestcidraddress", "10.1.1.0/24"),
        ],
    );
    let zone = text(&zone["zone"]["id"]);
    let pod = cloud.call(
        "createPod",
        &[
            ("name", "POD0"),
            ("zoneid", &zone),
            ("gateway", "172.16.15.1"),
            ("netmask", "255.255.255.0"),
            ("startip", "172.16.15.2"),
        ],
    );
    let pod = text(&pod["pod"]["id"]);
    let cluster = cloud.call(
        "addCluster",
        &[
            ("zoneid", &zone),
            ("podid", &pod),
            ("clustername", "C0"),
            ("clustertype", "CloudManaged"),
            ("hypervisor", "simulator"),
        ],
    );
    let cluster = text(&cluster["cluster"][0]["id"]);
    cloud.call(
        "addHost",
        &[
            ("zoneid", &zone),
            ("podid", &pod),
            ("clusterid", &cluster),
            ("hypervisor", "simulator"),
            ("url", "http://sim/c0/h0"),
            ("username", "root"),
            ("password", "password"),
        ],
    );
    (cloud, zone)
}

impl Cloud {
    /// Makes a range of public addresses from `first` to `last` in 192.168.`third`.0/24; its id.
    fn range(
        &mut self,
        zone: &str,
        [third, first, last]: [u8; 3],
        more: &[(&str, &str)],
    ) -> String {
        let address = |last: u8| format!("192.168.{third}.{last}");
        let (gateway, start, end) = (address(1), address(first), address(last));
        let mut params = vec![
            ("zoneid", zone),
            ("vlan", "50"),
            ("gateway", &*gateway),
            ("netmask", "255.255.255.0"),
            ("startip", &*start),
            ("endip", &*end),
            ("forvirtualnetwork", "true"),
        ];
        params.extend(more);
        text(&self.call("createVlanIpRange", &params)["vlan"]["id"])
    }

    fn acquire(&mut self, params: &[(&str, &str)]) -> Value {
        self.finish("associateIpAddress", params)["ipaddress"].clone()
    }

    fn network_in(&mut self, zone: &str) -> String {
        let offering = self.network_offering(ISOLATED);
        let params = [
            ("name", "web"),
            ("networkofferingid", &*offering),
            ("zoneid", zone),
        ];
        text(&self.call("createNetwork", &params)["network"]["id"])
    }
}

#[test]
fn a_zone_gives_out_the_addresses_of_its_ranges_until_there_are_none() {
    let (mut cloud, zone) = built();
    let range = cloud.range(&zone, [2, 10, 11], &[]);
    let params = [("zoneid", &*zone), ("allocatedonly", "false")];
    let free = cloud.call("listPublicIpAddresses", &params);
    assert_eq!(free["count"], 2);
    let network = cloud.network_in(&zone);
    let source = cloud.acquire(&[("networkid", &network)]);
    for (field, value) in [
        ("ipaddress", "192.168.2.10"),
        ("zoneid", &*zone),
        ("vlanid", &*range),
        ("vlanname", "vlan://50"),
    ] {
        assert_eq!(source[field], value, "{field}");
    }
    assert_eq!(source["issourcenat"], true);
    let second = cloud.acquire(&[("networkid", &network)]);
    assert_eq!(second["ipaddress"], "192.168.2.11");
    let (status, why) = cloud.refused("associateIpAddress", &[("networkid", &network)]);
    assert_eq!((status, &*why), (533, "Insufficient address capacity"));
    let listed = cloud.call("listPublicIpAddresses", &[("vlanid", &range)]);
    assert_eq!(listed["count"], 2);
    let (status, why) = cloud.refused("deleteVlanIpRange", &[("id", &range)]);
    assert_eq!(
        (status, &*why),
        (431, "2  Ips are in use. Cannot delete this vlan")
    );
    cloud.finish("deleteNetwork", &[("id", &network)]);
    cloud.call("deleteVlanIpRange", &[("id", &range)]);
    assert_eq!(
        cloud.call("listVlanIpRanges", &[("zoneid", &zone)]),
        serde_json::json!({})
    );
}

#[test]
fn an_address_that_is_asked_for_is_the_one_that_is_given() {
    let (mut cloud, zone) = built();
    cloud.range(&zone, [2, 10, 20], &[]);
    let wanted = [("zoneid", &*zone), ("ipaddress", "192.168.2.15")];
    assert_eq!(cloud.acquire(&wanted)["ipaddress"], "192.168.2.15");
    let (status, _) = cloud.refused("associateIpAddress", &wanted);
    assert_eq!(status, 533);
    let outside = [("zoneid", &*zone), ("ipaddress", "192.168.2.30")];
    assert_eq!(cloud.refused("associateIpAddress", &outside).0, 533);
}

#[test]
fn a_range_that_is_somebodys_gives_only_them_addresses_and_first() {
    let (mut cloud, zone) = built();
    let range = cloud.range(&zone, [2, 10, 10], &[]);
    let own = cloud.range(&zone, [3, 10, 10], &[]);
    let (_, keys) = cloud.account("ann", "0", &[]);
    let domain = cloud.first("listDomains", "domain", &[]);
    let params = [("id", &*own), ("domainid", &*domain), ("account", "ann")];
    cloud.call("dedicatePublicIpRange", &params);
    let zone_param = [("zoneid", &*zone)];
    let answers: Vec<Value> = (0..2)
        .map(|_| {
            let (status, answer) = cloud.call_with(&keys, "associateIpAddress", &zone_param);
            assert_eq!(status, 200, "{answer}");
            let id = text(&answer["id"]);
            cloud.call("listPublicIpAddresses", &[("id", &id), ("listall", "true")])
                ["publicipaddress"][0]["vlanid"]
                .clone()
        })
        .collect();
    assert_eq!(answers, [Value::from(own.clone()), Value::from(range)]);
    assert_eq!(cloud.refused("associateIpAddress", &zone_param).0, 533);
    cloud.call("releasePublicIpRange", &[("id", &own)]);
    assert_eq!(cloud.acquire(&zone_param)["vlanid"], *own);
}

#[test]
fn system_machines_take_addresses_of_the_ranges_that_are_for_them() {
    let (mut cloud, zone) = built();
    let range = cloud.range(&zone, [2, 10, 20], &[]);
    let own = cloud.range(&zone, [4, 10, 20], &[("forsystemvms", "true")]);
    let enable = [("id", &*zone), ("allocationstate", "Enabled")];
    cloud.call("updateZone", &enable);
    let machines = cloud.call("listSystemVms", &[("zoneid", &zone)])["systemvm"].clone();
    assert_eq!(
        (&machines[0]["publicip"], &machines[1]["publicip"]),
        (&"192.168.4.10".into(), &"192.168.4.11".into())
    );
    assert_eq!(machines[0]["state"], "Running");
    assert_eq!(cloud.acquire(&[("zoneid", &zone)])["vlanid"], *range);
    let why = cloud.refused("deleteVlanIpRange", &[("id", &own)]).1;
    assert_eq!(why, "2  Ips are in use. Cannot delete this vlan");
    // No new ones come while the zone is closed.
    let disable = [("id", &*zone), ("allocationstate", "Disabled")];
    cloud.call("updateZone", &disable);
    for machine in [&machines[0], &machines[1]] {
        cloud.finish("destroySystemVm", &[("id", &text(&machine["id"]))]);
    }
    let left = cloud.call("listSystemVms", &[("zoneid", &zone)]);
    assert_eq!(left, serde_json::json!({}));
    cloud.call("deleteVlanIpRange", &[("id", &own)]);
    cloud.call("updateZone", &enable);
    let machine = cloud.call("listSystemVms", &[("zoneid", &zone)])["systemvm"][0].clone();
    assert_eq!(machine["publicip"], "192.168.2.11");
}

#[test]
fn a_zone_without_hosts_holds_no_addresses() {
    let (mut cloud, zone) = built();
    let range = cloud.range(&zone, [100, 10, 20], &[]);
    let enabled = [("id", &*zone), ("allocationstate", "Enabled")];
    cloud.call("updateZone", &enabled);
    let (status, why) = cloud.refused("deleteVlanIpRange", &[("id", &range)]);
    assert_eq!(
        (status, &*why),
        (431, "2  Ips are in use. Cannot delete this vlan")
    );

    let hosts = cloud.call("listHosts", &[("zoneid", &zone), ("type", "Routing")]);
    let host = text(&hosts["host"][0]["id"]);
    cloud.call("deleteHost", &[("id", &host), ("forced", "true")]);
    let left = cloud.call("listSystemVms", &[("zoneid", &zone)]);
    assert_eq!(left, serde_json::json!({}));
    cloud.call("deleteVlanIpRange", &[("id", &range)]);
}

#[test]
fn zones_with_the_same_addresses_have_networks_of_their_own() {
    let (mut cloud, zone) = built();
    let first = cloud.zone();
    let ranges = [
        cloud.range(&zone, [2, 10, 20], &[]),
        cloud.range(&first, [2, 10, 20], &[]),
    ];
    let addresses = [&zone, &first].map(|zone| {
        let params = [("zoneid", &**zone), ("ipaddress", "192.168.2.12")];
        cloud.acquire(&params)
    });
    assert_ne!(addresses[0]["networkid"], addresses[1]["networkid"]);
    for (address, range) in addresses.iter().zip(&ranges) {
        assert_eq!(address["vlanid"], **range);
    }
    let crossing = [
        ("zoneid", &*zone),
        ("gateway", "192.168.2.129"),
        ("netmask", "255.255.255.128"),
        ("startip", "192.168.2.130"),
    ];
    let why = cloud.refused("createVlanIpRange", &crossing).1;
    assert!(why.starts_with("The IP range has already been added with gateway 192.168.2.1 ,"));
}

#[test]
fn a_reserved_address_is_the_accounts_until_it_is_released_or_used() {
    let (mut cloud, zone) = built();
    cloud.range(&zone, [2, 10, 20], &[]);
    let free = [("zoneid", &*zone), ("state", "Free")];
    let id = cloud.first("listPublicIpAddresses", "publicipaddress", &free);
    let reserved = cloud.call("reserveIpAddress", &[("id", &id)])["ipaddress"].clone();
    assert_eq!(
        (&reserved["state"], &reserved["id"]),
        (&"Reserved".into(), &id.clone().into())
    );
    cloud.call("reserveIpAddress", &[("id", &id)]);
    let params = [("zoneid", &*zone), ("ipaddress", "192.168.2.10")];
    let taken = cloud.acquire(&params);
    assert_eq!(
        (&taken["id"], &taken["state"]),
        (&id.clone().into(), &"Allocated".into())
    );
    let (_, why) = cloud.refused("releaseIpAddress", &[("id", &id)]);
    assert!(why.ends_with("please use disassociateIpAddress instead"));
}

#[test]
fn vlans_that_are_an_accounts_go_to_its_networks() {
    let mut cloud = Cloud::new();
    let physical = cloud.first("listPhysicalNetworks", "physicalnetwork", &[]);
    let domain = cloud.first("listDomains", "domain", &[]);
    let vlans = [("id", &*physical), ("vlan", "100-200,387-390")];
    cloud.finish("updatePhysicalNetwork", &vlans);
    let params = [
        ("physicalnetworkid", &*physical),
        ("vlanrange", "387-388"),
        ("account", "admin"),
        ("domainid", &domain),
    ];
    let made = cloud.call("dedicateGuestVlanRange", &params)["dedicatedguestvlanrange"].clone();
    assert_eq!(
        (&made["guestvlanrange"], &made["account"]),
        (&"387-388".into(), &"admin".into())
    );
    let (status, why) = cloud.refused("dedicateGuestVlanRange", &params);
    assert_eq!(status, 431);
    assert!(why.starts_with("Vlan range is already dedicated."), "{why}");
    let beyond = [("physicalnetworkid", &*physical), ("vlanrange", "390-391")];
    let why = cloud.refused("dedicateGuestVlanRange", &beyond).1;
    assert_eq!(why, "Unable to find guest vlan by range 390-391");
    let network = cloud.network_as("admin", ISOLATED, &[]);
    cloud.deploy(&[("networkids", &network)]);
    let network = cloud.call("listNetworks", &[("id", &network)])["network"][0].clone();
    assert_eq!(network["vlan"], "387");
    let id = text(&made["id"]);
    cloud.run("releaseDedicatedGuestVlanRange", &id, &[]);
    let left = cloud.call("listDedicatedGuestVlanRanges", &[]);
    assert_eq!(left, serde_json::json!({}));
}
