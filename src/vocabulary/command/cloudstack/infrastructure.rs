//! Zones, pods, clusters, hosts and storage.

use super::row;
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.listZones", 530, "Lists zones"),
    row("cloudstack.listPods", 530, "Lists pods"),
    row("cloudstack.listClusters", 530, "Lists clusters"),
    row("cloudstack.listHosts", 530, "Lists hosts"),
];
