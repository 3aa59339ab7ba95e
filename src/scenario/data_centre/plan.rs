//! From what a file holds to a plan.

use std::sync::Arc;

use super::file::{
    Cluster, DataCentre, Flag, Host, ImageStore, List, Network, PhysicalNetwork, Pod, Range,
    Storage, Text, Zone,
};
use crate::vocabulary::plan::{
    ClusterPlan, ClusterSettings, HostSettings, ImageStoreSettings, PhysicalNetworkPlan,
    PhysicalNetworkSettings, PodPlan, PodSettings, RangeSettings, StorageSettings, TopologyPlan,
    ZonePlan, ZoneSettings,
};

impl From<DataCentre> for TopologyPlan {
    fn from(file: DataCentre) -> Self {
        let zones = file.zones.into_iter();
        let settings = file.settings.into_iter();
        Self {
            zones: zones
                .map(|zone| (zone.name.0.clone(), zone.into()))
                .collect(),
            settings: settings.map(|it| (it.name.0, it.value.0)).collect(),
        }
    }
}

impl From<Zone> for ZonePlan {
    fn from(zone: Zone) -> Self {
        let settings = ZoneSettings {
            network_type: zone.network_type.map(|Network(kind)| kind),
            security_groups: flag(zone.security_groups),
            local_storage: flag(zone.local_storage),
            is_enabled: flag(zone.enabled),
            dns1: text(zone.dns1),
            dns2: text(zone.dns2),
            internal_dns1: text(zone.internal_dns1),
            internal_dns2: text(zone.internal_dns2),
            guest_cidr: text(zone.guest_cidr),
            domain: text(zone.domain),
        };
        let pods = zone.pods.into_iter();
        let networks = zone.physical_networks.into_iter();
        let stores = zone.image_stores.into_iter();
        let stores = stores.map(|store| image_store(store, false));
        let staging = zone.staging_stores.into_iter();
        let staging = staging.map(|store| image_store(store, true));
        // What pods say of storage for all of their zone is taken up there.
        let of_all = pods.as_slice().iter().flat_map(|pod| &pod.clusters);
        let of_all = of_all.flat_map(|cluster| &cluster.storage);
        let of_all = of_all.filter(|storage| is_of_all(storage)).map(pool);
        let own = zone.storage.iter().map(pool);
        Self {
            region: None,
            settings,
            storage: own.chain(of_all).collect(),
            pods: pods.map(|pod| (pod.name.0.clone(), pod.into())).collect(),
            image_stores: stores.chain(staging).collect(),
            physical_networks: networks
                .map(|network| (network.name.0.clone(), network.into()))
                .collect(),
            ranges: zone.ranges.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Pod> for PodPlan {
    fn from(pod: Pod) -> Self {
        let settings = PodSettings {
            gateway: pod.gateway.map(|it| it.0),
            netmask: pod.netmask.map(|it| it.0),
            start: pod.start.map(|it| it.0),
            end: pod.end.map(|it| it.0),
            is_enabled: None,
        };
        let clusters = pod.clusters.into_iter();
        Self {
            settings,
            clusters: clusters
                .map(|cluster| (cluster.name.0.clone(), cluster.into()))
                .collect(),
            ranges: pod.ranges.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Cluster> for ClusterPlan {
    fn from(cluster: Cluster) -> Self {
        let settings = ClusterSettings {
            hypervisor: cluster.hypervisor.map(|it| it.0),
            kind: text(cluster.kind),
            ..ClusterSettings::default()
        };
        let storage = cluster.storage.iter();
        Self {
            settings,
            hosts: cluster.hosts.into_iter().map(host).collect(),
            storage: storage.filter(|it| !is_of_all(it)).map(pool).collect(),
        }
    }
}

impl From<PhysicalNetwork> for PhysicalNetworkPlan {
    fn from(network: PhysicalNetwork) -> Self {
        let settings = PhysicalNetworkSettings {
            vlan: text(network.vlan),
            isolation: list(network.isolation),
            tags: list(network.tags),
            broadcast_domain: text(network.broadcast_domain),
            ..PhysicalNetworkSettings::default()
        };
        let kinds = network.traffic_types.into_iter();
        let providers = network.providers.into_iter();
        Self {
            settings,
            traffic_types: kinds.map(|it| it.kind.0).collect(),
            providers: providers.map(|it| it.name.0).collect(),
        }
    }
}

impl From<Range> for RangeSettings {
    fn from(range: Range) -> Self {
        Self {
            gateway: range.gateway.map(|it| it.0),
            netmask: range.netmask.map(|it| it.0),
            start: range.start.map(|it| it.0),
            end: range.end.map(|it| it.0),
            vlan: text(range.vlan),
        }
    }
}

fn host(host: Host) -> (Arc<str>, HostSettings) {
    let url = host.url.0;
    let settings = HostSettings {
        tags: list(host.tags),
        ..url.settings
    };
    (url.name, settings)
}

fn is_of_all(storage: &Storage) -> bool {
    let scope = storage.scope.as_ref();
    scope.is_some_and(|Text(scope)| scope.eq_ignore_ascii_case("zone"))
}

fn pool(storage: &Storage) -> (Arc<str>, StorageSettings) {
    let settings = StorageSettings {
        url: storage.url.as_ref().map(|it| it.0.clone()),
        tags: storage.tags.as_ref().map(|it| it.0.clone()),
        hypervisor: storage.hypervisor.as_ref().map(|it| it.0.clone()),
        ..StorageSettings::default()
    };
    (storage.name.0.clone(), settings)
}

/// A store without a name goes by its address.
fn image_store(store: ImageStore, is_staging: bool) -> (Arc<str>, ImageStoreSettings) {
    let settings = ImageStoreSettings {
        url: text(store.url),
        provider: text(store.provider),
        is_staging: Some(is_staging),
        ..ImageStoreSettings::default()
    };
    let name = text(store.name).or(settings.url.clone());
    (name.unwrap_or_else(|| "secondary".into()), settings)
}

/// An empty text says nothing.
fn text(text: Option<Text>) -> Option<Arc<str>> {
    text.map(|Text(text)| text).filter(|text| !text.is_empty())
}

fn flag(flag: Option<Flag>) -> Option<bool> {
    flag.map(|Flag(flag)| flag)
}

fn list(list: Option<List>) -> Option<Vec<Arc<str>>> {
    list.map(|List(words)| words)
}
