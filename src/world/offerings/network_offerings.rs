//! Network offerings: what a guest network, or a virtual private cloud, can be.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::world::ids;
use crate::world::offerings::offer::Offer;
use crate::world::store::Store;

/// Which kind of guest network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuestType {
    /// One account's own.
    Isolated,
    /// Used by several, with addresses that an administrator gave it.
    Shared,
    /// Without addresses.
    L2,
}

impl GuestType {
    pub const ALL: [GuestType; 3] = [GuestType::Isolated, GuestType::Shared, GuestType::L2];

    /// The service's own word for it.
    pub fn word(self) -> &'static str {
        match self {
            GuestType::Isolated => "Isolated",
            GuestType::Shared => "Shared",
            GuestType::L2 => "L2",
        }
    }

    pub fn named(word: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|known| known.word().eq_ignore_ascii_case(word))
    }
}

/// A service of a network, and who provides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub name: Arc<str>,
    pub providers: Vec<Arc<str>>,
}

/// What a guest network is made by.
#[derive(Debug, Clone)]
pub struct NetworkOffering {
    pub id: Uuid,
    pub name: Arc<str>,
    pub display_text: Arc<str>,
    pub guest_type: GuestType,
    pub services: Vec<Service>,
    pub is_enabled: bool,
    /// The cloud's own, which cannot be deleted.
    pub is_default: bool,
    /// For the tiers of virtual private clouds.
    pub is_for_vpc: bool,
    /// Whoever makes a network names its VLAN.
    pub takes_vlan: bool,
    /// Whoever makes a network names its addresses.
    pub takes_ranges: bool,
    /// `Required` or `Optional`.
    pub availability: Arc<str>,
    /// One public address may serve several purposes.
    pub is_conserving: bool,
    /// Networks are there, with their routers, before they have machines.
    pub is_persistent: bool,
    /// What leaves a network is let out where no rule says otherwise.
    pub lets_out: bool,
    /// In Mb/s.
    pub rate: Option<u32>,
    pub max_connections: Option<u32>,
    pub tags: Option<Arc<str>>,
    /// `IPv4`, `IPv6` or `DualStack`.
    pub internet_protocol: Arc<str>,
    pub sort_key: i32,
    pub offer: Offer,
    pub created: DateTime<Utc>,
}

impl NetworkOffering {
    /// An offering that is not enabled yet, with nothing out of the usual.
    pub fn new(id: Uuid, name: &str, guest_type: GuestType, created: DateTime<Utc>) -> Self {
        Self {
            id,
            name: name.into(),
            display_text: name.into(),
            guest_type,
            services: Vec::new(),
            is_enabled: false,
            is_default: false,
            is_for_vpc: false,
            takes_vlan: false,
            takes_ranges: false,
            availability: "Optional".into(),
            is_conserving: true,
            is_persistent: false,
            lets_out: true,
            rate: None,
            max_connections: None,
            tags: None,
            internet_protocol: "IPv4".into(),
            sort_key: 0,
            offer: Offer::default(),
            created,
        }
    }

    pub fn has(&self, service: &str) -> bool {
        has(&self.services, service)
    }

    /// Whether a virtual router provides a service.
    pub fn is_routers(&self, service: &str) -> bool {
        let mut providers = self.providers_of(service);
        providers.any(|provider| provider.ends_with("VirtualRouter"))
    }

    /// Whether what comes from inside its networks is balanced, by machines of their own.
    pub fn balances_inside(&self) -> bool {
        self.providers_of("Lb")
            .any(|provider| &**provider == INNER_BALANCER)
    }

    fn providers_of(&self, service: &str) -> impl Iterator<Item = &Arc<str>> {
        let services = self.services.iter();
        let found = services.filter(move |known| known.name.eq_ignore_ascii_case(service));
        found.flat_map(|service| &service.providers)
    }
}

/// What a virtual private cloud is made by.
#[derive(Debug, Clone)]
pub struct VpcOffering {
    pub id: Uuid,
    pub name: Arc<str>,
    pub display_text: Arc<str>,
    pub services: Vec<Service>,
    pub is_enabled: bool,
    pub is_default: bool,
    /// Its clouds have two routers, of which one waits for the other to fail.
    pub is_redundant: bool,
    pub sort_key: i32,
    pub offer: Offer,
    pub created: DateTime<Utc>,
}

