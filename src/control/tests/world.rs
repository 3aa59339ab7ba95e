use serde_json::json;

use super::*;

const SLOW_START: &str = "mock StartCommand { delay 120s }";

#[tokio::test]
async fn a_tick_brings_what_was_delayed() {
    let room = Room::with(SLOW_START);
    room.create(Manager::Nova);
    assert_eq!(room.status().await, "BUILD");
    let world = room.get("/mimic/v2/world").await;
    assert_eq!(world["operations"][0]["command"], "StartCommand");
    assert_eq!(world["operations"][0]["host"], "host-1");
    let ticked = room
        .done("POST", "/mimic/v2/tick", r#"{"advance": "1m59s"}"#)
        .await;
    assert_eq!(ticked["advanced"], "1m59s");
    assert_eq!(room.status().await, "BUILD");
    room.done("POST", "/mimic/v2/tick", r#"{"advance": 1}"#)
        .await;
    assert_eq!(room.status().await, "ACTIVE");
    let world = room.get("/mimic/v2/world").await;
    assert_eq!(world["operations"], json!([]));
    assert_eq!(world["clock"]["age"], "2m");
}

#[tokio::test]
async fn the_original_tick_answers_as_it_did() {
    let room = Room::new();
    let before = room.get("/mimic/v2/clock").await;
    let form = "application/x-www-form-urlencoded";
    let tick = request("POST", "/mimic/v1.1/tick", r#"{"amount": 1.5}"#);
    let (status, ticked) = room.send(with_header(tick, "content-type", form)).await;
    assert_eq!((status, &ticked["advanced"]), (200, &json!(1.5)));
    let now = ticked["now"].as_str().expect("a time");
    assert!(now.ends_with(".500000Z"), "{now}");
    assert_ne!(before["now"], ticked["now"]);
    for amount in ["-1", "\"1\"", "null", "1e300"] {
        let body = format!(r#"{{"amount": {amount}}}"#);
        assert_eq!(
            room.ask("POST", "/mimic/v1.1/tick", &body).await.0,
            400,
            "{amount}"
        );
    }
    assert_eq!(room.get("/mimic/v2/clock").await["now"], ticked["now"]);
}

#[tokio::test]
async fn a_tick_that_is_no_time_is_refused() {
    let room = Room::new();
    for body in [
        "",
        "{}",
        r#"{"advance": "30"}"#,
        r#"{"advance": -1}"#,
        r#"{"advance": "1s", "by": 2}"#,
        r#"{"advance": []}"#,
        "[]",
        "30s",
    ] {
        let (status, refusal) = room.ask("POST", "/mimic/v2/tick", body).await;
        assert_eq!(
            (status, &refusal["error"]["code"]),
            (400, &json!("bad_request")),
            "{body}"
        );
    }
    assert_eq!(room.get("/mimic/v2/clock").await["age"], "0s");
}

#[tokio::test]
async fn the_clock_changes_its_mode() {
    let room = Room::new();
    let changed = room
        .done("PUT", "/mimic/v2/clock", r#"{"mode": "scale 60"}"#)
        .await;
    assert_eq!(changed["mode"], "scale 60");
    let (status, refusal) = room
        .ask("PUT", "/mimic/v2/clock", r#"{"mode": "fast"}"#)
        .await;
    assert_eq!(status, 400);
    assert!(
        refusal["error"]["message"]
            .as_str()
            .is_some_and(|text| text.contains("elastic"))
    );
    assert_eq!(room.get("/mimic/v2/clock").await["mode"], "scale 60");
}

#[tokio::test]
async fn a_host_goes_down_and_comes_back() {
    let room = Room::new();
    room.create(Manager::CloudStack);
    assert_eq!(room.status().await, "ACTIVE");
    let down = r#"{"zone": "zone-1", "host": 1, "change": "goes down"}"#;
    assert_eq!(
        room.done("POST", "/mimic/v2/hosts", down).await,
        json!({ "hosts": 1 })
    );
    assert_eq!(room.status().await, "SHUTOFF");
    let hosts = async || {
        let world = room.get("/mimic/v2/world").await;
        let hosts = &world["zones"][0]["pods"][0]["clusters"][0]["hosts"];
        [hosts[0]["up"].clone(), hosts[1]["up"].clone()]
    };
    assert_eq!(hosts().await, [false, true]);
    let back = r#"{"cluster": "cluster-1", "change": "comes back"}"#;
    assert_eq!(
        room.done("POST", "/mimic/v2/hosts", back).await,
        json!({ "hosts": 2 })
    );
    assert_eq!(hosts().await, [true, true]);
}

#[tokio::test]
async fn a_change_of_no_known_host_is_refused() {
    let room = Room::new();
    for (body, status) in [
        (r#"{"host": "host-9", "change": "goes down"}"#, 404),
        (r#"{"change": "goes down"}"#, 400),
        (r#"{"host": "host-1", "change": "explodes"}"#, 400),
        (r#"{"host": ["host-1"], "change": "goes down"}"#, 400),
        (r#"{"hsot": "host-1", "change": "goes down"}"#, 400),
    ] {
        assert_eq!(
            room.ask("POST", "/mimic/v2/hosts", body).await.0,
            status,
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_server_is_put_into_a_status_by_name_or_id() {
    let room = Room::new();
    let id = room.create(Manager::Nova);
    let error = r#"{"status": "ERROR"}"#;
    let changed = room.done("PUT", "/mimic/v2/servers/web-1", error).await;
    assert_eq!(changed["servers"][0]["status"], "ERROR");
    let path = format!("/mimic/v2/servers/{id}");
    room.done("PUT", &path, r#"{"status": "ACTIVE"}"#).await;
    assert_eq!(room.status().await, "ACTIVE");
    let (status, refusal) = room.ask("PUT", &path, r#"{"status": "error"}"#).await;
    assert_eq!(
        (status, &refusal["error"]["help"]),
        (400, &json!("Did you mean `ERROR`?"))
    );
    let (status, refusal) = room.ask("PUT", "/mimic/v2/servers/web-2", error).await;
    assert_eq!(
        (status, &refusal["error"]["help"]),
        (404, &json!("Did you mean `web-1`?"))
    );
    assert_eq!(room.status().await, "ACTIVE");
}

#[tokio::test]
async fn a_reset_leaves_nothing_of_what_was() {
    let room = Room::with(SLOW_START);
    room.add("mock StopCommand { fail }").await;
    room.create(Manager::Nova);
    room.done("POST", "/mimic/v2/tick", r#"{"advance": "1h"}"#)
        .await;
    let fresh = room.done("POST", "/mimic/v2/world/reset", "").await;
    assert_eq!(fresh["clock"]["age"], "0s");
    assert_eq!(room.get("/mimic/v2/world").await["servers"], json!([]));
    let counts = room.get("/mimic/v2/status").await["counts"].clone();
    let fresh = json!({
        "scenarios": 0, "mocks": 1, "expectations": 0, "servers": 0, "pending_events": 0, "commands": 0,
    });
    assert_eq!(counts, fresh);
    assert_eq!(room.get("/mimic/v2/journal").await["entries"], json!([]));
}

#[tokio::test]
async fn the_world_keeps_its_secrets() {
    let room = Room::new();
    room.create(Manager::Nova);
    let world = room.get("/mimic/v2/world").await;
    let account = &world["accounts"][0];
    assert_eq!(account["user"], "demo");
    let keys: Vec<&String> = account.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["id", "user", "project", "admin"]);
    assert_eq!(world["servers"][0]["addresses"], json!(["10.0.0.2"]));
}
