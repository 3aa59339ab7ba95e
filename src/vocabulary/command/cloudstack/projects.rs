//! Projects.

use crate::vocabulary::command::CommandSpec;

pub(super) const TABLE: &[CommandSpec] = &[];
