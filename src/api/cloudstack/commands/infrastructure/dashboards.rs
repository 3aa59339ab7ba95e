//! What dashboards ask for: what there is, how much of it, and what is left.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::metrics::{Load, plain_percent};
use super::pods;
use crate::api::cloudstack::commands::{date, joined};
use crate::api::cloudstack::entity::management_server;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::Row;
use crate::api::cloudstack::{VERSION, command_name, envelope};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::{Level, Place};
use crate::vocabulary::plan::HYPERVISORS;
use crate::world::World;
use crate::world::ids;

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listCapacity", list_capacity),
    Row::read("cloudstack.listHypervisors", list_hypervisors),
    Row::read("cloudstack.listHypervisorCapabilities", list_hypervisor_capabilities),
    Row::read("cloudstack.listManagementServers", list_management_servers),
    Row::read("cloudstack.listManagementServersMetrics", list_management_servers_metrics),
    Row::read("cloudstack.listInfrastructure", list_infrastructure),
];

/// How much there is of something that is counted.
struct Capacity {
    kind: u16,
    name: &'static str,
    total: u64,
    used: u64,
}

fn list_capacity(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let zones = world.topology.zones();
    let places = zones.filter_map(|zone| narrowest(world, &listing, &zone.place));
    let kind = listing.args.number("type");
    let capacities = places.flat_map(|place| {
        let all = capacities(world, &place);
        all.into_iter()
            .map(move |capacity| (place.clone(), capacity))
    });
    let wanted = capacities.filter(|(_, it)| kind.is_none_or(|kind| kind == i64::from(it.kind)));
    Ok(listing.answer(wanted, |(place, capacity)| {
        let Capacity {
            kind,
            name,
            total,
            used,
        } = capacity;
        let own = json!({
            "type": kind,
            "name": name,
            "capacitytotal": total,
            "capacityused": used,
            "capacityallocated": used,
            "percentused": plain_percent(used, total),
        });
        joined(own, site(world, &place))
    }))
}

/// The cluster, pod or zone that is asked for, if it is in `zone`.
fn narrowest(world: &World, listing: &Listing<'_>, zone: &Place) -> Option<Place> {
    let args = &listing.args;
    let topology = &world.topology;
    let cluster = args.id("clusterid").and_then(|id| topology.cluster(id));
    let pod = args.id("podid").and_then(|id| topology.pod(id));
    let asked = cluster.map(|it| &it.place).or(pod.map(|it| &it.place));
    let place = asked.map_or(zone, |place| place);
    (zone.contains(place) && listing.is_within(place)).then(|| place.clone())
}

fn site(world: &World, place: &Place) -> Map<String, Value> {
    let levels = [Level::Zone, Level::Pod, Level::Cluster].into_iter();
    let members = levels.flat_map(|level| {
        let id = world.topology.id_at(place, level);
        [
            (format!("{level}id"), json!(id)),
            (format!("{level}name"), json!(place.name(level))),
        ]
    });
    members.filter(|(_, value)| !value.is_null()).collect()
}

/// All that is counted in a place, by CloudStack's numbers.
fn capacities(world: &World, place: &Place) -> Vec<Capacity> {
    let load = Load::of_place(world, place);
    let equipment = &world.equipment;
    let cluster = world.topology.id_at(place, Level::Cluster);
    let pod = world.topology.id_at(place, Level::Pod);
    let zone = world.topology.id_at(place, Level::Zone);
    let pools = equipment.pools.iter().filter(|pool| {
        Some(pool.site.zone) == zone
            && (pod.is_none() || pool.site.pod == pod)
            && (cluster.is_none() || pool.site.cluster == cluster)
    });
    let (mut storage, mut allocatable, mut allocated) = (0, 0, 0);
    for pool in pools {
        storage += pool.size();
        allocatable += world.allocatable_on(pool);
        allocated += world.allocated_on(pool.id);
    }
    let capacity = |kind, name, total, used| Capacity {
        kind,
        name,
        total,
        used,
    };
    let mut all = vec![
        capacity(0, "MEMORY", load.memory, load.used_memory),
        capacity(1, "CPU", load.speed, load.used_speed),
        capacity(2, "STORAGE", storage, allocated),
        capacity(3, "STORAGE_ALLOCATED", allocatable, allocated),
    ];
    if cluster.is_none() {
        all.push(private_addresses(world, place));
    }
    if pod.is_none()
        && let Some(zone) = zone
    {
        all.extend(of_whole_zone(world, zone));
    }
    all
}

fn private_addresses(world: &World, place: &Place) -> Capacity {
    let pods = world
        .topology
        .pods()
        .filter(|pod| place.contains(&pod.place));
    Capacity {
        kind: 5,
        name: "PRIVATE_IP",
        total: pods.map(pods::addresses).sum(),
        used: 0,
    }
}

