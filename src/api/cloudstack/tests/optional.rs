//! Parameters that may be left out, and what is said where they may not.

use serde_json::json;

use super::{Cloud, text};

#[test]
fn a_vpc_says_its_addresses_once() {
    let mut cloud = Cloud::new();
    let zone = cloud.first("listZones", "zone", &[]);
    let offering = cloud.first("listVPCOfferings", "vpcoffering", &[]);
    let base = [
        ("name", "v"),
        ("zoneid", &*zone),
        ("vpcofferingid", &*offering),
    ];
    let (cidr, size) = (("cidr", "10.9.0.0/16"), ("cidrsize", "24"));
    for (more, why) in [
        (vec![], "VPC cidr or cidr size must be specified"),
        (
            vec![cidr, size],
            "VPC cidr and cidr size are mutually exclusive",
        ),
        (
            vec![size],
            "VPC cidr size is only applicable on VPC with Routed mode",
        ),
    ] {
        let params = [&base[..], &more].concat();
        assert_eq!(cloud.refused("createVPC", &params), (431, why.to_owned()));
    }
}

#[test]
fn a_public_address_is_given_back_by_itself_or_its_id() {
    let mut cloud = Cloud::new();
    let vpc = cloud.vpc();
    let made = cloud.finish("associateIpAddress", &[("vpcid", &vpc)]);
    let address = text(&made["ipaddress"]["ipaddress"]);
    let id = text(&made["ipaddress"]["id"]);
    let back = "disassociateIpAddress";
    for (params, why) in [
        (
            vec![],
            "Please specify either IP address or IP address ID".to_owned(),
        ),
        (
            vec![("id", &*id), ("ipaddress", &*address)],
            "id parameter is mutually exclusive with ipaddress parameter".to_owned(),
        ),
        (
            vec![("ipaddress", "192.0.2.1")],
            "Unable to find IP address by IP address=192.0.2.1".to_owned(),
        ),
    ] {
        assert_eq!(cloud.refused(back, &params), (431, why));
    }
    let own = [("ipaddress", &*address)];
    assert_eq!(cloud.call_as("joe", back, &own).0, 531);
    assert_eq!(cloud.finish(back, &own), json!({ "success": true }));
}

#[test]
fn lists_of_no_vpc_are_for_root_administrators() {
    let mut cloud = Cloud::new();
    let (status, why) = cloud.call_as("joe", "createNetworkACLList", &[("name", "all")]);
    assert_eq!(
        (status, text(&why["errortext"])),
        (531, "Only Root Admin can create global ACLs.".to_owned())
    );
    let made = cloud.finish("createNetworkACLList", &[("name", "all")]);
    let list = &made["networkacllist"];
    assert_eq!((&list["name"], list.get("vpcid")), (&json!("all"), None));
    let id = text(&list["id"]);
    let (_, seen) = cloud.call_as("joe", "listNetworkACLLists", &[("name", "all")]);
    assert_eq!(seen["count"], 1);
    let rule = [("aclid", &*id), ("protocol", "tcp")];
    assert_eq!(cloud.call_as("joe", "createNetworkACL", &rule).0, 531);
    cloud.finish("createNetworkACL", &rule);
    let vpc = cloud.vpc();
    let tier = cloud.tier(&vpc, &[]);
    cloud.finish(
        "replaceNetworkACLList",
        &[("aclid", &id), ("networkid", &tier)],
    );
}

#[test]
fn a_job_is_found_by_what_it_is_for() {
    let mut cloud = Cloud::new();
    let machine = cloud.deploy(&[]);
    cloud.run("stopVirtualMachine", &machine, &[]);
    let query = "queryAsyncJobResult";
    let by = [
        ("resourcetype", "VirtualMachine"),
        ("resourceid", &*machine),
    ];
    let job = cloud.call(query, &by);
    assert_eq!(job["jobinstanceid"], *machine);
    assert_eq!(job["jobresult"]["virtualmachine"]["state"], "Stopped");
    let why = "Expected parameter job id or parameters resource type and resource id";
    assert_eq!(cloud.refused(query, &by[1..]), (431, why.to_owned()));
    let other = [("resourcetype", "Volume"), by[1]];
    assert_eq!(cloud.refused(query, &other).0, 431);
}

#[test]
fn an_operating_system_keeps_the_name_that_nobody_changes() {
    let mut cloud = Cloud::new();
    let category = cloud.first("listOsCategories", "oscategory", &[]);
    let made = cloud.finish(
        "addGuestOs",
        &[
            ("osdisplayname", "Plan 9"),
            ("oscategoryid", &category),
            ("name", "plan9"),
        ],
    );
    let id = text(&made["guestos"]["id"]);
    let changed = cloud.finish("updateGuestOs", &[("id", &id), ("fordisplay", "false")]);
    assert_eq!(
        (
            &changed["guestos"]["name"],
            &changed["guestos"]["fordisplay"]
        ),
        (&json!("Plan 9"), &json!(false))
    );
}

#[test]
fn hosts_are_added_with_what_they_are_logged_into_with() {
    let mut cloud = Cloud::new();
    let zone = cloud.first("listZones", "zone", &[]);
    let pod = cloud.first("listPods", "pod", &[]);
    let both = "Username and Password need to be provided.";
    for (hypervisor, more, why) in [
        ("Simulator", vec![], both),
        ("simulator", vec![("username", "root")], both),
        (
            "Simulator",
            vec![("username", " "), ("password", "x")],
            both,
        ),
        (
            "KVM",
            vec![("password", "x")],
            "Username need to be provided.",
        ),
    ] {
        let mut params = vec![
            ("zoneid", &*zone),
            ("podid", &*pod),
            ("clustername", "new"),
            ("hypervisor", hypervisor),
            ("url", "http://sim/c9/h9"),
        ];
        params.extend(more);
        assert_eq!(cloud.refused("addHost", &params), (431, why.to_owned()));
    }
}

#[test]
fn the_clouds_own_machines_have_an_address_for_their_hosts_and_the_zones_name_servers() {
    let mut cloud = Cloud::new();
    let zone = cloud.first("listZones", "zone", &[]);
    let servers = [
        ("id", &*zone),
        ("dns1", "192.0.2.53"),
        ("dns2", "192.0.2.54"),
    ];
    cloud.call("updateZone", &servers);
    let network = cloud.network_as(
        "admin",
        "DefaultIsolatedNetworkOfferingWithSourceNatService",
        &[],
    );
    let shown = cloud.call("listNetworks", &[("id", &network)])["network"][0].clone();
    assert_eq!(
        (&shown["dns1"], &shown["dns2"]),
        (&json!("192.0.2.53"), &json!("192.0.2.54"))
    );
    cloud.deploy(&[("networkids", &network)]);
    for (command, key) in [("listRouters", "router"), ("listSystemVms", "systemvm")] {
        let shown = cloud.call(command, &[("listall", "true")])[key][0].clone();
        assert_eq!(
            (&shown["dns1"], &shown["dns2"], &shown["linklocalnetmask"]),
            (
                &json!("192.0.2.53"),
                &json!("192.0.2.54"),
                &json!("255.255.0.0")
            )
        );
        assert!(text(&shown["linklocalip"]).starts_with("169.254."));
        assert!(text(&shown["linklocalmacaddress"]).starts_with("0e:00:a9:fe:"));
    }
}
