//! Physical networks and what is on them.

use crate::vocabulary::command::CommandSpec;

pub(super) const TABLE: &[CommandSpec] = &[];
