use http::header::{ALLOW, CONTENT_TYPE, WWW_AUTHENTICATE};
use serde_json::json;

use super::*;
use crate::api::BodyProblem;

fn guarded() -> Room {
    let settings = ControlSettings {
        admin_token: Some("s3cret".to_owned()),
        ..ControlSettings::default()
    };
    Room::under("", settings)
}

#[tokio::test]
async fn the_token_is_asked_for_on_every_control() {
    let room = guarded();
    for path in [
        "/mimic/v2/status",
        "/mimic/v2/nothing",
        "/mimic/v1.1/tick",
        "/mimic",
    ] {
        let reply = room.control.handle(request("GET", path, "")).await;
        assert_eq!(reply.status, 401, "{path}");
        assert_eq!(reply.headers[WWW_AUTHENTICATE], "Bearer");
    }
    assert_eq!(room.get("/").await["name"], "mimic");
}

#[tokio::test]
async fn only_the_right_token_opens() {
    let room = guarded();
    for (name, value, status) in [
        ("authorization", "Bearer s3cret", 200),
        ("authorization", "bearer s3cret", 200),
        ("x-mimic-token", "s3cret", 200),
        ("authorization", "Bearer s3cre", 401),
        ("authorization", "Bearer s3cret2", 401),
        ("authorization", "Bearer ", 401),
        ("authorization", "Basic s3cret", 401),
        ("x-mimic-token", "", 401),
    ] {
        let request = with_header(request("GET", "/mimic/v2/status", ""), name, value);
        assert_eq!(room.send(request).await.0, status, "{name}: {value}");
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_are_told_apart() {
    let room = Room::new();
    let (status, refusal) = room.ask("GET", "/mimic/v2/mock", "").await;
    assert_eq!(
        (status, &refusal["error"]["code"]),
        (404, &json!("not_found"))
    );
    assert_eq!(refusal["error"]["help"], "Did you mean `/mimic/v2/mocks`?");
    let reply = room
        .control
        .handle(request("PATCH", "/mimic/v2/mocks", ""))
        .await;
    assert_eq!(reply.status, 405);
    assert_eq!(reply.headers[ALLOW], "GET, POST, DELETE");
    assert_eq!(reply.headers[CONTENT_TYPE], "application/json");
    assert_eq!(room.ask("POST", "/", "").await.0, 405);
    assert_eq!(room.ask("HEAD", "/mimic/v2/status/", "").await.0, 200);
    assert_eq!(room.ask("GET", "/elsewhere", "").await.0, 404);
}

#[tokio::test]
async fn a_body_that_cannot_be_taken_is_refused() {
    let room = Room::new();
    let tick = |problem| Request {
        body: Err(problem),
        ..request("POST", "/mimic/v2/tick", "")
    };
    assert_eq!(room.send(tick(BodyProblem::TooLarge(16))).await.0, 413);
    assert_eq!(room.send(tick(BodyProblem::Broken)).await.0, 400);
    let form = request("POST", "/mimic/v2/tick", r#"{"advance": 1}"#);
    let form = with_header(form, "content-type", "application/x-www-form-urlencoded");
    let (status, refusal) = room.send(form).await;
    assert_eq!(
        (status, &refusal["error"]["code"]),
        (415, &json!("unsupported_media_type"))
    );
    let json = request("POST", "/mimic/v2/tick", r#"{"advance": 1}"#);
    let json = with_header(json, "content-type", "application/json; charset=utf-8");
    assert_eq!(room.send(json).await.0, 200);
}

#[tokio::test]
async fn an_unknown_key_is_told_with_those_that_are_known() {
    let room = Room::new();
    let (status, refusal) = room
        .ask("POST", "/mimic/v2/tick", r#"{"advence": 1}"#)
        .await;
    assert_eq!(status, 400);
    let message = refusal["error"]["message"].as_str().unwrap_or_default();
    assert!(
        message.contains("advence") && message.contains("`advance`"),
        "{message}"
    );
}

#[tokio::test]
async fn a_reload_without_files_has_nothing_to_do() {
    let room = Room::new();
    let (status, refusal) = room.ask("POST", "/mimic/v2/reload", "").await;
    assert_eq!(
        (status, &refusal["error"]["code"]),
        (409, &json!("conflict"))
    );
}

#[tokio::test]
async fn the_index_lists_every_route() {
    let listed = Room::new().get("/mimic/v2").await;
    let routes = listed["routes"].as_array().map(Vec::len);
    assert_eq!(routes, Some(super::super::routes::ROUTES.len()));
}
