//! Guest networks: how they are made, and how they go.

use std::net::IpAddr;
use std::sync::Arc;

use cidr::IpCidr;
use uuid::Uuid;

use super::Guest;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::network::addresses::Range;
use crate::world::network::ports::Device;
use crate::world::network::{Meta, Network, Networking, Port, Provider, Router, SubnetDraft};
use crate::world::offerings::network_offerings::{GuestType, NetworkOffering};

/// The first and the number of the VLANs that are given out.
const VLANS: (u32, u32) = (100, 3900);

/// What isolates a network on the wire: a number, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Vlan {
    Tagged(u32),
    Untagged,
}

impl Vlan {
    /// Reads `100`, `vlan://100` or `untagged`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("vlan://").unwrap_or(text) {
            "untagged" => Some(Vlan::Untagged),
            number => match number.parse() {
                Ok(number @ 0..=4095) => Some(Vlan::Tagged(number)),
                Ok(_) | Err(_) => None,
            },
        }
    }
}

/// A guest network that is asked for.
#[derive(Debug, Clone)]
pub struct GuestDraft {
    pub project: Uuid,
    pub name: Arc<str>,
    pub description: Arc<str>,
    pub zone: Uuid,
    /// None for a network without addresses.
    pub cidr: Option<IpCidr>,
    pub gateway: Option<IpAddr>,
    /// What is given out, if not everything.
    pub range: Option<Range>,
    pub vlan: Option<Vlan>,
    pub domain: Arc<str>,
    pub dns: Vec<IpAddr>,
    pub vpc: Option<Uuid>,
    pub acl: Option<Uuid>,
    /// All accounts may use it.
    pub is_for_all: bool,
    pub is_displayed: bool,
}

impl World {
    /// Makes a guest network, with a router where its offering has it lead out.
    ///
    /// # Errors
    /// When its addresses do not fit together, or overlap with another tier's.
    pub fn create_guest_network(
        &mut self,
        draft: GuestDraft,
        offering: &NetworkOffering,
    ) -> Result<Uuid, Fault> {
        let meta = self.new_meta(draft.project).named(&draft.name);
        let id = meta.id;
        let network = self.guest_network(meta, &draft, offering);
        self.networking.networks.insert(id, network);
        let made = self.address_guest_network(id, &draft, offering);
        if made.is_err() {
            self.networking.remove_network(id).ok();
        }
        made.map(|()| id)
    }

    fn guest_network(&self, meta: Meta, draft: &GuestDraft, offering: &NetworkOffering) -> Network {
        let (first, number) = VLANS;
        let next = self.networking.networks.next_number() as u32;
        let segment = match draft.vlan {
            Some(Vlan::Tagged(number)) => Some(number),
            Some(Vlan::Untagged) => None,
            None => Some(self.own_vlan(draft).unwrap_or(first + next % number)),
        };
        let mut network = Network::new(Meta {
            description: draft.description.clone(),
            ..meta
        });
        network.is_shared = draft.is_for_all;
        network.mtu = 1500;
        network.provider = Provider {
            kind: if segment.is_some() { "vlan" } else { "flat" }.into(),
            physical: None,
            segment,
        };
        network.guest = Some(Box::new(Guest {
            offering: offering.id,
            zone: draft.zone,
            domain: draft.domain.clone(),
            vpc: draft.vpc,
            acl: draft.acl,
            has_own_vlan: draft.vlan.is_some(),
            is_implemented: offering.is_persistent,
            is_displayed: draft.is_displayed,
            needs_restart: false,
        }));
        network
    }

    /// The first VLAN of the account's own in the zone that no network has.
    fn own_vlan(&self, draft: &GuestDraft) -> Option<u32> {
        let is_in_zone = |network: Uuid| {
            let network = self.equipment.physical_networks.get(network);
            network.is_some_and(|network| network.zone == draft.zone)
        };
        let ranges = self.equipment.vlan_ranges.iter();
        let own =
            ranges.filter(|range| range.account == draft.project && is_in_zone(range.network));
        let is_free = |vlan: &u32| {
            let mut networks = self.networking.networks.iter();
            networks.all(|network| network.provider.segment != Some(*vlan))
        };
        own.flat_map(|range| range.vlans.clone()).find(is_free)
    }

    /// Gives a new guest network its subnet, and connects it to a router.
    fn address_guest_network(
        &mut self,
        network: Uuid,
        draft: &GuestDraft,
        offering: &NetworkOffering,
    ) -> Result<(), Fault> {
        let Some(cidr) = draft.cidr else {
            return Ok(());
        };
        let meta = self.new_meta(draft.project).named(&draft.name);
        let subnet = self.networking.add_subnet(SubnetDraft {
            gateway: draft.gateway.map(Some),
            pools: draft.range.map(|range| vec![range]),
            ..SubnetDraft::new(meta, network, cidr)
        })?;
        if let Some(subnet) = self.networking.subnets.get_mut(subnet) {
            subnet.dns.clone_from(&draft.dns);
        }
        let router = match draft.vpc.and_then(|vpc| self.networking.vpc(vpc)) {
            Some(vpc) => Some(vpc.router),
            None if leads_out(offering) => Some(self.router_for(draft)),
            None => None,
        };
        let Some(router) = router else {
            return Ok(());
        };
        let interface = self.new_meta(draft.project);
        let connected = self
            .networking
            .add_subnet_interface(router, subnet, interface);
        connected.map(drop).map_err(|fault| Fault {
            kind: FaultKind::InvalidParameter,
            ..fault
        })
    }

