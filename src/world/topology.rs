//! The simulated data centre: zones, pods, clusters and hosts.

use std::sync::Arc;

use uuid::Uuid;

use super::catalog::Flavor;
use super::compute_service::ComputeService;
use super::ids;
use crate::vocabulary::place::{Level, Place, Scope, Spot};
use crate::vocabulary::plan::{ClusterPlan, HostPlan, PodPlan, TopologyPlan};

/// How many virtual CPUs a host offers for each of its own; Nova's default allocation ratio was 16.
pub(super) const CPU_OVERCOMMIT: u64 = 16;
/// Every host has as much disk, in GiB: nothing ever runs out of it.
pub const DISK: u64 = 10_240;
const DEFAULT_CPUS: u32 = 128;
/// In MiB.
const DEFAULT_MEMORY: u64 = 1024 * 1024;
/// CloudStack's name for a hypervisor that is none.
const DEFAULT_HYPERVISOR: &str = "Simulator";

/// A zone, pod or cluster.
#[derive(Debug, Clone)]
pub struct Area {
    pub id: Uuid,
    /// Itself and what it is part of.
    pub place: Arc<Place>,
    pub name: Arc<str>,
    /// It is in a zone of another region: nothing of it shows here but that its number is taken.
    is_elsewhere: bool,
}

#[derive(Debug, Clone)]
pub struct Cluster {
    pub area: Area,
    pub hypervisor: Arc<str>,
}

/// A host: what it has, what of it is taken, and how it is.
#[derive(Debug, Clone)]
pub struct Host {
    pub id: Uuid,
    pub name: Arc<str>,
    pub place: Arc<Place>,
    pub cpus: u32,
    /// In MiB.
    pub memory: u64,
    pub used_cpus: u64,
    /// In MiB.
    pub used_memory: u64,
    pub is_up: bool,
    pub in_maintenance: bool,
    /// No longer in the plan, but something still runs here: it takes nothing new.
    pub is_retired: bool,
    /// `None` after an administrator removed it: the host is then none to the cloud.
    pub service: Option<ComputeService>,
}

impl Host {
    /// Whether new servers may be put here at all.
    pub fn takes_servers(&self) -> bool {
        let is_in_service = self
            .service
            .as_ref()
            .is_some_and(ComputeService::takes_servers);
        self.is_up && !self.in_maintenance && !self.is_retired && is_in_service
    }

    /// Whether a server of that size still fits.
    pub fn fits(&self, cpus: u32, memory: u64) -> bool {
        self.used_cpus + u64::from(cpus) <= u64::from(self.cpus) * CPU_OVERCOMMIT
            && self.used_memory + memory <= self.memory
    }

    /// Holds room for a server of that size.
    pub(super) fn take(&mut self, flavor: &Flavor) {
        self.used_cpus += u64::from(flavor.cpus);
        self.used_memory += flavor.memory;
    }

    /// Gives back the room that a server of that size held.
    pub(super) fn give_back(&mut self, flavor: &Flavor) {
        self.used_cpus -= u64::from(flavor.cpus);
        self.used_memory -= flavor.memory;
    }

    /// Its own address: its number in the pods' network.
    pub fn address(&self) -> String {
        let number = self.place.get(Level::Host).map_or(0, |spot| spot.number);
        let [_, _, high, low] = number.wrapping_add(1).to_be_bytes();
        format!("172.16.{}.{low}", 15u8.wrapping_add(high))
    }

    /// In MiB.
    pub fn free_memory(&self) -> u64 {
        self.memory.saturating_sub(self.used_memory)
    }
}

/// A host's position, good for the life of its world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostKey(usize);

impl HostKey {
    /// Counts the hosts of a world, from 1, in the order in which they came.
    pub fn number(self) -> usize {
        self.0 + 1
    }
}

/// All places. Parents come before their children's numbers are given, in the order of the plan.
#[derive(Debug, Clone, Default)]
pub struct Topology {
    zones: Vec<Area>,
    pods: Vec<Area>,
    clusters: Vec<Cluster>,
    hosts: Vec<Host>,
}

impl Topology {
    pub fn new(plan: &TopologyPlan, region: &str) -> Self {
        let mut topology = Self::default();
        topology.apply(plan, region);
        topology
    }

