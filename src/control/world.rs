//! All that is in a world.

use http::StatusCode;
use serde_json::{Value, json};

use super::problem::Problem;
use super::visit::Visit;
use super::{clock, servers};
use crate::api::Answer;
use crate::vocabulary::place::{Level, Place};
use crate::world::World;
use crate::world::network::Subnet;
use crate::world::operations::{Acted, Operation};
use crate::world::topology::{Division, Host, HostKey, Pod, Zone};

/// `GET /mimic/v2/world`
pub(super) fn get(visit: &Visit<'_>) -> Result<Answer, Problem> {
    let shown = visit.look(|sim, _| view(visit, &sim.world));
    Ok(Answer::json(StatusCode::OK, &shown))
}

/// `POST /mimic/v2/world/reset`
pub(super) fn reset(visit: &Visit<'_>) -> Result<Answer, Problem> {
    visit.engine().reset(visit.cell)?;
    let clock = visit.look(|sim, _| clock::view(&sim.world));
    let fresh = json!({ "world": visit.world, "clock": clock });
    Ok(Answer::json(StatusCode::OK, &fresh))
}

fn view(visit: &Visit<'_>, world: &World) -> Value {
    let all = |things: fn(&World) -> Vec<Value>| -> Value {
        let regions = visit.regions(world);
        regions
            .flat_map(|world| with_region(world, things))
            .collect()
    };
    json!({
        "world": visit.world,
        "seed": world.seed(),
        "clock": clock::view(world),
        "regions": world.regions,
        "zones": all(zones),
        "servers": all(servers),
        "flavors": all(flavors),
        "images": all(images),
        "networks": all(networks),
        "accounts": accounts(world),
        "operations": all(operations),
    })
}

/// What is in a region, each thing with the region's name.
fn with_region(world: &World, things: fn(&World) -> Vec<Value>) -> Vec<Value> {
    let mut shown = things(world);
    for thing in &mut shown {
        thing["region"] = json!(world.region());
    }
    shown
}

fn zones(world: &World) -> Vec<Value> {
    let zones = world.topology.zones();
    zones.map(|zone| zone_view(world, zone)).collect()
}

fn servers(world: &World) -> Vec<Value> {
    let servers = world.servers();
    servers.map(|server| servers::view(world, server)).collect()
}

fn zone_view(world: &World, zone: &Zone) -> Value {
    let pods = world.topology.pods();
    let pods = pods.filter(|pod| zone.place.contains(&pod.place));
    let mut shown = division_view(zone, Level::Zone);
    shown["pods"] = pods.map(|pod| pod_view(world, pod)).collect();
    shown
}

fn pod_view(world: &World, pod: &Pod) -> Value {
    let clusters = world.topology.clusters();
    let clusters = clusters.filter(|cluster| pod.place.contains(&cluster.place));
    let clusters = clusters.map(|cluster| {
        let hosts = world.topology.hosts();
        let hosts = hosts.filter(|(_, host)| cluster.place.contains(&host.place));
        let mut shown = division_view(cluster, Level::Cluster);
        shown["hypervisor"] = json!(cluster.hypervisor());
        shown["hosts"] = hosts
            .map(|(key, host)| host_view(world, key, host))
            .collect();
        shown
    });
    let mut shown = division_view(pod, Level::Pod);
    shown["clusters"] = clusters.collect();
    shown
}

fn division_view<S>(division: &Division<S>, level: Level) -> Value {
    json!({
        "name": division.name,
        "number": number(&division.place, level),
        "id": division.id,
    })
}

fn host_view(world: &World, key: HostKey, host: &Host) -> Value {
    let servers = world.servers().filter(|server| server.host == Some(key));
    json!({
        "name": host.name,
        "number": number(&host.place, Level::Host),
        "id": host.id,
        "up": host.is_up,
        "maintenance": host.in_maintenance,
        "retired": host.is_retired(),
        "cpus": host.cpus,
        "used_cpus": host.used_cpus,
        "memory_mib": host.memory,
        "used_memory_mib": host.used_memory,
        "servers": servers.map(|server| &server.spec.name).collect::<Vec<_>>(),
    })
}

fn number(place: &Place, level: Level) -> Option<u32> {
    place.get(level).map(|spot| spot.number)
}

fn flavors(world: &World) -> Vec<Value> {
    let shown = world.flavors.iter().map(|flavor| {
        json!({
            "id": flavor.id,
            "name": flavor.name,
            "cpus": flavor.cpus,
            "memory_mib": flavor.memory,
            "disk_gib": flavor.disk,
        })
    });
    shown.collect()
}

fn images(world: &World) -> Vec<Value> {
    let shown = world.images.iter();
    shown
        .map(|image| json!({ "id": image.id, "name": image.name }))
        .collect()
}

fn networks(world: &World) -> Vec<Value> {
    let shown = world.networking.networks.iter().map(|network| {
        let (id, name) = (network.meta.id, &network.meta.name);
        let subnet = world.networking.first_subnet(id);
        json!({ "id": id, "name": name, "cidr": subnet.map(Subnet::cidr_text) })
    });
    shown.collect()
}

/// Without what proves who someone is.
fn accounts(world: &World) -> Value {
    let shown = world.accounts.users().map(|user| {
        let project = world.accounts.home(user).map(|project| &project.name);
        let is_admin = world.accounts.is_admin(user);
        json!({ "id": user.id, "user": user.name, "project": project, "admin": is_admin })
    });
    shown.collect()
}

/// What is under way.
fn operations(world: &World) -> Vec<Value> {
    let pending = world.operations();
    pending
        .map(|operation| operation_view(world, operation))
        .collect()
}

fn operation_view(world: &World, operation: &Operation) -> Value {
    let row = operation.kind.row();
    let awaited = row.plan(operation.manager).get(operation.step);
    json!({
        "id": operation.id,
        "kind": row.word,
        "on": world.thing(operation.on).map(Acted::name),
        "user": operation.user.name,
        "command": awaited.map(|step| step.command.id().name()),
        "host": operation.host.map(|host| &world.topology.host(host).name),
        "attempt": operation.attempt,
        "started": clock::stamp(operation.started),
    })
}
