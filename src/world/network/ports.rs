//! Ports: where something is plugged into a network.

use std::net::IpAddr;
use std::sync::Arc;

use uuid::Uuid;

use super::addresses::{Mac, of_hardware};
use super::fault::{conflict, invalid_input, not_found};
use super::{Meta, Networking, Subnet};
use crate::vocabulary::fault::{Fault, FaultKind};

/// An address of a subnet, given to a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FixedIp {
    pub subnet: Uuid,
    pub address: IpAddr,
}

/// An address that is asked for: a certain one, any of a subnet, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wish {
    pub subnet: Option<Uuid>,
    pub address: Option<IpAddr>,
}

/// What is plugged in.
#[derive(Debug, Clone, PartialEq)]
pub enum Device {
    Nothing,
    /// A card of a server.
    Server(Uuid),
    /// A router, on the inside.
    Interface(Uuid),
    /// A router, on the outside.
    Gateway(Uuid),
    /// What a client said of it.
    Other(Arc<str>),
}

impl Device {
    /// The id that it is found by.
    pub fn id(&self) -> Option<Uuid> {
        match self {
            Device::Nothing => None,
            Device::Server(id) | Device::Interface(id) | Device::Gateway(id) => Some(*id),
            Device::Other(id) => Uuid::try_parse(id).ok(),
        }
    }
}

/// An address beside its own that a port may send from.
#[derive(Debug, Clone, PartialEq)]
pub struct AddressPair {
    pub mac: Option<Mac>,
    /// An address or a network, as the client wrote it.
    pub ip: Arc<str>,
}

/// An option that DHCP hands to the card.
#[derive(Debug, Clone, PartialEq)]
pub struct DhcpOption {
    pub name: Arc<str>,
    pub value: Arc<str>,
    /// 4 or 6.
    pub version: u8,
}

/// What few ports have.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PortExtras {
    pub pairs: Vec<AddressPair>,
    pub dhcp_options: Vec<DhcpOption>,
    /// What a client said of the owner of the device.
    pub owner: Arc<str>,
    /// The host that a client bound it to.
    pub host: Arc<str>,
    /// The kind of card; `normal` where nothing is said.
    pub vnic: Arc<str>,
    pub profile: serde_json::Map<String, serde_json::Value>,
    pub dns_name: Arc<str>,
}

#[derive(Debug, Clone)]
pub struct Port {
    pub meta: Meta,
    pub network: Uuid,
    pub mac: Mac,
    pub device: Device,
    pub fixed_ips: Vec<FixedIp>,
    pub groups: Vec<Uuid>,
    pub is_up: bool,
    /// Whether security groups filter it.
    pub is_secured: bool,
    /// Made for its server by the cloud, and so removed with it.
    pub is_servers_own: bool,
    pub extras: Option<Box<PortExtras>>,
    /// The name under which the server knows the card.
    pub tag: Option<Arc<str>>,
}

impl Port {
    pub fn extras_mut(&mut self) -> &mut PortExtras {
        self.extras.get_or_insert_default()
    }

    /// Its first IPv4 address.
    pub fn ipv4(&self) -> Option<IpAddr> {
        let mut addresses = self.fixed_ips.iter().map(|fixed| fixed.address);
        addresses.find(IpAddr::is_ipv4)
    }

    fn is_routers(&self) -> bool {
        matches!(self.device, Device::Interface(_) | Device::Gateway(_))
    }
}

/// A port that is asked for.
#[derive(Debug, Clone)]
pub struct PortDraft {
    pub meta: Meta,
    pub network: Uuid,
    /// Made by the cloud where not given.
    pub mac: Option<Mac>,
    pub device: Device,
    /// `None` for one address of each version that the network has.
    pub wishes: Option<Vec<Wish>>,
    pub groups: Vec<Uuid>,
    pub is_servers_own: bool,
}

impl PortDraft {
    pub fn new(meta: Meta, network: Uuid) -> Self {
        Self {
            meta,
            network,
            mac: None,
            device: Device::Nothing,
            wishes: None,
            groups: Vec::new(),
            is_servers_own: false,
        }
    }
}

/// The most addresses that a port may have, as Neutron is configured by default.
const MAX_FIXED_IPS: usize = 5;

