//! Volumes: so far the root disks of the machines.

use serde_json::{Value, json};

use super::machines::{machine, state};
use super::{GIB, date, joined, owner};
use crate::api::cloudstack::entity::root_volume;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::Row;
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::server::Server;

pub(crate) const ROWS: &[Row] = &[Row::read("cloudstack.listVolumes", list_volumes)];

fn list_volumes(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let machine = args.id("virtualmachineid");
    let asks_for_machine = args.text("virtualmachineid").is_some();
    let fits = args.is("type", "ROOT") && args.is("state", "Ready");
    let servers = world.servers().filter(|server| {
        fits && (!asks_for_machine || machine == Some(server.id))
            && (asks_for_machine && listing.is_admin() || listing.shows(&server.spec.project))
            && listing.wants(root_volume(server.id), &name(server))
    });
    Ok(listing.answer(servers, |server| volume(world, server)))
}

fn name(server: &Server) -> String {
    format!("ROOT-{}", server.number)
}

fn volume(world: &World, server: &Server) -> Value {
    let machine = machine(world, server, false);
    let own = json!({
        "id": root_volume(server.id),
        "name": name(server),
        "type": "ROOT",
        "state": "Ready",
        "size": server.spec.flavor.disk * GIB,
        "deviceid": 0,
        "virtualmachineid": server.id,
        "vmname": server.spec.name,
        "vmdisplayname": machine["displayname"],
        "vmstate": state(world, server),
        "serviceofferingid": server.spec.flavor.uuid,
        "serviceofferingname": server.spec.flavor.name,
        "templateid": machine["templateid"],
        "templatename": machine["templatename"],
        "zoneid": machine["zoneid"],
        "zonename": machine["zonename"],
        "hypervisor": machine["hypervisor"],
        "storage": "primary",
        "storagetype": "shared",
        "provisioningtype": "thin",
        "created": date(server.created),
        "attached": date(server.created),
        "destroyed": false,
        "displayvolume": true,
        "isextractable": true,
        "quiescevm": false,
        "tags": [],
    });
    joined(own, owner(world, &server.spec.project))
}
