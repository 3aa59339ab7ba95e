//! Machines that move to other hosts, or grow.

use std::sync::Arc;

use serde_json::{Value, json};

use super::operate::target;
use super::{instance_name, machine_named, state};
use crate::api::cloudstack::commands::infrastructure::hosts;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::Viewer;
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::availability::ResourceState;
use crate::world::offerings::flavor::Flavor;
use crate::world::operations::{Kind, Order};
use crate::world::server::Server;
use crate::world::topology::{Host, HostKey};

const NOT_RUNNING: &str = "VM is not Running, unable to migrate the vm with specified id";

/// Finds the machine that the `virtualmachineid` argument names.
pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let id = machine_named(world, call, "virtualmachineid")?;
    Ok(Landing::on_server(world, id))
}

/// What callers hear who want to move a machine that does not run.
fn not_running(world: &World, server: &Server, takes_volumes: bool) -> Fault {
    let fault = match takes_volumes {
        false => wrong(NOT_RUNNING),
        true => Fault::new(
            FaultKind::Internal,
            format!(
                "Unable to migrate the VM {} (ID: {}) as it is not in Running state",
                instance_name(world, server),
                server.id
            ),
        ),
    };
    fault.about(server.id, "vmId")
}

fn wrong(message: impl Into<String>) -> Fault {
    Fault::new(FaultKind::InvalidParameter, message)
}

/// Whether two hosts reach the same storage.
fn share_storage(one: &Host, other: &Host) -> bool {
    one.place.get(Level::Cluster) == other.place.get(Level::Cluster)
}

pub(super) fn migrate(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    migrate_to(world, call, &landing, false)
}

pub(super) fn migrate_with_volume(
    world: &mut World,
    call: &Call,
    landing: Landing,
) -> Result<Answer, Fault> {
    migrate_to(world, call, &landing, true)
}

fn migrate_to(
    world: &mut World,
    call: &Call,
    landing: &Landing,
    takes_volumes: bool,
) -> Result<Answer, Fault> {
    let server = target(world, landing)?;
    let id = server.id;
    let host = destination(world, call, server, takes_volumes)?;
    let user = caller(call)?.user.clone();
    let order = Order::on_server(id, Kind::Migrate, user).at(Some(host));
    job::begin(world, call, id, order)
}

/// # Errors
/// When the machine cannot move there, or anywhere.
fn destination(
    world: &World,
    call: &Call,
    server: &Server,
    takes_volumes: bool,
) -> Result<HostKey, Fault> {
    let args = args(world, call);
    let Some(own) = server.host.filter(|_| state(world, server) == "Running") else {
        return Err(not_running(world, server, takes_volumes));
    };
    let Some(wanted) = args.id("hostid") else {
        return chosen(world, server, args.flag("autoselect") == Some(true));
    };
    let key = world.topology.host_by_id(wanted);
    let key = key.ok_or_else(|| args.unknown("hostid", &wanted.to_string()))?;
    let (own, host) = (world.topology.host(own), world.topology.host(key));
    if own.id == host.id {
        return Err(wrong(
            "Cannot migrate VM, VM is already present on this host, please specify valid destination host to \
             migrate the VM",
        ));
    }
    if !host.agent.takes_machines() || !host.takes_servers() {
        return Err(wrong(format!(
            "Cannot migrate VM, destination host is not in correct state, has status: {}, state: {}",
            host.agent.status.word(),
            host.agent.resource.word()
        )));
    }
    if !takes_volumes && !share_storage(own, host) {
        return Err(wrong(format!(
            "Source and destination host are not in same cluster, unable to migrate to host: {wanted}"
        )));
    }
    match fits(host, server) {
        true => Ok(key),
        false => Err(no_room(server)),
    }
}