impl Networking {
    /// # Errors
    /// `PortNotFound`.
    pub fn expect_port(&self, id: Uuid) -> Result<&Port, Fault> {
        self.ports.get(id).ok_or_else(|| not_found("Port", id))
    }

    /// The ports of a server or router, in the order of their plugging.
    pub fn ports_of(&self, device: Uuid) -> impl DoubleEndedIterator<Item = &Port> {
        let ids = self.device_ports.of(device).iter();
        ids.filter_map(|id| self.ports.get(*id))
    }

    /// The port of a network that has an address.
    pub fn port_with(&self, network: Uuid, address: IpAddr) -> Option<&Port> {
        let has = |port: &&Port| {
            port.network == network && port.fixed_ips.iter().any(|fixed| fixed.address == address)
        };
        let subnets = self.subnets_of(network);
        let mut taken = subnets.filter(|subnet| subnet.cidr.contains(&address));
        taken
            .any(|subnet| !subnet.addresses.is_free(address))
            .then(|| self.ports.iter().find(has))?
    }

    /// Adds a port, and gives it its addresses.
    ///
    /// # Errors
    /// As Neutron has it: the network is not there or full, an address is taken or not the network's.
    pub fn add_port(&mut self, draft: PortDraft) -> Result<Uuid, Fault> {
        let network = self.expect_network(draft.network)?;
        let is_secured = network.is_secured;
        let mac = match draft.mac {
            Some(mac) => mac,
            None => Mac::nth(self.ports.next_number()),
        };
        if draft.mac.is_some() {
            self.check_mac(draft.network, mac)?;
        }
        let mut port = Port {
            meta: draft.meta,
            network: draft.network,
            mac,
            device: Device::Nothing,
            fixed_ips: Vec::new(),
            groups: draft.groups,
            is_up: true,
            is_secured,
            is_servers_own: draft.is_servers_own,
            extras: None,
            tag: None,
        };
        let is_routers = matches!(draft.device, Device::Interface(_) | Device::Gateway(_));
        self.allocate(&mut port, draft.wishes.as_deref(), is_routers)?;
        let id = port.meta.id;
        self.ports.insert(id, port);
        self.set_device(id, draft.device);
        Ok(id)
    }

    /// # Errors
    /// `MacAddressInUse`.
    pub fn check_mac(&self, network: Uuid, mac: Mac) -> Result<(), Fault> {
        let mut ports = self.ports.iter();
        if ports.any(|port| port.network == network && port.mac == mac) {
            let message = format!(
                "Unable to complete operation for network {network}. The mac address {mac} is in use."
            );
            return Err(conflict("MacAddressInUse", message));
        }
        Ok(())
    }

    /// Plugs something in, or out.
    pub fn set_device(&mut self, id: Uuid, device: Device) {
        let Some(port) = self.ports.get_mut(id) else {
            return;
        };
        let old = std::mem::replace(&mut port.device, device);
        let (old, new) = (old.id(), port.device.id());
        if old == new {
            return;
        }
        if let Some(old) = old {
            self.device_ports.remove(old, id);
        }
        if let Some(new) = new {
            self.device_ports.add(new, id);
        }
    }

    /// Removes a port, whatever is plugged in; floating addresses lose it.
    pub fn remove_port(&mut self, id: Uuid) -> Option<Port> {
        for floating in self.port_floating_ips.of(id).to_vec() {
            self.dissociate(floating);
        }
        self.set_device(id, Device::Nothing);
        let port = self.ports.remove(id)?;
        self.release(&port.fixed_ips);
        Some(port)
    }

