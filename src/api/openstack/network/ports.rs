//! Ports: the servers' network cards.

use http::StatusCode;
use serde_json::{Value, json};

use super::super::render::{Hex, Seconds};
use super::security_groups::default_group;
use super::{Answer, Call, Operation, collection, read};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::server::{Nic, Server, State};

pub(super) const OPERATIONS: &[Operation] = &[
    read("network.list_ports", |world, call, _| {
        let ports: Vec<Value> = visible(world, call)
            .map(|(server, nic)| port_json(world, server, nic))
            .collect();
        Ok(collection(call, "ports", ports.into_iter()))
    }),
    read("network.get_port", |world, call, _| {
        let wanted = call.path_param("port");
        let port = visible(world, call).find(|(_, nic)| nic.id.to_string() == wanted);
        let missing = || Fault::not_found(format!("Port {wanted} could not be found."));
        let (server, nic) = port.ok_or_else(missing)?;
        Ok(Answer::json(
            StatusCode::OK,
            &json!({"port": port_json(world, server, nic)}),
        ))
    }),
];

/// The ports of the caller's project; all of them for an admin. Those of one server are found by its id.
fn visible<'a>(world: &'a World, call: &'a Call) -> impl Iterator<Item = (&'a Server, &'a Nic)> {
    let project = call
        .session
        .as_ref()
        .and_then(|session| session.project.as_ref())
        .map(|project| project.id);
    let device = call.param("device_id").map(|id| {
        uuid::Uuid::try_parse(id)
            .ok()
            .and_then(|id| world.server(id))
    });
    let all = device
        .is_none()
        .then(|| world.servers())
        .into_iter()
        .flatten();
    let servers = all.chain(device.flatten());
    let seen =
        servers.filter(move |server| call.is_admin() || Some(server.spec.project.id) == project);
    seen.flat_map(|server| server.nics.iter().map(move |nic| (server, nic)))
}

fn port_json(world: &World, server: &Server, nic: &Nic) -> Value {
    let host = server.host.map(|host| world.topology.host(host));
    let zone = host.and_then(|host| host.place.name(Level::Zone));
    let status = if server.state == State::Active {
        "ACTIVE"
    } else {
        "DOWN"
    };
    json!({
        "id": nic.id,
        "name": "",
        "network_id": nic.network.id,
        "tenant_id": Hex(server.spec.project.id),
        "project_id": Hex(server.spec.project.id),
        "mac_address": nic.mac(),
        "admin_state_up": true,
        "status": status,
        "device_id": server.id,
        "device_owner": zone.map(|zone| format!("compute:{zone}")).unwrap_or_default(),
        "fixed_ips": [{"subnet_id": nic.network.subnet_id, "ip_address": nic.address}],
        "allowed_address_pairs": [],
        "extra_dhcp_opts": [],
        "security_groups": [default_group(server.spec.project.id)],
        "description": "",
        "binding:vnic_type": "normal",
        "port_security_enabled": true,
        "tags": [],
        "created_at": Seconds(server.created),
        "updated_at": Seconds(server.updated),
        "revision_number": 1,
    })
}
