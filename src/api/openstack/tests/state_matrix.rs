//! What may be done to a server in which state: the table in `state_matrix.txt`, cell by cell.

use super::*;
use crate::api::openstack::compute::{task_state, vm_state};
use crate::world::server::{Resize, State, Task};
use crate::world::start::blueprint::FlavorPlan;

const TABLE: &str = include_str!("state_matrix.txt");
const STATES: &[State] = &[
    State::Building,
    State::Active,
    State::Stopped,
    State::Paused,
    State::Suspended,
    State::Rescued,
    State::Resized,
    State::Shelved,
    State::ShelvedOffloaded,
    State::Error,
    State::SoftDeleted,
];
const TASKS: &[Task] = &[
    Task::Scheduling,
    Task::Spawning,
    Task::PoweringOn,
    Task::PoweringOff,
    Task::Rebooting,
    Task::RebootingHard,
    Task::Pausing,
    Task::Unpausing,
    Task::Suspending,
    Task::Resuming,
    Task::Rescuing,
    Task::Unrescuing,
    Task::ResizePrep,
    Task::ResizeMigrating,
    Task::ResizeMigrated,
    Task::ResizeFinish,
    Task::ResizeReverting,
    Task::Rebuilding,
    Task::RebuildSpawning,
    Task::Migrating,
    Task::Shelving,
    Task::ShelvingOffloading,
    Task::Unshelving,
    Task::ImageSnapshot,
    Task::ImageSnapshotPending,
    Task::ImageUploading,
    Task::ImageBackup,
    Task::UpdatingPassword,
    Task::Deleting,
    Task::SoftDeleting,
    Task::Restoring,
];
const SERVERS: &str = "/compute/v2.1/servers";

/// A column of the table.
struct Action<'a> {
    name: &'a str,
    status: &'a str,
    task: &'a str,
    word: String,
}

