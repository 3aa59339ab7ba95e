//! CloudStack's simulator commands: mocks made the way its own tests make them.
//!
//! They look like any other call of that API, but what they steer is the simulator, so they are answered
//! here. A mock made so is like any other: the same rules rank it, and it shows in the same lists.
//!
//! | command | parameters |
//! | --- | --- |
//! | `configureSimulator` | `name`, `value`, `jsonresponse`, `count`, `zoneid`, `podid`, `clusterid`, `hostid` |
//! | `querySimulatorMock`, `cleanupSimulatorMock` | `id` |
//! | `listSimulatorMocks` | `name`, and those of every list |
//! | `configureSimulatorHAProviderState` | `hostid`, `health`, `activity`, `recover`, `fence` |
//! | `listSimulatorHAStateTransitions` | `hostid` |
//!
//! CloudStack's design page had other names before its code did. They are good here too: the commands
//! `queryMock` and `cleanupMock`, the parameters `cmdName`, `responseType`, `responseJSON` and `delay`.
//!
//! Where the original surprises its users, this differs. The narrowest scope wins, not the oldest mock. A
//! mock that is spent hides nothing. `fault` counts like `fail`. The parents of a place need not be named.
//! What could never serve is refused: a command that there is not, a scope that contradicts itself.

mod draft;
mod host_ha;
#[cfg(test)]
mod tests;
mod view;

use serde_json::{Value, json};

use crate::api::cloudstack::params::{Args, Param};
use crate::api::cloudstack::request::{self, Params};
use crate::api::cloudstack::{catalog, envelope, session};
use crate::api::{Answer, Reply, Request};
use crate::engine::{Cell, Engine, Sim};
use crate::rules::MockKey;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::mock::{MockSpec, Origin};

/// How mocks made here name their maker.
const VIA: &str = "configureSimulator";

type Run = fn(&mut Sim, &str, &[(String, String)]) -> Result<Value, Fault>;

/// A simulator command, under each of its names. The catalog tells of it under the first.
struct Command {
    names: &'static [&'static str],
    run: Run,
}

impl Command {
    fn named(name: &str) -> Option<&'static Self> {
        let mut commands = COMMANDS.iter();
        commands.find(|command| command.names.contains(&name))
    }

    fn params(&self) -> &'static [Param] {
        let mut told = catalog::of_simulator().iter();
        let own = told.find(|told| self.names.contains(&told.name));
        own.map_or(&[], |own| &own.params)
    }
}

const COMMANDS: &[Command] = &[
    Command {
        names: &["configureSimulator"],
        run: configure,
    },
    Command {
        names: &["querySimulatorMock", "queryMock"],
        run: query,
    },
    Command {
        names: &["cleanupSimulatorMock", "cleanupMock"],
        run: clean_up,
    },
    Command {
        names: &["listSimulatorMocks"],
        run: list,
    },
    Command {
        names: &["configureSimulatorHAProviderState"],
        run: host_ha::configure,
    },
    Command {
        names: &["listSimulatorHAStateTransitions"],
        run: host_ha::list,
    },
];

/// The design page's names of parameters, and the real ones.
const ALIASES: &[(&str, &str)] = &[
    ("cmdname", "name"),
    ("responsejson", "jsonresponse"),
    ("querymock", "id"),
    ("cleanupmock", "id"),
];

/// Answers a request that is one of these commands; `None` for any other.
pub(super) fn handle(engine: &Engine, cell: &Cell, request: &Request) -> Option<Reply> {
    if !request::is_api(&request.path) {
        return None;
    }
    let params = Params::read(request).ok()?;
    let name = params.get("command")?;
    let command = Command::named(name)?;
    let content = engine.look(cell, |sim, _| answer(sim, command, &params, request));
    let answer = match content {
        Ok(content) => envelope::success(name, content),
        Err(fault) => envelope::failure(name, &fault),
    };
    Some(reply(answer, &params))
}

fn reply(answer: Answer, params: &Params) -> Reply {
    envelope::reply(answer, params.get("response"))
}