    /// Gives a port the addresses that are asked for, in the place of those that it has and that are not
    /// asked for again. Nothing changes where one cannot be had.
    ///
    /// # Errors
    /// As [`Networking::add_port`].
    pub fn readdress(&mut self, id: Uuid, wishes: &[Wish]) -> Result<(), Fault> {
        let port = self.expect_port(id)?;
        let is_wanted = |fixed: &&FixedIp| {
            wishes
                .iter()
                .any(|wish| wish.address == Some(fixed.address))
        };
        let (kept, dropped): (Vec<FixedIp>, Vec<FixedIp>) =
            port.fixed_ips.iter().partition(is_wanted);
        self.check_no_floating(id, &dropped)?;
        let new: Vec<Wish> = wishes
            .iter()
            .filter(|wish| !kept.iter().any(|kept| wish.address == Some(kept.address)))
            .copied()
            .collect();
        if kept.len() + new.len() > MAX_FIXED_IPS {
            return Err(too_many_addresses());
        }
        let mut changed = self.expect_port(id)?.clone();
        changed.fixed_ips.clone_from(&kept);
        self.release(&dropped);
        let is_routers = changed.is_routers();
        if let Err(fault) = self.allocate(&mut changed, Some(&new), is_routers) {
            self.retake(&dropped);
            return Err(fault);
        }
        if let Some(port) = self.ports.get_mut(id) {
            port.fixed_ips = changed.fixed_ips;
        }
        Ok(())
    }

    fn check_no_floating(&self, id: Uuid, dropped: &[FixedIp]) -> Result<(), Fault> {
        let floating = self.floating_ips_of(id);
        let mut fixed = floating.filter_map(|floating| Some(floating.association?.fixed_ip));
        if fixed.any(|fixed| dropped.iter().any(|dropped| dropped.address == fixed)) {
            return Err(super::fault::bad_request(
                "port",
                format!(
                    "Cannot update the fixed_ips of the port {id}, because its original fixed_ip has been \
                     associated to a floating ip"
                ),
            ));
        }
        Ok(())
    }

    /// Adds addresses to a port that is not in the store yet, or a copy of it.
    fn allocate(
        &mut self,
        port: &mut Port,
        wishes: Option<&[Wish]>,
        is_routers: bool,
    ) -> Result<(), Fault> {
        let start = port.fixed_ips.len();
        let result = match wishes {
            Some(wishes) if wishes.len() > MAX_FIXED_IPS => Err(too_many_addresses()),
            Some(wishes) => self.allocate_wishes(port, wishes, is_routers),
            None => self.allocate_any(port),
        };
        // Who asks for no address at all gets none.
        let wants_any = wishes.is_none_or(|wishes| !wishes.is_empty());
        if result.is_ok() && wants_any && !is_routers {
            self.allocate_automatic(port);
        }
        if result.is_err() {
            self.release(&port.fixed_ips.split_off(start));
        }
        result
    }

    fn allocate_wishes(
        &mut self,
        port: &mut Port,
        wishes: &[Wish],
        is_routers: bool,
    ) -> Result<(), Fault> {
        for wish in wishes {
            let subnet = self.subnet_for(port.network, *wish)?;
            let id = subnet.meta.id;
            let is_automatic = subnet.is_automatic() && !is_routers;
            let address = match wish.address {
                Some(address) if is_automatic && address != of_hardware(&subnet.cidr, port.mac) => {
                    return Err(on_automatic_subnet(address, id));
                }
                Some(address) => address,
                // Given below, with those of the network's other subnets of this kind.
                None if is_automatic => continue,
                None => subnet
                    .addresses
                    .lowest(&subnet.pools)
                    .ok_or_else(|| exhausted(port.network))?,
            };
            port.fixed_ips.push(self.take(id, address)?);
        }
        Ok(())
    }

    /// One address of each version, where the network has subnets of it.
    fn allocate_any(&mut self, port: &mut Port) -> Result<(), Fault> {
        for is_ipv4 in [true, false] {
            let fits =
                |subnet: &&Subnet| subnet.cidr.is_ipv4() == is_ipv4 && !subnet.is_automatic();
            let subnets = || self.subnets_of(port.network).filter(fits);
            if subnets().next().is_none() {
                continue;
            }
            let lowest = |subnet: &Subnet| {
                let address = subnet.addresses.lowest(&subnet.pools)?;
                Some((subnet.meta.id, address))
            };
            let found = subnets().find_map(lowest);
            let (subnet, address) = found.ok_or_else(|| exhausted(port.network))?;
            port.fixed_ips.push(self.take(subnet, address)?);
        }
        Ok(())
    }

