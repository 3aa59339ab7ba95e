//! What can be ordered.

use serde_json::{Value, json};

use super::{Cloud, text};

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
