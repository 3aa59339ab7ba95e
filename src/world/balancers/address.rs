//! The addresses that balancers answer at.

use std::net::Ipv4Addr;
use std::sync::Arc;

use super::{Numbered, Numbers};

/// A virtual address; balancers that have one of the same id share it.
#[derive(Debug, Clone, PartialEq)]
pub struct VirtualIp {
    pub id: u32,
    pub address: Arc<str>,
    pub reach: Reach,
    pub version: IpVersion,
}

/// From where an address can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    Public,
    /// The provider's network between its customers' servers.
    ServiceNet,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IpVersion {
    V4,
    V6,
}

/// The ids of IPv6 addresses begin above it in the real service.
const IPV6_IDS: u32 = 9_000_000;

/// How many addresses there are of each range.
const RANGE: u32 = 1 << 16;

/// The ranges that addresses are taken from: two that are set aside for measurements (RFC 2544) and for
/// private networks (RFC 1918).
const PUBLIC: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 0);
const SERVICE_NET: Ipv4Addr = Ipv4Addr::new(10, 183, 0, 0);

impl VirtualIp {
    /// The next address of its kind; `None` when there are no more.
    pub fn take(numbers: &mut Numbers, reach: Reach, version: IpVersion) -> Option<Self> {
        let (number, base) = match version {
            IpVersion::V4 => (numbers.next(Numbered::Ipv4), 0),
            IpVersion::V6 => (numbers.next(Numbered::Ipv6), IPV6_IDS),
        };
        (number < RANGE).then(|| Self {
            id: base + number,
            address: address(number, reach, version).into(),
            reach,
            version,
        })
    }
}

/// IPv6 addresses are written out, as the real service does; theirs is the range for examples (RFC 3849).
fn address(number: u32, reach: Reach, version: IpVersion) -> String {
    match (version, reach) {
        (IpVersion::V4, Reach::Public) => {
            Ipv4Addr::from_bits(PUBLIC.to_bits() + number).to_string()
        }
        (IpVersion::V4, Reach::ServiceNet) => {
            Ipv4Addr::from_bits(SERVICE_NET.to_bits() + number).to_string()
        }
        (IpVersion::V6, _) => format!("2001:0db8:7901:0000:0000:0000:0000:{number:04x}"),
    }
}
