//! What is done to a server by `POST …/action`: one row for each action, and what all have in common.

mod backup;
mod consoles;
mod lock;
mod moves;
mod rebuild;
mod rescue;
mod resize;
mod shapes;
mod shelve;
mod table;

use http::StatusCode;
use uuid::Uuid;

use super::super::schema::{self, Object};
use super::view::{task_state, vm_state};
use super::{Answer, Call, Operation, server};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::operations::{Kind, Order};
use crate::world::server::{Server, State, Task};
pub(super) use consoles::link as console_link;
pub(crate) use table::ACTIONS;

/// An action, and when Nova allows it.
pub(crate) struct Action {
    pub(crate) command: &'static str,
    /// Nova's name for it in a refusal.
    word: &'static str,
    /// What it begins. `None` where it is done at once.
    pub(crate) kind: Option<Kind>,
    /// The microversions that have it.
    since: u32,
    until: u32,
    /// What its body has to look like; `None` where anything does.
    body: Option<&'static Object>,
    /// The states in which it is allowed; `None` for all.
    states: Option<&'static [State]>,
    tasks: Tasks,
    /// Whether it asks the server's host, so that there has to be one.
    needs_host: bool,
    /// Whether it is allowed on a locked server, to everybody.
    ignores_lock: bool,
    /// Whether it looks for the server in the way that has another word for one that there is not.
    seeks_mapping: bool,
    /// The answer of one without an answer of its own.
    status: StatusCode,
    run: Run,
}

type Run = fn(&mut World, &Call, &Action) -> Result<Answer, Fault>;

/// What else may be going on in the server.
enum Tasks {
    /// Nothing.
    None,
    /// Nothing, or one of these.
    Some(&'static [Task]),
    Any,
}

impl Tasks {
    fn allow(&self, task: Task) -> bool {
        match self {
            Tasks::None => false,
            Tasks::Some(tasks) => tasks.contains(&task),
            Tasks::Any => true,
        }
    }
}

/// The rows of the router, made of the table of actions.
pub(super) const OPERATIONS: &[Operation] = &{
    let mut rows = [const { operation("") }; ACTIONS.len()];
    let mut index = 0;
    while index < ACTIONS.len() {
        rows[index] = operation(ACTIONS[index].command);
        index += 1;
    }
    rows
};

const fn operation(command: &'static str) -> Operation {
    Operation {
        command,
        land,
        run: |world, call, _| {
            let action = action(call)?;
            (action.run)(world, call, action)
        },
        is_read: false,
    }
}

fn action(call: &Call) -> Result<&'static Action, Fault> {
    let name = call.command.name();
    let mut actions = ACTIONS.iter();
    actions
        .find(|action| action.command == name)
        .ok_or_else(|| Fault::not_found(""))
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let action = action(call)?;
    if !(action.since..=action.until).contains(&call.microversion.max(1)) {
        return Err(Fault::not_found(""));
    }
    if let Some(body) = action.body {
        schema::check(body, &call.body, call.microversion)?;
    }
    Ok(Landing::on_server(world, target(world, call, action)?.id))
}

fn target<'a>(world: &'a World, call: &Call, action: &Action) -> Result<&'a Server, Fault> {
    if !action.seeks_mapping {
        return server(world, call);
    }
    let wanted = call.path_param("server");
    let known = |id| world.server(id).is_some() || world.is_gone(id);
    server(world, call).map_err(|fault| match Uuid::try_parse(wanted) {
        Ok(id) if known(id) => fault,
        Ok(_) | Err(_) => Fault::not_found(format!("Instance {wanted} has no mapping to a cell.")),
    })
}

/// The server of an action that may be done to it now.
fn ready<'a>(world: &'a World, call: &Call, action: &Action) -> Result<&'a Server, Fault> {
    let server = target(world, call, action)?;
    if !action.ignores_lock {
        check_lock(call, server)?;
    }
    if action.needs_host {
        check_host(server)?;
    }
    check_state(server, action.word, action.states, &action.tasks)?;
    Ok(server)
}

/// Keeps all but administrators from a locked server.
pub(super) fn check_lock(call: &Call, server: &Server) -> Result<(), Fault> {
    match server.lock() {
        Some(_) if !call.is_admin() => {
            Err(Fault::conflict(format!("Instance {} is locked", server.id)))
        }
        Some(_) | None => Ok(()),
    }
}

/// Refuses what only a host could do for a server that is on none.
pub(super) fn check_host(server: &Server) -> Result<(), Fault> {
    let is_nowhere = matches!(server.state, State::Building | State::ShelvedOffloaded);
    match is_nowhere || server.host.is_none() {
        true => Err(Fault::conflict(format!(
            "Instance {} is not ready",
            server.id
        ))),
        false => Ok(()),
    }
}

fn check_state(
    server: &Server,
    word: &str,
    states: Option<&[State]>,
    tasks: &Tasks,
) -> Result<(), Fault> {
    let wrong = |attribute, value| Err(wrong_state(word, server.id, attribute, value));
    if states.is_some_and(|states| !states.contains(&server.state)) {
        return wrong("vm_state", vm_state(server.state));
    }
    if let Some(task) = server.task.filter(|task| !tasks.allow(*task)) {
        return wrong("task_state", task_state(task));
    }
    if states.is_some() && server.launched.is_none() {
        return wrong("launched_at", "None");
    }
    Ok(())
}

/// Begins what an action is for.
fn begin(world: &mut World, call: &Call, action: &Action) -> Result<Answer, Fault> {
    let id = ready(world, call, action)?.id;
    if let Some(kind) = action.kind {
        world.begin(order(call, id, kind)?);
    }
    Ok(Answer::empty(action.status))
}

/// The operation that a call asks for.
pub(super) fn order(call: &Call, server: Uuid, kind: Kind) -> Result<Order, Fault> {
    let user = call.caller()?.user.clone();
    Ok(Order {
        request: Some(call.id),
        ..Order::on_server(server, kind, user)
    })
}

/// Nova's refusal of what the server's state does not allow.
pub(super) fn wrong_state(word: &str, id: Uuid, attribute: &str, value: &str) -> Fault {
    let message = format!("Cannot '{word}' instance {id} while it is in {attribute} {value}");
    Fault::conflict(message)
}

/// What an action is given: the value of its only key.
fn options(call: &Call) -> &serde_json::Value {
    let members = call.body.as_object();
    let first = members.and_then(|members| members.values().next());
    first.unwrap_or(&serde_json::Value::Null)
}

/// Refuses what cannot be done to a server that is locked, in another state, or busy. `word` is Nova's for it.
pub(super) fn check_ready(
    call: &Call,
    server: &Server,
    word: &str,
    states: &[State],
) -> Result<(), Fault> {
    check_lock(call, server)?;
    check_state(server, word, Some(states), &Tasks::None)
}

/// Refuses to change the metadata or tags of a server that is not in a state for it.
pub(super) fn check_metadata_state(call: &Call, server: &Server, word: &str) -> Result<(), Fault> {
    const STATES: &[State] = &[
        State::Active,
        State::Paused,
        State::Suspended,
        State::Stopped,
    ];
    check_lock(call, server)?;
    check_state(server, word, Some(STATES), &Tasks::Any)
}
