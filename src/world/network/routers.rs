//! Routers: between subnets, and to the outside.

use std::net::IpAddr;
use std::sync::Arc;

use cidr::IpCidr;
use uuid::Uuid;

use super::addresses::Range;
use super::fault::{bad_request, conflict, not_found};
use super::ports::{Device, PortDraft, Wish};
use super::subnets::cidr_text;
use super::{FloatingIp, Meta, Networking, Port};
use crate::vocabulary::fault::Fault;

/// Where packets for a network go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    pub destination: IpCidr,
    pub next_hop: IpAddr,
}

/// A router's way out.
#[derive(Debug, Clone, PartialEq)]
pub struct Gateway {
    pub network: Uuid,
    pub port: Uuid,
    /// Whether inner addresses are hidden behind the router's.
    pub has_snat: bool,
}

#[derive(Debug, Clone)]
pub struct Router {
    pub meta: Meta,
    pub is_up: bool,
    pub gateway: Option<Gateway>,
    pub routes: Vec<Route>,
    pub is_distributed: bool,
    pub is_ha: bool,
    pub zone_hints: Vec<Arc<str>>,
}

impl Router {
    pub fn new(meta: Meta) -> Self {
        Self {
            meta,
            is_up: true,
            gateway: None,
            routes: Vec::new(),
            is_distributed: false,
            is_ha: false,
            zone_hints: Vec::new(),
        }
    }
}

impl Networking {
    /// # Errors
    /// `RouterNotFound`.
    pub fn expect_router(&self, id: Uuid) -> Result<&Router, Fault> {
        self.routers.get(id).ok_or_else(|| not_found("Router", id))
    }

    /// The router's ports in inner networks.
    pub fn interfaces_of(&self, router: Uuid) -> impl Iterator<Item = &Port> {
        let is_inner = |port: &&Port| matches!(port.device, Device::Interface(_));
        self.ports_of(router).filter(is_inner)
    }

    /// Connects a router to a subnet, by a new port that has the subnet's gateway address.
    ///
    /// # Errors
    /// `BadRequest` when the subnet has no gateway, or overlaps with one that the router has.
    pub fn add_subnet_interface(
        &mut self,
        router: Uuid,
        subnet: Uuid,
        meta: Meta,
    ) -> Result<Uuid, Fault> {
        self.expect_router(router)?;
        let subnet = self.expect_subnet(subnet)?;
        let Some(gateway) = subnet.gateway else {
            return Err(bad_request(
                "router",
                "Subnet for router interface must have a gateway IP",
            ));
        };
        let (id, network) = (subnet.meta.id, subnet.network);
        self.check_new_interface(router, &[id])?;
        let wish = Wish {
            subnet: Some(id),
            address: Some(gateway),
        };
        self.add_port(PortDraft {
            device: Device::Interface(router),
            wishes: Some(vec![wish]),
            ..PortDraft::new(meta, network)
        })
    }

    /// Connects a router to the network of a port that is there already.
    ///
    /// # Errors
    /// `PortInUse` when something is plugged into the port, `BadRequest` when it has no address, or one of a
    /// subnet that overlaps with one that the router has.
    pub fn add_port_interface(&mut self, router: Uuid, port: Uuid) -> Result<(), Fault> {
        self.expect_router(router)?;
        let found = self.expect_port(port)?;
        if let Some(device) = device_text(&found.device) {
            let message = format!(
                "Unable to complete operation on port {port} for network {}. Port already has an attached \
                 device {device}.",
                found.network
            );
            return Err(conflict("PortInUse", message));
        }
        let subnets: Vec<Uuid> = found.fixed_ips.iter().map(|fixed| fixed.subnet).collect();
        if subnets.is_empty() {
            return Err(bad_request(
                "router",
                "Router port must have at least one fixed IP",
            ));
        }
        self.check_new_interface(router, &subnets)?;
        self.set_device(port, Device::Interface(router));
        Ok(())
    }

