//! Public addresses: the floating ones, and those behind which routers hide what is inside.
//!
//! One truth for all dialects: an address that a router has outside is CloudStack's source NAT address, and a
//! floating address that leads to a port is one with static NAT.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::floating::Association;
use crate::world::network::guest::Holder;
use crate::world::network::{Meta, Networking};

/// How far a public address has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicState {
    Allocating,
    Allocated,
    Releasing,
    /// Somebody has it, for no network yet.
    Reserved,
}

impl PublicState {
    /// The service's own word for it.
    pub fn word(self) -> &'static str {
        match self {
            PublicState::Allocating => "Allocating",
            PublicState::Allocated => "Allocated",
            PublicState::Releasing => "Releasing",
            PublicState::Reserved => "Reserved",
        }
    }
}

/// What CloudStack knows of the use of a public address.
#[derive(Debug, Clone)]
pub struct Use {
    pub state: PublicState,
    /// The guest network that it is for.
    pub network: Option<Uuid>,
    pub vpc: Option<Uuid>,
    pub is_displayed: bool,
}

/// A public address that somebody has.
#[derive(Debug, Clone)]
pub struct PublicAddress {
    pub id: Uuid,
    pub address: IpAddr,
    /// The network outside that it is of.
    pub outside: Uuid,
    pub subnet: Uuid,
    pub project: Uuid,
    /// The router that hides what is inside behind it.
    pub source_nat_of: Option<Uuid>,
    /// Where it leads to, if it is one machine's.
    pub association: Option<Association>,
    pub network: Option<Uuid>,
    pub vpc: Option<Uuid>,
    pub state: PublicState,
    pub is_displayed: bool,
    pub allocated: DateTime<Utc>,
}

impl PublicAddress {
    pub fn is_source_nat(&self) -> bool {
        self.source_nat_of.is_some()
    }

    pub fn is_static_nat(&self) -> bool {
        self.association.is_some()
    }
}

impl Networking {
    /// All public addresses that somebody has: the routers' first.
    pub fn public_addresses(&self) -> impl Iterator<Item = PublicAddress> {
        let routers = self.routers.iter();
        let source = routers.filter_map(|router| self.source_nat_address(router.meta.id));
        let floating = self.floating_ips.iter();
        source.chain(floating.filter_map(|floating| self.floating_address(floating.meta.id)))
    }

    pub fn public_address(&self, id: Uuid) -> Option<PublicAddress> {
        self.floating_address(id).or_else(|| {
            let port = self.ports.get(id)?;
            let address = self.source_nat_address(port.device.id()?)?;
            (address.id == id).then_some(address)
        })
    }

    /// The address that a router has outside.
    pub fn source_nat_address(&self, router: Uuid) -> Option<PublicAddress> {
        let router = self.routers.get(router)?;
        let gateway = router.gateway.as_ref().filter(|gateway| gateway.has_snat)?;
        let port = self.ports.get(gateway.port)?;
        let mut fixed = port.fixed_ips.iter();
        let fixed = fixed.find(|fixed| fixed.address.is_ipv4())?;
        let id = port.meta.id;
        let vpc = self.vpc_of_router(router.meta.id);
        let inner = || self.interfaces_of(router.meta.id).next();
        let used = self.guests.uses.get(&id);
        Some(PublicAddress {
            id,
            address: fixed.address,
            outside: gateway.network,
            subnet: fixed.subnet,
            project: router.meta.project,
            source_nat_of: Some(router.meta.id),
            association: None,
            network: match vpc {
                Some(_) => None,
                None => inner().map(|port| port.network),
            },
            vpc,
            state: used.map_or(PublicState::Allocated, |used| used.state),
            is_displayed: used.is_none_or(|used| used.is_displayed),
            allocated: port.meta.created,
        })
    }

    pub(in crate::world::network) fn floating_address(&self, id: Uuid) -> Option<PublicAddress> {
        let floating = self.floating_ips.get(id)?;
        let used = self.guests.uses.get(&id);
        let leads_into = floating.association.and_then(|to| self.ports.get(to.port));
        let network = leads_into.map(|port| port.network);
        Some(PublicAddress {
            id,
            address: floating.address.address,
            outside: floating.network,
            subnet: floating.address.subnet,
            project: floating.meta.project,
            source_nat_of: None,
            association: floating.association,
            network: network.or(used.and_then(|used| used.network)),
            vpc: used.and_then(|used| used.vpc),
            state: used.map_or(PublicState::Allocated, |used| used.state),
            is_displayed: used.is_none_or(|used| used.is_displayed),
            allocated: floating.meta.created,
        })
    }

