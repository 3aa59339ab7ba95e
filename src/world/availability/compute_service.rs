//! The service on each host that carries out what the cloud asks of it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::world::World;
use crate::world::topology::{Host, HostKey};

/// A host's compute service, as administrators see and steer it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ComputeService {
    /// Takes no new servers.
    pub is_disabled: bool,
    pub disabled_reason: Option<Arc<str>>,
    /// Taken for down, whatever is heard of it.
    pub is_forced_down: bool,
    /// When it was heard of last; `None` as long as it reports.
    pub silent_since: Option<DateTime<Utc>>,
}

impl ComputeService {
    /// Whether new servers may be put on its host.
    pub fn takes_servers(&self) -> bool {
        !self.is_disabled && !self.is_forced_down
    }
}

impl Host {
    /// Whether the cloud takes the host for one that answers.
    pub fn is_reachable(&self) -> bool {
        let is_forced_down = self.service.as_ref().is_some_and(|s| s.is_forced_down);
        self.is_up && !is_forced_down
    }
}

impl World {
    /// A host's service, to be changed; `None` where it was removed.
    pub fn service_mut(&mut self, host: HostKey) -> Option<&mut ComputeService> {
        self.topology.host_mut(host).service.as_mut()
    }

    /// Removes a host's service, and the host from its aggregates. It registers anew when its host comes back.
    pub fn remove_service(&mut self, host: HostKey) {
        self.topology.host_mut(host).service = None;
        self.aggregates.forget_host(host);
    }

    /// The hosts whose service is known, with it.
    pub fn compute_hosts(&self) -> impl Iterator<Item = (HostKey, &Host, &ComputeService)> {
        self.topology
            .hosts()
            .filter_map(|(key, host)| Some((key, host, host.service.as_ref()?)))
    }

    /// The host of that name whose service is known.
    pub fn compute_host(&self, name: &str) -> Option<(HostKey, &Host, &ComputeService)> {
        self.compute_hosts()
            .find(|(_, host, _)| *host.name == *name)
    }
}
