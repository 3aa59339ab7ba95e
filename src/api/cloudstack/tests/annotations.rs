//! What people write on things.

use serde_json::json;

use super::{Cloud, all, text};

#[test]
fn what_is_written_on_a_host_is_for_administrators() {
    let mut cloud = Cloud::new();
    let host = cloud.first("listHosts", "host", &[]);
    let on = [("entityid", &*host), ("entitytype", "HOST")];
    for note in ["leaks", "repaired"] {
        let made = cloud.call(
            "addAnnotation",
            &[&on[..], &[("annotation", note)]].concat(),
        );
        assert_eq!(made["annotation"]["annotation"], note);
        assert_eq!(made["annotation"]["entityname"], "host-1");
    }
    let shown = cloud.call("listHosts", &[("id", &host)])["host"][0].clone();
    assert_eq!(
        (
            &shown["annotation"],
            &shown["username"],
            &shown["hasannotations"]
        ),
        (&json!("repaired"), &json!("admin"), &json!(true))
    );
    assert_eq!(cloud.call_as("joe", "addAnnotation", &on).0, 530);
    assert_eq!(cloud.call_as("joe", "listAnnotations", &on).1, json!({}));
    let listed = cloud.call("listAnnotations", &on);
    assert_eq!(
        all(&listed, "annotation", "annotation"),
        ["leaks", "repaired"]
    );
    let id = text(&listed["annotation"][0]["id"]);
    assert_eq!(
        cloud.call_as("joe", "removeAnnotation", &[("id", &id)]).0,
        530
    );
    cloud.call("removeAnnotation", &[("id", &id)]);
    assert_eq!(cloud.call("listAnnotations", &on)["count"], 1);
    let unknown = [("entityid", &*host), ("entitytype", "BLA")];
    assert_eq!(cloud.refused("addAnnotation", &unknown).0, 530);
}

#[test]
fn users_read_what_is_not_for_administrators_alone() {
    let mut cloud = Cloud::new();
    let (machine, _) = cloud.deploy_as("joe", &[]);
    let on = [("entityid", &*machine), ("entitytype", "VM")];
    let more = [("annotation", "slow"), ("adminsonly", "true")];
    let made = cloud.call("addAnnotation", &[&on[..], &more].concat());
    assert_eq!(cloud.call_as("joe", "listAnnotations", &on).1, json!({}));
    let id = text(&made["annotation"]["id"]);
    let shared = [("id", &*id), ("adminsonly", "false")];
    cloud.call("updateAnnotationVisibility", &shared);
    let (_, seen) = cloud.call_as("joe", "listAnnotations", &on);
    assert_eq!(all(&seen, "annotation", "annotation"), ["slow"]);
    let (_, own) = cloud.call_as("joe", "listAnnotations", &[("annotationfilter", "self")]);
    assert_eq!(own, json!({}));
}
