//! Block Storage: volumes, snapshots and what is done to them.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Cloud, Seen};

pub(super) fn make(cloud: &mut Cloud, more: Value) -> String {
    let mut volume = json!({"name": "data", "size": 1});
    volume
        .as_object_mut()
        .expect("an object")
        .extend(more.as_object().expect("an object").clone());
    let seen = cloud.post("/volume/v3/volumes", &json!({ "volume": volume }));
    assert_eq!(seen.status, StatusCode::ACCEPTED, "{}", seen.text);
    assert_eq!(seen.json()["volume"]["status"], "creating");
    id(&seen, "volume")
}

fn id(seen: &Seen, kind: &str) -> String {
    let seen = seen.json();
    let id = seen[kind]["id"].as_str();
    id.unwrap_or_else(|| panic!("{seen}")).to_owned()
}

pub(super) fn volume(cloud: &mut Cloud, id: &str) -> Value {
    let seen = cloud.get(&format!("/volume/v3/volumes/{id}"));
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text);
    seen.json()["volume"].clone()
}

pub(super) fn act(cloud: &mut Cloud, id: &str, action: Value) -> Seen {
    cloud.post(&format!("/volume/v3/volumes/{id}/action"), &action)
}

fn snapshot(cloud: &mut Cloud, volume: &str) -> String {
    let body = json!({"snapshot": {"volume_id": volume, "name": "snap"}});
    let seen = cloud.post("/volume/v3/snapshots", &body);
    assert_eq!(seen.status, StatusCode::ACCEPTED, "{}", seen.text);
    id(&seen, "snapshot")
}

#[test]
fn a_volume_is_made_changed_extended_and_deleted() {
    let mut cloud = Cloud::of("demo");
    let id = make(
        &mut cloud,
        json!({"metadata": {"role": "db"}, "description": "x"}),
    );
    let seen = volume(&mut cloud, &id);
    assert_eq!(
        (
            &seen["status"],
            &seen["bootable"],
            &seen["metadata"]["role"]
        ),
        (&json!("available"), &json!("false"), &json!("db"))
    );
    assert_eq!(seen["volume_type"], "__DEFAULT__");
    let path = format!("/volume/v3/volumes/{id}");
    let seen = cloud.put(&path, &json!({"volume": {"name": "other"}}));
    assert_eq!(seen.json()["volume"]["name"], "other");
    let seen = act(&mut cloud, &id, json!({"os-extend": {"new_size": 1}}));
    assert_eq!(
        seen.fault("badRequest"),
        "Invalid input received: New size for extend must be greater than current size. (current: 1, extended: 1)."
    );
    let seen = act(&mut cloud, &id, json!({"os-extend": {"new_size": 3}}));
    assert_eq!(seen.status, StatusCode::ACCEPTED, "{}", seen.text);
    let seen = volume(&mut cloud, &id);
    assert_eq!(
        (&seen["status"], &seen["size"]),
        (&json!("available"), &json!(3))
    );
    assert_eq!(cloud.world.left_over(), ["volume \"other\""]);
    assert_eq!(cloud.delete(&path).status, StatusCode::ACCEPTED);
    assert_eq!(
        cloud.get(&path).fault("itemNotFound"),
        format!("Volume {id} could not be found.")
    );
}

