//! The addresses that zones give out: ranges of them are allocation pools of networks that lead out.
//!
//! All zones share the first network that leads out, as long as their subnets do not overlap there; a zone
//! whose do gets a network of its own. A zone without ranges gives out what that first network has beside.

use std::collections::BTreeSet;
use std::net::IpAddr;

use cidr::IpCidr;
use uuid::Uuid;

use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::setting::Scope;
use crate::world::accounts::project_id;
use crate::world::equipment::AddressRange;
use crate::world::network::addresses::Range;
use crate::world::network::{Meta, Network, Networking, SubnetDraft, Wish};
use crate::world::{World, ids};

/// Addresses of a subnet that are given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    pub network: Uuid,
    pub subnet: Uuid,
    pub addresses: Range,
}

/// Addresses of a zone, and the range that they are of, if a range says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZonePool {
    pub range: Option<Uuid>,
    pub pool: Pool,
}

/// For whom a public address is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    Account(Uuid),
    /// One of the cloud's own machines.
    System,
}

/// How they come and go.
impl World {
    /// Has each range be a pool of a network, and those that are no more be none any longer.
    pub fn lay_out_ranges(&mut self) {
        let ranges = self.equipment.ranges.iter();
        let ranges: Vec<AddressRange> = ranges.filter(|range| !range.is_usual).cloned().collect();
        let laid = self.networking.guests.pools.iter();
        let is_there = |id: &Uuid, pool: &Pool| {
            let mut ranges = ranges.iter();
            ranges.any(|range| range.id == *id && range.addresses() == Some(pool.addresses))
        };
        let stale = laid.filter(|(id, pool)| !is_there(id, pool));
        for id in stale.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.networking.take_up_range(id);
        }
        for range in ranges {
            // One that a plan has wrongly gives out nothing.
            self.lay_out_range(&range).ok();
        }
    }

    /// Has a range be a pool of a network, if it is of a network's addresses and is none yet.
    ///
    /// # Errors
    /// When its addresses are given out already, or it does not fit its network.
    pub fn lay_out_range(&mut self, range: &AddressRange) -> Result<(), Fault> {
        let is_of_network = range.is_public || range.network.is_some();
        let is_laid = self.networking.guests.pools.contains_key(&range.id);
        let (Some(cidr), Some(addresses)) = (range.cidr(), range.addresses()) else {
            return Ok(());
        };
        if is_laid || !is_of_network {
            return Ok(());
        }
        let network = self.network_for(range)?;
        let same = self.networking.subnet_with(network, &cidr);
        let subnet = match same {
            Some(subnet) => self.networking.widen(subnet, addresses).map(|()| subnet),
            None => self.networking.add_subnet(SubnetDraft {
                gateway: Some(range.settings.gateway.map(IpAddr::V4)),
                pools: Some(vec![addresses]),
                has_dhcp: false,
                ..SubnetDraft::new(
                    self.given(subnet_id(network, &cidr), "range"),
                    network,
                    cidr,
                )
            }),
        }?;
        let pool = Pool {
            network,
            subnet,
            addresses,
        };
        self.networking.guests.pools.insert(range.id, pool);
        Ok(())
    }

    /// The network that the addresses of a range become part of, made where there is none yet.
    fn network_for(&mut self, range: &AddressRange) -> Result<Uuid, Fault> {
        if let Some(network) = range.network {
            return Ok(network);
        }
        let own = ids::named("public-network", &range.zone.to_string());
        let shared = self.networking.outside();
        let shared = shared.filter(|shared| self.has_room(*shared, range));
        if let Some(shared) = shared {
            return Ok(shared);
        }
        if self.networking.networks.get(own).is_none() {
            let zone = self.topology.zone(range.zone);
            let name = zone.map_or("public".to_owned(), |zone| format!("public-{}", zone.name));
            let mut network = Network::new(self.given(own, &name));
            network.is_external = true;
            network.mtu = 1500;
            self.networking.networks.insert(own, network);
        }
        match self.has_room(own, range) {
            true => Ok(own),
            false => Err(crossing()),
        }
    }

    /// Whether a range fits beside the subnets of a network: into one of its own zone, or beside all.
    fn has_room(&self, network: Uuid, range: &AddressRange) -> bool {
        let (Some(cidr), Some(addresses)) = (range.cidr(), range.addresses()) else {
            return false;
        };
        let whole = Range::of(&cidr);
        let mut subnets = self.networking.subnets_of(network);
        subnets.all(|subnet| {
            let is_apart = !Range::of(&subnet.cidr).overlaps(&whole);
            let fits_in = || {
                let mut pools = subnet.pools.iter();
                subnet.cidr == cidr
                    && pools.all(|pool| !pool.overlaps(&addresses))
                    && !self.is_of_other_zone(subnet.meta.id, range.zone)
            };
            is_apart || fits_in()
        })
    }

    fn is_of_other_zone(&self, subnet: Uuid, zone: Uuid) -> bool {
        let mut pools = self.networking.guests.pools.iter();
        pools.any(|(range, pool)| {
            let range = self.equipment.ranges.get(*range);
            pool.subnet == subnet && range.is_some_and(|range| range.zone != zone)
        })
    }

    fn given(&self, id: Uuid, name: &str) -> Meta {
        Meta {
            is_given: true,
            ..Meta::new(id, project_id("admin"), self.now).named(name)
        }
    }
}

