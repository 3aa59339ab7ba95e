//! Subnets: ranges of addresses on a network.

use std::net::IpAddr;
use std::sync::Arc;

use cidr::{IpCidr, IpInet};
use uuid::Uuid;

use super::addresses::{Addresses, Range, first_host, of_hardware, version};
use super::fault::{conflict, invalid_input, not_found};
use super::ports::{Device, FixedIp};
use super::routers::Route;
use super::{Meta, Networking};
use crate::vocabulary::fault::Fault;

/// How cards get their IPv6 addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ipv6Mode {
    Slaac,
    Stateful,
    Stateless,
}

impl Ipv6Mode {
    /// All of them, with Neutron's words.
    pub const ALL: [(Ipv6Mode, &str); 3] = [
        (Ipv6Mode::Stateful, "dhcpv6-stateful"),
        (Ipv6Mode::Stateless, "dhcpv6-stateless"),
        (Ipv6Mode::Slaac, "slaac"),
    ];

    pub fn word(self) -> &'static str {
        let found = Self::ALL.iter().find(|(mode, _)| *mode == self);
        found.map_or("", |(_, word)| word)
    }

    pub fn named(word: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(_, known)| *known == word);
        found.map(|(mode, _)| *mode)
    }
}

#[derive(Debug, Clone)]
pub struct Subnet {
    pub meta: Meta,
    pub network: Uuid,
    pub cidr: IpCidr,
    /// The router's address.
    pub gateway: Option<IpAddr>,
    /// What is given out by itself.
    pub pools: Vec<Range>,
    pub has_dhcp: bool,
    pub dns: Vec<IpAddr>,
    pub routes: Vec<Route>,
    pub ra_mode: Option<Ipv6Mode>,
    pub address_mode: Option<Ipv6Mode>,
    pub service_types: Vec<Arc<str>>,
    pub subnet_pool: Option<Uuid>,
    pub(in crate::world::network) addresses: Addresses,
}

/// A subnet that is asked for.
#[derive(Debug, Clone)]
pub struct SubnetDraft {
    pub meta: Meta,
    pub network: Uuid,
    pub cidr: IpCidr,
    /// `None` for the usual one, `Some(None)` for none.
    pub gateway: Option<Option<IpAddr>>,
    pub pools: Option<Vec<Range>>,
    pub has_dhcp: bool,
    pub ra_mode: Option<Ipv6Mode>,
    pub address_mode: Option<Ipv6Mode>,
    pub subnet_pool: Option<Uuid>,
}

impl SubnetDraft {
    pub fn new(meta: Meta, network: Uuid, cidr: IpCidr) -> Self {
        Self {
            meta,
            network,
            cidr,
            gateway: None,
            pools: None,
            has_dhcp: true,
            ra_mode: None,
            address_mode: None,
            subnet_pool: None,
        }
    }
}

impl Subnet {
    /// # Errors
    /// `InvalidInput` and its like when the parts do not fit together.
    pub(super) fn new(draft: SubnetDraft) -> Result<Self, Fault> {
        check_dhcp(&draft.cidr, draft.has_dhcp)?;
        check_modes(&draft)?;
        let gateway = draft
            .gateway
            .unwrap_or_else(|| Some(first_host(&draft.cidr)));
        check_gateway(&draft.cidr, gateway)?;
        let pools = match draft.pools {
            Some(pools) => pools,
            None => Range::usable(&draft.cidr, gateway),
        };
        check_pools(&draft.cidr, &pools, gateway)?;
        Ok(Self {
            addresses: Addresses::of(&draft.cidr),
            meta: draft.meta,
            network: draft.network,
            cidr: draft.cidr,
            gateway,
            pools,
            has_dhcp: draft.has_dhcp,
            dns: Vec::new(),
            routes: Vec::new(),
            ra_mode: draft.ra_mode,
            address_mode: draft.address_mode,
            service_types: Vec::new(),
            subnet_pool: draft.subnet_pool,
        })
    }

    /// 4 or 6.
    pub fn version(&self) -> u8 {
        version(self.cidr.first_address())
    }

    /// `10.0.0.0/24`, also where it is a single address.
    pub fn cidr_text(&self) -> String {
        cidr_text(&self.cidr)
    }

