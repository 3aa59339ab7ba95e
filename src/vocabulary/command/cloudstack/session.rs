//! Sessions.

use super::row;
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.login", 531, "Opens a session"),
    row("cloudstack.logout", 530, "Closes a session"),
];
