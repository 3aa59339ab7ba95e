//! Public addresses, and the rules on them.

use super::row;
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.listPublicIpAddresses", 530, "Lists public addresses; there are none"),
    row("cloudstack.listPortForwardingRules", 530, "Lists port forwarding rules; there are none"),
    row("cloudstack.listIpForwardingRules", 530, "Lists static NAT rules; there are none"),
];
