//! What is done to servers, and what crashed the original.

use super::*;

/// Bug 13 of the original, too: resize, rescue and reboot left `updated` as it was.
#[test]
fn what_is_done_to_a_server_shows_in_its_time() {
    let cloud = Cloud::new();
    let id = cloud.create("web");
    let mut before = text(&cloud.server(&id)["updated"]);
    for action in [
        json!({"reboot": {"type": "SOFT"}}),
        json!({"resize": {"flavorRef": "general1-2"}}),
        json!({"confirmResize": null}),
        json!({"rescue": {}}),
        json!({"unrescue": null}),
    ] {
        cloud.tick("10s");
        let seen = cloud.act(&id, action.clone());
        assert!(seen.status < 300, "{action}: {}", seen.body);
        let after = text(&cloud.server(&id)["updated"]);
        assert!(after > before, "{action}: {after}");
        before = after;
    }
}

/// Bug 16 of the original, and the requests that made it crash: each is a 400, or a 404 of what there is not.
#[test]
fn what_crashed_the_original_is_refused() {
    let cloud = Cloud::new();
    let id = cloud.create("web");
    let image = cloud.image();
    let action = format!("/servers/{id}/action");
    for body in [
        json!({}),
        json!({"server": {}}),
        json!({"server": {"flavorRef": "2", "imageRef": image}}),
        json!({"server": {"name": "x", "imageRef": image}}),
        json!({"server": {"name": "x", "flavorRef": "2"}}),
        json!({"server": {"name": "x", "flavorRef": "2", "imageRef": image, "metadata": null}}),
    ] {
        let seen = cloud.compute("POST", "/servers", body.clone());
        assert_eq!(seen.status, 400, "{body}: {}", seen.body);
    }
    for (path, body) in [
        ("/os-keypairs", json!({})),
        ("/os-keypairs", json!({"keypair": {}})),
        ("/os-keypairs", json!({"keypair": {"public_key": "x"}})),
        (&action, json!({"reboot": 7})),
        (&action, json!({"reboot": {}})),
        (&action, json!({"resize": {}})),
        (&action, json!({"rebuild": {}})),
        (&action, json!({"nope": {}})),
        (&action, json!([])),
    ] {
        let seen = cloud.compute("POST", path, body.clone());
        assert_eq!(seen.status, 400, "{path} {body}: {}", seen.body);
    }
    let broken = cloud.exchange(
        "POST",
        &format!("/compute/v2/{TENANT}{action}"),
        "Content-Type: application/json\r\n",
        "{",
    );
    assert_eq!(broken.status, 400);
    let garbage = cloud.compute(
        "GET",
        "/servers/detail?changes-since=yesterday",
        Value::Null,
    );
    assert_eq!(garbage.status, 400);
    assert_eq!(
        cloud
            .compute("DELETE", "/os-keypairs/nope", Value::Null)
            .status,
        404
    );
}
