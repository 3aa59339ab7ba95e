//! Automatic topologies: a network with a router that leads out, made for a project that asks for one.

use cidr::IpCidr;
use uuid::Uuid;

use super::fault::conflict;
use super::{Meta, Network, Networking, Router, SubnetDraft};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::ids::named;

/// The addresses of an automatic network where no pool is the default one.
const ADDRESSES: &str = "192.168.0.0/26";

impl Networking {
    /// The external network that automatic topologies lead to.
    ///
    /// # Errors
    /// `AutoAllocationFailure` when there is none.
    pub fn check_automatic_topology(&self) -> Result<Uuid, Fault> {
        let mut networks = self.networks.iter();
        let outside = networks.find(|network| network.is_external && network.is_default);
        outside.map(|network| network.meta.id).ok_or_else(|| {
            let message = "Deployment error: No default router:external network.".to_owned();
            conflict("AutoAllocationFailure", message)
        })
    }

    fn automatic_addresses(&self) -> IpCidr {
        let pool = self.default_pool(4).ok();
        let cut = pool.and_then(|pool| self.cut_from_pool(pool, None).ok());
        cut.unwrap_or_else(|| ADDRESSES.parse().expect("the constant is a network"))
    }
}

impl World {
    /// A project's automatic network, made when it is first asked for.
    ///
    /// # Errors
    /// `AutoAllocationFailure` when there is nothing that it could lead to.
    pub fn automatic_topology(&mut self, project: Uuid) -> Result<Uuid, Fault> {
        let [network, subnet, router] = ids(project);
        if self.networking.networks.get(network).is_some() {
            return Ok(network);
        }
        let outside = self.networking.check_automatic_topology()?;
        let now = self.now;
        let own = |id, name: &str| Meta::new(id, project, now).named(name);
        let networking = &mut self.networking;
        let made = Network::new(own(network, "auto_allocated_network"));
        networking.networks.insert(network, made);
        let addresses = networking.automatic_addresses();
        networking.add_subnet(SubnetDraft::new(
            own(subnet, "auto_allocated_subnet_v4"),
            network,
            addresses,
        ))?;
        let made = Router::new(own(router, "auto_allocated_router"));
        networking.routers.insert(router, made);
        let gateway = self.new_meta(Uuid::nil());
        self.networking
            .set_router_gateway(router, outside, None, true, gateway)?;
        let interface = self.new_meta(project);
        self.networking
            .add_subnet_interface(router, subnet, interface)?;
        Ok(network)
    }

    /// Takes a project's automatic network away.
    ///
    /// # Errors
    /// While something is plugged in.
    pub fn remove_automatic_topology(&mut self, project: Uuid) -> Result<(), Fault> {
        let [network, subnet, router] = ids(project);
        let networking = &mut self.networking;
        if networking.routers.get(router).is_some() {
            if let Ok(port) = networking.find_interface(router, None, Some(subnet)) {
                networking.remove_interface(router, port)?;
            }
            networking.remove_router(router)?;
        }
        networking.remove_network(network)
    }
}

fn ids(project: Uuid) -> [Uuid; 3] {
    ["auto-network", "auto-subnet", "auto-router"].map(|kind| named(kind, &project.to_string()))
}
