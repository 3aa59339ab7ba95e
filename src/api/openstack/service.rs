//! The services of an OpenStack cloud, and where they answer.

use super::Call;

/// An OpenStack service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Identity,
    Compute,
    Image,
    Network,
}

impl Service {
    /// All of them, in the order of the catalog.
    pub(super) const ALL: [Service; 4] = [
        Service::Identity,
        Service::Compute,
        Service::Image,
        Service::Network,
    ];

    /// Its type in the catalog, its first path segment, and the first word of its commands.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Service::Identity => "identity",
            Service::Compute => "compute",
            Service::Image => "image",
            Service::Network => "network",
        }
    }

    /// Its name in the catalog.
    pub(super) fn name(self) -> &'static str {
        match self {
            Service::Identity => "keystone",
            Service::Compute => "nova",
            Service::Image => "glance",
            Service::Network => "neutron",
        }
    }

    /// What the catalog says after the host.
    pub(super) fn endpoint(self) -> &'static str {
        match self {
            Service::Identity => "/identity",
            Service::Compute => "/compute/v2.1",
            Service::Image => "/image",
            Service::Network => "/network",
        }
    }

    /// The service that a path belongs to, and the rest of the path.
    pub(super) fn of_path(path: &str) -> Option<(Service, &str)> {
        let path = path.trim_start_matches('/');
        let (first, rest) = match path.find('/') {
            Some(slash) => path.split_at(slash),
            None => (path, ""),
        };
        let service = Service::ALL
            .into_iter()
            .find(|service| service.kind() == first)?;
        Some((service, rest))
    }

    /// The service that a call was sent to.
    pub(super) fn of(call: &Call) -> Service {
        let kind = call.command.spec().service;
        let known = Service::ALL
            .into_iter()
            .find(|service| service.kind() == kind);
        known.expect("the router only knows commands of these services")
    }
}