#[test]
fn volumes_are_filled_from_what_there_is() {
    let mut cloud = Cloud::of("demo");
    let image = cloud.image();
    let boot = make(&mut cloud, json!({"imageRef": image}));
    let seen = volume(&mut cloud, &boot);
    assert_eq!(seen["bootable"], "true");
    assert_eq!(seen["volume_image_metadata"]["image_id"], image.to_string());
    let taken = snapshot(&mut cloud, &boot);
    let copy = make(&mut cloud, json!({"snapshot_id": taken, "size": null}));
    let seen = volume(&mut cloud, &copy);
    assert_eq!(
        (&seen["snapshot_id"], &seen["bootable"]),
        (&json!(taken), &json!("true"))
    );
    let copy = make(&mut cloud, json!({"source_volid": boot, "size": 2}));
    assert_eq!(volume(&mut cloud, &copy)["source_volid"], boot);
    let body = json!({"volume": {"source_volid": copy, "size": 1}});
    assert_eq!(
        cloud.post("/volume/v3/volumes", &body).fault("badRequest"),
        "Invalid input received: Volume size '1'GB cannot be smaller than original volume size  2GB. They must \
         be >= original volume size."
    );
    let body = json!({"volume": {"imageRef": "nope", "size": 1}});
    assert_eq!(
        cloud.post("/volume/v3/volumes", &body).fault("badRequest"),
        "Invalid image identifier or unable to access requested image."
    );
    let body = json!({"volume": {"volume_type": "gold", "size": 1}});
    assert_eq!(
        cloud
            .post("/volume/v3/volumes", &body)
            .fault("itemNotFound"),
        "Volume type with name gold could not be found."
    );
    let body = json!({"volume": {"size": 0}});
    assert_eq!(
        cloud.post("/volume/v3/volumes", &body).fault("badRequest"),
        "Invalid input for field/attribute size. Value: 0. 0 is less than the minimum of 1"
    );
}

#[test]
fn a_volume_with_snapshots_is_deleted_only_with_them() {
    let mut cloud = Cloud::of("demo");
    let id = make(&mut cloud, json!({}));
    let taken = snapshot(&mut cloud, &id);
    let path = format!("/volume/v3/volumes/{id}");
    let told = cloud.delete(&path).fault("badRequest");
    assert!(
        told.starts_with("Invalid volume: Volume status must be available or error or"),
        "{told}"
    );
    let seen = cloud.delete(&format!("{path}?cascade=true"));
    assert_eq!(seen.status, StatusCode::ACCEPTED);
    for path in [path, format!("/volume/v3/snapshots/{taken}")] {
        assert_eq!(cloud.get(&path).status, StatusCode::NOT_FOUND);
    }
    assert!(cloud.world.left_over().is_empty());
}

#[test]
fn quotas_are_enforced_and_told() {
    let mut cloud = Cloud::of("demo");
    cloud.world.limits.storage.volumes = 1;
    cloud.world.limits.storage.gigabytes = 5;
    make(&mut cloud, json!({"size": 2}));
    let mut told = |size: u64| {
        let seen = cloud.post("/volume/v3/volumes", &json!({"volume": {"size": size}}));
        assert_eq!(seen.status, StatusCode::PAYLOAD_TOO_LARGE);
        seen.fault("overLimit")
    };
    assert_eq!(
        told(1),
        "Maximum number of volumes allowed (1) exceeded for quota 'volumes'."
    );
    assert_eq!(
        told(4),
        "Requested volume or snapshot exceeds allowed gigabytes quota. Requested 4G, quota is 5G and 2G has \
         been consumed."
    );
    let limits = cloud.get("/volume/v3/limits").json();
    assert_eq!(limits["limits"]["absolute"]["totalGigabytesUsed"], 2);
    let project = cloud
        .world
        .accounts
        .project_named("demo")
        .id
        .simple()
        .to_string();
    let path = format!("/volume/v3/os-quota-sets/{project}");
    let told = cloud.put(&path, &json!({"quota_set": {"volumes": 3}}));
    assert_eq!(told.status, StatusCode::FORBIDDEN);
    cloud.log_in("admin");
    cloud.put(&path, &json!({"quota_set": {"volumes": 3}}));
    let seen = cloud.get(&format!("{path}?usage=true")).json();
    assert_eq!(
        seen["quota_set"]["volumes"],
        json!({"in_use": 1, "limit": 3, "reserved": 0})
    );
}

