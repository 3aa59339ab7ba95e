//! Agents: each host has the one that plugs its servers in.

use http::StatusCode;
use serde_json::{Value, json};

use super::listing::list_values;
use super::{Answer, Call, Operation, read};
use crate::api::openstack::render::Micros;
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::ids::named;
use crate::world::network::not_found;
use crate::world::topology::Host;

pub(super) const OPERATIONS: &[Operation] = &[
    read("network.list_agents", |world, call, _| {
        list_values(call, "agents", agents(world, call))
    }),
    read("network.get_agent", |world, call, _| {
        let wanted = call.path_param("agent");
        let found = agents(world, call)
            .into_iter()
            .find(|agent| agent["id"] == wanted);
        let agent = found.ok_or_else(|| not_found("Agent", wanted))?;
        Ok(Answer::json(StatusCode::OK, &json!({ "agent": agent })))
    }),
];

/// Only admins see them.
fn agents(world: &World, call: &Call) -> Vec<Value> {
    if !call.is_admin() {
        return Vec::new();
    }
    let hosts = world
        .topology
        .hosts()
        .filter(|(_, host)| !host.is_retired());
    hosts.map(|(_, host)| agent(world, host)).collect()
}

fn agent(world: &World, host: &Host) -> Value {
    let zone = host.place.name(Level::Zone);
    json!({
        "id": named("agent", &host.name),
        "agent_type": "Open vSwitch agent",
        "binary": "neutron-openvswitch-agent",
        "topic": "N/A",
        "host": host.name,
        "availability_zone": zone,
        "admin_state_up": !host.in_maintenance,
        "alive": host.is_up,
        "created_at": Micros(world.clock().start()).to_string().replace('T', " ").split('.').next(),
        "started_at": Micros(world.clock().start()).to_string().replace('T', " ").split('.').next(),
        "heartbeat_timestamp": Micros(world.now()).to_string().replace('T', " ").split('.').next(),
        "description": null,
        "resources_synced": null,
        "configurations": {
            "bridge_mappings": {},
            "tunnel_types": ["vxlan"],
            "tunneling_ip": "127.0.0.1",
        },
    })
}
