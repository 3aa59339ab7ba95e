//! Subnets.

use cidr::IpCidr;
use serde_json::{Value, json};
use uuid::Uuid;

use super::attribute::{Attribute, Preset, input, name, shown, tags, texts};
use super::body::Wanted;
use super::kind::{Kind, bad_request};
use super::resource::{Resource, find, operations, own_project};
use super::{Call, Operation, policy, routers};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::limits::holdings::Holdings;
use crate::world::network::addresses::Range;
use crate::world::network::subnets::check_version;
use crate::world::network::{
    Counted, Ipv6Mode, Meta, Network, Networking, Subnet, SubnetDraft, SubnetPool, invalid_input,
};

pub(super) const OPERATIONS: &[Operation] = &operations::<Subnet>([
    "network.list_subnets",
    "network.get_subnet",
    "network.create_subnet",
    "network.update_subnet",
    "network.delete_subnet",
]);

const MODES: Kind = Kind::ChoiceOrNull(&["dhcpv6-stateful", "dhcpv6-stateless", "slaac"]);

impl Resource for Subnet {
    const NAME: &'static str = "subnet";
    const PLURAL: &'static str = "subnets";
    const CLASS: &'static str = "Subnet";
    const COUNTED: Option<Counted> = Some(Counted::Subnets);
    const ATTRIBUTES: &'static [Attribute<Self>] = &[
        name(),
        tags(),
        shown("network_id", |_, subnet: &Subnet| json!(subnet.network))
            .post(Kind::Id, Preset::Required),
        shown("ip_version", |_, subnet: &Subnet| subnet.version().into())
            .post(Kind::Own(ip_version), Preset::Unset),
        shown("cidr", |_, subnet: &Subnet| subnet.cidr_text().into())
            .post(Kind::Cidr, Preset::Unset),
        shown("gateway_ip", |_, subnet: &Subnet| json!(subnet.gateway))
            .post(Kind::AddressOrNull, Preset::Unset)
            .put(),
        shown("allocation_pools", |_, subnet: &Subnet| {
            pools(&subnet.pools)
        })
        .post(Kind::Pools, Preset::Unset)
        .put(),
        shown("enable_dhcp", |_, subnet: &Subnet| subnet.has_dhcp.into())
            .post(Kind::Flag, Preset::Flag(true))
            .put(),
        shown("dns_nameservers", |_, subnet: &Subnet| json!(subnet.dns)).settable(
            Kind::Nameservers,
            Preset::EmptyList,
            |subnet, value| subnet.dns = addresses(value),
        ),
        shown("host_routes", |_, subnet: &Subnet| {
            routers::routes(&subnet.routes)
        })
        .settable(Kind::Routes, Preset::EmptyList, |subnet, value| {
            subnet.routes = routers::read_routes(value)
        }),
        shown("ipv6_ra_mode", |_, subnet: &Subnet| mode(subnet.ra_mode)).post(MODES, Preset::Null),
        shown("ipv6_address_mode", |_, subnet: &Subnet| {
            mode(subnet.address_mode)
        })
        .post(MODES, Preset::Null),
        shown("service_types", |_, subnet: &Subnet| {
            json!(subnet.service_types)
        })
        .settable(Kind::Texts, Preset::EmptyList, |subnet, value| {
            subnet.service_types = texts(value)
        }),
        shown("subnetpool_id", |_, subnet: &Subnet| {
            json!(subnet.subnet_pool)
        })
        .post(Kind::IdOrNull, Preset::Unset),
        input("use_default_subnetpool", Kind::Flag),
        input("prefixlen", Kind::Number { min: 0, max: 128 }),
    ];

    fn store(networking: &Networking) -> &Holdings<Self> {
        &networking.subnets
    }

    fn store_mut(networking: &mut Networking) -> &mut Holdings<Self> {
        &mut networking.subnets
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    /// With those that its network is shared with; of what leads out, others do not see the addresses.
    fn is_shared_with(&self, networking: &Networking, project: Uuid) -> bool {
        let network = networking.networks.get(self.network);
        network.is_some_and(|network| {
            let leads_out_only = network.is_external && !network.is_shared;
            network.meta.project == project
                || (!leads_out_only && network.is_shared_with(networking, project))
        })
    }

    fn create(world: &mut World, call: &Call, meta: Meta, wanted: &Wanted) -> Result<Uuid, Fault> {
        let network_id = wanted.text("network_id").unwrap_or_default();
        let network: &Network = find(world, call, network_id)?;
        if !call.is_admin() && network.meta.project != own_project(call) {
            return Err(policy::refuse("create_subnet", &[]));
        }
        let network = network.meta.id;
        let (cidr, subnet_pool) = cidr(world, call, wanted)?;
        check_host_settings(&cidr, wanted)?;
        world.networking.add_subnet(SubnetDraft {
            gateway: wanted
                .has("gateway_ip")
                .then(|| wanted.address("gateway_ip")),
            pools: wanted
                .list("allocation_pools")
                .map(read_pools)
                .transpose()?,
            has_dhcp: wanted.flag("enable_dhcp").unwrap_or(true),
            ra_mode: wanted.text("ipv6_ra_mode").and_then(Ipv6Mode::named),
            address_mode: wanted.text("ipv6_address_mode").and_then(Ipv6Mode::named),
            subnet_pool,
            ..SubnetDraft::new(meta, network, cidr)
        })
    }

    fn update(world: &mut World, _: &Call, id: Uuid, wanted: &Wanted) -> Result<(), Fault> {
        let networking = &mut world.networking;
        check_host_settings(&networking.expect_subnet(id)?.cidr.clone(), wanted)?;
        if let Some(has_dhcp) = wanted.flag("enable_dhcp") {
            networking.set_dhcp(id, has_dhcp)?;
        }
        // The pools first: a new gateway may be where they were.
        if let Some(pools) = wanted.list("allocation_pools") {
            networking.set_pools(id, read_pools(pools)?)?;
        }
        if wanted.has("gateway_ip") {
            networking.set_gateway(id, wanted.address("gateway_ip"))?;
        }
        Ok(())
    }

    fn delete(world: &mut World, _: &Call, id: Uuid) -> Result<(), Fault> {
        world.networking.remove_subnet(id)
    }
}

