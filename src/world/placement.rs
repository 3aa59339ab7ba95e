//! Where a server goes.

use std::cmp::Reverse;
use std::sync::Arc;

use uuid::Uuid;

use super::World;
use super::accounts::{Project, User};
use super::catalog::{Flavor, Image};
use super::network::NicRequest;
use super::server::Manager;
use super::topology::{Host, HostKey};
use crate::vocabulary::fact::{FactPath, FactValue, Facts, Subject};
use crate::vocabulary::place::Scope;

/// A server that is asked for.
#[derive(Debug, Clone)]
pub struct Draft {
    pub name: Arc<str>,
    pub display_name: Option<Arc<str>>,
    pub description: Option<Arc<str>>,
    pub project: Arc<Project>,
    pub user: Arc<User>,
    pub flavor: Arc<Flavor>,
    pub image: Option<Arc<Image>>,
    pub key_name: Option<Arc<str>>,
    pub metadata: Vec<(Arc<str>, Arc<str>)>,
    pub access_ipv4: Option<Arc<str>>,
    pub access_ipv6: Option<Arc<str>>,
    pub config_drive: bool,
    /// Its network cards.
    pub nics: Vec<NicRequest>,
    /// The security groups of the cards that are made for it; the project's default one where there are none.
    pub security_groups: Vec<Uuid>,
    /// Where it has to be.
    pub scope: Scope,
    pub manager: Manager,
    pub is_highly_available: bool,
    /// Whether it is started at once.
    pub starts: bool,
}

impl Facts for Draft {
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
        let FactPath::Of(Subject::Server, keys) = path else {
            return None;
        };
        match keys.as_slice() {
            [field] => match &**field {
                "name" => Some(FactValue::text(&self.name)),
                "flavor" => Some(FactValue::text(&self.flavor.name)),
                "image" => self
                    .image
                    .as_ref()
                    .map(|image| FactValue::text(&image.name)),
                _ => None,
            },
            [field, key] if **field == *"metadata" => self
                .metadata
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| FactValue::text(value)),
            _ => None,
        }
    }
}

impl World {
    /// The host that a new server goes to: of those with room, the one with the most free memory, then the
    /// first by name. `None` when there is none.
    pub fn place(&self, scope: &Scope, flavor: &Flavor) -> Option<HostKey> {
        self.best_host(scope, flavor, &[], |host| {
            (Reverse(host.free_memory()), host.name.clone())
        })
    }

    /// The host to try after `failed`: the nearest first, never one already tried.
    pub(super) fn place_again(
        &self,
        scope: &Scope,
        flavor: &Flavor,
        failed: HostKey,
        tried: &[HostKey],
    ) -> Option<HostKey> {
        let place = self.topology.host(failed).place.clone();
        self.best_host(scope, flavor, tried, |host| {
            let nearness = Reverse(place.nearness(&host.place));
            (nearness, Reverse(host.free_memory()), host.name.clone())
        })
    }

    fn best_host<K: Ord>(
        &self,
        scope: &Scope,
        flavor: &Flavor,
        tried: &[HostKey],
        rank: impl Fn(&Host) -> K,
    ) -> Option<HostKey> {
        self.topology
            .hosts()
            .filter(|(key, host)| {
                host.takes_servers()
                    && !tried.contains(key)
                    && scope.covers(&host.place)
                    && host.fits(flavor.cpus, flavor.memory)
            })
            .min_by_key(|(_, host)| rank(host))
            .map(|(key, _)| key)
    }
}
