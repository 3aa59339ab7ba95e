//! What a plan says of equipment, and what it gets where it says nothing.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::physical::{ElementKind, ProviderSpec, is_basic};
use super::{
    AddressRange, Element, Equipment, ImageStore, PhysicalNetwork, PoolState, Provider,
    SUPPORTED_PROVIDERS, Site, StoragePool, TrafficType,
};
use crate::vocabulary::place::Level;
use crate::vocabulary::plan::{
    ImageStoreSettings, PhysicalNetworkPlan, PhysicalNetworkSettings, RangeSettings,
    StorageSettings, TopologyPlan, ZonePlan,
};
use crate::world::ids::named;
use crate::world::network::Networking;
use crate::world::topology::{Topology, Zone};

/// What a plan is carried out with.
pub(in crate::world) struct Ground<'a> {
    pub(in crate::world) topology: &'a Topology,
    pub(in crate::world) networking: &'a Networking,
    pub(in crate::world) now: DateTime<Utc>,
}

impl Equipment {
    /// Becomes what the plan says, beside what clients made.
    pub(in crate::world) fn apply(&mut self, plan: &TopologyPlan, ground: &Ground<'_>) {
        self.pools.begin_plan();
        self.image_stores.begin_plan();
        self.physical_networks.begin_plan();
        self.traffic_types.begin_plan();
        self.providers.begin_plan();
        self.elements.begin_plan();
        self.ranges.begin_plan();
        for (name, zone_plan) in &plan.zones {
            let id = named(Level::Zone.word(), name);
            if let Some(zone) = ground.topology.zone(id) {
                self.plan_pools(name, zone_plan, zone, ground);
                self.plan_image_stores(name, zone_plan, zone);
                let network = self.plan_networks(name, zone_plan, zone);
                self.plan_ranges(name, zone_plan, zone, network, ground);
            }
        }
    }

    fn plan_pools(&mut self, path: &str, plan: &ZonePlan, zone: &Zone, ground: &Ground<'_>) {
        for (name, settings) in &plan.storage {
            self.plan_pool(path, Site::zone(zone.id), name, settings, ground.now);
        }
        for (pod, pod_plan) in &plan.pods {
            for (cluster, cluster_plan) in &pod_plan.clusters {
                let pod_path = format!("{path}/{pod}");
                let path = format!("{pod_path}/{cluster}");
                let site = Site {
                    zone: zone.id,
                    pod: Some(named(Level::Pod.word(), &pod_path)),
                    cluster: Some(named(Level::Cluster.word(), &path)),
                };
                for (name, settings) in &cluster_plan.storage {
                    self.plan_pool(&path, site, name, settings, ground.now);
                }
                if cluster_plan.storage.is_empty() && plan.storage.is_empty() {
                    let name = format!("{cluster}-primary").into();
                    let settings = StorageSettings::default();
                    self.plan_pool(&path, site, &name, &settings, ground.now);
                }
            }
        }
    }

    fn plan_pool(
        &mut self,
        path: &str,
        site: Site,
        name: &Arc<str>,
        settings: &StorageSettings,
        now: DateTime<Utc>,
    ) {
        let path = format!("{path}/{name}");
        let id = named("storage-pool", &path);
        let pool = self.pools.plan(
            |known| known.id == id,
            || StoragePool {
                id,
                name: name.clone(),
                site,
                settings: StorageSettings::default(),
                state: PoolState::Up,
                stopped: Vec::new(),
                created: now,
            },
        );
        if let Some(pool) = pool {
            pool.settings = settings.clone();
            let url = || format!("nfs://storage/{path}").into();
            pool.settings.url.get_or_insert_with(url);
        }
    }

    fn plan_image_stores(&mut self, path: &str, plan: &ZonePlan, zone: &Zone) {
        let usual = ImageStoreSettings::default();
        let usual_name = format!("{path}-secondary").into();
        let planned = plan.image_stores.iter();
        let filled = planned.clone().any(|(_, it)| it.is_staging != Some(true));
        let usual = (!filled).then_some((&usual_name, &usual));
        for (name, settings) in planned.chain(usual) {
            let path = format!("{path}/{name}");
            let id = named("image-store", &path);
            let store = self.image_stores.plan(
                |known| known.id == id,
                || ImageStore {
                    id,
                    name: name.clone(),
                    zone: Some(zone.id),
                    settings: ImageStoreSettings::default(),
                },
            );
            if let Some(store) = store {
                store.settings = settings.clone();
                let url = || format!("nfs://storage/{path}").into();
                store.settings.url.get_or_insert_with(url);
            }
        }
    }

