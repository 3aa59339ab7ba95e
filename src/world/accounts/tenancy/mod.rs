//! What CloudStack knows of domains and accounts beside what they are to all: the tree of domains, the kinds
//! and roles of accounts, and the projects that several accounts share.
//!
//! CloudStack's account is a project of the same name, and its user a user; its domain is a domain whose name
//! is the path to it from the root, which is the default domain.

mod account;
mod domain;
mod invitation;
mod release;
mod role;
mod team;

use rustc_hash::{FxHashMap, FxHashSet};
use uuid::Uuid;

pub use account::{AccountDraft, AccountKind, AccountProfile, Standing, UserDraft};
pub use domain::DomainDraft;
pub use invitation::{Invitation, InvitationState};
pub use role::{CommandRole, CommandRule, RoleDraft};
pub use team::{Member, Team, TeamState};

use crate::world::accounts::Accounts;
use crate::world::store::Store;

/// All of it.
#[derive(Debug, Clone)]
pub(super) struct Tenancy {
    /// What was said of accounts, and of domains.
    profiles: FxHashMap<Uuid, AccountProfile>,
    /// The domain right above each one that is not right below the root.
    above: FxHashMap<Uuid, Uuid>,
    /// Accounts and users that may look but not touch.
    locked: FxHashSet<Uuid>,
    roles: Store<CommandRole>,
    teams: Store<Team>,
    invitations: Store<Invitation>,
    /// Accounts, domains and users that were removed.
    gone: FxHashSet<Uuid>,
}

impl Accounts {
    /// Whether there was such an account, domain or user.
    pub fn was_there(&self, id: Uuid) -> bool {
        self.tenancy.gone.contains(&id)
    }

    pub(super) fn bury(&mut self, id: Uuid) {
        self.tenancy.gone.insert(id);
    }
}

impl Default for Tenancy {
    fn default() -> Self {
        Self {
            profiles: FxHashMap::default(),
            above: FxHashMap::default(),
            locked: FxHashSet::default(),
            roles: role::built_in(),
            teams: Store::default(),
            invitations: Store::default(),
            gone: FxHashSet::default(),
        }
    }
}
