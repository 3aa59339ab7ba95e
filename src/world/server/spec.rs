//! What a server is to be, apart from how it is.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::{MachineDetails, Manager};
use crate::vocabulary::fact::{FactPath, FactValue, Facts, Subject};
use crate::vocabulary::place::Scope;
use crate::world::accounts::{Project, User};
use crate::world::images::image::Image;
use crate::world::network::NicRequest;
use crate::world::offerings::flavor::Flavor;
use crate::world::volume::RootSource;

/// What a server is to be.
#[derive(Debug, Clone)]
pub struct Specification {
    pub name: Arc<str>,
    pub description: Option<Arc<str>>,
    /// CloudStack's second name.
    pub display_name: Option<Arc<str>>,
    pub project: Arc<Project>,
    pub user: Arc<User>,
    pub flavor: Arc<Flavor>,
    pub image: Option<Arc<Image>>,
    pub key_name: Option<Arc<str>>,
    pub metadata: Vec<(Arc<str>, Arc<str>)>,
    pub access_ipv4: Option<Arc<str>>,
    pub access_ipv6: Option<Arc<str>>,
    pub config_drive: bool,
    pub nova: Option<Box<NovaDetails>>,
    pub machine: Option<Box<MachineDetails>>,
    pub manager: Manager,
    /// To be started elsewhere when its host dies.
    pub is_highly_available: bool,
}

impl Specification {
    /// With nothing that can be left out.
    pub fn new(
        name: Arc<str>,
        (project, user): (Arc<Project>, Arc<User>),
        flavor: Arc<Flavor>,
        manager: Manager,
    ) -> Self {
        Self {
            name,
            description: None,
            display_name: None,
            project,
            user,
            flavor,
            image: None,
            key_name: None,
            metadata: Vec::new(),
            access_ipv4: None,
            access_ipv6: None,
            config_drive: false,
            nova: None,
            machine: None,
            manager,
            is_highly_available: false,
        }
    }

    pub fn metadata_item(&self, key: &str) -> Option<&Arc<str>> {
        self.metadata
            .iter()
            .find(|(name, _)| **name == *key)
            .map(|(_, value)| value)
    }

    /// Sets an item, in its old place if it has one.
    pub fn set_metadata(&mut self, key: &str, value: &str) {
        match self.metadata.iter_mut().find(|(name, _)| **name == *key) {
            Some((_, old)) => *old = value.into(),
            None => self.metadata.push((key.into(), value.into())),
        }
    }

    /// The server groups that it is to be a member of: Nova knows one, CloudStack any number.
    pub fn groups(&self) -> impl Iterator<Item = Uuid> + '_ {
        let of_nova = self.nova.iter().filter_map(|nova| nova.group);
        let machines = self.machine.iter();
        of_nova.chain(machines.flat_map(|machine| machine.affinity_groups.iter().copied()))
    }

    /// What only Nova takes, to be changed.
    pub fn nova_mut(&mut self) -> &mut NovaDetails {
        self.nova.get_or_insert_default()
    }
}

impl Facts for Specification {
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
            [field, key] if **field == *"metadata" => {
                self.metadata_item(key).map(|value| FactValue::text(value))
            }
            _ => None,
        }
    }
}

/// What only Nova's API takes and shows, kept where it was given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NovaDetails {
    pub hostname: Option<Arc<str>>,
    pub tags: Vec<Arc<str>>,
    /// Base64.
    pub user_data: Option<Arc<str>>,
    /// `OS-DCF:diskConfig` is `AUTO`.
    pub resizes_disk: bool,
    pub scheduler_hints: Option<Box<Value>>,
    pub trusted_certificates: Option<Box<Value>>,
    /// The zone that was asked for.
    pub pinned_zone: Option<Arc<str>>,
    /// The server group that it was made in.
    pub group: Option<Uuid>,
    /// Shared by the servers of one request.
    pub reservation: Option<Arc<str>>,
    /// Counts the servers of one request, from 0.
    pub launch_index: u64,
}

/// A server that is asked for.
#[derive(Debug, Clone)]
pub struct Draft {
    pub spec: Specification,
    /// Its network cards.
    pub nics: Vec<NicRequest>,
    /// The security groups of the cards that are made for it; the project's default one where there are none.
    pub security_groups: Vec<Uuid>,
    /// What its own disk comes from.
    pub root: RootSource,
    /// Where it has to be.
    pub scope: Scope,
    /// Whether it is started at once.
    pub starts: bool,
}
