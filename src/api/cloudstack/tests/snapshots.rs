//! Snapshots that policies take.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Cloud, all, text};
use crate::vocabulary::command::AgentCommand;

const HOUR: Duration = Duration::from_secs(3600);

impl Cloud {
    fn policy(&mut self, volume: &str, more: &[(&str, &str)]) -> Value {
        let mut params = vec![("volumeid", volume), ("timezone", "UTC")];
        params.extend(more);
        self.call("createSnapshotPolicy", &params)["snapshotpolicy"].clone()
    }

    fn hourly(&mut self, volume: &str, most: &str) -> String {
        let params = [
            ("intervaltype", "hourly"),
            ("schedule", "30"),
            ("maxsnaps", most),
        ];
        text(&self.policy(volume, &params)["id"])
    }

    fn pass(&mut self, time: Duration) {
        self.world.tick(time);
        self.run_due();
    }

    fn snapshots_of(&mut self, volume: &str) -> Value {
        self.call("listSnapshots", &[("volumeid", volume)])
    }

    fn times(&mut self, volume: &str) -> Vec<String> {
        let mut times = all(&self.snapshots_of(volume), "snapshot", "created");
        times.sort_unstable();
        times
    }

    fn machine_with_root(&mut self) -> (String, String) {
        let machine = self.deploy(&[]);
        let root = self.root_of(&machine);
        (machine, root)
    }
}

#[test]
fn a_policy_takes_snapshots_at_its_times_and_keeps_the_latest() {
    let mut cloud = Cloud::new();
    let (_, root) = cloud.machine_with_root();
    cloud.hourly(&root, "2");
    cloud.sent();
    cloud.pass(HOUR);
    let taken = cloud.snapshots_of(&root)["snapshot"][0].clone();
    assert_eq!(
        (
            &taken["snapshottype"],
            &taken["intervaltype"],
            &taken["state"]
        ),
        (&json!("HOURLY"), &json!("HOURLY"), &json!("BackedUp"))
    );
    assert_eq!(taken["created"], "1970-01-01T00:30:00+0000");
    let name = text(&taken["name"]);
    assert!(name.ends_with("_ROOT-1_19700101003000"), "{name}");
    let sent = cloud.sent();
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(sent[0].starts_with("CreateObjectCommand") && sent[1].starts_with("CopyCommand"));
    cloud.pass(3 * HOUR);
    assert_eq!(
        cloud.times(&root),
        ["1970-01-01T02:30:00+0000", "1970-01-01T03:30:00+0000"]
    );
}

#[test]
fn snapshots_that_somebody_asked_for_are_nobodys_to_remove() {
    let mut cloud = Cloud::new();
    let (_, root) = cloud.machine_with_root();
    cloud.call("createSnapshot", &[("volumeid", &root)]);
    cloud.hourly(&root, "1");
    cloud.pass(5 * HOUR);
    let listed = cloud.snapshots_of(&root);
    assert_eq!(listed["count"], 2);
    for (asked, count) in [("MANUAL", 1), ("HOURLY", 1), ("RECURRING", 1), ("ALL", 2)] {
        let params = [("volumeid", &*root), ("snapshottype", asked)];
        assert_eq!(
            cloud.call("listSnapshots", &params)["count"],
            count,
            "{asked}"
        );
    }
}

#[test]
fn a_snapshot_that_fails_is_taken_again_the_next_time() {
    let mut cloud = Cloud::new();
    let (_, root) = cloud.machine_with_root();
    cloud.hourly(&root, "4");
    cloud
        .refusals
        .push((AgentCommand::CreateObjectCommand, "*", 1));
    cloud.pass(2 * HOUR);
    let listed = cloud.snapshots_of(&root);
    let mut states = all(&listed, "snapshot", "state");
    states.sort_unstable();
    assert_eq!(states, ["BackedUp", "Error"]);
}

#[test]
fn ten_years_pass_in_no_time() {
    let mut cloud = Cloud::new();
    let (_, root) = cloud.machine_with_root();
    let policy = cloud.hourly(&root, "3");
    cloud.pass(10 * 365 * 24 * HOUR);
    assert_eq!(cloud.snapshots_of(&root)["count"], 3);
    cloud.pass(HOUR);
    let times = cloud.times(&root);
    assert_eq!(times[2], "1979-12-30T00:30:00+0000");
    cloud.call("deleteSnapshotPolicies", &[("id", &policy)]);
    cloud.pass(24 * HOUR);
    assert_eq!(cloud.times(&root), times);
}

#[test]
fn a_policy_does_not_move_an_elastic_clock() {
    let mut cloud = Cloud::new();
    let (_, root) = cloud.machine_with_root();
    cloud.hourly(&root, "3");
    assert!(!cloud.world.skip_to_next_event());
}