    /// The addresses that a card makes itself, in the subnets that want it so.
    fn allocate_automatic(&mut self, port: &mut Port) {
        let subnets = self.subnets_of(port.network);
        let automatic: Vec<FixedIp> = subnets
            .filter(|subnet| subnet.is_automatic())
            .map(|subnet| FixedIp {
                subnet: subnet.meta.id,
                address: of_hardware(&subnet.cidr, port.mac),
            })
            .filter(|fixed| !port.fixed_ips.contains(fixed))
            .collect();
        for fixed in automatic {
            // One that a client gave to another port stays there.
            port.fixed_ips
                .extend(self.take(fixed.subnet, fixed.address));
        }
    }

    fn take(&mut self, subnet: Uuid, address: IpAddr) -> Result<FixedIp, Fault> {
        let taken = self.subnets.get_mut(subnet);
        if taken.is_some_and(|subnet| subnet.addresses.take(address)) {
            return Ok(FixedIp { subnet, address });
        }
        let message = format!("IP address {address} already allocated in subnet {subnet}");
        Err(conflict("IpAddressAlreadyAllocated", message))
    }

    /// The subnet that a wish is to be had from.
    fn subnet_for(&self, network: Uuid, wish: Wish) -> Result<&Subnet, Fault> {
        let subnet = match (wish.subnet, wish.address) {
            (None, None) => {
                return Err(invalid_input(
                    "IP allocation requires subnet_id or ip_address",
                ));
            }
            (Some(id), _) => {
                let subnet = self.expect_subnet(id)?;
                if subnet.network != network {
                    return Err(invalid_input(format!(
                        "Failed to create port on network {network}, because fixed_ips included invalid subnet {id}"
                    )));
                }
                subnet
            }
            (None, Some(address)) => {
                let mut subnets = self.subnets_of(network);
                let found = subnets.find(|subnet| subnet.cidr.contains(&address));
                found.ok_or_else(|| {
                    let message = format!(
                        "IP address {address} is not a valid IP for any of the subnets on the specified network."
                    );
                    Fault::bad_request(message).named("InvalidIpForNetwork")
                })?
            }
        };
        match wish.address {
            Some(address) if !subnet.has_host(address) => {
                let message =
                    format!("IP address {address} is not a valid IP for the specified subnet.");
                Err(Fault::bad_request(message).named("InvalidIpForSubnet"))
            }
            Some(_) | None => Ok(subnet),
        }
    }

    pub(super) fn release(&mut self, fixed_ips: &[FixedIp]) {
        for fixed in fixed_ips {
            if let Some(subnet) = self.subnets.get_mut(fixed.subnet) {
                subnet.addresses.put_back(fixed.address);
            }
        }
    }

    /// Takes back what was released a moment ago.
    fn retake(&mut self, fixed_ips: &[FixedIp]) {
        for fixed in fixed_ips {
            let subnet = self.subnets.get_mut(fixed.subnet);
            let is_free = subnet.is_some_and(|subnet| subnet.addresses.take(fixed.address));
            debug_assert!(is_free, "nobody else had the time to take it");
        }
    }

    /// The lowest free address of a network, taken for a floating one.
    pub(super) fn take_from(&mut self, network: Uuid, wish: Wish) -> Result<FixedIp, Fault> {
        let found = if wish == Wish::default() {
            let mut subnets = self.subnets_of(network).filter(|s| s.cidr.is_ipv4());
            subnets.find_map(|subnet| {
                let address = subnet.addresses.lowest(&subnet.pools)?;
                Some((subnet.meta.id, address))
            })
        } else {
            let subnet = self.subnet_for(network, wish)?;
            let lowest = || subnet.addresses.lowest(&subnet.pools);
            let address = wish.address.or_else(lowest);
            address.map(|address| (subnet.meta.id, address))
        };
        let (subnet, address) = found.ok_or_else(|| exhausted(network))?;
        self.take(subnet, address)
    }
}

fn too_many_addresses() -> Fault {
    invalid_input("Exceeded maximum amount of fixed ips per port.")
}

fn exhausted(network: Uuid) -> Fault {
    let message = format!("No more IP addresses available on network {network}.");
    Fault::new(FaultKind::NoCapacity, message).named("IpAddressGenerationFailure")
}

fn on_automatic_subnet(address: IpAddr, subnet: Uuid) -> Fault {
    let message = format!(
        "IPv6 address {address} cannot be directly assigned to a port on subnet {subnet} as the subnet is \
         configured for automatic addresses"
    );
    Fault::bad_request(message).named("AllocationOnAutoAddressSubnet")
}
