use serde_json::{Value, json};

use super::*;

fn fail_once() -> MockSpec {
    let step = Step {
        count: Some(1),
        ..fail("no room")
    };
    labelled("first", mock("StartCommand", step))
}

fn stop() -> MockSpec {
    mock("StopCommand", fail("busy"))
}

#[tokio::test]
async fn mocks_are_listed_in_the_order_in_which_they_are_asked() {
    let on_host = MockSpec {
        scope: on_host("host-1"),
        ..stop()
    };
    let room = Room::with(vec![stop(), on_host]);
    room.add(stop());
    let list = room.get("/mimic/v2/mocks").await;
    let mocks = list["mocks"].as_array().expect("a list");
    let origins: Vec<&Value> = mocks.iter().map(|mock| &mock["origin"]).collect();
    let file = json!({ "file": "deploy.scn", "line": 3 });
    assert_eq!(
        origins,
        [&file, &json!({ "via": "test", "sequence": 1 }), &file]
    );
    assert_eq!(mocks[0]["scope"], "host \"host-1\"");
    assert_eq!(
        mocks[0]["text"],
        "mock StopCommand on host \"host-1\" { fail \"busy\" }"
    );
}

#[tokio::test]
async fn a_mock_tells_what_became_of_it() {
    let room = Room::with(vec![fail_once()]);
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
    let room = Room::with(vec![stop()]);
    let list = room.get("/mimic/v2/mocks").await;
    assert_eq!(list["mocks"][0]["state"]["remaining"], Value::Null);
    assert_eq!(list["mocks"][0]["state"]["spent"], false);
}

#[tokio::test]
async fn counts_start_anew_for_one_for_a_scenario_and_for_all() {
    let room = Room::with(vec![fail_once(), stop()]);
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
    let room = Room::with(vec![fail_once(), stop()]);
    room.add(MockSpec {
        scenario: None,
        ..stop()
    });
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
    let room = Room::with(vec![fail_once()]);
    let made = room.add(stop());
    room.add(labelled("extra", stop()));
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
    let room = Room::with(vec![fail_once()]);
    let second = room.add(fail_once());
    let (status, refusal) = room.ask("GET", "/mimic/v2/mocks/first", "").await;
    assert_eq!(status, 409);
    assert!(
        refusal["error"]["help"]
            .as_str()
            .is_some_and(|help| help.contains(&second))
    );
}

#[tokio::test]
async fn an_unknown_mock_gets_the_nearest_label() {
    let room = Room::with(vec![fail_once()]);
    let (status, refusal) = room.ask("GET", "/mimic/v2/mocks/frist", "").await;
    assert_eq!(status, 404);
    assert_eq!(refusal["error"]["help"], "Did you mean `first`?");
}

#[tokio::test]
async fn scenarios_are_shown_with_what_they_did() {
    let room = Room::with(vec![fail_once(), stop()]);
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
