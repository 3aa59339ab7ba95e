//! Placement.

mod versions;

use super::{Answer, Operation};

/// The tables of all resources.
pub(super) const TABLES: &[&[Operation]] = &[versions::OPERATIONS];
