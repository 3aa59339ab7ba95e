//! What is done to a server: start, stop, reboot.

use http::StatusCode;
use uuid::Uuid;

use super::super::schema::{self, Object, Schema, object, property};
use super::view::{task_state, vm_state};
use super::{Answer, Call, Operation, land_on_server, visible_server};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::operations::{Kind, Order};
use crate::world::server::{Server, State, Task};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.start_server",
        land,
        run: |world, call, _| act(world, call, "start", Kind::Start, &[State::Stopped], &[]),
        is_read: false,
    },
    Operation {
        command: "compute.stop_server",
        land,
        run: |world, call, _| {
            let kind = Kind::Stop;
            act(
                world,
                call,
                "stop",
                kind,
                &[State::Active, State::Error],
                &[],
            )
        },
        is_read: false,
    },
    Operation {
        command: "compute.reboot_server",
        land: |world, call| {
            schema::check(&REBOOT, &call.body, call.microversion)?;
            land_on_server(world, call)
        },
        run: reboot,
        is_read: false,
    },
];

const REBOOT: Object = object(&[property("reboot", Schema::Object(&REBOOT_OPTIONS)).required()]);

const REBOOT_OPTIONS: Object = object(&[property(
    "type",
    Schema::Choice(&["HARD", "Hard", "hard", "SOFT", "Soft", "soft"]),
)
.required()]);

/// Starting and stopping find the server by another way than a look or a reboot does, and say so.
fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    target(world, call).map(|server| Landing::on_server(world, server.id))
}

fn target<'a>(world: &'a World, call: &Call) -> Result<&'a Server, Fault> {
    let wanted = call.path_param("server");
    visible_server(world, call, wanted)
        .ok_or_else(|| Fault::not_found(format!("Instance {wanted} has no mapping to a cell.")))
}

fn reboot(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let hard = call.body["reboot"]["type"]
        .as_str()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("hard"));
    let states: &[State] = match hard {
        true => &[
            State::Active,
            State::Stopped,
            State::Paused,
            State::Suspended,
            State::Error,
        ],
        false => &[State::Active],
    };
    let tasks: &[Task] = if hard {
        &[Task::Rebooting, Task::RebootingHard]
    } else {
        &[]
    };
    let kind = if hard { Kind::HardReboot } else { Kind::Reboot };
    act(world, call, "reboot", kind, states, tasks)
}

/// Begins what is asked for, where the server is in one of `states`, and nothing but one of `tasks` is being
/// done to it. `word` is Nova's for the action.
fn act(
    world: &mut World,
    call: &Call,
    word: &str,
    kind: Kind,
    states: &[State],
    tasks: &[Task],
) -> Result<Answer, Fault> {
    let server = target(world, call)?;
    let (id, user) = (server.id, call.caller()?.user.clone());
    if server.state == State::Building && word != "reboot" {
        return Err(Fault::conflict(format!("Instance {id} is not ready")));
    }
    if !states.contains(&server.state) {
        return Err(wrong_state(word, id, "vm_state", vm_state(server.state)));
    }
    if let Some(task) = server.task.filter(|task| !tasks.contains(task)) {
        return Err(wrong_state(word, id, "task_state", task_state(task)));
    }
    world.begin(Order::on_server(id, kind, user));
    Ok(super::done(StatusCode::ACCEPTED))
}

/// Nova's refusal of what the server's state does not allow.
pub(super) fn wrong_state(word: &str, id: Uuid, attribute: &str, value: &str) -> Fault {
    let message = format!("Cannot '{word}' instance {id} while it is in {attribute} {value}");
    Fault::conflict(message)
}

/// Refuses to change the metadata of a server that is not in a state for it.
pub(super) fn check_metadata_state(server: &Server, word: &str) -> Result<(), Fault> {
    match server.state {
        State::Active | State::Stopped | State::Paused | State::Suspended => Ok(()),
        _ => Err(wrong_state(
            word,
            server.id,
            "vm_state",
            vm_state(server.state),
        )),
    }
}
