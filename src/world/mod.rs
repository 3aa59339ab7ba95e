//! Everything that changes: one simulated cloud, with its own time.
//!
//! A world is a value. It reads no clock, draws no randomness but from its seed, and waits for nobody: a
//! test of the whole simulator is function calls. Real time is told to it ([`World::observe`]); what is due
//! then runs ([`World::run_due`]), asking an [`Oracle`] what comes of each command sent to a host.

pub mod accounts;
pub mod annotations;
pub mod appliances;
pub mod availability;
pub mod balancers;
pub mod configuration;
pub mod equipment;
pub mod ids;
pub mod images;
pub mod labels;
pub mod limits;
pub mod network;
pub mod notices;
pub mod offerings;
pub mod operations;
pub mod placement;
mod regions;
pub mod server;
pub mod start;
pub mod store;
#[cfg(test)]
pub(crate) mod tests;
pub mod time;
pub mod topology;
pub mod volume;
mod words;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rustc_hash::{FxHashMap, FxHashSet};
use uuid::Uuid;

use accounts::Accounts;
use accounts::keypair::KeyPairs;
use annotations::Annotation;
use appliances::Appliance;
use availability::Availability;
use balancers::Balancers;
use balancers::certificate::Certificate;
use configuration::Configuration;
use equipment::Equipment;
use ids::Ids;
use images::image::Image;
use images::metadefs::Metadefs;
use images::os_type::OsType;
use labels::{Labels, UserData};
use limits::allowances::Allowance;
use limits::holdings::Holdings;
use limits::quotas::Quotas;
use limits::usage::Ledger;
use network::vpn::Vpns;
use network::{Network, Networking};
use notices::{ActionEvent, Alert, Notices};
use offerings::disk_offering::DiskOffering;
use offerings::flavor::Flavor;
use offerings::network_offerings::NetworkOfferings;
use operations::jobs::Job;
pub use operations::oracle::Oracle;
use operations::{Migration, Operation, TemplateCopies};
pub use placement::Demand;
use placement::aggregates::Aggregates;
use placement::dedication::Dedication;
use placement::providers::Providers;
use placement::server_groups::ServerGroup;
use server::consoles::Consoles;
use server::vm_snapshots::VmSnapshot;
use server::{ByProject, InstanceGroup, Server};
use start::blueprint::{Blueprint, Limits};
use store::Store;
use time::Event;
use time::clock::Clock;
use time::events::Events;
use topology::Topology;
use volume::Storage;
use volume::snapshot_policy::SnapshotPolicies;

use crate::vocabulary::fault::Fault;
use crate::vocabulary::plan::{ClockMode, Given, TopologyPlan};
use crate::vocabulary::profile::Profile;

pub use server::Draft;

/// One simulated cloud, as it is in one of its regions.
#[derive(Debug, Clone)]
pub struct World {
    clock: Clock,
    /// The instant that is being lived through: the clock's, or that of the event that runs.
    now: DateTime<Utc>,
    events: Events<Event>,
    /// Up to when, since the start, the timeline has been played; `None` before its first instant.
    played: Option<Duration>,
    pub ids: Ids,
    seed: u64,
    pub profile: Profile,
    /// The names of all regions, the default one first.
    pub regions: Vec<Arc<str>>,
    /// The one that is entered.
    region: Arc<str>,
    /// The others.
    elsewhere: Vec<World>,
    pub limits: Limits,
    pub quotas: Quotas,
    pub providers: Providers,
    pub accounts: Accounts,
    pub topology: Topology,
    pub equipment: Equipment,
    pub configuration: Configuration,
    /// What the configuration says of CloudStack's global settings.
    settings: BTreeMap<String, String>,
    pub flavors: Vec<Arc<Flavor>>,
    /// The service offerings that were removed.
    pub lost_flavors: FxHashSet<Uuid>,
    pub disk_offerings: Store<DiskOffering>,
    pub images: Store<Arc<Image>>,
    pub metadefs: Metadefs,
    pub storage: Storage,
    pub networking: Networking,
    pub network_offerings: NetworkOfferings,
    appliances: Store<Appliance>,
    pub keypairs: KeyPairs,
    consoles: Consoles,
    availability: Availability,
    template_copies: TemplateCopies,
    vm_snapshots: Store<VmSnapshot>,
    pub aggregates: Aggregates,
    pub server_groups: Holdings<ServerGroup>,
    pub dedications: Store<Dedication>,
    ledger: Ledger,
    pub instance_groups: Store<InstanceGroup>,
    pub os_types: Store<OsType>,
    pub snapshot_policies: SnapshotPolicies,
    servers: Holdings<Server>,
    by_project: ByProject,
    /// The ids of servers that are gone: CloudStack answers for them otherwise than for ids that never were.
    gone: FxHashSet<Uuid>,
    /// Counts the servers and balancers that went, in all regions.
    departures: u64,
    /// Destroyed machines of CloudStack's, and when they go for good.
    condemned: VecDeque<(DateTime<Utc>, Uuid)>,
    /// What is left of Nova's servers that are gone.
    tombs: Store<Server>,
    operations: Store<Operation>,
    jobs: Store<Job>,
    /// What was done, for operators to read.
    pub action_events: Notices<ActionEvent>,
    pub alerts: Notices<Alert>,
    pub tags: Labels,
    pub details: Labels,
    pub annotations: Store<Annotation>,
    pub user_data: Store<UserData>,
    /// What may be had, as far as no other limit tells: of accounts, and of whole domains.
    allowances: FxHashMap<(Uuid, Allowance), i64>,
    pub balancers: Balancers,
    pub certificates: Store<Certificate>,
    pub vpns: Vpns,
    migrations: Store<Migration>,
    /// What waits until a server is free, in the order of the requests.
    queues: FxHashMap<Uuid, VecDeque<Uuid>>,
    /// The plan's givens that exist already.
    givens: Vec<Given>,
}

