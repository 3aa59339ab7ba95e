//! Subnet pools, and the address scopes that they are in.

use cidr::{IpCidr, IpInet};
use serde_json::{Value, json};
use uuid::Uuid;

use super::attribute::{Attribute, Preset, Setter, flag, name, shown, tags};
use super::body::Wanted;
use super::kind::Kind;
use super::resource::{Resource, find, operations, own_project};
use super::{Call, Operation};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::limits::holdings::Holdings;
use crate::world::network::subnets::cidr_text;
use crate::world::network::{
    AddressScope, Counted, Meta, Networking, Shared, SubnetPool, invalid_input,
};

pub(super) const OPERATIONS: &[Operation] = &operations::<SubnetPool>([
    "network.list_subnet_pools",
    "network.get_subnet_pool",
    "network.create_subnet_pool",
    "network.update_subnet_pool",
    "network.delete_subnet_pool",
]);

pub(super) const SCOPE_OPERATIONS: &[Operation] = &operations::<AddressScope>([
    "network.list_address_scopes",
    "network.get_address_scope",
    "network.create_address_scope",
    "network.update_address_scope",
    "network.delete_address_scope",
]);

const LENGTH: Kind = Kind::Number { min: 0, max: 128 };

impl Resource for SubnetPool {
    const NAME: &'static str = "subnetpool";
    const PLURAL: &'static str = "subnetpools";
    const CLASS: &'static str = "SubnetPool";
    const COUNTED: Option<Counted> = Some(Counted::SubnetPools);
    const ATTRIBUTES: &'static [Attribute<Self>] = &[
        name(),
        tags(),
        shown("prefixes", |_, pool: &SubnetPool| {
            pool.prefixes.iter().map(cidr_text).collect()
        })
        .post(Kind::Cidrs, Preset::Required)
        .put(),
        shown("default_prefixlen", |_, pool: &SubnetPool| {
            pool.default_length.into()
        })
        .post(LENGTH, Preset::Unset)
        .put(),
        shown("min_prefixlen", |_, pool: &SubnetPool| {
            pool.min_length.into()
        })
        .post(LENGTH, Preset::Unset)
        .put(),
        shown("max_prefixlen", |_, pool: &SubnetPool| {
            pool.max_length.into()
        })
        .post(LENGTH, Preset::Unset)
        .put(),
        shown("ip_version", |_, pool: &SubnetPool| pool.version().into()),
        shown("default_quota", |_, pool: &SubnetPool| {
            json!(pool.default_quota)
        })
        .settable(Kind::NumberOrNull, Preset::Null, |pool, value| {
            pool.default_quota = value.as_i64()
        }),
        shown("shared", |_, pool: &SubnetPool| pool.is_shared.into())
            .settable_once(Kind::Flag, Preset::Flag(false), |pool, value| {
                pool.is_shared = flag(value);
            })
            .set_by(Setter::Admins),
        shown("is_default", |_, pool: &SubnetPool| pool.is_default.into())
            .settable(Kind::Flag, Preset::Flag(false), |pool, value| {
                pool.is_default = flag(value);
            })
            .set_by(Setter::Admins),
        shown("address_scope_id", |_, pool: &SubnetPool| json!(pool.scope))
            .post(Kind::IdOrNull, Preset::Null)
            .put(),
    ];

    fn store(networking: &Networking) -> &Holdings<Self> {
        &networking.subnet_pools
    }

    fn store_mut(networking: &mut Networking) -> &mut Holdings<Self> {
        &mut networking.subnet_pools
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    fn is_shared_with(&self, networking: &Networking, project: Uuid) -> bool {
        self.is_shared || networking.is_shared_with(Shared::SubnetPool, self.meta.id, project)
    }

    fn create(world: &mut World, call: &Call, meta: Meta, wanted: &Wanted) -> Result<Uuid, Fault> {
        let prefixes = prefixes(wanted)?;
        let longest = if prefixes.iter().any(IpCidr::is_ipv6) {
            128
        } else {
            32
        };
        let shortest = if longest == 128 { 64 } else { 8 };
        let id = meta.id;
        let mut pool = SubnetPool {
            meta,
            prefixes,
            default_length: 0,
            min_length: shortest,
            max_length: longest,
            is_shared: false,
            is_default: false,
            scope: scope(world, call, wanted, longest == 128)?,
            default_quota: None,
        };
        set_lengths(&mut pool, wanted)?;
        check_default(world, id, pool.version(), wanted)?;
        world.networking.subnet_pools.insert(id, pool);
        Ok(id)
    }

    fn update(world: &mut World, call: &Call, id: Uuid, wanted: &Wanted) -> Result<(), Fault> {
        let pool: &SubnetPool = find(world, call, &id.to_string())?;
        let mut pool = pool.clone();
        if wanted.has("prefixes") {
            let prefixes = prefixes(wanted)?;
            let is_kept = |old: &IpCidr| prefixes.iter().any(|new| contains(new, old));
            if !pool.prefixes.iter().all(is_kept) {
                let message = "Illegal update to prefixes: Existing prefixes must be a subset of the new prefixes.";
                return Err(Fault::bad_request(message).named("IllegalSubnetPoolPrefixUpdate"));
            }
            pool.prefixes = prefixes;
        }
        if wanted.has("address_scope_id") {
            pool.scope = scope(world, call, wanted, pool.version() == 6)?;
        }
        set_lengths(&mut pool, wanted)?;
        check_default(world, id, pool.version(), wanted)?;
        if let Some(known) = world.networking.subnet_pools.get_mut(id) {
            *known = pool;
        }
        Ok(())
    }

    fn delete(world: &mut World, _: &Call, id: Uuid) -> Result<(), Fault> {
        world.networking.remove_subnet_pool(id)
    }
}

