//! Ports: where something is plugged into a network.

use std::net::IpAddr;
use std::sync::Arc;

use uuid::Uuid;

use super::addresses::Mac;
use super::fault::{conflict, not_found};
use super::{Meta, Networking};
use crate::vocabulary::fault::Fault;

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

impl Port {
    /// The server whose card it is.
    pub fn server(&self) -> Option<Uuid> {
        match self.device {
            Device::Server(id) => Some(id),
            Device::Nothing | Device::Interface(_) | Device::Gateway(_) | Device::Other(_) => None,
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

    pub(super) fn add_fixed_ip(&mut self, fixed: FixedIp) {
        // Most ports have one address: no room for more is taken in advance.
        self.fixed_ips.reserve_exact(1);
        self.fixed_ips.push(fixed);
    }

    /// Its first IPv4 address.
    pub fn ipv4(&self) -> Option<IpAddr> {
        let mut addresses = self.fixed_ips.iter().map(|fixed| fixed.address);
        addresses.find(IpAddr::is_ipv4)
    }

    pub(super) fn is_routers(&self) -> bool {
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
        let port = self.ports.forget(id)?;
        self.release(&port.fixed_ips);
        Some(port)
    }
}
