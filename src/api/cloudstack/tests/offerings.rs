//! What can be ordered.

use serde_json::{Value, json};

use super::{Cloud, all, text};

fn service_offering<'a>(name: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let own = [("name", name), ("displaytext", "Text")];
    own.iter().chain(more).copied().collect()
}

fn made(cloud: &mut Cloud, name: &str, more: &[(&str, &str)]) -> Value {
    let answer = cloud.call("createServiceOffering", &service_offering(name, more));
    answer["serviceoffering"].clone()
}

const SMALL: [(&str, &str); 3] = [("cpunumber", "1"), ("cpuspeed", "500"), ("memory", "256")];

#[test]
fn a_service_offering_tells_what_was_asked_for() {
    let mut cloud = Cloud::new();
    let more = [
        ("hosttags", "eco,ssd"),
        ("tags", "fast"),
        ("storagetype", "local"),
        ("offerha", "true"),
        ("bytesreadrate", "1048576"),
        ("serviceofferingdetails[0].key", "gpu"),
        ("serviceofferingdetails[0].value", "none"),
    ];
    let all: Vec<_> = SMALL.iter().chain(&more).copied().collect();
    let offering = made(&mut cloud, "tiny", &all);
    for (field, value) in [
        ("cpunumber", json!(1)),
        ("cpuspeed", json!(500)),
        ("memory", json!(256)),
        ("hosttags", json!("eco,ssd")),
        ("storagetags", json!("fast")),
        ("storagetype", json!("local")),
        ("offerha", json!(true)),
        ("diskBytesReadRate", json!(1_048_576)),
        ("serviceofferingdetails", json!({"gpu": "none"})),
        ("iscustomized", json!(false)),
        ("state", json!("Active")),
    ] {
        assert_eq!(offering[field], value, "{field}");
    }
    let listed = cloud.call("listServiceOfferings", &[("name", "tiny")]);
    assert_eq!(listed["serviceoffering"][0], offering);
}

#[test]
fn machines_keep_an_offering_that_is_changed_or_gone() {
    let mut cloud = Cloud::new();
    let id = text(&made(&mut cloud, "tiny", &SMALL)["id"]);
    let params = cloud.deploy_params();
    let (_, answer) = cloud.call_as(
        "admin",
        "deployVirtualMachine",
        &[
            ("serviceofferingid", &id),
            ("templateid", &params[1].1),
            ("zoneid", &params[2].1),
        ],
    );
    let machine = text(&answer["id"]);
    assert_eq!(cloud.machine(&machine)["cpuspeed"], 500);
    let updated = cloud.call(
        "updateServiceOffering",
        &[("id", &id), ("name", "wee"), ("hosttags", "x")],
    );
    assert_eq!(updated["serviceoffering"]["hosttags"], "x");
    let flavors: Vec<String> = cloud
        .world
        .flavors
        .iter()
        .map(|it| it.name.to_string())
        .collect();
    assert!(
        flavors.contains(&"wee".to_owned()),
        "OpenStack has it too: {flavors:?}"
    );
    assert_eq!(
        cloud.call("deleteServiceOffering", &[("id", &id)]),
        json!({"success": true})
    );
    assert_eq!(
        cloud.call("listServiceOfferings", &[("name", "wee")]),
        json!({})
    );
    assert_eq!(cloud.machine(&machine)["serviceofferingname"], "tiny");
}

#[test]
fn offerings_are_found_by_what_they_are() {
    let mut cloud = Cloud::new();
    made(&mut cloud, "tiny", &SMALL);
    made(&mut cloud, "tailored", &[]);
    let router = made(
        &mut cloud,
        "router",
        &[
            &SMALL[..],
            &[("issystem", "true"), ("systemvmtype", "domainrouter")],
        ]
        .concat(),
    );
    assert_eq!(router["systemvmtype"], "domainrouter");
    let id = text(&router["id"]);
    cloud.call(
        "updateServiceOffering",
        &[("id", &id), ("state", "Inactive")],
    );
    let mut found = |params: &[(&str, &str)]| {
        let listed = cloud.call("listServiceOfferings", params);
        let names = listed["serviceoffering"].as_array().into_iter().flatten();
        names.map(|it| text(&it["name"])).collect::<Vec<_>>()
    };
    assert_eq!(found(&[("memory", "256")]), ["tiny"]);
    assert_eq!(found(&[("keyword", "TEXT")]), ["tiny", "tailored"]);
    assert_eq!(found(&[("issystem", "true")]), [""; 0]);
    assert_eq!(
        found(&[("issystem", "true"), ("state", "Inactive")]),
        ["router"]
    );
}

