//! Image, version 2: Glance.

mod images;
mod versions;

use super::{Answer, Call, Operation};

/// The tables of all resources.
pub(super) const TABLES: &[&[Operation]] = &[versions::OPERATIONS, images::OPERATIONS];