/// A subnet that is there for ranges alone.
fn subnet_id(network: Uuid, cidr: &IpCidr) -> Uuid {
    ids::named("range-subnet", &format!("{network}/{cidr}"))
}

fn crossing() -> Fault {
    Fault::invalid(
        "The IP range already has IPs that overlap with the new range. Please specify a different start IP/end \
         IP.",
    )
}

impl Networking {
    fn subnet_with(&self, network: Uuid, cidr: &IpCidr) -> Option<Uuid> {
        let mut subnets = self.subnets_of(network);
        let same = subnets.find(|subnet| subnet.cidr == *cidr);
        same.map(|subnet| subnet.meta.id)
    }

    /// Lets a subnet give out more of its addresses.
    fn widen(&mut self, subnet: Uuid, addresses: Range) -> Result<(), Fault> {
        let pools = self.expect_subnet(subnet)?.pools.iter().copied();
        let pools = pools.chain([addresses]).collect();
        let widened = self.set_pools(subnet, pools);
        widened.map_err(|fault| Fault {
            kind: FaultKind::InvalidParameter,
            ..fault
        })
    }

    /// Has a range be no pool any longer. What is taken of it stays so.
    fn take_up_range(&mut self, id: Uuid) {
        let Some(pool) = self.guests.pools.remove(&id) else {
            return;
        };
        let Some(subnet) = self.subnets.get_mut(pool.subnet) else {
            return;
        };
        subnet.pools.retain(|known| *known != pool.addresses);
        let is_own = subnet.meta.id == subnet_id(pool.network, &subnet.cidr);
        if is_own && subnet.pools.is_empty() {
            self.remove_subnet(pool.subnet).ok();
        }
    }

    /// How many addresses of a range somebody has.
    pub fn taken_of_range(&self, range: Uuid) -> u128 {
        let pool = self.guests.pools.get(&range);
        let subnet = pool.and_then(|pool| Some((pool, self.subnets.get(pool.subnet)?)));
        subnet.map_or(0, |(pool, subnet)| {
            let free = subnet.addresses.free_in(pool.addresses).count() as u128;
            pool.addresses.count().saturating_sub(free)
        })
    }

    /// The range that a floating address, or the address of a port, is of.
    pub fn range_of(&self, subnet: Uuid, address: IpAddr) -> Option<Uuid> {
        let mut pools = self.guests.pools.iter();
        let of = pools.find(|(_, pool)| pool.subnet == subnet && pool.addresses.contains(address));
        of.map(|(range, _)| *range)
    }

    fn is_laid(&self, subnet: Uuid, addresses: Range) -> bool {
        let mut pools = self.guests.pools.values();
        pools.any(|pool| pool.subnet == subnet && pool.addresses == addresses)
    }
}

/// What is given out.
impl World {
    /// The addresses of a zone that are public ones: of its ranges, else of the network that leads out.
    pub fn zone_pools(&self, zone: Uuid) -> Vec<ZonePool> {
        let ranges = self.equipment.ranges.iter();
        let own = ranges.filter(|range| range.zone == zone && range.is_public);
        let pools = &self.networking.guests.pools;
        let own = own.flat_map(|range| match pools.get(&range.id) {
            Some(pool) => vec![ZonePool {
                range: Some(range.id),
                pool: *pool,
            }],
            None if range.is_usual => self.unplanned_pools(Some(range.id)),
            None => Vec::new(),
        });
        let own: Vec<ZonePool> = own.collect();
        match own.is_empty() {
            true => self.unplanned_pools(None),
            false => own,
        }
    }

