//! What few servers have, kept apart so that the many stay small.

use std::sync::Arc;

use uuid::Uuid;

use super::{Server, State};
use crate::world::offerings::flavor::Flavor;
use crate::world::topology::HostKey;

/// What few servers have.
#[derive(Debug, Clone, Default)]
pub struct Rare {
    pub lock: Option<Lock>,
    pub resize: Option<Resize>,
    /// Where a shelved server's disk is.
    pub shelved_image: Option<Uuid>,
}

/// Nobody but administrators may change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// Locked by one of its own project.
    pub is_owners: bool,
    pub reason: Option<Arc<str>>,
}

/// What a resized server was, to which it can return.
#[derive(Debug, Clone)]
pub struct Resize {
    pub host: Option<HostKey>,
    pub flavor: Arc<Flavor>,
    pub before: State,
}

impl Server {
    pub fn lock(&self) -> Option<&Lock> {
        self.rare.as_ref()?.lock.as_ref()
    }

    pub fn resize(&self) -> Option<&Resize> {
        self.rare.as_ref()?.resize.as_ref()
    }

    /// What few servers have, to be changed.
    pub fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }
}
