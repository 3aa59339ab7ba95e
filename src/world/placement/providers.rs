//! What resources there are and who took them: each host provides some, administrators may add further
//! providers, and each server takes its flavor's share.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;
use uuid::Uuid;

use crate::world::World;
use crate::world::accounts::id_text;
use crate::world::server::Server;
use crate::world::topology::{CPU_OVERCOMMIT, DISK, Host};

/// The classes that servers take: processors, memory in MiB, and disk in GiB.
pub const CPUS: &str = "VCPU";
pub const MEMORY: &str = "MEMORY_MB";
pub const DISK_SPACE: &str = "DISK_GB";

/// Amounts by resource class.
pub type Amounts = BTreeMap<Arc<str>, u64>;

/// How much of a class there is, and in what portions it is given out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inventory {
    pub total: u64,
    pub reserved: u64,
    pub min_unit: u64,
    pub max_unit: u64,
    pub step_size: u64,
    pub allocation_ratio: f64,
}

impl Inventory {
    /// All of it, in any portion.
    pub fn of(total: u64) -> Self {
        Self {
            total,
            reserved: 0,
            min_unit: 1,
            max_unit: total.max(1),
            step_size: 1,
            allocation_ratio: 1.0,
        }
    }

    pub fn capacity(&self) -> u64 {
        (self.total.saturating_sub(self.reserved) as f64 * self.allocation_ratio) as u64
    }

    /// Whether an amount is a portion that is given out.
    pub fn is_portion(&self, amount: u64) -> bool {
        (self.min_unit..=self.max_unit).contains(&amount)
            && amount.is_multiple_of(self.step_size.max(1))
    }
}

/// Something that has resources.
#[derive(Debug, Clone, PartialEq)]
pub struct Provider {
    pub id: Uuid,
    pub name: Arc<str>,
    /// Counts its changes; who writes has to name it.
    pub generation: u64,
    pub parent: Option<Uuid>,
    pub inventories: BTreeMap<Arc<str>, Inventory>,
    pub traits: BTreeSet<Arc<str>>,
    pub aggregates: BTreeSet<Uuid>,
}

impl Provider {
    pub fn new(id: Uuid, name: Arc<str>, parent: Option<Uuid>) -> Self {
        Self {
            id,
            name,
            generation: 0,
            parent,
            inventories: BTreeMap::new(),
            traits: BTreeSet::new(),
            aggregates: BTreeSet::new(),
        }
    }

    /// A host, with what it has for servers.
    fn of_host(host: &Host) -> Self {
        let mut provider = Self::new(host.id, host.name.clone(), None);
        provider.add_host(host);
        provider.traits = ["COMPUTE_NODE", "COMPUTE_STATUS_DISABLED"]
            .into_iter()
            .filter(|name| *name == "COMPUTE_NODE" || !host.takes_servers())
            .map(Into::into)
            .collect();
        provider
    }

    fn add_host(&mut self, host: &Host) {
        let cpus = Inventory {
            allocation_ratio: CPU_OVERCOMMIT as f64,
            ..Inventory::of(u64::from(host.cpus))
        };
        for (class, inventory) in [
            (CPUS, cpus),
            (MEMORY, Inventory::of(host.memory)),
            (DISK_SPACE, Inventory::of(DISK)),
        ] {
            self.inventories.insert(class.into(), inventory);
        }
    }
}

/// Who takes resources, and which.
#[derive(Debug, Clone, PartialEq)]
pub struct Consumer {
    pub id: Uuid,
    pub project: Arc<str>,
    pub user: Arc<str>,
    pub kind: Option<Arc<str>>,
    pub generation: u64,
    /// By provider.
    pub allocations: BTreeMap<Uuid, Amounts>,
}

impl Consumer {
    /// A server, with its flavor's share of its host.
    fn of_server(server: &Server, provider: Option<Uuid>) -> Self {
        let flavor = &server.spec.flavor;
        let disk = flavor.disk + flavor.ephemeral + flavor.swap.div_ceil(1024);
        let amounts = [
            (CPUS, u64::from(flavor.cpus)),
            (MEMORY, flavor.memory),
            (DISK_SPACE, disk),
        ];
        let amounts: Amounts = amounts
            .into_iter()
            .filter(|(_, amount)| *amount > 0)
            .map(|(class, amount)| (class.into(), amount))
            .collect();
        Self {
            id: server.id,
            project: id_text(server.spec.project.id).into(),
            user: id_text(server.spec.user.id).into(),
            kind: Some("INSTANCE".into()),
            generation: 1,
            allocations: provider.map(|id| (id, amounts)).into_iter().collect(),
        }
    }
}

