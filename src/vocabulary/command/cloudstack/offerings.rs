//! Offerings.

use super::row;
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.listServiceOfferings", 530, "Lists service offerings"),
    row("cloudstack.listDiskOfferings", 530, "Lists disk offerings"),
    row("cloudstack.listNetworkOfferings", 530, "Lists network offerings"),
];
