//! A server's volumes and network cards.

use super::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[];
