//! Groups of volumes.

use http::StatusCode;
use serde_json::{Value, json};

use super::volumes::{make, volume};
use super::{Cloud, Seen};

const V3: &str = "/volume/v3";

fn id(seen: &Seen, kind: &str) -> String {
    assert_eq!(seen.status, StatusCode::ACCEPTED, "{}", seen.text);
    let seen = seen.json();
    seen[kind]["id"].as_str().expect("an id").to_owned()
}

/// A cloud with a type of groups, and a group with a volume.
fn with_group() -> (Cloud, String, String) {
    let mut cloud = Cloud::of("admin");
    cloud.volume_version = 20;
    let body = json!({"group_type": {"name": "together", "group_specs": {"a": "b"}}});
    let kind = id(
        &cloud.post(&format!("{V3}/group_types"), &body),
        "group_type",
    );
    let body =
        json!({"group": {"name": "web", "group_type": kind, "volume_types": ["__DEFAULT__"]}});
    let group = id(&cloud.post(&format!("{V3}/groups"), &body), "group");
    let held = make(
        &mut cloud,
        json!({"group_id": group, "volume_type": "__DEFAULT__"}),
    );
    (cloud, group, held)
}

fn show(cloud: &mut Cloud, path: &str, kind: &str) -> Value {
    let seen = cloud.get(&format!("{V3}/{path}"));
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text);
    seen.json()[kind].clone()
}

#[test]
fn volumes_join_and_leave_a_group() {
    let (mut cloud, group, held) = with_group();
    assert_eq!(volume(&mut cloud, &held)["group_id"], group);
    let told = cloud.delete(&format!("{V3}/volumes/{held}"));
    assert!(told.fault("badRequest").contains("belong to a group"));
    let path = format!("{V3}/groups/{group}");
    let leave = json!({"group": {"remove_volumes": held}});
    assert_eq!(cloud.put(&path, &leave).status, StatusCode::ACCEPTED);
    assert_eq!(volume(&mut cloud, &held)["group_id"], Value::Null);
    assert!(
        cloud
            .put(&path, &leave)
            .fault("badRequest")
            .ends_with("it is not in the group.")
    );
    cloud.put(&path, &json!({"group": {"add_volumes": held}}));
    assert_eq!(volume(&mut cloud, &held)["group_id"], group);
    let action = format!("{path}/action");
    let told = cloud.post(&action, &json!({"delete": {}}));
    assert!(told.fault("badRequest").contains("still contains volumes"));
    cloud.post(&action, &json!({"delete": {"delete-volumes": true}}));
    assert_eq!(cloud.get(&path).status, StatusCode::NOT_FOUND);
    let gone = cloud.get(&format!("{V3}/volumes/{held}"));
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[test]
fn a_group_is_kept_and_copied_as_a_whole() {
    let (mut cloud, group, held) = with_group();
    let body = json!({"group_snapshot": {"group_id": group, "name": "night"}});
    let taken = id(
        &cloud.post(&format!("{V3}/group_snapshots"), &body),
        "group_snapshot",
    );
    let shown = show(
        &mut cloud,
        &format!("group_snapshots/{taken}"),
        "group_snapshot",
    );
    assert_eq!(
        (&shown["status"], &shown["group_id"]),
        (&json!("available"), &json!(group))
    );
    let parts = show(&mut cloud, "snapshots/detail", "snapshots");
    assert_eq!(
        (&parts[0]["volume_id"], &parts[0]["group_snapshot_id"]),
        (&json!(held), &json!(taken))
    );
    for source in [
        json!({"source_group_id": group}),
        json!({"group_snapshot_id": taken}),
    ] {
        let body = json!({"create-from-src": source});
        let copy = id(&cloud.post(&format!("{V3}/groups/action"), &body), "group");
        assert_eq!(
            show(&mut cloud, &format!("groups/{copy}"), "group")["status"],
            "available"
        );
        let inside = show(
            &mut cloud,
            &format!("volumes/detail?group_id={copy}"),
            "volumes",
        );
        assert_eq!(inside.as_array().map(Vec::len), Some(1));
    }
    let delete = json!({"delete": {"delete-volumes": true}});
    let action = format!("{V3}/groups/{group}/action");
    let told = cloud.post(&action, &delete).fault("badRequest");
    assert_eq!(told, "Invalid Group: Group has existing snapshots.");
    cloud.delete(&format!("{V3}/group_snapshots/{taken}"));
    assert_eq!(show(&mut cloud, "snapshots", "snapshots"), json!([]));
    let error = json!({"reset_status": {"status": "error"}});
    assert_eq!(cloud.post(&action, &error).status, StatusCode::ACCEPTED);
    assert_eq!(
        show(&mut cloud, &format!("groups/{group}"), "group")["status"],
        "error"
    );
    assert_eq!(cloud.post(&action, &delete).status, StatusCode::ACCEPTED);
}

#[test]
fn types_of_groups_are_for_administrators_to_make() {
    let (mut cloud, group, _) = with_group();
    let kind = show(&mut cloud, &format!("groups/{group}"), "group")["group_type"].clone();
    let path = format!("{V3}/group_types/{}", kind.as_str().expect("an id"));
    assert_eq!(
        cloud.get(&format!("{path}/group_specs/a")).json(),
        json!({"a": "b"})
    );
    cloud.put(&format!("{path}/group_specs/a"), &json!({"a": "c"}));
    let renamed = cloud
        .put(&path, &json!({"group_type": {"name": "as one"}}))
        .json();
    assert_eq!(renamed["group_type"]["group_specs"], json!({"a": "c"}));
    let told = cloud.delete(&path).fault("badRequest");
    assert_eq!(told, "Target group type is still in use.");
    cloud.log_in("demo");
    assert_eq!(cloud.delete(&path).status, StatusCode::FORBIDDEN);
    assert_eq!(cloud.get(&path).status, StatusCode::OK);
    cloud.volume_version = 10;
    assert_eq!(cloud.get(&path).status, StatusCode::NOT_FOUND);
}

#[test]
fn a_disabled_service_takes_no_volumes() {
    let mut cloud = Cloud::of("admin");
    let host = |cloud: &mut Cloud, id: &str| volume(cloud, id)["os-vol-host-attr:host"].clone();
    let first = make(&mut cloud, json!({}));
    assert_eq!(host(&mut cloud, &first), "host-1@mimic#pool");
    let service =
        json!({"binary": "cinder-volume", "host": "host-1@mimic", "disabled_reason": "dust"});
    let path = format!("{V3}/os-services");
    let seen = cloud.put(&format!("{path}/disable-log-reason"), &service);
    assert_eq!(seen.json()["disabled_reason"], "dust", "{}", seen.text);
    let seen = cloud
        .get(&format!("{path}?binary=cinder-volume&host=host-1@mimic"))
        .json();
    assert_eq!(seen["services"][0]["status"], "disabled");
    let second = make(&mut cloud, json!({}));
    assert_eq!(host(&mut cloud, &second), "host-2@mimic#pool");
    let freeze = format!("{path}/freeze");
    assert_eq!(
        cloud.put(&freeze, &json!({"host": "host-1@mimic"})).status,
        StatusCode::OK
    );
    let told = cloud
        .put(&freeze, &json!({"host": "host-1@mimic"}))
        .fault("badRequest");
    assert!(
        told.ends_with("frozen in host-1@mimic must be False to failover."),
        "{told}"
    );
    let unknown = json!({"binary": "cinder-volume", "host": "host-9"});
    let told = cloud.put(&format!("{path}/enable"), &unknown);
    assert_eq!(told.status, StatusCode::NOT_FOUND);
}
