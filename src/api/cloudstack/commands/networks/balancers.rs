//! The machines that balance inside of networks.

use serde_json::{Value, json};
use uuid::Uuid;

use super::routers::{card, common, is_at, subnet_of};
use crate::api::cloudstack::commands::{joined, owner};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::Viewer;
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::appliances::{Appliance, Role};
use crate::world::network::Port;

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let machines = world.appliances();
    let machines = machines.filter(|machine| is_wanted(&listing, machine));
    Ok(listing.shown(machines.map(|machine| machine.id)))
}

fn is_wanted(listing: &Listing<'_>, machine: &Appliance) -> bool {
    let (args, world) = (&listing.args, listing.args.world);
    let Some(port) = port_of(world, machine) else {
        return false;
    };
    let account = world.accounts.project(machine.project);
    let vpc = vpc_of(world, port);
    listing.wants(machine.id, &machine.name)
        && account.is_some_and(|account| listing.shows(account))
        && args.is("state", machine.state.word())
        && args.is_flag("forvpc", vpc.is_some())
        && args.is_id("vpcid", vpc)
        && args.is_id("networkid", Some(port.network))
        && is_at(listing, machine)
}

/// The port at which it balances; none of a machine that is for something else.
fn port_of<'a>(world: &'a World, machine: &Appliance) -> Option<&'a Port> {
    match machine.role {
        Role::Balancer(port) => world.networking.ports.get(port),
        Role::Network(_) | Role::Vpc(_) | Role::SecondaryStorage | Role::ConsoleProxy => None,
    }
}

fn vpc_of(world: &World, port: &Port) -> Option<Uuid> {
    world.network(port.network)?.guest.as_ref()?.vpc
}

/// A machine; of one that is gone there is little to say.
pub(super) fn show(world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
    let known = world.appliance(id);
    let Some((machine, port)) = known.and_then(|it| Some((it, port_of(world, it)?))) else {
        return Some(json!({ "id": id, "state": "Expunging" }));
    };
    let network = world.network(port.network);
    let vpc = vpc_of(world, port).and_then(|vpc| world.networking.vpc(vpc));
    let own = json!({
        "role": "INTERNAL_LB_VM",
        "redundantstate": "UNKNOWN",
        "isredundantrouter": false,
        "requiresupgrade": false,
        "healthchecksfailed": false,
        "version": crate::api::cloudstack::VERSION,
        "vpcid": vpc.map(|vpc| vpc.meta.id),
        "vpcname": vpc.map(|vpc| &vpc.meta.name),
        "guestnetworkid": port.network,
        "guestnetworkname": network.map(|network| &network.meta.name),
        "guestipaddress": port.ipv4(),
        "guestmacaddress": port.mac.to_string(),
        "guestnetmask": subnet_of(world, port).map(|subnet| subnet.cidr.mask()),
        "networkdomain": network.and_then(|it| it.guest.as_ref()).map(|guest| &guest.domain),
        "nic": [card(world, port)],
    });
    let account = world.accounts.project(machine.project);
    let account = account.map(|account| owner(world, account));
    let more = common(world, machine, viewer).into_iter();
    Some(joined(own, more.chain(account.unwrap_or_default())))
}
