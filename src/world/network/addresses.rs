//! Addresses, and which of a subnet's are free.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use cidr::IpCidr;

/// An address as a number: addresses are counted, whatever their version.
fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

fn address(number: u128, is_ipv4: bool) -> IpAddr {
    if is_ipv4 {
        IpAddr::V4(Ipv4Addr::from(number as u32))
    } else {
        IpAddr::V6(Ipv6Addr::from(number))
    }
}

/// 4 or 6.
pub fn version(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 4,
        IpAddr::V6(_) => 6,
    }
}

/// Addresses of one version, from the first to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    pub first: IpAddr,
    pub last: IpAddr,
}

impl Range {
    /// `None` where the ends are of two versions, or the wrong way round.
    pub fn new(first: IpAddr, last: IpAddr) -> Option<Self> {
        (first.is_ipv4() == last.is_ipv4() && first <= last).then_some(Self { first, last })
    }

    pub fn of(cidr: &IpCidr) -> Self {
        Self {
            first: cidr.first_address(),
            last: cidr.last_address(),
        }
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        self.first <= address && address <= self.last
    }

    pub fn overlaps(&self, other: &Range) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// What a subnet can give out: all but its first address and IPv4's broadcast, and not the router's.
    pub fn usable(cidr: &IpCidr, gateway: Option<IpAddr>) -> Vec<Range> {
        let (first, last) = (number(cidr.first_address()), number(cidr.last_address()));
        let is_ipv4 = cidr.is_ipv4();
        let (first, last) = match last - first {
            0 => (first, last),
            1 if is_ipv4 => (first, last),
            _ => (first + 1, last - u128::from(is_ipv4)),
        };
        let ranges = match gateway.map(number) {
            Some(gateway) if (first..=last).contains(&gateway) => {
                vec![
                    (first, gateway.wrapping_sub(1)),
                    (gateway.wrapping_add(1), last),
                ]
            }
            Some(_) | None => vec![(first, last)],
        };
        let ranges = ranges.into_iter().filter(|(first, last)| first <= last);
        let range = |(first, last)| Range {
            first: address(first, is_ipv4),
            last: address(last, is_ipv4),
        };
        ranges.map(range).collect()
    }

    /// How many addresses it has.
    pub fn count(&self) -> u128 {
        (number(self.last) - number(self.first)).saturating_add(1)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

/// The address after one; `None` after the last of all.
pub(super) fn next(before: IpAddr) -> Option<IpAddr> {
    match before {
        IpAddr::V4(before) => u32::from(before)
            .checked_add(1)
            .map(|n| IpAddr::V4(n.into())),
        IpAddr::V6(before) => u128::from(before)
            .checked_add(1)
            .map(|n| IpAddr::V6(n.into())),
    }
}

/// The second address of a network: its router's, where nothing else is said.
pub fn first_host(cidr: &IpCidr) -> IpAddr {
    let first = number(cidr.first_address());
    address(first.saturating_add(1), cidr.is_ipv4())
}

/// The address that a network card gives itself in an IPv6 network: its hardware address, as EUI-64.
pub fn of_hardware(cidr: &IpCidr, mac: Mac) -> IpAddr {
    let [a, b, c, d, e, f] = mac.0;
    let interface = u64::from_be_bytes([a ^ 2, b, c, 0xff, 0xfe, d, e, f]);
    address(number(cidr.first_address()) | u128::from(interface), false)
}

/// The hardware address of a network card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mac(pub [u8; 6]);

impl Mac {
    /// The `n`th of those that the cloud gives out.
    pub fn nth(n: u64) -> Self {
        let [.., d, e, f] = n.to_be_bytes();
        Self([0xfa, 0x16, 0x3e, d, e, f])
    }

    /// Reads `fa:16:3e:00:00:01`, with colons or hyphens.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 6];
        let mut parts = text.split([':', '-']);
        for byte in &mut bytes {
            let part = parts.next().filter(|part| (1..=2).contains(&part.len()))?;
            *byte = u8::from_str_radix(part, 16).ok()?;
        }
        parts.next().is_none().then_some(Self(bytes))
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, f] = self.0;
        write!(out, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x}")
    }
}

/// The free addresses of a subnet, as ranges with something taken between them: few entries, however
/// large the subnet.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// The last of each range, by its first.
    free: BTreeMap<u128, u128>,
    is_ipv4: bool,
}

impl Addresses {
    pub fn of(cidr: &IpCidr) -> Self {
        let whole = (number(cidr.first_address()), number(cidr.last_address()));
        Self {
            free: BTreeMap::from([whole]),
            is_ipv4: cidr.is_ipv4(),
        }
    }

    /// The lowest free address of the first of these ranges that has one.
    pub fn lowest(&self, ranges: &[Range]) -> Option<IpAddr> {
        ranges.iter().find_map(|range| self.lowest_of(range))
    }