    fn router_for(&mut self, draft: &GuestDraft) -> Uuid {
        let meta = self.new_meta(draft.project).named(&draft.name);
        let id = meta.id;
        self.networking.routers.insert(id, Router::new(meta));
        id
    }

    /// Removes a guest network with all that hangs on it but machines.
    ///
    /// # Errors
    /// While machines, or ports of somebody else, are plugged in.
    pub fn remove_guest_network(&mut self, id: Uuid) -> Result<(), Fault> {
        self.remove_appliances_of_network(id);
        self.networking.remove_guest_network(id)
    }

    /// An account's own isolated networks in a zone.
    pub fn isolated_networks_of(&self, project: Uuid, zone: Uuid) -> Vec<Uuid> {
        let own = self.guest_networks_in(zone).filter(|(network, offering)| {
            network.meta.project == project && offering.guest_type == GuestType::Isolated
        });
        own.map(|(network, _)| network.meta.id).collect()
    }

    /// The network of a zone whose machines are kept apart by security groups.
    pub fn guarded_network(&self, zone: Uuid) -> Option<Uuid> {
        let mut networks = self.guest_networks_in(zone);
        let guarded =
            networks.find(|(network, offering)| network.is_shared && offering.has("SecurityGroup"));
        guarded.map(|(network, _)| network.meta.id)
    }

    fn guest_networks_in(&self, zone: Uuid) -> impl Iterator<Item = (&Network, &NetworkOffering)> {
        self.networking.networks.iter().filter_map(move |network| {
            let guest = network
                .guest
                .as_deref()
                .filter(|guest| guest.zone == zone)?;
            let offering = self.network_offerings.networks.get(guest.offering)?;
            Some((network, offering))
        })
    }
}

fn leads_out(offering: &NetworkOffering) -> bool {
    offering.guest_type == GuestType::Isolated && offering.has("SourceNat")
}

impl Networking {
    /// The router that a network is behind.
    pub fn router_of(&self, network: Uuid) -> Option<&Router> {
        let mut routers = self.routers.iter();
        routers.find(|router| {
            let mut inner = self.interfaces_of(router.meta.id);
            inner.any(|port| port.network == network)
        })
    }

    /// The card of a server that leads outside: the one that was chosen, else the first.
    pub fn default_card(&self, server: Uuid) -> Option<&Port> {
        let chosen = self.guests.default_cards.get(&server);
        let mut cards = self.nics_of(server);
        let chosen = chosen.and_then(|chosen| cards.find(|card| card.meta.id == *chosen));
        chosen.or_else(|| self.nics_of(server).next())
    }

    /// The servers that have a card in a network.
    pub fn servers_in(&self, network: Uuid) -> impl Iterator<Item = Uuid> {
        let ports = self.ports.iter();
        let ports = ports.filter(move |port| port.network == network);
        ports.filter_map(|port| match port.device {
            Device::Server(server) => Some(server),
            Device::Nothing | Device::Interface(_) | Device::Gateway(_) | Device::Other(_) => None,
        })
    }

    fn remove_guest_network(&mut self, id: Uuid) -> Result<(), Fault> {
        if self.servers_in(id).next().is_some() {
            return Err(Fault::conflict(format!(
                "Can't delete the network {id}, not all user vms are expunged"
            )));
        }
        self.remove_traffic_rules(|rule| rule.network == id);
        let own = self.public_addresses();
        let own = own.filter(|address| address.network == Some(id) && !address.is_source_nat());
        for address in own.map(|address| address.id).collect::<Vec<_>>() {
            match self.public_address(address).and_then(|it| it.vpc) {
                Some(_) => self.use_of(address).network = None,
                None => self.release_address(address)?,
            }
        }
        self.cut_off(id)?;
        self.remove_network(id)
    }

    /// Takes a network's interfaces from its router; the router goes with the last one, if it is no cloud's.
    fn cut_off(&mut self, network: Uuid) -> Result<(), Fault> {
        let Some(router) = self.router_of(network).map(|router| router.meta.id) else {
            return Ok(());
        };
        let inner = self.interfaces_of(router);
        let inner = inner.filter(|port| port.network == network);
        for port in inner.map(|port| port.meta.id).collect::<Vec<_>>() {
            self.remove_interface(router, port)?;
        }
        let is_left = self.interfaces_of(router).next().is_some();
        if is_left || self.vpc_of_router(router).is_some() {
            return Ok(());
        }
        if let Some(own) = self.source_nat_address(router) {
            self.release_address(own.id)?;
        }
        self.remove_router(router)
    }
}