/// A host that is found for a machine, where that was asked for.
fn chosen(world: &World, server: &Server, is_asked_for: bool) -> Result<HostKey, Fault> {
    if !is_asked_for {
        return Err(wrong("Either hostId or storageId must be specified"));
    }
    let own = server.host.map(|own| world.topology.host(own));
    let found = world.place_elsewhere(&world.home_of(server), server, &server.spec.flavor);
    let shares = |key: &HostKey| {
        let host = world.topology.host(*key);
        own.is_some_and(|own| share_storage(own, host))
    };
    found.filter(shares).ok_or_else(|| no_room(server))
}

fn fits(host: &Host, server: &Server) -> bool {
    let flavor = &server.spec.flavor;
    host.fits(flavor.cpus, flavor.memory)
}

fn no_room(server: &Server) -> Fault {
    let message = format!(
        "Unable to create a deployment for VM instance {}",
        server.id
    );
    Fault::new(FaultKind::NoCapacity, message)
}

pub(super) fn find_hosts(
    world: &mut World,
    call: &Call,
    landing: Landing,
) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let server = target(world, &landing)?;
    let Some(own) = server.host.filter(|_| state(world, server) == "Running") else {
        return Err(wrong(NOT_RUNNING));
    };
    let own = world.topology.host(own);
    let zone = own.place.get(Level::Zone);
    let others = world.topology.hosts().filter(|(_, host)| {
        host.id != own.id
            && host.place.get(Level::Zone) == zone
            && host.agent.resource == ResourceState::Enabled
            && listing.keyword_fits(&host.name)
    });
    Ok(listing.answer(others, |(key, _)| candidate(world, server, own, key)))
}

fn candidate(world: &World, server: &Server, own: &Host, key: HostKey) -> Value {
    let host = world.topology.host(key);
    let mut shown = hosts::show(world, host.id, Viewer::Admin).unwrap_or_default();
    let is_ready = host.takes_servers() && host.agent.takes_machines();
    let is_fit = is_ready && fits(host, server) && world.is_welcome(server, key);
    shown["suitableformigration"] = json!(is_fit);
    shown["requiresStorageMotion"] = json!(!share_storage(own, host));
    shown
}

pub(super) fn scale(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let server = target(world, &landing)?;
    let id = server.id;
    let (flavor, host) = growth(world, call, server)?;
    let user = caller(call)?.user.clone();
    let order = Order {
        flavor: Some(flavor),
        ..Order::on_server(id, Kind::Scale, user).at(host)
    };
    job::begin(world, call, id, order)
}

/// The size that a machine is to have, and the host on which it has room for that.
///
/// # Errors
/// When it cannot be given that size, or there is no room for it.
fn growth(
    world: &World,
    call: &Call,
    server: &Server,
) -> Result<(Arc<Flavor>, Option<HostKey>), Fault> {
    let args = args(world, call);
    let offering = args.required_id("serviceofferingid")?;
    let mut flavors = world.flavors.iter();
    let flavor = flavors.find(|flavor| flavor.uuid == offering).cloned();
    let flavor = flavor.ok_or_else(|| args.unknown("serviceofferingid", &offering.to_string()))?;
    let old = &server.spec.flavor;
    if flavor.uuid == old.uuid {
        return Err(wrong(format!(
            "Not upgrading vm {} since it already has the requested service offering ({})",
            server.id, flavor.name
        )));
    }
    let own = match (state(world, server), server.host) {
        ("Running", Some(own)) => own,
        ("Stopped", _) => return Ok((flavor, None)),
        (other, _) => {
            return Err(wrong(format!("Unable to scale VM in state {other}")));
        }
    };
    if flavor.cpus < old.cpus || flavor.memory < old.memory {
        return Err(wrong(
            "Only scaling up the vm is supported, new service offering should have both cpu and memory greater \
             than or equal to the old values",
        ));
    }
    let (cpus, memory) = (flavor.cpus - old.cpus, flavor.memory - old.memory);
    let found = match world.topology.host(own).fits(cpus, memory) {
        true => Some(own),
        false => world.place_elsewhere(&world.home_of(server), server, &flavor),
    };
    match found {
        Some(host) => Ok((flavor, Some(host))),
        None => Err(no_room(server)),
    }
}
