//! Floating addresses: of an external network, for ports of inner ones.

use std::net::IpAddr;

use uuid::Uuid;

use super::fault::{bad_request, conflict, not_found};
use super::ports::{Device, FixedIp, Wish};
use super::{Meta, Networking, Port};
use crate::vocabulary::fault::Fault;

/// What a floating address leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Association {
    pub port: Uuid,
    pub fixed_ip: IpAddr,
    /// The router that does it.
    pub router: Uuid,
}

#[derive(Debug, Clone)]
pub struct FloatingIp {
    pub meta: Meta,
    pub network: Uuid,
    pub address: FixedIp,
    pub association: Option<Association>,
    /// The router that it was last associated through.
    pub last_router: Option<Uuid>,
}

impl Networking {
    /// # Errors
    /// `FloatingIPNotFound`.
    pub fn expect_floating_ip(&self, id: Uuid) -> Result<&FloatingIp, Fault> {
        self.floating_ips
            .get(id)
            .ok_or_else(|| not_found("FloatingIP", id))
    }

    /// The floating addresses that lead to a port.
    pub fn floating_ips_of(&self, port: Uuid) -> impl Iterator<Item = &FloatingIp> {
        let ids = self.port_floating_ips.of(port).iter();
        ids.filter_map(|id| self.floating_ips.get(*id))
    }

    /// The floating addresses that lead to one of a port's addresses.
    pub fn floating_ips_to<'a>(
        &'a self,
        port: &'a Port,
        address: IpAddr,
    ) -> impl Iterator<Item = &'a FloatingIp> {
        let leads_there = move |floating: &&FloatingIp| {
            floating
                .association
                .is_some_and(|association| association.fixed_ip == address)
        };
        self.floating_ips_of(port.meta.id).filter(leads_there)
    }

    /// Takes an address of an external network.
    ///
    /// # Errors
    /// `BadRequest` when the network does not lead out, `IpAddressGenerationFailure` when it is full.
    pub fn add_floating_ip(
        &mut self,
        meta: Meta,
        network: Uuid,
        wish: Wish,
    ) -> Result<Uuid, Fault> {
        let refuse = |why: String| Err(bad_request("floatingip", why));
        if !self.expect_network(network)?.is_external {
            return refuse(format!("Network {network} is not a valid external network"));
        }
        if self.first_subnet(network).is_none() {
            return refuse(format!(
                "Network {network} does not contain any IPv4 subnet"
            ));
        }
        let address = self.take_from(network, wish)?;
        let id = meta.id;
        self.floating_ips.insert(
            id,
            FloatingIp {
                meta,
                network,
                address,
                association: None,
                last_router: None,
            },
        );
        Ok(id)
    }

    /// Gives a floating address back.
    pub fn remove_floating_ip(&mut self, id: Uuid) {
        self.guests.freed.extend(self.floating_address(id));
        self.dissociate(id);
        if let Some(floating) = self.floating_ips.remove(id) {
            self.release(&[floating.address]);
            self.forget_address(id);
        }
    }

    /// Lets a floating address lead nowhere.
    pub fn dissociate(&mut self, id: Uuid) {
        let floating = self.floating_ips.get_mut(id);
        if let Some(association) = floating.and_then(|floating| floating.association.take()) {
            self.port_floating_ips.remove(association.port, id);
        }
    }

    /// Lets a floating address lead to a port: to the given address of it, or its only one.
    ///
    /// # Errors
    /// As Neutron has it: the port has no such address, or has a floating one, or no router leads from the
    /// port to the external network.
    pub fn associate(
        &mut self,
        id: Uuid,
        port: Uuid,
        fixed_ip: Option<IpAddr>,
    ) -> Result<(), Fault> {
        let network = self.expect_floating_ip(id)?.network;
        let port = self.expect_port(port)?;
        let target = target_of(port, fixed_ip)?;
        let router = self.router_between(target.subnet, network, port.meta.id)?;
        let port_id = port.meta.id;
        self.check_free(id, port_id, target.address, network)?;
        self.dissociate(id);
        if let Some(floating) = self.floating_ips.get_mut(id) {
            floating.last_router = Some(router);
            floating.association = Some(Association {
                port: port_id,
                fixed_ip: target.address,
                router,
            });
            self.port_floating_ips.add(port_id, id);
        }
        Ok(())
    }

    fn check_free(
        &self,
        id: Uuid,
        port: Uuid,
        fixed_ip: IpAddr,
        network: Uuid,
    ) -> Result<(), Fault> {
        let is_other = |floating: &&FloatingIp| {
            floating.meta.id != id
                && floating.network == network
                && floating.association.is_some_and(|a| a.fixed_ip == fixed_ip)
        };
        if self.floating_ips_of(port).find(is_other).is_none() {
            return Ok(());
        }
        let own = self.expect_floating_ip(id)?.address.address;
        let message = format!(
            "Cannot associate floating IP {own} ({id}) with port {port} using fixed IP {fixed_ip}, as that fixed \
             IP already has a floating IP on external network {network}."
        );
        Err(conflict("FloatingIPPortAlreadyAssociated", message))
    }

    /// The router that has an interface in a subnet and its gateway on an external network.
    fn router_between(&self, subnet: Uuid, external: Uuid, port: Uuid) -> Result<Uuid, Fault> {
        let mut routers = self.routers.iter().filter(|router| {
            router
                .gateway
                .as_ref()
                .is_some_and(|gateway| gateway.network == external)
        });
        let found = routers.find(|router| {
            let interfaces = self.ports_of(router.meta.id);
            let mut inner = interfaces.filter(|port| matches!(port.device, Device::Interface(_)));
            inner.any(|port| port.fixed_ips.iter().any(|fixed| fixed.subnet == subnet))
        });
        found.map(|router| router.meta.id).ok_or_else(|| {
            let message = format!(
                "External network {external} is not reachable from subnet {subnet}.  Therefore, cannot associate \
                 Port {port} with a Floating IP."
            );
            Fault::not_found(message).named("ExternalGatewayForFloatingIPNotFound")
        })
    }
}

/// The address of a port that a floating one leads to.
fn target_of(port: &Port, wanted: Option<IpAddr>) -> Result<FixedIp, Fault> {
    let id = port.meta.id;
    let refuse = |why: String| Err(bad_request("floatingip", why));
    if let Some(wanted) = wanted {
        if wanted.is_ipv6() {
            return refuse(format!(
                "Cannot process floating IP association with {wanted}, since that is not an IPv4 address"
            ));
        }
        let found = port.fixed_ips.iter().find(|fixed| fixed.address == wanted);
        return match found {
            Some(fixed) => Ok(*fixed),
            None => refuse(format!("Port {id} does not have fixed ip {wanted}")),
        };
    }
    let mut inner = port
        .fixed_ips
        .iter()
        .filter(|fixed| fixed.address.is_ipv4());
    match (inner.next(), inner.next()) {
        (Some(fixed), None) => Ok(*fixed),
        (None, _) => refuse(format!(
            "Cannot add floating IP to port {id} that has no fixed IPv4 addresses"
        )),
        (Some(_), Some(_)) => refuse(format!(
            "Port {id} has multiple fixed IPv4 addresses.  Must provide a specific IPv4 address when assigning a \
             floating IP"
        )),
    }
}
