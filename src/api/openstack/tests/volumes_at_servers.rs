//! What Compute and Block Storage tell one another of volumes at servers.

use http::StatusCode;
use serde_json::{Value, json};

use super::Cloud;
use super::volumes::{act, attach, make, volume};
use crate::world::start::blueprint::VolumeTypePlan;

fn do_to(cloud: &mut Cloud, server: &str, action: &str) {
    let path = format!("/compute/v2.1/servers/{server}/action");
    let seen = cloud.post(&path, &json!({ action: null }));
    assert_eq!(seen.status, StatusCode::ACCEPTED, "{}", seen.text);
}

/// What was done to a server, the latest first.
fn actions(cloud: &mut Cloud, server: &str) -> Vec<String> {
    let path = format!("/compute/v2.1/servers/{server}/os-instance-actions");
    let seen = cloud.get(&path).json();
    let actions = seen["instanceActions"].as_array().expect("a list");
    let names = actions.iter().map(|action| action["action"].as_str());
    names.map(|name| name.expect("a name").to_owned()).collect()
}

#[test]
fn volumes_wait_for_an_offloaded_server() {
    let mut cloud = Cloud::of("demo");
    let server = cloud.create("web-1");
    let (old, new, lost) = (
        make(&mut cloud, json!({})),
        make(&mut cloud, json!({})),
        make(&mut cloud, json!({})),
    );
    attach(&mut cloud, &server, &old);
    let before = volume(&mut cloud, &old)["attachments"][0]["attachment_id"].clone();
    do_to(&mut cloud, &server, "shelve");
    assert_eq!(volume(&mut cloud, &old)["status"], "reserved");
    cloud.at(20);
    for id in [&new, &lost] {
        let seen = attach(&mut cloud, &server, id);
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.text);
        assert_eq!(seen.json()["volumeAttachment"]["device"], Value::Null);
        assert_eq!(volume(&mut cloud, id)["status"], "in-use");
    }
    let path = format!("/compute/v2.1/servers/{server}/os-volume_attachments");
    let seen = cloud.delete(&format!("{path}/{lost}"));
    assert_eq!(seen.status, StatusCode::ACCEPTED, "{}", seen.text);
    assert_eq!(volume(&mut cloud, &lost)["status"], "available");
    do_to(&mut cloud, &server, "unshelve");
    let (old, new) = (volume(&mut cloud, &old), volume(&mut cloud, &new));
    assert_eq!(
        (
            &old["attachments"][0]["device"],
            &new["attachments"][0]["device"]
        ),
        (&json!("/dev/vdb"), &json!("/dev/vdc"))
    );
    assert_eq!(
        (&old["status"], &new["status"]),
        (&json!("in-use"), &json!("in-use"))
    );
    assert_ne!(old["attachments"][0]["attachment_id"], before);
    assert_eq!(
        actions(&mut cloud, &server)[..2],
        ["unshelve", "detach_volume"]
    );
}

#[test]
fn a_server_is_told_that_its_volume_grew() {
    let mut cloud = Cloud::of("demo");
    let (server, id) = (cloud.create("web-1"), make(&mut cloud, json!({})));
    attach(&mut cloud, &server, &id);
    let grow = json!({"os-extend": {"new_size": 2}});
    let told = act(&mut cloud, &id, grow.clone()).fault("badRequest");
    assert!(told.ends_with("to extend, currently in-use."), "{told}");
    cloud.volume_version = 42;
    act(&mut cloud, &id, grow);
    let seen = volume(&mut cloud, &id);
    assert_eq!(
        (&seen["status"], &seen["size"]),
        (&json!("in-use"), &json!(2))
    );
    assert_eq!(actions(&mut cloud, &server)[0], "extend_volume");
    cloud.log_in("admin");
    let event = json!({"name": "volume-extended", "server_uuid": server, "tag": id});
    let path = "/compute/v2.1/os-server-external-events";
    let seen = cloud.at(51).post(path, &json!({ "events": [event] }));
    assert_eq!(seen.json()["events"][0]["code"], 200, "{}", seen.text);
    assert_eq!(
        actions(&mut cloud, &server)[..2],
        ["extend_volume", "extend_volume"]
    );
}