fn of_whole_zone(world: &World, zone: Uuid) -> [Capacity; 3] {
    let equipment = &world.equipment;
    let ranges = equipment.ranges.iter();
    let ranges = ranges.filter(|range| range.zone == zone && range.is_public);
    let stores = equipment.image_stores.iter();
    let stores = stores.filter(|store| store.zone.is_none_or(|own| own == zone));
    let networks = equipment.physical_networks.iter();
    let networks = networks.filter(|network| network.zone == zone);
    [
        Capacity {
            kind: 4,
            name: "VIRTUAL_NETWORK_PUBLIC_IP",
            total: ranges.map(|range| range.len()).sum(),
            used: world.networking.floating_ips.len() as u64,
        },
        Capacity {
            kind: 6,
            name: "SECONDARY_STORAGE",
            total: stores.clone().map(|store| store.size()).sum(),
            used: stores.map(|store| world.stored_in(store)).sum(),
        },
        Capacity {
            kind: 7,
            name: "VLAN",
            total: networks.map(|network| network.tag_count()).sum(),
            used: 0,
        },
    ]
}

fn list_hypervisors(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let clusters = world.topology.clusters();
    let clusters = clusters.filter(|cluster| listing.is_within(&cluster.place));
    let names: BTreeSet<&str> = clusters.map(|cluster| cluster.hypervisor()).collect();
    Ok(listing.answer(names.into_iter(), |name| json!({ "name": name })))
}

fn list_hypervisor_capabilities(
    world: &mut World,
    call: &Call,
    _: Landing,
) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let id = |name: &str| ids::named("hypervisor-capabilities", name);
    let args = &listing.args;
    let known = HYPERVISORS.iter().filter(|name| {
        args.is("hypervisor", name)
            && args.is("id", &id(name).to_string())
            && listing.keyword_fits(name)
    });
    Ok(listing.answer(known, |name| {
        json!({
            "id": id(name),
            "hypervisor": name,
            "hypervisorversion": "default",
            "maxguestslimit": 50,
            "maxdatavolumeslimit": 6,
            "maxhostspercluster": 16,
            "securitygroupenabled": matches!(*name, "KVM" | "XenServer" | "Simulator"),
            "storagemotionenabled": *name == "Simulator",
            "vmsnapshotenabled": true,
        })
    }))
}

fn list_management_servers(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    Ok(listing.answer(management_servers(&listing), |id| server(world, id)))
}

fn list_management_servers_metrics(
    world: &mut World,
    call: &Call,
    _: Landing,
) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let shown = |id| joined(server(world, id), server_metrics(world));
    Ok(listing.answer(management_servers(&listing), shown))
}

const SERVER_NAME: &str = "localhost";

/// The one there is, if it is asked for.
fn management_servers(listing: &Listing<'_>) -> impl Iterator<Item = Uuid> {
    let id = management_server();
    let is_wanted = listing.wants(id, SERVER_NAME) && listing.args.is("version", VERSION);
    is_wanted.then_some(id).into_iter()
}

fn server(world: &World, id: Uuid) -> Value {
    let started = date(world.clock().start());
    json!({
        "id": id,
        "name": SERVER_NAME,
        "state": "Up",
        "version": VERSION,
        "ipaddress": "127.0.0.1",
        "serviceip": "127.0.0.1",
        "lastserverstart": started,
        "lastboottime": started,
        "agentscount": world.topology.hosts().count(),
        "pendingjobscount": world.jobs().filter(|job| job.end.is_none()).count(),
    })
}

fn server_metrics(world: &World) -> Map<String, Value> {
    let members = [
        ("agentcount", json!(world.topology.hosts().count())),
        ("sessions", json!(0)),
        ("availableprocessors", json!(1)),
        ("collectiontime", json!(date(world.now()))),
        ("dbislocal", json!(true)),
        ("usageislocal", json!(false)),
        ("cpuload", json!("0.00")),
    ];
    let members = members.map(|(name, value)| (name.to_owned(), value));
    members.into_iter().collect()
}

fn list_infrastructure(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (topology, equipment) = (&world.topology, &world.equipment);
    let stores = equipment.image_stores.iter();
    let hosts = topology.hosts().count();
    let infrastructure = json!({
        "zones": topology.zones().count(),
        "pods": topology.pods().count(),
        "clusters": topology.clusters().count(),
        "hosts": hosts,
        "cpusockets": hosts,
        "storagepools": equipment.pools.iter().count(),
        "imagestores": stores.filter(|store| !store.is_staging()).count(),
        "objectstores": 0,
        "systemvms": 0,
        "routers": 0,
        "ilbvms": 0,
        "managementservers": 1,
        "alerts": 0,
        "backuprepositories": 0,
    });
    let content = json!({ "count": 1, "infrastructure": infrastructure });
    Ok(envelope::success(command_name(call), content))
}
