//! Virtual routers, and what can be done to all of the cloud's own machines.

use std::net::Ipv4Addr;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::api::cloudstack::commands::owned::{permit, refuse};
use crate::api::cloudstack::commands::{date, infrastructure, joined, owner};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::Viewer;
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing, Target};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::place::{Level, Place};
use crate::world::World;
use crate::world::appliances::{Appliance, ApplianceState, Role};
use crate::world::network::{Port, Subnet};
use crate::world::operations::{Kind, Thing};

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let routers = world.appliances();
    let routers =
        routers.filter(|appliance| appliance.role.is_router() && is_wanted(&listing, appliance));
    Ok(listing.shown(routers.map(|router| router.id)))
}

fn is_wanted(listing: &Listing<'_>, router: &Appliance) -> bool {
    let (args, world) = (&listing.args, listing.args.world);
    let owner = world.accounts.project(router.project);
    let serves = |network: Uuid| world.routers_of(network).any(|known| known.id == router.id);
    listing.wants(router.id, &router.name)
        && owner.is_some_and(|owner| listing.shows(owner))
        && args.is("state", router.state.word())
        && args.is_flag("forvpc", vpc_of(router).is_some())
        && args.is_flag("healthchecksfailed", false)
        && args.is_id("vpcid", vpc_of(router))
        && args.id("networkid").is_none_or(serves)
        && is_at(listing, router)
}

/// Whether it is in the zone, and on the host, that are asked for.
pub(super) fn is_at(listing: &Listing<'_>, appliance: &Appliance) -> bool {
    let args = &listing.args;
    let below = ["podid", "clusterid", "hostid"];
    let asks_for_more = below.iter().any(|name| args.text(name).is_some());
    let nowhere = Place::nowhere();
    let place = appliance
        .host
        .map(|host| &*args.world.topology.host(host).place);
    args.is_id("zoneid", Some(appliance.zone))
        && (!asks_for_more || listing.is_within(place.unwrap_or(&nowhere)))
}

fn vpc_of(router: &Appliance) -> Option<Uuid> {
    match router.role {
        Role::Vpc(vpc) => Some(vpc),
        Role::Network(_) | Role::Balancer(_) | Role::SecondaryStorage | Role::ConsoleProxy => None,
    }
}

/// A router; of one that is gone there is little to say.
pub(super) fn show(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let Some(router) = world.appliance(id) else {
        return Some(json!({ "id": id, "state": "Expunging" }));
    };
    let vpc = vpc_of(router).and_then(|vpc| world.networking.vpc(vpc));
    let own = json!({
        "role": "VIRTUAL_ROUTER",
        "redundantstate": "UNKNOWN",
        "isredundantrouter": router.is_redundant,
        "requiresupgrade": false,
        "healthchecksfailed": false,
        "version": crate::api::cloudstack::VERSION,
        "softwareversion": crate::api::cloudstack::VERSION,
        "vpcid": vpc.map(|vpc| vpc.meta.id),
        "vpcname": vpc.map(|vpc| &vpc.meta.name),
        "nic": cards(world, router),
    });
    let account = world.accounts.project(router.project);
    let account = account
        .map(|account| owner(world, account))
        .unwrap_or_default();
    let more = common(world, router, viewer).into_iter();
    Some(joined(
        own,
        more.chain(networks(world, router)).chain(account),
    ))
}