    fn check_new_interface(&self, router: Uuid, subnets: &[Uuid]) -> Result<(), Fault> {
        for port in self.ports_of(router) {
            for fixed in &port.fixed_ips {
                if subnets.contains(&fixed.subnet) {
                    return Err(bad_request(
                        "router",
                        format!("Router already has a port on subnet {}", fixed.subnet),
                    ));
                }
                for subnet in subnets {
                    self.check_apart(*subnet, fixed.subnet)?;
                }
            }
        }
        Ok(())
    }

    fn check_apart(&self, new: Uuid, old: Uuid) -> Result<(), Fault> {
        let (new, old) = (self.expect_subnet(new)?, self.expect_subnet(old)?);
        if Range::of(&new.cidr).overlaps(&Range::of(&old.cidr)) {
            return Err(bad_request(
                "router",
                format!(
                    "Cidr {} of subnet {} overlaps with cidr {} of subnet {}",
                    cidr_text(&new.cidr),
                    new.meta.id,
                    cidr_text(&old.cidr),
                    old.meta.id
                ),
            ));
        }
        Ok(())
    }

    /// The router's port that is meant by a port, a subnet, or both.
    ///
    /// # Errors
    /// When the router has none, or the two do not fit.
    pub fn find_interface(
        &self,
        router: Uuid,
        port: Option<Uuid>,
        subnet: Option<Uuid>,
    ) -> Result<Uuid, Fault> {
        let has_subnet = |port: &Port, subnet| port.fixed_ips.iter().any(|f| f.subnet == subnet);
        if let Some(id) = port {
            let mut interfaces = self.interfaces_of(router);
            let found = interfaces.find(|port| port.meta.id == id).ok_or_else(|| {
                let message = format!("Router {router} does not have an interface with id {id}");
                Fault::not_found(message).named("RouterInterfaceNotFound")
            })?;
            return match subnet {
                Some(subnet) if !has_subnet(found, subnet) => {
                    let message = format!(
                        "Subnet on port {id} does not match the requested subnet {subnet}."
                    );
                    Err(Fault::bad_request(message).named("SubnetMismatchForPort"))
                }
                Some(_) | None => Ok(id),
            };
        }
        let subnet = subnet.unwrap_or_default();
        self.expect_subnet(subnet)?;
        let mut interfaces = self.interfaces_of(router);
        let found = interfaces.find(|port| has_subnet(port, subnet));
        found.map(|port| port.meta.id).ok_or_else(|| {
            let message = format!("Router {router} has no interface on subnet {subnet}");
            Fault::not_found(message).named("RouterInterfaceNotFoundForSubnet")
        })
    }

    /// Cuts a router off what a port connects it to.
    ///
    /// # Errors
    /// `RouterInterfaceInUseByFloatingIP` and `RouterInUse` while floating addresses or routes need it.
    pub fn remove_interface(&mut self, router: Uuid, port: Uuid) -> Result<(), Fault> {
        for fixed in &self.expect_port(port)?.fixed_ips {
            let subnet = self.expect_subnet(fixed.subnet)?;
            let id = subnet.meta.id;
            let needs = |hop: IpAddr| subnet.cidr.contains(&hop);
            if self
                .expect_router(router)?
                .routes
                .iter()
                .any(|route| needs(route.next_hop))
            {
                let message = format!(
                    "Router interface for subnet {id} on router {router} cannot be deleted, as it is required by \
                     one or more routes."
                );
                return Err(conflict("RouterInterfaceInUseByRoute", message));
            }
            let mut floating = self
                .floating_ips
                .iter()
                .filter_map(|floating| floating.association);
            if floating.any(|to| to.router == router && subnet.cidr.contains(&to.fixed_ip)) {
                let message = format!(
                    "Router interface for subnet {id} on router {router} cannot be deleted, as it is required by \
                     one or more floating IPs."
                );
                return Err(conflict("RouterInterfaceInUseByFloatingIP", message));
            }
        }
        self.remove_port(port);
        Ok(())
    }