#[test]
fn lists_are_filtered_sorted_and_paged() {
    let mut cloud = Cloud::of("demo");
    for (name, size) in [("b", 1), ("a", 2), ("c", 2)] {
        make(
            &mut cloud,
            json!({"name": name, "size": size, "metadata": {"n": name}}),
        );
    }
    cloud.volume_version = 50;
    let mut names = |query: &str| -> (Vec<String>, Value) {
        let seen = cloud.get(&format!("/volume/v3/volumes/detail?{query}"));
        let body = seen.json();
        let volumes = body["volumes"].as_array().expect("volumes");
        let name = |volume: &Value| volume["name"].as_str().expect("a name").to_owned();
        (volumes.iter().map(name).collect(), body)
    };
    assert_eq!(names("").0, ["c", "a", "b"]);
    assert_eq!(names("size=2&sort=name:asc").0, ["a", "c"]);
    assert_eq!(names("metadata=%7B'n'%3A+'b'%7D").0, ["b"]);
    let (page, body) = names("limit=2&sort=name:asc&with_count=true");
    assert_eq!(
        (page, &body["count"]),
        (vec!["a".to_owned(), "b".to_owned()], &json!(3))
    );
    let next = body["volumes_links"][0]["href"].as_str().expect("a link");
    let query = next.split_once('?').expect("a query").1.to_owned();
    assert_eq!(names(&query).0, ["c"]);
    cloud.log_in("admin");
    assert_eq!(cloud.get("/volume/v3/volumes").json()["volumes"], json!([]));
    let all = cloud.get("/volume/v3/volumes?all_tenants=1").json();
    assert_eq!(all["volumes"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        cloud.get("/volume/v3/volumes?limit=-1").fault("badRequest"),
        "limit must be >= 0"
    );
}

#[test]
fn attachments_are_made_completed_and_ended() {
    let mut cloud = Cloud::of("demo");
    let id = make(&mut cloud, json!({}));
    let body = json!({"attachment": {"volume_uuid": id, "instance_uuid": id}});
    assert_eq!(
        cloud.post("/volume/v3/attachments", &body).status,
        StatusCode::NOT_FOUND
    );
    cloud.volume_version = 44;
    let seen = cloud.post("/volume/v3/attachments", &body);
    assert_eq!(
        seen.json()["attachment"]["status"],
        "reserved",
        "{}",
        seen.text
    );
    let path = format!("/volume/v3/attachments/{}", self::id(&seen, "attachment"));
    assert_eq!(volume(&mut cloud, &id)["status"], "reserved");
    let body = json!({"attachment": {"connector": {"host": "x", "mountpoint": "/dev/vdb"}}});
    let seen = cloud.put(&path, &body).json();
    assert_eq!(
        seen["attachment"]["connection_info"]["driver_volume_type"],
        "iscsi"
    );
    let seen = cloud.post(&format!("{path}/action"), &json!({"os-complete": {}}));
    assert_eq!(seen.status, StatusCode::NO_CONTENT, "{}", seen.text);
    let seen = volume(&mut cloud, &id);
    assert_eq!(
        (&seen["status"], &seen["attachments"][0]["device"]),
        (&json!("in-use"), &json!("/dev/vdb"))
    );
    assert_eq!(cloud.delete(&path).json(), json!({"attachments": []}));
    assert_eq!(volume(&mut cloud, &id)["status"], "available");
}

#[test]
fn a_volume_goes_to_whoever_has_the_key() {
    let mut cloud = Cloud::of("demo");
    let id = make(&mut cloud, json!({}));
    let body = json!({"transfer": {"volume_id": id, "name": "gift"}});
    let seen = cloud.post("/volume/v3/os-volume-transfer", &body).json();
    let key = seen["transfer"]["auth_key"].clone();
    let path = format!(
        "/volume/v3/os-volume-transfer/{}/accept",
        seen["transfer"]["id"].as_str().expect("an id")
    );
    assert_eq!(volume(&mut cloud, &id)["status"], "awaiting-transfer");
    cloud.log_in("friend");
    let told = cloud.post(&path, &json!({"accept": {"auth_key": "x"}}));
    assert!(told.fault("badRequest").starts_with("Invalid auth key:"));
    let seen = cloud.post(&path, &json!({"accept": {"auth_key": key}}));
    assert_eq!(seen.status, StatusCode::ACCEPTED, "{}", seen.text);
    assert_eq!(volume(&mut cloud, &id)["status"], "available");
    cloud.log_in("demo");
    let seen = cloud.get(&format!("/volume/v3/volumes/{id}"));
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
}

#[test]
fn types_are_for_administrators_to_make() {
    let mut cloud = Cloud::of("demo");
    let body = json!({"volume_type": {"name": "gold", "extra_specs": {"a": "b"}}});
    assert_eq!(
        cloud.post("/volume/v3/types", &body).fault("forbidden"),
        "Policy doesn't allow volume_extension:type_create to be performed."
    );
    cloud.log_in("admin");
    let gold = id(&cloud.post("/volume/v3/types", &body), "volume_type");
    assert_eq!(
        cloud
            .post("/volume/v3/types", &body)
            .fault("conflictingRequest"),
        "Volume Type gold already exists."
    );
    let made = make(&mut cloud, json!({"volume_type": "gold"}));
    let path = format!("/volume/v3/types/{gold}");
    assert_eq!(
        cloud.delete(&path).fault("badRequest"),
        "Target volume type is still in use."
    );
    let renamed = json!({"volume_type": {"name": "silver"}});
    assert_eq!(cloud.put(&path, &renamed).status, StatusCode::OK);
    assert_eq!(volume(&mut cloud, &made)["volume_type"], "silver");
    cloud.delete(&format!("/volume/v3/volumes/{made}"));
    assert_eq!(cloud.delete(&path).status, StatusCode::ACCEPTED);
}

#[test]
fn a_volume_becomes_an_image_and_a_backup() {
    let mut cloud = Cloud::of("demo");
    let id = make(&mut cloud, json!({}));
    let action = json!({"os-volume_upload_image": {"image_name": "copy"}});
    let seen = act(&mut cloud, &id, action).json();
    let image = seen["os-volume_upload_image"]["image_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let image = cloud.get(&format!("/image/v2/images/{image}")).json();
    assert_eq!(
        (&image["status"], &image["size"]),
        (&json!("active"), &json!(1u64 << 30))
    );
    assert_eq!(volume(&mut cloud, &id)["status"], "available");
    let body = json!({"backup": {"volume_id": id, "name": "night"}});
    let seen = cloud.post("/volume/v3/backups", &body);
    assert_eq!(seen.status, StatusCode::ACCEPTED, "{}", seen.text);
    let path = format!("/volume/v3/backups/{}", self::id(&seen, "backup"));
    assert_eq!(cloud.get(&path).json()["backup"]["status"], "available");
    let seen = cloud
        .post(&format!("{path}/restore"), &json!({"restore": {}}))
        .json();
    let restored = seen["restore"]["volume_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert_eq!(volume(&mut cloud, &restored)["status"], "available");
    assert_eq!(cloud.delete(&path).status, StatusCode::ACCEPTED);
    assert_eq!(cloud.get(&path).status, StatusCode::NOT_FOUND);
}

pub(super) fn attach(cloud: &mut Cloud, server: &str, volume: &str) -> Seen {
    let body = json!({"volumeAttachment": {"volumeId": volume}});
    let path = format!("/compute/v2.1/servers/{server}/os-volume_attachments");
    cloud.post(&path, &body)
}

#[test]
fn compute_attaches_and_detaches() {
    let mut cloud = Cloud::of("demo");
    let (server, id) = (cloud.create("web-1"), make(&mut cloud, json!({})));
    let seen = attach(&mut cloud, &server, &id);
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text);
    assert_eq!(seen.json()["volumeAttachment"]["device"], "/dev/vdb");
    let seen = volume(&mut cloud, &id);
    assert_eq!(
        (&seen["status"], &seen["attachments"][0]["server_id"]),
        (&json!("in-use"), &json!(server))
    );
    let path = format!("/compute/v2.1/servers/{server}");
    let shown = cloud.at(3).get(&path).json();
    assert_eq!(
        shown["server"]["os-extended-volumes:volumes_attached"],
        json!([{"id": id, "delete_on_termination": false}])
    );
    let told = attach(&mut cloud, &server, &id).fault("badRequest");
    assert_eq!(
        told,
        format!("Invalid volume: volume {id} is already attached to instances: {server}")
    );
    let told = cloud.delete(&format!("/volume/v3/volumes/{id}"));
    assert_eq!(told.status, StatusCode::BAD_REQUEST);
    let path = format!("{path}/os-volume_attachments/{id}");
    let shown = cloud.at(89).get(&path).json()["volumeAttachment"].clone();
    assert_eq!(
        (
            shown.get("id"),
            &shown["tag"],
            shown["bdm_uuid"].is_string()
        ),
        (None, &Value::Null, true)
    );
    assert_eq!(cloud.delete(&path).status, StatusCode::ACCEPTED);
    assert_eq!(volume(&mut cloud, &id)["status"], "available");
    assert_eq!(
        cloud.get(&path).fault("itemNotFound"),
        format!("Instance {server} is not attached to volume {id}")
    );
    assert_eq!(
        attach(&mut cloud, &server, &server).fault("itemNotFound"),
        format!("Volume {server} could not be found.")
    );
}

fn boot(cloud: &mut Cloud, device: Value) -> Seen {
    let server = json!({
        "name": "bfv", "flavorRef": "1", "imageRef": "",
        "block_device_mapping_v2": [device],
    });
    cloud.post("/compute/v2.1/servers", &json!({ "server": server }))
}

#[test]
fn a_server_boots_from_a_volume_made_for_it() {
    let mut cloud = Cloud::of("demo");
    let image = cloud.image();
    let device = json!({
        "boot_index": 0, "uuid": image, "source_type": "image", "destination_type": "volume",
        "volume_size": 1, "delete_on_termination": true,
    });
    let seen = boot(&mut cloud, device);
    assert_eq!(seen.status, StatusCode::ACCEPTED, "{}", seen.text);
    let path = format!("/compute/v2.1/servers/{}", id(&seen, "server"));
    let server = cloud.get(&path).json()["server"].clone();
    assert_eq!(
        (&server["status"], &server["image"]),
        (&json!("ACTIVE"), &json!(""))
    );
    let root = server["os-extended-volumes:volumes_attached"][0]["id"].clone();
    let root = root.as_str().expect("a volume").to_owned();
    let seen = volume(&mut cloud, &root);
    assert_eq!(
        (&seen["status"], &seen["attachments"][0]["device"]),
        (&json!("in-use"), &json!("/dev/vda"))
    );
    let told = cloud.delete(&format!("{path}/os-volume_attachments/{root}"));
    assert_eq!(
        told.fault("badRequest"),
        "Cannot detach a root device volume"
    );
    assert_eq!(cloud.delete(&path).status, StatusCode::NO_CONTENT);
    let seen = cloud.get(&format!("/volume/v3/volumes/{root}"));
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
}

#[test]
fn block_devices_are_checked() {
    let mut cloud = Cloud::of("demo");
    let id = make(&mut cloud, json!({}));
    let device = json!({
        "boot_index": 0, "uuid": id, "source_type": "volume", "destination_type": "volume",
    });
    let mut told = |device: Value| boot(&mut cloud, device).fault("badRequest");
    assert_eq!(
        told(device.clone()),
        format!("Block Device {id} is not bootable.")
    );
    let mut unknown = device.clone();
    unknown["uuid"] = json!("11111111-1111-4111-8111-111111111111");
    assert!(told(unknown).starts_with("Block Device Mapping is Invalid: failed to get volume"));
    let mut second = device.clone();
    second["boot_index"] = json!(1);
    assert_eq!(
        told(second),
        "Block Device Mapping is Invalid: Boot sequence for the instance and image/block device mapping \
         combination is not valid."
    );
    let image = cloud.image();
    let sizeless = json!({
        "boot_index": 0, "uuid": image, "source_type": "image", "destination_type": "volume",
    });
    assert!(
        boot(&mut cloud, sizeless)
            .fault("badRequest")
            .contains("non-zero size")
    );
    act(
        &mut cloud,
        &id,
        json!({"os-set_bootable": {"bootable": true}}),
    );
    let server = self::id(&boot(&mut cloud, device), "server");
    cloud.delete(&format!("/compute/v2.1/servers/{server}"));
    assert_eq!(volume(&mut cloud, &id)["status"], "available");
}
