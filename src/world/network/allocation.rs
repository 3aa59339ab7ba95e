//! Which addresses a port gets.

use std::net::IpAddr;

use uuid::Uuid;

use super::addresses::of_hardware;
use super::fault::{bad_request, conflict, invalid_input};
use super::{FixedIp, Networking, Port, Subnet, Wish};
use crate::vocabulary::fault::{Fault, FaultKind};

/// The most addresses that a port may have, as Neutron is configured by default.
const MAX_FIXED_IPS: usize = 5;

impl Networking {
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
            return Err(bad_request(
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
    pub(super) fn allocate(
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
            port.add_fixed_ip(self.take(id, address)?);
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
            port.add_fixed_ip(self.take(subnet, address)?);
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
