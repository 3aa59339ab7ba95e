//! What was done, as feeds tell it.

use serde_json::json;

use super::Cloud;

#[test]
fn a_feed_tells_what_was_done_newest_first() {
    let mut cloud = Cloud::new();
    cloud.create("web");
    cloud.tick(60);
    cloud.put("/loadbalancers/1/nodes/1", &json!({"node": {"weight": 5}}));
    let seen = cloud.get("/loadbalancers/1/nodes/1.atom");
    assert_eq!(seen.headers["content-type"], "application/atom+xml");
    let entries: Vec<&str> = seen.text.split("<entry>").skip(1).collect();
    assert_eq!(entries.len(), 2, "{}", seen.text);
    let updated = "<summary>Node successfully updated with address: '10.1.1.1', port: '80', weight: '5', condition: \
                   'ENABLED'</summary>";
    assert!(
        entries[0].contains(&updated.replace('\'', "&apos;")),
        "{}",
        entries[0]
    );
    assert!(
        entries[0].contains("<updated>1970-01-01T00:01:00Z</updated>"),
        "{}",
        entries[0]
    );
    assert!(
        entries[1].contains("<category term=\"CREATE\"/>"),
        "{}",
        entries[1]
    );
    let all = cloud.get("/loadbalancers/1.atom");
    assert!(
        all.text.contains("Load Balancer Successfully Created"),
        "{}",
        all.text
    );
    let nodes = cloud.get("/loadbalancers/1/nodes.atom");
    assert_eq!(nodes.text.matches("<entry>").count(), 3);
    assert_eq!(
        cloud
            .get("/loadbalancers.atom")
            .text
            .matches("<entry>")
            .count(),
        4
    );
}

#[test]
fn feeds_of_what_is_not_there_are_faults() {
    let mut cloud = Cloud::new();
    assert_eq!(cloud.get("/loadbalancers/1.atom").status, 404);
    cloud.create("web");
    let seen = cloud.get("/loadbalancers/1/nodes/9.atom");
    assert_eq!(seen.status, 404);
    assert!(seen.text.contains("<itemNotFound "), "{}", seen.text);
    cloud.delete("/loadbalancers/1");
    assert_eq!(cloud.get("/loadbalancers/1/nodes.atom").status, 410);
}

#[test]
fn nodes_that_begin_to_answer_are_events() {
    let mut cloud = Cloud::new();
    cloud.create("web");
    let events = cloud.get("/loadbalancers/1/nodes/events").json();
    let first = &events["nodeServiceEvents"][0];
    assert_eq!(
        first["description"],
        "Node '1' status changed to 'ONLINE' for load balancer '1'"
    );
    assert_eq!(first["created"], "1970-01-01T00:00:00Z");
}
