//! What the configuration says of a cloud: accounts, flavors, images, networks and limits.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::vocabulary::profile::Profile;

/// A cloud's contents, as configured. `cloud.toml` beside the configuration's code holds the default.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blueprint {
    /// Whose cloud it resembles; that also lays other defaults under what is said here.
    pub profile: Profile,
    /// The first is the default one.
    pub regions: Vec<String>,
    pub auth: Auth,
    pub accounts: Vec<AccountPlan>,
    pub flavors: Vec<FlavorPlan>,
    pub images: Vec<ImagePlan>,
    pub networks: Vec<NetworkPlan>,
    pub volume_types: Vec<VolumeTypePlan>,
    pub limits: Limits,
    /// CloudStack's global settings, where they are not the default.
    pub settings: BTreeMap<String, String>,
    pub tokens: TokenPlan,
}

/// Who is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Auth {
    /// Those who have a token.
    Tokens,
    /// Everybody: who has none is taken for the first administrator, in the project that the URL names.
    Open,
}

/// A declared account: unlike the open ones, its password is checked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountPlan {
    pub user: String,
    /// Any password is right where none is given.
    pub password: Option<String>,
    /// The project that it belongs to; one of the user's own name by default.
    pub project: Option<String>,
    /// Has the admin role, and is CloudStack's root admin.
    #[serde(default)]
    pub admin: bool,
    /// CloudStack's keys; made from the user's name where not given.
    pub api_key: Option<String>,
    pub secret_key: Option<String>,
}

/// A flavor; in CloudStack a service offering.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlavorPlan {
    pub id: String,
    pub name: String,
    pub cpus: u32,
    /// In MiB.
    pub memory: u64,
    /// In GiB.
    pub disk: u64,
    /// In GiB.
    #[serde(default)]
    pub ephemeral: u64,
    /// A factor on the bandwidth of its network cards; 1 where not given.
    pub rxtx_factor: Option<f64>,
    #[serde(default)]
    pub extra_specs: BTreeMap<String, String>,
    /// CloudStack starts machines of it elsewhere when their host dies.
    #[serde(default)]
    pub ha: bool,
    /// The regions that have it; all where none is named.
    #[serde(default)]
    pub regions: Vec<String>,
}

/// An image; in CloudStack a template.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImagePlan {
    pub name: String,
    /// A UUID; made from the name where not given.
    pub id: Option<uuid::Uuid>,
    /// In bytes.
    #[serde(default)]
    pub size: u64,
    /// In MiB.
    #[serde(default)]
    pub min_ram: u64,
    /// In GiB.
    #[serde(default)]
    pub min_disk: u64,
    /// What Glance calls additional properties: `hw_scsi_model`.
    #[serde(default)]
    pub properties: BTreeMap<String, String>,
    /// The regions that have it; all where none is named.
    #[serde(default)]
    pub regions: Vec<String>,
}

/// Named texts, as what is built has them.
pub(in crate::world) fn texts(plan: &BTreeMap<String, String>) -> Vec<(Arc<str>, Arc<str>)> {
    plan.iter()
        .map(|(name, text)| (name.as_str().into(), text.as_str().into()))
        .collect()
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkPlan {
    pub name: String,
    /// A UUID; made from the name where not given.
    pub id: Option<uuid::Uuid>,
    /// `10.0.0.0/16`: servers take its addresses one by one.
    pub cidr: String,
    /// Leads out of the cloud: floating addresses come from it, and servers are not plugged into it by
    /// themselves.
    #[serde(default)]
    pub external: bool,
    /// New servers are plugged into it where they do not say otherwise, and into all that are so.
    #[serde(default)]
    pub usual: bool,
}

/// A volume type, beside the one that volumes usually have.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VolumeTypePlan {
    pub name: String,
    /// Several servers may have a volume of it at once.
    #[serde(default)]
    pub multiattach: bool,
}

/// Each project's quota; -1 for no limit, as Nova counts it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub servers: i64,
    pub cpus: i64,
    /// In MiB.
    pub memory: i64,
    pub keypairs: i64,
    pub metadata_items: i64,
    /// How much uploaded data is kept.
    pub image_bytes: i64,
    pub storage: StorageLimits,
    pub network: NetworkLimits,
}

/// Each project's share of what Cinder counts; -1 for no limit.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageLimits {
    pub volumes: i64,
    pub snapshots: i64,
    /// In GiB, of volumes and snapshots together.
    pub gigabytes: i64,
    /// In GiB: the most for one volume.
    pub volume_gigabytes: i64,
    pub backups: i64,
    /// In GiB.
    pub backup_gigabytes: i64,
}

impl StorageLimits {
    /// No limit on anything.
    pub const NONE: Self = Self {
        volumes: -1,
        snapshots: -1,
        gigabytes: -1,
        volume_gigabytes: -1,
        backups: -1,
        backup_gigabytes: -1,
    };
}

/// Each project's share of what Neutron counts; -1 for no limit.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkLimits {
    pub networks: i64,
    pub subnets: i64,
    pub ports: i64,
    pub routers: i64,
    pub floating_ips: i64,
    pub security_groups: i64,
    pub security_group_rules: i64,
    pub subnet_pools: i64,
    /// RBAC policies.
    pub sharings: i64,
}

impl NetworkLimits {
    /// No limit on anything.
    pub const NONE: Self = Self {
        networks: -1,
        subnets: -1,
        ports: -1,
        routers: -1,
        floating_ips: -1,
        security_groups: -1,
        security_group_rules: -1,
        subnet_pools: -1,
        sharings: -1,
    };
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenPlan {
    /// In seconds.
    pub lifetime: u64,
}
