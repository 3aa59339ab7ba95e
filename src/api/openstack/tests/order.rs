//! What is told first of several things that are wrong.

use super::*;

const NOBODY: &str = "11111111-1111-1111-1111-111111111111";

#[test]
fn the_form_of_a_body_is_looked_at_before_the_policy() {
    let mut cloud = Cloud::of("demo");
    for (path, wrong, right) in [
        (
            "/compute/v2.1/flavors",
            json!({"flavor": {}}),
            json!({"flavor": {"name": "x", "ram": 1, "vcpus": 1, "disk": 1}}),
        ),
        (
            "/compute/v2.1/os-aggregates/1/action",
            json!({"add_host": {}}),
            json!({"add_host": {"host": "x"}}),
        ),
        (
            "/identity/v3/users",
            json!({"user": {"name": 1}}),
            json!({"user": {"name": "x"}}),
        ),
        (
            "/identity/v3/limits",
            json!({"limits": [{}]}),
            json!({"limits": [{"service_id": "x", "resource_name": "x", "resource_limit": 1, "project_id": "x"}]}),
        ),
    ] {
        let statuses = [wrong, right].map(|body| cloud.post(path, &body).status);
        let expected = [StatusCode::BAD_REQUEST, StatusCode::FORBIDDEN];
        assert_eq!(statuses, expected, "{path}");
    }
}

#[test]
fn an_operation_that_a_microversion_lacks_is_there_for_nobody() {
    let mut cloud = Cloud::of("demo");
    let hosts = "/compute/v2.1/os-hosts";
    assert_eq!(cloud.at(42).get(hosts).status, StatusCode::FORBIDDEN);
    assert_eq!(cloud.at(43).get(hosts).status, StatusCode::NOT_FOUND);
    let query = "/compute/v2.1/os-migrations?limit=x";
    assert_eq!(cloud.at(59).get(query).status, StatusCode::BAD_REQUEST);
}

#[test]
fn what_the_policy_asks_about_is_sought_before_it() {
    let mut cloud = Cloud::of("demo");
    let own = cloud.create("web-1");
    let action = json!({"migrate": null});
    for (server, status) in [
        (own.as_str(), StatusCode::FORBIDDEN),
        (NOBODY, StatusCode::NOT_FOUND),
    ] {
        let path = format!("/compute/v2.1/servers/{server}/action");
        assert_eq!(cloud.post(&path, &action).status, status);
    }
    for (path, status) in [
        ("roles", StatusCode::NOT_FOUND),
        ("limits", StatusCode::NOT_FOUND),
        ("users", StatusCode::FORBIDDEN),
        ("projects", StatusCode::FORBIDDEN),
    ] {
        let path = format!("/identity/v3/{path}/{NOBODY}");
        assert_eq!(cloud.delete(&path).status, status, "{path}");
    }
}

#[test]
fn devices_and_hints_of_a_new_server_are_checked() {
    let mut cloud = Cloud::of("admin");
    let image = cloud.image();
    let mut told = |extra: Value, hints: Value| {
        let mut server =
            json!({"name": "web-1", "imageRef": image, "flavorRef": "1", "networks": "none"});
        json_patch::merge(&mut server, &extra);
        let body = json!({"server": server, "os:scheduler_hints": hints});
        cloud
            .at(67)
            .post("/compute/v2.1/servers", &body)
            .fault("badRequest")
    };
    let mut device = |device: Value| told(json!({"block_device_mapping_v2": [device]}), json!({}));
    assert!(device(json!({})).ends_with("Missing device UUID."));
    let local = json!({"source_type": "blank", "destination_type": "local", "volume_type": "x"});
    assert!(device(local).ends_with("with destination_type=local is not supported."));
    // The newer form has to name the server's own disk.
    let beside = json!({"source_type": "blank", "destination_type": "local", "boot_index": -1});
    assert!(device(beside).contains("Boot sequence for the instance"));
    assert_eq!(
        told(json!({"availability_zone": "a:b:c:d"}), json!({})),
        "Invalid input received: Unable to parse availability_zone"
    );
    assert_eq!(
        told(json!({}), json!({"same_host": [1]})),
        "Invalid input for field/attribute 0. Value: 1. 1 is not of type 'string'"
    );
    assert_eq!(
        told(json!({"trusted_image_certificates": ["x", "x"]}), json!({})),
        "Invalid input for field/attribute trusted_image_certificates. Value: ['x', 'x']. ['x', 'x'] has \
         non-unique elements"
    );
}
