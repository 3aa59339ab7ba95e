//! The simulated data centre: zones, pods, clusters and hosts.

mod change;
mod data_centre;
mod division;
mod host;
pub mod inventory;

use std::sync::Arc;

use uuid::Uuid;

use super::ids;
use super::topology::inventory::{Inventory, Presence};
use crate::vocabulary::place::{Level, Place, Scope};
use crate::vocabulary::plan::{ClusterPlan, HostSettings, PodPlan, TopologyPlan, ZonePlan};
use division::place_below;

pub use division::{Cluster, Division, Pod, Zone};
pub(super) use host::CPU_OVERCOMMIT;
pub use host::{DISK, Host, HostKey};

/// All places. Parents come before their children's numbers are given, in the order of the plan.
#[derive(Debug, Clone, Default)]
pub struct Topology {
    zones: Inventory<Zone>,
    pods: Inventory<Pod>,
    clusters: Inventory<Cluster>,
    /// Also those that are gone: keys are positions.
    hosts: Vec<Host>,
}

impl Topology {
    pub fn new(plan: &TopologyPlan, region: &str) -> Self {
        let mut topology = Self::default();
        topology.apply(plan, region);
        topology
    }

    /// Makes the topology what the plan says of a region, beside what clients made. Places that the plan no
    /// longer has are retired: hosts keep what runs on them and take nothing new. So are those of other
    /// regions: nothing of them is here but that their numbers are taken.
    pub fn apply(&mut self, plan: &TopologyPlan, region: &str) {
        self.zones.begin_plan();
        self.pods.begin_plan();
        self.clusters.begin_plan();
        for host in &mut self.hosts {
            host.presence = host.presence.before_a_plan();
        }
        for (name, zone) in &plan.zones {
            self.apply_zone(name, zone);
        }
        for (name, zone) in &plan.zones {
            if zone.region.as_ref().is_some_and(|of| **of != *region) {
                self.retire_zone(ids::named(Level::Zone.word(), name));
            }
        }
    }

    fn retire_zone(&mut self, id: Uuid) {
        let Some(number) = self.zones.number_of(id) else {
            return;
        };
        let is_in = |place: &Place| {
            let zone = place.get(Level::Zone);
            zone.is_some_and(|zone| u64::from(zone.number) == number)
        };
        self.zones.retire(|zone| is_in(&zone.place));
        self.pods.retire(|pod| is_in(&pod.place));
        self.clusters.retire(|cluster| is_in(&cluster.place));
        for host in self.hosts.iter_mut().filter(|host| is_in(&host.place)) {
            host.presence = host.presence.before_a_plan();
        }
    }

    fn apply_zone(&mut self, name: &Arc<str>, plan: &ZonePlan) {
        let nowhere = Place::nowhere();
        let Some(zone) = self.zones.plan_division(Level::Zone, name, name, &nowhere) else {
            return;
        };
        zone.settings = plan.settings.clone();
        let place = zone.place.clone();
        for (pod, plan) in &plan.pods {
            self.apply_pod(&format!("{name}/{pod}"), pod, plan, &place);
        }
    }

    fn apply_pod(&mut self, path: &str, name: &Arc<str>, plan: &PodPlan, zone: &Place) {
        let Some(pod) = self.pods.plan_division(Level::Pod, path, name, zone) else {
            return;
        };
        pod.settings = plan.settings.clone();
        let place = pod.place.clone();
        for (cluster, plan) in &plan.clusters {
            self.apply_cluster(&format!("{path}/{cluster}"), cluster, plan, &place);
        }
    }

    fn apply_cluster(&mut self, path: &str, name: &Arc<str>, plan: &ClusterPlan, pod: &Place) {
        let clusters = &mut self.clusters;
        let Some(cluster) = clusters.plan_division(Level::Cluster, path, name, pod) else {
            return;
        };
        cluster.settings = plan.settings.clone();
        let place = cluster.place.clone();
        for (host, plan) in &plan.hosts {
            self.apply_host(&format!("{path}/{host}"), host, plan, &place);
        }
    }

    fn apply_host(&mut self, path: &str, name: &Arc<str>, plan: &HostSettings, cluster: &Place) {
        let id = ids::named(Level::Host.word(), path);
        let known = self.hosts.iter().position(|host| host.id == id);
        let index = known.unwrap_or(self.hosts.len());
        if known.is_none() {
            let place = place_below(cluster, Level::Host, name, index as u64 + 1);
            let host = Host::new(id, name.clone(), place, Presence::Planned);
            self.hosts.push(host);
        }
        let host = &mut self.hosts[index];
        host.presence = host.presence.when_planned();
        host.plan(plan);
    }

    pub fn zones(&self) -> impl DoubleEndedIterator<Item = &Zone> + Clone {
        self.zones.iter()
    }

