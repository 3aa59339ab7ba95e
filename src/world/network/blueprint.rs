//! The networks that are there from the start.

use chrono::{DateTime, Utc};
use cidr::Ipv4Cidr;
use uuid::Uuid;

use super::subnets::SubnetDraft;
use super::{Meta, Network, Networking, Router};
use crate::vocabulary::fault::Fault;
use crate::world::accounts::project_id;
use crate::world::ids;
use crate::world::start::blueprint::{NetworkLimits, NetworkPlan};

impl Networking {
    /// The configured networks, and a router that leads from the inner ones to the first that leads out. All
    /// belong to the admins.
    ///
    /// # Errors
    /// [`FaultKind::BadRequest`](crate::vocabulary::fault::FaultKind::BadRequest) when a plan's `cidr` is none.
    pub fn build(
        plans: &[NetworkPlan],
        limits: &NetworkLimits,
        now: DateTime<Utc>,
    ) -> Result<Self, Fault> {
        let mut networking = Self::new(limits);
        for plan in plans {
            networking.add_planned(plan, now).map_err(|fault| Fault {
                message: format!("network \"{}\": {}", plan.name, fault.message),
                ..fault
            })?;
        }
        networking.connect_outside(now)?;
        Ok(networking)
    }

    /// Adds a configured network with its subnet.
    ///
    /// # Errors
    /// As [`Networking::build`].
    pub fn add_planned(&mut self, plan: &NetworkPlan, now: DateTime<Utc>) -> Result<(), Fault> {
        let cidr: Ipv4Cidr = plan.cidr.parse().map_err(|error| {
            Fault::bad_request(format!("\"{}\" is no IPv4 network: {error}", plan.cidr))
        })?;
        let id = plan.id.unwrap_or_else(|| ids::named("network", &plan.name));
        let mut network = Network::new(owned(id, now).named(&plan.name));
        network.is_shared = !plan.external;
        network.is_external = plan.external;
        network.is_default = plan.external && !self.networks.iter().any(|other| other.is_default);
        network.is_usual = plan.usual;
        network.mtu = 1500;
        self.networks.insert(id, network);
        let subnet = owned(ids::named("subnet", &plan.name), now);
        self.add_subnet(SubnetDraft {
            has_dhcp: !plan.external,
            ..SubnetDraft::new(
                subnet.named(&format!("{}-subnet", plan.name)),
                id,
                cidr.into(),
            )
        })?;
        Ok(())
    }

    fn connect_outside(&mut self, now: DateTime<Utc>) -> Result<(), Fault> {
        let outside = self.networks.iter().find(|network| network.is_external);
        let Some(outside) = outside.map(|network| network.meta.id) else {
            return Ok(());
        };
        let router = ids::named("router", "router");
        self.routers
            .insert(router, Router::new(owned(router, now).named("router")));
        let port = |network: Uuid| owned(ids::named("router-port", &network.to_string()), now);
        let gateway = Meta {
            project: Uuid::nil(),
            ..port(outside)
        };
        self.set_router_gateway(router, outside, None, true, gateway)?;
        let inside: Vec<(Uuid, Uuid)> = self
            .networks
            .iter()
            .filter(|network| !network.is_external)
            .flat_map(|network| {
                network
                    .subnets
                    .iter()
                    .map(|subnet| (network.meta.id, *subnet))
            })
            .collect();
        for (network, subnet) in inside {
            // Those whose addresses are another one's too stay without.
            self.add_subnet_interface(router, subnet, port(network))
                .ok();
        }
        Ok(())
    }
}

fn owned(id: Uuid, now: DateTime<Utc>) -> Meta {
    Meta {
        is_given: true,
        ..Meta::new(id, project_id("admin"), now)
    }
}
