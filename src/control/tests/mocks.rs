use serde_json::{Value, json};

use super::*;

const FIRST: &str = r#"scenario "deploy" {
  tags smoke
  mock StartCommand as first { fail "no room" count 1 }
}"#;

const TWO: &str = r#"scenario "deploy" {
  tags smoke
  mock StartCommand as first { fail "no room" count 1 }
  mock StopCommand { fail "busy" }
}"#;

const STOP: &str = r#"mock StopCommand { fail "busy" }"#;

#[tokio::test]
async fn mocks_are_listed_in_the_order_in_which_they_are_asked() {
    let room = Room::with(&format!(
        "{STOP}\nmock StopCommand on host 1 {{ fail \"gone\" }}"
    ));
    room.add(STOP).await;
    let list = room.get("/mimic/v2/mocks").await;
    let mocks = list["mocks"].as_array().expect("a list");
    let origins: Vec<&Value> = mocks.iter().map(|mock| &mock["origin"]).collect();
    let file = |line: u32| json!({ "file": "deploy.scn", "line": line });
    let posted = json!({ "via": "admin", "sequence": 1 });
    assert_eq!(origins, [&file(2), &posted, &file(1)]);
    assert_eq!(mocks[0]["scope"], "host 1");
    assert_eq!(
        mocks[0]["text"],
        "mock StopCommand on host 1 { fail \"gone\" }"
    );
}

#[tokio::test]
async fn a_mock_tells_what_became_of_it() {
    let room = Room::with(FIRST);
    let fresh = json!({
        "served": 0, "step": 1, "cycles": 0, "remaining": 1, "spent": false, "last": null,
    });
    assert_eq!(room.get("/mimic/v2/mocks/first").await["state"], fresh);
    room.create(Manager::Nova);
    let used = room.get("/mimic/v2/mocks/first").await;
    assert_eq!(used["state"]["served"], 1);
    assert_eq!(used["state"]["remaining"], 0);
    assert_eq!(used["state"]["step"], Value::Null);
    assert_eq!(used["state"]["spent"], true);
    assert_eq!(used["state"]["last"]["command"], "StartCommand");
    assert_eq!(used["state"]["last"]["sequence"], 2);
    // The first start failed on host-1, the second went to host-2.
    let world = room.get("/mimic/v2/world").await;
    assert_eq!(world["servers"][0]["host"], "host-2");
    let id = used["id"].as_str().expect("an id");
    assert_eq!(room.get(&format!("/mimic/v2/mocks/{id}")).await, used);
}

#[tokio::test]
async fn a_mock_without_an_end_has_no_remainder() {
    let room = Room::with(STOP);
    let list = room.get("/mimic/v2/mocks").await;
    assert_eq!(list["mocks"][0]["state"]["remaining"], Value::Null);
    assert_eq!(list["mocks"][0]["state"]["spent"], false);
}

