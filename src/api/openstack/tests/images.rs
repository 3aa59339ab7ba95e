//! Images: from the first record to the last byte.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Cloud, Seen};

const OCTETS: &str = "application/octet-stream";
const PATCH: &str = "application/openstack-images-v2.1-json-patch";

/// What Glance says when it is asked for JSON.
fn told(seen: &Seen) -> String {
    let message = seen.json()["message"]
        .as_str()
        .expect("a message")
        .to_owned();
    message.trim_end_matches("<br /><br />\n\n\n").to_owned()
}

fn cloud(user: &str) -> Cloud {
    let mut cloud = Cloud::of(user);
    cloud.accept = "application/json";
    cloud
}

fn make(cloud: &mut Cloud, more: Value) -> String {
    let mut body = json!({"name": "mine", "disk_format": "raw", "container_format": "bare"});
    body.as_object_mut()
        .expect("an object")
        .extend(more.as_object().expect("an object").clone());
    let seen = cloud.post("/image/v2/images", &body);
    assert_eq!(seen.status, StatusCode::CREATED, "{}", seen.text);
    let path = seen.json()["self"].as_str().expect("a path").to_owned();
    assert_eq!(
        seen.header("location"),
        format!("http://cloud:8900/image{path}")
    );
    format!("/image{path}")
}

fn patch(cloud: &mut Cloud, path: &str, changes: Value) -> Seen {
    cloud.send_as(PATCH, "PATCH", path, Some(&changes.to_string()))
}

fn names(cloud: &mut Cloud, query: &str) -> Vec<String> {
    let seen = cloud.get(&format!("/image/v2/images?{query}"));
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text);
    let images = seen.json()["images"].as_array().expect("images").clone();
    let name = |image: &Value| image["name"].as_str().unwrap_or_default().to_owned();
    images.iter().map(name).collect()
}