    /// Plans a zone's physical networks; returns the one with public traffic, else the first.
    fn plan_networks(&mut self, path: &str, plan: &ZonePlan, zone: &Zone) -> Option<Uuid> {
        let usual_name = "physical-network-1".into();
        let usual = usual_network(zone);
        let lacking = plan.physical_networks.is_empty();
        let usual = lacking.then_some((&usual_name, &usual));
        let mut public = None;
        for (name, plan) in plan.physical_networks.iter().chain(usual) {
            let path = format!("{path}/{name}");
            let network = self.plan_network(&path, name, plan, zone);
            let is_public = plan.traffic_types.iter().any(|kind| &**kind == "Public");
            if is_public || public.is_none() {
                public = network;
            }
        }
        public
    }

    fn plan_network(
        &mut self,
        path: &str,
        name: &Arc<str>,
        plan: &PhysicalNetworkPlan,
        zone: &Zone,
    ) -> Option<Uuid> {
        let id = named("physical-network", path);
        let network = self.physical_networks.plan(
            |known| known.id == id,
            || PhysicalNetwork {
                id,
                name: name.clone(),
                zone: zone.id,
                settings: PhysicalNetworkSettings::default(),
            },
        )?;
        network.settings = plan.settings.clone();
        network.settings.is_enabled.get_or_insert(true);
        for kind in &plan.traffic_types {
            let own = named("traffic-type", &format!("{path}/{kind}"));
            self.traffic_types.plan(
                |known| known.id == own,
                || TrafficType {
                    id: own,
                    network: id,
                    kind: kind.clone(),
                    labels: Vec::new(),
                },
            );
        }
        for spec in SUPPORTED_PROVIDERS {
            let is_planned = plan.providers.iter().any(|name| &**name == spec.name);
            if is_planned || (spec.is_usual)(zone) {
                self.plan_provider(path, id, spec, is_planned);
            }
        }
        Some(id)
    }

    fn plan_provider(&mut self, path: &str, network: Uuid, spec: &ProviderSpec, is_enabled: bool) {
        let path = format!("{path}/{}", spec.name);
        let id = named("network-service-provider", &path);
        let is_new = !self.providers.knows(id);
        let made = || Provider {
            is_enabled,
            ..spec.made(id, network)
        };
        self.providers.plan(|known| known.id == id, made);
        let Some(kind) = spec.element else { return };
        let own = named("network-element", &path);
        let element = self.elements.plan(
            |known| known.id == own,
            || Element {
                id: own,
                provider: id,
                is_enabled,
                is_balancer: kind == ElementKind::Balancer,
            },
        );
        if let (true, Some(element)) = (is_new, element) {
            element.is_enabled = is_enabled;
        }
    }

    fn plan_ranges(
        &mut self,
        path: &str,
        plan: &ZonePlan,
        zone: &Zone,
        network: Option<Uuid>,
        ground: &Ground<'_>,
    ) {
        for settings in &plan.ranges {
            self.plan_range(path, zone, None, network, settings);
        }
        for (pod, plan) in &plan.pods {
            let path = format!("{path}/{pod}");
            let pod = named(Level::Pod.word(), &path);
            for settings in &plan.ranges {
                self.plan_range(&path, zone, Some(pod), network, settings);
            }
        }
        let has_any =
            !plan.ranges.is_empty() || plan.pods.values().any(|pod| !pod.ranges.is_empty());
        if !has_any && let Some(settings) = usual_range(ground.networking) {
            let id = self.plan_range(path, zone, None, network, &settings);
            if let Some(range) = self.ranges.get_mut(id) {
                range.is_usual = true;
            }
        }
    }

    fn plan_range(
        &mut self,
        path: &str,
        zone: &Zone,
        pod: Option<Uuid>,
        physical_network: Option<Uuid>,
        settings: &RangeSettings,
    ) -> Uuid {
        let start = settings
            .start
            .map_or("-".to_owned(), |start| start.to_string());
        let vlan = settings.vlan.as_deref().unwrap_or("untagged");
        let id = named("vlan-ip-range", &format!("{path}/{vlan}/{start}"));
        let range = self.ranges.plan(
            |known| known.id == id,
            || AddressRange {
                id,
                zone: zone.id,
                pod,
                physical_network,
                network: None,
                is_public: pod.is_none(),
                is_for_system_machines: false,
                is_usual: false,
                settings: RangeSettings::default(),
                dedication: None,
            },
        );
        if let Some(range) = range {
            range.settings = settings.clone();
        }
        id
    }

