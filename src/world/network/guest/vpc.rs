//! Virtual private clouds: networks of one account behind one router.

use std::sync::Arc;

use cidr::IpCidr;
use uuid::Uuid;

use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::appliances::Role;
use crate::world::network::{Meta, Network, Networking, Router};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VpcState {
    Enabled,
    /// It is on its way out.
    Inactive,
}

impl VpcState {
    /// The service's own word for it.
    pub fn word(self) -> &'static str {
        match self {
            VpcState::Enabled => "Enabled",
            VpcState::Inactive => "Inactive",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Vpc {
    pub meta: Meta,
    pub offering: Uuid,
    pub zone: Uuid,
    /// What the addresses of its tiers are of.
    pub cidr: IpCidr,
    /// The domain of its machines' names.
    pub domain: Arc<str>,
    pub state: VpcState,
    /// What it is behind.
    pub router: Uuid,
    pub is_displayed: bool,
    pub needs_restart: bool,
}

impl Networking {
    pub fn vpc(&self, id: Uuid) -> Option<&Vpc> {
        self.guests.vpcs.get(id)
    }

    pub(super) fn vpc_of_router(&self, router: Uuid) -> Option<Uuid> {
        let mut vpcs = self.guests.vpcs.iter();
        let vpc = vpcs.find(|vpc| vpc.router == router);
        vpc.map(|vpc| vpc.meta.id)
    }

    /// The networks of a virtual private cloud.
    pub fn tiers_of(&self, vpc: Uuid) -> impl Iterator<Item = &Network> {
        let networks = self.networks.iter();
        networks.filter(move |network| {
            let guest = network.guest.as_ref();
            guest.is_some_and(|guest| guest.vpc == Some(vpc))
        })
    }

    /// Removes a virtual private cloud that has no networks left, with its lists, routes and addresses.
    ///
    /// # Errors
    /// As [`Networking::remove_router`].
    fn remove_vpc(&mut self, id: Uuid) -> Result<(), Fault> {
        let Some(router) = self.vpc(id).map(|vpc| vpc.router) else {
            return Ok(());
        };
        let own = self.public_addresses();
        let own = own.filter(|address| address.vpc == Some(id));
        for address in own.map(|address| address.id).collect::<Vec<_>>() {
            self.release_address(address)?;
        }
        if self.routers.get(router).is_some() {
            self.remove_router(router)?;
        }
        self.guests.remove_what_hangs_on(id);
        self.guests.vpcs.remove(id);
        Ok(())
    }
}

impl World {
    /// Removes a virtual private cloud that has no networks left, with its router and all that hangs on it.
    ///
    /// # Errors
    /// While networks need its router.
    pub fn remove_vpc(&mut self, id: Uuid) -> Result<(), Fault> {
        self.networking.remove_vpc(id)?;
        self.remove_appliances(Role::Vpc(id));
        Ok(())
    }

    /// Makes a virtual private cloud, with a router that has no way out yet.
    pub fn add_vpc(&mut self, vpc: Vpc) {
        let now = self.now;
        let meta = Meta::new(vpc.router, vpc.meta.project, now).named(&vpc.meta.name);
        let networking = &mut self.networking;
        networking.routers.insert(vpc.router, Router::new(meta));
        networking.guests.vpcs.insert(vpc.meta.id, vpc);
    }
}
