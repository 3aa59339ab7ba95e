//! What servers are made from, beside images: flavors, networks, key pairs.

use std::net::Ipv4Addr;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use cidr::Ipv4Cidr;
use uuid::Uuid;

use super::blueprint::NetworkPlan;
use super::ids;
use crate::vocabulary::fault::{Fault, FaultKind};

pub use super::flavor::Flavor;
pub use super::keypair::KeyPair;

/// A network with one subnet.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    pub id: Uuid,
    pub subnet_id: Uuid,
    pub name: Arc<str>,
    pub cidr: Ipv4Cidr,
    pub created: DateTime<Utc>,
}

impl Network {
    /// # Errors
    /// [`FaultKind::BadRequest`] when the plan's `cidr` is none.
    pub fn new(plan: &NetworkPlan, created: DateTime<Utc>) -> Result<Self, Fault> {
        let cidr = plan.cidr.parse().map_err(|error| {
            let (name, cidr) = (&plan.name, &plan.cidr);
            Fault::bad_request(format!(
                "network \"{name}\": \"{cidr}\" is no IPv4 network: {error}"
            ))
        })?;
        Ok(Self {
            id: plan.id.unwrap_or_else(|| ids::named("network", &plan.name)),
            subnet_id: ids::named("subnet", &plan.name),
            name: plan.name.as_str().into(),
            cidr,
            created,
        })
    }

    /// The router's address: the first one of the network.
    pub fn gateway(&self) -> Ipv4Addr {
        Ipv4Addr::from(u32::from(self.cidr.first_address()).saturating_add(1))
    }

    /// The address of the `n`th server, counted from 0; `None` when the network is full.
    pub(super) fn address(&self, n: u32) -> Option<Ipv4Addr> {
        let address = u32::from(self.gateway()).checked_add(n)?.checked_add(1)?;
        (address < u32::from(self.cidr.last_address())).then(|| address.into())
    }
}

/// Gives out a network's addresses: the lowest free one first.
#[derive(Debug, Clone, Default)]
pub struct Addresses {
    /// The first that was never given out.
    next: u32,
    returned: std::collections::BTreeSet<u32>,
}

impl Addresses {
    /// # Errors
    /// [`FaultKind::NoCapacity`] when the network is full.
    pub fn take(&mut self, network: &Network) -> Result<Ipv4Addr, Fault> {
        let n = match self.returned.pop_first() {
            Some(n) => n,
            None => {
                self.next += 1;
                self.next - 1
            }
        };
        network.address(n).ok_or_else(|| {
            self.next -= 1;
            let message = format!("No more IP addresses available on network {}.", network.id);
            Fault::new(FaultKind::NoCapacity, message)
        })
    }

    pub fn put_back(&mut self, network: &Network, address: Ipv4Addr) {
        let first = u32::from(network.gateway()) + 1;
        self.returned
            .insert(u32::from(address).saturating_sub(first));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_given_out_from_the_bottom_and_run_out() {
        let plan = NetworkPlan {
            name: "small".into(),
            id: None,
            cidr: "10.0.0.0/29".into(),
        };
        let network = Network::new(&plan, DateTime::UNIX_EPOCH).expect("a network");
        let mut addresses = Addresses::default();
        let taken: Vec<Ipv4Addr> = std::iter::from_fn(|| addresses.take(&network).ok()).collect();
        assert_eq!(taken.first(), Some(&Ipv4Addr::new(10, 0, 0, 2)));
        assert_eq!(taken.last(), Some(&Ipv4Addr::new(10, 0, 0, 6)));
        addresses.put_back(&network, taken[1]);
        assert_eq!(addresses.take(&network), Ok(taken[1]));
        assert!(addresses.take(&network).is_err());
    }
}
