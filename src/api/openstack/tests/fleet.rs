//! Hosts, as Compute shows them to administrators: hypervisors, services, hosts, aggregates.

use super::*;
use crate::vocabulary::place::Scope;
use crate::vocabulary::plan::HostChange;

const BASE: &str = "/compute/v2.1";

fn get(cloud: &mut Cloud, path: &str) -> Value {
    let seen = cloud.get(&format!("{BASE}{path}"));
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text);
    seen.json()
}

fn names(list: &Value, field: &str) -> Vec<String> {
    let items = list.as_array().expect("a list").iter();
    items
        .map(|item| item[field].as_str().expect("a text").to_owned())
        .collect()
}

#[test]
fn only_administrators_see_what_runs_servers() {
    let mut cloud = Cloud::of("demo");
    for path in ["os-hypervisors", "os-services", "os-hosts", "os-aggregates"] {
        let seen = cloud.get(&format!("{BASE}/{path}"));
        assert!(
            seen.fault("forbidden")
                .starts_with("Policy doesn't allow os_compute_api:")
        );
    }
}

#[test]
fn hypervisors_are_the_hosts() {
    let mut cloud = Cloud::of("admin");
    let id = cloud.create("web-1");
    let shown = get(&mut cloud, "/os-hypervisors");
    assert_eq!(
        shown["hypervisors"][0],
        json!({"id": 1, "hypervisor_hostname": "host-1", "state": "up", "status": "enabled"})
    );
    let details = get(&mut cloud, "/os-hypervisors/detail");
    let one = &details["hypervisors"][0];
    assert_eq!(
        (&one["running_vms"], &one["vcpus_used"]),
        (&json!(1), &json!(1))
    );
    assert!(one["cpu_info"].is_string());
    let servers = get(&mut cloud, "/os-hypervisors/host-1/servers");
    assert_eq!(
        servers["hypervisors"][0]["servers"],
        json!([{"name": "web-1", "uuid": id}])
    );
    let sum = get(&mut cloud, "/os-hypervisors/statistics");
    assert_eq!(sum["hypervisor_statistics"]["count"], 2);
    assert_eq!(sum["hypervisor_statistics"]["running_vms"], 1);
    assert_eq!(
        cloud
            .get(&format!("{BASE}/os-hypervisors/9"))
            .fault("itemNotFound"),
        "Hypervisor with ID '9' could not be found."
    );
    let uptime = get(&mut cloud, "/os-hypervisors/1/uptime");
    assert!(uptime["hypervisor"]["uptime"].is_string());
}