fn contains(outer: &IpCidr, inner: &IpCidr) -> bool {
    outer.contains(&inner.first_address()) && outer.contains(&inner.last_address())
}

/// The prefixes that are asked for: of one version, those that meet put together.
fn prefixes(wanted: &Wanted) -> Result<Vec<IpCidr>, Fault> {
    let items = wanted.list("prefixes").unwrap_or_default();
    let read = |item: &Value| Some(item.as_str()?.parse::<IpInet>().ok()?.network());
    let mut prefixes: Vec<IpCidr> = items.iter().filter_map(read).collect();
    if prefixes.iter().any(IpCidr::is_ipv4) && prefixes.iter().any(IpCidr::is_ipv6) {
        let message = "Cannot mix IPv4 and IPv6 prefixes in a subnet pool.";
        return Err(Fault::bad_request(message).named("PrefixVersionMismatch"));
    }
    prefixes.sort_by_key(|prefix| (prefix.first_address(), prefix.network_length()));
    prefixes.dedup_by(|inner, outer| contains(outer, inner));
    Ok(merged(prefixes))
}

/// Halves of one network become that network.
fn merged(mut prefixes: Vec<IpCidr>) -> Vec<IpCidr> {
    let halves = |pair: &[IpCidr]| {
        let length = pair[0].network_length().checked_sub(1)?;
        let whole = IpCidr::new(pair[0].first_address(), length).ok()?;
        let is_whole = pair[0].network_length() == pair[1].network_length()
            && whole.contains(&pair[1].first_address());
        is_whole.then_some(whole)
    };
    while let Some((at, whole)) = prefixes
        .windows(2)
        .enumerate()
        .find_map(|(at, pair)| Some((at, halves(pair)?)))
    {
        prefixes.splice(at..at + 2, [whole]);
    }
    prefixes
}