fn ip_version(value: &Value) -> Result<Value, super::kind::Complaint> {
    match value.as_u64().or_else(|| value.as_str()?.parse().ok()) {
        Some(version @ (4 | 6)) => Ok(version.into()),
        Some(_) | None => super::kind::reason(format!(
            "{} is not in [4, 6]",
            super::super::python::str(value)
        )),
    }
}

fn mode(mode: Option<Ipv6Mode>) -> Value {
    json!(mode.map(Ipv6Mode::word))
}

fn pools(pools: &[Range]) -> Value {
    let pool = |pool: &Range| json!({"start": pool.first, "end": pool.last});
    pools.iter().map(pool).collect()
}

/// Pools that were checked to be addresses.
fn read_pools(items: &[Value]) -> Result<Vec<Range>, Fault> {
    let address = |value: &Value| value.as_str()?.parse().ok();
    let pool = |item: &Value| {
        let range = address(&item["start"])
            .zip(address(&item["end"]))
            .and_then(|(first, last)| Range::new(first, last));
        range.ok_or_else(|| {
            let [start, end] = ["start", "end"].map(|name| item[name].as_str().unwrap_or_default());
            let message = format!("The allocation pool {start}-{end} is not valid.");
            Fault::bad_request(message).named("InvalidAllocationPool")
        })
    };
    items.iter().map(pool).collect()
}

fn addresses(value: &Value) -> Vec<std::net::IpAddr> {
    let items = value.as_array().into_iter().flatten();
    items
        .filter_map(|item| item.as_str()?.parse().ok())
        .collect()
}

/// The network that is asked for, or one from a pool; and the pool.
fn cidr(world: &World, call: &Call, wanted: &Wanted) -> Result<(IpCidr, Option<Uuid>), Fault> {
    let refuse = |why: &str| {
        let message = format!("Bad subnets request: {why}.");
        Err(Fault::bad_request(message).named("BadRequest"))
    };
    let version = wanted.number("ip_version");
    let given = wanted
        .text("cidr")
        .and_then(|text| text.parse::<cidr::IpInet>().ok());
    let given = given.map(|inet| inet.network());
    let length = wanted
        .number("prefixlen")
        .and_then(|n| u8::try_from(n).ok());
    if given.is_some() && length.is_some() {
        return refuse("cidr and prefixlen must not be supplied together");
    }
    let pool = pool(world, call, wanted, version)?;
    match (given, pool) {
        (Some(cidr), pool) => {
            check_ip_version(&cidr, version)?;
            if let Some(pool) = pool {
                world.networking.check_in_pool(pool, &cidr)?;
            }
            Ok((cidr, pool))
        }
        (None, Some(pool)) => Ok((world.networking.cut_from_pool(pool, length)?, Some(pool))),
        (None, None) => refuse("a subnetpool must be specified in the absence of a cidr"),
    }
}

fn check_ip_version(cidr: &IpCidr, version: Option<i64>) -> Result<(), Fault> {
    match version {
        None => Err(bad_request(
            "Failed to parse request. Required attribute 'ip_version' not specified",
        )),
        Some(version) if (version == 4) == cidr.is_ipv4() => Ok(()),
        Some(version) => Err(invalid_input(format!(
            "cidr '{}' does not match the ip_version '{version}'",
            crate::world::network::subnets::cidr_text(cidr)
        ))),
    }
}

fn pool(
    world: &World,
    call: &Call,
    wanted: &Wanted,
    version: Option<i64>,
) -> Result<Option<Uuid>, Fault> {
    if let Some(id) = wanted.text("subnetpool_id") {
        return Ok(Some(find::<SubnetPool>(world, call, id)?.meta.id));
    }
    if wanted.flag("use_default_subnetpool") == Some(true) {
        let version = if version == Some(6) { 6 } else { 4 };
        return world.networking.default_pool(version).map(Some);
    }
    Ok(None)
}

/// How many nameservers a subnet may have, and how many routes: Neutron's defaults.
const MAX_NAMESERVERS: usize = 5;
const MAX_ROUTES: usize = 20;

fn check_host_settings(cidr: &IpCidr, wanted: &Wanted) -> Result<(), Fault> {
    let exhausted = |what: &str, limit: usize, name| {
        let message = format!(
            "Unable to complete operation for new subnet. The number of {what} exceeds the limit {limit}."
        );
        Err(Fault::bad_request(message).named(name))
    };
    let servers = wanted.list("dns_nameservers").unwrap_or_default();
    if servers.len() > MAX_NAMESERVERS {
        return exhausted(
            "DNS nameservers",
            MAX_NAMESERVERS,
            "DNSNameServersExhausted",
        );
    }
    let routes = wanted.list("host_routes").unwrap_or_default();
    if routes.len() > MAX_ROUTES {
        return exhausted("host routes", MAX_ROUTES, "HostRoutesExhausted");
    }
    for server in servers
        .iter()
        .filter_map(|server| server.as_str()?.parse().ok())
    {
        check_version(cidr, server, "dns_nameserver")?;
    }
    for route in routes {
        if let Some(hop) = route["nexthop"].as_str().and_then(|hop| hop.parse().ok()) {
            check_version(cidr, hop, "nexthop")?;
        }
    }
    Ok(())
}
