//! Several files, taken together.

use super::*;

#[test]
fn files_are_read_once_and_in_the_order_of_their_paths() {
    let loaded = load_some(
        &[PathBuf::from("dir"), PathBuf::from("dir/a.scn")],
        &[
            (
                "dir/b.scn",
                "use \"../common.scn\" mock StopCommand { fail }",
            ),
            ("dir/a.scn", "use \"b.scn\" mock RebootCommand { fail }"),
            ("common.scn", "mock StartCommand { fail }"),
        ],
    );
    let plan = loaded.plan.expect("it is right");
    let origins: Vec<String> = plan
        .mocks
        .iter()
        .map(|mock| mock.origin.to_string())
        .collect();
    assert_eq!(origins, ["common.scn:1", "dir/a.scn:1", "dir/b.scn:1"]);
    assert_eq!(loaded.paths.len(), 3);
}

#[test]
fn a_cycle_is_shown_as_a_chain() {
    let loaded = load_all(&[("a.scn", "use \"b.scn\""), ("b.scn", "use \"a.scn\"")]);
    assert_eq!(codes(&loaded), ["M013"]);
    assert_eq!(loaded.findings[0].label, "a.scn uses b.scn uses a.scn");
}

#[test]
fn a_missing_file_is_found_and_watched() {
    let loaded = load_all(&[("a.scn", "use \"b.scn\"")]);
    assert_eq!(codes(&loaded), ["M012"]);
    assert!(loaded.paths.contains(&PathBuf::from("b.scn")));
    let loaded = load_some(&[PathBuf::from("none.scn")], &[]);
    assert_eq!(codes(&loaded), ["M012"]);
    assert!(render::render_human(&loaded.findings, false).contains("none.scn"));
}

#[test]
fn findings_of_all_files_come_at_once() {
    let loaded = load_all(&[
        ("b.scn", "mock StrtCommand { fail }"),
        (
            "a.scn",
            "mock StartCommand { fail cont 1 }\nmock StopCommand { delay 5 }",
        ),
    ]);
    assert_eq!(codes(&loaded), ["M001", "M023", "M014"]);
    assert!(loaded.plan.is_none());
}

#[test]
fn warnings_leave_the_plan_standing() {
    let loaded = load_all(&[(
        "a.scn",
        "mock compute.get_server { respond 200 { \"x\": 1 } }",
    )]);
    assert_eq!(codes(&loaded), ["M041"]);
    assert!(!loaded.has_errors());
}

#[test]
fn topologies_of_several_files_are_taken_together() {
    let loaded = load_all(&[
        (
            "a.scn",
            r#"topology { zone "z" { pod "p" { cluster "c" { host "h1" } } } }"#,
        ),
        (
            "b.scn",
            r#"topology { zone "z" { pod "p" { cluster "c" { host "h2" { cpus 4 } } } } }"#,
        ),
        (
            "c.scn",
            r#"mock StartCommand on host "h2" { fail } expect no StopCommand on host 1"#,
        ),
    ]);
    assert_eq!(codes(&loaded), Vec::<&str>::new());
    let plan = loaded.plan.expect("it is right");
    let topology = plan.topology.expect("one is planned");
    assert_eq!(topology.zones["z"].pods["p"].clusters["c"].hosts.len(), 2);
}

#[test]
fn a_zone_may_be_of_one_region() {
    let text =
        r#"topology { zone "e" region "East" { pod "p" } zone "w" { region "West" } zone "n" }"#;
    let loaded = compile_text("a.scn", text, &Plan::default());
    let topology = loaded.plan.and_then(|plan| plan.topology).expect("one");
    let regions = topology.zones.values().map(|zone| zone.region.as_deref());
    let regions: Vec<_> = regions.collect();
    assert_eq!(regions, [Some("East"), Some("West"), None]);
}

#[test]
fn a_data_centre_file_is_a_topology() {
    let loaded = load_all(&[
        (
            "advanced.cfg",
            r#"{ # a sandbox
              "zones": [ { "name": "Sandbox", "dns1": "10.0.0.1", "pods": [ { "name": "POD0", "clusters": [
                { "clustername": "C0", "hypervisor": "Simulator",
                  "hosts": [ { "url": "http://sim/c0/h0", "username": "root" } ] } ] } ] } ] }"#,
        ),
        (
            "a.scn",
            r#"mock StartCommand on cluster "C0" host "c0-h0" { fail }"#,
        ),
    ]);
    assert_eq!(codes(&loaded), Vec::<&str>::new());
    assert!(loaded.plan.is_some_and(|plan| plan.topology.is_some()));
}

#[test]
fn windows_files_are_read_like_others() {
    let text = format!("\u{feff}scn 1\r\n{}", WHOLE.replace('\n', "\r\n"));
    let loaded = compile_text("a.scn", &text, &Plan::default());
    assert_eq!(codes(&loaded), Vec::<&str>::new());
    let broken = compile_text("a.scn", "\u{feff}mok\r\nmok", &Plan::default());
    assert_eq!(broken.findings[0].location.source.position(0), (1, 1));
}