/// What administrators made or changed; the rest is made of hosts and servers when it is asked for.
#[derive(Debug, Clone, Default)]
pub struct Providers {
    providers: IndexMap<Uuid, Provider>,
    consumers: IndexMap<Uuid, Consumer>,
    pub classes: BTreeSet<Arc<str>>,
    pub traits: BTreeSet<Arc<str>>,
}

impl World {
    /// All providers: the hosts, then those that administrators made.
    pub fn all_providers(&self) -> Vec<Provider> {
        let hosts: Vec<&Host> = self.compute_hosts().map(|(_, host, _)| host).collect();
        let made = self.providers.providers.values();
        let made = made.filter(|known| hosts.iter().all(|host| host.id != known.id));
        let of_hosts = hosts.iter().map(|host| self.host_provider(host));
        of_hosts.chain(made.cloned()).collect()
    }

    pub fn provider(&self, id: Uuid) -> Option<Provider> {
        let host = self.topology.host_by_id(id);
        match host.map(|key| self.topology.host(key)) {
            Some(host) if host.service.is_some() => Some(self.host_provider(host)),
            Some(_) | None => self.providers.providers.get(&id).cloned(),
        }
    }

    /// A host reports what it has for servers again and again, whatever was written there.
    fn host_provider(&self, host: &Host) -> Provider {
        match self.providers.providers.get(&host.id) {
            None => Provider::of_host(host),
            Some(changed) => {
                let mut provider = changed.clone();
                provider.add_host(host);
                provider
            }
        }
    }

    /// Puts a changed provider, or a new one, in its place.
    pub fn put_provider(&mut self, provider: Provider) {
        self.providers.providers.insert(provider.id, provider);
    }

    pub fn remove_provider(&mut self, id: Uuid) {
        self.providers.providers.shift_remove(&id);
    }

    /// Everything that takes resources.
    pub fn consumers(&self) -> impl Iterator<Item = Consumer> + '_ {
        let servers = self.servers().filter(|server| {
            server.host.is_some() && !self.providers.consumers.contains_key(&server.id)
        });
        let made = self.providers.consumers.values();
        servers
            .map(|server| self.server_consumer(server))
            .chain(made.cloned())
    }

    fn server_consumer(&self, server: &Server) -> Consumer {
        let host = server.host.map(|key| self.topology.host(key).id);
        Consumer::of_server(server, host)
    }

    pub fn consumer(&self, id: Uuid) -> Option<Consumer> {
        let made = self.providers.consumers.get(&id).cloned();
        made.or_else(|| {
            let server = self.server(id).filter(|server| server.host.is_some())?;
            Some(self.server_consumer(server))
        })
    }

    /// Puts a consumer in its place. For a server, that is then believed instead of its flavor.
    pub fn put_consumer(&mut self, consumer: Consumer) {
        self.providers.consumers.insert(consumer.id, consumer);
    }

    /// Takes away all that a consumer has.
    pub fn remove_consumer(&mut self, id: Uuid) {
        match self.server(id).map(|server| self.server_consumer(server)) {
            Some(server) => self.put_consumer(Consumer {
                allocations: BTreeMap::new(),
                ..server
            }),
            None => {
                self.providers.consumers.shift_remove(&id);
            }
        }
    }

    /// Forgets what was written of a server that is gone.
    pub(in crate::world) fn forget_consumer(&mut self, id: Uuid) {
        self.providers.consumers.shift_remove(&id);
    }

    /// What is taken of a provider, by all but one consumer.
    pub fn used_of(&self, provider: Uuid, except: Option<Uuid>) -> Amounts {
        let mut used = Amounts::new();
        for consumer in self.consumers().filter(|one| Some(one.id) != except) {
            for (class, amount) in consumer.allocations.get(&provider).into_iter().flatten() {
                *used.entry(class.clone()).or_default() += amount;
            }
        }
        used
    }
}
