//! What all calls share: parameters, lists, names of commands.

use http::Method;
use serde_json::json;

use super::{Cloud, content, names, request, text};
use crate::api::cloudstack::table::{self, Row};

#[test]
fn the_ids_of_all_things_are_uuids_in_lower_case() {
    let mut cloud = Cloud::new();
    let id = cloud.deploy(&[]);
    let machine = cloud.machine(&id);
    for field in [
        "id",
        "zoneid",
        "hostid",
        "templateid",
        "serviceofferingid",
        "domainid",
        "userid",
    ] {
        let id = text(&machine[field]);
        assert!(
            id.parse::<uuid::Uuid>()
                .is_ok_and(|uuid| uuid.to_string() == id),
            "{field}: {id}"
        );
    }
    assert!(text(&machine["name"]).starts_with("VM-"));
}

#[test]
fn parameters_are_checked_in_the_words_that_clients_look_for() {
    let mut cloud = Cloud::new();
    let check = |cloud: &mut Cloud, command, params: &[(&str, &str)], wanted: &str| {
        let (status, text) = cloud.refused(command, params);
        assert_eq!((status, text.contains(wanted)), (431, true), "{text}");
    };
    check(
        &mut cloud,
        "listTemplates",
        &[],
        "due to missing parameter templatefilter",
    );
    check(
        &mut cloud,
        "startVirtualMachine",
        &[("id", "")],
        "Invalid value provided for API arg: id",
    );
    check(
        &mut cloud,
        "deployVirtualMachine",
        &[],
        "Unable to execute API command deployvirtualmachine due to missing parameter serviceofferingid",
    );
    for id in ["nonsense", "4b5b72e0-0000-4000-8000-000000000000", "77"] {
        let wanted = format!(
            "Invalid parameter id value={id} due to incorrect long value format, or entity does not exist"
        );
        check(&mut cloud, "stopVirtualMachine", &[("id", id)], &wanted);
    }
    check(
        &mut cloud,
        "listZones",
        &[("page", "one"), ("pagesize", "2")],
        "invalid value one for parameter page",
    );
    check(
        &mut cloud,
        "listTemplates",
        &[("templatefilter", "best")],
        "invalid templatefilter: best",
    );
    check(
        &mut cloud,
        "listZones",
        &[("page", "1")],
        "\"pagesize\" parameter is required",
    );
    check(
        &mut cloud,
        "listZones",
        &[("pagesize", "1")],
        "\"page\" parameter is required",
    );
    check(
        &mut cloud,
        "listZones",
        &[("page", "1"), ("pagesize", "501")],
        "Page size can't exceed max allowed page size value: 500",
    );
}

#[test]
fn numbers_name_things_too() {
    let mut cloud = Cloud::new();
    let id = cloud.deploy(&[]);
    assert_eq!(
        cloud.call("listVirtualMachines", &[("id", "1")])["virtualmachine"][0]["id"],
        json!(id)
    );
    let host = cloud.call("listHosts", &[("id", "2")]);
    assert_eq!(host["host"][0]["name"], "host-2");
}

#[test]
fn lists_are_paged_and_count_everything() {
    let mut cloud = Cloud::new();
    assert_eq!(cloud.call("listVirtualMachines", &[]), json!({}));
    for name in ["a", "b", "c"] {
        cloud.deploy(&[("name", name)]);
    }
    let page = |cloud: &mut Cloud, page| {
        let answer = cloud.call("listVirtualMachines", &[("page", page), ("pagesize", "2")]);
        (answer["count"].clone(), names(&answer).join(" "))
    };
    assert_eq!(page(&mut cloud, "1"), (json!(3), "a b".to_owned()));
    assert_eq!(page(&mut cloud, "2"), (json!(3), "c".to_owned()));
    assert_eq!(page(&mut cloud, "3"), (json!(3), String::new()));
}

#[test]
fn machines_are_found_by_what_they_are() {
    let mut cloud = Cloud::new();
    let web = cloud.deploy(&[("name", "web-1"), ("details[0].role", "db")]);
    let idle = cloud.deploy(&[("name", "idle"), ("startvm", "false")]);
    let found = |cloud: &mut Cloud, params: &[(&str, &str)]| {
        names(&cloud.call("listVirtualMachines", params))
    };
    assert_eq!(found(&mut cloud, &[("keyword", "WEB")]), ["web-1"]);
    assert_eq!(found(&mut cloud, &[("state", "Stopped")]), ["idle"]);
    let both = format!("{web},{idle}");
    assert_eq!(
        found(&mut cloud, &[("ids", &both), ("name", "idle")]),
        ["idle"]
    );
    cloud.run("destroyVirtualMachine", &idle, &[]);
    assert_eq!(found(&mut cloud, &[("state", "Present")]), ["web-1"]);
    assert_eq!(cloud.machine(&web)["details"], json!({"role": "db"}));
}

#[test]
fn what_is_no_command_is_told_apart() {
    let mut cloud = Cloud::new();
    let reply = cloud.send(request(Method::GET, "command=listZone&response=json", ""));
    assert_eq!(reply.status, 432);
    assert!(text(&content(&reply)["errortext"]).ends_with("Did you mean 'listZones'?"));
    assert_eq!(
        cloud.send(request(Method::GET, "response=json", "")).status,
        400
    );
    assert_eq!(cloud.send(request(Method::DELETE, "", "")).status, 405);
}

#[test]
fn every_list_has_its_form_and_every_command_stands_in_list_apis() {
    let mut cloud = Cloud::new();
    cloud.deploy(&[]);
    let lists = table::rows().filter(|row| row.name().starts_with("list"));
    let asks_for_nothing = |row: &&Row| !row.spec().params.iter().any(|param| param.is_required);
    // These want one of several parameters.
    let choosy = [
        "listLBStickinessPolicies",
        "listLBHealthCheckPolicies",
        "listSslCerts",
    ];
    let lists = lists.filter(|row| !choosy.contains(&row.name()));
    for row in lists.filter(asks_for_nothing) {
        cloud.call(row.name(), &[]);
    }
    cloud.call("listTemplates", &[("templatefilter", "executable")]);
    let apis = cloud.call("listApis", &[]);
    assert_eq!(apis["count"], table::rows().count());
    let (_, users) = cloud.call_as("joe", "listApis", &[]);
    assert!(users["count"].as_u64() < apis["count"].as_u64());
    let deploy = cloud.call("listApis", &[("name", "deployVirtualMachine")]);
    assert_eq!(deploy["api"][0]["isasync"], true);
    assert_eq!(deploy["api"][0]["params"][0]["required"], true);
}

#[test]
fn lists_hold_nothing_of_what_is_gone() {
    let mut cloud = Cloud::new();
    let offering = [
        ("name", "small"),
        ("displaytext", "small"),
        ("disksize", "1"),
    ];
    let offering = text(&cloud.call("createDiskOffering", &offering)["diskoffering"]["id"]);
    cloud.call("deleteDiskOffering", &[("id", &offering)]);
    assert_eq!(
        cloud.call("listDiskOfferings", &[("id", &offering)]),
        json!({})
    );
    let (status, _) = cloud.refused("updateDiskOffering", &[("id", &offering), ("name", "x")]);
    assert_eq!(status, 431);
    assert_eq!(cloud.call("listDiskOfferings", &[("id", "-1")]), json!({}));
}