/// What a world begins with, beside the configuration.
#[derive(Debug, Clone)]
pub struct Start {
    pub seed: u64,
    pub clock: ClockMode,
    /// What the world's clock shows first.
    pub at: DateTime<Utc>,
    /// Real time, since some instant of the caller's.
    pub real: Duration,
}

impl World {
    /// # Errors
    /// When the blueprint cannot be built: a network whose `cidr` is none.
    pub fn new(
        blueprint: &Blueprint,
        topology: &TopologyPlan,
        start: &Start,
    ) -> Result<Self, Fault> {
        let names = blueprint.regions.iter().map(String::as_str);
        let mut regions = names.map(|name| Self::of_region(name, blueprint, topology, start));
        let Some(default) = regions.next() else {
            return Self::of_region("RegionOne", blueprint, topology, start);
        };
        Ok(Self {
            elsewhere: regions.collect::<Result<_, _>>()?,
            ..default?
        })
    }

    fn of_region(
        region: &str,
        blueprint: &Blueprint,
        topology: &TopologyPlan,
        start: &Start,
    ) -> Result<Self, Fault> {
        let is_here =
            |regions: &[String]| regions.is_empty() || regions.iter().any(|r| r == region);
        let mut images = Store::default();
        for plan in blueprint
            .images
            .iter()
            .filter(|plan| is_here(&plan.regions))
        {
            let image = Image::offered(plan, start.at);
            images.insert(image.id, Arc::new(image));
        }
        let regions: Vec<Arc<str>> = blueprint
            .regions
            .iter()
            .map(|name| name.as_str().into())
            .collect();
        let mut world = Self {
            clock: Clock::new(start.clock, start.at, start.real),
            now: start.at,
            events: Events::default(),
            played: None,
            ids: Ids::new(start.seed),
            seed: start.seed,
            profile: blueprint.profile,
            limits: blueprint.limits.clone(),
            quotas: Quotas::default(),
            providers: Providers::default(),
            accounts: Accounts::new(blueprint, &regions),
            regions,
            region: region.into(),
            elsewhere: Vec::new(),
            topology: Topology::default(),
            equipment: Equipment::default(),
            settings: blueprint.settings.clone(),
            lost_flavors: FxHashSet::default(),
            flavors: blueprint
                .flavors
                .iter()
                .filter(|plan| is_here(&plan.regions))
                .map(|plan| Arc::new(Flavor::new(plan)))
                .collect(),
            disk_offerings: DiskOffering::defaults(start.at),
            images,
            metadefs: Metadefs::new(),
            storage: Storage::new(&blueprint.volume_types, start.at),
            networking: Networking::build(
                &blueprint.networks,
                &blueprint.limits.network,
                start.at,
            )?,
            network_offerings: NetworkOfferings::new(start.at),
            appliances: Store::default(),
            keypairs: KeyPairs::default(),
            consoles: Consoles::default(),
            configuration: Configuration::default(),
            availability: Availability::default(),
            template_copies: TemplateCopies::default(),
            vm_snapshots: Store::default(),
            aggregates: Aggregates::default(),
            server_groups: Holdings::default(),
            dedications: Store::default(),
            ledger: Ledger::default(),
            instance_groups: Store::default(),
            os_types: images::os_type::defaults(),
            snapshot_policies: SnapshotPolicies::default(),
            servers: Holdings::default(),
            by_project: ByProject::default(),
            gone: FxHashSet::default(),
            departures: 0,
            condemned: VecDeque::new(),
            tombs: Store::default(),
            operations: Store::default(),
            jobs: Store::default(),
            action_events: Notices::default(),
            alerts: Notices::default(),
            tags: Labels::default(),
            details: Labels::default(),
            annotations: Store::default(),
            user_data: Store::default(),
            allowances: FxHashMap::default(),
            balancers: Balancers::default(),
            certificates: Store::default(),
            vpns: Vpns::default(),
            migrations: Store::default(),
            queues: FxHashMap::default(),
            givens: Vec::new(),
        };
        world.plan_data_centre(topology);
        world.provide_appliances();
        Ok(world)
    }

