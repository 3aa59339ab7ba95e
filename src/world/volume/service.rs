//! What administrators say of the storage services on the hosts.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Storage;
use crate::world::topology::Host;

/// A storage service, as administrators steer it.
#[derive(Debug, Clone, Default)]
pub struct StorageService {
    /// Takes no new volumes.
    pub is_disabled: bool,
    pub disabled_reason: Option<Arc<str>>,
    /// Its volumes stay as they are.
    pub is_frozen: bool,
}

/// Those of which something was said, by the host's id and the program's name.
pub(super) type Services = FxHashMap<(uuid::Uuid, &'static str), StorageService>;

impl Storage {
    /// A service on a host: one of which nothing was said is enabled.
    pub fn service(&self, host: &Host, binary: &'static str) -> StorageService {
        let said = self.services.get(&(host.id, binary));
        said.cloned().unwrap_or_default()
    }

    /// A service on a host, to be changed.
    pub fn service_mut(&mut self, host: uuid::Uuid, binary: &'static str) -> &mut StorageService {
        self.services.entry((host, binary)).or_default()
    }

    /// Whether new volumes may be put on a host.
    pub(in crate::world) fn takes_volumes(&self, host: &Host) -> bool {
        let said = self.services.get(&(host.id, VOLUME_SERVICE));
        said.is_none_or(|service| !service.is_disabled)
    }
}

/// The program that sees to a host's volumes.
pub const VOLUME_SERVICE: &str = "cinder-volume";
