//! What a project lets others use: Neutron's RBAC policies.

use uuid::Uuid;

use super::fault::conflict;
use super::{Meta, Networking};
use crate::vocabulary::fault::Fault;

/// A kind of thing that can be shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shared {
    Network,
    SecurityGroup,
    AddressScope,
    SubnetPool,
}

impl Shared {
    /// All of them, with Neutron's names.
    pub const ALL: [(Shared, &str); 4] = [
        (Shared::Network, "network"),
        (Shared::SecurityGroup, "security_group"),
        (Shared::AddressScope, "address_scope"),
        (Shared::SubnetPool, "subnetpool"),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// One thing, shared with one project or with all.
#[derive(Debug, Clone)]
pub struct Sharing {
    pub meta: Meta,
    pub kind: Shared,
    pub object: Uuid,
    /// `None` for all.
    pub target: Option<Uuid>,
    /// For networks: it leads out for them, and is not for plugging into.
    pub is_external: bool,
}

impl Networking {
    /// Whether a thing is shared with a project, by name or with all.
    pub fn is_shared_with(&self, kind: Shared, object: Uuid, project: Uuid) -> bool {
        self.sharings.iter().any(|sharing| {
            sharing.kind == kind
                && sharing.object == object
                && sharing.target.is_none_or(|target| target == project)
        })
    }

    /// Shares a thing.
    ///
    /// # Errors
    /// `DuplicateRbacPolicy` when it is shared so already.
    pub fn add_sharing(&mut self, sharing: Sharing) -> Result<Uuid, Fault> {
        let is_same = |known: &Sharing| {
            (known.kind, known.object, known.target, known.is_external)
                == (
                    sharing.kind,
                    sharing.object,
                    sharing.target,
                    sharing.is_external,
                )
        };
        if self.sharings.iter().any(is_same) {
            let message = "An RBAC policy already exists with those values.".to_owned();
            return Err(conflict("DuplicateRbacPolicy", message));
        }
        let id = sharing.meta.id;
        self.sharings.insert(id, sharing);
        Ok(id)
    }

    /// Ends a sharing.
    ///
    /// # Errors
    /// `RbacPolicyInUse` while a project that only it lets in has ports on the network.
    pub fn remove_sharing(&mut self, id: Uuid) -> Result<(), Fault> {
        let Some(sharing) = self.sharings.remove(id) else {
            return Ok(());
        };
        if sharing.kind == Shared::Network && self.is_used_by_strangers(sharing.object) {
            let object = sharing.object;
            self.sharings.insert(id, sharing);
            let message = format!(
                "RBAC policy on object {object} cannot be removed because other objects depend on it.\nDetails: \
                 Callback failed"
            );
            return Err(conflict("RbacPolicyInUse", message));
        }
        Ok(())
    }

    /// Whether a project has a port on a network that nothing lets it use.
    fn is_used_by_strangers(&self, network: Uuid) -> bool {
        let Some(known) = self.networks.get(network).filter(|known| !known.is_shared) else {
            return false;
        };
        let owner = known.meta.project;
        self.ports.iter().any(|port| {
            let project = port.meta.project;
            port.network == network
                && project != owner
                && !project.is_nil()
                && !self.is_shared_with(Shared::Network, network, project)
        })
    }

    /// Forgets how a thing was shared that is no more.
    pub(super) fn stop_sharing(&mut self, object: Uuid) {
        let sharings = self
            .sharings
            .iter()
            .filter(|sharing| sharing.object == object);
        for id in sharings.map(|sharing| sharing.meta.id).collect::<Vec<_>>() {
            self.sharings.remove(id);
        }
    }
}
