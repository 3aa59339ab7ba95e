//! Subnet pools: prefixes that subnets are cut from; and address scopes, which keep them apart.

use cidr::IpCidr;
use uuid::Uuid;

use super::addresses::{Range, next};
use super::fault::{bad_request, conflict, not_found};
use super::{Meta, Networking};
use crate::vocabulary::fault::{Fault, FaultKind};

#[derive(Debug, Clone)]
pub struct SubnetPool {
    pub meta: Meta,
    /// All of one version.
    pub prefixes: Vec<IpCidr>,
    pub default_length: u8,
    pub min_length: u8,
    pub max_length: u8,
    pub is_shared: bool,
    /// Taken where a subnet names none but asks for the default.
    pub is_default: bool,
    pub scope: Option<Uuid>,
    pub default_quota: Option<i64>,
}

impl SubnetPool {
    /// 4 or 6.
    pub fn version(&self) -> u8 {
        match self.prefixes.first() {
            Some(prefix) if prefix.is_ipv6() => 6,
            Some(_) | None => 4,
        }
    }
}

#[derive(Debug, Clone)]
pub struct AddressScope {
    pub meta: Meta,
    /// 4 or 6.
    pub version: u8,
    pub is_shared: bool,
}

impl Networking {
    /// Finds room for a subnet in a pool; without a length, of the pool's usual one.
    ///
    /// # Errors
    /// When the pool gives no subnets of that length, or has no room left.
    pub fn cut_from_pool(&self, pool: Uuid, length: Option<u8>) -> Result<IpCidr, Fault> {
        let pool = self
            .subnet_pools
            .get(pool)
            .ok_or_else(|| not_found("SubnetPool", pool))?;
        let length = length.unwrap_or(pool.default_length);
        check_length(pool, length)?;
        let id = pool.meta.id;
        let taken: Vec<Range> = self
            .subnets
            .iter()
            .filter(|subnet| subnet.subnet_pool == Some(id))
            .map(|subnet| Range::of(&subnet.cidr))
            .collect();
        let mut prefixes = pool.prefixes.iter();
        let found = prefixes.find_map(|prefix| first_gap(prefix, length, &taken));
        found.ok_or_else(|| {
            let message = "Failed to allocate subnet: Insufficient prefix space to allocate subnet size \
                           /";
            Fault::new(FaultKind::Internal, format!("{message}{length}."))
                .named("SubnetAllocationError")
        })
    }

    /// Checks that a network of the client's choice may be cut from a pool.
    ///
    /// # Errors
    /// When it is not in the pool, or taken.
    pub fn check_in_pool(&self, pool: Uuid, cidr: &IpCidr) -> Result<(), Fault> {
        let pool = self
            .subnet_pools
            .get(pool)
            .ok_or_else(|| not_found("SubnetPool", pool))?;
        check_length(pool, cidr.network_length())?;
        let range = Range::of(cidr);
        let is_inside = pool
            .prefixes
            .iter()
            .any(|prefix| prefix.contains(&range.first) && prefix.contains(&range.last));
        let id = pool.meta.id;
        let mut others = self
            .subnets
            .iter()
            .filter(|other| other.subnet_pool == Some(id));
        if is_inside && !others.any(|other| Range::of(&other.cidr).overlaps(&range)) {
            return Ok(());
        }
        let message = "Failed to allocate subnet: Cannot allocate requested subnet from the available set of prefixes.";
        Err(Fault::new(FaultKind::Internal, message).named("SubnetAllocationError"))
    }

    /// Removes a subnet pool.
    ///
    /// # Errors
    /// `SubnetPoolDeleteError` while subnets are cut from it.
    pub fn remove_subnet_pool(&mut self, id: Uuid) -> Result<(), Fault> {
        if self
            .subnets
            .iter()
            .any(|subnet| subnet.subnet_pool == Some(id))
        {
            let message = "Unable to delete subnet pool: Subnet pool has existing allocations.";
            return Err(Fault::bad_request(message).named("SubnetPoolDeleteError"));
        }
        self.subnet_pools.remove(id);
        Ok(())
    }

    /// Removes an address scope.
    ///
    /// # Errors
    /// `AddressScopeInUse` while pools are in it.
    pub fn remove_address_scope(&mut self, id: Uuid) -> Result<(), Fault> {
        if self.subnet_pools.iter().any(|pool| pool.scope == Some(id)) {
            let message = format!(
                "Unable to complete operation on address scope {id}. There are one or more subnet pools in use on \
                 the address scope."
            );
            return Err(conflict("AddressScopeInUse", message));
        }
        self.address_scopes.remove(id);
        Ok(())
    }

    /// The pool that subnets of a version are cut from where the client asks for the default.
    ///
    /// # Errors
    /// `BadRequest` when there is none.
    pub fn default_pool(&self, version: u8) -> Result<Uuid, Fault> {
        let mut pools = self.subnet_pools.iter();
        let default = pools.find(|pool| pool.is_default && pool.version() == version);
        default.map(|pool| pool.meta.id).ok_or_else(|| {
            bad_request(
                "subnets",
                format!("No default subnetpool found for IPv{version}"),
            )
        })
    }
}

fn check_length(pool: &SubnetPool, length: u8) -> Result<(), Fault> {
    let refuse = |name, limit: &str, value: u8| {
        let message = format!(
            "Unable to allocate subnet with prefix length {length}, {limit} allowed prefix is {value}."
        );
        Err(Fault::bad_request(message).named(name))
    };
    if length < pool.min_length {
        return refuse("MinPrefixSubnetAllocationError", "minimum", pool.min_length);
    }
    if length > pool.max_length {
        return refuse("MaxPrefixSubnetAllocationError", "maximum", pool.max_length);
    }
    Ok(())
}

/// The first network of that length in a prefix that overlaps with nothing taken.
fn first_gap(prefix: &IpCidr, length: u8, taken: &[Range]) -> Option<IpCidr> {
    if length < prefix.network_length() {
        return None;
    }
    let mut candidate = IpCidr::new(prefix.first_address(), length).ok()?;
    loop {
        let range = Range::of(&candidate);
        let Some(blocking) = taken.iter().find(|taken| taken.overlaps(&range)) else {
            return Some(candidate);
        };
        // Both begin at a multiple of their size, so what follows the later end is a multiple of ours.
        let first = next(blocking.last.max(range.last))?;
        candidate = IpCidr::new(first, length).ok()?;
        if !prefix.contains(&first) {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_found_beside_larger_and_smaller_networks() {
        let cidr = |text: &str| -> IpCidr { text.parse().expect("a network") };
        let gap = |length, taken: &[&str]| {
            let taken: Vec<Range> = taken.iter().map(|text| Range::of(&cidr(text))).collect();
            first_gap(&cidr("10.0.0.0/22"), length, &taken).map(|gap| gap.to_string())
        };
        assert_eq!(gap(24, &[]).as_deref(), Some("10.0.0.0/24"));
        assert_eq!(gap(24, &["10.0.0.0/23"]).as_deref(), Some("10.0.2.0/24"));
        assert_eq!(
            gap(24, &["10.0.0.64/26", "10.0.1.0/24"]).as_deref(),
            Some("10.0.2.0/24")
        );
        assert_eq!(gap(24, &["10.0.0.0/22"]), None);
        assert_eq!(gap(21, &[]), None);
    }
}
