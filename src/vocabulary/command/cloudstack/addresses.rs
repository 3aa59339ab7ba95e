//! Public addresses, and the rules on them.

use super::{network, row};
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.associateIpAddress", 530, "Acquires a public address"),
    network("cloudstack.disassociateIpAddress", 530, "Gives a public address back"),
    row("cloudstack.listPublicIpAddresses", 530, "Lists public addresses"),
    row("cloudstack.updateIpAddress", 530, "Changes how a public address is shown"),
    row("cloudstack.reserveIpAddress", 530, "Reserves a public address"),
    row("cloudstack.releaseIpAddress", 530, "Frees a reserved public address"),
    network("cloudstack.enableStaticNat", 530, "Makes a public address one machine's"),
    network("cloudstack.disableStaticNat", 530, "Ends that a public address is one machine's"),
    network("cloudstack.createFirewallRule", 530, "Creates a firewall rule"),
    network("cloudstack.updateFirewallRule", 530, "Changes a firewall rule"),
    network("cloudstack.deleteFirewallRule", 530, "Deletes a firewall rule"),
    row("cloudstack.listFirewallRules", 530, "Lists firewall rules"),
    network("cloudstack.createEgressFirewallRule", 530, "Creates an egress firewall rule"),
    network("cloudstack.updateEgressFirewallRule", 530, "Changes an egress firewall rule"),
    network("cloudstack.deleteEgressFirewallRule", 530, "Deletes an egress firewall rule"),
    row("cloudstack.listEgressFirewallRules", 530, "Lists egress firewall rules"),
    network("cloudstack.createPortForwardingRule", 530, "Creates a port forwarding rule"),
    network("cloudstack.updatePortForwardingRule", 530, "Changes a port forwarding rule"),
    network("cloudstack.deletePortForwardingRule", 530, "Deletes a port forwarding rule"),
    row("cloudstack.listPortForwardingRules", 530, "Lists port forwarding rules"),
    network("cloudstack.createIpForwardingRule", 530, "Creates a static NAT rule"),
    network("cloudstack.deleteIpForwardingRule", 530, "Deletes a static NAT rule"),
    row("cloudstack.listIpForwardingRules", 530, "Lists static NAT rules"),
];