fn answer(
    sim: &mut Sim,
    command: &Command,
    params: &Params,
    request: &Request,
) -> Result<Value, Fault> {
    let session = session::identify(&mut sim.world, params, request)?;
    let name = params.get("command").unwrap_or_default();
    if !session.is_admin() {
        return Err(session::not_for(name));
    }
    let sent = with_real_names(params.clone().into_lower_case());
    arguments(sim, name, &sent).check()?;
    (command.run)(sim, name, &sent)
}

/// The arguments of the command that the client called so.
fn arguments<'a>(sim: &'a Sim, command: &'a str, sent: &'a [(String, String)]) -> Args<'a> {
    Args {
        world: &sim.world,
        params: Command::named(command).map_or(&[], Command::params),
        command,
        sent,
    }
}

fn with_real_names(mut sent: Vec<(String, String)>) -> Vec<(String, String)> {
    for (name, _) in &mut sent {
        if let Some((_, real)) = ALIASES.iter().find(|(alias, _)| alias == name) {
            *name = (*real).to_owned();
        }
    }
    sent
}

/// Makes a mock, or another of the one that speaks of the same command at the same place.
fn configure(sim: &mut Sim, command: &str, sent: &[(String, String)]) -> Result<Value, Fault> {
    let spec = draft::mock(&arguments(sim, command, sent))?;
    let twin = numbered(sim).find(|(_, mock)| {
        is_ours(mock) && mock.pattern == spec.pattern && mock.scope == spec.scope
    });
    let key = match twin.map(|(key, mock)| (key, mock.origin.clone())) {
        None => sim.add_mock(spec, VIA),
        Some((key, origin)) => {
            sim.remove_mock(key);
            sim.live.insert(MockSpec { origin, ..spec })
        }
    };
    one(sim, key).ok_or_else(|| internal("Failed to configure simulator"))
}

fn query(sim: &mut Sim, _: &str, sent: &[(String, String)]) -> Result<Value, Fault> {
    find(sim, sent)
        .and_then(|key| one(sim, key))
        .ok_or_else(|| internal("Failed to query mock"))
}

fn clean_up(sim: &mut Sim, _: &str, sent: &[(String, String)]) -> Result<Value, Fault> {
    match find(sim, sent) {
        Some(key) if sim.remove_mock(key) => Ok(json!({ "success": true })),
        _ => Err(internal("Failed to cleanup mock")),
    }
}

fn list(sim: &mut Sim, _: &str, sent: &[(String, String)]) -> Result<Value, Fault> {
    let wanted = sent
        .iter()
        .find(|(name, _)| name == "name")
        .map(|(_, value)| value.as_str());
    let mut mocks: Vec<Value> = numbered(sim)
        .map(|(key, _)| view::mock(sim, key))
        .filter(|mock| wanted.is_none_or(|wanted| mock["name"] == wanted))
        .collect();
    mocks.sort_by_key(|mock| mock["id"].as_u64());
    Ok(match mocks.len() {
        0 => json!({}),
        count => json!({ "count": count, "simulatormock": mocks }),
    })
}

/// All mocks made by requests, of whatever kind: each has a number.
fn numbered(sim: &Sim) -> impl Iterator<Item = (MockKey, &MockSpec)> {
    sim.live.iter().map(|mock| (mock.key, &mock.spec))
}

fn is_ours(mock: &MockSpec) -> bool {
    matches!(mock.origin, Origin::Api { via: VIA, .. })
}

/// The number that a mock made by a request is known by.
fn number(mock: &MockSpec) -> Option<u64> {
    match mock.origin {
        Origin::Api { sequence, .. } | Origin::Made { sequence, .. } => Some(sequence),
        Origin::File { .. } => None,
    }
}

/// The mock whose number is the `id` argument.
fn find(sim: &Sim, sent: &[(String, String)]) -> Option<MockKey> {
    let (_, id) = sent.iter().find(|(name, _)| name == "id")?;
    let id: u64 = id.parse().ok()?;
    let mut mocks = numbered(sim);
    mocks
        .find(|(_, mock)| number(mock) == Some(id))
        .map(|(key, _)| key)
}

fn one(sim: &Sim, key: MockKey) -> Option<Value> {
    sim.live.get(key)?;
    Some(json!({ "simulatormock": view::mock(sim, key) }))
}

fn internal(message: &str) -> Fault {
    Fault::new(FaultKind::Internal, message)
}
