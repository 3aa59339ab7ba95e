//! Ranges of addresses.

use std::net::IpAddr;
use std::sync::Arc;

use cidr::{IpCidr, Ipv4Inet};
use uuid::Uuid;

use crate::vocabulary::plan::RangeSettings;
use crate::world::network::addresses::Range;
use crate::world::topology::inventory::Item;

/// A range of public addresses, or of guests' in a zone of the basic kind.
#[derive(Debug, Clone)]
pub struct AddressRange {
    pub id: Uuid,
    pub zone: Uuid,
    pub pod: Option<Uuid>,
    pub physical_network: Option<Uuid>,
    /// The guest network that it is of.
    pub network: Option<Uuid>,
    /// Of public addresses.
    pub is_public: bool,
    pub is_for_system_machines: bool,
    /// Only tells of the addresses of the network that leads out, where a plan says nothing.
    pub is_usual: bool,
    pub settings: RangeSettings,
    pub dedication: Option<Dedication>,
}

/// To whom alone a range gives addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dedication {
    pub domain: Uuid,
    pub account: Option<Arc<str>>,
}

impl Item for AddressRange {
    fn id(&self) -> Uuid {
        self.id
    }
}

impl AddressRange {
    /// How many addresses there are; 0 where its ends are open.
    pub fn len(&self) -> u64 {
        match (self.settings.start, self.settings.end) {
            (Some(start), Some(end)) => {
                u64::from(u32::from(end).saturating_sub(u32::from(start))) + 1
            }
            (Some(_), None) => 1,
            (None, _) => 0,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The addresses, if their ends are told.
    pub fn addresses(&self) -> Option<Range> {
        let first = self.settings.start?;
        let last = self.settings.end.unwrap_or(first);
        Range::new(IpAddr::V4(first), IpAddr::V4(last))
    }

    /// The network that the addresses are of, if that is told.
    pub fn cidr(&self) -> Option<IpCidr> {
        let netmask = u32::from(self.settings.netmask?);
        let length = u8::try_from(netmask.leading_ones()).ok()?;
        let inet = Ipv4Inet::new(self.settings.gateway?, length).ok()?;
        Some(inet.network().into())
    }

    /// `50`, or `untagged`.
    pub fn vlan(&self) -> &str {
        let vlan = self.settings.vlan.as_deref().unwrap_or("untagged");
        vlan.strip_prefix("vlan://").unwrap_or(vlan)
    }

    /// Whether the two have addresses in common.
    pub fn overlaps(&self, other: &RangeSettings) -> bool {
        let ends = |range: &RangeSettings| Some((range.start?, range.end.or(range.start)?));
        match (ends(&self.settings), ends(other)) {
            (Some((first, last)), Some((start, end))) => first <= end && start <= last,
            _ => false,
        }
    }
}

/// A range of addresses for what fetches from storage.
#[derive(Debug, Clone)]
pub struct StorageRange {
    pub id: Uuid,
    pub zone: Uuid,
    pub pod: Uuid,
    pub settings: RangeSettings,
}

impl Item for StorageRange {
    fn id(&self) -> Uuid {
        self.id
    }
}
