//! The services of an OpenStack cloud, and where they answer.

use super::Call;
use super::microversion::{self, Range};

/// An OpenStack service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Identity,
    Compute,
    Image,
    Network,
    Volume,
    Placement,
}

impl Service {
    /// All of them, in the order of the catalog.
    pub(super) const ALL: [Service; 6] = [
        Service::Identity,
        Service::Compute,
        Service::Image,
        Service::Network,
        Service::Volume,
        Service::Placement,
    ];

    /// Its first path segment, and the first word of its commands.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Service::Identity => "identity",
            Service::Compute => "compute",
            Service::Image => "image",
            Service::Network => "network",
            Service::Volume => "volume",
            Service::Placement => "placement",
        }
    }

    /// The types and names under which the catalog has it.
    pub(super) fn catalog(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Service::Identity => &[("identity", "keystone")],
            Service::Compute => &[("compute", "nova")],
            Service::Image => &[("image", "glance")],
            Service::Network => &[("network", "neutron")],
            // Older clients look for the type with a version in it.
            Service::Volume => &[("block-storage", "cinder"), ("volumev3", "cinderv3")],
            Service::Placement => &[("placement", "placement")],
        }
    }

    /// What the catalog says after the host.
    pub(super) fn endpoint(self) -> &'static str {
        match self {
            Service::Identity => "/identity",
            Service::Compute => "/compute/v2.1",
            Service::Image => "/image",
            Service::Network => "/network",
            Service::Volume => "/volume/v3",
            Service::Placement => "/placement",
        }
    }

    /// The microversions of a service that has any.
    pub(super) fn microversions(self) -> Option<&'static Range> {
        match self {
            Service::Compute => Some(&microversion::COMPUTE),
            Service::Volume => Some(&microversion::VOLUME),
            Service::Placement => Some(&microversion::PLACEMENT),
            Service::Identity | Service::Image | Service::Network => None,
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
