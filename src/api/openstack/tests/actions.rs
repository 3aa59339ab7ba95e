//! What is done to servers, as Nova's clients see it.

use super::*;

const SERVERS: &str = "/compute/v2.1/servers";

fn act(cloud: &mut Cloud, id: &str, action: Value) -> Seen {
    cloud.post(&format!("{SERVERS}/{id}/action"), &action)
}

fn server(cloud: &mut Cloud, id: &str) -> Value {
    cloud.get(&format!("{SERVERS}/{id}")).json()["server"].clone()
}

#[test]
fn actions_answer_as_nova_does() {
    let mut cloud = Cloud::of("admin");
    let id = cloud.create("web-1");
    let image = cloud.image();
    let seen = act(&mut cloud, &id, json!({"rescue": {"adminPass": "x"}}));
    assert_eq!(
        (seen.status, seen.json()),
        (StatusCode::OK, json!({"adminPass": "x"}))
    );
    assert_eq!(act(&mut cloud, &id, json!({"unrescue": null})).text, "");
    let seen = act(&mut cloud, &id, json!({"createImage": {"name": "i"}}));
    assert!(seen.header("location").contains("/image/v2/images/"));
    let seen = act(cloud.at(45), &id, json!({"createImage": {"name": "i"}}));
    assert!(seen.json()["image_id"].is_string());
    let seen = act(
        &mut cloud,
        &id,
        json!({"rebuild": {"imageRef": image, "adminPass": "y"}}),
    );
    let rebuilt = &seen.json()["server"];
    assert_eq!(
        (seen.status, &rebuilt["adminPass"]),
        (StatusCode::ACCEPTED, &json!("y"))
    );
    assert_eq!(rebuilt["status"], "REBUILD");
    assert!(rebuilt.get("key_name").is_none(), "short before 2.75");
    let seen = act(cloud.at(75), &id, json!({"rebuild": {"imageRef": image}}));
    assert!(seen.json()["server"].get("key_name").is_some());
}

#[test]
fn actions_come_and_go_with_their_versions() {
    let mut cloud = Cloud::of("admin");
    let id = cloud.create("web-1");
    let dump = json!({"trigger_crash_dump": null});
    assert_eq!(
        act(cloud.at(16), &id, dump.clone()).status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(act(cloud.at(17), &id, dump).status, StatusCode::ACCEPTED);
    let vnc = json!({"os-getVNCConsole": {"type": "novnc"}});
    assert_eq!(act(cloud.at(5), &id, vnc.clone()).status, StatusCode::OK);
    assert_eq!(act(cloud.at(6), &id, vnc).status, StatusCode::NOT_FOUND);
    let lock = json!({"lock": {"locked_reason": "mine"}});
    assert_eq!(act(cloud.at(73), &id, lock).status, StatusCode::ACCEPTED);
    assert_eq!(server(&mut cloud, &id)["locked_reason"], "mine");
}

#[test]
fn what_is_not_for_everybody_is_refused_by_its_rule() {
    let mut cloud = Cloud::of("demo");
    let id = cloud.create("web-1");
    let told = act(&mut cloud, &id, json!({"migrate": null})).fault("forbidden");
    assert!(
        told.contains("os_compute_api:os-migrate-server:migrate"),
        "{told}"
    );
    cloud.log_in("admin");
    act(&mut cloud, &id, json!({"lock": null}));
    cloud.log_in("demo");
    let told = cloud
        .delete(&format!("{SERVERS}/{id}"))
        .fault("conflictingRequest");
    assert_eq!(told, format!("Instance {id} is locked"));
    let told = act(&mut cloud, &id, json!({"unlock": null})).fault("forbidden");
    assert!(told.contains("unlock_override"), "{told}");
}

#[test]
fn what_was_done_is_told_even_of_a_server_that_is_gone() {
    let mut cloud = Cloud::of("admin");
    let id = cloud.create("web-1");
    act(&mut cloud, &id, json!({"os-stop": null}));
    cloud.delete(&format!("{SERVERS}/{id}"));
    let path = format!("{SERVERS}/{id}/os-instance-actions");
    assert_eq!(cloud.at(20).get(&path).status, StatusCode::NOT_FOUND);
    let actions = cloud.at(84).get(&path).json();
    let names: Vec<&Value> = actions["instanceActions"]
        .as_array()
        .expect("actions")
        .iter()
        .map(|action| &action["action"])
        .collect();
    assert_eq!(names, ["delete", "stop", "create"]);
    let request = actions["instanceActions"][1]["request_id"]
        .as_str()
        .expect("an id");
    let shown = cloud.get(&format!("{path}/{request}")).json();
    let event = &shown["instanceAction"]["events"][0];
    assert_eq!(
        (&event["event"], &event["result"]),
        (&json!("compute_stop_instance"), &json!("Success"))
    );
    assert_eq!(event["host"], "host-1");
    let page = cloud.get(&format!("{path}?limit=1")).json();
    assert!(
        page["links"][0]["href"]
            .as_str()
            .is_some_and(|href| href.contains("marker=req-"))
    );
}

#[test]
fn deleted_servers_are_listed_to_who_asks_for_them() {
    let mut cloud = Cloud::of("admin");
    let id = cloud.create("web-1");
    cloud.delete(&format!("{SERVERS}/{id}"));
    let ids = |cloud: &mut Cloud, query: &str| {
        let seen = cloud.get(&format!("{SERVERS}/detail?{query}")).json();
        seen["servers"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(ids(&mut cloud, ""), 0);
    assert_eq!(ids(&mut cloud, "deleted=true"), 1);
    assert_eq!(ids(&mut cloud, "status=deleted"), 1);
    assert_eq!(ids(&mut cloud, "changes-since=2000-01-01"), 1);
    assert_eq!(ids(&mut cloud, "changes-since=2020-01-01"), 0);
    cloud.log_in("demo");
    assert_eq!(ids(&mut cloud, "deleted=true"), 0);
}

#[test]
fn tags_are_set_and_found() {
    let mut cloud = Cloud::of("demo");
    let id = cloud.create("web-1");
    cloud.at(26);
    let tags = format!("{SERVERS}/{id}/tags");
    let add = |cloud: &mut Cloud, tag: &str| cloud.send("PUT", &format!("{tags}/{tag}"), None);
    let seen = add(&mut cloud, "a");
    assert_eq!(
        (seen.status, seen.header("location").ends_with("/tags/a")),
        (StatusCode::CREATED, true)
    );
    assert_eq!(add(&mut cloud, "a").status, StatusCode::NO_CONTENT);
    cloud.put(&tags, &json!({"tags": ["b", "c"]}));
    assert_eq!(cloud.get(&tags).json(), json!({"tags": ["b", "c"]}));
    let told = cloud.get(&format!("{tags}/a")).fault("itemNotFound");
    assert_eq!(told, format!("Server {id} has no tag 'a'"));
    let told = cloud.delete(&format!("{tags}/a")).fault("itemNotFound");
    assert_eq!(told, format!("Instance {id} has no tag 'a'"));
    cloud.delete(&tags);
    assert_eq!(cloud.get(&tags).json(), json!({"tags": []}));
}
