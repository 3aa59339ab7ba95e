//! What servers are made from, beside images: flavors, key pairs.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::blueprint::FlavorPlan;
use super::ids;

/// A flavor; in CloudStack a service offering.
#[derive(Debug, Clone, PartialEq)]
pub struct Flavor {
    /// Nova's id: free text.
    pub id: Arc<str>,
    /// CloudStack's id.
    pub uuid: Uuid,
    pub name: Arc<str>,
    pub cpus: u32,
    /// In MiB.
    pub memory: u64,
    /// In GiB.
    pub disk: u64,
    /// CloudStack starts machines of it elsewhere when their host dies.
    pub is_highly_available: bool,
}

impl Flavor {
    pub fn new(plan: &FlavorPlan) -> Self {
        Self {
            id: plan.id.as_str().into(),
            uuid: ids::named("flavor", &plan.id),
            name: plan.name.as_str().into(),
            cpus: plan.cpus,
            memory: plan.memory,
            disk: plan.disk,
            is_highly_available: plan.ha,
        }
    }
}

/// A key pair. Nova keeps them per user.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyPair {
    pub name: Arc<str>,
    pub user: Uuid,
    pub public_key: Arc<str>,
    /// MD5 of the key, as 16 hexadecimal pairs.
    pub fingerprint: Arc<str>,
    /// `ssh` or `x509`.
    pub kind: Arc<str>,
    pub created: DateTime<Utc>,
}
