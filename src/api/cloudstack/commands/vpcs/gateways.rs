//! Private gateways, and static routes.

use std::net::IpAddr;

use cidr::IpCidr;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{expect, named};
use crate::api::cloudstack::args;
use crate::api::cloudstack::commands::networks::{
    address, in_vpc, physical_network, prefix_length, tell,
};
use crate::api::cloudstack::commands::owned::refuse;
use crate::api::cloudstack::commands::{joined, owner};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::Viewer;
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::guest::{
    AclList, DEFAULT_ALLOW, GuestThing, PrivateGateway, RuleState, StaticRoute, Vlan,
};
use crate::world::operations::Kind;

pub(super) fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let gateway = draft(world, call)?;
    let (id, vpc) = (gateway.id, gateway.vpc);
    world.networking.guests.gateways.insert(id, gateway);
    let what = GuestThing::PrivateGateway(id);
    let change = in_vpc(world, vpc, Kind::ConnectPrivately, what);
    tell(world, call, id, change)
}

fn draft(world: &mut World, call: &Call) -> Result<PrivateGateway, Fault> {
    let id = world.ids.uuid();
    let vpc = named(world, call, "vpcid")?;
    let args = args(world, call);
    let ip = |name| address(args.text(name).unwrap_or_default());
    let netmask = ip("netmask")?;
    prefix_length(netmask).ok_or_else(|| refuse("Please specify valid netmask"))?;
    let vlan = args.text("vlan").unwrap_or("untagged");
    Vlan::parse(vlan).ok_or_else(|| refuse(format!("Invalid vlan ID {vlan}")))?;
    let gateway = PrivateGateway {
        id,
        vpc: vpc.meta.id,
        address: ip("ipaddress")?,
        gateway: ip("gateway")?,
        netmask,
        vlan: vlan.into(),
        has_source_nat: args.flag("sourcenatsupported") == Some(true),
        acl: args
            .id("aclid")
            .unwrap_or_else(|| AclList::default_id(DEFAULT_ALLOW)),
        state: RuleState::Add,
    };
    let mut others = world.networking.guests.gateways.iter();
    match others.any(|other| other.vlan == gateway.vlan && other.address == gateway.address) {
        true => Err(refuse(format!(
            "Private ip address {} already used for private gateway with vlan {}",
            gateway.address, gateway.vlan
        ))),
        false => Ok(gateway),
    }
}

/// A private gateway that is the caller's.
fn own_gateway<'a>(world: &'a World, call: &Call, id: Uuid) -> Result<&'a PrivateGateway, Fault> {
    let gateway = world.networking.guests.gateways.get(id);
    let gateway = gateway.ok_or_else(|| refuse("Unable to find specified private gateway"))?;
    expect(world, call, gateway.vpc)?;
    Ok(gateway)
}

pub(super) fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    let vpc = own_gateway(world, call, id)?.vpc;
    let mut routes = world.networking.guests.routes.iter();
    if routes.any(|route| route.gateway == Some(id)) {
        return Err(refuse(format!(
            "Can't delete private gateway {id} as it has static routes applied. Remove the routes first"
        )));
    }
    drop(routes);
    if let Some(gateway) = world.networking.guests.gateways.get_mut(id) {
        gateway.state = RuleState::Revoke;
    }
    let change = in_vpc(
        world,
        vpc,
        Kind::ConnectPrivately,
        GuestThing::PrivateGateway(id),
    );
    tell(world, call, id, change)
}

/// The service's own word for how far a gateway has come.
fn state(gateway: &PrivateGateway) -> &'static str {
    match gateway.state {
        RuleState::Add => "Creating",
        RuleState::Active => "Ready",
        RuleState::Revoke => "Deleting",
    }
}

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let gateways = world.networking.guests.gateways.iter().filter(|gateway| {
        let args = &listing.args;
        listing.wants_id(gateway.id)
            && is_of_seen(&listing, gateway.vpc)
            && args.is("ipaddress", &gateway.address.to_string())
            && args.is("vlan", &gateway.vlan)
            && args.is("state", state(gateway))
    });
    Ok(listing.shown(gateways.map(|gateway| gateway.id)))
}

/// Whether something of a cloud's is asked for, as far as the cloud goes.
fn is_of_seen(listing: &Listing<'_>, vpc: Uuid) -> bool {
    let world = listing.args.world;
    let account = world.networking.vpc(vpc).map(|vpc| vpc.meta.project);
    let account = account.and_then(|account| world.accounts.project(account));
    listing.args.is_id("vpcid", Some(vpc)) && account.is_some_and(|account| listing.shows(account))
}