    /// Makes the topology what the plan says of a region. Hosts that the plan no longer has are retired: they
    /// keep what runs on them and take nothing new. So are those of other regions, on which nothing runs.
    pub fn apply(&mut self, plan: &TopologyPlan, region: &str) {
        for (name, zone) in &plan.zones {
            let place = ensure_area(&mut self.zones, Level::Zone, name, &Place::nowhere());
            for (name, pod) in &zone.pods {
                self.apply_pod(name, pod, &place);
            }
        }
        let is_elsewhere = |place: &Place| {
            let zone = place
                .name(Level::Zone)
                .and_then(|name| plan.zones.get(name));
            let of = zone.and_then(|zone| zone.region.as_deref());
            of.is_some_and(|of| of != region)
        };
        let clusters = self.clusters.iter_mut().map(|cluster| &mut cluster.area);
        for area in self.zones.iter_mut().chain(&mut self.pods).chain(clusters) {
            area.is_elsewhere = is_elsewhere(&area.place);
        }
        for host in &mut self.hosts {
            host.is_retired = !has_host(plan, &host.place) || is_elsewhere(&host.place);
        }
    }

    fn apply_pod(&mut self, name: &Arc<str>, pod: &PodPlan, zone: &Place) {
        let place = ensure_area(&mut self.pods, Level::Pod, name, zone);
        for (name, cluster) in &pod.clusters {
            self.apply_cluster(name, cluster, &place);
        }
    }

    fn apply_cluster(&mut self, name: &Arc<str>, plan: &ClusterPlan, pod: &Place) {
        let known = find(
            self.clusters.iter().map(|c| &*c.area.place),
            Level::Cluster,
            name,
            pod,
        );
        let hypervisor = plan.hypervisor.clone().unwrap_or(DEFAULT_HYPERVISOR.into());
        let place = match known {
            Some(index) => {
                self.clusters[index].hypervisor = hypervisor;
                self.clusters[index].area.place.clone()
            }
            None => {
                let area = new_area(self.clusters.len(), Level::Cluster, name, pod);
                let place = area.place.clone();
                self.clusters.push(Cluster { area, hypervisor });
                place
            }
        };
        for (name, host) in &plan.hosts {
            self.apply_host(name, host, &place);
        }
    }

    fn apply_host(&mut self, name: &Arc<str>, plan: &HostPlan, cluster: &Place) {
        let cpus = plan.cpus.unwrap_or(DEFAULT_CPUS);
        let memory = plan.memory.unwrap_or(DEFAULT_MEMORY);
        let known = find(
            self.hosts.iter().map(|h| &*h.place),
            Level::Host,
            name,
            cluster,
        );
        if let Some(index) = known {
            let host = &mut self.hosts[index];
            (host.cpus, host.memory) = (cpus, memory);
            return;
        }
        let Area {
            id, place, name, ..
        } = new_area(self.hosts.len(), Level::Host, name, cluster);
        self.hosts.push(Host {
            id,
            name,
            place,
            cpus,
            memory,
            used_cpus: 0,
            used_memory: 0,
            is_up: true,
            in_maintenance: false,
            is_retired: false,
            service: Some(ComputeService::default()),
        });
    }

    pub fn zones(&self) -> impl Iterator<Item = &Area> {
        self.zones.iter().filter(|zone| !zone.is_elsewhere)
    }

    pub fn pods(&self) -> impl Iterator<Item = &Area> {
        self.pods.iter().filter(|pod| !pod.is_elsewhere)
    }

    pub fn clusters(&self) -> impl Iterator<Item = &Cluster> {
        let clusters = self.clusters.iter();
        clusters.filter(|cluster| !cluster.area.is_elsewhere)
    }

    /// The hosts of the plan, and those retired ones that are still in use.
    pub fn hosts(&self) -> impl Iterator<Item = (HostKey, &Host)> {
        let keyed = self.hosts.iter().enumerate();
        keyed
            .filter(|(_, host)| !host.is_retired || host.used_memory > 0)
            .map(|(index, host)| (HostKey(index), host))
    }

    pub fn host(&self, key: HostKey) -> &Host {
        &self.hosts[key.0]
    }

    pub(super) fn host_mut(&mut self, key: HostKey) -> &mut Host {
        &mut self.hosts[key.0]
    }

    /// The hosts that a scope covers.
    pub fn hosts_in(&self, scope: &Scope) -> Vec<HostKey> {
        self.hosts()
            .filter(|(_, host)| scope.covers(&host.place))
            .map(|(key, _)| key)
            .collect()
    }