impl VpcOffering {
    /// An offering that is not enabled yet.
    pub fn new(id: Uuid, name: &str, created: DateTime<Utc>) -> Self {
        Self {
            id,
            name: name.into(),
            display_text: name.into(),
            services: services("VpcVirtualRouter", VPC_SERVICES),
            is_enabled: false,
            is_default: false,
            is_redundant: false,
            sort_key: 0,
            offer: Offer::default(),
            created,
        }
    }

    pub fn has(&self, service: &str) -> bool {
        has(&self.services, service)
    }
}

fn has(services: &[Service], name: &str) -> bool {
    let mut names = services.iter().map(|service| &service.name);
    names.any(|known| known.eq_ignore_ascii_case(name))
}

/// All of them.
#[derive(Debug, Clone)]
pub struct NetworkOfferings {
    pub networks: Store<NetworkOffering>,
    pub vpcs: Store<VpcOffering>,
}

impl NetworkOfferings {
    /// Those that every cloud has.
    pub fn new(created: DateTime<Utc>) -> Self {
        let mut offerings = Self {
            networks: Store::default(),
            vpcs: Store::default(),
        };
        for usual in USUAL {
            let offering = usual.offering(created);
            offerings.networks.insert(offering.id, offering);
        }
        for (name, is_redundant) in USUAL_VPC {
            let id = ids::named("vpc-offering", name);
            let offering = VpcOffering {
                is_enabled: true,
                is_default: true,
                is_redundant: *is_redundant,
                ..VpcOffering::new(id, name, created)
            };
            offerings.vpcs.insert(id, offering);
        }
        offerings
    }
}

/// Who balances what comes from inside a network.
const INNER_BALANCER: &str = "InternalLbVm";

/// The offering of networks that nobody chose one for.
pub const ISOLATED: &str = "DefaultIsolatedNetworkOfferingWithSourceNatService";

/// The offering of networks that all share and nobody chose one for.
pub const SHARED: &str = "DefaultSharedNetworkOffering";

/// The id of one of those that every cloud has.
pub fn usual_id(name: &str) -> Uuid {
    ids::named("network-offering", name)
}

/// Services of one provider.
pub fn services(provider: &str, names: &[&str]) -> Vec<Service> {
    let provider: Arc<str> = provider.into();
    let names = names.iter();
    names
        .map(|name| Service {
            name: (*name).into(),
            providers: vec![provider.clone()],
        })
        .collect()
}

/// An offering that every cloud has.
struct Usual {
    name: &'static str,
    text: &'static str,
    kind: GuestType,
    provider: &'static str,
    services: &'static [&'static str],
    takes_vlan: bool,
    is_for_vpc: bool,
    balances_inside: bool,
}

impl Usual {
    fn services(&self) -> Vec<Service> {
        let mut services = services(self.provider, self.services);
        if self.balances_inside {
            let balancing = services.iter_mut().filter(|service| &*service.name == "Lb");
            balancing.for_each(|service| service.providers = vec![INNER_BALANCER.into()]);
        }
        services
    }

    fn offering(&self, created: DateTime<Utc>) -> NetworkOffering {
        let id = usual_id(self.name);
        let is_first_choice = self.name == ISOLATED;
        NetworkOffering {
            display_text: self.text.into(),
            services: self.services(),
            is_enabled: true,
            is_default: true,
            is_for_vpc: self.is_for_vpc,
            takes_vlan: self.takes_vlan,
            takes_ranges: self.takes_vlan && self.kind != GuestType::L2,
            availability: if is_first_choice {
                "Required"
            } else {
                "Optional"
            }
            .into(),
            is_conserving: !self.is_for_vpc,
            ..NetworkOffering::new(id, self.name, self.kind, created)
        }
    }
}

