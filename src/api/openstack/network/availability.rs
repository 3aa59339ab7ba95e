//! How many of each network's addresses are taken.

use http::StatusCode;
use serde_json::{Value, json};

use super::listing::list_values;
use super::resource::owner;
use super::{Answer, Operation, read};
use crate::world::World;
use crate::world::network::addresses::Range;
use crate::world::network::{Network, Subnet, not_found};

pub(super) const OPERATIONS: &[Operation] = &[
    read(
        "network.list_network_ip_availabilities",
        |world, call, _| {
            let networks = world.networking.networks.iter();
            let shown = networks.map(|network| of_network(world, network)).collect();
            list_values(call, "network_ip_availabilities", shown)
        },
    ),
    read("network.get_network_ip_availability", |world, call, _| {
        let wanted = call.path_param("network");
        let mut networks = world.networking.networks.iter();
        let found = networks.find(|network| network.meta.id.to_string() == wanted);
        let network = found.ok_or_else(|| not_found("Network", wanted))?;
        let shown = of_network(world, network);
        Ok(Answer::json(
            StatusCode::OK,
            &json!({"network_ip_availability": shown}),
        ))
    }),
];

fn of_network(world: &World, network: &Network) -> Value {
    let subnets: Vec<Value> = world
        .networking
        .subnets_of(network.meta.id)
        .map(of_subnet)
        .collect();
    let sum = |name: &str| -> u64 {
        let counts = subnets.iter().filter_map(|subnet| subnet[name].as_u64());
        counts.fold(0, u64::saturating_add)
    };
    json!({
        "network_id": network.meta.id,
        "network_name": network.meta.name,
        "tenant_id": owner(network.meta.project),
        "project_id": owner(network.meta.project),
        "total_ips": sum("total_ips"),
        "used_ips": sum("used_ips"),
        "subnet_ip_availability": subnets,
    })
}

fn of_subnet(subnet: &Subnet) -> Value {
    let count = |count: u128| u64::try_from(count).unwrap_or(u64::MAX);
    let total = subnet
        .pools
        .iter()
        .map(Range::count)
        .fold(0, u128::saturating_add);
    json!({
        "subnet_id": subnet.meta.id,
        "subnet_name": subnet.meta.name,
        "cidr": subnet.cidr_text(),
        "ip_version": subnet.version(),
        "total_ips": count(total),
        "used_ips": count(subnet.taken()),
    })
}
