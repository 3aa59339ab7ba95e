use super::*;

fn quotas(cloud: &mut Cloud, name: &str) -> String {
    let project = cloud.world.accounts.project_named(name);
    format!("/compute/v2.1/os-quota-sets/{}", project.id.simple())
}

fn limited() -> Cloud {
    let mut cloud = Cloud::with(|blueprint| {
        (blueprint.limits.servers, blueprint.limits.cpus) = (10, 20);
        (blueprint.limits.keypairs, blueprint.limits.memory) = (100, 51_200);
    });
    cloud.log_in("admin");
    cloud
}

#[test]
fn a_set_has_what_its_microversion_knows() {
    let mut cloud = limited();
    let path = quotas(&mut cloud, "demo");
    let mut names = |version: u32| -> Vec<String> {
        let seen = cloud.at(version).get(&path).json();
        let set = seen["quota_set"].as_object().expect("a set").clone();
        set.keys().cloned().collect()
    };
    assert_eq!(names(1).len(), 15);
    assert!(names(1).contains(&"fixed_ips".to_owned()));
    assert!(!names(36).contains(&"fixed_ips".to_owned()));
    assert_eq!(
        names(57),
        [
            "id",
            "cores",
            "instances",
            "key_pairs",
            "metadata_items",
            "ram",
            "server_group_members",
            "server_groups"
        ]
    );
}

#[test]
fn a_quota_that_is_set_is_kept_to() {
    let mut cloud = limited();
    let path = quotas(&mut cloud, "demo");
    let one = json!({"quota_set": {"instances": 1, "cores": "-1"}});
    let seen = cloud.put(&path, &one).json();
    assert_eq!(seen["quota_set"]["instances"], 1);
    assert_eq!(seen["quota_set"]["id"], Value::Null);
    cloud.log_in("demo");
    cloud.create("web-1");
    let image = cloud.image();
    let body = json!({"server": {"name": "web-2", "flavorRef": "1", "imageRef": image}});
    assert_eq!(
        cloud
            .post("/compute/v2.1/servers", &body)
            .fault("forbidden"),
        "Quota exceeded for instances: Requested 1, but already used 1 of 1 instances"
    );
    let seen = cloud.get(&format!("{path}/detail")).json();
    assert_eq!(
        seen["quota_set"]["instances"],
        json!({"limit": 1, "in_use": 1, "reserved": 0})
    );
    let limits = cloud.get("/compute/v2.1/limits").json();
    assert_eq!(limits["limits"]["absolute"]["maxTotalInstances"], 1);
    cloud.log_in("admin");
    let zero = json!({"quota_set": {"instances": 0}});
    assert_eq!(
        cloud.put(&path, &zero).fault("badRequest"),
        "Quota limit 0 for instances must be greater than or equal to already used and reserved 1."
    );
    let forced = json!({"quota_set": {"instances": 0, "force": true}});
    assert_eq!(cloud.put(&path, &forced).status, StatusCode::OK);
    assert_eq!(cloud.delete(&path).status, StatusCode::ACCEPTED);
    let seen = cloud.get(&path).json();
    assert_eq!(seen["quota_set"]["instances"], 10);
}

#[test]
fn a_users_quota_is_within_the_projects() {
    let mut cloud = limited();
    let path = quotas(&mut cloud, "demo");
    let user = cloud.world.accounts.user_named("demo").id.simple();
    let path = format!("{path}?user_id={user}");
    let much = json!({"quota_set": {"cores": 21}});
    assert_eq!(
        cloud.put(&path, &much).fault("badRequest"),
        "Quota limit 21 for cores must be less than or equal to 20."
    );
    let little = json!({"quota_set": {"key_pairs": 0}});
    assert_eq!(cloud.put(&path, &little).status, StatusCode::OK);
    cloud.log_in("demo");
    let pair = json!({"keypair": {"name": "k"}});
    assert_eq!(
        cloud
            .post("/compute/v2.1/os-keypairs", &pair)
            .fault("forbidden"),
        "Quota exceeded, too many key pairs."
    );
}

#[test]
fn other_projects_quotas_are_for_admins() {
    let mut cloud = limited();
    let path = quotas(&mut cloud, "other");
    cloud.log_in("demo");
    assert_eq!(
        cloud.get(&path).fault("forbidden"),
        "Policy doesn't allow os_compute_api:os-quota-sets:show to be performed."
    );
    let seen = cloud.put(&path, &json!({"quota_set": {}}));
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    cloud.log_in("admin");
    assert_eq!(
        cloud
            .get("/compute/v2.1/os-quota-sets/nope")
            .fault("badRequest"),
        "Project ID nope is not a valid project."
    );
    let wrong = json!({"quota_set": {"cores": "x"}});
    assert_eq!(
        cloud.put(&path, &wrong).fault("badRequest"),
        "Invalid input for field/attribute cores. Value: x. 'x' does not match '^-?[0-9]+$'"
    );
}

#[test]
fn the_default_class_is_what_projects_have() {
    let mut cloud = limited();
    let path = "/compute/v2.1/os-quota-class-sets";
    let seen = cloud.get(&format!("{path}/default")).json();
    assert_eq!(seen["quota_class_set"]["id"], "default");
    assert!(seen["quota_class_set"].get("server_groups").is_none());
    let body = json!({"quota_class_set": {"cores": 3}});
    let seen = cloud.at(57).put(&format!("{path}/default"), &body).json();
    assert_eq!(seen["quota_class_set"]["cores"], 3);
    let set = quotas(&mut cloud, "demo");
    assert_eq!(cloud.get(&set).json()["quota_set"]["cores"], 3);
    let defaults = cloud.get(&format!("{set}/defaults")).json();
    assert_eq!(defaults["quota_set"]["cores"], 3);
}