    pub fn host_by_id(&self, id: Uuid) -> Option<HostKey> {
        self.hosts()
            .find(|(_, host)| host.id == id)
            .map(|(key, _)| key)
    }

    pub fn zone_named(&self, name: &str) -> Option<&Area> {
        self.zones().find(|zone| *zone.name == *name)
    }

    /// The area at the level of `place` above a host's: the id of its zone, pod or cluster.
    pub fn area_of(&self, place: &Place, level: Level) -> Option<&Area> {
        let number = place.get(level)?.number as usize;
        let index = number.checked_sub(1)?;
        match level {
            Level::Zone => self.zones.get(index),
            Level::Pod => self.pods.get(index),
            Level::Cluster => self.clusters.get(index).map(|cluster| &cluster.area),
            Level::Host => None,
        }
    }

    /// The cluster that a place is in.
    pub fn cluster_of(&self, place: &Place) -> Option<&Cluster> {
        let mut clusters = self.clusters.iter();
        clusters.find(|cluster| cluster.area.place.contains(place))
    }
}

fn ensure_area(areas: &mut Vec<Area>, level: Level, name: &Arc<str>, parent: &Place) -> Arc<Place> {
    if let Some(index) = find(areas.iter().map(|area| &*area.place), level, name, parent) {
        return areas[index].place.clone();
    }
    let area = new_area(areas.len(), level, name, parent);
    areas.push(area);
    areas[areas.len() - 1].place.clone()
}

fn new_area(position: usize, level: Level, name: &Arc<str>, parent: &Place) -> Area {
    let number = u32::try_from(position + 1).unwrap_or(u32::MAX);
    let spot = Spot {
        name: name.clone(),
        number,
    };
    let place = parent.clone().with(level, spot);
    Area {
        id: ids::named(level.word(), &place.to_string()),
        place: Arc::new(place),
        name: name.clone(),
        is_elsewhere: false,
    }
}

/// Whether a plan has the host of that place.
fn has_host(plan: &TopologyPlan, place: &Place) -> bool {
    let name = |level| place.name(level);
    let zone = name(Level::Zone).and_then(|name| plan.zones.get(name));
    let pod = zone.and_then(|zone| zone.pods.get(name(Level::Pod)?));
    let cluster = pod.and_then(|pod| pod.clusters.get(name(Level::Cluster)?));
    cluster.is_some_and(|cluster| {
        name(Level::Host).is_some_and(|name| cluster.hosts.contains_key(name))
    })
}

/// The position of the place `name` below `parent`.
fn find<'a>(
    mut places: impl Iterator<Item = &'a Place>,
    level: Level,
    name: &Arc<str>,
    parent: &Place,
) -> Option<usize> {
    places.position(|place| place.name(level) == Some(name) && parent.contains(place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::place::Selector;

    #[test]
    fn the_default_cloud_has_two_hosts_with_stable_ids() {
        let topology = Topology::new(&TopologyPlan::default_cloud(), "RegionOne");
        let hosts: Vec<String> = topology.hosts().map(|(_, h)| h.place.to_string()).collect();
        assert_eq!(
            hosts,
            [
                "zone-1/pod-1/cluster-1/host-1",
                "zone-1/pod-1/cluster-1/host-2"
            ]
        );
        let again = Topology::new(&TopologyPlan::default_cloud(), "RegionOne");
        let ids =
            |topology: &Topology| -> Vec<Uuid> { topology.zones().map(|zone| zone.id).collect() };
        assert_eq!(ids(&topology), ids(&again));
    }

    #[test]
    fn a_host_that_left_the_plan_stays_while_it_is_in_use() {
        let mut plan = TopologyPlan::default_cloud();
        let mut topology = Topology::new(&plan, "RegionOne");
        let everywhere = Scope::everywhere();
        let first = topology.hosts_in(&everywhere)[0];
        topology.host_mut(first).used_memory = 1;
        let cluster = &mut plan.zones[0].pods[0].clusters[0];
        cluster.hosts.clear();
        cluster.hosts.insert("host-3".into(), HostPlan::default());
        topology.apply(&plan, "RegionOne");
        let names: Vec<&str> = topology.hosts().map(|(_, host)| &*host.name).collect();
        assert_eq!(names, ["host-1", "host-3"]);
        assert!(!topology.host(first).takes_servers());
        let third = everywhere.with(Level::Host, Selector::Number(3));
        assert_eq!(topology.hosts_in(&third).len(), 1);
    }
}
