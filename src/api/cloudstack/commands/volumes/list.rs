//! `listVolumes`.

use uuid::Uuid;

use super::{machine_of, view};
use crate::api::cloudstack::listing::Listing;
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::volume::{Stage, Volume};

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let wanted = Wanted::new(&listing);
    let volumes = world.storage.volumes.iter();
    let volumes = volumes.filter(|volume| wanted.takes_in(world, volume));
    Ok(listing.shown(volumes.map(|volume| volume.id)))
}

/// What a call asks for, its ids found once for all volumes.
struct Wanted<'a> {
    listing: &'a Listing<'a>,
    machine: Option<Uuid>,
    disk_offering: Option<Uuid>,
    service_offering: Option<Uuid>,
    zone: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    fn new(listing: &'a Listing<'a>) -> Self {
        let args = &listing.args;
        let zone = args
            .id("zoneid")
            .and_then(|id| args.world.topology.zone(id));
        Self {
            listing,
            machine: args.id("virtualmachineid"),
            disk_offering: args.id("diskofferingid"),
            service_offering: args.id("serviceofferingid"),
            zone: zone.map(|zone| &*zone.name),
        }
    }

    fn takes_in(&self, world: &World, volume: &Volume) -> bool {
        self.is_for_caller(volume)
            && self.listing.wants(volume.id, &volume.name)
            && self.is_at(world, volume)
            && self.is_such(world, volume)
    }

    /// The disks of a machine that an admin names are listed, whose ever they are.
    fn is_for_caller(&self, volume: &Volume) -> bool {
        let is_admin = self.listing.is_admin();
        let disk = volume.disk.as_deref();
        let is_hidden = disk.is_some_and(|disk| disk.is_hidden);
        (is_admin && self.machine.is_some() || self.listing.shows(&volume.project))
            && (is_admin || !is_hidden)
            && self
                .listing
                .args
                .flag("displayvolume")
                .is_none_or(|wanted| wanted != is_hidden)
    }

    fn is_at(&self, world: &World, volume: &Volume) -> bool {
        let args = &self.listing.args;
        let asks_for_machine = args.text("virtualmachineid").is_some();
        let asks_for_place = ["podid", "clusterid", "hostid"]
            .iter()
            .any(|name| args.text(name).is_some());
        let host = world.host_of_volume(volume.id);
        let is_there = |host| self.listing.is_within(&world.topology.host(host).place);
        (!asks_for_machine || self.machine.is_some() && machine_of(volume) == self.machine)
            && self.zone.is_none_or(|zone| zone == &*volume.zone)
            && (!asks_for_place || volume.stage() == Stage::Made && host.is_some_and(is_there))
    }

    fn is_such(&self, world: &World, volume: &Volume) -> bool {
        let args = &self.listing.args;
        let disk = volume.disk.as_deref();
        let server = machine_of(volume).and_then(|id| world.server(id));
        let offering = server
            .filter(|_| volume.is_root())
            .map(|server| server.spec.flavor.uuid);
        args.is("type", if volume.is_root() { "ROOT" } else { "DATADISK" })
            && args.is("state", view::state(world, volume))
            && args
                .id("storageid")
                .is_none_or(|wanted| world.pool_of(volume).is_some_and(|pool| pool.id == wanted))
            && args.flag("isencrypted") != Some(true)
            && args.flag("listsystemvms") != Some(true)
            && self
                .service_offering
                .is_none_or(|wanted| offering == Some(wanted))
            && self
                .disk_offering
                .is_none_or(|wanted| disk.and_then(|disk| disk.offering) == Some(wanted))
    }
}
