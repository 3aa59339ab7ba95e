//! Places that clients make, change and remove.

use std::sync::Arc;

use uuid::Uuid;

use super::division::place_below;
use super::{Cluster, Host, HostKey, Pod, Topology, Zone};
use crate::vocabulary::place::{Level, Place, Spot};
use crate::vocabulary::plan::{ClusterSettings, HostSettings, PodSettings, ZoneSettings};
use crate::world::topology::inventory::Presence;

impl Topology {
    pub fn add_zone(&mut self, id: Uuid, name: Arc<str>, settings: ZoneSettings) {
        let nowhere = Place::nowhere();
        self.zones
            .add_division(id, Level::Zone, name, &nowhere, settings);
    }

    pub fn add_pod(&mut self, id: Uuid, name: Arc<str>, zone: &Place, settings: PodSettings) {
        self.pods.add_division(id, Level::Pod, name, zone, settings);
    }

    pub fn add_cluster(
        &mut self,
        id: Uuid,
        name: Arc<str>,
        pod: &Place,
        settings: ClusterSettings,
    ) {
        self.clusters
            .add_division(id, Level::Cluster, name, pod, settings);
    }

    pub fn add_host(
        &mut self,
        id: Uuid,
        name: Arc<str>,
        cluster: &Place,
        settings: HostSettings,
    ) -> HostKey {
        let key = HostKey(self.hosts.len());
        let place = place_below(cluster, Level::Host, &name, key.number() as u64);
        let mut host = Host::new(id, name, place, Presence::Made);
        host.change(settings);
        self.hosts.push(host);
        key
    }

    /// Has a host take over what is said.
    pub fn change_host(&mut self, key: HostKey, settings: HostSettings) {
        self.hosts[key.0].change(settings);
    }

    pub fn zone_mut(&mut self, id: Uuid) -> Option<&mut Zone> {
        self.zones.get_mut(id)
    }

    pub fn pod_mut(&mut self, id: Uuid) -> Option<&mut Pod> {
        self.pods.get_mut(id)
    }

    pub fn cluster_mut(&mut self, id: Uuid) -> Option<&mut Cluster> {
        self.clusters.get_mut(id)
    }

    /// The names of the places that clients made and did not remove.
    pub(in crate::world) fn left_over(&self) -> impl Iterator<Item = String> {
        let zones = self.zones.made().map(|zone| (Level::Zone, &zone.name));
        let pods = self.pods.made().map(|pod| (Level::Pod, &pod.name));
        let clusters = self.clusters.made();
        let clusters = clusters.map(|cluster| (Level::Cluster, &cluster.name));
        let hosts = self.hosts.iter();
        let hosts = hosts.filter(|host| host.presence == Presence::Made);
        let hosts = hosts.map(|host| (Level::Host, &host.name));
        let places = zones.chain(pods).chain(clusters).chain(hosts);
        places.map(|(level, name)| format!("{level} \"{name}\""))
    }

    /// Takes a place away; what is in it is the caller's business.
    pub(in crate::world) fn remove(&mut self, level: Level, id: Uuid) {
        match level {
            Level::Zone => _ = self.zones.remove(id),
            Level::Pod => _ = self.pods.remove(id),
            Level::Cluster => _ = self.clusters.remove(id),
            Level::Host => {
                if let Some(key) = self.host_by_id(id) {
                    self.hosts[key.0].presence = Presence::Removed;
                }
            }
        }
    }

    /// Gives a place another name, which all that is in it goes by too.
    pub fn rename(&mut self, place: &Place, level: Level, name: &Arc<str>) {
        let Some(number) = place.get(level).map(|spot| spot.number) else {
            return;
        };
        let spot = Spot {
            name: name.clone(),
            number,
        };
        let rename = |place: &mut Arc<Place>, own_level: Level, own_name: &mut Arc<str>| {
            if place.get(level).is_none_or(|own| own.number != number) {
                return;
            }
            *place = Arc::new((**place).clone().with(level, spot.clone()));
            if own_level == level {
                *own_name = name.clone();
            }
        };
        for zone in self.zones.all_mut() {
            rename(&mut zone.place, Level::Zone, &mut zone.name);
        }
        for pod in self.pods.all_mut() {
            rename(&mut pod.place, Level::Pod, &mut pod.name);
        }
        for cluster in self.clusters.all_mut() {
            rename(&mut cluster.place, Level::Cluster, &mut cluster.name);
        }
        for host in &mut self.hosts {
            rename(&mut host.place, Level::Host, &mut host.name);
        }
    }
}