const SHARED_SERVICES: &[&str] = &["Dhcp", "Dns", "UserData"];
const ISOLATED_SERVICES: &[&str] = &[
    "Dhcp",
    "Dns",
    "UserData",
    "Vpn",
    "SourceNat",
    "StaticNat",
    "Firewall",
    "PortForwarding",
    "Lb",
];
const TIER_SERVICES: &[&str] = &[
    "Dhcp",
    "Dns",
    "UserData",
    "SourceNat",
    "StaticNat",
    "PortForwarding",
    "Lb",
    "NetworkACL",
    "Vpn",
];
const TIER_SERVICES_WITHOUT_BALANCING: &[&str] = &[
    "Dhcp",
    "Dns",
    "UserData",
    "SourceNat",
    "StaticNat",
    "PortForwarding",
    "NetworkACL",
    "Vpn",
];
const VPC_SERVICES: &[&str] = &[
    "Dhcp",
    "Dns",
    "UserData",
    "SourceNat",
    "StaticNat",
    "PortForwarding",
    "Lb",
    "NetworkACL",
    "Vpn",
    "Gateway",
];

const fn usual(
    name: &'static str,
    text: &'static str,
    kind: GuestType,
    services: &'static [&'static str],
) -> Usual {
    Usual {
        name,
        text,
        kind,
        provider: "VirtualRouter",
        services,
        takes_vlan: false,
        is_for_vpc: false,
        balances_inside: false,
    }
}

impl Usual {
    const fn with_vlan(self) -> Self {
        Self {
            takes_vlan: true,
            ..self
        }
    }

    const fn by(self, provider: &'static str) -> Self {
        Self { provider, ..self }
    }

    const fn balancing_inside(self) -> Self {
        Self {
            balances_inside: true,
            ..self
        }
    }

    const fn for_vpc(self) -> Self {
        Self {
            is_for_vpc: true,
            ..self.by("VpcVirtualRouter")
        }
    }
}

// As CloudStack's `ConfigurationServerImpl` makes them at its first start.
const USUAL: &[Usual] = &[
    usual(
        "DefaultSharedNetworkOfferingWithSGService",
        "Offering for Shared Security group enabled networks",
        GuestType::Shared,
        &["Dhcp", "Dns", "UserData", "SecurityGroup"],
    )
    .with_vlan(),
    usual(
        SHARED,
        "Offering for Shared networks",
        GuestType::Shared,
        SHARED_SERVICES,
    )
    .with_vlan(),
    usual(
        ISOLATED,
        "Offering for Isolated networks with Source Nat service enabled",
        GuestType::Isolated,
        ISOLATED_SERVICES,
    ),
    usual(
        "DefaultIsolatedNetworkOffering",
        "Offering for Isolated networks with no Source Nat service",
        GuestType::Isolated,
        SHARED_SERVICES,
    )
    .with_vlan(),
    usual(
        "DefaultIsolatedNetworkOfferingForVpcNetworks",
        "Offering for Isolated Vpc networks with Source Nat service enabled",
        GuestType::Isolated,
        TIER_SERVICES,
    )
    .for_vpc(),
    usual(
        "DefaultIsolatedNetworkOfferingForVpcNetworksNoLB",
        "Offering for Isolated Vpc networks with Source Nat service enabled and LB service disabled",
        GuestType::Isolated,
        TIER_SERVICES_WITHOUT_BALANCING,
    )
    .for_vpc(),
    usual(
        "DefaultIsolatedNetworkOfferingForVpcNetworksWithInternalLB",
        "Offering for Isolated Vpc networks with Internal Lb support",
        GuestType::Isolated,
        TIER_SERVICES,
    )
    .for_vpc()
    .balancing_inside(),
    usual(
        "QuickCloudNoServices",
        "Offering for QuickCloud with no services",
        GuestType::Shared,
        &[],
    )
    .with_vlan(),
    usual(
        "DefaultL2NetworkOffering",
        "Offering for L2 networks",
        GuestType::L2,
        &[],
    ),
    usual(
        "DefaultL2NetworkOfferingVlan",
        "Offering for L2 networks VLAN",
        GuestType::L2,
        &[],
    )
    .with_vlan(),
    usual(
        "DefaultL2NetworkOfferingConfigDrive",
        "Offering for L2 networks with config drive user data",
        GuestType::L2,
        &["UserData"],
    )
    .by("ConfigDrive"),
];

const USUAL_VPC: &[(&str, bool)] = &[
    ("Default VPC offering", false),
    ("Redundant VPC offering", true),
];
