//! Definitions of metadata: namespaces of what may be said of images, flavors and the like, for people to choose
//! from. Nothing here goes by them.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

/// A namespace of definitions.
#[derive(Debug, Clone)]
pub struct Namespace {
    /// The project's id, as clients write it.
    pub owner: Arc<str>,
    pub is_public: bool,
    /// Cannot be deleted.
    pub is_protected: bool,
    pub display_name: Option<Arc<str>>,
    pub description: Option<Arc<str>>,
    pub created: DateTime<Utc>,
    pub updated: DateTime<Utc>,
    pub objects: Definitions,
    pub properties: Definitions,
    pub tags: Definitions,
    /// What the definitions are about: `OS::Nova::Flavor`.
    pub resource_types: Definitions,
}

impl Namespace {
    pub fn new(owner: Arc<str>, now: DateTime<Utc>) -> Self {
        Self {
            owner,
            is_public: false,
            is_protected: false,
            display_name: None,
            description: None,
            created: now,
            updated: now,
            objects: Definitions::new(),
            properties: Definitions::new(),
            tags: Definitions::new(),
            resource_types: Definitions::new(),
        }
    }
}

/// What is defined, by name.
pub type Definitions = BTreeMap<Arc<str>, Definition>;

/// What a client says of a name.
#[derive(Debug, Clone)]
pub struct Definition {
    pub said: Map<String, Value>,
    pub created: DateTime<Utc>,
    pub updated: DateTime<Utc>,
}

/// The namespaces of a world, by name.
pub type Metadefs = BTreeMap<Arc<str>, Namespace>;
