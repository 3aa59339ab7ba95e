//! What the services of an OpenStack cloud know of requests.

use super::Call;
use super::microversion::{self, Range};

pub(super) use crate::vocabulary::service::Service;

impl Service {
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
