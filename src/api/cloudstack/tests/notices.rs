//! Events and alerts.

use std::time::Duration;

use serde_json::json;

use super::{Cloud, all, text};
use crate::vocabulary::command::AgentCommand;
use crate::world::notices::AlertKind;

#[test]
fn events_tell_of_a_job_from_its_order_to_its_end() {
    let mut cloud = Cloud::new();
    let machine = cloud.deploy(&[]);
    let told = cloud.call("listEvents", &[("type", "VM.CREATE")]);
    assert_eq!(
        all(&told, "event", "state"),
        ["Completed", "Started", "Scheduled", "Created"]
    );
    let first = told["event"][3].clone();
    assert!(first.get("parentid").is_none());
    assert_eq!(
        (&first["resourceid"], &first["resourcetype"]),
        (&json!(machine), &json!("VirtualMachine"))
    );
    assert_eq!(
        (&first["level"], &first["account"]),
        (&json!("INFO"), &json!("admin"))
    );
    for later in &told["event"].as_array().expect("events")[..3] {
        assert_eq!(later["parentid"], first["id"]);
    }
    let chain = cloud.call(
        "listEvents",
        &[("startid", &text(&first["id"])), ("state", "Started")],
    );
    assert_eq!(chain["count"], 1);
    assert_eq!(
        cloud.call_as("joe", "listEvents", &[("listall", "true")]).1,
        json!({})
    );
}

#[test]
fn a_job_that_fails_ends_with_an_error() {
    let mut cloud = Cloud::refusing(AgentCommand::StopCommand, "*", 1);
    let machine = cloud.deploy(&[]);
    cloud.run("stopVirtualMachine", &machine, &[]);
    let told = cloud.call("listEvents", &[("level", "ERROR")]);
    assert_eq!(all(&told, "event", "type"), ["VM.STOP"]);
}

#[test]
fn events_are_put_away_and_removed() {
    let mut cloud = Cloud::new();
    cloud.call("createSSHKeyPair", &[("name", "a")]);
    cloud.world.tick(Duration::from_secs(3 * 86_400));
    cloud.call("listZones", &[]);
    cloud.call("createSSHKeyPair", &[("name", "b")]);
    let told = cloud.call("listEvents", &[("type", "SSH.KEYPAIR.CREATE")]);
    assert_eq!(told["count"], 2);
    assert_eq!(
        cloud.call("listEvents", &[("startdate", "1970-01-02")])["count"],
        1
    );
    assert_eq!(
        cloud.call("listEvents", &[("enddate", "1970-01-01")])["count"],
        1
    );
    assert_eq!(cloud.refused("listEvents", &[("enddate", "soon")]).0, 431);
    let newest = text(&told["event"][0]["id"]);
    cloud.call("archiveEvents", &[("ids", &newest)]);
    assert_eq!(cloud.call("listEvents", &[])["count"], 1);
    assert_eq!(
        cloud.call("listEvents", &[("archived", "true")])["count"],
        2
    );
    assert_eq!(cloud.refused("deleteEvents", &[]).0, 431);
    cloud.call("deleteEvents", &[("type", "SSH.KEYPAIR.CREATE")]);
    assert_eq!(cloud.call("listEvents", &[("archived", "true")]), json!({}));
    let types = cloud.call("listEventTypes", &[]);
    assert!(all(&types, "eventtype", "name").contains(&"VM.CREATE".to_owned()));
}

#[test]
fn alerts_are_raised_listed_and_put_away() {
    let mut cloud = Cloud::new();
    cloud.world.alert(AlertKind::HOST, "Host down");
    let raised = [("name", "mine"), ("description", "look"), ("type", "14")];
    assert_eq!(
        cloud.outcome("generateAlert", &raised)["jobresult"],
        json!({"success": true})
    );
    assert_eq!(
        cloud
            .refused(
                "generateAlert",
                &[("name", "x"), ("description", "x"), ("type", "99")]
            )
            .0,
        431
    );
    let listed = cloud.call("listAlerts", &[]);
    assert_eq!(
        all(&listed, "alert", "name"),
        ["mine", "ALERT.COMPUTE.HOST"]
    );
    let listed = cloud.call("listAlerts", &[("type", "7")]);
    let host = text(&listed["alert"][0]["id"]);
    assert_eq!(listed["alert"][0]["description"], "Host down");
    cloud.call("archiveAlerts", &[("ids", &host)]);
    assert_eq!(
        all(&cloud.call("listAlerts", &[]), "alert", "name"),
        ["mine"]
    );
    cloud.call("deleteAlerts", &[("type", "14")]);
    assert_eq!(cloud.call("listAlerts", &[]), json!({}));
    assert_eq!(cloud.call_as("joe", "listAlerts", &[]).0, 432);
}
