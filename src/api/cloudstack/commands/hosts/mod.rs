//! What is done to hosts: maintenance, and their high availability.

mod availability;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::date;
use super::infrastructure::hosts::{resource_state, show};
use crate::api::cloudstack::table::Row;
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing, Target};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::availability::{ResourceState, Status};
use crate::world::operations::{Kind, Order, Thing};
use crate::world::topology::{Host, HostKey};

pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.prepareHostForMaintenance", land, prepare).showing(show),
    Row::new("cloudstack.cancelHostMaintenance", land, cancel).showing(show),
    Row::new("cloudstack.reconnectHost", land, reconnect).showing(show),
    Row::new("cloudstack.declareHostAsDegraded", land, declare).showing(show),
    Row::new("cloudstack.cancelHostAsDegraded", land, undeclare).showing(show),
];

pub(crate) use availability::ROWS as HIGH_AVAILABILITY;

/// What the management server believes of a host, as lists of hosts show it.
pub(super) fn beliefs(world: &World, host: &Host) -> Map<String, Value> {
    let agent = &host.agent;
    let last_ping = agent.last_ping.unwrap_or_else(|| world.now());
    let fields = [
        ("state", json!(agent.status.word())),
        ("resourcestate", json!(resource_state(host))),
        ("lastpinged", json!(date(last_ping))),
        ("disconnected", json!(agent.disconnected.map(date))),
        ("hostha", availability::summary(host)),
    ];
    fields
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
}

/// Finds the host that the `id` argument names.
fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    land_on(world, call, "id")
}

fn land_on(world: &World, call: &Call, param: &str) -> Result<Landing, Fault> {
    let id = args(world, call).required_id(param)?;
    let host = world.topology.host_by_id(id).ok_or_else(gone)?;
    Ok(Landing::on_host(world, host))
}

fn gone() -> Fault {
    Fault::new(FaultKind::InvalidParameter, "Unable to find the host")
}

/// # Errors
/// When the call landed on none.
fn target(world: &World, landing: &Landing) -> Result<(HostKey, Uuid), Fault> {
    match landing.target {
        Target::Host(host) => Ok((host, world.topology.host(host).id)),
        _ => Err(gone()),
    }
}

fn unable(message: String) -> Fault {
    Fault::new(FaultKind::Internal, message)
}

fn prepare(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let (host, id) = target(world, &landing)?;
    let state = world.topology.host(host).agent.resource;
    let may_enter = match state {
        ResourceState::Enabled | ResourceState::ErrorInMaintenance => true,
        ResourceState::PrepareForMaintenance
        | ResourceState::ErrorInPrepareForMaintenance
        | ResourceState::Maintenance
        | ResourceState::Degraded => false,
    };
    if !may_enter {
        let word = state.word();
        let message =
            format!("Cannot perform maintain when resource state is {word}, host id = {id}");
        return job::conclude(world, call, Some(id), Err(unable(message)));
    }
    let user = caller(call)?.user.clone();
    let order = Order::new(Thing::Host(host), Kind::Maintain, user).at(Some(host));
    job::begin(world, call, id, order)
}

fn cancel(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let (host, id) = target(world, &landing)?;
    let state = world.topology.host(host).agent.resource;
    if !state.is_maintenance() {
        let word = state.word();
        let message = format!(
            "Cannot perform cancelMaintenance when resource state is {word}, hostId = {id}"
        );
        return job::conclude(world, call, Some(id), Err(unable(message)));
    }
    world.leave_maintenance(host);
    job::conclude(world, call, Some(id), Ok(()))
}

fn reconnect(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let (host, id) = target(world, &landing)?;
    let result = match world.reconnect(host) {
        true => Ok(()),
        false => Err(unable(format!(
            "Unable to reconnect host {id}: it does not answer"
        ))),
    };
    job::conclude(world, call, Some(id), result)
}

fn declare(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let (host, id) = target(world, &landing)?;
    let known = world.topology.host(host);
    let (name, agent) = (known.name.clone(), &known.agent);
    let verdict = match (agent.resource, agent.status) {
        (ResourceState::Degraded, _) => Err(format!("Host {name} was already marked as Degraded")),
        (_, Status::Alert | Status::Disconnected) => Ok(()),
        (_, status @ (Status::Up | Status::Down)) => Err(format!(
            "Cannot perform declare host [id: {id}, name: {name}] as 'Degraded' when host is in {} status",
            status.word()
        )),
    };
    if verdict.is_ok() {
        world.degrade(host);
    }
    job::conclude(world, call, Some(id), verdict.map_err(unable))
}

fn undeclare(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let (host, id) = target(world, &landing)?;
    let known = world.topology.host(host);
    let (name, state) = (known.name.clone(), known.agent.resource);
    if state != ResourceState::Degraded {
        let message = format!(
            "Cannot cancel degraded state of host [id: {id}, name: {name}] when host is in {} resource state",
            state.word()
        );
        return job::conclude(world, call, Some(id), Err(unable(message)));
    }
    world.leave_maintenance(host);
    job::conclude(world, call, Some(id), Ok(()))
}