#[tokio::test]
async fn counts_start_anew_for_one_for_a_scenario_and_for_all() {
    let room = Room::with(TWO);
    for (path, reset) in [
        ("/mimic/v2/mocks/first/reset", Value::Null),
        ("/mimic/v2/scenarios/deploy/reset", json!(2)),
        ("/mimic/v2/mocks/reset", json!(2)),
    ] {
        room.create(Manager::Nova);
        assert_eq!(
            room.get("/mimic/v2/mocks/first").await["state"]["spent"],
            true,
            "{path}"
        );
        assert_eq!(room.done("POST", path, "").await["reset"], reset);
        assert_eq!(
            room.get("/mimic/v2/mocks/first").await["state"]["served"],
            0,
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_list_can_be_narrowed() {
    let room = Room::with(TWO);
    room.add(STOP).await;
    let count = async |query: &str| {
        let list = room.get(&format!("/mimic/v2/mocks?{query}")).await;
        list["mocks"].as_array().map(Vec::len)
    };
    assert_eq!(count("").await, Some(3));
    assert_eq!(count("scenario=deploy").await, Some(2));
    assert_eq!(count("label=first").await, Some(1));
    assert_eq!(count("scenario=other").await, Some(0));
}

#[tokio::test]
async fn only_what_requests_made_can_be_taken_back() {
    let room = Room::with(FIRST);
    let made = room.add(STOP).await;
    room.add(r#"mock StopCommand as extra { fail "busy" }"#)
        .await;
    let (status, refusal) = room.ask("DELETE", "/mimic/v2/mocks/first", "").await;
    assert_eq!(
        (status, &refusal["error"]["code"]),
        (409, &json!("conflict"))
    );
    assert_eq!(
        room.ask("DELETE", &format!("/mimic/v2/mocks/{made}"), "")
            .await
            .0,
        204
    );
    assert_eq!(
        room.ask("DELETE", &format!("/mimic/v2/mocks/{made}"), "")
            .await
            .0,
        404
    );
    assert_eq!(
        room.done("DELETE", "/mimic/v2/mocks", "").await,
        json!({ "removed": 1 })
    );
    assert_eq!(room.get("/mimic/v2/status").await["counts"]["mocks"], 1);
}

#[tokio::test]
async fn a_label_that_several_carry_is_no_name() {
    let room = Room::new();
    let posted = room
        .add(r#"mock StopCommand as first { fail "busy" }"#)
        .await;
    room.engine.install(plan(FIRST)).expect("the files fit");
    let (status, refusal) = room.ask("GET", "/mimic/v2/mocks/first", "").await;
    assert_eq!(status, 409);
    assert!(
        refusal["error"]["help"]
            .as_str()
            .is_some_and(|help| help.contains(&posted))
    );
    assert_eq!(
        room.get(&format!("/mimic/v2/mocks/{posted}")).await["label"],
        "first"
    );
}

#[tokio::test]
async fn an_unknown_mock_gets_the_nearest_label() {
    let room = Room::with(FIRST);
    let (status, refusal) = room.ask("GET", "/mimic/v2/mocks/frist", "").await;
    assert_eq!(status, 404);
    assert_eq!(refusal["error"]["help"], "Did you mean `first`?");
}

#[tokio::test]
async fn scenarios_are_shown_with_what_they_did() {
    let room = Room::with(TWO);
    room.create(Manager::Nova);
    let shown = json!({
        "name": "deploy", "tags": ["smoke"], "file": "deploy.scn", "line": 1,
        "mocks": 2, "served": 1, "expectations": 0,
    });
    assert_eq!(
        room.get("/mimic/v2/scenarios").await,
        json!({ "scenarios": [shown] })
    );
    let detail = room.get("/mimic/v2/scenarios/deploy").await;
    assert_eq!(detail["mocks"].as_array().map(Vec::len), Some(2));
    assert_eq!(room.ask("GET", "/mimic/v2/scenarios/nope", "").await.0, 404);
}

#[tokio::test]
async fn posted_mocks_serve_before_those_of_files_and_in_the_order_of_their_text() {
    let room = Room::with(STOP);
    let text = r#"
        mock StartCommand as a { fail "a" count 1 }
        mock StartCommand as b { fail "b" count 1 }
    "#;
    let body = json!({ "scn": text }).to_string();
    let wrapped = with_header(
        request("POST", "/mimic/v2/mocks", &body),
        "content-type",
        "application/json",
    );
    let (status, created) = room.send(wrapped).await;
    assert_eq!(status, 201);
    assert_eq!(
        [&created["mocks"][0]["label"], &created["mocks"][1]["label"]],
        ["a", "b"]
    );
    room.create(Manager::Nova);
    let journal = room.get("/mimic/v2/journal?command=StartCommand").await;
    assert_eq!(journal["entries"][0]["served_by"], "a");
    assert_eq!(journal["entries"][1]["served_by"], "b");
}

#[tokio::test]
async fn a_posted_text_with_an_error_changes_nothing_and_tells_where() {
    let room = Room::new();
    let text = "mock StopCommand { fail }\nmock StrtCommand { fail }";
    let (status, refusal) = room.ask("POST", "/mimic/v2/mocks", text).await;
    assert_eq!(
        (status, &refusal["error"]["code"]),
        (400, &json!("bad_scenario"))
    );
    let finding = &refusal["error"]["findings"][0];
    assert_eq!(
        [&finding["file"], &finding["line"], &finding["column"]],
        [&json!("request"), &json!(2), &json!(6)]
    );
    assert!(
        refusal["error"]["text"]
            .as_str()
            .is_some_and(|text| text.contains("StartCommand"))
    );
    assert_eq!(room.get("/mimic/v2/mocks").await["mocks"], json!([]));
}

#[tokio::test]
async fn only_mocks_that_can_serve_are_taken() {
    let room = Room::new();
    for text in [
        "",
        "seed 4",
        "mock StopCommand { fail } expect no StartCommand",
        r#"mock StopCommand on host "h9" { fail }"#,
        r#"use "other.scn""#,
    ] {
        assert_eq!(
            room.ask("POST", "/mimic/v2/mocks", text).await.0,
            400,
            "{text}"
        );
    }
    let form = request("POST", "/mimic/v2/mocks", STOP);
    let form = with_header(form, "content-type", "application/x-www-form-urlencoded");
    assert_eq!(room.send(form).await.0, 415);
    assert_eq!(room.get("/mimic/v2/mocks").await["mocks"], json!([]));
}

#[tokio::test]
async fn a_posted_scope_is_checked_against_the_topology_of_the_files() {
    let room = Room::with(r#"topology { zone "z" { pod "p" { cluster "c" { host "h1" } } } }"#);
    room.add(r#"mock StopCommand on host "h1" { fail }"#).await;
    let absent = r#"mock StopCommand on host "host-1" { fail }"#;
    assert_eq!(room.ask("POST", "/mimic/v2/mocks", absent).await.0, 400);
}
