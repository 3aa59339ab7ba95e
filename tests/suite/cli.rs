//! What the program says to its user.

use std::io::Read;
use std::net::{SocketAddr, TcpListener};
use std::process::{Command, Stdio};
use std::sync::mpsc;

use mimic::api::Request;
use tempfile::TempDir;

use crate::program::{Served, mimic};
use crate::support::{Front, PATIENCE, answering, connect, get, reply};

fn empty() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

/// Its exit code, standard output and standard error.
fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let output = command.output().expect("it ran");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

fn exchange(address: SocketAddr, text: &str) -> String {
    let mut stream = connect(address);
    std::io::Write::write_all(&mut stream, text.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn serve_says_where_it_listens_and_what_to_export() {
    let directory = empty();
    let mut served = Served::start(&mut mimic(
        &directory,
        &["serve", "--listen", "127.0.0.1:0"],
    ));
    let address = served.address;
    let version = env!("CARGO_PKG_VERSION");
    let line = format!("mimic {version} listens on http://{address}\n");
    assert_eq!(served.first_line, line);
    let greeting = served.greeting();
    assert!(greeting.starts_with("No scenarios: everything works.\n"));
    assert!(greeting.contains(&format!(
        "export OS_AUTH_URL=http://{address}/identity/v3\n"
    )));
    assert!(exchange(address, &get("/")).starts_with("HTTP/1.1 "));
}

#[test]
fn serve_ends_well_on_signals() {
    let directory = empty();
    for name in ["TERM", "INT"] {
        let mut served = Served::start(&mut mimic(
            &directory,
            &["serve", "--listen", "127.0.0.1:0"],
        ));
        served.signal(name);
        assert_eq!(served.exit_code(), Some(0));
    }
}

#[test]
fn flags_go_before_environment_before_file() {
    let directory = empty();
    std::fs::write(
        directory.path().join("mimic.toml"),
        "listen = \"127.0.0.2:0\"\n",
    )
    .expect("written");
    let listens_on = |command: &mut Command| Served::start(command).address.ip().to_string();
    assert_eq!(listens_on(&mut mimic(&directory, &["serve"])), "127.0.0.2");
    let environment = ("MIMIC_LISTEN", "127.0.0.3:0");
    let mut command = mimic(&directory, &["serve"]);
    command.env(environment.0, environment.1);
    assert_eq!(listens_on(&mut command), "127.0.0.3");
    let mut command = mimic(&directory, &["serve", "--listen", "127.0.0.4:0"]);
    command.env(environment.0, environment.1);
    assert_eq!(listens_on(&mut command), "127.0.0.4");
}

#[test]
fn wrong_settings_are_shown_with_their_place() {
    let directory = empty();
    let settings = "seed = 1\nlistne = \"127.0.0.1:0\"\n\n[cloud.limits]\nserver = 5\n";
    std::fs::write(directory.path().join("mimic.toml"), settings).expect("written");
    let (code, out, err) = run(&mut mimic(&directory, &["serve"]));
    assert_eq!((code, out.as_str()), (Some(2), ""));
    for expected in [
        "error[C002]: there is no setting `listne` here",
        "--> mimic.toml:2:1",
        "did you mean `listen`?",
        "--> mimic.toml:5:1",
        "did you mean `servers`?",
    ] {
        assert!(err.contains(expected), "{expected:?} in:\n{err}");
    }
    let (code, _, err) = run(&mut mimic(&directory, &["serve", "--config", "other.toml"]));
    assert_eq!(code, Some(2));
    assert!(err.starts_with("error: cannot read the settings in other.toml: "));
}

#[test]
fn a_port_in_use_is_told_with_the_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let (code, _, err) = run(&mut mimic(&empty(), &["serve", "--listen", &address]));
    assert_eq!(code, Some(2));
    assert!(
        err.starts_with(&format!("error: cannot listen on {address}: ")),
        "{err}"
    );
    assert!(err.contains("--listen 127.0.0.1:0"), "{err}");
    assert_eq!(err.lines().count(), 1);
}

#[test]
fn others_can_only_reach_it_with_a_token_set() {
    let directory = empty();
    for arguments in [
        vec!["serve", "--listen", "0.0.0.0:0"],
        vec!["serve", "--listen", "[::]:0", "--admin-token", ""],
    ] {
        let (code, _, err) = run(&mut mimic(&directory, &arguments));
        assert_eq!(code, Some(2));
        assert!(err.contains("MIMIC_ADMIN_TOKEN"), "{err}");
    }
}

#[test]
fn commands_are_listed() {
    let directory = empty();
    let (code, out, _) = run(&mut mimic(
        &directory,
        &["commands", "--service", "compute"],
    ));
    assert_eq!(code, Some(0));
    assert!(out.lines().all(|line| line.starts_with("compute.")));
    let create = out
        .lines()
        .find(|line| line.starts_with("compute.create_server "));
    let words: Vec<&str> = create.expect("listed").split_whitespace().collect();
    assert_eq!(words[1..4], ["server", "place", "Creates"]);

    let (_, out, _) = run(&mut mimic(&directory, &["commands", "--format", "json"]));
    let all: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let names: Vec<&str> = all
        .as_array()
        .expect("an array")
        .iter()
        .filter_map(|command| command["name"].as_str())
        .collect();
    assert!(names.contains(&"StartCommand") && names.contains(&"identity.authenticate"));

    let (code, _, err) = run(&mut mimic(
        &directory,
        &["commands", "--service", "computer"],
    ));
    assert_eq!(code, Some(2));
    assert!(err.contains("compute"), "{err}");
}

#[test]
fn without_a_server_its_absence_is_told() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", free.local_addr().expect("an address"));
    drop(free);
    let (code, _, err) = run(&mut mimic(&empty(), &["tick", "30s", "--url", &url]));
    assert_eq!(code, Some(2));
    assert!(
        err.starts_with(&format!("error: nothing answers at {url}: ")),
        "{err}"
    );
    assert!(err.contains("mimic serve"), "{err}");
    let (_, _, err) = run(&mut mimic(&empty(), &["tick", "30s", "--url", "not a url"]));
    assert_eq!(
        err,
        "error: `not a url` is not an address like http://127.0.0.1:8900\n"
    );
}

