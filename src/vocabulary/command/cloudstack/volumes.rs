//! Volumes and snapshots.

use super::row;
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.listVolumes", 530, "Lists volumes: the machines' root disks"),
];