#[test]
fn only_compute_takes_a_volume_from_a_running_server() {
    let mut cloud = Cloud::of("demo");
    let (server, id) = (cloud.create("web-1"), make(&mut cloud, json!({})));
    let other = make(&mut cloud, json!({}));
    attach(&mut cloud, &server, &id);
    let refusal = format!("Detach volume from instance {server} using the Compute API");
    for action in [
        json!({"os-detach": {}}),
        json!({"os-terminate_connection": {"connector": {}}}),
    ] {
        let told = act(&mut cloud, &id, action).fault("conflictingRequest");
        assert_eq!(told, refusal);
    }
    let held = volume(&mut cloud, &id)["attachments"][0]["attachment_id"].clone();
    let told = act(
        &mut cloud,
        &other,
        json!({"os-detach": {"attachment_id": held}}),
    );
    assert_eq!(
        told.fault("badRequest"),
        "Invalid input received: Mismatched volume and attachment"
    );
    cloud.log_in("admin");
    let force = json!({"os-force_detach": {"attachment_id": held}});
    assert_eq!(
        act(&mut cloud, &id, force).fault("conflictingRequest"),
        refusal
    );
    cloud.delete(&format!("/compute/v2.1/servers/{server}"));
    assert_eq!(volume(&mut cloud, &id)["status"], "available");
    // What Compute knows nothing of is nobody else's to end.
    let server = cloud.create("web-2");
    let own = json!({"os-attach": {"instance_uuid": server, "mountpoint": "/dev/vdc"}});
    act(&mut cloud, &id, own);
    assert_eq!(volume(&mut cloud, &id)["status"], "in-use");
    act(&mut cloud, &id, json!({"os-detach": {}}));
    assert_eq!(volume(&mut cloud, &id)["status"], "available");
}

#[test]
fn a_volume_of_a_shared_type_is_at_several_servers() {
    let mut cloud = Cloud::with(|blueprint| {
        blueprint.volume_types.push(VolumeTypePlan {
            name: "shared".into(),
            multiattach: true,
        });
    });
    cloud.log_in("demo");
    let id = make(&mut cloud, json!({"volume_type": "shared"}));
    let servers = ["web-1", "web-2"].map(|name| cloud.create(name));
    cloud.at(60);
    for server in servers {
        let seen = attach(&mut cloud, &server, &id);
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.text);
    }
    let seen = volume(&mut cloud, &id);
    assert_eq!(seen["attachments"].as_array().map(Vec::len), Some(2));
    assert_eq!(seen["multiattach"], true);
}

#[test]
fn a_server_with_volumes_tells_which_request_made_it_and_is_in_its_group() {
    let mut cloud = Cloud::of("demo");
    let group = json!({"server_group": {"name": "apart", "policies": ["anti-affinity"]}});
    let group = cloud.post("/compute/v2.1/os-server-groups", &group).json();
    let group = &group["server_group"]["id"];
    let image = cloud.image();
    let device = json!({"uuid": image, "boot_index": "0", "source_type": "image",
        "destination_type": "volume", "volume_size": 1});
    let body = json!({
        "server": {"name": "web", "flavorRef": "1", "networks": "none", "block_device_mapping_v2": [device]},
        "os:scheduler_hints": {"group": group},
    });
    let made = cloud.at(37).post("/compute/v2.1/servers", &body);
    assert_eq!(made.status, StatusCode::ACCEPTED, "{}", made.text);
    let id = made.json()["server"]["id"].clone();
    let path = format!("/compute/v2.1/servers/{}", id.as_str().expect("an id"));
    let actions = cloud.get(&format!("{path}/os-instance-actions")).json();
    let request = actions["instanceActions"][0]["request_id"].as_str();
    assert_eq!(request, Some(made.header("x-openstack-request-id")));
    let groups = cloud.get("/compute/v2.1/os-server-groups").json();
    assert_eq!(groups["server_groups"][0]["members"], json!([id]));
}