/// A server that answers the admin API's requests with `status` and `body`, and tells what it was asked.
fn admin(status: u16, body: &'static str) -> (Front, mpsc::Receiver<String>) {
    let (asked, asks) = mpsc::channel();
    let front = Front::start(answering(move |request: Request| {
        let header = |name: &str| match request.headers.get(name) {
            Some(value) => value.to_str().unwrap_or_default().to_owned(),
            None => "-".to_owned(),
        };
        let (kind, token) = (header("content-type"), header("authorization"));
        let sent = String::from_utf8_lossy(&request.body.expect("a body")).into_owned();
        let text = format!("{} {} {kind} {token} {sent}", request.method, request.path);
        asked.send(text).expect("the test listens");
        reply(status, body)
    }));
    (front, asks)
}

/// What the sub-command asks of the admin API, and what it prints.
fn asks(
    arguments: &[&str],
    status: u16,
    body: &'static str,
) -> (String, (Option<i32>, String, String)) {
    let (front, asks) = admin(status, body);
    let directory = empty();
    let mut command = mimic(&directory, arguments);
    command.env("MIMIC_URL", format!("http://{}/", front.address));
    let printed = run(&mut command);
    (asks.recv_timeout(PATIENCE).expect("it asked"), printed)
}

fn printed(text: &str) -> (Option<i32>, String, String) {
    (Some(0), text.to_owned(), String::new())
}

#[test]
fn tick_moves_the_clock() {
    let (asked, shown) = asks(
        &["tick", "1m30s"],
        200,
        r#"{"now": "2026-01-01T00:01:30Z"}"#,
    );
    assert_eq!(
        asked,
        r#"POST /mimic/v2/tick application/json - {"advance":"1m30s"}"#
    );
    assert_eq!(shown, printed("2026-01-01T00:01:30Z\n"));
    let arguments = ["tick", "1s", "--world", "t 1", "--token", "secret"];
    let (asked, _) = asks(&arguments, 200, "{}");
    let expected = r#"POST /w/t%201/mimic/v2/tick application/json Bearer secret {"advance":"1s"}"#;
    assert_eq!(asked, expected);
}

#[test]
fn mocks_are_listed_added_and_removed() {
    let mocks = r#"{"mocks": [{"id": "m-1", "text": "mock * { fail }", "state": {"served": 2, "remaining": 1}, "origin": {"file": "a.scn", "line": 3}}]}"#;
    let (asked, shown) = asks(&["mock", "list"], 200, mocks);
    assert_eq!(asked, "GET /mimic/v2/mocks - - ");
    assert_eq!(
        shown,
        printed("m-1  served 2, 1 left  mock * { fail }  (a.scn:3)\n")
    );

    let (asked, shown) = asks(&["mock", "add", "mock * { fail }"], 201, mocks);
    assert_eq!(
        asked,
        "POST /mimic/v2/mocks text/plain; charset=utf-8 - mock * { fail }"
    );
    assert_eq!(shown, printed("m-1\n"));

    let (asked, shown) = asks(&["mock", "rm", "m/1"], 204, "");
    assert_eq!(asked, "DELETE /mimic/v2/mocks/m%2F1 - - ");
    assert_eq!(shown, printed(""));
}

#[test]
fn an_answer_that_says_no_is_passed_on() {
    let (_, (code, _, err)) = asks(
        &["mock", "rm", "x"],
        404,
        r#"{"error": {"message": "no such mock"}}"#,
    );
    assert_eq!(code, Some(2));
    assert_eq!(err, "error: no such mock\n");
}

