//! Guest networks and the machines that serve them.

use super::row;
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.listNetworks", 530, "Lists networks"),
];