#[test]
fn an_image_is_made_filled_and_read_back() {
    let mut cloud = cloud("demo");
    let path = make(
        &mut cloud,
        json!({"os_distro": "debian", "tags": ["a", "b", "a"]}),
    );
    let file = format!("{path}/file");
    let seen = cloud.get(&path).json();
    assert_eq!(
        (
            &seen["status"],
            &seen["visibility"],
            &seen["os_distro"],
            &seen["tags"]
        ),
        (
            &json!("queued"),
            &json!("shared"),
            &json!("debian"),
            &json!(["a", "b"])
        )
    );
    assert_eq!(
        (&seen["size"], &seen["checksum"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(cloud.get(&file).status, StatusCode::NO_CONTENT);
    // Digits are JSON too, and yet are data here.
    let seen = cloud.send_as(OCTETS, "PUT", &file, Some("123"));
    assert_eq!(seen.status, StatusCode::NO_CONTENT, "{}", seen.text);
    let seen = cloud.get(&path).json();
    assert_eq!(
        (&seen["status"], &seen["size"]),
        (&json!("active"), &json!(3))
    );
    assert_eq!(seen["checksum"], "202cb962ac59075b964b07152d234b70");
    assert_eq!(seen["os_hash_value"].as_str().map(str::len), Some(128));
    let seen = cloud.get(&file);
    assert_eq!(
        (seen.text.as_str(), seen.header("content-type")),
        ("123", OCTETS)
    );
    let seen = cloud.send_as(OCTETS, "PUT", &file, Some("456"));
    assert_eq!(
        told(&seen),
        "Image status transition from active to saving is not allowed"
    );
    assert_eq!(cloud.world.left_over(), ["image \"mine\""]);
    assert_eq!(cloud.delete(&path).status, StatusCode::NO_CONTENT);
    assert_eq!(cloud.get(&path).status, StatusCode::NOT_FOUND);
}

#[test]
fn data_needs_room_and_a_form() {
    let mut cloud = cloud("demo");
    cloud.world.limits.image_bytes = 4;
    let bare = cloud
        .post("/image/v2/images", &json!({"name": "bare"}))
        .json();
    let bare = format!("/image{}", bare["file"].as_str().expect("a path"));
    let seen = cloud.send_as(OCTETS, "PUT", &bare, Some("x"));
    assert_eq!(
        told(&seen),
        "Properties disk_format, container_format must be set prior to saving data."
    );
    assert_eq!(
        cloud.send_as("text/plain", "PUT", &bare, Some("x")).status,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    let file = format!("{}/file", make(&mut cloud, json!({})));
    let seen = cloud.send_as(OCTETS, "PUT", &file, Some("12345"));
    assert_eq!(seen.status, StatusCode::PAYLOAD_TOO_LARGE);
    let seen = cloud.send_as(OCTETS, "PUT", &file, Some("1234"));
    assert_eq!(seen.status, StatusCode::NO_CONTENT);
}

#[test]
fn attributes_are_changed_by_patches() {
    let mut cloud = cloud("demo");
    let path = make(&mut cloud, json!({"kind": "x"}));
    let seen = patch(
        &mut cloud,
        &path,
        json!([
            {"op": "replace", "path": "/name", "value": "other"},
            {"op": "add", "path": "/min_disk", "value": 3},
            {"op": "remove", "path": "/kind"},
            {"op": "add", "path": "/role", "value": "db"},
        ]),
    );
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text);
    let image = seen.json();
    assert_eq!(
        (
            &image["name"],
            &image["min_disk"],
            &image["role"],
            image.get("kind")
        ),
        (&json!("other"), &json!(3), &json!("db"), None)
    );
    let four = "application/openstack-images-v2.0-json-patch";
    let change = json!([{"add": "/role", "value": "web"}]).to_string();
    let seen = cloud.send_as(four, "PATCH", &path, Some(&change));
    assert_eq!(seen.status, StatusCode::CONFLICT);
    for (change, status, message) in [
        (
            json!({"op": "replace", "path": "/nope", "value": "x"}),
            StatusCode::CONFLICT,
            "There was a conflict when trying to complete your request.<br /><br />\nProperty nope does not exist.\n\n",
        ),
        (
            json!({"op": "remove", "path": "/name"}),
            StatusCode::FORBIDDEN,
            "Property name may not be removed.",
        ),
        (
            json!({"op": "replace", "path": "/visibility", "value": "public"}),
            StatusCode::FORBIDDEN,
            "You are not authorized to complete publicize_image action.",
        ),
        (
            json!({"op": "replace", "path": "/owner", "value": "x"}),
            StatusCode::FORBIDDEN,
            "Owner can't be updated by non admin.",
        ),
        (
            json!({"op": "replace", "path": "/id", "value": "x"}),
            StatusCode::FORBIDDEN,
            "Attribute 'id' is read-only.",
        ),
        (
            json!({"op": "replace", "path": "/min_ram", "value": -1}),
            StatusCode::BAD_REQUEST,
            "Invalid value '-1' for parameter 'min_ram': Cannot be a negative value",
        ),
    ] {
        let seen = patch(&mut cloud, &path, json!([change]));
        assert_eq!((seen.status, told(&seen).as_str()), (status, message));
    }
    let seen = cloud.send_as("application/json", "PATCH", &path, Some("[]"));
    assert_eq!(seen.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(seen.header("accept-patch").contains(PATCH));
}

#[test]
fn a_new_image_is_checked() {
    let mut cloud = cloud("demo");
    for (body, status, message) in [
        (
            json!({"name": 1}),
            StatusCode::BAD_REQUEST,
            "Provided object does not match schema 'image': 1 is not of type 'null', 'string'",
        ),
        (
            json!({"kind": 1}),
            StatusCode::BAD_REQUEST,
            "Provided object does not match schema 'image': 1 is not of type 'string'",
        ),
        (
            json!({"size": 1}),
            StatusCode::FORBIDDEN,
            "Attribute 'size' is read-only.",
        ),
        (
            json!({"owner": "xyz"}),
            StatusCode::FORBIDDEN,
            "Access was denied to this resource.<br /><br />\nYou are not permitted to create images owned by 'xyz'\n\n",
        ),
        (
            json!({"os_glance_x": "y"}),
            StatusCode::FORBIDDEN,
            "Attribute 'os_glance_x' is reserved.",
        ),
    ] {
        let seen = cloud.post("/image/v2/images", &body);
        assert_eq!((seen.status, told(&seen).as_str()), (status, message));
    }
    let id = "a0483d50-a22e-471b-bc99-7f0a2e92a1d3";
    make(&mut cloud, json!({"id": id}));
    let seen = cloud.post("/image/v2/images", &json!({"id": id}));
    assert_eq!(seen.status, StatusCode::CONFLICT);
    assert_eq!(told(&seen), format!("Image ID {id} already exists!"));
}

#[test]
fn what_is_protected_or_somebody_elses_is_not_deleted() {
    let mut cloud = cloud("demo");
    let path = make(
        &mut cloud,
        json!({"protected": true, "visibility": "community"}),
    );
    let id = path.rsplit('/').next().expect("an id").to_owned();
    assert_eq!(
        told(&cloud.delete(&path)),
        format!("Image {id} is protected and cannot be deleted.")
    );
    cloud.log_in("stranger");
    assert_eq!(
        told(&cloud.delete(&path)),
        "You are not authorized to complete delete_image action."
    );
    cloud.log_in("demo");
    patch(
        &mut cloud,
        &path,
        json!([{"op": "replace", "path": "/visibility", "value": "private"}]),
    );
    cloud.log_in("stranger");
    assert_eq!(
        told(&cloud.delete(&path)),
        format!("Failed to find image {id} to delete")
    );
}

#[test]
fn a_member_sees_a_shared_image_once_it_accepts() {
    let mut cloud = cloud("friend");
    let project = cloud.world.accounts.project_named("friend");
    let friend = project.id.simple().to_string();
    cloud.log_in("demo");
    let path = make(&mut cloud, json!({}));
    let members = format!("{path}/members");
    let seen = cloud.post(&members, &json!({"member": friend}));
    assert_eq!(
        (seen.status, &seen.json()["status"]),
        (StatusCode::OK, &json!("pending"))
    );
    assert_eq!(
        cloud.post(&members, &json!({"member": friend})).status,
        StatusCode::CONFLICT
    );
    let own = format!("{members}/{friend}");
    assert_eq!(
        told(&cloud.put(&own, &json!({"status": "accepted"}))),
        "You are not authorized to complete modify_member action."
    );
    cloud.log_in("friend");
    assert_eq!(cloud.get(&path).status, StatusCode::OK);
    assert!(!names(&mut cloud, "").contains(&"mine".to_owned()));
    assert_eq!(
        names(&mut cloud, "member_status=pending&visibility=shared"),
        ["mine"]
    );
    let seen = cloud.put(&own, &json!({"status": "accepted"}));
    assert_eq!(seen.json()["status"], "accepted");
    assert_eq!(names(&mut cloud, "visibility=shared"), ["mine"]);
    cloud.log_in("demo");
    assert_eq!(cloud.delete(&own).status, StatusCode::NO_CONTENT);
    cloud.log_in("friend");
    assert_eq!(cloud.get(&path).status, StatusCode::NOT_FOUND);
}

#[test]
fn lists_are_filtered_and_sorted() {
    let mut cloud = cloud("demo");
    make(&mut cloud, json!({"name": "b", "min_ram": 5, "kind": "x"}));
    make(&mut cloud, json!({"name": "a", "os_hidden": true}));
    make(
        &mut cloud,
        json!({"name": "c", "tags": ["t"], "disk_format": "iso"}),
    );
    let mut seen = |query: &str| names(&mut cloud, query);
    assert_eq!(seen("visibility=shared"), ["c", "b"]);
    assert_eq!(seen("visibility=shared&sort=name:asc"), ["b", "c"]);
    assert_eq!(seen("os_hidden=true"), ["a"]);
    assert_eq!(seen("kind=x"), ["b"]);
    assert_eq!(seen("min_ram=5"), ["b"]);
    assert_eq!(seen("tag=t"), ["c"]);
    assert_eq!(seen("name=in:b,c&sort_key=name&sort_dir=asc"), ["b", "c"]);
    assert_eq!(seen("disk_format=iso&status=queued"), ["c"]);
    assert_eq!(seen("created_at=gt:2030-01-01T00:00:00Z"), [""; 0]);
    for (query, message) in [
        ("limit=-1", "limit param must be positive"),
        ("visibility=x", "Invalid visibility value: x"),
        ("name=foo:x", "Unable to filter by unknown operator 'foo'."),
        ("marker=x", "No image found with ID x"),
        ("sort_dir=x", "Invalid sort direction: x"),
        (
            "sort=name&sort_key=id",
            "Old and new sorting syntax cannot be combined",
        ),
    ] {
        let seen = cloud.get(&format!("/image/v2/images?{query}"));
        assert_eq!(
            (seen.status, told(&seen).as_str()),
            (StatusCode::BAD_REQUEST, message)
        );
    }
}

#[test]
fn staged_data_is_imported() {
    let mut cloud = cloud("demo");
    let path = make(&mut cloud, json!({}));
    let import = format!("{path}/import");
    let direct = json!({"method": {"name": "glance-direct"}});
    let seen = cloud.post(&import, &direct);
    assert_eq!(
        told(&seen),
        "Image needs to be staged before 'glance-direct' method can be used"
    );
    let seen = cloud.send_as(OCTETS, "PUT", &format!("{path}/stage"), Some("abc"));
    assert_eq!(seen.status, StatusCode::NO_CONTENT);
    assert_eq!(cloud.get(&path).json()["status"], "uploading");
    assert_eq!(cloud.post(&import, &direct).status, StatusCode::ACCEPTED);
    let image = cloud.get(&path).json();
    assert_eq!(
        (&image["status"], &image["size"]),
        (&json!("active"), &json!(3))
    );
}

#[test]
fn a_deactivated_image_is_not_given_out_nor_booted() {
    let mut cloud = cloud("demo");
    let path = make(&mut cloud, json!({}));
    cloud.send_as(OCTETS, "PUT", &format!("{path}/file"), Some("abc"));
    let seen = cloud.post(&format!("{path}/actions/deactivate"), &json!({}));
    assert_eq!(seen.status, StatusCode::NO_CONTENT, "{}", seen.text);
    let seen = cloud.get(&format!("{path}/file"));
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    let id = path.rsplit('/').next().expect("an id");
    let server = json!({"name": "x", "flavorRef": "1", "imageRef": id});
    let seen = cloud.post("/compute/v2.1/servers", &json!({ "server": server }));
    assert_eq!(
        seen.fault("badRequest"),
        format!("Image {id} is not active.")
    );
    cloud.post(&format!("{path}/actions/reactivate"), &json!({}));
    assert_eq!(cloud.get(&format!("{path}/file")).text, "abc");
}

#[test]
fn schemas_describe_what_is_answered() {
    let mut cloud = cloud("demo");
    let schema = cloud.get("/image/v2/schemas/image").json();
    let image = cloud.get("/image/v2/images").json()["images"][0].clone();
    for name in image.as_object().expect("an image").keys() {
        assert!(schema["properties"].get(name).is_some(), "{name}");
    }
    assert_eq!(schema["properties"]["disk_format"]["enum"][0], Value::Null);
    for name in ["images", "member", "members", "task", "tasks"] {
        let seen = cloud.get(&format!("/image/v2/schemas/{name}"));
        assert_eq!(seen.json()["name"], name);
    }
    assert_eq!(
        cloud.get("/image/v2/schemas/nope").status,
        StatusCode::NOT_FOUND
    );
}

#[test]
fn readers_only_look() {
    let mut cloud = cloud("demo");
    let path = make(&mut cloud, json!({}));
    let filled = cloud.send_as(OCTETS, "PUT", &format!("{path}/file"), Some("data"));
    assert_eq!(filled.status, StatusCode::NO_CONTENT, "{}", filled.text);
    assert_eq!(
        cloud
            .post(&format!("{path}/members"), &json!({"member": "x"}))
            .status,
        200
    );
    cloud.token = Some(readers_token(&mut cloud, "demo"));
    assert_eq!(cloud.get(&path).status, StatusCode::OK);
    let rename = json!([{"op": "replace", "path": "/name", "value": "x"}]);
    let share = json!([{"op": "replace", "path": "/visibility", "value": "community"}]);
    for (rule, seen) in [
        (
            "add_image",
            cloud.post("/image/v2/images", &json!({"name": "x"})),
        ),
        ("modify_image", patch(&mut cloud, &path, rename)),
        ("communitize_image", patch(&mut cloud, &path, share)),
        (
            "modify_image",
            cloud.send("PUT", &format!("{path}/tags/x"), None),
        ),
        (
            "upload_image",
            cloud.send_as(OCTETS, "PUT", &format!("{path}/file"), Some("x")),
        ),
        (
            "modify_image",
            cloud.send_as(OCTETS, "PUT", &format!("{path}/stage"), Some("x")),
        ),
        ("download_image", cloud.get(&format!("{path}/file"))),
        (
            "deactivate",
            cloud.post(&format!("{path}/actions/deactivate"), &json!({})),
        ),
        (
            "add_member",
            cloud.post(&format!("{path}/members"), &json!({"member": "y"})),
        ),
        ("delete_member", cloud.delete(&format!("{path}/members/x"))),
        ("delete_image", cloud.delete(&path)),
    ] {
        assert_eq!(seen.status, StatusCode::FORBIDDEN, "{rule}: {}", seen.text);
        assert_eq!(
            told(&seen),
            format!("You are not authorized to complete {rule} action.")
        );
    }
}

/// A token of the current user's that is good for nothing but to look.
fn readers_token(cloud: &mut Cloud, user: &str) -> String {
    let id = cloud.world.accounts.user_named(user).id.simple();
    let said = json!({"name": "eyes", "secret": "s", "roles": [{"name": "reader"}]});
    let path = format!("/identity/v3/users/{id}/application_credentials");
    let made = cloud
        .post(&path, &json!({"application_credential": said}))
        .json();
    let proof = json!({"id": made["application_credential"]["id"], "secret": "s"});
    let identity = json!({"methods": ["application_credential"], "application_credential": proof});
    let seen = cloud.post(
        "/identity/v3/auth/tokens",
        &json!({"auth": {"identity": identity}}),
    );
    assert_eq!(seen.status, StatusCode::CREATED, "{}", seen.text);
    seen.header("x-subject-token").to_owned()
}
