//! Zones, pods, clusters and hosts.

use serde_json::{Map, Value, json};

use super::{CPU_SPEED, MIB, date};
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::Row;
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::{Level, Place};
use crate::world::World;
use crate::world::topology::{Cluster, Host, Pod, Zone};

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listZones", list_zones),
    Row::read("cloudstack.listPods", list_pods),
    Row::read("cloudstack.listClusters", list_clusters),
    Row::read("cloudstack.listHosts", list_hosts),
];

fn list_zones(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let zones = world.topology.zones();
    let zones = zones.filter(|zone| {
        listing.wants(zone.id, &zone.name) && listing.args.is("networktype", "Advanced")
    });
    Ok(listing.answer(zones, zone))
}

fn list_pods(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let pods = world.topology.pods();
    let pods = pods.filter(|pod| {
        listing.wants(pod.id, &pod.name)
            && listing.is_within(&pod.place)
            && listing.args.is("allocationstate", "Enabled")
    });
    Ok(listing.answer(pods, |area| pod(world, area)))
}

fn list_clusters(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let clusters = world.topology.clusters();
    let clusters = clusters.filter(|cluster| {
        listing.wants(cluster.id, &cluster.name)
            && listing.is_within(&cluster.place)
            && listing.args.is("hypervisor", cluster.hypervisor())
            && listing.args.is("clustertype", "CloudManaged")
            && listing.args.is("allocationstate", "Enabled")
    });
    Ok(listing.answer(clusters, |item| cluster(world, item)))
}

fn list_hosts(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let hosts = world.topology.hosts().map(|(_, host)| host);
    let hosts = hosts.filter(|host| {
        listing.wants(host.id, &host.name)
            && listing.is_within(&host.place)
            && listing.args.is("hypervisor", hypervisor(world, host))
            && listing.args.is("state", host.agent.status.word())
            && listing.args.is("resourcestate", super::hosts::resource_state(host))
            && listing.args.is("type", "Routing")
    });
    Ok(listing.answer(hosts, |item| host(world, item)))
}

/// The names and ids of the levels of `place` that are above `level`.
fn parents(world: &World, place: &Place, level: Level) -> Map<String, Value> {
    let above = Level::ALL.into_iter().take_while(|above| *above < level);
    let mut members = Map::new();
    for above in above {
        if let (Some(id), Some(name)) = (world.topology.id_at(place, above), place.name(above)) {
            members.insert(format!("{above}id"), json!(id));
            members.insert(format!("{above}name"), json!(name));
        }
    }
    members
}

fn zone(zone: &Zone) -> Value {
    json!({
        "id": zone.id,
        "name": zone.name,
        "displaytext": zone.name,
        "networktype": "Advanced",
        "type": "Core",
        "allocationstate": "Enabled",
        "dns1": "8.8.8.8",
        "internaldns1": "8.8.8.8",
        "guestcidraddress": "10.1.1.0/24",
        "dhcpprovider": "VirtualRouter",
        "zonetoken": zone.id.simple().to_string(),
        "securitygroupsenabled": false,
        "localstorageenabled": false,
        "tags": [],
    })
}

fn pod(world: &World, pod: &Pod) -> Value {
    let own = json!({
        "id": pod.id,
        "name": pod.name,
        "gateway": "172.16.15.1",
        "netmask": "255.255.255.0",
        "startip": ["172.16.15.2"],
        "endip": ["172.16.15.200"],
        "allocationstate": "Enabled",
    });
    super::joined(own, parents(world, &pod.place, Level::Pod))
}

fn cluster(world: &World, cluster: &Cluster) -> Value {
    let own = json!({
        "id": cluster.id,
        "name": cluster.name,
        "hypervisortype": cluster.hypervisor(),
        "clustertype": "CloudManaged",
        "allocationstate": "Enabled",
        "managedstate": "Managed",
        "cpuovercommitratio": "1.0",
        "memoryovercommitratio": "1.0",
    });
    super::joined(own, parents(world, &cluster.place, Level::Cluster))
}

/// The hypervisor of the cluster that a host is in.
pub(super) fn hypervisor<'a>(world: &'a World, host: &Host) -> &'a str {
    let cluster = world.topology.cluster_of(&host.place);
    cluster.map_or("Simulator", Cluster::hypervisor)
}

/// A host.
pub(super) fn host(world: &World, host: &Host) -> Value {
    let percent =
        |part: u64, whole: u64| format!("{:.2}%", 100.0 * part as f64 / whole.max(1) as f64);
    let offered_cpus = u64::from(host.cpus);
    let offered_memory = host.memory * MIB;
    let own = json!({
        "id": host.id,
        "name": host.name,
        "type": "Routing",
        "ipaddress": host.address(),
        "hypervisor": hypervisor(world, host),
        "clustertype": "CloudManaged",
        "version": crate::api::cloudstack::VERSION,
        "capabilities": "hvm",
        "cpunumber": host.cpus,
        "cpuspeed": CPU_SPEED,
        "cpusockets": 1,
        "cpuallocated": percent(host.used_cpus, offered_cpus),
        "cpuused": "10%",
        "cpuwithoverprovisioning": (offered_cpus * u64::from(CPU_SPEED)).to_string(),
        "memorytotal": offered_memory,
        "memoryallocated": host.used_memory * MIB,
        "memoryallocatedbytes": host.used_memory * MIB,
        "memoryallocatedpercentage": percent(host.used_memory, host.memory),
        "memoryused": host.used_memory * MIB,
        "memorywithoverprovisioning": offered_memory.to_string(),
        "networkkbsread": 32768,
        "networkkbswrite": 16384,
        "created": date(world.clock().start()),
        "events": "Ping; AgentConnected; HostDown; PingTimeout; AgentDisconnected; ShutdownRequested",
        "islocalstorageactive": false,
        "suitableformigration": host.takes_servers(),
        "hahost": false,
        "outofbandmanagement": { "enabled": false, "powerstate": "Disabled" },
    });
    let beliefs = super::hosts::beliefs(world, host);
    let parents = parents(world, &host.place, Level::Host);
    super::joined(own, beliefs.into_iter().chain(parents))
}
