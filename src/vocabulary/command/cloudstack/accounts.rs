//! Users, accounts, domains and roles.

use super::row;
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.listUsers", 530, "Lists users"),
    row("cloudstack.getUserKeys", 530, "Shows a user's keys"),
    row("cloudstack.listAccounts", 530, "Lists accounts"),
    row("cloudstack.listDomains", 530, "Lists domains"),
];
