use serde_json::{Value, json};

use super::*;

const FIRST: &str = r#"mock StartCommand as first { fail "no room" count 1 }"#;

fn sequences(journal: &Value) -> Vec<u64> {
    let entries = journal["entries"].as_array().expect("a list");
    entries
        .iter()
        .filter_map(|entry| entry["sequence"].as_u64())
        .collect()
}

#[tokio::test]
async fn the_journal_names_who_decided() {
    let room = Room::with(FIRST);
    room.create(Manager::Nova);
    let journal = room.get("/mimic/v2/journal").await;
    let told = |entry: &Value| {
        ["command", "place", "outcome", "served_by", "subject"].map(|key| entry[key].clone())
    };
    let entries = journal["entries"].as_array().expect("a list");
    let (first, second) = (
        "zone-1/pod-1/cluster-1/host-1",
        "zone-1/pod-1/cluster-1/host-2",
    );
    let expected = [
        json!(["CopyCommand", first, "succeed", null, "web-1"]),
        json!(["StartCommand", first, "fail", "first", "web-1"]),
        json!(["CopyCommand", second, "succeed", null, "web-1"]),
        json!(["StartCommand", second, "succeed", null, "web-1"]),
    ];
    let told: Vec<Value> = entries.iter().map(|entry| json!(told(entry))).collect();
    assert_eq!(told, expected);
    assert_eq!(journal["evicted"], 0);
}

#[tokio::test]
async fn the_journal_can_be_asked_for_less() {
    let room = Room::with(FIRST);
    room.create(Manager::Nova);
    let id = room.get("/mimic/v2/mocks/first").await["id"].clone();
    let id = id.as_str().expect("an id");
    for (query, expected) in [
        ("command=StartCommand", vec![2, 4]),
        ("command=agent.*&limit=3", vec![2, 3, 4]),
        ("outcome=fail", vec![2]),
        ("mock=first", vec![2]),
        (&*format!("mock={id}"), vec![2]),
        ("since=1&limit=2", vec![2, 3]),
        ("since=4", vec![]),
    ] {
        let journal = room.get(&format!("/mimic/v2/journal?{query}")).await;
        assert_eq!(sequences(&journal), expected, "{query}");
    }
}

#[tokio::test]
async fn a_wrong_question_to_the_journal_is_not_answered_with_nothing() {
    let room = Room::new();
    for (query, help) in [
        ("comand=StartCommand", json!("Did you mean `command`?")),
        ("command=StrtCommand", json!("Did you mean `StartCommand`?")),
        ("command=compte.*", json!("Did you mean `compute`?")),
        ("outcome=failed", json!("Did you mean `fail`?")),
        ("since=yesterday", Value::Null),
    ] {
        let (status, refusal) = room
            .ask("GET", &format!("/mimic/v2/journal?{query}"), "")
            .await;
        assert_eq!((status, &refusal["error"]["help"]), (400, &help), "{query}");
    }
}

#[tokio::test]
async fn an_emptied_journal_goes_on_counting() {
    let room = Room::new();
    room.create(Manager::Nova);
    room.get("/mimic/v2/journal").await;
    assert_eq!(
        room.done("DELETE", "/mimic/v2/journal", "").await,
        json!({ "removed": 2 })
    );
    room.create(Manager::Nova);
    assert_eq!(sequences(&room.get("/mimic/v2/journal").await), [3, 4]);
}

#[tokio::test]
async fn expectations_are_judged_at_any_time() {
    let expected = "expect first exactly 1\nexpect StartCommand on host 2 at least 1";
    let room = Room::with(&format!("{FIRST}\n{expected}"));
    let verdicts = async || {
        let judged = room.get("/mimic/v2/expectations").await;
        let each = &judged["expectations"];
        [&judged["verdict"], &each[0]["verdict"], &each[1]["verdict"]].map(Value::clone)
    };
    assert_eq!(verdicts().await, ["fail", "fail", "fail"]);
    room.create(Manager::Nova);
    assert_eq!(verdicts().await, ["pass", "pass", "pass"]);
    let judged = room.get("/mimic/v2/expectations").await;
    assert_eq!(judged["expectations"][0]["text"], "expect first exactly 1");
    assert_eq!(judged["expectations"][0]["evidence"], "1, command 2");
}

#[tokio::test]
async fn a_late_expectation_is_answered_exactly_or_not_at_all() {
    let room = Room::with(FIRST);
    room.create(Manager::Nova);
    let verdict = async |text: &str| {
        let judged = room.done("POST", "/mimic/v2/expectations", text).await;
        judged["verdict"].clone()
    };
    let on_second = "expect StartCommand on host 2 exactly 1";
    assert_eq!(verdict(on_second).await, "pass");
    assert_eq!(verdict("expect first exactly 0").await, "fail");
    assert_eq!(verdict("expect nothing left").await, "fail");
    let named = r#"expect StartCommand where server.name == "web-1" exactly 1"#;
    assert_eq!(verdict(named).await, "unknown");
    room.done("DELETE", "/mimic/v2/journal", "").await;
    assert_eq!(verdict(on_second).await, "unknown");
    assert_eq!(verdict("expect StartCommand exactly 2").await, "pass");
}

#[tokio::test]
async fn an_expectation_of_a_label_that_nothing_has_is_an_error() {
    let room = Room::with(FIRST);
    let (status, refusal) = room
        .ask("POST", "/mimic/v2/expectations", "expect frist exactly 1")
        .await;
    assert_eq!(
        (status, &refusal["error"]["code"]),
        (400, &json!("bad_scenario"))
    );
    let mock = "mock StopCommand { fail }";
    assert_eq!(
        room.ask("POST", "/mimic/v2/expectations", mock).await.0,
        400
    );
}

#[tokio::test]
async fn explain_tells_for_every_mock_why() {
    let file = r#"
        mock StartCommand on host 2 { fail "busy" }
        mock StartCommand where server.name == "web-1" { fail "named" }
        mock StopCommand { fail }
    "#;
    let room = Room::with(&format!("{file}\n{FIRST}"));
    let why = async |body: &str| {
        let explained = room.done("POST", "/mimic/v2/explain", body).await;
        let mocks = explained["mocks"].as_array().cloned().unwrap_or_default();
        mocks
            .iter()
            .map(|mock| mock["verdict"].clone())
            .collect::<Vec<Value>>()
    };
    assert_eq!(
        why(r#"{"command": "StartCommand", "host": "host-1", "facts": {"server.name": "web-1"}}"#)
            .await,
        [
            "is of another place",
            "serves",
            "is of another command",
            "another comes before it"
        ]
    );
    assert_eq!(
        why(r#"{"command": "StartCommand", "host": 2}"#).await[..2],
        ["serves", "its condition does not hold"]
    );
    // Nothing was counted.
    assert_eq!(room.get("/mimic/v2/status").await["counts"]["commands"], 0);
    for (body, status) in [
        (r#"{"command": "StartComand"}"#, 400),
        (r#"{"command": "StartCommand", "host": "host-9"}"#, 404),
        (
            r#"{"command": "StartCommand", "facts": {"sever.name": "x"}}"#,
            400,
        ),
    ] {
        assert_eq!(
            room.ask("POST", "/mimic/v2/explain", body).await.0,
            status,
            "{body}"
        );
    }
}
