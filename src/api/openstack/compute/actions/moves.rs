//! Moving servers to other hosts: cold, live, and away from a dead one.

use http::StatusCode;
use serde_json::json;

use super::super::super::schema::is_yes;
use super::super::create::password;
use super::{Action, Answer, Call, options, order, ready, target};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::Scope;
use crate::world::World;
use crate::world::operations::Kind;
use crate::world::server::Server;
use crate::world::topology::HostKey;

/// The host of that name.
fn host_named(world: &World, name: &str) -> Option<HostKey> {
    let mut hosts = world.topology.hosts();
    hosts
        .find(|(_, host)| *host.name == *name)
        .map(|(key, _)| key)
}

/// The host that the call names; `None` where it names none.
fn wanted_host(world: &World, call: &Call) -> Result<Option<HostKey>, Fault> {
    let Some(name) = options(call).get("host").and_then(|host| host.as_str()) else {
        return Ok(None);
    };
    let missing = || Fault::bad_request(format!("Compute host {name} could not be found."));
    host_named(world, name).map(Some).ok_or_else(missing)
}

fn place(world: &World, server: &Server, wanted: Option<HostKey>) -> Option<HostKey> {
    let flavor = &server.spec.flavor;
    wanted.or_else(|| world.place_elsewhere(&Scope::everywhere(), server, flavor))
}

pub(super) fn migrate(world: &mut World, call: &Call, action: &Action) -> Result<Answer, Fault> {
    let server = ready(world, call, action)?;
    let wanted = match call.microversion {
        0..=55 => None,
        _ => wanted_host(world, call)?,
    };
    if wanted.is_some() && wanted == server.host {
        let message = "Cannot migrate to the host where the server exists.";
        return Err(Fault::bad_request(message));
    }
    let (id, host) = (server.id, place(world, server, wanted));
    world.begin(order(call, id, Kind::ColdMigrate)?.at(host));
    Ok(Answer::empty(StatusCode::ACCEPTED))
}

pub(super) fn migrate_live(
    world: &mut World,
    call: &Call,
    action: &Action,
) -> Result<Answer, Fault> {
    let wanted_name = options(call)["host"].as_str();
    if options(call).get("force").is_some_and(is_yes) && wanted_name.is_none() {
        return Err(cannot_force());
    }
    let server = ready(world, call, action)?;
    let wanted = wanted_host(world, call)?;
    let host = place(world, server, wanted);
    // Since 2.34, what the conductor finds wrong shows in the server's actions only.
    if call.microversion < 34 {
        check_live(world, server, wanted, host)?;
    }
    let id = server.id;
    let host = host.filter(|host| Some(*host) != server.host);
    world.begin(order(call, id, Kind::Migrate)?.at(host));
    Ok(Answer::empty(StatusCode::ACCEPTED))
}

fn cannot_force() -> Fault {
    Fault::bad_request("Can't force to a non-provided destination")
}

fn check_live(
    world: &World,
    server: &Server,
    wanted: Option<HostKey>,
    host: Option<HostKey>,
) -> Result<(), Fault> {
    let own = server.host.map(|host| world.topology.host(host));
    if let Some(own) = own.filter(|own| !own.is_up) {
        let message = format!(
            "Compute service of {} is unavailable at this time.",
            own.name
        );
        return Err(Fault::bad_request(message));
    }
    if let (Some(own), true) = (own, wanted.is_some() && wanted == server.host) {
        let (id, name) = (server.id, &own.name);
        let message = format!("Unable to migrate instance ({id}) to current host ({name}).");
        return Err(Fault::bad_request(message));
    }
    match host {
        Some(_) => Ok(()),
        None => Err(Fault::bad_request(
            "No valid host was found. There are not enough hosts available.",
        )),
    }
}

pub(super) fn evacuate(world: &mut World, call: &Call, action: &Action) -> Result<Answer, Fault> {
    let wanted = options(call);
    let name = wanted.get("host").and_then(|host| host.as_str());
    if wanted.get("force").is_some_and(is_yes) && name.is_none() {
        return Err(cannot_force());
    }
    check_shared_storage(call)?;
    let host = name
        .map(|name| {
            let missing = || Fault::not_found(format!("Compute host {name} not found."));
            host_named(world, name).ok_or_else(missing)
        })
        .transpose()?;
    if target(world, call, action)?.host == host {
        return Err(Fault::bad_request("The target host can't be the same one."));
    }
    let server = ready(world, call, action)?;
    if let Some(own) = server.host.map(|host| world.topology.host(host))
        && own.is_up
    {
        let message = format!("Compute service of {} is still in use.", own.name);
        return Err(Fault::bad_request(message));
    }
    let (id, host) = (server.id, place(world, server, host));
    let password = password(world, wanted);
    world.begin(order(call, id, Kind::Evacuate)?.at(host));
    let has_password = !wanted.get("onSharedStorage").is_some_and(is_yes);
    Ok(match call.microversion {
        0..=13 if has_password => Answer::json(StatusCode::OK, &json!({ "adminPass": password })),
        0..=13 => Answer::json(StatusCode::OK, &json!({ "adminPass": null })),
        _ => Answer::empty(StatusCode::OK),
    })
}

/// On shared storage, there is no new disk into which a password could go.
fn check_shared_storage(call: &Call) -> Result<(), Fault> {
    let wanted = options(call);
    let is_shared = wanted.get("onSharedStorage").is_some_and(is_yes);
    match call.microversion < 14 && is_shared && wanted.get("adminPass").is_some() {
        true => Err(Fault::bad_request(
            "admin password can't be changed on existing disk",
        )),
        false => Ok(()),
    }
}
