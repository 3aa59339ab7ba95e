//! Maintenance of hosts, and their high availability.

use crate::vocabulary::command::CommandSpec;

pub(super) const TABLE: &[CommandSpec] = &[];