/// What all of the cloud's own machines show.
pub(super) fn common(world: &World, appliance: &Appliance, viewer: Viewer) -> Map<String, Value> {
    let host = appliance.host.map(|host| world.topology.host(host));
    let last = appliance.last_host.map(|host| world.topology.host(host));
    let zone = world.topology.zone(appliance.zone);
    let pod = last.and_then(|host| world.topology.id_at(&host.place, Level::Pod));
    let offering = appliance.offering.and_then(|id| {
        let mut flavors = world.flavors.iter();
        flavors.find(|flavor| flavor.uuid == id)
    });
    let is_for_admin = viewer.is_admin();
    let (dns1, dns2) = infrastructure::zones::name_servers(world, appliance.zone);
    let control = appliance
        .host
        .filter(|_| is_for_admin)
        .map(|_| link_local(appliance.id));
    let shown = json!({
        "id": appliance.id,
        "name": appliance.name,
        "state": appliance.state.word(),
        "created": date(appliance.created),
        "zoneid": appliance.zone,
        "zonename": zone.map(|zone| &zone.name),
        "dns1": dns1,
        "dns2": dns2,
        "linklocalip": control.map(|address| address.to_string()),
        "linklocalmacaddress": control.map(link_local_mac),
        "linklocalnetmask": control.map(|_| "255.255.0.0"),
        "hypervisor": last.map_or("Simulator", |host| infrastructure::hypervisor(world, host)),
        "templateid": template(),
        "templatename": "SystemVM Template (simulator)",
        "serviceofferingid": appliance.offering.unwrap_or_else(|| offering_of(appliance)),
        "serviceofferingname": offering.map_or("System Offering", |flavor| &flavor.name),
        "podid": pod.filter(|_| is_for_admin),
        "podname": last.and_then(|host| host.place.name(Level::Pod)).filter(|_| is_for_admin),
        "hostid": host.map(|host| host.id).filter(|_| is_for_admin),
        "hostname": host.map(|host| &host.name).filter(|_| is_for_admin),
    });
    match shown {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// The address at which its host speaks to a running machine.
fn link_local(id: Uuid) -> Ipv4Addr {
    let [.., third, last] = *id.as_bytes();
    // The first address is the host's; none ends as those of networks and broadcasts do.
    Ipv4Addr::new(169, 254, third, last.clamp(2, 254))
}

fn link_local_mac(address: Ipv4Addr) -> String {
    let [a, b, c, d] = address.octets();
    format!("0e:00:{a:02x}:{b:02x}:{c:02x}:{d:02x}")
}

fn template() -> Uuid {
    crate::world::ids::named("template", "systemvm")
}

/// The cloud's own offering for such machines.
fn offering_of(appliance: &Appliance) -> Uuid {
    let kind = match appliance.role {
        Role::Network(_) | Role::Vpc(_) => "router",
        Role::Balancer(_) => "internal-load-balancer",
        Role::SecondaryStorage => "secondary-storage",
        Role::ConsoleProxy => "console-proxy",
    };
    crate::world::ids::named("system-offering", kind)
}

/// The ports of a router outside and inside.
fn ports<'a>(world: &'a World, router: &Appliance) -> Vec<&'a Port> {
    let networking = &world.networking;
    let routing = match router.role {
        Role::Network(network) => networking.router_of(network).map(|it| it.meta.id),
        Role::Vpc(vpc) => networking.vpc(vpc).map(|vpc| vpc.router),
        Role::Balancer(_) | Role::SecondaryStorage | Role::ConsoleProxy => None,
    };
    routing.map_or_else(Vec::new, |routing| networking.ports_of(routing).collect())
}

fn cards(world: &World, router: &Appliance) -> Value {
    let ports = ports(world, router).into_iter();
    ports.map(|port| card(world, port)).collect()
}

pub(super) fn card(world: &World, port: &Port) -> Value {
    let network = world.network(port.network);
    let is_outside = network.is_some_and(|network| network.is_external);
    let subnet = subnet_of(world, port);
    json!({
        "id": port.meta.id,
        "networkid": port.network,
        "networkname": network.map(|network| &network.meta.name),
        "ipaddress": port.ipv4(),
        "netmask": subnet.map(|subnet| subnet.cidr.mask()),
        "gateway": subnet.and_then(|subnet| subnet.gateway),
        "macaddress": port.mac.to_string(),
        "traffictype": if is_outside { "Public" } else { "Guest" },
        "isdefault": is_outside,
    })
}

/// The subnet that a port's address is of.
pub(super) fn subnet_of<'a>(world: &'a World, port: &Port) -> Option<&'a Subnet> {
    let mut fixed = port.fixed_ips.iter();
    let fixed = fixed.find(|fixed| fixed.address.is_ipv4())?;
    world.networking.subnets.get(fixed.subnet)
}

