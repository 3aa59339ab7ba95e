//! What a new server is asked to be, and how many there may be.

use super::*;

#[test]
fn what_is_asked_for_is_checked() {
    let mut cloud = Cloud::of("demo");
    let image = cloud.image().to_string();
    let mut told = |version: u32, change: Value| {
        let mut server = json!({"name": "x", "flavorRef": "1", "imageRef": image});
        json_patch::merge(&mut server, &change);
        cloud
            .at(version)
            .post(SERVERS, &json!({ "server": server }))
            .fault("badRequest")
    };
    let nowhere = "00000000-0000-0000-0000-000000000009";
    assert!(
        told(1, json!({"bogus": 1}))
            .ends_with("Additional properties are not allowed ('bogus' was unexpected)")
    );
    assert!(told(37, json!({})).ends_with("'networks' is a required property"));
    assert!(
        told(37, json!({"networks": "all"}))
            .ends_with("'all' is not valid under any of the given schemas")
    );
    assert!(told(1, json!({"min_count": 0})).ends_with("0 is less than the minimum of 1"));
    assert!(told(1, json!({"metadata": {"&": "x"}})).contains("does not match any of the regexes"));
    assert_eq!(
        told(1, json!({"imageRef": null})),
        "Missing imageRef attribute"
    );
    assert_eq!(
        told(1, json!({"imageRef": nowhere})),
        "Can not find requested image"
    );
    assert_eq!(
        told(1, json!({"flavorRef": "99"})),
        "Flavor 99 could not be found."
    );
    assert_eq!(
        told(1, json!({"key_name": "none"})),
        "Invalid key_name provided."
    );
    assert_eq!(
        told(1, json!({"networks": [{"uuid": nowhere}]})),
        format!("Network {nowhere} could not be found.")
    );
    assert_eq!(
        told(1, json!({"networks": [{}]})),
        "Bad network format: missing 'uuid'"
    );
    assert_eq!(
        told(1, json!({"availability_zone": "mars"})),
        "The requested availability zone is not available"
    );
    assert_eq!(
        told(1, json!({"min_count": 3, "max_count": 2})),
        "min_count must be <= max_count"
    );
}

#[test]
fn what_clients_send_makes_a_server() {
    let mut cloud = Cloud::of("admin");
    let (image, network) = (cloud.image(), cloud.network());
    let body = json!({"server": {
        "name": "full", "flavorRef": "1", "imageRef": image, "min_count": 1, "max_count": 1,
        "networks": [{"uuid": network}], "config_drive": true, "description": "d", "tags": ["a"],
        "user_data": "aGVsbG8=", "availability_zone": "zone-1:host-2", "metadata": {"k": "v"},
        "security_groups": [{"name": "default"}], "adminPass": "secret",
        "block_device_mapping_v2": [{"uuid": image, "boot_index": "0", "source_type": "image",
            "destination_type": "local", "delete_on_termination": true}],
    }});
    let seen = cloud.at(100).post(SERVERS, &body);
    assert_eq!(seen.status, StatusCode::ACCEPTED, "{}", seen.text);
    let created = seen.json()["server"].clone();
    assert_eq!(created["adminPass"], "secret");
    let id = created["id"].as_str().expect("an id");
    assert_eq!(
        seen.header("location"),
        format!("http://cloud:8900{SERVERS}/{id}")
    );
    let shown = server(&mut cloud, id);
    assert_eq!(shown["OS-EXT-SRV-ATTR:host"], "host-2");
    assert_eq!(shown["tags"], json!(["a"]));
    assert_eq!(shown["config_drive"], "True");
    assert_eq!(shown["metadata"], json!({"k": "v"}));
    assert_eq!(shown["OS-EXT-AZ:availability_zone"], "zone-1");
    assert_eq!(shown["OS-EXT-SRV-ATTR:user_data"], "aGVsbG8=");
}

#[test]
fn several_servers_come_from_one_request() {
    let mut cloud = Cloud::of("demo");
    let image = cloud.image();
    let body = json!({"server": {"name": "web", "flavorRef": "1", "imageRef": image, "min_count": 3,
        "return_reservation_id": true}});
    let reservation = cloud.post(SERVERS, &body).json()["reservation_id"].clone();
    let reservation = reservation.as_str().expect("a reservation");
    let seen = cloud
        .get(&format!("{SERVERS}?reservation_id={reservation}"))
        .json();
    let names: Vec<&Value> = seen["servers"]
        .as_array()
        .expect("servers")
        .iter()
        .map(|s| &s["name"])
        .collect();
    assert_eq!(names, ["web-3", "web-2", "web-1"]);
}

#[test]
fn quotas_are_kept() {
    let mut cloud = Cloud::with(|blueprint| {
        (blueprint.limits.servers, blueprint.limits.cpus) = (2, 1);
        blueprint.limits.metadata_items = 1;
    });
    cloud.log_in("demo");
    cloud.create("web-1");
    let image = cloud.image();
    let mut told = |change: Value| {
        let mut server = json!({"name": "x", "flavorRef": "1", "imageRef": image});
        json_patch::merge(&mut server, &change);
        let seen = cloud.post(SERVERS, &json!({ "server": server }));
        assert_eq!(seen.status, StatusCode::FORBIDDEN);
        seen.fault("forbidden")
    };
    assert_eq!(
        told(json!({})),
        "Quota exceeded for cores: Requested 1, but already used 1 of 1 cores"
    );
    assert_eq!(
        told(json!({"min_count": 2})),
        "Quota exceeded for cores, instances: Requested 2, 2, but already used 1, 1 of 1, 2 cores, instances"
    );
    assert_eq!(
        told(json!({"metadata": {"a": "1", "b": "2"}})),
        "Maximum number of metadata items exceeds 1"
    );
    let limits =
        cloud.get("/compute/v2.1/limits?reserved=False").json()["limits"]["absolute"].clone();
    assert_eq!(
        (&limits["maxTotalInstances"], &limits["totalInstancesUsed"]),
        (&json!(2), &json!(1))
    );
}
