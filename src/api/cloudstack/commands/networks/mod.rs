//! Guest networks, and the machines that serve them.

mod balancers;
mod change;
mod create;
mod list;
mod permissions;
mod routers;
mod system_vms;
mod tell;
mod view;

use uuid::Uuid;

use crate::api::cloudstack::args;
use crate::api::cloudstack::table::Row;
use crate::api::{Call, Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::Network;

pub(super) use create::{address, make_usual, prefix_length};
pub(super) use permissions::check_machines_of;
pub(super) use tell::{Change, in_network, in_vpc, tell};
pub(super) use view::{
    broadcast_uri, guest_type, network_value, physical_network, services, zone_of,
};

pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.createNetwork", create::land, create::create).showing(view::show),
    Row::new("cloudstack.updateNetwork", land, change::update).showing(view::show),
    Row::new("cloudstack.deleteNetwork", land, change::delete),
    Row::new("cloudstack.restartNetwork", land, change::restart),
    Row::read("cloudstack.listNetworks", list::list).showing(view::show),
    Row::new(
        "cloudstack.createNetworkPermissions",
        permissions::land,
        permissions::create,
    ),
    Row::new(
        "cloudstack.removeNetworkPermissions",
        permissions::land,
        permissions::remove,
    ),
    Row::new(
        "cloudstack.resetNetworkPermissions",
        permissions::land,
        permissions::reset,
    ),
    Row::read("cloudstack.listNetworkPermissions", permissions::list),
    Row::read("cloudstack.listNetworkProtocols", list::protocols),
    Row::read("cloudstack.listRouters", routers::list).showing(routers::show),
    Row::new("cloudstack.startRouter", routers::land, routers::start).showing(routers::show),
    Row::new("cloudstack.stopRouter", routers::land, routers::stop).showing(routers::show),
    Row::new("cloudstack.rebootRouter", routers::land, routers::reboot).showing(routers::show),
    Row::new("cloudstack.destroyRouter", routers::land, routers::destroy).showing(routers::show),
    Row::new(
        "cloudstack.changeServiceForRouter",
        routers::land,
        routers::change_offering,
    )
    .showing(routers::show),
    Row::new(
        "cloudstack.upgradeRouterTemplate",
        Landing::nowhere,
        routers::upgrade,
    ),
    Row::read("cloudstack.listInternalLoadBalancerVMs", balancers::list).showing(balancers::show),
    Row::new(
        "cloudstack.startInternalLoadBalancerVM",
        routers::land,
        routers::start,
    )
    .showing(balancers::show),
    Row::new(
        "cloudstack.stopInternalLoadBalancerVM",
        routers::land,
        routers::stop,
    )
    .showing(balancers::show),
    Row::read("cloudstack.listSystemVms", system_vms::list).showing(system_vms::show),
    Row::new("cloudstack.startSystemVm", routers::land, routers::start).showing(system_vms::show),
    Row::new("cloudstack.stopSystemVm", routers::land, routers::stop).showing(system_vms::show),
    Row::new("cloudstack.rebootSystemVm", routers::land, routers::reboot).showing(system_vms::show),
    Row::new(
        "cloudstack.destroySystemVm",
        routers::land,
        routers::destroy,
    )
    .showing(system_vms::show),
    Row::new(
        "cloudstack.migrateSystemVm",
        system_vms::land_migration,
        system_vms::migrate,
    )
    .showing(system_vms::show),
    Row::new(
        "cloudstack.changeServiceForSystemVm",
        routers::land,
        routers::change_offering,
    )
    .showing(system_vms::show),
    Row::new(
        "cloudstack.scaleSystemVm",
        routers::land,
        routers::change_offering,
    )
    .showing(system_vms::show),
    Row::new("cloudstack.patchSystemVm", routers::land, system_vms::patch),
];

/// Finds the network that the `id` argument names.
fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    land_on(world, call, "id")
}

/// Finds the network that an argument names, at the place of its router.
///
/// # Errors
/// When it is not the caller's.
pub(super) fn land_on(world: &World, call: &Call, name: &str) -> Result<Landing, Fault> {
    let id = args(world, call).required_id(name)?;
    let network = expect(world, id)?;
    super::owned::permit(world, call, network.meta.project, id)?;
    let host = world.router_host(id);
    Ok(Landing {
        target: Target::Network(id),
        place: host.map(|host| world.topology.host(host).place.clone()),
    })
}

/// The network that a call landed on.
pub(super) fn target<'a>(world: &'a World, landing: &Landing) -> Result<&'a Network, Fault> {
    match landing.target {
        Target::Network(id) => expect(world, id),
        _ => expect(world, Uuid::nil()),
    }
}

/// # Errors
/// When it is gone.
pub(super) fn expect(world: &World, id: Uuid) -> Result<&Network, Fault> {
    let gone = || super::owned::refuse(format!("Unable to find a network with id {id}"));
    world.network(id).ok_or_else(gone)
}
