//! Flavors, which CloudStack calls service offerings: the sizes that servers come in.

use std::sync::Arc;

use uuid::Uuid;

use crate::world::offerings::service_offering::Offering;
use crate::world::start::blueprint::{FlavorPlan, texts};
use crate::world::{World, ids};

/// A flavor; in CloudStack a service offering.
///
/// A server keeps the flavor as it was when it was made, whatever becomes of the flavor.
#[derive(Debug, Clone, PartialEq)]
pub struct Flavor {
    /// Nova's id: free text.
    pub id: Arc<str>,
    /// CloudStack's id.
    pub uuid: Uuid,
    pub name: Arc<str>,
    pub description: Option<Arc<str>>,
    pub cpus: u32,
    /// In MiB.
    pub memory: u64,
    /// In GiB.
    pub disk: u64,
    /// A second disk that lives as long as the server, in GiB.
    pub ephemeral: u64,
    /// In MiB.
    pub swap: u64,
    /// A factor on the bandwidth of its network cards, which nothing honours any more.
    pub rxtx_factor: f64,
    /// Whether every project may use it; otherwise those of `projects` may.
    pub is_public: bool,
    /// The ids of the projects that may use it, as administrators wrote them.
    pub projects: Vec<Arc<str>>,
    /// What schedulers and hypervisors are told, in the order in which it was set.
    pub extra_specs: Vec<(Arc<str>, Arc<str>)>,
    /// CloudStack starts machines of it elsewhere when their host dies.
    pub is_highly_available: bool,
    /// CloudStack's machines of it say how many CPUs and how much memory they get.
    pub is_custom: bool,
    /// What CloudStack says of it beside all this; `None` where that is what it says by default.
    pub offering: Option<Box<Offering>>,
}

impl Flavor {
    pub fn new(plan: &FlavorPlan) -> Self {
        Self {
            id: plan.id.as_str().into(),
            uuid: ids::named("flavor", &plan.id),
            name: plan.name.as_str().into(),
            description: None,
            cpus: plan.cpus,
            memory: plan.memory,
            disk: plan.disk,
            ephemeral: plan.ephemeral,
            swap: 0,
            rxtx_factor: plan.rxtx_factor.unwrap_or(1.0),
            is_public: true,
            projects: Vec::new(),
            extra_specs: texts(&plan.extra_specs),
            is_highly_available: plan.ha,
            is_custom: false,
            offering: None,
        }
    }

    /// Whether the project with this id may make servers of it.
    pub fn is_for(&self, project: Option<Uuid>) -> bool {
        self.is_public
            || project.is_some_and(|project| {
                self.projects
                    .iter()
                    .any(|id| Uuid::try_parse(id) == Ok(project))
            })
    }

    pub fn extra_spec(&self, key: &str) -> Option<&Arc<str>> {
        self.extra_specs
            .iter()
            .find(|(name, _)| **name == *key)
            .map(|(_, value)| value)
    }

    /// Sets an extra specification, in its old place if it has one.
    pub fn set_extra_spec(&mut self, key: &str, value: &str) {
        match self.extra_specs.iter_mut().find(|(name, _)| **name == *key) {
            Some((_, old)) => *old = value.into(),
            None => self.extra_specs.push((key.into(), value.into())),
        }
    }
}

impl World {
    /// The flavor with this id, to be changed. Servers keep what they were made of.
    pub fn flavor_mut(&mut self, id: &str) -> Option<&mut Flavor> {
        let flavor = self.flavors.iter_mut().find(|flavor| *flavor.id == *id)?;
        Some(Arc::make_mut(flavor))
    }

    pub fn remove_flavor(&mut self, id: &str) {
        self.flavors.retain(|flavor| *flavor.id != *id);
    }
}
