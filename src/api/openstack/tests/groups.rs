use super::*;

const GROUPS: &str = "/compute/v2.1/os-server-groups";

#[test]
fn a_group_shows_its_policy_as_its_microversion_does() {
    let mut cloud = Cloud::of("demo");
    let body = json!({"server_group": {"name": "g", "policies": ["anti-affinity"]}});
    let made = cloud.post(GROUPS, &body);
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let made = made.json()["server_group"].clone();
    assert_eq!(made["policies"], json!(["anti-affinity"]));
    assert_eq!(made["metadata"], json!({}));
    assert!(made.get("project_id").is_none());
    let path = format!("{GROUPS}/{}", made["id"].as_str().expect("an id"));
    let seen = cloud.at(64).get(&path).json()["server_group"].clone();
    assert_eq!(
        (&seen["policy"], &seen["rules"]),
        (&json!("anti-affinity"), &json!({}))
    );
    assert!(seen.get("policies").is_none() && seen["user_id"].is_string());
    assert_eq!(cloud.delete(&path).status, StatusCode::NO_CONTENT);
    let seen = cloud.get(&path);
    assert!(seen.fault("itemNotFound").ends_with("could not be found."));
}

#[test]
fn policies_and_rules_are_checked() {
    let mut cloud = Cloud::of("demo");
    let mut complaint = |version: u32, group: Value| {
        let body = json!({ "server_group": group });
        cloud.at(version).post(GROUPS, &body).fault("badRequest")
    };
    assert_eq!(
        complaint(1, json!({"name": "g", "policies": ["soft-affinity"]})),
        "Invalid input for field/attribute 0. Value: soft-affinity. 'soft-affinity' is not one of \
         ['anti-affinity', 'affinity']"
    );
    assert_eq!(
        complaint(
            1,
            json!({"name": "g", "policies": ["affinity", "anti-affinity"]})
        ),
        "Invalid input for field/attribute policies. Value: ['affinity', 'anti-affinity']. ['affinity', \
         'anti-affinity'] is too long"
    );
    let rules = json!({"max_server_per_host": 2});
    assert_eq!(
        complaint(
            64,
            json!({"name": "g", "policy": "affinity", "rules": rules})
        ),
        "Only anti-affinity policy supports rules."
    );
}