    /// What a public address is used for, to be changed.
    pub fn use_of(&mut self, id: Uuid) -> &mut Use {
        self.guests.uses.entry(id).or_insert(Use {
            state: PublicState::Allocated,
            network: None,
            vpc: None,
            is_displayed: true,
        })
    }

    /// Gives a public address back, with the rules on it. One that a router hides behind takes it the way out.
    ///
    /// # Errors
    /// As [`Networking::clear_gateway`].
    pub fn release_address(&mut self, id: Uuid) -> Result<(), Fault> {
        match self.source_nat_of(id) {
            Some((router, address)) => {
                self.clear_gateway(router)?;
                self.guests.freed.push(address);
            }
            None => self.remove_floating_ip(id),
        }
        Ok(())
    }

    /// The router that hides behind a public address, and the address, where that is what it is for.
    fn source_nat_of(&self, id: Uuid) -> Option<(Uuid, PublicAddress)> {
        let address = self.public_address(id)?;
        Some((address.source_nat_of?, address))
    }

    /// The public addresses that were given back since this was last asked.
    pub(in crate::world) fn take_freed_addresses(&mut self) -> Vec<PublicAddress> {
        std::mem::take(&mut self.guests.freed)
    }

    pub(in crate::world::network) fn forget_address(&mut self, id: Uuid) {
        self.guests.uses.remove(&id);
        self.guests.released.insert(id);
        self.guests.ending_nat.remove(&id);
        self.remove_traffic_rules(|rule| rule.address == Some(id));
    }

    /// Whether a public address had that id until it was given back.
    pub fn was_released(&self, id: Uuid) -> bool {
        self.guests.released.contains(&id)
    }

    /// The network that leads out.
    pub fn outside(&self) -> Option<Uuid> {
        let mut networks = self.networks.iter();
        let outside = networks.find(|network| network.is_external);
        outside.map(|network| network.meta.id)
    }
}

impl World {
    /// Takes a public address of a zone for a project.
    ///
    /// # Errors
    /// When there is none left, or the one that is asked for is taken.
    pub fn take_public_address(
        &mut self,
        zone: Uuid,
        project: Uuid,
        wanted: Option<IpAddr>,
    ) -> Result<Uuid, Fault> {
        let id = self.ids.uuid();
        self.take_public_address_as(id, zone, project, wanted)
    }

    /// The same, under an id that it was known by.
    ///
    /// # Errors
    /// As [`World::take_public_address`].
    pub fn take_public_address_as(
        &mut self,
        id: Uuid,
        zone: Uuid,
        project: Uuid,
        wanted: Option<IpAddr>,
    ) -> Result<Uuid, Fault> {
        let next = self.next_address(zone, Holder::Account(project), wanted);
        let (outside, wish) = next.ok_or_else(no_address)?;
        let meta = Meta::new(id, project, self.now);
        let taken = self.networking.add_floating_ip(meta, outside, wish);
        taken.map_err(|_| no_address())
    }

    /// Gives a router a public address of a zone to hide behind, and returns the address's id.
    ///
    /// # Errors
    /// As [`World::take_public_address`].
    pub fn take_source_nat_address(
        &mut self,
        zone: Uuid,
        router: Uuid,
        wanted: Option<IpAddr>,
    ) -> Result<Uuid, Fault> {
        let project = self.networking.routers.get(router);
        let project = project.map_or(Uuid::nil(), |router| router.meta.project);
        let next = self.next_address(zone, Holder::Account(project), wanted);
        let (outside, wish) = next.ok_or_else(no_address)?;
        let meta = self.new_meta(Uuid::nil());
        let id = meta.id;
        let wishes = Some(vec![wish]);
        let taken = self
            .networking
            .set_router_gateway(router, outside, wishes, true, meta);
        taken.map(|()| id).map_err(|_| no_address())
    }
}

/// There is no public address left.
fn no_address() -> Fault {
    let message = "Insufficient address capacity";
    Fault::new(crate::vocabulary::fault::FaultKind::NoCapacity, message)
        .named("InsufficientAddressCapacity")
}
