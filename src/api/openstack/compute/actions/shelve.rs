//! Putting servers aside as images, and taking them out again.

use http::StatusCode;

use super::super::forbidden;
use super::{Action, Answer, Call, options, order, ready};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::{Level, Scope, Selector};
use crate::world::operations::{Kind, Order, Thing};
use crate::world::server::{Server, State};
use crate::world::{Demand, World};

pub(super) fn shelve(world: &mut World, call: &Call, action: &Action) -> Result<Answer, Fault> {
    let server = ready(world, call, action)?;
    let (id, has_disk) = (server.id, server.spec.image.is_some());
    let name = format!("{}-shelved", server.spec.name);
    let mut order = order(call, id, Kind::Shelve)?;
    let image = has_disk.then(|| world.image_of_server(id, &name, "snapshot"));
    if let Some(image) = image.flatten() {
        order = order.with(Thing::Image(image.id));
        if let Some(server) = world.server_mut(id) {
            server.rare_mut().shelved_image = Some(image.id);
        }
    }
    world.begin(order);
    Ok(Answer::empty(StatusCode::ACCEPTED))
}

pub(super) fn unshelve(world: &mut World, call: &Call, action: &Action) -> Result<Answer, Fault> {
    let server = ready(world, call, action)?;
    let id = server.id;
    let scope = scope(world, call, server)?;
    if let (77.., Some(zone)) = (call.microversion, options(call).get("availability_zone"))
        && let Some(server) = world.server_mut(id)
    {
        server.spec.nova_mut().pinned_zone = zone.as_str().map(Into::into);
    }
    let server = super::super::server(world, call)?;
    let order = order(call, id, Kind::Unshelve)?;
    world.begin(match server.state {
        State::ShelvedOffloaded => Order {
            with: world
                .storage
                .volumes_of(id)
                .next()
                .map(|(volume, _)| Thing::Volume(volume.id)),
            ..order.at(world.place(&scope, Demand::of(server)))
        },
        _ => order.at(server.host),
    });
    Ok(Answer::empty(StatusCode::ACCEPTED))
}

/// Where the server may go: the host that the call names, and the zone that it names or else the one that the
/// server was made for; the zone is then kept with the server.
fn scope(world: &World, call: &Call, server: &Server) -> Result<Scope, Fault> {
    let wanted = options(call);
    let zone = wanted
        .get("availability_zone")
        .filter(|_| call.microversion >= 77);
    let host = wanted.get("host").and_then(|host| host.as_str());
    let host = host.filter(|_| call.microversion >= 91);
    if (zone.is_some() || host.is_some()) && server.state != State::ShelvedOffloaded {
        return Err(not_offloaded(server));
    }
    let pinned = server
        .spec
        .nova
        .as_ref()
        .and_then(|nova| nova.pinned_zone.as_deref());
    let zone_name = zone.map_or(pinned, |zone| zone.as_str());
    let mut scope = Scope::everywhere();
    if zone_name.is_some_and(|name| !world.has_zone(name)) {
        return Err(Fault::bad_request(
            "The requested availability zone is not available",
        ));
    }
    if let Some(name) = host {
        if !call.is_admin() {
            return Err(forbidden("os_compute_api:os-shelve:unshelve_to_host"));
        }
        check_host(world, name, zone_name)?;
        scope = scope.with(Level::Host, Selector::Name(name.into()));
    }
    Ok(scope)
}

fn check_host(world: &World, name: &str, zone: Option<&str>) -> Result<(), Fault> {
    let Some((key, host, _)) = world.compute_host(name) else {
        let message = format!("Compute host {name} could not be found.");
        return Err(Fault::bad_request(message));
    };
    match zone {
        Some(zone) if *world.availability_zone(key, host) != *zone => Err(Fault::conflict(
            format!("Host \"{name}\" is not in the availability zone \"{zone}\"."),
        )),
        Some(_) | None => Ok(()),
    }
}

fn not_offloaded(server: &Server) -> Fault {
    Fault::conflict(format!(
        "Specifying an availability zone or a host when unshelving server \"{}\" with status \"{}\" is not \
         supported. The server status must be SHELVED_OFFLOADED.",
        server.id,
        super::vm_state(server.state)
    ))
}
