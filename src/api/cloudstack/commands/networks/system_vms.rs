//! The machines that serve consoles and secondary storage.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::routers::{common, is_at, land_on, target};
use crate::api::cloudstack::commands::joined;
use crate::api::cloudstack::commands::owned::refuse;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::Viewer;
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::appliances::{Appliance, ApplianceState, Role};
use crate::world::operations::Kind;
use crate::world::topology::HostKey;

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let machines = world.appliances().filter(|appliance| {
        kind(appliance).is_some_and(|kind| listing.args.is("systemvmtype", kind))
            && listing.wants(appliance.id, &appliance.name)
            && listing.args.is("state", appliance.state.word())
            && is_at(&listing, appliance)
    });
    Ok(listing.shown(machines.map(|machine| machine.id)))
}

/// The service's own word for what it is; none for routers, which have a list of their own.
fn kind(appliance: &Appliance) -> Option<&'static str> {
    match appliance.role {
        Role::SecondaryStorage => Some("secondarystoragevm"),
        Role::ConsoleProxy => Some("consoleproxy"),
        Role::Network(_) | Role::Vpc(_) | Role::Balancer(_) => None,
    }
}

/// A machine; of one that is gone there is little to say.
pub(super) fn show(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let Some(machine) = world.appliance(id) else {
        return Some(json!({ "id": id, "state": "Expunging" }));
    };
    let is_running = machine.state == ApplianceState::Running;
    let own = json!({
        "systemvmtype": kind(machine),
        "agentstate": if is_running { "Up" } else { "Disconnected" },
        "activeviewersessions": matches!(machine.role, Role::ConsoleProxy).then_some(0),
        "version": crate::api::cloudstack::VERSION,
        "isdynamicallyscalable": false,
    });
    let more = common(world, machine, viewer).into_iter();
    Some(joined(own, more.chain(outside(world, machine))))
}

/// What a machine has outside, in a zone with public addresses of its own.
fn outside(world: &World, machine: &Appliance) -> Map<String, Value> {
    let Some((port, fixed)) = world.public_port(machine) else {
        return Map::new();
    };
    let subnet = world.networking.subnets.get(fixed.subnet);
    let shown = json!({
        "publicip": fixed.address,
        "publicmacaddress": port.mac.to_string(),
        "publicnetmask": subnet.map(|subnet| subnet.cidr.mask()),
        "gateway": subnet.and_then(|subnet| subnet.gateway),
    });
    match shown {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

pub(super) fn land_migration(world: &World, call: &Call) -> Result<Landing, Fault> {
    let id = args(world, call)
        .text("virtualmachineid")
        .unwrap_or_default();
    let known = id.parse().ok().filter(|id| world.appliance(*id).is_some());
    let unknown = || args(world, call).unknown(id);
    land_on(world, known.ok_or_else(unknown)?, call)
}

pub(super) fn migrate(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let machine = target(world, &landing)?;
    let (id, zone, here, state) = (machine.id, machine.zone, machine.host, machine.state);
    if state != ApplianceState::Running {
        let message = format!("VM {id} is not Running, unable to migrate the vm");
        return job::conclude(world, call, Some(id), Err(refuse(message)));
    }
    let to = destination(world, call, zone, here);
    if to.is_none() || to == here {
        let message = "Unable to find a suitable host to migrate the system VM to";
        let fault = Fault::new(FaultKind::NoCapacity, message);
        return job::conclude(world, call, Some(id), Err(fault));
    }
    let user = caller(call)?.user.clone();
    match world.move_appliance(id, Kind::MigrateAppliance, to, &user) {
        Some(operation) => job::follow(world, call, id, operation),
        None => job::done(world, call, Some(id)),
    }
}

/// The host that is named, else another of the zone that is well.
fn destination(world: &World, call: &Call, zone: Uuid, here: Option<HostKey>) -> Option<HostKey> {
    let named = args(world, call).id("hostid");
    let mut hosts = world.topology.hosts();
    let found = hosts.find(|(key, host)| match named {
        Some(named) => host.id == named,
        None => Some(*key) != here && world.host_for_appliance(zone, Some(*key)) == Some(*key),
    });
    found.map(|(key, _)| key)
}

/// A simulated machine has nothing that could be patched.
pub(super) fn patch(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let id: Uuid = target(world, &landing)?.id;
    job::done(world, call, Some(id))
}
