//! The services of an OpenStack cloud, and where they answer.

/// An OpenStack service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    Identity,
    Compute,
    Image,
    Network,
    Volume,
    Placement,
}

impl Service {
    /// All of them, in the order of the catalog.
    pub const ALL: [Service; 6] = [
        Service::Identity,
        Service::Compute,
        Service::Image,
        Service::Network,
        Service::Volume,
        Service::Placement,
    ];

    /// Its first path segment, and the first word of its commands.
    pub fn kind(self) -> &'static str {
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
    pub fn catalog(self) -> &'static [(&'static str, &'static str)] {
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
    pub fn endpoint(self) -> &'static str {
        match self {
            Service::Identity => "/identity",
            Service::Compute => "/compute/v2.1",
            Service::Image => "/image",
            Service::Network => "/network",
            Service::Volume => "/volume/v3",
            Service::Placement => "/placement",
        }
    }
}
