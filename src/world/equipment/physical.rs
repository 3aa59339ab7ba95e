//! Physical networks: what they carry, and who provides services in them.

use std::ops::RangeInclusive;
use std::sync::Arc;

use uuid::Uuid;

use crate::vocabulary::plan::{NetworkType, PhysicalNetworkSettings};
use crate::world::topology::Zone;
use crate::world::topology::inventory::Item;

/// A physical network of a zone.
#[derive(Debug, Clone)]
pub struct PhysicalNetwork {
    pub id: Uuid,
    pub name: Arc<str>,
    pub zone: Uuid,
    pub settings: PhysicalNetworkSettings,
}

impl Item for PhysicalNetwork {
    fn id(&self) -> Uuid {
        self.id
    }
}

impl PhysicalNetwork {
    pub fn is_enabled(&self) -> bool {
        self.settings.is_enabled.unwrap_or(false)
    }

    /// How many tags there are for guest networks.
    pub fn tag_count(&self) -> u64 {
        let count = |(first, last): (u32, u32)| u64::from(last.saturating_sub(first)) + 1;
        self.tags().map(count).sum()
    }

    /// Whether a tag is there for guest networks.
    pub fn has_tag(&self, tag: u32) -> bool {
        self.tags().any(|(first, last)| first <= tag && tag <= last)
    }

    /// The first and the last of each range of tags.
    fn tags(&self) -> impl Iterator<Item = (u32, u32)> {
        let ranges = self.settings.vlan.as_deref().unwrap_or_default().split(',');
        ranges.filter_map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
        })
    }
}

/// VLANs of a physical network that are one account's alone.
#[derive(Debug, Clone)]
pub struct VlanRange {
    pub id: Uuid,
    /// The physical one.
    pub network: Uuid,
    pub account: Uuid,
    pub vlans: RangeInclusive<u32>,
}

impl VlanRange {
    /// `300-310`
    pub fn text(&self) -> String {
        format!("{}-{}", self.vlans.start(), self.vlans.end())
    }
}

impl Item for VlanRange {
    fn id(&self) -> Uuid {
        self.id
    }
}

/// A kind of traffic that a physical network carries.
#[derive(Debug, Clone)]
pub struct TrafficType {
    pub id: Uuid,
    pub network: Uuid,
    /// `Guest`, `Management`, `Public`, `Storage`.
    pub kind: Arc<str>,
    /// What hypervisors call it: the parameter's name, `kvmnetworklabel`, and its value.
    pub labels: Vec<(Arc<str>, Arc<str>)>,
}

impl TrafficType {
    pub const KINDS: [&str; 4] = ["Guest", "Management", "Public", "Storage"];
}

impl Item for TrafficType {
    fn id(&self) -> Uuid {
        self.id
    }
}

/// Who provides services in a physical network.
#[derive(Debug, Clone)]
pub struct Provider {
    pub id: Uuid,
    pub network: Uuid,
    pub name: Arc<str>,
    pub services: Vec<Arc<str>>,
    pub is_enabled: bool,
}

impl Item for Provider {
    fn id(&self) -> Uuid {
        self.id
    }
}

/// What a provider starts its machines by.
#[derive(Debug, Clone)]
pub struct Element {
    pub id: Uuid,
    pub provider: Uuid,
    pub is_enabled: bool,
    /// Of internal load balancers; else of virtual routers.
    pub is_balancer: bool,
}

impl Item for Element {
    fn id(&self) -> Uuid {
        self.id
    }
}

/// A provider that a physical network can have.
#[derive(Debug, Clone, Copy)]
pub struct ProviderSpec {
    pub name: &'static str,
    pub services: &'static [&'static str],
    pub(super) element: Option<ElementKind>,
    /// Whether new physical networks of a zone have it by themselves.
    pub(super) is_usual: fn(&Zone) -> bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ElementKind {
    Router,
    Balancer,
}

/// All of them.
pub const SUPPORTED_PROVIDERS: &[ProviderSpec] = &[
    ProviderSpec {
        name: "VirtualRouter",
        services: &[
            "Vpn",
            "Dhcp",
            "Dns",
            "Gateway",
            "Firewall",
            "Lb",
            "SourceNat",
            "StaticNat",
            "PortForwarding",
            "UserData",
        ],
        element: Some(ElementKind::Router),
        is_usual: |_| true,
    },
    ProviderSpec {
        name: "SecurityGroupProvider",
        services: &["SecurityGroup"],
        element: None,
        is_usual: |zone| is_basic(zone) || zone.settings.security_groups == Some(true),
    },
    ProviderSpec {
        name: "VpcVirtualRouter",
        services: &[
            "Vpn",
            "Dhcp",
            "Dns",
            "Gateway",
            "NetworkACL",
            "Lb",
            "SourceNat",
            "StaticNat",
            "PortForwarding",
            "UserData",
        ],
        element: Some(ElementKind::Router),
        is_usual: |zone| !is_basic(zone),
    },
    ProviderSpec {
        name: "InternalLbVm",
        services: &["Lb"],
        element: Some(ElementKind::Balancer),
        is_usual: |zone| !is_basic(zone),
    },
    ProviderSpec {
        name: "ConfigDrive",
        services: &["Dhcp", "Dns", "UserData"],
        element: None,
        is_usual: |_| true,
    },
];

pub(super) fn is_basic(zone: &Zone) -> bool {
    zone.settings.network_type == Some(NetworkType::Basic)
}

/// The services that networks can have, in order, each with those who provide it.
pub fn service_providers() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut services: Vec<(&str, Vec<&str>)> = Vec::new();
    for provider in SUPPORTED_PROVIDERS {
        for service in provider.services {
            match services.iter_mut().find(|(name, _)| name == service) {
                Some((_, providers)) => providers.push(provider.name),
                None => services.push((service, vec![provider.name])),
            }
        }
    }
    services
}