#[test]
fn a_hidden_policy_rests() {
    let mut cloud = Cloud::new();
    let (_, root) = cloud.machine_with_root();
    let policy = cloud.hourly(&root, "3");
    cloud.run("updateSnapshotPolicy", &policy, &[("fordisplay", "false")]);
    cloud.pass(2 * HOUR);
    assert_eq!(cloud.snapshots_of(&root), json!({}));
    cloud.run("updateSnapshotPolicy", &policy, &[("fordisplay", "true")]);
    cloud.pass(HOUR);
    assert_eq!(cloud.snapshots_of(&root)["count"], 1);
}

#[test]
fn a_policy_is_as_it_was_asked_for() {
    let mut cloud = Cloud::new();
    let (_, root) = cloud.machine_with_root();
    let params = [
        ("intervaltype", "WEEKLY"),
        ("schedule", "15:23:7"),
        ("maxsnaps", "8"),
        ("timezone", "America/New_York"),
        ("tags[0].key", "team"),
        ("tags[0].value", "blue"),
    ];
    let params: Vec<_> = params.into_iter().chain([("volumeid", &*root)]).collect();
    let policy = cloud.call("createSnapshotPolicy", &params)["snapshotpolicy"].clone();
    assert_eq!(
        (
            &policy["intervaltype"],
            &policy["schedule"],
            &policy["timezone"]
        ),
        (&json!(2), &json!("15:23:7"), &json!("America/New_York"))
    );
    assert_eq!(policy["zone"][0]["name"], "zone-1");
    cloud.pass(4 * 24 * HOUR);
    let taken = cloud.snapshots_of(&root)["snapshot"][0].clone();
    assert_eq!(taken["created"], "1970-01-04T04:15:00+0000");
    assert_eq!(taken["tags"][0]["value"], "blue");
}

#[test]
fn a_policy_reads_as_infrastructure_tools_wrote_it() {
    let mut cloud = Cloud::new();
    let (_, root) = cloud.machine_with_root();
    let zone = cloud.first("listZones", "zone", &[]);
    for (number, (interval, schedule, most)) in [
        ("HOURLY", "0", 6),
        ("DAILY", "02:30", 7),
        ("WEEKLY", "1:03:00", 4),
        ("MONTHLY", "15:01:00", 8),
    ]
    .into_iter()
    .enumerate()
    {
        let most_said = most.to_string();
        let asked = [
            ("intervaltype", interval),
            ("schedule", schedule),
            ("maxsnaps", &*most_said),
            ("zoneids", &*zone),
        ];
        let id = text(&cloud.policy(&root, &asked)["id"]);
        let tag = [
            ("resourceids", &*id),
            ("resourcetype", "SnapshotPolicy"),
            ("tags[0].key", "Purpose"),
            ("tags[0].value", "backup"),
        ];
        cloud.call("createTags", &tag);
        let listed = cloud.call("listSnapshotPolicies", &[("id", &id)]);
        let read = &listed["snapshotpolicy"][0];
        assert_eq!(
            (&read["intervaltype"], &read["schedule"], &read["maxsnaps"]),
            (&json!(number), &json!(schedule), &json!(most))
        );
        assert_eq!(read["timezone"], "UTC");
        assert_eq!(read["volumeid"], *root);
        assert_eq!(all(read, "zone", "id"), std::slice::from_ref(&zone));
        assert_eq!(all(read, "tags", "value"), ["backup"]);
        cloud.call("deleteSnapshotPolicies", &[("id", &id)]);
    }
}

#[test]
fn what_no_policy_can_be_is_refused() {
    let mut cloud = Cloud::new();
    let (_, root) = cloud.machine_with_root();
    let told = format!("Volume {{\"name\":\"ROOT-1\",\"uuid\":\"{root}\"}}");
    for (interval, schedule, most, text) in [
        (
            "yearly",
            "1",
            "1",
            "Unsupported interval type yearly".to_owned(),
        ),
        (
            "daily",
            "5",
            "1",
            format!("{told} has an invalid schedule [5] for interval type [daily]."),
        ),
        (
            "hourly",
            "5",
            "0",
            format!("maxSnaps [0] for volume {told} should be greater than 0."),
        ),
        (
            "hourly",
            "5",
            "9",
            format!("maxSnaps [9] for volume {told} exceeds limit [8] for interval type [hourly]."),
        ),
    ] {
        let params = [
            ("volumeid", &*root),
            ("timezone", "UTC"),
            ("intervaltype", interval),
            ("schedule", schedule),
            ("maxsnaps", most),
        ];
        assert_eq!(cloud.refused("createSnapshotPolicy", &params), (431, text));
    }
}

#[test]
fn policies_go_with_their_volume() {
    let mut cloud = Cloud::new();
    let (machine, root) = cloud.machine_with_root();
    cloud.hourly(&root, "3");
    cloud.run("destroyVirtualMachine", &machine, &[]);
    cloud.pass(HOUR);
    assert_eq!(
        cloud.snapshots_of(&root),
        json!({}),
        "of a destroyed machine"
    );
    cloud.run("expungeVirtualMachine", &machine, &[]);
    assert_eq!(
        cloud.call("listSnapshotPolicies", &[("listall", "true")]),
        json!({})
    );
}
