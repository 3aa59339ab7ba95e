//! Virtual private clouds, with their offerings, access control lists, gateways and routes.

mod acl_items;
mod acl_lists;
mod gateways;
mod life;
mod list;
mod offerings;

use uuid::Uuid;

use super::owned::{permit, refuse};
use crate::api::cloudstack::args;
use crate::api::cloudstack::table::Row;
use crate::api::{Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::guest::Vpc;

pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.createVPC", Landing::nowhere, life::create).showing(list::show),
    Row::new("cloudstack.updateVPC", land, life::update).showing(list::show),
    Row::new("cloudstack.deleteVPC", land, life::delete),
    Row::new("cloudstack.restartVPC", land, life::restart).showing(list::show),
    Row::read("cloudstack.listVPCs", list::list).showing(list::show),
    Row::new(
        "cloudstack.createVPCOffering",
        Landing::nowhere,
        offerings::create,
    )
    .showing(offerings::show),
    Row::new(
        "cloudstack.updateVPCOffering",
        Landing::nowhere,
        offerings::update,
    )
    .showing(offerings::show),
    Row::new(
        "cloudstack.deleteVPCOffering",
        Landing::nowhere,
        offerings::delete,
    ),
    Row::read("cloudstack.listVPCOfferings", offerings::list).showing(offerings::show),
    Row::new(
        "cloudstack.createNetworkACLList",
        Landing::nowhere,
        acl_lists::create,
    )
    .showing(acl_lists::show),
    Row::new(
        "cloudstack.updateNetworkACLList",
        Landing::nowhere,
        acl_lists::update,
    ),
    Row::new(
        "cloudstack.deleteNetworkACLList",
        Landing::nowhere,
        acl_lists::delete,
    ),
    Row::read("cloudstack.listNetworkACLLists", acl_lists::list).showing(acl_lists::show),
    Row::new(
        "cloudstack.replaceNetworkACLList",
        Landing::nowhere,
        acl_lists::replace,
    ),
    Row::new(
        "cloudstack.createNetworkACL",
        Landing::nowhere,
        acl_items::create,
    )
    .showing(acl_items::show),
    Row::new(
        "cloudstack.updateNetworkACLItem",
        Landing::nowhere,
        acl_items::update,
    )
    .showing(acl_items::show),
    Row::new(
        "cloudstack.moveNetworkAclItem",
        Landing::nowhere,
        acl_items::shift,
    )
    .showing(acl_items::show),
    Row::new(
        "cloudstack.deleteNetworkACL",
        Landing::nowhere,
        acl_items::delete,
    ),
    Row::read("cloudstack.listNetworkACLs", acl_items::list).showing(acl_items::show),
    Row::new(
        "cloudstack.createPrivateGateway",
        Landing::nowhere,
        gateways::create,
    )
    .showing(gateways::show),
    Row::new(
        "cloudstack.deletePrivateGateway",
        Landing::nowhere,
        gateways::delete,
    ),
    Row::read("cloudstack.listPrivateGateways", gateways::list).showing(gateways::show),
    Row::new(
        "cloudstack.createStaticRoute",
        Landing::nowhere,
        gateways::create_route,
    )
    .showing(gateways::show_route),
    Row::new(
        "cloudstack.deleteStaticRoute",
        Landing::nowhere,
        gateways::delete_route,
    ),
    Row::read("cloudstack.listStaticRoutes", gateways::list_routes).showing(gateways::show_route),
];

/// Finds the cloud that the `id` argument names, at the place of its router.
fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let vpc = named(world, call, "id")?;
    let host = world.vpc_host(vpc.meta.id);
    Ok(Landing::on_thing(
        world,
        crate::world::operations::Thing::Vpc(vpc.meta.id),
        host,
    ))
}

/// The cloud that an argument names.
///
/// # Errors
/// When it is gone, or not the caller's.
fn named<'a>(world: &'a World, call: &Call, name: &str) -> Result<&'a Vpc, Fault> {
    expect(world, call, args(world, call).required_id(name)?)
}

/// # Errors
/// When it is gone, or not the caller's.
fn expect<'a>(world: &'a World, call: &Call, id: Uuid) -> Result<&'a Vpc, Fault> {
    let vpc = world.networking.vpc(id);
    let vpc = vpc.ok_or_else(|| refuse(format!("Unable to find Enabled VPC by id {id}")))?;
    permit(call, vpc.meta.project, id)?;
    Ok(vpc)
}
