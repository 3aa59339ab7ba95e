//! Key pairs, tags, affinity groups and user data.

use super::row;
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.listSSHKeyPairs", 530, "Lists key pairs"),
];