    /// Whether cards make their own addresses.
    pub fn is_automatic(&self) -> bool {
        let is_automatic =
            |mode: Option<Ipv6Mode>| matches!(mode, Some(Ipv6Mode::Slaac | Ipv6Mode::Stateless));
        is_automatic(self.address_mode)
    }

    /// Its addresses that nobody has and that are given out, lowest first.
    pub fn free(&self) -> impl Iterator<Item = IpAddr> {
        let ranges = self.pools.iter().copied();
        ranges.flat_map(|range| self.addresses.free_in(range))
    }

    /// How many of its addresses are taken.
    pub fn taken(&self) -> u128 {
        self.addresses.taken(&self.cidr)
    }

    /// Whether an address can be somebody's: it is inside, and neither the network's nor IPv4's broadcast.
    pub(super) fn has_host(&self, address: IpAddr) -> bool {
        self.cidr.contains(&address) && !is_edge(&self.cidr, address)
    }
}

/// `10.0.0.0/24`, also for a single address.
pub fn cidr_text(cidr: &IpCidr) -> String {
    format!("{}/{}", cidr.first_address(), cidr.network_length())
}

/// `10.0.0.7/24`, also for a single address.
pub fn inet_text(inet: &IpInet) -> String {
    format!("{}/{}", inet.address(), inet.network_length())
}

/// Whether an address is the network's own, or IPv4's broadcast.
fn is_edge(cidr: &IpCidr, address: IpAddr) -> bool {
    let hosts = if cidr.is_ipv4() { 32 } else { 128 } - cidr.network_length();
    hosts > 1
        && (address == cidr.first_address() || (cidr.is_ipv4() && address == cidr.last_address()))
}

fn check_dhcp(cidr: &IpCidr, has_dhcp: bool) -> Result<(), Fault> {
    let first = cidr.first_address();
    if cidr.network_length() == 0 {
        return Err(invalid_input("0 is not allowed as CIDR prefix length"));
    }
    if cidr.is_ipv6() && first.is_unspecified() {
        return Err(invalid_input("IPv6 subnet '::' is not supported"));
    }
    let longest = if cidr.is_ipv4() { 30 } else { 126 };
    let why = match () {
        () if !has_dhcp => return Ok(()),
        () if cidr.network_length() > longest => {
            "Subnet has a prefix length that is incompatible with DHCP service enabled"
        }
        () if first.is_multicast() => "Multicast IP subnet is not supported if enable_dhcp is True",
        () if first.is_loopback() => "Loopback IP subnet is not supported if enable_dhcp is True",
        () if first.is_unspecified() => {
            "First IP '0.0.0.0' of network is not supported if enable_dhcp is True."
        }
        () => return Ok(()),
    };
    Err(invalid_input(why))
}

fn check_modes(draft: &SubnetDraft) -> Result<(), Fault> {
    let modes = [
        ("ipv6_ra_mode", draft.ra_mode),
        ("ipv6_address_mode", draft.address_mode),
    ];
    if draft.cidr.is_ipv4() {
        return match modes.iter().find(|(_, mode)| mode.is_some()) {
            Some((name, _)) => Err(invalid_input(format!(
                "{name} is not valid when ip_version is 4"
            ))),
            None => Ok(()),
        };
    }
    let is_set = draft.ra_mode.is_some() || draft.address_mode.is_some();
    if is_set && !draft.has_dhcp {
        return Err(invalid_input(
            "ipv6_ra_mode or ipv6_address_mode cannot be set when enable_dhcp is set to False",
        ));
    }
    if let (Some(ra), Some(address)) = (draft.ra_mode, draft.address_mode)
        && ra != address
    {
        return Err(invalid_input(format!(
            "ipv6_ra_mode set to '{}' with ipv6_address_mode set to '{}' is not valid. If both attributes are \
             set, they must be the same value",
            ra.word(),
            address.word()
        )));
    }
    let is_automatic = modes
        .iter()
        .any(|(_, mode)| matches!(mode, Some(Ipv6Mode::Slaac | Ipv6Mode::Stateless)));
    if is_automatic && draft.cidr.network_length() != 64 {
        return Err(invalid_input(format!(
            "Invalid CIDR {} for IPv6 address mode. OpenStack uses the EUI-64 address format, which requires the \
             prefix to be /64",
            cidr_text(&draft.cidr)
        )));
    }
    Ok(())
}