/// What it has on either side.
fn networks(world: &World, router: &Appliance) -> Map<String, Value> {
    let ports = ports(world, router);
    let is_outside = |port: &&&Port| {
        world
            .network(port.network)
            .is_some_and(|network| network.is_external)
    };
    let outside = ports.iter().find(is_outside);
    let inside = ports.iter().find(|port| !is_outside(port));
    let guest = match router.role {
        Role::Network(network) => world.network(network),
        Role::Vpc(_) | Role::Balancer(_) | Role::SecondaryStorage | Role::ConsoleProxy => None,
    };
    let subnet = guest.and_then(|guest| world.networking.first_subnet(guest.meta.id));
    let outer = outside.and_then(|port| subnet_of(world, port));
    let shown = json!({
        "publicip": outside.and_then(|port| port.ipv4()),
        "publicmacaddress": outside.map(|port| port.mac.to_string()),
        "publicnetworkid": outside.map(|port| port.network),
        "publicnetmask": outer.map(|subnet| subnet.cidr.mask()),
        "gateway": outer.and_then(|subnet| subnet.gateway),
        "guestnetworkid": guest.map(|guest| guest.meta.id),
        "guestnetworkname": guest.map(|guest| &guest.meta.name),
        "guestipaddress": inside.and_then(|port| port.ipv4()),
        "guestmacaddress": inside.map(|port| port.mac.to_string()),
        "guestnetmask": subnet.map(|subnet| subnet.cidr.mask()),
        "networkdomain": guest.and_then(|guest| guest.guest.as_ref()).map(|guest| &guest.domain),
    });
    match shown {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// Finds the machine of the cloud's own that the `id` argument names.
pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    land_on(world, args(world, call).required_id("id")?, call)
}

pub(super) fn land_on(world: &World, id: Uuid, call: &Call) -> Result<Landing, Fault> {
    let appliance = expect(world, id)?;
    permit(world, call, appliance.project, id)?;
    let host = appliance.host.or(appliance.last_host);
    Ok(Landing::on_thing(world, Thing::Appliance(id), host))
}

pub(super) fn expect(world: &World, id: Uuid) -> Result<&Appliance, Fault> {
    let gone = || refuse(format!("Unable to find a system vm with id {id}"));
    world.appliance(id).ok_or_else(gone)
}

pub(super) fn target<'a>(world: &'a World, landing: &Landing) -> Result<&'a Appliance, Fault> {
    match landing.target {
        Target::Thing(Thing::Appliance(id)) => expect(world, id),
        _ => expect(world, Uuid::nil()),
    }
}

pub(super) fn start(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let appliance = target(world, &landing)?;
    match appliance.state {
        ApplianceState::Stopped => operate(world, call, &landing, Kind::StartAppliance),
        ApplianceState::Running => {
            let id = appliance.id;
            job::done(world, call, Some(id))
        }
        ApplianceState::Starting | ApplianceState::Stopping | ApplianceState::Migrating => {
            wrong_state(world, call, &landing)
        }
    }
}

pub(super) fn stop(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let appliance = target(world, &landing)?;
    match appliance.state {
        ApplianceState::Running => operate(world, call, &landing, Kind::StopAppliance),
        ApplianceState::Stopped => {
            let id = appliance.id;
            job::done(world, call, Some(id))
        }
        ApplianceState::Starting | ApplianceState::Stopping | ApplianceState::Migrating => {
            wrong_state(world, call, &landing)
        }
    }
}

pub(super) fn reboot(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    match target(world, &landing)?.state {
        ApplianceState::Running => operate(world, call, &landing, Kind::RebootAppliance),
        ApplianceState::Stopped
        | ApplianceState::Starting
        | ApplianceState::Stopping
        | ApplianceState::Migrating => wrong_state(world, call, &landing),
    }
}

pub(super) fn destroy(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    operate(world, call, &landing, Kind::DestroyAppliance)
}

pub(super) fn change_offering(
    world: &mut World,
    call: &Call,
    landing: Landing,
) -> Result<Answer, Fault> {
    let id = target(world, &landing)?.id;
    let offering = args(world, call).required_id("serviceofferingid")?;
    if let Some(appliance) = world.appliance_mut(id) {
        appliance.offering = Some(offering);
    }
    job::done(world, call, Some(id))
}

/// All routers are of the one version that there is.
pub(super) fn upgrade(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let by = ["id", "domainid", "clusterid", "podid", "zoneid"];
    if by.iter().filter(|name| args.text(name).is_some()).count() > 1 {
        return Err(refuse(
            "Multiple parameters not supported. Specify only one among routerId/zoneId/podId/clusterId/\
             accountId/domainId",
        ));
    }
    let mut routers = world.appliances();
    let has_any = routers.any(|router| router.role.is_router() && is_wanted(&listing, router));
    match has_any && by.iter().any(|name| args.text(name).is_some()) {
        true => Err(Fault::new(
            FaultKind::Internal,
            "Router is already at the latest version. No upgrade required",
        )),
        false => Ok(listing.answer(std::iter::empty::<Uuid>(), |id| json!({ "jobid": id }))),
    }
}

fn operate(world: &mut World, call: &Call, landing: &Landing, kind: Kind) -> Result<Answer, Fault> {
    let id = target(world, landing)?.id;
    let user = caller(call)?.user.clone();
    let operation = world.operate_appliance(id, kind, &user);
    match operation {
        Some(operation) => job::follow(world, call, id, operation),
        None => job::done(world, call, Some(id)),
    }
}

fn wrong_state(world: &mut World, call: &Call, landing: &Landing) -> Result<Answer, Fault> {
    let appliance = target(world, landing)?;
    let id = appliance.id;
    let message = format!(
        "{} is not in the right state: it is {}",
        appliance.name,
        appliance.state.word()
    );
    let fault = Fault::new(FaultKind::Unavailable, message);
    job::conclude(world, call, Some(id), Err(fault))
}