#[test]
fn a_size_that_makes_no_sense_is_refused() {
    let mut cloud = Cloud::new();
    for (more, why) in [
        (
            &[("cpunumber", "0"), ("memory", "256")],
            "Failed to create service offering odd: specify the cpu number value between 1 and 2147483647",
        ),
        (
            &[("cpunumber", "1"), ("memory", "16")],
            "Failed to create service offering odd: specify the memory value between 32 and 2147483647 MB",
        ),
        (
            &[("customized", "true"), ("memory", "256")],
            "For creating a custom compute offering cpu and memory all should be null",
        ),
    ] {
        let (status, said) = cloud.refused("createServiceOffering", &service_offering("odd", more));
        assert_eq!((status, &*said), (431, why));
    }
    let (status, _) = cloud.call_as(
        "joe",
        "createServiceOffering",
        &service_offering("x", &SMALL),
    );
    assert_eq!(status, 432, "only administrators make offerings");
}

#[test]
fn a_disk_offering_is_made_changed_and_gone() {
    let mut cloud = Cloud::new();
    let own = [
        ("name", "little"),
        ("displaytext", "A little disk"),
        ("disksize", "10"),
        ("tags", "eco"),
        ("iopsreadrate", "100"),
    ];
    let offering = cloud.call("createDiskOffering", &own)["diskoffering"].clone();
    for (field, value) in [
        ("disksize", json!(10)),
        ("tags", json!("eco")),
        ("iscustomized", json!(false)),
        ("diskIopsReadRate", json!(100)),
    ] {
        assert_eq!(offering[field], value, "{field}");
    }
    let id = text(&offering["id"]);
    let zone = cloud.first("listZones", "zone", &[]);
    let change = [
        ("id", &*id),
        ("displayoffering", "false"),
        ("zoneid", &zone),
    ];
    let changed = cloud.call("updateDiskOffering", &change);
    assert_eq!(changed["diskoffering"]["zoneid"], zone);
    let (_, seen) = cloud.call_as("joe", "listDiskOfferings", &[("name", "little")]);
    assert_eq!(seen, json!({}), "users do not see what is not displayed");
    cloud.call("deleteDiskOffering", &[("id", &id)]);
    assert_eq!(
        cloud.call("listDiskOfferings", &[("name", "little")]),
        json!({})
    );
    for (params, why) in [
        (
            &own[..2],
            "Disksize is required for a non-customized disk offering",
        ),
        (
            &[&own[..3], &[("customized", "true")]].concat(),
            "Disksize is not allowed for a customized disk offering",
        ),
    ] {
        assert_eq!(
            cloud.refused("createDiskOffering", params),
            (431, why.to_owned())
        );
    }
}

#[test]
fn a_network_offering_has_the_services_that_were_asked_for() {
    let mut cloud = Cloud::new();
    let own = [
        ("name", "walled"),
        ("displaytext", "Walled garden"),
        ("guestiptype", "Isolated"),
        ("traffictype", "Guest"),
        ("supportedservices", "Dhcp,SourceNat,Firewall"),
        ("serviceproviderlist[0].service", "dhcp"),
        ("serviceproviderlist[0].provider", "virtualrouter"),
    ];
    let offering = cloud.call("createNetworkOffering", &own)["networkoffering"].clone();
    let by_router = |name: &str| json!({"name": name, "provider": [{"name": "VirtualRouter"}]});
    assert_eq!(
        offering["service"],
        json!([
            by_router("Dhcp"),
            by_router("SourceNat"),
            by_router("Firewall")
        ])
    );
    assert_eq!(
        (&offering["state"], &offering["internetprotocol"]),
        (&json!("Disabled"), &json!("IPv4"))
    );
    let id = text(&offering["id"]);
    let enable = [
        ("id", &*id),
        ("state", "Enabled"),
        ("availability", "optional"),
    ];
    let enabled = cloud.call("updateNetworkOffering", &enable);
    assert_eq!(enabled["networkoffering"]["state"], "Enabled");
    let with = [
        ("supportedservices", "firewall,dhcp"),
        ("isdefault", "false"),
    ];
    let found = cloud.call("listNetworkOfferings", &with);
    assert_eq!(found["networkoffering"][0]["id"], id);
    cloud.call("deleteNetworkOffering", &[("id", &id)]);
    assert_eq!(cloud.call("listNetworkOfferings", &with), json!({}));
    let usual = cloud.first("listNetworkOfferings", "networkoffering", &[]);
    assert_eq!(
        cloud.refused("deleteNetworkOffering", &[("id", &usual)]),
        (431, "Default network offering can't be deleted".to_owned())
    );
    for (odd, why) in [
        (
            ("guestiptype", "Wild"),
            "Invalid \"guestType\" parameter is specified; can have Shared / Isolated / L2 values",
        ),
        (
            ("supportedservices", "Tea"),
            "Invalid service name specified: Tea",
        ),
        (
            ("serviceproviderlist[0].service", "Lb"),
            "Service Lb is not enabled for the network offering, can't add a provider to it",
        ),
    ] {
        let params: Vec<_> = own
            .iter()
            .map(|one| if one.0 == odd.0 { odd } else { *one })
            .collect();
        assert_eq!(
            cloud.refused("createNetworkOffering", &params),
            (431, why.to_owned())
        );
    }
}