fn check_gateway(cidr: &IpCidr, gateway: Option<IpAddr>) -> Result<(), Fault> {
    match gateway {
        Some(gateway) => {
            check_version(cidr, gateway, "gateway_ip")?;
            if is_edge(cidr, gateway) {
                return Err(invalid_input("Gateway is not valid on subnet"));
            }
            Ok(())
        }
        None => Ok(()),
    }
}

/// # Errors
/// `InvalidInput` for an address that is not of the subnet's version.
pub fn check_version(cidr: &IpCidr, address: IpAddr, name: &str) -> Result<(), Fault> {
    if cidr.is_ipv4() == address.is_ipv4() {
        return Ok(());
    }
    let version = version(cidr.first_address());
    Err(invalid_input(format!(
        "{name} '{address}' does not match the ip_version '{version}'"
    )))
}

fn check_pools(cidr: &IpCidr, pools: &[Range], gateway: Option<IpAddr>) -> Result<(), Fault> {
    let whole = Range::usable(cidr, None);
    for (position, pool) in pools.iter().enumerate() {
        let is_inside = whole
            .iter()
            .any(|whole| whole.contains(pool.first) && whole.contains(pool.last));
        if !is_inside {
            let message = format!(
                "The allocation pool {pool} spans beyond the subnet cidr {}.",
                cidr_text(cidr)
            );
            return Err(Fault::bad_request(message).named("OutOfBoundsAllocationPool"));
        }
        let other = pools[..position].iter().find(|other| pool.overlaps(other));
        if let Some(other) = other {
            let message = format!(
                "Found overlapping allocation pools: {other} {pool} for subnet {}.",
                cidr_text(cidr)
            );
            return Err(conflict("OverlappingAllocationPools", message));
        }
        if let Some(gateway) = gateway.filter(|gateway| pool.contains(*gateway)) {
            let message = format!("Gateway ip {gateway} conflicts with allocation pool {pool}.");
            return Err(conflict("GatewayConflictWithAllocationPools", message));
        }
    }
    Ok(())
}

impl Networking {
    /// # Errors
    /// `SubnetNotFound`.
    pub fn expect_subnet(&self, id: Uuid) -> Result<&Subnet, Fault> {
        self.subnets.get(id).ok_or_else(|| not_found("Subnet", id))
    }

    fn check_overlap(&self, draft: &SubnetDraft) -> Result<(), Fault> {
        let range = Range::of(&draft.cidr);
        let is_same_version = |subnet: &&Subnet| subnet.cidr.is_ipv4() == draft.cidr.is_ipv4();
        let mut others = self.subnets_of(draft.network).filter(is_same_version);
        if others.any(|subnet| Range::of(&subnet.cidr).overlaps(&range)) {
            return Err(invalid_input(format!(
                "Requested subnet with cidr: {} for network: {} overlaps with another subnet",
                cidr_text(&draft.cidr),
                draft.network
            )));
        }
        Ok(())
    }

    /// Adds a subnet to its network.
    ///
    /// # Errors
    /// `InvalidInput` when it overlaps with another one of the network, or its parts do not fit together.
    pub fn add_subnet(&mut self, draft: SubnetDraft) -> Result<Uuid, Fault> {
        self.expect_network(draft.network)?;
        self.check_overlap(&draft)?;
        let subnet = Subnet::new(draft)?;
        let (id, network) = (subnet.meta.id, subnet.network);
        let is_automatic = subnet.is_automatic();
        self.subnets.insert(id, subnet);
        if let Some(network) = self.networks.get_mut(network) {
            network.subnets.push(id);
        }
        if is_automatic {
            self.give_automatic_addresses(id, network);
        }
        Ok(id)
    }

    /// Cards that are there already make their addresses in a new subnet too.
    fn give_automatic_addresses(&mut self, id: Uuid, network: Uuid) {
        let Some(subnet) = self.subnets.get_mut(id) else {
            return;
        };
        self.ports.for_each_mut(|port| {
            let is_routers = matches!(port.device, Device::Interface(_) | Device::Gateway(_));
            if port.network != network || is_routers {
                return;
            }
            let address = of_hardware(&subnet.cidr, port.mac);
            if subnet.addresses.take(address) {
                port.add_fixed_ip(FixedIp {
                    subnet: id,
                    address,
                });
            }
        });
    }