pub(super) fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let Some(gateway) = world.networking.guests.gateways.get(id) else {
        return Some(json!({ "id": id }));
    };
    let vpc = world.networking.vpc(gateway.vpc)?;
    let zone = world.topology.zone(vpc.zone);
    let acl = world.networking.guests.acls.get(gateway.acl);
    let own = json!({
        "id": id,
        "ipaddress": gateway.address,
        "gateway": gateway.gateway,
        "netmask": gateway.netmask,
        "vlan": gateway.vlan,
        "state": state(gateway),
        "sourcenatsupported": gateway.has_source_nat,
        "aclid": acl.map(|acl| acl.id),
        "aclname": acl.map(|acl| &acl.name),
        "vpcid": vpc.meta.id,
        "vpcname": vpc.meta.name,
        "zoneid": vpc.zone,
        "zonename": zone.map(|zone| &zone.name),
        "physicalnetworkid": physical_network(world, Some(vpc.zone)),
    });
    let account = world.accounts.project(vpc.meta.project);
    let account = account
        .map(|account| owner(world, account))
        .unwrap_or_default();
    Some(joined(own, account))
}

pub(super) fn create_route(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let route = draft_route(world, call)?;
    let (id, vpc) = (route.id, route.vpc);
    world.networking.guests.routes.insert(id, route);
    let change = in_vpc(world, vpc, Kind::ApplyRoutes, GuestThing::StaticRoute(id));
    tell(world, call, id, change)
}

fn draft_route(world: &mut World, call: &Call) -> Result<StaticRoute, Fault> {
    let id = world.ids.uuid();
    let args = args(world, call);
    let (vpc, gateway, next_hop) = way(world, call)?;
    let text = args.text("cidr").unwrap_or_default();
    let cidr: IpCidr = text
        .parse()
        .map_err(|_| refuse(format!("Invalid format for cidr {text}")))?;
    let own = expect(world, call, vpc)?;
    if own.cidr.contains(&cidr.first_address()) || cidr.contains(&own.cidr.first_address()) {
        return Err(refuse(format!(
            "CIDR {cidr} should be outside of VPC cidr {}",
            own.cidr
        )));
    }
    let mut routes = world.networking.guests.routes.iter();
    match routes.find(|route| route.vpc == vpc && route.cidr == cidr) {
        Some(route) => Err(refuse(format!(
            "New static route cidr conflicts with existing route {}",
            route.id
        ))),
        None => Ok(StaticRoute {
            id,
            vpc,
            gateway,
            next_hop,
            cidr,
            state: RuleState::Add,
        }),
    }
}

/// The cloud of a route, and where it leads: through a private gateway, or to an address.
fn way(world: &World, call: &Call) -> Result<(Uuid, Option<Uuid>, IpAddr), Fault> {
    let args = args(world, call);
    match (args.id("gatewayid"), args.id("vpcid"), args.text("nexthop")) {
        (Some(gateway), None, None) => {
            let gateway = own_gateway(world, call, gateway)?;
            Ok((gateway.vpc, Some(gateway.id), gateway.gateway))
        }
        (None, Some(vpc), Some(hop)) => {
            Ok((expect(world, call, vpc)?.meta.id, None, address(hop)?))
        }
        _ => Err(refuse(
            "Either gatewayId, or vpcId with nexthop, has to be specified",
        )),
    }
}

pub(super) fn delete_route(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    let route = world.networking.guests.routes.get_mut(id);
    let route = route.ok_or_else(|| refuse("Unable to find static route by id"))?;
    let vpc = route.vpc;
    expect(world, call, vpc)?;
    if let Some(route) = world.networking.guests.routes.get_mut(id) {
        route.state = RuleState::Revoke;
    }
    let change = in_vpc(world, vpc, Kind::ApplyRoutes, GuestThing::StaticRoute(id));
    tell(world, call, id, change)
}

pub(super) fn list_routes(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let routes = world.networking.guests.routes.iter().filter(|route| {
        listing.wants_id(route.id)
            && is_of_seen(&listing, route.vpc)
            && listing.args.is_id("gatewayid", route.gateway)
            && listing.args.is("state", route.state.word())
    });
    Ok(listing.shown(routes.map(|route| route.id)))
}

pub(super) fn show_route(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let Some(route) = world.networking.guests.routes.get(id) else {
        return Some(json!({ "id": id }));
    };
    let vpc = world.networking.vpc(route.vpc)?;
    let gateway = route
        .gateway
        .and_then(|id| world.networking.guests.gateways.get(id));
    let own = json!({
        "id": id,
        "vpcid": route.vpc,
        "cidr": route.cidr.to_string(),
        "nexthop": route.gateway.is_none().then_some(route.next_hop),
        "state": route.state.word(),
        "vpcgatewayid": route.gateway,
        "vpcgatewayip": gateway.map(|gateway| gateway.address),
        "tags": [],
    });
    let account = world.accounts.project(vpc.meta.project);
    let account = account
        .map(|account| owner(world, account))
        .unwrap_or_default();
    Some(joined(own, account))
}
