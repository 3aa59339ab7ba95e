//! Networks and their subnets. They belong to the admins' project and are shared with all.

use std::net::Ipv4Addr;
use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::render::{Hex, Seconds};
use super::{Answer, Call, Operation, collection, read};
use crate::api::{Landing, Target};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::catalog::Network;
use crate::world::ids::named;

pub(super) const OPERATIONS: &[Operation] = &[
    read("network.list_networks", |world, call, _| {
        Ok(collection(
            call,
            "networks",
            world.networks.iter().map(network_json),
        ))
    }),
    Operation {
        command: "network.get_network",
        land,
        run: |_, _, landing| match landing.target {
            Target::Network(network) => Ok(Answer::json(
                StatusCode::OK,
                &json!({"network": network_json(&network)}),
            )),
            _ => Err(Fault::not_found("")),
        },
        is_read: true,
    },
    read("network.list_subnets", |world, call, _| {
        Ok(collection(
            call,
            "subnets",
            world.networks.iter().map(subnet_json),
        ))
    }),
    read("network.get_subnet", |world, call, _| {
        let wanted = call.path_param("subnet");
        let network = world
            .networks
            .iter()
            .find(|network| network.subnet_id.to_string() == wanted);
        let missing = || Fault::not_found(format!("Subnet {wanted} could not be found."));
        Ok(Answer::json(
            StatusCode::OK,
            &json!({"subnet": subnet_json(network.ok_or_else(missing)?)}),
        ))
    }),
];

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let wanted = call.path_param("network");
    let network = Uuid::try_parse(wanted)
        .ok()
        .and_then(|id| world.network(id));
    let missing = || Fault::not_found(format!("Network {wanted} could not be found."));
    Ok(Landing::on(Target::Network(
        network.ok_or_else(missing)?.clone(),
    )))
}

fn owner() -> Hex {
    Hex(named("project", "admin"))
}

fn network_json(network: &Arc<Network>) -> Value {
    json!({
        "id": network.id,
        "name": network.name,
        "tenant_id": owner(),
        "project_id": owner(),
        "admin_state_up": true,
        "mtu": 1500,
        "status": "ACTIVE",
        "subnets": [network.subnet_id],
        "shared": true,
        "availability_zone_hints": [],
        "availability_zones": [],
        "ipv4_address_scope": null,
        "ipv6_address_scope": null,
        "router:external": false,
        "description": "",
        "port_security_enabled": true,
        "is_default": false,
        "tags": [],
        "created_at": Seconds(network.created),
        "updated_at": Seconds(network.created),
        "revision_number": 1,
    })
}

fn subnet_json(network: &Arc<Network>) -> Value {
    let first = Ipv4Addr::from(u32::from(network.gateway()).saturating_add(1));
    let last = Ipv4Addr::from(u32::from(network.cidr.last_address()).saturating_sub(1));
    json!({
        "id": network.subnet_id,
        "name": format!("{}-subnet", network.name),
        "tenant_id": owner(),
        "project_id": owner(),
        "network_id": network.id,
        "ip_version": 4,
        "subnetpool_id": null,
        "enable_dhcp": true,
        "ipv6_ra_mode": null,
        "ipv6_address_mode": null,
        "gateway_ip": network.gateway(),
        "cidr": network.cidr.to_string(),
        "allocation_pools": [{"start": first, "end": last}],
        "host_routes": [],
        "dns_nameservers": [],
        "description": "",
        "service_types": [],
        "tags": [],
        "created_at": Seconds(network.created),
        "updated_at": Seconds(network.created),
        "revision_number": 0,
    })
}
