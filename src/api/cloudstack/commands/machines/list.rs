//! `listVirtualMachines`.

use super::parts::Parts;
use crate::api::cloudstack::commands::{infrastructure, machines};
use crate::api::cloudstack::listing::Listing;
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::server::Server;

pub(super) fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let wanted = Wanted::new(&listing);
    let parts = Parts::asked_for(&listing.args)?;
    let servers = world
        .servers()
        .filter(|server| wanted.takes_in(world, server));
    let ids = servers.map(|server| server.id);
    Ok(listing.shown_as(ids, |machine| parts.of(machine)))
}

/// What a call asks for, its ids found once for all machines.
struct Wanted<'a> {
    listing: &'a Listing<'a>,
    network: Option<uuid::Uuid>,
    offering: Option<uuid::Uuid>,
    template: Option<uuid::Uuid>,
    user: Option<uuid::Uuid>,
    group: Option<uuid::Uuid>,
    affinity_group: Option<uuid::Uuid>,
    iso: Option<uuid::Uuid>,
}

impl<'a> Wanted<'a> {
    fn new(listing: &'a Listing<'a>) -> Self {
        let args = &listing.args;
        Self {
            listing,
            network: args.id("networkid"),
            offering: args.id("serviceofferingid"),
            template: args.id("templateid"),
            user: args.id("userid"),
            group: args.id("groupid"),
            affinity_group: args.id("affinitygroupid"),
            iso: args.id("isoid"),
        }
    }

    fn takes_in(&self, world: &World, server: &Server) -> bool {
        self.listing.shows(&server.spec.project)
            && self.is_asked_for(server)
            && self.is_made_of(world, server)
            && self.is_in_state(machines::state(world, server))
            && self.is_there(world, server)
    }

    fn is_asked_for(&self, server: &Server) -> bool {
        let args = &self.listing.args;
        let second_name = server.spec.display_name.as_deref().unwrap_or_default();
        self.listing.wants_id(server.id)
            && args.is("name", &server.spec.name)
            && (self.listing.keyword_fits(&server.spec.name)
                || self.listing.keyword_fits(second_name))
            && args
                .text("keypair")
                .is_none_or(|name| server.spec.key_name.as_deref() == Some(name))
            && args
                .flag("haenable")
                .is_none_or(|wanted| wanted == server.spec.is_highly_available)
            && self.is_shown(server)
            && self.user.is_none_or(|id| server.spec.user.id == id)
    }

    /// Hidden machines are for admins.
    fn is_shown(&self, server: &Server) -> bool {
        let is_hidden = server.machine().is_some_and(|machine| machine.is_hidden);
        let wanted = self.listing.args.flag("displayvm");
        wanted.is_none_or(|wanted| wanted != is_hidden) && (self.listing.is_admin() || !is_hidden)
    }

    fn is_made_of(&self, world: &World, server: &Server) -> bool {
        let image = server.spec.image.as_ref().map(|image| image.id);
        self.offering.is_none_or(|id| server.spec.flavor.uuid == id)
            && self.template.is_none_or(|id| image == Some(id))
            && self.network.is_none_or(|id| has_card_in(world, server, id))
            && self.is_grouped(server)
    }

    fn is_grouped(&self, server: &Server) -> bool {
        let machine = server.machine();
        let (group, iso) = (
            machine.and_then(|it| it.group),
            machine.and_then(|it| it.iso),
        );
        let groups = machine.map_or(&[][..], |machine| &machine.affinity_groups);
        self.group.is_none_or(|id| group == Some(id))
            && self.iso.is_none_or(|id| iso == Some(id))
            && self.affinity_group.is_none_or(|id| groups.contains(&id))
    }

    /// Users do not see what they destroyed.
    fn is_in_state(&self, state: &str) -> bool {
        let is_removed = matches!(state, "Destroyed" | "Expunging");
        let fits = match self.listing.args.text("state") {
            None => true,
            Some("Present") => !is_removed,
            Some(wanted) => wanted.eq_ignore_ascii_case(state),
        };
        fits && (self.listing.is_admin() || !is_removed)
    }

    /// A stopped machine is where it was last, but on no host.
    fn is_there(&self, world: &World, server: &Server) -> bool {
        let args = &self.listing.args;
        let wants_host = args.text("hostid").is_some();
        if wants_host && server.host.is_none() {
            return false;
        }
        match server
            .host
            .or(server.last_host)
            .map(|host| world.topology.host(host))
        {
            Some(host) => {
                self.listing.is_within(&host.place)
                    && args.is("hypervisor", infrastructure::hypervisor(world, host))
            }
            None => args.text("podid").is_none() && args.text("clusterid").is_none(),
        }
    }
}

fn has_card_in(world: &World, server: &Server, network: uuid::Uuid) -> bool {
    let mut cards = world.networking.nics_of(server.id);
    cards.any(|card| card.network == network)
}
