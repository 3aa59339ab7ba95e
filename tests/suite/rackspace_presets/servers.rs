//! Servers with presets.

use super::*;

#[test]
fn create_server_failure_answers_as_it_says_and_makes_nothing() {
    let cloud = Cloud::start();
    let usual =
        "The server has either erred or is incapable of performing the requested operation.";
    for (value, status, body) in [
        (
            json!(r#"{"message": "no room", "code": 503, "type": "serviceUnavailable"}"#),
            503,
            json!({"serviceUnavailable": {"message": "no room", "code": 503}}),
        ),
        (
            json!("{}"),
            500,
            json!({"computeFault": {"message": usual, "code": 500}}),
        ),
        (
            json!({"code": "418"}),
            418,
            json!({"computeFault": {"message": usual, "code": 418}}),
        ),
        (
            json!({"message": "bare {{ it is }}", "type": "string"}),
            500,
            json!("bare {{ it is }}"),
        ),
    ] {
        let metadata = json!({ "create_server_failure": value });
        assert_eq!(
            cloud.try_server("web", &metadata),
            (status, body),
            "{metadata}"
        );
    }
    assert!(cloud.server_names().is_empty());
}

#[test]
fn server_building_takes_so_long() {
    let cloud = Cloud::start();
    let id = cloud.server("web", &json!({"server_building": "20.5"}));
    cloud.tick(20.25);
    assert_eq!(cloud.server_status(&id), "BUILD");
    cloud.tick(0.25);
    assert_eq!(cloud.server_status(&id), "ACTIVE");
    let path = cloud.compute(&format!("/servers/{id}/metadata"));
    assert_eq!(
        cloud.get(&path)["metadata"],
        json!({"server_building": "20.5"})
    );
    // Only its making is slow, not what comes later.
    let action = cloud.compute(&format!("/servers/{id}/action"));
    assert_eq!(cloud.ask("POST", &action, &json!({"os-stop": null})).0, 202);
    assert_eq!(
        cloud.ask("POST", &action, &json!({"os-start": null})).0,
        202
    );
    assert_eq!(cloud.server_status(&id), "ACTIVE");
}

/// Bug 2: its README asks for `{"server_building": 120}`, and it refused numbers.
#[test]
fn the_original_refused_the_number_that_its_readme_asks_for() {
    let cloud = Cloud::start();
    let id = cloud.server("web", &json!({"server_building": 120}));
    cloud.tick(119.0);
    assert_eq!(cloud.server_status(&id), "BUILD");
    cloud.tick(1.0);
    assert_eq!(cloud.server_status(&id), "ACTIVE");
}

/// Bug 1: its timer put a deleted server back to ACTIVE.
#[test]
fn the_original_let_a_deleted_server_come_back() {
    let cloud = Cloud::start();
    let id = cloud.server("web", &json!({"server_building": 10}));
    assert_eq!(cloud.delete_server(&id).0, 204);
    cloud.to_servers("late", "active-then-error", &json!({"duration": 10}));
    let late = cloud.server("late", &json!({}));
    assert_eq!(cloud.delete_server(&late).0, 204);
    cloud.tick(60.0);
    assert!(cloud.server_names().is_empty());
    for id in [id, late] {
        let path = cloud.compute(&format!("/servers/{id}"));
        assert_eq!(cloud.ask("GET", &path, &NONE).0, 404);
    }
}

#[test]
fn server_error_ends_in_error_for_ever() {
    let cloud = Cloud::start();
    let id = cloud.server("web", &json!({"server_error": "1"}));
    assert_eq!(cloud.server_status(&id), "ERROR");
    cloud.tick(3_000.0);
    assert_eq!(cloud.server_status(&id), "ERROR");
    assert_eq!(cloud.delete_server(&id).0, 204);
}

/// Bug 2: it always answered 500, without a body.
#[test]
fn the_original_ignored_the_code_of_delete_server_failure() {
    let cloud = Cloud::start();
    let value = json!(r#"{"code": 409, "times": 2}"#);
    let id = cloud.server("web", &json!({ "delete_server_failure": value }));
    // Each server has its own count.
    let other = cloud.server("web", &json!({ "delete_server_failure": value }));
    for _ in 0..2 {
        let (status, body) = cloud.delete_server(&id);
        assert_eq!(
            (status, &body["conflictingRequest"]["code"]),
            (409, &json!(409))
        );
    }
    assert_eq!(cloud.delete_server(&id).0, 204);
    assert_eq!(cloud.delete_server(&other).0, 409);
    assert_eq!(cloud.server_names(), ["web"]);
}

#[test]
fn delete_server_failure_can_be_set_and_taken_back_later() {
    let cloud = Cloud::start();
    let id = cloud.server("web", &json!({}));
    let path = cloud.compute(&format!("/servers/{id}/metadata"));
    let failing = json!({"metadata": {"delete_server_failure": {"code": 503, "times": 1}}});
    assert_eq!(cloud.ask("PUT", &path, &failing).0, 200);
    assert_eq!(cloud.delete_server(&id).0, 503);
    // Set anew, it counts anew.
    assert_eq!(cloud.ask("POST", &path, &failing).0, 200);
    assert_eq!(cloud.delete_server(&id).0, 503);
    let item = json!({"meta": {"delete_server_failure": "{\"times\": 9}"}});
    let key = format!("{path}/delete_server_failure");
    assert_eq!(cloud.ask("PUT", &key, &item).0, 200);
    assert_eq!(cloud.delete_server(&id).0, 500);
    assert_eq!(cloud.ask("DELETE", &key, &NONE).0, 204);
    assert_eq!(cloud.delete_server(&id).0, 204);
}

#[test]
fn of_several_presets_the_failure_goes_first_and_then_the_building() {
    let cloud = Cloud::start();
    let failure = json!({"code": 503});
    let all =
        json!({"server_error": "1", "server_building": "5", "create_server_failure": failure});
    assert_eq!(cloud.try_server("a", &all).0, 503);
    let both =
        json!({"server_error": "1", "server_building": "5", "delete_server_failure": {"times": 1}});
    let id = cloud.server("b", &both);
    assert_eq!(cloud.server_status(&id), "BUILD");
    cloud.tick(5.0);
    assert_eq!(cloud.server_status(&id), "ACTIVE");
    assert_eq!(cloud.delete_server(&id).0, 500);
    assert_eq!(cloud.delete_server(&id).0, 204);
}

#[test]
fn presets_hold_for_each_of_several_servers() {
    let cloud = Cloud::start();
    let image = text(&cloud.get("/image/v2/images")["images"][0]["id"]);
    let server = json!({
        "name": "web", "imageRef": image, "flavorRef": "2", "min_count": 2, "max_count": 2,
        "metadata": {"server_building": "5", "delete_server_failure": "{\"times\": 1}"},
    });
    let made = cloud.ask(
        "POST",
        &cloud.compute("/servers"),
        &json!({ "server": server }),
    );
    assert_eq!(made.0, 202);
    let seen = cloud.get(&cloud.compute("/servers"));
    let ids: Vec<String> = [0, 1].map(|n| text(&seen["servers"][n]["id"])).into();
    for id in &ids {
        assert_eq!(cloud.server_status(id), "BUILD");
    }
    cloud.tick(5.0);
    for id in &ids {
        assert_eq!(cloud.server_status(id), "ACTIVE");
        assert_eq!(cloud.delete_server(id).0, 500);
        assert_eq!(cloud.delete_server(id).0, 204);
    }
}

/// Section 10.2: each of these was a page that said 500.
#[test]
fn the_original_broke_on_values_that_make_no_sense() {
    let cloud = Cloud::start();
    for (key, value) in [
        ("create_server_failure", json!("soon")),
        ("create_server_failure", json!([1])),
        ("create_server_failure", json!({"code": 99})),
        ("create_server_failure", json!({"message": 5})),
        ("create_server_failure", NONE),
        ("server_building", json!("soon")),
        ("server_building", json!(-1)),
        ("server_building", json!("NaN")),
        ("server_building", json!(1e300)),
        ("delete_server_failure", json!("often")),
        ("delete_server_failure", json!({"times": "often"})),
    ] {
        let (status, body) = cloud.try_server("web", &json!({ key: value }));
        let message = text(&body["badRequest"]["message"]);
        let is_named = message.contains(&format!("is no value for the preset {key}"));
        assert!(status == 400 && is_named, "{key}: {value}: {status} {body}");
    }
    let (status, body) = cloud.try_server("web", &NONE);
    assert_eq!((status, &body["badRequest"]["code"]), (400, &json!(400)));
    assert_eq!(
        (cloud.server_names(), cloud.mocks()),
        (Vec::new(), Vec::new())
    );
}