#[test]
fn each_action_is_allowed_in_the_states_that_nova_allows() {
    let mut wrong = Vec::new();
    let (actions, rows) = parse();
    let start = start();
    assert_eq!((actions.len(), rows.len()), (42, 52));
    for (state, task, cells) in rows {
        for (action, expected) in actions.iter().zip(cells.chars()) {
            let seen = try_cell(&start, (state, task), action, expected);
            if let Err(seen) = seen {
                wrong.push(format!("{} in {state}/{task}: {seen}", action.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A cloud with a server and another flavor.
fn start() -> (Cloud, String) {
    let mut cloud = Cloud::with(|blueprint| {
        let other = FlavorPlan {
            id: "2".into(),
            name: "m1.small".into(),
            ..blueprint.flavors[0].clone()
        };
        blueprint.flavors.push(other);
    });
    cloud.log_in("admin");
    let id = cloud.create("web-1");
    cloud.at(96);
    (cloud, id)
}

fn parse() -> (
    Vec<Action<'static>>,
    Vec<(&'static str, &'static str, &'static str)>,
) {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let mut blocks = lines.collect::<Vec<_>>();
    blocks.retain(|line| !line.is_empty());
    let (rows, actions): (Vec<&str>, Vec<&str>) = blocks.into_iter().partition(|line| {
        line.split_whitespace()
            .last()
            .is_some_and(|last| last.len() == 42)
    });
    let action = |line: &'static str| {
        let mut words = line.split_whitespace();
        let mut next = || words.next().unwrap_or("-");
        let (name, status, task) = (next(), next(), next());
        let word = words.collect::<Vec<_>>().join(" ");
        Action {
            name,
            status,
            task,
            word,
        }
    };
    let row = |line: &'static str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        (words[0], words[1], words[2])
    };
    (
        actions.into_iter().map(action).collect(),
        rows.into_iter().map(row).collect(),
    )
}

fn state_named(name: &str) -> State {
    let mut states = STATES.iter().copied();
    states
        .find(|state| vm_state(*state) == name)
        .expect("a state")
}

/// `-` is none.
fn task_named(name: &str) -> Option<Task> {
    let mut tasks = TASKS.iter().copied();
    let found = tasks.find(|task| task_state(*task) == name);
    assert!(found.is_some() || name == "-", "{name}");
    found
}

/// Puts a server into a state, asks for the action, and compares what comes of it.
fn try_cell(
    start: &(Cloud, String),
    (state, task): (&str, &str),
    action: &Action<'_>,
    expected: char,
) -> Result<(), String> {
    let (mut cloud, id) = start.clone();
    let uuid: Uuid = id.parse().expect("an id");
    put_into(&mut cloud, uuid, state, task);
    let (before, host) = look(&cloud, uuid).expect("the server");
    let Some(seen) = ask(&mut cloud, &id, action.name) else {
        return Ok(());
    };
    let told = format!("{} {}", seen.status, seen.text);
    let refused = |status: u16, message: &str| {
        let is_so = seen.status == status && seen.text.contains(message);
        is_so
            .then_some(())
            .ok_or(format!("{told} instead of {status} {message}"))
    };
    let done = |expected: (State, Option<Task>)| {
        let now = look(&cloud, uuid).map(|(now, _)| now);
        let is_so = seen.status.as_str() == action.status && now == Some(expected);
        is_so
            .then_some(())
            .ok_or(format!("{told}, {now:?} instead of {expected:?}"))
    };
    let cannot = |attribute: &str, value: &str| {
        let word = &action.word;
        refused(
            409,
            &format!("Cannot '{word}' instance {id} while it is in {attribute} {value}"),
        )
    };
    match expected {
        '+' => done(before),
        '>' => done((before.0, task_named(action.task))),
        'a' => done((State::Active, None)),
        'x' => {
            cloud.world.run_due(&[], &mut AllIsWell);
            let is_gone = look(&cloud, uuid).is_none() && seen.status.is_success();
            is_gone.then_some(()).ok_or(told)
        }
        'v' => cannot("vm_state", state),
        't' => cannot("task_state", task),
        'n' => refused(409, &format!("Instance {id} is not ready")),
        'u' => refused(400, &format!("Compute service of {host} is still in use.")),
        's' => refused(400, "The target host can't be the same one."),
        'g' => refused(410, "This resource is no longer available."),
        '.' if seen.status == StatusCode::CONFLICT => Err(told),
        '.' => Ok(()),
        other => Err(format!("there is no letter {other}")),
    }
}

fn put_into(cloud: &mut Cloud, id: Uuid, state: &str, task: &str) {
    let server = cloud.world.server_mut(id).expect("the server");
    server.spec.set_metadata("a", "b");
    server.state = state_named(state);
    server.task = task_named(task);
    if server.state == State::Resized {
        let resize = Resize {
            host: None,
            flavor: server.spec.flavor.clone(),
            before: State::Active,
        };
        server.rare_mut().resize = Some(resize);
    }
    if matches!(server.state, State::Building | State::ShelvedOffloaded) {
        (server.host, server.last_host) = (None, None);
    }
}

fn look(cloud: &Cloud, id: Uuid) -> Option<((State, Option<Task>), String)> {
    let server = cloud.world.server(id)?;
    let host = server.host.map(|host| cloud.world.topology.host(host));
    let name = host.map_or_else(String::new, |host| host.name.to_string());
    Some(((server.state, server.task), name))
}

/// Asks for an action; `None` for one that is not simulated.
fn ask(cloud: &mut Cloud, id: &str, action: &str) -> Option<Seen> {
    let image = cloud.image();
    let body = match action {
        "reboot-SOFT" => json!({"reboot": {"type": "SOFT"}}),
        "reboot-HARD" => json!({"reboot": {"type": "HARD"}}),
        "resize" => json!({"resize": {"flavorRef": "2"}}),
        "rebuild" => json!({"rebuild": {"imageRef": image}}),
        "createImage" => json!({"createImage": {"name": "i"}}),
        "createBackup" => {
            json!({"createBackup": {"name": "b", "backup_type": "daily", "rotation": 1}})
        }
        "changePassword" => json!({"changePassword": {"adminPass": "x"}}),
        "os-migrateLive" => json!({"os-migrateLive": {"block_migration": "auto", "host": null}}),
        "evacuate" => json!({"evacuate": {}}),
        "os-resetState" => json!({"os-resetState": {"state": "active"}}),
        "os-getConsoleOutput" => json!({"os-getConsoleOutput": {}}),
        "metadata-set" | "metadata-merge" => json!({"metadata": {"k": "v"}}),
        "remote-console" => json!({"remote_console": {"protocol": "vnc", "type": "novnc"}}),
        "update-name" => json!({"server": {"name": "other"}}),
        key => json!({ key: null }),
    };
    let (method, rest) = match action {
        "DELETE" => ("DELETE", ""),
        "update-name" => ("PUT", ""),
        "metadata-set" => ("PUT", "/metadata"),
        "metadata-merge" => ("POST", "/metadata"),
        "metadata-delete" => ("DELETE", "/metadata/a"),
        "remote-console" => ("POST", "/remote-consoles"),
        "diagnostics" => ("GET", "/diagnostics"),
        "tags-add" => ("PUT", "/tags/t"),
        "attach-volume" | "attach-interface" => return None,
        _ => ("POST", "/action"),
    };
    let path = format!("{SERVERS}/{id}{rest}");
    let has_body = matches!(method, "POST" | "PUT") && action != "tags-add";
    let body = has_body.then(|| body.to_string());
    Some(cloud.ask("application/json", method, &path, body.as_deref()))
}
