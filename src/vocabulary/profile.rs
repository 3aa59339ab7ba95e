//! Whose cloud the simulated one resembles, and what its catalog then lists.

use serde::Deserialize;

use super::service::Service;

/// Whose cloud it resembles, where clouds of one API differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    #[default]
    OpenStack,
    /// Rackspace's public cloud.
    Rackspace,
}

/// A service as the catalog lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// `compute`
    pub kind: &'static str,
    /// `nova`
    pub name: &'static str,
    /// What follows the host in its URL; `$(tenant_id)s` stands for the tenant.
    pub path: &'static str,
}

const fn offer(kind: &'static str, name: &'static str, path: &'static str) -> Offer {
    Offer { kind, name, path }
}

/// What steers the simulator stands in the catalog beside what it steers: a client finds it where it finds
/// the service.
const RACKSPACE: &[Offer] = &[
    offer(
        "compute",
        "cloudServersOpenStack",
        "/compute/v2/$(tenant_id)s",
    ),
    offer(
        "compute",
        "cloudServersBehavior",
        "/mimic/v1.1/cloudServersBehavior/$(tenant_id)s",
    ),
    offer(
        "rax:load-balancer",
        "cloudLoadBalancers",
        "/loadbalancers/v1.0/$(tenant_id)s",
    ),
    offer(
        "rax:load-balancer",
        "cloudLoadBalancerControl",
        "/mimic/v1.1/cloudLoadBalancerControl/$(tenant_id)s",
    ),
    offer("image", "cloudImages", "/image/v2"),
    offer("volume", "cinder", "/volume/v3/$(tenant_id)s"),
    offer("volumev2", "cinderv2", "/volume/v3/$(tenant_id)s"),
    offer("network", "cloudNetworks", "/network/v2.0"),
    offer("identity", "cloudIdentity", "/identity"),
];

impl Profile {
    /// The services of the catalog, in its order.
    pub fn catalog(self) -> Vec<Offer> {
        match self {
            Profile::OpenStack => {
                let services = Service::ALL.into_iter();
                let offers = services.flat_map(|service| {
                    let names = service.catalog().iter();
                    names.map(move |(kind, name)| offer(kind, name, service.endpoint()))
                });
                offers.collect()
            }
            Profile::Rackspace => RACKSPACE.to_vec(),
        }
    }
}