    /// What the network that leads out has beside the ranges of zones.
    fn unplanned_pools(&self, range: Option<Uuid>) -> Vec<ZonePool> {
        let networking = &self.networking;
        let outside = networking.outside();
        let subnets = outside
            .into_iter()
            .flat_map(|net| networking.subnets_of(net));
        let subnets = subnets.filter(|subnet| subnet.cidr.is_ipv4());
        let pools = subnets.flat_map(|subnet| {
            let pools = subnet.pools.iter();
            let pools = pools.filter(|pool| !networking.is_laid(subnet.meta.id, **pool));
            pools.map(|addresses| ZonePool {
                range,
                pool: Pool {
                    network: subnet.network,
                    subnet: subnet.meta.id,
                    addresses: *addresses,
                },
            })
        });
        pools.collect()
    }

    /// The public addresses of a zone that somebody may have, those that are only theirs first.
    fn pools_for(&self, zone: Uuid, holder: Holder) -> Vec<Pool> {
        let range = |of: &ZonePool| self.equipment.ranges.get(of.range?);
        let is_own = |of: &ZonePool| range(of).is_some_and(|range| self.is_only_for(range, holder));
        let is_for_all = |of: &ZonePool| {
            range(of)
                .is_none_or(|range| range.dedication.is_none() && !range.is_for_system_machines)
        };
        let all = self.zone_pools(zone);
        let own = all.iter().filter(|of| is_own(of));
        let own: Vec<Pool> = own.map(|of| of.pool).collect();
        let goes_on = match holder {
            Holder::Account(account) => {
                let own = Some((Scope::Account, account));
                self.configuration.value_of("use.system.public.ips", own) == Some("true")
            }
            Holder::System => {
                let name = "system.vm.public.ip.reservation.mode.strictness";
                !self.configuration.is_true(name)
            }
        };
        let rest = all
            .iter()
            .filter(|of| (own.is_empty() || goes_on) && is_for_all(of));
        own.iter().copied().chain(rest.map(|of| of.pool)).collect()
    }

    fn is_only_for(&self, range: &AddressRange, holder: Holder) -> bool {
        let Holder::Account(account) = holder else {
            return range.is_for_system_machines;
        };
        let account = self.accounts.project(account);
        let pair = account.zip(range.dedication.as_ref());
        pair.is_some_and(|(account, dedication)| {
            let is_named = |name: &std::sync::Arc<str>| *name == account.name;
            account.domain == Some(dedication.domain)
                && dedication.account.as_ref().is_none_or(is_named)
        })
    }

    /// The address that somebody gets next in a zone, or the one that is asked for, and the network that it is
    /// of; none where there is none left.
    pub(in crate::world) fn next_address(
        &self,
        zone: Uuid,
        holder: Holder,
        wanted: Option<IpAddr>,
    ) -> Option<(Uuid, Wish)> {
        let pools = self.pools_for(zone, holder);
        let free = |pool: &Pool| {
            let addresses = &self.networking.subnets.get(pool.subnet)?.addresses;
            match wanted {
                Some(wanted) => {
                    let is_free = pool.addresses.contains(wanted) && addresses.is_free(wanted);
                    is_free.then_some(wanted)
                }
                None => addresses.lowest(&[pool.addresses]),
            }
        };
        pools.iter().find_map(|pool| {
            let wish = Wish {
                subnet: Some(pool.subnet),
                address: Some(free(pool)?),
            };
            Some((pool.network, wish))
        })
    }

    /// The first public addresses of all zones that nobody has, with the zone of each.
    pub fn free_addresses(&self, most: usize) -> Vec<(Uuid, Pool, IpAddr)> {
        let mut seen = BTreeSet::new();
        let zones = self.topology.zones();
        let pools = zones.flat_map(|zone| {
            let pools = self.zone_pools(zone.id).into_iter();
            pools.map(|of| (zone.id, of.pool))
        });
        // Zones without ranges share theirs.
        let pools = pools.filter(|(_, pool)| seen.insert((pool.subnet, pool.addresses.first)));
        let free = pools.flat_map(|(zone, pool)| {
            let subnet = self.networking.subnets.get(pool.subnet);
            let free = subnet.into_iter().flat_map(move |subnet| {
                let free = subnet.addresses.free_in(pool.addresses);
                free.take(most)
            });
            free.map(move |address| (zone, pool, address))
        });
        free.take(most).collect()
    }
}
