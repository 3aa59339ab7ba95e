//! Host aggregates: groups of hosts with metadata. One that names an availability zone moves its hosts there.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::server::Server;
use crate::world::topology::{Host, HostKey};

/// The item of an aggregate's metadata that makes it an availability zone.
pub const ZONE: &str = "availability_zone";

/// A host aggregate.
#[derive(Debug, Clone)]
pub struct Aggregate {
    /// Counted from 1.
    pub number: u64,
    pub id: Uuid,
    pub name: Arc<str>,
    pub hosts: Vec<HostKey>,
    pub metadata: Vec<(Arc<str>, Arc<str>)>,
    pub created: DateTime<Utc>,
    pub updated: Option<DateTime<Utc>>,
}

impl Aggregate {
    /// The availability zone that it makes of its hosts.
    pub fn zone(&self) -> Option<&Arc<str>> {
        self.metadata
            .iter()
            .find(|(key, _)| **key == *ZONE)
            .map(|(_, zone)| zone)
    }

    /// Sets items; one without a value is removed.
    pub fn set_metadata(&mut self, items: &[(Arc<str>, Option<Arc<str>>)], now: DateTime<Utc>) {
        for (key, value) in items {
            let known = self.metadata.iter().position(|(name, _)| name == key);
            match (known, value) {
                (Some(at), Some(value)) => self.metadata[at].1 = value.clone(),
                (Some(at), None) => {
                    self.metadata.remove(at);
                }
                (None, Some(value)) => self.metadata.push((key.clone(), value.clone())),
                (None, None) => {}
            }
        }
        self.updated = Some(now);
    }
}

/// All aggregates, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Aggregates {
    all: Vec<Aggregate>,
    made: u64,
}

impl Aggregates {
    pub fn iter(&self) -> impl Iterator<Item = &Aggregate> {
        self.all.iter()
    }

    pub fn get(&self, number: u64) -> Option<&Aggregate> {
        self.iter().find(|aggregate| aggregate.number == number)
    }

    pub fn get_mut(&mut self, number: u64) -> Option<&mut Aggregate> {
        self.all
            .iter_mut()
            .find(|aggregate| aggregate.number == number)
    }

    pub fn named(&self, name: &str) -> Option<&Aggregate> {
        self.iter().find(|aggregate| *aggregate.name == *name)
    }

    pub fn remove(&mut self, number: u64) {
        self.all.retain(|aggregate| aggregate.number != number);
    }

    /// Those that a host is in.
    pub fn of(&self, host: HostKey) -> impl Iterator<Item = &Aggregate> {
        self.iter()
            .filter(move |aggregate| aggregate.hosts.contains(&host))
    }

    /// The availability zone that an aggregate gives to a host.
    pub fn zone_of(&self, host: HostKey) -> Option<&Arc<str>> {
        self.of(host).find_map(Aggregate::zone)
    }

    pub(in crate::world) fn forget_host(&mut self, host: HostKey) {
        for aggregate in &mut self.all {
            aggregate.hosts.retain(|known| *known != host);
        }
    }
}

impl World {
    /// The availability zone of a host: that of its aggregates, or else the zone of the data centre.
    pub fn availability_zone(&self, key: HostKey, host: &Host) -> Arc<str> {
        let own = self.aggregates.zone_of(key).cloned();
        own.or_else(|| host.place.name(Level::Zone).cloned())
            .unwrap_or_default()
    }

    /// Whether any host is in this availability zone.
    pub fn has_zone(&self, name: &str) -> bool {
        let mut hosts = self.compute_hosts();
        hosts.any(|(key, host, _)| *self.availability_zone(key, host) == *name)
    }

    /// The availability zone of a server; empty where it is on no host.
    pub fn zone_of_server(&self, server: &Server) -> Arc<str> {
        let zone = |key| self.availability_zone(key, self.topology.host(key));
        server.host.map(zone).unwrap_or_default()
    }

    pub fn create_aggregate(&mut self, name: Arc<str>, zone: Option<Arc<str>>) -> &Aggregate {
        self.aggregates.made += 1;
        let aggregate = Aggregate {
            number: self.aggregates.made,
            id: self.ids.uuid(),
            name,
            hosts: Vec::new(),
            metadata: zone.map(|zone| (ZONE.into(), zone)).into_iter().collect(),
            created: self.now,
            updated: None,
        };
        self.aggregates.all.push(aggregate);
        &self.aggregates.all[self.aggregates.all.len() - 1]
    }

    /// Whether hosts of an aggregate can get this availability zone.
    ///
    /// # Errors
    /// A conflict, with the reason in Nova's words, when another aggregate has them in another zone, or when
    /// servers on them would change theirs.
    pub fn check_zone(
        &self,
        aggregate: &Aggregate,
        zone: &str,
        hosts: &[HostKey],
    ) -> Result<(), Fault> {
        let others = self.aggregates.iter().filter(|other| {
            other.number != aggregate.number && other.hosts.iter().any(|host| hosts.contains(host))
        });
        let others: Vec<String> = others
            .filter_map(Aggregate::zone)
            .filter(|other| ***other != *zone)
            .map(|other| format!("'{other}'"))
            .collect();
        if !others.is_empty() {
            return Err(Fault::conflict(format!(
                "One or more hosts already in availability zone(s) [{}]",
                others.join(", ")
            )));
        }
        Ok(())
    }

    /// How many servers are on a host.
    pub fn servers_at(&self, host: HostKey) -> impl Iterator<Item = &Server> {
        self.servers()
            .filter(move |server| server.host == Some(host))
    }
}
