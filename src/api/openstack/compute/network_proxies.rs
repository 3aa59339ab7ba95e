//! Networks by way of Compute: gone since 2.36, but clients that ask for no version still call it.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::security_group_proxies::{project, proxy};
use super::{Answer, Call, Operation};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::network::{Network, Subnet};

pub(super) const OPERATIONS: &[Operation] = &[
    proxy("compute.list_networks", true, |world, call, _| {
        let shown: Vec<Value> = usable(world, call)?.into_iter().map(whole).collect();
        Ok(Answer::json(StatusCode::OK, &json!({ "networks": shown })))
    }),
    proxy("compute.get_network", true, |world, call, _| {
        let network = whole(of_path(world, call, "Network not found")?);
        Ok(Answer::json(StatusCode::OK, &json!({ "network": network })))
    }),
    proxy("compute.list_tenant_networks", true, |world, call, _| {
        let networks = usable(world, call)?.into_iter();
        let shown: Vec<Value> = networks.map(|network| brief(world, network)).collect();
        Ok(Answer::json(StatusCode::OK, &json!({ "networks": shown })))
    }),
    proxy("compute.get_tenant_network", true, |world, call, _| {
        let network = brief(world, of_path(world, call, "Network not found.")?);
        Ok(Answer::json(StatusCode::OK, &json!({ "network": network })))
    }),
];

fn usable<'a>(world: &'a World, call: &Call) -> Result<Vec<&'a Network>, Fault> {
    Ok(world.networking.usable_by(project(call)?).collect())
}

fn of_path<'a>(world: &'a World, call: &Call, missing: &str) -> Result<&'a Network, Fault> {
    let wanted = call.path_param("network");
    let mut usable = usable(world, call)?.into_iter();
    let found = usable.find(|network| network.meta.id.to_string() == wanted);
    found.ok_or_else(|| Fault::not_found(missing))
}

/// What Nova knew of its own networks, and does not know of Neutron's.
const UNKNOWN: &[&str] = &[
    "bridge",
    "bridge_interface",
    "broadcast",
    "cidr",
    "cidr_v6",
    "created_at",
    "deleted",
    "deleted_at",
    "dhcp_server",
    "dhcp_start",
    "dns1",
    "dns2",
    "enable_dhcp",
    "gateway",
    "gateway_v6",
    "host",
    "injected",
    "mtu",
    "multi_host",
    "netmask",
    "netmask_v6",
    "priority",
    "project_id",
    "rxtx_base",
    "share_address",
    "updated_at",
    "vlan",
    "vpn_private_address",
    "vpn_public_address",
    "vpn_public_port",
];

fn whole(network: &Network) -> Value {
    let mut shown: Map<String, Value> = UNKNOWN
        .iter()
        .map(|name| ((*name).to_owned(), Value::Null))
        .collect();
    shown.insert("id".to_owned(), json!(network.meta.id));
    shown.insert("label".to_owned(), json!(network.meta.name));
    shown.into()
}

fn brief(world: &World, network: &Network) -> Value {
    let subnet = world.networking.first_subnet(network.meta.id);
    json!({
        "id": network.meta.id,
        "label": network.meta.name,
        "cidr": subnet.map_or_else(|| "None".to_owned(), Subnet::cidr_text),
    })
}
