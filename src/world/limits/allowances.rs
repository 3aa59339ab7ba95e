//! How much an account, or a domain, may have: the limits that CloudStack counts by.
//!
//! What OpenStack's services limit too has one limit for both.

use uuid::Uuid;

use crate::world::World;
use crate::world::accounts::{Project, id_text};
use crate::world::limits::holdings::Owner;
use crate::world::limits::quotas::{Holder, Resource};
use crate::world::network::Counted;

/// Something of which an account may have only so much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Allowance {
    Servers,
    PublicIps,
    Volumes,
    Snapshots,
    Images,
    Teams,
    Networks,
    Vpcs,
    Cpus,
    /// In MiB.
    Memory,
    /// In GiB, of volumes and snapshots.
    PrimaryStorage,
    /// In GiB, of images.
    SecondaryStorage,
    Backups,
    /// In GiB.
    BackupStorage,
    Buckets,
    /// In GiB.
    ObjectStorage,
    Gpus,
}

/// What somebody has too little of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortage {
    /// The domain whose limit it is, if it is one's.
    pub domain: Option<Uuid>,
    pub most: i64,
    pub held: i64,
}

const GIB: u64 = 1 << 30;

fn count(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

impl World {
    /// How much a project may have of something; -1 is no limit.
    pub fn allowance(&self, project: Uuid, what: Allowance) -> i64 {
        let id = id_text(project);
        let quota = |resource| {
            let holder = Holder {
                project: &id,
                user: None,
            };
            self.quota(holder, resource)
        };
        match what {
            Allowance::Servers => quota(Resource::Servers),
            Allowance::Cpus => quota(Resource::Cores),
            Allowance::Memory => quota(Resource::Memory),
            Allowance::Volumes => self.storage_limit(&id, "volumes"),
            Allowance::Snapshots => self.storage_limit(&id, "snapshots"),
            Allowance::PrimaryStorage => self.storage_limit(&id, "gigabytes"),
            Allowance::PublicIps => self.networking.limit(project, Counted::FloatingIps),
            Allowance::Networks => self.networking.limit(project, Counted::Networks),
            Allowance::Vpcs => {
                let own = self.allowances.get(&(project, what)).copied();
                own.unwrap_or_else(|| self.configuration.number("max.account.vpcs") as i64)
            }
            Allowance::Images
            | Allowance::Teams
            | Allowance::SecondaryStorage
            | Allowance::Backups
            | Allowance::BackupStorage
            | Allowance::Buckets
            | Allowance::ObjectStorage
            | Allowance::Gpus => self.own_allowance(project, what),
        }
    }

    /// How much all accounts of a domain may have together; -1 is no limit.
    pub fn domain_allowance(&self, domain: Uuid, what: Allowance) -> i64 {
        self.own_allowance(domain, what)
    }

    fn own_allowance(&self, id: Uuid, what: Allowance) -> i64 {
        self.allowances.get(&(id, what)).copied().unwrap_or(-1)
    }

    pub fn set_domain_allowance(&mut self, domain: Uuid, what: Allowance, most: i64) {
        self.allowances.insert((domain, what), most);
    }

    pub fn set_allowance(&mut self, project: Uuid, what: Allowance, most: i64) {
        let id = id_text(project);
        let resource = match what {
            Allowance::Servers => Resource::Servers,
            Allowance::Cpus => Resource::Cores,
            Allowance::Memory => Resource::Memory,
            Allowance::Volumes => return self.set_storage_limit(&id, "volumes", most),
            Allowance::Snapshots => return self.set_storage_limit(&id, "snapshots", most),
            Allowance::PrimaryStorage => return self.set_storage_limit(&id, "gigabytes", most),
            Allowance::PublicIps => {
                return self
                    .networking
                    .set_limit(project, Counted::FloatingIps, most);
            }
            Allowance::Networks => {
                return self.networking.set_limit(project, Counted::Networks, most);
            }
            Allowance::Images
            | Allowance::Teams
            | Allowance::Vpcs
            | Allowance::SecondaryStorage
            | Allowance::Backups
            | Allowance::BackupStorage
            | Allowance::Buckets
            | Allowance::ObjectStorage
            | Allowance::Gpus => {
                self.allowances.insert((project, what), most);
                return;
            }
        };
        let holder = Holder {
            project: &id,
            user: None,
        };
        self.quotas.set(holder, resource, most);
    }

    fn set_storage_limit(&mut self, project: &str, resource: &'static str, most: i64) {
        let own = self.storage.quotas.entry(project.into()).or_default();
        own.insert(resource.into(), most);
    }

    /// How much a project has of something.
    pub fn holding(&self, project: &Project, what: Allowance) -> i64 {
        let usage = || self.usage(Owner::project(project.id));
        let stored = || self.storage.usage(project.id);
        let images = || {
            self.images
                .iter()
                .filter(|image| image.is_owned_by(project))
        };
        match what {
            Allowance::Servers => usage().servers,
            Allowance::Cpus => usage().cpus,
            Allowance::Memory => usage().memory,
            Allowance::Volumes => count(stored().volumes),
            Allowance::Snapshots => count(stored().snapshots),
            Allowance::PrimaryStorage => count(stored().gigabytes),
            Allowance::PublicIps => count(self.networking.used(project.id, Counted::FloatingIps)),
            Allowance::Networks => count(self.networking.used(project.id, Counted::Networks)),
            Allowance::Vpcs => {
                let vpcs = self.networking.guests.vpcs.iter();
                count(vpcs.filter(|vpc| vpc.meta.project == project.id).count())
            }
            Allowance::Images => count(images().count()),
            Allowance::SecondaryStorage => {
                let bytes: u64 = images().filter_map(|image| image.size).sum();
                count(bytes.div_ceil(GIB))
            }
            Allowance::Teams => count(self.teams_of(project.id)),
            // There are none in this cloud.
            Allowance::Backups
            | Allowance::BackupStorage
            | Allowance::Buckets
            | Allowance::ObjectStorage
            | Allowance::Gpus => 0,
        }
    }

    /// How many teams an account is the owner of.
    fn teams_of(&self, account: Uuid) -> usize {
        let teams = self.accounts.teams();
        teams.filter(|team| team.owner() == Some(account)).count()
    }

    /// How much the accounts of a domain, and of those in it, have together.
    pub fn domain_holding(&self, domain: Uuid, what: Allowance) -> i64 {
        let inside = self.accounts.projects();
        let inside = inside.filter(|project| self.accounts.is_in_domain(project, domain));
        inside.map(|project| self.holding(project, what)).sum()
    }

    /// What keeps a project from having so much more: a limit of its own, or of a domain that it is in.
    pub fn lacks(&self, project: &Project, what: Allowance, more: i64) -> Option<Shortage> {
        let own = Shortage {
            domain: None,
            most: self.allowance(project.id, what),
            held: self.holding(project, what),
        };
        let above = project.domain.into_iter();
        let above = above.flat_map(|domain| self.accounts.domains_above(domain));
        let above = above.map(|domain| Shortage {
            domain: Some(domain.id),
            most: self.domain_allowance(domain.id, what),
            held: self.domain_holding(domain.id, what),
        });
        let mut all = std::iter::once(own).chain(above);
        all.find(|it| it.most >= 0 && it.held.saturating_add(more) > it.most)
    }
}
