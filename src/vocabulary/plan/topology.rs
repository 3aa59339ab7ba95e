//! The simulated data centre, as planned: places, and what is in them.
//!
//! What a thing can be told to be is a type of its own, all of whose parts may be left open: files say some
//! of them, clients change some of them, and what nobody says is the default.

use std::net::Ipv4Addr;
use std::sync::Arc;

use indexmap::IndexMap;

/// CloudStack's name for a hypervisor that is none.
const DEFAULT_HYPERVISOR: &str = "Simulator";

/// CloudStack's names of hypervisors.
pub const HYPERVISORS: &[&str] = &[
    "KVM",
    "XenServer",
    "VMware",
    "Hyperv",
    "BareMetal",
    "LXC",
    "Ovm",
    "Ovm3",
    "Simulator",
];

/// The simulated data centre, as planned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TopologyPlan {
    pub zones: IndexMap<Arc<str>, ZonePlan>,
    /// CloudStack's global settings, where they are not the default.
    pub settings: IndexMap<Arc<str>, Arc<str>>,
}

impl TopologyPlan {
    /// The data centre of a cloud for which no scenario plans one: a zone, pod and cluster of two hosts.
    pub fn default_cloud() -> Self {
        let hosts = ["host-1", "host-2"].map(|name| (name.into(), HostSettings::default()));
        let cluster = ClusterPlan {
            hosts: hosts.into(),
            ..ClusterPlan::default()
        };
        let pod = PodPlan {
            clusters: [("cluster-1".into(), cluster)].into(),
            ..PodPlan::default()
        };
        let zone = ZonePlan {
            pods: [("pod-1".into(), pod)].into(),
            ..ZonePlan::default()
        };
        Self {
            zones: [("zone-1".into(), zone)].into(),
            settings: IndexMap::default(),
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ZonePlan {
    /// The region whose it is; `None` where each region has a zone of that name.
    pub region: Option<Arc<str>>,
    pub settings: ZoneSettings,
    pub pods: IndexMap<Arc<str>, PodPlan>,
    /// Primary storage that all of the zone uses.
    pub storage: IndexMap<Arc<str>, StorageSettings>,
    pub image_stores: IndexMap<Arc<str>, ImageStoreSettings>,
    pub physical_networks: IndexMap<Arc<str>, PhysicalNetworkPlan>,
    /// Of public addresses.
    pub ranges: Vec<RangeSettings>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct PodPlan {
    pub settings: PodSettings,
    pub clusters: IndexMap<Arc<str>, ClusterPlan>,
    /// Of guests' addresses, in a zone of the basic kind.
    pub ranges: Vec<RangeSettings>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClusterPlan {
    pub settings: ClusterSettings,
    pub hosts: IndexMap<Arc<str>, HostSettings>,
    pub storage: IndexMap<Arc<str>, StorageSettings>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct PhysicalNetworkPlan {
    pub settings: PhysicalNetworkSettings,
    /// `Guest`, `Management`, `Public`, `Storage`.
    pub traffic_types: Vec<Arc<str>>,
    /// Of network services, that are enabled.
    pub providers: Vec<Arc<str>>,
}

/// How a zone's guests are connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NetworkType {
    /// One network for all, kept apart by security groups.
    Basic,
    /// Networks of their own, behind virtual routers.
    #[default]
    Advanced,
}

impl NetworkType {
    pub const ALL: [NetworkType; 2] = [NetworkType::Basic, NetworkType::Advanced];

    /// CloudStack's name for it.
    pub fn name(self) -> &'static str {
        match self {
            NetworkType::Basic => "Basic",
            NetworkType::Advanced => "Advanced",
        }
    }

    /// The type of that name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.name().eq_ignore_ascii_case(name))
    }
}

/// Declares what can be said of a thing: all parts may be left open.
macro_rules! settings {
    ($(#[$about:meta])* $name:ident { $($(#[$part:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct $name {
            $($(#[$part])* pub $field: Option<$kind>,)*
        }

        impl $name {
            /// Takes over what `other` says, and keeps the rest.
            pub fn lay_over(&mut self, other: Self) {
                $(if other.$field.is_some() {
                    self.$field = other.$field;
                })*
            }

            /// Takes over what `other` says of what is still open.
            pub fn fill_from(&mut self, other: Self) {
                let own = std::mem::replace(self, other);
                self.lay_over(own);
            }
        }
    };
}

settings! {
    /// What can be said of a zone.
    ZoneSettings {
        network_type: NetworkType,
        security_groups: bool,
        local_storage: bool,
        /// Whether new machines are let in.
        is_enabled: bool,
        dns1: Arc<str>,
        dns2: Arc<str>,
        internal_dns1: Arc<str>,
        internal_dns2: Arc<str>,
        guest_cidr: Arc<str>,
        /// Of the names of guests in it.
        domain: Arc<str>,
    }
}

settings! {
    /// What can be said of a pod.
    PodSettings {
        gateway: Ipv4Addr,
        netmask: Ipv4Addr,
        /// The first of the addresses for hosts and system machines.
        start: Ipv4Addr,
        end: Ipv4Addr,
        is_enabled: bool,
    }
}

settings! {
    /// What can be said of a cluster.
    ClusterSettings {
        /// CloudStack's name of the hypervisor: `KVM`, `XenServer`, `Simulator` (the default) …
        hypervisor: Arc<str>,
        /// `CloudManaged` (the default) or `ExternalManaged`.
        kind: Arc<str>,
        is_enabled: bool,
        is_managed: bool,
    }
}

impl ClusterSettings {
    pub fn hypervisor(&self) -> &str {
        self.hypervisor.as_deref().unwrap_or(DEFAULT_HYPERVISOR)
    }
}

settings! {
    /// What can be said of a host.
    HostSettings {
        cpus: u32,
        /// Of each processor, in MHz.
        speed: u32,
        /// In MiB.
        memory: u64,
        /// What offerings can ask for.
        tags: Vec<Arc<str>>,
        /// Where the management server finds it: `http://sim/c0/h0`.
        url: Arc<str>,
        is_enabled: bool,
    }
}

settings! {
    /// What can be said of a pool of primary storage.
    StorageSettings {
        /// `nfs://10.0.0.1/export/primary`
        url: Arc<str>,
        /// In bytes.
        size: u64,
        /// What offerings can ask for.
        tags: Vec<Arc<str>>,
        /// Of those who use it, where that is a whole zone.
        hypervisor: Arc<str>,
        provider: Arc<str>,
        is_enabled: bool,
    }
}

settings! {
    /// What can be said of a store of templates, images and snapshots.
    ImageStoreSettings {
        url: Arc<str>,
        /// `NFS` (the default), `S3`, `Swift`, `SMB` …
        provider: Arc<str>,
        /// In bytes.
        size: u64,
        /// It only holds what comes from an object store, on its way to a zone.
        is_staging: bool,
        is_read_only: bool,
    }
}

settings! {
    /// What can be said of a physical network.
    PhysicalNetworkSettings {
        /// Ranges of tags for guest networks: `100-200`.
        vlan: Arc<str>,
        /// `VLAN`, `VXLAN`, `GRE` …
        isolation: Vec<Arc<str>>,
        tags: Vec<Arc<str>>,
        /// `ZONE` or `POD`.
        broadcast_domain: Arc<str>,
        /// `1G`
        speed: Arc<str>,
        is_enabled: bool,
    }
}

settings! {
    /// What can be said of a range of addresses.
    RangeSettings {
        gateway: Ipv4Addr,
        netmask: Ipv4Addr,
        start: Ipv4Addr,
        end: Ipv4Addr,
        /// The tag, or `untagged`.
        vlan: Arc<str>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_laid_over_wins_and_what_fills_does_not() {
        let host = |cpus, memory| HostSettings {
            cpus,
            memory,
            ..HostSettings::default()
        };
        let mut own = host(Some(1), None);
        own.lay_over(host(Some(2), Some(3)));
        assert_eq!(own, host(Some(2), Some(3)));
        let mut own = host(Some(1), None);
        own.fill_from(host(Some(2), Some(3)));
        assert_eq!(own, host(Some(1), Some(3)));
    }
}