    /// Gives a router its way out.
    ///
    /// # Errors
    /// `BadRequest` when the network does not lead out; as [`Networking::add_port`]; as
    /// [`Networking::clear_gateway`] where it had another.
    pub fn set_router_gateway(
        &mut self,
        router: Uuid,
        network: Uuid,
        wishes: Option<Vec<Wish>>,
        has_snat: bool,
        meta: Meta,
    ) -> Result<(), Fault> {
        self.expect_external(network)?;
        let present = self.expect_router(router)?.gateway.clone();
        if let Some(present) = present {
            if present.network == network {
                if let Some(wishes) = wishes {
                    self.readdress(present.port, &wishes)?;
                }
                if let Some(gateway) = self
                    .routers
                    .get_mut(router)
                    .and_then(|r| r.gateway.as_mut())
                {
                    gateway.has_snat = has_snat;
                }
                return Ok(());
            }
            self.clear_gateway(router)?;
        }
        let port = self.add_port(PortDraft {
            device: Device::Gateway(router),
            wishes,
            ..PortDraft::new(meta, network)
        })?;
        if let Some(router) = self.routers.get_mut(router) {
            router.gateway = Some(Gateway {
                network,
                port,
                has_snat,
            });
        }
        Ok(())
    }

    /// Takes a router's way out.
    ///
    /// # Errors
    /// `RouterExternalGatewayInUseByFloatingIp`.
    pub fn clear_gateway(&mut self, router: Uuid) -> Result<(), Fault> {
        let Some(gateway) = self.expect_router(router)?.gateway.clone() else {
            return Ok(());
        };
        let needs =
            |floating: &FloatingIp| floating.association.is_some_and(|to| to.router == router);
        if self.floating_ips.iter().any(needs) {
            let message = format!(
                "Gateway cannot be updated for router {router}, since a gateway to external network {} is required \
                 by one or more floating IPs.",
                gateway.network
            );
            return Err(conflict("RouterExternalGatewayInUseByFloatingIp", message));
        }
        self.remove_port(gateway.port);
        self.forget_address(gateway.port);
        if let Some(router) = self.routers.get_mut(router) {
            router.gateway = None;
        }
        Ok(())
    }

    /// Sets what a router knows beside its subnets.
    ///
    /// # Errors
    /// `InvalidInput` for a next hop that it cannot reach, or that is its own.
    pub fn set_routes(&mut self, id: Uuid, routes: Vec<Route>) -> Result<(), Fault> {
        self.expect_router(id)?;
        for route in &routes {
            self.check_route(id, route)?;
        }
        if let Some(router) = self.routers.get_mut(id) {
            router.routes = routes;
        }
        Ok(())
    }

    fn check_route(&self, router: Uuid, route: &Route) -> Result<(), Fault> {
        let refuse = |reason: &str| {
            let message = format!(
                "Invalid format for routes: [{{'destination': '{}', 'nexthop': '{}'}}], {reason}",
                cidr_text(&route.destination),
                route.next_hop
            );
            Err(Fault::bad_request(message).named("InvalidRoutes"))
        };
        let fixed = || self.ports_of(router).flat_map(|port| &port.fixed_ips);
        let reaches = |fixed: &super::FixedIp| {
            let subnet = self.subnets.get(fixed.subnet);
            subnet.is_some_and(|subnet| subnet.cidr.contains(&route.next_hop))
        };
        if !fixed().any(reaches) {
            return refuse("the nexthop is not connected with router");
        }
        if fixed().any(|fixed| fixed.address == route.next_hop) {
            return refuse("the nexthop is used by router");
        }
        Ok(())
    }

    /// Removes a router.
    ///
    /// # Errors
    /// `RouterInUse` while it is connected to an inner network.
    pub fn remove_router(&mut self, id: Uuid) -> Result<(), Fault> {
        if self.interfaces_of(id).next().is_some() {
            let message = format!("Router {id} still has ports");
            return Err(conflict("RouterInUse", message));
        }
        self.clear_gateway(id)?;
        self.routers.remove(id);
        Ok(())
    }
}

/// The id of what is plugged in, for people.
pub(super) fn device_text(device: &Device) -> Option<String> {
    match device {
        Device::Nothing => None,
        Device::Server(id) | Device::Interface(id) | Device::Gateway(id) => Some(id.to_string()),
        Device::Other(id) => (!id.is_empty()).then(|| id.to_string()),
    }
}