    pub fn pods(&self) -> impl DoubleEndedIterator<Item = &Pod> + Clone {
        self.pods.iter()
    }

    pub fn clusters(&self) -> impl DoubleEndedIterator<Item = &Cluster> + Clone {
        self.clusters.iter()
    }

    pub fn zone(&self, id: Uuid) -> Option<&Zone> {
        self.zones.get(id)
    }

    pub fn pod(&self, id: Uuid) -> Option<&Pod> {
        self.pods.get(id)
    }

    pub fn cluster(&self, id: Uuid) -> Option<&Cluster> {
        self.clusters.get(id)
    }

    /// The hosts that are there, and those retired ones that are still in use.
    pub fn hosts(&self) -> impl Iterator<Item = (HostKey, &Host)> {
        let keyed = self.hosts.iter().enumerate();
        keyed
            .filter(|(_, host)| {
                host.presence.is_there() || host.is_retired() && host.used_memory > 0
            })
            .map(|(index, host)| (HostKey(index), host))
    }

    /// Whether there are any in a place.
    pub fn has_hosts(&self, place: &Place) -> bool {
        self.hosts().any(|(_, host)| place.contains(&host.place))
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

    pub fn zone_named(&self, name: &str) -> Option<&Zone> {
        self.zones().find(|zone| *zone.name == *name)
    }

    /// The zone that a place is in, though it may have been retired.
    pub fn zone_of(&self, place: &Place) -> Option<&Zone> {
        self.zones.numbered(number_at(place, Level::Zone)?)
    }

    pub fn pod_of(&self, place: &Place) -> Option<&Pod> {
        self.pods.numbered(number_at(place, Level::Pod)?)
    }

    pub fn cluster_of(&self, place: &Place) -> Option<&Cluster> {
        self.clusters.numbered(number_at(place, Level::Cluster)?)
    }

    /// The id of what a place is, or is in, at a level.
    pub fn id_at(&self, place: &Place, level: Level) -> Option<Uuid> {
        match level {
            Level::Zone => self.zone_of(place).map(|zone| zone.id),
            Level::Pod => self.pod_of(place).map(|pod| pod.id),
            Level::Cluster => self.cluster_of(place).map(|cluster| cluster.id),
            Level::Host => {
                let number = usize::try_from(number_at(place, Level::Host)?).ok()?;
                Some(self.hosts.get(number.checked_sub(1)?)?.id)
            }
        }
    }

    /// All places of a level, with their ids.
    pub fn places(&self, level: Level) -> Box<dyn Iterator<Item = (Uuid, &Arc<Place>)> + '_> {
        match level {
            Level::Zone => Box::new(self.zones().map(|zone| (zone.id, &zone.place))),
            Level::Pod => Box::new(self.pods().map(|pod| (pod.id, &pod.place))),
            Level::Cluster => {
                let clusters = self.clusters();
                Box::new(clusters.map(|cluster| (cluster.id, &cluster.place)))
            }
            Level::Host => Box::new(self.hosts().map(|(_, host)| (host.id, &host.place))),
        }
    }

    /// The place of that level and id, with all that it is part of.
    pub fn place_of(&self, level: Level, id: Uuid) -> Option<&Arc<Place>> {
        let mut places = self.places(level);
        places
            .find(|(known, _)| *known == id)
            .map(|(_, place)| place)
    }

    /// Whether there is, or was, a place of that level and id.
    pub fn knows(&self, level: Level, id: Uuid) -> bool {
        match level {
            Level::Zone => self.zones.knows(id),
            Level::Pod => self.pods.knows(id),
            Level::Cluster => self.clusters.knows(id),
            Level::Host => self.hosts.iter().any(|host| host.id == id),
        }
    }

    /// Whether the zone, pod and cluster of a place let new servers in.
    pub fn is_open(&self, place: &Place) -> bool {
        self.zone_of(place).is_none_or(Zone::is_enabled)
            && self.pod_of(place).is_none_or(Pod::is_enabled)
            && self
                .cluster_of(place)
                .is_none_or(|cluster| cluster.is_enabled() && cluster.is_managed())
    }
}

fn number_at(place: &Place, level: Level) -> Option<u64> {
    place.get(level).map(|spot| u64::from(spot.number))
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
        assert_eq!(first_zone(&topology), first_zone(&again));
    }

    fn first_zone(topology: &Topology) -> Option<Uuid> {
        topology.zones().next().map(|zone| zone.id)
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
        cluster
            .hosts
            .insert("host-3".into(), HostSettings::default());
        topology.apply(&plan, "RegionOne");
        let names: Vec<&str> = topology.hosts().map(|(_, host)| &*host.name).collect();
        assert_eq!(names, ["host-1", "host-3"]);
        assert!(!topology.host(first).takes_servers());
        let third = everywhere.with(Level::Host, Selector::Number(3));
        assert_eq!(topology.hosts_in(&third).len(), 1);
    }
}