    fn lowest_of(&self, range: &Range) -> Option<IpAddr> {
        let (first, last) = (number(range.first), number(range.last));
        if self.free_range_at(first).is_some() {
            return Some(range.first);
        }
        let (next, _) = self.free.range(first..=last).next()?;
        Some(address(*next, self.is_ipv4))
    }

    /// The free addresses of a range, lowest first.
    pub(super) fn free_in(&self, range: Range) -> impl Iterator<Item = IpAddr> {
        let (first, last) = (number(range.first), number(range.last));
        let before = self.free_range_at(first);
        let inside = self
            .free
            .range(first.saturating_add(1)..=last.max(first.saturating_add(1)));
        let inside = inside.map(|(first, last)| (*first, *last));
        let numbers = before
            .into_iter()
            .chain(inside)
            .flat_map(move |(from, to)| from.max(first)..=to.min(last));
        numbers.map(|number| address(number, self.is_ipv4))
    }

    pub fn is_free(&self, wanted: IpAddr) -> bool {
        self.free_range_at(number(wanted)).is_some()
    }

    fn free_range_at(&self, wanted: u128) -> Option<(u128, u128)> {
        let (first, last) = self.free.range(..=wanted).next_back()?;
        (wanted <= *last).then_some((*first, *last))
    }

    /// Takes an address; false when it is taken already, or not the subnet's.
    #[must_use]
    pub fn take(&mut self, wanted: IpAddr) -> bool {
        let wanted = number(wanted);
        let Some((first, last)) = self.free_range_at(wanted) else {
            return false;
        };
        self.free.remove(&first);
        if first < wanted {
            self.free.insert(first, wanted - 1);
        }
        if wanted < last {
            self.free.insert(wanted + 1, last);
        }
        true
    }

    /// Makes an address free that was taken.
    pub fn put_back(&mut self, returned: IpAddr) {
        let (mut first, mut last) = (number(returned), number(returned));
        if let Some((lower, end)) = self.free.range(..first).next_back()
            && end.checked_add(1) == Some(first)
        {
            first = *lower;
        }
        if let Some(end) = last.checked_add(1).and_then(|next| self.free.remove(&next)) {
            last = end;
        }
        self.free.insert(first, last);
    }

    /// How many addresses are taken.
    pub fn taken(&self, cidr: &IpCidr) -> u128 {
        let ranges = self.free.iter();
        let free = ranges.fold(0u128, |sum, (first, last)| {
            sum.saturating_add((last - first).saturating_add(1))
        });
        Range::of(cidr).count().saturating_sub(free)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cidr(text: &str) -> IpCidr {
        text.parse().expect("a network")
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn the_lowest_free_address_comes_first_and_all_run_out() {
        let cidr = cidr("10.0.0.0/29");
        let pools = Range::usable(&cidr, Some(first_host(&cidr)));
        let mut addresses = Addresses::of(&cidr);
        let taken: Vec<String> = std::iter::from_fn(|| {
            let lowest = addresses.lowest(&pools)?;
            assert!(addresses.take(lowest) && !addresses.take(lowest));
            Some(lowest.to_string())
        })
        .collect();
        let expected: Vec<String> = (2..=6).map(|n| format!("10.0.0.{n}")).collect();
        assert_eq!(taken, expected);
        assert_eq!(addresses.taken(&cidr), 5);
        for returned in ["10.0.0.5", "10.0.0.4", "10.0.0.6"] {
            addresses.put_back(ip(returned));
        }
        assert_eq!(addresses.lowest(&pools), Some(ip("10.0.0.4")));
        assert_eq!(addresses.free.len(), 2);
    }

    #[test]
    fn a_gateway_splits_what_is_usable() {
        let shown = |network: &str, gateway: Option<&str>| {
            let ranges = Range::usable(&cidr(network), gateway.map(ip));
            ranges.iter().map(Range::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            shown("10.0.0.0/24", Some("10.0.0.9")),
            ["10.0.0.1-10.0.0.8", "10.0.0.10-10.0.0.254"]
        );
        assert_eq!(shown("10.0.0.0/31", None), ["10.0.0.0-10.0.0.1"]);
        assert_eq!(shown("fd00::/126", Some("fd00::1")), ["fd00::2-fd00::3"]);
        assert_eq!(shown("::/0", None).len(), 1);
    }

    #[test]
    fn a_card_makes_its_ipv6_address_of_its_hardware_address() {
        let mac = Mac::parse("fa:16:3e:00:00:01").expect("an address");
        assert_eq!(
            of_hardware(&cidr("fd00::/64"), mac),
            ip("fd00::f816:3eff:fe00:1")
        );
        assert_eq!(mac.to_string(), "fa:16:3e:00:00:01");
        assert_eq!(Mac::parse("fa:16:3e:00:00"), None);
    }
}
