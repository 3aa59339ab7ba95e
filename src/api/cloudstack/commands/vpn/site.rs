//! Connections between a virtual private cloud and another site.

use uuid::Uuid;

use super::customers;
use crate::api::cloudstack::commands::networks::{in_vpc, tell};
use crate::api::cloudstack::commands::owned::permit;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::{args, job};
use crate::api::{Answer, Call, Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::guest::GuestThing;
use crate::world::network::vpn::{ConnectionState, VpnConnection, VpnGateway};
use crate::world::operations::{Kind, Thing};

/// What is done with a virtual private cloud, at the place of its router.
fn in_cloud(world: &World, vpc: Uuid) -> Landing {
    let host = world.vpc_host(vpc);
    Landing {
        target: Target::Thing(Thing::Vpc(vpc)),
        place: host.map(|host| world.topology.host(host).place.clone()),
    }
}

pub(super) fn land_on_vpc(world: &World, call: &Call) -> Result<Landing, Fault> {
    let vpc = args(world, call).required_id("vpcid")?;
    if let Some(known) = world.networking.vpc(vpc) {
        permit(world, call, known.meta.project, vpc)?;
    }
    Ok(in_cloud(world, vpc))
}

pub(super) fn create_gateway(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let id = args.required_id("vpcid")?;
    let gone = || args.unknown("vpcid", &id.to_string());
    let vpc = world.networking.vpc(id).ok_or_else(gone)?;
    if world.vpns.gateways.iter().any(|known| known.vpc == id) {
        return Err(Fault::invalid(format!(
            "The VPN gateway of VPC {} already existed!",
            vpc.meta.name
        )));
    }
    let address = world.networking.source_nat_address(vpc.router);
    let address = address.ok_or_else(|| {
        Fault::invalid(format!(
            "Cannot found source nat ip of vpc {}",
            vpc.meta.name
        ))
    })?;
    let gateway = VpnGateway {
        vpc: id,
        project: vpc.meta.project,
        address: address.id,
        is_displayed: args.flag("fordisplay").unwrap_or(true),
        id: world.ids.uuid(),
    };
    let id = gateway.id;
    world.vpns.gateways.insert(id, gateway);
    job::done(world, call, Some(id))
}

/// The cloud's end that an argument names.
fn gateway<'a>(world: &'a World, call: &Call, name: &str) -> Result<&'a VpnGateway, Fault> {
    let args = args(world, call);
    let id = args.required_id(name)?;
    let gateway = world.vpns.gateways.get(id);
    let gateway = gateway.ok_or_else(|| args.unknown(name, &id.to_string()))?;
    permit(world, call, gateway.project, id)?;
    Ok(gateway)
}

pub(super) fn delete_gateway(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = gateway(world, call, "id")?.id;
    if world.vpns.is_connected(id) {
        let fault = Fault::invalid(format!(
            "Unable to delete VPN gateway {id} because there is still related VPN connections!"
        ));
        return job::conclude(world, call, None, Err(fault));
    }
    world.vpns.gateways.remove(id);
    job::done(world, call, None)
}

pub(super) fn list_gateways(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let gateways = world.vpns.gateways.iter().filter(|gateway| {
        let owner = world.accounts.project(gateway.project);
        owner.is_some_and(|owner| listing.shows(owner))
            && listing.wants_id(gateway.id)
            && listing.args.is_id("vpcid", Some(gateway.vpc))
            && listing.args.is_flag("fordisplay", gateway.is_displayed)
    });
    Ok(listing.shown(gateways.map(|gateway| gateway.id)))
}

pub(super) fn land_on_gateway(world: &World, call: &Call) -> Result<Landing, Fault> {
    let gateway = gateway(world, call, "s2svpngatewayid")?;
    Ok(in_cloud(world, gateway.vpc))
}

pub(super) fn connect(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let gateway = gateway(world, call, "s2svpngatewayid")?;
    let customer = customers::named(world, call, "s2scustomergatewayid")?;
    if gateway.project != customer.project {
        return Err(Fault::invalid(
            "VPN connection can only be established between same account's VPN gateway and customer gateway!",
        ));
    }
    if world.vpns.are_connected(gateway.id, customer.id) {
        return Err(Fault::invalid(format!(
            "The vpn connection with customer gateway id {} and vpn gateway id {} already existed!",
            customer.id, gateway.id
        )));
    }
    let args = args(world, call);
    let connection = VpnConnection {
        project: gateway.project,
        gateway: gateway.id,
        customer: customer.id,
        is_passive: args.flag("passive").unwrap_or(false),
        state: ConnectionState::Connecting,
        is_displayed: args.flag("fordisplay").unwrap_or(true),
        created: world.now(),
        id: world.ids.uuid(),
    };
    let id = connection.id;
    world.vpns.connections.insert(id, connection);
    tell_router(world, call, id)
}

/// Answers with a job that has the router heed how a connection is to be.
fn tell_router(world: &mut World, call: &Call, id: Uuid) -> Result<Answer, Fault> {
    let vpc = world.vpns.connections.get(id);
    let vpc = vpc.and_then(|known| Some(world.vpns.gateways.get(known.gateway)?.vpc));
    let what = GuestThing::VpnConnection(id);
    let change = in_vpc(world, vpc.unwrap_or_default(), Kind::ConnectSites, what);
    tell(world, call, id, change)
}

/// The connection that the `id` argument names.
fn connection<'a>(world: &'a World, call: &Call) -> Result<&'a VpnConnection, Fault> {
    let args = args(world, call);
    let id = args.required_id("id")?;
    let connection = world.vpns.connections.get(id);
    let connection = connection.ok_or_else(|| args.unknown("id", &id.to_string()))?;
    permit(world, call, connection.project, id)?;
    Ok(connection)
}

pub(super) fn land_on_connection(world: &World, call: &Call) -> Result<Landing, Fault> {
    let gateway = connection(world, call)?.gateway;
    let gateway = world.vpns.gateways.get(gateway);
    Ok(gateway.map_or_else(Landing::default, |gateway| in_cloud(world, gateway.vpc)))
}

pub(super) fn disconnect(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    change_state(world, call, ConnectionState::Disconnecting)
}

pub(super) fn reset(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    change_state(world, call, ConnectionState::Connecting)
}

fn change_state(world: &mut World, call: &Call, state: ConnectionState) -> Result<Answer, Fault> {
    let id = connection(world, call)?.id;
    if let Some(connection) = world.vpns.connections.get_mut(id) {
        connection.state = state;
    }
    tell_router(world, call, id)
}

pub(super) fn list_connections(
    world: &mut World,
    call: &Call,
    _: Landing,
) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let connections = world.vpns.connections.iter().filter(|connection| {
        let owner = world.accounts.project(connection.project);
        let gateway = world.vpns.gateways.get(connection.gateway);
        owner.is_some_and(|owner| listing.shows(owner))
            && listing.wants_id(connection.id)
            && listing
                .args
                .is_id("vpcid", gateway.map(|gateway| gateway.vpc))
            && listing.args.is_flag("fordisplay", connection.is_displayed)
    });
    Ok(listing.shown(connections.map(|connection| connection.id)))
}
