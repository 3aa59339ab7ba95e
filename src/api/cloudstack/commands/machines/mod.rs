//! Virtual machines, which OpenStack calls servers.

mod deploy;
mod list;
mod operate;
mod view;

use uuid::Uuid;

use crate::api::cloudstack::entity::{CLUSTER, Entity, HOST, POD, ZONE};
use crate::api::cloudstack::listing::{OWNED, PAGED};
use crate::api::cloudstack::params::{Param, flag, id, ids, integer, long, map, text};
use crate::api::cloudstack::table::Row;
use crate::api::cloudstack::{args, caller};
use crate::api::{Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;

pub(super) use view::{instance_name, machine, state};

/// The one parameter of commands on a machine that have no options.
const ONE: &[Param] = &[id("id", Entity::VirtualMachine).required()];

const DEPLOY: &[&[Param]] = &[&[
    id("serviceofferingid", Entity::ServiceOffering).required(),
    id("templateid", Entity::Template).required(),
    id("zoneid", ZONE).required(),
    text("name"),
    text("displayname"),
    ids("networkids", Entity::Network),
    text("account"),
    id("domainid", Entity::Domain),
    id("projectid", Entity::Project),
    id("podid", POD),
    id("clusterid", CLUSTER),
    id("hostid", HOST),
    text("hypervisor"),
    flag("startvm"),
    text("keypair"),
    text("keypairs"),
    text("userdata"),
    text("group"),
    flag("displayvm"),
    long("rootdisksize"),
    map("details"),
]];

const START: &[&[Param]] = &[
    ONE,
    &[
        id("podid", POD),
        id("clusterid", CLUSTER),
        id("hostid", HOST),
    ],
];

const LIST: &[&[Param]] = &[
    PAGED,
    OWNED,
    &[
        id("id", Entity::VirtualMachine),
        ids("ids", Entity::VirtualMachine),
        text("name"),
        text("state"),
        id("zoneid", ZONE),
        id("podid", POD),
        id("clusterid", CLUSTER),
        id("hostid", HOST),
        id("networkid", Entity::Network),
        id("serviceofferingid", Entity::ServiceOffering),
        id("templateid", Entity::Template),
        id("userid", Entity::User),
        text("keypair"),
        text("hypervisor"),
        flag("haenable"),
        flag("displayvm"),
        integer("accumulate"),
        text("details"),
    ],
];

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listVirtualMachines", LIST, list::list),
    Row::job(
        "cloudstack.deployVirtualMachine",
        DEPLOY,
        deploy::land,
        deploy::deploy,
    ),
    Row::job(
        "cloudstack.startVirtualMachine",
        START,
        operate::land_start,
        operate::start,
    ),
    Row::job(
        "cloudstack.stopVirtualMachine",
        &[ONE, &[flag("forced")]],
        land,
        operate::stop,
    ),
    Row::job(
        "cloudstack.rebootVirtualMachine",
        &[ONE, &[flag("forced")]],
        land,
        operate::reboot,
    ),
    Row::job(
        "cloudstack.destroyVirtualMachine",
        &[ONE, &[flag("expunge")]],
        land,
        operate::destroy,
    ),
    Row::new(
        "cloudstack.recoverVirtualMachine",
        &[ONE],
        land,
        operate::recover,
    ),
    Row::job(
        "cloudstack.expungeVirtualMachine",
        &[ONE],
        land,
        operate::expunge,
    ),
];

/// Finds the machine that the `id` argument names.
fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    Ok(Landing::on_server(world, machine_of(world, call)?))
}

/// # Errors
/// When it is gone, or not the caller's.
fn machine_of(world: &World, call: &Call) -> Result<Uuid, Fault> {
    let args = args(world, call);
    let id = args.required_id("id", Entity::VirtualMachine)?;
    let caller = caller(call)?;
    let is_own = world
        .server(id)
        .is_some_and(|server| Some(&server.spec.project) == caller.project.as_ref());
    if !is_own && !caller.is_admin() {
        let account = &caller.user.name;
        let message =
            format!("Account {account} does not have permission to operate with resource {id}");
        return Err(Fault::new(FaultKind::Forbidden, message));
    }
    Ok(id)
}