    /// Becomes what a plan says: gets the places and things that it does not have yet.
    ///
    /// # Errors
    /// When something given cannot be, or a zone is of no known region; the world is then half changed and
    /// best thrown away.
    pub fn adapt(&mut self, topology: &TopologyPlan, givens: &[Given]) -> Result<(), Fault> {
        self.check_regions(topology)?;
        self.in_each_region(|world| {
            world.plan_data_centre(topology);
            world.provide_appliances();
            Ok(())
        })?;
        self.in_each_region(|world| world.provide(givens))
    }

    /// The instant that is being lived through.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Since the start of the world.
    pub fn age(&self) -> Duration {
        (self.now - self.clock.start()).to_std().unwrap_or_default()
    }

    /// The number that the next server will get.
    pub fn next_server_number(&self) -> u64 {
        self.servers.next_number()
    }

    pub fn server(&self, id: Uuid) -> Option<&Server> {
        self.servers.get(id)
    }

    pub fn server_mut(&mut self, id: Uuid) -> Option<&mut Server> {
        self.servers.get_mut(id)
    }

    pub fn server_count(&self) -> usize {
        self.servers.len()
    }

    /// Servers that were deleted, as far as they are remembered, oldest first.
    pub fn deleted_servers(&self) -> impl DoubleEndedIterator<Item = &Server> {
        self.tombs.iter()
    }

    pub fn deleted_server(&self, id: Uuid) -> Option<&Server> {
        self.tombs.get(id)
    }

    /// How many servers and balancers went so far.
    pub fn departures(&self) -> u64 {
        self.departures
    }

    /// Whether a server of that id existed and was deleted.
    pub fn is_gone(&self, id: Uuid) -> bool {
        self.gone.contains(&id)
    }

    /// The operations that are under way, oldest first.
    pub fn operations(&self) -> impl DoubleEndedIterator<Item = &Operation> {
        self.operations.iter()
    }

    pub fn operation(&self, id: Uuid) -> Option<&Operation> {
        self.operations.get(id)
    }

    pub fn flavor(&self, id_or_name: &str) -> Option<&Arc<Flavor>> {
        let by_id = self.flavors.iter().find(|flavor| *flavor.id == *id_or_name);
        by_id.or_else(|| {
            self.flavors
                .iter()
                .find(|flavor| *flavor.name == *id_or_name)
        })
    }

    pub fn network(&self, id: Uuid) -> Option<&Network> {
        self.networking.networks.get(id)
    }

    /// How many events are still to come, in all regions.
    pub fn pending_events(&self) -> usize {
        self.in_regions().map(|world| world.events.len()).sum()
    }

    /// The names of what clients made and did not remove, in all regions.
    pub fn left_over(&self) -> Vec<String> {
        self.in_regions().flat_map(Self::left_over_here).collect()
    }

    fn left_over_here(&self) -> Vec<String> {
        let servers = self.servers().filter(|server| !server.is_given);
        let servers = servers.map(|server| format!("server \"{}\"", server.spec.name));
        let keypairs = self
            .keypairs
            .iter()
            .map(|pair| format!("key pair \"{}\"", pair.name));
        let images = self.images.iter().filter(|image| !image.is_given);
        let images = images.map(|image| format!("image \"{}\"", image.name));
        let balancers = self.balancers.living();
        let balancers = balancers.filter(|balancer| !balancer.is_given);
        let balancers = balancers.map(|balancer| format!("load balancer \"{}\"", balancer.name));
        let things = servers.chain(keypairs).chain(images).chain(balancers);
        things
            .chain(self.networking.left_over())
            .chain(self.storage.left_over())
            .chain(self.topology.left_over())
            .chain(self.equipment.left_over())
            .collect()
    }
}