    /// Changes a subnet's gateway.
    ///
    /// # Errors
    /// `InvalidInput` for one that cannot be, `GatewayIpInUse` while a router has the present one.
    pub fn set_gateway(&mut self, id: Uuid, gateway: Option<IpAddr>) -> Result<(), Fault> {
        let subnet = self.expect_subnet(id)?;
        if subnet.gateway == gateway {
            return Ok(());
        }
        check_gateway(&subnet.cidr, gateway)?;
        check_pools(&subnet.cidr, &subnet.pools, gateway)?;
        if let Some(old) = subnet.gateway
            && let Some(port) = self.interface_with(id, old)
        {
            let message = format!(
                "Current gateway ip {old} already in use by port {port}. Unable to update."
            );
            return Err(conflict("GatewayIpInUse", message));
        }
        if let Some(subnet) = self.subnets.get_mut(id) {
            subnet.gateway = gateway;
        }
        Ok(())
    }

    /// The router's port that has an address.
    fn interface_with(&self, subnet: Uuid, address: IpAddr) -> Option<Uuid> {
        let routers = self.routers.iter();
        let ports = routers.flat_map(|router| self.ports_of(router.meta.id));
        let wanted = FixedIp { subnet, address };
        let mut ports = ports.filter(|port| port.fixed_ips.contains(&wanted));
        ports.next().map(|port| port.meta.id)
    }

    /// Changes what a subnet gives out by itself.
    ///
    /// # Errors
    /// As for a new subnet.
    pub fn set_pools(&mut self, id: Uuid, pools: Vec<Range>) -> Result<(), Fault> {
        let subnet = self.expect_subnet(id)?;
        check_pools(&subnet.cidr, &pools, subnet.gateway)?;
        if let Some(subnet) = self.subnets.get_mut(id) {
            subnet.pools = pools;
        }
        Ok(())
    }

    /// Turns DHCP on or off.
    ///
    /// # Errors
    /// `InvalidInput` where the subnet cannot have it, or cannot be without it.
    pub fn set_dhcp(&mut self, id: Uuid, has_dhcp: bool) -> Result<(), Fault> {
        let subnet = self.expect_subnet(id)?;
        let has_mode = subnet.ra_mode.is_some() || subnet.address_mode.is_some();
        if has_mode && !has_dhcp {
            return Err(invalid_input(
                "Cannot disable enable_dhcp with ipv6 attributes set",
            ));
        }
        check_dhcp(&subnet.cidr, has_dhcp && !subnet.has_dhcp)?;
        if let Some(subnet) = self.subnets.get_mut(id) {
            subnet.has_dhcp = has_dhcp;
        }
        Ok(())
    }

    /// Removes a subnet.
    ///
    /// # Errors
    /// `SubnetInUse` while anything has an address of it that it did not make itself.
    pub fn remove_subnet(&mut self, id: Uuid) -> Result<(), Fault> {
        let subnet = self.expect_subnet(id)?;
        let (network, is_automatic) = (subnet.network, subnet.is_automatic());
        let has_fixed = |fixed: &FixedIp| fixed.subnet == id;
        let is_used = if is_automatic {
            let mut routers = self
                .ports
                .iter()
                .filter(|port| matches!(port.device, Device::Interface(_) | Device::Gateway(_)));
            routers.any(|port| port.fixed_ips.iter().any(has_fixed))
        } else {
            subnet.taken() > 0
        };
        if is_used {
            let message = format!(
                "Unable to complete operation on subnet {id}: One or more ports have an IP allocation from this \
                 subnet."
            );
            return Err(conflict("SubnetInUse", message));
        }
        if is_automatic {
            // Addresses of a subnet are on the ports of its network alone.
            self.ports
                .for_each_mut(|port| port.fixed_ips.retain(|fixed| fixed.subnet != id));
        }
        self.subnets.remove(id);
        if let Some(network) = self.networks.get_mut(network) {
            network.subnets.retain(|known| *known != id);
        }
        Ok(())
    }
}