#[test]
fn machines_go_to_hosts_with_the_tags_of_their_offering() {
    let mut cloud = Cloud::new();
    let host = cloud.first("listHosts", "host", &[("name", "host-2")]);
    let all: Vec<_> = SMALL.iter().copied().chain([("hosttags", "eco")]).collect();
    let id = text(&made(&mut cloud, "green", &all)["id"]);
    let params = cloud.deploy_params();
    let order = [
        ("serviceofferingid", &*id),
        ("templateid", &params[1].1),
        ("zoneid", &params[2].1),
    ];
    let job = text(&cloud.call("deployVirtualMachine", &order)["jobid"]);
    assert_eq!(
        cloud.job(&job)["jobresult"]["errorcode"],
        533,
        "no host has the tag"
    );
    cloud.call("updateHost", &[("id", &host), ("hosttags", "eco,ssd")]);
    let (_, answer) = cloud.call_as("admin", "deployVirtualMachine", &order);
    assert_eq!(cloud.machine(&text(&answer["id"]))["hostname"], "host-2");
}

#[test]
fn what_is_kept_for_a_domain_is_for_those_in_it() {
    let mut cloud = Cloud::new();
    let domain = cloud.domain("research", None);
    let inner = cloud.domain("biology", Some(&domain));
    let both = format!("{domain},{inner}");
    let size = [
        ("name", "kept"),
        ("displaytext", "kept"),
        ("cpunumber", "1"),
        ("memory", "128"),
    ];
    let kept: Vec<(&str, &str)> = size.into_iter().chain([("domainid", &*both)]).collect();
    let offering = cloud.call("createServiceOffering", &kept)["serviceoffering"].clone();
    assert_eq!(
        offering["domainid"], *domain,
        "the inner domain is part of the outer"
    );
    let offering = text(&offering["id"]);
    let (_, inside) = cloud.account("inside", "0", &[("domainid", &inner)]);
    let (_, outside) = cloud.account("outside", "0", &[]);
    let listed = [("id", &*offering)];
    assert_eq!(
        cloud.call_with(&inside, "listServiceOfferings", &listed).1["count"],
        1
    );
    assert_eq!(
        cloud.call_with(&outside, "listServiceOfferings", &listed).1,
        json!({})
    );
    let of_domain = cloud.call("listServiceOfferings", &[("domainid", &domain)]);
    assert_eq!(all(&of_domain, "serviceoffering", "name"), ["kept"]);
    let [_, template, zone] = cloud.deploy_params();
    let machine = [
        ("serviceofferingid", &*offering),
        (template.0, &template.1),
        (zone.0, &zone.1),
    ];
    assert_eq!(
        cloud.call_with(&inside, "deployVirtualMachine", &machine).0,
        200
    );
    let (status, refusal) = cloud.call_with(&outside, "deployVirtualMachine", &machine);
    assert_eq!(status, 531, "{refusal}");
}

#[test]
fn offerings_with_more_than_ipv4_have_to_be_turned_on() {
    let mut cloud = Cloud::new();
    let own = [
        ("name", "dual"),
        ("guestiptype", "Isolated"),
        ("traffictype", "Guest"),
        ("internetprotocol", "dualstack"),
    ];
    let why = "Configuration ipv6.offering.enabled needs to be enabled for creating IPv6 supported network offering";
    assert_eq!(
        cloud.refused("createNetworkOffering", &own),
        (431, why.to_owned())
    );
    let setting = [("name", "ipv6.offering.enabled"), ("value", "true")];
    cloud.call("updateConfiguration", &setting);
    let made = cloud.call("createNetworkOffering", &own)["networkoffering"].clone();
    assert_eq!(
        (&made["internetprotocol"], &made["displaytext"]),
        (&json!("DualStack"), &json!("dual"))
    );
}

#[test]
fn a_custom_offering_may_say_how_fast_it_is() {
    let mut cloud = Cloud::new();
    let own = [("customized", "true"), ("cpuspeed", "1000")];
    let offering = made(&mut cloud, "custom", &own);
    assert_eq!(
        (&offering["cpuspeed"], &offering["cpunumber"]),
        (&json!(1000), &Value::Null)
    );
}