#[test]
fn groups_belong_to_projects() {
    let mut cloud = Cloud::of("demo");
    let body = json!({"server_group": {"name": "g", "policies": ["affinity"]}});
    let made = cloud.post(GROUPS, &body).json();
    let path = format!(
        "{GROUPS}/{}",
        made["server_group"]["id"].as_str().expect("an id")
    );
    cloud.log_in("other");
    assert_eq!(cloud.get(&path).status, StatusCode::NOT_FOUND);
    let listed = |cloud: &mut Cloud, query: &str| {
        let seen = cloud.get(&format!("{GROUPS}{query}")).json();
        seen["server_groups"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(listed(&mut cloud, "?all_projects=1"), 0);
    cloud.log_in("admin");
    assert_eq!(listed(&mut cloud, ""), 0);
    assert_eq!(listed(&mut cloud, "?all_projects=1"), 1);
}

/// Makes a server in a group and returns its id.
fn create_in(cloud: &mut Cloud, group: &str, name: &str) -> String {
    let body = json!({
        "server": {"name": name, "flavorRef": "1", "imageRef": cloud.image(), "networks": "none"},
        "os:scheduler_hints": {"group": group},
    });
    let seen = cloud.at(71).post("/compute/v2.1/servers", &body);
    assert_eq!(seen.status, StatusCode::ACCEPTED, "{}", seen.text);
    let id = seen.json()["server"]["id"].as_str().map(str::to_owned);
    id.expect("an id")
}

fn group(cloud: &mut Cloud, policy: &str, rules: Value) -> String {
    let body = json!({"server_group": {"name": "g", "policy": policy, "rules": rules}});
    let made = cloud.at(64).post(GROUPS, &body).json();
    let id = made["server_group"]["id"].as_str().map(str::to_owned);
    id.expect("an id")
}

fn server(cloud: &mut Cloud, id: &str) -> Value {
    let seen = cloud.get(&format!("/compute/v2.1/servers/{id}")).json();
    seen["server"].clone()
}

fn hosts(cloud: &mut Cloud, policy: &str, rules: Value, number: usize) -> Vec<String> {
    let group = group(cloud, policy, rules);
    let names = (0..number).map(|n| format!("{policy}-{n}"));
    let ids: Vec<String> = names.map(|name| create_in(cloud, &group, &name)).collect();
    let host = |id: &String| {
        let host = server(cloud, id)["OS-EXT-SRV-ATTR:host"].clone();
        host.as_str().unwrap_or("none").to_owned()
    };
    ids.iter().map(host).collect()
}

#[test]
fn members_go_where_the_policy_says() {
    let mut cloud = Cloud::of("admin");
    let none = json!({});
    let apart = hosts(&mut cloud, "anti-affinity", none.clone(), 2);
    assert_eq!(apart, ["host-1", "host-2"]);
    let together = hosts(&mut cloud, "affinity", none.clone(), 3);
    assert!(together.iter().all(|host| *host == together[0]));
    let rather_together = hosts(&mut cloud, "soft-affinity", none.clone(), 2);
    assert_eq!(rather_together[0], rather_together[1]);
    let rather_apart = hosts(&mut cloud, "soft-anti-affinity", none, 3);
    assert_ne!(rather_apart[0], rather_apart[1]);
    assert_ne!(rather_apart[2], "none");
    let two_each = hosts(
        &mut cloud,
        "anti-affinity",
        json!({"max_server_per_host": 2}),
        5,
    );
    assert_eq!(two_each[4], "none");
}

#[test]
fn hints_name_servers_to_be_near_or_far() {
    let mut cloud = Cloud::of("admin");
    let first = cloud.create("web-1");
    let near = |cloud: &mut Cloud, hint: &str| {
        let body = json!({
            "server": {"name": "web-2", "flavorRef": "1", "imageRef": cloud.image()},
            "os:scheduler_hints": {hint: [first]},
        });
        let made = cloud.post("/compute/v2.1/servers", &body).json();
        let id = made["server"]["id"].as_str().expect("an id").to_owned();
        server(cloud, &id)["OS-EXT-SRV-ATTR:host"].clone()
    };
    assert_eq!(near(&mut cloud, "different_host"), "host-2");
    assert_eq!(near(&mut cloud, "same_host"), "host-1");
}

#[test]
fn a_member_for_which_there_is_no_host_ends_in_error() {
    let mut cloud = Cloud::of("admin");
    let group = group(&mut cloud, "anti-affinity", json!({}));
    let ids = ["a", "b", "c"].map(|name| create_in(&mut cloud, &group, name));
    let third = server(&mut cloud, &ids[2]);
    assert_eq!(third["status"], "ERROR");
    let message = third["fault"]["message"].as_str().unwrap_or_default();
    assert!(message.starts_with("No valid host was found."), "{message}");
    assert_eq!(third["server_groups"], json!([group]));
    let shown = cloud.get(&format!("{GROUPS}/{group}")).json();
    assert_eq!(shown["server_group"]["members"], json!(ids));
    cloud.delete(&format!("/compute/v2.1/servers/{}", ids[2]));
    let shown = cloud.get(&format!("{GROUPS}/{group}")).json();
    assert_eq!(shown["server_group"]["members"], json!(ids[..2]));
}

#[test]
fn an_aggregates_zone_is_one_to_ask_for() {
    let mut cloud = Cloud::of("admin");
    let ask = |cloud: &mut Cloud, zone: &str| {
        let body = json!({"server": {
            "name": "web-1", "flavorRef": "1", "imageRef": cloud.image(), "availability_zone": zone,
        }});
        cloud.post("/compute/v2.1/servers", &body)
    };
    assert_eq!(
        ask(&mut cloud, "az-1").fault("badRequest"),
        "The requested availability zone is not available"
    );
    let aggregates = "/compute/v2.1/os-aggregates";
    let body = json!({"aggregate": {"name": "fast", "availability_zone": "az-1"}});
    cloud.post(aggregates, &body);
    let add = json!({"add_host": {"host": "host-2"}});
    cloud.post(&format!("{aggregates}/1/action"), &add);
    let made = ask(&mut cloud, "az-1").json();
    let made = server(&mut cloud, made["server"]["id"].as_str().expect("an id"));
    assert_eq!(made["OS-EXT-SRV-ATTR:host"], "host-2");
    assert_eq!(made["OS-EXT-AZ:availability_zone"], "az-1");
    let moved = cloud.post(
        &format!("{aggregates}/1/action"),
        &json!({"remove_host": {"host": "host-2"}}),
    );
    assert!(
        moved
            .fault("conflictingRequest")
            .contains("would change from 'az-1' to 'None'")
    );
}
