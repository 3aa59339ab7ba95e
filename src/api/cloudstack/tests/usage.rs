//! What accounts are charged for.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Cloud, text};

const HOUR: u64 = 60 * 60;

/// The types and hours of what is recorded of a day in January 1970.
fn day(cloud: &mut Cloud, day: &str, more: &[(&str, &str)]) -> Vec<(i64, String)> {
    let day = format!("1970-01-{day}");
    let mut params = vec![("startdate", &*day), ("enddate", &*day)];
    params.extend(more);
    let records = cloud.call("listUsageRecords", &params);
    let records = records["usagerecord"].as_array().cloned();
    let told = |record: &Value| {
        let kind = record["usagetype"].as_i64().expect("a number");
        (kind, text(&record["usage"]))
    };
    records.iter().flatten().map(told).collect()
}

fn wait(cloud: &mut Cloud, hours: u64) {
    let now = cloud.world.age() + Duration::from_secs(hours * HOUR);
    cloud.world.observe(now);
    cloud.run_due();
}

#[test]
fn a_machine_is_charged_for_as_long_as_it_runs_and_is_there() {
    let mut cloud = Cloud::new();
    let machine = cloud.deploy(&[("name", "web")]);
    wait(&mut cloud, 6);
    cloud.run("stopVirtualMachine", &machine, &[]);
    wait(&mut cloud, 12);
    let of_machine = |cloud: &mut Cloud, of: &str, kind: &str| {
        day(cloud, of, &[("type", kind), ("usageid", &machine)])
    };
    let hours = |kind: i64, hours: &str| vec![(kind, format!("{hours} Hrs"))];
    assert_eq!(of_machine(&mut cloud, "01", "1"), hours(1, "6"));
    assert_eq!(of_machine(&mut cloud, "01", "2"), hours(2, "18"));
    wait(&mut cloud, 9);
    cloud.run("destroyVirtualMachine", &machine, &[("expunge", "true")]);
    wait(&mut cloud, 5);
    assert_eq!(of_machine(&mut cloud, "01", "2"), hours(2, "24"));
    assert_eq!(of_machine(&mut cloud, "02", "2"), hours(2, "3"));
    assert_eq!(of_machine(&mut cloud, "02", "1"), []);
    let disks = day(&mut cloud, "02", &[("type", "6")]);
    assert_eq!(disks, hours(6, "3"));
    let all = [
        ("startdate", "1970-01-01"),
        ("enddate", "1970-01-31"),
        ("type", "1"),
    ];
    let records = cloud.call("listUsageRecords", &all);
    let record = &records["usagerecord"][0];
    assert_eq!(
        (
            &record["startdate"],
            &record["enddate"],
            &record["rawusage"]
        ),
        (
            &json!("1970-01-01T00:00:00+0000"),
            &json!("1970-01-01T23:59:59+0000"),
            &json!("6")
        )
    );
    assert_eq!(
        (&record["account"], &record["name"]),
        (&json!("admin"), &json!("web"))
    );
    let told = text(&record["description"]);
    assert!(told.starts_with("Running VM usage for web"), "{told}");
}

#[test]
fn an_address_is_charged_for_until_it_is_given_back_and_forgotten_on_demand() {
    let mut cloud = Cloud::new();
    let zone = cloud.first("listZones", "zone", &[]);
    let made = cloud.call("associateIpAddress", &[("zoneid", &zone)]);
    let address = text(&made["id"]);
    wait(&mut cloud, 2);
    cloud.run("disassociateIpAddress", &address, &[]);
    wait(&mut cloud, 70);
    let of_address = [("type", "3"), ("usageid", &*address)];
    assert_eq!(
        day(&mut cloud, "01", &of_address),
        [(3, "2 Hrs".to_owned())]
    );
    cloud.call("generateUsageRecords", &[]);
    cloud.call("removeRawUsageRecords", &[("interval", "1")]);
    assert!(day(&mut cloud, "01", &of_address).is_empty());
    assert_eq!(
        cloud
            .refused("removeRawUsageRecords", &[("interval", "0")])
            .0,
        431
    );
    let types = cloud.call("listUsageTypes", &[]);
    assert_eq!(types["count"], 25);
    let nobodys = [
        ("startdate", "1970-01-01"),
        ("enddate", "1970-01-02"),
        ("usageid", &*address),
    ];
    assert_eq!(cloud.refused("listUsageRecords", &nobodys).0, 431);
}