#[test]
fn hypervisors_have_uuids_since_2_53() {
    let mut cloud = Cloud::of("admin");
    cloud.at(53);
    let shown = get(&mut cloud, "/os-hypervisors?limit=1");
    let id = shown["hypervisors"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert_eq!(
        shown["hypervisors_links"][0]["href"],
        format!("http://cloud:8900/compute/v2.1/os-hypervisors?limit=1&marker={id}")
    );
    let one = get(&mut cloud, &format!("/os-hypervisors/{id}"));
    assert_eq!(one["hypervisor"]["hypervisor_hostname"], "host-1");
    assert_eq!(
        cloud
            .get(&format!("{BASE}/os-hypervisors/1"))
            .fault("badRequest"),
        "Invalid uuid 1"
    );
    let path = "os-hypervisors?hypervisor_hostname_pattern=zz";
    assert_eq!(
        cloud.get(&format!("{BASE}/{path}")).fault("itemNotFound"),
        "No hypervisor matching 'zz' could be found."
    );
    cloud.at(88);
    let whole = get(&mut cloud, &format!("/os-hypervisors/{id}"));
    assert!(whole["hypervisor"].get("vcpus").is_none());
    assert!(whole["hypervisor"]["uptime"].is_string());
    let gone = cloud.get(&format!("{BASE}/os-hypervisors/statistics"));
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[test]
fn a_disabled_service_takes_no_servers() {
    let mut cloud = Cloud::of("admin");
    let body = json!({"host": "host-1", "binary": "nova-compute", "disabled_reason": "disk"});
    let seen = cloud.put(&format!("{BASE}/os-services/disable-log-reason"), &body);
    assert_eq!(
        seen.json()["service"],
        json!({"host": "host-1", "binary": "nova-compute", "status": "disabled", "disabled_reason": "disk"})
    );
    let id = cloud.create("web-1");
    let server = get(&mut cloud, &format!("/servers/{id}"));
    assert_eq!(server["server"]["OS-EXT-SRV-ATTR:host"], "host-2");
    let shown = get(&mut cloud, "/os-services?host=host-1");
    assert_eq!(shown["services"][0]["status"], "disabled");
    assert_eq!(shown["services"][0]["disabled_reason"], "disk");
    let nobody = json!({"host": "x", "binary": "nova-compute"});
    assert_eq!(
        cloud
            .put(&format!("{BASE}/os-services/enable"), &nobody)
            .fault("itemNotFound"),
        "Host 'x' is not mapped to any cell"
    );
}

#[test]
fn services_are_steered_by_id_since_2_53() {
    let mut cloud = Cloud::of("admin");
    cloud.at(53);
    let shown = get(&mut cloud, "/os-services?binary=nova-compute");
    let id = shown["services"][1]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let path = format!("{BASE}/os-services/{id}");
    let body = json!({"status": "disabled", "disabled_reason": "x", "forced_down": true});
    let seen = cloud.put(&path, &body).json();
    assert_eq!(seen["service"]["state"], "down");
    assert_eq!(seen["service"]["forced_down"], true);
    let bad = json!({"status": "enabled", "disabled_reason": "x"});
    assert_eq!(
        cloud.put(&path, &bad).fault("badRequest"),
        "Specifying 'disabled_reason' with status 'enabled' is invalid."
    );
    assert!(
        cloud
            .put(&path, &json!({}))
            .fault("badRequest")
            .starts_with("No updates were requested.")
    );
    assert_eq!(cloud.delete(&path).status, StatusCode::NO_CONTENT);
    let left = get(&mut cloud, "/os-services?binary=nova-compute");
    assert_eq!(names(&left["services"], "host"), ["host-1"]);
    let left = get(&mut cloud, "/os-hypervisors");
    assert_eq!(
        names(&left["hypervisors"], "hypervisor_hostname"),
        ["host-1"]
    );
}

#[test]
fn a_service_with_servers_is_not_removed() {
    let mut cloud = Cloud::of("admin");
    cloud.create("web-1");
    let seen = cloud.delete(&format!("{BASE}/os-services/3"));
    assert!(
        seen.fault("conflictingRequest")
            .contains("hosting instances")
    );
}

#[test]
fn a_host_that_goes_down_shows() {
    let mut cloud = Cloud::of("admin");
    cloud
        .world
        .change_hosts(&Scope::everywhere(), HostChange::GoesDown);
    let shown = get(&mut cloud, "/os-services?binary=nova-compute");
    assert_eq!(names(&shown["services"], "state"), ["down", "down"]);
    let shown = get(&mut cloud, "/os-hypervisors");
    assert_eq!(shown["hypervisors"][0]["state"], "down");
    let seen = cloud.get(&format!("{BASE}/os-hypervisors/1/uptime"));
    assert_eq!(seen.status, StatusCode::BAD_REQUEST);
}

#[test]
fn hosts_are_listed_until_2_42() {
    let mut cloud = Cloud::of("admin");
    cloud.create("web-1");
    let shown = get(&mut cloud, "/os-hosts?zone=zone-1");
    assert_eq!(names(&shown["hosts"], "host_name"), ["host-1", "host-2"]);
    let shown = get(&mut cloud, "/os-hosts/host-1");
    let projects: Vec<&Value> = shown["host"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| &row["resource"]["project"])
        .collect();
    assert_eq!(projects.len(), 4);
    assert_eq!(projects[0], "(total)");
    let seen = cloud.put(
        &format!("{BASE}/os-hosts/host-1"),
        &json!({"maintenance_mode": "enable"}),
    );
    assert_eq!(
        seen.json(),
        json!({"host": "host-1", "maintenance_mode": "on_maintenance"})
    );
    let seen = cloud.at(43).get(&format!("{BASE}/os-hosts"));
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
}

#[test]
fn an_aggregate_lives_and_dies() {
    let mut cloud = Cloud::of("admin");
    cloud.at(41);
    let aggregates = format!("{BASE}/os-aggregates");
    let body = json!({"aggregate": {"name": "fast", "availability_zone": "az-1"}});
    let seen = cloud.post(&aggregates, &body).json();
    assert_eq!(seen["aggregate"]["id"], 1);
    assert!(seen["aggregate"]["uuid"].is_string());
    assert!(seen["aggregate"].get("hosts").is_none());
    assert_eq!(
        cloud.post(&aggregates, &body).fault("conflictingRequest"),
        "Aggregate fast already exists."
    );
    let action = format!("{aggregates}/1/action");
    let add = |host: &str| json!({"add_host": {"host": host}});
    let seen = cloud.post(&action, &add("host-2")).json();
    assert_eq!(seen["aggregate"]["hosts"], json!(["host-2"]));
    assert_eq!(
        cloud
            .post(&action, &add("host-2"))
            .fault("conflictingRequest"),
        "Aggregate 1 already has host host-2."
    );
    assert_eq!(
        cloud.post(&action, &add("x")).fault("itemNotFound"),
        "Compute host x could not be found."
    );
    let zones = get(&mut cloud, "/os-availability-zone");
    assert_eq!(
        names(&zones["availabilityZoneInfo"], "zoneName"),
        ["zone-1", "az-1"]
    );
    let set = json!({"set_metadata": {"metadata": {"ssd": "true"}}});
    let seen = cloud.post(&action, &set).json();
    assert_eq!(
        seen["aggregate"]["metadata"],
        json!({"availability_zone": "az-1", "ssd": "true"})
    );
    assert!(
        cloud
            .delete(&format!("{aggregates}/1"))
            .fault("badRequest")
            .ends_with("not empty.")
    );
    cloud.post(&action, &json!({"remove_host": {"host": "host-2"}}));
    assert_eq!(
        cloud.delete(&format!("{aggregates}/1")).status,
        StatusCode::OK
    );
    assert_eq!(
        cloud.get(&format!("{aggregates}/1")).fault("itemNotFound"),
        "Aggregate 1 could not be found."
    );
}

#[test]
fn a_host_is_in_one_availability_zone() {
    let mut cloud = Cloud::of("admin");
    let aggregates = format!("{BASE}/os-aggregates");
    for name in ["a", "b"] {
        let body = json!({"aggregate": {"name": name, "availability_zone": format!("az-{name}")}});
        cloud.post(&aggregates, &body);
    }
    let add = json!({"add_host": {"host": "host-1"}});
    cloud.post(&format!("{aggregates}/1/action"), &add);
    assert_eq!(
        cloud
            .post(&format!("{aggregates}/2/action"), &add)
            .fault("conflictingRequest"),
        "Cannot add host to aggregate 2. Reason: One or more hosts already in availability zone(s) ['az-a']."
    );
    let none = json!({"set_metadata": {"metadata": {"availability_zone": null}}});
    assert_eq!(
        cloud
            .post(&format!("{aggregates}/1/action"), &none)
            .fault("badRequest"),
        "Cannot update metadata of aggregate 1. Reason: Aggregate a does not support empty named availability \
         zone."
    );
    assert_eq!(
        cloud
            .put(&format!("{aggregates}/1"), &json!({"aggregate": {}}))
            .fault("badRequest"),
        "Invalid input for field/attribute aggregate. Value: {}. {} is not valid under any of the given schemas"
    );
}

#[test]
fn what_compute_has_no_more_is_gone() {
    let mut cloud = Cloud::of("demo");
    let seen = cloud.get(&format!("{BASE}/os-agents"));
    assert_eq!(seen.status, StatusCode::GONE);
    assert_eq!(
        seen.fault("computeFault"),
        "This resource is no longer available. No forwarding address is given."
    );
    let all = get(&mut cloud, "/extensions");
    assert!(names(&all["extensions"], "alias").contains(&"os-keypairs".to_owned()));
    let seen = cloud.get(&format!("{BASE}/extensions/nope"));
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
}