    /// The names of what clients made and did not remove.
    pub(in crate::world) fn left_over(&self) -> impl Iterator<Item = String> {
        let pools = self.pools.made().map(|it| ("storage pool", &it.name));
        let stores = self.image_stores.made();
        let stores = stores.map(|it| ("image store", &it.name));
        let networks = self.physical_networks.made();
        let networks = networks.map(|it| ("physical network", &it.name));
        let all = pools.chain(stores).chain(networks);
        all.map(|(kind, name)| format!("{kind} \"{name}\""))
    }

    /// What only a zone has goes with it.
    pub(in crate::world) fn forget_zone(&mut self, zone: Uuid) {
        let ranges = self.ranges.iter().filter(|range| range.zone == zone);
        let ranges: Vec<Uuid> = ranges.map(|range| range.id).collect();
        for range in ranges {
            self.ranges.remove(range);
        }
    }

    /// Takes a physical network away, with what is on it.
    pub fn remove_physical_network(&mut self, id: Uuid) {
        let types = self.traffic_types.iter().filter(|it| it.network == id);
        let types: Vec<Uuid> = types.map(|it| it.id).collect();
        for kind in types {
            self.traffic_types.remove(kind);
        }
        let providers = self.providers.iter().filter(|it| it.network == id);
        let providers: Vec<Uuid> = providers.map(|it| it.id).collect();
        for provider in providers {
            self.remove_provider(provider);
        }
        self.physical_networks.remove(id);
    }

    /// Takes a provider away, with what it starts its machines by.
    pub fn remove_provider(&mut self, id: Uuid) {
        let elements = self.elements.iter().filter(|it| it.provider == id);
        let elements: Vec<Uuid> = elements.map(|it| it.id).collect();
        for element in elements {
            self.elements.remove(element);
        }
        self.providers.remove(id);
    }

    /// Gives a physical network that a client made those who usually provide services in it; they are not
    /// enabled yet.
    pub fn add_usual_providers(
        &mut self,
        network: Uuid,
        zone: &Zone,
        mut fresh: impl FnMut() -> Uuid,
    ) {
        for spec in SUPPORTED_PROVIDERS {
            if (spec.is_usual)(zone) {
                self.add_provider(spec, network, &mut fresh);
            }
        }
    }

    /// Adds a provider, with what it starts its machines by; returns its id.
    pub fn add_provider(
        &mut self,
        spec: &ProviderSpec,
        network: Uuid,
        mut fresh: impl FnMut() -> Uuid,
    ) -> Uuid {
        let id = fresh();
        self.providers.add(spec.made(id, network));
        if let Some(kind) = spec.element {
            self.elements.add(Element {
                id: fresh(),
                provider: id,
                is_enabled: false,
                is_balancer: kind == ElementKind::Balancer,
            });
        }
        id
    }
}

impl ProviderSpec {
    fn made(&self, id: Uuid, network: Uuid) -> Provider {
        Provider {
            id,
            network,
            name: self.name.into(),
            services: self.services.iter().map(|name| Arc::from(*name)).collect(),
            is_enabled: false,
        }
    }
}

/// What a zone has of which no plan says anything.
fn usual_network(zone: &Zone) -> PhysicalNetworkPlan {
    let kinds: &[&str] = match is_basic(zone) {
        true => &["Guest", "Management"],
        false => &["Guest", "Management", "Public"],
    };
    let usual = SUPPORTED_PROVIDERS.iter();
    let usual = usual.filter(|spec| (spec.is_usual)(zone));
    PhysicalNetworkPlan {
        settings: PhysicalNetworkSettings {
            vlan: (!is_basic(zone)).then(|| "100-200".into()),
            isolation: Some(vec![if is_basic(zone) { "L3" } else { "VLAN" }.into()]),
            ..PhysicalNetworkSettings::default()
        },
        traffic_types: kinds.iter().map(|kind| Arc::from(*kind)).collect(),
        providers: usual.map(|spec| spec.name.into()).collect(),
    }
}

/// The addresses of the network that leads out of the cloud.
fn usual_range(networking: &Networking) -> Option<RangeSettings> {
    let mut outside = networking.networks.iter().filter(|it| it.is_external);
    let outside = outside.next()?;
    let mut subnets = networking.subnets.iter();
    let subnet = subnets.find(|subnet| subnet.network == outside.meta.id)?;
    let v4 = |address: IpAddr| match address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    };
    let pool = subnet.pools.first()?;
    let length = u32::from(subnet.cidr.network_length()).min(32);
    let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
    Some(RangeSettings {
        gateway: subnet.gateway.and_then(v4),
        netmask: Some(Ipv4Addr::from(mask)),
        start: Some(v4(pool.first)?),
        end: Some(v4(pool.last)?),
        vlan: Some("untagged".into()),
    })
}
