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
