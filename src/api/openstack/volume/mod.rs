//! Block Storage, version 3: Cinder.

mod versions;

use super::{Answer, Call, Operation};

/// The tables of all resources.
pub(super) const TABLES: &[&[Operation]] = &[versions::OPERATIONS];