#[test]
fn check_finds_what_is_wrong() {
    let directory = empty();
    let write = |name: &str, text: &str| {
        std::fs::write(directory.path().join(name), text).expect("written");
    };
    write("good.scn", "mock StartCommand { fail }\n");
    write("bad.scn", "mock StrtCommand { fail }\n");
    let (code, out, _) = run(&mut mimic(&directory, &["check", "good.scn"]));
    assert_eq!((code, out.as_str()), (Some(0), ""));
    let (code, out, _) = run(&mut mimic(&directory, &["check", "."]));
    assert_eq!(code, Some(1));
    assert!(
        out.contains("bad.scn:1:6") && out.contains("`StartCommand`"),
        "{out}"
    );
    let (code, out, _) = run(&mut mimic(
        &directory,
        &["check", "bad.scn", "--format", "json"],
    ));
    let finding: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, finding["line"].as_u64()), (Some(1), Some(1)));
    for command in ["check", "serve"] {
        let (code, _, err) = run(&mut mimic(&directory, &[command, "none.scn"]));
        assert_eq!(code, Some(2));
        assert!(err.starts_with("error: cannot read none.scn: "), "{err}");
    }
}

#[test]
fn serve_refuses_scenarios_with_errors() {
    let directory = empty();
    std::fs::write(directory.path().join("a.scn"), "mock\nexpect\n").expect("written");
    let (code, out, err) = run(&mut mimic(
        &directory,
        &["serve", "--listen", "127.0.0.1:0", "a.scn"],
    ));
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(
        err.contains("a.scn:1:") && err.contains("a.scn:2:"),
        "{err}"
    );
}

/// A running simulator and a way to call the other sub-commands on it.
struct Session {
    directory: TempDir,
    served: Served,
}

impl Session {
    fn start(scenario: &str, arguments: &[&str]) -> Self {
        let directory = empty();
        std::fs::write(directory.path().join("a.scn"), scenario).expect("written");
        let mut command = mimic(&directory, &["serve", "--listen", "127.0.0.1:0", "a.scn"]);
        let served = Served::start(command.args(arguments).stderr(Stdio::null()));
        Self { directory, served }
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let mut command = mimic(&self.directory, arguments);
        run(command.env("MIMIC_URL", format!("http://{}", self.served.address)))
    }

    /// Until `mimic mock list` shows this text.
    fn wait_for_mock(&self, text: &str) {
        let begin = std::time::Instant::now();
        loop {
            let (_, list, _) = self.run(&["mock", "list"]);
            if list.contains(text) {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "{text:?} is not in:\n{list}");
        }
    }
}

#[test]
fn a_running_simulator_follows_its_files() {
    let session = Session::start("mock StartCommand { fail \"one\" }", &[]);
    session.wait_for_mock("one");
    let path = session.directory.path().join("a.scn");
    std::fs::write(&path, "mock StartCommand { fail \"two\" }").expect("written");
    session.wait_for_mock("two");
    std::fs::write(&path, "mock StartCommand { fail \"six\" }").expect("written");
    session.served.signal("HUP");
    session.wait_for_mock("six");
}

#[test]
fn a_running_simulator_is_steered() {
    let session = Session::start("clock frozen", &["--admin-token", "secret"]);
    let (code, _, err) = session.run(&["mock", "list"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("admin token"), "{err}");
    let run = |arguments: &[&str]| session.run(&[arguments, &["--token", "secret"]].concat());

    let (code, id, err) = run(&["mock", "add", "mock StartCommand { fail count 1 }"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let (_, list, _) = run(&["mock", "list"]);
    assert!(
        list.starts_with(id.trim()) && list.contains("served 0, 1 left"),
        "{list}"
    );
    assert_eq!(run(&["mock", "rm", id.trim()]), printed(""));
    assert_eq!(run(&["mock", "list"]), printed(""));
    let (code, _, err) = run(&["mock", "add", "mock StrtCommand { fail }"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("1:6: "), "{err}");

    let time = |text: String| text.trim().parse::<chrono::DateTime<chrono::Utc>>();
    let before = time(run(&["tick", "0s"]).1).expect("a time");
    let after = time(run(&["tick", "1m30s"]).1).expect("a time");
    assert_eq!((after - before).num_milliseconds(), 90_000);
}

#[test]
fn init_writes_what_can_be_checked_and_served() {
    for (arguments, files) in [
        (&["init"][..], "1 file"),
        (&["init", "--profile", "rackspace"], "1 file"),
        (&["init", "--profile", "cloudstack"], "2 files"),
    ] {
        let directory = empty();
        let (code, out, err) = run(&mut mimic(&directory, arguments));
        assert_eq!(code, Some(0), "{err}");
        assert!(
            out.starts_with("wrote ./mimic.toml\nwrote ./scenarios/first.scn\n"),
            "{out}"
        );
        let (code, _, err) = run(&mut mimic(&directory, &["check", "--strict", "scenarios"]));
        assert_eq!(code, Some(0), "{err}");
        let mut served = Served::start(&mut mimic(
            &directory,
            &[
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--integration-port",
                "0",
            ],
        ));
        let loaded = format!("1 scenario, 1 mock from {files} ");
        assert!(served.greeting().starts_with(&loaded));
        let (code, _, err) = run(&mut mimic(&directory, arguments));
        assert_eq!(code, Some(2));
        assert!(err.contains("./mimic.toml is there already"), "{err}");
    }
}
