//! What a user of the language relies on, from text to plan.

mod cost;
mod files;
mod hidden;
mod positions;
mod random;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Files, Loaded, compile_text, load, render};
use crate::vocabulary::mock::{Pattern, Response};
use crate::vocabulary::place::{Level, Scope, Selector};
use crate::vocabulary::plan::{Act, ClockMode, Given, GivenBalancer, HostChange, Plan};

/// Files that are nowhere but here.
struct Shelf(BTreeMap<PathBuf, &'static str>);

impl Files for Shelf {
    fn read(&self, path: &Path) -> io::Result<String> {
        let text = self.0.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok((*text).to_owned())
    }

    fn scenarios_in(&self, path: &Path) -> io::Result<Option<Vec<PathBuf>>> {
        if self.0.contains_key(path) || path.extension().is_some() {
            return Ok(None);
        }
        Ok(Some(
            self.0
                .keys()
                .filter(|file| file.starts_with(path))
                .cloned()
                .collect(),
        ))
    }
}

fn load_all(files: &[(&str, &'static str)]) -> Loaded {
    let paths: Vec<PathBuf> = files.iter().map(|(path, _)| PathBuf::from(path)).collect();
    load_some(&paths, files)
}

fn load_some(paths: &[PathBuf], files: &[(&str, &'static str)]) -> Loaded {
    let files = files
        .iter()
        .map(|(path, text)| (PathBuf::from(path), *text));
    load(paths, &Shelf(files.collect()))
}

/// The plan of a text that must be right.
fn plan(text: &str) -> Plan {
    let loaded = compile_text("a.scn", text, &Plan::default());
    let shown = render::render_human(&loaded.findings, false);
    loaded.plan.unwrap_or_else(|| panic!("{shown}"))
}

/// The codes of what is wrong in the files.
fn codes(loaded: &Loaded) -> Vec<&'static str> {
    loaded.findings.iter().map(|finding| finding.code).collect()
}

fn host(name: &str) -> Scope {
    Scope::everywhere().with(Level::Host, Selector::Name(name.into()))
}

const WHOLE: &str = r#"
# deploy-retry.scn
scenario "a deployment is retried on another host" {
  tags deploy, retry

  topology {
    zone "east" {
      pod "p1" {
        cluster "c1" hypervisor "KVM" {
          host "h1"
          host "h2" { cpus 16  memory 64GiB }
        }
      }
    }
  }

  # The first start fails on h1; the retry, on h2, is slow.
  mock StartCommand on host "h1" as first-start {
    fail "insufficient capacity"
    count 1
  }

  mock StartCommand on host "h2" { delay 1s..3s }

  # An API call, in the words of the cloud the client talks to.
  mock compute.create_server where server.name ~ "web-*" {
    fail 503 "try later"  count 2
    then succeed  delay 500ms
  }

  at 30s  host "h2" goes down
  at 90s  host "h2" comes back

  expect first-start exactly 1
  expect StartCommand on host "h2" at least 1
  expect no DestroyCommand
}
"#;

#[test]
fn a_whole_file_becomes_a_plan() {
    let plan = plan(WHOLE);
    let scenario = &plan.scenarios[0];
    assert_eq!(&*scenario.name, "a deployment is retried on another host");
    assert_eq!(scenario.tags, ["deploy".into(), "retry".into()]);
    assert_eq!((&*scenario.path, scenario.line), ("a.scn", 3));
    let mocks: Vec<String> = plan.mocks.iter().map(ToString::to_string).collect();
    assert_eq!(
        mocks,
        [
            r#"mock StartCommand on host "h1" as first-start { fail "insufficient capacity" count 1 }"#,
            r#"mock StartCommand on host "h2" { succeed delay 1s..3s }"#,
            "mock compute.create_server where server.name ~ \"web-*\" \
             { fail 503 \"try later\" count 2 then succeed delay 500ms }",
        ]
    );
    assert!(
        plan.mocks
            .iter()
            .all(|mock| mock.scenario.as_ref() == Some(&scenario.name))
    );
    assert_eq!(plan.mocks[0].origin.to_string(), "a.scn:18");
    let topology = plan.topology.expect("one is planned");
    let cluster = &topology.zones["east"].pods["p1"].clusters["c1"];
    assert_eq!(cluster.settings.hypervisor.as_deref(), Some("KVM"));
    assert_eq!(cluster.hosts["h2"].cpus, Some(16));
    assert_eq!(cluster.hosts["h2"].memory, Some(64 * 1024));
    let acts: Vec<_> = plan
        .timeline
        .iter()
        .map(|act| (act.at.as_secs(), &act.act))
        .collect();
    assert_eq!(acts[0], (30, &Act::Hosts(host("h2"), HostChange::GoesDown)));
    assert_eq!(
        acts[1],
        (90, &Act::Hosts(host("h2"), HostChange::ComesBack))
    );
    let expectations: Vec<String> = plan
        .expectations
        .iter()
        .map(|spec| spec.expectation.to_string())
        .collect();
    assert_eq!(
        expectations,
        [
            "expect first-start exactly 1",
            "expect StartCommand on host \"h2\" at least 1",
            "expect no DestroyCommand",
        ]
    );
}

#[test]
fn the_shortest_mock_is_one_sentence() {
    let plan =
        plan(r#"mock StartCommand on host "host-1" { fail "insufficient capacity" count 1 }"#);
    assert_eq!(plan.mocks.len(), 1);
    assert_eq!(plan.mocks[0].scenario, None);
    assert_eq!(plan.topology, None);
}

#[test]
fn an_empty_block_succeeds() {
    let plan = plan("mock StopCommand { }");
    assert_eq!(
        plan.mocks[0].steps[0].response,
        Response::Succeed { patch: None }
    );
}

#[test]
fn going_down_for_a_while_is_two_acts() {
    let plan = plan(r#"at 1m zone "zone-1" goes down for 90s"#);
    let acts: Vec<_> = plan.timeline.iter().map(|act| (act.at, &act.act)).collect();
    let zone = Scope::everywhere().with(Level::Zone, Selector::Name("zone-1".into()));
    assert_eq!(
        acts,
        [
            (
                Duration::from_secs(60),
                &Act::Hosts(zone.clone(), HostChange::GoesDown)
            ),
            (
                Duration::from_secs(150),
                &Act::Hosts(zone, HostChange::ComesBack)
            ),
        ]
    );
}

#[test]
fn givens_and_settings_are_read() {
    let plan = plan(
        r#"
        seed 42  clock scale 60
        given 3 servers "web-{n}" on host 2 {
          status SHUTOFF  flavor "2"
          metadata { role = "db"  "a b" = "c" }
        }
        given flavor "big" { id "7" cpus 4 memory 8GiB disk 20GiB }
        given user "ann" { password "secret" admin true }
        given image "cirros"
        at 10s server "web-1" becomes ERROR
        "#,
    );
    assert_eq!(plan.settings.seed, Some(42));
    assert_eq!(plan.settings.clock, Some(ClockMode::Scale(60.0)));
    let Given::Server(server) = &plan.givens[0] else {
        panic!("a server")
    };
    assert_eq!((&*server.name, server.count), ("web-{n}", 3));
    assert_eq!(server.scope.to_string(), "host 2");
    assert_eq!(server.metadata[1], ("a b".into(), "c".into()));
    let Given::Flavor(flavor) = &plan.givens[1] else {
        panic!("a flavor")
    };
    assert_eq!(
        (flavor.cpus, flavor.memory, flavor.disk),
        (Some(4), Some(8192), Some(20))
    );
    assert!(matches!(&plan.givens[2], Given::User(user) if user.admin));
    assert!(matches!(&plan.timeline[0].act, Act::Server { status, .. } if &**status == "ERROR"));
}

#[test]
fn every_form_of_expectation_is_read() {
    let text = r#"mock StartCommand as s { fail count 4 }
        expect s at most 2
        expect StartCommand on host 1 where server.name == "a" exactly 1
        expect StopCommand before DestroyCommand
        expect retry of compute.create_server within 1s..1m
        expect nothing left
        expect no s"#;
    let loaded = compile_text("a.scn", text, &Plan::default());
    let shown: Vec<String> = plan(text)
        .expectations
        .iter()
        .map(|spec| spec.expectation.to_string())
        .collect();
    assert_eq!(codes(&loaded), Vec::<&str>::new());
    assert_eq!(
        shown,
        [
            "expect s at most 2",
            "expect StartCommand on host 1 where server.name == \"a\" exactly 1",
            "expect StopCommand before DestroyCommand",
            "expect retry of compute.create_server within 1s..1m",
            "expect nothing left",
            "expect no s",
        ]
    );
}

// ---------------------------------------------------------------- files

#[test]
fn a_text_is_checked_beside_what_is_live() {
    let base = plan(WHOLE);
    let live = compile_text("request", "expect first-start exactly 1", &base);
    assert_eq!(codes(&live), ["M019"], "the label belongs to a scenario");
    let placed = compile_text(
        "request",
        r#"mock StopCommand on host "h2" { fail }"#,
        &base,
    );
    assert_eq!(codes(&placed), Vec::<&str>::new());
    assert_eq!(placed.plan.and_then(|plan| plan.topology), None);
    let lost = compile_text(
        "request",
        r#"mock StopCommand on host "host-1" { fail }"#,
        &base,
    );
    assert_eq!(codes(&lost), ["M036"]);
    let twin = compile_text("request", "mock StopCommand as first-start { fail }", &base);
    assert_eq!(codes(&twin), ["M020"]);
}

// ---------------------------------------------------------------- rules

#[test]
fn two_braces_can_be_written() {
    let plan = plan(r#"mock StartCommand { fail "a {{ \"{{\" }} b {{ server.name }}" }"#);
    let Response::Fail {
        text: Some(text), ..
    } = &plan.mocks[0].steps[0].response
    else {
        panic!("a fail")
    };
    assert_eq!(text.render(&crate::vocabulary::fact::NoFacts), "a {{ b ");
    assert_eq!(
        plan.mocks[0].pattern,
        Pattern::Command(crate::vocabulary::command::AgentCommand::StartCommand.id())
    );
}

#[test]
fn balancers_are_given_and_become_what_a_timeline_says() {
    let plan = plan(
        r#"
        given 3 balancers "lb-{n}" {
          status SUSPENDED  protocol HTTPS  port 8443  algorithm ROUND_ROBIN  tenant "demo"
          nodes "10.1.1.1:80, [2001:db8::1]:81"
          metadata { role = "db" }
        }
        at 10s balancer "lb-1" becomes ERROR
        "#,
    );
    let given = GivenBalancer {
        name: "lb-{n}".into(),
        count: 3,
        status: Some("SUSPENDED".into()),
        protocol: Some("HTTPS".into()),
        port: Some(8443),
        algorithm: Some("ROUND_ROBIN".into()),
        tenant: Some("demo".into()),
        nodes: ["10.1.1.1:80", "[2001:db8::1]:81"]
            .map(|place| place.parse().expect("an address"))
            .to_vec(),
        metadata: vec![("role".into(), "db".into())],
    };
    assert_eq!(plan.givens, [Given::Balancer(given)]);
    let becomes = Act::Balancer {
        name: "lb-1".into(),
        status: "ERROR".into(),
    };
    assert_eq!(plan.timeline[0].act, becomes);
}

#[test]
fn what_balancers_cannot_be_is_told() {
    let loaded = load_all(&[(
        "a.scn",
        r#"
        given balancer "a" { status ACTIV }
        given balancer "b" { protocol GOPHER }
        given balancer "c" { port 70000 }
        given balancer "d" { nodes "10.1.1.1" }
        given balancer "e" on host "host-1"
        at 10s balancer "a" becomes SHUTOFF
        mock CreateLoadBalancerCommand where balancer.status == "BUILDING" { fail }
        mock CreateLoadBalancerCommand where server.name == "a" { fail }
        "#,
    )]);
    let shown = render::render_human(&loaded.findings, false);
    for text in [
        "did you mean `ACTIVE`?",
        "write it like `nodes \"10.1.1.1:80, 10.1.1.2:80\"`",
        "a balancer is at no place",
        "`CreateLoadBalancerCommand` has no `server.name`",
    ] {
        assert!(shown.contains(text), "{text} in {shown}");
    }
    assert_eq!(loaded.findings.len(), 8, "{shown}");
}

#[test]
fn what_a_step_leads_to_reads_back() {
    let text = "mock compute.create_server where server.name == \"a\" { succeed delay 1s leads to StartCommand where \
                server.status == \"BUILD\" { fail count 1 then succeed } leads to compute.delete_server { fail 409 leads \
                to ERROR } leads to SHUTOFF after 1m30s count 2 then fail 503 count 1 then repeat }";
    let plan = compile_text("a.scn", text, &Plan::default()).plan;
    let [mock] = &plan.expect("it is sound").mocks[..] else {
        panic!("one mock");
    };
    assert_eq!(mock.to_string(), text);
}