fn set_lengths(pool: &mut SubnetPool, wanted: &Wanted) -> Result<(), Fault> {
    let length = |name| {
        wanted
            .number(name)
            .and_then(|length| u8::try_from(length).ok())
    };
    pool.min_length = length("min_prefixlen").unwrap_or(pool.min_length);
    pool.max_length = length("max_prefixlen").unwrap_or(pool.max_length);
    let unset = |length: u8| (length > 0).then_some(length);
    pool.default_length = length("default_prefixlen")
        .or(unset(pool.default_length))
        .unwrap_or(pool.min_length);
    let refuse = |one: &str, length: u8, other: &str, limit: u8| {
        let message = format!("Illegal prefix bounds: {one}={length}, {other}={limit}.");
        Err(Fault::bad_request(message).named("IllegalSubnetPoolPrefixBounds"))
    };
    let (min, default, max) = (pool.min_length, pool.default_length, pool.max_length);
    let longest = if pool.version() == 6 { 128 } else { 32 };
    if max > longest {
        let message = format!(
            "Illegal prefix bounds: max_prefixlen={max}, ip_version={}.",
            pool.version()
        );
        return Err(Fault::bad_request(message).named("IllegalSubnetPoolPrefixBounds"));
    }
    if min > max {
        return refuse("min_prefixlen", min, "max_prefixlen", max);
    }
    if min > default {
        return refuse("min_prefixlen", min, "default_prefixlen", default);
    }
    if default > max {
        return refuse("default_prefixlen", default, "max_prefixlen", max);
    }
    Ok(())
}

/// There is one default for each version.
fn check_default(world: &World, id: Uuid, version: u8, wanted: &Wanted) -> Result<(), Fault> {
    let mut pools = world.networking.subnet_pools.iter();
    let is_other =
        |pool: &SubnetPool| pool.is_default && pool.version() == version && pool.meta.id != id;
    if wanted.flag("is_default") == Some(true) && pools.any(is_other) {
        return Err(invalid_input(
            "A default subnetpool for this IP family has already been set. Only one default may exist per IP family",
        ));
    }
    Ok(())
}

/// The scope that a pool is to be in.
fn scope(
    world: &World,
    call: &Call,
    wanted: &Wanted,
    is_ipv6: bool,
) -> Result<Option<Uuid>, Fault> {
    let Some(id) = wanted.text("address_scope_id") else {
        return Ok(None);
    };
    let scope: &AddressScope = find(world, call, id)?;
    if scope.meta.project != own_project(call) && !call.is_admin() {
        let message = format!(
            "Illegal subnetpool association: subnetpool  cannot be associated with address scope {id}."
        );
        return Err(Fault::bad_request(message).named("IllegalSubnetPoolAssociationToAddressScope"));
    }
    if (scope.version == 6) != is_ipv6 {
        let message = format!(
            "Illegal subnetpool association: subnetpool  cannot associate with address scope {id} because \
             subnetpool ip_version is not {}.",
            scope.version
        );
        return Err(Fault::bad_request(message)
            .named("IllegalSubnetPoolIpVersionAssociationToAddressScope"));
    }
    Ok(Some(scope.meta.id))
}

impl Resource for AddressScope {
    const NAME: &'static str = "address_scope";
    const PLURAL: &'static str = "address_scopes";
    const CLASS: &'static str = "AddressScope";
    const COUNTED: Option<Counted> = None;
    const ATTRIBUTES: &'static [Attribute<Self>] = &[
        name(),
        shown("ip_version", |_, scope: &AddressScope| scope.version.into())
            .post(Kind::Number { min: 4, max: 6 }, Preset::Required),
        shown("shared", |_, scope: &AddressScope| scope.is_shared.into())
            .settable(Kind::Flag, Preset::Flag(false), |scope, value| {
                scope.is_shared = flag(value);
            })
            .set_by(Setter::Admins),
    ];

    fn store(networking: &Networking) -> &Holdings<Self> {
        &networking.address_scopes
    }

    fn store_mut(networking: &mut Networking) -> &mut Holdings<Self> {
        &mut networking.address_scopes
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    fn is_shared_with(&self, networking: &Networking, project: Uuid) -> bool {
        self.is_shared || networking.is_shared_with(Shared::AddressScope, self.meta.id, project)
    }

    fn create(world: &mut World, _: &Call, meta: Meta, wanted: &Wanted) -> Result<Uuid, Fault> {
        let id = meta.id;
        let scope = AddressScope {
            meta,
            version: if wanted.number("ip_version") == Some(6) {
                6
            } else {
                4
            },
            is_shared: false,
        };
        world.networking.address_scopes.insert(id, scope);
        Ok(id)
    }

    fn delete(world: &mut World, _: &Call, id: Uuid) -> Result<(), Fault> {
        world.networking.remove_address_scope(id)
    }
}
